//! What a phone's user does: visits, notes, answers, opportunities and quotes, each picked by the dice among what
//! the rows on this phone allow. **Never** makes up a thing that core would not take from the app.

use leeway_core::authority::Limits;
use leeway_core::customers::{self, Customer, CustomerChange, EditCustomer, Grade, Industry, Register};
use leeway_core::opportunities::{self, Edit, MoveStage, Opportunity, OpportunityChange, Stage, Start};
use leeway_core::organisation::Member;
use leeway_core::pricing::PriceBook;
use leeway_core::quotes::{
    self, Asks, Draft, Finalise, LineInput, Prices, PutLine, Quote, totals, with_line,
};
use leeway_core::values::{
    CaseId, CustomerId, Date, LineId, Money, NoteId, OpportunityId, Percent, QuoteId, VisitId,
};
use leeway_core::visits::{
    self, AddNote, Answer, AnswerItem, Cancel, Checklist, Finish, Item, ItemKind, Open, Plan, Purpose,
    Reschedule, SetNextStep, Visit, VisitState, When,
};
use leeway_core::{Body, Entity};

use super::Phone;
use crate::dice::Dice;

type Make = fn(&Phone, &mut Dice) -> Option<Body>;

/// What is done, and how often.
const DEEDS: [(Make, usize); 15] = [
    (note, 20),
    (answer, 26),
    (open, 8),
    (plan, 8),
    (reschedule, 5),
    (cancel, 1),
    (next_step, 6),
    (finish, 5),
    (start, 4),
    (edit, 6),
    (move_stage, 6),
    (draft, 4),
    (put_line, 6),
    (edit_customer, 4),
    (register, 1),
];

/// How likely a binding quote is among the rest: dear to judge, so seldom.
const BINDING: (usize, usize) = (1, 25);

impl Phone {
    /// Does one thing that this phone allows. Says which, as on the wire.
    pub fn act(&mut self, dice: &mut Dice) -> Option<String> {
        for _ in 0..20 {
            let make = if dice.chance(BINDING.0, BINDING.1) { finalise } else { dice.weighted(&DEEDS) };
            if let Some(body) = make(self, dice) {
                let (kind, _) = body.to_parts();
                if self.ask(body, dice) {
                    return Some(kind);
                }
            }
        }
        None
    }

    fn own<T: Entity>(&self, dice: &mut Dice, wanted: impl Fn(&T) -> bool) -> Option<&T> {
        let all: Vec<&T> = self.shelf.all::<T>().into_iter().filter(|it| wanted(it)).collect();
        dice.pick(&all).copied()
    }

    fn live_visit(&self, dice: &mut Dice) -> Option<&Visit> {
        // few at a time, so that the phones of one user meet on them
        let live: Vec<&Visit> =
            self.shelf.all::<Visit>().into_iter().filter(|it| it.is_live()).take(6).collect();
        dice.pick(&live).copied()
    }
}

fn day(dice: &mut Dice) -> Date {
    Date::new(2026, 12, 1).unwrap().plus_days(i64::try_from(dice.below(60)).unwrap())
}

fn text(dice: &mut Dice) -> String {
    format!("现场 {}", dice.id().simple())
}

fn note(phone: &Phone, dice: &mut Dice) -> Option<Body> {
    let visit = phone.live_visit(dice)?.id;
    let it = AddNote { visit, note: NoteId::new(dice.id()), text: text(dice) };
    Some(visits::Write::Note(it).into())
}

fn open_visit<'a>(phone: &'a Phone, dice: &mut Dice) -> Option<(&'a Visit, &'a Checklist)> {
    let visit = phone.own::<Visit>(dice, |it| matches!(it.state, VisitState::Open { .. }))?;
    Some((visit, phone.shelf.get::<Checklist>(visit.checklist)?))
}

fn answer(phone: &Phone, dice: &mut Dice) -> Option<Body> {
    let (visit, checklist) = open_visit(phone, dice)?;
    let item = match dice.chance(1, 3) {
        true => visit.missing(checklist).first().copied(),
        false => None,
    };
    let items: Vec<&Item> = checklist.items.iter().collect();
    let item = item.or_else(|| dice.pick(&items).copied())?;
    let given = some_answer(&item.kind, dice)?;
    let seen = visit.answers.get(&item.key).map(|it| it.write);
    let it = AnswerItem { visit: visit.id, item: item.key.clone(), answer: given, seen };
    Some(visits::Write::Answer(it).into())
}

/// Makes up an answer that an item of this kind takes.
pub fn some_answer(kind: &ItemKind, dice: &mut Dice) -> Option<Answer> {
    Some(match kind {
        ItemKind::YesNo => Answer::YesNo(dice.chance(1, 2)),
        ItemKind::Choice { choices } => Answer::Choice(dice.pick(choices)?.key.clone()),
        ItemKind::Number { min, max, .. } => {
            Answer::Number(min + i64::try_from(dice.millis((max - min).unsigned_abs())).unwrap())
        }
        ItemKind::Text => Answer::Text(text(dice)),
        ItemKind::Date => Answer::Date(day(dice)),
    })
}

fn open(phone: &Phone, dice: &mut Dice) -> Option<Body> {
    let open =
        phone.shelf.all::<Visit>().iter().filter(|it| matches!(it.state, VisitState::Open { .. })).count();
    let visit = phone.live_visit(dice).filter(|it| open < 4 && it.state == VisitState::Planned)?.id;
    Some(visits::Write::Open(Open { visit }).into())
}

fn plan(phone: &Phone, dice: &mut Dice) -> Option<Body> {
    let it = Plan {
        visit: VisitId::new(dice.id()),
        customer: phone.own::<Customer>(dice, |_| true)?.id,
        purpose: *dice.pick(&Purpose::ALL)?,
        checklist: phone.own::<Checklist>(dice, |it| !it.withdrawn)?.id,
        when: When { day: day(dice), minute: None },
    };
    Some(visits::Write::Plan(it).into())
}

fn reschedule(phone: &Phone, dice: &mut Dice) -> Option<Body> {
    let visit = phone.live_visit(dice)?;
    let (visit, seen) = (visit.id, Some(visit.when.write));
    let it = Reschedule { visit, when: When { day: day(dice), minute: Some(570) }, seen };
    Some(visits::Write::Reschedule(it).into())
}

fn cancel(phone: &Phone, dice: &mut Dice) -> Option<Body> {
    Some(visits::Write::Cancel(Cancel { visit: phone.live_visit(dice)?.id }).into())
}

fn next_step(phone: &Phone, dice: &mut Dice) -> Option<Body> {
    let visit = phone.live_visit(dice)?;
    let seen = visit.next_step.as_ref().map(|it| it.write);
    let it = SetNextStep { visit: visit.id, text: text(dice), day: day(dice), seen };
    Some(visits::Write::SetNextStep(it).into())
}

fn finish(phone: &Phone, dice: &mut Dice) -> Option<Body> {
    let (visit, checklist) = open_visit(phone, dice)?;
    let visit = visit.missing(checklist).is_empty().then_some(visit.id)?;
    Some(visits::Write::Finish(Finish { visit }).into())
}

fn start(phone: &Phone, dice: &mut Dice) -> Option<Body> {
    let it = Start {
        opportunity: OpportunityId::new(dice.id()),
        customer: phone.own::<Customer>(dice, |_| true)?.id,
        name: "专线".into(),
        amount: Money::from_fen(1_000_000),
        expected: day(dice),
        next_step: text(dice),
        next_day: day(dice),
    };
    Some(opportunities::Write::Start(it).into())
}

fn edit(phone: &Phone, dice: &mut Dice) -> Option<Body> {
    let it = phone.own::<Opportunity>(dice, |_| true)?;
    let (change, seen) = match dice.below(3) {
        0 => (OpportunityChange::Name(text(dice)), it.name.write),
        1 => {
            let amount = Money::from_fen(i64::try_from(dice.below(9_000_000)).unwrap());
            (OpportunityChange::Amount(amount), it.amount.write)
        }
        _ => (OpportunityChange::Expected(day(dice)), it.expected.write),
    };
    let it = Edit { opportunity: it.id, change, seen: Some(seen) };
    Some(opportunities::Write::Edit(it).into())
}

fn move_stage(phone: &Phone, dice: &mut Dice) -> Option<Body> {
    let it = phone.own::<Opportunity>(dice, |it| it.stage.is_open())?;
    let to = *dice.pick(&Stage::OPEN).filter(|to| **to != it.stage)?;
    let it = MoveStage { opportunity: it.id, from: it.stage, to, reason: None };
    Some(opportunities::Write::MoveStage(it).into())
}

fn line(book: &PriceBook, dice: &mut Dice) -> Option<LineInput> {
    let quantity = u32::try_from(1 + dice.below(9)).unwrap();
    let off = Percent::from_bp(u32::try_from(dice.below(400)).unwrap()).unwrap();
    let product = dice.pick(&book.products)?.id;
    Some(LineInput { line: LineId::new(dice.id()), product, quantity, off, gift: false, framework: None })
}

fn current<'a>(phone: &'a Phone, dice: &mut Dice) -> Option<&'a PriceBook> {
    phone.own::<PriceBook>(dice, |it| it.withdrawn_at.is_none())
}

fn draft(phone: &Phone, dice: &mut Dice) -> Option<Body> {
    let book = current(phone, dice)?;
    let it = Draft {
        quote: QuoteId::new(dice.id()),
        customer: phone.own::<Customer>(dice, |_| true)?.id,
        opportunity: None,
        title: "组网".into(),
        book: book.id,
        months: 24,
        free_months: 0,
        overall: Percent::ZERO,
        valid_until: day(dice),
        lines: vec![line(book, dice)?],
    };
    Some(quotes::Write::Draft(it).into())
}

fn put_line(phone: &Phone, dice: &mut Dice) -> Option<Body> {
    let quote = phone.own::<Quote>(dice, |it| it.is_open() && it.content.lines.len() < 12)?;
    let book = phone.shelf.get::<PriceBook>(quote.content.book)?;
    let it = PutLine { quote: quote.id, book: book.id, line: line(book, dice)? };
    Some(quotes::Write::PutLine(it).into())
}

/// Makes a quote binding that nobody has drafted, so that no other phone's lines are in it.
fn finalise(phone: &Phone, dice: &mut Dice) -> Option<Body> {
    let book = current(phone, dice)?;
    let lines: Vec<LineInput> = (0..=dice.below(3)).map(|_| line(book, dice)).collect::<Option<_>>()?;
    let mut content = quotes::Content {
        customer: phone.own::<Customer>(dice, |_| true)?.id,
        opportunity: None,
        title: "组网".into(),
        book: book.id,
        months: 24,
        free_months: 0,
        overall: Percent::from_bp(u32::try_from(dice.below(3)).unwrap() * 50).unwrap(),
        valid_until: day(dice),
        lines: Vec::new(),
    };
    for it in &lines {
        content = with_line(&content, &Prices::of_book(book), it).ok()?;
    }
    let it = Finalise {
        quote: QuoteId::new(dice.id()),
        customer: content.customer,
        opportunity: None,
        title: content.title.clone(),
        book: book.id,
        limits: phone.own::<Limits>(dice, |_| true)?.id,
        star: phone.shelf.get::<Member>(phone.user)?.star(),
        grade: None,
        unit: None,
        months: content.months,
        free_months: content.free_months,
        overall: content.overall,
        valid_until: content.valid_until,
        lines,
        total: totals(&content).ok()?.total,
        asks: Asks::Binding,
        case: CaseId::new(dice.id()),
        covers: Vec::new(),
        receipt: None,
        because: None,
    };
    Some(quotes::Write::Finalise(it).into())
}

fn edit_customer(phone: &Phone, dice: &mut Dice) -> Option<Body> {
    let it = phone.own::<Customer>(dice, |_| true)?;
    let (change, seen) = match dice.chance(1, 2) {
        true => (CustomerChange::Address(text(dice)), it.address.write),
        false => (CustomerChange::Grade(*dice.pick(&[Grade::A, Grade::B, Grade::C])?), it.grade.write),
    };
    Some(customers::Write::Edit(EditCustomer { customer: it.id, change, seen: Some(seen) }).into())
}

fn register(_: &Phone, dice: &mut Dice) -> Option<Body> {
    let it = Register {
        customer: CustomerId::new(dice.id()),
        name: text(dice),
        code: None,
        industry: Industry::Services,
        grade: Grade::C,
        address: String::new(),
    };
    Some(customers::Write::Register(it).into())
}
