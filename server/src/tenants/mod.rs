//! The organisations of one server, told apart by the host name of a request (docs/adr/0017): each is an [`App`] of its
//! own, and no request meets another than that of its host. **Never** answers for a host that is nobody's.
//!
//! Read: this file (who is there), [`direct`] (whose a request is), [`manage`] (what an operator does about them).

mod direct;
pub mod manage;

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, PoisonError, RwLock};
use std::time::Duration;

use axum::Router;
use futures_util::StreamExt;
use futures_util::stream::FuturesUnordered;

use crate::app::App;
use crate::blobs::Blobs;
use crate::config::Place;
use crate::db::{Database, Tenant};
use crate::folder::{self, Hold};
use crate::host::Host;
use crate::issuer::Issuer;
use crate::{StartError, approvals, deputies, open, organisation, poke, precedents, router, timer};

pub use direct::router;
use manage::Listed;

/// How often a server looks for organisations and hosts that are new.
const EVERY: Duration = Duration::from_secs(5);

/// All organisations that are served. Cheap to clone.
#[derive(Clone)]
pub struct Tenants(Arc<Shared>);

struct Shared {
    place: Place,
    first: App,
    table: RwLock<Arc<Table>>,
    is_closing: AtomicBool,
}

/// Who is there, and at which hosts.
struct Table {
    houses: BTreeMap<Tenant, House>,
    /// Which hosts each claims, in the order of their numbers.
    claims: Vec<(Host, Tenant)>,
    hosts: BTreeMap<Host, Tenant>,
}

impl Table {
    /// A host that two files name, as an old backup may, stays with the older organisation.
    fn new(houses: BTreeMap<Tenant, House>, claims: Vec<(Host, Tenant)>) -> Self {
        let hosts = claims.iter().rev().cloned().collect();
        Self { houses, claims, hosts }
    }

    /// Says whether there is one organisation, and nobody who is to be told from it.
    fn is_alone(&self) -> bool {
        self.houses.len() == 1 && self.claims.iter().all(|(_, tenant)| *tenant == Tenant::FIRST)
    }

    /// Tells the operator of what is wrong with the hosts.
    fn complain(&self) {
        let is_another = |(host, tenant): &&(Host, Tenant)| self.hosts.get(host) != Some(tenant);
        for (host, tenant) in self.claims.iter().filter(is_another) {
            tracing::error!(%host, %tenant, "another organisation has this host: name others by `tenant host`");
        }
        let is_lost = |it: &&Tenant| !self.hosts.values().any(|whose| whose == *it);
        for tenant in self.houses.keys().filter(is_lost).filter(|_| !self.is_alone()) {
            tracing::error!(%tenant, "nobody reaches this organisation: name a host by `tenant host`");
        }
    }
}

/// One organisation that is served.
#[derive(Clone)]
struct House {
    app: App,
    router: Router,
    /// Its data folder, when the database is in there.
    _hold: Option<Arc<Hold>>,
}

impl House {
    fn new(app: App, hold: Option<Hold>) -> Self {
        let router = router::router(&app);
        Self { app, router, _hold: hold.map(Arc::new) }
    }
}

impl Tenants {
    /// Takes up all organisations that there are beside the first.
    ///
    /// # Errors
    /// [`StartError`] when one of them can't be served.
    pub async fn open(place: &Place, first: App, hold: Option<Hold>) -> Result<Self, StartError> {
        let houses = BTreeMap::from([(first.tenant, House::new(first.clone(), hold))]);
        let table = RwLock::new(Arc::new(Table::new(houses, Vec::new())));
        let shared = Shared { place: place.clone(), first, table, is_closing: AtomicBool::new(false) };
        let all = Self(Arc::new(shared));
        all.look().await?;
        Ok(all)
    }

    /// Returns the organisation that was there before any other.
    #[must_use]
    pub fn first(&self) -> &App {
        &self.0.first
    }

    fn table(&self) -> Arc<Table> {
        Arc::clone(&self.0.table.read().unwrap_or_else(PoisonError::into_inner))
    }

    /// Takes up who is new, and who has other hosts than before. One that can't be taken up does not hold up the others.
    async fn look(&self) -> Result<(), StartError> {
        let Shared { place, first, .. } = &*self.0;
        let known = self.table();
        let mut houses = known.houses.clone();
        let mut trouble = None;
        for tenant in numbers(place, first.db.as_ref()).await? {
            if houses.contains_key(&tenant) {
                continue;
            }
            match self.take_up(tenant).await {
                Ok(house) => drop(houses.insert(tenant, house)),
                Err(error) => trouble = Some(error),
            }
        }
        let claims = self.claims(&houses).await?;
        let table = Arc::new(Table::new(houses, claims));
        if table.claims != known.claims || table.houses.len() != known.houses.len() {
            table.complain();
        }
        *self.0.table.write().unwrap_or_else(PoisonError::into_inner) = table;
        if self.0.is_closing.load(Ordering::Acquire) {
            self.hush();
        }
        trouble.map_or(Ok(()), Err)
    }

    async fn take_up(&self, tenant: Tenant) -> Result<House, StartError> {
        let Shared { place, first, .. } = &*self.0;
        let own = place.of(tenant);
        let hold = if place.database.is_some() { None } else { Some(folder::hold(&own.data)?) };
        let db = database(place, &first.db, tenant).await?;
        let Some(organisation) = organisation(db.as_ref(), tenant).await? else {
            return Err(StartError::NoTenant { tenant, place: own.to_string() });
        };
        let blobs = Blobs::open(&own.data, &own.blobs)?;
        tracing::info!(%tenant, organisation = %organisation.name, "served");
        let app = first.beside(db, tenant, organisation, blobs);
        Ok(House::new(app.with_issuer(Issuer::in_folder(&own.data, tenant)), hold))
    }

    /// Returns which hosts each organisation claims, in the order of their numbers.
    async fn claims(&self, houses: &BTreeMap<Tenant, House>) -> Result<Vec<(Host, Tenant)>, StartError> {
        let databases = if self.0.place.database.is_some() { 1 } else { houses.len() };
        let mut claims = Vec::new();
        for house in houses.values().take(databases) {
            claims.extend(house.app.db.hosts().await?);
        }
        Ok(claims)
    }

    /// Does for each organisation what is done by the clock, and looks for new ones, for as long as it is polled.
    pub async fn watch(&self) {
        let mut ticks = timer::after(EVERY);
        let mut watched = BTreeSet::new();
        let mut watches = FuturesUnordered::new();
        loop {
            for house in self.table().houses.values() {
                if watched.insert(house.app.tenant) {
                    let app = house.app.clone();
                    watches.push(async move {
                        tokio::join!(
                            poke::watch(&app),
                            deputies::watch(&app),
                            approvals::watch(&app),
                            precedents::watch(&app)
                        )
                    });
                }
            }
            tokio::select! {
                _ = watches.next() => {}
                _ = ticks.tick() => if let Err(error) = self.look().await {
                    tracing::warn!(%error, "the organisations were not looked at");
                }
            }
        }
    }

    /// Lists who is served.
    #[must_use]
    pub fn listed(&self) -> Vec<Listed> {
        let table = self.table();
        let hosts = |tenant: Tenant| table.hosts.iter().filter(move |it| *it.1 == tenant);
        let listed = |app: &App| Listed {
            tenant: app.tenant,
            name: app.organisation.name.clone(),
            hosts: hosts(app.tenant).map(|(host, _)| host.clone()).collect(),
        };
        table.houses.values().map(|house| listed(&house.app)).collect()
    }

    /// Ends all listening, now and later: it would hold up the end.
    pub fn hush(&self) {
        self.0.is_closing.store(true, Ordering::Release);
        self.table().houses.values().for_each(|house| house.app.pokes.close());
    }

    /// Waits for transactions under way and closes all databases.
    pub async fn close(&self) {
        for house in self.table().houses.values() {
            house.app.db.close().await;
        }
    }
}

/// Returns the numbers of all organisations that have a host or a file.
async fn numbers(place: &Place, first: &dyn Database) -> Result<BTreeSet<Tenant>, StartError> {
    let others = match place.database {
        Some(_) => first.hosts().await?.into_iter().map(|(_, tenant)| tenant).collect(),
        None => files(place)?,
    };
    Ok(others.into_iter().chain([Tenant::FIRST]).collect())
}

/// Returns whose files there are, but for the first organisation's.
fn files(place: &Place) -> Result<Vec<Tenant>, StartError> {
    let folder = place.tenants();
    if !folder.is_dir() {
        return Ok(Vec::new());
    }
    let mut found = Vec::new();
    for entry in fs::read_dir(&folder).map_err(folder::at(&folder))? {
        let name = entry.map_err(folder::at(&folder))?.file_name();
        let tenant = name.to_str().and_then(|name| name.parse().ok());
        // a restore may have a folder and no database yet
        found.extend(tenant.filter(|it| *it != Tenant::FIRST && place.of(*it).file().is_file()));
    }
    Ok(found)
}

/// Returns the database of an organisation, which in PostgreSQL is that of all.
async fn database(
    place: &Place,
    first: &Arc<dyn Database>,
    tenant: Tenant,
) -> Result<Arc<dyn Database>, StartError> {
    match place.database.is_some() || tenant == Tenant::FIRST {
        true => Ok(Arc::clone(first)),
        false => open(&place.of(tenant), None).await,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_host_that_two_claim_stays_with_the_older_organisation() {
        let host = |name: &str| -> Host { name.parse().unwrap() };
        let (one, two, three) = (Tenant::FIRST, Tenant::FIRST.next(), Tenant::FIRST.next().next());
        let claims = [
            ("a.example", one),
            ("b.example", two),
            ("a.example", two),
            ("b.example", three),
            ("c.example", three),
        ];
        let table = Table::new(BTreeMap::new(), claims.map(|(name, whose)| (host(name), whose)).to_vec());
        let whose = ["a.example", "b.example", "c.example"].map(|name| table.hosts[&host(name)]);
        assert_eq!(whose, [one, two, three]);
        assert!(!table.is_alone(), "who is claimed for is not answered for");
    }

    #[test]
    fn a_folder_without_a_number_and_a_file_is_nobodys() {
        let data = tempfile::tempdir().unwrap();
        let place = crate::config::Config::local(data.path(), data.path()).place;
        assert_eq!(files(&place).unwrap(), []);
        for name in ["2", "x", "01", "1", "-3", ".new-4", "5"] {
            fs::create_dir_all(place.tenants().join(name)).unwrap();
            fs::write(place.tenants().join(name).join("leeway.sqlite"), "").unwrap();
        }
        fs::create_dir(place.tenants().join("6")).unwrap();
        let mut found = files(&place).unwrap();
        found.sort();
        assert_eq!(found.iter().map(|it| it.number()).collect::<Vec<_>>(), [2, 5]);
    }
}
