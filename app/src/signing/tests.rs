use leeway_core::command::Command;
use leeway_core::proof::{Chain, Slice};
use leeway_core::sync::protocol::Envelope;
use leeway_core::testing::proof::{content_of, device_key, grant, phone, receipt_of, with_receipt};
use leeway_core::testing::sample::{CHEN, limits, minute};
use leeway_core::testing::{commands, proof};
use leeway_core::values::{CommandId, Money, QuoteId};

use super::*;
use crate::store::EntryState;

/// A quote that was signed behind these, in the queue.
fn queued(n: u8, chain: &Chain, state: EntryState) -> (Entry, Chain) {
    let quote = QuoteId::from_u128(n.into());
    let made = with_receipt(Finalise { quote, ..commands::finalise("8", 70_656) }, &content_of("8"), chain);
    let after = chain.with(chain.seq + 1, made.receipt.as_ref().unwrap());
    let body = Body::Quotes(Write::Finalise(made));
    let command = Command { id: CommandId::from_u128(n.into()), by: CHEN, at: minute(n.into()), body };
    let envelope = Envelope::seal(n.into(), &command);
    (Entry { envelope, state, keys: Vec::new(), epoch: None, doubt: None }, after)
}

fn enrolled(queue: &[Entry]) -> Enrolled {
    enrolled_without(&[], queue)
}

/// The same, where these keys of the organisation count no more.
fn enrolled_without(withdrawn: &[KeyId], queue: &[Entry]) -> Enrolled {
    let contact = Cursor { last_success: Some(minute(0)), server_time: Some(minute(0)), ..Cursor::default() };
    Enrolled::of(device_key(), (&[grant()], withdrawn), &contact, queue)
}

fn powers(queue: &[Entry]) -> Powers {
    Powers::Enrolled(Box::new(enrolled(queue)))
}

fn sums() -> Totals {
    totals(&content_of("8")).unwrap()
}

#[test]
fn what_stands_in_the_queue_without_effect_was_signed_all_the_same() {
    let (first, after_first) = queued(1, &Chain::default(), EntryState::Refused);
    let (second, after_second) = queued(2, &after_first, EntryState::TooLarge);
    // the row says nothing of either: the server has refused the one and never had the other
    let enrolled = enrolled(&[first, second]);
    assert_eq!(enrolled.key.chain, after_second);
    let made = commands::finalise("8", 70_656);
    let claims = enrolled.claims(&made, &content_of("8"), &sums(), minute(5)).unwrap();
    assert_eq!((claims.seq, claims.previous), (3, after_second.previous()));
    assert_eq!((claims.at, claims.server_time), (minute(5), minute(0)));
}

#[test]
fn what_another_key_signed_is_another_chain() {
    let other = proof::Pair::of(3);
    let claims = receipt_of(QuoteId::from_u128(1), &content_of("8"), &Chain::default());
    let sealed = other.sign(claims.unsigned(proof::TENANT, other.public().id()));
    let (mut entry, _) = queued(1, &Chain::default(), EntryState::Queued);
    entry.envelope.args["receipt"] = serde_json::to_value(sealed).unwrap();
    assert_eq!(enrolled(&[entry]).key.chain, Chain::default());
}

#[test]
fn promises_that_the_server_has_not_seen_are_counted() {
    let mut chain = Chain::default();
    let mut queue = Vec::new();
    for n in 1..=20 {
        let (entry, after) = queued(n, &chain, EntryState::Queued);
        queue.push(entry);
        chain = after;
    }
    let may = |queue: &[Entry]| powers(queue).may_bind(&limits(), Star::TWO, &sums(), minute(20));
    assert!(may(&queue[..4]).is_ok_and(|it| !it.is_soft));
    assert!(may(&queue[..5]).is_ok_and(|it| it.is_soft));
    assert_eq!(may(&queue), Err(Barrier::TooMany));
    queue[0].state = EntryState::Applied;
    assert!(may(&queue).is_ok());
    // a clock behind what the queue has seen
    let powers = powers(&queue);
    assert_eq!(powers.may_bind(&limits(), Star::TWO, &sums(), minute(14)), Err(Barrier::Clock));
}

#[test]
fn a_grant_by_other_limits_or_for_another_rating_is_none() {
    let powers = powers(&[]);
    assert!(powers.may_bind(&limits(), Star::TWO, &sums(), minute(1)).is_ok());
    assert_eq!(powers.may_bind(&limits(), Star::THREE, &sums(), minute(1)), Err(Barrier::NoGrant));
    let other = Limits { id: leeway_core::values::LimitsId::from_u128(9), ..limits() };
    assert_eq!(powers.may_bind(&other, Star::TWO, &sums(), minute(1)), Err(Barrier::NoGrant));
}

#[test]
fn the_receipt_says_what_the_server_will_compute() {
    let made = commands::finalise("8", 70_656);
    let claims = enrolled(&[]).claims(&made, &content_of("8"), &sums(), minute(1)).unwrap();
    assert!(claims.is_about(&content_of("8"), &sums()));
    assert_eq!((claims.quote, claims.grant), (made.quote, grant().id));
    let sealed = phone().sign(claims.unsigned(proof::TENANT, device_key().id));
    assert_eq!(Received::read(&sealed).unwrap().verify(proof::TENANT, &phone().public()), Ok(&claims));
}

#[test]
fn a_key_that_the_server_may_know_promises_nothing() {
    let may = Powers::HandedIn.may_bind(&limits(), Star::TWO, &sums(), minute(1));
    assert_eq!(may, Err(Barrier::NoGrant));
}

#[test]
fn a_grant_by_a_withdrawn_key_promises_nothing() {
    let powers = Powers::Enrolled(Box::new(enrolled_without(&[proof::issuer_key().id], &[])));
    assert_eq!(powers.may_bind(&limits(), Star::TWO, &sums(), minute(1)), Err(Barrier::NoGrant));
}

#[test]
fn what_was_given_away_is_counted_by_this_device_and_never_beyond_its_slice() {
    let cut = sums().cut;
    let twice = cut.checked_add(cut).unwrap();
    let month = leeway_core::testing::sample::day("2027-01-01");
    let grant = Grant { slice: Some(Slice { month, room: twice }), ..grant() };
    let of = |queue: &[Entry]| {
        let contact = Cursor { last_success: Some(minute(0)), ..Cursor::default() };
        Enrolled::of(device_key(), (std::slice::from_ref(&grant), &[]), &contact, queue)
    };
    let claims = |powers: &Enrolled| {
        let made = commands::finalise("8", 70_656);
        powers.claims(&made, &content_of("8"), &sums(), minute(1)).map(|claims| claims.spent)
    };
    assert_eq!((of(&[]).left(), claims(&of(&[]))), (twice, Some(Some(cut))));
    // signed, and not yet seen by the server
    let (mut entry, _) = queued(1, &Chain::default(), EntryState::Queued);
    let of_first = receipt_of(QuoteId::from_u128(1), &content_of("8"), &Chain::default());
    let sealed = proof::signed(&leeway_core::proof::ReceiptClaims { spent: Some(cut), ..of_first });
    entry.envelope.args["receipt"] = serde_json::to_value(sealed).unwrap();
    let after = of(&[entry]);
    assert_eq!((after.left(), claims(&after)), (cut, Some(Some(twice))));
    let spent = DeviceKey { spent: Some(Spent { month, money: twice }), ..after.key.clone() };
    let empty = Enrolled { key: spent, ..after };
    assert_eq!((empty.left(), claims(&empty)), (Money::ZERO, None));
}
