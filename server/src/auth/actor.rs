//! The extractors: a handler that takes an [`Actor`] is reached only by people who may act. Loaded anew for
//! every request, so that what an admin changed counts at once.

use axum::extract::FromRequestParts;
use axum::http::request::Parts;
use leeway_core::organisation::{Member, Role};
use leeway_core::values::{Timestamp, UserId};
use leeway_core::{Entity, Record};

use crate::app::App;
use crate::auth::token::{NOTED_MS, Token, is_alive};
use crate::db::{Reading, Result as DbResult, Sha256, Standing, noting};
use crate::error::ApiError;

/// Somebody who is logged in and may act.
#[derive(Debug, Clone)]
pub struct Actor {
    /// Who they are in the organisation.
    pub member: Member,
    /// The log-in they use.
    pub session: Sha256,
    /// When they logged in.
    pub since: Timestamp,
    /// The device that the log-in is on, once it has synced.
    pub device: Option<Standing>,
}

/// Somebody who is logged in, but may have to change their password before anything else.
#[derive(Debug, Clone)]
pub struct AnyActor {
    /// Who.
    pub actor: Actor,
    /// Whether the password must be changed first.
    pub must_change: bool,
}

/// Somebody who may act, also on a device that is to be removed: only for what such a device may still do.
#[derive(Debug, Clone)]
pub struct LeavingActor(pub Actor);

impl Actor {
    /// Returns their id.
    #[must_use]
    pub fn user(&self) -> UserId {
        self.member.id
    }

    /// Refuses everybody but admins.
    ///
    /// # Errors
    /// [`ApiError::Forbidden`].
    pub fn admin(&self) -> Result<(), ApiError> {
        if self.member.role == Role::Admin { Ok(()) } else { Err(ApiError::Forbidden) }
    }
}

/// Loads a person; `None` if there is none who may log in.
///
/// # Errors
/// When the database fails.
pub async fn active_member(reading: &mut dyn Reading, user: UserId) -> DbResult<Option<Member>> {
    let record = reading.record(Member::key(user)).await?;
    Ok(record.as_ref().and_then(Member::of).filter(|member| member.active).cloned())
}

/// Finds a person by their log-in name; `None` if there is none who may log in.
///
/// # Errors
/// When the database fails.
pub async fn member_called(reading: &mut dyn Reading, login: &str) -> DbResult<Option<Member>> {
    let prefix = format!("{}{login}|", leeway_core::organisation::BY_LOGIN);
    let found = reading.records(&prefix).await?;
    let is_them = |record: &Record| Member::of(record).filter(|it| it.active && it.login == login).cloned();
    Ok(found.iter().find_map(is_them))
}

/// Returns whether whoever has this log-in may still act: asked again where a request goes on for hours.
///
/// # Errors
/// When the database fails.
pub async fn may_act(app: &App, session: &Sha256) -> DbResult<bool> {
    let mut reading = app.db.read(app.tenant).await?;
    let row = reading.session(session).await?.filter(|row| is_alive(row, app.clock.now()));
    let may = match row {
        Some(row) => {
            let must_change = reading.credential(row.user).await?.is_some_and(|it| it.must_change);
            let is_leaving = row.device.is_some_and(|it| it.is_leaving);
            !is_leaving && !must_change && active_member(reading.as_mut(), row.user).await?.is_some()
        }
        None => false,
    };
    reading.end().await?;
    Ok(may)
}

impl FromRequestParts<App> for AnyActor {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let session = Token::of(&parts.headers).ok_or(ApiError::NotLoggedIn)?.hash();
        let now = app.clock.now();
        let mut reading = app.db.read(app.tenant).await?;
        let row = reading.session(&session).await?.filter(|row| is_alive(row, now));
        let row = row.ok_or(ApiError::NotLoggedIn)?;
        let member = active_member(reading.as_mut(), row.user).await?;
        let must_change = reading.credential(row.user).await?.is_some_and(|it| it.must_change);
        reading.end().await?;
        let member = member.ok_or(ApiError::NotLoggedIn)?;
        if now.ms() - row.seen_at.ms() >= NOTED_MS {
            let app = app.clone();
            let noted = crate::app::detached(async move {
                noting(app.db.as_ref(), app.tenant, move |mut writing| async move {
                    writing.touch_session(&session, now).await?;
                    Ok(writing.commit().await?)
                })
                .await
            });
            // on a full disk people can still read
            if let Err(error) = noted.await {
                tracing::warn!(%error, "the use of a session was not noted");
            }
        }
        Ok(Self { actor: Actor { member, session, since: row.made_at, device: row.device }, must_change })
    }
}

impl FromRequestParts<App> for LeavingActor {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        match AnyActor::from_request_parts(parts, app).await? {
            AnyActor { must_change: true, .. } => Err(ApiError::MustChangePassword),
            AnyActor { actor, .. } => Ok(Self(actor)),
        }
    }
}

impl FromRequestParts<App> for Actor {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, app: &App) -> Result<Self, ApiError> {
        let LeavingActor(actor) = LeavingActor::from_request_parts(parts, app).await?;
        match actor.device {
            Some(Standing { is_leaving: true, .. }) => Err(ApiError::DeviceRemoved),
            _ => Ok(actor),
        }
    }
}
