//! The one rule by which an amount is rounded. There is never a second one.

use std::num::NonZeroU64;

/// Returns the whole number nearest to `numerator / denominator`; a half goes away from zero.
///
/// The rule is symmetric, so that what is taken off and what is given back round to the same 分.
#[must_use]
pub const fn round_half_up(numerator: i128, denominator: NonZeroU64) -> i128 {
    let denominator = denominator.get() as i128;
    let whole = numerator / denominator;
    let rest = numerator % denominator;
    if rest.abs() * 2 >= denominator { whole + rest.signum() } else { whole }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(numerator: i128, denominator: u64, expected: i128) {
        assert_eq!(round_half_up(numerator, NonZeroU64::new(denominator).unwrap()), expected);
    }

    #[test]
    fn a_half_goes_away_from_zero() {
        check(5, 10, 1);
        check(-5, 10, -1);
        check(15, 10, 2);
        check(-15, 10, -2);
        check(25, 10, 3);
        check(1, 2, 1);
    }

    #[test]
    fn the_nearest_wins() {
        check(0, 7, 0);
        check(4, 10, 0);
        check(-4, 10, 0);
        check(6, 10, 1);
        check(1, 3, 0);
        check(2, 3, 1);
        check(-2, 3, -1);
        check(9, 1, 9);
    }
}
