//! The store in a real browser. Each test has a database of its own.
#![cfg(target_family = "wasm")]
#![expect(clippy::unwrap_used, reason = "a test program")]

mod commands;
mod desk;
mod drafts;
mod leaving;
mod lists;
mod photos;
mod queue;
mod reveal;

wasm_bindgen_test::wasm_bindgen_test_configure!(run_in_browser);
