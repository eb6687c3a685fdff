//! Why a letterhead can't be.

use leeway_core::letterhead::LetterheadError;

use crate::i18n::{Locale, td_string};

pub(super) fn sentence(t: Locale, it: &LetterheadError) -> String {
    match it {
        LetterheadError::Name { max } => td_string!(t, refusals.letterhead.name, max = max.to_string()),
        LetterheadError::Reach { max } => td_string!(t, refusals.letterhead.reach, max = max.to_string()),
        LetterheadError::Terms { max, length } => {
            td_string!(t, refusals.letterhead.terms, max = max.to_string(), length = length.to_string())
        }
        LetterheadError::Changed => td_string!(t, refusals.letterhead.changed).to_owned(),
    }
}
