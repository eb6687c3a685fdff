//! What a deputy may do, and what not.

use super::*;

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
