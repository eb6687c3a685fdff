//! The browsers that tests drive, and their drivers. On Debian as root they are installed; elsewhere the error says
//! what to install. Never downloads a browser by itself.

use std::path::{Path, PathBuf};

use crate::error::{Error, Result};
use crate::packages;
use crate::shell::on_path;

/// A program or file that tests need from the system.
struct Need {
    what: &'static str,
    /// The variable by which tests are told where it is.
    variable: &'static str,
    /// Names on PATH, or whole paths; the first that exists is taken.
    names: &'static [&'static str],
    package: &'static str,
}

const CHROMIUM: [Need; 2] = [
    Need {
        what: "Chromium",
        variable: "CHROMIUM",
        names: &["chromium", "chromium-browser", "google-chrome", "google-chrome-stable"],
        package: "chromium",
    },
    Need {
        what: "chromedriver",
        variable: "CHROMEDRIVER",
        names: &["chromedriver"],
        package: "chromium-driver",
    },
];

const OTHERS: [Need; 4] = [
    Need { what: "Firefox", variable: "FIREFOX", names: &["firefox-esr", "firefox"], package: "firefox-esr" },
    Need {
        what: "WebKitWebDriver",
        variable: "WEBKITDRIVER",
        names: &["WebKitWebDriver"],
        package: "webkit2gtk-driver",
    },
    Need { what: "Xvfb", variable: "XVFB", names: &["Xvfb"], package: "xvfb" },
    Need {
        what: "a font with Hanzi (Noto Sans CJK)",
        variable: "HANZI_FONT",
        names: &[
            "/usr/share/fonts/opentype/noto/NotoSansCJK-Regular.ttc",
            "/usr/share/fonts/noto-cjk/NotoSansCJK-Regular.ttc",
            "/usr/share/fonts/google-noto-sans-cjk-fonts/NotoSansCJK-Regular.ttc",
        ],
        package: "fonts-noto-cjk",
    },
];

/// WebKitGTK's small browser lies outside PATH, in a folder that depends on system and machine.
const MINI_BROWSERS: [&str; 3] = [
    "/usr/lib/x86_64-linux-gnu/webkit2gtk-4.1/MiniBrowser",
    "/usr/lib/aarch64-linux-gnu/webkit2gtk-4.1/MiniBrowser",
    "/usr/libexec/webkit2gtk-4.1/MiniBrowser",
];

/// Returns the variables that tell where Chromium and its driver are, after installing them if they are not there.
pub fn chromium() -> Result<Vec<(&'static str, PathBuf)>> {
    found(&CHROMIUM.iter().collect::<Vec<_>>())
}

/// Returns the variables that tell where all three browsers, their drivers and their display are.
pub fn all() -> Result<Vec<(&'static str, PathBuf)>> {
    let mut vars = found(&CHROMIUM.iter().chain(&OTHERS).collect::<Vec<_>>())?;
    let mini_browser = MINI_BROWSERS.iter().map(PathBuf::from).find(|path| path.is_file());
    let mini_browser = mini_browser.ok_or_else(|| Error::Missing {
        what: "WebKitGTK's MiniBrowser".to_owned(),
        remedy: "it comes with Debian's webkit2gtk-driver and libwebkit2gtk-4.1-0".to_owned(),
    })?;
    vars.push(("MINIBROWSER", mini_browser));
    Ok(vars)
}

fn found(needs: &[&Need]) -> Result<Vec<(&'static str, PathBuf)>> {
    let missing: Vec<_> = needs.iter().copied().filter(|need| find(need).is_none()).collect();
    if !missing.is_empty() {
        install(&missing)?;
    }
    let places =
        needs.iter().map(|need| find(need).map(|path| (need.variable, path)).ok_or_else(|| lacking(&[need])));
    places.collect()
}

/// A variable that is set already wins: a developer may have the browser elsewhere.
fn find(need: &Need) -> Option<PathBuf> {
    let set = std::env::var_os(need.variable).map(PathBuf::from).filter(|path| path.is_file());
    let whole = || need.names.iter().map(Path::new).find(|path| path.is_absolute() && path.is_file());
    set.or_else(|| on_path(need.names)).or_else(|| whole().map(Path::to_path_buf))
}

fn install(missing: &[&Need]) -> Result<()> {
    let packages: Vec<_> = missing.iter().map(|need| need.package).collect();
    if !packages::can_install() {
        return Err(lacking(missing));
    }
    println!("Installing {}: the tests drive them.", packages.join(", "));
    packages::install(&packages)
}

fn lacking(missing: &[&Need]) -> Error {
    let list = |name: fn(&Need) -> &'static str, by: &str| {
        missing.iter().map(|need| name(need)).collect::<Vec<_>>().join(by)
    };
    Error::Missing {
        what: list(|need| need.what, ", "),
        remedy: format!("on Debian or Ubuntu: `sudo apt-get install {}`", list(|need| need.package, " ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_error_says_what_to_install() {
        let error = lacking(&OTHERS.iter().take(2).collect::<Vec<_>>()).to_string();
        let expected = "Firefox, WebKitWebDriver is missing; \
            on Debian or Ubuntu: `sudo apt-get install firefox-esr webkit2gtk-driver`";
        assert_eq!(error, expected);
    }
}
