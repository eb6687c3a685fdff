//! The hour has come: periods open and close, and the customers' rows follow. All periods of a manager turn in one
//! change, so that a deputy whose next period follows at once keeps the rows.

use std::collections::BTreeSet;

use super::ActingPeriod;
use crate::customers;
use crate::refusal::Stop;
use crate::rows::{Changes, Rows};
use crate::values::{Timestamp, UserId};

/// Opens and closes the periods of a manager whose time has come. The server's clock says what time it is; told twice,
/// or told late, it comes to the same.
///
/// # Errors
/// [`Stop::Missing`] names rows that are needed and were not loaded; it never refuses.
pub fn turn(rows: &Rows, manager: UserId, now: Timestamp) -> Result<Changes, Stop> {
    change(rows, manager, |period| period.due(now))
}

/// Changes those periods of a manager that become something else, and who holds the manager's customers.
pub(super) fn change(
    rows: &Rows,
    manager: UserId,
    becomes: impl Fn(&ActingPeriod) -> Option<ActingPeriod>,
) -> Result<Changes, Stop> {
    let live = rows.list::<ActingPeriod>(&ActingPeriod::of_manager(manager))?;
    let (mut before, mut after) = (BTreeSet::new(), BTreeSet::new());
    let mut changes = Changes::none();
    for period in live {
        let new = becomes(period);
        before.extend(period.state.is_open().then_some(period.deputy));
        after.extend(new.as_ref().unwrap_or(period).state.is_open().then_some(period.deputy));
        changes = changes.put_some(new);
    }
    if before == after {
        return Ok(changes);
    }
    Ok(changes.and(customers::change_deputies(rows, manager, &before, &after)?))
}
