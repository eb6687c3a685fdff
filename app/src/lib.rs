//! Leeway in the browser: pages, storage, sync.
//!
//! **Never** holds a business rule (those are in `leeway_core`), calls the network outside [`sync`], writes business
//! data outside [`commands`], or holds a sentence outside `app/locales`.
//!
//! Read: [`start`] and [`app`] (what is built), [`commands`] (the way of a write), [`store`] (what is kept), [`sync`]
//! (what travels), [`live`] (how a page follows), then [`visits`] as an example feature.

pub mod app;
#[cfg(feature = "bench")]
mod bench;
pub mod commands;
pub mod drafts;
mod firsts;
mod gate;
pub mod i18n;
mod inside;
pub mod live;
pub mod lock;
pub mod parts;
pub mod platform;
pub mod routes;
pub mod signing;
mod single;
pub mod start;
pub mod store;
pub mod sync;
pub mod ui;

pub mod shell;

pub mod admin;
pub mod approvals;
pub mod customers;
pub mod deputies;
pub mod frameworks;
pub mod inbox;
pub mod login;
pub mod opportunities;
pub mod quotes;
pub mod settings;
pub mod spending;
pub mod today;
pub mod visits;
