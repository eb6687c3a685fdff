//! The domain of Leeway: what can be asked, what it changes, why it is refused.
//!
//! The same functions run on the phone (as Wasm) and on the server (native). This crate **never** does IO,
//! reads a clock, draws a random number, awaits, computes money in floating point, or holds a sentence for
//! people but the words of the customer's paper; it never names HTTP, SQL, IndexedDB or Leptos.
//!
//! Read: [`command`] (what can be asked), [`apply()`] (the door), [`rows`] (what a rule reads and writes), then
//! [`quotes`] as an example feature; [`sync`] has the wire types and the rebase. The way of one discount from
//! thumb to database is walked in `ARCHITECTURE.md`.

pub mod apply;
pub mod command;
pub mod plain;
pub mod record;
pub mod refusal;
pub mod rows;
pub mod scope;
pub mod stamped;
pub mod values;

pub mod approvals;
pub mod authority;
pub mod calendar;
pub mod customers;
pub mod deputies;
pub mod frameworks;
pub mod inbox;
pub mod letterhead;
pub mod opportunities;
pub mod organisation;
pub mod paper;
pub mod pricing;
pub mod proof;
pub mod quotes;
pub mod spending;
pub mod visits;

pub mod sync;

#[cfg(any(test, feature = "testing"))]
pub mod testing;

pub use apply::apply;
pub use command::{Body, Command, Context};
pub use record::{Entity, Key, Record, RecordType};
pub use refusal::{Refusal, Stop};
pub use rows::{Arrival, Changes, Coverage, Read, Rows};
pub use scope::Scope;
