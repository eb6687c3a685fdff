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
//! there are, [`deputies`] when somebody acts for somebody else.

#![allow(rustdoc::private_intra_doc_links, reason = "the documentation is read with private items")]

pub mod accept;
pub mod app;
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
pub mod http;
pub mod listen;
#[cfg(feature = "plant")]
mod plant;
pub mod poke;
pub mod repair;
pub mod rescue;
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
use backup::BackupError;
use blobs::{BlobError, Blobs};
use clock::Clock;
use config::{Address, Backup, Config, Init, MarkDurable, NewEpoch, Place, RescueImport, Restore, Verify};
use db::postgres::{Addresses, Postgres};
use db::sqlite::{OpenError, Sqlite};
use db::{Database, DbError, RecoveryKey, Tenant, Writing, retrying};
use demo::Account;
use error::ApiError;
use folder::{FolderError, Hold};
use leeway_core::values::Timestamp;
use rescue::RescueError;
use rescue::import::{Asked, Imported};
use rescue::key::{Private, id_of};
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
    app: App,
    listener: TcpListener,
    address: SocketAddr,
    tls: Option<Tls>,
    _hold: Option<Hold>,
}

impl Server {
    /// Opens the database, founds the demo if asked to and needed, and listens.
    ///
    /// # Errors
    /// [`StartError`] says what is missing.
    pub async fn start(config: &Config, clock: Clock) -> Result<Self, StartError> {
        let hold = hold(&config.place)?;
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
        let blobs = Blobs::open(&config.place.data, &config.place.blobs)?;
        let app = App::new(db, organisation, clock, &config.app, config.tls).with_blobs(blobs);
        app.passwords.warm_up().await?;
        Ok(Self { app, listener, address, tls, _hold: hold })
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
        let stop = async {
            stop.await;
            // or they would hold up the end
            self.app.pokes.close();
        };
        let serving = listen::serve(self.listener, self.tls.map(|tls| tls.acceptor), router, stop);
        tokio::select! {
            () = serving => {}
            () = poke::watch(&self.app) => {}
            () = deputies::watch(&self.app) => {}
        }
        self.app.db.close().await;
        tracing::info!("stopped");
    }
}

/// Founds an empty organisation. Returns the admin's one-time password.
///
/// # Errors
/// [`StartError`] when there is one already, or it can't be written.
pub async fn init(init: &Init, clock: &Clock) -> Result<String, StartError> {
    let _hold = hold(&init.place)?;
    let db = open(&init.place, None).await?;
    let founded = seed::empty(db.as_ref(), &Passwords::default(), clock, &init.name, &init.admin).await;
    db.close().await;
    Ok(founded?)
}

/// Backs up the database. Returns what the backup holds.
///
/// # Errors
/// [`StartError::Backup`] says why there is none.
pub async fn back_up(asked: &Backup) -> Result<backup::make::Made, StartError> {
    let instead = "pg_basebackup or pgBackRest makes the backup, and `leeway-server mark-durable` tells it";
    let data = of_sqlite(&asked.place, "backup", instead)?;
    let photos = photos_in_folder(&asked.place)?;
    Ok(backup::make::make(data, &asked.to, asked.force, photos.as_ref()).await?)
}

/// Puts a backup in the place of the database.
///
/// # Errors
/// [`StartError::Backup`] says why everything is as it was.
pub async fn restore(asked: &Restore, clock: &Clock) -> Result<backup::restore::Restored, StartError> {
    let instead = "what made the backup (pg_basebackup, pgBackRest) puts it back";
    let data = of_sqlite(&asked.place, "restore", instead)?;
    let epoch = seed::epoch()?;
    let mut restored = backup::restore::restore(data, &asked.from, &epoch, clock.now()).await?;
    if let Some(photos) = photos_in_folder(&asked.place)? {
        (restored.photos, restored.missing) = backup::photos::put_back(&asked.from, &photos).await?;
    }
    Ok(restored)
}

/// Returns the photos that a backup takes along; those in S3 are its operator's to keep.
fn photos_in_folder(place: &Place) -> Result<Option<Blobs>, BlobError> {
    if place.blobs.is_s3() { Ok(None) } else { Blobs::open(&place.data, &place.blobs).map(Some) }
}

/// Checks a backup, or the database. Returns which file is sound.
///
/// # Errors
/// [`StartError::Backup`] says what is wrong.
pub async fn verify(asked: &Verify) -> Result<PathBuf, StartError> {
    let instead = "pg_verifybackup or pgBackRest checks a backup, pg_amcheck the database";
    let data = of_sqlite(&asked.place, "verify", instead)?;
    let path = asked.file.clone().unwrap_or_else(|| config::database(data));
    match asked.file {
        Some(_) => {
            backup::verify::file(&path).await?;
            if !asked.place.blobs.is_s3() {
                backup::photos::check_beside(&path).await?;
            }
        }
        None => {
            backup::verify::running(&path).await?;
            let photos = Blobs::look(&asked.place.data, &asked.place.blobs)?;
            backup::photos::check(&path, &photos, false).await?;
        }
    }
    Ok(path)
}

/// Returns the data folder of a task that is about the file in it.
fn of_sqlite<'a>(
    place: &'a Place,
    task: &'static str,
    instead: &'static str,
) -> Result<&'a Path, StartError> {
    match place.database {
        Some(_) => Err(StartError::OfSqlite { task, instead }),
        None => Ok(&place.data),
    }
}

/// How much earlier than a backup's beginning a command must have arrived to count as held by it: its transaction
/// was over by then.
const MARGIN_MS: i64 = 60_000;

/// Says that what arrived before a backup of the operator's own began is durable. Returns for how many devices
/// that was news.
///
/// # Errors
/// [`StartError`] when the database does not answer.
pub async fn mark_durable(asked: &MarkDurable) -> Result<u64, StartError> {
    let until = Timestamp::from_ms(asked.began.saturating_mul(1_000).saturating_sub(MARGIN_MS));
    let db = open(&asked.place, None).await?;
    let marked = retrying(db.as_ref(), Tenant::ONLY, |mut writing: Box<dyn Writing>| async move {
        let news = writing.mark_durable(until).await?;
        writing.commit().await?;
        Ok::<_, DbError>(news)
    });
    let marked = marked.await;
    db.close().await;
    Ok(marked?)
}

/// Begins another history, after a restore by other tools.
///
/// # Errors
/// [`StartError`] when a server holds the folder, or the database does not answer.
pub async fn new_epoch(asked: &NewEpoch) -> Result<(), StartError> {
    let instead =
        "a recovery or a promotion begins another history by itself, after any other restore psql does";
    let _hold = folder::hold(of_sqlite(&asked.place, "new-epoch", instead)?)?;
    let epoch = &seed::epoch()?;
    let db = open(&asked.place, None).await?;
    let begun = retrying(db.as_ref(), Tenant::ONLY, |mut writing: Box<dyn Writing>| async move {
        writing.put_epoch(epoch).await?;
        writing.commit().await
    });
    let begun = begun.await;
    db.close().await;
    Ok(begun?)
}

/// Makes the folder, and takes hold of it when the database is in there. PostgreSQL is for several servers.
fn hold(place: &Place) -> Result<Option<Hold>, FolderError> {
    match place.database {
        Some(_) => folder::make(&place.data).map(|()| None),
        None => folder::hold(&place.data).map(Some),
    }
}

async fn open(place: &Place, standby: Option<&Address>) -> Result<Arc<dyn Database>, StartError> {
    if let Some(primary) = place.database.clone() {
        let addresses = Addresses { primary, owner: place.database_owner.clone(), standby: standby.cloned() };
        return Ok(Arc::new(Postgres::open(&addresses).await?));
    }
    Ok(Arc::new(Sqlite::open(&folder::prepare(&place.data)?).await?))
}

/// Makes a recovery key and keeps its public half. Returns both halves; the private one is nowhere else.
///
/// # Errors
/// [`StartError`] when there is no organisation, or the database does not answer.
pub async fn new_recovery_key(place: &Place, clock: &Clock) -> Result<(RecoveryKey, Private), StartError> {
    let (db, _) = open_founded(place).await?;
    let private = Private::new()?;
    let public = private.public();
    let key = RecoveryKey { id: id_of(&public), public, made_at: clock.now(), retired_at: None };
    let kept = &key;
    let put = retrying(db.as_ref(), Tenant::ONLY, |mut writing: Box<dyn Writing>| async move {
        writing.put_recovery_key(kept).await?;
        writing.commit().await
    });
    let put = put.await;
    db.close().await;
    put?;
    Ok((key, private))
}

/// Lists the recovery keys, the newest first.
///
/// # Errors
/// [`StartError`] when there is no organisation, or the database does not answer.
pub async fn recovery_keys(place: &Place) -> Result<Vec<RecoveryKey>, StartError> {
    let (db, _) = open_founded(place).await?;
    let mut reading = db.read(Tenant::ONLY).await?;
    let keys = reading.recovery_keys().await?;
    reading.end().await?;
    db.close().await;
    Ok(keys)
}

/// Brings in a rescue file, beside a server that serves the same data or without one: what it writes are
/// transactions as those of a push, and the server finds them as it finds those of another process.
///
/// # Errors
/// [`StartError::Rescue`] says why not.
pub async fn rescue_import(asked: &RescueImport, clock: &Clock) -> Result<Imported, StartError> {
    let (db, organisation) = open_founded(&asked.place).await?;
    let app = App::new(Arc::clone(&db), organisation, clock.clone(), Path::new(""), false);
    let file = Asked { from: &asked.from, key: asked.key.as_deref(), user: &asked.user };
    let imported = rescue::import::import(&app, file).await;
    db.close().await;
    Ok(imported?)
}

async fn open_founded(place: &Place) -> Result<(Arc<dyn Database>, db::Organisation), StartError> {
    let db = open(place, None).await?;
    match organisation(db.as_ref()).await? {
        Some(organisation) => Ok((db, organisation)),
        None => Err(StartError::NoOrganisation(place.to_string())),
    }
}

async fn organisation(db: &dyn Database) -> Result<Option<db::Organisation>, DbError> {
    let mut reading = db.read(Tenant::ONLY).await?;
    let organisation = reading.organisation().await?;
    reading.end().await?;
    Ok(organisation)
}
