//! HTTP: one file per address. A handler takes apart, calls, answers; it **never** decides. What all addresses
//! have in common is in [`headers`], [`limits`] and [`json`].

pub mod blobs;
pub mod devices;
pub mod files;
pub mod frameworks;
pub mod headers;
pub mod health;
pub mod json;
pub mod keys;
pub mod limits;
pub mod members;
pub mod openapi;
pub mod paper;
pub mod password;
pub mod poke;
pub mod pull;
pub mod push;
pub mod query;
pub mod recovery_key;
pub mod rehearsal;
pub mod repair;
pub mod session;
pub mod spending;
