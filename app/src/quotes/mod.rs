//! Quotes: the list, starting one, the quote itself with its lines, the keypad that shows the room to bargain while
//! digits are typed, and the button that makes it binding or asks who may decide. Sums and authority come from
//! `leeway_core`.

mod because_sheet;
mod desk;
mod dock;
mod form;
mod given_sheet;
mod judgement;
mod keypad_sheet;
mod lines;
mod meter_view;
mod more;
mod paper_page;
mod paper_queries;
mod paper_sheet;
mod product_sheet;
mod queries;
mod quote_form_page;
mod quote_page;
mod quotes_page;
mod state_notices;
mod terms_sheet;
mod versions;
mod view_model;
mod wording;

pub use paper_page::PaperPage;
pub use quote_form_page::QuoteFormPage;
pub use quote_page::QuotePage;
pub use quotes_page::QuotesPage;
