//! Once a week the rows of this device are compared with the server's: a fault of a program or of a disk that nobody
//! sees would stay for ever. Never changes a row by itself: if anything is wrong, everything comes anew.

use leeway_core::sync::protocol::RepairRequest;

use super::api::Server;
use super::{End, Engine, Ring};
use crate::platform::clock;

const EVERY_MS: u64 = 7 * 24 * 60 * 60 * 1_000;

impl<S: Server> Engine<S> {
    /// Compares, when it is time.
    pub(super) async fn check(&self) -> Result<(), End> {
        let now = clock::now();
        let (client, cursor) = self.store.standing().await?;
        if cursor.checked.is_some_and(|at| at.ms().abs_diff(now.ms()) < EVERY_MS) {
            return Ok(());
        }
        let Some(digests) = self.store.digests().await? else { return Ok(()) };
        let request = RepairRequest { client: client.id, cookie: digests.cookie, digests: digests.scopes };
        let are_right = self.server.repair(&request).await?.refill.is_empty();
        self.store.checked(are_right, now).await?;
        if !are_right {
            self.ahead.take();
            self.bell.ring(Ring::Now);
        }
        Ok(())
    }
}
