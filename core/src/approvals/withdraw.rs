//! The manager takes a request back: whoever has it need not decide any more.

use super::spread::spread;
use super::{Case, CaseState, Request};
use crate::command::Context;
use crate::refusal::Stop;
use crate::rows::{Changes, Rows};
use crate::values::CaseId;

/// Ends what was asked for by this case and all that followed from it.
pub(crate) fn withdraw(rows: &Rows, by: &Context, id: CaseId) -> Result<Changes, Stop> {
    let Some(request) = rows.find::<Request>(id)? else {
        // older than requests; and the manager's phone does not hold the case: it lives with the post
        let withdrawn = |case: &Case| Case { state: CaseState::Withdrawn { at: by.at }, ..case.clone() };
        return Ok(Changes::none().put_some(rows.find::<Case>(id)?.map(withdrawn)));
    };
    let mut request = request.clone();
    request.track.withdraw(by.at);
    spread(rows, request, None)
}
