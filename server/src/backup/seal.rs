//! The last line of a backup file: the SHA-256 of all before it. SQLite passes over it, so a backup can be looked
//! into with any of its tools; but a bit that has fallen over shows, even where the content stays readable.
//! **Never** a signature: it finds decay, not forgery.

use std::fs::{File, OpenOptions};
use std::io::{self, Read, Seek, SeekFrom, Write};
use std::path::Path;

use sha2::{Digest, Sha256};

use crate::auth::token::hex;

const WORD: &str = "leeway backup sha256 ";
/// The word, 64 digits, a line feed.
const LENGTH: u64 = 86;

/// What the last line says.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Seal {
    /// All is as it was written.
    Whole,
    /// Something has changed since.
    Broken,
    /// It has none: a copy that was made by other means.
    None,
}

/// Adds the line, and brings all of it to the disk.
pub(super) fn add(path: &Path) -> io::Result<()> {
    let mut file = OpenOptions::new().read(true).append(true).open(path)?;
    let length = file.metadata()?.len();
    let line = format!("{WORD}{}\n", digest(&mut file, length)?);
    file.write_all(line.as_bytes())?;
    file.sync_all()
}

/// Compares the line with what is before it.
pub(super) fn check(path: &Path) -> io::Result<Seal> {
    let mut file = File::open(path)?;
    let Some(length) = file.metadata()?.len().checked_sub(LENGTH) else { return Ok(Seal::None) };
    file.seek(SeekFrom::Start(length))?;
    let mut line = Vec::new();
    file.read_to_end(&mut line)?;
    if !line.starts_with(WORD.as_bytes()) {
        return Ok(Seal::None);
    }
    let expected = format!("{WORD}{}\n", digest(&mut file, length)?);
    Ok(if line == expected.as_bytes() { Seal::Whole } else { Seal::Broken })
}

/// Takes the line off again, if there is one.
pub(super) fn remove(path: &Path) -> io::Result<()> {
    if check(path)? == Seal::None {
        return Ok(());
    }
    let file = OpenOptions::new().write(true).open(path)?;
    let length = file.metadata()?.len();
    file.set_len(length.saturating_sub(LENGTH))
}

fn digest(file: &mut File, length: u64) -> io::Result<String> {
    file.seek(SeekFrom::Start(0))?;
    let mut sha = Sha256::new();
    let mut rest = file.take(length);
    let mut chunk = vec![0; 1 << 16];
    loop {
        let n = rest.read(&mut chunk)?;
        if n == 0 {
            return Ok(hex(&sha.finalize()));
        }
        sha.update(chunk.get(..n).unwrap_or_default());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_bit_counts() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("file");
        std::fs::write(&path, "something").unwrap();
        assert_eq!(check(&path).unwrap(), Seal::None);
        add(&path).unwrap();
        assert_eq!(check(&path).unwrap(), Seal::Whole);
        let whole = std::fs::read(&path).unwrap();
        for at in 0..whole.len() {
            let mut broken = whole.clone();
            broken[at] ^= 1;
            std::fs::write(&path, &broken).unwrap();
            assert_ne!(check(&path).unwrap(), Seal::Whole, "byte {at}");
        }
        std::fs::write(&path, &whole).unwrap();
        remove(&path).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "something");
        remove(&path).unwrap();
        assert_eq!(std::fs::read_to_string(&path).unwrap(), "something");
    }
}
