//! What stands around every page: bars, dock, tab bar, the sync chip, and the few notices that concern the whole
//! program. Never holds what a page shows, never decides what a page may do.

mod add_sheet;
mod banner;
mod form;
mod frame;
mod later;
mod loaded;
mod not_found_page;
mod record_chip;
mod trail;
mod view_model;

pub use form::{DropDraft, draft_line, focus_first_wrong, use_leave};
pub use frame::Frame;
pub use later::{Later, Piece};
pub use loaded::{Gone, loaded};
pub use not_found_page::NotFoundPage;
pub use record_chip::{RecordChip, record_word};
pub use view_model::Place;
