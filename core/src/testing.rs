//! Samples with fixed ids and a small organisation to try rules in, for the tests of this and other crates.
//! Never part of what ships: behind the feature `testing`.

pub mod commands;
pub mod office;
pub mod plant;
pub mod proof;
pub mod refusals;
pub mod sample;

pub use office::{Office, because, numbers, told};
