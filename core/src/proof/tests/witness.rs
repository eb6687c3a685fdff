//! A customer sees a paper before its quote arrives.

use super::*;
use crate::testing::proof::issuer_key;

fn evidence() -> Evidence {
    let receipt = finalise(7, "8", 70_656, &Chain::default()).receipt.unwrap();
    Evidence { grant: grant().sealed, receipt }
}

fn genuine() -> Genuine {
    let key = PublicKey::from_point(&issuer_key().public.0).unwrap();
    evidence().check(&[key]).unwrap()
}

/// Takes note that the paper was seen in this minute.
fn seen(office: &mut Office, at: i64) -> Changes {
    let changes = office.ask(|rows| witness(rows, &evidence(), &genuine(), minute(at))).unwrap();
    changes.puts.iter().for_each(|it| {
        office.put(it.clone());
    });
    changes
}

/// What becomes of the quote when its device was lost in the thirtieth minute, and it arrives in the sixtieth.
fn judged(seen_at: Option<i64>) -> (Verdict, Option<Timestamp>, bool) {
    let mut office = office(60);
    office.put(DeviceKey { lost_at: Some(minute(30)), ..device_key() });
    if let Some(at) = seen_at {
        assert_eq!(seen(&mut office, at).puts.len(), 1);
        assert_eq!(seen(&mut office, at + 1), Changes::none(), "the first time counts");
    }
    told(&mut office, finalise(7, "8", 70_656, &Chain::default()));
    let proof = office.get::<Quote>(QuoteId::from_u128(7)).proof.clone().unwrap();
    let is_left = office.find::<Witness>(Witness::of(&evidence().receipt)).is_some();
    (proof.judged, proof.witnessed_at, is_left)
}

#[test]
fn what_was_seen_before_the_loss_is_confirmed() {
    let notes = Vec::new();
    assert_eq!(judged(None), (Verdict::Held, None, false));
    assert_eq!(judged(Some(29)), (Verdict::Confirmed { notes }, Some(minute(29)), false));
    // seen after it, it may have been signed after it
    assert_eq!(judged(Some(30)), (Verdict::Held, Some(minute(30)), false));
}

#[test]
fn what_has_arrived_needs_no_witness() {
    let mut office = office(60);
    told(&mut office, finalise(7, "8", 70_656, &Chain::default()));
    assert_eq!(seen(&mut office, 61), Changes::none());
}
