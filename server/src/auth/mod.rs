//! Who is asking: passwords, sessions, and the extractors that let a handler have an actor. **Never** decides
//! what an actor may do to business data: core does.

pub mod actor;
pub mod password;
pub mod throttle;
pub mod token;

pub use actor::{Actor, AnyActor, LeavingActor};
