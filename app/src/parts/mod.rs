//! Parts of pages that know the domain and that several features need: the serial writer of a page, picking a
//! customer, choosing a day, a time or a successor, long lists in pages, what a command asked for in words, for
//! whom the user acts, why a write was not taken, what like deals were given, where a request stands, and a card that is edited and sent again.
//! Never a page.

mod acting;
mod agreed;
pub mod asked;
mod customer_picker;
mod day_field;
mod days;
mod failed;
mod own_writes;
mod paged;
mod precedent;
mod resend;
mod successor;
mod time_input;
mod track;
mod writer;

pub use acting::{Acting, acting_tag, use_acting};
pub use agreed::AgreedPrice;
pub use customer_picker::{CustomerPicker, customers};
pub use day_field::{DayField, day_choices};
pub use days::next_week;
pub use failed::Failed;
pub use own_writes::OwnWrites;
pub use paged::Paged;
pub use precedent::PrecedentLine;
pub use resend::{Resend, ResendNotice, use_resend};
pub use successor::SuccessorForm;
pub use time_input::TimeInput;
pub use track::{RequestTrack, TrackView, Urgency, standing, waiting_with};
pub use writer::{Writer, use_writer};
