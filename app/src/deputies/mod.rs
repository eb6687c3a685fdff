//! Who acts for whom while somebody is away: seen by both, arranged by the manager, the head of the unit or an admin.
//! Never decides who may, or since when it counts: core and the server do.

mod appoint_sheet;
mod deputies_page;
mod queries;
mod view_model;

pub use deputies_page::DeputiesPage;
