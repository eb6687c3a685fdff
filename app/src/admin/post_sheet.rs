//! Who holds a post, and who is its deputy. The post's rows go with it.

use leeway_core::Body;
use leeway_core::organisation::{Post, SetPost, Write};
use leeway_core::values::PostId;
use leptos::prelude::*;

use super::queries::Organisation;
use super::units_page::people;
use crate::i18n::{t_string, use_i18n};
use crate::parts::{Failed, use_writer};
use crate::ui::{Button, Choice, Select, Sheet, TextInput, Toasts};

/// Changes a post while one is named.
#[component]
pub fn PostSheet(post: RwSignal<Option<PostId>>, all: Signal<Organisation, LocalStorage>) -> impl IntoView {
    let i18n = use_i18n();
    let open = RwSignal::new(false);
    let (title, holder, deputy) =
        (RwSignal::new(String::new()), RwSignal::new(String::new()), RwSignal::new(String::new()));
    Effect::new(move |_| {
        let found = post.get().and_then(|id| all.with_untracked(|all| all.post(id).cloned()));
        if let Some(Post { title: name, holder: first, deputy: second, .. }) = found {
            title.set(name);
            holder.set(first.id.to_string());
            deputy.set(second.map(|it| it.id.to_string()).unwrap_or_default());
            open.set(true);
        }
    });
    let writer = use_writer();
    let toasts = Toasts::take();
    let save = move |()| {
        let (Some(id), Ok(holder)) = (post.get_untracked(), holder.get_untracked().parse()) else { return };
        let deputy = deputy.get_untracked().parse().ok();
        let set = SetPost { post: id, title: title.get_untracked(), holder, deputy };
        leptos::task::spawn_local(async move {
            if writer.write(Body::Organisation(Write::SetPost(set)), None).await.is_ok() {
                open.set(false);
                toasts.show(t_string!(i18n, shell.saved));
            }
        });
    };
    let everybody = Signal::derive(move || all.with(|all| people(all, None)));
    let deputies = Signal::derive(move || {
        let nobody = Choice::new("", t_string!(i18n, admin.post.nobody));
        std::iter::once(nobody).chain(everybody.get()).collect::<Vec<_>>()
    });
    let body = move || {
        view! {
            <div class="stack" data-gap="4">
                <Failed writer=writer/>
                <TextInput label=move || t_string!(i18n, admin.post.title) name="title" value=title/>
                <Select
                    label=move || t_string!(i18n, admin.post.holder)
                    name="holder"
                    value=holder
                    options=everybody
                />
                <Select
                    label=move || t_string!(i18n, admin.post.deputy)
                    name="deputy"
                    value=deputy
                    options=deputies
                />
                <Button attr:data-testid="confirm" label=move || t_string!(i18n, admin.post.save) on_press=save/>
            </div>
        }
        .into_any()
    };
    view! {
        <Sheet
            open=open
            title=move || t_string!(i18n, admin.post.change)
            close_label=move || t_string!(i18n, shell.close)
            on_close=move |()| post.set(None)
        >
            {body}
        </Sheet>
    }
    .into_any()
}
