//! Log in again: where somebody is known on this device. Who comes in for the first time sees the form alone.

use std::rc::Rc;

use leptos::prelude::*;

use super::form::LogInForm;
use super::view_model::{Entrance, after, entrance};
use crate::app::use_app;
use crate::routes::use_replace;

/// The log-in screen of somebody who is known here.
#[component]
pub fn LoginPage() -> impl IntoView {
    let app = use_app();
    let replace = use_replace();
    let busy = RwSignal::new(false);
    let now =
        Memo::new(move |_| app.me().with(|me| app.status().with(|status| entrance(me.as_ref(), status))));
    let leave = replace.clone();
    Effect::new(move |_| {
        if let (Entrance::Past(to), false) = (now.get(), busy.get()) {
            leave(to);
        }
    });
    let log_in = move |name: String, password: String| -> futures::future::LocalBoxFuture<'static, _> {
        let replace = replace.clone();
        Box::pin(async move {
            app.log_in(&name, &password).await?;
            if let Some(me) = app.me().get_untracked() {
                replace(after(&me));
            }
            Ok(())
        })
    };
    let hidden = Signal::derive(move || now.get() != Entrance::Form && !busy.get());
    let known = app.me().get_untracked().map(|me| me.login);
    view! { <LogInForm known hidden busy log_in=Rc::new(log_in)/> }.into_any()
}
