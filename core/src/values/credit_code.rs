//! The unified social credit code (统一社会信用代码) of GB 32100-2015. A code with a wrong check character never
//! becomes a [`CreditCode`]. Whether a code is registered, only the registry knows.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;

use super::text::half_width;

/// The characters that a code is made of, in the order of their values: no I, O, S, V and Z.
const ALPHABET: &[u8; 31] = b"0123456789ABCDEFGHJKLMNPQRTUWXY";
/// How many characters a code has.
const LENGTH: usize = 18;

/// A unified social credit code, checked.
#[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String, min_length = 18, max_length = 18))]
#[serde(try_from = "String", into = "String")]
pub struct CreditCode([u8; LENGTH]);

/// What keeps an input from being a credit code.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Error, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "error", rename_all = "snake_case")]
pub enum CreditCodeError {
    /// It hasn't 18 characters.
    #[error("a credit code has 18 characters, not {found}")]
    Length {
        /// How many it has, space left out.
        found: usize,
    },
    /// A character that no code contains.
    #[error("character {at} of the credit code can't be {found:?}")]
    Character {
        /// Where it stands, counted from 1, space left out.
        at: usize,
        /// The character.
        found: char,
    },
    /// The last character doesn't fit the others: one of them is wrong.
    #[error("the credit code should end in {expected:?}")]
    Checksum {
        /// What the last would be if the first 17 are right.
        expected: char,
    },
}

/// Returns the check character for the first 17 characters of a code, `None` when they aren't 17 of its alphabet.
#[must_use]
pub fn check_character(first17: &str) -> Option<char> {
    let characters = normalise(first17);
    let values: Vec<u32> = characters.iter().map(|&character| value(character)).collect::<Option<_>>()?;
    if values.len() != LENGTH - 1 {
        return None;
    }
    check_of(values)
}

/// Drops space, and turns full-width and lower-case forms into those that are printed.
fn normalise(input: &str) -> Vec<char> {
    input
        .chars()
        .map(half_width)
        .filter(|character| !character.is_whitespace())
        .map(|character| character.to_ascii_uppercase())
        .collect()
}

fn value(character: char) -> Option<u32> {
    (0..).zip(ALPHABET).find(|&(_, &known)| char::from(known) == character).map(|(value, _)| value)
}

/// Weighs value by value with the powers of 3 modulo 31, as the standard says.
fn check_of(values: impl IntoIterator<Item = u32>) -> Option<char> {
    let (sum, _) = values
        .into_iter()
        .fold((0, 1), |(sum, weight), value| ((sum + value * weight) % 31, weight * 3 % 31));
    let check = usize::try_from((31 - sum) % 31).ok()?;
    ALPHABET.get(check).copied().map(char::from)
}

impl CreditCode {
    /// Returns the 18 characters.
    #[must_use]
    pub fn as_str(&self) -> &str {
        // only ASCII of the alphabet gets in
        str::from_utf8(&self.0).unwrap_or_default()
    }
}

impl FromStr for CreditCode {
    type Err = CreditCodeError;

    fn from_str(input: &str) -> Result<Self, CreditCodeError> {
        let characters = normalise(input);
        if let Some((at, &found)) = (1..).zip(&characters).find(|&(_, &character)| value(character).is_none())
        {
            return Err(CreditCodeError::Character { at, found });
        }
        let wrong_length = CreditCodeError::Length { found: characters.len() };
        if characters.len() != LENGTH {
            return Err(wrong_length);
        }
        let code: String = characters.iter().collect();
        let bytes: [u8; LENGTH] = code.as_bytes().try_into().map_err(|_| wrong_length)?;
        match check_character(&code[..LENGTH - 1]) {
            Some(expected) if !code.ends_with(expected) => Err(CreditCodeError::Checksum { expected }),
            _ => Ok(Self(bytes)),
        }
    }
}

impl fmt::Display for CreditCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.pad(self.as_str())
    }
}

impl fmt::Debug for CreditCode {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "CreditCode({})", self.as_str())
    }
}

impl TryFrom<String> for CreditCode {
    type Error = CreditCodeError;

    fn try_from(text: String) -> Result<Self, CreditCodeError> {
        text.parse()
    }
}

impl From<CreditCode> for String {
    fn from(code: CreditCode) -> Self {
        code.as_str().to_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    /// The example that the standard itself works through.
    const STANDARD: &str = "91350100M000100Y43";
    /// Another, worked out apart from this code; it isn't registered.
    const INVENTED: &str = "91330100MA2B1C3D5H";

    #[track_caller]
    fn refused(input: &str, expected: CreditCodeError) {
        assert_eq!(input.parse::<CreditCode>(), Err(expected), "{input:?}");
    }

    #[test]
    fn knows_good_codes_in_every_dress() {
        for code in [STANDARD, INVENTED] {
            assert_eq!(code.parse::<CreditCode>().unwrap().to_string(), code);
        }
        let code = STANDARD.parse::<CreditCode>().unwrap();
        for dress in
            [" 91350100m000100y43\n", "9135 0100 M000 100Y 43", "９１３５０１００Ｍ０００１００ｙ４３　"]
        {
            assert_eq!(dress.parse(), Ok(code), "{dress:?}");
        }
        assert_eq!(code.as_str(), STANDARD);
        assert_eq!(format!("{code:?}"), "CreditCode(91350100M000100Y43)");
    }

    #[test]
    fn says_what_is_wrong() {
        refused("", CreditCodeError::Length { found: 0 });
        refused("91350100M000100Y4", CreditCodeError::Length { found: 17 });
        refused("91350100M000100Y433", CreditCodeError::Length { found: 19 });
        refused("9135O100M000100Y43", CreditCodeError::Character { at: 5, found: 'O' });
        refused("9135 0100 M000 100Y4i", CreditCodeError::Character { at: 18, found: 'I' });
        refused("海港", CreditCodeError::Character { at: 1, found: '海' });
        refused("91350100M000100Y4Z", CreditCodeError::Character { at: 18, found: 'Z' });
        refused("91350100M000100Y44", CreditCodeError::Checksum { expected: '3' });
    }

    #[test]
    fn gives_the_check_character() {
        assert_eq!(check_character(&STANDARD[..17]), Some('3'));
        assert_eq!(check_character("00000000000000000"), Some('0'));
        assert_eq!(check_character(&STANDARD[..16]), None);
        assert_eq!(check_character(STANDARD), None);
        assert_eq!(check_character("I1350100M000100Y4"), None);
    }

    #[test]
    fn every_change_of_one_character_is_noticed() {
        for (at, own) in STANDARD.chars().enumerate() {
            for other in ALPHABET.iter().copied().map(char::from).filter(|&other| other != own) {
                let changed: String = STANDARD
                    .chars()
                    .enumerate()
                    .map(|(n, kept)| if n == at { other } else { kept })
                    .collect();
                assert!(
                    matches!(changed.parse::<CreditCode>(), Err(CreditCodeError::Checksum { .. })),
                    "{changed}"
                );
            }
        }
    }

    #[test]
    fn on_the_wire_it_is_a_checked_string() {
        let code = STANDARD.parse::<CreditCode>().unwrap();
        assert_eq!(serde_json::to_string(&code).unwrap(), format!("\"{STANDARD}\""));
        assert_eq!(serde_json::from_str::<CreditCode>("\"91350100m000100y43\"").unwrap(), code);
        assert!(serde_json::from_str::<CreditCode>("\"91350100M000100Y44\"").is_err());
    }

    proptest! {
        #[test]
        fn any_code_survives_any_dress_and_no_change(
            first in "[0-9A-HJ-NP-RTUW-Y]{17}", at in 0..18_usize, by in 1..31_usize,
        ) {
            let code = format!("{first}{}", check_character(&first).unwrap());
            let parsed = code.to_lowercase().parse::<CreditCode>().unwrap();
            prop_assert_eq!(parsed.as_str(), code.as_str());

            let mut changed = code.into_bytes();
            let value = ALPHABET.iter().position(|&known| known == changed[at]).unwrap();
            changed[at] = ALPHABET[(value + by) % 31];
            let changed = String::from_utf8(changed).unwrap();
            prop_assert!(changed.parse::<CreditCode>().is_err());
        }

        #[test]
        fn two_neighbours_swapped_are_noticed(first in "[0-9A-HJ-NP-RTUW-Y]{17}", at in 0..16_usize) {
            let mut code = format!("{first}{}", check_character(&first).unwrap()).into_bytes();
            prop_assume!(code[at] != code[at + 1]);
            code.swap(at, at + 1);
            prop_assert!(String::from_utf8(code).unwrap().parse::<CreditCode>().is_err());
        }

        #[test]
        fn no_input_panics(input in "\\PC{0,24}") {
            let _ = input.parse::<CreditCode>();
            let _ = check_character(&input);
        }
    }
}
