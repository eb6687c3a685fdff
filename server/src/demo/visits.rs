//! Three hundred visits, fifty for each manager: most of them finished over the past ten weeks, four or five planned
//! for today, a few overdue, the rest in the next two weeks. Never a visit that is going on at the moment of seeding.

use leeway_core::customers::Grade;
use leeway_core::values::{CommandId, UserId};
use leeway_core::visits::{
    AddNote, AnswerItem, Cancel, CompleteNextStep, Finish, Open, Plan, Purpose, Reschedule, SetNextStep,
    When, Write,
};
use leeway_core::{Body, Record};

use super::dice::Dice;
use super::history::History;
use super::numbering::{customer, note, visit};
use super::{checklists, customers, people, phrases};
use Purpose::{Care, Complaint, First, Offer, Renewal};

/// Visits of each manager.
const EACH: u32 = 50;
/// Visits of today, by manager.
const TODAY: [usize; 6] = [5, 4, 5, 5, 4, 4];
/// Working days over which the finished visits are spread.
const PAST_WORKDAYS: i64 = 49;
/// How many days a digest stays in the unit's summary.
pub(super) const DIGEST_DAYS: i64 = 28;

/// Today's round: which of the manager's ten customers, when, and why.
const ROUND: [(u32, u16, Purpose); 5] =
    [(5, 520, Care), (4, 570, Care), (1, 630, Renewal), (2, 840, Offer), (3, 930, Care)];
/// Visits that should have been: customer, working days ago, why. Only chen has the third.
const OVERDUE: [(u32, i64, Purpose); 3] = [(7, 2, Care), (8, 4, Complaint), (10, 7, Offer)];
/// Visits to come: customer, working days ahead, why; every other one has a time.
const AHEAD: [(u32, i64, Purpose); 6] =
    [(6, 1, Care), (9, 2, Offer), (2, 4, Offer), (8, 6, Renewal), (5, 8, Care), (1, 9, Renewal)];
/// When the open next steps of the latest visits are due, in days from today, latest visit first.
const STEPS_DUE: [i64; 5] = [6, 3, 1, 0, -3];

/// A visit to be told.
struct Outing {
    number: u32,
    by: UserId,
    firm: u32,
    purpose: Purpose,
    /// Days from today.
    offset: i64,
    minute: Option<u16>,
}

/// Tells all visits.
pub(super) fn make(history: &mut History) {
    let mut dice = Dice::new(2);
    let mut notes = 0;
    for (manager, today) in TODAY.into_iter().enumerate() {
        let base = u32::try_from(manager).unwrap_or(0);
        let mut number = base * EACH;
        let mut next = || {
            number += 1;
            number
        };
        let overdue = if manager == 0 { 3 } else { 2 };
        let finished = usize::try_from(EACH).unwrap_or(0) - today - overdue - AHEAD.len() - 1;
        for (place, firm) in (0..finished).zip(rota(base * 10)) {
            let offset = past_offset(history, place, finished);
            let outing = finished_outing(next(), manager, firm, offset, &mut dice);
            // the latest have next steps that are still open
            let due = STEPS_DUE.get(finished - 1 - place).copied();
            finish(history, &outing, due, &mut notes, &mut dice);
        }
        for (firm, offset, minute, purpose) in planned(history, base, today, overdue) {
            let by = people::manager(manager);
            plan(history, &Outing { number: next(), by, firm, purpose, offset, minute }, &mut dice);
        }
        call_off(history, next(), manager, base * 10 + 9, &mut dice);
    }
}

/// Returns whether a record is a digest that the unit's summary does not keep any more.
pub(super) fn is_old_digest(history: &History) -> impl Fn(&Record) -> bool + use<> {
    let since = history.days.at(-DIGEST_DAYS, 0);
    move |record| matches!(record, Record::VisitDigest(digest) if digest.finished_at < since)
}

/// Goes round the manager's customers for ever: all, then those of grade A and B, then those of grade A.
fn rota(base: u32) -> impl Iterator<Item = u32> {
    let of_grade = move |grades: &'static [Grade]| {
        (base + 1..=base + 10).filter(move |firm| grades.contains(&customers::of_number(*firm).grade))
    };
    let once = of_grade(&Grade::ALL).chain(of_grade(&[Grade::A, Grade::B])).chain(of_grade(&[Grade::A]));
    once.collect::<Vec<_>>().into_iter().cycle()
}

/// Spreads the finished visits over the working days of the past, oldest first.
fn past_offset(history: &History, place: usize, of: usize) -> i64 {
    let (place, of) = (i64::try_from(place).unwrap_or(0), i64::try_from(of).unwrap_or(1));
    history.days.workday(place * PAST_WORKDAYS / of - PAST_WORKDAYS)
}

fn finished_outing(number: u32, manager: usize, firm: u32, offset: i64, dice: &mut Dice) -> Outing {
    // the first round introduces, later ones work
    let early = number % EACH <= 10;
    let other = if early { First } else { Care };
    let why = [Care, Care, Care, Offer, Offer, Offer, Renewal, Renewal, Complaint, other, other];
    Outing {
        number,
        by: people::manager(manager),
        firm,
        purpose: *dice.pick(&why),
        offset,
        minute: Some(*dice.pick(&[525, 550, 600, 640, 845, 900, 935, 980])),
    }
}

/// Lists the visits that are still to be made: customer, days from today, time, why.
fn planned(
    history: &History,
    base: u32,
    today: usize,
    overdue: usize,
) -> Vec<(u32, i64, Option<u16>, Purpose)> {
    let firm = |nth: u32| base * 10 + nth;
    // so that not everybody in the branch goes out at the same minute
    let shift = |minute: u16| minute + 5 * u16::try_from(base).unwrap_or(0);
    let round =
        ROUND.iter().take(today).map(|(nth, minute, why)| (firm(*nth), 0, Some(shift(*minute)), *why));
    let late = OVERDUE.iter().take(overdue);
    let late = late.map(|(nth, ago, why)| (firm(*nth), history.days.workday(-ago), Some(600), *why));
    let ahead = (0_u16..).zip(&AHEAD).map(|(place, (nth, days, why))| {
        let minute = (place % 2 == 0).then_some(540 + 75 * place);
        (firm(*nth), history.days.workday(*days), minute, *why)
    });
    round.chain(late).chain(ahead).collect()
}

fn ask(history: &mut History, by: UserId, offset: i64, minute: i64, write: Write) -> CommandId {
    let at = history.days.at(offset, minute);
    history.ask(by, at, Body::Visits(write))
}

/// Plans a visit some days before, and moves one in twelve once.
fn plan(history: &mut History, it: &Outing, dice: &mut Dice) {
    let asked_on = history.days.off_weekend(it.offset.min(0) - dice.between(2, 6));
    let industry = customers::of_number(it.firm).industry;
    let when = When { day: history.days.day(it.offset), minute: it.minute };
    let moved = dice.chance(8);
    let first = if moved { When { day: history.days.day(it.offset + 1), minute: Some(870) } } else { when };
    let asked = Plan {
        visit: visit(it.number),
        customer: customer(it.firm),
        purpose: it.purpose,
        checklist: checklists::best(industry, it.purpose).checklist().id,
        when: first,
    };
    let seen = ask(history, it.by, asked_on, dice.between(1_020, 1_090), Write::Plan(asked));
    if moved {
        let asked = Reschedule { visit: visit(it.number), when, seen: Some(seen) };
        ask(history, it.by, asked_on + 1, dice.between(500, 520), Write::Reschedule(asked));
    }
}

fn call_off(history: &mut History, number: u32, manager: usize, firm: u32, dice: &mut Dice) {
    let offset = history.days.workday(-5);
    let by = people::manager(manager);
    plan(history, &Outing { number, by, firm, purpose: Care, offset, minute: Some(960) }, dice);
    ask(history, by, offset, 530, Write::Cancel(Cancel { visit: visit(number) }));
}

/// Tells a visit from its plan to its end.
fn finish(history: &mut History, it: &Outing, step_due: Option<i64>, notes: &mut u32, dice: &mut Dice) {
    plan(history, it, dice);
    let mut minute = i64::from(it.minute.unwrap_or(600));
    ask(history, it.by, it.offset, minute, Write::Open(Open { visit: visit(it.number) }));
    let day = history.days.day(it.offset);
    let template = checklists::best(customers::of_number(it.firm).industry, it.purpose);
    for (item, answer) in template.answers(day, dice) {
        minute += dice.between(2, 5);
        let asked = AnswerItem { visit: visit(it.number), item, answer, seen: None };
        ask(history, it.by, it.offset, minute, Write::Answer(asked));
    }
    if dice.chance(40) {
        *notes += 1;
        let text = phrases::in_turn(phrases::notes(it.purpose), *notes);
        let asked = AddNote { visit: visit(it.number), note: note(*notes), text };
        ask(history, it.by, it.offset, minute + 1, Write::Note(asked));
    }
    if step_due.is_some() || dice.chance(55) {
        next_step(history, it, minute + 2, step_due, dice);
    }
    let end = minute + dice.between(3, 12);
    ask(history, it.by, it.offset, end, Write::Finish(Finish { visit: visit(it.number) }));
}

/// Promises something at the end of a visit; what is not to stay open was kept on its day.
fn next_step(history: &mut History, it: &Outing, minute: i64, due: Option<i64>, dice: &mut Dice) {
    let offset = history.days.off_weekend(due.unwrap_or(it.offset + dice.between(3, 9)));
    let text = phrases::in_turn(phrases::steps(it.purpose), it.number);
    let asked = SetNextStep { visit: visit(it.number), text, day: history.days.day(offset), seen: None };
    let seen = ask(history, it.by, it.offset, minute, Write::SetNextStep(asked));
    if due.is_none() {
        let kept = CompleteNextStep { visit: visit(it.number), seen };
        ask(history, it.by, offset.min(-1), dice.between(1_030, 1_075), Write::CompleteNextStep(kept));
    }
}
