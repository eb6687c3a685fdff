//! What waits goes out, in order, in batches. A command that can't go out is set aside and counted; it never holds up
//! the next one, and it is never dropped.

use futures::future::join;
use leeway_core::sync::protocol::{PUSH_MAX, PushRequest, PushResponse, WIRE_VERSION};

use super::api::{ApiError, Server};
use super::{End, Engine, News, Phase};
use crate::store::{Entry, EntryState};

/// More renamings than this in one round would be a fault of the server: ask again later.
const RENAMINGS: u32 = 3;

/// What to do after the server did not take a batch.
#[derive(Debug, PartialEq, Eq)]
enum Remedy {
    /// Send again from this seq on.
    From(u64),
    /// Send fewer at once.
    Fewer(usize),
    /// Set this one aside, the rest goes out under a new name.
    Park(u64, EntryState),
    /// The server has lost what it had from this seq on: send that again, or start over under a new name.
    Again(u64),
    /// Start over under a new name.
    Rename,
    /// The server has begun another history: first see which.
    Pull,
    /// Ask again later.
    Later,
}

impl<S: Server> Engine<S> {
    /// Sends all that waits.
    pub(crate) async fn push(&self) -> Result<(), End> {
        // the next batch is taken by a write, which costs the disk's time
        if self.store.queue_len().await? == 0 {
            self.waiting.set(0);
            return Ok(());
        }
        let (mut from, mut most, mut renamings) = (0, PUSH_MAX, 0);
        let (mut answer, mut ahead) = (None, None);
        loop {
            let batch = match ahead.take() {
                Some(batch) => batch,
                None => self.store.next_batch(from, most).await?,
            };
            self.waiting.set(batch.len());
            let Some(last) = batch.last().map(Entry::seq) else { return self.note(answer).await };
            (self.tell)(News::Phase(Phase::Sending));
            (self.tell)(News::Queue);
            let request = self.request(&batch, answer.as_ref()).await?;
            // while this one is under way, the answer to the one before is noted, and the next one is made ready
            let meanwhile = async {
                self.note(answer.take()).await?;
                Ok::<_, End>(self.store.next_batch(last + 1, PUSH_MAX).await?)
            };
            let (sent, next) = join(self.server.push(&request), meanwhile).await;
            let next = next?;
            let error = match sent {
                Ok(done) => {
                    self.speaks.set(true);
                    let is_whole = done.last_seq >= last;
                    answer = Some(done);
                    if is_whole {
                        // not from what the server has: a copy of this store may have sent more
                        (from, most, ahead) = (last + 1, PUSH_MAX, Some(next));
                        continue;
                    }
                    // the server stopped at a passing trouble of its own
                    self.note(answer).await?;
                    return Err(End::NotReached);
                }
                Err(error) => error,
            };
            self.store.answered(None).await?;
            (self.tell)(News::Queue);
            let mut remedy = remedy(&error, &batch);
            if let Remedy::Again(seq) = remedy {
                let is_here = seq != from && self.store.send_again(seq).await?;
                remedy = if is_here { Remedy::From(seq) } else { Remedy::Rename };
            }
            match remedy {
                Remedy::From(seq) if seq != from => from = seq,
                Remedy::Fewer(fewer) => most = fewer,
                Remedy::Park(seq, why) => {
                    self.store.reissue(Some((seq, why))).await?;
                    from = 0;
                }
                Remedy::Rename if renamings < RENAMINGS => {
                    self.store.reissue(None).await?;
                    (from, renamings) = (0, renamings + 1);
                }
                Remedy::Pull => return Ok(()),
                Remedy::From(_) | Remedy::Again(_) | Remedy::Rename | Remedy::Later => {
                    return Err(error.into());
                }
            }
        }
    }

    /// Puts a batch into a push. `before`: the answer to the one before, which may not be noted yet.
    async fn request(&self, batch: &[Entry], before: Option<&PushResponse>) -> Result<PushRequest, End> {
        let (client, heard_in) = self.store.sender().await?;
        let client = match client {
            Some(client) => client,
            None => self.store.standing().await?.0,
        };
        Ok(PushRequest {
            v: WIRE_VERSION,
            epoch: before.and_then(|it| it.epoch.clone()).or(heard_in),
            client: client.id,
            incarnation: client.incarnation,
            cmds: batch.iter().map(|it| it.envelope.clone()).collect(),
        })
    }

    async fn note(&self, answer: Option<PushResponse>) -> Result<(), End> {
        if let Some(answer) = answer {
            self.store.answered(Some(&answer)).await?;
            (self.tell)(News::Queue);
        }
        Ok(())
    }
}

fn remedy(error: &ApiError, batch: &[Entry]) -> Remedy {
    let first = batch.first().map_or(0, Entry::seq);
    let smaller = |why| match batch.len() {
        0 | 1 => Remedy::Park(first, why),
        more => Remedy::Fewer(more / 2),
    };
    match (error, error.code()) {
        (_, "gap") => match error.number("expected") {
            // it lacks what is still here
            Some(expected) if batch.iter().any(|it| it.seq() == expected) => Remedy::From(expected),
            // it lacks what it had before: it was restored, or failed over
            Some(expected) if expected < first => Remedy::Again(expected),
            // it has more than this device ever sent: another copy of this store
            _ => Remedy::Rename,
        },
        (_, "other_epoch") => Remedy::Pull,
        (_, "payload_mismatch" | "client_forked") => Remedy::Rename,
        (_, "too_large") => match error.number("seq") {
            Some(seq) if batch.iter().any(|it| it.seq() == seq) => Remedy::Park(seq, EntryState::TooLarge),
            _ => smaller(EntryState::TooLarge),
        },
        (_, "malformed_json" | "bad_request") => smaller(EntryState::Malformed),
        _ => Remedy::Later,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use leeway_core::sync::protocol::{Envelope, ErrorBody};
    use leeway_core::values::{CommandId, Timestamp, UserId};
    use serde_json::{Value, json};

    fn batch(seqs: std::ops::Range<u64>) -> Vec<Entry> {
        let entry = |seq| Entry {
            envelope: Envelope {
                seq,
                id: CommandId::from_u128(u128::from(seq)),
                by: UserId::from_u128(1),
                kind: "visits.open".into(),
                kv: 1,
                at: Timestamp::from_ms(0),
                args: Value::Null,
            },
            state: EntryState::Sent,
            keys: Vec::new(),
            epoch: None,
            doubt: None,
        };
        seqs.map(entry).collect()
    }

    #[track_caller]
    fn check(code: &str, args: Value, seqs: std::ops::Range<u64>, expected: Remedy) {
        let error = ApiError::Refused(409, ErrorBody { code: code.into(), args });
        assert_eq!(remedy(&error, &batch(seqs)), expected);
    }

    #[test]
    fn a_gap_is_closed_by_what_is_still_here() {
        check("gap", json!({ "expected": 6 }), 4..9, Remedy::From(6));
    }

    #[test]
    fn a_server_that_lost_its_end_is_given_it_again() {
        check("gap", json!({ "expected": 2 }), 4..9, Remedy::Again(2));
    }

    #[test]
    fn a_gap_that_cannot_be_closed_is_left_behind_under_a_new_name() {
        check("gap", json!({ "expected": 12 }), 4..9, Remedy::Rename);
        check("payload_mismatch", json!({ "seq": 4 }), 4..9, Remedy::Rename);
        check("client_forked", Value::Null, 4..9, Remedy::Rename);
    }

    #[test]
    fn what_is_too_large_is_found_and_set_aside() {
        check(
            "too_large",
            json!({ "what": "command", "max": 1, "seq": 5 }),
            4..9,
            Remedy::Park(5, EntryState::TooLarge),
        );
        check("too_large", json!({ "what": "body", "max": 1 }), 4..9, Remedy::Fewer(2));
        check("too_large", json!({ "what": "body", "max": 1 }), 4..5, Remedy::Park(4, EntryState::TooLarge));
        check("bad_request", Value::Null, 4..5, Remedy::Park(4, EntryState::Malformed));
        check("bad_request", Value::Null, 4..6, Remedy::Fewer(1));
    }

    #[test]
    fn a_restored_server_is_looked_at_first() {
        check("other_epoch", Value::Null, 4..9, Remedy::Pull);
    }

    #[test]
    fn anything_else_waits() {
        check("internal", Value::Null, 4..5, Remedy::Later);
        assert_eq!(remedy(&ApiError::NotReached, &batch(1..2)), Remedy::Later);
    }
}
