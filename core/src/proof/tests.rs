//! What is taken for a grant or a receipt, and what becomes of a quote that comes with one.

use expect_test::{Expect, expect};

use super::*;
use crate::authority::{self, PublishLimits};
use crate::organisation::Member;
use crate::quotes::{Finalise, Quote, QuoteState, Write};
use crate::testing::proof::{
    PHONE, Pair, TENANT, content_of, device_key, grant, grant_claims, issuer, issuer_key, phone,
    receipt_claims, receipt_of, signed, with_receipt,
};
use crate::testing::sample::{ADMIN, CHEN, LI, book, members, minute, yuan};
use crate::testing::{Office, commands};
use crate::values::{CaseId, ClientId, KeyId, LimitsId, QuoteId, Timestamp};
use crate::{Arrival, Changes, Refusal};

mod envelopes;
mod slices;
mod witness;

/// The office with the phone's key and grant, and a command that arrives in this minute.
fn office(arrives: i64) -> Office {
    let mut office = Office::new();
    office.arrives(Arrival { at: minute(arrives), client: PHONE });
    office
}

fn finalise(quote: u128, off: &str, total: i64, chain: &Chain) -> Finalise {
    let it = Finalise {
        quote: QuoteId::from_u128(quote),
        case: CaseId::from_u128(quote),
        ..commands::finalise(off, total)
    };
    with_receipt(it, &content_of(off), chain)
}

/// Takes it in, and tells what became of the quote and the chain.
fn told(office: &mut Office, it: Finalise) -> String {
    let quote = it.quote;
    let outcome = office.tell(CHEN, Write::Finalise(it));
    let chain = office.get::<DeviceKey>(device_key().id).chain.clone();
    let forked = if chain.forked_at.is_some() { " forked" } else { "" };
    let now = office.find::<Quote>(quote).map_or_else(String::new, |quote| {
        let state = match quote.state {
            QuoteState::Binding { .. } => "binding",
            QuoteState::Submitted { .. } => "submitted",
            _ => "other",
        };
        format!("\n{state} {:?}", quote.proof.as_ref().map(|it| &it.judged))
    });
    format!("{outcome}{now}\nchain {}{forked}", chain.seq)
}

#[track_caller]
fn check(office: &mut Office, it: Finalise, expected: Expect) {
    expected.assert_eq(&told(office, it));
}

/// Takes in the n-th quote at 8 % as the phone's first receipt, which is confirmed.
#[track_caller]
fn confirms_first(office: &mut Office, n: u128) {
    let key = device_key().id;
    let confirmed =
        format!("put device_key/{key}\nput quote/{n}\nbinding Some(Confirmed {{ notes: [] }})\nchain 1");
    assert_eq!(told(office, finalise(n, "8", 70_656, &Chain::default())), confirmed);
}

#[test]
fn a_receipt_within_its_grant_is_confirmed_and_the_chain_goes_on() {
    let mut office = office(60);
    confirms_first(&mut office, 7);
    let chain = office.get::<DeviceKey>(device_key().id).chain.clone();
    check(
        &mut office,
        finalise(8, "12", 67_584, &chain),
        expect![[r#"
        put device_key/fe00ab0f-3419-01f8-63a4-9160cf554588
        put quote/8
        binding Some(Confirmed { notes: [] })
        chain 2"#]],
    );
}

#[test]
fn a_receipt_beyond_its_grant_becomes_a_request() {
    check(
        &mut office(60),
        finalise(7, "20", 61_440, &Chain::default()),
        expect![[r#"
            put device_key/fe00ab0f-3419-01f8-63a4-9160cf554588
            put quote/7
            put case/7
            put request_digest/7
            put request/7
            submitted Some(Request { why: Beyond })
            chain 1"#]],
    );
}

#[test]
fn what_was_signed_is_not_what_is_computed() {
    let it = finalise(7, "8", 70_656, &Chain::default());
    let mut office = office(60);
    let mut other = book();
    other.products[0].price = yuan(3_300);
    office.put(other);
    check(
        &mut office,
        it,
        expect![[r#"
            put device_key/fe00ab0f-3419-01f8-63a4-9160cf554588
            put quote/7
            put case/7
            put request_digest/7
            put request/7
            submitted Some(Request { why: Differs })
            chain 1"#]],
    );
}

#[test]
fn lowered_limits_confirm_and_flag() {
    let newer = PublishLimits { limits: LimitsId::from_u128(9), ..commands::publish_limits() };
    let mut office = office(60).after(ADMIN, authority::Write::Publish(newer));
    check(
        &mut office,
        finalise(7, "8", 70_656, &Chain::default()),
        expect![[r#"
        put device_key/fe00ab0f-3419-01f8-63a4-9160cf554588
        put quote/7
        binding Some(Confirmed { notes: [Changed] })
        chain 1"#]],
    );
}

#[test]
fn a_lost_device_is_held_or_refused_by_what_is_proven() {
    let lost = |at| DeviceKey { lost_at: Some(minute(at)), ..device_key() };
    let it = || finalise(7, "8", 70_656, &Chain::default());
    // the receipt has the server's time of ten minutes before the first
    for (at, expected) in [
        (
            -30,
            expect![[r#"
                put device_key/fe00ab0f-3419-01f8-63a4-9160cf554588
                put quote/7
                put case/7
                put request_digest/7
                put request/7
                submitted Some(Request { why: AfterLoss })
                chain 1"#]],
        ),
        (
            30,
            expect![[r#"
                put device_key/fe00ab0f-3419-01f8-63a4-9160cf554588
                put quote/7
                put case/7
                put request_digest/7
                put request/7
                submitted Some(Held)
                chain 1"#]],
        ),
        (
            90,
            expect![[r#"
        put device_key/fe00ab0f-3419-01f8-63a4-9160cf554588
        put quote/7
        binding Some(Confirmed { notes: [] })
        chain 1"#]],
        ),
    ] {
        let mut office = office(60);
        office.put(lost(at));
        check(&mut office, it(), expected);
    }
}

#[test]
fn a_gap_goes_to_a_post_and_a_fork_ends_the_key() {
    let mut office = office(60);
    let ahead = Chain { seq: 1, last: Bytes(vec![7; 32]), forked_at: None };
    check(
        &mut office,
        finalise(7, "8", 70_656, &ahead),
        expect![[r#"
            put quote/7, put case/7, put request_digest/7, put request/7
            submitted Some(Waiting)
            chain 0"#]],
    );
    confirms_first(&mut office, 8);
    check(
        &mut office,
        finalise(9, "12", 67_584, &Chain::default()),
        expect![[r#"
            put device_key/fe00ab0f-3419-01f8-63a4-9160cf554588
            put quote/9
            put case/9
            put request_digest/9
            put request/9
            submitted Some(Quarantined)
            chain 1 forked"#]],
    );
    check(
        &mut office,
        finalise(10, "12", 67_584, &Chain::default()),
        expect![[r#"
            put quote/10
            put case/10
            put request_digest/10
            put request/10
            submitted Some(Quarantined)
            chain 1 forked"#]],
    );
}

#[test]
fn a_refused_quote_leaves_its_receipt_in_the_chain() {
    let mut office = office(60);
    confirms_first(&mut office, 7);
    let first = office.get::<DeviceKey>(device_key().id).chain.clone();
    let again = finalise(7, "12", 67_584, &first);
    let command = office.write(CHEN, Write::Finalise(again.clone()));
    assert!(office.take(&command).is_err(), "the quote is final");
    office.after_refusal(&command);
    let chain = office.get::<DeviceKey>(device_key().id).chain.clone();
    assert_eq!((chain.seq, chain.forked_at), (2, None));
    assert_eq!(chain, Chain::default().with(2, &again.receipt.unwrap()));
}

#[test]
fn the_same_receipt_again_is_no_fork() {
    let mut office = office(60);
    let it = finalise(7, "8", 70_656, &Chain::default());
    assert!(office.run(CHEN, Write::Finalise(it.clone())).is_ok());
    let before = office.records().clone();
    let command = office.write(CHEN, Write::Finalise(it));
    assert!(office.take(&command).is_err());
    office.after_refusal(&command);
    assert_eq!(*office.records(), before);
}

#[test]
fn somebody_elses_receipt_is_evidence() {
    let it = || finalise(7, "8", 70_656, &Chain::default());
    let forged = |it: Finalise, by| match office(60).run(by, Write::Finalise(it)) {
        Err(Refusal::Proof(ProofError::Forged { flaw })) => flaw,
        other => panic!("{other:?}"),
    };
    let about = Finalise { quote: QuoteId::from_u128(8), ..it() };
    assert_eq!(forged(about, CHEN), Flaw::Foreign);
    let stranger = Pair::of(3);
    let claims = receipt_of(QuoteId::from_u128(7), &content_of("8"), &Chain::default());
    let of_stranger = stranger.sign(claims.unsigned(TENANT, stranger.public().id()));
    assert_eq!(forged(Finalise { receipt: Some(of_stranger), ..it() }, CHEN), Flaw::Foreign);
    let named = stranger.sign(claims.unsigned(TENANT, phone().public().id()));
    assert_eq!(forged(Finalise { receipt: Some(named), ..it() }, CHEN), Flaw::Signature);
    let elsewhere = phone().sign(claims.unsigned(2, phone().public().id()));
    assert_eq!(forged(Finalise { receipt: Some(elsewhere), ..it() }, CHEN), Flaw::Signature);
    let mut of_li = office(60);
    of_li.put(DeviceKey { user: LI, ..device_key() });
    let told = of_li.tell(CHEN, Write::Finalise(it()));
    expect![[r#"refused proof.forged {"flaw":"foreign"}"#]].assert_eq(&told);
}

#[test]
fn an_enrolled_phone_binds_nothing_without_a_receipt() {
    let bare = commands::finalise("8", 70_656);
    expect![[r#"
        put quote/7, put case/7, put request_digest/7, put request/7
        submitted None
        chain 0"#]]
    .assert_eq(&told(&mut office(60), bare.clone()));
    let mut other = Office::new();
    other.arrives(Arrival { at: minute(60), client: ClientId::from_u128(9) });
    expect![[r#"
        put quote/7
        binding None
        chain 0"#]]
    .assert_eq(&told(&mut other, bare));
}

#[test]
fn on_the_phone_another_tab_was_quicker() {
    let mut phone = Office::new();
    confirms_first(&mut phone, 7);
    check(
        &mut phone,
        finalise(8, "8", 70_656, &Chain::default()),
        expect![[r#"
        refused proof.moved
        chain 1"#]],
    );
}

fn asked(office: &Office, now: i64) -> String {
    let it = Issuing { grant: GrantId::from_u128(2), issuer: "海港分公司".into(), now: minute(now) };
    match office.ask(|rows| issue(rows, device_key().id, &it)) {
        Ok(Asked::Due(claims, changes)) => format!(
            "due until {} less {}",
            (claims.expires_at.ms() - minute(0).ms()) / 60_000,
            changes.removes.len()
        ),
        Ok(other) => format!("{other:?}"),
        Err(refusal) => format!("refused {}", refusal.to_data().code),
    }
}

#[test]
fn a_grant_is_issued_when_half_of_the_old_one_is_gone_or_it_says_something_else() {
    let hours = |n: i64| n * 60;
    let mut office = Office::new();
    assert_eq!(asked(&office, hours(35)), "Fresh");
    assert_eq!(asked(&office, hours(36)), "due until 6480 less 0");
    assert_eq!(asked(&office, hours(71 + 14 * 24)), "due until 28740 less 0");
    assert_eq!(asked(&office, hours(72 + 14 * 24)), "due until 28800 less 1");
    // a clock that was wrong
    assert_eq!(asked(&office, hours(-2)), "due until 4200 less 0");
    let newer = PublishLimits { limits: LimitsId::from_u128(9), ..commands::publish_limits() };
    let published = office.clone().after(ADMIN, authority::Write::Publish(newer));
    assert_eq!(asked(&published, 0), "due until 4320 less 0");
    office.put(DeviceKey { lost_at: Some(minute(0)), ..device_key() });
    assert_eq!(asked(&office, hours(40)), "Nothing");
    office.put(Member { active: false, ..members().remove(0) });
    assert_eq!(asked(&office, hours(40)), "refused general.forbidden");
}

#[test]
fn a_grant_by_a_withdrawn_key_is_issued_anew_and_promises_nothing() {
    let mut office = Office::new();
    office.put(issuer_key());
    let id = issuer_key().id;
    assert_eq!(grant().issuer(), Some(id));
    let withdrawn = office.ask(|rows| withdraw_key(rows, id, minute(1))).unwrap();
    let again = Changes::none().put(IssuerKey { withdrawn_at: Some(minute(1)), ..issuer_key() });
    assert_eq!(withdrawn, again);
    assert!(office.ask(|rows| withdraw_key(rows, KeyId::from_u128(1), minute(1))).is_err());
    assert_eq!(asked(&office, 0), "Fresh");
    office.put(IssuerKey { withdrawn_at: Some(minute(1)), ..issuer_key() });
    assert_eq!(asked(&office, 0), "due until 4320 less 0");
    assert_eq!(office.ask(|rows| withdraw_key(rows, id, minute(2))), Ok(Changes::none()));
    let (old, new) = (grant(), Grant { id: GrantId::from_u128(2), issued_at: minute(1), ..grant() });
    assert_eq!(newest_good([&old, &new], &[]), Some(&new));
    assert_eq!(newest_good([&old, &new], &[KeyId::from_u128(1)]), Some(&new));
    assert_eq!(newest_good([&old, &new], &[id]), None);
}

#[test]
fn soft_counters_warn_and_hard_ones_end() {
    let hour = |n: i64| minute(n * 60);
    let key = device_key();
    let grant = Grant { expires_at: hour(100), ..grant() };
    let say = |now: Timestamp, latest: Timestamp, unseen, deal: Option<i64>| {
        let standing = Standing { now, contact: minute(0), latest, unseen };
        let deal = deal.map(|total| (yuan(total), yuan(200_000)));
        match may_bind(&key, Some(&grant), &standing, deal) {
            Ok(it) => format!(
                "{}{}",
                it.until.ms() / 3_600_000 - minute(0).ms() / 3_600_000,
                if it.is_soft { " soft" } else { "" }
            ),
            Err(barrier) => format!("{barrier:?}"),
        }
    };
    let small = Some(100_000);
    assert_eq!(say(hour(1), hour(1), 4, small), "72");
    assert_eq!(say(hour(1), hour(1), 5, small), "72 soft");
    assert_eq!(say(hour(1), hour(1), 19, small), "72 soft");
    assert_eq!(say(hour(1), hour(1), 20, small), "TooMany");
    assert_eq!(say(minute(479), hour(1), 0, small), "72");
    assert_eq!(say(hour(8), hour(1), 0, small), "72 soft");
    assert_eq!(say(hour(24), hour(1), 0, Some(100_001)), "72 soft");
    assert_eq!(say(minute(24 * 60 + 1), hour(1), 0, Some(100_001)), "TooLongForSize");
    assert_eq!(say(hour(72), hour(1), 0, small), "72 soft");
    assert_eq!(say(minute(72 * 60 + 1), hour(1), 0, small), "TooLong");
    // the clock: five minutes are forgiven
    assert_eq!(say(hour(2), minute(125), 0, small), "72");
    assert_eq!(say(hour(2), minute(126), 0, small), "Clock");
    assert_eq!(say(minute(-6), minute(-9), 0, small), "Clock");
    assert_eq!(
        may_bind(&key, None, &Standing { now: hour(1), contact: hour(1), latest: hour(1), unseen: 0 }, None),
        Err(Barrier::NoGrant)
    );
    let forked = DeviceKey { chain: Chain { forked_at: Some(minute(0)), ..Chain::default() }, ..key.clone() };
    let standing = Standing { now: hour(101), contact: hour(100), latest: hour(100), unseen: 0 };
    assert_eq!(may_bind(&forked, Some(&grant), &standing, None), Err(Barrier::Forked));
    assert_eq!(may_bind(&key, Some(&grant), &standing, None), Err(Barrier::NoGrant));
}
