//! What becomes of a quote that is made final or sent to a post.

use expect_test::{Expect, expect};

use super::super::{Draft, PutLine, Withdraw, Write};
use super::*;
use crate::approvals::{Case, CaseState};
use crate::authority::PublishLimits;
use crate::organisation::Post;
use crate::organisation::{ChangeMember, MemberChange, SetPost};
use crate::pricing::{self, Publish};
use crate::testing::sample::{
    ADMIN, APPROVER, CHEN, HEAD, LI, SUN, WANG, ZHAO, ZHOU, line, minute, product, refusal_card, yuan,
};
use crate::testing::{Office, because, commands};
use crate::values::{LineId, ProductId, UserId};
use crate::{Body, organisation};

mod margin;
mod promise;

const QUOTE: QuoteId = QuoteId::from_u128(7);

fn drafted() -> Office {
    Office::new().after(CHEN, Write::Draft(commands::draft()))
}

/// Asks, and tells what came of it: the outcome; where the quote is now, with its flags or the reasons of its case.
fn told(office: &mut Office, by: UserId, it: Finalise) -> String {
    let (id, case) = (it.quote, it.case);
    let outcome = office.tell(by, Write::Finalise(it));
    let now = match office.find::<Quote>(id).map(|quote| (&quote.state, &quote.flags)) {
        Some((QuoteState::Submitted { .. }, _)) => {
            let case = office.get::<Case>(case);
            format!("\n{}: {}", office.get::<Post>(case.post).title, because(&case.reasons))
        }
        Some((QuoteState::Binding { .. }, flags)) => format!("\nbinding {flags:?}"),
        _ => String::new(),
    };
    format!("{outcome}{now}")
}

#[track_caller]
fn check(office: &mut Office, it: Finalise, expected: Expect) {
    expected.assert_eq(&told(office, CHEN, it));
}

#[test]
fn within_authority_a_quote_is_binding_at_once() {
    check(
        &mut drafted(),
        commands::finalise("8", 70_656),
        expect![[r#"
        put quote/7
        binding []"#]],
    );
    check(
        &mut drafted(),
        commands::finalise("12", 67_584),
        expect![[r#"
        put quote/7
        binding []"#]],
    );
}

#[test]
fn beyond_authority_it_goes_to_the_post_that_may_decide() {
    let asks = |off, total| Finalise { asks: Asks::Approval, ..commands::finalise(off, total) };
    check(
        &mut drafted(),
        asks("12.01", 67_576),
        expect![[r#"refused quotes.total_differs {"computed":6757632,"named":6757600}"#]],
    );
    check(
        &mut drafted(),
        Finalise { total: Money::from_fen(6_757_632), ..asks("12.01", 0) },
        expect![[r#"
            put quote/7, put case/7, put request_digest/7, put request/7
            政企1部负责人: LeasedLine 12.01% of 12%"#]],
    );
    check(
        &mut drafted(),
        asks("20", 61_440),
        expect![[r#"
            put quote/7, put case/7, put request_digest/7, put request/7
            政企1部负责人: LeasedLine 20% of 12%"#]],
    );
    check(
        &mut drafted(),
        asks("20.01", 0),
        expect![[r#"refused quotes.total_differs {"computed":6143232,"named":0}"#]],
    );
    check(
        &mut drafted(),
        asks("30", 53_760),
        expect![[r#"
            put quote/7, put case/7, put request_digest/7, put request/7
            分公司审批岗: LeasedLine 30% of 20%"#]],
    );
    check(&mut drafted(), asks("35", 49_920), expect!["refused quotes.beyond_everybody"]);
    // a binding that the server would not give becomes a request: never cut down, never dropped
    check(
        &mut drafted(),
        commands::finalise("20", 61_440),
        expect![[r#"
            put quote/7, put case/7, put request_digest/7, put request/7
            政企1部负责人: LeasedLine 20% of 12%"#]],
    );
}

#[test]
fn a_request_within_ones_own_authority_goes_to_the_head() {
    let it = Finalise { asks: Asks::Approval, ..commands::finalise("8", 70_656) };
    check(
        &mut drafted(),
        it,
        expect![[r#"
            put quote/7, put case/7, put request_digest/7, put request/7
            政企1部负责人: "#]],
    );
}

#[test]
fn a_floor_stops_everybody() {
    // 3,200 less 37.5 % is the floor of 2,000
    let asks = |off, total| Finalise { asks: Asks::Approval, ..commands::finalise(off, total) };
    check(&mut drafted(), asks("37.5", 48_000), expect!["refused quotes.beyond_everybody"]);
    check(
        &mut drafted(),
        Finalise { total: Money::from_fen(4_799_232), ..asks("37.51", 0) },
        expect![[r#"refused quotes.below_floor {"product":"专线 200M","short_by":32}"#]],
    );
    check(
        &mut drafted(),
        asks("40", 46_080),
        expect![[r#"refused quotes.below_floor {"product":"专线 200M","short_by":8000}"#]],
    );
}

#[test]
fn a_deal_size_has_its_own_limits() {
    let sized = |quantity: u32, total| {
        let lines = vec![LineInput { quantity, ..commands::line(1, "0") }];
        Finalise { lines, ..commands::finalise("0", total) }
    };
    check(
        &mut drafted(),
        sized(2, 153_600),
        expect![[r#"
        put quote/7
        binding []"#]],
    );
    check(
        &mut drafted(),
        sized(3, 230_400),
        expect![[r#"
            put quote/7, put case/7, put request_digest/7, put request/7
            政企1部负责人: ¥230,400.00 of ¥200,000.00"#]],
    );
    check(
        &mut drafted(),
        sized(14, 1_075_200),
        expect![[r#"
            put quote/7, put case/7, put request_digest/7, put request/7
            分公司审批岗: ¥1,075,200.00 of ¥1,000,000.00"#]],
    );
    check(&mut drafted(), sized(131, 10_060_800), expect!["refused quotes.beyond_everybody"]);
}

#[test]
fn what_has_no_limit_has_no_discount() {
    let cloud = |off: &str, total| {
        let lines = vec![LineInput { product: ProductId::from_u128(2), ..commands::line(1, off) }];
        Finalise { lines, ..commands::finalise("0", total) }
    };
    check(
        &mut drafted(),
        cloud("0", 14_400),
        expect![[r#"
        put quote/7
        binding []"#]],
    );
    check(&mut drafted(), cloud("10", 12_960), expect!["refused quotes.beyond_everybody"]);
}

#[test]
fn the_total_that_was_shown_is_the_total() {
    check(
        &mut drafted(),
        commands::finalise("8", 70_655),
        expect![[r#"refused quotes.total_differs {"computed":7065600,"named":7065500}"#]],
    );
}

#[test]
fn a_quote_has_lines_terms_and_a_title() {
    let it = || commands::finalise("8", 70_656);
    check(&mut drafted(), Finalise { lines: vec![], ..it() }, expect!["refused quotes.no_lines"]);
    check(&mut drafted(), Finalise { months: 0, ..it() }, expect![[r#"refused quotes.term {"max":120}"#]]);
    check(
        &mut drafted(),
        Finalise { title: " ".into(), ..it() },
        expect![[r#"refused quotes.title {"max":80}"#]],
    );
    let twice = vec![commands::line(1, "0"), commands::line(1, "0")];
    check(
        &mut drafted(),
        Finalise { lines: twice, ..it() },
        expect![[r#"refused general.bad_args {"why":"two lines have one id"}"#]],
    );
    let unknown = vec![LineInput { product: ProductId::from_u128(9), ..commands::line(1, "0") }];
    check(
        &mut drafted(),
        Finalise { lines: unknown, ..it() },
        expect![[r#"refused quotes.no_such_product {"name":null,"product":"9"}"#]],
    );
    check(
        &mut drafted(),
        Finalise { book: PriceBookId::from_u128(9), ..it() },
        expect![[r#"refused general.not_found {"typ":"price_book"}"#]],
    );
    check(
        &mut drafted(),
        Finalise { limits: LimitsId::from_u128(9), ..it() },
        expect![[r#"refused general.not_found {"typ":"limits"}"#]],
    );
    let about = Finalise { opportunity: Some(OpportunityId::from_u128(9)), ..it() };
    check(&mut drafted(), about, expect![[r#"refused general.not_found {"typ":"opportunity"}"#]]);
}

#[test]
fn a_request_or_a_draft_on_a_withdrawn_book_is_refused() {
    let withdraw = pricing::Write::Withdraw(pricing::Withdraw { book: PriceBookId::from_u128(1) });
    let office = drafted().after(ADMIN, withdraw);
    check(
        &mut office.clone(),
        commands::finalise("20", 61_440),
        expect![[r#"refused quotes.book_withdrawn {"book":"1","name":"2026 下半年"}"#]],
    );
    let asks = Finalise { asks: Asks::Approval, ..commands::finalise("8", 70_656) };
    check(
        &mut office.clone(),
        asks,
        expect![[r#"refused quotes.book_withdrawn {"book":"1","name":"2026 下半年"}"#]],
    );
}

#[test]
fn a_rating_that_was_never_held_is_refused() {
    check(
        &mut drafted(),
        Finalise { star: Star::THREE, ..commands::finalise("8", 70_656) },
        expect!["refused quotes.star_never_held"],
    );
    check(
        &mut drafted(),
        Finalise { star: Star::ONE, ..commands::finalise("8", 70_656) },
        expect!["refused quotes.star_never_held"],
    );
}

#[test]
fn what_is_final_or_waits_stays_as_it_is() {
    let mut bound = drafted().after(CHEN, Write::Finalise(commands::finalise("8", 70_656)));
    check(
        &mut bound,
        commands::finalise("12", 67_584),
        expect![[r#"
        refused quotes.not_a_draft
        binding []"#]],
    );
    let mut waits = drafted().after(CHEN, Write::Finalise(commands::finalise("20", 61_440)));
    check(
        &mut waits,
        commands::finalise("8", 70_656),
        expect![[r#"
        refused quotes.not_a_draft
        政企1部负责人: LeasedLine 20% of 12%"#]],
    );
}

#[test]
fn strangers_and_mixed_up_customers_find_nothing() {
    expect![[r#"refused general.not_found {"typ":"customer"}"#]].assert_eq(&told(
        &mut drafted(),
        ZHOU,
        commands::finalise("8", 70_656),
    ));
    let other = Finalise { customer: CustomerId::from_u128(2), ..commands::finalise("8", 70_656) };
    check(&mut drafted(), other, expect![[r#"refused general.not_found {"typ":"quote"}"#]]);
}

#[test]
fn a_case_has_an_id_of_its_own() {
    let mut office = drafted().after(CHEN, Write::Finalise(commands::finalise("20", 61_440)));
    expect!["put quote/7, put case/7, put request_digest/7, put request/7"]
        .assert_eq(&office.tell(CHEN, Write::Withdraw(Withdraw { quote: QUOTE })));
    check(
        &mut office,
        commands::finalise("20", 61_440),
        expect![[r#"refused general.exists {"typ":"case"}"#]],
    );
    check(
        &mut office,
        Finalise { case: CaseId::from_u128(8), ..commands::finalise("20", 61_440) },
        expect![[r#"
            put quote/7, put case/8, put request_digest/8, put request/8
            政企1部负责人: LeasedLine 20% of 12%"#]],
    );
}

#[test]
fn a_request_is_taken_back_while_it_waits() {
    let withdraw = || Write::Withdraw(Withdraw { quote: QUOTE });
    expect!["refused quotes.not_submitted"].assert_eq(&drafted().tell(CHEN, withdraw()));
    let mut office = drafted().after(CHEN, Write::Finalise(commands::finalise("20", 61_440)));
    expect![[r#"refused general.not_found {"typ":"quote"}"#]].assert_eq(&office.tell(LI, withdraw()));
    expect!["put quote/7, put case/7, put request_digest/7, put request/7"]
        .assert_eq(&office.tell(CHEN, withdraw()));
    assert_eq!(office.get::<Quote>(QUOTE).state, QuoteState::Draft);
    assert_eq!(office.get::<Case>(CaseId::from_u128(7)).state, CaseState::Withdrawn { at: minute(4) });
    expect!["refused quotes.not_submitted"].assert_eq(&office.tell(CHEN, withdraw()));
}

#[test]
fn nobody_decides_on_their_own_request() {
    // Chen becomes the head of her unit, and still has customers
    let head = SetPost { post: HEAD, title: "负责人".into(), holder: CHEN, deputy: Some(WANG) };
    let mut office = drafted().after(ADMIN, organisation::Write::SetPost(head));
    check(
        &mut office,
        commands::finalise("20", 61_440),
        expect![[r#"
            put quote/7, put case/7, put request_digest/7, put request/7
            分公司审批岗: LeasedLine 20% of 12%"#]],
    );
    // as the head's deputy she asks the head
    let deputy = SetPost { post: HEAD, title: "负责人".into(), holder: WANG, deputy: Some(CHEN) };
    let mut office = drafted().after(ADMIN, organisation::Write::SetPost(deputy));
    check(
        &mut office,
        commands::finalise("20", 61_440),
        expect![[r#"
            put quote/7, put case/7, put request_digest/7, put request/7
            负责人: LeasedLine 20% of 12%"#]],
    );
    // as the approver herself, her deputy decides
    let approver = SetPost { post: APPROVER, title: "审批岗".into(), holder: CHEN, deputy: Some(SUN) };
    let mut office = drafted().after(ADMIN, organisation::Write::SetPost(approver));
    check(
        &mut office,
        commands::finalise("30", 53_760),
        expect![[r#"
            put quote/7, put case/7, put request_digest/7, put request/7
            审批岗: LeasedLine 30% of 20%"#]],
    );
}

#[test]
fn why_something_is_given_is_kept_with_the_quote_and_told_to_the_post() {
    let volume = ReasonCode::new("volume").ok();
    let named = |it: Finalise| Finalise { because: volume.clone(), ..it };
    let mut office = drafted();
    office.tell(CHEN, Write::Finalise(named(commands::finalise("8", 70_656))));
    assert_eq!(office.get::<Quote>(QUOTE).because, volume);
    // no reason is no less binding
    let mut office = drafted();
    check(
        &mut office,
        commands::finalise("8", 70_656),
        expect![[r#"
        put quote/7
        binding []"#]],
    );
    let mut office = drafted();
    let asks = Finalise { asks: Asks::Approval, ..commands::finalise("20", 61_440) };
    office.tell(CHEN, Write::Finalise(named(asks)));
    assert_eq!(office.get::<Case>(CaseId::from_u128(7)).because, volume);
    // given back, it is still there to be named again
    office.tell(WANG, crate::approvals::Write::Decide(commands::decide(false, "缺合同年限")));
    assert_eq!(office.get::<Quote>(QUOTE).because, volume);
}
