//! What the log-in form checks before it asks the server, and which screen follows.

use leeway_core::sync::protocol::Session;

use crate::routes::Route;
use crate::sync::{Phase, SyncStatus};

/// What is missing in the form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Missing {
    /// The log-in name.
    Name,
    /// The password.
    Password,
}

/// Returns the first thing that is missing.
pub fn missing(name: &str, password: &str) -> Option<Missing> {
    if name.trim().is_empty() {
        Some(Missing::Name)
    } else if password.is_empty() {
        Some(Missing::Password)
    } else {
        None
    }
}

/// Returns the log-in name that was meant: phones write the first letter large.
pub fn log_in_name(typed: &str) -> String {
    typed.trim().to_lowercase()
}

/// What a visit to the log-in page comes to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Entrance {
    /// The form is shown.
    Form,
    /// A known user, and nobody has asked the server yet: neither form nor screen.
    Wait,
    /// A known user who need not log in.
    Past(Route),
}

/// Returns what a visit to the log-in page comes to. A known user sees the form only when the server has said that
/// the session has ended, or is too old for what this device is to do; without a network, everything works as it is.
pub fn entrance(me: Option<&Session>, status: &SyncStatus) -> Entrance {
    let Some(me) = me.filter(|_| !status.log_in_again) else { return Entrance::Form };
    match status.phase {
        Phase::LoggedOut => Entrance::Form,
        Phase::Starting | Phase::Sending => Entrance::Wait,
        Phase::FirstSync { .. }
        | Phase::Online
        | Phase::Offline
        | Phase::TooOld
        | Phase::Blocked
        | Phase::Superseded => Entrance::Past(after(me)),
    }
}

/// Returns the first screen after logging in.
pub fn after(me: &Session) -> Route {
    if me.must_change_password { Route::Password } else { Route::Today }
}

#[cfg(test)]
mod tests {
    use leeway_core::organisation::Role;
    use leeway_core::values::UserId;

    use super::*;

    fn chen(must_change_password: bool) -> Session {
        Session {
            user: UserId::from_u128(1),
            login: "chen".to_owned(),
            name: "陈".to_owned(),
            role: Role::Manager,
            organisation: "分公司".to_owned(),
            must_change_password,
        }
    }

    fn status(phase: Phase) -> SyncStatus {
        SyncStatus { phase, ..SyncStatus::default() }
    }

    #[test]
    fn a_known_user_sees_the_form_only_when_the_server_has_asked_for_it() {
        assert_eq!(entrance(None, &status(Phase::Offline)), Entrance::Form);
        assert_eq!(entrance(Some(&chen(false)), &status(Phase::Starting)), Entrance::Wait);
        assert_eq!(entrance(Some(&chen(false)), &status(Phase::Offline)), Entrance::Past(Route::Today));
        assert_eq!(entrance(Some(&chen(true)), &status(Phase::Online)), Entrance::Past(Route::Password));
        assert_eq!(entrance(Some(&chen(false)), &status(Phase::LoggedOut)), Entrance::Form);
        let again = SyncStatus { log_in_again: true, ..status(Phase::Online) };
        assert_eq!(entrance(Some(&chen(false)), &again), Entrance::Form);
    }

    #[test]
    fn blanks_are_no_name() {
        assert_eq!(missing("  ", "x"), Some(Missing::Name));
        assert_eq!(missing("chen", ""), Some(Missing::Password));
        assert_eq!(missing("chen", " "), None);
        assert_eq!(log_in_name(" Chen "), "chen");
    }
}
