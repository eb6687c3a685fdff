//! Why this device could not save or read: one classifier for all that browsers say.

use indexed_db_futures::error::{DomException, Error, OpenDbError};
use wasm_bindgen::{JsCast, JsValue};

/// What went wrong in the store, by what can be done about it.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
pub enum StoreError {
    /// No space is left.
    #[error("no space left")]
    Full,
    /// The connection to the store was lost, and opening it again did not help.
    #[error("the connection was lost")]
    Gone,
    /// Another page holds an older store open.
    #[error("another page holds the store")]
    Blocked,
    /// The store was written by a newer program: reload.
    #[error("the store is newer than this program")]
    TooNew,
    /// The browser, or somebody with its help, has deleted the store while the program ran: start anew, and tell.
    #[error("the store was deleted")]
    Wiped,
    /// Anything else, as the browser named it.
    #[error("{0}")]
    Other(String),
}

impl StoreError {
    /// Reads what a browser says. Names first, they are the standard's; words only where WebKit has no name for it.
    pub fn classify(name: &str, message: &str) -> Self {
        const LOST: [&str; 5] = [
            "Connection to Indexed Database server lost",
            "without an in-progress transaction",
            "connection is closing",
            "connection is closed",
            "database connection is closed",
        ];
        const NO_SPACE: [&str; 3] = ["QuotaExceeded", "NO_SPACE", "disk is full"];
        if name == "QuotaExceededError" || NO_SPACE.iter().any(|it| message.contains(it)) {
            Self::Full
        } else if name == "VersionError" {
            Self::TooNew
        } else if name == "InvalidStateError" || LOST.iter().any(|it| message.contains(it)) {
            Self::Gone
        } else {
            Self::Other(format!("{name}: {message}"))
        }
    }

    /// Reads what a transaction says that did not complete. Without a reason it was the quota: that is how Chromium
    /// reports it at times.
    #[cfg(target_family = "wasm")]
    pub(super) fn of_abort(reason: Option<web_sys::DomException>) -> Self {
        match reason {
            Some(reason) => Self::classify(&reason.name(), &reason.message()),
            None => Self::Full,
        }
    }

    pub(super) fn of_js(value: &JsValue) -> Self {
        match value.dyn_ref::<js_sys::Error>() {
            Some(error) => Self::classify(&String::from(error.name()), &String::from(error.message())),
            None => match value.dyn_ref::<web_sys::DomException>() {
                Some(error) => Self::classify(&error.name(), &error.message()),
                None => Self::Other(format!("{value:?}")),
            },
        }
    }
}

impl From<Error> for StoreError {
    fn from(error: Error) -> Self {
        match error {
            Error::DomException(error) => {
                let text = error.message();
                let error: web_sys::DomException = DomException::into(error);
                Self::classify(&error.name(), &text)
            }
            Error::Unknown(error) => Self::of_js(error.as_ref()),
            Error::Serialisation(_) | Error::MissingData(_) => Self::Other(error.to_string()),
        }
    }
}

impl From<OpenDbError> for StoreError {
    fn from(error: OpenDbError) -> Self {
        match error {
            OpenDbError::Base(error) => error.into(),
            other => Self::Other(other.to_string()),
        }
    }
}

impl From<serde_json::Error> for StoreError {
    fn from(error: serde_json::Error) -> Self {
        Self::Other(error.to_string())
    }
}

#[cfg(test)]
mod tests {
    use super::StoreError;

    fn check(name: &str, message: &str, expected: StoreError) {
        assert_eq!(StoreError::classify(name, message), expected, "{name}: {message}");
    }

    #[test]
    fn what_browsers_say_is_understood() {
        check("QuotaExceededError", "", StoreError::Full);
        check("UnknownError", "Error: NO_SPACE at write", StoreError::Full);
        check("InvalidStateError", "The database connection is closing.", StoreError::Gone);
        check(
            "UnknownError",
            "Connection to Indexed Database server lost. Refresh the page to try again",
            StoreError::Gone,
        );
        check(
            "UnknownError",
            "Attempt to get a record from database without an in-progress transaction",
            StoreError::Gone,
        );
        check("VersionError", "", StoreError::TooNew);
        check("DataError", "no valid key", StoreError::Other("DataError: no valid key".into()));
    }
}
