//! A database of its own for a test, on the cluster that `cargo xtask test` has started: by the role that the server
//! uses, by the owner of the tables, and on the standby. Dropped at the end. Used by the unit tests, too.

#![allow(dead_code, reason = "each test program that includes this uses a part of it")]

use std::sync::atomic::{AtomicU32, Ordering};

use sqlx::postgres::PgConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection, PgConnection};

/// Where the cluster is, by its superuser: `postgres://ROLE@HOST/DATABASE?…`.
const CLUSTER: &str = "LEEWAY_POSTGRES";
/// The same for its standby.
const STANDBY: &str = "LEEWAY_POSTGRES_STANDBY";

/// Names one database by one role.
fn address(cluster: &str, role: &str, database: &str) -> String {
    let (_, rest) = cluster.split_once('@').unwrap();
    let (host, rest) = rest.split_once('/').unwrap();
    let query = rest.split_once('?').map_or("", |(_, query)| query);
    format!("postgres://{role}@{host}/{database}?{query}")
}

/// Connects as a test does, not as the server.
pub async fn connect(address: &str) -> PgConnection {
    address.parse::<PgConnectOptions>().unwrap().connect().await.unwrap()
}

/// Runs statements of the test.
pub async fn run(conn: &mut PgConnection, sql: impl Into<String>) {
    sqlx::raw_sql(AssertSqlSafe(sql.into())).execute(conn).await.unwrap();
}

/// A database, empty at first.
pub struct Base {
    /// By the server's role.
    pub app: String,
    /// By the owner of its tables.
    pub owner: String,
    /// By the superuser.
    pub root: String,
    /// On the standby, by the server's role and by the superuser.
    pub standby: (String, String),
    name: String,
    cluster: String,
}

impl Base {
    pub async fn new() -> Self {
        static NEXT: AtomicU32 = AtomicU32::new(1);
        let missing = |_| "where is PostgreSQL? run `cargo xtask test unit`";
        let tell = |variable| std::env::var(variable).map_err(missing).unwrap();
        let (cluster, standby) = (tell(CLUSTER), tell(STANDBY));
        let name = format!("leeway_{}_{}", std::process::id(), NEXT.fetch_add(1, Ordering::Relaxed));
        let mut conn = connect(&cluster).await;
        run(&mut conn, format!("create database {name} owner leeway_owner")).await;
        conn.close().await.unwrap();
        Self {
            app: address(&cluster, "leeway_app", &name),
            owner: address(&cluster, "leeway_owner", &name),
            root: address(&cluster, "leeway_root", &name),
            standby: (address(&standby, "leeway_app", &name), address(&standby, "leeway_root", &name)),
            name,
            cluster,
        }
    }
}

impl Drop for Base {
    fn drop(&mut self) {
        let (name, cluster) = (self.name.clone(), self.cluster.clone());
        // the test's own runtime can't wait here; and a cluster that is gone has dropped everything already
        let drop = std::thread::spawn(move || {
            let runtime = tokio::runtime::Builder::new_current_thread().enable_all().build().unwrap();
            runtime.block_on(async {
                let mut conn = connect(&cluster).await;
                run(&mut conn, format!("drop database if exists {name} with (force)")).await;
            });
        });
        let _ = drop.join();
    }
}
