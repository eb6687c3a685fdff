//! Why something was not accepted, as data. Never holds a sentence: `app/src/i18n/refusals.rs` has those.

use serde::{Deserialize, Serialize};
use serde_json::Value;

use crate::record::RecordType;
use crate::rows::Read;
use crate::{
    approvals, authority, calendar, customers, deputies, frameworks, inbox, letterhead, opportunities,
    organisation, pricing, proof, quotes, visits,
};

/// Why [`crate::apply()`] did not return changes.
#[derive(Debug, Clone, PartialEq)]
pub enum Stop {
    /// The rule needs these rows first; nothing was decided.
    Missing(Vec<Read>),
    /// The answer is no.
    Refused(Refusal),
}

/// Refusals that any feature may give.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "code", content = "args", rename_all = "snake_case")]
pub enum GeneralError {
    /// There is no such record, or the actor may not know of it: the two are never told apart.
    #[error("no such {typ}")]
    NotFound {
        /// What was looked for.
        typ: RecordType,
    },
    /// The actor's role does not allow this.
    #[error("the role does not allow this")]
    Forbidden,
    /// The record exists already under this id with other content.
    #[error("this {typ} exists already")]
    Exists {
        /// What exists.
        typ: RecordType,
    },
    /// The author named in the command is not the user of the session that sent it.
    #[error("the author is not the session's user")]
    ForeignAuthor,
    /// No feature knows this kind of command.
    #[error("unknown command kind {kind}")]
    UnknownKind {
        /// The kind that was named.
        kind: String,
    },
    /// The arguments do not fit the kind.
    #[error("bad arguments: {why}")]
    BadArgs {
        /// What the decoder said.
        why: String,
    },
}

/// A refusal on the wire, in the database and in the inbox: `code` is `feature.reason`.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct RefusalData {
    /// `feature.reason`, as in `quotes.below_floor`.
    pub code: String,
    /// What the sentence needs.
    #[serde(default, skip_serializing_if = "Value::is_null")]
    pub args: Value,
}

macro_rules! refusals {
    ($($(#[$doc:meta])* $variant:ident($name:literal, $error:ty),)*) => {
        /// Why something was not accepted: one line per feature.
        #[derive(Debug, Clone, PartialEq, thiserror::Error)]
        pub enum Refusal { $($(#[$doc])* #[error(transparent)] $variant(#[from] $error),)* }

        $(impl From<$error> for Stop {
            fn from(error: $error) -> Self { Self::Refused(Refusal::from(error)) }
        })*

        impl Refusal {
            /// Returns the wire form.
            pub fn to_data(&self) -> RefusalData {
                let (feature, error) = match self {
                    $(Self::$variant(it) => ($name, serde_json::to_value(it)),)*
                };
                let mut error = error.unwrap_or(Value::Null);
                let reason = error["code"].as_str().unwrap_or_default().to_owned();
                let args = error.get_mut("args").map(Value::take).unwrap_or(Value::Null);
                RefusalData { code: format!("{feature}.{reason}"), args }
            }

            /// Reads the wire form; `None` for a reason of a newer version, which is shown by its code.
            pub fn from_data(data: &RefusalData) -> Option<Self> {
                let (feature, reason) = data.code.split_once('.')?;
                match feature {
                    $($name => crate::plain::read_apart::<$error>(reason, &data.args).ok().map(Self::$variant),)*
                    _ => None,
                }
            }
        }
    };
}

refusals! {
    /// Any feature.
    General("general", GeneralError),
    /// Customers and contacts.
    Customers("customers", customers::CustomerError),
    /// Visits.
    Visits("visits", visits::VisitError),
    /// Quotes.
    Quotes("quotes", quotes::QuoteError),
    /// Approvals.
    Approvals("approvals", approvals::ApprovalError),
    /// Opportunities.
    Opportunities("opportunities", opportunities::OpportunityError),
    /// Price books.
    Pricing("pricing", pricing::PricingError),
    /// Framework agreements.
    Frameworks("frameworks", frameworks::FrameworkError),
    /// Discount limits.
    Authority("authority", authority::AuthorityError),
    /// Working days and office hours.
    Calendar("calendar", calendar::CalendarError),
    /// The letterhead.
    Letterhead("letterhead", letterhead::LetterheadError),
    /// Units, members, posts.
    Organisation("organisation", organisation::OrganisationError),
    /// Who acts for whom.
    Deputies("deputies", deputies::DeputyError),
    /// Cards of the inbox.
    Inbox("inbox", inbox::InboxError),
    /// Receipts.
    Proof("proof", proof::ProofError),
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use expect_test::expect_file;
    use serde::de::DeserializeOwned;
    use serde_json::json;

    use super::*;
    use crate::testing::refusals;

    #[test]
    fn every_reason_is_frozen_on_the_wire() {
        let lines: Vec<String> =
            refusals::all().iter().map(|it| serde_json::to_string(&it.to_data()).unwrap()).collect();
        expect_file!["../golden/refusals.jsonl"].assert_eq(&format!("{}\n", lines.join("\n")));
    }

    #[test]
    fn every_frozen_reason_is_still_read() {
        let frozen = include_str!("../golden/refusals.jsonl");
        for (line, refusal) in frozen.lines().zip(refusals::all()) {
            let data: RefusalData = serde_json::from_str(line).unwrap();
            assert_eq!(data, refusal.to_data());
            assert_eq!(Refusal::from_data(&data), Some(refusal));
        }
    }

    /// The decoder lists what it would have understood: every code of a feature.
    fn codes<T: DeserializeOwned>(feature: &str) -> Vec<String> {
        let said = serde_json::from_value::<T>(json!({ "code": "" })).err().unwrap().to_string();
        let known = said.split_once("expected").unwrap().1;
        known.split('`').skip(1).step_by(2).map(|code| format!("{feature}.{code}")).collect()
    }

    #[test]
    fn every_reason_has_a_sample() {
        let known = [
            codes::<GeneralError>("general"),
            codes::<customers::CustomerError>("customers"),
            codes::<visits::VisitError>("visits"),
            codes::<quotes::QuoteError>("quotes"),
            codes::<approvals::ApprovalError>("approvals"),
            codes::<opportunities::OpportunityError>("opportunities"),
            codes::<pricing::PricingError>("pricing"),
            codes::<frameworks::FrameworkError>("frameworks"),
            codes::<authority::AuthorityError>("authority"),
            codes::<calendar::CalendarError>("calendar"),
            codes::<letterhead::LetterheadError>("letterhead"),
            codes::<organisation::OrganisationError>("organisation"),
            codes::<deputies::DeputyError>("deputies"),
            codes::<inbox::InboxError>("inbox"),
            codes::<proof::ProofError>("proof"),
        ];
        let seen: BTreeSet<String> = refusals::all().iter().map(|it| it.to_data().code).collect();
        assert_eq!(seen, known.concat().into_iter().collect());
    }

    #[test]
    fn a_reason_of_a_newer_version_is_kept_as_it_came() {
        for (code, args) in [
            ("visits.sung", Value::Null),
            ("projects.late", Value::Null),
            ("visits", Value::Null),
            ("", Value::Null),
            ("visits.text", json!({ "most": 5 })),
            ("visits.text", Value::Null),
        ] {
            assert_eq!(Refusal::from_data(&RefusalData { code: code.to_owned(), args }), None, "{code}");
        }
        let wider = RefusalData { code: "visits.text".to_owned(), args: json!({ "max": 5, "min": 2 }) };
        assert_eq!(Refusal::from_data(&wider), Some(visits::VisitError::Text { max: 5 }.into()));
    }
}
