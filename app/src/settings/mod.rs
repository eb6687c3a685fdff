//! The user and this device: who it is, language and colours, password, what waits to be sent, whether the device is
//! ready to work without a network. Never a rule of the business.

mod cannot_leave;
mod devices_page;
mod me_page;
mod offline_ready_page;
mod password_page;
mod phone_card;
mod queue_card;
mod storage_card;
mod sync_page;
mod view_model;

pub use devices_page::DevicesPage;
pub use me_page::MePage;
pub use offline_ready_page::OfflineReadyPage;
pub use password_page::PasswordPage;
pub use sync_page::SyncPage;
