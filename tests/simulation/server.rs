//! The server: its own acceptance and scopes on a database in memory, with an organisation to begin with.

use std::path::Path;
use std::sync::Arc;

use leeway_core::Changes;
use leeway_core::testing::Office;
use leeway_server::app::App;
use leeway_server::clock::Clock;
use leeway_server::db::{Database, Organisation, Tenant};

use crate::database::Memory;
use crate::world::NOON;

/// Founds the organisation.
pub async fn found(db: &dyn Database) -> Organisation {
    let office = Office::new();
    let organisation = Organisation { name: "试点分公司".into(), epoch: "e0".into() };
    let mut writing = db.write(Tenant::FIRST).await.expect("a calm disk");
    writing.found(&organisation, NOON).await.expect("a calm disk");
    let mut changes = Changes::none();
    changes.puts.extend(office.records().values().cloned());
    for (user, scope) in office.grants() {
        changes = changes.grant(user, scope);
    }
    writing.write(&changes).await.expect("a calm disk");
    writing.commit().await.expect("a calm disk");
    organisation
}

/// Starts the server.
pub fn server(memory: &Memory, organisation: Organisation, clock: &Clock) -> App {
    let db: Arc<dyn Database> = Arc::new(memory.clone());
    App::new(db, Tenant::FIRST, organisation, clock.clone(), Path::new("."), false)
}
