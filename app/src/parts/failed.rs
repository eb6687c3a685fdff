//! Why what was asked for on this page was not taken.

use leptos::prelude::*;

use super::writer::Writer;
use crate::ui::{Glyph, Notice, Tone};

/// What the last write was not taken for.
#[component]
pub fn Failed(
    /// The page's writer.
    writer: Writer,
) -> impl IntoView {
    let error = writer.error();
    let notice = move || {
        let text = error.get();
        (!text.is_empty())
            .then(|| view! { <Notice text=text tone=Tone::Danger icon=Glyph::Alert live=true/> })
    };
    notice.into_any()
}
