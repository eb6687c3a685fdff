//! Whether a device may bind now, as EMV cards do it: soft counters warn, hard counters send the quote to a post. The
//! phone asks before it signs; the server's word is the verdict.

use super::verdict::CLOCK_MS;
use super::{DeviceKey, Grant};
use crate::values::{Money, Timestamp};

/// From so many promises that the server has not seen, the phone asks for contact.
pub const SOFT_QUOTES: usize = 5;
/// At so many, nothing more is binding.
pub const HARD_QUOTES: usize = 20;
/// From so many hours without contact, the phone asks for it.
pub const SOFT_HOURS: i64 = 8;
/// After so many, large deals are not binding any more.
pub const HARD_HOURS_LARGE: i64 = 24;
/// After so many, nothing is.
pub const HARD_HOURS: i64 = 72;

const HOUR_MS: i64 = 60 * 60 * 1_000;

/// How a device stands to the server.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Standing {
    /// The device's clock.
    pub now: Timestamp,
    /// What it was at the last contact.
    pub contact: Timestamp,
    /// The latest that it ever was since.
    pub latest: Timestamp,
    /// Promises that the server has not seen.
    pub unseen: usize,
}

/// What a device may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Allowance {
    /// Until when it may bind.
    pub until: Timestamp,
    /// It should be in contact soon.
    pub is_soft: bool,
}

/// Why nothing is binding now.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Barrier {
    /// The device has no grant that counts now.
    NoGrant,
    /// The server has seen two receipts at one place.
    Forked,
    /// The clock has been set back: connect once.
    Clock,
    /// Too many promises that the server has not seen.
    TooMany,
    /// Too long without contact.
    TooLong,
    /// Too long without contact for a deal of this size.
    TooLongForSize,
}

/// Says whether a device may bind a deal of this total, where `cap` is the most that its user may give away alone.
///
/// # Errors
/// [`Barrier`] says why it may not.
pub fn may_bind(
    key: &DeviceKey,
    grant: Option<&Grant>,
    it: &Standing,
    deal: Option<(Money, Money)>,
) -> Result<Allowance, Barrier> {
    if key.chain.forked_at.is_some() {
        return Err(Barrier::Forked);
    }
    if it.now.ms() + CLOCK_MS < it.latest.max(it.contact).ms() {
        return Err(Barrier::Clock);
    }
    let grant =
        grant.filter(|grant| key.lost_at.is_none() && it.now <= grant.expires_at).ok_or(Barrier::NoGrant)?;
    if it.unseen >= HARD_QUOTES {
        return Err(Barrier::TooMany);
    }
    let away = it.now.ms() - it.contact.ms();
    if away > HARD_HOURS * HOUR_MS {
        return Err(Barrier::TooLong);
    }
    if deal.is_some_and(|(total, cap)| is_large(total, cap)) && away > HARD_HOURS_LARGE * HOUR_MS {
        return Err(Barrier::TooLongForSize);
    }
    let end = Timestamp::from_ms(it.contact.ms() + HARD_HOURS * HOUR_MS);
    let is_soft = it.unseen >= SOFT_QUOTES || away >= SOFT_HOURS * HOUR_MS;
    Ok(Allowance { until: end.min(grant.expires_at), is_soft })
}

/// A deal is large above half of what its manager may close alone.
fn is_large(total: Money, cap: Money) -> bool {
    i128::from(total.fen()) * 2 > i128::from(cap.fen())
}
