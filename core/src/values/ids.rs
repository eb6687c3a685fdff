//! Ids: one type for each kind of thing, so that a visit can't be looked up by a quote's id. An id is never made
//! here: the phone makes them when a command is written, the server when it seeds.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use thiserror::Error;
use uuid::Uuid;

/// A text that is no id.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash, Error)]
#[error("not an id")]
pub struct IdError;

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident),+ $(,)?) => { $(
        $(#[$doc])*
        #[derive(Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        #[cfg_attr(feature = "openapi", schema(value_type = String, format = Uuid))]
        #[serde(transparent)]
        pub struct $name(Uuid);

        impl $name {
            /// Takes a UUID as an id of this kind.
            #[must_use]
            pub const fn new(uuid: Uuid) -> Self {
                Self(uuid)
            }

            /// Makes a fixed id out of a number, for samples.
            #[must_use]
            pub const fn from_u128(number: u128) -> Self {
                Self(Uuid::from_u128(number))
            }

            /// Returns the UUID.
            #[must_use]
            pub const fn uuid(self) -> Uuid {
                self.0
            }
        }

        impl From<$name> for Uuid {
            fn from(id: $name) -> Self {
                id.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                fmt::Display::fmt(&self.0.hyphenated(), f)
            }
        }

        impl fmt::Debug for $name {
            // The end, not the start: ids of one minute share their first digits.
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                write!(f, "{}(…{:08x})", stringify!($name), self.0.as_u128() & 0xFFFF_FFFF)
            }
        }

        impl FromStr for $name {
            type Err = IdError;

            fn from_str(text: &str) -> Result<Self, IdError> {
                Uuid::try_parse(text).map(Self).map_err(|_| IdError)
            }
        }
    )+ };
}

id! {
    /// One user action; also the key under which the server counts it once.
    CommandId,
    /// One installation of the app on one device of one user.
    ClientId,
    /// A person who logs in.
    UserId,
    /// A unit (承包单元).
    UnitId,
    /// A post that decides on approvals, whoever holds it.
    PostId,
    /// A customer.
    CustomerId,
    /// A person at a customer.
    ContactId,
    /// A checklist, over all its versions.
    ChecklistId,
    /// A visit.
    VisitId,
    /// A note.
    NoteId,
    /// A photo on a note.
    PhotoId,
    /// One published version of the price book.
    PriceBookId,
    /// A framework agreement with a customer.
    FrameworkId,
    /// A product.
    ProductId,
    /// One published version of the limits of authority.
    LimitsId,
    /// A quote.
    QuoteId,
    /// A line of a quote.
    LineId,
    /// An approval case.
    CaseId,
    /// An opportunity.
    OpportunityId,
    /// An acting period of a deputy.
    ActingPeriodId,
    /// The calendar of the organisation.
    CalendarId,
    /// The letterhead of the organisation.
    LetterheadId,
    /// A period in which somebody stands in for a post.
    StandInId,
    /// The procedure of the organisation.
    ProcedureId,
    /// The list of reasons for giving.
    ReasonCodesId,
    /// What was given in like deals.
    PrecedentId,
    /// Of a witness: it follows from the receipt.
    WitnessId,
    /// A public key: the first 16 bytes of the SHA-256 of its point.
    KeyId,
    /// A grant of authority to a device.
    GrantId,
}

#[cfg(test)]
mod tests {
    use super::*;

    const ID: QuoteId = QuoteId::from_u128(0x0198_c0de_0000_7000_8000_0000_1234_abcd);

    #[test]
    fn an_id_has_one_written_form() {
        assert_eq!(ID.to_string(), "0198c0de-0000-7000-8000-00001234abcd");
        assert_eq!(ID.to_string().parse(), Ok(ID));
        assert_eq!(serde_json::to_string(&ID).unwrap(), "\"0198c0de-0000-7000-8000-00001234abcd\"");
        assert_eq!(serde_json::from_str::<QuoteId>("\"0198c0de-0000-7000-8000-00001234abcd\"").unwrap(), ID);
        assert_eq!(format!("{ID:?}"), "QuoteId(…1234abcd)");
    }

    #[test]
    fn what_is_no_id_is_refused() {
        assert_eq!("".parse::<QuoteId>(), Err(IdError));
        assert_eq!("0198c0de".parse::<QuoteId>(), Err(IdError));
        assert!(serde_json::from_str::<QuoteId>("7").is_err());
    }

    #[test]
    fn ids_are_keys_of_json_objects() {
        let map = std::collections::BTreeMap::from([(ID, 1)]);
        let json = serde_json::to_string(&map).unwrap();
        assert_eq!(serde_json::from_str::<std::collections::BTreeMap<QuoteId, i32>>(&json).unwrap(), map);
    }
}
