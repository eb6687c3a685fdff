//! The suite, and what only PostgreSQL does. Against the cluster that `cargo xtask test unit` starts.

use super::*;
use crate::config::Address;
use crate::db::suite;

#[path = "../../../tests/support/postgres.rs"]
pub(super) mod support;

use support::Base;

fn address(text: &str) -> Address {
    text.parse().unwrap()
}

pub(super) fn addresses(base: &Base) -> Addresses {
    Addresses { primary: address(&base.app), owner: Some(address(&base.owner)), standby: None }
}

async fn open() -> (Base, Postgres) {
    let base = Base::new().await;
    let db = Postgres::open(&addresses(&base)).await.unwrap();
    (base, db)
}

suite::database_suite!(
    #[ignore = "needs PostgreSQL: cargo xtask test unit"]
    open
);

mod claims;
mod plans;
mod rights;
mod standby;
