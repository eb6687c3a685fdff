//! Bugs on purpose, to see that the histories find them: switched on by `LEEWAY_PLANT=name`. These are in what the
//! simulation itself brings (disks, database, backups), so nothing of them is in any product. Any other name is a bug of
//! the server's own, which is there in a build with its feature `plant`.

use std::sync::OnceLock;

/// A bug.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Plant {
    /// The disk calls saved what a power failure can take.
    LyingDisk,
    /// A cookie stands one commit ahead of its snapshot.
    NaiveCookie,
    /// What a user lost is not told.
    KeptScope,
    /// The server forgets which commands it has decided, once they come under another name.
    ForgottenIds,
    /// A refused command leaves no card.
    NoCard,
    /// The watermark stands for a backup that is not the one restored.
    OldBackup,
    /// A process turns a request that it read before another turned it, and writes it later.
    StaleTurn,
    /// The server has not heard of weekends that are worked.
    PlainWeekends,
}

const ALL: [(&str, Plant); 8] = [
    ("lying_disk", Plant::LyingDisk),
    ("naive_cookie", Plant::NaiveCookie),
    ("kept_scope", Plant::KeptScope),
    ("forgotten_ids", Plant::ForgottenIds),
    ("no_card", Plant::NoCard),
    ("old_backup", Plant::OldBackup),
    ("stale_turn", Plant::StaleTurn),
    ("plain_weekends", Plant::PlainWeekends),
];

/// Says whether this bug is there.
pub fn is(plant: Plant) -> bool {
    static PLANTED: OnceLock<Option<Plant>> = OnceLock::new();
    let planted = PLANTED.get_or_init(|| {
        let name = std::env::var("LEEWAY_PLANT").ok()?;
        ALL.iter().find(|(it, _)| *it == name).map(|(_, plant)| *plant)
    });
    *planted == Some(plant)
}
