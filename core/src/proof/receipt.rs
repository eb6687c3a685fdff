//! A receipt: what a device signs when a quote becomes binding without asking. Each names the one before it, so none can
//! be left out or told twice.

use ciborium::Value;
use serde::{Deserialize, Serialize};

use super::claims::{self, Claims, label};
use super::sealed::{Kind, Opened, Unsigned};
use super::{Flaw, PublicKey, sha};
use crate::quotes::{Content, Totals};
use crate::values::{Bytes, CustomerId, GrantId, KeyId, Money, Percent, QuoteId, Timestamp};

/// How far the receipts of a key have come.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Chain {
    /// Place of the last receipt; 0: there is none.
    pub seq: u64,
    /// SHA-256 of the last receipt; empty: there is none.
    #[serde(default)]
    pub last: Bytes,
    /// Since when two receipts stand at one place, by the server's clock: nothing that follows counts by itself.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub forked_at: Option<Timestamp>,
}

/// Where a receipt stands, seen from the ones that are known.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Step {
    /// It is the next one.
    Next,
    /// One or more before it are missing.
    Gap,
    /// Another one stands at its place, or it follows another one.
    Fork,
    /// The chain had a fork before.
    Quarantined,
}

impl Chain {
    /// Says where a receipt stands.
    pub fn step(&self, it: &ReceiptClaims) -> Step {
        #[cfg(any(test, feature = "testing"))]
        if crate::testing::plant::is(crate::testing::plant::Plant::ForkForgotten) {
            return Step::Next;
        }
        if self.forked_at.is_some() {
            Step::Quarantined
        } else if it.seq > self.seq + 1 {
            Step::Gap
        } else if it.seq == self.seq + 1 && it.previous == self.previous() {
            Step::Next
        } else {
            Step::Fork
        }
    }

    /// Returns what the next receipt names as the one before it.
    pub fn previous(&self) -> [u8; 32] {
        self.last.0.as_slice().try_into().unwrap_or_default()
    }

    /// Returns the chain with this receipt at its end.
    #[must_use]
    pub fn with(&self, seq: u64, sealed: &Bytes) -> Self {
        Self { seq, last: Bytes(sha(&sealed.0).to_vec()), forked_at: self.forked_at }
    }
}

/// What a receipt says.
#[derive(Debug, Clone, PartialEq)]
pub struct ReceiptClaims {
    /// Under which grant.
    pub grant: GrantId,
    /// Of which quote.
    pub quote: QuoteId,
    /// SHA-256 of what the customer reads.
    pub content_sha: [u8; 32],
    /// For whom.
    pub customer: CustomerId,
    /// What is paid.
    pub total: Money,
    /// The effective discount over everything.
    pub discount: Percent,
    /// Its place among the receipts of its key, from 1.
    pub seq: u64,
    /// SHA-256 of the one before it; zeros in the first.
    pub previous: [u8; 32],
    /// The device's clock.
    pub at: Timestamp,
    /// The last time that the device had from the server: it was signed no earlier.
    pub server_time: Timestamp,
    /// What the device has given away in the month of its slice, with this quote; `None` under a grant without one.
    pub spent: Option<Money>,
}

impl ReceiptClaims {
    fn to_payload(&self) -> Vec<u8> {
        use label::{
            CONTENT_SHA, CTI, CUSTOMER, DISCOUNT, IAT, PREVIOUS, QUOTE, SEQ, SERVER_TIME, SPENT, TOTAL,
        };
        let mut claims = vec![
            (IAT, claims::moment(self.at)),
            (CTI, claims::id(self.grant)),
            (QUOTE, claims::id(self.quote)),
            (CONTENT_SHA, claims::bytes(self.content_sha)),
            (CUSTOMER, claims::id(self.customer)),
            (TOTAL, Value::from(self.total.fen())),
            (DISCOUNT, Value::from(self.discount.bp())),
            (SEQ, Value::from(self.seq)),
            (PREVIOUS, claims::bytes(self.previous)),
            (SERVER_TIME, claims::moment(self.server_time)),
        ];
        claims.extend(self.spent.map(|spent| (SPENT, Value::from(spent.fen()))));
        claims::write(claims)
    }

    fn from_payload(payload: &[u8]) -> Result<Self, Flaw> {
        let mut read = Claims::read(payload)?;
        let discount = u32::try_from(read.number(label::DISCOUNT)?).map_err(|_| Flaw::Claims)?;
        let it = Self {
            grant: read.id(label::CTI, GrantId::new)?,
            quote: read.id(label::QUOTE, QuoteId::new)?,
            content_sha: read.bytes(label::CONTENT_SHA)?,
            customer: read.id(label::CUSTOMER, CustomerId::new)?,
            total: Money::from_fen(read.number(label::TOTAL)?),
            discount: Percent::from_bp(discount).map_err(|_| Flaw::Claims)?,
            seq: u64::try_from(read.number(label::SEQ)?).map_err(|_| Flaw::Claims)?,
            previous: read.bytes(label::PREVIOUS)?,
            at: read.moment(label::IAT)?,
            server_time: read.moment(label::SERVER_TIME)?,
            spent: read.money(label::SPENT)?,
        };
        if it.to_payload() == payload { Ok(it) } else { Err(Flaw::NotCanonical) }
    }

    /// Puts it into an envelope, to be signed by the device's key.
    pub fn unsigned(&self, tenant: i64, key: KeyId) -> Unsigned {
        Unsigned::new(Kind::Receipt, tenant, key, self.to_payload())
    }

    /// Says whether it is about this quote, as the customer reads it.
    pub fn is_about(&self, content: &Content, totals: &Totals) -> bool {
        self.content_sha == content_sha(content)
            && (self.customer, self.total, self.discount)
                == (content.customer, totals.total, totals.effective)
    }
}

/// Returns the SHA-256 of what the customer reads, in the one form in which it is stored. Fields of a later version are
/// not written where they are empty, so what was signed once has the same bytes for ever.
pub fn content_sha(content: &Content) -> [u8; 32] {
    sha(&serde_json::to_vec(content).unwrap_or_default())
}

/// A receipt as it came: of the right form, and not verified.
#[derive(Debug, Clone, PartialEq)]
pub struct Received {
    opened: Opened,
    claims: ReceiptClaims,
}

impl Received {
    /// Reads a receipt.
    ///
    /// # Errors
    /// [`Flaw`] says what is wrong with its form.
    pub fn read(bytes: &Bytes) -> Result<Self, Flaw> {
        let opened = Opened::read(&bytes.0, Kind::Receipt)?;
        let claims = ReceiptClaims::from_payload(opened.payload())?;
        Ok(Self { opened, claims })
    }

    /// Returns the key by which it says that it is signed.
    pub fn key(&self) -> KeyId {
        self.opened.key
    }

    /// Returns what it says that its device has given away, with it.
    pub const fn spent(&self) -> Option<Money> {
        self.claims.spent
    }

    /// Returns the grant that it names.
    pub const fn grant(&self) -> GrantId {
        self.claims.grant
    }

    /// Returns its place among the receipts of that key, by its own word.
    pub const fn seq(&self) -> u64 {
        self.claims.seq
    }

    /// Returns what it says, if this key has signed it for this organisation.
    ///
    /// # Errors
    /// [`Flaw`] says what is wrong with it.
    pub fn verify(&self, tenant: i64, key: &PublicKey) -> Result<&ReceiptClaims, Flaw> {
        self.opened.verify(tenant, key)?;
        Ok(&self.claims)
    }
}
