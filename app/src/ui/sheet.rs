//! Sheets and questions on the native `<dialog>`: it traps the focus, gives it back, and closes on Escape and on the
//! system's back gesture. Never opened for something that an undo could do.

use leptos::ev::MouseEvent;
use leptos::html;
use leptos::prelude::*;

use super::button::{Button, ButtonKind, IconButton};
use super::icon::Glyph;
use super::ids::fresh_id;

/// Opens and closes the element as the signal says.
fn follow(node: NodeRef<html::Dialog>, open: RwSignal<bool>) {
    Effect::new(move |_| {
        let wanted = open.get();
        let Some(dialog) = node.get() else { return };
        if wanted && !dialog.open() {
            // fails only for an element that isn't in the document, which then isn't seen either
            let _ = dialog.show_modal();
        } else if !wanted && dialog.open() {
            dialog.close();
        }
    });
}

/// Whether a click went beside the content, onto the backdrop.
fn beside(event: &MouseEvent) -> bool {
    event.target() == event.current_target()
}

/// Says whether it has ever been open: a dialog that nobody asked for is not built.
fn asked_for(open: RwSignal<bool>) -> Memo<bool> {
    Memo::new(move |before| open.get() || before == Some(&true))
}

/// A half-screen sheet from below. Its children live only while it is open.
#[component]
pub fn Sheet(
    /// Whether it is open; closing it in any way sets this.
    open: RwSignal<bool>,
    /// Its heading.
    #[prop(into)]
    title: Signal<String>,
    /// The accessible name of the cross.
    #[prop(into)]
    close_label: Signal<String>,
    /// After it has closed, in whatever way.
    #[prop(optional, into)]
    on_close: Option<Callback<()>>,
    /// What it holds.
    children: ChildrenFn,
) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    follow(node, open);
    let asked_for = asked_for(open);
    let id = fresh_id("sheet");
    let children = StoredValue::new(children);
    let closed = move |_| {
        open.set(false);
        if let Some(on_close) = on_close {
            on_close.run(());
        }
    };
    let click = move |event: MouseEvent| {
        if beside(&event) {
            open.set(false);
        }
    };
    let dialog = move || {
        view! {
            <dialog class="sheet" node_ref=node aria-labelledby=id.clone() on:close=closed on:click=click>
                <div class="wrap">
                    <header>
                        <h2 id=id.clone() tabindex="-1" autofocus>
                            {title}
                        </h2>
                        <IconButton
                            label=close_label
                            icon=Glyph::Close
                            on_press=move |()| open.set(false)
                        />
                    </header>
                    {move || open.get().then(|| view! { <div class="stack">{children.get_value()()}</div> })}
                </div>
            </dialog>
        }
    };
    (move || asked_for.get().then(&dialog)).into_any()
}

/// A question before something that can't be undone: sending to others, deleting what is shared.
#[component]
pub fn Confirm(
    /// Whether it is asked; any answer sets this.
    open: RwSignal<bool>,
    /// The question.
    #[prop(into)]
    title: Signal<String>,
    /// What happens then.
    #[prop(optional, into)]
    text: Signal<String>,
    /// Verb and object of going on.
    #[prop(into)]
    confirm_label: Signal<String>,
    /// The words of going back.
    #[prop(into)]
    cancel_label: Signal<String>,
    /// Going on deletes something.
    #[prop(optional)]
    danger: bool,
    /// What going on does.
    #[prop(into)]
    on_confirm: Callback<()>,
) -> impl IntoView {
    let node = NodeRef::<html::Dialog>::new();
    follow(node, open);
    let asked_for = asked_for(open);
    let (id, text_id) = (fresh_id("ask"), fresh_id("ask"));
    let kind = if danger { ButtonKind::Danger } else { ButtonKind::Primary };
    let confirm = move |()| {
        open.set(false);
        on_confirm.run(());
    };
    let click = move |event: MouseEvent| {
        if beside(&event) {
            open.set(false);
        }
    };
    let dialog = move || {
        view! {
            <dialog
                class="sheet"
                role="alertdialog"
                node_ref=node
                aria-labelledby=id.clone()
                aria-describedby=text_id.clone()
                on:close=move |_| open.set(false)
                on:click=click
            >
                <div class="wrap">
                    <header>
                        <h2 id=id.clone() tabindex="-1" autofocus>
                            {title}
                        </h2>
                    </header>
                    <p id=text_id.clone()>{text}</p>
                    <div class="actions">
                        <Button kind=ButtonKind::Second label=cancel_label on_press=move |()| open.set(false) />
                        <Button kind=kind label=confirm_label on_press=confirm />
                    </div>
                </div>
            </dialog>
        }
    };
    (move || asked_for.get().then(&dialog)).into_any()
}
