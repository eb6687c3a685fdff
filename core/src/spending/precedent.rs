//! What was given in deals like one: how many there were, within which band, how often they were won. Held by everybody
//! of the organisation, so nothing in it may lead to one colleague's customer.
//!
//! Every deal is in one group at most: the finest that has enough customers of its own; what is left of a wider one
//! stands together, if that is enough. So no group can be had by taking one from another. Shares are rounded to whole
//! percents, and a group of too few customers is none.

use std::collections::{BTreeMap, BTreeSet};

use serde::{Deserialize, Serialize};

use super::deal::{Deal, Fate};
use super::tally::TOO_FEW;
use crate::Entity;
use crate::customers::Grade;
use crate::pricing::Family;
use crate::record::entity;
use crate::scope::Scope;
use crate::values::{CustomerId, Money, Percent, PrecedentId};

/// How large a quote is, at list price.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Size {
    /// Below ¥20,000.
    Small,
    /// Below ¥100,000.
    Middle,
    /// Below ¥500,000.
    Large,
    /// Beyond.
    Huge,
}

impl Size {
    /// Returns the band that a sum at list price is in.
    pub fn of(list: Money) -> Self {
        match list.fen() / 100 {
            ..20_000 => Self::Small,
            20_000..100_000 => Self::Middle,
            100_000..500_000 => Self::Large,
            500_000.. => Self::Huge,
        }
    }
}

/// How long a term is.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Term {
    /// Up to a year.
    Year,
    /// Up to two.
    TwoYears,
    /// Longer.
    Longer,
}

impl Term {
    /// Returns the band that a term is in.
    pub fn of(months: u16) -> Self {
        match months {
            ..=12 => Self::Year,
            13..=24 => Self::TwoYears,
            25.. => Self::Longer,
        }
    }
}

/// What deals of a group have in common; what is `None` differs, or stands in a group of its own elsewhere.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord, Serialize, Deserialize)]
pub struct Like {
    /// Family of what is sold.
    pub family: Family,
    /// Size of the quote.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub size: Option<Size>,
    /// Grade of the customer.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub grade: Option<Grade>,
    /// Term.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub term: Option<Term>,
}

impl Like {
    /// Returns the finest group of a deal.
    pub fn of(family: Family, list: Money, grade: Grade, months: u16) -> Self {
        Self { family, size: Some(Size::of(list)), grade: Some(grade), term: Some(Term::of(months)) }
    }

    /// The next wider group; `None`: there is none.
    fn wider(self) -> Option<Self> {
        match self {
            Self { term: Some(_), .. } => Some(Self { term: None, ..self }),
            Self { grade: Some(_), .. } => Some(Self { grade: None, ..self }),
            Self { size: Some(_), .. } => Some(Self { size: None, ..self }),
            _ => None,
        }
    }

    /// Returns the id of the group: the same for the same group, whoever computes it.
    pub fn id(self) -> PrecedentId {
        let family = Family::ALL.iter().position(|it| *it == self.family).map_or(0, |at| at as u128 + 1);
        let size = self.size.map_or(0, |it| it as u128 + 1);
        let grade = self.grade.map_or(0, |it| it as u128 + 1);
        let term = self.term.map_or(0, |it| it as u128 + 1);
        PrecedentId::from_u128(family << 24 | size << 16 | grade << 8 | term)
    }
}

/// What was given in the deals of one group.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Precedent {
    /// Follows from what they have in common.
    pub id: PrecedentId,
    /// What they have in common.
    #[serde(flatten)]
    pub like: Like,
    /// How many there were.
    pub deals: u32,
    /// What was given in the family: a quarter of the deals no more than the first, half no more than the second, three
    /// quarters no more than the third.
    pub quartiles: [Percent; 3],
    /// How many of the decided ones were won; `None`: too few are decided to say.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub win_rate: Option<Percent>,
}

/// Index: all precedents.
pub const PRECEDENTS: &str = "precedent|";

impl Entity for Precedent {
    entity!(Precedent, PrecedentId);

    fn scope(&self) -> Scope {
        Scope::Catalogue
    }

    fn index_keys(&self) -> Vec<String> {
        vec![format!("{PRECEDENTS}{}", self.id)]
    }
}

/// A deal, as far as it says something in a family.
#[derive(Debug, Clone, Copy)]
struct Case {
    customer: CustomerId,
    off: Percent,
    fate: Fate,
}

/// Makes the groups of these deals, each with the grade of its customer; those of too few customers are left out.
pub fn precedents(deals: &[(Deal<'_>, Grade)]) -> Vec<Precedent> {
    let mut groups: BTreeMap<Like, Vec<Case>> = BTreeMap::new();
    for (deal, grade) in deals {
        let content = &deal.quote.content;
        for sum in &deal.sums.families {
            let like = Like::of(sum.family, deal.sums.list, *grade, content.months);
            let case = Case { customer: content.customer, off: sum.effective, fate: deal.fate };
            groups.entry(like).or_default().push(case);
        }
    }
    let mut told = Vec::new();
    // the finest first: what is too few goes on to the next wider one
    for _ in 0..4 {
        let mut wider: BTreeMap<Like, Vec<Case>> = BTreeMap::new();
        for (like, cases) in groups {
            match (precedent(like, &cases), like.wider()) {
                (Some(it), _) => told.push(it),
                (None, Some(up)) => wider.entry(up).or_default().extend(cases),
                (None, None) => {}
            }
        }
        groups = wider;
    }
    told
}

fn precedent(like: Like, cases: &[Case]) -> Option<Precedent> {
    let customers: BTreeSet<CustomerId> = cases.iter().map(|it| it.customer).collect();
    if customers.len() < TOO_FEW as usize {
        return None;
    }
    let mut offs: Vec<Percent> = cases.iter().map(|it| it.off).collect();
    offs.sort_unstable();
    let count = |fate: Fate| u32::try_from(cases.iter().filter(|it| it.fate == fate).count()).ok();
    let (won, lost) = (count(Fate::Won)?, count(Fate::Lost)?);
    let rate = super::Tally { won, lost, ..super::Tally::default() }.win_rate();
    Some(Precedent {
        id: like.id(),
        like,
        deals: u32::try_from(cases.len()).ok()?,
        quartiles: [1, 2, 3].map(|quarter| whole(quartile(&offs, quarter))),
        win_rate: rate.map(whole),
    })
}

/// The smallest of the sorted values that so many quarters of them do not pass.
fn quartile(sorted: &[Percent], quarter: usize) -> Percent {
    let at = (sorted.len() * quarter).div_ceil(4).saturating_sub(1);
    sorted.get(at).copied().unwrap_or(Percent::ZERO)
}

/// Rounds to whole percents.
fn whole(it: Percent) -> Percent {
    Percent::from_bp((it.bp() + 50) / 100 * 100).unwrap_or(Percent::HUNDRED)
}

/// Returns the finest group that a deal like this is counted in.
pub fn like(
    precedents: &[Precedent],
    (family, list): (Family, Money),
    grade: Grade,
    months: u16,
) -> Option<&Precedent> {
    let finest = Like::of(family, list, grade, months);
    std::iter::successors(Some(finest), |it| it.wider())
        .find_map(|like| precedents.iter().find(|it| it.like == like))
}
