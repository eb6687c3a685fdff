//! Debian's packages. Installs only as root, and only what it is asked for.

use crate::error::{Error, Result};
use crate::shell::{Run, on_path};

/// Says whether packages can be installed here without asking anybody.
pub fn can_install() -> bool {
    on_path(&["apt-get"]).is_some() && is_root()
}

/// Says whether this runs as root.
pub fn is_root() -> bool {
    Run::new("id").arg("-u").output().is_ok_and(|(uid, _)| uid.trim() == "0")
}

/// Installs packages.
pub fn install(packages: &[&str]) -> Result<()> {
    let apt = || Run::new("apt-get").env("DEBIAN_FRONTEND", "noninteractive");
    // a machine whose package lists are old or empty may still know the packages
    let update = apt().args(["update", "--quiet"]).check();
    let install =
        apt().args(["install", "--yes", "--quiet", "--no-install-recommends"]).args(packages).check();
    install.map_err(|error| match update {
        Ok(()) => error,
        Err(update) => Error::Missing { what: packages.join(", "), remedy: format!("{update}; {error}") },
    })
}
