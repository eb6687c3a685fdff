//! T5: the disk fails under the server. A run is a scenario: a phone pushes its work, and the n-th call that writes,
//! flushes or resizes a file of the database fails; first for n = 1, then for the next, until the scenario ends before
//! the n-th call comes. The server may refuse or commit, but what it answers must be so: after a start with a healthy
//! disk everything acknowledged is there, once.

use std::os::unix::fs::FileExt;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::sync::Arc;

use leeway_e2e::dice::Dice;
use leeway_e2e::phone::Phone;
use leeway_e2e::phone::sync::Met;
use leeway_e2e::program::Program;
use leeway_e2e::truth::Violation;
use tokio::task::JoinSet;

use crate::branch::{Branch, quiet};
use crate::report::{Outcome, Told};

/// How the disk fails, as `disk.c` knows it, with its name in the report when it does so once and from then on.
const KINDS: [(u32, &str, &str); 3] =
    [(0, "full_once", "full"), (1, "broken_once", "broken"), (2, "short_once", "short")];

/// No scenario makes more calls than this.
const CALLS: u32 = 1_000;
/// So many values of n are tried at once, each on a server of its own.
const AT_ONCE: u32 = 4;

/// What the failing disk is told, and what it says: five numbers in a file that both sides map.
struct Disk {
    folder: tempfile::TempDir,
}

impl Disk {
    /// Builds it for this machine.
    fn build() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let source = Path::new(env!("CARGO_MANIFEST_DIR")).join("harness/disk.c");
        let mut cc = Command::new("cc");
        cc.args(["-shared", "-fPIC", "-O1", "-Wall", "-Werror", "-o"]).arg(folder.path().join("disk.so"));
        let built = cc.arg(source).status().is_ok_and(|it| it.success());
        assert!(built, "the failing disk needs a C compiler called cc");
        Self { folder }
    }

    fn control(&self) -> PathBuf {
        self.folder.path().join("control")
    }

    /// Puts it under a server that is not running.
    fn under(&self, server: &mut Program) {
        std::fs::write(self.control(), [0; 20]).unwrap();
        server.set("LD_PRELOAD", self.folder.path().join("disk.so").to_str().unwrap());
        server.set("LEEWAY_DISK", self.control().to_str().unwrap());
    }

    /// Lets calls fail from the n-th on, counted from now; 0: none.
    fn fail(&self, from: u32, times: u32, kind: u32) {
        let numbers = [from, times, kind, 0, 0];
        let bytes: Vec<u8> = numbers.iter().flat_map(|it| it.to_ne_bytes()).collect();
        let file = std::fs::OpenOptions::new().write(true).open(self.control()).unwrap();
        file.write_all_at(&bytes, 0).unwrap();
    }

    /// Returns how many calls have failed since then.
    fn fired(&self) -> u32 {
        let bytes = std::fs::read(self.control()).unwrap();
        u32::from_ne_bytes(bytes[16..20].try_into().unwrap())
    }
}

/// How the disk fails in a scenario.
#[derive(Clone, Copy)]
struct Way {
    kind: u32,
    times: u32,
}

/// Plays a scenario with every n, some of them at once.
pub async fn run(branch: &Arc<Branch>, seed: u64, trace: bool) -> Outcome {
    let mut dice = Dice::new(seed);
    let (kind, once, always) = *dice.pick(&KINDS).unwrap();
    let (times, name) = if dice.chance(1, 2) { (1, once) } else { (u32::MAX, always) };
    let way = Way { kind, times };
    let mut told = Told { devices: 1, ..Told::default() };
    let mut first = 1;
    while first < CALLS {
        let mut tasks = JoinSet::new();
        for n in first..first + AT_ONCE {
            // the same work for each n
            tasks.spawn(one(Arc::clone(branch), n, way, dice.clone()));
        }
        let mut done = tasks.join_all().await;
        done.sort_by_key(|it| it.n);
        // a killed server makes fewer calls than one that is stopped
        let over = done.iter().all(|it| it.fired == 0);
        for it in done {
            if trace {
                println!(
                    "{name} at call {}: {} failed, {} commands, {:?}",
                    it.n, it.fired, it.commands, it.checked
                );
            }
            told.steps += 1;
            told.commands += it.commands;
            told.fault(name, u64::from(it.fired > 0));
            if let Err(violation) = it.checked {
                let why = format!("{name} at call {}: {}", it.n, violation.why);
                return Err((told, Violation::new(violation.of, why)));
            }
        }
        if over {
            break;
        }
        first += AT_ONCE;
    }
    Ok(told)
}

/// What came of the failure of one call.
struct Done {
    n: u32,
    fired: u32,
    commands: usize,
    checked: Result<(), Violation>,
}

async fn one(branch: Arc<Branch>, n: u32, way: Way, mut dice: Dice) -> Done {
    let disk = Disk::build();
    let mut server = branch.open_with(|server| disk.under(server));
    let mut phones: Vec<Phone> = branch.phones(&server.address(), &mut dice).into_iter().take(1).collect();
    disk.fail(n, way.times, way.kind);
    let mut checked = work(&mut phones[0], &mut dice).await;
    if checked.is_ok() && way.times == 1 && disk.fired() > 0 {
        // one failure must not stop the server for good
        checked = phones[0].settle().await;
    }
    // the end flushes and writes, too: sometimes it comes in order, sometimes not
    if n.is_multiple_of(2) {
        server.kill()
    } else {
        server.stop()
    }
    let fired = disk.fired();
    disk.fail(0, 0, 0);
    server.start();
    if checked.is_ok() {
        checked = quiet(&mut phones, &server.address(), &mut dice).await;
    }
    Done { n, fired, commands: phones[0].asked.len(), checked }
}

/// A push, tried again when it was not taken, and a pull.
async fn work(phone: &mut Phone, dice: &mut Dice) -> Result<(), Violation> {
    for _ in 0..1 + dice.below(3) {
        phone.act(dice);
    }
    for _ in 0..2 {
        if phone.push(100).await? != Met::Lost {
            break;
        }
    }
    phone.pull(500).await.map(drop)
}
