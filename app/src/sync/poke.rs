//! The server's poke: a stream of events that say "pull", and nothing else. It makes things quicker, never right: what
//! it misses comes with the next pull by the clock. Never says what changed, and never reports that it broke off.

use std::cell::RefCell;

use gloo_events::EventListener;
use leeway_core::sync::protocol::POKE_EVENT;
use web_sys::EventSource;

use super::wake::{Bell, Ring};

const ADDRESS: &str = "/sync/poke";

/// The stream, if it is listened to.
#[derive(Default)]
pub(super) struct Poke(RefCell<Option<Stream>>);

struct Stream {
    source: EventSource,
    _listener: EventListener,
}

impl Poke {
    /// Listens for this bell, or not any more. Returns whether the stream is open.
    pub(super) fn ring(&self, bell: Option<&Bell>) -> bool {
        let mut stream = self.0.borrow_mut();
        let Some(bell) = bell else {
            stream.take();
            return false;
        };
        // a browser that was told no does not try again by itself
        if stream.as_ref().is_none_or(|it| it.source.ready_state() == EventSource::CLOSED) {
            *stream = Stream::open(bell.clone());
        }
        stream.as_ref().is_some_and(|it| it.source.ready_state() == EventSource::OPEN)
    }
}

impl Stream {
    fn open(bell: Bell) -> Option<Self> {
        let source = EventSource::new(ADDRESS).ok()?;
        let listener = EventListener::new(&source, POKE_EVENT, move |_| bell.ring(Ring::Now));
        Some(Self { source, _listener: listener })
    }
}

impl Drop for Stream {
    fn drop(&mut self) {
        self.source.close();
    }
}
