//! Pending commands run again, in order, on new rows. No IO: it asks for rows by [`Step::Need`] and goes on
//! when they were supplied. A command that fails now keeps its place in the queue: only the server refuses.

use std::collections::{BTreeMap, VecDeque};

use crate::apply;
use crate::command::Command;
use crate::proof::after_refusal;
use crate::record::{Key, Record};
use crate::refusal::{Refusal, Stop};
use crate::rows::{Changes, Coverage, Read, Rows};

/// What to do next.
#[derive(Debug)]
pub enum Step {
    /// Load these and supply them.
    Need(Vec<Read>),
    /// All commands were run.
    Done(Rebased),
}

/// How one pending command fared.
#[derive(Debug, Clone, PartialEq)]
pub enum Fate {
    /// It still does what it did.
    Applies,
    /// It will probably be refused.
    WouldBeRefused(Refusal),
}

/// The outcome of a rebase.
#[derive(Debug, Default)]
pub struct Rebased {
    /// What the pending commands make of the confirmed rows: written, or (`None`) removed.
    pub overlay: BTreeMap<Key, Option<Record>>,
    /// How each command fared, by its seq.
    pub fates: Vec<(u64, Fate)>,
}

/// A rebase under way.
#[derive(Debug)]
pub struct Rebase {
    rows: Rows,
    pending: VecDeque<(u64, Command)>,
    done: Rebased,
}

impl Rebase {
    /// Starts with the pending commands and their seqs, in order.
    pub fn new(pending: impl IntoIterator<Item = (u64, Command)>) -> Self {
        Self {
            rows: Rows::new(Coverage::Part),
            pending: pending.into_iter().collect(),
            done: Rebased::default(),
        }
    }

    /// Gives access to the rows, to supply what [`Step::Need`] named. Only confirmed rows belong here.
    pub fn rows_mut(&mut self) -> &mut Rows {
        &mut self.rows
    }

    /// Runs commands until one needs rows, or all are done.
    pub fn step(&mut self) -> Step {
        while let Some((seq, command)) = self.pending.front() {
            match apply(&self.rows, command) {
                Err(Stop::Missing(reads)) => return Step::Need(reads),
                Ok(changes) => {
                    self.done.fates.push((*seq, Fate::Applies));
                    self.rows.absorb(&changes);
                    self.keep(changes);
                }
                Err(Stop::Refused(refusal)) => {
                    let left = match after_refusal(&self.rows, command) {
                        Ok(left) => left,
                        Err(Stop::Missing(reads)) => return Step::Need(reads),
                        Err(Stop::Refused(_)) => Changes::none(),
                    };
                    self.done.fates.push((*seq, Fate::WouldBeRefused(refusal)));
                    self.rows.absorb(&left);
                    self.keep(left);
                }
            }
            self.pending.pop_front();
        }
        Step::Done(std::mem::take(&mut self.done))
    }

    fn keep(&mut self, changes: Changes) {
        for record in changes.puts {
            self.done.overlay.insert(record.key(), Some(record));
        }
        for key in changes.removes {
            self.done.overlay.insert(key, None);
        }
    }
}

#[cfg(test)]
mod tests;
