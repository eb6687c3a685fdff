//! What the fault harnesses are built of: a simulated phone on the plain wire, the server as a program that can be
//! killed, a proxy that does what networks do, and the invariants. Nothing ships from here.
//!
//! Read [`phone`] (what a phone does), [`proxy`] (what happens to its requests), [`truth`] (what must hold all the
//! same), then a harness in `harness/`. Everything random comes out of one [`dice::Dice`], so that a seed can be
//! played again. Uses `leeway_core` as the phone does, for legal commands and the wire types; **never** looks into
//! the server or its database but over the wire.

#![expect(clippy::unwrap_used, clippy::panic, reason = "a test that can't go on ends with what stopped it")]

pub mod dice;
pub mod phone;
pub mod picture;
pub mod program;
pub mod proxy;
pub mod truth;
