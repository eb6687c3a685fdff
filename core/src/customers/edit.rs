//! One field of a customer. Two phones that change different fields are both heard; the same field makes a card.

use serde::{Deserialize, Serialize};

use super::{ADDRESS_MAX, Customer, Grade, Industry, NAME_MAX, code_is_free, needed, optional, own};
use crate::Entity;
use crate::command::Context;
use crate::refusal::Stop;
use crate::rows::{Changes, Rows};
use crate::values::{CommandId, CreditCode, CustomerId};

/// Changes one field of a customer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EditCustomer {
    /// Which customer.
    pub customer: CustomerId,
    /// Which field, and its new value.
    pub change: CustomerChange,
    /// The write of the field that the author saw.
    pub seen: Option<CommandId>,
}

/// What can be changed about a customer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "field", content = "value", rename_all = "snake_case")]
pub enum CustomerChange {
    /// Registered name.
    Name(String),
    /// Unified social credit code.
    Code(Option<CreditCode>),
    /// Line of business.
    Industry(Industry),
    /// Value grade.
    Grade(Grade),
    /// Where it is.
    Address(String),
}

pub(super) fn edit(rows: &Rows, by: &Context, it: &EditCustomer) -> Result<Changes, Stop> {
    let mut customer = own(rows, by, it.customer)?.clone();
    let about = Customer::key(customer.id);
    let card = match &it.change {
        CustomerChange::Name(text) => {
            customer.name.write_or_clash(by, about, "name", needed("name", text, NAME_MAX)?, it.seen)
        }
        CustomerChange::Code(code) => {
            code_is_free(rows, customer.id, code.as_ref())?;
            customer.code.write_or_clash(by, about, "code", *code, it.seen)
        }
        CustomerChange::Industry(industry) => {
            customer.industry.write_or_clash(by, about, "industry", *industry, it.seen)
        }
        CustomerChange::Grade(grade) => customer.grade.write_or_clash(by, about, "grade", *grade, it.seen),
        CustomerChange::Address(text) => customer.address.write_or_clash(
            by,
            about,
            "address",
            optional("address", text, ADDRESS_MAX)?,
            it.seen,
        ),
    };
    Ok(Changes::none().put(customer).put_some(card))
}
