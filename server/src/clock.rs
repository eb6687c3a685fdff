//! The server's clock: the one place that asks what time it is. Tests set their own.

use std::fmt;
use std::sync::Arc;
use std::sync::atomic::{AtomicI64, Ordering};
use std::time::{SystemTime, UNIX_EPOCH};

use leeway_core::values::{Date, Timestamp};

/// Minutes that the organisation's wall clock is ahead of UTC.
const CHINA: i32 = 480;

/// Tells the time.
#[derive(Clone)]
pub struct Clock(Source);

#[derive(Clone)]
enum Source {
    System,
    Set(Arc<AtomicI64>),
}

impl Clock {
    /// The machine's clock.
    #[must_use]
    pub fn system() -> Self {
        Self(Source::System)
    }

    /// A clock that stands until it is moved by [`Clock::advance`].
    #[must_use]
    pub fn standing_at(at: Timestamp) -> Self {
        Self(Source::Set(Arc::new(AtomicI64::new(at.ms()))))
    }

    /// Moves a standing clock, and all its copies; the machine's clock stays as it is.
    pub fn advance(&self, ms: i64) {
        if let Source::Set(at) = &self.0 {
            at.fetch_add(ms, Ordering::SeqCst);
        }
    }

    /// Returns the moment that it is.
    #[must_use]
    pub fn now(&self) -> Timestamp {
        match &self.0 {
            Source::System => Timestamp::from_ms(system_ms()),
            Source::Set(at) => Timestamp::from_ms(at.load(Ordering::SeqCst)),
        }
    }

    /// Returns the day that it is where the organisation is.
    #[must_use]
    pub fn today(&self) -> Date {
        self.now().date_at(CHINA)
    }
}

impl fmt::Debug for Clock {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "Clock({})", self.now().ms())
    }
}

#[expect(clippy::disallowed_methods, reason = "this is the Clock that everybody else has to ask")]
fn system_ms() -> i64 {
    // a machine that believes to be before 1970 has no time to tell
    let since = SystemTime::now().duration_since(UNIX_EPOCH).unwrap_or_default();
    i64::try_from(since.as_millis()).unwrap_or(i64::MAX)
}
