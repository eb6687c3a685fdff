//! The organisation's key, the key of the manager's phone, and what they sign: fixed numbers, so the bytes are the same
//! every time.

use p256::ecdsa::signature::Signer as _;
use p256::ecdsa::{Signature, SigningKey};

use super::commands;
use super::sample::{CHEN, content, limits, line, minute, percent};
use crate::organisation::Star;
use crate::proof::{
    Chain, DeviceKey, Grant, GrantClaims, IssuerKey, LIFE_MS, PublicKey, ReceiptClaims, SIGNATURE, Unsigned,
    Witness, content_sha, limits_sha,
};
use crate::quotes::{Content, Draft, Finalise, Line, totals};
use crate::values::{Bytes, ClientId, CustomerId, GrantId, LimitsId, Money, Percent, QuoteId, Timestamp};

/// The number of the organisation.
pub const TENANT: i64 = 1;
/// The manager's phone.
pub const PHONE: ClientId = ClientId::from_u128(8);

/// A pair of keys.
#[derive(Debug, Clone)]
pub struct Pair(SigningKey);

impl Pair {
    /// Makes the pair of a number from 1 to 255.
    #[expect(clippy::expect_used, reason = "a small number is a private key")]
    pub fn of(number: u8) -> Self {
        Self(SigningKey::from_slice(&[number; 32]).expect("a private key"))
    }

    /// Returns the public half.
    #[expect(clippy::expect_used, reason = "the point of a key is on the curve")]
    pub fn public(&self) -> PublicKey {
        PublicKey::from_point(self.0.verifying_key().to_sec1_point(false).as_bytes()).expect("a point")
    }

    /// Signs.
    pub fn sign(&self, it: Unsigned) -> Bytes {
        let signature: Signature = self.0.sign(&it.to_be_signed());
        let mut bytes = [0; SIGNATURE];
        bytes.copy_from_slice(&signature.to_bytes());
        it.signed(bytes)
    }
}

/// The organisation's pair.
pub fn issuer() -> Pair {
    Pair::of(1)
}

/// The pair of the manager's phone.
pub fn phone() -> Pair {
    Pair::of(2)
}

/// The organisation's key, as everybody holds it.
pub fn issuer_key() -> IssuerKey {
    let public = issuer().public();
    IssuerKey {
        id: public.id(),
        public: Bytes(public.point().to_vec()),
        made_at: minute(-60),
        withdrawn_at: None,
    }
}

/// That the paper of [`receipt_claims`] was seen in the third minute.
pub fn witness() -> Witness {
    let id = Witness::of(&signed(&receipt_claims()));
    Witness { id, user: CHEN, quote: receipt_claims().quote, at: minute(3) }
}

/// The key of the manager's phone, as it stands before its first receipt.
pub fn device_key() -> DeviceKey {
    let public = phone().public();
    DeviceKey {
        id: public.id(),
        user: CHEN,
        client: PHONE,
        tenant: TENANT,
        public: Bytes(public.point().to_vec()),
        enrolled_at: minute(-60),
        since: minute(-60),
        chain: Chain::default(),
        spent: None,
        lost_at: None,
    }
}

/// What the manager's phone is granted, from an hour before the first minute.
pub fn grant_claims() -> GrantClaims {
    let issued_at = minute(-60);
    GrantClaims {
        id: GrantId::from_u128(1),
        issuer: "海港分公司".into(),
        tenant: TENANT,
        user: CHEN,
        client: PHONE,
        key: phone().public(),
        issued_at,
        expires_at: Timestamp::from_ms(issued_at.ms() + LIFE_MS),
        limits: LimitsId::from_u128(1),
        limits_sha: limits_sha(&limits()),
        star: Star::TWO,
        slice: None,
    }
}

/// The same, as issued.
pub fn grant() -> Grant {
    let claims = grant_claims();
    let sealed = issuer().sign(claims.unsigned(issuer().public().id()));
    Grant::issued(&claims, sealed)
}

/// The first receipt of the manager's phone: a quote with nothing in it.
pub fn receipt_claims() -> ReceiptClaims {
    ReceiptClaims {
        grant: GrantId::from_u128(1),
        quote: QuoteId::from_u128(7),
        content_sha: [0; 32],
        customer: CustomerId::from_u128(1),
        total: Money::ZERO,
        discount: Percent::ZERO,
        seq: 1,
        previous: [0; 32],
        at: minute(0),
        server_time: minute(-10),
        spent: None,
    }
}

/// What the customer reads of a quote of [`super::commands::finalise`] with this discount.
pub fn content_of(off: &str) -> Content {
    let Draft { title, valid_until, .. } = commands::draft();
    Content { title, valid_until, lines: vec![Line { off: percent(off), ..line(1) }], ..content() }
}

/// What the phone signs for this quote behind these receipts.
#[expect(clippy::expect_used, reason = "a sample that can't be summed up is a bug of the test")]
pub fn receipt_of(quote: QuoteId, content: &Content, chain: &Chain) -> ReceiptClaims {
    let totals = totals(content).expect("sums");
    ReceiptClaims {
        quote,
        content_sha: content_sha(content),
        customer: content.customer,
        total: totals.total,
        discount: totals.effective,
        seq: chain.seq + 1,
        previous: chain.previous(),
        ..receipt_claims()
    }
}

/// Signs as the manager's phone.
pub fn signed(claims: &ReceiptClaims) -> Bytes {
    let pair = phone();
    pair.sign(claims.unsigned(TENANT, pair.public().id()))
}

/// Returns what is asked for, with the phone's receipt behind these.
pub fn with_receipt(it: Finalise, content: &Content, chain: &Chain) -> Finalise {
    Finalise { receipt: Some(signed(&receipt_of(it.quote, content, chain))), ..it }
}
