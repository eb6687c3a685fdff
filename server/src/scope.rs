//! Rows go out: which ones a user may hold, what they lost and gained since they last asked, in pages of one
//! order. **Never** sends a row of a scope that the user does not hold at this moment, nor one of a manager for whom
//! their acting period is over ([`crate::deputies`]).
//!
//! All pages of a pull are about the same span, from the cookie to the moment of the first page, though each
//! is read when it is asked for: what changed in between is newer than the first page, and comes with the pull
//! after. So a client shows nothing until an answer fits into one page; that one equals one moment of the
//! database.

use leeway_core::sync::protocol::{PAGE_MAX, PullRequest, PullResponse};
use leeway_core::values::{ClientId, UserId};

use crate::app::{App, detached};
use crate::db::{Client, Mark, Page, Position, Reading, Wanted, retrying};
use crate::deputies;
use crate::error::{ApiError, MIN_CORE};

/// Most bytes of a page's bodies.
const PAGE_BYTES: usize = 1024 * 1024;
/// Version of the cookie's form.
const VERSION: &str = "1";

/// Where a page begins.
#[derive(Debug, PartialEq)]
struct Start {
    /// What the client has seen; `None`: nothing.
    since: Option<Mark>,
    /// When the first page was read; `None`: this is the first.
    first: Option<Mark>,
    /// The last row of the page before.
    after: Option<Position>,
    /// What the client had is void.
    reset: bool,
}

impl Start {
    const fn anew(reset: bool) -> Self {
        Self { since: None, first: None, after: None, reset }
    }
}

/// Answers a pull of this user.
///
/// # Errors
/// [`ApiError`] when the app is too old, the store is not the user's, or the database fails.
pub async fn pull(app: &App, user: UserId, request: &PullRequest) -> Result<PullResponse, ApiError> {
    if request.core_schema < MIN_CORE {
        return Err(ApiError::UpdateRequired);
    }
    if let Some(answer) = from_copy(app, user, request).await {
        return Ok(answer);
    }
    let mut reading = app.db.read(app.tenant).await?;
    let due = deputies::due(reading.as_mut(), user, app.clock.now()).await?;
    if !due.is_empty() {
        reading.end().await?;
        deputies::turn_each(app, due).await?;
        reading = app.db.read(app.tenant).await?;
    }
    let client = match reading.client(request.client).await? {
        Some(client) => client,
        None => {
            reading.end().await?;
            bind(app, user, request.client).await?;
            reading = app.db.read(app.tenant).await?;
            reading.client(request.client).await?.ok_or(ApiError::Busy)?
        }
    };
    if client.user != user {
        return Err(ApiError::ForeignClient);
    }
    let epoch = epoch(reading.as_mut()).await?;
    let start = start(&epoch, request, reading.as_mut()).await?;
    let asked = Asked { app, user, request, epoch, client: &client };
    let answer = page(asked, start, reading.as_mut()).await?;
    reading.end().await?;
    Ok(answer)
}

/// Answers out of a copy, if there is one that can. It may not have heard of this store, or not have come as far as
/// the cookie: then it says nothing, and above all not that the cookie is void.
async fn from_copy(app: &App, user: UserId, request: &PullRequest) -> Option<PullResponse> {
    let mut reading = app.db.read_copy(app.tenant).await?;
    let answered = async {
        // a copy can't end what is over
        let is_due = !deputies::due(reading.as_mut(), user, app.clock.now()).await?.is_empty();
        let client = reading.client(request.client).await?.filter(|client| client.user == user && !is_due);
        let epoch = epoch(reading.as_mut()).await?;
        let start = start(&epoch, request, reading.as_mut()).await?;
        let answer = match client {
            Some(client) if !start.reset => {
                let asked = Asked { app, user, request, epoch, client: &client };
                Some(page(asked, start, reading.as_mut()).await?)
            }
            _ => None,
        };
        reading.end().await?;
        Ok::<_, ApiError>(answer)
    };
    answered.await.unwrap_or_else(|error| {
        tracing::info!(%error, "a copy could not answer");
        None
    })
}

/// Names the history that this snapshot belongs to; it may change while the server runs.
pub(crate) async fn epoch(reading: &mut dyn Reading) -> Result<String, ApiError> {
    let organisation = reading.organisation().await?;
    organisation.map(|it| it.epoch).ok_or_else(|| ApiError::Internal("the organisation is gone".into()))
}

/// Makes the store this user's, for ever.
async fn bind(app: &App, user: UserId, id: ClientId) -> Result<(), ApiError> {
    let app = app.clone();
    detached(async move {
        let now = app.clock.now();
        retrying(app.db.as_ref(), app.tenant, move |mut writing| async move {
            if writing.client(id).await?.is_none() {
                let client = Client { user, incarnation: None, last_seq: 0, durable: 0 };
                writing.put_client(id, &client, now).await?;
            }
            Ok(writing.commit().await?)
        })
        .await
    })
    .await
}

/// Who asks for what, and how far their commands have come.
struct Asked<'a> {
    app: &'a App,
    user: UserId,
    request: &'a PullRequest,
    epoch: String,
    client: &'a Client,
}

async fn page(asked: Asked<'_>, start: Start, reading: &mut dyn Reading) -> Result<PullResponse, ApiError> {
    let Asked { app, user, request, epoch, client } = asked;
    let is_first = start.first.is_none();
    let first = match start.first {
        Some(first) => first,
        None => reading.mark().await?,
    };
    #[cfg(feature = "plant")]
    let first = crate::plant::skip_row(first);
    let (mut drop, mut fill) = (Vec::new(), Vec::new());
    if is_first {
        for held in reading.fresh_grants(user, start.since.as_ref()).await? {
            if held.active {
                fill.push(held.scope);
            } else if start.since.is_some() {
                drop.push(held.scope);
            }
        }
    }
    let limit = request.limit.unwrap_or(PAGE_MAX).clamp(1, PAGE_MAX);
    let wanted = Wanted {
        user,
        since: start.since.clone(),
        after: start.after,
        limit: usize::try_from(limit).unwrap_or(1),
        bytes: PAGE_BYTES,
    };
    let Page { rows, more } = reading.changed(&wanted).await?;
    let last = rows.last().filter(|_| more).map(|row| Position {
        scope: row.scope.to_string(),
        typ: row.typ.clone(),
        id: row.id,
    });
    tracing::debug!(
        %user, rows = rows.len(), more, queue_len = request.queue_len, reset = start.reset, "pull"
    );
    Ok(PullResponse {
        reset: start.reset,
        drop,
        fill,
        rows,
        ack: client.last_seq,
        durable: client.durable,
        cookie: last.is_none().then(|| cookie(&epoch, &first)),
        page: last.map(|last| page_token(&epoch, &first, start.since.as_ref(), &last)),
        epoch,
        now: app.clock.now(),
        min_core: MIN_CORE,
    })
}

/// Reads where to begin. What can't be read, or is of another history, begins anew.
async fn start(epoch: &str, request: &PullRequest, reading: &mut dyn Reading) -> Result<Start, ApiError> {
    let named = match (&request.page, &request.cookie) {
        (Some(page), _) => read_page(epoch, page),
        (None, Some(cookie)) => {
            read_cookie(epoch, cookie).map(|mark| Start { since: Some(mark), ..Start::anew(false) })
        }
        (None, None) => return Ok(Start::anew(false)),
    };
    let Some(named) = named else { return Ok(Start::anew(true)) };
    for mark in [&named.since, &named.first].into_iter().flatten() {
        if !reading.knows(mark).await? {
            return Ok(Start::anew(true));
        }
    }
    Ok(named)
}

fn cookie(epoch: &str, mark: &Mark) -> String {
    format!("{VERSION}.{epoch}.{}", mark.0)
}

/// Reads where a cookie stands; `None` if it is of another epoch, or none of ours.
pub(crate) fn read_cookie(epoch: &str, text: &str) -> Option<Mark> {
    let mut parts = text.split('.');
    let is_ours = parts.next() == Some(VERSION) && parts.next() == Some(epoch);
    let mark = parts.next().filter(|_| is_ours)?;
    parts.next().is_none().then(|| Mark(mark.to_owned()))
}

fn page_token(epoch: &str, first: &Mark, since: Option<&Mark>, last: &Position) -> String {
    let since = since.map_or("", |mark| mark.0.as_str());
    format!("{VERSION}.{epoch}.{}.{since}.{}/{}/{}", first.0, last.scope, last.typ, last.id)
}

fn read_page(epoch: &str, text: &str) -> Option<Start> {
    let mut parts = text.splitn(5, '.');
    let is_ours = parts.next() == Some(VERSION) && parts.next() == Some(epoch);
    let first = parts.next().filter(|_| is_ours)?;
    let since = parts.next()?;
    let mut last = parts.next()?.splitn(3, '/');
    let after = Position {
        scope: last.next()?.to_owned(),
        typ: last.next()?.to_owned(),
        id: last.next()?.parse().ok()?,
    };
    Some(Start {
        since: (!since.is_empty()).then(|| Mark(since.to_owned())),
        first: Some(Mark(first.to_owned())),
        after: Some(after),
        reset: false,
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use uuid::Uuid;

    fn mark(n: &str) -> Mark {
        Mark(n.to_owned())
    }

    #[test]
    fn a_cookie_reads_back_in_its_own_epoch_only() {
        let text = cookie("e1", &mark("17"));
        assert_eq!(read_cookie("e1", &text), Some(mark("17")));
        assert_eq!(read_cookie("e2", &text), None);
        for other in ["", "17", "2.e1.17", "1.e1", "1.e1.17.x", "1e1.17"] {
            assert_eq!(read_cookie("e1", other), None, "{other}");
        }
    }

    #[test]
    fn a_page_token_reads_back() {
        let last = Position {
            scope: "unit:00000000-0000-0000-0000-000000000007:summary".into(),
            typ: "visit_digest".into(),
            id: Uuid::from_u128(3),
        };
        for since in [None, Some(mark("4"))] {
            let text = page_token("e1", &mark("17"), since.as_ref(), &last);
            let start = Start { since, first: Some(mark("17")), after: Some(last.clone()), reset: false };
            assert_eq!(read_page("e1", &text), Some(start));
            assert_eq!(read_page("e2", &text), None);
        }
        for other in ["", "1.e1.17", "1.e1.17.4.catalogue", "1.e1.17.4.catalogue/limits/x"] {
            assert_eq!(read_page("e1", other), None, "{other}");
        }
    }
}
