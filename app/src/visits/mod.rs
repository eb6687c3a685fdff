//! Visits: the list, planning one, the visit itself with its brief, checklist and record, and what the unit head
//! sees of them. What an answer may be and when a visit may end is decided by `leeway_core::visits`.

mod answers;
mod brief;
mod checklist;
mod desk;
mod digests_page;
mod more;
mod past_items;
mod past_visit_page;
mod photos;
pub(crate) mod queries;
mod record;
mod typed_item;
mod view_model;
mod visit_form_page;
mod visit_page;
mod visits_page;

pub use digests_page::DigestsPage;
pub use past_visit_page::PastVisitPage;
pub use visit_form_page::VisitFormPage;
pub use visit_page::VisitPage;
pub use visits_page::VisitsPage;
