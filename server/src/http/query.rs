//! What stands behind the `?` of an address, on its way in. **Never** answered with a sentence when it is wrong.

use axum::extract::{FromRequestParts, Query};
use axum::http::request::Parts;
use serde::de::DeserializeOwned;

use crate::error::ApiError;

/// What was asked for in the address.
#[derive(Debug)]
pub struct Wanted<T>(pub T);

impl<T: DeserializeOwned, S: Sync> FromRequestParts<S> for Wanted<T> {
    type Rejection = ApiError;

    async fn from_request_parts(parts: &mut Parts, _: &S) -> Result<Self, ApiError> {
        let asked = Query::<T>::try_from_uri(&parts.uri);
        asked.map(|Query(it)| Self(it)).map_err(|error| ApiError::BadRequest(error.to_string()))
    }
}
