//! Opportunities: the pipeline with what is stuck first, one opportunity with its stage and next step, and starting
//! one. What a move or an amount may be is decided by `leeway_core::opportunities`.

mod desk;
mod edit_sheet;
mod opportunities_page;
mod opportunity_form_page;
mod opportunity_page;
mod queries;
mod sections;
mod stage_sheets;
mod step_sheet;
mod view_model;
mod wording;

pub use opportunities_page::OpportunitiesPage;
pub use opportunity_form_page::OpportunityFormPage;
pub use opportunity_page::OpportunityPage;
