//! Phones that listen for pokes, and what they hear. **Never** pulls because of one: how often a phone pulls in a day
//! is fixed ([`crate::day`]).

use std::sync::Arc;
use std::sync::atomic::{AtomicUsize, Ordering};

use leeway_core::sync::protocol::POKE_EVENT;
use reqwest::Method;
use tokio::task::JoinSet;

use crate::wire::Phone;

/// All who listen. Dropped, they stop.
#[derive(Default)]
pub struct Listeners {
    tasks: JoinSet<()>,
    heard: Vec<Arc<AtomicUsize>>,
}

impl Listeners {
    /// Lets a phone listen. Its stream lasts as long as the server keeps it.
    pub fn add(&mut self, phone: &Phone) {
        let heard = Arc::new(AtomicUsize::new(0));
        self.heard.push(Arc::clone(&heard));
        // streams have no end by time
        let stream = phone.request(Method::GET, "/sync/poke").timeout(std::time::Duration::from_secs(86_400));
        self.tasks.spawn(async move {
            let Ok(mut answer) = stream.send().await else { return };
            let event = format!("event: {POKE_EVENT}");
            // an event is small and is sent at once: it does not come in two
            while let Ok(Some(some)) = answer.chunk().await {
                let pokes = String::from_utf8_lossy(&some).matches(&event).count();
                heard.fetch_add(pokes, Ordering::Relaxed);
            }
        });
    }

    /// Waits until everybody has heard the poke with which a stream begins; less one in a hundred that may be late.
    pub async fn ready(&self) {
        let wanted = self.heard.len() - self.heard.len() / 100;
        while self.counts().iter().filter(|count| **count > 0).count() < wanted {
            tokio::time::sleep(std::time::Duration::from_millis(50)).await;
        }
    }

    /// Returns how many pokes each has heard.
    pub fn counts(&self) -> Vec<usize> {
        self.heard.iter().map(|heard| heard.load(Ordering::Relaxed)).collect()
    }
}
