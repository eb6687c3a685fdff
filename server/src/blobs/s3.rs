//! The wire to S3 and to what speaks like it. `object_store` knows what to say; it is said by hyper, over the rustls and
//! with the roots that the server has anyway. **Never** logs a key.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use async_trait::async_trait;
use bytes::Bytes;
use http_body_util::BodyExt;
use hyper_rustls::{ConfigBuilderExt, HttpsConnector, HttpsConnectorBuilder};
use hyper_util::client::legacy::Client;
use hyper_util::client::legacy::connect::HttpConnector as Tcp;
use hyper_util::rt::TokioExecutor;
use object_store::ClientOptions;
use object_store::aws::{AmazonS3, AmazonS3Builder};
use object_store::client::{
    HttpClient, HttpConnector, HttpError, HttpErrorKind, HttpRequest, HttpRequestBody, HttpResponse,
    HttpResponseBody, HttpService,
};

use super::BlobError;
use crate::config::BlobPlace;

/// How long the store may take to begin an answer.
const PATIENCE: Duration = Duration::from_secs(20);

/// Opens `s3://BUCKET`.
///
/// # Errors
/// [`BlobError::Place`] says what the settings lack.
pub fn open(url: &str, place: &BlobPlace) -> Result<AmazonS3, BlobError> {
    let failed = |error: object_store::Error| BlobError::Place(error.to_string());
    let mut builder =
        AmazonS3Builder::new().with_url(url).with_region(&place.s3_region).with_http_connector(Wire);
    if let Some(endpoint) = &place.s3_endpoint {
        builder = builder.with_endpoint(endpoint).with_allow_http(endpoint.starts_with("http://"));
    }
    // without keys the machine's own role is asked for
    if let (Some(id), Some(secret)) = (&place.s3_key_id, &place.s3_key) {
        builder = builder.with_access_key_id(id.text()).with_secret_access_key(secret.text());
    }
    builder.build().map_err(failed)
}

#[derive(Debug)]
struct Wire;

impl HttpConnector for Wire {
    fn connect(&self, _: &ClientOptions) -> object_store::Result<HttpClient> {
        let failed = |source| object_store::Error::Generic { store: "S3", source };
        let provider = Arc::new(rustls::crypto::ring::default_provider());
        let tls = rustls::ClientConfig::builder_with_provider(provider)
            .with_safe_default_protocol_versions()
            .map_err(|error| failed(error.into()))?
            .with_native_roots()
            .map_err(|error| failed(error.into()))?
            .with_no_client_auth();
        let https = HttpsConnectorBuilder::new().with_tls_config(tls).https_or_http().enable_http1().build();
        Ok(HttpClient::new(Speaker(Client::builder(TokioExecutor::new()).build(https))))
    }
}

struct Speaker(Client<HttpsConnector<Tcp>, HttpRequestBody>);

impl fmt::Debug for Speaker {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Speaker")
    }
}

#[async_trait]
impl HttpService for Speaker {
    async fn call(&self, request: HttpRequest) -> Result<HttpResponse, HttpError> {
        let answer = tokio::time::timeout(PATIENCE, self.0.request(request)).await;
        let answer = answer.map_err(|late| HttpError::new(HttpErrorKind::Timeout, late))?;
        let answer = answer.map_err(|error| {
            let kind = if error.is_connect() { HttpErrorKind::Connect } else { HttpErrorKind::Request };
            HttpError::new(kind, error)
        })?;
        let (parts, body) = answer.into_parts();
        let body = body.map_err(|error| HttpError::new(HttpErrorKind::Interrupted, error));
        let body = body.map_frame(|frame| frame.map_data(Bytes::from));
        Ok(HttpResponse::from_parts(parts, HttpResponseBody::new(body)))
    }
}
