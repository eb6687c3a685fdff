//! What the frame says: which places a role has, what the sync chip shows, which notice concerns everything.
//! Plain data; never words.

use leeway_core::organisation::Role;

use crate::sync::{Phase, SyncStatus};
use crate::ui::SyncState;

/// A place of the tab bar.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Place {
    /// What is due.
    Today,
    /// Customers, for those who have some.
    Customers,
    /// Opportunities, for those who sell.
    Opportunities,
    /// Cases, for those who decide.
    Approvals,
    /// Visits of the unit, for its head.
    Digests,
    /// People, limits and prices.
    Admin,
    /// Oneself, and settings.
    Me,
}

/// Returns the places of a role, in the order of the bar.
pub fn places(role: Role) -> &'static [Place] {
    match role {
        Role::Manager => &[Place::Today, Place::Customers, Place::Opportunities, Place::Me],
        Role::UnitHead => &[Place::Today, Place::Approvals, Place::Digests, Place::Me],
        Role::Approver => &[Place::Today, Place::Approvals, Place::Me],
        Role::Admin => &[Place::Today, Place::Admin, Place::Me],
    }
}

/// Says whether a role makes new things: visits, quotes, customers, opportunities.
pub fn sells(role: Role) -> bool {
    role == Role::Manager
}

/// What the sync chip says.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ChipWord {
    /// Nothing is known yet.
    Starting,
    /// Everything comes for the first time.
    FirstSync,
    /// The server did not answer; so many wait.
    Offline(u32),
    /// So many wait.
    Waiting(u32),
    /// Under way.
    Sending,
    /// Nothing waits.
    Synced,
    /// So many commands were not accepted.
    Refused(u32),
    /// So many fields were written by two.
    Clash(u32),
    /// So many commands can't go out.
    Parked(u32),
    /// The session has ended.
    LoggedOut,
    /// The server does not serve this program any more.
    TooOld,
    /// A newer program writes here.
    Superseded,
    /// This device can't save.
    Blocked,
}

/// Returns what the chip shows. What stops work comes first, then offline (a quiet fact that must stay true),
/// then what needs the user, then what goes on by itself.
pub fn chip(status: &SyncStatus) -> (SyncState, ChipWord) {
    let parked = u32::try_from(status.parked.len()).unwrap_or(u32::MAX);
    match status.phase {
        Phase::Blocked => (SyncState::Returned, ChipWord::Blocked),
        Phase::Superseded => (SyncState::Returned, ChipWord::Superseded),
        Phase::TooOld => (SyncState::Returned, ChipWord::TooOld),
        Phase::LoggedOut => (SyncState::Pending, ChipWord::LoggedOut),
        Phase::Offline => (SyncState::Offline, ChipWord::Offline(status.waiting)),
        _ if status.refused > 0 => (SyncState::Returned, ChipWord::Refused(status.refused)),
        _ if status.clashes > 0 => (SyncState::Conflict, ChipWord::Clash(status.clashes)),
        _ if parked > 0 => (SyncState::Returned, ChipWord::Parked(parked)),
        Phase::FirstSync { .. } => (SyncState::Syncing, ChipWord::FirstSync),
        Phase::Sending => (SyncState::Syncing, ChipWord::Sending),
        Phase::Starting if status.waiting == 0 => (SyncState::Syncing, ChipWord::Starting),
        _ if status.waiting > 0 => (SyncState::Pending, ChipWord::Waiting(status.waiting)),
        _ => (SyncState::Synced, ChipWord::Synced),
    }
}

/// Says whether the chip leads to the cards instead of the sync page.
pub fn chip_is_about_cards(word: ChipWord) -> bool {
    matches!(word, ChipWord::Refused(_) | ChipWord::Clash(_))
}

/// Returns the number on the last tab: what waits, and what needs the user.
pub fn badge(status: &SyncStatus) -> u32 {
    status.waiting.saturating_add(status.cards())
}

/// A notice that concerns every page.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Banner {
    /// The session has ended; everything stays.
    LoggedOut,
    /// The server does not serve this program any more; everything stays.
    TooOld,
    /// A newer program writes here: reload.
    Superseded,
    /// This device can't save.
    Blocked,
    /// This device may promise nothing before its user has logged in again.
    LogInAgain,
    /// The clock is wrong.
    ClockOff,
}

/// Returns the notice that stands above every page, if there is one. Being offline is none.
pub fn banner(status: &SyncStatus) -> Option<Banner> {
    match status.phase {
        Phase::Blocked => Some(Banner::Blocked),
        Phase::Superseded => Some(Banner::Superseded),
        Phase::TooOld => Some(Banner::TooOld),
        Phase::LoggedOut => Some(Banner::LoggedOut),
        Phase::Offline => status.clock_off.then_some(Banner::ClockOff),
        _ if status.log_in_again => Some(Banner::LogInAgain),
        _ if status.clock_off => Some(Banner::ClockOff),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn status(phase: Phase, waiting: u32) -> SyncStatus {
        SyncStatus { phase, waiting, ..SyncStatus::default() }
    }

    #[test]
    fn offline_stays_visible_whatever_else_is_wrong() {
        let word = |refused| chip(&SyncStatus { refused, clashes: 1, ..status(Phase::Offline, 3) });
        assert_eq!(word(0), (SyncState::Offline, ChipWord::Offline(3)));
        assert_eq!(word(2), (SyncState::Offline, ChipWord::Offline(3)));
    }

    #[test]
    fn what_needs_the_user_comes_before_what_goes_on_by_itself() {
        let clash = SyncStatus { clashes: 1, ..status(Phase::Sending, 2) };
        assert_eq!(chip(&SyncStatus { refused: 1, ..clash.clone() }).1, ChipWord::Refused(1));
        assert_eq!(chip(&clash).1, ChipWord::Clash(1));
        assert_eq!(chip(&status(Phase::Sending, 2)).1, ChipWord::Sending);
        assert_eq!(chip(&status(Phase::Online, 2)), (SyncState::Pending, ChipWord::Waiting(2)));
        assert_eq!(chip(&status(Phase::Online, 0)), (SyncState::Synced, ChipWord::Synced));
    }

    #[test]
    fn a_start_is_not_called_synced() {
        assert_eq!(chip(&status(Phase::Starting, 0)).1, ChipWord::Starting);
        assert_eq!(chip(&status(Phase::Starting, 4)).1, ChipWord::Waiting(4));
    }

    #[test]
    fn the_last_tab_counts_cards_too() {
        let status = SyncStatus { refused: 2, clashes: 1, ..status(Phase::Online, 3) };
        assert_eq!(badge(&status), 6);
    }

    #[test]
    fn being_offline_is_no_notice() {
        assert_eq!(banner(&status(Phase::Offline, 9)), None);
        assert_eq!(banner(&status(Phase::LoggedOut, 9)), Some(Banner::LoggedOut));
        let late = SyncStatus { clock_off: true, ..status(Phase::Online, 0) };
        assert_eq!(banner(&late), Some(Banner::ClockOff));
        let again = SyncStatus { log_in_again: true, ..late };
        assert_eq!(banner(&again), Some(Banner::LogInAgain));
        // there is no logging in without a network
        assert_eq!(banner(&SyncStatus { phase: Phase::Offline, ..again }), Some(Banner::ClockOff));
    }

    #[test]
    fn only_managers_make_new_things() {
        assert!(sells(Role::Manager));
        for role in [Role::UnitHead, Role::Approver, Role::Admin] {
            assert!(!sells(role));
            assert!(!places(role).contains(&Place::Opportunities));
        }
    }
}
