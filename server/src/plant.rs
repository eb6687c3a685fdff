//! Bugs on purpose, one at a time, chosen by `LEEWAY_PLANT` at run time: each fault harness must find the ones that
//! are its own, or it proves nothing (`docs/soak/planted-bugs.md`). Only with the feature `plant`; **never** in a
//! build that ships, and without the feature nothing of it is compiled.

use std::sync::OnceLock;
use std::time::Duration;

use leeway_core::deputies::ActingPeriod;
use leeway_core::sync::protocol::PushRequest;
use leeway_core::values::{CommandId, Money};
use leeway_core::{Changes, Record};

use crate::db::{Mark, Writing};

/// How long a commit comes after its answer: about as long as a slow disk takes.
const LATE: Duration = Duration::from_millis(20);

fn is(name: &str) -> bool {
    static PLANTED: OnceLock<Option<String>> = OnceLock::new();
    PLANTED.get_or_init(|| std::env::var("LEEWAY_PLANT").ok()).as_deref() == Some(name)
}

/// Answers before the transaction counts: a server that is killed then has lied.
pub(crate) fn ack_before_commit() -> bool {
    is("ack_before_commit")
}

/// Commits after the answer.
pub(crate) fn commit_later(tx: Box<dyn Writing>) {
    tokio::spawn(async move {
        tokio::time::sleep(LATE).await;
        // a planted bug tells nobody
        drop(tx.commit().await);
    });
}

/// Flushes at a checkpoint only: a commit is on the disk some time later.
pub(crate) fn lazy_flush() -> bool {
    is("lazy_flush")
}

/// Leaves it to the operating system when photos come to the disk.
pub(crate) fn photos_unflushed() -> bool {
    is("photos_unflushed")
}

/// Says that it counts, whatever the disk said.
pub(crate) fn deaf_to_disk() -> bool {
    is("deaf_to_disk")
}

/// Runs a command again that has an outcome.
pub(crate) fn applied_twice(seq: u64, last_seq: u64) -> bool {
    seq <= last_seq && is("applied_twice")
}

/// Says of one command in 16 that it counts, and does nothing.
pub(crate) fn dropped(id: CommandId) -> bool {
    id.uuid().as_u128().is_multiple_of(16) && is("dropped")
}

/// Fails one command in 64 as if that would pass, for ever.
pub(crate) fn stuck(id: CommandId) -> bool {
    id.uuid().as_u128().is_multiple_of(64) && is("stuck")
}

/// Writes a quote down 1 分 a unit dearer than it was shown.
pub(crate) fn dearer(mut changes: Changes) -> Changes {
    for record in changes.puts.iter_mut().filter(|_| is("dearer")) {
        if let Record::Quote(quote) = record {
            for line in &mut quote.content.lines {
                line.price = Money::from_fen(line.price.fen() + 1);
            }
        }
    }
    changes
}

/// Looks at no acting period again that has begun.
pub(crate) fn endless_period(it: &ActingPeriod) -> bool {
    it.state.is_open() && is("endless_period")
}

/// Takes commands ahead of those that are missing.
pub(crate) fn gap_ignored(expected: u64) -> u64 {
    if is("gap_ignored") { u64::MAX } else { expected }
}

/// Takes the first two commands of a push in each other's place.
pub(crate) fn swapped(request: &PushRequest) -> PushRequest {
    let mut request = request.clone();
    if let [one, next, ..] = request.cmds.as_mut_slice()
        && is("swapped")
    {
        std::mem::swap(one, next);
        std::mem::swap(&mut one.seq, &mut next.seq);
    }
    request
}

/// Gives a cookie that is one commit ahead of its snapshot, as a naive cursor is.
pub(crate) fn skip_row(mark: Mark) -> Mark {
    match mark.0.parse::<u64>() {
        Ok(n) if is("skip_row") => Mark((n + 1).to_string()),
        _ => mark,
    }
}

/// No longer knows a kind of command that phones may have in their queues.
pub(crate) fn forgotten_kind(kind: &str) -> bool {
    kind == "visits.note" && is("forgotten_kind")
}
