//! `GET /api/frameworks`: customers by the beginning of their name or by their credit code, with their framework
//! agreements. For admins, who publish agreements and hold no customers. **Never** for anybody else, and never more of a
//! customer than its name and whose it is.

use std::collections::HashMap;

use axum::Json;
use axum::extract::State;
use leeway_core::customers::{BY_CODE, BY_NAME, Customer};
use leeway_core::frameworks::{Framework, Partner};
use leeway_core::organisation::Member;
use leeway_core::sync::protocol::ErrorBody;
use leeway_core::values::{CreditCode, CustomerId, UserId, fold};
use leeway_core::{Entity, Key};
use serde::Deserialize;

use super::query::Wanted;
use crate::app::App;
use crate::auth::Actor;
use crate::db::Reading;
use crate::error::ApiError;
use crate::quoted::of;

/// Most customers of one answer.
const PARTNERS_MAX: usize = 20;

/// What is asked for.
#[derive(Debug, Default, Deserialize)]
pub struct Asked {
    /// How the name begins, or the whole credit code.
    #[serde(default)]
    name: String,
    /// One customer, instead.
    customer: Option<CustomerId>,
}

/// Finds customers and their agreements, by name.
///
/// # Errors
/// [`ApiError`] as listed below.
#[utoipa::path(
    get,
    path = "/api/frameworks",
    tag = "authority",
    params(
        ("name" = Option<String>, Query, description = "How the name begins, or the whole credit code"),
        ("customer" = Option<uuid::Uuid>, Query, description = "One customer, instead"),
    ),
    responses(
        (status = 200, description = "At most 20 customers with their agreements", body = Vec<Partner>),
        (status = 400, description = "`bad_request`: no such customer's id", body = ErrorBody),
        (status = 401, description = "`not_logged_in`", body = ErrorBody),
        (status = 403, description = "`forbidden`: not an admin; `must_change_password`", body = ErrorBody),
    ),
    security(("session" = [])),
)]
pub async fn partners(
    State(app): State<App>,
    actor: Actor,
    Wanted(asked): Wanted<Asked>,
) -> Result<Json<Vec<Partner>>, ApiError> {
    actor.admin()?;
    let mut reading = app.db.read(app.tenant).await?;
    let found = find(reading.as_mut(), &asked).await;
    reading.end().await?;
    found.map(Json)
}

async fn find(reading: &mut dyn Reading, asked: &Asked) -> Result<Vec<Partner>, ApiError> {
    let customers = customers(reading, asked).await?;
    let owners: Vec<Key> = customers.iter().map(|it| Member::key(it.owner)).collect();
    let names: HashMap<UserId, String> =
        of::<Member>(reading.records_of(&owners).await?).into_iter().map(|it| (it.id, it.name)).collect();
    let mut partners = Vec::with_capacity(customers.len());
    for customer in customers {
        partners.push(Partner {
            customer: customer.id,
            name: customer.name.value,
            manager: names.get(&customer.owner).cloned().unwrap_or_default(),
            frameworks: of(reading.records(&Framework::of_customer(customer.id)).await?),
        });
    }
    Ok(partners)
}

async fn customers(reading: &mut dyn Reading, asked: &Asked) -> Result<Vec<Customer>, ApiError> {
    if let Some(id) = asked.customer {
        return Ok(of(reading.records_of(&[Customer::key(id)]).await?));
    }
    let prefix = match asked.name.trim().parse::<CreditCode>() {
        Ok(code) => format!("{BY_CODE}{code}|"),
        Err(_) => format!("{BY_NAME}{}", fold(&asked.name)),
    };
    // behind everything that begins so: no name has this character
    let until = format!("{prefix}\u{10FFFF}");
    Ok(of(reading.first_records(&prefix, &until, PARTNERS_MAX).await?))
}
