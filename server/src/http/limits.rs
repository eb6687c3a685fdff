//! How many requests at once, and how long each may take. **Never** cuts off a commit: writing runs apart from
//! the request ([`crate::app::detached`]).

use std::any::Any;
use std::time::Duration;

use axum::extract::{Request, State};
use axum::middleware::Next;
use axum::response::{IntoResponse, Response};

use crate::app::App;
use crate::error::ApiError;

/// How long a request may take, the waiting for its place and the reading of its body included.
const PATIENCE: Duration = Duration::from_secs(30);

/// Runs the request when there is a place for it, within its time.
pub async fn keep(State(app): State<App>, request: Request, next: Next) -> Response {
    let work = async {
        let _place = app.places.acquire().await;
        next.run(request).await
    };
    match tokio::time::timeout(PATIENCE, work).await {
        Ok(response) => response,
        Err(_) => ApiError::Busy.into_response(),
    }
}

/// Turns a panic into an answer.
pub fn panicked(what: Box<dyn Any + Send + 'static>) -> Response {
    let text = what.downcast_ref::<&str>().map(|text| (*text).to_owned());
    let text = text.or_else(|| what.downcast_ref::<String>().cloned()).unwrap_or_default();
    ApiError::Internal(format!("panic: {text}")).into_response()
}

#[cfg(test)]
mod tests {
    use std::sync::Arc;

    use axum::Router;
    use axum::body::Body;
    use axum::http::{StatusCode, header};
    use axum::middleware::from_fn_with_state;
    use axum::routing::get;
    use tower::ServiceExt;

    use super::*;
    use crate::clock::Clock;
    use crate::db::sqlite::Sqlite;
    use crate::db::{Organisation, Tenant};

    #[tokio::test]
    async fn a_server_that_has_no_place_says_when_to_come_again() {
        let folder = tempfile::tempdir().unwrap();
        let db = Arc::new(Sqlite::open(&folder.path().join("leeway.sqlite")).await.unwrap());
        let organisation = Organisation { name: String::new(), epoch: "e1".into() };
        let app = App::new(db, Tenant::FIRST, organisation, Clock::system(), folder.path(), false);
        let all = u32::try_from(app.places.available_permits()).unwrap();
        let taken = Arc::clone(&app.places).acquire_many_owned(all).await.unwrap();
        let router = Router::new().route("/", get(async || "here")).layer(from_fn_with_state(app, keep));
        let ask = || router.clone().oneshot(Request::new(Body::empty()));
        tokio::time::pause();
        let refused = ask().await.unwrap();
        assert_eq!(refused.status(), StatusCode::SERVICE_UNAVAILABLE);
        assert_eq!(refused.headers()[header::RETRY_AFTER], "2");
        drop(taken);
        assert_eq!(ask().await.unwrap().status(), StatusCode::OK);
    }
}
