//! Customers as the pages show them, and what their forms make of what was typed. Plain Rust; never words.

use leeway_core::customers::{
    AddContact, Contact, ContactChange, ContactRole, Customer, CustomerChange, CustomerError, Grade, Handed,
    Industry, Register,
};
use leeway_core::organisation::Member;
use leeway_core::quotes::Quote;
use leeway_core::values::{
    CommandId, ContactId, CreditCode, CreditCodeError, CustomerId, Date, Money, UserId, fold,
};
use leeway_core::visits::{Visit, VisitState};
use leeway_core::{Body, Refusal};
use serde::Serialize;
use serde::de::DeserializeOwned;

use crate::commands::DispatchError;

/// Returns the letter of a grade.
pub fn letter(grade: Grade) -> &'static str {
    match grade {
        Grade::A => "A",
        Grade::B => "B",
        Grade::C => "C",
    }
}

/// Returns the value under which one of a few is stored in a form.
pub fn code_of<T: Serialize>(it: T) -> String {
    match serde_json::to_value(it) {
        Ok(serde_json::Value::String(code)) => code,
        _ => String::new(),
    }
}

/// Reads one of a few back; `None` if nothing was chosen.
pub fn choice_of<T: DeserializeOwned>(code: &str) -> Option<T> {
    leeway_core::plain::read(&serde_json::Value::String(code.to_owned())).ok()
}

/// Returns the customers whose name has what was typed.
pub fn named<'a>(all: &'a [Customer], typed: &str) -> Vec<&'a Customer> {
    let typed = fold(typed);
    all.iter().filter(|it| fold(&it.name.value).contains(&typed)).collect()
}

/// Returns the contacts whose name has what was typed.
pub fn people_named<'a>(all: &'a [Contact], typed: &str) -> Vec<&'a Contact> {
    let typed = fold(typed);
    all.iter().filter(|it| fold(&it.name.value).contains(&typed)).collect()
}

/// Least characters before a new customer's name is compared with those that are there.
const SIMILAR_FROM: usize = 2;
/// Most names that a comparison shows.
const SIMILAR_SHOWN: usize = 3;

/// Returns names of customers that may be the one being typed: one contains the other.
pub fn similar(all: &[Customer], typed: &str, except: Option<CustomerId>) -> Vec<String> {
    let typed = fold(typed);
    if typed.chars().count() < SIMILAR_FROM {
        return Vec::new();
    }
    let alike = |it: &&Customer| {
        let name = fold(&it.name.value);
        Some(it.id) != except && (name.contains(&typed) || typed.contains(&name))
    };
    all.iter().filter(alike).take(SIMILAR_SHOWN).map(|it| it.name.value.clone()).collect()
}

/// Returns the managers who may take over this one's customers: the others of the unit, with their names.
pub fn successors(managers: &[Member], me: &Member) -> Vec<(UserId, String)> {
    let others = managers.iter().filter(|it| it.id != me.id && it.unit == me.unit);
    others.map(|it| (it.id, it.name.clone())).collect()
}

/// Returns from whom this customer's manager took it over, and when; `None` if they registered it.
pub fn taken_over(customer: &Customer) -> Option<&Handed> {
    customer.handed.last().filter(|last| last.to == customer.owner)
}

/// A customer's visits.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct VisitSummary {
    /// The day of the last one that was finished.
    pub last: Option<Date>,
    /// The day of the next one.
    pub next: Option<Date>,
    /// All but those called off: the ones to come first, then the newest.
    pub visits: Vec<Visit>,
}

/// Orders a customer's visits.
pub fn summarise_visits(found: Vec<Visit>) -> VisitSummary {
    let (live, mut past): (Vec<Visit>, Vec<Visit>) =
        found.into_iter().filter(|visit| visit.state != VisitState::Cancelled).partition(Visit::is_live);
    past.reverse();
    let day = |visit: &Visit| visit.when.value.day;
    let (last, next) = (past.first().map(day), live.first().map(day));
    VisitSummary { last, next, visits: live.into_iter().chain(past).collect() }
}

/// A quote in a list.
#[derive(Debug, Clone, PartialEq)]
pub struct QuoteLine {
    /// The quote.
    pub quote: Quote,
    /// What is paid.
    pub total: Money,
}

/// The fields of the forms.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum FieldName {
    /// Name.
    Name,
    /// Credit code.
    Code,
    /// Line of business.
    Industry,
    /// Value grade.
    Grade,
    /// Where it is.
    Address,
    /// A contact's job title.
    Title,
    /// A contact's telephone number.
    Phone,
    /// A contact's part in decisions.
    Role,
}

/// What is wrong in a form.
#[derive(Debug, Clone, PartialEq)]
pub enum Wrong {
    /// Nothing was chosen.
    Choose,
    /// The text is no credit code.
    Code(CreditCodeError),
    /// A rule says no.
    Refused(DispatchError),
}

/// What is wrong, and where; `None` where it concerns the whole form.
pub type Finding = (Option<FieldName>, Wrong);

/// Returns the field that an error concerns.
pub fn place(error: DispatchError) -> Finding {
    let field = match &error {
        DispatchError::Refused(Refusal::Customers(it)) => match it {
            CustomerError::Empty { field } | CustomerError::TooLong { field, .. } => match field.as_str() {
                "name" => Some(FieldName::Name),
                "address" => Some(FieldName::Address),
                "title" => Some(FieldName::Title),
                "phone" => Some(FieldName::Phone),
                _ => None,
            },
            CustomerError::CodeTaken { .. } => Some(FieldName::Code),
            // of no form: the hand-over's sheet says it itself
            CustomerError::SameManager
            | CustomerError::NotAManager { .. }
            | CustomerError::OtherUnit { .. }
            | CustomerError::OnlyItsManager
            | CustomerError::HandedOver => None,
        },
        _ => None,
    };
    (field, Wrong::Refused(error))
}

/// The customer form as typed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct CustomerForm {
    /// Registered name.
    pub name: String,
    /// Credit code, as typed.
    pub code: String,
    /// Line of business; empty if not chosen.
    pub industry: String,
    /// Value grade; empty if not chosen.
    pub grade: String,
    /// Where it is.
    pub address: String,
}

/// The customer form, read.
struct CustomerFields {
    code: Option<CreditCode>,
    industry: Industry,
    grade: Grade,
}

impl CustomerForm {
    /// Fills the form with a customer as it is.
    pub fn of(customer: &Customer) -> Self {
        Self {
            name: customer.name.value.clone(),
            code: customer.code.value.map(|it| it.to_string()).unwrap_or_default(),
            industry: code_of(customer.industry.value),
            grade: code_of(customer.grade.value),
            address: customer.address.value.clone(),
        }
    }

    /// Fills in what a command that was not accepted had typed.
    pub fn with(mut self, body: &Body) -> Self {
        use leeway_core::customers::Write;
        match body {
            Body::Customers(Write::Register(it)) => Self {
                name: it.name.clone(),
                code: it.code.map(|it| it.to_string()).unwrap_or_default(),
                industry: code_of(it.industry),
                grade: code_of(it.grade),
                address: it.address.clone(),
            },
            Body::Customers(Write::Edit(it)) => {
                match &it.change {
                    CustomerChange::Name(text) => self.name.clone_from(text),
                    CustomerChange::Code(code) => {
                        self.code = code.map(|it| it.to_string()).unwrap_or_default();
                    }
                    CustomerChange::Industry(it) => self.industry = code_of(it),
                    CustomerChange::Grade(it) => self.grade = code_of(it),
                    CustomerChange::Address(text) => self.address.clone_from(text),
                }
                self
            }
            _ => self,
        }
    }

    fn read(&self) -> Result<CustomerFields, Vec<Finding>> {
        let code = match self.code.trim() {
            "" => Ok(None),
            typed => typed.parse().map(Some),
        };
        let (industry, grade) = (choice_of(&self.industry), choice_of(&self.grade));
        if let (Ok(code), Some(industry), Some(grade)) = (&code, industry, grade) {
            return Ok(CustomerFields { code: *code, industry, grade });
        }
        let code = code.err().map(|error| (Some(FieldName::Code), Wrong::Code(error)));
        let choose = |missing: bool, field| missing.then_some((Some(field), Wrong::Choose));
        let industry = choose(industry.is_none(), FieldName::Industry);
        let grade = choose(grade.is_none(), FieldName::Grade);
        Err(code.into_iter().chain(industry).chain(grade).collect())
    }

    /// Reads the form as a new customer.
    pub fn register(&self, customer: CustomerId) -> Result<Register, Vec<Finding>> {
        let CustomerFields { code, industry, grade } = self.read()?;
        let (name, address) = (self.name.clone(), self.address.clone());
        Ok(Register { customer, name, code, industry, grade, address })
    }

    /// Returns the fields that differ from the customer as it is, with the write of each that was seen.
    pub fn changes(&self, now: &Customer) -> Result<Vec<(CustomerChange, CommandId)>, Vec<Finding>> {
        let CustomerFields { code, industry, grade } = self.read()?;
        let mut changes = Vec::new();
        if self.name.trim() != now.name.value {
            changes.push((CustomerChange::Name(self.name.clone()), now.name.write));
        }
        if code != now.code.value {
            changes.push((CustomerChange::Code(code), now.code.write));
        }
        if industry != now.industry.value {
            changes.push((CustomerChange::Industry(industry), now.industry.write));
        }
        if grade != now.grade.value {
            changes.push((CustomerChange::Grade(grade), now.grade.write));
        }
        if self.address.trim() != now.address.value {
            changes.push((CustomerChange::Address(self.address.clone()), now.address.write));
        }
        Ok(changes)
    }
}

/// The contact form as typed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct ContactForm {
    /// Name.
    pub name: String,
    /// Job title.
    pub title: String,
    /// Telephone number.
    pub phone: String,
    /// Part in decisions; empty if not chosen.
    pub role: String,
}

impl ContactForm {
    /// Fills the form with a contact as it is.
    pub fn of(contact: &Contact) -> Self {
        Self {
            name: contact.name.value.clone(),
            title: contact.title.value.clone(),
            phone: contact.phone.value.clone(),
            role: code_of(contact.role.value),
        }
    }

    /// Fills in what a command that was not accepted had typed.
    pub fn with(mut self, body: &Body) -> Self {
        use leeway_core::customers::Write;
        match body {
            Body::Customers(Write::AddContact(it)) => Self {
                name: it.name.clone(),
                title: it.title.clone(),
                phone: it.phone.clone(),
                role: code_of(it.role),
            },
            Body::Customers(Write::EditContact(it)) => {
                match &it.change {
                    ContactChange::Name(text) => self.name.clone_from(text),
                    ContactChange::Title(text) => self.title.clone_from(text),
                    ContactChange::Phone(text) => self.phone.clone_from(text),
                    ContactChange::Role(it) => self.role = code_of(it),
                }
                self
            }
            _ => self,
        }
    }

    fn role(&self) -> Result<ContactRole, Vec<Finding>> {
        choice_of(&self.role).ok_or_else(|| vec![(Some(FieldName::Role), Wrong::Choose)])
    }

    /// Reads the form as a new contact.
    pub fn add(&self, contact: ContactId, customer: CustomerId) -> Result<AddContact, Vec<Finding>> {
        let role = self.role()?;
        let (name, title, phone) = (self.name.clone(), self.title.clone(), self.phone.clone());
        Ok(AddContact { contact, customer, name, title, phone, role })
    }

    /// Returns the fields that differ from the contact as it is, with the write of each that was seen.
    pub fn changes(&self, now: &Contact) -> Result<Vec<(ContactChange, CommandId)>, Vec<Finding>> {
        let role = self.role()?;
        let mut changes = Vec::new();
        if self.name.trim() != now.name.value {
            changes.push((ContactChange::Name(self.name.clone()), now.name.write));
        }
        if self.title.trim() != now.title.value {
            changes.push((ContactChange::Title(self.title.clone()), now.title.write));
        }
        if self.phone.trim() != now.phone.value {
            changes.push((ContactChange::Phone(self.phone.clone()), now.phone.write));
        }
        if role != now.role.value {
            changes.push((ContactChange::Role(role), now.role.write));
        }
        Ok(changes)
    }
}

#[cfg(test)]
mod tests;
