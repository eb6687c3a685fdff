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
