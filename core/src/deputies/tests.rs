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
fn the_manager_the_head_and_an_admin_arrange_it_and_nobody_else() {
    for by in [CHEN, WANG, ADMIN] {
        let mut office = office();
        check(&mut office, by, appoint(commands::appoint()), expect!["put acting_period/7"]);
        assert_eq!(office.get::<ActingPeriod>(PERIOD).appointed_by, by);
        office.turn(CHEN, minute(0));
        let mut ended = office.clone();
        check(
            &mut ended,
            by,
            Write::End(commands::end()),
            expect![[r#"
            put acting_period/7
            revoke li customer:1
            revoke li customer:2"#]],
        );
        check(&mut ended, by, Write::End(commands::end()), expect!["refused deputies.over"]);
        // who acts stays out of it, though he stands in for the head of the unit
        check(&mut office, LI, Write::End(commands::end()), expect!["refused deputies.beneficiary"]);
        for stranger in [QIAN, ZHAO, SUN] {
            check(&mut office, stranger, Write::End(commands::end()), expect!["refused general.forbidden"]);
        }
        for stranger in [ZHOU, GAO] {
            check(
                &mut office,
                stranger,
                Write::End(commands::end()),
                expect![[r#"refused general.not_found {"typ":"acting_period"}"#]],
            );
        }
    }
    refuses(LI, commands::appoint(), expect!["refused deputies.beneficiary"]);
    for stranger in [QIAN, ZHAO, SUN] {
        refuses(stranger, commands::appoint(), expect!["refused general.forbidden"]);
    }
    for stranger in [ZHOU, GAO] {
        refuses(stranger, commands::appoint(), expect![[r#"refused general.not_found {"typ":"member"}"#]]);
    }
    // as the head's deputy he may, for anybody else
    let for_qian = Appoint { deputy: QIAN, ..commands::appoint() };
    check(&mut office(), LI, appoint(for_qian), expect!["put acting_period/7"]);
    let unknown = End { period: ActingPeriodId::from_u128(99) };
    check(
        &mut office(),
        CHEN,
        Write::End(unknown),
        expect![[r#"refused general.not_found {"typ":"acting_period"}"#]],
    );
}

#[test]
fn a_deputy_is_another_manager_of_the_unit_who_may_log_in() {
    let deputy = |deputy| Appoint { deputy, ..commands::appoint() };
    // the manager can't be both: then it would be they who arrange for themselves
    refuses(CHEN, deputy(CHEN), expect!["refused deputies.beneficiary"]);
    refuses(WANG, deputy(CHEN), expect!["refused deputies.same_manager"]);
    refuses(CHEN, deputy(WANG), expect![[r#"refused deputies.not_a_manager {"name":"王海"}"#]]);
    refuses(CHEN, deputy(ZHOU), expect![[r#"refused deputies.other_unit {"name":"周敏"}"#]]);
    refuses(CHEN, deputy(UserId::from_u128(99)), expect![[r#"refused general.not_found {"typ":"member"}"#]]);
    let mut office = office().after(ADMIN, change_of(LI, MemberChange::Active(false)));
    check(
        &mut office,
        CHEN,
        appoint(commands::appoint()),
        expect![[r#"refused deputies.not_a_manager {"name":"李想"}"#]],
    );
    let for_the_head = Appoint { manager: WANG, ..commands::appoint() };
    refuses(WANG, for_the_head, expect![[r#"refused deputies.not_a_manager {"name":"王海"}"#]]);
}

#[test]
fn a_period_has_an_order_and_at_most_ninety_days() {
    let times = |from, until| Appoint { from, until, ..commands::appoint() };
    refuses(CHEN, times(minute(5), minute(5)), expect!["refused deputies.order"]);
    refuses(CHEN, times(minute(5), minute(4)), expect!["refused deputies.order"]);
    let ends = [Timestamp::from_ms(i64::MIN), Timestamp::from_ms(i64::MAX)];
    refuses(CHEN, times(ends[0], ends[1]), expect![[r#"refused deputies.too_long {"days":90}"#]]);
    refuses(CHEN, times(ends[1], ends[0]), expect!["refused deputies.order"]);
    refuses(
        CHEN,
        times(minute(0), Timestamp::from_ms(minute(90 * DAY).ms() + 1)),
        expect![[r#"refused deputies.too_long {"days":90}"#]],
    );
    refuses(CHEN, times(minute(0), minute(90 * DAY)), expect!["put acting_period/7"]);
}

#[test]
fn one_acts_for_a_manager_at_a_time() {
    let mut office = office().after(CHEN, appoint(commands::appoint()));
    let other = |from, until| {
        let period = ActingPeriodId::from_u128(8);
        appoint(Appoint { period, deputy: QIAN, from, until, ..commands::appoint() })
    };
    let overlap = || expect![[r#"refused deputies.overlap {"name":"李想"}"#]];
    check(&mut office, CHEN, other(minute(7 * DAY - 1), minute(8 * DAY)), overlap());
    check(&mut office, CHEN, other(minute(-5), minute(1)), overlap());
    check(&mut office, CHEN, other(minute(5), minute(6)), overlap());
    check(&mut office, CHEN, other(minute(-5), minute(9 * DAY)), overlap());
    check(
        &mut office,
        CHEN,
        appoint(commands::appoint()),
        expect![[r#"refused general.exists {"typ":"acting_period"}"#]],
    );
    let mut before = office.clone();
    check(&mut before, CHEN, other(minute(-5), minute(0)), expect!["put acting_period/8"]);
    let mut after = office.clone();
    check(&mut after, CHEN, other(minute(7 * DAY), minute(8 * DAY)), expect!["put acting_period/8"]);
    // the one takes over from the other in one change
    after.turn(CHEN, minute(0));
    expect![[r#"
        put acting_period/7
        put acting_period/8
        revoke li customer:1
        grant 17 customer:1
        revoke li customer:2
        grant 17 customer:2"#]]
    .assert_eq(&after.turn(CHEN, minute(7 * DAY)));
    // an end before the time makes room
    let mut ended = office.after(CHEN, Write::End(commands::end()));
    check(&mut ended, CHEN, other(minute(5), minute(6)), expect!["put acting_period/8"]);
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
fn a_deputy_does_what_is_to_be_done_under_their_own_name() {
    let office = open();
    let deal = OpportunityId::from_u128(7);
    let mut office = office
        .after(LI, visits::Write::Plan(commands::plan()))
        .after(LI, visits::Write::Open(visits::Open { visit: VisitId::from_u128(7) }))
        .after(LI, visits::Write::Note(commands::add_note()))
        .after(LI, visits::Write::Record(commands::record_visit()))
        .after(LI, opportunities::Write::Start(commands::start()))
        .after(LI, opportunities::Write::MoveStage(commands::move_stage(Stage::Lead, Stage::Qualified, None)))
        .after(LI, customers::Write::AddContact(commands::add_contact()))
        .after(LI, customers::Write::EditContact(commands::edit_contact(ContactChange::Name("何明".into()))))
        .after(LI, quotes::Write::Draft(commands::draft()))
        .after(LI, quotes::Write::Finalise(commands::finalise("8", 70_656)));
    let names = [
        office.get::<Visit>(VisitId::from_u128(7)).by,
        office.get::<Visit>(VisitId::from_u128(9)).by,
        office.get::<Opportunity>(deal).by,
        office.get::<Quote>(QuoteId::from_u128(7)).by,
    ];
    assert_eq!(names, [LI; 4]);
    // who is acted for goes on, too
    check(
        &mut office,
        CHEN,
        opportunities::Write::MoveStage(commands::move_stage(Stage::Qualified, Stage::Lost, Some("价格"))),
        expect!["put opportunity/7"],
    );
}

#[test]
fn a_deputy_gives_nothing_away_and_changes_nothing_about_the_customer() {
    let mut office = open();
    let give = customers::HandOver { customer: ONE, to: QIAN, seen: None };
    check(&mut office, LI, customers::Write::HandOver(give), expect!["refused customers.only_its_manager"]);
    let edit = commands::edit_customer(CustomerChange::Name("别名".into()));
    check(&mut office, LI, customers::Write::Edit(edit), expect!["refused customers.only_its_manager"]);
    let appoint_another = Appoint {
        period: ActingPeriodId::from_u128(8),
        deputy: QIAN,
        from: minute(8 * DAY),
        until: minute(9 * DAY),
        ..commands::appoint()
    };
    let by_head = Office::clone(&office);
    // Li stands in for the head of the unit; somebody who does not can't appoint at all
    let plain = organisation::SetPost { post: HEAD, title: "负责人".into(), holder: WANG, deputy: None };
    let mut office = by_head.after(ADMIN, organisation::Write::SetPost(plain));
    check(&mut office, LI, appoint(appoint_another), expect!["refused general.forbidden"]);
}

#[test]
fn who_acts_for_an_acting_manager_gets_only_what_is_theirs() {
    let for_li =
        Appoint { period: ActingPeriodId::from_u128(8), manager: LI, deputy: QIAN, ..commands::appoint() };
    let register = commands::register();
    let own = Scope::Customer(register.customer);
    let office = open().after(LI, customers::Write::Register(register));
    let mut office = office.after(LI, appoint(for_li));
    expect!["put acting_period/8, grant 17 customer:7"].assert_eq(&office.turn(LI, minute(0)));
    assert!(office.holds(QIAN, own) && !office.holds(QIAN, Scope::Customer(ONE)));
    check(
        &mut office,
        QIAN,
        visits::Write::Plan(commands::plan()),
        expect![[r#"refused general.not_found {"typ":"customer"}"#]],
    );
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

#[test]
fn who_acts_decides_on_nothing_of_these_customers() {
    let office = open().after(CHEN, quotes::Write::Draft(commands::draft()));
    let mut office = office.after(CHEN, quotes::Write::Finalise(commands::finalise("20", 61_440)));
    // he is the head's deputy
    let decide = crate::approvals::Write::Decide(commands::decide(true, ""));
    check(&mut office, LI, decide.clone(), expect!["refused approvals.own_request"]);
    office.turn(CHEN, minute(7 * DAY));
    check(&mut office, LI, decide, expect!["put case/7, put request_digest/7, put request/7, put quote/7"]);
}

#[test]
fn what_a_deputy_asks_for_is_not_decided_by_the_manager() {
    let post = organisation::SetPost { post: HEAD, title: "负责人".into(), holder: CHEN, deputy: None };
    let office = open().after(ADMIN, organisation::Write::SetPost(post));
    let office = office.after(LI, quotes::Write::Draft(commands::draft()));
    let office = office.after(LI, quotes::Write::Finalise(commands::finalise("20", 61_440)));
    let case = office.get::<crate::approvals::Case>(crate::values::CaseId::from_u128(7));
    assert_eq!((case.asked_by, case.post), (LI, PostId::from_u128(3)));
}

#[test]
fn a_deputys_phone_decides_by_what_it_holds() {
    let held = open();
    let command = held.clone().write(LI, visits::Write::Plan(commands::plan()));
    let mut rows = Rows::new(Coverage::Part);
    let answer = loop {
        match apply(&rows, &command) {
            Err(Stop::Missing(reads)) => held.load(&mut rows, &reads, |it| held.holds(LI, it.scope())),
            Err(Stop::Refused(refusal)) => break Err(refusal),
            Ok(changes) => break Ok(changes),
        }
    };
    expect!["put visit/7"].assert_eq(&told(&answer));
}

/// One thing that happens: something is asked, or the clock strikes.
#[derive(Debug, Clone)]
enum Event {
    Appoint { by: UserId, manager: UserId, deputy: UserId, from: i64, days: i64 },
    End { by: UserId, nth: usize },
    HandOver { customer: u128, to: UserId },
    Change(UserId, MemberChange),
    Plan { by: UserId, customer: u128 },
    Strike(i64),
}

fn any_event() -> impl Strategy<Value = Event> {
    let manager = || prop::sample::select(vec![CHEN, LI, QIAN, ZHOU]);
    let anybody = prop::sample::select(vec![CHEN, LI, QIAN, ZHOU, WANG, GAO, ADMIN]);
    let change = prop_oneof![
        any::<bool>().prop_map(MemberChange::Active),
        (1..=2_u128).prop_map(|n| MemberChange::Unit(UnitId::from_u128(n))),
    ];
    prop_oneof![
        4 => (anybody.clone(), manager(), manager(), 0..30_i64, 1..20_i64).prop_map(
            |(by, manager, deputy, from, days)| Event::Appoint { by, manager, deputy, from, days }
        ),
        1 => (anybody, 0..4_usize).prop_map(|(by, nth)| Event::End { by, nth }),
        2 => (1..=3_u128, manager()).prop_map(|(customer, to)| Event::HandOver { customer, to }),
        1 => (manager(), change).prop_map(|(who, change)| Event::Change(who, change)),
        3 => (manager(), 1..=3_u128).prop_map(|(by, customer)| Event::Plan { by, customer }),
        4 => (0..45_i64).prop_map(Event::Strike),
    ]
}

fn happens(office: &mut Office, n: u128, event: &Event) {
    let id = CustomerId::from_u128;
    let body: (UserId, Body) = match event.clone() {
        Event::Appoint { by, manager, deputy, from, days } => {
            let (period, from, until) =
                (ActingPeriodId::from_u128(n), minute(from * DAY), minute((from + days) * DAY));
            (by, appoint(Appoint { period, manager, deputy, from, until }))
        }
        Event::End { by, nth } => {
            let live = office.records().values().filter_map(ActingPeriod::of).filter(|it| it.is_live());
            let Some(period) = live.map(|it| it.id).nth(nth) else { return };
            (by, Write::End(End { period }).into())
        }
        Event::HandOver { customer, to } => {
            let it = office.get::<Customer>(id(customer));
            let seen = it.handed.last().map(|last| last.write);
            (it.owner, customers::Write::HandOver(customers::HandOver { customer: it.id, to, seen }).into())
        }
        Event::Change(who, change) => (ADMIN, change_of(who, change)),
        Event::Plan { by, customer } => {
            let plan = visits::Plan {
                visit: VisitId::from_u128(1_000 + n),
                customer: id(customer),
                ..commands::plan()
            };
            (by, visits::Write::Plan(plan).into())
        }
        Event::Strike(day) => {
            for manager in [CHEN, LI, QIAN, ZHOU] {
                office.turn(manager, minute(day * DAY));
            }
            return;
        }
    };
    drop(office.run(body.0, body.1));
}

/// Who should hold a customer, by the records alone: its manager, and whoever has an open period of that manager.
fn entitled(office: &Office, customer: &Customer) -> BTreeSet<UserId> {
    let periods = office.records().values().filter_map(ActingPeriod::of);
    let acting = periods.filter(|it| it.is_open() && it.manager == customer.owner).map(|it| it.deputy);
    acting.chain([customer.owner]).collect()
}

proptest! {
    #[test]
    fn a_customer_is_held_by_its_manager_and_who_acts_for_them(
        events in prop::collection::vec(any_event(), 1..40),
    ) {
        let mut office = office();
        let mut today = 0;
        for (n, event) in (100..).zip(&events) {
            happens(&mut office, n, event);
            if let Event::Strike(day) = event {
                today = *day;
                // nothing goes on beyond its time, and nothing waits beyond it
                for it in office.records().values().filter_map(ActingPeriod::of) {
                    prop_assert_eq!(it.due(minute(today * DAY)), None);
                }
            }
            let periods: Vec<&ActingPeriod> = office.records().values().filter_map(ActingPeriod::of).collect();
            for it in periods.iter().filter(|it| it.is_live()) {
                let people = [it.manager, it.deputy].map(|user| office.get::<Member>(user));
                let fit = |member: &&Member| member.active && member.unit == it.unit;
                prop_assert!(people.iter().all(fit) && it.manager != it.deputy, "{it:?}");
                prop_assert!(it.appointed_by != it.deputy);
                let clash = periods.iter().filter(|other| other.is_live() && other.manager == it.manager);
                let clash = clash.filter(|other| other.from < it.until && it.from < other.until);
                prop_assert_eq!(clash.count(), 1, "day {}", today);
            }
            for customer in office.records().values().filter_map(Customer::of) {
                let held = office.grants().filter(|(_, scope)| *scope == customer.scope());
                let holders: BTreeSet<UserId> = held.map(|(user, _)| user).collect();
                let entitled = entitled(&office, customer);
                prop_assert_eq!(&holders, &entitled);
                for record in office.records().values() {
                    if let Record::Visit(it) = record
                        && it.customer == customer.id
                        && it.is_live()
                    {
                        prop_assert!(entitled.contains(&it.by), "{it:?}");
                    }
                }
            }
        }
    }
}
