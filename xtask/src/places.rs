//! Where things lie: the checkout, its target folder, the cache for tools, the demo's data.
//! Never creates anything.

use std::path::{Path, PathBuf};

use crate::error::{Error, Result};

/// The folders of one run.
pub struct Places {
    /// The checkout.
    pub root: PathBuf,
    /// Cargo's target folder, where everything built goes.
    pub target: PathBuf,
    /// Built tools, shared by all checkouts of this user.
    pub cache: PathBuf,
    /// The demo organisation's data, unless another folder is asked for.
    pub data: PathBuf,
}

impl Places {
    /// Finds them.
    pub fn find() -> Result<Self> {
        // cargo says so at the start; a start by path, as the stories do, relies on where xtask was built
        let own = std::env::var_os("CARGO_MANIFEST_DIR").unwrap_or_else(|| env!("CARGO_MANIFEST_DIR").into());
        let root = Path::new(&own).parent().map(Path::to_path_buf);
        let root = root.ok_or_else(|| missing("the checkout", "run cargo xtask inside a clone"))?;
        let target = match std::env::var_os("CARGO_TARGET_DIR") {
            Some(folder) => root.join(folder),
            None => root.join("target"),
        };
        Ok(Self {
            target,
            cache: per_user("XDG_CACHE_HOME", ".cache")?.join("leeway"),
            data: per_user("XDG_DATA_HOME", ".local/share")?.join("leeway/demo"),
            root,
        })
    }

    /// Returns the folder of the built app.
    pub fn dist(&self) -> PathBuf {
        self.root.join("dist")
    }

    /// Returns where the server's program lies after a build.
    pub fn server(&self, release: bool) -> PathBuf {
        let profile = if release { "release" } else { "debug" };
        self.target.join(profile).join(format!("leeway-server{}", std::env::consts::EXE_SUFFIX))
    }
}

fn per_user(variable: &str, below_home: &str) -> Result<PathBuf> {
    let set = std::env::var_os(variable).map(PathBuf::from).filter(|folder| folder.is_absolute());
    let home = || std::env::home_dir().map(|home| home.join(below_home));
    set.or_else(home).ok_or_else(|| missing("a home folder", &format!("set {variable}")))
}

fn missing(what: &str, remedy: &str) -> Error {
    Error::Missing { what: what.to_owned(), remedy: remedy.to_owned() }
}
