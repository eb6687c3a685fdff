//! Answers of the server, put into their stored form before any transaction begins.

use std::collections::BTreeSet;

use leeway_core::scope::Scope;
use leeway_core::sync::protocol::PullResponse;
use leeway_core::values::Timestamp;

use super::database::Stored;
use super::done::Standing;
use super::error::StoreError;
use super::facts::Cursor;
use super::rows::{confirmed, wire_key};

/// What the server answered since the last reveal, in the order of arrival.
#[derive(Default)]
pub struct Staged {
    pub(super) gathered: Gathered,
    pub(super) standing: Standing,
    cookie: Option<String>,
    refilled: BTreeSet<Scope>,
    /// The next answer takes the place of all rows.
    anew: bool,
}

/// Rows on their way into the store.
#[derive(Default)]
pub struct Gathered {
    pub(super) answers: Vec<Answer>,
    rows: usize,
}

impl Gathered {
    /// Returns how many rows come and go.
    pub fn rows(&self) -> usize {
        self.rows
    }
}

/// One answer: what goes, then what comes.
pub(super) struct Answer {
    /// All rows go first.
    pub(super) reset: bool,
    /// All rows of these scopes go first.
    pub(super) cleared: Vec<String>,
    /// These rows go, if they are still in this scope.
    pub(super) deletes: Vec<(String, String)>,
    /// These come.
    pub(super) puts: Vec<Stored>,
}

impl Staged {
    /// Begins with an answer that takes the place of all rows, whether it says so or not.
    pub fn anew() -> Self {
        Self { anew: true, ..Self::default() }
    }

    /// Adds an answer. `first`: it opens a pull, so that what it says of resets and scopes to fill counts; on later
    /// pages the rows of those scopes are there already.
    ///
    /// # Errors
    /// [`StoreError`] when a row has no stored form.
    pub fn add(&mut self, answer: &PullResponse, first: bool) -> Result<(), StoreError> {
        if first {
            self.refilled.clear();
        }
        let mut cleared: Vec<String> = answer.drop.iter().map(ToString::to_string).collect();
        for scope in &answer.fill {
            if self.refilled.insert(*scope) {
                cleared.push(scope.to_string());
            }
        }
        let (mut deletes, mut puts) = (Vec::new(), Vec::new());
        for row in &answer.rows {
            if row.deleted {
                deletes.push((wire_key(row), row.scope.to_string()));
            } else {
                puts.push(confirmed(row)?);
            }
        }
        self.gathered.rows += puts.len() + deletes.len();
        let reset = (answer.reset && first) || std::mem::take(&mut self.anew);
        self.gathered.answers.push(Answer { reset, cleared, deletes, puts });
        let epoch = answer.epoch.clone();
        self.standing = Standing { ack: answer.ack, durable: answer.durable, now: answer.now, epoch };
        if answer.cookie.is_some() {
            self.cookie.clone_from(&answer.cookie);
        }
        Ok(())
    }

    /// Takes out the rows, to be written before the rest comes.
    pub fn take_rows(&mut self) -> Gathered {
        std::mem::take(&mut self.gathered)
    }

    /// Says whether it changes no row.
    pub fn is_empty(&self) -> bool {
        let Gathered { answers, rows } = &self.gathered;
        *rows == 0 && answers.iter().all(|it| !it.reset && it.cleared.is_empty())
    }

    /// Returns where the store stands once this is written.
    pub(super) fn cursor(&self, before: &Cursor, now: Timestamp) -> Cursor {
        Cursor {
            ready: true,
            epoch: Some(self.standing.epoch.clone()),
            cookie: self.cookie.clone(),
            page: None,
            checked: before.checked.or(Some(now)),
            last_success: Some(now),
            server_time: Some(self.standing.now),
        }
    }
}
