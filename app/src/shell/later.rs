//! When the parts of a screen are built. A phone is busy while a screen comes up: what is seen first is built first, in
//! pieces that leave the browser time to breathe in between. Never anything about what the parts are.

use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::app::use_app;
use crate::platform::timer::{painted, sleep};

/// What nobody sees yet: below the fold, behind a tab. Is built when the screen has been painted.
#[component]
pub fn Later(
    /// It is needed now.
    #[prop(optional, into)]
    needed: Signal<bool>,
    /// What comes behind.
    children: ChildrenFn,
) -> impl IntoView {
    let app = use_app();
    let behind = RwSignal::new(false);
    spawn_local(async move {
        app.firsts().painted().await;
        painted().await;
        behind.try_set(true);
    });
    let now = Memo::new(move |before| before == Some(&true) || needed.get() || behind.get());
    // what the parts read while they are built must not build them anew
    (move || now.get().then(|| untrack(|| children()))).into_any()
}

/// A part of the first screen that is built in a task of its own; at once on any screen after it. The first screen is
/// shown when all its pieces are there.
#[component]
pub fn Piece(
    /// What it holds.
    children: Children,
) -> impl IntoView {
    let app = use_app();
    if app.firsts().is_painted() {
        return children().into_any();
    }
    let (turn, first) = (RwSignal::new(false), app.firsts().begin());
    spawn_local(async move {
        sleep(0).await;
        turn.try_set(true);
        first.end();
    });
    let children = StoredValue::new_local(Some(children));
    let piece = move || {
        let children = turn.get().then(|| children.try_update_value(Option::take).flatten()).flatten();
        children.map(|children| untrack(children))
    };
    piece.into_any()
}
