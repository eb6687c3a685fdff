//! The customer's paper: what `leeway_core::paper` puts down, laid out for a phone and, printed, for A4. Never works
//! anything out, and needs no network.

use leeway_core::paper::{Language, Paper};
use leeway_core::values::QuoteId;
use leptos::prelude::*;
use leptos::web_sys::File;

use super::paper_queries::{self, PaperView};
use super::paper_sheet::PaperSheet;
use crate::app::use_app;
use crate::i18n::{I18n, Lang, Locale, t_string, use_i18n};
use crate::live::live;
use crate::platform::share::{self, Shared};
use crate::platform::{clock, page, picture};
use crate::routes::{Route, use_id};
use crate::shell::{Frame, NotFoundPage, loaded};
use crate::sync::account::PdfError;
use crate::ui::{Button, ButtonKind, ChipsSingle, Choice, Glyph, Notice, Toasts, Tone};

/// The page of the customer's paper.
#[component]
pub fn PaperPage() -> impl IntoView {
    let id = use_id::<QuoteId>("id");
    let page = move || match id.get() {
        Some(id) => view! { <Screen id=id/> }.into_any(),
        None => view! { <NotFoundPage/> }.into_any(),
    };
    page.into_any()
}

#[component]
fn Screen(id: QuoteId) -> impl IntoView {
    let i18n = use_i18n();
    let app = use_app();
    let record = live(move |store| {
        app.today().track();
        async move { paper_queries::paper(store, id, clock::now()).await }
    });
    let language = RwSignal::new(language_of(i18n.locale()).tag().to_owned());
    let paper = Memo::new_with_compare(
        move |_| {
            let language = language.with(|tag| read(tag));
            record.with(|it| it.as_ref()?.as_ref()?.paper(language, &page::origin()))
        },
        |old, new| old != new,
    );
    let body = move |view: Signal<PaperView, LocalStorage>| {
        view! { <Parts view=view paper=paper language=language/> }.into_any()
    };
    view! {
        <Frame
            title=move || t_string!(i18n, quotes.paper.title)
            back=Route::Quote(id)
            dock=move || view! { <Actions id=id paper=paper/> }
            gap=4
        >
            {loaded(record, body)}
        </Frame>
    }
    .into_any()
}

/// Returns the language of a paper for somebody who reads the app in this one.
const fn language_of(locale: Locale) -> Language {
    match locale {
        Locale::zh_CN => Language::Chinese,
        Locale::en => Language::English,
    }
}

fn read(tag: &str) -> Language {
    if tag == Language::English.tag() { Language::English } else { Language::Chinese }
}

#[component]
fn Parts(
    view: Signal<PaperView, LocalStorage>,
    paper: Memo<Option<Paper>>,
    language: RwSignal<String>,
) -> impl IntoView {
    let i18n = use_i18n();
    let choices = Signal::derive(move || {
        vec![
            Choice::new(Language::Chinese.tag(), t_string!(i18n, settings.look.zh)),
            Choice::new(Language::English.tag(), t_string!(i18n, settings.look.en)),
        ]
    });
    let missing = move || view.with(|view| gaps(i18n, view));
    let sheet = move || match paper.get() {
        Some(paper) => view! { <PaperSheet paper=paper/> }.into_any(),
        None => view! { <Notice text=move || t_string!(i18n, quotes.too_large) tone=Tone::Warn/> }.into_any(),
    };
    view! {
        <div class="stack noprint" data-gap="4">
            {missing}
            <ChipsSingle
                label=move || t_string!(i18n, quotes.paper.language)
                options=choices
                value=language
            />
        </div>
        {sheet}
    }
    .into_any()
}

/// Says what the paper lacks and where it is filled in.
fn gaps(i18n: I18n, view: &PaperView) -> Vec<AnyView> {
    let phone = view.manager.as_ref().is_some_and(|it| it.phone.is_empty());
    let head = view.letterhead.is_none();
    let phone = phone.then(|| {
        view! {
            <Notice text=move || t_string!(i18n, quotes.paper.no_phone) tone=Tone::Warn icon=Glyph::Person>
                <Button
                    kind=ButtonKind::Second
                    label=move || t_string!(i18n, quotes.paper.add_phone)
                    href=Signal::stored(Route::Me.href())
                />
            </Notice>
        }
        .into_any()
    });
    let head = head.then(|| {
        view! {
            <Notice text=move || t_string!(i18n, quotes.paper.no_head) tone=Tone::Warn icon=Glyph::Document/>
        }
        .into_any()
    });
    phone.into_iter().chain(head).collect()
}

/// What can be done with it.
#[component]
fn Actions(id: QuoteId, paper: Memo<Option<Paper>>) -> impl IntoView {
    let i18n = use_i18n();
    let toasts = Toasts::take();
    let ready = picture_of(paper);
    let send = move |()| {
        let Some(file) = ready.get_value() else {
            toasts.warn(t_string!(i18n, quotes.paper.not_ready));
            return;
        };
        leptos::task::spawn_local(async move {
            match share::hand_over(&file).await {
                Shared::Sheet => {}
                Shared::Saved => toasts.show(t_string!(i18n, quotes.paper.saved)),
                Shared::Nothing => toasts.warn(t_string!(i18n, quotes.paper.cannot)),
            }
        });
    };
    let app = use_app();
    let fetch_pdf = move |()| {
        let Some((language, name)) =
            paper.with(|it| it.as_ref().map(|it| (it.language, file_name(it, "pdf"))))
        else {
            return;
        };
        leptos::task::spawn_local(async move {
            let file = match app.paper(id, language).await {
                Ok(bytes) => share::file(&bytes, &name, "application/pdf"),
                Err(error) => return toasts.warn(no_pdf(i18n, error)),
            };
            match file {
                Some(file) => share::save(&file),
                None => toasts.warn(t_string!(i18n, quotes.paper.cannot)),
            }
        });
    };
    view! {
        <Button
            attr:data-testid="pdf"
            kind=ButtonKind::Second
            label=move || t_string!(i18n, quotes.paper.pdf)
            on_press=fetch_pdf
        />
        <Button
            attr:data-testid="print"
            kind=ButtonKind::Second
            label=move || t_string!(i18n, quotes.paper.print)
            on_press=move |()| page::print()
        />
        <Button
            attr:data-testid="primary"
            label=move || t_string!(i18n, quotes.paper.send)
            on_press=send
        />
    }
    .into_any()
}

/// Draws the paper as soon as it is known, so that the bytes are there before the tap.
fn picture_of(paper: Memo<Option<Paper>>) -> StoredValue<Option<File>, LocalStorage> {
    let ready = StoredValue::new_local(None);
    Effect::new(move |_| {
        ready.set_value(None);
        let Some(paper) = paper.get() else { return };
        leptos::task::spawn_local(async move {
            let file = picture::draw(&paper, &file_name(&paper, "png")).await;
            // the page may be gone, or show another paper by now
            ready.try_update_value(|it| *it = file);
        });
    });
    ready
}

/// Says why there is no PDF, and what helps.
fn no_pdf(i18n: I18n, error: PdfError) -> &'static str {
    match error {
        PdfError::Offline => t_string!(i18n, quotes.paper.pdf_offline),
        PdfError::Unknown => t_string!(i18n, quotes.paper.pdf_unknown),
        PdfError::Server(_) => t_string!(i18n, quotes.paper.pdf_none),
    }
}

/// Names a file after its paper: the kind of paper and its number.
fn file_name(paper: &Paper, ending: &str) -> String {
    let number = paper.facts.first().map(|it| it.value.as_str()).unwrap_or_default();
    format!("{}-{number}.{ending}", paper.kind)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_paper_begins_in_the_language_of_who_reads_the_app() {
        for locale in [Locale::zh_CN, Locale::en] {
            assert_eq!(read(language_of(locale).tag()), language_of(locale));
        }
        assert_eq!(read("fr"), Language::Chinese);
    }
}
