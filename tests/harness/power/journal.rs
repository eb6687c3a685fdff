//! What the witness wrote down: every call of the server that changed its folder or brought it to the disk, in order.
//! Knows the form of the log (`recorder.c`) and nothing of what it means.

use std::path::{Path, PathBuf};
use std::process::Command;

use leeway_e2e::program::Program;

/// A path below the watched folder; empty: that folder itself.
pub type Name = String;

/// One call.
#[derive(Debug)]
pub enum Call {
    /// A file was opened, and made if it was not there.
    Opened { name: Name, inode: u64, emptied: bool },
    /// Bytes were written at a place.
    Written { inode: u64, at: usize, bytes: Vec<u8> },
    /// A file was cut, or made longer.
    Sized { inode: u64, size: usize },
    /// All that was written to a file is on the disk.
    Synced { inode: u64 },
    /// All that was made, moved and removed in a folder is on the disk.
    FolderSynced { name: Name },
    /// A file was moved.
    Renamed { from: Name, to: Name },
    /// A file was given a second name.
    Linked { from: Name, to: Name },
    /// A name was taken away.
    Removed { name: Name },
    /// A folder was made.
    FolderMade { name: Name },
    /// An empty folder was taken away.
    FolderRemoved { name: Name },
}

/// A call, and how long the log was after it.
#[derive(Debug)]
pub struct Entry {
    /// What was called.
    pub call: Call,
    /// Where its line ends.
    pub end: u64,
}

/// Builds the witness and lets it watch the folder around a server's data, which is not running.
pub struct Witness {
    folder: tempfile::TempDir,
}

impl Witness {
    /// Builds it for this machine.
    pub fn build() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("harness/power/recorder.c");
        let mut cc = Command::new("cc");
        cc.args(["-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o"]).arg(folder.path().join("witness.so"));
        let built = cc.arg(source).status().is_ok_and(|it| it.success());
        assert!(built, "the witness needs a C compiler called cc");
        Self { folder }
    }

    /// Puts it under a server.
    pub fn under(&self, server: &mut Program) {
        let text = |path: PathBuf| path.to_str().unwrap().to_owned();
        std::fs::write(self.log(), "").unwrap();
        server.set("LD_PRELOAD", &text(self.folder.path().join("witness.so")));
        server.set("LEEWAY_WITNESS", &text(server.data().parent().unwrap().to_owned()));
        server.set("LEEWAY_WITNESS_LOG", &text(self.log()));
    }

    fn log(&self) -> PathBuf {
        self.folder.path().join("log")
    }

    /// Returns how long the log is: what is told by then happened before now.
    pub fn now(&self) -> u64 {
        std::fs::metadata(self.log()).unwrap().len()
    }

    /// Reads the log.
    pub fn read(&self) -> Vec<Entry> {
        let log = std::fs::read(self.log()).unwrap();
        let mut rest = log.as_slice();
        let mut entries = Vec::new();
        while !rest.is_empty() {
            let call = call(&mut rest);
            entries.push(Entry { call, end: u64::try_from(log.len() - rest.len()).unwrap() });
        }
        entries
    }
}

fn take<'a>(rest: &mut &'a [u8], size: usize) -> &'a [u8] {
    let (taken, behind) = rest.split_at(size);
    *rest = behind;
    taken
}

fn call(rest: &mut &[u8]) -> Call {
    let mut short = || usize::try_from(u32::from_ne_bytes(take(rest, 4).try_into().unwrap())).unwrap();
    let [what, name, other, bytes] = [short(), short(), short(), short()];
    let mut long = || u64::from_ne_bytes(take(rest, 8).try_into().unwrap());
    let [inode, at] = [long(), long()];
    let mut text = |size| String::from_utf8(take(rest, size).to_vec()).unwrap();
    let [name, other] = [text(name), text(other)];
    let bytes = take(rest, bytes).to_vec();
    let at = usize::try_from(at).unwrap();
    match what {
        1 => Call::Opened { name, inode, emptied: at != 0 },
        2 => Call::Written { inode, at, bytes },
        3 => Call::Sized { inode, size: at },
        4 => Call::Synced { inode },
        5 => Call::FolderSynced { name },
        6 => Call::Renamed { from: name, to: other },
        7 => Call::Linked { from: name, to: other },
        8 => Call::Removed { name },
        9 => Call::FolderMade { name },
        10 => Call::FolderRemoved { name },
        _ => panic!("the witness wrote down a call {what}"),
    }
}
