//! `GET /sync/poke`: a stream of events that say "pull". It begins with one, since nobody knows what came before
//! the listening did. It ends with its log-in, with the server, or when nobody reads it any more; it **never** says
//! what is new.

use std::convert::Infallible;
use std::time::Duration;

use axum::extract::State;
use axum::http::{HeaderName, HeaderValue};
use axum::response::Sse;
use axum::response::sse::Event;
use futures_util::Stream;
use futures_util::stream::unfold;
use leeway_core::sync::protocol::{ErrorBody, POKE_EVENT, POKE_HEARTBEAT_S};
use tokio::time::Interval;

use crate::app::App;
use crate::auth::Actor;
use crate::auth::actor::may_act;
use crate::error::ApiError;
use crate::poke::Listener;
use crate::timer;

/// How long a browser waits before it asks anew when the stream broke off.
const AGAIN: Duration = Duration::from_secs(5);
/// At how many signs of life it is looked up once whether the log-in still counts: five minutes. A stream says nothing
/// but "pull", and each pull is let in or not by itself; with every sign of life the look-ups of all who listen would
/// be most of what the database does.
const LOOK_UP: u32 = 12;
/// Keeps a reverse proxy from collecting events until it has many.
const UNBUFFERED: (HeaderName, HeaderValue) =
    (HeaderName::from_static("x-accel-buffering"), HeaderValue::from_static("no"));

/// Pokes.
///
/// # Errors
/// [`ApiError`] as listed below.
#[utoipa::path(
    get,
    path = "/sync/poke",
    tag = "sync",
    responses(
        (status = 200, description = "Events named `poke`, all alike; a comment every 25 s",
            body = String, content_type = "text/event-stream"),
        (status = 401, description = "`not_logged_in`", body = ErrorBody),
        (status = 403, description = "`must_change_password`", body = ErrorBody),
        (status = 503, description = "`busy`: too many listen; pull by the clock", body = ErrorBody),
    ),
    security(("session" = [])),
)]
pub async fn poke(
    State(app): State<App>,
    actor: Actor,
) -> Result<([(HeaderName, HeaderValue); 1], Sse<impl Stream<Item = Result<Event, Infallible>>>), ApiError> {
    let listener = app.pokes.listen(actor.user())?;
    let beats = timer::after(Duration::from_secs(POKE_HEARTBEAT_S));
    let listening = Listening { app, actor, listener, beats, begun: false, silent: 0 };
    let events = unfold(listening, async |mut listening| {
        let event = listening.next().await?;
        Some((Ok(event), listening))
    });
    Ok(([UNBUFFERED], Sse::new(events)))
}

struct Listening {
    app: App,
    actor: Actor,
    listener: Listener,
    beats: Interval,
    begun: bool,
    /// Signs of life since the log-in was looked up.
    silent: u32,
}

impl Listening {
    async fn next(&mut self) -> Option<Event> {
        // a browser hands on no event without data
        let poke = Event::default().event(POKE_EVENT).data("pull");
        if !self.begun {
            self.begun = true;
            return Some(poke.retry(AGAIN));
        }
        tokio::select! {
            more = self.listener.heard() => more.then_some(poke),
            _ = self.beats.tick() => self.may_go_on().await.then(|| Event::default().comment("")),
        }
    }

    /// Looks up now and then whether the log-in still counts.
    async fn may_go_on(&mut self) -> bool {
        self.silent += 1;
        if self.silent < LOOK_UP {
            return true;
        }
        self.silent = 0;
        may_act(&self.app, &self.actor.session).await.unwrap_or_else(|error| {
            tracing::debug!(%error, "a stream ends: its session can't be looked up");
            false
        })
    }
}

#[cfg(test)]
mod tests {
    use std::path::Path;
    use std::sync::Arc;

    use axum::body::Body;
    use axum::response::IntoResponse;
    use futures_util::StreamExt;
    use leeway_core::values::{ClientId, Timestamp};
    use leeway_core::{Changes, Entity, Record, Scope};

    use super::*;
    use crate::auth::password::Passwords;
    use crate::auth::token::LIFE_MS;
    use crate::clock::Clock;
    use crate::db::sqlite::Sqlite;
    use crate::db::{Client, Mark, SessionRow, Tenant};
    use crate::poke::look;
    use crate::seed::{self, Beginning};
    use leeway_core::organisation::Member;

    /// A server process on a database that others may use as well.
    async fn process(path: &Path, clock: &Clock) -> App {
        let db = Arc::new(Sqlite::open(path).await.unwrap());
        if crate::organisation(db.as_ref(), Tenant::FIRST).await.unwrap().is_none() {
            let begins = Beginning::first("海港");
            seed::empty(db.as_ref(), &Passwords::default(), clock, &begins, "guan").await.unwrap();
        }
        let organisation = crate::organisation(db.as_ref(), Tenant::FIRST).await.unwrap().unwrap();
        App::new(db, Tenant::FIRST, organisation, clock.clone(), path, false)
    }

    /// Logs the admin in.
    async fn actor(app: &App) -> Actor {
        let mut writing = app.db.write(app.tenant).await.unwrap();
        let found = writing.records(leeway_core::organisation::BY_LOGIN).await.unwrap();
        let member = found.iter().find_map(Member::of).unwrap().clone();
        let session = [9; 32];
        let now = app.clock.now();
        writing
            .put_session(&session, &SessionRow { user: member.id, made_at: now, seen_at: now, device: None })
            .await
            .unwrap();
        let mut credential = writing.credential(member.id).await.unwrap().unwrap();
        credential.must_change = false;
        writing.put_credential(member.id, &credential).await.unwrap();
        writing.commit().await.unwrap();
        Actor { member, session, since: app.clock.now(), device: None }
    }

    async fn listen(app: &App, actor: &Actor) -> impl Stream<Item = String> + Unpin {
        let response = poke(State(app.clone()), actor.clone()).await.unwrap().into_response();
        assert_eq!(response.headers()["content-type"], "text/event-stream");
        let body: Body = response.into_body();
        body.into_data_stream().map(|chunk| String::from_utf8(chunk.unwrap().to_vec()).unwrap())
    }

    const POKE: &str = "event: poke\ndata: pull\n\n";
    const SIGN_OF_LIFE: &str = ": \n\n";

    #[tokio::test]
    async fn what_another_process_wrote_is_heard_and_nothing_else() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("leeway.sqlite");
        let clock = Clock::standing_at(Timestamp::from_ms(1_000_000));
        let (here, there) = (process(&path, &clock).await, process(&path, &clock).await);
        let actor = actor(&here).await;
        tokio::time::pause();
        let before = look(&here, None).await.unwrap();
        let mut events = listen(&here, &actor).await;
        assert_eq!(events.next().await.unwrap(), "event: poke\ndata: pull\nretry: 5000\n\n");
        let mut writing = there.db.write(there.tenant).await.unwrap();
        let mut renamed = writing.record(Member::key(actor.user())).await.unwrap().unwrap();
        if let Record::Member(member) = &mut renamed {
            member.name = "管".into();
        }
        writing.write(&Changes::none().put(renamed)).await.unwrap();
        writing.commit().await.unwrap();
        let after = look(&here, Some(&before)).await.unwrap();
        assert_eq!(events.next().await.unwrap(), POKE);
        // what no row or grant of theirs says is no news: signs of life only
        let mut writing = there.db.write(there.tenant).await.unwrap();
        let client = Client { user: actor.user(), incarnation: None, last_seq: 0, durable: 0 };
        writing.put_client(ClientId::from_u128(1), &client, clock.now()).await.unwrap();
        let elsewhere = Scope::Customer(leeway_core::values::CustomerId::from_u128(1));
        let stranger = leeway_core::values::UserId::from_u128(77);
        writing.write(&Changes::none().grant(stranger, elsewhere)).await.unwrap();
        writing.commit().await.unwrap();
        let last = look(&here, Some(&after)).await.unwrap();
        assert_ne!(last, after);
        for _ in 0..3 {
            assert_eq!(events.next().await.unwrap(), SIGN_OF_LIFE);
        }
        // a mark that means nothing any more may hide anything
        look(&here, Some(&Mark("999999".into()))).await.unwrap();
        assert_eq!(events.next().await.unwrap(), POKE);
    }

    #[tokio::test]
    async fn it_ends_with_the_log_in_and_with_the_server() {
        let folder = tempfile::tempdir().unwrap();
        let clock = Clock::standing_at(Timestamp::from_ms(1_000_000));
        let app = process(&folder.path().join("leeway.sqlite"), &clock).await;
        let actor = actor(&app).await;
        tokio::time::pause();
        let mut events = listen(&app, &actor).await;
        events.next().await.unwrap();
        assert_eq!(events.next().await.unwrap(), SIGN_OF_LIFE);
        clock.advance(LIFE_MS);
        let after: Vec<String> = (&mut events).take(60).collect().await;
        assert!(after.iter().all(|it| it == SIGN_OF_LIFE), "{after:?}");
        assert!(after.len() < usize::try_from(LOOK_UP).unwrap(), "it ends within five minutes");
        clock.advance(-LIFE_MS);
        let mut events = listen(&app, &actor).await;
        events.next().await.unwrap();
        app.pokes.close();
        assert_eq!(events.next().await, None);
        assert!(matches!(poke(State(app.clone()), actor.clone()).await.map(drop), Err(ApiError::Busy)));
    }
}
