//! What an account manager does on a visit: fifteen commands that core accepts in this order on any of their own
//! customers, whatever else happened. **Never** needs the customer's rows: new things have new ids, and nothing is
//! changed but what was made here.

use leeway_core::opportunities::{self, Start};
use leeway_core::pricing::PriceBook;
use leeway_core::quotes::{self, Draft, LineInput, PutLine};
use leeway_core::sync::protocol::WireRow;
use leeway_core::values::{
    CustomerId, Date, LineId, Money, NoteId, OpportunityId, Percent, QuoteId, VisitId,
};
use leeway_core::visits::{
    self, AddNote, AnswerItem, Checklist, Finish, Open, Plan, Purpose, SetNextStep, When,
};
use leeway_core::{Body, Entity};
use leeway_e2e::dice::Dice;
use leeway_e2e::phone::work::some_answer;
use uuid::Uuid;

/// Commands of a visit.
pub const OF_VISIT: usize = 15;

/// Of these: planning, opening, the next step, finishing, and a quote with its second line.
const BESIDE_ANSWERS: usize = 6;

/// What every phone holds: a checklist to fill in, and the price book.
pub struct Trade {
    checklist: Checklist,
    book: PriceBook,
}

impl Trade {
    /// Finds them among the rows of a first pull.
    pub fn of(rows: &[WireRow]) -> Self {
        let checklists = rows.iter().filter_map(Checklist::of_row);
        let fits = |it: &Checklist| !it.withdrawn && it.items.len() <= OF_VISIT - BESIDE_ANSWERS;
        let checklist = checklists.filter(fits).max_by_key(|it| it.items.len()).unwrap();
        let mut books = rows.iter().filter_map(PriceBook::of_row);
        Self { checklist, book: books.find(|it| it.withdrawn_at.is_none()).unwrap() }
    }

    fn line(&self, dice: &mut Dice) -> LineInput {
        let product = dice.pick(&self.book.products).unwrap().id;
        let off = Percent::from_bp(u32::try_from(dice.below(400)).unwrap()).unwrap();
        LineInput {
            line: LineId::new(Uuid::now_v7()),
            product,
            quantity: 2,
            off,
            gift: false,
            framework: None,
        }
    }

    /// Makes the commands of a visit, in order. Every second one leads to a quote, the others to an opportunity.
    pub fn visit(&self, customer: CustomerId, brings_quote: bool, dice: &mut Dice) -> Vec<Body> {
        let visit = VisitId::new(Uuid::now_v7());
        let day = Date::new(2026, 12, 1).unwrap().plus_days(i64::try_from(dice.below(60)).unwrap());
        let plan = Plan {
            visit,
            customer,
            purpose: *dice.pick(&Purpose::ALL).unwrap(),
            checklist: self.checklist.id,
            when: When { day, minute: Some(570) },
        };
        let mut bodies: Vec<Body> =
            vec![visits::Write::Plan(plan).into(), visits::Write::Open(Open { visit }).into()];
        for item in &self.checklist.items {
            let answer = some_answer(&item.kind, dice).unwrap();
            let it = AnswerItem { visit, item: item.key.clone(), answer, seen: None };
            bodies.push(visits::Write::Answer(it).into());
        }
        let step =
            SetNextStep { visit, text: "发方案初稿，约信息科一起看".into(), day, seen: None };
        bodies.push(visits::Write::SetNextStep(step).into());
        bodies.push(visits::Write::Finish(Finish { visit }).into());
        if brings_quote {
            self.quote(customer, day, &mut bodies, dice);
        } else {
            bodies.push(start(customer, day));
        }
        while bodies.len() < OF_VISIT {
            let text = format!("机房两路市电，UPS 能撑 40 分钟；续约最在意备用路由。{}", dice.below(1_000));
            let note = AddNote { visit, note: NoteId::new(Uuid::now_v7()), text };
            bodies.push(visits::Write::Note(note).into());
        }
        bodies
    }

    fn quote(&self, customer: CustomerId, day: Date, bodies: &mut Vec<Body>, dice: &mut Dice) {
        let draft = Draft {
            quote: QuoteId::new(Uuid::now_v7()),
            customer,
            opportunity: None,
            title: "组网专线".into(),
            book: self.book.id,
            months: 24,
            free_months: 0,
            overall: Percent::ZERO,
            valid_until: day,
            lines: vec![self.line(dice)],
        };
        let more = PutLine { quote: draft.quote, book: self.book.id, line: self.line(dice) };
        bodies.push(quotes::Write::Draft(draft).into());
        bodies.push(quotes::Write::PutLine(more).into());
    }
}

fn start(customer: CustomerId, day: Date) -> Body {
    let it = Start {
        opportunity: OpportunityId::new(Uuid::now_v7()),
        customer,
        name: "分支机构专线".into(),
        amount: Money::from_fen(4_800_000),
        expected: day,
        next_step: "约信息科".into(),
        next_day: day,
    };
    opportunities::Write::Start(it).into()
}

/// Reads an entity out of a row, if it is one.
trait OfRow: Entity + Clone {
    fn of_row(row: &WireRow) -> Option<Self> {
        row.record().as_ref().and_then(Self::of).cloned()
    }
}

impl OfRow for Checklist {}
impl OfRow for PriceBook {}
