//! The data folder: made for its owner's eyes only, and held by one server at a time when the
//! database is in it. **Never** deletes anything.

use std::fs::{DirBuilder, File, OpenOptions, TryLockError};
use std::io;
use std::path::{Path, PathBuf};

use crate::config::database;

/// Locked by whoever may write without asking others. The operating system unlocks it when its holder ends,
/// however that happens; the file itself says nothing.
const LOCK: &str = "leeway.lock";

/// Why the data folder can't be used.
#[derive(Debug, thiserror::Error)]
pub enum FolderError {
    /// Another server, or a restore, is at work there.
    #[error("{0} is in use by another leeway-server")]
    InUse(PathBuf),
    /// A restore was cut off between taking the old database away and putting the new one in its place.
    #[error(
        "a restore was not finished: run it again; {0} is the database that was to be put in place, what was \
         there before lies beside it"
    )]
    HalfRestored(PathBuf),
    /// The operating system says no.
    #[error("{path}: {source}")]
    Io {
        /// To what.
        path: PathBuf,
        /// Why.
        source: io::Error,
    },
}

/// The folder, as long as this is kept.
#[derive(Debug)]
pub struct Hold {
    _lock: File,
}

/// Adds the path to what went wrong.
pub(crate) fn at(path: &Path) -> impl FnOnce(io::Error) -> FolderError {
    |source| FolderError::Io { path: path.to_owned(), source }
}

/// Makes the folder, if it is missing.
///
/// # Errors
/// [`FolderError::Io`] when it can't be made.
pub fn make(data: &Path) -> Result<(), FolderError> {
    let mut builder = DirBuilder::new();
    builder.recursive(true);
    #[cfg(unix)]
    std::os::unix::fs::DirBuilderExt::mode(&mut builder, 0o700);
    make_by(&builder, data).map_err(at(data))
}

/// Makes a folder and those above it that are missing, and brings their names to the disk: without them, what is written
/// into the folder and flushed would be out of reach after a power failure.
pub(crate) fn make_by(builder: &DirBuilder, folder: &Path) -> io::Result<()> {
    let missing = |it: &&Path| !it.as_os_str().is_empty() && !it.exists();
    let missing: Vec<&Path> = folder.ancestors().take_while(missing).collect();
    builder.create(folder)?;
    missing.into_iter().try_for_each(|it| sync(of(it)))
}

/// Makes the folder, if it is missing, and takes hold of it.
///
/// # Errors
/// [`FolderError::InUse`] while somebody else holds it.
pub fn hold(data: &Path) -> Result<Hold, FolderError> {
    make(data)?;
    let path = data.join(LOCK);
    let lock = private(&path).map_err(at(&path))?;
    match lock.try_lock() {
        Ok(()) => Ok(Hold { _lock: lock }),
        Err(TryLockError::WouldBlock) => Err(FolderError::InUse(data.to_owned())),
        Err(TryLockError::Error(source)) => Err(at(&path)(source)),
    }
}

/// Returns where a restore keeps the new database while it takes the old one away.
pub(crate) fn restoring(data: &Path) -> PathBuf {
    beside(&database(data), ".restoring")
}

/// Returns the path with something added to its name.
pub(crate) fn beside(path: &Path, suffix: &str) -> PathBuf {
    let mut name = path.as_os_str().to_owned();
    name.push(suffix);
    PathBuf::from(name)
}

/// Makes sure that there is a database file, readable by its owner only: SQLite gives its other files the same
/// permissions.
///
/// # Errors
/// [`FolderError::HalfRestored`] when the old database is gone, or about to go.
pub fn prepare(data: &Path) -> Result<PathBuf, FolderError> {
    let half = restoring(data);
    if half.exists() {
        return Err(FolderError::HalfRestored(half));
    }
    let path = database(data);
    private(&path).map_err(at(&path))?;
    Ok(path)
}

/// Opens a file for its owner only; makes an empty one if there is none.
fn private(path: &Path) -> io::Result<File> {
    let mut options = OpenOptions::new();
    options.append(true).create(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    options.open(path)
}

/// Brings what was made, moved or taken away in a folder to the disk.
pub(crate) fn sync(folder: &Path) -> io::Result<()> {
    // other systems can't open a folder, and need not
    if cfg!(unix) { File::open(folder)?.sync_all() } else { Ok(()) }
}

/// Returns the folder that a file is in.
pub(crate) fn of(path: &Path) -> &Path {
    match path.parent() {
        Some(parent) if !parent.as_os_str().is_empty() => parent,
        _ => Path::new("."),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_folder_has_one_holder() {
        let folder = tempfile::tempdir().unwrap();
        let data = folder.path().join("a/b");
        let held = hold(&data).unwrap();
        assert!(matches!(hold(&data), Err(FolderError::InUse(_))));
        drop(held);
        hold(&data).unwrap();
        #[cfg(unix)]
        {
            use std::os::unix::fs::PermissionsExt;
            let mode = |path: &Path| std::fs::metadata(path).unwrap().permissions().mode() & 0o777;
            assert_eq!((mode(&data), mode(&prepare(&data).unwrap())), (0o700, 0o600));
        }
    }

    #[test]
    fn what_a_restore_left_is_not_served() {
        let folder = tempfile::tempdir().unwrap();
        std::fs::write(restoring(folder.path()), "").unwrap();
        assert!(matches!(prepare(folder.path()), Err(FolderError::HalfRestored(_))));
        assert!(!database(folder.path()).exists(), "no empty organisation takes the place of the old one");
    }

    #[test]
    fn a_bare_name_is_in_this_folder() {
        assert_eq!((of(Path::new("a")), of(Path::new("b/a"))), (Path::new("."), Path::new("b")));
    }
}
