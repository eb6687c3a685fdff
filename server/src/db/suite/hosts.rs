//! Host names: an organisation's own, each once.

use leeway_core::values::Timestamp;

use super::{Db, found};
use crate::db::{DbError, Organisation, Tenant};
use crate::host::Host;

fn host(name: &str) -> Host {
    name.parse().unwrap()
}

async fn set(db: &Db, tenant: Tenant, hosts: &[Host]) -> Result<(), DbError> {
    let mut writing = db.write(tenant).await.unwrap();
    writing.set_hosts(hosts).await?;
    writing.commit().await
}

pub(crate) async fn a_host_is_of_one_organisation(db: Db) {
    found(&db).await;
    assert_eq!(db.hosts().await.unwrap(), []);
    let two = Tenant::FIRST.next();
    let mut writing = db.write(two).await.unwrap();
    let organisation = Organisation { name: "two".into(), epoch: "e2".into() };
    writing.found(&organisation, Timestamp::from_ms(0)).await.unwrap();
    writing.commit().await.unwrap();
    set(&db, Tenant::FIRST, &[host("b.example"), host("a.example")]).await.unwrap();
    set(&db, two, &[host("[::1]")]).await.unwrap();
    let taken = set(&db, two, &[host("c.example"), host("a.example")]).await.unwrap_err();
    assert!(matches!(taken, DbError::Constraint(_)), "{taken}");
    let all = [(host("a.example"), Tenant::FIRST), (host("b.example"), Tenant::FIRST), (host("[::1]"), two)];
    assert_eq!(db.hosts().await.unwrap(), all);
    // those that it had are free again
    set(&db, Tenant::FIRST, &[host("c.example")]).await.unwrap();
    set(&db, two, &[host("a.example")]).await.unwrap();
    assert_eq!(db.hosts().await.unwrap(), [(host("c.example"), Tenant::FIRST), (host("a.example"), two)]);
}
