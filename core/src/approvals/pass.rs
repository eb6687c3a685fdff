//! A post gives its case to another, or has another approve as well.

use serde::{Deserialize, Serialize};

use super::answer::{has_judge, theirs};
use super::spread::{spread, tell_quote};
use super::{ApprovalError, Case, CaseState, PassReason, Request, Seat};
use crate::authority::Level;
use crate::command::Context;
use crate::organisation::Post;
use crate::refusal::Stop;
use crate::rows::{Changes, Rows};
use crate::values::{CaseId, PostId};

/// Gives a case to another post, which decides in its place.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Forward {
    /// Which case.
    pub case: CaseId,
    /// To which post.
    pub to: PostId,
}

/// Has another post approve as well, after the step that the case is of.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AddSigner {
    /// Which case.
    pub case: CaseId,
    /// Which post.
    pub post: PostId,
}

pub(super) fn forward(rows: &Rows, by: &Context, it: &Forward) -> Result<Changes, Stop> {
    let (_, mut case) = theirs(rows, by, it.case)?;
    let post = other(rows, &case, it.to)?;
    let Some(request) = rows.find::<Request>(case.of_request())? else {
        case.state = CaseState::Passed { at: by.at, to: post.title.clone(), why: PassReason::Forwarded };
        return Ok(Changes::none().put(case));
    };
    // a case never comes down to those whose authority it is beyond
    if request.level > Level::UnitHead && post.unit.is_some() {
        return Err(ApprovalError::TooLow { post: post.title.clone() }.into());
    }
    let mut request = request.clone();
    request.track.pass(request.id, it.case, Seat::ahead(post.id, &post.title), by.at, PassReason::Forwarded);
    let quote = tell_quote(rows, &request)?;
    Ok(spread(rows, request, None)?.put_some(quote))
}

pub(super) fn add_signer(rows: &Rows, by: &Context, it: &AddSigner) -> Result<Changes, Stop> {
    let (_, mut case) = theirs(rows, by, it.case)?;
    let post = other(rows, &case, it.post)?;
    let seat = Seat::ahead(post.id, &post.title);
    let Some(request) = rows.find::<Request>(case.of_request())? else {
        // the post's phone changes what it sees of the request
        if let Some(track) = &mut case.track {
            track.add(it.case, seat);
        }
        return Ok(Changes::none().put(case));
    };
    let mut request = request.clone();
    request.track.add(it.case, seat);
    spread(rows, request, None)
}

/// Returns a post that can be asked besides those that were.
fn other<'a>(rows: &'a Rows, case: &Case, id: PostId) -> Result<&'a Post, Stop> {
    let Some(track) = &case.track else { return Err(ApprovalError::OnlyDecided.into()) };
    let post = rows.require::<Post>(id)?;
    let title = || post.title.clone();
    if track.has(id) {
        return Err(ApprovalError::AskedBefore { post: title() }.into());
    }
    match has_judge(rows, post, case.asked_by, case.content.customer)? {
        true => Ok(post),
        false => Err(ApprovalError::NobodyThere { post: title() }.into()),
    }
}
