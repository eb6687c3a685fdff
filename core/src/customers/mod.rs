//! Customers and their people. Only the customer's own manager writes here, and who acts for them ([`serves`] is where
//! that is decided, for all features); to anybody else it does not exist.

mod contacts;
mod edit;
mod hand_over;
mod register;

use serde::{Deserialize, Serialize};

use crate::command::{Context, writes};
use crate::record::entity;
use crate::refusal::{GeneralError, Stop};
use crate::rows::{Changes, Rows};
use crate::scope::Scope;
use crate::stamped::Stamped;
use crate::values::{ContactId, CreditCode, CustomerId, UnitId, UserId, fold};
use crate::{Entity, deputies};

pub use contacts::{AddContact, ContactChange, EditContact};
pub use edit::{CustomerChange, EditCustomer};
pub use hand_over::{HandOver, Handed};
pub(crate) use hand_over::{change_deputies, hand_over_all};
pub use register::Register;

writes! {
    /// What can be asked about customers.
    pub enum Write {
        /// Adds a customer.
        Register(Register) = "register",
        /// Changes one field of a customer.
        Edit(EditCustomer) = "edit",
        /// Adds a contact.
        AddContact(AddContact) = "add_contact",
        /// Changes one field of a contact.
        EditContact(EditContact) = "edit_contact",
        /// Gives a customer to a colleague.
        HandOver(HandOver) = "hand_over",
    }
}

/// Why a customer stays as it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "code", content = "args", rename_all = "snake_case")]
pub enum CustomerError {
    /// A text that is needed is empty.
    #[error("{field} is needed")]
    Empty {
        /// Which field.
        field: String,
    },
    /// A text is too long.
    #[error("{field} is longer than {max} characters")]
    TooLong {
        /// Which field.
        field: String,
        /// Most characters.
        max: u32,
    },
    /// Another customer has this credit code.
    #[error("the credit code {code} is registered already")]
    CodeTaken {
        /// The code.
        code: CreditCode,
    },
    /// Who has the customers can't be their own successor.
    #[error("a successor is somebody else")]
    SameManager,
    /// Only managers who may log in serve customers.
    #[error("{name} is no manager who may log in")]
    NotAManager {
        /// Who was chosen.
        name: String,
    },
    /// A manager hands over within the unit; between units an admin does.
    #[error("{name} is in another unit")]
    OtherUnit {
        /// Who was chosen.
        name: String,
    },
    /// A deputy works with the customer; what it is and whose it is, its own manager decides.
    #[error("only the customer's own manager does this")]
    OnlyItsManager,
    /// The customer changed hands since the author looked.
    #[error("the customer has changed hands meanwhile")]
    HandedOver,
}

/// The line of business.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Industry {
    /// Party, government, military.
    Government,
    /// Large and medium enterprises.
    Enterprise,
    /// Hospitals and clinics.
    Medical,
    /// Commerce and supermarkets.
    Commerce,
    /// Services.
    Services,
    /// Schools and universities.
    Education,
}

impl Industry {
    /// All of them, in the order of the screen.
    pub const ALL: [Self; 6] =
        [Self::Government, Self::Enterprise, Self::Medical, Self::Commerce, Self::Services, Self::Education];
}

/// Value grade; sets the service standard.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
pub enum Grade {
    /// Highest.
    A,
    /// Middle.
    B,
    /// Lowest.
    C,
}

impl Grade {
    /// All of them, highest first.
    pub const ALL: [Self; 3] = [Self::A, Self::B, Self::C];
}

/// A customer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Customer {
    /// Which one.
    pub id: CustomerId,
    /// Its manager.
    pub owner: UserId,
    /// The manager's unit.
    pub unit: UnitId,
    /// Registered name.
    pub name: Stamped<String>,
    /// Unified social credit code.
    pub code: Stamped<Option<CreditCode>>,
    /// Line of business.
    pub industry: Stamped<Industry>,
    /// Value grade.
    pub grade: Stamped<Grade>,
    /// Where it is.
    pub address: Stamped<String>,
    /// Every time that it changed hands, oldest first.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub handed: Vec<Handed>,
}

/// Index: customers by folded name.
pub const BY_NAME: &str = "customer.name|";
/// Index: customers by credit code.
pub const BY_CODE: &str = "customer.code|";

impl Customer {
    /// Returns the index prefix of a manager's customers, by folded name.
    pub fn of_owner(owner: UserId) -> String {
        format!("customer.owner|{owner}|")
    }
}

impl Entity for Customer {
    entity!(Customer, CustomerId);

    fn scope(&self) -> Scope {
        Scope::Customer(self.id)
    }

    fn index_keys(&self) -> Vec<String> {
        let name = fold(&self.name.value);
        let mut keys = vec![format!("{BY_NAME}{name}"), format!("{}{name}", Self::of_owner(self.owner))];
        if let Some(code) = &self.code.value {
            keys.push(format!("{BY_CODE}{code}|"));
        }
        keys
    }
}

/// The part that a contact plays in decisions.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum ContactRole {
    /// Decides.
    Decider,
    /// Is listened to.
    Influencer,
    /// Uses what is bought.
    User,
    /// Opens doors or keeps them shut.
    Gatekeeper,
    /// Tells us how things stand.
    Coach,
}

impl ContactRole {
    /// All of them, in the order of the screen.
    pub const ALL: [Self; 5] = [Self::Decider, Self::Influencer, Self::User, Self::Gatekeeper, Self::Coach];
}

/// One of the customer's people.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Contact {
    /// Which one.
    pub id: ContactId,
    /// Whose.
    pub customer: CustomerId,
    /// Name.
    pub name: Stamped<String>,
    /// Job title.
    pub title: Stamped<String>,
    /// Telephone number, as people write it.
    pub phone: Stamped<String>,
    /// Part in decisions.
    pub role: Stamped<ContactRole>,
}

impl Contact {
    /// Returns the index prefix of a customer's contacts.
    pub fn of_customer(customer: CustomerId) -> String {
        format!("contact.customer|{customer}|")
    }
}

impl Entity for Contact {
    entity!(Contact, ContactId);

    fn scope(&self) -> Scope {
        Scope::Customer(self.customer)
    }

    fn index_keys(&self) -> Vec<String> {
        vec![format!("{}{}", Self::of_customer(self.customer), fold(&self.name.value))]
    }
}

/// Returns whether this person may work with what this manager has: it is theirs, or they act for the manager now.
pub(crate) fn serves(rows: &Rows, user: UserId, owner: UserId) -> Result<bool, Stop> {
    Ok(owner == user || deputies::acts_for(rows, user, owner)?)
}

/// Returns the customer if the actor serves it; to all others it does not exist.
pub(crate) fn served<'a>(rows: &'a Rows, by: &Context, id: CustomerId) -> Result<&'a Customer, Stop> {
    crate::organisation::actor(rows, by)?;
    match rows.find::<Customer>(id)? {
        Some(customer) if serves(rows, by.actor, customer.owner)? => Ok(customer),
        _ => Err(GeneralError::NotFound { typ: Customer::TYPE }.into()),
    }
}

/// Returns the customer if the actor is its manager. Who acts for them may not do what asks for this.
fn own<'a>(rows: &'a Rows, by: &Context, id: CustomerId) -> Result<&'a Customer, Stop> {
    match served(rows, by, id)? {
        customer if customer.owner == by.actor => Ok(customer),
        _ => Err(CustomerError::OnlyItsManager.into()),
    }
}

/// Returns a part of a customer's record if the actor serves the customer; to all others it does not exist.
pub(crate) fn served_part<'a, T: Entity>(
    rows: &'a Rows,
    by: &Context,
    id: T::Id,
    customer: fn(&T) -> CustomerId,
) -> Result<&'a T, Stop> {
    crate::organisation::actor(rows, by)?;
    let part = rows.require::<T>(id)?;
    match rows.find::<Customer>(customer(part))? {
        Some(customer) if serves(rows, by.actor, customer.owner)? => Ok(part),
        _ => Err(GeneralError::NotFound { typ: T::TYPE }.into()),
    }
}

/// Most characters of a name or title.
pub const NAME_MAX: u32 = 80;
/// Most characters of an address.
pub const ADDRESS_MAX: u32 = 200;
/// Most characters of a telephone number.
pub const PHONE_MAX: u32 = 40;

/// Checks a text that is needed.
fn needed(field: &str, text: &str, max: u32) -> Result<String, CustomerError> {
    match optional(field, text, max)? {
        clean if clean.is_empty() => Err(CustomerError::Empty { field: field.to_owned() }),
        clean => Ok(clean),
    }
}

/// Checks a text that may be empty.
fn optional(field: &str, text: &str, max: u32) -> Result<String, CustomerError> {
    let clean = text.trim();
    if clean.chars().count() > max as usize {
        return Err(CustomerError::TooLong { field: field.to_owned(), max });
    }
    Ok(clean.to_owned())
}

/// Refuses a credit code that another customer has. The phone knows only its own customers; the server all.
fn code_is_free(rows: &Rows, customer: CustomerId, code: Option<&CreditCode>) -> Result<(), Stop> {
    let Some(code) = code else { return Ok(()) };
    match rows.list::<Customer>(&format!("{BY_CODE}{code}|"))?.iter().any(|it| it.id != customer) {
        true => Err(CustomerError::CodeTaken { code: *code }.into()),
        false => Ok(()),
    }
}

pub(crate) fn apply(rows: &Rows, by: &Context, write: &Write) -> Result<Changes, Stop> {
    match write {
        Write::Register(it) => register::register(rows, by, it),
        Write::Edit(it) => edit::edit(rows, by, it),
        Write::AddContact(it) => contacts::add(rows, by, it),
        Write::EditContact(it) => contacts::edit(rows, by, it),
        Write::HandOver(it) => hand_over::hand_over(rows, by, it),
    }
}
