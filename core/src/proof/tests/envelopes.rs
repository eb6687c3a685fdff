//! Envelopes: what is taken for one, and that nothing in it can be another way.

use expect_test::expect_file;
use proptest::prelude::*;

use super::*;

fn sealed_grant() -> Vec<u8> {
    grant().sealed.0
}

fn sealed_receipt() -> Vec<u8> {
    signed(&receipt_claims()).0
}

fn verify_grant(bytes: &[u8]) -> Result<GrantClaims, Flaw> {
    GrantClaims::verify(bytes, TENANT, &issuer().public())
}

fn verify_receipt(bytes: &[u8]) -> Result<ReceiptClaims, Flaw> {
    Received::read(&Bytes(bytes.to_vec()))?.verify(TENANT, &phone().public()).cloned()
}

#[test]
fn what_was_signed_reads_back() {
    assert_eq!(verify_grant(&sealed_grant()), Ok(grant_claims()));
    assert_eq!(verify_receipt(&sealed_receipt()), Ok(receipt_claims()));
}

#[test]
fn the_bytes_are_frozen() {
    let hex = |bytes: &[u8]| bytes.iter().map(|byte| format!("{byte:02x}")).collect::<String>();
    let public = |pair: Pair| hex(pair.public().point());
    let lines = [
        format!("issuer {}", public(issuer())),
        format!("grant {}", hex(&sealed_grant())),
        format!("device {}", public(phone())),
        format!("receipt {}", hex(&sealed_receipt())),
    ];
    expect_file!["../../../golden/proof.txt"].assert_eq(&format!("{}\n", lines.join("\n")));
}

#[test]
fn no_byte_can_be_another() {
    for (whole, verify) in [
        (sealed_grant(), (|it: &[u8]| verify_grant(it).is_ok()) as fn(&[u8]) -> bool),
        (sealed_receipt(), |it: &[u8]| verify_receipt(it).is_ok()),
    ] {
        for at in 0..whole.len() {
            // one bit of each byte: checking a signature takes its time in a debug build
            let mut other = whole.clone();
            other[at] ^= 1 << (at % 8);
            assert!(!verify(&other), "byte {at}");
            assert!(!verify(&whole[..at]), "cut at {at}");
        }
        let longer = [whole.as_slice(), &[0]].concat();
        assert!(!verify(&longer));
    }
}

#[test]
fn what_is_wrong_is_named() {
    let key = phone().public().id();
    let receipt = sealed_receipt();
    assert_eq!(verify_receipt(&[]), Err(Flaw::NotCose));
    assert_eq!(verify_receipt(&receipt[..receipt.len() - 1]), Err(Flaw::NotCose));
    assert_eq!(verify_receipt(&[receipt.as_slice(), &[0]].concat()), Err(Flaw::NotCose));
    assert_eq!(verify_receipt(&vec![0x81; 1_025]), Err(Flaw::TooLong));
    assert_eq!(verify_receipt(&vec![0x81; 1_024]), Err(Flaw::NotCose));
    assert_eq!(verify_receipt(&sealed_grant()), Err(Flaw::Kind));
    let of_other = Pair::of(3).sign(receipt_claims().unsigned(TENANT, Pair::of(3).public().id()));
    assert_eq!(verify_receipt(&of_other.0), Err(Flaw::Key));
    let by_other = Pair::of(3).sign(receipt_claims().unsigned(TENANT, key));
    assert_eq!(verify_receipt(&by_other.0), Err(Flaw::Signature));
    let elsewhere = phone().sign(receipt_claims().unsigned(2, key));
    assert_eq!(verify_receipt(&elsewhere.0), Err(Flaw::Signature));
    let said_elsewhere = GrantClaims { tenant: 2, ..grant_claims() };
    let moved = issuer().sign(sealed::Unsigned::new(
        Kind::Grant,
        TENANT,
        issuer().public().id(),
        payload_of(&said_elsewhere),
    ));
    assert_eq!(verify_grant(&moved.0), Err(Flaw::Foreign));
}

fn payload_of(claims: &GrantClaims) -> Vec<u8> {
    let sealed = issuer().sign(claims.unsigned(issuer().public().id()));
    sealed::Opened::read(&sealed.0, Kind::Grant).unwrap().payload().to_vec()
}

#[test]
fn a_header_says_one_thing_in_one_way() {
    use coset::{CborSerializable as _, CoseSign1, CoseSign1Builder, HeaderBuilder, iana};
    let known = CoseSign1::from_slice(&sealed_receipt()).unwrap();
    let key = phone().public().id().uuid().as_bytes().to_vec();
    let header = |alg| HeaderBuilder::new().algorithm(alg).key_id(key.clone());
    let sealed = |protected, unprotected| {
        let it = CoseSign1Builder::new().protected(protected).unprotected(unprotected);
        it.payload(known.payload.clone().unwrap())
            .signature(known.signature.clone())
            .build()
            .to_vec()
            .unwrap()
    };
    let nothing = || HeaderBuilder::new().build();
    let kind = "application/am-receipt".to_owned();
    let right = || header(iana::Algorithm::ES256).content_type(kind.clone()).build();
    assert_eq!(sealed(right(), nothing()), sealed_receipt());
    let other = header(iana::Algorithm::ES384).content_type(kind.clone()).build();
    assert_eq!(verify_receipt(&sealed(other, nothing())), Err(Flaw::Algorithm));
    let bare = header(iana::Algorithm::ES256).build();
    assert_eq!(verify_receipt(&sealed(bare, nothing())), Err(Flaw::Kind));
    let beside = HeaderBuilder::new().algorithm(iana::Algorithm::EdDSA).build();
    assert_eq!(verify_receipt(&sealed(right(), beside)), Err(Flaw::NotCanonical));
    let tagged = [&[0xd2], sealed_receipt().as_slice()].concat();
    assert_eq!(verify_receipt(&tagged), Err(Flaw::NotCose));
}

proptest! {
    #[test]
    fn anything_else_is_refused_quietly(bytes in proptest::collection::vec(any::<u8>(), 0..1_100)) {
        prop_assert!(verify_grant(&bytes).is_err());
        prop_assert!(verify_receipt(&bytes).is_err());
    }

    #[test]
    fn claims_of_any_form_are_refused_quietly(payload in proptest::collection::vec(any::<u8>(), 0..600)) {
        let it = Unsigned::new(Kind::Receipt, TENANT, phone().public().id(), payload);
        prop_assert!(verify_receipt(&phone().sign(it).0).is_err());
    }
}
