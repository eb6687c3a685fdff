//! What travels between phone and server, and how the phone re-runs its pending commands on new rows.
//! Never sends or stores anything: `app/src/sync` and `server/src/http` do.

pub mod devices;
pub mod digest;
pub mod protocol;
mod rebase;

pub use rebase::{Fate, Rebase, Rebased, Step};
