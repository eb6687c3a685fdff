//! The decision: approve at once, or return with what is missing. What is typed for a return is a draft. Never
//! decides twice: the first decision counts, and the page says who was quicker.

use leeway_core::Body;
use leeway_core::approvals::{Decide, Missing, WORDS_MAX, Write};
use leeway_core::values::CaseId;
use leptos::prelude::*;

use super::queries::CaseView;
use super::view_model::{give_back, given_back, is_for};
use crate::app::{App, use_app};
use crate::drafts::{Draft, use_draft};
use crate::i18n::{I18n, t_string, use_i18n};
use crate::parts::{Resend, Writer, use_resend, use_writer};
use crate::platform::page;
use crate::routes::Route;
use crate::ui::{Button, ButtonKind, Cell, ChipButton, Choice, Glyph, Select, Sheet, TextArea};

/// What the parts of one case's page share. Copy.
#[derive(Clone, Copy)]
pub struct Desk {
    /// Which case.
    pub id: CaseId,
    /// The case with all that its page shows.
    pub record: Signal<Option<Option<CaseView>>, LocalStorage>,
    /// The writer of this page.
    pub writer: Writer,
    /// The card of a decision that was not accepted.
    pub resend: Resend,
    i18n: I18n,
    app: App,
    returning: RwSignal<bool>,
    words: RwSignal<String>,
    /// The line that the words are about; empty: the whole quote.
    place: RwSignal<String>,
    items: RwSignal<Vec<Missing>>,
    draft: Draft,
}

impl Desk {
    /// Makes the desk of this case's page.
    pub fn new(id: CaseId, record: Signal<Option<Option<CaseView>>, LocalStorage>) -> Self {
        let draft = use_draft("case-return", id);
        let desk = Self {
            id,
            record,
            writer: use_writer(),
            resend: use_resend(),
            i18n: use_i18n(),
            app: use_app(),
            returning: RwSignal::new(false),
            words: draft.field("words", ""),
            place: RwSignal::new(String::new()),
            items: RwSignal::new(Vec::new()),
            draft,
        };
        Effect::new(move |_| desk.take_up());
        desk
    }

    /// Opens the sheet with what was said when the case was given back, where that was not accepted.
    fn take_up(self) {
        let Some(Body::Approvals(it)) = self.resend.body() else { return };
        let Some((words, items)) = given_back(&it) else { return };
        if self.words.with_untracked(String::is_empty) && self.items.with_untracked(Vec::is_empty) {
            self.words.set(words);
            self.items.set(items);
            self.returning.set(true);
        }
    }

    /// Looks at the case; `None` until it has been read.
    pub fn with<R>(self, look: impl FnOnce(&CaseView) -> R) -> Option<R> {
        self.record.with(|record| record.as_ref().and_then(Option::as_ref).map(look))
    }

    /// Says whether the user may decide on it now.
    pub fn decidable(self) -> bool {
        let me = self.app.me().get().map(|me| me.user);
        me.is_some_and(|me| self.with(|view| is_for(&view.case, &view.answering, me)).unwrap_or_default())
    }

    fn approve(self) {
        let it = Decide { case: self.id, approve: true, words: String::new() };
        self.write(Write::Decide(it), None);
    }

    fn write(self, it: Write, draft: Option<Draft>) {
        let written = self.writer.write(Body::Approvals(it), draft);
        leptos::task::spawn_local(async move {
            if written.await.is_ok() {
                self.returning.try_set(false);
                page::to_top();
                self.resend.done(self.writer);
            }
        });
    }
}

/// The two buttons.
#[component]
pub fn Actions(desk: Desk) -> impl IntoView {
    let i18n = use_i18n();
    let open = Memo::new(move |_| desk.decidable());
    let label = move || {
        let off = desk.with(|view| view.case.effective.to_string()).unwrap_or_default();
        t_string!(i18n, approvals.approve, off = off)
    };
    let next = Memo::new(move |_| {
        desk.with(|view| view.waiting.iter().copied().find(|id| *id != desk.id)).flatten()
    });
    let onwards = move || {
        let label = move || match next.get() {
            Some(_) => t_string!(i18n, approvals.next),
            None => t_string!(i18n, approvals.all),
        };
        let href = move || next.get().map_or(Route::Approvals, Route::Approval).href();
        view! {
            <Button
                attr:data-testid="next"
                kind=ButtonKind::Second
                label=label
                href=Signal::derive(href)
            />
        }
    };
    view! {
        <Show when=move || open.get() fallback=onwards>
            <Button
                attr:data-testid="return"
                kind=ButtonKind::Second
                label=move || t_string!(i18n, approvals.give_back)
                on_press=move |()| desk.returning.set(true)
            />
            <Button
                attr:data-testid="primary"
                icon=Glyph::Check
                label=label
                on_press=move |()| desk.approve()
            />
        </Show>
    }
    .into_any()
}

/// The sheet that asks what is missing.
#[component]
pub fn ReturnSheet(desk: Desk) -> impl IntoView {
    let i18n = desk.i18n;
    view! {
        <Sheet
            open=desk.returning
            title=move || t_string!(i18n, approvals.missing.title)
            close_label=move || t_string!(i18n, shell.close)
        >
            <ReturnForm desk=desk/>
        </Sheet>
    }
    .into_any()
}

#[component]
fn ReturnForm(desk: Desk) -> impl IntoView {
    let i18n = desk.i18n;
    let asked = RwSignal::new(false);
    let words = desk.words;
    let length = Memo::new(move |_| words.with(|it| it.trim().chars().count()));
    let error = move || match (asked.get() && desk.items.with(Vec::is_empty), length.get()) {
        (true, 0) => t_string!(i18n, approvals.missing.needed).to_owned(),
        (_, length) if length > WORDS_MAX as usize => {
            t_string!(i18n, approvals.missing.too_long, max = WORDS_MAX.to_string())
        }
        _ => String::new(),
    };
    let chip = move |word: fn(I18n) -> &'static str| {
        let add = move |()| {
            words.update(|it| {
                if !it.is_empty() {
                    it.push_str(t_string!(i18n, approvals.missing.and));
                }
                it.push_str(word(i18n));
            });
        };
        view! { <ChipButton label=move || word(i18n) on_press=add/> }.into_any()
    };
    let common: [fn(I18n) -> &'static str; 4] = [
        |i18n| t_string!(i18n, approvals.missing.rival),
        |i18n| t_string!(i18n, approvals.missing.quantity),
        |i18n| t_string!(i18n, approvals.missing.payment),
        |i18n| t_string!(i18n, approvals.missing.value),
    ];
    let send = move |()| {
        asked.set(true);
        let (text, items) = (words.get_untracked(), desk.items.get_untracked());
        let said = !text.trim().is_empty() || !items.is_empty();
        if said && text.trim().chars().count() <= WORDS_MAX as usize {
            let line = desk.place.with_untracked(|it| it.parse().ok());
            desk.write(give_back(desk.id, items, line, &text), Some(desk.draft));
        }
    };
    let failed = desk.writer.error();
    view! {
        <div class="chips" role="group" aria-label=move || t_string!(i18n, approvals.missing.common)>
            {common.map(chip)}
        </div>
        <Select
            label=move || t_string!(i18n, approvals.missing.place)
            name="place"
            value=desk.place
            options=Signal::derive(move || places(desk))
        />
        <TextArea
            label=move || t_string!(i18n, approvals.missing.label)
            name="missing"
            value=words
            required=true
            error=error
            placeholder=move || t_string!(i18n, approvals.missing.placeholder)
        />
        <Items desk=desk/>
        <p class="err" role="status">{failed}</p>
        <Button
            attr:data-testid="send-back"
            label=move || t_string!(i18n, approvals.missing.send)
            on_press=send
        />
    }
    .into_any()
}

/// Where something may be missing: in the quote as a whole, or in one of its lines.
fn places(desk: Desk) -> Vec<Choice> {
    let whole = Choice::new("", t_string!(desk.i18n, approvals.missing.whole));
    let lines = desk.with(|view| {
        let lines = view.case.content.lines.iter();
        lines.map(|line| Choice::new(line.id.to_string(), line.name.clone())).collect::<Vec<_>>()
    });
    std::iter::once(whole).chain(lines.unwrap_or_default()).collect()
}

/// What has been listed as missing, and the button that lists one more.
#[component]
fn Items(desk: Desk) -> impl IntoView {
    let i18n = desk.i18n;
    let add = move |()| {
        let words = desk.words.with_untracked(|it| it.trim().to_owned());
        if !words.is_empty() && words.chars().count() <= WORDS_MAX as usize {
            let line = desk.place.with_untracked(|it| it.parse().ok());
            desk.items.update(|items| items.push(Missing { line, words }));
            desk.words.set(String::new());
        }
    };
    let row = move |(n, item): (usize, Missing)| {
        let named = desk.with(|view| {
            view.case
                .content
                .lines
                .iter()
                .find(|line| Some(line.id) == item.line)
                .map(|line| line.name.clone())
        });
        let place = named.flatten().unwrap_or_else(|| t_string!(i18n, approvals.missing.whole).to_owned());
        let drop = move |()| desk.items.update(|items| drop(items.remove(n)));
        view! {
            <Cell title=item.words note=place>
                <ChipButton label=move || t_string!(i18n, approvals.missing.drop) on_press=drop/>
            </Cell>
        }
    };
    view! {
        {move || desk.items.get().into_iter().enumerate().map(row).collect_view()}
        <Button
            attr:data-testid="add-item"
            kind=ButtonKind::Second
            label=move || t_string!(i18n, approvals.missing.add)
            on_press=add
        />
    }
    .into_any()
}
