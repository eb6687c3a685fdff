//! What every handler may use, and how a request's writing is kept from being cut off half-way.

use std::future::Future;
use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use tokio::sync::Semaphore;

use crate::auth::password::Passwords;
use crate::auth::throttle::Throttle;
use crate::blobs::Blobs;
use crate::clock::Clock;
use crate::db::{Database, Organisation, Tenant};
use crate::error::ApiError;
use crate::issuer::Issuer;
use crate::pdf::Fonts;
use crate::poke::Pokes;

/// How many requests are worked on at once; more wait.
const AT_ONCE: usize = 256;

/// The server's parts. Cloned for each request.
#[derive(Clone)]
pub struct App {
    /// The database.
    pub db: Arc<dyn Database>,
    /// Whose data it reads and writes there.
    pub tenant: Tenant,
    /// Who that is.
    pub organisation: Arc<Organisation>,
    /// The clock.
    pub clock: Clock,
    /// Hashes passwords.
    pub passwords: Passwords,
    /// Counts failed attempts.
    pub throttle: Throttle,
    /// The folder of the built app.
    pub files: Arc<Path>,
    /// Where photos are.
    pub blobs: Blobs,
    /// Signs what devices may promise.
    pub issuer: Issuer,
    /// Letters for papers.
    pub fonts: Fonts,
    /// Who listens for news.
    pub pokes: Pokes,
    /// Places for requests.
    pub places: Arc<Semaphore>,
    /// Whether connections are encrypted.
    pub tls: bool,
}

impl App {
    /// Puts the parts together.
    #[must_use]
    pub fn new(
        db: Arc<dyn Database>,
        tenant: Tenant,
        organisation: Organisation,
        clock: Clock,
        files: &Path,
        tls: bool,
    ) -> Self {
        Self {
            db,
            tenant,
            organisation: Arc::new(organisation),
            clock,
            passwords: Passwords::default(),
            throttle: Throttle::default(),
            files: files.into(),
            blobs: Blobs::default(),
            issuer: Issuer::default(),
            fonts: Fonts::default(),
            pokes: Pokes::default(),
            places: Arc::new(Semaphore::new(AT_ONCE)),
            tls,
        }
    }

    /// Puts together what serves another organisation beside this one. What is limited for the whole process they share:
    /// places for requests, for listeners, for hashing and for putting photos together.
    #[must_use]
    pub fn beside(
        &self,
        db: Arc<dyn Database>,
        tenant: Tenant,
        organisation: Organisation,
        blobs: Blobs,
    ) -> Self {
        Self {
            db,
            tenant,
            organisation: Arc::new(organisation),
            throttle: Throttle::default(),
            blobs: blobs.beside(&self.blobs),
            issuer: Issuer::default(),
            pokes: self.pokes.beside(),
            ..self.clone()
        }
    }

    /// Says where photos are kept; without this, in memory.
    #[must_use]
    pub fn with_blobs(self, blobs: Blobs) -> Self {
        Self { blobs, ..self }
    }

    /// Says out of which font papers are made; without this, out of one of the system's.
    #[must_use]
    pub fn with_fonts(self, fonts: Fonts) -> Self {
        Self { fonts, ..self }
    }

    /// Says by whom grants are signed; without this, by a key that ends with the process.
    #[must_use]
    pub fn with_issuer(self, issuer: Issuer) -> Self {
        Self { issuer, ..self }
    }
}

/// The two ends of a connection.
#[derive(Debug, Clone, Copy)]
pub struct Ends {
    /// The other side.
    pub peer: SocketAddr,
    /// Our side: tells whether it came in by the loopback.
    pub local: SocketAddr,
}

/// Runs work that must not stop half-way: a client that hangs up, or a request that takes too long, ends the
/// waiting for it, not the work.
///
/// # Errors
/// What the work returns; [`ApiError::Internal`] when it panics.
pub async fn detached<T: Send + 'static>(
    work: impl Future<Output = Result<T, ApiError>> + Send + 'static,
) -> Result<T, ApiError> {
    use tracing::Instrument;
    match tokio::spawn(work.in_current_span()).await {
        Ok(done) => done,
        Err(error) => Err(ApiError::Internal(error.to_string())),
    }
}
