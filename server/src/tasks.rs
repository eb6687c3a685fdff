//! What an operator asks for on the command line, but for serving: each is done beside a server or without one, as it
//! says. Organisations themselves are kept in [`crate::tenants`].

use std::path::{Path, PathBuf};
use std::sync::Arc;

use leeway_core::proof::{self, IssuerKey};
use leeway_core::values::{KeyId, Timestamp};
use leeway_core::{Changes, Coverage, Rows, Stop};

use crate::app::App;
use crate::auth::password::Passwords;
use crate::blobs::{BlobError, Blobs};
use crate::clock::Clock;
use crate::config::{
    Backup, Init, MarkDurable, NewEpoch, Place, RescueImport, Restore, Verify, Whose, Withdraw,
};
use crate::db::{Database, DbError, Organisation, RecoveryKey, Tenant, Writing, retrying};
use crate::error::ApiError;
use crate::issuer::{Issuer, Pair};
use crate::rescue::import::{Asked, Imported};
use crate::rescue::key::{Private, id_of};
use crate::rules::decided;
use crate::seed::{self, Beginning};
use crate::{StartError, backup, config, folder, hold, open, organisation, rescue};

/// Founds an empty organisation. Returns the admin's one-time password.
///
/// # Errors
/// [`StartError`] when there is one already, or it can't be written.
pub async fn init(init: &Init, clock: &Clock) -> Result<String, StartError> {
    let _hold = hold(&init.place)?;
    let db = open(&init.place, None).await?;
    let begins = Beginning::first(&init.name);
    let founded = seed::empty(db.as_ref(), &Passwords::default(), clock, &begins, &init.admin).await;
    db.close().await;
    Ok(founded?)
}

/// Backs up the database. Returns what the backup holds.
///
/// # Errors
/// [`StartError::Backup`] says why there is none.
pub async fn back_up(asked: &Backup) -> Result<backup::make::Made, StartError> {
    let instead = "pg_basebackup or pgBackRest makes the backup, and `leeway-server mark-durable` tells it";
    let place = asked.whose.place();
    let data = of_sqlite(&place, "backup", instead)?;
    let photos = photos_in_folder(&place)?;
    Ok(backup::make::make(data, &asked.to, asked.force, photos.as_ref()).await?)
}

/// Puts a backup in the place of the database.
///
/// # Errors
/// [`StartError::Backup`] says why everything is as it was.
pub async fn restore(asked: &Restore, clock: &Clock) -> Result<backup::restore::Restored, StartError> {
    let instead = "what made the backup (pg_basebackup, pgBackRest) puts it back";
    let place = asked.whose.place();
    let data = of_sqlite(&place, "restore", instead)?;
    let epoch = seed::epoch()?;
    let mut restored =
        backup::restore::restore(asked.whose.tenant, data, &asked.from, &epoch, clock.now()).await?;
    if let Some(photos) = photos_in_folder(&place)? {
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
    let place = asked.whose.place();
    let data = of_sqlite(&place, "verify", instead)?;
    let path = asked.file.clone().unwrap_or_else(|| config::database(data));
    match asked.file {
        Some(_) => {
            backup::verify::file(&path).await?;
            if !place.blobs.is_s3() {
                backup::photos::check_beside(&path).await?;
            }
        }
        None => {
            backup::verify::running(&path).await?;
            let photos = Blobs::look(&place.data, &place.blobs)?;
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
    let (db, _) = open_founded(&asked.whose).await?;
    let marked = retrying(db.as_ref(), asked.whose.tenant, |mut writing: Box<dyn Writing>| async move {
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
    let place = asked.whose.place();
    let data = of_sqlite(&place, "new-epoch", instead)?;
    there(&asked.whose)?;
    let _hold = folder::hold(data)?;
    let epoch = &seed::epoch()?;
    let (db, _) = open_founded(&asked.whose).await?;
    let begun = retrying(db.as_ref(), asked.whose.tenant, |mut writing: Box<dyn Writing>| async move {
        writing.put_epoch(epoch).await?;
        writing.commit().await
    });
    let begun = begun.await;
    db.close().await;
    Ok(begun?)
}

/// Makes a recovery key and keeps its public half. Returns both halves; the private one is nowhere else.
///
/// # Errors
/// [`StartError`] when there is no organisation, or the database does not answer.
pub async fn new_recovery_key(whose: &Whose, clock: &Clock) -> Result<(RecoveryKey, Private), StartError> {
    let (db, _) = open_founded(whose).await?;
    let private = Private::new()?;
    let public = private.public();
    let key = RecoveryKey { id: id_of(&public), public, made_at: clock.now(), retired_at: None };
    let kept = &key;
    let put = retrying(db.as_ref(), whose.tenant, |mut writing: Box<dyn Writing>| async move {
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
pub async fn recovery_keys(whose: &Whose) -> Result<Vec<RecoveryKey>, StartError> {
    let (db, _) = open_founded(whose).await?;
    let mut reading = db.read(whose.tenant).await?;
    let keys = reading.recovery_keys().await?;
    reading.end().await?;
    db.close().await;
    Ok(keys)
}

/// The organisation's keys, and which of them signs in this data folder.
pub struct Signers {
    /// All of them, the oldest first.
    pub keys: Vec<IssuerKey>,
    /// The one that signs; `None`: the first is made when the first phone asks.
    pub signs: Option<KeyId>,
}

/// Makes another key of the organisation, and has it sign from now on: phones know it before the first grant comes by it.
///
/// # Errors
/// [`StartError`] when there is no organisation, or database or folder can't be written.
pub async fn new_issuer_key(whose: &Whose, clock: &Clock) -> Result<IssuerKey, StartError> {
    let (db, _) = open_founded(whose).await?;
    let pair = Pair::new()?;
    let key = pair.row(clock.now())?;
    let put = changed(db.as_ref(), whose.tenant, |_| Ok(Changes::none().put(key.clone()))).await;
    db.close().await;
    put?;
    Issuer::in_folder(&whose.place().data, whose.tenant).replace(&pair)?;
    Ok(key)
}

/// Withdraws a key of the organisation. Phones ask for grants by another one as soon as they hear of it.
///
/// # Errors
/// [`StartError::Signs`] for the one that signs here, [`StartError::NoKey`] when there is no such key.
pub async fn withdraw_issuer_key(asked: &Withdraw, clock: &Clock) -> Result<Signers, StartError> {
    let before = issuer_keys(&asked.whose).await?;
    if before.signs == Some(asked.key) {
        return Err(StartError::Signs(asked.key));
    }
    if before.keys.iter().all(|key| key.id != asked.key) {
        return Err(StartError::NoKey(asked.key));
    }
    let (db, _) = open_founded(&asked.whose).await?;
    let now = clock.now();
    let rule = |rows: &Rows| proof::withdraw_key(rows, asked.key, now);
    let done = changed(db.as_ref(), asked.whose.tenant, rule).await;
    db.close().await;
    done?;
    issuer_keys(&asked.whose).await
}

/// Lists the organisation's keys.
///
/// # Errors
/// [`StartError`] when there is no organisation, or database or folder can't be read.
pub async fn issuer_keys(whose: &Whose) -> Result<Signers, StartError> {
    let (db, _) = open_founded(whose).await?;
    let mut reading = db.read(whose.tenant).await?;
    let keys = crate::proof::issuer_keys(reading.as_mut()).await?;
    reading.end().await?;
    db.close().await;
    let here = Issuer::in_folder(&whose.place().data, whose.tenant).there()?;
    let signs = here.map(|pair| pair.row(Timestamp::default())).transpose()?.map(|key| key.id);
    Ok(Signers { keys, signs })
}

/// Writes what a rule says.
async fn changed(
    db: &dyn Database,
    tenant: Tenant,
    rule: impl Fn(&Rows) -> Result<Changes, Stop>,
) -> Result<(), ApiError> {
    let rule = &rule;
    retrying(db, tenant, |mut writing: Box<dyn Writing>| async move {
        let mut rows = Rows::new(Coverage::Whole);
        let said = decided(writing.as_mut(), &mut rows, rule).await?;
        writing.write(&said.map_err(|_| ApiError::NotFound)?).await?;
        Ok::<_, ApiError>(writing.commit().await?)
    })
    .await
}

/// Brings in a rescue file, beside a server that serves the same data or without one: what it writes are
/// transactions as those of a push, and the server finds them as it finds those of another process.
///
/// # Errors
/// [`StartError::Rescue`] says why not.
pub async fn rescue_import(asked: &RescueImport, clock: &Clock) -> Result<Imported, StartError> {
    let (db, organisation) = open_founded(&asked.whose).await?;
    let app =
        App::new(Arc::clone(&db), asked.whose.tenant, organisation, clock.clone(), Path::new(""), false);
    let file = Asked { from: &asked.from, key: asked.key.as_deref(), user: &asked.user };
    let imported = rescue::import::import(&app, file).await;
    db.close().await;
    Ok(imported?)
}

/// Opens the data of an organisation that is there.
pub(crate) async fn open_founded(whose: &Whose) -> Result<(Arc<dyn Database>, Organisation), StartError> {
    there(whose)?;
    let db = open(&whose.place(), None).await?;
    match organisation(db.as_ref(), whose.tenant).await? {
        Some(organisation) => Ok((db, organisation)),
        None => Err(missing(whose)),
    }
}

/// Makes sure that a file of another organisation than the first is there: opening one would make it.
fn there(whose: &Whose) -> Result<(), StartError> {
    let place = whose.place();
    let is_missing = place.database.is_none() && whose.tenant != Tenant::FIRST && !place.file().is_file();
    if is_missing { Err(missing(whose)) } else { Ok(()) }
}

fn missing(whose: &Whose) -> StartError {
    let place = whose.all.to_string();
    match whose.tenant {
        Tenant::FIRST => StartError::NoOrganisation(place),
        tenant => StartError::NoTenant { tenant, place },
    }
}
