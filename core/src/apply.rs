//! The door: every change to business data goes through [`apply()`], on the phone and on the server alike.
//! Never holds a rule of its own: one line per feature.

use crate::command::{Body, Command};
use crate::refusal::Stop;
use crate::rows::{Changes, Rows};
use crate::{
    approvals, authority, calendar, customers, deputies, frameworks, inbox, letterhead, opportunities,
    organisation, pricing, quotes, visits,
};

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
        Body::Frameworks(it) => frameworks::apply(rows, by, it),
        Body::Authority(it) => authority::apply(rows, by, it),
        Body::Calendar(it) => calendar::apply(rows, by, it),
        Body::Letterhead(it) => letterhead::apply(rows, by, it),
        Body::Organisation(it) => organisation::apply(rows, by, it),
        Body::Deputies(it) => deputies::apply(rows, by, it),
        Body::Inbox(it) => inbox::apply(rows, by, it),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::testing::{Office, commands};

    #[test]
    fn the_samples_are_accepted_in_their_order() {
        let mut office = Office::new();
        for (by, body) in commands::all() {
            let told = office.tell(by, body.clone());
            assert!(!told.starts_with("refused"), "{body:?}: {told}");
        }
    }

    #[test]
    fn a_command_that_comes_twice_counts_once() {
        let mut office = Office::new();
        for (by, body) in commands::all() {
            let command = office.write(by, body);
            assert!(office.take(&command).is_ok());
            let before = office.records().clone();
            // refused, or nothing new: never a second effect
            let again = office.take(&command);
            assert_eq!(*office.records(), before, "{again:?} of {:?}", command.body);
        }
    }

    #[test]
    fn a_command_that_comes_again_later_counts_once() {
        let mut office = Office::new();
        let mut taken = Vec::new();
        for (by, body) in commands::all() {
            let command = office.write(by, body);
            assert!(office.take(&command).is_ok());
            taken.push(command);
        }
        for command in taken.iter().filter(|it| writes_a_field(&it.body)) {
            let before = office.records().clone();
            let again = office.take(command);
            assert_eq!(*office.records(), before, "{again:?} of {:?}", command.body);
        }
    }

    /// Those that merge: they would be the ones to come twice into a record without being noticed.
    fn writes_a_field(body: &Body) -> bool {
        use crate::{opportunities, visits};
        matches!(
            body,
            Body::Customers(_)
                | Body::Visits(
                    visits::Write::Reschedule(_)
                        | visits::Write::Answer(_)
                        | visits::Write::Note(_)
                        | visits::Write::SetNextStep(_)
                )
                | Body::Opportunities(opportunities::Write::Edit(_) | opportunities::Write::SetNextStep(_))
        )
    }

    #[test]
    fn same_rows_same_command_same_answer() {
        let mut office = Office::new();
        for (by, body) in commands::all() {
            let command = office.write(by, body);
            let first = office.try_out(&command);
            assert_eq!(first, office.try_out(&command));
            assert_eq!(first, office.clone().take(&command));
            let _ = office.take(&command);
        }
    }
}
