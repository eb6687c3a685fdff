//! The browser's own abilities, one file each; everything above speaks to these. Never knows a word of the
//! domain, never stores business data, never calls the server.

pub mod appearance;
pub mod build;
pub mod capabilities;
pub mod channel;
pub mod clipboard;
pub mod clock;
pub mod device_key;
pub mod ids;
pub mod known;
pub mod local;
pub mod page;
pub mod photo;
pub mod picture;
pub mod service_worker;
pub mod sha;
pub mod share;
pub mod tab_lock;
pub mod timer;
