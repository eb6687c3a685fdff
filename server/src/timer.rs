//! What is done by the clock. A tick that comes late moves those after it: nothing is made up for in a heap.

use std::time::Duration;

use tokio::time::{Instant, Interval, MissedTickBehavior, interval_at};

use crate::error::ApiError;

/// Ticks now and then every so often.
pub(crate) fn from_now(every: Duration) -> Interval {
    ticks(Instant::now(), every)
}

/// Ticks every so often, for the first time when so much time has passed.
pub(crate) fn after(every: Duration) -> Interval {
    ticks(Instant::now() + every, every)
}

fn ticks(first: Instant, every: Duration) -> Interval {
    let mut ticks = interval_at(first, every);
    ticks.set_missed_tick_behavior(MissedTickBehavior::Delay);
    ticks
}

/// Sweeps now and then every so often, for as long as it is polled. What fails is tried again at the next tick.
pub(crate) async fn sweep_every<F>(every: Duration, what: &'static str, sweep: impl Fn() -> F)
where
    F: Future<Output = Result<(), ApiError>>,
{
    let mut ticks = from_now(every);
    loop {
        ticks.tick().await;
        if let Err(error) = sweep().await {
            tracing::warn!(%error, "{what} were not looked at");
        }
    }
}
