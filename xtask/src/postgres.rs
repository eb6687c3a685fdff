//! A throw-away PostgreSQL cluster, with a hot standby for the tests of the server, or without one for load. It lies in a folder of its own,
//! is reached by sockets in there and by nothing else, does not wait for the disk, and ends with its owner. On Debian
//! as root PostgreSQL is installed; elsewhere the error says what to install. PostgreSQL does not run as root: then it
//! runs as another user. Never touches a cluster that was there before.

use std::fs;
use std::path::{Path, PathBuf};
use std::process::Child;
use std::time::Duration;

use crate::clock::Watch;
use crate::error::{About, Error, Result};
use crate::packages;
use crate::shell::{Run, on_path};

/// How long a server may take until it answers.
const START: Duration = Duration::from_secs(60);
/// Where Debian has the programs: a folder for each version.
const DEBIAN: &str = "/usr/lib/postgresql";
/// Users that a root may run it as.
const USERS: [&str; 2] = ["postgres", "nobody"];
/// What the folders of clusters are called; the number of the owner's process follows.
const NAME: &str = "leeway-postgres-";
/// The superuser of the cluster; the tests' roles are the other two.
const ROOT: &str = "leeway_root";
const ROLES: &str = "create role leeway_owner login; create role leeway_app login";

/// For every cluster.
const SETTINGS: [&str; 5] = [
    "listen_addresses=",
    "synchronous_commit=on",
    "max_connections=200",
    // a batch of commands reads more pages than the default remembers one by one
    "max_pred_locks_per_transaction=256",
    "log_min_messages=panic",
];

/// What a cluster is for.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Purpose {
    /// Tests: with a standby, and no waiting for the disk.
    Tests,
    /// Load: as an operator would run it on a machine that it shares with the server. Every commit is on the disk.
    Load,
}

impl Purpose {
    fn settings(self) -> &'static [&'static str] {
        match self {
            Self::Tests => &[
                "fsync=off",
                "full_page_writes=off",
                "max_wal_senders=4",
                "wal_keep_size=256MB",
                "shared_buffers=64MB",
            ],
            Self::Load => &[
                "shared_buffers=2GB",
                "effective_cache_size=8GB",
                "max_wal_size=8GB",
                "checkpoint_timeout=15min",
                "random_page_cost=1.1",
            ],
        }
    }
}

/// A running cluster.
pub struct Cluster {
    purpose: Purpose,
    folder: PathBuf,
    programs: PathBuf,
    user: Option<&'static str>,
    servers: Vec<(&'static str, Child)>,
}

impl Cluster {
    /// Makes and starts one, and its standby if it has one.
    pub fn start(purpose: Purpose) -> Result<Self> {
        let programs = programs()?;
        let user = if packages::is_root() { Some(user()?) } else { None };
        let temp = std::env::temp_dir();
        let folder = temp.join(format!("{NAME}{}", std::process::id()));
        let mut cluster = Self { purpose, folder, programs, user, servers: Vec::new() };
        cluster.clear(&temp)?;
        fs::create_dir(&cluster.folder).about(&cluster.folder)?;
        if let Some(user) = cluster.user {
            Run::new("chown").arg(user).arg(&cluster.folder).quiet().check()?;
        }
        let primary = cluster.data("primary");
        let made = cluster.program("initdb").args([
            "-A",
            "trust",
            "-E",
            "UTF8",
            "--no-locale",
            "--no-sync",
            "-U",
            ROOT,
        ]);
        hushed(made.arg("-D").arg(primary))?;
        cluster.serve("primary")?;
        hushed(cluster.client("psql", "primary").args(["-d", "postgres", "-c", ROLES]))?;
        if purpose == Purpose::Load {
            return Ok(cluster);
        }
        let copy = cluster.client("pg_basebackup", "primary").args(["-R", "-c", "fast", "--no-sync", "-D"]);
        hushed(copy.arg(cluster.data("standby")))?;
        cluster.serve("standby")?;
        Ok(cluster)
    }

    /// Returns what tells the tests where it is.
    pub fn variables(&self) -> [(&'static str, String); 2] {
        let address =
            |name| format!("postgres://{ROOT}@localhost/postgres?host={}", self.socket(name).display());
        [("LEEWAY_POSTGRES", address("primary")), ("LEEWAY_POSTGRES_STANDBY", address("standby"))]
    }

    fn data(&self, name: &str) -> PathBuf {
        self.folder.join(name)
    }

    fn socket(&self, name: &str) -> PathBuf {
        self.folder.join(format!("{name}-socket"))
    }

    /// Prepares one of PostgreSQL's programs, as the user that it runs as.
    fn program(&self, name: &str) -> Run {
        let path = self.programs.join(name);
        let run = match self.user {
            Some(user) => Run::new("runuser").args(["-u", user, "--"]).arg(path),
            None => Run::new(path),
        };
        // the folder of the checkout may be closed to that user
        run.in_folder(&self.folder).quiet()
    }

    fn client(&self, program: &str, name: &str) -> Run {
        self.program(program).args(["-U", ROOT, "-h"]).arg(self.socket(name))
    }

    /// Starts a server and waits until it answers. As a child: what interrupts us, interrupts it.
    fn serve(&mut self, name: &'static str) -> Result<()> {
        let socket = self.socket(name);
        hushed(self.mkdir(&socket))?;
        let run = self.program("postgres").arg("-D").arg(self.data(name)).arg("-k").arg(&socket);
        let settings = SETTINGS.iter().chain(self.purpose.settings());
        let run = settings.fold(run, |run, setting| run.args(["-c", setting]));
        self.servers.push((name, run.spawn()?));
        let watch = Watch::start();
        while hushed(self.client("psql", name).args(["-d", "postgres", "-c", "select 1"])).is_err() {
            let ended =
                self.servers.last_mut().is_some_and(|(_, child)| !matches!(child.try_wait(), Ok(None)));
            if ended || watch.elapsed() > START {
                return Err(Error::shape(format!("the {name} of the test cluster"), "does not start"));
            }
            std::thread::sleep(Duration::from_millis(50));
        }
        Ok(())
    }

    fn mkdir(&self, folder: &Path) -> Run {
        match self.user {
            Some(user) => Run::new("runuser").args(["-u", user, "--", "mkdir"]).arg(folder),
            None => Run::new("mkdir").arg(folder),
        }
    }

    /// Ends and removes what an owner has left behind that was killed.
    fn clear(&self, temp: &Path) -> Result<()> {
        for entry in fs::read_dir(temp).about(temp)?.flatten() {
            let owner =
                entry.file_name().to_str().and_then(|name| name.strip_prefix(NAME)?.parse::<u32>().ok());
            let is_left = owner
                .is_some_and(|it| it == std::process::id() || !Path::new(&format!("/proc/{it}")).exists());
            if is_left && Path::new("/proc/self").exists() {
                self.remove(&entry.path());
            }
        }
        Ok(())
    }

    /// Stops the servers in a folder at once, and removes it. What is gone already is fine.
    fn remove(&self, folder: &Path) {
        for name in ["standby", "primary"] {
            let data = folder.join(name);
            if data.join("postmaster.pid").exists() {
                let stop =
                    self.program("pg_ctl").args(["stop", "--silent", "-m", "immediate", "-D"]).arg(data);
                let _ = stop.in_folder(Path::new("/")).output();
            }
        }
        let _ = fs::remove_dir_all(folder);
    }
}

impl Drop for Cluster {
    fn drop(&mut self) {
        self.remove(&self.folder);
        for (_, child) in &mut self.servers {
            // it has been told to stop
            let _ = child.wait();
        }
    }
}

/// Runs to the end; what it printed is told only when it fails.
fn hushed(run: Run) -> Result<()> {
    let line = run.line();
    let (said, status) = run.output()?;
    if status.success() { Ok(()) } else { Err(Error::shape(line, said.trim())) }
}

/// Returns the folder of PostgreSQL's programs, after installing them if they are not there.
fn programs() -> Result<PathBuf> {
    if let Some(folder) = find() {
        return Ok(folder);
    }
    if packages::can_install() {
        println!("Installing postgresql: the server is tested on it.");
        packages::install(&["postgresql"])?;
    }
    find().ok_or_else(|| Error::Missing {
        what: "PostgreSQL (initdb and its companions)".to_owned(),
        remedy: "on Debian or Ubuntu: `sudo apt-get install postgresql`; elsewhere put its programs on PATH"
            .to_owned(),
    })
}

/// Debian keeps the programs of its versions off PATH.
fn find() -> Option<PathBuf> {
    let folder_of = |program: PathBuf| program.canonicalize().ok()?.parent().map(Path::to_path_buf);
    on_path(&["initdb"]).and_then(folder_of).or_else(|| {
        let versions = fs::read_dir(DEBIAN).ok()?.flatten();
        newest(versions.filter_map(|entry| entry.file_name().into_string().ok()))
            .map(|version| Path::new(DEBIAN).join(version).join("bin"))
            .filter(|folder| folder.join("initdb").is_file())
    })
}

fn newest(versions: impl Iterator<Item = String>) -> Option<String> {
    versions.filter_map(|name| Some((name.parse::<u32>().ok()?, name))).max().map(|(_, name)| name)
}

fn user() -> Result<&'static str> {
    let exists =
        |user: &&str| Run::new("id").args(["-u", *user]).output().is_ok_and(|(_, status)| status.success());
    USERS.iter().copied().find(exists).ok_or_else(|| Error::Missing {
        what: format!("a user to run PostgreSQL as ({})", USERS.join(" or ")),
        remedy: "it does not run as root".to_owned(),
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_are_compared_by_number() {
        let newest = |names: &[&str]| newest(names.iter().map(|name| (*name).to_owned()));
        assert_eq!(newest(&["9", "15", "common", "14"]).as_deref(), Some("15"));
        assert_eq!(newest(&["common"]), None);
    }
}
