//! Putting a past visit on record: whom, when, what was answered, what was noted. Never changes a visit that is there.

use leeway_core::Body;
use leeway_core::customers::Customer;
use leeway_core::values::{CustomerId, VisitId};
use leeway_core::visits::{Checklist, Purpose, RecordVisit, RecordedNote, Write};
use leptos::prelude::*;

use super::past_items::PastItems;
use super::queries;
use super::view_model::past::{LASTED, PastForm, PastGap, PastReady, usual, with_typed};
use super::view_model::{chosen, purpose_key, read_purpose, suggestions, typed_form};
use super::visit_form_page::{ChecklistChoice, purposes};
use crate::app::use_app;
use crate::drafts::{Draft, use_draft};
use crate::i18n::{I18n, format, t_string, use_i18n};
use crate::live::live;
use crate::parts::{
    CustomerPicker, DayField, Failed, Resend, ResendNotice, TimeInput, Writer, customers, use_resend,
    use_writer,
};
use crate::platform::{clock, ids};
use crate::routes::{Route, use_query_id, use_replace};
use crate::shell::{DropDraft, Frame, draft_line, focus_first_wrong};
use crate::ui::{Button, ChipsSingle, Choice, Skeleton, TextArea};

/// The form of a past visit.
#[component]
pub fn PastVisitPage() -> impl IntoView {
    let resend = use_resend();
    let form = move || match resend.is_ready() {
        false => view! { <Skeleton/> }.into_any(),
        true => untrack(|| view! { <Form resend=resend/> }.into_any()),
    };
    form.into_any()
}

/// The fields of the form.
#[derive(Clone, Copy)]
struct Fields {
    customer: RwSignal<String>,
    purpose: RwSignal<String>,
    checklist: RwSignal<String>,
    day: RwSignal<String>,
    time: RwSignal<String>,
    lasted: RwSignal<String>,
    answers: RwSignal<String>,
    note: RwSignal<String>,
}

impl Fields {
    fn new(draft: Draft, first: PastForm, note: String) -> Self {
        Self {
            customer: draft.field("customer", first.customer),
            purpose: draft.field("purpose", first.purpose),
            checklist: draft.field("checklist", first.checklist),
            day: draft.field("day", first.day),
            time: draft.field("time", first.time),
            lasted: draft.field("lasted", first.lasted),
            answers: draft.field("answers", first.answers),
            note: draft.field("note", note),
        }
    }

    fn typed(self) -> PastForm {
        PastForm {
            customer: self.customer.get(),
            purpose: self.purpose.get(),
            checklist: self.checklist.get(),
            day: self.day.get(),
            time: self.time.get(),
            lasted: self.lasted.get(),
            answers: self.answers.get(),
        }
    }

    fn suggested(
        self,
        all: Signal<Option<Vec<Customer>>, LocalStorage>,
        checklists: Signal<Option<Vec<Checklist>>, LocalStorage>,
    ) -> Vec<Checklist> {
        let (id, purpose) = (self.customer.get(), read_purpose(&self.purpose.get()));
        let industry = all
            .with(|all| all.as_ref()?.iter().find(|it| it.id.to_string() == id).map(|it| it.industry.value));
        let Some(industry) = industry else { return Vec::new() };
        checklists.with(|all| all.as_ref().map(|all| suggestions(all, industry, purpose))).unwrap_or_default()
    }
}

/// Returns the form as it opens, with its note: what was refused, or whom the address names.
fn first(resend: Resend, customer: Option<String>) -> (PastForm, String) {
    match resend.body() {
        Some(Body::Visits(Write::Record(it))) => {
            let put = |all: String, (key, answer)| with_typed(&all, key, &typed_form(answer));
            let form = PastForm {
                customer: it.customer.to_string(),
                purpose: purpose_key(it.purpose).to_owned(),
                checklist: it.checklist.to_string(),
                day: it.began.day.to_string(),
                time: format::minute_of_day(it.began.minute),
                lasted: it.lasted.to_string(),
                answers: it.answers.iter().fold(String::new(), put),
            };
            (form, it.note.map(|note| note.text).unwrap_or_default())
        }
        _ => {
            let (customer, purpose) = (customer.unwrap_or_default(), purpose_key(Purpose::Care).to_owned());
            (PastForm { customer, purpose, lasted: usual(), ..PastForm::default() }, String::new())
        }
    }
}

#[component]
fn Form(resend: Resend) -> impl IntoView {
    let i18n = use_i18n();
    let named = use_query_id::<CustomerId>("customer").get_untracked().map(|id| id.to_string());
    let draft = use_draft("visit-record", resend.draft_name(named.clone().unwrap_or_else(|| "new".into())));
    let (first, note) = first(resend, named);
    let fields = Fields::new(draft, first, note);
    let (all, checklists) = (customers(), live(queries::checklists));
    let suggested = Memo::new(move |_| fields.suggested(all, checklists));
    let ready =
        Memo::new(move |_| suggested.with(|suggested| fields.typed().read(suggested, clock::offset_minutes)));
    let asked = RwSignal::new(false);
    let writer = use_writer();
    let gap = move |which: PastGap| {
        Signal::derive(move || match asked.get() && ready.with(|it| it.as_ref().err() == Some(&which)) {
            true => gap_sentence(i18n, which),
            false => String::new(),
        })
    };
    let list = Memo::new(move |_| suggested.with(|all| fields.checklist.with(|id| chosen(all, id).cloned())));
    // built once per list: nothing rebuilds a field under the fingers
    let items =
        move || list.get().map(|it| untrack(|| view! { <PastItems checklist=it answers=fields.answers/> }));
    let dock = move || {
        view! { <Submit ready=ready asked=asked note=fields.note draft=draft writer=writer resend=resend/> }
    };
    view! {
        <Frame
            title=move || t_string!(i18n, visits.past.title)
            subtitle=draft_line(draft)
            back=Route::Visits
            dock=dock
            gap=4
        >
            <ResendNotice resend=resend/>
            <Failed writer=writer/>
            <CustomerPicker value=fields.customer all=all error=gap(PastGap::Customer)/>
            <When fields=fields day_error=gap(PastGap::Day) time_error=gap(PastGap::Time)/>
            <ChipsSingle
                label=move || t_string!(i18n, visits.past.purpose)
                options=Signal::derive(move || purposes(i18n))
                value=fields.purpose
            />
            <ChecklistChoice suggested=suggested value=fields.checklist error=gap(PastGap::Checklist)/>
            {items}
            <TextArea
                label=move || t_string!(i18n, visits.past.note)
                name="note"
                value=fields.note
                placeholder=move || t_string!(i18n, visits.note.placeholder)
            />
            <DropDraft draft=draft/>
        </Frame>
    }
    .into_any()
}

/// When it was, and how long it took.
#[component]
fn When(fields: Fields, day_error: Signal<String>, time_error: Signal<String>) -> impl IntoView {
    let i18n = use_i18n();
    let today = use_app().today();
    let days = move || {
        let today = today.get();
        let chip = |back: i64| {
            let day = today.plus_days(-back);
            Choice::new(day.to_string(), format::day_from(i18n, day, today))
        };
        [0, 1, 2].map(chip).to_vec()
    };
    let lasted = move || {
        let chip = |minutes: u16| {
            Choice::new(
                minutes.to_string(),
                t_string!(i18n, visits.past.minutes, count = minutes.to_string()),
            )
        };
        LASTED.map(chip).to_vec()
    };
    // the control says nothing of errors by itself: its hint does
    let hint = move || match time_error.get() {
        error if error.is_empty() => t_string!(i18n, visits.past.time_hint).to_owned(),
        error => error,
    };
    view! {
        <DayField
            label=move || t_string!(i18n, visits.past.day)
            name="day"
            value=fields.day
            choices=Signal::derive(days)
            error=day_error
        />
        <TimeInput
            label=move || t_string!(i18n, visits.past.time)
            hint=hint
            name="time"
            value=fields.time
        />
        <ChipsSingle
            label=move || t_string!(i18n, visits.past.lasted)
            options=Signal::derive(lasted)
            value=fields.lasted
        />
    }
    .into_any()
}

fn gap_sentence(i18n: I18n, gap: PastGap) -> String {
    match gap {
        PastGap::Customer => t_string!(i18n, visits.form.gap_customer).to_owned(),
        PastGap::Day => t_string!(i18n, visits.past.gap_day).to_owned(),
        PastGap::Time => t_string!(i18n, visits.past.gap_time).to_owned(),
        PastGap::Checklist => t_string!(i18n, visits.form.gap_checklist).to_owned(),
        PastGap::Wrong(count) => t_string!(i18n, visits.past.gap_wrong, count = count.to_string()),
        PastGap::Missing(count) => t_string!(i18n, visits.left, count = count.to_string()),
    }
}

/// The button: says what is missing until nothing is.
#[component]
fn Submit(
    ready: Memo<Result<PastReady, PastGap>>,
    asked: RwSignal<bool>,
    note: RwSignal<String>,
    draft: Draft,
    writer: Writer,
    resend: Resend,
) -> impl IntoView {
    let i18n = use_i18n();
    let go = StoredValue::new_local(use_replace());
    let label = move || match ready.with(|it| it.as_ref().err().copied()) {
        Some(gap) => gap_sentence(i18n, gap),
        None => t_string!(i18n, visits.past.submit).to_owned(),
    };
    // of one form, so that a second tap is not a second visit
    let (id, note_id) = (ids::visit(), ids::note());
    let submit = move |()| {
        asked.set(true);
        let ready = match ready.get_untracked() {
            Ok(ready) => ready,
            Err(PastGap::Missing(_)) => return lead_to_missing(),
            Err(_) => return focus_first_wrong(),
        };
        let text = note.with_untracked(|text| text.trim().to_owned());
        let note = (!text.is_empty()).then_some(RecordedNote { note: note_id, text });
        leptos::task::spawn_local(async move {
            let body = Body::Visits(Write::Record(recorded(id, ready, note)));
            if writer.write(body, Some(draft)).await.is_ok() {
                resend.done(writer);
                go.try_with_value(|go| go(Route::Visit(id)));
            }
        });
    };
    view! { <Button attr:data-testid="primary" label=label on_press=submit/> }.into_any()
}

fn recorded(visit: VisitId, it: PastReady, note: Option<RecordedNote>) -> RecordVisit {
    let PastReady { customer, purpose, checklist, began, lasted, answers } = it;
    RecordVisit { visit, customer, purpose, checklist, began, lasted, answers, note }
}

/// Shows the first required item that has no answer.
fn lead_to_missing() {
    let item = document().query_selector("fieldset[data-state=missing]").ok().flatten();
    if let Some(item) = item {
        item.scroll_into_view();
        if let Some(item) = leptos::wasm_bindgen::JsCast::dyn_ref::<leptos::web_sys::HtmlElement>(&item) {
            let _ = item.focus();
        }
    }
}
