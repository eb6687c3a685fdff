//! Who holds a post, and who is its deputy. The post's rows go with it: the old people lose them, the new gain.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Member, Named, OrganisationError, Post, UNITS, Unit, name};
use crate::Entity;
use crate::refusal::{GeneralError, Stop};
use crate::rows::{Changes, Rows};
use crate::scope::Scope;
use crate::values::{PostId, UserId};

/// Makes a post, or changes who holds it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SetPost {
    /// Which one; a new id makes a new post.
    pub post: PostId,
    /// What it is called.
    pub title: String,
    /// Who holds it.
    pub holder: UserId,
    /// Who may decide as well.
    pub deputy: Option<UserId>,
}

pub(super) fn set(rows: &Rows, it: &SetPost) -> Result<Changes, Stop> {
    if it.deputy == Some(it.holder) {
        return Err(OrganisationError::DeputyIsHolder.into());
    }
    let old = rows.find::<Post>(it.post)?;
    let post = Post {
        id: it.post,
        title: name(&it.title)?,
        holder: named(rows, it.holder)?,
        deputy: it.deputy.map(|user| named(rows, user)).transpose()?,
        unit: old.and_then(|post| post.unit),
    };
    let headed = rows.list::<Unit>(UNITS)?.into_iter().filter(|unit| unit.head == it.post);
    let scopes: Vec<Scope> =
        std::iter::once(Scope::Post(it.post)).chain(headed.map(|unit| Scope::UnitSummary(unit.id))).collect();
    let before: BTreeSet<UserId> = old.iter().flat_map(|old| old.people()).map(|it| it.id).collect();
    let after: BTreeSet<UserId> = post.people().map(|it| it.id).collect();
    let mut changes = Changes::none();
    for user in before.difference(&after) {
        changes = scopes.iter().fold(changes, |changes, scope| changes.revoke(*user, *scope));
    }
    // who stays keeps the rows: a second grant would have them sent again
    for user in after.difference(&before) {
        changes = scopes.iter().fold(changes, |changes, scope| changes.grant(*user, *scope));
    }
    Ok(changes.put(post))
}

/// Names somebody who can decide: only people who may log in.
fn named(rows: &Rows, user: UserId) -> Result<Named, Stop> {
    match rows.require::<Member>(user)? {
        member if member.active => Ok(Named { id: member.id, name: member.name.clone() }),
        _ => Err(GeneralError::NotFound { typ: Member::TYPE }.into()),
    }
}
