//! The server of Leeway: serves the built app, takes in commands, sends out rows, knows who is who.
//!
//! It **never** holds a rule of its own: it loads, asks `leeway_core`, and commits what that said. A command's
//! way in is [`http::push`] → [`accept`] → `leeway_core::apply` → [`db`]; a row's way out is [`db`] →
//! [`scope`] → [`http::pull`].
//!
//! Read: [`router`] (every address), [`accept`], [`scope`], [`db`] (what is asked of an engine) with
//! [`db::sqlite`] and [`db::postgres`], then [`auth`]. [`config`] has every setting, [`error`] every answer that is not the one hoped
//! for, [`listen`] the connections, [`seed`] and [`demo`] a new organisation.

#![allow(rustdoc::private_intra_doc_links, reason = "the documentation is read with private items")]

pub mod accept;
pub mod app;
pub mod auth;
pub mod clock;
pub mod config;
pub mod db;
pub mod demo;
pub mod error;
pub mod http;
pub mod listen;
pub mod router;
pub mod scope;
pub mod seed;
pub mod tls;

use std::io;
use std::net::SocketAddr;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use tokio::net::TcpListener;

use app::App;
use auth::password::Passwords;
use clock::Clock;
use config::{Address, Config, Init, Place};
use db::postgres::{Addresses, Postgres};
use db::sqlite::{OpenError, Sqlite};
use db::{Database, DbError, Tenant};
use demo::Account;
use error::ApiError;
use seed::SeedError;
use tls::{Tls, TlsError};

/// Why the server does not start.
#[derive(Debug, thiserror::Error)]
pub enum StartError {
    /// The database can't be opened.
    #[error(transparent)]
    Open(#[from] OpenError),
    /// The database can't be opened.
    #[error(transparent)]
    Postgres(#[from] db::postgres::OpenError),
    /// The database does not answer.
    #[error(transparent)]
    Db(#[from] DbError),
    /// The folder of the data, or a file in it, can't be made.
    #[error("{path}: {source}")]
    Folder {
        /// Which one.
        path: PathBuf,
        /// What went wrong.
        source: io::Error,
    },
    /// Nobody to serve.
    #[error("no organisation in {0}: found one by `leeway-server init`, or serve with --demo")]
    NoOrganisation(String),
    /// The organisation can't be founded.
    #[error(transparent)]
    Seed(#[from] SeedError),
    /// No TLS.
    #[error(transparent)]
    Tls(#[from] TlsError),
    /// The address can't be listened on.
    #[error("can't listen on {address}: {source}")]
    Listen {
        /// Which one.
        address: SocketAddr,
        /// What went wrong.
        source: io::Error,
    },
    /// Passwords can't be hashed.
    #[error(transparent)]
    Password(#[from] ApiError),
}

/// A server that listens, but does not answer yet.
pub struct Server {
    app: App,
    listener: TcpListener,
    address: SocketAddr,
    tls: Option<Tls>,
}

impl Server {
    /// Opens the database, founds the demo if asked to and needed, and listens.
    ///
    /// # Errors
    /// [`StartError`] says what is missing.
    pub async fn start(config: &Config, clock: Clock) -> Result<Self, StartError> {
        let db = open(&config.place, config.database_standby.as_ref()).await?;
        let organisation = match organisation(db.as_ref()).await? {
            None if config.demo => {
                seed::demo(db.as_ref(), &Passwords::default(), &clock).await?;
                organisation(db.as_ref()).await?
            }
            there => there,
        };
        let organisation =
            organisation.ok_or_else(|| StartError::NoOrganisation(config.place.to_string()))?;
        let tls = match config.tls {
            true => Some(tls::prepare(&config.place.data, config.listen, clock.now())?),
            false => None,
        };
        let listen = |source| StartError::Listen { address: config.listen, source };
        let listener = TcpListener::bind(config.listen).await.map_err(listen)?;
        let address = listener.local_addr().map_err(listen)?;
        if !config.app.join("index.html").is_file() {
            tracing::warn!(folder = %config.app.display(), "there is no built app here");
        }
        let app = App::new(db, organisation, clock, &config.app, config.tls);
        app.passwords.warm_up().await?;
        Ok(Self { app, listener, address, tls })
    }

    /// Returns where it listens.
    #[must_use]
    pub fn address(&self) -> SocketAddr {
        self.address
    }

    /// Returns where it listens, as an address for a browser.
    #[must_use]
    pub fn url(&self) -> String {
        format!("{}://{}", if self.tls.is_some() { "https" } else { "http" }, self.address)
    }

    /// Returns the fingerprint of the certificate, if there is one.
    #[must_use]
    pub fn fingerprint(&self) -> Option<&str> {
        self.tls.as_ref().map(|tls| tls.fingerprint.as_str())
    }

    /// Returns its parts, for tests that look behind.
    #[must_use]
    pub fn app(&self) -> &App {
        &self.app
    }

    /// Returns the demo accounts to be shown that still have the demo's password.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn demo_accounts(&self) -> Result<Vec<Account>, DbError> {
        let mut reading = self.app.db.read(Tenant::ONLY).await?;
        let mut open = Vec::new();
        for account in demo::accounts().into_iter().take(demo::PRINTED) {
            if reading.credential(account.user).await?.is_some_and(|it| it.demo) {
                open.push(account);
            }
        }
        reading.end().await?;
        Ok(open)
    }

    /// Answers until `stop`, then closes everything in order.
    pub async fn run(self, stop: impl Future<Output = ()>) {
        let router = router::router(&self.app);
        tracing::info!(address = %self.url(), organisation = %self.app.organisation.name, "listening");
        listen::serve(self.listener, self.tls.map(|tls| tls.acceptor), router, stop).await;
        self.app.db.close().await;
        tracing::info!("stopped");
    }
}

/// Founds an empty organisation. Returns the admin's one-time password.
///
/// # Errors
/// [`StartError`] when there is one already, or it can't be written.
pub async fn init(init: &Init, clock: &Clock) -> Result<String, StartError> {
    let db = open(&init.place, None).await?;
    let founded = seed::empty(db.as_ref(), &Passwords::default(), clock, &init.name, &init.admin).await;
    db.close().await;
    Ok(founded?)
}

async fn open(place: &Place, standby: Option<&Address>) -> Result<Arc<dyn Database>, StartError> {
    let data = &place.data;
    let folder = |source| StartError::Folder { path: data.to_owned(), source };
    let mut builder = std::fs::DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    builder.create(data).map_err(folder)?;
    if let Some(primary) = place.database.clone() {
        let addresses = Addresses { primary, owner: place.database_owner.clone(), standby: standby.cloned() };
        return Ok(Arc::new(Postgres::open(&addresses).await?));
    }
    let database = place.file();
    private(&database).map_err(|source| StartError::Folder { path: database.clone(), source })?;
    Ok(Arc::new(Sqlite::open(&database).await?))
}

/// Makes an empty file that only its owner may read, if there is none: SQLite gives its other files the same
/// permissions.
fn private(path: &Path) -> io::Result<()> {
    let mut options = std::fs::OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path).map(drop)
}

async fn organisation(db: &dyn Database) -> Result<Option<db::Organisation>, DbError> {
    let mut reading = db.read(Tenant::ONLY).await?;
    let organisation = reading.organisation().await?;
    reading.end().await?;
    Ok(organisation)
}
