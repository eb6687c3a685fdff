//! T11: builds of different days meet. Today's and the three that landed before it, each one's phones with each one's
//! server: a seed is a pair. The phones are those of the client's build, and so is the judgement: its own harness `t4`
//! runs here as a program, against a server that is another build after each kill, up and, where the older one opens
//! what the newer one wrote, down again. So phones with unsent work meet a server of another day.
//!
//! Then the server of the pair is told every command that the client's build had frozen: each must get an outcome, and
//! what is refused must come back as a card.

use std::collections::BTreeMap;
use std::fs;
use std::os::unix::fs::PermissionsExt;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use leeway_core::inbox::RefusalCard;
use leeway_core::sync::protocol::Envelope;
use leeway_e2e::dice::Dice;
use leeway_e2e::phone::{Asked, Fate, Phone};
use leeway_e2e::program::{Database, Program, env};
use leeway_e2e::truth::{Invariant, Violation};
use serde_json::Value;
use tokio::process::Command;
use tokio::time::timeout;

use crate::office::signal;
use crate::report::{Outcome, Told};

/// Who asks: a manager, and who may change what holds for all.
const LOGINS: [&str; 2] = ["chen", "admin"];

/// Builds whose harness stops at a row of a type that it does not know, which their app keeps as it came. Their phones
/// can't be judged by it on a server that has such rows; what they had frozen is told to that server all the same.
const STOP_AT_NEW_TYPES: [&str; 2] = ["6c33192", "efcb58d"];

/// A meeting takes some seconds. Phones that have all stopped at something keep an older build's harness waiting.
const LONGEST: Duration = Duration::from_secs(120);

/// One build.
#[derive(Clone)]
struct Build {
    name: String,
    server: PathBuf,
    harness: PathBuf,
    frozen: PathBuf,
}

impl Build {
    /// One that landed, in its folder.
    fn landed(folder: &Path) -> Self {
        let name = folder.file_name().unwrap().to_string_lossy();
        Self {
            name: name[..7].to_owned(),
            server: folder.join("leeway-server"),
            harness: folder.join("harness"),
            frozen: folder.join("frozen"),
        }
    }

    fn today() -> Self {
        Self {
            name: "today".to_owned(),
            server: env("LEEWAY_SERVER").into(),
            harness: std::env::current_exe().unwrap(),
            frozen: Path::new(env!("CARGO_MANIFEST_DIR")).join("../core/golden/frozen"),
        }
    }

    /// Returns its frozen commands.
    fn commands(&self) -> Vec<Envelope> {
        let mut files: Vec<_> =
            fs::read_dir(&self.frozen).unwrap().map(|entry| entry.unwrap().path()).collect();
        files.sort();
        let texts: Vec<String> = files.iter().map(|file| fs::read_to_string(file).unwrap()).collect();
        texts.iter().flat_map(|text| text.lines()).map(|line| serde_json::from_str(line).unwrap()).collect()
    }
}

/// The builds that meet, oldest first.
pub struct Builds {
    all: Vec<Build>,
    /// Whether the first opens what the second wrote, once tried.
    opens: BTreeMap<(usize, usize), bool>,
}

impl Builds {
    /// Finds them where `cargo xtask` has put them.
    pub fn of_environment() -> Self {
        let landed = env("LEEWAY_BUILDS");
        let mut all: Vec<_> = std::env::split_paths(&landed).map(|it| Build::landed(&it)).collect();
        all.push(Build::today());
        Self { all, opens: BTreeMap::new() }
    }

    /// Says whether the older server opens what the newer one wrote. If not, it must say so and end, and leave the data
    /// as they were.
    async fn opens(&mut self, older: usize, newer: usize) -> Result<bool, Violation> {
        if let Some(known) = self.opens.get(&(older, newer)) {
            return Ok(*known);
        }
        let (old, new) = (&self.all[older], &self.all[newer]);
        let mut server = Program::new(Database::File);
        server.run_by(&new.server);
        server.start();
        server.stop();
        server.run_by(&old.server);
        let opens = server.try_start().is_some();
        server.stop();
        server.run_by(&new.server);
        if server.try_start().is_none() {
            let why = format!("{} does not open its own data after {} tried to", new.name, old.name);
            return Err(Violation::new(Invariant::NothingLost, why));
        }
        // somebody can work there still
        Phone::log_in(&server.address(), LOGINS[0], "after the other", &mut Dice::new(0))
            .await
            .settle()
            .await?;
        self.opens.insert((older, newer), opens);
        Ok(opens)
    }
}

/// Returns whose phones and whose server a seed is about, of so many builds: those with today's, the last, come first.
fn pair(seed: u64, n: usize) -> (usize, usize) {
    let mut pairs: Vec<_> = (0..n * n).map(|it| (it / n, it % n)).collect();
    pairs.sort_by_key(|(client, server)| client.max(server) < &(n - 1));
    pairs[usize::try_from(seed - 1).unwrap() % pairs.len()]
}

/// Plays the pair of a seed.
pub async fn run(builds: &mut Builds, seed: u64, trace: bool) -> Outcome {
    let mut told = Told::default();
    match play(builds, seed, trace, &mut told).await {
        Ok(()) => Ok(told),
        Err(violation) => Err((told, violation)),
    }
}

async fn play(builds: &mut Builds, seed: u64, trace: bool, told: &mut Told) -> Result<(), Violation> {
    let n = builds.all.len();
    let (client, server) = pair(seed, n);
    let (older, newer) = (client.min(server), client.max(server));
    let down = older == newer || builds.opens(older, newer).await?;
    let (phones, asked) = (builds.all[client].clone(), builds.all[server].clone());
    if trace {
        println!("phones of {}, server of {}; back to the older one: {down}", phones.name, asked.name);
    }
    let folder = tempfile::tempdir().unwrap();
    let exchanged = exchange(folder.path(), &builds.all[older], &builds.all[newer], down);
    told.fault(if down { "up_and_down" } else { "up" }, 1);
    if server == n - 1 && STOP_AT_NEW_TYPES.contains(&phones.name.as_str()) {
        told.fault("told_only", 1);
    } else {
        meet(&phones, &exchanged, seed, told).await.map_err(|violation| {
            let why = format!("phones of {}, server of {}: {}", phones.name, asked.name, violation.why);
            Violation::new(violation.of, why)
        })?;
    }
    for login in LOGINS {
        tell_all(&phones, &asked, login, told).await?;
    }
    Ok(())
}

/// Writes a program that is the older server at its first two starts (the founding, and the phones' first work) and the
/// newer one after the next; from then on they take turns, if the older one opens what the newer one wrote.
fn exchange(folder: &Path, older: &Build, newer: &Build, down: bool) -> PathBuf {
    let is_older = if down { "$n -le 2 ] || [ $((n % 2)) -eq 0" } else { "$n -le 2" };
    let text = format!(
        "#!/bin/sh\nn=$(($(cat \"$0.n\" 2>/dev/null || echo 0) + 1))\necho $n > \"$0.n\"\nif [ {is_older} ]; then exec '{}' \"$@\"; fi\nexec '{}' \"$@\"\n",
        older.server.display(),
        newer.server.display()
    );
    let program = folder.join("server");
    fs::write(&program, text).unwrap();
    fs::set_permissions(&program, fs::Permissions::from_mode(0o755)).unwrap();
    program
}

/// Lets the phones of a build work on this server, with that build's own harness, and takes over what it tells.
async fn meet(phones: &Build, server: &Path, seed: u64, told: &mut Told) -> Result<(), Violation> {
    let seed = seed.to_string();
    let mut harness = Command::new(&phones.harness);
    harness.args(["t4", "--runs", "1", "--from", &seed]).env("LEEWAY_SERVER", server);
    harness.stdin(Stdio::null()).stdout(Stdio::piped()).stderr(Stdio::piped()).process_group(0);
    let harness = harness.spawn().unwrap();
    let group = harness.id().unwrap();
    let Ok(output) = timeout(LONGEST, harness.wait_with_output()).await else {
        // with the server that it has started
        signal("KILL", format!("-{group}"));
        let why = format!("no end within {} s", LONGEST.as_secs());
        return Err(Violation::new(Invariant::Liveness, why));
    };
    let output = output.unwrap();
    let said = String::from_utf8_lossy(&output.stdout).into_owned();
    if !output.status.success() {
        let errors = String::from_utf8_lossy(&output.stderr);
        let last = |text: &str| text.lines().rev().take(6).collect::<Vec<_>>().join(" / ");
        let found = said.lines().find(|line| line.starts_with("VIOLATION")).map(str::to_owned);
        let why = found.unwrap_or_else(|| format!("{} {}", last(&said), last(&errors)));
        return Err(Violation::new(Invariant::Protocol, why));
    }
    let line = said.lines().find_map(|line| line.strip_prefix("SOAK ")).unwrap_or("{}");
    let line: Value = serde_json::from_str(line).unwrap();
    let count = |field: &str| usize::try_from(line[field].as_u64().unwrap_or_default()).unwrap();
    told.devices = count("devices_median");
    told.steps = count("steps_median");
    told.fault("kill", line["faults"]["kill"].as_u64().unwrap_or_default());
    Ok(())
}

/// Tells a server of one build everything that the phones of another may have in their queues.
async fn tell_all(phones: &Build, server: &Build, login: &str, told: &mut Told) -> Result<(), Violation> {
    let mut program = Program::new(Database::File);
    program.run_by(&server.server);
    program.start();
    let mut dice = Dice::new(1);
    let mut phone = Phone::log_in(&program.address(), login, login, &mut dice).await;
    phone.settle().await?;
    for (envelope, seq) in phones.commands().into_iter().zip(1..) {
        let envelope = Envelope { seq, by: phone.user, ..envelope };
        phone.asked.push(Asked { envelope, fate: Fate::Waiting });
    }
    phone.settle().await?;
    let violated = |of, what: String| {
        Err(Violation::new(of, format!("commands of {} at {}: {what}", phones.name, server.name)))
    };
    if let Some(open) = phone.asked.iter().find(|it| !matches!(it.fate, Fate::Applied | Fate::Refused)) {
        return violated(Invariant::Liveness, format!("{} has no outcome", open.envelope.kind));
    }
    let cards: Vec<_> = phone.shelf.all::<RefusalCard>().into_iter().map(|it| it.id).collect();
    for refused in phone.asked.iter().filter(|it| it.fate == Fate::Refused) {
        if !cards.contains(&refused.envelope.id) {
            return violated(Invariant::NothingLost, format!("{} left no card", refused.envelope.kind));
        }
    }
    told.commands += phone.asked.len();
    told.fault("frozen_refused", u64::try_from(cards.len()).unwrap());
    told.fault("frozen_told", u64::try_from(phone.asked.len()).unwrap());
    Ok(())
}
