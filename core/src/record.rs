//! Records: what is stored, sent and shown. One line per type; the structs live in their feature.
//! A record never holds a sentence for people, and never a secret.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Serialize};
use serde_json::Value;
use uuid::Uuid;

use crate::scope::Scope;
use crate::values::{Blob, BlobHash};
use crate::{
    approvals, authority, calendar, customers, deputies, frameworks, inbox, letterhead, opportunities,
    organisation, pricing, proof, quotes, spending, visits,
};

/// What all kinds of record have in common.
pub trait Entity: Sized + Clone + Into<Record> {
    /// Which kind it is.
    const TYPE: RecordType;
    /// Its id.
    type Id: Copy + Into<Uuid>;

    /// Returns its id.
    fn id(&self) -> Self::Id;
    /// Returns the one scope that it lives in.
    fn scope(&self) -> Scope;
    /// Returns the keys under which it is found, as `name|value|…`; the same in IndexedDB and on the server.
    fn index_keys(&self) -> Vec<String> {
        Vec::new()
    }
    /// Returns the blobs that it names. Who holds the record may fetch and send them, and nobody else.
    fn blobs(&self) -> Vec<Blob> {
        Vec::new()
    }
    /// Returns it with the note that the server has this blob; `None` if it says so already, or does not name it. Noted
    /// by the server when the blob has come, so that all who hold the record hear of it.
    fn arrived(&self, _: BlobHash) -> Option<Self> {
        None
    }
    /// Looks into a record of any kind.
    fn of(record: &Record) -> Option<&Self>;
    /// Returns the key of the record with this id.
    fn key(id: Self::Id) -> Key {
        Key { typ: Self::TYPE, id: id.into() }
    }
}

/// Names one record. Written `type/id`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Key {
    /// Which kind.
    pub typ: RecordType,
    /// Which one.
    pub id: Uuid,
}

impl fmt::Display for Key {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{}/{}", self.typ, self.id)
    }
}

impl FromStr for Key {
    type Err = UnknownType;

    fn from_str(text: &str) -> Result<Self, UnknownType> {
        let unknown = || UnknownType(text.to_owned());
        let (typ, id) = text.split_once('/').ok_or_else(unknown)?;
        Ok(Self { typ: typ.parse()?, id: id.parse().map_err(|_| unknown())? })
    }
}

/// A type of record that this core does not know; such rows are kept as they came.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("unknown record type {0}")]
pub struct UnknownType(pub String);

macro_rules! records {
    ($($(#[$doc:meta])* $name:ident($wire:literal, $entity:ty),)*) => {
        /// The kinds of record, by their name on the wire and in the database.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
        #[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
        pub enum RecordType { $($(#[$doc])* #[serde(rename = $wire)] $name,)* }

        impl RecordType {
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$name,)*];

            /// Returns the name on the wire and in the database.
            pub const fn name(self) -> &'static str {
                match self { $(Self::$name => $wire,)* }
            }
        }

        impl FromStr for RecordType {
            type Err = UnknownType;

            fn from_str(text: &str) -> Result<Self, UnknownType> {
                match text { $($wire => Ok(Self::$name),)* _ => Err(UnknownType(text.to_owned())) }
            }
        }

        /// A record of any kind.
        #[derive(Debug, Clone, PartialEq)]
        pub enum Record { $($(#[$doc])* $name($entity),)* }

        impl Record {
            /// Returns the key it is stored under.
            pub fn key(&self) -> Key {
                match self { $(Self::$name(it) => <$entity>::key(it.id()),)* }
            }

            /// Returns the one scope it lives in.
            pub fn scope(&self) -> Scope {
                match self { $(Self::$name(it) => it.scope(),)* }
            }

            /// Returns the keys under which it is found: its own, and one for each blob that it names.
            pub fn index_keys(&self) -> Vec<String> {
                let mut keys = match self { $(Self::$name(it) => it.index_keys(),)* };
                keys.extend(self.blobs().iter().map(|blob| Blob::key(blob.hash)));
                keys
            }

            /// Returns the blobs that it names.
            pub fn blobs(&self) -> Vec<Blob> {
                match self { $(Self::$name(it) => it.blobs(),)* }
            }

            /// Returns it with the note that the server has this blob; `None` if that is no change.
            pub fn arrived(&self, hash: BlobHash) -> Option<Self> {
                match self { $(Self::$name(it) => it.arrived(hash).map(Self::$name),)* }
            }

            /// Returns the stored form.
            ///
            /// # Errors
            /// Never for the records of this core: their maps have text keys only.
            pub fn to_body(&self) -> Result<Value, serde_json::Error> {
                match self { $(Self::$name(it) => serde_json::to_value(it),)* }
            }

            /// Reads the stored form. Fields that this core does not know are passed over.
            ///
            /// # Errors
            /// When the body is not of this type.
            pub fn from_body(typ: RecordType, body: &Value) -> Result<Self, serde_json::Error> {
                match typ { $(RecordType::$name => crate::plain::read::<$entity>(body).map(Self::$name),)* }
            }
        }

        $(impl From<$entity> for Record {
            fn from(it: $entity) -> Self { Self::$name(it) }
        })*
    };
}

/// Implements the parts of [`Entity`] that are the same for every record.
macro_rules! entity {
    ($variant:ident, $id:ty) => {
        const TYPE: $crate::record::RecordType = $crate::record::RecordType::$variant;
        type Id = $id;
        fn id(&self) -> $id {
            self.id
        }
        fn of(record: &$crate::record::Record) -> Option<&Self> {
            match record {
                $crate::record::Record::$variant(it) => Some(it),
                _ => None,
            }
        }
    };
}
pub(crate) use entity;

records! {
    /// A customer.
    Customer("customer", customers::Customer),
    /// One of the customer's people.
    Contact("contact", customers::Contact),
    /// A visit with its answers.
    Visit("visit", visits::Visit),
    /// A note taken on a visit; append-only.
    VisitNote("visit_note", visits::VisitNote),
    /// A photo on a note.
    VisitPhoto("visit_photo", visits::VisitPhoto),
    /// What the unit head sees of a visit.
    VisitDigest("visit_digest", visits::VisitDigest),
    /// One version of a checklist.
    Checklist("checklist", visits::Checklist),
    /// A quote.
    Quote("quote", quotes::Quote),
    /// A question to a post: a quote beyond the manager's authority.
    Case("case", approvals::Case),
    /// What a manager asked the posts for, and where it stands.
    Request("request", approvals::Request),
    /// What the unit head sees of a request.
    RequestDigest("request_digest", approvals::RequestDigest),
    /// What the head of the unit is told of a quote that a manager made binding alone.
    Filing("filing", quotes::Filing),
    /// Which posts decide, and how long each has.
    Procedure("procedure", approvals::Procedure),
    /// Somebody's period at a post that is not theirs.
    StandIn("stand_in", approvals::StandIn),
    /// Working days and office hours.
    Calendar("calendar", calendar::WorkCalendar),
    /// An opportunity.
    Opportunity("opportunity", opportunities::Opportunity),
    /// One version of the price book.
    PriceBook("price_book", pricing::PriceBook),
    /// A framework agreement with a customer.
    Framework("framework", frameworks::Framework),
    /// What the products of a version cost.
    Costs("costs", pricing::Costs),
    /// One version of the discount limits.
    Limits("limits", authority::Limits),
    /// What can be named as a reason for giving.
    ReasonCodes("reason_codes", authority::ReasonCodes),
    /// What was given in like deals.
    Precedent("precedent", spending::Precedent),
    /// A unit.
    Unit("unit", organisation::Unit),
    /// A person of the organisation.
    Member("member", organisation::Member),
    /// A post that decides, with its holder and deputy.
    Post("post", organisation::Post),
    /// A deputy's acting period for a manager.
    ActingPeriod("acting_period", deputies::ActingPeriod),
    /// A command that was not accepted, with what was typed.
    RefusalCard("refusal", inbox::RefusalCard),
    /// Two people wrote one field: both values.
    ClashCard("clash", inbox::ClashCard),
    /// A key by which the organisation signs grants.
    IssuerKey("issuer_key", proof::IssuerKey),
    /// The key of a device, with how far its receipts have come.
    DeviceKey("device_key", proof::DeviceKey),
    /// What a device may promise without asking.
    Grant("grant", proof::Grant),
    /// That a paper was seen before its quote arrived.
    Witness("witness", proof::Witness),
    /// Head and foot of the customers' papers.
    Letterhead("letterhead", letterhead::Letterhead),
}

impl fmt::Display for RecordType {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.name())
    }
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use expect_test::expect_file;

    use super::*;
    use crate::testing::sample;

    /// A record as it is stored: its key, its home, the keys under which it is found, its body.
    #[derive(Debug, PartialEq, Serialize, Deserialize)]
    struct Stored {
        key: String,
        scope: Scope,
        ix: Vec<String>,
        body: Value,
    }

    fn stored(record: &Record) -> Stored {
        let key = record.key().to_string();
        Stored { key, scope: record.scope(), ix: record.index_keys(), body: record.to_body().unwrap() }
    }

    #[test]
    fn every_type_is_frozen_with_its_scope_and_keys() {
        let lines: Vec<String> =
            sample::records().iter().map(|it| serde_json::to_string(&stored(it)).unwrap()).collect();
        expect_file!["../golden/records.jsonl"].assert_eq(&format!("{}\n", lines.join("\n")));
    }

    #[test]
    fn every_frozen_record_is_still_read() {
        let frozen = include_str!("../golden/records.jsonl");
        for (line, record) in frozen.lines().zip(sample::records()) {
            let read: Stored = serde_json::from_str(line).unwrap();
            let key: Key = read.key.parse().unwrap();
            assert_eq!(Record::from_body(key.typ, &read.body).unwrap(), record);
            assert_eq!((key, read), (record.key(), stored(&record)));
        }
    }

    #[test]
    fn every_type_has_a_sample() {
        let seen: BTreeSet<RecordType> = sample::records().iter().map(|it| it.key().typ).collect();
        assert_eq!(seen, RecordType::ALL.iter().copied().collect());
    }

    #[test]
    fn fields_of_a_newer_version_are_passed_over() {
        for record in sample::records() {
            let mut body = record.to_body().unwrap();
            sample::add_unknown_fields(&mut body);
            assert_eq!(Record::from_body(record.key().typ, &body).unwrap(), record);
        }
    }

    #[test]
    fn a_record_is_found_by_its_own_type_only() {
        let record = Record::from(sample::contact());
        assert!(customers::Contact::of(&record).is_some());
        assert!(customers::Customer::of(&record).is_none());
    }

    #[test]
    fn type_names_and_keys_read_back() {
        for typ in RecordType::ALL {
            assert_eq!(typ.name().parse(), Ok(*typ));
            assert_eq!(serde_json::to_value(typ).unwrap(), typ.name());
        }
        for text in ["", "visit", "visit/", "visit/7", "song/00000000-0000-0000-0000-000000000007"] {
            assert!(text.parse::<Key>().is_err(), "{text}");
        }
    }
}
