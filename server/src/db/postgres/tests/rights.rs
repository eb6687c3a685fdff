//! Row-level security, as the server's own role meets it.

use leeway_core::Changes;
use leeway_core::values::Timestamp;
use sqlx::{AssertSqlSafe, PgConnection};

use super::support::{Base, connect, run};
use super::{address, addresses, open};
use crate::db::postgres::{Addresses, OpenError, Postgres};
use crate::db::suite::{customer, note, user};
use crate::db::{Client, Database, Organisation, Tenant};

/// Every table that holds data of a tenant; the migration test below says that there is no other.
const TABLES: [&str; 12] = [
    "tenant",
    "client",
    "command",
    "scope_grant",
    "row",
    "row_key",
    "credential",
    "session",
    "recovery_key",
    "blob",
    "device",
    "host",
];

async fn founded(db: &Postgres, tenant: Tenant, name: &str) {
    let mut writing = db.write(tenant).await.unwrap();
    let organisation = Organisation { name: name.into(), epoch: name.into() };
    writing.found(&organisation, Timestamp::from_ms(0)).await.unwrap();
    writing.set_hosts(&[format!("{name}.example").parse().unwrap()]).await.unwrap();
    let grant = Changes::none().grant(user(1), leeway_core::Scope::Catalogue);
    writing.write(&grant.put(note(1, 1, name))).await.unwrap();
    writing.commit().await.unwrap();
}

async fn count(conn: &mut PgConnection, table: &str, whose: &str) -> i64 {
    let sql = AssertSqlSafe(format!("select count(*) from {table} {whose}"));
    sqlx::query_scalar(sql).fetch_one(conn).await.unwrap()
}

#[tokio::test]
#[ignore = "needs PostgreSQL: cargo xtask test unit"]
async fn a_tenant_meets_nothing_of_another() {
    let (base, db) = open().await;
    let two = Tenant(2);
    founded(&db, Tenant::FIRST, "one").await;
    let mut reading = db.read(two).await.unwrap();
    assert_eq!(reading.organisation().await.unwrap(), None);
    assert_eq!(reading.record(crate::db::suite::key(1)).await.unwrap(), None);
    reading.end().await.unwrap();
    founded(&db, two, "two").await;
    db.close().await;
    // by raw SQL, too
    let mut conn = connect(&base.app).await;
    for table in TABLES {
        // whose a request is must be known before anybody's data is
        let seen = if table == "host" { 2 } else { 0 };
        assert_eq!(count(&mut conn, table, "").await, seen, "{table} without a tenant");
    }
    let changed = sqlx::query("update host set tenant = 2").execute(&mut conn).await.unwrap();
    assert_eq!(changed.rows_affected(), 0, "who names nobody takes nothing from anybody");
    let refused =
        sqlx::query("insert into host values ('x.example', 1)").execute(&mut conn).await.unwrap_err();
    assert_eq!(refused.as_database_error().unwrap().code().as_deref(), Some("42501"), "{refused}");
    run(&mut conn, "begin; set local leeway.tenant = '2'").await;
    let names: Vec<String> =
        sqlx::query_scalar("select name from tenant").fetch_all(&mut conn).await.unwrap();
    assert_eq!(names, ["two"]);
    for table in ["row", "row_key", "scope_grant", "host"] {
        assert!(count(&mut conn, table, "").await > 0, "{table}");
        assert_eq!(count(&mut conn, table, "where tenant = 1").await, 0, "{table}");
    }
    let changed = sqlx::query("update row set body = 'mine'").execute(&mut conn).await.unwrap();
    assert_eq!(changed.rows_affected(), 1);
    run(&mut conn, "savepoint here").await;
    for sql in [
        "insert into session (tenant, hash, usr, made_at, seen_at) values (1, '\\x00', gen_random_uuid(), 0, 0)",
        "update row set tenant = 1",
        "insert into host values ('x.example', 1)",
        "update host set tenant = 1",
        "delete from row",
        "alter table row disable row level security",
        "drop policy own on row",
    ] {
        let refused = sqlx::query(sql).execute(&mut conn).await.unwrap_err();
        assert_eq!(refused.as_database_error().unwrap().code().as_deref(), Some("42501"), "{sql}: {refused}");
        run(&mut conn, "rollback to here").await;
    }
    run(&mut conn, "commit").await;
    // what a transaction has named is forgotten at its end
    assert_eq!(count(&mut conn, "row", "").await, 0);
    let mut root = connect(&base.root).await;
    assert_eq!(count(&mut root, "row", "where tenant = 1 and body <> 'mine'").await, 1);
}

#[tokio::test]
#[ignore = "needs PostgreSQL: cargo xtask test unit"]
async fn what_is_durable_who_is_concerned_digests_and_epochs_are_of_one_tenant() {
    let (_base, db) = open().await;
    let two = Tenant(2);
    founded(&db, Tenant::FIRST, "one").await;
    founded(&db, two, "two").await;
    let client = |n| leeway_core::values::ClientId::from_u128(n);
    let scope = leeway_core::Scope::Customer(customer(1));
    let mut reading = db.read(Tenant::FIRST).await.unwrap();
    let before = reading.organisation().await.unwrap();
    let mark = reading.mark().await.unwrap();
    reading.end().await.unwrap();
    for (tenant, n) in [(Tenant::FIRST, 1), (two, 2)] {
        let mut writing = db.write(tenant).await.unwrap();
        let it = Client { user: user(n), incarnation: None, last_seq: 5, durable: 0 };
        writing.put_client(client(n), &it, Timestamp::from_ms(0)).await.unwrap();
        let grant = Changes::none().grant(user(n), scope);
        writing.write(&grant.put(note(n, 1, "news"))).await.unwrap();
        writing.commit().await.unwrap();
    }
    let mut writing = db.write(two).await.unwrap();
    assert_eq!(writing.mark_durable(Timestamp::from_ms(i64::MAX)).await.unwrap(), 1);
    writing.put_epoch("another").await.unwrap();
    writing.commit().await.unwrap();
    let mut digests = Vec::new();
    for (tenant, n, durable) in [(Tenant::FIRST, 1, 0), (two, 2, 5)] {
        let mut reading = db.read(tenant).await.unwrap();
        assert_eq!(reading.client(client(n)).await.unwrap().unwrap().durable, durable);
        assert_eq!(reading.stirred(&mark).await.unwrap(), [user(n)]);
        let now = reading.mark().await.unwrap();
        digests.push(reading.digest(scope, &now).await.unwrap().unwrap());
        assert_eq!(reading.organisation().await.unwrap() == before, tenant == Tenant::FIRST);
        reading.end().await.unwrap();
    }
    assert_ne!(digests[0], digests[1], "a row of its own each");
    db.close().await;
}

#[tokio::test]
#[ignore = "needs PostgreSQL: cargo xtask test unit"]
async fn every_table_with_a_tenant_forces_row_level_security() {
    let (base, db) = open().await;
    db.close().await;
    let mut owner = connect(&base.owner).await;
    let tables: Vec<(String, bool, bool)> = sqlx::query_as(
        "select c.relname::text, c.relrowsecurity and c.relforcerowsecurity,
             exists (select from pg_policy p where p.polrelid = c.oid and p.polpermissive and p.polcmd = '*')
         from pg_class c join pg_namespace n on n.oid = c.relnamespace
         where n.nspname = current_schema() and c.relkind in ('r', 'p') and c.relname <> '_sqlx_migrations'
         order by 1",
    )
    .fetch_all(&mut owner)
    .await
    .unwrap();
    for (name, is_forced, has_policy) in &tables {
        assert!(is_forced & has_policy, "{name}: enable and force row level security, and create a policy");
    }
    let mut names = TABLES;
    names.sort_unstable();
    assert_eq!(tables.iter().map(|it| it.0.as_str()).collect::<Vec<_>>(), names);
    // the owner is bound, too
    run(&mut owner, "begin; set local leeway.tenant = '1'; insert into tenant values (1, '', '', 0); commit")
        .await;
    assert_eq!(count(&mut owner, "tenant", "").await, 0);
}

#[tokio::test]
#[ignore = "needs PostgreSQL: cargo xtask test unit"]
async fn it_says_what_is_wrong_with_a_setting() {
    let base = Base::new().await;
    let fails = async |primary: &str, owner: Option<&str>, words: &str| {
        let addresses = Addresses { primary: address(primary), owner: owner.map(address), standby: None };
        let error = Postgres::open(&addresses).await.unwrap_err().to_string();
        assert!(error.contains(words), "{error}");
        assert!(!error.contains("secret"), "{error}");
    };
    let query = base.app.split_once('?').unwrap().1;
    fails("mysql://leeway:secret@localhost/leeway", None, "DATABASE_URL is not the address of a PostgreSQL")
        .await;
    fails("postgres://leeway:secret@local host/leeway", None, "DATABASE_URL is not the address").await;
    fails(&format!("postgres://leeway_app:secret@localhost/none?{query}"), None, "DATABASE_URL: ").await;
    fails(&base.app, Some(&format!("postgres://nobody:secret@localhost/x?{query}")), "DATABASE_OWNER_URL: ")
        .await;
    fails(&base.root, None, "leeway_root may read the data of every tenant").await;
    // the server's role may not make tables: the owner was not named
    let fresh = Base::new().await;
    fails(&fresh.app, None, "can't be brought up to date by DATABASE_URL").await;
    drop(super::standby::reached(&base).await);
    fails(&base.standby.0, Some(&base.owner), "this is a standby").await;
}

#[tokio::test]
#[ignore = "needs PostgreSQL: cargo xtask test unit"]
async fn the_owner_alone_will_do() {
    let base = Base::new().await;
    let addresses = Addresses { primary: address(&base.owner), owner: None, standby: None };
    let db = Postgres::open(&addresses).await.unwrap();
    founded(&db, Tenant::FIRST, "one").await;
    let mut reading = db.read(Tenant(2)).await.unwrap();
    assert_eq!(reading.organisation().await.unwrap(), None);
    drop(reading);
    db.close().await;
}

#[tokio::test]
#[ignore = "needs PostgreSQL: cargo xtask test unit"]
async fn quotes_of_before_are_found_by_who_made_them_in_every_tenant() {
    let (base, db) = open().await;
    for (tenant, name) in [(Tenant::FIRST, "one"), (Tenant(2), "two")] {
        founded(&db, tenant, name).await;
    }
    db.close().await;
    let mut owner = connect(&base.owner).await;
    for tenant in [1, 2] {
        let body = format!("{{\"by\": \"{}\", \"made_at\": 17952624{tenant}}}", user(tenant));
        let sql = format!(
            "begin; set local leeway.tenant = '{tenant}';
             insert into row (tenant, scope, typ, id, rev, deleted, body, stamp)
             values ({tenant}, 'catalogue', 'quote', gen_random_uuid(), 1, false, '{body}', pg_current_xact_id());
             commit"
        );
        run(&mut owner, sql).await;
    }
    // again is no change
    for _ in 0..2 {
        run(&mut owner, include_str!("../../../../migrations/postgres/0005_quotes_by_manager.sql")).await;
    }
    let mut root = connect(&base.root).await;
    let keys: Vec<(i64, String)> =
        sqlx::query_as("select tenant, key from row_key where key like 'quote.by|%' order by tenant")
            .fetch_all(&mut root)
            .await
            .unwrap();
    let key = |tenant: i64, n| (tenant, format!("quote.by|{}|00000017952624{tenant}", user(n)));
    assert_eq!(keys, [key(1, 1), key(2, 2)]);
    // and the owner is under the policy again
    assert_eq!(count(&mut owner, "row", "").await, 0);
}

#[tokio::test]
#[ignore = "needs PostgreSQL: cargo xtask test unit"]
async fn a_newer_schema_is_not_touched() {
    let (base, db) = open().await;
    db.close().await;
    let mut owner = connect(&base.owner).await;
    run(&mut owner, "insert into _sqlx_migrations values (999999, 'later', now(), true, '\\x00', 0)").await;
    assert!(matches!(Postgres::open(&addresses(&base)).await, Err(OpenError::Newer)));
}
