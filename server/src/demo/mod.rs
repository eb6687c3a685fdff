//! The demo organisation: a branch of an invented telecom company in an invented town, seeded on the first start.
//!
//! It is told as a [`history`] of commands that core decides, so that it holds only what the rules allow. Ids and
//! contents are fixed, days are relative to the day of seeding: no clock is read, no random number drawn. Never
//! mentions a real customer, person, price or telephone number. Never part of an organisation that is in use.
//!
//! Read: [`people`], [`customers`], [`products`] and [`limits`], then [`visits`], [`opportunities`] and [`quotes`];
//! [`numbering`] says which id is what.

mod calendar;
mod checklists;
mod customers;
mod days;
mod dice;
mod frameworks;
mod history;
mod limits;
mod names;
mod numbering;
mod opportunities;
mod papers;
mod people;
mod phrases;
mod products;
mod quotes;
#[cfg(test)]
mod tests;
mod visits;

use leeway_core::values::{Date, Timestamp, UserId};
use leeway_core::{Record, Scope};

use days::Days;
use history::History;

/// Name of the demo organisation.
pub const NAME: &str = "江畔通信 澄州市分公司";

/// The password of every demo account; refused on an address that others can reach until it is changed.
pub const PASSWORD: &str = "yudi-demo-2026";

/// A record to store, and who may hold rows because of it.
#[derive(Debug, Clone, PartialEq)]
pub struct Seed {
    /// What is stored.
    pub record: Record,
    /// Scopes that are granted with it.
    pub grants: Vec<(UserId, Scope)>,
}

/// Somebody who can log in.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Account {
    /// Who.
    pub user: UserId,
    /// Name to log in with.
    pub login: &'static str,
    /// Name that people read.
    pub name: &'static str,
    /// What they do, in a few words.
    pub does: &'static str,
}

/// How many of [`accounts`] are worth printing: one of each kind.
pub const PRINTED: usize = 6;

/// Returns everybody who can log in; the first [`PRINTED`] are chen, li, zhou, wang, zhao and admin.
pub fn accounts() -> Vec<Account> {
    let account = |(number, it): (u32, &people::Person)| Account {
        user: numbering::user(number),
        login: it.login,
        name: it.name,
        does: it.does,
    };
    (1..).zip(&people::PEOPLE).map(account).collect()
}

/// Returns the whole organisation as it stands on this day, in the order in which its records came to be. No moment
/// in it is later than `now`; what is planned is planned from `today` on.
pub fn organisation(today: Date, now: Timestamp) -> Vec<Seed> {
    let history = told(today, now);
    debug_assert!(history.refused.is_empty(), "the story breaks a rule: {:?}", history.refused.first());
    history.into_seeds()
}

fn told(today: Date, now: Timestamp) -> History {
    let mut history = History::new(Days { today, now });
    people::found(&mut history);
    checklists::found(&mut history);
    limits::publish(&mut history);
    calendar::set(&mut history);
    products::publish(&mut history);
    customers::register(&mut history);
    visits::make(&mut history);
    let opportunities = opportunities::start(&mut history);
    quotes::write(&mut history, &opportunities);
    frameworks::publish(&mut history);
    papers::set(&mut history);
    history.play();
    let is_old = visits::is_old_digest(&history);
    history.clear(is_old);
    history
}
