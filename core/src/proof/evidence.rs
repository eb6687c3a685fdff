//! What a customer holds in hand: a receipt with the grant under which it was signed, as the code on a paper has them.
//! Who has the organisation's public keys can check it, without a network and without asking anybody.

use data_encoding::BASE32_NOPAD;

use super::sealed::{Kind, Opened};
use super::verdict::CLOCK_MS;
use super::{Flaw, GrantClaims, PublicKey, ReceiptClaims, Received, SEALED_MAX};
use crate::values::Bytes;

/// Bytes that say how long the grant is; it stands first.
const LENGTH: usize = 2;
/// Most characters of the written form.
pub const EVIDENCE_MAX: usize = (LENGTH + 2 * SEALED_MAX).div_ceil(5) * 8;

/// A receipt and its grant, as signed. Not checked.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Evidence {
    /// The grant.
    pub grant: Bytes,
    /// The receipt.
    pub receipt: Bytes,
}

/// What evidence says that is genuine.
#[derive(Debug, Clone, PartialEq)]
pub struct Genuine {
    /// What the organisation lets the device promise.
    pub grant: GrantClaims,
    /// What the device promised.
    pub receipt: ReceiptClaims,
}

impl Evidence {
    /// Writes it as it stands in a code: Base32 of RFC 4648 in capitals, which QR codes hold most densely.
    pub fn to_text(&self) -> String {
        let length = u16::try_from(self.grant.0.len()).unwrap_or_default();
        let bytes = [length.to_be_bytes().as_slice(), &self.grant.0, &self.receipt.0].concat();
        BASE32_NOPAD.encode(&bytes)
    }

    /// Reads the written form.
    ///
    /// # Errors
    /// [`Flaw::TooLong`], or [`Flaw::NotCose`] when it is something else, or not whole.
    pub fn from_text(text: &str) -> Result<Self, Flaw> {
        if text.len() > EVIDENCE_MAX {
            return Err(Flaw::TooLong);
        }
        let bytes = BASE32_NOPAD.decode(text.as_bytes()).map_err(|_| Flaw::NotCose)?;
        let (length, both) = bytes.split_first_chunk::<LENGTH>().ok_or(Flaw::NotCose)?;
        let length = usize::from(u16::from_be_bytes(*length));
        let (grant, receipt) = both.split_at_checked(length).ok_or(Flaw::NotCose)?;
        Ok(Self { grant: Bytes(grant.to_vec()), receipt: Bytes(receipt.to_vec()) })
    }

    /// Checks it by the organisation's keys.
    ///
    /// # Errors
    /// [`Flaw`] says what is wrong with it; [`Flaw::Foreign`] also when the receipt was not signed under this grant, by
    /// its key and within its time.
    pub fn check(&self, keys: &[PublicKey]) -> Result<Genuine, Flaw> {
        let grant = checked_grant(&self.grant, keys)?;
        let received = Received::read(&self.receipt)?;
        if received.key() != grant.key.id() {
            return Err(Flaw::Foreign);
        }
        let receipt = received.verify(grant.tenant, &grant.key)?.clone();
        let is_early = receipt.at.ms() + CLOCK_MS < grant.issued_at.ms();
        if receipt.grant != grant.id || is_early || receipt.at > grant.expires_at {
            return Err(Flaw::Foreign);
        }
        Ok(Genuine { grant, receipt })
    }
}

/// Reads a grant that one of these keys has signed, for whichever organisation it says.
fn checked_grant(sealed: &Bytes, keys: &[PublicKey]) -> Result<GrantClaims, Flaw> {
    let opened = Opened::read(&sealed.0, Kind::Grant)?;
    let key = keys.iter().find(|key| key.id() == opened.key).ok_or(Flaw::Key)?;
    let claims = GrantClaims::from_payload(opened.payload())?;
    opened.verify(claims.tenant, key)?;
    Ok(claims)
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::proof::{Pair, grant, grant_claims, issuer, phone, receipt_claims, signed};
    use crate::values::{GrantId, Timestamp};

    fn evidence() -> Evidence {
        Evidence { grant: grant().sealed, receipt: signed(&receipt_claims()) }
    }

    fn keys() -> Vec<PublicKey> {
        vec![Pair::of(9).public(), issuer().public()]
    }

    #[test]
    fn what_is_genuine_says_what_was_signed_and_its_written_form_reads_back() {
        let text = evidence().to_text();
        assert!(text.bytes().all(|it| it.is_ascii_uppercase() || it.is_ascii_digit()), "{text}");
        assert!(text.len() < 1_100, "{} characters", text.len());
        let read = Evidence::from_text(&text).unwrap();
        assert_eq!(read, evidence());
        let genuine = Genuine { grant: grant_claims(), receipt: receipt_claims() };
        assert_eq!(read.check(&keys()), Ok(genuine));
    }

    #[test]
    fn each_character_counts() {
        let text = evidence().to_text();
        for at in 0..text.len() {
            let mut other = text.clone().into_bytes();
            other[at] = if other[at] == b'A' { b'B' } else { b'A' };
            let other = String::from_utf8(other).unwrap();
            let checked = Evidence::from_text(&other).and_then(|it| it.check(&keys()));
            assert!(checked.is_err(), "character {at}");
            let cut = Evidence::from_text(&text[..at]).and_then(|it| it.check(&keys()));
            assert!(cut.is_err(), "cut at {at}");
        }
        assert_eq!(Evidence::from_text(&"A".repeat(EVIDENCE_MAX + 1)), Err(Flaw::TooLong));
        assert_eq!(Evidence::from_text(&text.to_lowercase()), Err(Flaw::NotCose));
        assert_eq!(Evidence::from_text(""), Err(Flaw::NotCose));
    }

    #[test]
    fn what_is_put_together_from_others_papers_is_foreign() {
        let check = |it: &Evidence| it.check(&keys()).unwrap_err();
        assert_eq!(evidence().check(&[Pair::of(9).public()]), Err(Flaw::Key));
        assert_eq!(evidence().check(&[]), Err(Flaw::Key));
        let other = Pair::of(3);
        let by_another = other.sign(receipt_claims().unsigned(1, other.public().id()));
        assert_eq!(check(&Evidence { receipt: by_another, ..evidence() }), Flaw::Foreign);
        let feigned = other.sign(receipt_claims().unsigned(1, phone().public().id()));
        assert_eq!(check(&Evidence { receipt: feigned, ..evidence() }), Flaw::Signature);
        let elsewhere = phone().sign(receipt_claims().unsigned(2, phone().public().id()));
        assert_eq!(check(&Evidence { receipt: elsewhere, ..evidence() }), Flaw::Signature);
        let mut claims = receipt_claims();
        claims.grant = GrantId::from_u128(2);
        assert_eq!(check(&Evidence { receipt: signed(&claims), ..evidence() }), Flaw::Foreign);
        let swapped = Evidence { grant: evidence().receipt, receipt: evidence().grant };
        assert_eq!(check(&swapped), Flaw::Kind);
    }

    #[test]
    fn a_receipt_counts_within_the_time_of_its_grant() {
        let at = |ms: i64| {
            let claims = ReceiptClaims { at: Timestamp::from_ms(ms), ..receipt_claims() };
            Evidence { receipt: signed(&claims), ..evidence() }.check(&keys()).map(|_| ())
        };
        let (from, until) = (grant_claims().issued_at.ms(), grant_claims().expires_at.ms());
        assert_eq!([at(from), at(until), at(from - CLOCK_MS)], [Ok(()); 3]);
        assert_eq!([at(until + 1_000), at(from - CLOCK_MS - 1_000)], [Err(Flaw::Foreign); 2]);
    }
}
