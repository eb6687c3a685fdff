//! What was given away, beside what it won: a manager's own out of what this device holds, a unit's from the server.

mod figures;
mod queries;
mod spending_page;
mod view_model;

pub use spending_page::SpendingPage;
