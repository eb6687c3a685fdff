//! Binding far from the server, provable later. A [`Grant`] says what a device may promise; a [`ReceiptClaims`] is the
//! promise, signed by the device's own key and chained to the one before; [`verdict`] says what it is worth when it
//! arrives. Both are COSE_Sign1 by ES256, so that anybody can check them without a secret (`docs/adr/0018`).
//!
//! This module never signs: it says what is to be signed ([`Unsigned`]), and takes the signature. It never alters a
//! quote: what does not count by itself goes to a post as it was signed.

mod binding;
mod claims;
mod evidence;
mod examine;
mod grant;
mod key;
mod receipt;
mod sealed;
mod slices;
pub mod verdict;
mod witness;

use serde::{Deserialize, Serialize};

use crate::values::{Bytes, GrantId, Timestamp};

pub use binding::{
    Allowance, Barrier, HARD_HOURS, HARD_HOURS_LARGE, HARD_QUOTES, SOFT_HOURS, SOFT_QUOTES, Standing,
    may_bind,
};
pub use evidence::{EVIDENCE_MAX, Evidence, Genuine};
pub use examine::{About, after_refusal};
pub(crate) use examine::{examine, lacks_receipt, room};
pub use grant::{
    Asked, GRANTS, Grant, GrantClaims, Issuing, LATE_MS, LIFE_MS, RENEW_MS, Terms, enrol, issue, limits_sha,
    lose, newest, newest_good,
};
pub use key::{
    DEVICE_KEYS, DeviceKey, ISSUER_KEYS, IssuerKey, POINT, PublicKey, sha, withdraw_key, withdrawn,
};
pub use receipt::{Chain, ReceiptClaims, Received, Step, content_sha};
pub use sealed::{Kind, SEALED_MAX, SIGNATURE, Unsigned};
pub use slices::{Pool, Slice, Spent, left};
pub use verdict::{Note, Unauthorised, Verdict};
pub use witness::{WITNESSES, Witness, witness};

/// What is wrong with a grant or a receipt.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize, thiserror::Error)]
#[serde(rename_all = "snake_case")]
pub enum Flaw {
    /// It is longer than any.
    #[error("too long")]
    TooLong,
    /// It is no COSE_Sign1: cut off, with something behind it, or something else.
    #[error("no COSE_Sign1")]
    NotCose,
    /// It names another algorithm than ES256.
    #[error("not by ES256")]
    Algorithm,
    /// It says that it is something else.
    #[error("of another kind")]
    Kind,
    /// It names another key, or none, or one that is no point of the curve.
    #[error("of another key")]
    Key,
    /// The key has not signed this.
    #[error("not signed by its key")]
    Signature,
    /// It does not say what it has to say.
    #[error("without its claims")]
    Claims,
    /// It says it in other bytes than the one written form.
    #[error("not in its one written form")]
    NotCanonical,
    /// It is somebody else's, or about something else.
    #[error("somebody else's")]
    Foreign,
}

/// Why a receipt is not taken.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "code", content = "args", rename_all = "snake_case")]
pub enum ProofError {
    /// It is not what it says it is. Kept as evidence.
    #[error("the receipt is {flaw}")]
    Forged {
        /// What is wrong.
        flaw: Flaw,
    },
    /// Another receipt was made meanwhile: sign again.
    #[error("another receipt was made meanwhile")]
    Moved,
}

/// What a quote keeps of its receipt.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Proof {
    /// The receipt as it was signed.
    pub receipt: Bytes,
    /// Under which grant.
    pub grant: GrantId,
    /// That grant as it was signed, for the customer's paper: its row is gone some weeks later. Empty: there was none.
    #[serde(default, skip_serializing_if = "is_empty")]
    pub under: Bytes,
    /// When a customer had it checked, if that was before it arrived: it was signed by then.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub witnessed_at: Option<Timestamp>,
    /// What it is worth.
    pub judged: Verdict,
}

fn is_empty(bytes: &Bytes) -> bool {
    bytes.0.is_empty()
}

impl Proof {
    /// Returns what a customer can check it by, if its grant was known.
    pub fn evidence(&self) -> Option<Evidence> {
        let evidence = Evidence { grant: self.under.clone(), receipt: self.receipt.clone() };
        (!is_empty(&self.under)).then_some(evidence)
    }
}

#[cfg(test)]
mod tests;
