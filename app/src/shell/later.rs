//! What lies below the fold of the first screen. Never anything that the user came for.

use leptos::prelude::*;

use crate::app::use_app;

/// Is built once the first screen has been painted; at once on any screen after it.
#[component]
pub fn Later(
    /// What comes behind.
    children: ChildrenFn,
) -> impl IntoView {
    let app = use_app();
    (move || app.settled().get().then(|| children())).into_any()
}
