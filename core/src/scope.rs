//! Scopes: who may hold which rows. Every row has exactly one home scope (sync.md, "who holds what").
//! Never decides who is granted what: the rules of a feature do, by [`GrantChange`]s in their `Changes`.

use std::fmt;
use std::str::FromStr;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use crate::values::{CustomerId, PostId, UnitId, UserId};

/// The home of a row. Written `customer:ID`, `user:ID`, `unit:ID`, `unit:ID:summary`, `post:ID`, `catalogue`,
/// `costs`.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Hash, PartialOrd, Ord)]
pub enum Scope {
    /// A customer with everything about it; held by its manager.
    Customer(CustomerId),
    /// A user's own rows: inbox cards.
    User(UserId),
    /// A unit and its members' names; held by its members and by admins.
    Unit(UnitId),
    /// What the unit's head sees of the work: digests, never whole customers.
    UnitSummary(UnitId),
    /// The cases that a post decides; held by its holder and its deputy (ADR 0004).
    Post(PostId),
    /// Price books, limits, checklists and posts; held by everybody.
    Catalogue,
    /// What products cost; held by admins, and by nobody else (ADR 0024).
    Costs,
}

impl fmt::Display for Scope {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Customer(id) => write!(f, "customer:{id}"),
            Self::User(id) => write!(f, "user:{id}"),
            Self::Unit(id) => write!(f, "unit:{id}"),
            Self::UnitSummary(id) => write!(f, "unit:{id}:summary"),
            Self::Post(id) => write!(f, "post:{id}"),
            Self::Catalogue => f.write_str("catalogue"),
            Self::Costs => f.write_str("costs"),
        }
    }
}

/// The text is not a scope that this core knows.
#[derive(Debug, Clone, PartialEq, Eq, thiserror::Error)]
#[error("not a scope: {0}")]
pub struct ScopeError(String);

impl FromStr for Scope {
    type Err = ScopeError;

    fn from_str(text: &str) -> Result<Self, ScopeError> {
        let bad = || ScopeError(text.to_owned());
        let mut parts = text.splitn(3, ':');
        match (parts.next().unwrap_or_default(), parts.next(), parts.next()) {
            ("catalogue", None, None) => Ok(Self::Catalogue),
            ("costs", None, None) => Ok(Self::Costs),
            ("customer", Some(id), None) => id.parse().map(Self::Customer).map_err(|_| bad()),
            ("user", Some(id), None) => id.parse().map(Self::User).map_err(|_| bad()),
            ("unit", Some(id), None) => id.parse().map(Self::Unit).map_err(|_| bad()),
            ("unit", Some(id), Some("summary")) => id.parse().map(Self::UnitSummary).map_err(|_| bad()),
            ("post", Some(id), None) => id.parse().map(Self::Post).map_err(|_| bad()),
            _ => Err(bad()),
        }
    }
}

impl Serialize for Scope {
    fn serialize<S: Serializer>(&self, serializer: S) -> Result<S::Ok, S::Error> {
        serializer.collect_str(self)
    }
}

impl<'de> Deserialize<'de> for Scope {
    fn deserialize<D: Deserializer<'de>>(deserializer: D) -> Result<Self, D::Error> {
        String::deserialize(deserializer)?.parse().map_err(serde::de::Error::custom)
    }
}

/// One change of who holds a scope; written in the transaction of the change that causes it.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct GrantChange {
    /// Whose grant.
    pub user: UserId,
    /// To which rows.
    pub scope: Scope,
    /// Given or taken away.
    pub active: bool,
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_scope_reads_back_what_it_writes() {
        let id = uuid::Uuid::from_u128(7);
        for scope in [
            Scope::Customer(CustomerId::new(id)),
            Scope::User(UserId::new(id)),
            Scope::Unit(UnitId::new(id)),
            Scope::UnitSummary(UnitId::new(id)),
            Scope::Post(PostId::new(id)),
            Scope::Catalogue,
            Scope::Costs,
        ] {
            assert_eq!(scope.to_string().parse(), Ok(scope));
        }
    }

    #[test]
    fn anything_else_is_no_scope() {
        for text in [
            "",
            "customer",
            "customer:x",
            "unit:00000000-0000-0000-0000-000000000007:all",
            "catalogue:north",
            "costs:1",
        ] {
            assert!(text.parse::<Scope>().is_err(), "{text}");
        }
    }
}
