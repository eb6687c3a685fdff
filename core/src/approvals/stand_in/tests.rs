use expect_test::{Expect, expect};

use super::*;
use crate::approvals::{Case, Decide, Write};
use crate::organisation::{self, SetPost};
use crate::quotes::{self, Asks, Finalise};
use crate::testing::sample::{ADMIN, CHEN, GAO, HEAD, LI, SUN, WANG, ZHAO, ZHOU, minute};
use crate::testing::{Office, commands};
use crate::values::{CaseId, CustomerId};

const DAY: i64 = 24 * 60;

fn asked(n: u128, deputy: UserId, from: i64, until: i64) -> Write {
    let stand_in = StandInId::from_u128(n);
    Write::AskStandIn(AskStandIn { stand_in, post: HEAD, deputy, from: minute(from), until: minute(until) })
}

fn ends(n: u128) -> Write {
    Write::EndStandIn(EndStandIn { stand_in: StandInId::from_u128(n) })
}

fn decide() -> Write {
    Write::Decide(commands::decide(true, ""))
}

/// Chen's quote waits for the head of her unit.
fn office() -> Office {
    let ask = Finalise { asks: Asks::Approval, ..commands::finalise("20", 61_440) };
    Office::new().after(CHEN, quotes::Write::Finalise(ask))
}

#[track_caller]
fn check(office: &mut Office, by: UserId, write: Write, expected: Expect) {
    expected.assert_eq(&office.tell(by, write));
}

#[test]
fn a_stand_in_decides_while_the_period_is_open() {
    let mut office = office().after(WANG, asked(7, GAO, 10, DAY));
    check(&mut office, GAO, decide(), expect![[r#"refused general.not_found {"typ":"case"}"#]]);
    expect!["nothing"].assert_eq(&office.turn_stand_ins(HEAD, minute(9)));
    expect!["put stand_in/7, grant gao post:1"].assert_eq(&office.turn_stand_ins(HEAD, minute(10)));
    expect!["nothing"].assert_eq(&office.turn_stand_ins(HEAD, minute(0)));
    let mut later = office.clone();
    check(
        &mut office,
        GAO,
        decide(),
        expect!["put case/7, put request_digest/7, put request/7, put quote/7"],
    );
    expect!["put stand_in/7, revoke gao post:1"].assert_eq(&later.turn_stand_ins(HEAD, minute(DAY)));
    check(&mut later, GAO, decide(), expect![[r#"refused general.not_found {"typ":"case"}"#]]);
    expect!["nothing"].assert_eq(&later.turn_stand_ins(HEAD, minute(9 * DAY)));
    assert!(later.get::<StandIn>(StandInId::from_u128(7)).index_keys().is_empty());
}

#[test]
fn a_period_that_was_missed_gives_nobody_anything() {
    let mut office = office().after(WANG, asked(7, GAO, 10, 20));
    expect!["put stand_in/7"].assert_eq(&office.turn_stand_ins(HEAD, minute(30)));
}

#[test]
fn nobody_stands_in_for_what_they_ask_themselves() {
    let mut office = office().after(WANG, asked(7, CHEN, 0, DAY));
    let _ = office.turn_stand_ins(HEAD, minute(0));
    check(&mut office, CHEN, decide(), expect!["refused approvals.own_request"]);
    // what another one asks, they decide on
    let other = Case {
        id: CaseId::from_u128(70),
        asked_by: ZHOU,
        track: None,
        ..office.get::<Case>(CaseId::from_u128(7)).clone()
    };
    let content = quotes::Content { customer: CustomerId::from_u128(3), ..other.content.clone() };
    office.put(Case { content, ..other });
    check(
        &mut office,
        CHEN,
        Write::Decide(Decide { case: CaseId::from_u128(70), ..commands::decide(true, "") }),
        expect!["put case/70"],
    );
}

#[test]
fn a_chain_stays_within_itself_and_never_comes_back() {
    let mut office = office().after(WANG, asked(1, GAO, 0, 10 * DAY));
    let _ = office.turn_stand_ins(HEAD, minute(0));
    for (deputy, from, until) in [(ZHAO, 0, 11 * DAY), (ZHAO, -1, DAY)] {
        check(
            &mut office,
            GAO,
            asked(2, deputy, from, until),
            expect![[r#"refused approvals.stand_in_time {"days":90}"#]],
        );
    }
    check(&mut office, GAO, asked(2, ZHAO, 0, 9 * DAY), expect!["put stand_in/2"]);
    let _ = office.turn_stand_ins(HEAD, minute(0));
    check(&mut office, ZHAO, asked(3, SUN, 0, 8 * DAY), expect!["put stand_in/3"]);
    let _ = office.turn_stand_ins(HEAD, minute(0));
    assert!(office.holds(SUN, Scope::Post(HEAD)));
    let told = [(WANG, 1), (LI, 1), (GAO, 1), (ZHAO, 1), (SUN, 1)]
        .map(|(to, from)| office.tell(SUN, asked(4, to, from, DAY)));
    expect![[r#"
        refused approvals.decides_already {"name":"王海"}
        refused approvals.decides_already {"name":"李想"}
        refused approvals.decides_already {"name":"高原"}
        refused approvals.decides_already {"name":"赵岚"}
        refused approvals.decides_already {"name":"孙立"}"#]]
    .assert_eq(&told.join("\n"));
    check(
        &mut office,
        GAO,
        asked(4, ZHAO, 8 * DAY, 9 * DAY),
        expect![[r#"refused approvals.decides_already {"name":"赵岚"}"#]],
    );
    // the first ends, and so do all that came through it
    check(
        &mut office,
        WANG,
        ends(1),
        expect![[r#"
        put stand_in/1
        put stand_in/2
        put stand_in/3
        revoke gao post:1
        revoke zhao post:1
        revoke sun post:1"#]],
    );
    check(&mut office, SUN, decide(), expect![[r#"refused general.not_found {"typ":"case"}"#]]);
    check(&mut office, WANG, ends(1), expect!["refused approvals.stand_in_over"]);
}

#[test]
fn who_asks_and_who_ends() {
    let mut office = office();
    for by in [CHEN, ZHOU, GAO, ZHAO] {
        check(&mut office, by, asked(7, GAO, 0, DAY), expect!["refused general.forbidden"]);
    }
    let told = [(LI, asked(7, GAO, 0, DAY)), (ADMIN, asked(8, ZHAO, 0, DAY)), (WANG, asked(8, SUN, 0, DAY))]
        .map(|(by, it)| office.tell(by, it));
    expect![[r#"
        put stand_in/7
        put stand_in/8
        refused general.exists {"typ":"stand_in"}"#]]
    .assert_eq(&told.join("\n"));
    let told =
        [(0, 0), (5, 4), (0, 91 * DAY)].map(|(from, until)| office.tell(WANG, asked(9, SUN, from, until)));
    expect![[r#"
        refused approvals.stand_in_time {"days":90}
        refused approvals.stand_in_time {"days":90}
        refused approvals.stand_in_time {"days":90}"#]]
    .assert_eq(&told.join("\n"));
    for by in [CHEN, ZHAO] {
        check(&mut office, by, ends(7), expect!["refused general.forbidden"]);
    }
    check(&mut office, GAO, ends(7), expect!["put stand_in/7"]);
    check(&mut office, ADMIN, ends(8), expect!["put stand_in/8"]);
}

#[test]
fn stand_ins_go_with_the_people_of_the_post() {
    let mut office = office().after(WANG, asked(7, GAO, 0, DAY)).after(WANG, asked(8, SUN, 5, DAY));
    let _ = office.turn_stand_ins(HEAD, minute(0));
    let post = SetPost { post: HEAD, title: "负责人".into(), holder: GAO, deputy: None };
    expect![[r#"
        put stand_in/7
        put stand_in/8
        put post/1
        revoke li post:1
        revoke li unit:1:summary
        revoke wang post:1
        revoke wang unit:1:summary
        grant gao post:1
        grant gao unit:1:summary"#]]
    .assert_eq(&office.tell(ADMIN, organisation::Write::SetPost(post)));
    assert!(office.holds(GAO, Scope::Post(HEAD)));
    expect!["nothing"].assert_eq(&office.turn_stand_ins(HEAD, minute(5)));
}
