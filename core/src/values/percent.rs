//! Percent and 折, exact to a hundredth of a percent. A rounded share is for showing: authority is never decided by
//! one, see [`exceeds`].

use std::fmt;
use std::num::NonZeroU64;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::decimal::{self, DecimalError};
use super::money::Money;
use super::rounding::round_half_up;

/// A share from 0 % to 100 % in basis points (hundredths of a percent).
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = u32, minimum = 0, maximum = 10_000))]
#[serde(try_from = "u32", into = "u32")]
pub struct Percent(u32);

/// What keeps an input from being a percentage.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Error, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "error", rename_all = "snake_case")]
pub enum PercentError {
    /// Nothing was typed.
    #[error("no percentage")]
    Empty,
    /// Something else than a percentage.
    #[error("not a percentage")]
    NotANumber,
    /// Finer than a hundredth of a percent.
    #[error("more than two decimals")]
    TooManyDecimals,
    /// More than the whole.
    #[error("more than 100 %")]
    OverHundred,
    /// Below zero.
    #[error("the percentage is negative")]
    Negative,
}

impl Percent {
    /// Nothing.
    pub const ZERO: Self = Self(0);
    /// The whole.
    pub const HUNDRED: Self = Self(10_000);
    /// The basis points of the whole, as a divisor.
    pub(super) const WHOLE: NonZeroU64 = NonZeroU64::MIN.saturating_add(9_999);

    /// Makes a percentage out of basis points.
    ///
    /// # Errors
    /// [`PercentError::OverHundred`] above 10,000.
    pub const fn from_bp(bp: u32) -> Result<Self, PercentError> {
        if bp > Self::HUNDRED.0 { Err(PercentError::OverHundred) } else { Ok(Self(bp)) }
    }

    /// Says whether it is nothing.
    #[must_use]
    pub const fn is_zero(&self) -> bool {
        self.0 == 0
    }

    /// Returns what is left of the whole.
    #[must_use]
    pub const fn rest(self) -> Self {
        Self(Self::HUNDRED.0 - self.0)
    }

    /// Returns the basis points, 0 to 10,000.
    #[must_use]
    pub const fn bp(self) -> u32 {
        self.0
    }

    /// Reads what a user typed: `8`, `8.5`, `12.25%`, full-width forms too.
    ///
    /// # Errors
    /// [`PercentError`], when it isn't exactly one percentage from 0 to 100.
    pub fn parse(input: &str) -> Result<Self, PercentError> {
        let tidied = decimal::tidy(input);
        let (negative, rest) = match decimal::strip_minus(&tidied) {
            Some(rest) => (true, rest),
            None => (false, tidied.as_str()),
        };
        let number = rest.strip_suffix('%').map_or(rest, str::trim_end);
        if number.is_empty() && !tidied.is_empty() {
            return Err(PercentError::NotANumber);
        }
        let bp = decimal::hundredths(number)?;
        if negative {
            return Err(PercentError::Negative);
        }
        u32::try_from(bp).map_err(|_| PercentError::OverHundred).and_then(Self::from_bp)
    }

    /// Returns what this much off leaves in 折, `9.2` for 8 % off; `10` is the full price, `0` is free.
    #[must_use]
    pub fn zhe(self) -> String {
        let left = Self::HUNDRED.0 - self.0;
        let (whole, thousandths) = (left / 1_000, left % 1_000);
        if thousandths == 0 {
            return whole.to_string();
        }
        format!("{whole}.{thousandths:03}").trim_end_matches('0').to_owned()
    }

    /// Returns the share that `part` is of `whole`, rounded by [`round_half_up`] and kept within 0 and 100 %: for
    /// showing, never for deciding. Of nothing, every share is zero.
    #[must_use]
    pub fn of_ratio(part: Money, whole: Money) -> Self {
        let Some(divisor) = u64::try_from(whole.fen()).ok().and_then(NonZeroU64::new) else {
            return Self::ZERO;
        };
        let bp = round_half_up(i128::from(part.fen()) * i128::from(Self::HUNDRED.0), divisor);
        u32::try_from(bp.clamp(0, i128::from(Self::HUNDRED.0))).map_or(Self::ZERO, Self)
    }
}

/// Says whether `part` is more than `limit` of `whole`, exactly. Of nothing (or less), any part is too much.
#[must_use]
pub fn exceeds(part: Money, whole: Money, limit: Percent) -> bool {
    let allowed = i128::from(whole.fen().max(0)) * i128::from(limit.0);
    i128::from(part.fen()) * i128::from(Percent::HUNDRED.0) > allowed
}

impl fmt::Display for Percent {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(&format!("{}%", decimal::shortest(self.0)))
    }
}

impl TryFrom<u32> for Percent {
    type Error = PercentError;

    fn try_from(bp: u32) -> Result<Self, PercentError> {
        Self::from_bp(bp)
    }
}

impl From<Percent> for u32 {
    fn from(percent: Percent) -> Self {
        percent.0
    }
}

impl From<DecimalError> for PercentError {
    fn from(error: DecimalError) -> Self {
        match error {
            DecimalError::Empty => Self::Empty,
            DecimalError::NotANumber => Self::NotANumber,
            DecimalError::TooManyDecimals => Self::TooManyDecimals,
            DecimalError::TooLarge => Self::OverHundred,
        }
    }
}

/// A VAT rate that the law knows for what is sold.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub enum TaxRate {
    /// 6 %: value-added telecom services, information services.
    Six,
    /// 9 %: basic telecom services, construction.
    Nine,
    /// 13 %: goods.
    Thirteen,
}

/// A number that is no VAT rate.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Error)]
#[error("not a VAT rate")]
pub struct TaxRateError;

impl TaxRate {
    /// All rates, lowest first.
    pub const ALL: [Self; 3] = [Self::Six, Self::Nine, Self::Thirteen];

    /// Returns the rate as a percentage.
    #[must_use]
    pub const fn percent(self) -> Percent {
        match self {
            Self::Six => Percent(600),
            Self::Nine => Percent(900),
            Self::Thirteen => Percent(1_300),
        }
    }
}

impl TryFrom<u8> for TaxRate {
    type Error = TaxRateError;

    fn try_from(rate: u8) -> Result<Self, TaxRateError> {
        match rate {
            6 => Ok(Self::Six),
            9 => Ok(Self::Nine),
            13 => Ok(Self::Thirteen),
            _ => Err(TaxRateError),
        }
    }
}

impl From<TaxRate> for u8 {
    fn from(rate: TaxRate) -> Self {
        match rate {
            TaxRate::Six => 6,
            TaxRate::Nine => 9,
            TaxRate::Thirteen => 13,
        }
    }
}

#[cfg(feature = "openapi")]
impl utoipa::PartialSchema for TaxRate {
    // by hand: the derive only knows enums that are written as their names
    fn schema() -> utoipa::openapi::RefOr<utoipa::openapi::schema::Schema> {
        use utoipa::openapi::schema::{ObjectBuilder, Type};
        let rates = Self::ALL.map(u8::from);
        ObjectBuilder::new().schema_type(Type::Integer).enum_values(Some(rates)).into()
    }
}

#[cfg(feature = "openapi")]
impl utoipa::ToSchema for TaxRate {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn reads(input: &str, expected: Result<u32, PercentError>) {
        assert_eq!(Percent::parse(input).map(Percent::bp), expected, "{input:?}");
    }

    #[test]
    fn reads_what_users_type() {
        for (input, bp) in [
            ("8", 800),
            ("8.5", 850),
            ("8.", 800),
            (".5", 50),
            ("12.25%", 1_225),
            (" 12.25 % ", 1_225),
            ("０８．５％", 850),
            ("0", 0),
            ("100", 10_000),
            ("100.00%", 10_000),
        ] {
            reads(input, Ok(bp));
        }
    }

    #[test]
    fn refuses_the_rest_with_its_reason() {
        for (input, error) in [
            ("", PercentError::Empty),
            (" \u{3000}", PercentError::Empty),
            ("%", PercentError::NotANumber),
            (".", PercentError::NotANumber),
            ("-", PercentError::NotANumber),
            ("1.2.3", PercentError::NotANumber),
            ("1,5", PercentError::NotANumber),
            ("8%%", PercentError::NotANumber),
            ("+8", PercentError::NotANumber),
            ("1e1", PercentError::NotANumber),
            ("九折", PercentError::NotANumber),
            ("-x", PercentError::NotANumber),
            ("8.125", PercentError::TooManyDecimals),
            ("100.01", PercentError::OverHundred),
            ("99999999999999999999", PercentError::OverHundred),
            ("-8", PercentError::Negative),
            ("\u{2212}8%", PercentError::Negative),
        ] {
            reads(input, Err(error));
        }
    }

    #[test]
    fn shows_percent_and_zhe() {
        for (bp, shown, zhe) in [
            (0, "0%", "10"),
            (800, "8%", "9.2"),
            (850, "8.5%", "9.15"),
            (1_137, "11.37%", "8.863"),
            (1_005, "10.05%", "8.995"),
            (2_000, "20%", "8"),
            (9_950, "99.5%", "0.05"),
            (10_000, "100%", "0"),
        ] {
            let percent = Percent::from_bp(bp).unwrap();
            assert_eq!((percent.to_string().as_str(), percent.zhe().as_str()), (shown, zhe));
        }
    }

    #[test]
    fn a_share_of_nothing() {
        let some = Money::from_fen(1);
        assert_eq!(Percent::of_ratio(some, Money::ZERO), Percent::ZERO);
        assert!(exceeds(some, Money::ZERO, Percent::HUNDRED));
        assert!(!exceeds(Money::ZERO, Money::ZERO, Percent::ZERO));
    }

    #[test]
    fn a_share_that_rounds_to_the_limit_still_exceeds_it() {
        let limit = Percent::parse("12").unwrap();
        let (part, whole) = (Money::from_fen(1_200_004), Money::from_fen(10_000_000));
        assert_eq!(Percent::of_ratio(part, whole), limit);
        assert!(exceeds(part, whole, limit));
        assert!(!exceeds(Money::from_fen(1_200_000), whole, limit));
    }

    #[test]
    fn on_the_wire_they_are_whole_numbers_and_checked() {
        assert_eq!(serde_json::to_string(&Percent::HUNDRED).unwrap(), "10000");
        assert_eq!(serde_json::from_str::<Percent>("850").unwrap().bp(), 850);
        for wrong in ["10001", "-1", "8.5", "\"8\""] {
            assert!(serde_json::from_str::<Percent>(wrong).is_err(), "{wrong}");
        }
        assert_eq!(serde_json::to_string(&TaxRate::ALL).unwrap(), "[6,9,13]");
        assert_eq!(serde_json::from_str::<[TaxRate; 3]>("[6,9,13]").unwrap(), TaxRate::ALL);
        assert!(serde_json::from_str::<TaxRate>("7").is_err());
        assert_eq!(TaxRate::ALL.map(|rate| rate.percent().to_string()), ["6%", "9%", "13%"]);
    }

    proptest! {
        #[test]
        fn what_is_shown_reads_back(bp in 0..=10_000_u32) {
            let percent = Percent::from_bp(bp).unwrap();
            prop_assert_eq!(Percent::parse(&percent.to_string()), Ok(percent));
        }

        #[test]
        fn zhe_is_a_tenth_of_what_is_left(bp in 0..=10_000_u32) {
            let zhe = Percent::from_bp(bp).unwrap().zhe();
            let (whole, rest) = zhe.split_once('.').unwrap_or((&zhe, ""));
            prop_assert_eq!(format!("{whole}{rest:0<3}").parse::<u32>().unwrap(), 10_000 - bp);
        }

        #[test]
        fn no_input_panics(input in "\\PC{0,12}") {
            let _ = Percent::parse(&input);
        }
    }
}
