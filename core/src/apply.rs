//! The door: every change to business data goes through [`apply`], on the phone and on the server alike.
//! Never holds a rule of its own: one line per feature.

use crate::command::{Body, Command};
use crate::refusal::Stop;
use crate::rows::{Changes, Rows};
use crate::{approvals, authority, customers, inbox, opportunities, organisation, pricing, quotes, visits};

/// Decides what `command` does. Same rows, same command, same answer, on the phone and on the server.
///
/// # Errors
/// [`Stop::Missing`] names rows that the rule needs and that were not loaded: load them and call again.
/// [`Stop::Refused`] is the answer to the user.
pub fn apply(rows: &Rows, command: &Command) -> Result<Changes, Stop> {
    let by = &command.context();
    match &command.body {
        Body::Customers(it) => customers::apply(rows, by, it),
        Body::Visits(it) => visits::apply(rows, by, it),
        Body::Quotes(it) => quotes::apply(rows, by, it),
        Body::Approvals(it) => approvals::apply(rows, by, it),
        Body::Opportunities(it) => opportunities::apply(rows, by, it),
        Body::Pricing(it) => pricing::apply(rows, by, it),
        Body::Authority(it) => authority::apply(rows, by, it),
        Body::Organisation(it) => organisation::apply(rows, by, it),
        Body::Inbox(it) => inbox::apply(rows, by, it),
    }
}
