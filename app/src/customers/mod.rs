//! Customers and their people: the list, one customer, the forms, search. Never shows customers of others: the phone
//! does not hold them.

mod contact_form_page;
mod customer_form_page;
mod customer_page;
mod customers_page;
mod form_parts;
mod hand_over;
mod queries;
mod related;
mod search_page;
mod view_model;

pub use contact_form_page::ContactFormPage;
pub use customer_form_page::CustomerFormPage;
pub use customer_page::CustomerPage;
pub use customers_page::CustomersPage;
pub use search_page::SearchPage;
