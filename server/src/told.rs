//! What the tasks of an operator say on stdout when they are done. What went wrong is said on stderr by `main`.

use std::path::Path;

use leeway_core::proof::IssuerKey;
use leeway_core::values::Timestamp;
use leeway_server::backup::make::Made;
use leeway_server::backup::restore::Restored;
use leeway_server::config::{Backup, Place, RescueImport, Restore};
use leeway_server::db::RecoveryKey;
use leeway_server::rescue::import::{Fate, Imported};
use leeway_server::rescue::key::Private;
use leeway_server::tasks::Signers;
use leeway_server::tenants::manage::Listed;
use time::OffsetDateTime;

use crate::welcome::{SOON, organisation, say, shown};

/// Says what a backup holds.
pub fn backed_up(asked: &Backup, made: Made) {
    say(&format!(
        "{} is whole: {} commands of {} devices, all of them durable now. {}\n",
        shown(&asked.to),
        made.commands,
        made.clients,
        photos(&asked.whose.all, made.photos, made.missing),
    ));
}

/// Says what became of the photos.
fn photos(place: &Place, copied: u64, missing: usize) -> String {
    if place.blobs.is_s3() {
        return "Photos are in S3, and not part of it.".to_owned();
    }
    let missing = match missing {
        0 => String::new(),
        n => format!(" {n} are not to be found: they come back only from a phone that still has them."),
    };
    format!("{copied} photos were copied.{missing}")
}

/// Says where the old database is.
pub fn restored(asked: &Restore, restored: &Restored) {
    let mut text =
        format!("{} is in place. Phones send what came after it by themselves.\n", shown(&asked.from));
    text.push_str(&format!("{}\n", photos(&asked.whose.all, restored.photos, restored.missing)));
    if let Some(before) = &restored.before {
        text.push_str(&format!("What was there before is in {}\n", shown(before)));
    }
    say(&text);
}

/// Says that nothing is wrong.
pub fn sound(path: &Path) {
    say(&format!("{} is sound.\n", shown(path)));
}

/// Says what was news.
pub fn marked(devices: u64) {
    say(&format!("{devices} devices have more that is durable.\n"));
}

/// Lists organisations.
pub fn tenants(all: &[Listed]) {
    all.iter().for_each(|it| say(&organisation(it)));
}

/// Says by which hosts an organisation is reached from now on.
pub fn reached(it: &Listed) {
    tenants(std::slice::from_ref(it));
    say(SOON);
}

/// Says that cookies are void.
pub fn begun() {
    say("Another history begins: phones fetch everything anew, and send what is missing.\n");
}

/// Prints a new key, in a form that is a key file when it is kept as it is.
pub fn made(key: &RecoveryKey, private: &Private) {
    say(&format!(
        "# Leeway recovery key {}, made {} UTC. Keep this on paper or in a safe, and nowhere on the server:\n\
         # with it rescue files can be read and imported. It is not shown again, and can't be made again.\n\
         {}\n",
        key.id,
        moment(key.made_at),
        private.to_line(),
    ));
}

/// Lists keys.
pub fn listed(keys: &[RecoveryKey]) {
    if keys.is_empty() {
        say(
            "There is no recovery key: phones can't seal what they export. Make one by `recovery-key new`.\n",
        );
    }
    for key in keys {
        let until = match key.retired_at {
            None => "given out".to_owned(),
            Some(at) => format!("retired {}", moment(at)),
        };
        say(&format!("{}  made {}  {until}\n", key.id, moment(key.made_at)));
    }
}

/// Says which key signs from now on.
pub fn signs(key: &IssuerKey) {
    say(&format!("The key {} signs from now on. What was signed before goes on counting.\n", key.id));
}

/// Lists the organisation's keys.
pub fn signers(all: &Signers) {
    if all.keys.is_empty() {
        say("There is no key yet: the first is made when the first phone asks what it may promise.\n");
    }
    for key in &all.keys {
        let stands = match key.withdrawn_at {
            Some(at) => format!("withdrawn {}", moment(at)),
            None if Some(key.id) == all.signs => "signs".to_owned(),
            None => "proves what it has signed".to_owned(),
        };
        say(&format!("{}  made {}  {stands}\n", key.id, moment(key.made_at)));
    }
}

/// Lists the keys after one was withdrawn, and says what follows.
pub fn withdrawn(all: &Signers) {
    signers(all);
    say("Papers under a withdrawn key are not genuine any more: send those customers their quotes anew.\n");
}

/// Says of each command what became of it.
pub fn imported(asked: &RescueImport, imported: &Imported) {
    let Imported { member, made_at, sealed, lines } = imported;
    let how = if *sealed { "sealed" } else { "not sealed" };
    let mut text = format!(
        "{} of {} ({}), exported {} UTC, {how}:\n",
        shown(&asked.from),
        member.login,
        plain(&member.name),
        moment(*made_at)
    );
    for line in lines {
        let what = match &line.envelope {
            Some(it) => format!("{}  {}  {}", moment(it.at), it.id, plain(&it.kind)),
            None => format!("entry {}", line.place),
        };
        let done = if line.was_done { ", done before by the word of the phone" } else { "" };
        text.push_str(&format!("  {what}: {}{done}\n", fate(&line.fate)));
    }
    let known = imported.count(|it| matches!(it, Fate::Known(_)));
    let applied = imported.count(|it| *it == Fate::Applied);
    let refused = imported.count(|it| matches!(it, Fate::Refused(_)));
    let left = lines.len() - known - applied - refused;
    text.push_str(&format!("{applied} applied, {refused} refused, {known} known before"));
    text.push_str(&if left > 0 { format!(", {left} left out\n") } else { "\n".to_owned() });
    if refused > 0 {
        text.push_str(&format!("{} finds what was refused in the inbox, with the reason.\n", member.login));
    }
    say(&text);
}

fn fate(fate: &Fate) -> String {
    match fate {
        Fate::Applied => "applied".to_owned(),
        Fate::Refused(code) => format!("refused, {}", plain(code)),
        Fate::Known(None) => "known before".to_owned(),
        Fate::Known(Some(code)) => format!("known before, and refused then, {}", plain(code)),
        Fate::Unreadable => "left out, can't be read".to_owned(),
        Fate::TooLarge => "left out, larger than a command may be".to_owned(),
    }
}

/// Takes out of a text what a terminal would obey.
fn plain(text: &str) -> String {
    text.chars().filter(|it| !it.is_control()).take(64).collect()
}

fn moment(at: Timestamp) -> String {
    let since = OffsetDateTime::from_unix_timestamp(at.ms().div_euclid(1_000));
    since.map_or_else(
        |_| "at an unknown time".to_owned(),
        |it| format!("{} {:02}:{:02}", it.date(), it.hour(), it.minute()),
    )
}
