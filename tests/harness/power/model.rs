//! A disk as it may be after a power failure. Of a file everything is there that was written before its last flush; of
//! what was written later, any part: all, none, some writes, some sectors of a write. The same with names: what was made,
//! moved or removed in a folder since that was flushed may have happened on the disk or not, each by itself. A file
//! system that keeps some order is one of these, so what survives here survives there.

use std::collections::{BTreeMap, HashMap};
use std::path::Path;

use leeway_e2e::dice::Dice;

use super::journal::{Call, Name};

/// A disk writes at least so many bytes at once.
const SECTORS: [usize; 2] = [512, 4096];

/// SQLite's file of shared memory: nothing in it counts after a crash.
const SHARED_MEMORY: &str = "-shm";
/// Its size, in rubbish of 16 bytes each.
const MEMORY: usize = 2048;

/// A change of a file that is not on the disk for sure.
#[derive(Clone)]
enum Late {
    Write { at: usize, bytes: Vec<u8> },
    Size(usize),
}

/// A file, whatever names it has.
#[derive(Clone, Default)]
struct File {
    safe: Vec<u8>,
    late: Vec<Late>,
}

#[derive(Clone, Copy, PartialEq, Eq)]
enum Node {
    Folder,
    File(usize),
}

/// A change of names in a folder: which name goes, which comes.
#[derive(Clone)]
struct Change {
    goes: Option<Name>,
    comes: Option<(Name, Node)>,
}

/// The disk while the server works.
#[derive(Clone, Default)]
pub struct Disk {
    files: Vec<File>,
    by_inode: HashMap<u64, usize>,
    /// What the server sees.
    names: BTreeMap<Name, Node>,
    /// What is on the disk for sure.
    safe: BTreeMap<Name, Node>,
    late: BTreeMap<Name, Vec<Change>>,
}

/// What a power failure took.
#[derive(Debug, Default)]
pub struct Taken {
    /// Writes that are gone.
    pub writes: u64,
    /// Writes of which some sectors are gone.
    pub torn: u64,
    /// Changes of names that are gone.
    pub names: u64,
}

/// What becomes of one late change.
#[derive(Clone, Copy)]
enum Fate {
    Kept,
    Lost,
    Torn,
}

/// How a power failure takes, for all files alike.
#[derive(Clone, Copy)]
enum Manner {
    /// Nothing was on its way to the disk.
    Everything,
    /// All was there already.
    Nothing,
    /// Each by itself.
    Some,
    /// Each sector by itself.
    Sectors,
}

impl Disk {
    /// Takes a folder as it lies there: all of it is on the disk.
    pub fn of(folder: &Path) -> Self {
        let mut disk = Self::default();
        disk.read(folder, "");
        disk.names.clone_from(&disk.safe);
        disk
    }

    fn read(&mut self, folder: &Path, prefix: &str) {
        for entry in std::fs::read_dir(folder).unwrap() {
            let path = entry.unwrap().path();
            let name = format!("{prefix}{}", path.file_name().unwrap().to_str().unwrap());
            // written through memory, and made anew by whoever opens the database first
            if name.ends_with(SHARED_MEMORY) {
                continue;
            }
            if path.is_dir() {
                self.safe.insert(name.clone(), Node::Folder);
                self.read(&path, &format!("{name}/"));
            } else {
                self.files.push(File { safe: std::fs::read(&path).unwrap(), late: Vec::new() });
                self.safe.insert(name, Node::File(self.files.len() - 1));
            }
        }
    }

    /// Does what the server did.
    pub fn take(&mut self, call: &Call) {
        match call {
            Call::Opened { name, inode, emptied } => self.open(name, *inode, *emptied),
            Call::Written { inode, at, bytes } => {
                self.file(*inode).late.push(Late::Write { at: *at, bytes: bytes.clone() });
            }
            Call::Sized { inode, size } => self.file(*inode).late.push(Late::Size(*size)),
            Call::Synced { inode } => {
                let file = self.file(*inode);
                let late = std::mem::take(&mut file.late);
                late.iter().for_each(|it| it.apply(&mut file.safe));
            }
            Call::FolderSynced { name } => {
                for change in self.late.remove(name).unwrap_or_default() {
                    change.apply(&mut self.safe);
                }
            }
            Call::Renamed { from, to } => {
                assert_eq!(folder(from), folder(to), "a file was moved to another folder");
                let node = self.names[from];
                self.change(Change { goes: Some(from.clone()), comes: Some((to.clone(), node)) });
            }
            Call::Linked { from, to } => {
                self.change(Change { goes: None, comes: Some((to.clone(), self.names[from])) });
            }
            Call::Removed { name } | Call::FolderRemoved { name } => {
                self.change(Change { goes: Some(name.clone()), comes: None });
            }
            Call::FolderMade { name } => {
                self.change(Change { goes: None, comes: Some((name.clone(), Node::Folder)) });
            }
        }
    }

    fn open(&mut self, name: &str, inode: u64, emptied: bool) {
        let file = match self.names.get(name) {
            Some(Node::File(file)) => *file,
            Some(Node::Folder) => return,
            None => {
                self.files.push(File::default());
                let node = Node::File(self.files.len() - 1);
                self.change(Change { goes: None, comes: Some((name.to_owned(), node)) });
                self.files.len() - 1
            }
        };
        self.by_inode.insert(inode, file);
        if emptied {
            self.files[file].late.push(Late::Size(0));
        }
    }

    fn file(&mut self, inode: u64) -> &mut File {
        let at = self.by_inode[&inode];
        &mut self.files[at]
    }

    fn change(&mut self, change: Change) {
        change.apply(&mut self.names);
        let ((Some(name), _) | (None, Some((name, _)))) = (&change.goes, &change.comes) else { return };
        self.late.entry(folder(name).to_owned()).or_default().push(change);
    }

    /// Fails unless the server's folder is what the calls made of it: a call that nobody wrote down would make a disk
    /// that no server ever had.
    pub fn compare(&self, folder: &Path) {
        let there = Self::of(folder);
        let content = |disk: &Self, node: &Node| match node {
            Node::Folder => None,
            Node::File(at) => Some(disk.files[*at].now()),
        };
        let names = |disk: &Self| -> Vec<Name> {
            disk.names.keys().filter(|it| !it.ends_with(SHARED_MEMORY)).cloned().collect()
        };
        assert_eq!(names(self), names(&there), "the witness did not see all names");
        for (name, node) in self.names.iter().filter(|(name, _)| !name.ends_with(SHARED_MEMORY)) {
            let same = content(self, node) == content(&there, &there.names[name]);
            assert!(same, "the witness did not see all that was written to {name}");
        }
    }

    /// Writes down what may be there when the power fails now.
    pub fn lose(&self, to: &Path, dice: &mut Dice) -> Taken {
        let manner = dice.weighted(&[
            (Manner::Everything, 3),
            (Manner::Some, 3),
            (Manner::Sectors, 3),
            (Manner::Nothing, 1),
        ]);
        let mut taken = Taken::default();
        let mut names = self.safe.clone();
        for change in self.late.values().flatten() {
            match manner.throw(dice) {
                Fate::Lost => taken.names += 1,
                // a name is in one sector
                Fate::Kept | Fate::Torn => change.apply(&mut names),
            }
        }
        let sector = *dice.pick(&SECTORS).unwrap();
        put(&names, to, |name, at| match name.ends_with(SHARED_MEMORY) {
            // what was in memory may have come to the disk at any time, in any part
            true => (0..MEMORY).flat_map(|_| dice.id().into_bytes()).collect(),
            false => self.files[at].after(manner, sector, dice, &mut taken),
        });
        taken
    }
}

impl File {
    fn now(&self) -> Vec<u8> {
        let mut bytes = self.safe.clone();
        self.late.iter().for_each(|it| it.apply(&mut bytes));
        bytes
    }

    fn after(&self, manner: Manner, sector: usize, dice: &mut Dice, taken: &mut Taken) -> Vec<u8> {
        let mut bytes = self.safe.clone();
        for late in &self.late {
            match (manner.throw(dice), late) {
                (Fate::Kept, _) | (Fate::Torn, Late::Size(_)) => late.apply(&mut bytes),
                (Fate::Lost, _) => taken.writes += 1,
                (Fate::Torn, Late::Write { at, bytes: new }) => {
                    taken.torn += 1;
                    for part in sectors(*at, new, sector).filter(|_| dice.chance(1, 2)) {
                        part.apply(&mut bytes);
                    }
                }
            }
        }
        bytes
    }
}

impl Manner {
    fn throw(self, dice: &mut Dice) -> Fate {
        match self {
            Self::Everything => Fate::Lost,
            Self::Nothing => Fate::Kept,
            Self::Some if dice.chance(1, 2) => Fate::Lost,
            Self::Some => Fate::Kept,
            Self::Sectors => dice.weighted(&[(Fate::Torn, 2), (Fate::Lost, 1), (Fate::Kept, 1)]),
        }
    }
}

impl Late {
    fn apply(&self, to: &mut Vec<u8>) {
        match self {
            Self::Size(size) => to.resize(*size, 0),
            Self::Write { at, bytes } => {
                let end = at + bytes.len();
                if to.len() < end {
                    to.resize(end, 0);
                }
                to[*at..end].copy_from_slice(bytes);
            }
        }
    }
}

impl Change {
    fn apply(&self, names: &mut BTreeMap<Name, Node>) {
        if let Some(name) = &self.goes {
            names.remove(name);
        }
        if let Some((name, node)) = &self.comes {
            names.insert(name.clone(), *node);
        }
    }
}

/// Cuts a write where the disk does.
fn sectors(at: usize, bytes: &[u8], sector: usize) -> impl Iterator<Item = Late> + '_ {
    let mut from = 0;
    std::iter::from_fn(move || {
        let size = (sector - (at + from) % sector).min(bytes.len() - from);
        let part = Late::Write { at: at + from, bytes: bytes[from..from + size].to_vec() };
        from += size;
        (size > 0).then_some(part)
    })
}

fn folder(name: &str) -> &str {
    name.rsplit_once('/').map_or("", |(folder, _)| folder)
}

/// Writes files and folders; what lies in a folder that is not there is out of reach.
fn put(names: &BTreeMap<Name, Node>, to: &Path, mut content: impl FnMut(&str, usize) -> Vec<u8>) {
    for (name, node) in names {
        let path = to.join(name);
        match node {
            _ if !path.parent().unwrap().is_dir() => {}
            Node::Folder => std::fs::create_dir_all(path).unwrap(),
            Node::File(file) => std::fs::write(path, content(name, *file)).unwrap(),
        }
    }
}
