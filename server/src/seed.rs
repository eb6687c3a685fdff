//! A new organisation: the demo, or an empty one with its first admin. One transaction: a start that is cut
//! off leaves nothing behind. **Never** touches an organisation that is there already.

use leeway_core::organisation::{Member, Named, Post, Role, Star, StarSince, Unit};
use leeway_core::values::{PostId, Timestamp, UnitId, UserId, clean};
use leeway_core::{Changes, Record, Scope};

use crate::auth::password::{Passwords, one_time};
use crate::auth::token::{fresh_id, hex, random};
use crate::clock::Clock;
use crate::db::{Contention, Credential, Database, DbError, Organisation, Tenant, retrying};
use crate::demo::{self, Account, Seed};
use crate::error::ApiError;
use crate::host::Host;

/// Why no organisation was founded.
#[derive(Debug, thiserror::Error)]
pub enum SeedError {
    /// There is one already.
    #[error("there is an organisation already: {0}")]
    Founded(String),
    /// The name is empty or too long.
    #[error("the organisation's name has 1 to 60 characters")]
    Name,
    /// The log-in name can't be one.
    #[error("a log-in name has 2 to 32 lower-case letters, digits, '.', '-' or '_'")]
    Login,
    /// The database failed.
    #[error(transparent)]
    Db(#[from] DbError),
    /// No password could be made.
    #[error(transparent)]
    Password(#[from] ApiError),
}

/// What an organisation begins as.
#[derive(Debug, Clone, Copy)]
pub struct Beginning<'a> {
    /// Its number.
    pub tenant: Tenant,
    /// By which host names it is reached.
    pub hosts: &'a [Host],
    /// Its name.
    pub name: &'a str,
}

impl<'a> Beginning<'a> {
    /// The first organisation, by this name; it answers for every host while it is the only one.
    #[must_use]
    pub const fn first(name: &'a str) -> Self {
        Self { tenant: Tenant::FIRST, hosts: &[], name }
    }
}

/// Founds the demo organisation, as of today.
///
/// # Errors
/// [`SeedError`] when there is an organisation already, or the database fails.
pub async fn demo(db: &dyn Database, passwords: &Passwords, clock: &Clock) -> Result<(), SeedError> {
    let now = clock.now();
    let mut credentials = Vec::new();
    for Account { user, .. } in demo::accounts() {
        // a salt each, as everywhere
        let hash = passwords.hash(demo::PASSWORD).await?;
        credentials.push((user, Credential { hash, must_change: false, demo: true, changed_at: now }));
    }
    found(db, &Beginning::first(demo::NAME), now, demo::organisation(clock.today(), now), credentials).await
}

/// Founds an organisation of one unit, with an admin who holds both posts until there are others, and the
/// checklists of the demo, since no command makes those. Returns the admin's one-time password.
///
/// # Errors
/// [`SeedError`] when there is an organisation already, a name is no good, or the database fails.
pub async fn empty(
    db: &dyn Database,
    passwords: &Passwords,
    clock: &Clock,
    begins: &Beginning<'_>,
    login: &str,
) -> Result<String, SeedError> {
    let name = clean(begins.name, 60).map_err(|_| SeedError::Name)?;
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-' | '_');
    if !(2..=32).contains(&login.len()) || !login.chars().all(fits) {
        return Err(SeedError::Login);
    }
    let now = clock.now();
    let admin = UserId::new(fresh_id()?);
    let checklists = demo::organisation(clock.today(), now)
        .into_iter()
        .filter(|seed| matches!(seed.record, Record::Checklist(_)));
    let seeds = first(&name, login, admin, now)?.into_iter().chain(checklists).collect();
    let password = one_time()?;
    let hash = passwords.hash(&password).await?;
    let credential = Credential { hash, must_change: true, demo: false, changed_at: now };
    found(db, &Beginning { name: &name, ..*begins }, now, seeds, vec![(admin, credential)]).await?;
    Ok(password)
}

/// The least that an organisation is made of.
fn first(name: &str, login: &str, admin: UserId, now: Timestamp) -> Result<Vec<Seed>, SeedError> {
    let unit = UnitId::new(fresh_id()?);
    let (head, approver) = (PostId::new(fresh_id()?), PostId::new(fresh_id()?));
    let member = Member {
        id: admin,
        login: login.to_owned(),
        name: login.to_owned(),
        unit,
        role: Role::Admin,
        stars: vec![StarSince { star: Star::ONE, since: now }],
        active: true,
        phone: String::new(),
    };
    let post = |id, title: &str, unit| Post {
        id,
        title: title.to_owned(),
        holder: Named { id: admin, name: login.to_owned() },
        deputy: None,
        unit,
    };
    let seed = |record: Record, scopes: &[Scope]| Seed {
        record,
        grants: scopes.iter().map(|scope| (admin, *scope)).collect(),
    };
    Ok(vec![
        seed(member.into(), &[Scope::User(admin), Scope::Catalogue, Scope::Unit(unit)]),
        seed(Unit { id: unit, name: name.to_owned(), head, approver }.into(), &[]),
        seed(post(head, "单元负责人", Some(unit)).into(), &[Scope::Post(head), Scope::UnitSummary(unit)]),
        seed(post(approver, "审批岗", None).into(), &[Scope::Post(approver)]),
    ])
}

/// Makes the name of a new history of the data.
///
/// # Errors
/// When the machine has no randomness.
pub fn epoch() -> Result<String, ApiError> {
    Ok(hex(&random::<8>()?))
}

/// Founds an organisation out of records and credentials.
///
/// # Errors
/// [`SeedError`] when there is one already, or the database fails.
pub async fn found(
    db: &dyn Database,
    begins: &Beginning<'_>,
    now: Timestamp,
    seeds: Vec<Seed>,
    credentials: Vec<(UserId, Credential)>,
) -> Result<(), SeedError> {
    let organisation = Organisation { name: begins.name.to_owned(), epoch: epoch()? };
    let (organisation, seeds, credentials) = (&organisation, &seeds, &credentials);
    retrying(db, begins.tenant, |mut writing| async move {
        if let Some(there) = writing.organisation().await? {
            return Err(SeedError::Founded(there.name));
        }
        writing.found(organisation, now).await?;
        writing.set_hosts(begins.hosts).await?;
        for Seed { record, grants } in seeds {
            let put = Changes::none().put(record.clone());
            let changes = grants.iter().fold(put, |changes, (user, scope)| changes.grant(*user, *scope));
            writing.write(&changes).await?;
        }
        for (user, credential) in credentials {
            writing.put_credential(*user, credential).await?;
        }
        Ok(writing.commit().await?)
    })
    .await
}

impl Contention for SeedError {
    fn is_contention(&self) -> bool {
        matches!(self, Self::Db(error) if error.is_contention())
    }
}
