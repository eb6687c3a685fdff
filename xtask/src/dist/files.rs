//! Files below a folder, always in the same order. Never follows a symbolic link to a folder.

use std::fs;
use std::path::{Path, PathBuf};

use crate::error::{About, Result};

/// Returns all files below a folder, sorted by path.
pub fn below(folder: &Path) -> Result<Vec<PathBuf>> {
    let mut found = Vec::new();
    let mut waiting = vec![folder.to_path_buf()];
    while let Some(folder) = waiting.pop() {
        for entry in fs::read_dir(&folder).about(&folder)? {
            let entry = entry.about(&folder)?;
            if entry.file_type().about(&folder)?.is_dir() {
                waiting.push(entry.path());
            } else {
                found.push(entry.path());
            }
        }
    }
    found.sort();
    Ok(found)
}

/// Returns the address at which the server gives out a file of the app.
pub fn address(dist: &Path, file: &Path) -> String {
    let inside = file.strip_prefix(dist).unwrap_or(file);
    let parts = inside.components().map(|part| part.as_os_str().to_string_lossy());
    parts.fold(String::new(), |address, part| address + "/" + &part)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn files_come_sorted_with_their_addresses() {
        let folder = tempfile::tempdir().unwrap();
        fs::create_dir(folder.path().join("icons")).unwrap();
        for name in ["sw.js", "icons/b.png", "icons/a.svg"] {
            fs::write(folder.path().join(name), name).unwrap();
        }
        let found = below(folder.path()).unwrap();
        let addresses: Vec<_> = found.iter().map(|file| address(folder.path(), file)).collect();
        assert_eq!(addresses, ["/icons/a.svg", "/icons/b.png", "/sw.js"]);
    }
}
