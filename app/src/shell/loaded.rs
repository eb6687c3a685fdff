//! A record's page is built once, when the record has been read: what is typed into its forms must not be rebuilt
//! under the user's fingers. Never reads the store itself.

use leptos::prelude::*;

use crate::i18n::{t_string, use_i18n};
use crate::ui::{Empty, Skeleton};

/// Shows a skeleton until `record` has been read, then the view that `there` makes once out of it, or that there is
/// no such record. The signal that `there` gets follows the record, and keeps its last value when the record goes.
pub fn loaded<T>(
    record: Signal<Option<Option<T>>, LocalStorage>,
    there: impl Fn(Signal<T, LocalStorage>) -> AnyView + Send + 'static,
) -> AnyView
where
    T: Clone + 'static,
{
    let state = Memo::new(move |_| record.with(|it| it.as_ref().map(Option::is_some)));
    let view = move || match state.get() {
        None => view! { <Skeleton/> }.into_any(),
        Some(false) => view! { <Gone/> }.into_any(),
        Some(true) => match record.get_untracked().flatten() {
            Some(first) => {
                let last = StoredValue::new_local(first);
                there(Signal::derive_local(move || {
                    if let Some(now) = record.get().flatten() {
                        last.set_value(now);
                    }
                    last.get_value()
                }))
            }
            None => view! { <Gone/> }.into_any(),
        },
    };
    view.into_any()
}

/// Says that this device has no such record.
#[component]
pub fn Gone() -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <Empty title=move || t_string!(i18n, shell.gone.fact) note=move || t_string!(i18n, shell.gone.note)/>
    }
    .into_any()
}
