//! What the tabs of this app tell each other. Never carries business data: each tab reads the store itself.

use leeway_core::values::Timestamp;
use serde::{Deserialize, Serialize};

use super::Phase;

/// One tab to all others.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Said {
    /// Rows changed.
    Rows,
    /// The queue changed.
    Queue,
    /// A command was taken: rows and the queue changed, and there is something to send before long.
    Took,
    /// Look again, and at once if so asked; meant for the tab that syncs.
    Ring {
        /// At once.
        now: bool,
    },
    /// A tab has opened and asks how sync fares.
    Hello,
    /// How sync fares; from the tab that syncs.
    Fares {
        /// What it is doing.
        phase: Phase,
        /// When the server last answered in full.
        last_success: Option<Timestamp>,
        /// This device's clock is off.
        clock_off: bool,
    },
    /// Somebody logged in or out: start anew.
    OtherUser,
}

impl Said {
    /// Writes it.
    pub(crate) fn to_text(&self) -> String {
        serde_json::to_string(self).unwrap_or_default()
    }

    /// Reads it; `None` for what a newer program says.
    pub(crate) fn of(text: &str) -> Option<Self> {
        serde_json::from_str(text).ok()
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn tabs_understand_each_other_and_ignore_the_rest() {
        let fares = Said::Fares {
            phase: Phase::FirstSync { rows: 7 },
            last_success: Some(Timestamp::from_ms(1)),
            clock_off: false,
        };
        for said in [Said::Rows, Said::Took, Said::Ring { now: true }, Said::Hello, fares] {
            assert_eq!(Said::of(&said.to_text()), Some(said));
        }
        assert_eq!(Said::of("\"of_a_newer_program\""), None);
    }
}
