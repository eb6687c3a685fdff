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

mod decide;
mod pass;
mod procedure;
mod submit;
mod turn;
mod withdraw;

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
