//! The inbox: what was not accepted, with what was typed and a way to send it again; and fields that two people
//! wrote, with both values. A card stays until its user ends it.

mod clash;
mod clash_card;
mod inbox_page;
mod put_away;
mod queries;
mod refusal_card;
mod view_model;

pub use inbox_page::InboxPage;
