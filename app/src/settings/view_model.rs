//! What the settings pages make of what they are told. Plain Rust; never words.

use crate::platform::capabilities::Capabilities;
use crate::sync::{Phase, SyncStatus};

/// What the sync page says of this moment.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Now {
    /// Nothing is known yet.
    Starting,
    /// The first sync is under way.
    FirstSync(u32),
    /// The server did not answer; so many wait.
    Offline(u32),
    /// A push or pull is under way.
    Sending,
    /// So many wait.
    Waiting(u32),
    /// Nothing waits.
    Synced,
    /// The session has ended.
    LoggedOut,
    /// The server does not serve this program any more.
    TooOld,
    /// This device can't save.
    Blocked,
    /// A newer program writes here.
    Superseded,
}

/// Returns what the sync page says of this moment.
pub fn now(status: &SyncStatus) -> Now {
    match status.phase {
        Phase::Blocked => Now::Blocked,
        Phase::Superseded => Now::Superseded,
        Phase::TooOld => Now::TooOld,
        Phase::LoggedOut => Now::LoggedOut,
        Phase::Offline => Now::Offline(status.waiting),
        Phase::FirstSync { rows } => Now::FirstSync(rows),
        Phase::Sending => Now::Sending,
        Phase::Starting if status.waiting == 0 => Now::Starting,
        Phase::Starting | Phase::Online if status.waiting > 0 => Now::Waiting(status.waiting),
        Phase::Starting | Phase::Online => Now::Synced,
    }
}

/// Writes a number of bytes with three digits at most: `38 MB`, `1.2 GB`.
pub fn size(bytes: u64) -> String {
    const UNITS: [&str; 5] = ["B", "KB", "MB", "GB", "TB"];
    let mut unit = 0;
    let mut tenths = bytes.saturating_mul(10);
    while tenths >= 10_240 && unit + 1 < UNITS.len() {
        tenths /= 1_024;
        unit += 1;
    }
    // below ten, one decimal says something
    if tenths < 100 && unit > 0 {
        format!("{}.{} {}", tenths / 10, tenths % 10, UNITS[unit])
    } else {
        format!("{} {}", tenths / 10, UNITS[unit])
    }
}

/// Less than this is little.
const LOW: u64 = 50 * 1_024 * 1_024;

/// Says whether little space is left.
pub fn is_low(used: Option<u64>, quota: Option<u64>) -> bool {
    matches!((used, quota), (Some(used), Some(quota)) if quota.saturating_sub(used) < LOW)
}

/// Returns how full the store is, in percent; at least one as soon as anything is there.
pub fn fullness(used: u64, quota: u64) -> u32 {
    if quota == 0 || used == 0 {
        return 0;
    }
    let percent = u128::from(used) * 100 / u128::from(quota);
    u32::try_from(percent).unwrap_or(100).clamp(1, 100)
}

/// One line of the check whether this device is ready.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Check {
    /// Opens without a network.
    Opens,
    /// Would, once the program is stored.
    OpensWait,
    /// This browser can't.
    OpensNever,
    /// Content can be stored.
    Data,
    /// It can't.
    DataNever,
    /// The content is here.
    Synced,
    /// It is not whole yet.
    SyncedWait,
    /// The system won't clear it.
    Persistent,
    /// It may.
    PersistentNo,
    /// It does not say.
    PersistentUnknown,
    /// Opened from the home screen.
    Installed,
    /// Opened in a browser.
    InstalledNo,
    /// Can hand files to other apps.
    Share,
    /// Can't.
    ShareNo,
    /// The clock is right.
    Clock,
    /// It is not.
    ClockOff,
}

/// How a line is meant.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Grade {
    /// In order.
    Good,
    /// Works, could be safer.
    Better,
    /// Does not work without it.
    Needed,
}

impl Check {
    /// Returns how this line is meant.
    pub const fn grade(self) -> Grade {
        match self {
            Self::Opens
            | Self::Data
            | Self::Synced
            | Self::Persistent
            | Self::Installed
            | Self::Share
            | Self::Clock => Grade::Good,
            Self::PersistentNo
            | Self::PersistentUnknown
            | Self::InstalledNo
            | Self::ShareNo
            | Self::ClockOff => Grade::Better,
            Self::OpensWait | Self::OpensNever | Self::DataNever | Self::SyncedWait => Grade::Needed,
        }
    }
}

/// Returns the lines of the check, what is needed first.
pub fn checks(found: &Capabilities, status: &SyncStatus) -> Vec<Check> {
    let pick = |good: bool, yes: Check, no: Check| if good { yes } else { no };
    let opens = match (found.opens_offline, found.can_open_offline) {
        (true, _) => Check::Opens,
        (false, true) => Check::OpensWait,
        (false, false) => Check::OpensNever,
    };
    let persistent = match found.persistent {
        Some(true) => Check::Persistent,
        Some(false) => Check::PersistentNo,
        None => Check::PersistentUnknown,
    };
    let mut lines = vec![
        opens,
        pick(found.keeps_data, Check::Data, Check::DataNever),
        pick(status.last_success.is_some(), Check::Synced, Check::SyncedWait),
        persistent,
        pick(found.installed, Check::Installed, Check::InstalledNo),
        pick(found.share, Check::Share, Check::ShareNo),
        pick(!status.clock_off, Check::Clock, Check::ClockOff),
    ];
    lines.sort_by_key(|line| std::cmp::Reverse(line.grade()));
    lines
}

#[cfg(test)]
mod tests {
    use leeway_core::values::Timestamp;

    use super::*;

    #[test]
    fn sizes_are_short() {
        assert_eq!(size(0), "0 B");
        assert_eq!(size(999), "999 B");
        assert_eq!(size(1_024), "1.0 KB");
        assert_eq!(size(38 * 1_024 * 1_024), "38 MB");
        assert_eq!(size(1_288_490_189), "1.2 GB");
        assert_eq!(size(u64::MAX), "1677721 TB");
    }

    #[test]
    fn a_little_in_much_still_shows() {
        assert_eq!(fullness(0, 100), 0);
        assert_eq!(fullness(1, 1_000_000), 1);
        assert_eq!(fullness(50, 100), 50);
        assert_eq!(fullness(300, 100), 100);
        assert_eq!(fullness(1, 0), 0);
        assert!(is_low(Some(90), Some(100)));
        assert!(!is_low(Some(0), Some(u64::MAX)));
        assert!(!is_low(None, None));
    }

    #[test]
    fn the_moment_is_named_by_what_matters_most() {
        let of = |phase, waiting| now(&SyncStatus { phase, waiting, ..SyncStatus::default() });
        assert_eq!(of(Phase::Offline, 3), Now::Offline(3));
        assert_eq!(of(Phase::Online, 3), Now::Waiting(3));
        assert_eq!(of(Phase::Online, 0), Now::Synced);
        assert_eq!(of(Phase::Starting, 0), Now::Starting);
        assert_eq!(of(Phase::Starting, 2), Now::Waiting(2));
        assert_eq!(of(Phase::LoggedOut, 2), Now::LoggedOut);
    }

    #[test]
    fn what_is_needed_comes_first() {
        let found = Capabilities { can_open_offline: true, keeps_data: true, ..Capabilities::default() };
        let status = SyncStatus { last_success: Some(Timestamp::from_ms(1)), ..SyncStatus::default() };
        let lines = checks(&found, &status);
        assert_eq!(lines[0], Check::OpensWait);
        assert!(lines.contains(&Check::PersistentUnknown) && lines.contains(&Check::Synced));
        assert_eq!(lines.last().map(|line| line.grade()), Some(Grade::Good));
    }
}
