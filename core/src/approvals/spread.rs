//! One request, seen by many: the manager has the request itself, each post that was asked a case, the head of the unit a
//! digest. Whatever moves a request ends here, so that they never tell two stories.

use super::{Case, Outcome, Request, RequestDigest};
use crate::quotes::{Quote, QuoteState};
use crate::refusal::Stop;
use crate::rows::{Changes, Rows};

/// Writes a request down for everybody whom it concerns. `first` is its first case, where it is only being made.
pub(super) fn spread(rows: &Rows, request: Request, first: Option<Case>) -> Result<Changes, Stop> {
    let pattern = match first {
        Some(case) => Some(case),
        None => rows.find::<Case>(request.id)?.cloned(),
    };
    let mut changes = Changes::none();
    // on a phone without the cases, the request is all there is
    if let Some(pattern) = pattern {
        for seat in request.track.seats() {
            let Some(id) = seat.case else { continue };
            let (case, old) = (pattern.at_seat(&request, id, seat), rows.find::<Case>(id)?);
            // what is another request's is never written over
            if old.is_none_or(|old| *old != case && old.of_request() == request.id) {
                changes = changes.put(case);
            }
        }
        changes = changes.put(digest(&request, &pattern));
    }
    Ok(changes.put(request))
}

fn digest(request: &Request, case: &Case) -> RequestDigest {
    RequestDigest {
        id: request.id,
        unit: request.unit,
        asked_by_name: case.asked_by_name.clone(),
        asked_at: case.asked_at,
        customer_name: case.customer_name.clone(),
        total: case.total,
        effective: case.effective,
        track: request.track.clone(),
    }
}

/// Tells the quote where its request stands, if it still waits for that.
pub(super) fn tell_quote(rows: &Rows, request: &Request) -> Result<Option<Quote>, Stop> {
    let Some(old) = rows.find::<Quote>(request.quote)? else { return Ok(None) };
    let QuoteState::Submitted { case, at: since, .. } = old.state else { return Ok(None) };
    if case != request.id {
        return Ok(None);
    }
    let said = request.track.last_decision();
    let state = match (request.track.outcome, said, request.track.open().next()) {
        (Outcome::Approved, Some(it), _) => {
            QuoteState::Approved { case, by: it.by, by_name: it.by_name.clone(), at: it.at }
        }
        (Outcome::Returned, Some(it), _) => QuoteState::Returned {
            case,
            by: it.by,
            by_name: it.by_name.clone(),
            at: it.at,
            missing: it.missing(),
        },
        (_, _, Some(seat)) => QuoteState::Submitted { case, post: seat.post, at: since },
        _ => return Ok(None),
    };
    let quote = Quote { state, ..old.clone() };
    Ok((quote != *old).then_some(quote))
}
