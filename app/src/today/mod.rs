//! The first screen: the day's route, what waits for others, what comes next; for those who decide, what waits for
//! them. Never a list that is whole: each section leads to one.

mod deciding;
mod queries;
mod route_card;
mod steps_card;
mod today_page;
mod view_model;

pub use today_page::TodayPage;
