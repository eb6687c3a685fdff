//! A customer who has a paper checked before its quote has reached the organisation proves that it was signed by then: a
//! device that is lost afterwards casts no doubt on it (`docs/adr/0018`). What is kept is that a paper was seen, and when;
//! nothing of who has seen it.

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use super::{Evidence, Genuine, sha};
use crate::Entity;
use crate::quotes::Quote;
use crate::record::entity;
use crate::refusal::Stop;
use crate::rows::{Changes, Rows};
use crate::scope::Scope;
use crate::values::{Bytes, QuoteId, Timestamp, UserId, WitnessId};

/// That a genuine receipt was seen before it arrived.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Witness {
    /// Of which receipt: [`Witness::of`].
    pub id: WitnessId,
    /// Whose promise it is.
    pub user: UserId,
    /// About which quote.
    pub quote: QuoteId,
    /// When it was seen first, by the server's clock.
    pub at: Timestamp,
}

/// Index: all witnesses.
pub const WITNESSES: &str = "witness|";

impl Witness {
    /// Returns the id of what witnesses a receipt.
    pub fn of(receipt: &Bytes) -> WitnessId {
        let mut id = [0; 16];
        id.copy_from_slice(&sha(&receipt.0)[..16]);
        WitnessId::new(Uuid::from_bytes(id))
    }
}

impl Entity for Witness {
    entity!(Witness, WitnessId);

    fn scope(&self) -> Scope {
        Scope::User(self.user)
    }

    fn index_keys(&self) -> Vec<String> {
        vec![format!("{WITNESSES}{}", self.at.in_index())]
    }
}

/// Takes note of a genuine paper that somebody holds: once, and not when its receipt has arrived already.
///
/// # Errors
/// [`Stop::Missing`] names rows that are needed; it never refuses.
pub fn witness(rows: &Rows, evidence: &Evidence, genuine: &Genuine, now: Timestamp) -> Result<Changes, Stop> {
    let id = Witness::of(&evidence.receipt);
    let quote = rows.find::<Quote>(genuine.receipt.quote)?;
    let has_come = quote.and_then(|quote| quote.proof.as_ref());
    let has_come = has_come.is_some_and(|proof| proof.receipt == evidence.receipt);
    if has_come || rows.find::<Witness>(id)?.is_some() {
        return Ok(Changes::none());
    }
    Ok(Changes::none().put(Witness { id, user: genuine.grant.user, quote: genuine.receipt.quote, at: now }))
}
