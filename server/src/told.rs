//! What the tasks of an operator say on stdout when they are done. What went wrong is said on stderr by `main`.

use std::path::Path;

use leeway_server::backup::make::Made;
use leeway_server::backup::restore::Restored;
use leeway_server::config::{Backup, Restore};

use crate::welcome::{say, shown};

/// Says what a backup holds.
pub fn backed_up(asked: &Backup, made: Made) {
    say(&format!(
        "{} is whole: {} commands of {} devices, all of them durable now.\n",
        shown(&asked.to),
        made.commands,
        made.clients,
    ));
}

/// Says where the old database is.
pub fn restored(asked: &Restore, restored: &Restored) {
    let mut text =
        format!("{} is in place. Phones send what came after it by themselves.\n", shown(&asked.from));
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

/// Says that cookies are void.
pub fn begun() {
    say("Another history begins: phones fetch everything anew, and send what is missing.\n");
}
