//! Framework agreements: a customer's own, on the page of whoever serves it; and the admin's rooms, where customers are
//! found through the server, since an admin holds none.

mod agreement_card;
mod agreement_form_page;
mod agreements_page;
mod partners;
mod partners_page;
mod queries;
mod section;
mod view_model;

pub use agreement_form_page::AgreementFormPage;
pub use agreements_page::AgreementsPage;
pub use partners_page::PartnersPage;
pub use section::AgreementsSection;
