//! Nothing ships from here: see `e2e/main.rs` (stories) and `tidy.rs`.
