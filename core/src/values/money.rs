//! Money in 分, exact. It never holds a fraction of a 分, and never wraps: a sum that doesn't fit is `None`.

use std::fmt;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::decimal::{self, DecimalError};
use super::percent::{Percent, TaxRate};
use super::rounding::round_half_up;

/// An amount of CNY in 分; may be negative (a difference).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = i64))]
#[serde(try_from = "i64", into = "i64")]
pub struct Money(i64);

/// What keeps an input from being an amount.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Error, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "error", rename_all = "snake_case")]
pub enum MoneyError {
    /// Nothing was typed.
    #[error("no amount")]
    Empty,
    /// Something else than an amount.
    #[error("not an amount")]
    NotANumber,
    /// A part of a 分.
    #[error("more than two decimals")]
    TooManyDecimals,
    /// More than [`Money::MAX`].
    #[error("the amount is too large")]
    TooLarge,
    /// Below zero, where an amount is typed.
    #[error("the amount is negative")]
    Negative,
}

impl Money {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// The largest amount that is typed, sent or summed: just under a hundred thousand million 元. JavaScript and
    /// spreadsheets still hold it exactly.
    pub const MAX: Self = Self(9_999_999_999_999);

    /// Makes an amount out of 分.
    #[must_use]
    pub const fn from_fen(fen: i64) -> Self {
        Self(fen)
    }

    /// Returns the amount in 分.
    #[must_use]
    pub const fn fen(self) -> i64 {
        self.0
    }

    /// Says whether it is below zero.
    #[must_use]
    pub const fn is_negative(self) -> bool {
        self.0 < 0
    }

    /// Returns the sum, `None` past [`Money::MAX`] on either side.
    #[must_use]
    pub fn checked_add(self, other: Self) -> Option<Self> {
        Self::within(i128::from(self.0) + i128::from(other.0))
    }

    /// Returns the difference, `None` past [`Money::MAX`] on either side.
    #[must_use]
    pub fn checked_sub(self, other: Self) -> Option<Self> {
        Self::within(i128::from(self.0) - i128::from(other.0))
    }

    /// Returns it `n` times, `None` past [`Money::MAX`] on either side.
    #[must_use]
    pub fn times(self, n: u64) -> Option<Self> {
        Self::within(i128::from(self.0) * i128::from(n))
    }

    /// Returns the sum of all, `None` past [`Money::MAX`] on either side; the order doesn't matter.
    #[must_use]
    pub fn sum(amounts: impl IntoIterator<Item = Self>) -> Option<Self> {
        Self::within(amounts.into_iter().map(|amount| i128::from(amount.0)).sum())
    }

    /// Returns that part of it, rounded by [`round_half_up`].
    #[must_use]
    pub fn percent(self, part: Percent) -> Self {
        Self::no_larger(round_half_up(i128::from(self.0) * i128::from(part.bp()), Percent::WHOLE))
    }

    /// Returns what is left when that part is taken off: the part is rounded, the rest is the difference, so that
    /// both always add up.
    #[must_use]
    pub fn less(self, off: Percent) -> Self {
        // the part has the sign of the whole and is no larger: no overflow
        Self(self.0 - self.percent(off).0)
    }

    /// Returns a price that includes VAT without it, rounded by [`round_half_up`].
    #[must_use]
    pub fn net_of_tax(self, rate: TaxRate) -> Self {
        let gross = Percent::WHOLE.saturating_add(u64::from(rate.percent().bp()));
        Self::no_larger(round_half_up(i128::from(self.0) * i128::from(Percent::WHOLE.get()), gross))
    }

    /// Reads what a user typed: `1234.5`, `1,234.50`, `¥1,234.50`, full-width forms too.
    ///
    /// # Errors
    /// [`MoneyError`], when it isn't exactly one amount from zero to [`Money::MAX`].
    pub fn parse(input: &str) -> Result<Self, MoneyError> {
        let tidied = decimal::tidy(input);
        let (negative, rest) = match decimal::strip_minus(&tidied) {
            Some(rest) => (true, rest),
            None => (false, tidied.as_str()),
        };
        let rest = rest.strip_prefix('¥').map_or(rest, str::trim_start);
        // an amount of nothing but its signs isn't empty: something was typed
        if rest.is_empty() && !tidied.is_empty() {
            return Err(MoneyError::NotANumber);
        }
        let digits = ungrouped(rest).ok_or(MoneyError::NotANumber)?;
        let fen = decimal::hundredths(&digits)?;
        match () {
            () if negative => Err(MoneyError::Negative),
            () if fen > Self::MAX.0 => Err(MoneyError::TooLarge),
            () => Ok(Self(fen)),
        }
    }

    /// Returns it with two decimals and nothing else, as an input field shows it: `1234.50`.
    #[must_use]
    pub fn plain(self) -> String {
        let fen = self.0.unsigned_abs();
        let minus = if self.is_negative() { "-" } else { "" };
        format!("{minus}{}.{:02}", fen / 100, fen % 100)
    }

    fn within(fen: i128) -> Option<Self> {
        let fen = i64::try_from(fen).ok()?;
        (-Self::MAX.0..=Self::MAX.0).contains(&fen).then_some(Self(fen))
    }

    /// Takes a part of an amount, which fits because the amount did.
    #[expect(clippy::cast_possible_truncation, reason = "a part of an i64 is an i64")]
    const fn no_larger(fen: i128) -> Self {
        Self(fen as i64)
    }
}

/// Takes the commas out, when they stand between thousands.
fn ungrouped(text: &str) -> Option<String> {
    let (whole, fraction) = match text.find('.') {
        Some(point) => text.split_at(point),
        None => (text, ""),
    };
    if fraction.contains(',') {
        return None;
    }
    let mut groups = whole.split(',');
    let first = groups.next()?;
    let grouped = whole.len() > first.len();
    if grouped && !(1..=3).contains(&first.len()) || groups.any(|group| group.len() != 3) {
        return None;
    }
    Some(text.replace(',', ""))
}

impl fmt::Display for Money {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let fen = self.0.unsigned_abs();
        let whole = (fen / 100).to_string();
        let mut shown = String::from(if self.is_negative() { "\u{2212}¥" } else { "¥" });
        for (at, digit) in whole.chars().enumerate() {
            if at > 0 && (whole.len() - at).is_multiple_of(3) {
                shown.push(',');
            }
            shown.push(digit);
        }
        f.pad(&format!("{shown}.{:02}", fen % 100))
    }
}

impl TryFrom<i64> for Money {
    type Error = MoneyError;

    fn try_from(fen: i64) -> Result<Self, MoneyError> {
        Self::within(i128::from(fen)).ok_or(MoneyError::TooLarge)
    }
}

impl From<Money> for i64 {
    fn from(money: Money) -> Self {
        money.0
    }
}

impl From<DecimalError> for MoneyError {
    fn from(error: DecimalError) -> Self {
        match error {
            DecimalError::Empty => Self::Empty,
            DecimalError::NotANumber => Self::NotANumber,
            DecimalError::TooManyDecimals => Self::TooManyDecimals,
            DecimalError::TooLarge => Self::TooLarge,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn reads(input: &str, expected: Result<i64, MoneyError>) {
        assert_eq!(Money::parse(input).map(Money::fen), expected, "{input:?}");
    }

    #[test]
    fn reads_what_users_type() {
        for (input, fen) in [
            ("0", 0),
            ("1234.5", 123_450),
            ("1,234.50", 123_450),
            ("¥1,234.50", 123_450),
            ("￥ １，２３４．５０", 123_450),
            (" 12 ", 1_200),
            (".05", 5),
            ("5.", 500),
            ("007", 700),
            ("1,234,567", 123_456_700),
            ("99,999,999,999.99", Money::MAX.fen()),
        ] {
            reads(input, Ok(fen));
        }
    }

    #[test]
    fn refuses_the_rest_with_its_reason() {
        for (input, error) in [
            ("", MoneyError::Empty),
            ("\u{3000}\t", MoneyError::Empty),
            ("¥", MoneyError::NotANumber),
            ("-", MoneyError::NotANumber),
            (".", MoneyError::NotANumber),
            (",", MoneyError::NotANumber),
            ("1,2", MoneyError::NotANumber),
            ("1,23.4", MoneyError::NotANumber),
            ("1234,567", MoneyError::NotANumber),
            (",123", MoneyError::NotANumber),
            ("1,,234", MoneyError::NotANumber),
            ("1.234,50", MoneyError::NotANumber),
            ("1.2.3", MoneyError::NotANumber),
            ("1 234", MoneyError::NotANumber),
            ("1e3", MoneyError::NotANumber),
            ("$5", MoneyError::NotANumber),
            ("-x", MoneyError::NotANumber),
            ("一百", MoneyError::NotANumber),
            ("1.234", MoneyError::TooManyDecimals),
            ("100000000000", MoneyError::TooLarge),
            ("99999999999999999999999", MoneyError::TooLarge),
            ("-1", MoneyError::Negative),
            ("\u{2212}¥1,234.50", MoneyError::Negative),
        ] {
            reads(input, Err(error));
        }
    }

    #[test]
    fn shows_thousands_and_a_real_minus() {
        for (fen, shown, plain) in [
            (0, "¥0.00", "0.00"),
            (5, "¥0.05", "0.05"),
            (99_999, "¥999.99", "999.99"),
            (100_000, "¥1,000.00", "1000.00"),
            (17_452_200, "¥174,522.00", "174522.00"),
            (-123_456_789, "\u{2212}¥1,234,567.89", "-1234567.89"),
            (i64::MIN, "\u{2212}¥92,233,720,368,547,758.08", "-92233720368547758.08"),
        ] {
            let money = Money::from_fen(fen);
            assert_eq!((money.to_string().as_str(), money.plain().as_str()), (shown, plain));
        }
    }

    #[test]
    fn what_does_not_fit_is_said() {
        let one = Money::from_fen(1);
        assert_eq!(Money::MAX.checked_add(one), None);
        assert_eq!(Money::from_fen(-1).checked_sub(Money::MAX), None);
        assert_eq!(Money::ZERO.checked_sub(Money::MAX), Some(Money::from_fen(-Money::MAX.fen())));
        assert_eq!(Money::from_fen(i64::MIN).checked_sub(Money::from_fen(i64::MAX)), None);
        assert_eq!(one.times(u64::MAX), None);
        assert_eq!(Money::from_fen(-3).times(4), Some(Money::from_fen(-12)));
        assert_eq!(Money::sum([Money::MAX, one, Money::from_fen(-1)]), Some(Money::MAX));
        assert_eq!(Money::sum([Money::MAX, one]), None);
        assert_eq!(Money::sum([]), Some(Money::ZERO));
    }

    #[test]
    fn half_a_fen_goes_away_from_zero() {
        let half = Percent::parse("50").unwrap();
        assert_eq!(Money::from_fen(1).percent(half), Money::from_fen(1));
        assert_eq!(Money::from_fen(-1).percent(half), Money::from_fen(-1));
        assert_eq!(Money::from_fen(1).less(half), Money::ZERO);
        assert_eq!(Money::from_fen(10_600).net_of_tax(TaxRate::Six), Money::from_fen(10_000));
        assert_eq!(Money::from_fen(i64::MIN).less(Percent::ZERO), Money::from_fen(i64::MIN));
        assert_eq!(Money::from_fen(i64::MIN).less(Percent::HUNDRED), Money::ZERO);
    }

    #[test]
    fn on_the_wire_it_is_fen_and_checked() {
        assert_eq!(serde_json::to_string(&Money::from_fen(-5)).unwrap(), "-5");
        assert_eq!(serde_json::from_str::<Money>("9999999999999").unwrap(), Money::MAX);
        for wrong in ["10000000000000", "-10000000000000", "1.5", "\"1\"", "1e30"] {
            assert!(serde_json::from_str::<Money>(wrong).is_err(), "{wrong}");
        }
    }

    proptest! {
        #[test]
        fn what_is_shown_reads_back(fen in 0..=Money::MAX.0) {
            let money = Money(fen);
            prop_assert_eq!(Money::parse(&money.to_string()), Ok(money));
            prop_assert_eq!(Money::parse(&money.plain()), Ok(money));
        }

        #[test]
        fn no_input_panics(input in "[-¥￥0-9,.， ]{0,16}|\\PC{0,12}") {
            let _ = Money::parse(&input);
        }
    }
}
