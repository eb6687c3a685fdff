//! People come, change and go. What a change means for the rows that they may hold is decided here, once.

use serde::{Deserialize, Serialize};

use super::{BY_LOGIN, Member, OrganisationError, POSTS, Post, Role, Star, StarSince, UNITS, Unit, name};
use crate::command::Context;
use crate::refusal::Stop;
use crate::rows::{Changes, Rows};
use crate::scope::Scope;
use crate::values::{UnitId, UserId};

/// Adds a person. The password is set apart, by the server.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AddMember {
    /// Their id, made on the device.
    pub user: UserId,
    /// Name to log in with.
    pub login: String,
    /// Name that people read.
    pub name: String,
    /// Where they belong.
    pub unit: UnitId,
    /// What they may do.
    pub role: Role,
    /// Their rating.
    pub star: Star,
}

/// Changes one thing about a person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChangeMember {
    /// Who.
    pub user: UserId,
    /// What.
    pub change: MemberChange,
}

/// What can be changed about a person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "field", content = "value", rename_all = "snake_case")]
pub enum MemberChange {
    /// The name that people read.
    Name(String),
    /// Where they belong.
    Unit(UnitId),
    /// What they may do.
    Role(Role),
    /// Their rating.
    Star(Star),
    /// Whether they may log in.
    Active(bool),
}

pub(super) fn add(rows: &Rows, by: &Context, it: &AddMember) -> Result<Changes, Stop> {
    rows.require_absent::<Member>(it.user)?;
    rows.require::<Unit>(it.unit)?;
    let login = it.login.trim();
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-' | '_');
    if !(2..=32).contains(&login.len()) || !login.chars().all(fits) {
        return Err(OrganisationError::Login { login: it.login.clone() }.into());
    }
    if !rows.list::<Member>(&format!("{BY_LOGIN}{login}|"))?.is_empty() {
        return Err(OrganisationError::LoginTaken { login: login.to_owned() }.into());
    }
    let member = Member {
        id: it.user,
        login: login.to_owned(),
        name: name(&it.name)?,
        unit: it.unit,
        role: it.role,
        stars: vec![StarSince { star: it.star, since: by.at }],
        active: true,
    };
    Ok(admit(rows, &member, Changes::none())?.put(member))
}

/// Grants what every member holds, and what the role adds.
fn admit(rows: &Rows, member: &Member, changes: Changes) -> Result<Changes, Stop> {
    let mut changes = changes
        .grant(member.id, Scope::User(member.id))
        .grant(member.id, Scope::Catalogue)
        .grant(member.id, Scope::Unit(member.unit));
    if member.role == Role::Admin {
        for unit in rows.list::<Unit>(UNITS)? {
            changes = changes.grant(member.id, Scope::Unit(unit.id));
        }
    }
    Ok(changes)
}

pub(super) fn change(rows: &Rows, by: &Context, it: &ChangeMember) -> Result<Changes, Stop> {
    let mut member = rows.require::<Member>(it.user)?.clone();
    let changes = match &it.change {
        MemberChange::Name(text) => {
            member.name = name(text)?;
            rename_on_posts(rows, &member)?
        }
        MemberChange::Star(star) => {
            if member.star() != *star {
                member.stars.push(StarSince { star: *star, since: by.at });
            }
            Changes::none()
        }
        MemberChange::Unit(unit) => change_unit(rows, &mut member, *unit)?,
        MemberChange::Role(role) => change_role(rows, by, &mut member, *role)?,
        MemberChange::Active(active) => {
            not_yourself(by, &member)?;
            if !active {
                holds_no_post(rows, member.id)?;
            }
            let back = *active && !member.active;
            member.active = *active;
            // an admin who comes back missed the units that were made meanwhile
            if back { admit(rows, &member, Changes::none())? } else { Changes::none() }
        }
    };
    Ok(changes.put(member))
}

/// Posts carry the names of their people, so that everybody can read who decides.
fn rename_on_posts(rows: &Rows, member: &Member) -> Result<Changes, Stop> {
    let mut changes = Changes::none();
    for post in rows.list::<Post>(POSTS)? {
        let mut renamed = post.clone();
        let people = std::iter::once(&mut renamed.holder).chain(&mut renamed.deputy);
        people.filter(|it| it.id == member.id).for_each(|it| it.name.clone_from(&member.name));
        if renamed != *post {
            changes = changes.put(renamed);
        }
    }
    Ok(changes)
}

fn change_unit(rows: &Rows, member: &mut Member, unit: UnitId) -> Result<Changes, Stop> {
    rows.require::<Unit>(unit)?;
    let old = std::mem::replace(&mut member.unit, unit);
    // an admin holds every unit, and who stays keeps the rows
    if old == unit || member.role == Role::Admin {
        return Ok(Changes::none());
    }
    Ok(Changes::none().revoke(member.id, Scope::Unit(old)).grant(member.id, Scope::Unit(unit)))
}

fn change_role(rows: &Rows, by: &Context, member: &mut Member, role: Role) -> Result<Changes, Stop> {
    not_yourself(by, member)?;
    let old = std::mem::replace(&mut member.role, role);
    let others = || -> Result<Vec<Scope>, Stop> {
        let units = rows.list::<Unit>(UNITS)?.into_iter().map(|unit| unit.id);
        Ok(units.filter(|unit| *unit != member.unit).map(Scope::Unit).collect())
    };
    Ok(match (old == Role::Admin, role == Role::Admin) {
        (false, true) => others()?.into_iter().fold(Changes::none(), |it, scope| it.grant(member.id, scope)),
        (true, false) => others()?.into_iter().fold(Changes::none(), |it, scope| it.revoke(member.id, scope)),
        _ => Changes::none(),
    })
}

fn not_yourself(by: &Context, member: &Member) -> Result<(), Stop> {
    if by.actor == member.id { Err(OrganisationError::Yourself.into()) } else { Ok(()) }
}

fn holds_no_post(rows: &Rows, user: UserId) -> Result<(), Stop> {
    match rows.list::<Post>(POSTS)?.into_iter().find(|post| post.holder.id == user) {
        Some(post) => Err(OrganisationError::HoldsPost { post: post.title.clone() }.into()),
        None => Ok(()),
    }
}
