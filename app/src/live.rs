//! What a page shows follows what is stored.

use std::future::Future;

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::app::use_app;
use crate::store::{Store, StoreError};

/// Reads from the store, and again whenever rows change or a signal changes that `read` read before its first
/// await. `None` until the first read has ended; never back to `None`. A read that fails keeps what was shown.
pub fn live<T, Fut>(read: impl Fn(Store) -> Fut + 'static) -> Signal<Option<T>, LocalStorage>
where
    T: Clone + PartialEq + 'static,
    Fut: Future<Output = Result<T, StoreError>> + 'static,
{
    let app = use_app();
    let shown = RwSignal::new_local(None);
    let turn = StoredValue::new(0_u32);
    let first = app.firsts().begin();
    Effect::new(move |_| {
        app.changed().track();
        let mine = turn.with_value(|turn| turn.wrapping_add(1));
        turn.set_value(mine);
        let reading = read(app.store());
        let first = first.clone();
        spawn_local(async move {
            let found = reading.await;
            // an older read that ends late must not overwrite a newer one; the page may be gone
            if turn.try_get_value() == Some(mine) {
                match found {
                    Ok(found) if shown.with_untracked(|it| it.as_ref() == Some(&found)) => {}
                    Ok(found) => shown.set(Some(found)),
                    Err(error) => app.failed(error),
                }
            }
            first.end();
        });
    });
    shown.into()
}
