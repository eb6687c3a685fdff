//! A new customer belongs to the manager who registers it, who is granted its rows in the same change.

use serde::{Deserialize, Serialize};

use super::{ADDRESS_MAX, Customer, Grade, Industry, NAME_MAX, code_is_free, needed, optional};
use crate::command::Context;
use crate::organisation::{Role, actor};
use crate::refusal::{GeneralError, Stop};
use crate::rows::{Changes, Rows};
use crate::scope::Scope;
use crate::stamped::Stamped;
use crate::values::{CreditCode, CustomerId};

/// Adds a customer.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Register {
    /// Its id, made on the device.
    pub customer: CustomerId,
    /// Registered name.
    pub name: String,
    /// Unified social credit code, if known.
    pub code: Option<CreditCode>,
    /// Line of business.
    pub industry: Industry,
    /// Value grade.
    pub grade: Grade,
    /// Where it is; may be empty.
    pub address: String,
}

pub(super) fn register(rows: &Rows, by: &Context, it: &Register) -> Result<Changes, Stop> {
    let member = actor(rows, by)?;
    if member.role != Role::Manager {
        return Err(GeneralError::Forbidden.into());
    }
    rows.require_absent::<Customer>(it.customer)?;
    code_is_free(rows, it.customer, it.code.as_ref())?;
    let customer = Customer {
        id: it.customer,
        owner: by.actor,
        unit: member.unit,
        name: Stamped::new(by, needed("name", &it.name, NAME_MAX)?),
        code: Stamped::new(by, it.code),
        industry: Stamped::new(by, it.industry),
        grade: Stamped::new(by, it.grade),
        address: Stamped::new(by, optional("address", &it.address, ADDRESS_MAX)?),
    };
    Ok(Changes::none().grant(by.actor, Scope::Customer(customer.id)).put(customer))
}
