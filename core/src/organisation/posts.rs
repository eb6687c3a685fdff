//! Who holds a post, and who is its deputy. The post's rows go with it: the old people lose them, the new gain.

use serde::{Deserialize, Serialize};

use super::{Member, Named, OrganisationError, Post, name};
use crate::refusal::Stop;
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
    let scopes = |post: &Post| {
        std::iter::once(Scope::Post(post.id)).chain(post.unit.map(Scope::UnitSummary)).collect::<Vec<_>>()
    };
    let mut changes = Changes::none();
    for (person, old) in old.iter().flat_map(|old| old.people().map(move |person| (person, old))) {
        for scope in scopes(old) {
            changes = changes.revoke(person.id, scope);
        }
    }
    for person in post.people() {
        for scope in scopes(&post) {
            changes = changes.grant(person.id, scope);
        }
    }
    Ok(changes.put(post))
}

fn named(rows: &Rows, user: UserId) -> Result<Named, Stop> {
    let member = rows.require::<Member>(user)?;
    Ok(Named { id: member.id, name: member.name.clone() })
}
