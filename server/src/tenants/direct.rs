//! Whose a request is. The first organisation answers for every host as long as it is the only one; from the second on,
//! each has its hosts, and what is for no host of theirs is misdirected.

use axum::Router;
use axum::extract::{Request, State};
use axum::response::{IntoResponse, Response};
use tower::ServiceExt;
use tracing::Instrument;

use super::{House, Table, Tenants};
use crate::db::Tenant;
use crate::error::ApiError;
use crate::host::Host;
use crate::http::headers;
use crate::http::health::PATH;

/// Builds what stands before the routers of all organisations.
pub fn router(tenants: &Tenants) -> Router {
    Router::new().fallback(direct).with_state(tenants.clone())
}

impl Table {
    /// Returns whose a request is: `path` at `host`, if it names one.
    fn of(&self, host: Option<&Host>, path: &str) -> Option<&House> {
        let first = || self.houses.get(&Tenant::FIRST);
        if self.is_alone() {
            return first();
        }
        match host.and_then(|host| self.hosts.get(host)) {
            Some(tenant) => self.houses.get(tenant),
            // a load balancer asks a machine how it is, by whatever name
            None if path == PATH => first(),
            None => None,
        }
    }
}

async fn direct(State(tenants): State<Tenants>, request: Request) -> Response {
    let (parts, body) = request.into_parts();
    let host = Host::of(&parts);
    let table = tenants.table();
    let Some(house) = table.of(host.as_ref(), parts.uri.path()) else {
        let host = host.map(|it| it.to_string());
        tracing::debug!(host, "a request for a host that is nobody's");
        return headers::dress(ApiError::Misdirected.into_response(), tenants.first().tls);
    };
    let tenant = house.app.tenant;
    let answer = house.router.clone().oneshot(Request::from_parts(parts, body));
    let answered = match table.is_alone() {
        true => answer.await,
        false => answer.instrument(tracing::info_span!("organisation", %tenant)).await,
    };
    answered.into_response()
}
