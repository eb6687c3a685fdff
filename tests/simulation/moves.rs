//! What people do on their devices: mostly sensible, at times on rows that are gone or as somebody who may not.

pub mod deputies;
pub mod quotes;

use fastrand::Rng;
use leeway_app::platform::ids;
use leeway_app::store::{Store, StoreError};
use leeway_core::customers::{self, Customer, CustomerChange, EditCustomer, Grade};
use leeway_core::inbox::{self, ClashCard, Dismiss, RefusalCard};
use leeway_core::opportunities::{self, MoveStage, Opportunity, Stage};
use leeway_core::testing::{commands, sample};
use leeway_core::values::CustomerId;
use leeway_core::visits::{self, AddNote, Answer, AnswerItem, Finish, ItemKey, Open, Plan, Visit, When};
use leeway_core::{Body, Entity};

/// Chooses something to do, looking at what this device shows.
pub async fn choose(rng: &mut Rng, store: &Store) -> Result<Body, StoreError> {
    let customers = store.list::<Customer>(customers::BY_NAME).await?;
    let Some(customer) = rng.choice(&customers) else { return Ok(register()) };
    Ok(match rng.u8(..16) {
        0 => register(),
        1..=3 => edit(rng, customer),
        4 => Body::Customers(customers::Write::AddContact(customers::AddContact {
            contact: ids::contact(),
            customer: customer.id,
            ..commands::add_contact()
        })),
        5..=6 => plan(rng, customer.id),
        7..=11 => match visit(rng, store).await? {
            Some(body) => body,
            None => plan(rng, customer.id),
        },
        12 => start(customer.id),
        13 => match stage(rng, store).await? {
            Some(body) => body,
            None => start(customer.id),
        },
        14 => match dismiss(store).await? {
            Some(body) => body,
            None => edit(rng, customer),
        },
        // somebody else's customer, or none at all
        _ => {
            let any = CustomerId::from_u128(u128::from(rng.u8(..6)));
            plan(rng, any)
        }
    })
}

fn register() -> Body {
    let customer: CustomerId = ids::customer();
    let name = format!("客户 {customer}");
    let register = customers::Register { customer, name, code: None, ..commands::register() };
    Body::Customers(customers::Write::Register(register))
}

fn edit(rng: &mut Rng, customer: &Customer) -> Body {
    let (change, seen) = if rng.bool() {
        let name = format!("名 {}", rng.u16(..));
        (CustomerChange::Name(name), customer.name.write)
    } else {
        let grade = if rng.bool() { Grade::A } else { Grade::C };
        (CustomerChange::Grade(grade), customer.grade.write)
    };
    let edit = EditCustomer { customer: customer.id, change, seen: Some(seen) };
    Body::Customers(customers::Write::Edit(edit))
}

fn plan(rng: &mut Rng, customer: CustomerId) -> Body {
    let when = When { day: sample::day("2026-11-23"), minute: rng.bool().then_some(600) };
    Body::Visits(visits::Write::Plan(Plan { visit: ids::visit(), customer, when, ..commands::plan() }))
}

async fn visit(rng: &mut Rng, store: &Store) -> Result<Option<Body>, StoreError> {
    let visits = store.list::<Visit>(visits::BY_DAY).await?;
    let Some(visit) = rng.choice(&visits) else { return Ok(None) };
    let id = visit.id;
    Ok(Some(Body::Visits(match rng.u8(..8) {
        0..=1 => visits::Write::Open(Open { visit: id }),
        2..=4 => {
            let (item, answer) = match rng.u8(..3) {
                0 => ("decider", Answer::YesNo(rng.bool())),
                1 => ("beds", Answer::Number(i64::from(rng.u8(..)))),
                _ => ("pain", Answer::Text(format!("痛点 {}", rng.u16(..)))),
            };
            let item = ItemKey(item.into());
            let seen = visit.answers.get(&item).map(|it| it.write);
            visits::Write::Answer(AnswerItem { visit: id, item, answer, seen })
        }
        5 => {
            visits::Write::Note(AddNote {
                visit: id, note: ids::note(), text: format!("记 {}", rng.u16(..))
            })
        }
        6 => visits::Write::Cancel(visits::Cancel { visit: id }),
        _ => visits::Write::Finish(Finish { visit: id }),
    })))
}

fn start(customer: CustomerId) -> Body {
    let start = opportunities::Start { opportunity: ids::opportunity(), customer, ..commands::start() };
    Body::Opportunities(opportunities::Write::Start(start))
}

async fn stage(rng: &mut Rng, store: &Store) -> Result<Option<Body>, StoreError> {
    let found = store.list::<Opportunity>(opportunities::OPPORTUNITIES).await?;
    let Some(opportunity) = rng.choice(&found) else { return Ok(None) };
    let to = *rng.choice(&Stage::ALL).unwrap_or(&Stage::Lead);
    let reason = (to == Stage::Lost).then_some("价格");
    let step =
        MoveStage { opportunity: opportunity.id, ..commands::move_stage(opportunity.stage, to, reason) };
    Ok(Some(Body::Opportunities(opportunities::Write::MoveStage(step))))
}

async fn dismiss(store: &Store) -> Result<Option<Body>, StoreError> {
    let refusals = store.list::<RefusalCard>(inbox::REFUSALS).await?;
    let clashes = store.list::<ClashCard>(inbox::CLASHES).await?;
    let cards = refusals.iter().map(|it| RefusalCard::key(it.id));
    let card = cards.chain(clashes.iter().map(|it| ClashCard::key(it.id))).next();
    Ok(card.map(|card| Body::Inbox(inbox::Write::Dismiss(Dismiss { card }))))
}
