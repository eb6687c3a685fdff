//! The hour has come: whoever is asked has their time set, is warned, or is late and makes room for the next post.

use super::answer::has_judge;
use super::spread::{spread, tell_quote};
use super::{Request, Seat, Step};
use crate::calendar::work_time;
use crate::organisation::Post;
use crate::refusal::Stop;
use crate::rows::{Changes, Rows};
use crate::values::{CaseId, Timestamp};

/// Does for a request what is due. The server's clock says what time it is; told twice it comes to the same, and a clock
/// that goes back undoes nothing.
///
/// # Errors
/// [`Stop::Missing`] names rows that are needed and were not loaded; it never refuses.
pub fn turn(rows: &Rows, id: CaseId, now: Timestamp) -> Result<Changes, Stop> {
    let Some(request) = rows.find::<Request>(id)? else { return Ok(Changes::none()) };
    if !request.is_due(now) {
        return Ok(Changes::none());
    }
    let time = work_time(rows)?;
    let mut next = Vec::new();
    let late = |step: &&Step| step.seats.iter().any(|seat| seat.is_open() && seat.is_due(now));
    for post in request.track.steps.iter().filter(late).filter_map(|step| step.beyond) {
        // never the one who asks
        if let Some(post) = rows.find::<Post>(post)?
            && has_judge(rows, post, request.asked_by, request.customer)?
        {
            next.push(Seat::ahead(post.id, &post.title));
        }
    }
    let mut request = request.clone();
    let beyond = |post| next.iter().find(|seat| seat.post == post).cloned();
    request.track.turn(request.id, now, &time, beyond);
    let quote = tell_quote(rows, &request)?;
    Ok(spread(rows, request, None)?.put_some(quote))
}
