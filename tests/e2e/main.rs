//! Stories: black box, in real browsers, against the real server as a process of its own on a free port.
//! Uses none of our crates. Read [`office`] (the server), [`phone`] (a browser; [`engine`] says which), then any story.
//!
//! Waits for conditions, never for time; every wait has an end that names what did not come.

#![cfg(test)]

mod engine;
mod office;
mod phone;
mod quotes;
mod teller;
mod visits;

mod approvals;
mod bargain;
mod deputies;
mod devices;
mod engines;
mod frameworks;
mod hand_over;
mod looks;
mod offline;
mod paper;
mod past_visit;
mod photos;
mod rescue;
mod restored;
mod sent_again;
mod spending;
mod two_files;
mod two_phones;
mod two_tabs;
mod update;
mod week;
mod wire;
mod withdrawn_book;
