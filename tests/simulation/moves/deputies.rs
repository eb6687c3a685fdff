//! Deputies: appointed for some days, by whoever may and at times by whoever may not, and ended before their time.

use fastrand::Rng;
use leeway_app::platform::ids;
use leeway_app::store::{Store, StoreError};
use leeway_core::Body;
use leeway_core::deputies::{ActingPeriod, Appoint, End, LIVE, Write};
use leeway_core::testing::sample::{CHEN, LI, ZHOU};
use leeway_core::values::Timestamp;

const HOUR_MS: i64 = 60 * 60 * 1_000;

/// Chooses something to do about deputies, in a calendar in which it is about this time.
pub async fn choose(rng: &mut Rng, store: &Store, about: Timestamp) -> Result<Body, StoreError> {
    let live = store.list::<ActingPeriod>(LIVE).await?;
    if let Some(period) = rng.choice(&live)
        && rng.u8(..3) == 0
    {
        return Ok(Body::Deputies(Write::End(End { period: period.id })));
    }
    // the last one is of another unit
    let [manager, deputy] = [[CHEN, LI], [CHEN, LI], [LI, CHEN], [CHEN, ZHOU]][rng.usize(..4)];
    let from = about.ms() + rng.i64(-24..72) * HOUR_MS;
    Ok(Body::Deputies(Write::Appoint(Appoint {
        period: ids::acting_period(),
        manager,
        deputy,
        from: Timestamp::from_ms(from),
        until: Timestamp::from_ms(from + rng.i64(1..120) * HOUR_MS),
    })))
}
