//! Which version a tool has to be of. Never guesses: a package that stands twice in the lock file is an error.

use crate::error::{Error, Result};

/// Returns the version of a package in the text of `Cargo.lock`.
pub fn locked_version(lock: &str, package: &str) -> Result<String> {
    let name = format!("name = \"{package}\"");
    let mut lines = lock.lines();
    let mut found = None;
    while lines.by_ref().any(|line| line == name) {
        let version = lines.next().and_then(|line| line.strip_prefix("version = \"")?.strip_suffix('"'));
        if found.is_some() {
            return Err(Error::shape("Cargo.lock", format!("holds two versions of {package}")));
        }
        found = version.map(str::to_owned);
    }
    found.ok_or_else(|| Error::shape("Cargo.lock", format!("names no version of {package}")))
}

#[cfg(test)]
mod tests {
    use super::*;

    const LOCK: &str = r#"version = 4

[[package]]
name = "wasm-bindgen"
version = "0.2.130"
source = "registry+https://github.com/rust-lang/crates.io-index"
dependencies = [
 "wasm-bindgen-macro",
]

[[package]]
name = "wasm-bindgen-macro"
version = "0.2.130"

[[package]]
name = "syn"
version = "1.0.109"

[[package]]
name = "syn"
version = "2.0.100"
"#;

    #[test]
    fn the_version_of_exactly_that_package() {
        assert_eq!(locked_version(LOCK, "wasm-bindgen").unwrap(), "0.2.130");
    }

    #[test]
    fn a_missing_or_doubled_package_is_an_error() {
        assert_eq!(
            locked_version(LOCK, "wasm").unwrap_err().to_string(),
            "Cargo.lock: names no version of wasm"
        );
        assert_eq!(
            locked_version(LOCK, "syn").unwrap_err().to_string(),
            "Cargo.lock: holds two versions of syn"
        );
    }

    #[test]
    fn our_own_lock_file_names_one() {
        let lock = concat!(env!("CARGO_MANIFEST_DIR"), "/../Cargo.lock");
        let version = locked_version(&std::fs::read_to_string(lock).unwrap(), "wasm-bindgen").unwrap();
        assert!(version.starts_with("0.2."), "{version}");
    }
}
