//! Text that users type: cleaned where it comes in, folded where it is searched. It never changes what a user meant:
//! only the space around it goes.

use serde::{Deserialize, Serialize};
use thiserror::Error;

/// What keeps an input from being a text of the domain.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Error, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[serde(tag = "error", rename_all = "snake_case")]
pub enum TextError {
    /// Nothing but space.
    #[error("the text is empty")]
    Empty,
    /// More characters than the field holds.
    #[error("the text has more than {max} characters")]
    TooLong {
        /// How many characters the field holds.
        max: usize,
    },
}

/// Returns the input without the space around it, when it has between 1 and `max` characters then.
///
/// # Errors
/// [`TextError`] when nothing is left, or too much.
pub fn clean(input: &str, max: usize) -> Result<String, TextError> {
    let text = input.trim();
    if text.is_empty() {
        return Err(TextError::Empty);
    }
    if text.chars().count() > max {
        return Err(TextError::TooLong { max });
    }
    Ok(text.to_owned())
}

/// Returns the form in which texts are compared in a search: half-width, lower-case, each run of space as one blank,
/// none around.
#[must_use]
pub fn fold(input: &str) -> String {
    let mut folded = String::with_capacity(input.len());
    for word in input.split_whitespace() {
        if !folded.is_empty() {
            folded.push(' ');
        }
        folded.extend(word.chars().map(half_width).flat_map(char::to_lowercase));
    }
    folded
}

/// Returns the half-width form of a full-width character that a Chinese input method makes, and others as they are.
#[must_use]
pub(super) fn half_width(character: char) -> char {
    match character {
        '\u{3000}' => ' ',
        '\u{FFE5}' => '\u{A5}',
        // the block mirrors ASCII in ASCII's order
        '\u{FF01}'..='\u{FF5E}' => char::from_u32(u32::from(character) - 0xFEE0).unwrap_or(character),
        other => other,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[test]
    fn clean_trims_and_counts_characters_not_bytes() {
        assert_eq!(clean("  海港 第一医院\u{3000}", 7), Ok("海港 第一医院".to_owned()));
        assert_eq!(clean("海港第一医院", 5), Err(TextError::TooLong { max: 5 }));
        assert_eq!(clean(" \u{3000}\n\t", 5), Err(TextError::Empty));
        assert_eq!(clean("", 0), Err(TextError::Empty));
    }

    #[test]
    fn fold_meets_what_a_search_types() {
        assert_eq!(fold("ＡＢＣ　专线１００Ｍ"), "abc 专线100m");
        assert_eq!(fold("  Hai\tGang \n CO. "), "hai gang co.");
        assert_eq!(fold(" \u{3000} "), "");
        assert_eq!(fold("（海港）"), "(海港)");
    }

    proptest! {
        #[test]
        fn fold_is_stable_once_done(text in "\\PC{0,40}") {
            // a few capitals (such as İ) have a lower case that folds on: two rounds settle every text
            let once = fold(&fold(&text));
            prop_assert_eq!(fold(&once), once);
        }

        #[test]
        fn clean_keeps_what_is_inside(text in "\\PC{1,40}") {
            match clean(&text, 40) {
                Ok(kept) => prop_assert_eq!(kept.as_str(), text.trim()),
                Err(error) => { prop_assert_eq!(error, TextError::Empty); prop_assert!(text.trim().is_empty()); }
            }
        }
    }
}
