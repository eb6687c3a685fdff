//! Logging in: the only thing that needs the network. Never shown to somebody who is known here and offline.

mod cleared;
mod form;
mod login_page;
mod view_model;

pub(crate) use cleared::Cleared;
pub use form::{LogIn, LogInForm};
pub use login_page::LoginPage;
