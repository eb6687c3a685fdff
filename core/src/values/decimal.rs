//! Reads what a user typed as a number with up to two decimals, exactly. It never guesses: a form that could mean
//! two numbers is refused.

use super::text::half_width;

/// What keeps an input from being a number of hundredths.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum DecimalError {
    /// Nothing was typed.
    Empty,
    /// Something else than digits and one point.
    NotANumber,
    /// More digits after the point than two.
    TooManyDecimals,
    /// More than fits.
    TooLarge,
}

/// Returns the input in half-width forms without the space around it, as an input method may leave both.
pub(super) fn tidy(input: &str) -> String {
    let half: String = input.chars().map(half_width).collect();
    half.trim().to_owned()
}

/// Reads tidied digits with at most one point and returns the number of hundredths.
pub(super) fn hundredths(text: &str) -> Result<i64, DecimalError> {
    if text.is_empty() {
        return Err(DecimalError::Empty);
    }
    let (whole, fraction) = text.split_once('.').unwrap_or((text, ""));
    let digits = |part: &str| part.bytes().all(|byte| byte.is_ascii_digit());
    if !digits(whole) || !digits(fraction) || (whole.is_empty() && fraction.is_empty()) {
        return Err(DecimalError::NotANumber);
    }
    if fraction.len() > 2 {
        return Err(DecimalError::TooManyDecimals);
    }
    format!("{whole}{fraction:0<2}").parse().map_err(|_| DecimalError::TooLarge)
}

/// Takes a minus from the front: `Some` with the rest when there is one.
pub(super) fn strip_minus(text: &str) -> Option<&str> {
    text.strip_prefix(['-', '\u{2212}']).map(str::trim_start)
}

/// Writes hundredths with exactly the decimals that they need, at most two.
pub(super) fn shortest(hundredths: u32) -> String {
    let (whole, rest) = (hundredths / 100, hundredths % 100);
    match (rest / 10, rest % 10) {
        (0, 0) => format!("{whole}"),
        (tenth, 0) => format!("{whole}.{tenth}"),
        _ => format!("{whole}.{rest:02}"),
    }
}
