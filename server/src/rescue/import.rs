//! Brings in what a rescue file holds: as pushes of its author, by a client that is made of the file itself. So the
//! same file again finds every command known, and one that was cut off goes on. **Never** decides on a command:
//! [`crate::accept`] does, as it would have if the phone had sent it.

use std::path::Path;

use leeway_core::organisation::Member;
use leeway_core::sync::protocol::{
    COMMAND_BYTES_MAX, Envelope, Outcome, OutcomeKind, PUSH_MAX, PushRequest, WIRE_VERSION,
};
use leeway_core::values::{ClientId, Timestamp, UserId};
use leeway_core::{Entity, Record};
use serde::Deserialize;
use sha2::{Digest, Sha256};
use uuid::Uuid;

use super::RescueError;
use super::file::{Contents, FileError, Kept, Outer, Stored, opens};
use super::key::{Private, id_of};
use crate::accept;
use crate::app::App;
use crate::auth::actor::member_called;
use crate::db::RecoveryKey;

/// Places in a phone's queue from which on commands stand that the server had done.
const DONE_FROM: u64 = 1 << 41;

/// What is to be imported.
#[derive(Debug, Clone, Copy)]
pub struct Asked<'a> {
    /// The rescue file.
    pub from: &'a Path,
    /// The file with the private half of the recovery key.
    pub key: Option<&'a Path>,
    /// The log-in name of who handed it in.
    pub user: &'a str,
}

/// What became of a rescue file.
#[derive(Debug, Clone, PartialEq)]
pub struct Imported {
    /// Who it is of.
    pub member: Member,
    /// When the file was made, by the phone's clock.
    pub made_at: Timestamp,
    /// Whether it was sealed.
    pub sealed: bool,
    /// What became of each entry, in their order.
    pub lines: Vec<Line>,
}

/// What became of one entry of the file.
#[derive(Debug, Clone, PartialEq)]
pub struct Line {
    /// Where it stood in the phone's queue.
    pub place: u64,
    /// The command; `None` if it can't be read.
    pub envelope: Option<Envelope>,
    /// The phone had the server's word that it is done.
    pub was_done: bool,
    /// What became of it.
    pub fate: Fate,
}

/// What becomes of a command.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Fate {
    /// It counts now.
    Applied,
    /// It does not, for the reason of this code; its author has a card that says so.
    Refused(String),
    /// The server had it before. The code, if it was refused then.
    Known(Option<String>),
    /// It is not a command that any server can read.
    Unreadable,
    /// Larger than a command may be.
    TooLarge,
}

impl Imported {
    /// Counts the entries with a fate like this.
    #[must_use]
    pub fn count(&self, is: impl Fn(&Fate) -> bool) -> usize {
        self.lines.iter().filter(|line| is(&line.fate)).count()
    }
}

/// Imports a rescue file.
///
/// # Errors
/// [`RescueError`] says why not. Nothing was changed then, but by [`RescueError::CutOff`].
pub async fn import(app: &App, asked: Asked<'_>) -> Result<Imported, RescueError> {
    let bytes = read(asked.from)?;
    let wrong = |source: FileError| RescueError::File { path: asked.from.to_owned(), source };
    let outer = Outer::read(&bytes).map_err(wrong)?;
    let mut reading = app.db.read(app.tenant).await?;
    let keys = reading.recovery_keys().await?;
    let member = member_called(reading.as_mut(), asked.user).await?;
    let owner = reading.record(Member::key(outer.user)).await?;
    reading.end().await?;
    let private = private(app, &asked, &outer, &keys)?;
    let contents = outer.open(private.as_ref()).map_err(wrong)?;
    let member = member.ok_or_else(|| RescueError::Nobody(asked.user.to_owned()))?;
    if member.id != outer.user {
        let whose = whose(owner.as_ref(), &contents);
        return Err(RescueError::OtherUser { path: asked.from.to_owned(), user: member.login, whose });
    }
    let lines = bring_in(app, member.id, &bytes, contents.entries).await?;
    let sealed = private.is_some();
    Ok(Imported { member, made_at: contents.made_at, sealed, lines })
}

fn read(path: &Path) -> Result<Vec<u8>, RescueError> {
    std::fs::read(path).map_err(|source| RescueError::Io { path: path.to_owned(), source })
}

/// Reads the private half that the file needs; `None` if it needs none.
fn private(
    app: &App,
    asked: &Asked<'_>,
    outer: &Outer,
    keys: &[RecoveryKey],
) -> Result<Option<Private>, RescueError> {
    let Kept::Sealed { key, .. } = &outer.kept else { return Ok(None) };
    let (path, key) = (asked.from.to_owned(), key.clone());
    if !keys.iter().any(|it| it.id == key) {
        let organisation = app.organisation.name.clone();
        return Err(RescueError::Foreign { path, key, organisation });
    }
    let Some(given) = asked.key else { return Err(RescueError::NeedsKey { path, key }) };
    let text = String::from_utf8_lossy(&read(given)?).into_owned();
    let private =
        Private::from_text(&text).map_err(|source| RescueError::Key { path: given.to_owned(), source })?;
    if !opens(&private, &key) {
        let held = id_of(&private.public());
        return Err(RescueError::OtherKey { path, key, given: given.to_owned(), held });
    }
    Ok(Some(private))
}

/// Names whose file it is: by what this server knows, else by what the file says.
fn whose(owner: Option<&Record>, contents: &Contents) -> String {
    match owner.and_then(Member::of) {
        Some(member) if member.active => member.login.clone(),
        Some(member) => format!("{}, who may not act any more", member.login),
        // what the file says goes to a terminal
        None => {
            let login: String = contents.login.chars().filter(|it| !it.is_control()).take(32).collect();
            format!("somebody whom this organisation does not know ({login})")
        }
    }
}

/// An entry of the queue, of which only the command counts here.
#[derive(Deserialize)]
struct Queued {
    envelope: Envelope,
    #[serde(default)]
    state: String,
}

#[derive(Deserialize)]
struct Done {
    entry: Queued,
}

fn line(stored: &Stored) -> Line {
    let done = stored.place >= DONE_FROM;
    let found = match done {
        true => serde_json::from_str::<Done>(&stored.text).map(|it| it.entry),
        false => serde_json::from_str::<Queued>(&stored.text),
    };
    let answered = |state: &str| matches!(state, "applied" | "refused");
    let was_done = done || found.as_ref().is_ok_and(|it| answered(&it.state));
    let envelope = found.ok().map(|it| it.envelope);
    let bytes = envelope.as_ref().and_then(|it| serde_json::to_vec(it).ok()).map(|it| it.len());
    let fate = match bytes {
        None => Fate::Unreadable,
        Some(bytes) if bytes > COMMAND_BYTES_MAX => Fate::TooLarge,
        // until the server has said otherwise
        Some(_) => Fate::Known(None),
    };
    Line { place: stored.place, envelope, was_done, fate }
}

async fn bring_in(
    app: &App,
    user: UserId,
    file: &[u8],
    entries: Vec<Stored>,
) -> Result<Vec<Line>, RescueError> {
    let mut lines: Vec<Line> = entries.iter().map(line).collect();
    // what the server had done came before what waits
    lines.sort_by_key(|line| line.place % DONE_FROM);
    let (client, incarnation) = identity(file);
    let mut places = Vec::new();
    for (at, line) in lines.iter_mut().enumerate() {
        let Some(envelope) = line.envelope.as_mut().filter(|_| line.fate == Fate::Known(None)) else {
            continue;
        };
        places.push(at);
        envelope.seq = places.len() as u64;
    }
    let mut done = 0;
    for some in places.chunks(PUSH_MAX) {
        let cmds = some.iter().filter_map(|at| lines[*at].envelope.clone()).collect();
        let request = PushRequest { v: WIRE_VERSION, epoch: None, client, incarnation, cmds };
        let answer = accept::push(app, user, &request).await;
        let answer = answer.map_err(|source| RescueError::CutOff { done, all: places.len(), source })?;
        for (at, outcome) in some.iter().zip(answer.results) {
            lines[*at].fate = fate(outcome);
        }
        done += some.len();
    }
    Ok(lines)
}

fn fate(outcome: Outcome) -> Fate {
    let code = outcome.reason.map(|reason| reason.code);
    match outcome.outcome {
        OutcomeKind::Applied => Fate::Applied,
        OutcomeKind::Refused => Fate::Refused(code.unwrap_or_default()),
        OutcomeKind::Duplicate => Fate::Known(code),
    }
}

/// Returns the client that a file is to the server: the same for the same file, and for no other.
fn identity(file: &[u8]) -> (ClientId, Uuid) {
    let sum: [u8; 32] = Sha256::digest(file).into();
    let part = |from: usize| {
        let mut bytes = [0; 16];
        bytes.copy_from_slice(&sum[from..from + 16]);
        uuid::Builder::from_custom_bytes(bytes).into_uuid()
    };
    (ClientId::new(part(0)), part(16))
}
