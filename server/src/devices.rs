//! Devices: which ones a user syncs with, when they were here last, what waits on them, and the way to be rid of one.
//!
//! A device that is to be removed gets no rows from that moment on, whoever holds it. It may hand in what it has, which
//! is its user's work; then it clears itself, logs out, and is gone ([`leave`]). This module **never** ends a log-in
//! of a device by itself: the work on it would be lost.

use axum::http::{HeaderMap, header};
use leeway_core::sync::devices as wire;
use leeway_core::sync::protocol::PullRequest;
use leeway_core::values::{ClientId, Timestamp, UserId};

use crate::app::{App, detached};
use crate::auth::Actor;
use crate::auth::token::NOTED_MS;
use crate::db::{Device, Writing, noting, retrying};
use crate::error::ApiError;
use crate::proof;

/// How long a device is listed that does not come any more: the server takes commands for as long.
const LISTED_MS: i64 = 180 * 24 * 60 * 60 * 1_000;

/// Takes note that a device asks for rows, where that is worth a write: once an hour, and when what waits on it changed.
///
/// # Errors
/// [`ApiError::DeviceRemoved`] when it is to be removed, [`ApiError::ForeignClient`] when it is somebody else's.
pub async fn meet(
    app: &App,
    actor: &Actor,
    headers: &HeaderMap,
    request: &PullRequest,
) -> Result<(), ApiError> {
    let now = app.clock.now();
    let known = actor.device.filter(|it| it.client == request.client);
    let is_noted = |it: crate::db::Standing| {
        it.waiting == request.queue_len && now.ms().saturating_sub(it.seen_at.ms()) < NOTED_MS
    };
    if known.is_some_and(is_noted) {
        return Ok(());
    }
    let agent = headers.get(header::USER_AGENT).and_then(|it| it.to_str().ok()).unwrap_or_default();
    let (browser, system) = names(agent);
    let seen = Device {
        client: request.client,
        user: actor.user(),
        browser: browser.to_owned(),
        system: system.to_owned(),
        made_at: now,
        seen_at: now,
        waiting: request.queue_len,
        removed_at: None,
        wiped_at: None,
    };
    match note(app, actor, seen).await {
        // on a full disk people can still read, but not from a device that nobody has looked up
        Err(error @ (ApiError::Internal(_) | ApiError::Busy | ApiError::Contention(_)))
            if known.is_some() =>
        {
            tracing::warn!(%error, "the contact of a device was not noted");
            Ok(())
        }
        done => done,
    }
}

async fn note(app: &App, actor: &Actor, seen: Device) -> Result<(), ApiError> {
    let (app, session) = (app.clone(), actor.session);
    detached(async move {
        let seen = &seen;
        noting(app.db.as_ref(), app.tenant, |mut writing| async move {
            let client = seen.client;
            let owner = writing.client(client).await?.map(|it| it.user);
            if owner.is_some_and(|owner| owner != seen.user) {
                return Err(ApiError::ForeignClient);
            }
            let before = writing.device(client).await?;
            let is_leaving = before.as_ref().is_some_and(|it| it.removed_at.is_some());
            if !is_leaving {
                let made_at = before.map_or(seen.made_at, |it| it.made_at);
                writing.put_device(&Device { made_at, ..seen.clone() }).await?;
            }
            writing.place_session(&session, client).await?;
            writing.commit().await?;
            if is_leaving { Err(ApiError::DeviceRemoved) } else { Ok(()) }
        })
        .await
    })
    .await
}

/// Lists a user's devices for `actor`.
///
/// # Errors
/// When the database fails.
pub async fn list(app: &App, actor: &Actor, user: UserId) -> Result<wire::Devices, ApiError> {
    let mut reading = app.db.read(app.tenant).await?;
    let found = reading.devices(user).await?;
    reading.end().await?;
    let now = app.clock.now();
    let is_listed = |it: &Device| it.wiped_at.is_none() && now.ms() - it.seen_at.ms() < LISTED_MS;
    let here = actor.device.map(|it| it.client);
    let told = |it: Device| wire::Device {
        here: here == Some(it.client),
        client: it.client,
        browser: it.browser,
        system: it.system,
        made_at: it.made_at,
        seen_at: it.seen_at,
        waiting: it.waiting,
        removed_at: it.removed_at,
    };
    Ok(wire::Devices { devices: found.into_iter().filter(is_listed).map(told).collect() })
}

/// Has a device removed: one's own, or as an admin anybody's. Twice is once.
///
/// # Errors
/// [`ApiError::NotFound`] when there is none that `actor` may remove.
pub async fn remove(app: &App, actor: &Actor, client: ClientId) -> Result<(), ApiError> {
    let (app, by, is_admin) = (app.clone(), actor.user(), actor.admin().is_ok());
    detached(async move {
        let now = app.clock.now();
        retrying(app.db.as_ref(), app.tenant, |mut writing| async move {
            let found = writing.device(client).await?.filter(|it| it.user == by || is_admin);
            let device = found.filter(|it| it.wiped_at.is_none()).ok_or(ApiError::NotFound)?;
            if device.removed_at.is_none() {
                proof::lose(writing.as_mut(), device.user, client, now).await?;
                writing.put_device(&Device { removed_at: Some(now), ..device }).await?;
            }
            Ok::<_, ApiError>(writing.commit().await?)
        })
        .await?;
        tracing::info!(%by, %client, "a device is to be removed");
        Ok(())
    })
    .await
}

/// Notes that a device is empty, as it says when it logs out.
///
/// # Errors
/// When the database fails.
pub(crate) async fn leave(
    writing: &mut dyn Writing,
    client: ClientId,
    now: Timestamp,
) -> Result<(), crate::db::DbError> {
    match writing.device(client).await? {
        Some(device) => {
            writing.put_device(&Device { waiting: 0, seen_at: now, wiped_at: Some(now), ..device }).await
        }
        None => Ok(()),
    }
}

/// Returns browser and operating system out of what a browser calls itself, as names for people; nothing is decided by
/// them. Browsers name their ancestors, too, so the first of the list that fits is right.
fn names(agent: &str) -> (&'static str, &'static str) {
    const BROWSERS: [(&str, &str); 7] = [
        ("MicroMessenger", "WeChat"),
        ("Edg", "Edge"),
        ("HuaweiBrowser", "Huawei Browser"),
        ("Firefox", "Firefox"),
        ("FxiOS", "Firefox"),
        ("Chrom", "Chrome"),
        ("Safari", "Safari"),
    ];
    const SYSTEMS: [(&str, &str); 7] = [
        ("HarmonyOS", "HarmonyOS"),
        ("Android", "Android"),
        ("iPhone", "iOS"),
        ("iPad", "iPadOS"),
        ("Windows", "Windows"),
        ("Mac OS X", "macOS"),
        ("Linux", "Linux"),
    ];
    let first = |all: &[(&str, &'static str)]| {
        all.iter().find(|(sign, _)| agent.contains(sign)).map_or("", |(_, name)| *name)
    };
    (first(&BROWSERS), first(&SYSTEMS))
}

#[cfg(test)]
mod tests {
    use super::names;

    #[test]
    fn a_browser_is_called_as_people_call_it() {
        let chrome = "Mozilla/5.0 (Linux; Android 15; Pixel 9) AppleWebKit/537.36 (KHTML, like Gecko) Chrome/140.0.0.0 Mobile Safari/537.36";
        assert_eq!(names(chrome), ("Chrome", "Android"));
        assert_eq!(names(&format!("{chrome} MicroMessenger/8.0")), ("WeChat", "Android"));
        assert_eq!(names(&format!("{chrome} EdgA/140.0")), ("Edge", "Android"));
        let safari = "Mozilla/5.0 (iPhone; CPU iPhone OS 18_6 like Mac OS X) AppleWebKit/605.1.15 (KHTML, like Gecko) Version/18.6 Mobile/15E148 Safari/604.1";
        assert_eq!(names(safari), ("Safari", "iOS"));
        let firefox = "Mozilla/5.0 (Windows NT 10.0; Win64; x64; rv:143.0) Gecko/20100101 Firefox/143.0";
        assert_eq!(names(firefox), ("Firefox", "Windows"));
        assert_eq!(names("curl/8"), ("", ""));
        assert_eq!(names(""), ("", ""));
    }
}
