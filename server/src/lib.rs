//! The server of Leeway: serves the built app, takes in commands, sends out rows, knows who is who.
//!
//! It **never** holds a rule of its own: it loads, asks `leeway_core`, and commits what that said. A command's
//! way in is [`http::push`] → [`accept`] → `leeway_core::apply` → [`db`]; a row's way out is [`db`] →
//! [`scope`] → [`http::pull`].
//!
//! Read: [`router`] (every address), [`accept`], [`scope`], [`db`] (what is asked of an engine) with
//! [`db::sqlite`] and [`db::postgres`], then [`auth`]. [`config`] has every setting, [`error`] every answer that is
//! not the one hoped for, [`listen`] the connections, [`seed`] and [`demo`] a new organisation, [`backup`] and
//! [`folder`] what keeps the data, [`blobs`] photos, [`rescue`] what a phone could not send, [`devices`] which phones
//! there are, [`deputies`] when somebody acts for somebody else, [`tenants`] several organisations, each at its [`host`],
//! [`proof`] what devices may promise, signed by the key of [`issuer`], [`tasks`] what an operator asks for.

#![allow(rustdoc::private_intra_doc_links, reason = "the documentation is read with private items")]

pub mod accept;
pub mod app;
pub mod approvals;
pub mod auth;
pub mod backup;
pub mod blobs;
pub mod clock;
pub mod config;
pub mod db;
pub mod demo;
pub mod deputies;
pub mod devices;
pub mod error;
pub mod folder;
pub mod host;
pub mod http;
pub mod issuer;
pub mod listen;
pub mod papers;
pub mod pdf;
#[cfg(feature = "plant")]
mod plant;
pub mod poke;
pub mod precedents;
pub mod proof;
pub mod quoted;
pub mod repair;
pub mod rescue;
pub mod router;
mod rules;
pub mod scope;
pub mod seed;
pub mod tasks;
pub mod tenants;
mod timer;
pub mod tls;

use std::io;
use std::net::SocketAddr;
use std::sync::Arc;

use leeway_core::values::KeyId;
use tokio::net::TcpListener;

use app::App;
use auth::password::Passwords;
use backup::BackupError;
use blobs::{BlobError, Blobs};
use clock::Clock;
use config::{Address, Config, Place};
use db::postgres::{Addresses, Postgres};
use db::sqlite::{OpenError, Sqlite};
use db::{Database, DbError, Tenant};
use demo::Account;
use error::ApiError;
use folder::{FolderError, Hold};
use issuer::Issuer;
use pdf::Fonts;

use rescue::RescueError;
use seed::SeedError;
use tenants::Tenants;
use tenants::manage::TenantError;
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
    /// The folder of the data can't be used.
    #[error(transparent)]
    Folder(#[from] FolderError),
    /// A backup was not made, checked or put back.
    #[error(transparent)]
    Backup(#[from] BackupError),
    /// Photos can't be kept.
    #[error(transparent)]
    Blobs(#[from] BlobError),
    /// PostgreSQL has tools of its own for it.
    #[error("{task} is for SQLite, and the data is in PostgreSQL: {instead}; see docs/operations.md")]
    OfSqlite {
        /// What was asked for.
        task: &'static str,
        /// What does it there.
        instead: &'static str,
    },
    /// A rescue file was not imported.
    #[error(transparent)]
    Rescue(#[from] RescueError),
    /// Nobody to serve.
    #[error("no organisation in {0}: found one by `leeway-server init`, or serve with --demo")]
    NoOrganisation(String),
    /// There is no organisation of this number.
    #[error("no organisation {tenant} in {place}: `leeway-server tenant list` tells which there are")]
    NoTenant {
        /// Which one was meant.
        tenant: Tenant,
        /// Where.
        place: String,
    },
    /// The organisation has no such key.
    #[error("no key {0}: `leeway-server issuer-key list` tells which there are")]
    NoKey(KeyId),
    /// The key signs: without it nothing would.
    #[error("the key {0} signs: make another one first, by `leeway-server issuer-key new`")]
    Signs(KeyId),
    /// Organisations would not be told apart.
    #[error(transparent)]
    Tenant(#[from] TenantError),
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
    /// Passwords can't be hashed, or no key can be made.
    #[error(transparent)]
    Password(#[from] ApiError),
}

/// A server that listens, but does not answer yet.
pub struct Server {
    tenants: Tenants,
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
        let hold = hold(&config.place)?;
        let db = open(&config.place, config.database_standby.as_ref()).await?;
        let organisation = match organisation(db.as_ref(), Tenant::FIRST).await? {
            None if config.demo => {
                seed::demo(db.as_ref(), &Passwords::default(), &clock).await?;
                organisation(db.as_ref(), Tenant::FIRST).await?
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
        let blobs = Blobs::open(&config.place.data, &config.place.blobs)?;
        let app = App::new(db, Tenant::FIRST, organisation, clock, &config.app, config.tls)
            .with_blobs(blobs)
            .with_fonts(Fonts::named(config.paper_font.as_deref()))
            .with_issuer(Issuer::in_folder(&config.place.data, Tenant::FIRST));
        app.passwords.warm_up().await?;
        let tenants = Tenants::open(&config.place, app, hold).await?;
        Ok(Self { tenants, listener, address, tls })
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

    /// Returns what serves the first organisation, for tests that look behind.
    #[must_use]
    pub fn app(&self) -> &App {
        self.tenants.first()
    }

    /// Returns who is served.
    #[must_use]
    pub fn tenants(&self) -> &Tenants {
        &self.tenants
    }

    /// Returns the demo accounts to be shown that still have the demo's password.
    ///
    /// # Errors
    /// When the database does not answer.
    pub async fn demo_accounts(&self) -> Result<Vec<Account>, DbError> {
        let mut reading = self.app().db.read(Tenant::FIRST).await?;
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
        let router = tenants::router(&self.tenants);
        tracing::info!(address = %self.url(), organisation = %self.app().organisation.name, "listening");
        let Self { tenants, listener, tls, .. } = self;
        let stop = async {
            stop.await;
            tenants.hush();
        };
        let serving = listen::serve(listener, tls.map(|tls| tls.acceptor), router, stop);
        tokio::select! {
            () = serving => {}
            () = tenants.watch() => {}
        }
        tenants.close().await;
        tracing::info!("stopped");
    }
}

/// Makes the folder, and takes hold of it when the database is in there. PostgreSQL is for several servers.
fn hold(place: &Place) -> Result<Option<Hold>, FolderError> {
    match place.database {
        Some(_) => folder::make(&place.data).map(|()| None),
        None => folder::hold(&place.data).map(Some),
    }
}

/// Opens the database of an organisation, or of all.
async fn open(place: &Place, standby: Option<&Address>) -> Result<Arc<dyn Database>, StartError> {
    if let Some(primary) = place.database.clone() {
        let addresses = Addresses { primary, owner: place.database_owner.clone(), standby: standby.cloned() };
        return Ok(Arc::new(Postgres::open(&addresses).await?));
    }
    Ok(Arc::new(Sqlite::open(&folder::prepare(&place.data)?).await?))
}

async fn organisation(db: &dyn Database, tenant: Tenant) -> Result<Option<db::Organisation>, DbError> {
    let mut reading = db.read(tenant).await?;
    let organisation = reading.organisation().await?;
    reading.end().await?;
    Ok(organisation)
}
