//! The envelope of grants and receipts: COSE_Sign1 by ES256 and nothing else. What the header may say is written here
//! once, and an envelope counts only if it is, byte for byte, the one that this module would have made: so nothing can
//! be swapped, put in, written in another way, or left out. Never signs: keys are elsewhere.

use coset::iana::Algorithm;
use coset::{
    CborSerializable as _, ContentType, CoseSign1, CoseSign1Builder, Header, HeaderBuilder,
    RegisteredLabelWithPrivate,
};
use uuid::Uuid;

use super::{Flaw, PublicKey};
#[cfg(any(test, feature = "testing"))]
use crate::testing::plant::{self, Plant};
use crate::values::{Bytes, KeyId};

/// Most bytes of an envelope: what a QR code can carry.
pub const SEALED_MAX: usize = 1_024;
/// Bytes of a signature: r and s.
pub const SIGNATURE: usize = 64;

/// What an envelope holds.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Kind {
    /// A grant, signed by the organisation.
    Grant,
    /// A receipt, signed by a device.
    Receipt,
}

impl Kind {
    const fn content_type(self) -> &'static str {
        match self {
            Self::Grant => "application/am-grant",
            Self::Receipt => "application/am-receipt",
        }
    }

    /// Returns what is signed along without being sent: so no envelope counts as another kind, or elsewhere.
    fn aad(self, tenant: i64) -> Vec<u8> {
        format!("{}|{tenant}", self.content_type()).into_bytes()
    }
}

/// An envelope to be signed.
#[derive(Debug, Clone, PartialEq)]
pub struct Unsigned {
    sign1: CoseSign1,
    aad: Vec<u8>,
}

impl Unsigned {
    pub(super) fn new(kind: Kind, tenant: i64, key: KeyId, payload: Vec<u8>) -> Self {
        let header = HeaderBuilder::new()
            .algorithm(Algorithm::ES256)
            .content_type(kind.content_type().to_owned())
            .key_id(key.uuid().as_bytes().to_vec())
            .build();
        let sign1 = CoseSign1Builder::new().protected(header).payload(payload).build();
        Self { sign1, aad: kind.aad(tenant) }
    }

    /// Returns the bytes to be signed by ES256.
    pub fn to_be_signed(&self) -> Vec<u8> {
        self.sign1.tbs_data(&self.aad)
    }

    /// Puts the signature in.
    pub fn signed(mut self, signature: [u8; SIGNATURE]) -> Bytes {
        self.sign1.signature = signature.to_vec();
        // it can't fail on what this module has built; no bytes at all would never be verified
        Bytes(self.sign1.to_vec().unwrap_or_default())
    }
}

/// An envelope as it came: of the right form, and not verified.
#[derive(Debug, Clone, PartialEq)]
pub(super) struct Opened {
    kind: Kind,
    sign1: CoseSign1,
    /// By which key it says that it is signed.
    pub(super) key: KeyId,
}

impl Opened {
    /// Reads an envelope of this kind.
    pub(super) fn read(bytes: &[u8], kind: Kind) -> Result<Self, Flaw> {
        if bytes.len() > SEALED_MAX {
            return Err(Flaw::TooLong);
        }
        let sign1 = CoseSign1::from_slice(bytes).map_err(|_| Flaw::NotCose)?;
        let key = key_of(&sign1.protected.header, kind)?;
        let signature = sign1.signature.as_slice().try_into().map_err(|_| Flaw::NotCose)?;
        let payload = sign1.payload.clone().ok_or(Flaw::NotCose)?;
        let anew = Unsigned::new(kind, 0, key, payload).signed(signature);
        #[cfg(any(test, feature = "testing"))]
        if plant::is(Plant::AnyBytes) {
            return Ok(Self { kind, sign1, key });
        }
        if anew.0 == bytes { Ok(Self { kind, sign1, key }) } else { Err(Flaw::NotCanonical) }
    }

    /// Returns what it holds, if this key has signed it for this organisation.
    pub(super) fn verify(&self, tenant: i64, key: &PublicKey) -> Result<&[u8], Flaw> {
        if self.key != key.id() {
            return Err(Flaw::Key);
        }
        #[cfg(any(test, feature = "testing"))]
        if plant::is(Plant::AnySignature) {
            return Ok(self.payload());
        }
        let message = self.sign1.tbs_data(&self.kind.aad(tenant));
        match key.verifies(&message, &self.sign1.signature) {
            true => Ok(self.payload()),
            false => Err(Flaw::Signature),
        }
    }

    /// Returns what it holds, whoever has signed it.
    pub(super) fn payload(&self) -> &[u8] {
        self.sign1.payload.as_deref().unwrap_or_default()
    }
}

/// Returns the key that a header names, if it names the one algorithm and this kind.
fn key_of(header: &Header, kind: Kind) -> Result<KeyId, Flaw> {
    if header.alg != Some(RegisteredLabelWithPrivate::Assigned(Algorithm::ES256)) {
        return Err(Flaw::Algorithm);
    }
    match &header.content_type {
        Some(ContentType::Text(text)) if text == kind.content_type() => {}
        _ => return Err(Flaw::Kind),
    }
    Uuid::from_slice(&header.key_id).map(KeyId::new).map_err(|_| Flaw::Key)
}
