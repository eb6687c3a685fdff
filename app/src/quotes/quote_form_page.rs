//! Starting a quote: for whom, about which deal, on which terms; empty or with the lines of another one. Prices come
//! with the first line, on the quote itself.

use leeway_core::Body;
use leeway_core::customers::Customer;
use leeway_core::quotes::{Draft as DraftQuote, LineInput, Write};
use leeway_core::values::{CustomerId, OpportunityId, Percent, QuoteId};
use leptos::prelude::*;

use super::form::{TermFields, Terms};
use super::queries::{self, Start};
use super::view_model::{Ready, StartGap, TypedStart, TypedTerms, priced, taken_over};
use super::wording;
use crate::app::use_app;
use crate::drafts::{Draft, use_draft};
use crate::i18n::{I18n, format, t_string, use_i18n};
use crate::live::live;
use crate::parts::{CustomerPicker, Failed, Resend, ResendNotice, Writer, customers, use_resend, use_writer};
use crate::platform::ids;
use crate::routes::{Route, use_query_id, use_replace};
use crate::shell::Frame;
use crate::ui::{Button, ChipsSingle, Choice, Glyph, Notice, Skeleton};

/// The term that a new quote opens with.
const MONTHS: &str = "24";
/// How many days it is valid, if nobody says otherwise.
const DAYS: i64 = 15;

/// The form of a new quote.
#[component]
pub fn QuoteFormPage() -> impl IntoView {
    let today = use_app().today();
    let resend = use_resend();
    let from = use_query_id::<QuoteId>("from");
    let start = live(move |store| queries::start(store, from.get(), today.get()));
    let ready = Memo::new(move |_| resend.is_ready() && start.with(Option::is_some));
    let form = move || match ready.get() {
        false => view! { <Skeleton/> }.into_any(),
        true => untrack(|| view! { <Form resend=resend start=start/> }.into_any()),
    };
    form.into_any()
}

/// The form as it opens.
struct First {
    typed: TypedStart,
    quote: QuoteId,
    lines: Vec<LineInput>,
    lost: usize,
    given: (Percent, u16),
}

/// Returns the form as it opens: what was refused, a copy, or what the address names.
fn first(resend: Resend, start: &Start, named: (Option<CustomerId>, Option<OpportunityId>)) -> First {
    let today = crate::platform::clock::today();
    let text = |id: Option<String>| id.unwrap_or_default();
    let terms = TypedTerms {
        title: String::new(),
        months: MONTHS.to_owned(),
        valid_until: today.plus_days(DAYS).to_string(),
    };
    if let Some(Body::Quotes(Write::Draft(it))) = resend.body() {
        let terms = TypedTerms {
            title: it.title,
            months: it.months.to_string(),
            valid_until: it.valid_until.to_string(),
        };
        let typed = TypedStart {
            customer: it.customer.to_string(),
            opportunity: text(it.opportunity.map(|id| id.to_string())),
            terms,
        };
        return First {
            typed,
            quote: it.quote,
            lines: it.lines,
            lost: 0,
            given: (it.overall, it.free_months),
        };
    }
    if let Some(from) = &start.from {
        let content = &from.content;
        let (lines, lost) = match &start.book {
            Some(book) => taken_over(content, book, ids::line),
            None => (Vec::new(), content.lines.len()),
        };
        let typed = TypedStart {
            customer: content.customer.to_string(),
            opportunity: text(content.opportunity.map(|id| id.to_string())),
            terms: TypedTerms { valid_until: terms.valid_until, ..TypedTerms::of(content) },
        };
        let given = (content.overall, content.free_months);
        return First { typed, quote: ids::quote(), lines, lost, given };
    }
    let typed = TypedStart {
        customer: text(named.0.map(|id| id.to_string())),
        opportunity: text(named.1.map(|id| id.to_string())),
        terms,
    };
    First { typed, quote: ids::quote(), lines: Vec::new(), lost: 0, given: (Percent::ZERO, 0) }
}

/// Returns the name under which the form's keystrokes are kept.
fn draft_name(resend: Resend, start: &Start, customer: Option<CustomerId>) -> String {
    let otherwise = match (&start.from, customer) {
        (Some(from), _) => from.id.to_string(),
        (None, Some(customer)) => customer.to_string(),
        (None, None) => "new".to_owned(),
    };
    resend.draft_name(otherwise)
}

#[component]
fn Form(resend: Resend, start: Signal<Option<Start>, LocalStorage>) -> impl IntoView {
    let i18n = use_i18n();
    let today = use_app().today();
    let now = start.get_untracked().unwrap_or(Start { book: None, frameworks: Vec::new(), from: None });
    let deal = use_query_id::<OpportunityId>("opportunity").get_untracked();
    let named = use_query_id::<CustomerId>("customer").get_untracked();
    let draft = use_draft("quote-start", draft_name(resend, &now, named));
    let First { typed, quote, lines, lost, given } = first(resend, &now, (named, deal));
    let customer = draft.field("customer", typed.customer);
    let opportunity = draft.field("opportunity", typed.opportunity);
    let fields = TermFields::new(draft, typed.terms);
    let all = customers();
    name_after(i18n, fields.title, customer, all);
    take_customer_of(deal, customer);
    let has_book = move || start.with(|it| it.as_ref().is_some_and(|it| it.book.is_some()));
    let read = Memo::new(move |_| {
        let typed =
            TypedStart { customer: customer.get(), opportunity: opportunity.get(), terms: fields.typed() };
        typed.read(has_book(), today.get())
    });
    let asked = RwSignal::new(false);
    let gap = Signal::derive(move || if asked.get() { read.get().err() } else { None });
    let terms_gap = move || match gap.get() {
        Some(StartGap::Terms(gap)) => Some(gap),
        _ => None,
    };
    let whom = move || match gap.get() {
        Some(StartGap::Customer) => gap_sentence(i18n, StartGap::Customer),
        _ => String::new(),
    };
    let writer = use_writer();
    let count = lines.len();
    let form = Submit { quote, lines, given, start, asked, draft, writer, resend };
    let form = StoredValue::new_local(form);
    view! {
        <Frame
            title=move || t_string!(i18n, quotes.form.page)
            back=Route::Quotes
            dock=move || submit_button(i18n, read, form)
            gap=4
        >
            <ResendNotice resend=resend/>
            <Failed writer=writer/>
            {(count > 0 || lost > 0).then(|| copied(i18n, count, lost))}
            <CustomerPicker value=customer all=all error=Signal::derive(whom)/>
            <Terms fields=fields gap=Signal::derive(terms_gap)/>
            <Deals customer=customer value=opportunity/>
        </Frame>
    }
    .into_any()
}

/// Says how many lines were taken over, and how many are not sold any more.
fn copied(i18n: I18n, count: usize, lost: usize) -> AnyView {
    let text = move || match lost {
        0 => t_string!(i18n, quotes.form.copied, count = count.to_string()),
        lost => {
            t_string!(i18n, quotes.form.copied_part, count = count.to_string(), lost = lost.to_string())
        }
    };
    view! { <Notice text=text icon=Glyph::Copy/> }.into_any()
}

/// Names the quote after its customer, until somebody types a title.
fn name_after(
    i18n: I18n,
    title: RwSignal<String>,
    customer: RwSignal<String>,
    all: Signal<Option<Vec<Customer>>, LocalStorage>,
) {
    Effect::new(move |given: Option<String>| {
        let id = customer.get();
        let name = all.with(|all| {
            all.as_ref()?.iter().find(|it| it.id.to_string() == id).map(|it| it.name.value.clone())
        });
        let given = given.unwrap_or_default();
        let Some(name) = name else { return given };
        let now = t_string!(i18n, quotes.form.default_title, name = name);
        if title.with_untracked(|it| it.is_empty() || *it == given) {
            title.set(now.clone());
        }
        now
    });
}

/// Takes the customer of the deal that the address names.
fn take_customer_of(deal: Option<OpportunityId>, customer: RwSignal<String>) {
    let found = live(move |store| async move {
        match deal {
            Some(id) => store.get::<leeway_core::opportunities::Opportunity>(id).await,
            None => Ok(None),
        }
    });
    Effect::new(move |_| {
        if let Some(Some(deal)) = found.get()
            && customer.with_untracked(String::is_empty)
        {
            customer.set(deal.customer.to_string());
        }
    });
}

/// The deals that the quote may be about.
#[component]
fn Deals(customer: RwSignal<String>, value: RwSignal<String>) -> impl IntoView {
    let i18n = use_i18n();
    let deals = live(move |store| queries::deals(store, customer.get().parse().ok()));
    let options = Memo::new(move |_| {
        let deals = deals.get().unwrap_or_default();
        let choice = |it: leeway_core::opportunities::Opportunity| {
            let amount = format::estimate(it.amount.value);
            let label = t_string!(i18n, quotes.form.deal, name = it.name.value, amount = amount);
            Choice::new(it.id.to_string(), label)
        };
        let none = Choice::new("", t_string!(i18n, quotes.form.no_deal));
        deals.into_iter().map(choice).chain([none]).collect::<Vec<_>>()
    });
    view! {
        <Show when=move || { options.with(Vec::len) > 1 }>
            <ChipsSingle label=move || t_string!(i18n, quotes.form.opportunity) options=options value=value/>
        </Show>
    }
    .into_any()
}

fn gap_sentence(i18n: I18n, gap: StartGap) -> String {
    match gap {
        StartGap::Customer => t_string!(i18n, quotes.form.gap_customer).to_owned(),
        StartGap::Terms(gap) => wording::terms_gap(i18n, gap),
        StartGap::Book => t_string!(i18n, quotes.form.gap_book).to_owned(),
    }
}

/// What the button needs.
struct Submit {
    quote: QuoteId,
    lines: Vec<LineInput>,
    given: (Percent, u16),
    start: Signal<Option<Start>, LocalStorage>,
    asked: RwSignal<bool>,
    draft: Draft,
    writer: Writer,
    resend: Resend,
}

impl Submit {
    /// Makes the command; `None` without a price book.
    fn command(&self, ready: Ready) -> Option<DraftQuote> {
        let today = crate::platform::clock::today();
        let (book, lines) = self.start.with_untracked(|it| {
            let start = it.as_ref()?;
            Some((start.book.as_ref()?.id, priced(&self.lines, start, ready.customer, today)))
        })?;
        let (overall, free_months) = self.given;
        Some(DraftQuote {
            quote: self.quote,
            customer: ready.customer,
            opportunity: ready.opportunity,
            title: ready.terms.title,
            book,
            months: ready.terms.months,
            overall,
            // a shorter term than that of the quote it was copied from has fewer to spare
            free_months: free_months.min(ready.terms.months.saturating_sub(1)),
            valid_until: ready.terms.valid_until,
            lines,
        })
    }
}

/// The button: says what is missing until nothing is.
fn submit_button(
    i18n: I18n,
    read: Memo<Result<Ready, StartGap>>,
    form: StoredValue<Submit, LocalStorage>,
) -> AnyView {
    let go = StoredValue::new_local(use_replace());
    let label = move || match read.get() {
        Ok(_) => t_string!(i18n, quotes.form.submit).to_owned(),
        Err(gap) => gap_sentence(i18n, gap),
    };
    let press = move |()| {
        let sent = form.with_value(|form| {
            form.asked.set(true);
            let draft = form.command(read.get_untracked().ok()?)?;
            let body = Body::Quotes(Write::Draft(draft));
            Some((form.writer.write(body, Some(form.draft)), form.quote, form.resend, form.writer))
        });
        let Some((written, quote, resend, writer)) = sent else { return };
        leptos::task::spawn_local(async move {
            if written.await.is_ok() {
                resend.done(writer);
                go.try_with_value(|go| go(Route::Quote(quote)));
            }
        });
    };
    view! { <Button attr:data-testid="primary" label=label on_press=press/> }.into_any()
}
