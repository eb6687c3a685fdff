//! Approvals: the cases of the posts that the user holds or stands in for, and the decision on one. Who may decide,
//! and that only the first decision counts, is decided by `leeway_core::approvals`.

mod approval_page;
mod approvals_page;
mod decision;
mod more_sheet;
mod queries;
mod stand_in_sheet;
mod view_model;

pub use approval_page::ApprovalPage;
pub use approvals_page::ApprovalsPage;
