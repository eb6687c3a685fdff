//! What else can be done with a case: give it to another post, or have another post approve as well.

use leeway_core::Body;
use leeway_core::approvals::{AddSigner, Forward, Write};
use leeway_core::values::PostId;
use leptos::prelude::*;

use super::decision::Desk;
use crate::i18n::{t_string, use_i18n};
use crate::ui::{Button, ButtonKind, Choice, Select, Sheet, Toasts};

/// The sheet.
#[component]
pub fn MoreSheet(desk: Desk, open: RwSignal<bool>) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <Sheet
            open=open
            title=move || t_string!(i18n, approvals.more.title)
            close_label=move || t_string!(i18n, shell.close)
        >
            <Form desk=desk open=open/>
        </Sheet>
    }
    .into_any()
}

#[component]
fn Form(desk: Desk, open: RwSignal<bool>) -> impl IntoView {
    let i18n = use_i18n();
    let toasts = Toasts::take();
    let chosen = RwSignal::new(String::new());
    let asked = RwSignal::new(false);
    // those that have it, or had it, are not asked again
    let options = move || {
        desk.with(|view| {
            let asked = |post: PostId| view.case.track.as_ref().is_some_and(|track| track.has(post));
            let others = view.answering.posts.iter().filter(|post| !asked(post.id));
            others.map(|post| Choice::new(post.id.to_string(), post.title.clone())).collect::<Vec<_>>()
        })
        .unwrap_or_default()
    };
    let error = move || match asked.get() && chosen.with(String::is_empty) {
        true => t_string!(i18n, approvals.more.none).to_owned(),
        false => String::new(),
    };
    let send = move |write: Option<Write>, done: &'static str| {
        asked.set(true);
        let Some(write) = write else { return };
        let written = desk.writer.write(Body::Approvals(write), None);
        leptos::task::spawn_local(async move {
            if written.await.is_ok() {
                open.try_set(false);
                toasts.show(done);
            }
        });
    };
    let case = desk.id;
    let forward = move |()| {
        let write = chosen.get_untracked().parse().ok().map(|to| Write::Forward(Forward { case, to }));
        send(write, t_string!(i18n, approvals.more.forwarded));
    };
    let add = move |()| {
        let write =
            chosen.get_untracked().parse().ok().map(|post| Write::AddSigner(AddSigner { case, post }));
        send(write, t_string!(i18n, approvals.more.added));
    };
    let failed = desk.writer.error();
    view! {
        <div class="stack" data-gap="4">
            <Select
                label=move || t_string!(i18n, approvals.more.post)
                name="post"
                value=chosen
                options=Signal::derive(options)
                placeholder=move || t_string!(i18n, approvals.more.none)
                error=error
            />
            <p class="err" role="status">{failed}</p>
            <Button
                attr:data-testid="add-signer"
                kind=ButtonKind::Second
                label=move || t_string!(i18n, approvals.more.add)
                on_press=add
            />
            <Button
                attr:data-testid="forward"
                label=move || t_string!(i18n, approvals.more.forward)
                on_press=forward
            />
        </div>
    }
    .into_any()
}
