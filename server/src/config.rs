//! Every setting, with its default. Each can be given as an option or in the environment; the option wins.

mod task;

use std::convert::Infallible;
use std::fmt;
use std::net::{Ipv4Addr, SocketAddr};
use std::path::{Path, PathBuf};
use std::str::FromStr;

use clap::builder::FalseyValueParser;
use clap::{Args, Parser, ValueEnum};

use crate::db::Tenant;

pub use task::{
    Backup, Init, IssuerKey, MarkDurable, NewEpoch, RecoveryKey, RescueImport, Restore, Task, TenantAdd,
    TenantHost, TenantTask, Verify, Withdraw,
};

/// Name of the database in the data folder.
const DATABASE: &str = "leeway.sqlite";
/// Name of the folder with what belongs to other organisations than the first.
const TENANTS: &str = "tenants";

/// The command line.
#[derive(Debug, Parser)]
#[command(
    name = "leeway-server",
    version,
    about = "Serves the app, sync, log-in and administration of Leeway"
)]
pub struct Cli {
    /// What to do.
    #[command(subcommand)]
    pub task: Task,
    /// What goes into the log on stderr: a level, or a filter such as `info,leeway_server=debug`
    #[arg(long, global = true, env = "LEEWAY_LOG", default_value = "info", value_name = "FILTER")]
    pub log: String,
    /// How the log is written
    #[arg(long, global = true, env = "LEEWAY_LOG_FORMAT", default_value = "text", value_name = "FORMAT")]
    pub log_format: LogFormat,
}

/// How the log is written.
#[derive(Debug, Clone, Copy, PartialEq, Eq, ValueEnum)]
pub enum LogFormat {
    /// Lines for people.
    Text,
    /// One JSON object a line.
    Json,
}

/// The address of a database, or a key. There may be a secret in it, so it is never shown.
#[derive(Clone, PartialEq, Eq)]
pub struct Address(String);

impl Address {
    /// Returns it as it was given, to connect.
    #[must_use]
    pub fn text(&self) -> &str {
        &self.0
    }
}

impl FromStr for Address {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(Self(text.to_owned()))
    }
}

impl fmt::Debug for Address {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Address(…)")
    }
}

/// Where the data is.
#[derive(Debug, Clone, Args)]
pub struct Place {
    /// Folder of the data: the database, unless it is PostgreSQL, and what else the server keeps
    #[arg(long, env = "LEEWAY_DATA", default_value = "data", value_name = "FOLDER")]
    pub data: PathBuf,
    /// PostgreSQL database instead of one in the data folder: `postgres://ROLE@HOST/DATABASE`. A password belongs
    /// into the environment, where other users can't see it
    #[arg(long, env = "DATABASE_URL", hide_env_values = true, value_name = "URL")]
    pub database: Option<Address>,
    /// The same database by the role that owns its tables: used at the start, to bring the schema up to date
    #[arg(
        long,
        env = "DATABASE_OWNER_URL",
        hide_env_values = true,
        requires = "database",
        value_name = "URL"
    )]
    pub database_owner: Option<Address>,
    /// Where photos are.
    #[command(flatten)]
    pub blobs: BlobPlace,
}

/// The data of one organisation.
#[derive(Debug, Clone, Args)]
pub struct Whose {
    /// Where the data of all is.
    #[command(flatten)]
    pub all: Place,
    /// Number of the organisation, as `tenant list` tells it
    #[arg(long, default_value = "1", value_name = "NUMBER")]
    pub tenant: Tenant,
}

impl Whose {
    /// Returns where it is.
    #[must_use]
    pub fn place(&self) -> Place {
        self.all.of(self.tenant)
    }
}

/// Where photos are.
#[derive(Debug, Clone, Default, Args)]
pub struct BlobPlace {
    /// Where photos are kept: a folder, or `s3://BUCKET`. By default `blobs` in the data folder
    #[arg(long, env = "LEEWAY_BLOBS", value_name = "PLACE")]
    pub blobs: Option<String>,
    /// Address of what speaks S3, if it is not Amazon's
    #[arg(long, env = "AWS_ENDPOINT_URL", value_name = "URL")]
    pub s3_endpoint: Option<String>,
    /// Region of the bucket
    #[arg(long, env = "AWS_REGION", default_value = "us-east-1", value_name = "REGION")]
    pub s3_region: String,
    /// Key of who may use the bucket; without one, the machine's own role is used
    #[arg(long, env = "AWS_ACCESS_KEY_ID", hide_env_values = true, requires = "s3_key", value_name = "ID")]
    pub s3_key_id: Option<Address>,
    /// The secret half of the key; belongs into the environment, where other users can't see it
    #[arg(long, env = "AWS_SECRET_ACCESS_KEY", hide_env_values = true, value_name = "SECRET")]
    pub s3_key: Option<Address>,
    /// Which part of the folder or bucket is meant; none: all of it.
    #[arg(skip)]
    pub below: Option<String>,
}

/// Settings of the server.
#[derive(Debug, Clone, Args)]
pub struct Config {
    /// Address to listen on; port 0 takes a free one
    #[arg(long, env = "LEEWAY_LISTEN", default_value = "127.0.0.1:8080", value_name = "ADDRESS")]
    pub listen: SocketAddr,
    /// Where the data is.
    #[command(flatten)]
    pub place: Place,
    /// Hot standby of the database, which answers pulls as long as it is not far behind
    #[arg(
        long,
        env = "DATABASE_STANDBY_URL",
        hide_env_values = true,
        requires = "database",
        value_name = "URL"
    )]
    pub database_standby: Option<Address>,
    /// Folder of the built app
    #[arg(long, env = "LEEWAY_APP", default_value = "dist", value_name = "FOLDER")]
    pub app: PathBuf,
    /// Font for the PDF of a quotation: a file with Chinese letters. By default one of the system's
    #[arg(long, env = "LEEWAY_PAPER_FONT", value_name = "FILE")]
    pub paper_font: Option<PathBuf>,
    /// Found the demo organisation if there is none
    #[arg(long, env = "LEEWAY_DEMO", value_parser = FalseyValueParser::new())]
    pub demo: bool,
    /// Serve over TLS with a certificate of its own
    #[arg(long, env = "LEEWAY_TLS", value_parser = FalseyValueParser::new())]
    pub tls: bool,
}

impl Config {
    /// Settings for a server on a free port of the loopback.
    #[must_use]
    pub fn local(data: &Path, app: &Path) -> Self {
        Self {
            listen: SocketAddr::from((Ipv4Addr::LOCALHOST, 0)),
            place: Place {
                data: data.to_owned(),
                database: None,
                database_owner: None,
                blobs: BlobPlace::default(),
            },
            database_standby: None,
            app: app.to_owned(),
            paper_font: None,
            demo: false,
            tls: false,
        }
    }
}

impl BlobPlace {
    /// Says whether photos are in S3, and so not in a folder that a backup could copy.
    #[must_use]
    pub fn is_s3(&self) -> bool {
        self.blobs.as_ref().is_some_and(|it| it.starts_with("s3://"))
    }
}

impl Place {
    /// Returns where the data of this organisation is. That of the first lies where the settings say, that of each other
    /// one in a folder of its own below.
    #[must_use]
    pub fn of(&self, tenant: Tenant) -> Self {
        if tenant == Tenant::FIRST {
            return self.clone();
        }
        let below = Some(format!("{TENANTS}/{tenant}"));
        let data = self.tenants().join(tenant.to_string());
        Self { data, blobs: BlobPlace { below, ..self.blobs.clone() }, ..self.clone() }
    }

    /// Returns the folder with a folder for each organisation but the first.
    #[must_use]
    pub fn tenants(&self) -> PathBuf {
        self.data.join(TENANTS)
    }

    /// Returns where the database is when it is a file.
    #[must_use]
    pub fn file(&self) -> PathBuf {
        database(&self.data)
    }
}

impl fmt::Display for Place {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match &self.database {
            Some(_) => f.write_str("the PostgreSQL database of DATABASE_URL"),
            None => {
                let file = self.file();
                // whole, once it is there
                file.canonicalize().unwrap_or(file).display().fmt(f)
            }
        }
    }
}

/// Returns where the database of a data folder is when it is a file.
#[must_use]
pub fn database(data: &Path) -> PathBuf {
    data.join(DATABASE)
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    fn serve(line: &str) -> Config {
        match Cli::parse_from(line.split(' ')).task {
            Task::Serve(config) => config,
            _ => panic!("{line}"),
        }
    }

    #[test]
    fn the_command_line_is_consistent() {
        Cli::command().debug_assert();
    }

    #[test]
    fn an_address_is_not_shown() {
        let line = "leeway-server serve --database postgres://leeway:secret@db/leeway";
        let config = serve(line);
        assert_eq!(config.place.database.as_ref().unwrap().text(), "postgres://leeway:secret@db/leeway");
        assert!(!format!("{config:?} {}", config.place).contains("secret"));
        let alone = ["leeway-server", "serve", "--database-standby", "postgres://leeway@db2/leeway"];
        assert!(Cli::try_parse_from(alone).is_err(), "a standby of what?");
    }

    #[test]
    fn options_and_defaults() {
        let config = serve("leeway-server serve");
        assert_eq!(
            (config.listen.to_string().as_str(), config.demo, config.tls),
            ("127.0.0.1:8080", false, false)
        );
        let config = serve("leeway-server serve --listen 0.0.0.0:0 --data d --app a --demo --tls");
        assert_eq!((config.listen.to_string().as_str(), config.demo, config.tls), ("0.0.0.0:0", true, true));
        assert_eq!(config.place.file(), Path::new("d/leeway.sqlite"));
        assert!(Cli::try_parse_from(["leeway-server", "init", "--name", "x"]).is_err());
    }

    #[test]
    fn the_first_lies_where_it_always_did_and_each_other_one_below() {
        let place = serve("leeway-server serve --data d").place;
        assert_eq!(
            (place.of(Tenant::FIRST).file(), place.of(Tenant::FIRST).blobs.below),
            (place.file(), None)
        );
        let second = place.of(Tenant::FIRST.next());
        assert_eq!(second.file(), Path::new("d/tenants/2/leeway.sqlite"));
        assert_eq!(second.blobs.below.as_deref(), Some("tenants/2"));
        for line in
            ["tenant add --name x --admin y", "tenant host 1", "tenant host x a.example", "verify --tenant 0"]
        {
            assert!(Cli::try_parse_from(format!("leeway-server {line}").split(' ')).is_err(), "{line}");
        }
    }
}
