//! A new unit. Its head's post and the approver's post must be there first.

use serde::{Deserialize, Serialize};

use super::{BY_ROLE, Member, Post, Role, Unit, name, role_key};
use crate::refusal::Stop;
use crate::rows::{Changes, Rows};
use crate::scope::Scope;
use crate::values::{PostId, UnitId};

/// Adds a unit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AddUnit {
    /// Its id, made on the device.
    pub unit: UnitId,
    /// Its name.
    pub name: String,
    /// The post that decides first.
    pub head: PostId,
    /// The post that decides beyond it.
    pub approver: PostId,
}

pub(super) fn add(rows: &Rows, it: &AddUnit) -> Result<Changes, Stop> {
    rows.require_absent::<Unit>(it.unit)?;
    rows.require::<Post>(it.approver)?;
    let unit = Unit { id: it.unit, name: name(&it.name)?, head: it.head, approver: it.approver };
    let mut head = rows.require::<Post>(it.head)?.clone();
    head.unit.get_or_insert(unit.id);
    let mut changes = Changes::none();
    for person in head.people() {
        changes = changes.grant(person.id, Scope::UnitSummary(unit.id));
    }
    for admin in rows.list::<Member>(&format!("{BY_ROLE}{}|", role_key(Role::Admin)))? {
        changes = changes.grant(admin.id, Scope::Unit(unit.id));
    }
    Ok(changes.put(unit).put(head))
}
