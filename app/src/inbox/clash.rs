//! Two values for one field: what they say, and the command that puts the one back that did not stay. The command
//! names the write that stands now, so that choosing is not another clash.

use leeway_core::customers::{
    Contact, ContactChange, Customer, CustomerChange, EditContact, EditCustomer, Grade, Industry,
};
use leeway_core::inbox::ClashCard;
use leeway_core::opportunities::{self, Opportunity, OpportunityChange};
use leeway_core::record::RecordType;
use leeway_core::stamped::Stamped;
use leeway_core::values::{
    CommandId, ContactId, CreditCode, CustomerId, Date, Money, OpportunityId, VisitId,
};
use leeway_core::visits::{self, Answer, Checklist, Item, ItemKey, NextStep, Visit, When};
use leeway_core::{Body, customers};
use serde::de::DeserializeOwned;
use serde_json::Value;

use crate::i18n::{Lang, format, td_string, words};
use crate::parts::asked;
use crate::routes::Route;

/// What begins the name of a field that is an answer.
const ANSWERS: &str = "answers.";

/// The record that a clash is about, as it is now.
#[derive(Debug, Clone, PartialEq)]
pub enum Subject {
    /// A customer.
    Customer(Customer),
    /// A contact.
    Contact(Contact),
    /// A visit, with its customer's name and its checklist.
    Visit(Box<Visit>, String, Option<Checklist>),
    /// An opportunity.
    Opportunity(Opportunity),
}

impl Subject {
    /// Returns what people call it.
    pub fn name(&self) -> &str {
        match self {
            Self::Customer(it) => &it.name.value,
            Self::Contact(it) => &it.name.value,
            Self::Visit(_, customer, _) => customer,
            Self::Opportunity(it) => &it.name.value,
        }
    }

    fn item(&self, field: &str) -> Option<&Item> {
        match self {
            Self::Visit(_, _, Some(checklist)) => {
                checklist.item(&ItemKey(field.strip_prefix(ANSWERS)?.to_owned()))
            }
            _ => None,
        }
    }

    /// Returns the write that stands in a field now.
    pub fn write(&self, field: &str) -> Option<CommandId> {
        fn of<T>(stamped: &Stamped<T>) -> Option<CommandId> {
            Some(stamped.write)
        }
        match (self, field) {
            (Self::Customer(it), "name") => of(&it.name),
            (Self::Customer(it), "code") => of(&it.code),
            (Self::Customer(it), "industry") => of(&it.industry),
            (Self::Customer(it), "grade") => of(&it.grade),
            (Self::Customer(it), "address") => of(&it.address),
            (Self::Contact(it), "name") => of(&it.name),
            (Self::Contact(it), "title") => of(&it.title),
            (Self::Contact(it), "phone") => of(&it.phone),
            (Self::Contact(it), "role") => of(&it.role),
            (Self::Opportunity(it), "name") => of(&it.name),
            (Self::Opportunity(it), "amount") => of(&it.amount),
            (Self::Opportunity(it), "expected") => of(&it.expected),
            (Self::Opportunity(it), "next_step") => it.next_step.as_ref().and_then(of),
            (Self::Visit(it, ..), "when") => of(&it.when),
            (Self::Visit(it, ..), "next_step") => it.next_step.as_ref().and_then(of),
            (Self::Visit(it, ..), answer) => {
                let key = ItemKey(answer.strip_prefix(ANSWERS)?.to_owned());
                it.answers.get(&key).and_then(of)
            }
            _ => None,
        }
    }
}

/// Returns where the record of a clash is shown.
pub fn route(card: &ClashCard) -> Option<Route> {
    let id = card.about.id;
    match card.about.typ {
        RecordType::Customer => Some(Route::Customer(CustomerId::new(id))),
        RecordType::Contact => Some(Route::EditContact(ContactId::new(id))),
        RecordType::Visit => Some(Route::Visit(VisitId::new(id))),
        RecordType::Opportunity => Some(Route::Opportunity(OpportunityId::new(id))),
        _ => None,
    }
}

/// Returns the name of the field; of an answer, its question.
pub fn field_words(lang: impl Lang, card: &ClashCard, subject: Option<&Subject>) -> String {
    let t = lang.locale();
    if let Some(item) = subject.and_then(|it| it.item(&card.field)) {
        return item.question.clone();
    }
    let word = match (card.about.typ, card.field.as_str()) {
        (RecordType::Contact, "name") => td_string!(t, inbox.field.person),
        (_, "name") => td_string!(t, inbox.field.name),
        (_, "code") => td_string!(t, inbox.field.code),
        (_, "industry") => td_string!(t, inbox.field.industry),
        (_, "grade") => td_string!(t, inbox.field.grade),
        (_, "address") => td_string!(t, inbox.field.address),
        (_, "title") => td_string!(t, inbox.field.title),
        (_, "phone") => td_string!(t, inbox.field.phone),
        (_, "role") => td_string!(t, inbox.field.role),
        (_, "when") => td_string!(t, inbox.field.when),
        (_, "next_step") => td_string!(t, inbox.field.next_step),
        (_, "amount") => td_string!(t, inbox.field.amount),
        (_, "expected") => td_string!(t, inbox.field.expected),
        (_, field) if field.starts_with(ANSWERS) => td_string!(t, inbox.field.answer),
        _ => td_string!(t, inbox.field.other),
    };
    word.to_owned()
}

fn read<T: DeserializeOwned>(value: &Value) -> Option<T> {
    leeway_core::plain::read(value).ok()
}

/// Returns a value of the field in words; one that can't be read as it is stored.
pub fn value_words(lang: impl Lang, card: &ClashCard, subject: Option<&Subject>, value: &Value) -> String {
    let t = lang.locale();
    let said = match card.field.as_str() {
        "code" => {
            read::<Option<CreditCode>>(value).map(|code| code.map(|it| it.to_string()).unwrap_or_default())
        }
        "industry" => read::<Industry>(value).map(|it| words::industry(t, it).to_owned()),
        "grade" => read::<Grade>(value).map(|it| words::grade(t, it).to_owned()),
        "role" => read(value).map(|it| words::contact_role(t, it).to_owned()),
        "when" => read::<When>(value).map(|it| asked::when(t, it)),
        "amount" => read::<Money>(value).map(format::money),
        "expected" => read::<Date>(value).map(|it| asked::day(t, it)),
        "next_step" => read::<NextStep>(value).map(|it| match it.done {
            true => td_string!(t, inbox.done_step, step = asked::step(t, &it)),
            false => asked::step(t, &it),
        }),
        field if field.starts_with(ANSWERS) => read::<Answer>(value)
            .map(|it| asked::answer(t, &it, subject.and_then(|subject| subject.item(&card.field)))),
        _ => read::<String>(value),
    };
    match said {
        Some(text) if text.trim().is_empty() => td_string!(t, sync.value.empty).to_owned(),
        Some(text) => text,
        None => value.to_string(),
    }
}

/// Returns the command that puts the value back that did not stay; `None` where that can't be said in one.
pub fn put_back(card: &ClashCard, subject: &Subject) -> Option<Body> {
    let (field, value, seen) = (card.field.as_str(), &card.lost, subject.write(&card.field));
    match subject {
        Subject::Customer(it) => {
            let change = match field {
                "name" => CustomerChange::Name(read(value)?),
                "code" => CustomerChange::Code(read(value)?),
                "industry" => CustomerChange::Industry(read(value)?),
                "grade" => CustomerChange::Grade(read(value)?),
                "address" => CustomerChange::Address(read(value)?),
                _ => return None,
            };
            Some(Body::Customers(customers::Write::Edit(EditCustomer { customer: it.id, change, seen })))
        }
        Subject::Contact(it) => {
            let change = match field {
                "name" => ContactChange::Name(read(value)?),
                "title" => ContactChange::Title(read(value)?),
                "phone" => ContactChange::Phone(read(value)?),
                "role" => ContactChange::Role(read(value)?),
                _ => return None,
            };
            Some(Body::Customers(customers::Write::EditContact(EditContact { contact: it.id, change, seen })))
        }
        Subject::Visit(it, ..) => visit_write(it, field, value, seen).map(Body::Visits),
        Subject::Opportunity(it) => opportunity_write(it, field, value, seen).map(Body::Opportunities),
    }
}

fn visit_write(it: &Visit, field: &str, value: &Value, seen: Option<CommandId>) -> Option<visits::Write> {
    let visit = it.id;
    match field {
        "when" => Some(visits::Write::Reschedule(visits::Reschedule { visit, when: read(value)?, seen })),
        "next_step" => {
            let step: NextStep = read(value)?;
            match (step.done, it.next_step.as_ref()) {
                // what was ticked off there is ticked off here, if it is still the same promise
                (true, Some(now)) if now.value.text == step.text && now.value.day == step.day => {
                    Some(visits::Write::CompleteNextStep(visits::CompleteNextStep { visit, seen: now.write }))
                }
                (true, _) => None,
                (false, _) => {
                    let NextStep { text, day, .. } = step;
                    Some(visits::Write::SetNextStep(visits::SetNextStep { visit, text, day, seen }))
                }
            }
        }
        _ => {
            let item = ItemKey(field.strip_prefix(ANSWERS)?.to_owned());
            Some(visits::Write::Answer(visits::AnswerItem { visit, item, answer: read(value)?, seen }))
        }
    }
}

fn opportunity_write(
    it: &Opportunity,
    field: &str,
    value: &Value,
    seen: Option<CommandId>,
) -> Option<opportunities::Write> {
    use opportunities::{CompleteNextStep, Edit, SetNextStep, Write};
    let opportunity = it.id;
    let change = match field {
        "name" => OpportunityChange::Name(read(value)?),
        "amount" => OpportunityChange::Amount(read(value)?),
        "expected" => OpportunityChange::Expected(read(value)?),
        "next_step" => {
            let step: NextStep = read(value)?;
            return match (step.done, it.next_step.as_ref()) {
                (true, Some(now)) if now.value.text == step.text && now.value.day == step.day => {
                    Some(Write::CompleteNextStep(CompleteNextStep { opportunity, seen: now.write }))
                }
                (true, _) => None,
                (false, _) => {
                    let NextStep { text, day, .. } = step;
                    Some(Write::SetNextStep(SetNextStep { opportunity, text, day, seen }))
                }
            };
        }
        _ => return None,
    };
    Some(Write::Edit(Edit { opportunity, change, seen }))
}

#[cfg(test)]
mod tests;
