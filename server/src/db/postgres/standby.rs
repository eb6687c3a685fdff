//! Which standby may answer a pull: one that follows our primary on its timeline, and has all that the primary had a
//! few seconds ago. A stopped standby would otherwise go on telling the state of last week, and a device would wait
//! for ever to hear that its commands have arrived. **Never** believes a standby about its own delay: it knows only
//! what has reached it.

use std::sync::{Arc, Mutex, PoisonError};
use std::time::Duration;

use sqlx::postgres::PgRow;
use tokio::time::Instant;

use super::history::History;
use super::lane::{Lane, text};
use crate::db::{DbError, Result, Tenant};

/// How far behind a standby may be.
const BEHIND: Duration = Duration::from_secs(10);
/// How often the primary is asked where it stands.
const PROBE: Duration = Duration::from_secs(1);

/// What a standby says of itself, before the snapshot is taken. Its control file tells the timeline: behind the real
/// one for a while after a failover, when the standby is left out.
pub(super) const STATE: &str = "
    select system_identifier::text as system, lpad(to_hex(timeline_id), 8, '0') as timeline,
        pg_is_in_recovery()::text as standby, (pg_last_wal_replay_lsn() - '0/0')::text as replayed
    from pg_control_system(), pg_control_checkpoint()";

/// Where the primary stood.
#[derive(Debug, Clone, Copy)]
struct Target {
    lsn: u64,
    at: Instant,
}

/// What is known of how far the standby is.
#[derive(Debug, Default)]
struct Progress {
    target: Option<Target>,
    /// It has all that the primary had then.
    has_all_of: Option<Instant>,
}

impl Progress {
    /// Takes in how far the standby is. Says whether it is time to ask the primary again.
    fn note(&mut self, replayed: u64, now: Instant) -> bool {
        match self.target {
            None => true,
            Some(target) if replayed < target.lsn => false,
            Some(target) => {
                self.has_all_of = Some(target.at);
                now.duration_since(target.at) >= PROBE
            }
        }
    }

    fn is_near(&self, now: Instant) -> bool {
        self.has_all_of.is_some_and(|at| now.duration_since(at) <= BEHIND)
    }
}

/// Judges the standby.
#[derive(Debug)]
pub(super) struct Watch {
    primary: Arc<Lane>,
    current: Arc<Mutex<History>>,
    progress: Mutex<Progress>,
    /// One asks at a time; the others go by what is known.
    probing: tokio::sync::Mutex<()>,
}

impl Watch {
    pub(super) fn new(primary: &Arc<Lane>, current: &Arc<Mutex<History>>) -> Self {
        let (primary, current) = (Arc::clone(primary), Arc::clone(current));
        Self { primary, current, progress: Mutex::default(), probing: tokio::sync::Mutex::default() }
    }

    /// Returns the history of a standby that said this, if it may answer.
    pub(super) async fn admits(&self, state: &PgRow, tenant: Tenant) -> Result<Option<History>> {
        let history = History { system: text(state, "system")?, timeline: text(state, "timeline")? };
        let is_ours = *self.current.lock().unwrap_or_else(PoisonError::into_inner) == history;
        if text(state, "standby")? != "true" || !is_ours {
            return Ok(None);
        }
        let replayed = number(&text(state, "replayed")?)?;
        if self.with(|it| it.note(replayed, Instant::now()))
            && let Ok(_turn) = self.probing.try_lock()
        {
            let at = Instant::now();
            let lsn = self.ask(tenant).await?;
            self.with(|it| {
                it.target = Some(Target { lsn, at });
                it.note(replayed, at)
            });
        }
        Ok(self.with(|it| it.is_near(Instant::now())).then_some(history))
    }

    /// Asks the primary how far everything is that it has confirmed to anybody.
    async fn ask(&self, tenant: Tenant) -> Result<u64> {
        let (mut turn, _) = self.primary.begin(tenant).await?;
        let lsn: String = sqlx::query_scalar("select (pg_current_wal_flush_lsn() - '0/0')::text")
            .fetch_one(&mut turn.conn)
            .await?;
        turn.end("rollback").await?;
        number(&lsn)
    }

    fn with<T>(&self, act: impl FnOnce(&mut Progress) -> T) -> T {
        act(&mut self.progress.lock().unwrap_or_else(PoisonError::into_inner))
    }
}

fn number(lsn: &str) -> Result<u64> {
    lsn.parse().map_err(|_| DbError::Unreadable("a place in the log".into()))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_standby_is_near_while_it_has_what_the_primary_had_a_moment_ago() {
        let start = Instant::now();
        let after = |seconds| start + Duration::from_secs(seconds);
        let mut progress = Progress::default();
        assert!(progress.note(5, start) && !progress.is_near(start), "nothing is known yet");
        progress.target = Some(Target { lsn: 7, at: start });
        assert!(!progress.note(6, after(1)) && !progress.is_near(after(1)), "not there yet");
        assert!(!progress.note(7, start) && progress.is_near(after(10)), "asked just now");
        assert!(progress.note(7, after(2)));
        assert!(!progress.is_near(after(11)), "what it had then says nothing of now");
        progress.target = Some(Target { lsn: 9, at: after(11) });
        assert!(!progress.note(8, after(11)) && !progress.is_near(after(11)));
        assert!(!progress.note(9, after(11)) && progress.is_near(after(21)));
    }
}
