//! What went wrong on this device, as a sentence. What the server or a rule refused is said by
//! [`super::refusals`].

use super::{Lang, refusals, td_string};
use crate::commands::DispatchError;
use crate::store::StoreError;

/// Says why an action was not taken.
pub fn dispatch(lang: impl Lang, error: &DispatchError) -> String {
    let locale = lang.locale();
    match error {
        DispatchError::Refused(refusal) => refusals::sentence(locale, refusal),
        DispatchError::Store(error) => store(locale, error).to_owned(),
        DispatchError::NotLoggedIn => td_string!(locale, common.not_logged_in).to_owned(),
    }
}

/// Says why this device could not save or read.
pub fn store(lang: impl Lang, error: &StoreError) -> &'static str {
    let locale = lang.locale();
    match error {
        StoreError::Full => td_string!(locale, common.store.full),
        StoreError::Blocked => td_string!(locale, common.store.blocked),
        StoreError::TooNew => td_string!(locale, common.store.too_new),
        StoreError::Wiped => td_string!(locale, common.store.wiped),
        StoreError::Gone | StoreError::Other(_) => td_string!(locale, common.store.other),
    }
}
