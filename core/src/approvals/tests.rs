//! Requests on their way: told in the words of [`tell`].

use expect_test::{Expect, expect};

use super::*;
use crate::calendar;
use crate::organisation::{self, Post, SetPost};
use crate::quotes::{self, Asks, Finalise, Quote, QuoteState};
use crate::testing::sample::{ADMIN, APPROVER, CHEN, GAO, HEAD, LI, OTHER_HEAD, SUN, WANG, ZHAO, minute};
use crate::testing::{Office, commands};
use crate::values::{CaseId, PostId, QuoteId, Timestamp, UserId};
use crate::{Body, Entity};

const QUOTE: QuoteId = QuoteId::from_u128(7);
const FIRST: CaseId = CaseId::from_u128(7);
/// Monday at 9:00 in China, in minutes after the first moment of the samples, which is 16:00 on the Friday before.
const MONDAY: i64 = (2 * 24 + 17) * 60;

/// Chen's quote at 20 %, for the head of her unit, sent as the n-th request.
fn ask(n: u128) -> Body {
    let case = CaseId::from_u128(n);
    quotes::Write::Finalise(Finalise { asks: Asks::Approval, case, ..commands::finalise("20", 61_440) })
        .into()
}

fn office() -> Office {
    let mut office = Office::new().after(CHEN, ask(7));
    office.turn_request(FIRST, minute(0));
    office
}

fn with_steps(unit_head: Vec<StepPlan>) -> Office {
    let plan = Plan { unit_head, ..Plan::default() };
    let mut office = Office::new().after(ADMIN, Write::SetProcedure(SetProcedure { plan, seen: None }));
    office = office.after(CHEN, ask(7));
    office.turn_request(FIRST, minute(0));
    office
}

fn step(mode: Mode, places: &[PostId]) -> StepPlan {
    StepPlan {
        mode,
        places: places.iter().map(|it| Place::Post(*it)).collect(),
        limit: Limit { minutes: 60, warn: 20 },
        beyond: None,
    }
}

fn decide(case: u128, approve: bool) -> Body {
    let words = if approve { String::new() } else { "缺年限".into() };
    Write::Decide(Decide { case: CaseId::from_u128(case), approve, words }).into()
}

fn clock(at: Timestamp) -> String {
    let day = at.date_at(480);
    let minute = (at.ms() - Timestamp::of(day, 0, 480).ms()) / 60_000;
    format!("{}日{:02}:{:02}", day.day(), minute / 60, minute % 60)
}

/// Tells a request: how it stands, and each post of each step.
fn tell(track: &Track) -> String {
    let seat = |seat: &Seat| {
        let case = seat.case.map(|it| format!(" #{}", it.uuid().as_u128())).unwrap_or_default();
        let state = match &seat.state {
            SeatState::Ahead => "ahead".to_owned(),
            SeatState::Open => "asked".to_owned(),
            SeatState::Decided(it) => {
                let verb = if it.approved { "approved" } else { "returned" };
                format!("{verb} by {}{}", it.by_name, if it.kept { ", kept" } else { "" })
            }
            SeatState::Passed { to, why, .. } => format!("{why:?}, to {}", to.uuid().as_u128()),
            SeatState::Closed { .. } => "closed".to_owned(),
        };
        let marks = seat.clock.map(|it| {
            let when = |word: &str, at: Option<Timestamp>| {
                at.map(|at| format!(", {word} {}", clock(at))).unwrap_or_default()
            };
            format!(" since {}{}{}", clock(it.since), when("warned", it.warned), when("late", it.late))
        });
        format!("  {}{case}: {state}{}", seat.title, marks.unwrap_or_default())
    };
    let step = |step: &Step| step.seats.iter().map(seat).collect::<Vec<_>>().join("\n");
    let steps: Vec<String> = track.steps.iter().map(step).collect();
    format!("{:?}\n{}", track.outcome, steps.join("\n  --\n"))
}

#[track_caller]
fn stands(office: &Office, id: CaseId, expected: Expect) {
    let request = office.get::<Request>(id);
    expected.assert_eq(&tell(&request.track));
    // all tell the same story
    assert_eq!(office.get::<RequestDigest>(id).track, request.track);
    for seat in request.track.seats().filter(|seat| seat.case.is_some()) {
        let case = office.get::<Case>(seat.case.unwrap());
        assert_eq!((case.track.as_ref(), case.post), (Some(&request.track), seat.post));
        assert_eq!(case.state == CaseState::Open, seat.is_open());
    }
    let quote = &office.get::<Quote>(request.quote).state;
    match request.track.outcome {
        Outcome::Open => assert!(matches!(quote, QuoteState::Submitted { post, .. }
            if *post == request.track.open().next().unwrap().post)),
        Outcome::Approved => assert!(matches!(quote, QuoteState::Approved { .. })),
        Outcome::Returned | Outcome::Withdrawn => {}
    }
}

#[track_caller]
fn check(office: &mut Office, by: UserId, body: impl Into<Body>, expected: Expect) {
    expected.assert_eq(&office.tell(by, body));
}

#[test]
fn a_post_is_warned_and_replaced_in_working_time_and_once_each() {
    let mut office = office();
    stands(
        &office,
        FIRST,
        expect![[r#"
        Open
          政企1部负责人 #7: asked since 15日16:00"#]],
    );
    expect!["nothing"].assert_eq(&office.turn_request(FIRST, minute(MONDAY + 59)));
    office.turn_request(FIRST, minute(MONDAY + 60));
    stands(
        &office,
        FIRST,
        expect![[r#"
        Open
          政企1部负责人 #7: asked since 15日16:00, warned 18日10:00"#]],
    );
    expect!["nothing"].assert_eq(&office.turn_request(FIRST, minute(MONDAY + 119)));
    // a clock that goes back
    expect!["nothing"].assert_eq(&office.turn_request(FIRST, minute(0)));
    office.turn_request(FIRST, minute(MONDAY + 120));
    stands(
        &office,
        FIRST,
        expect![[r#"
        Open
          政企1部负责人 #7: Late, to 3 since 15日16:00, warned 18日10:00, late 18日11:00
          分公司审批岗 #8: asked since 18日11:00"#]],
    );
    check(
        &mut office,
        WANG,
        decide(7, true),
        expect![[r#"refused approvals.passed {"at":1800241200000,"to":"分公司审批岗","why":"late"}"#]],
    );
    office.turn_request(FIRST, minute(30 * 24 * 60));
    expect!["nothing"].assert_eq(&office.turn_request(FIRST, minute(60 * 24 * 60)));
    stands(
        &office,
        FIRST,
        expect![[r#"
        Open
          政企1部负责人 #7: Late, to 3 since 15日16:00, warned 18日10:00, late 18日11:00
          分公司审批岗 #8: asked since 18日11:00, warned 14日16:00, late 14日16:00"#]],
    );
    check(
        &mut office,
        SUN,
        decide(8, true),
        expect![[r#"
        put case/7
        put case/8
        put request_digest/7
        put request/7
        put quote/7"#]],
    );
    stands(
        &office,
        FIRST,
        expect![[r#"
        Approved
          政企1部负责人 #7: Late, to 3 since 15日16:00, warned 18日10:00, late 18日11:00
          分公司审批岗 #8: approved by 孙立 since 18日11:00, warned 14日16:00, late 14日16:00"#]],
    );
    assert!(office.get::<Request>(FIRST).index_keys().is_empty());
}

#[test]
fn a_server_that_was_down_does_what_it_missed_once() {
    let mut office = office();
    office.turn_request(FIRST, minute(30 * 24 * 60));
    stands(
        &office,
        FIRST,
        expect![[r#"
        Open
          政企1部负责人 #7: Late, to 3 since 15日16:00, warned 14日16:00, late 14日16:00
          分公司审批岗 #8: asked since 14日16:00"#]],
    );
}

#[test]
fn nobody_takes_over_who_asks_or_is_gone() {
    let mut office = office();
    let post = |holder, deputy| SetPost { post: APPROVER, title: "审批岗".into(), holder, deputy };
    office = office.after(ADMIN, organisation::Write::SetPost(post(CHEN, Some(SUN))));
    office.put(organisation::Member { active: false, ..office.get::<organisation::Member>(SUN).clone() });
    office.turn_request(FIRST, minute(MONDAY + 120));
    stands(
        &office,
        FIRST,
        expect![[r#"
        Open
          政企1部负责人 #7: asked since 15日16:00, warned 18日11:00, late 18日11:00"#]],
    );
    check(
        &mut office,
        WANG,
        decide(7, true),
        expect!["put case/7, put request_digest/7, put request/7, put quote/7"],
    );
}

#[test]
fn in_turn_one_asks_after_the_other() {
    let mut office = with_steps(vec![step(Mode::InTurn, &[OTHER_HEAD, APPROVER]), step(Mode::All, &[HEAD])]);
    stands(
        &office,
        FIRST,
        expect![[r#"
        Open
          政企2部负责人 #7: asked since 15日16:00
          分公司审批岗: ahead
          --
          政企1部负责人: ahead"#]],
    );
    check(
        &mut office,
        GAO,
        decide(7, true),
        expect![[r#"
        put case/7
        put case/8
        put request_digest/7
        put request/7
        put quote/7"#]],
    );
    office.turn_request(FIRST, minute(5));
    check(
        &mut office,
        ZHAO,
        decide(8, true),
        expect![[r#"
        put case/7
        put case/8
        put case/9
        put request_digest/7
        put request/7
        put quote/7"#]],
    );
    stands(
        &office,
        FIRST,
        expect![[r#"
        Open
          政企2部负责人 #7: approved by 高原 since 15日16:00
          分公司审批岗 #8: approved by 赵岚 since 15日16:05
          --
          政企1部负责人 #9: asked"#]],
    );
    check(
        &mut office,
        LI,
        decide(9, true),
        expect![[r#"
        put case/7
        put case/8
        put case/9
        put request_digest/7
        put request/7
        put quote/7"#]],
    );
    stands(
        &office,
        FIRST,
        expect![[r#"
        Approved
          政企2部负责人 #7: approved by 高原 since 15日16:00
          分公司审批岗 #8: approved by 赵岚 since 15日16:05
          --
          政企1部负责人 #9: approved by 李想"#]],
    );
}

#[test]
fn all_must_approve_and_one_return_ends_it() {
    let mut office = with_steps(vec![step(Mode::All, &[HEAD, OTHER_HEAD, APPROVER])]);
    check(
        &mut office,
        WANG,
        decide(7, true),
        expect![[r#"
        put case/7
        put case/8
        put case/9
        put request_digest/7
        put request/7
        put quote/7"#]],
    );
    check(
        &mut office,
        GAO,
        decide(8, false),
        expect![[r#"
        put case/7
        put case/8
        put case/9
        put request_digest/7
        put request/7
        put quote/7"#]],
    );
    stands(
        &office,
        FIRST,
        expect![[r#"
        Returned
          政企1部负责人 #7: approved by 王海 since 15日16:00
          政企2部负责人 #8: returned by 高原 since 15日16:00
          分公司审批岗 #9: closed since 15日16:00"#]],
    );
    check(
        &mut office,
        ZHAO,
        decide(9, true),
        expect![[r#"refused approvals.decided {"approved":false,"at":1800000240000,"by_name":"高原"}"#]],
    );
}

#[test]
fn of_any_the_first_decision_counts() {
    let mut office = with_steps(vec![step(Mode::Any, &[HEAD, OTHER_HEAD])]);
    check(
        &mut office,
        GAO,
        decide(8, true),
        expect![[r#"
        put case/7
        put case/8
        put request_digest/7
        put request/7
        put quote/7"#]],
    );
    stands(
        &office,
        FIRST,
        expect![[r#"
        Approved
          政企1部负责人 #7: closed since 15日16:00
          政企2部负责人 #8: approved by 高原 since 15日16:00"#]],
    );
    check(
        &mut office,
        WANG,
        decide(7, false),
        expect![[r#"refused approvals.decided {"approved":true,"at":1800000180000,"by_name":"高原"}"#]],
    );
}

#[test]
fn what_comes_again_unchanged_keeps_what_was_approved() {
    let mut office = with_steps(vec![step(Mode::All, &[HEAD]), step(Mode::Any, &[OTHER_HEAD, APPROVER])]);
    let _ = office.tell(WANG, decide(7, true));
    let items = vec![Missing { line: None, words: "缺年限".into() }];
    let back = GiveBack { case: CaseId::from_u128(8), items, words: "补齐再报".into() };
    check(
        &mut office,
        GAO,
        Write::GiveBack(back),
        expect![[r#"
        put case/7
        put case/8
        put case/9
        put request_digest/7
        put request/7
        put quote/7"#]],
    );
    let said = match &office.get::<Quote>(QUOTE).state {
        QuoteState::Returned { missing, .. } => missing.clone(),
        other => format!("{other:?}"),
    };
    expect![[r#"
        缺年限
        补齐再报"#]]
    .assert_eq(&said);
    // another title is no other request
    let again = Finalise {
        asks: Asks::Approval,
        case: CaseId::from_u128(20),
        title: "专线二".into(),
        ..commands::finalise("20", 61_440)
    };
    check(
        &mut office,
        CHEN,
        quotes::Write::Finalise(again),
        expect![[r#"
        put quote/7
        put case/20
        put case/21
        put request_digest/20
        put request/20"#]],
    );
    stands(
        &office,
        CaseId::from_u128(20),
        expect![[r#"
        Open
          政企1部负责人: approved by 王海, kept
          --
          政企2部负责人 #20: asked
          分公司审批岗 #21: asked"#]],
    );
    let _ = office.tell(
        ZHAO,
        Write::Decide(Decide { case: CaseId::from_u128(21), approve: false, words: "不".into() }),
    );
    // another discount is
    let other =
        Finalise { asks: Asks::Approval, case: CaseId::from_u128(30), ..commands::finalise("19", 62_208) };
    check(
        &mut office,
        CHEN,
        quotes::Write::Finalise(other),
        expect![[r#"
        put quote/7
        put case/30
        put request_digest/30
        put request/30"#]],
    );
    stands(
        &office,
        CaseId::from_u128(30),
        expect![[r#"
        Open
          政企1部负责人 #30: asked
          --
          政企2部负责人: ahead
          分公司审批岗: ahead"#]],
    );
}

#[test]
fn who_asks_now_has_not_approved() {
    let mut office = with_steps(vec![step(Mode::All, &[HEAD]), step(Mode::All, &[APPROVER])]);
    let _ = office.tell(LI, decide(7, true));
    let _ = office.tell(ZHAO, decide(8, false));
    let to_li =
        crate::customers::HandOver { customer: crate::values::CustomerId::from_u128(1), to: LI, seen: None };
    office = office.after(CHEN, crate::customers::Write::HandOver(to_li));
    check(
        &mut office,
        LI,
        ask(20),
        expect![[r#"
        put quote/7
        put case/20
        put request_digest/20
        put request/20"#]],
    );
    stands(
        &office,
        CaseId::from_u128(20),
        expect![[r#"
        Open
          政企1部负责人 #20: asked
          --
          分公司审批岗: ahead"#]],
    );
}

#[test]
fn a_signer_is_asked_after_the_step_and_a_forwarded_case_is_decided_elsewhere() {
    let mut office = office();
    let add = |post| Write::AddSigner(AddSigner { case: FIRST, post });
    check(&mut office, WANG, add(OTHER_HEAD), expect!["put case/7, put request_digest/7, put request/7"]);
    check(
        &mut office,
        WANG,
        add(OTHER_HEAD),
        expect![[r#"refused approvals.asked_before {"post":"政企2部负责人"}"#]],
    );
    check(&mut office, GAO, add(APPROVER), expect![[r#"refused general.not_found {"typ":"case"}"#]]);
    check(
        &mut office,
        LI,
        Write::Forward(commands::forward()),
        expect![[r#"
        put case/7
        put case/8
        put request_digest/7
        put request/7
        put quote/7"#]],
    );
    check(
        &mut office,
        WANG,
        decide(7, true),
        expect![[r#"refused approvals.passed {"at":1800000300000,"to":"分公司审批岗","why":"forwarded"}"#]],
    );
    stands(
        &office,
        FIRST,
        expect![[r#"
        Open
          政企1部负责人 #7: Forwarded, to 3 since 15日16:00
          分公司审批岗 #8: asked
          --
          政企2部负责人: ahead"#]],
    );
    check(
        &mut office,
        SUN,
        decide(8, true),
        expect![[r#"
        put case/7
        put case/8
        put case/9
        put request_digest/7
        put request/7
        put quote/7"#]],
    );
    stands(
        &office,
        FIRST,
        expect![[r#"
        Open
          政企1部负责人 #7: Forwarded, to 3 since 15日16:00
          分公司审批岗 #8: approved by 孙立
          --
          政企2部负责人 #9: asked"#]],
    );
    check(
        &mut office,
        GAO,
        decide(9, true),
        expect![[r#"
        put case/7
        put case/8
        put case/9
        put request_digest/7
        put request/7
        put quote/7"#]],
    );
    stands(
        &office,
        FIRST,
        expect![[r#"
        Approved
          政企1部负责人 #7: Forwarded, to 3 since 15日16:00
          分公司审批岗 #8: approved by 孙立
          --
          政企2部负责人 #9: approved by 高原"#]],
    );
}

#[test]
fn a_case_comes_down_to_nobody_and_to_nobody_who_asks() {
    let beyond = Finalise { asks: Asks::Approval, ..commands::finalise("25", 57_600) };
    let mut office = Office::new().after(CHEN, quotes::Write::Finalise(beyond));
    let to = |to| Write::Forward(Forward { case: FIRST, to });
    check(&mut office, ZHAO, to(HEAD), expect![[r#"refused approvals.too_low {"post":"政企1部负责人"}"#]]);
    check(
        &mut office,
        ZHAO,
        to(APPROVER),
        expect![[r#"refused approvals.asked_before {"post":"分公司审批岗"}"#]],
    );
    check(
        &mut office,
        ZHAO,
        to(PostId::from_u128(99)),
        expect![[r#"refused general.not_found {"typ":"post"}"#]],
    );
    let own = PostId::from_u128(50);
    let named = |id, name: &str| organisation::Named { id, name: name.into() };
    office.put(Post {
        id: own, title: "自己".into(), holder: named(CHEN, "陈静"), deputy: None, unit: None
    });
    check(&mut office, ZHAO, to(own), expect![[r#"refused approvals.nobody_there {"post":"自己"}"#]]);
}

#[test]
fn withdrawn_is_withdrawn_everywhere() {
    let mut office = with_steps(vec![step(Mode::All, &[HEAD, OTHER_HEAD])]);
    check(
        &mut office,
        CHEN,
        quotes::Write::Withdraw(quotes::Withdraw { quote: QUOTE }),
        expect![[r#"
        put quote/7
        put case/7
        put case/8
        put request_digest/7
        put request/7"#]],
    );
    stands(
        &office,
        FIRST,
        expect![[r#"
        Withdrawn
          政企1部负责人 #7: closed since 15日16:00
          政企2部负责人 #8: closed since 15日16:00"#]],
    );
    for (by, case) in [(WANG, 7), (GAO, 8)] {
        expect!["refused approvals.withdrawn"].assert_eq(&office.tell(by, decide(case, true)));
    }
    expect!["nothing"].assert_eq(&office.turn_request(FIRST, minute(99_999)));
}

#[test]
fn cases_that_are_older_than_requests_are_decided_as_before() {
    let mut office = office();
    let case = Case { track: None, ..office.get::<Case>(FIRST).clone() };
    office.put(Case { id: CaseId::from_u128(70), ..case });
    let quote = office.get::<Quote>(QUOTE).clone();
    let state = QuoteState::Submitted { case: CaseId::from_u128(70), post: HEAD, at: minute(0) };
    office.put(Quote { state, ..quote });
    check(
        &mut office,
        WANG,
        Write::Forward(Forward { case: CaseId::from_u128(70), to: APPROVER }),
        expect!["refused approvals.only_decided"],
    );
    check(&mut office, WANG, decide(70, true), expect!["put case/70, put quote/7"]);
    assert!(matches!(office.get::<Quote>(QUOTE).state, QuoteState::Approved { by: WANG, .. }));
}

#[test]
fn the_case_of_another_request_is_never_written_over() {
    let mut office = office();
    let stranger = Case { id: CaseId::from_u128(8), ..office.get::<Case>(FIRST).clone() };
    office.put(stranger.clone());
    office.turn_request(FIRST, minute(MONDAY + 120));
    assert_eq!(*office.get::<Case>(stranger.id), stranger);
}

#[test]
fn a_procedure_that_can_not_work_is_refused_naming_the_step() {
    let good = || step(Mode::Any, &[HEAD]);
    let places = |places: &[Place]| StepPlan { places: places.to_vec(), ..good() };
    let limit = |minutes, warn| StepPlan { limit: Limit { minutes, warn }, ..good() };
    let tried = |second: StepPlan| {
        let plan = Plan { approver: vec![step(Mode::All, &[APPROVER]), second], ..Plan::default() };
        Office::new().tell(ADMIN, Write::SetProcedure(SetProcedure { plan, seen: None }))
    };
    let told = [
        good(),
        places(&[]),
        places(&[Place::Post(APPROVER)]),
        places(&[Place::Post(PostId::from_u128(99))]),
        places(&(0..11).map(|n| Place::Post(PostId::from_u128(100 + n))).collect::<Vec<_>>()),
        limit(0, 0),
        limit(60, 60),
        limit(MINUTES_MAX + 1, 0),
        StepPlan { beyond: Some(Place::Post(HEAD)), ..good() },
        StepPlan { beyond: Some(Place::Post(APPROVER)), ..good() },
        StepPlan { beyond: Some(Place::Post(PostId::from_u128(99))), ..good() },
        StepPlan { beyond: Some(Place::Post(OTHER_HEAD)), ..good() },
    ]
    .map(tried);
    expect![[r#"
        put procedure/1
        refused approvals.bad_step {"fault":"empty","level":"approver","step":2}
        refused approvals.bad_step {"fault":"twice","level":"approver","step":2}
        refused approvals.bad_step {"fault":"unknown_post","level":"approver","step":2}
        refused approvals.bad_step {"fault":"too_many","level":"approver","step":2}
        refused approvals.bad_step {"fault":"limit","level":"approver","step":2}
        refused approvals.bad_step {"fault":"limit","level":"approver","step":2}
        refused approvals.bad_step {"fault":"limit","level":"approver","step":2}
        refused approvals.bad_step {"fault":"loop","level":"approver","step":2}
        refused approvals.bad_step {"fault":"loop","level":"approver","step":2}
        refused approvals.bad_step {"fault":"unknown_post","level":"approver","step":2}
        put procedure/1"#]]
    .assert_eq(&told.join("\n"));
    let empty = Plan { unit_head: vec![], ..Plan::default() };
    check(
        &mut Office::new(),
        ADMIN,
        Write::SetProcedure(SetProcedure { plan: empty, seen: None }),
        expect![[r#"refused approvals.bad_step {"fault":"empty","level":"unit_head","step":1}"#]],
    );
    check(
        &mut Office::new(),
        WANG,
        Write::SetProcedure(commands::set_procedure()),
        expect!["refused general.forbidden"],
    );
    let mut office = Office::new().after(ADMIN, Write::SetProcedure(commands::set_procedure()));
    check(
        &mut office,
        ADMIN,
        Write::SetProcedure(commands::set_procedure()),
        expect!["refused approvals.procedure_changed"],
    );
}

#[test]
fn time_is_counted_by_the_calendar_of_the_day_it_was_asked() {
    let mut office = Office::new().after(ADMIN, calendar::Write::Set(commands::set_calendar()));
    // Friday 29 January is off, Sunday 31 is worked
    office = office.after(CHEN, ask(7));
    let thursday = Timestamp::of("2027-01-28".parse().unwrap(), 17 * 60, 480);
    office.turn_request(FIRST, thursday);
    let due = office.get::<Request>(FIRST).track.seats().next().unwrap().clock.unwrap().due;
    expect!["31日12:00"].assert_eq(&clock(due));
}
