//! What an admin keeps: units and posts, members, discount limits, price books, the approval
//! procedure, the calendar, the letterhead, what products cost. Limits and price books are
//! published as versions and never changed; only the server gives passwords out.

mod admin_page;
mod calendar_form;
mod calendar_page;
mod cell_form;
mod cells;
mod costs_form;
mod costs_page;
mod edit_sheet;
mod hand_over;
mod letterhead_page;
mod limits_page;
mod member_form_page;
mod member_page;
mod members_page;
mod post_sheet;
mod price_book_form_page;
mod price_books_page;
mod procedure_form;
mod procedure_page;
mod product_rows;
mod product_sheet;
mod queries;
mod reasons_form;
mod reasons_page;
mod regions;
mod regions_form;
mod rehearsal;
mod units_page;
mod view_model;

pub use admin_page::AdminPage;
pub use calendar_page::CalendarPage;
pub use costs_page::CostsPage;
pub use letterhead_page::LetterheadPage;
pub use limits_page::LimitsPage;
pub use member_form_page::MemberFormPage;
pub use member_page::MemberPage;
pub use members_page::MembersPage;
pub use price_book_form_page::PriceBookFormPage;
pub use price_books_page::PriceBooksPage;
pub use procedure_page::ProcedurePage;
pub use reasons_page::ReasonsPage;
pub use units_page::UnitsPage;
