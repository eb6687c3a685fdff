//! A list of things that are edited, and the sheet that edits one of them, or a new one. Its fields are made anew for each
//! that is named.

use leptos::prelude::*;

use crate::i18n::{t_string, use_i18n};
use crate::ui::{Button, ButtonKind, Card, Cell, Glyph, Section, Sheet};

/// What the sheet holds for what is named.
pub struct Editor {
    /// Its fields.
    pub fields: AnyView,
    /// Takes it into the list as it stands typed, or says what is wrong with it.
    pub done: Callback<(), Result<(), String>>,
    /// Takes it out of the list; `None` for a new one.
    pub remove: Option<Callback<()>>,
}

/// Which one of a list is being edited: its place, or none for a new one.
pub type Editing = RwSignal<Option<Option<usize>>>;

/// The list, and the way to a new one.
#[component]
pub fn EditedList(
    /// Its heading.
    #[prop(into)]
    title: Signal<String>,
    /// How many there are.
    #[prop(into)]
    count: Signal<usize>,
    /// The rows.
    #[prop(into)]
    rows: ViewFn,
    /// What adds one.
    #[prop(into)]
    add_label: Signal<String>,
    /// What is added.
    #[prop(into)]
    add_note: Signal<String>,
    /// The add button's name for tests.
    add_testid: &'static str,
    /// Which one is being edited.
    editing: Editing,
) -> impl IntoView {
    let shown = move || Some(count.get()).filter(|it| *it > 0).map(|it| it.to_string()).unwrap_or_default();
    view! {
        <Section title=title count=shown>
            <Card>
                {move || rows.run()}
                <Cell
                    attr:data-testid=add_testid
                    title=add_label
                    note=add_note
                    lead=Glyph::Plus
                    on_press=move |()| editing.set(Some(None))
                />
            </Card>
        </Section>
    }
    .into_any()
}

/// Edits what is named, for as long as something is.
#[component]
pub fn EditSheet<T: Clone + Send + Sync + 'static>(
    /// Which one.
    editing: RwSignal<Option<T>>,
    /// The sheet's heading.
    #[prop(into)]
    title: Signal<String>,
    /// The button that takes it out.
    #[prop(into)]
    remove_label: Signal<String>,
    /// Makes the fields of one.
    edit: Callback<T, Editor>,
) -> impl IntoView {
    let i18n = use_i18n();
    let open = RwSignal::new(false);
    Effect::new(move |_| open.set(editing.with(Option::is_some)));
    let body = move || {
        let Some(named) = editing.get_untracked() else { return ().into_any() };
        let Editor { fields, done, remove } = edit.run(named);
        let wrong = RwSignal::new(String::new());
        let done = move |()| match done.run(()) {
            Ok(()) => editing.set(None),
            Err(why) => wrong.set(why),
        };
        let remove = remove.map(|remove| {
            let remove = move |()| {
                remove.run(());
                editing.set(None);
            };
            view! { <Button kind=ButtonKind::Danger label=remove_label on_press=remove/> }
        });
        view! {
            <div class="stack" data-gap="4">
                {fields}
                <p class="err" role="status">{wrong}</p>
                <Button attr:data-testid="confirm" label=move || t_string!(i18n, admin.product.done) on_press=done/>
                {remove}
            </div>
        }
        .into_any()
    };
    view! {
        <Sheet
            open=open
            title=title
            close_label=move || t_string!(i18n, shell.close)
            on_close=move |()| editing.set(None)
        >
            {body}
        </Sheet>
    }
    .into_any()
}
