//! Quotes under a bound for the month: each device promises out of its own slice.

use super::*;
use crate::authority::Limits;
use crate::proof::issue;
use crate::testing::sample::{day, limits};
use crate::values::{Bytes, GrantId, Money};

/// At 8 %, 24 months of the leased line give away 6,144 yuan.
const CUT: i64 = 6_144;

/// The office in which managers of two stars may give away so many yuan a month, with the phone's key without a grant.
fn bounded(month_max: i64) -> Office {
    let mut office = office(60);
    let mut limits = limits();
    limits.stars[1].month_max = Some(yuan(month_max));
    office.put(Limits { id: LimitsId::from_u128(1), ..limits });
    office
}

/// Grants the phone this room, in the month of the samples.
fn granted(office: &mut Office, room: i64) -> Slice {
    let slice = Slice { month: day("2027-01-01"), room: yuan(room) };
    let claims = GrantClaims { slice: Some(slice), ..grant_claims() };
    let sealed = issuer().sign(claims.unsigned(issuer().public().id()));
    office.put(Grant::issued(&claims, sealed));
    slice
}

/// Quote n at 8 %, signed behind these receipts, with so many yuan counted as given away.
fn quote(n: u128, chain: &Chain, spent: i64) -> Finalise {
    let (quote, case) = (QuoteId::from_u128(n), CaseId::from_u128(n));
    let of = receipt_of(quote, &content_of("8"), chain);
    let receipt = Some(signed(&ReceiptClaims { spent: Some(yuan(spent)), ..of }));
    Finalise { quote, case, receipt, ..commands::finalise("8", 70_656) }
}

/// Takes it in, and tells what became of it and what counts as given away.
fn told(office: &mut Office, it: Finalise) -> String {
    let (id, outcome) = (it.quote, office.tell(CHEN, Write::Finalise(it)));
    assert!(!outcome.starts_with("refused"), "{outcome}");
    let quote = office.get::<Quote>(id);
    let reasons = match &quote.state {
        QuoteState::Submitted { case, .. } => {
            crate::testing::because(&office.get::<crate::approvals::Case>(*case).reasons)
        }
        _ => String::new(),
    };
    let spent = office.get::<DeviceKey>(device_key().id).spent_in(day("2027-01-01"));
    format!("{:?} [{reasons}], {spent} spent", quote.proof.as_ref().map(|it| &it.judged))
}

fn chain(office: &Office) -> Chain {
    office.get::<DeviceKey>(device_key().id).chain.clone()
}

#[test]
fn a_slice_is_spent_to_its_end_and_what_goes_beyond_is_asked_for() {
    let mut office = bounded(40_000);
    granted(&mut office, 2 * CUT);
    let first = quote(11, &Chain::default(), CUT);
    expect!["Some(Confirmed { notes: [] }) [], ¥6,144.00 spent"].assert_eq(&told(&mut office, first));
    let second = quote(12, &chain(&office), 2 * CUT);
    expect!["Some(Confirmed { notes: [] }) [], ¥12,288.00 spent"].assert_eq(&told(&mut office, second));
    let third = quote(13, &chain(&office), 3 * CUT);
    expect!["Some(Request { why: Beyond }) [¥6,144.00 given of ¥0.00 left for the month], ¥18,432.00 spent"]
        .assert_eq(&told(&mut office, third));
}

#[test]
fn whoever_counts_less_than_was_given_away_promises_nothing() {
    let mut office = bounded(40_000);
    granted(&mut office, 3 * CUT);
    let first = quote(11, &Chain::default(), CUT);
    told(&mut office, first);
    let forgetful = quote(12, &chain(&office), CUT);
    expect!["Some(Request { why: Differs }) [], ¥6,144.00 spent"].assert_eq(&told(&mut office, forgetful));
    let none = Finalise { receipt: None, ..quote(13, &chain(&office), 0) };
    let silent = ReceiptClaims { spent: None, ..receipt_of(none.quote, &content_of("8"), &chain(&office)) };
    let silent = Finalise { receipt: Some(signed(&silent)), ..none };
    expect!["Some(Request { why: Differs }) [], ¥6,144.00 spent"].assert_eq(&told(&mut office, silent));
}

#[test]
fn a_grant_without_a_slice_gives_nothing_away_where_the_month_is_bounded() {
    let mut office = bounded(40_000);
    let it = finalise(11, "8", 70_656, &Chain::default());
    expect!["Some(Request { why: Beyond }) [¥6,144.00 given of ¥0.00 left for the month], ¥0.00 spent"]
        .assert_eq(&told(&mut office, it));
    // without a receipt neither; at list price nothing is given away
    let mut office = bounded(40_000);
    let bare = Finalise { quote: QuoteId::from_u128(12), ..commands::finalise("8", 70_656) };
    office.tell(CHEN, Write::Finalise(bare.clone()));
    assert!(matches!(office.get::<Quote>(bare.quote).state, QuoteState::Submitted { .. }));
    let mut office = bounded(40_000);
    check(
        &mut office,
        finalise(13, "0", 76_800, &Chain::default()),
        expect![[r#"
            put device_key/fe00ab0f-3419-01f8-63a4-9160cf554588
            put quote/13
            binding Some(Confirmed { notes: [] })
            chain 1"#]],
    );
}

#[test]
fn what_is_refused_for_another_reason_was_given_away_all_the_same() {
    let mut office = bounded(40_000);
    granted(&mut office, 3 * CUT);
    let first = quote(11, &Chain::default(), CUT);
    told(&mut office, first);
    // the same quote once more: it is final
    let again = office.write(CHEN, Write::Finalise(quote(11, &chain(&office), 2 * CUT)));
    assert!(office.take(&again).is_err());
    office.after_refusal(&again);
    let key = office.get::<DeviceKey>(device_key().id);
    assert_eq!((key.chain.seq, key.spent_in(day("2027-01-01"))), (2, yuan(2 * CUT)));
}

#[test]
fn the_grant_of_a_bounded_month_says_how_much() {
    let office = bounded(40_000);
    let issuing = |now| Issuing { grant: GrantId::from_u128(7), issuer: "海港分公司".into(), now };
    let issued = |office: &Office, now| match office.ask(|rows| issue(rows, device_key().id, &issuing(now))) {
        Ok(Asked::Due(claims, _)) => claims.slice.map(|slice| (slice.month, slice.room)),
        Ok(Asked::Fresh) => Some((day("2000-01-01"), Money::ZERO)),
        other => panic!("{other:?}"),
    };
    // the samples begin at 16:00 of 15 January in China; the grant without a slice will not do
    assert_eq!(issued(&office, minute(0)), Some((day("2027-01-01"), yuan(20_000))));
    // a month later the whole is there again
    let next = minute(31 * 24 * 60);
    assert_eq!(issued(&office, next), Some((day("2027-02-01"), yuan(20_000))));
    let mut office = bounded(40_000);
    let slice = granted(&mut office, 20_000);
    assert_eq!(issued(&office, minute(0)), Some((day("2000-01-01"), Money::ZERO)));
    // another device of the same manager
    let pair = Pair::of(3);
    let public = pair.public();
    let other = DeviceKey {
        id: public.id(),
        client: ClientId::from_u128(9),
        public: Bytes(public.point().to_vec()),
        ..device_key()
    };
    let id = other.id;
    office.put(other);
    match office.ask(|rows| issue(rows, id, &issuing(minute(0)))) {
        Ok(Asked::Due(claims, _)) => assert_eq!(claims.slice, Some(Slice { room: yuan(10_000), ..slice })),
        other => panic!("{other:?}"),
    }
}

#[test]
fn a_paper_with_a_slice_reads_back_and_one_without_has_the_bytes_it_always_had() {
    let slice = Some(Slice { month: day("2027-01-01"), room: yuan(20_000) });
    let claims = GrantClaims { slice, ..grant_claims() };
    let sealed = issuer().sign(claims.unsigned(issuer().public().id()));
    assert_eq!(GrantClaims::verify(&sealed.0, TENANT, &issuer().public()), Ok(claims));
    let receipt = ReceiptClaims { spent: Some(yuan(CUT)), ..receipt_claims() };
    let sealed = signed(&receipt);
    assert_eq!(Received::read(&sealed).unwrap().verify(TENANT, &phone().public()), Ok(&receipt));
}
