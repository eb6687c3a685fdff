//! Units, the people in them, and the posts that decide. Never holds a password or a session: those are the
//! server's own (`server/src/auth`).

mod hand_over;
mod members;
mod phone;
mod posts;
mod units;

use serde::{Deserialize, Serialize};

use crate::Entity;
use crate::command::{Context, writes};
use crate::record::entity;
use crate::refusal::{GeneralError, Stop};
use crate::rows::{Changes, Rows};
use crate::scope::Scope;
use crate::values::{PostId, Timestamp, UnitId, UserId};

pub use hand_over::HandOver;
pub use members::{AddMember, ChangeMember, MemberChange};
pub use phone::{PHONE_MAX, SetPhone};
pub use posts::SetPost;
pub use units::AddUnit;

writes! {
    /// What an admin may ask, and everybody about themselves.
    pub enum Write {
        /// Adds a unit.
        AddUnit(AddUnit) = "add_unit",
        /// Adds a person.
        AddMember(AddMember) = "add_member",
        /// Changes one thing about a person.
        ChangeMember(ChangeMember) = "change_member",
        /// Makes a post, or changes who holds it.
        SetPost(SetPost) = "set_post",
        /// Gives all customers of one manager to another.
        HandOver(HandOver) = "hand_over",
        /// Changes one's own telephone.
        SetPhone(SetPhone) = "set_phone",
    }
}

/// Why the organisation stays as it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "code", content = "args", rename_all = "snake_case")]
pub enum OrganisationError {
    /// A name is empty or too long.
    #[error("a name is needed, of at most {max} characters")]
    Name {
        /// Most characters.
        max: u32,
    },
    /// A telephone number is too long.
    #[error("a telephone number has at most {max} characters")]
    Phone {
        /// Most characters.
        max: u32,
    },
    /// Log-in names are lower-case letters, digits, `.`, `-` and `_`.
    #[error("{login:?} can't be a log-in name")]
    Login {
        /// What was asked for.
        login: String,
    },
    /// Somebody else has this log-in name.
    #[error("the log-in name {login} is taken")]
    LoginTaken {
        /// What was asked for.
        login: String,
    },
    /// An admin can't shut out themselves.
    #[error("nobody can shut out or demote themselves")]
    Yourself,
    /// A deputy is somebody else.
    #[error("a post's deputy can't be its holder")]
    DeputyIsHolder,
    /// The post is held by this person; hand it over first.
    #[error("{post} is held by this person")]
    HoldsPost {
        /// The post's title.
        post: String,
    },
}

/// What a person may do.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Role {
    /// Serves customers.
    Manager,
    /// Leads a unit.
    UnitHead,
    /// Decides what goes beyond unit heads.
    Approver,
    /// Keeps people, limits and prices.
    Admin,
}

/// Rank of an account manager, one to three.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(try_from = "u8", into = "u8")]
pub struct Star(u8);

impl Star {
    /// One star.
    pub const ONE: Self = Self(1);
    /// Two stars.
    pub const TWO: Self = Self(2);
    /// Three stars.
    pub const THREE: Self = Self(3);
    /// All of them, lowest first.
    pub const ALL: [Self; 3] = [Self::ONE, Self::TWO, Self::THREE];

    /// Returns the number of stars.
    pub const fn get(self) -> u8 {
        self.0
    }
}

impl TryFrom<u8> for Star {
    type Error = StarError;

    fn try_from(stars: u8) -> Result<Self, StarError> {
        (1..=3).contains(&stars).then_some(Self(stars)).ok_or(StarError(stars))
    }
}

impl From<Star> for u8 {
    fn from(star: Star) -> Self {
        star.0
    }
}

/// There are one to three stars.
#[derive(Debug, Clone, Copy, PartialEq, Eq, thiserror::Error)]
#[error("{0} stars: there are one to three")]
pub struct StarError(u8);

/// A star rating and since when it was held.
#[derive(Debug, Clone, Copy, PartialEq, Serialize, Deserialize)]
pub struct StarSince {
    /// The rating.
    pub star: Star,
    /// Since when.
    pub since: Timestamp,
}

/// A person of the organisation. Lives with the unit, so colleagues can be named.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Member {
    /// The user.
    pub id: UserId,
    /// Name to log in with.
    pub login: String,
    /// Name that people read.
    pub name: String,
    /// Where they belong.
    pub unit: UnitId,
    /// What they may do.
    pub role: Role,
    /// Their ratings, newest last; never empty. A quote is judged by the one that it names.
    pub stars: Vec<StarSince>,
    /// False: can't log in any more.
    pub active: bool,
    /// Under which customers reach them; empty: it was never said.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub phone: String,
}

impl Member {
    /// Returns the index prefix of a unit's members, by log-in name.
    pub fn of_unit(unit: UnitId) -> String {
        format!("{BY_UNIT}{unit}|")
    }

    /// Returns the rating held now.
    pub fn star(&self) -> Star {
        self.stars.last().map_or(Star::ONE, |it| it.star)
    }

    /// Returns whether this rating was ever held.
    pub fn held(&self, star: Star) -> bool {
        self.stars.iter().any(|it| it.star == star)
    }
}

/// Index: member by log-in name.
pub const BY_LOGIN: &str = "member.login|";
/// Index: all members by unit, then by log-in name.
pub const BY_UNIT: &str = "member.unit|";
/// Index: active members by role.
pub const BY_ROLE: &str = "member.role|";
/// Index: all units by name.
pub const UNITS: &str = "unit.name|";
/// Index: all posts by title.
pub const POSTS: &str = "post.title|";

impl Entity for Member {
    entity!(Member, UserId);

    fn scope(&self) -> Scope {
        Scope::Unit(self.unit)
    }

    fn index_keys(&self) -> Vec<String> {
        let mut keys =
            vec![format!("{BY_LOGIN}{}|", self.login), format!("{}{}", Self::of_unit(self.unit), self.login)];
        if self.active {
            keys.push(format!("{BY_ROLE}{}|{}", role_key(self.role), self.id));
        }
        keys
    }
}

/// Returns how a role is written in index keys.
pub const fn role_key(role: Role) -> &'static str {
    match role {
        Role::Manager => "manager",
        Role::UnitHead => "unit_head",
        Role::Approver => "approver",
        Role::Admin => "admin",
    }
}

/// A unit of managers with its head.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Unit {
    /// Which one.
    pub id: UnitId,
    /// Its name.
    pub name: String,
    /// The post that decides first.
    pub head: PostId,
    /// The post that decides beyond the head's limits.
    pub approver: PostId,
}

impl Entity for Unit {
    entity!(Unit, UnitId);

    fn scope(&self) -> Scope {
        Scope::Unit(self.id)
    }

    fn index_keys(&self) -> Vec<String> {
        vec![format!("{UNITS}{}", self.name)]
    }
}

/// A person named where only a post is held: id and name, so that everybody can read who decides.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Named {
    /// Who.
    pub id: UserId,
    /// Their name.
    pub name: String,
}

/// A post that decides.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Post {
    /// Which one.
    pub id: PostId,
    /// What it is called.
    pub title: String,
    /// Who holds it.
    pub holder: Named,
    /// Who may decide as well.
    pub deputy: Option<Named>,
    /// The unit that it heads, the first of several; `None` for a post above the units. Its people see the
    /// summaries of all units that name it as their head.
    pub unit: Option<UnitId>,
}

impl Post {
    /// Returns whether this person may decide for the post.
    pub fn may_decide(&self, user: UserId) -> bool {
        self.people().any(|it| it.id == user)
    }

    /// Returns the holder and the deputy.
    pub fn people(&self) -> impl Iterator<Item = &Named> {
        std::iter::once(&self.holder).chain(&self.deputy)
    }
}

impl Entity for Post {
    entity!(Post, PostId);

    fn scope(&self) -> Scope {
        Scope::Catalogue
    }

    fn index_keys(&self) -> Vec<String> {
        vec![format!("{POSTS}{}", self.title)]
    }
}

/// Returns the actor's own record.
pub(crate) fn actor<'a>(rows: &'a Rows, by: &Context) -> Result<&'a Member, Stop> {
    match rows.find::<Member>(by.actor)? {
        Some(member) if member.active => Ok(member),
        _ => Err(GeneralError::Forbidden.into()),
    }
}

/// Returns the actor's own record if they are an admin.
pub(crate) fn admin<'a>(rows: &'a Rows, by: &Context) -> Result<&'a Member, Stop> {
    match actor(rows, by)? {
        member if member.role == Role::Admin => Ok(member),
        _ => Err(GeneralError::Forbidden.into()),
    }
}

/// Returns who keeps people, limits and prices now.
pub(crate) fn admins(rows: &Rows) -> Result<impl Iterator<Item = UserId>, Stop> {
    let admins = rows.list::<Member>(&format!("{BY_ROLE}{}|", role_key(Role::Admin)))?;
    Ok(admins.into_iter().map(|member| member.id))
}

/// Most characters of a name of a person, unit or post.
const NAME_MAX: u32 = 60;

fn name(text: &str) -> Result<String, Stop> {
    crate::values::clean(text, NAME_MAX as usize)
        .map_err(|_| OrganisationError::Name { max: NAME_MAX }.into())
}

pub(crate) fn apply(rows: &Rows, by: &Context, write: &Write) -> Result<Changes, Stop> {
    if let Write::SetPhone(it) = write {
        return phone::set(rows, by, it);
    }
    admin(rows, by)?;
    match write {
        Write::AddUnit(it) => units::add(rows, it),
        Write::AddMember(it) => members::add(rows, by, it),
        Write::ChangeMember(it) => members::change(rows, by, it),
        Write::SetPost(it) => posts::set(rows, by, it),
        Write::HandOver(it) => hand_over::hand_over(rows, by, it),
        Write::SetPhone(it) => phone::set(rows, by, it),
    }
}
