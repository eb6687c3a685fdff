//! The database under the servers, reached beside them to prepare it. **Never** used while something is measured.

use std::path::PathBuf;

use leeway_e2e::program::{Database, Program, env};
use sqlx::postgres::PgConnectOptions;
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, PgConnection, SqliteConnection};

/// Name of the database in the cluster.
const NAME: &str = "leeway_load";

/// Which engine.
#[derive(Debug, Clone, Copy, PartialEq, Eq, clap::ValueEnum)]
pub enum Engine {
    /// One file, one process.
    Sqlite,
    /// The cluster that `LEEWAY_POSTGRES` names.
    Postgres,
}

/// An open connection; it may do everything.
pub enum Store {
    /// To a file.
    Lite(SqliteConnection),
    /// To a cluster, as its superuser.
    Wide(PgConnection),
}

/// Returns the address of another database or role of the cluster.
fn address(role: &str, database: &str) -> String {
    let root = env("LEEWAY_POSTGRES");
    let (_, rest) = root.split_once('@').unwrap();
    let (host, rest) = rest.split_once('/').unwrap();
    let options = rest.split_once('?').map_or(String::new(), |(_, options)| format!("?{options}"));
    format!("postgres://{role}@{host}/{database}{options}")
}

async fn cluster(database: &str) -> Store {
    let root = env("LEEWAY_POSTGRES");
    let role = root.trim_start_matches("postgres://").split('@').next().unwrap().to_owned();
    let options: PgConnectOptions = address(&role, database).parse().unwrap();
    Store::Wide(options.connect().await.unwrap())
}

/// Prepares a server on a new database.
pub async fn new_server(engine: Engine) -> Program {
    match engine {
        Engine::Sqlite => Program::new(Database::File),
        Engine::Postgres => {
            let mut root = cluster("postgres").await;
            root.run(&format!("drop database if exists {NAME} with (force)")).await;
            root.run(&format!("create database {NAME} owner leeway_owner")).await;
            another_server()
        }
    }
}

/// Prepares another server on the database in the cluster.
pub fn another_server() -> Program {
    let mut server = Program::new(Database::Postgres(address("leeway_app", NAME)));
    server.set("DATABASE_OWNER_URL", &address("leeway_owner", NAME));
    server
}

impl Store {
    /// Connects to the database of a server.
    pub async fn of(engine: Engine, server: &Program) -> Self {
        match engine {
            Engine::Sqlite => {
                let options = SqliteConnectOptions::new().filename(file(server));
                Self::Lite(options.connect().await.unwrap())
            }
            Engine::Postgres => cluster(NAME).await,
        }
    }

    /// Says which engine it is.
    pub fn engine(&self) -> Engine {
        match self {
            Self::Lite(_) => Engine::Sqlite,
            Self::Wide(_) => Engine::Postgres,
        }
    }

    /// Runs statements. The texts are ours.
    pub async fn run(&mut self, sql: &str) {
        let query = sqlx::raw_sql(AssertSqlSafe(sql.to_owned()));
        let done = match self {
            Self::Lite(conn) => query.execute(conn).await.map(|_| ()),
            Self::Wide(conn) => query.execute(conn).await.map(|_| ()),
        };
        done.unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    /// Reads one number.
    pub async fn number(&mut self, sql: &str) -> i64 {
        let query = AssertSqlSafe(sql.to_owned());
        match self {
            Self::Lite(conn) => sqlx::query_scalar(query).fetch_one(conn).await.unwrap(),
            Self::Wide(conn) => sqlx::query_scalar(query).fetch_one(conn).await.unwrap(),
        }
    }

    /// Reads a list of texts.
    pub async fn texts(&mut self, sql: &str) -> Vec<String> {
        let query = AssertSqlSafe(sql.to_owned());
        match self {
            Self::Lite(conn) => sqlx::query_scalar(query).fetch_all(conn).await.unwrap(),
            Self::Wide(conn) => sqlx::query_scalar(query).fetch_all(conn).await.unwrap(),
        }
    }

    /// Says how many bytes the data take.
    pub async fn bytes(&mut self) -> i64 {
        match self {
            Self::Lite(_) => {
                self.number("select page_count * page_size from pragma_page_count, pragma_page_size").await
            }
            Self::Wide(_) => self.number("select pg_database_size(current_database())").await,
        }
    }
}

fn file(server: &Program) -> PathBuf {
    server.data().join("leeway.sqlite")
}
