//! How sync fares, as the screens say it. Never says more than the server has answered.

use leeway_core::record::Key;
use leeway_core::values::Timestamp;
use serde::{Deserialize, Serialize};

use crate::store::{Entry, EntryState};

/// Where one record stands on its way to the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum RecordState {
    /// Nothing of it waits: 已同步.
    Synced,
    /// Saved on this device: 已存本机 · 待同步.
    Waiting,
    /// In a push that has not been answered: 同步中.
    Sending,
    /// The server will probably not accept it.
    WouldBeRefused,
    /// It can't go out now: 需处理.
    Parked,
    /// The server did not accept it; there is a card in the inbox.
    Refused,
}

/// What sync is doing.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Phase {
    /// Nothing is known yet.
    #[default]
    Starting,
    /// The first sync on this device is under way.
    FirstSync {
        /// Rows that have arrived.
        rows: u32,
    },
    /// The server answered last time, and nothing is under way.
    Online,
    /// The server did not answer last time.
    Offline,
    /// A push or pull is under way.
    Sending,
    /// The session has ended: everything stays, log in when there is a network.
    LoggedOut,
    /// The server does not serve this program any more: everything stays, update.
    TooOld,
    /// This device can't save or read.
    Blocked,
    /// The store was written by a newer program in another page: reload.
    Superseded,
}

/// Why a command can't go out now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ParkReason {
    /// It is larger than the server takes.
    TooLarge,
    /// The server won't take it in this form.
    Malformed,
}

/// A command that can't go out now.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Parked {
    /// Its place in the order.
    pub seq: u64,
    /// Its kind, `feature.verb`.
    pub kind: String,
    /// Why.
    pub reason: ParkReason,
}

/// Where one waiting command stands.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum WaitState {
    /// Saved on this device, not sent: 已存本机 · 待同步.
    Queued,
    /// In a push that has not been answered: 同步中.
    Sent,
    /// The server has answered; its rows follow with the next pull.
    Answered,
    /// It can't go out now: 需处理.
    Parked(ParkReason),
}

/// A command that waits.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Waiting {
    /// Its place in the order.
    pub seq: u64,
    /// Its kind, `feature.verb`.
    pub kind: String,
    /// When it was asked.
    pub at: Timestamp,
    /// Where it stands.
    pub state: WaitState,
    /// The server will probably not accept it.
    pub doubtful: bool,
}

/// How sync fares.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct SyncStatus {
    /// What it is doing.
    pub phase: Phase,
    /// How many commands wait.
    pub waiting: u32,
    /// Since when the oldest waits.
    pub oldest: Option<Timestamp>,
    /// When the server last answered in full.
    pub last_success: Option<Timestamp>,
    /// How many cards of commands that were not accepted there are.
    pub refused: u32,
    /// How many cards of fields that two people wrote there are.
    pub clashes: u32,
    /// Commands that can't go out now.
    pub parked: Vec<Parked>,
    /// This device may promise nothing before its user has logged in again.
    pub log_in_again: bool,
    /// This device's clock is more than five minutes off the server's.
    pub clock_off: bool,
}

/// Says where a record stands, by what waits of it.
pub(crate) fn record_state(queue: &[Entry], key: Key) -> RecordState {
    let about = queue.iter().filter(|it| it.keys.contains(&key));
    about.map(state_of).max_by_key(|it| urgency(*it)).unwrap_or(RecordState::Synced)
}

fn state_of(entry: &Entry) -> RecordState {
    match entry.state {
        EntryState::TooLarge | EntryState::Malformed => RecordState::Parked,
        EntryState::Refused => RecordState::Refused,
        _ if entry.doubt.is_some() => RecordState::WouldBeRefused,
        EntryState::Queued => RecordState::Waiting,
        EntryState::Sent | EntryState::Applied => RecordState::Sending,
    }
}

/// The one that the user most needs to know of counts.
const fn urgency(state: RecordState) -> u8 {
    match state {
        RecordState::Synced => 0,
        RecordState::Sending => 1,
        RecordState::Waiting => 2,
        RecordState::WouldBeRefused => 3,
        RecordState::Parked => 4,
        RecordState::Refused => 5,
    }
}

/// Sums up the queue for the screens.
pub fn summary(queue: &[Entry]) -> Vec<Waiting> {
    let waiting = |it: &Entry| Waiting {
        seq: it.seq(),
        kind: it.envelope.kind.clone(),
        at: it.envelope.at,
        state: match it.state {
            EntryState::Queued => WaitState::Queued,
            EntryState::Sent => WaitState::Sent,
            EntryState::Applied | EntryState::Refused => WaitState::Answered,
            EntryState::TooLarge => WaitState::Parked(ParkReason::TooLarge),
            EntryState::Malformed => WaitState::Parked(ParkReason::Malformed),
        },
        doubtful: it.doubt.is_some(),
    };
    queue.iter().map(waiting).collect()
}

impl SyncStatus {
    /// Returns how many cards need the user.
    pub fn cards(&self) -> u32 {
        self.refused.saturating_add(self.clashes)
    }

    /// Takes over what the queue says.
    pub fn count(&mut self, queue: &[Waiting]) {
        let unsent = |it: &&Waiting| it.state != WaitState::Answered;
        self.waiting = u32::try_from(queue.iter().filter(unsent).count()).unwrap_or(u32::MAX);
        self.oldest = queue.iter().filter(unsent).map(|it| it.at).min();
        self.parked = queue
            .iter()
            .filter_map(|it| match it.state {
                WaitState::Parked(reason) => Some(Parked { seq: it.seq, kind: it.kind.clone(), reason }),
                _ => None,
            })
            .collect();
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use leeway_core::RecordType;
    use leeway_core::sync::protocol::Envelope;
    use leeway_core::values::{CommandId, UserId};
    use uuid::Uuid;

    const KEY: Key = Key { typ: RecordType::Visit, id: Uuid::from_u128(1) };
    const OTHER: Key = Key { typ: RecordType::Visit, id: Uuid::from_u128(2) };

    fn entry(seq: u64, state: EntryState) -> Entry {
        let envelope = Envelope {
            seq,
            id: CommandId::from_u128(u128::from(seq)),
            by: UserId::from_u128(1),
            kind: "visits.open".into(),
            kv: 1,
            at: Timestamp::from_ms(1_000 * i64::try_from(seq).unwrap()),
            args: serde_json::Value::Null,
        };
        Entry { envelope, state, keys: vec![KEY], epoch: None, doubt: None }
    }

    #[track_caller]
    fn check(states: &[EntryState], expected: RecordState) {
        let queue: Vec<_> = states.iter().zip(1..).map(|(state, seq)| entry(seq, *state)).collect();
        assert_eq!(record_state(&queue, KEY), expected);
        assert_eq!(record_state(&queue, OTHER), RecordState::Synced);
    }

    #[test]
    fn a_record_shows_what_its_user_most_needs_to_know() {
        check(&[], RecordState::Synced);
        check(&[EntryState::Queued], RecordState::Waiting);
        check(&[EntryState::Sent, EntryState::Queued], RecordState::Waiting);
        check(&[EntryState::Sent], RecordState::Sending);
        check(&[EntryState::Applied], RecordState::Sending);
        check(&[EntryState::Queued, EntryState::TooLarge], RecordState::Parked);
        check(&[EntryState::Refused, EntryState::Queued], RecordState::Refused);
    }

    #[test]
    fn what_is_doubtful_is_said() {
        let doubt =
            leeway_core::refusal::RefusalData { code: "visits.closed".into(), args: Default::default() };
        let queue = [Entry { doubt: Some(doubt), ..entry(1, EntryState::Queued) }];
        assert_eq!(record_state(&queue, KEY), RecordState::WouldBeRefused);
        assert!(summary(&queue)[0].doubtful);
    }

    #[test]
    fn what_is_answered_does_not_wait() {
        let queue = [
            entry(1, EntryState::Applied),
            entry(2, EntryState::Sent),
            entry(3, EntryState::Queued),
            entry(4, EntryState::Malformed),
        ];
        let mut status = SyncStatus::default();
        status.count(&summary(&queue));
        assert_eq!(status.waiting, 3);
        assert_eq!(status.oldest, Some(Timestamp::from_ms(2_000)));
        assert_eq!(
            status.parked,
            [Parked { seq: 4, kind: "visits.open".into(), reason: ParkReason::Malformed }]
        );
    }
}
