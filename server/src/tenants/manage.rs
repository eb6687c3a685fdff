//! What an operator does about organisations: add one, list them, say by which hosts they are reached. Beside a server,
//! which takes it up within seconds, or without one. **Never** takes anything away but a name.

use std::sync::Arc;

use crate::auth::password::Passwords;
use crate::clock::Clock;
use crate::config::{Place, TenantAdd, TenantHost, Whose};
use crate::db::{DbError, Tenant, Writing, retrying};
use crate::folder::{self, Hold};
use crate::host::Host;
use crate::seed::{self, Beginning};
use crate::tasks::open_founded;
use crate::{StartError, open, organisation};

/// Why organisations stay as they are.
#[derive(Debug, thiserror::Error)]
pub enum TenantError {
    /// The first one answers for every host, and could not be told from the second.
    #[error(
        "{name} is organisation 1 and has no host of its own yet: name the one by which its people reach it, by \
         `leeway-server tenant host 1 HOST`, and then add the second"
    )]
    FirstHasNoHost {
        /// Its name.
        name: String,
    },
    /// A host is somebody's already.
    #[error(
        "{host} is a host of {name}, organisation {tenant}: choose another one, or first name other hosts for that \
         one by `leeway-server tenant host {tenant} HOST`"
    )]
    Taken {
        /// Which one.
        host: Host,
        /// Whose it is.
        tenant: Tenant,
        /// By name.
        name: String,
    },
}

/// An organisation, as an operator knows it.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Listed {
    /// Its number.
    pub tenant: Tenant,
    /// Its name.
    pub name: String,
    /// By which host names it is reached; none: by every one, as long as it is the only organisation.
    pub hosts: Vec<Host>,
}

/// Lists all organisations in the order of their numbers.
///
/// # Errors
/// [`StartError`] when there is none, or a database does not answer.
pub async fn list(place: &Place) -> Result<Vec<Listed>, StartError> {
    let (first, _) = open_founded(&whose(place, Tenant::FIRST)).await?;
    let mut all = Vec::new();
    for tenant in super::numbers(place, first.as_ref()).await? {
        let db = super::database(place, &first, tenant).await?;
        if let Some(it) = organisation(db.as_ref(), tenant).await? {
            let own = db.hosts().await?.into_iter().filter(|(_, whose)| *whose == tenant);
            all.push(Listed { tenant, name: it.name, hosts: own.map(|(host, _)| host).collect() });
        }
        if !Arc::ptr_eq(&db, &first) {
            db.close().await;
        }
    }
    first.close().await;
    Ok(all)
}

/// Founds another organisation, empty but for an admin. Returns its number and the admin's one-time password.
///
/// # Errors
/// [`StartError::Tenant`] when its hosts would not tell it apart; whatever stops [`crate::tasks::init`].
pub async fn add(asked: &TenantAdd, clock: &Clock) -> Result<(Tenant, String), StartError> {
    let place = &asked.place;
    let _turn = turn(place)?;
    let all = list(place).await?;
    if let Some(first) = all.iter().find(|it| it.tenant == Tenant::FIRST && it.hosts.is_empty()) {
        return Err(TenantError::FirstHasNoHost { name: first.name.clone() }.into());
    }
    let tenant = next(place, &all);
    let hosts = free(&all, &asked.hosts, tenant)?;
    let begins = Beginning { tenant, hosts: &hosts, name: &asked.name };
    let password = match place.database {
        Some(_) => found(place, &begins, &asked.admin, clock).await?,
        None => found_in_folder(place, &begins, &asked.admin, clock).await?,
    };
    Ok((tenant, password))
}

/// Says by which hosts an organisation is reached, and by no other ones. Returns it as it is then.
///
/// # Errors
/// [`StartError::Tenant`] when a host is another one's; [`StartError::NoTenant`] when there is no such organisation.
pub async fn set_hosts(asked: &TenantHost) -> Result<Listed, StartError> {
    let TenantHost { place, tenant, hosts } = asked;
    let _turn = turn(place)?;
    let all = list(place).await?;
    let hosts = &free(&all, hosts, *tenant)?;
    let (db, it) = open_founded(&whose(place, *tenant)).await?;
    let set = retrying(db.as_ref(), *tenant, |mut writing: Box<dyn Writing>| async move {
        writing.set_hosts(hosts).await?;
        writing.commit().await
    });
    let set: Result<(), DbError> = set.await;
    db.close().await;
    set?;
    Ok(Listed { tenant: *tenant, name: it.name, hosts: hosts.clone() })
}

fn whose(place: &Place, tenant: Tenant) -> Whose {
    Whose { all: place.clone(), tenant }
}

/// Lets one operator at a time do something about organisations.
fn turn(place: &Place) -> Result<Hold, StartError> {
    Ok(folder::hold(&place.tenants())?)
}

/// Returns these hosts, each once, if none is another organisation's.
fn free(all: &[Listed], wanted: &[Host], tenant: Tenant) -> Result<Vec<Host>, TenantError> {
    for other in all.iter().filter(|it| it.tenant != tenant) {
        if let Some(host) = other.hosts.iter().find(|host| wanted.contains(host)) {
            let (host, name) = (host.clone(), other.name.clone());
            return Err(TenantError::Taken { host, tenant: other.tenant, name });
        }
    }
    let mut hosts = wanted.to_vec();
    hosts.sort();
    hosts.dedup();
    Ok(hosts)
}

/// Returns the number of the next organisation: one that no other has, and no folder that was left.
fn next(place: &Place, all: &[Listed]) -> Tenant {
    let last = all.iter().map(|it| it.tenant).max().unwrap_or(Tenant::FIRST);
    let mut next = last.next();
    while place.of(next).data.exists() {
        next = next.next();
    }
    next
}

async fn found(
    place: &Place,
    begins: &Beginning<'_>,
    admin: &str,
    clock: &Clock,
) -> Result<String, StartError> {
    let db = open(place, None).await?;
    let founded = seed::empty(db.as_ref(), &Passwords::default(), clock, begins, admin).await;
    db.close().await;
    Ok(founded?)
}

/// Founds it in a folder that gets its name when all is in it: a server that looks meanwhile, or a start that is cut off,
/// finds the whole of it or nothing.
async fn found_in_folder(
    place: &Place,
    begins: &Beginning<'_>,
    admin: &str,
    clock: &Clock,
) -> Result<String, StartError> {
    let (folder, end) = (place.tenants(), place.of(begins.tenant).data);
    let mut builder = tempfile::Builder::new();
    #[cfg(unix)]
    builder.permissions(std::os::unix::fs::PermissionsExt::from_mode(0o700));
    let staged = builder.prefix(".new-").tempdir_in(&folder).map_err(folder::at(&folder))?;
    let password =
        found(&Place { data: staged.path().to_owned(), ..place.clone() }, begins, admin, clock).await?;
    folder::sync(staged.path()).map_err(folder::at(staged.path()))?;
    std::fs::rename(staged.path(), &end).map_err(folder::at(&end))?;
    folder::sync(&folder).map_err(folder::at(&folder))?;
    Ok(password)
}
