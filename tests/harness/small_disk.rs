//! A small disk of its own for a browser's profile, which can be filled to its last byte: a file system in memory.
//! Mounting it is root's to do; who is not root has none.

use std::fs::{File, OpenOptions};
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::Command;

/// How much fits: a browser with the app needs about 60 MB.
const SIZE: &str = "size=120m,mode=700";

/// A mounted disk; gone when dropped.
pub struct SmallDisk {
    folder: Option<tempfile::TempDir>,
}

impl SmallDisk {
    /// Mounts one. `None` where that is not allowed.
    pub fn mount() -> Option<Self> {
        let folder = tempfile::tempdir().unwrap();
        let mut mount = Command::new("mount");
        mount.args(["-t", "tmpfs", "-o", SIZE, "tmpfs"]).arg(folder.path());
        let is_there = mount.output().is_ok_and(|it| it.status.success());
        is_there.then_some(Self { folder: Some(folder) })
    }

    fn path(&self) -> &Path {
        self.folder.as_ref().unwrap().path()
    }

    /// Returns where a profile may lie.
    pub fn profile(&self) -> PathBuf {
        self.path().join("profile")
    }

    fn ballast(&self) -> PathBuf {
        self.path().join("ballast")
    }

    /// Fills it to its last byte.
    pub fn fill(&self) {
        let mut file = OpenOptions::new().create(true).append(true).open(self.ballast()).unwrap();
        for size in [1 << 20, 4096, 1] {
            let block = vec![b'.'; size];
            while file.write_all(&block).is_ok() {}
        }
    }

    /// Leaves nothing of what filled it.
    pub fn free(&self) {
        if self.ballast().exists() {
            // what is mapped or open elsewhere is not this file
            File::create(self.ballast()).unwrap().set_len(0).unwrap();
            std::fs::remove_file(self.ballast()).unwrap();
        }
    }
}

impl Drop for SmallDisk {
    fn drop(&mut self) {
        // lazily: a browser that was just killed may hold a file for a moment
        drop(Command::new("umount").arg("--lazy").arg(self.path()).status());
        drop(self.folder.take().map(tempfile::TempDir::close));
    }
}
