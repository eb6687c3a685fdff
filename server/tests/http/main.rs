//! The server as others see it: a real listener on a free port, a database of its own for each test, no browser.
#![expect(
    clippy::unwrap_used,
    reason = "what a test can't go on without ends it; clippy sees #[test] functions only"
)]
#![expect(clippy::cloned_ref_to_slice_refs, reason = "one command is written as several are")]

mod approvals;
mod backup;
mod bargain;
mod blobs;
mod deputies;
mod devices;
mod files;
mod frameworks;
mod hand_over;
mod headers;
mod hostile;
mod issuer;
mod margins;
mod office;
mod openapi;
mod paper;
mod password;
mod poke;
#[path = "../support/postgres.rs"]
mod postgres;
mod processes;
mod program;
mod proof;
mod pull;
mod push;
mod repair;
mod rescue;
mod rights;
mod s3;
mod session;
mod spending;
mod tenants;
mod tls;
