use std::collections::BTreeSet;

use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::*;
use crate::customers::{self, ContactChange, Customer, CustomerChange};
use crate::opportunities::{self, Opportunity, Stage};
use crate::organisation::{self, ChangeMember, HandOver, MemberChange};
use crate::quotes::{self, Quote};
use crate::rows::Coverage;
use crate::testing::sample::{ADMIN, CHEN, GAO, HEAD, LI, SUN, WANG, ZHAO, ZHOU, member, minute};
use crate::testing::{Office, commands, told};
use crate::values::{CommandId, CustomerId, OpportunityId, PostId, QuoteId, VisitId};
use crate::visits::{self, Visit};
use crate::{Body, Record, apply};

mod acting;
mod appoint;
mod histories;

const ONE: CustomerId = CustomerId::from_u128(1);
const PERIOD: ActingPeriodId = ActingPeriodId::from_u128(7);
/// Another manager of unit 1.
const QIAN: UserId = UserId::from_u128(17);
const DAY: i64 = 24 * 60;

fn office() -> Office {
    let mut office = Office::new();
    office.put(member(QIAN, "qian", "钱远", 1, Role::Manager));
    office
}

fn appoint(it: Appoint) -> Body {
    Write::Appoint(it).into()
}

fn change_of(user: UserId, change: MemberChange) -> Body {
    organisation::Write::ChangeMember(ChangeMember { user, change }).into()
}

/// Li acts for Chen since the first moment.
fn open() -> Office {
    let mut office = office().after(CHEN, appoint(commands::appoint()));
    office.turn(CHEN, minute(0));
    office
}

#[track_caller]
fn check(office: &mut Office, by: UserId, body: impl Into<Body>, expected: Expect) {
    expected.assert_eq(&office.tell(by, body));
}

#[track_caller]
fn refuses(by: UserId, it: Appoint, expected: Expect) {
    check(&mut office(), by, appoint(it), expected);
}

#[test]
fn a_period_begins_and_ends_when_its_time_has_come() {
    let mut office = office();
    let later = Appoint { from: minute(10), until: minute(20), ..commands::appoint() };
    check(&mut office, CHEN, appoint(later), expect!["put acting_period/7"]);
    expect!["nothing"].assert_eq(&office.turn(CHEN, minute(9)));
    assert!(!office.holds(LI, Scope::Customer(ONE)));
    expect![[r#"
        put acting_period/7
        grant li customer:1
        grant li customer:2"#]]
    .assert_eq(&office.turn(CHEN, minute(10)));
    expect!["nothing"].assert_eq(&office.turn(CHEN, minute(10)));
    // a clock that goes back
    expect!["nothing"].assert_eq(&office.turn(CHEN, minute(0)));
    assert!(office.holds(LI, Scope::Customer(ONE)) && office.holds(CHEN, Scope::Customer(ONE)));
    expect![[r#"
        put acting_period/7
        revoke li customer:1
        revoke li customer:2"#]]
    .assert_eq(&office.turn(CHEN, minute(20)));
    expect!["nothing"].assert_eq(&office.turn(CHEN, minute(99)));
    assert!(office.holds(CHEN, Scope::Customer(ONE)));
}

#[test]
fn a_period_that_was_missed_altogether_is_over_and_nobody_got_anything() {
    let mut office = office().after(CHEN, appoint(commands::appoint()));
    expect!["put acting_period/7"].assert_eq(&office.turn(CHEN, minute(8 * DAY)));
    let state = &office.get::<ActingPeriod>(PERIOD).state;
    assert_eq!(*state, ActingState::Over { at: minute(7 * DAY), ended_by: None });
}

#[test]
fn who_goes_on_acting_keeps_the_rows() {
    let next = Appoint {
        period: ActingPeriodId::from_u128(8),
        from: minute(7 * DAY),
        until: minute(14 * DAY),
        ..commands::appoint()
    };
    let mut office = open().after(CHEN, appoint(next));
    expect!["put acting_period/7, put acting_period/8"].assert_eq(&office.turn(CHEN, minute(7 * DAY)));
    assert!(office.holds(LI, Scope::Customer(ONE)));
}

#[test]
fn what_the_deputy_was_about_to_do_passes_back_to_the_manager() {
    let mut office = open()
        .after(LI, visits::Write::Plan(commands::plan()))
        .after(LI, visits::Write::Record(commands::record_visit()))
        .after(LI, opportunities::Write::Start(commands::start()))
        .after(LI, quotes::Write::Draft(commands::draft()));
    expect![[r#"
        put acting_period/7
        put visit/7
        put opportunity/7
        put quote/7
        revoke li customer:1
        revoke li customer:2"#]]
    .assert_eq(&office.turn(CHEN, minute(7 * DAY)));
    let by = |visit| office.get::<Visit>(VisitId::from_u128(visit)).by;
    assert_eq!([by(7), by(9)], [CHEN, LI]);
    let line = quotes::Write::PutLine(commands::put_line(commands::line(2, "8")));
    check(&mut office, LI, line.clone(), expect![[r#"refused general.not_found {"typ":"quote"}"#]]);
    check(&mut office, CHEN, line, expect!["put quote/7"]);
}

#[test]
fn customers_come_and_go_while_it_is_open() {
    let mut office = open();
    check(
        &mut office,
        CHEN,
        customers::Write::Register(commands::register()),
        expect!["put customer/7, grant chen customer:7, grant li customer:7"],
    );
    let seen = None::<CommandId>;
    let to = |to| customers::Write::HandOver(customers::HandOver { customer: ONE, to, seen });
    check(
        &mut office.clone(),
        CHEN,
        to(QIAN),
        expect![[r#"
        put opportunity/1
        put customer/1
        revoke chen customer:1
        revoke li customer:1
        grant 17 customer:1"#]],
    );
    // to the deputy, who keeps the rows
    check(
        &mut office.clone(),
        CHEN,
        to(LI),
        expect!["put opportunity/1, put customer/1, revoke chen customer:1"],
    );
    let all = organisation::Write::HandOver(HandOver { from: ZHOU, to: CHEN });
    check(
        &mut office,
        ADMIN,
        all,
        expect![[r#"
        put customer/3
        revoke zhou customer:3
        grant chen customer:3
        grant li customer:3"#]],
    );
}

#[test]
fn a_period_ends_with_being_a_manager_of_the_unit() {
    let other_unit = MemberChange::Unit(UnitId::from_u128(2));
    for who in [CHEN, LI] {
        for change in [MemberChange::Active(false), MemberChange::Role(Role::UnitHead), other_unit.clone()] {
            let mut office = open();
            let said = office.tell(ADMIN, change_of(who, change));
            assert!(said.contains("put acting_period/7"), "{said}");
            assert!(!office.holds(LI, Scope::Customer(ONE)), "{said}");
            assert!(office.holds(CHEN, Scope::Customer(ONE)), "{said}");
        }
        for change in [MemberChange::Name("某某".into()), MemberChange::Unit(UnitId::from_u128(1))] {
            let mut office = open();
            let said = office.tell(ADMIN, change_of(who, change));
            assert!(!said.contains("acting_period"), "{said}");
        }
    }
}
