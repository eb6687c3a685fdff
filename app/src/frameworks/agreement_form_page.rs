//! A new agreement: its number, its days, and beside each product of today's price book what it costs this customer.

use leeway_core::Body;
use leeway_core::frameworks::{Publish, Write};
use leeway_core::pricing::{Family, PriceBook, Product};
use leeway_core::values::{CustomerId, FrameworkId};
use leptos::prelude::*;

use super::queries;
use super::view_model::{Gap, TypedPrices, days, prices};
use crate::app::use_app;
use crate::drafts::{Draft, use_draft};
use crate::i18n::{I18n, format, refusals, t_string, use_i18n, words};
use crate::live::live;
use crate::parts::{Failed, use_writer};
use crate::platform::ids;
use crate::routes::{Route, use_id, use_replace};
use crate::shell::Frame;
use crate::ui::{Button, Card, Confirm, DateInput, Empty, NumberInput, Section, Skeleton, TextInput};

/// How many days an agreement is for, if nobody says otherwise.
const DAYS: i64 = 364;

/// The form, once the price book has been read.
#[component]
pub fn AgreementFormPage() -> impl IntoView {
    let i18n = use_i18n();
    let today = use_app().today();
    let id = use_id::<CustomerId>("id");
    let book = live(move |store| {
        let today = today.get();
        async move { Ok(Some(queries::book(store, today).await?)) }
    });
    let read = Memo::new(move |_| book.with(|it| it.is_some()));
    let page = move || match (read.get(), id.get()) {
        (true, Some(customer)) => {
            let book = book.with_untracked(|it| it.clone().flatten().flatten());
            view! { <Form customer=customer book=book/> }.into_any()
        }
        _ => view! {
            <Frame title=move || t_string!(i18n, frameworks.publish) back=Route::Partners><Skeleton/></Frame>
        }
        .into_any(),
    };
    page.into_any()
}

/// What stands typed. Copy.
#[derive(Clone, Copy)]
struct Fields {
    number: RwSignal<String>,
    from: RwSignal<String>,
    to: RwSignal<String>,
    /// Which price is typed beside which product, as one field of the draft.
    prices: RwSignal<String>,
}

impl Fields {
    fn new(draft: &Draft) -> Self {
        let today = use_app().today().get_untracked();
        Self {
            number: draft.field("number", ""),
            from: draft.field("from", today.to_string()),
            to: draft.field("to", today.plus_days(DAYS).to_string()),
            prices: draft.field("prices", "{}"),
        }
    }

    fn typed(self) -> TypedPrices {
        serde_json::from_str(&self.prices.get_untracked()).unwrap_or_default()
    }

    fn keep(self, product: &str, price: String) {
        let mut now = self.typed();
        now.insert(product.to_owned(), price);
        self.prices.set(serde_json::to_string(&now).unwrap_or_default());
    }

    fn read(self, customer: CustomerId, products: &[Product]) -> Result<Publish, Gap> {
        let (from, to) = days(&self.from.get_untracked(), &self.to.get_untracked())?;
        Ok(Publish {
            framework: ids::new(FrameworkId::new),
            customer,
            number: self.number.get_untracked(),
            from,
            to,
            prices: prices(products, &self.typed())?,
        })
    }
}

#[component]
fn Form(customer: CustomerId, book: Option<PriceBook>) -> impl IntoView {
    let i18n = use_i18n();
    let draft = use_draft("agreement", customer);
    let fields = Fields::new(&draft);
    let ready = draft.ready();
    let kept = StoredValue::new_local(draft);
    let products = StoredValue::new(book.map(|it| it.products).unwrap_or_default());
    let writer = use_writer();
    let replace = use_replace();
    let asking = RwSignal::new(false);
    let read = move || {
        let read = products.with_value(|products| fields.read(customer, products));
        let it = read.map_err(|gap| said(i18n, &gap))?;
        it.check().map_err(|error| refusals::sentence(i18n, &error.into()))?;
        Ok::<_, String>(it)
    };
    let ask = move |()| match read() {
        Ok(_) => {
            writer.error().set(String::new());
            asking.set(true);
        }
        Err(sentence) => writer.error().set(sentence),
    };
    let publish = move |()| {
        let Ok(it) = read() else { return };
        let replace = replace.clone();
        leptos::task::spawn_local(async move {
            let body = Body::Frameworks(Write::Publish(it));
            if writer.write(body, kept.try_get_value()).await.is_ok() {
                replace(Route::Agreements(customer));
            }
        });
    };
    let dock = move || {
        view! {
            <Button
                attr:data-testid="primary"
                label=move || t_string!(i18n, frameworks.publish)
                on_press=ask
            />
        }
    };
    // what was typed before is there first
    let table = move || match ready.get() {
        false => view! { <Skeleton/> }.into_any(),
        true => products.with_value(|products| table(i18n, products, fields)),
    };
    view! {
        <Frame
            title=move || t_string!(i18n, frameworks.publish)
            back=Route::Agreements(customer)
            dock=dock
        >
            <Failed writer=writer/>
            <TextInput
                label=move || t_string!(i18n, frameworks.number)
                name="number"
                value=fields.number
                required=true
            />
            <DateInput label=move || t_string!(i18n, frameworks.from) name="from" value=fields.from/>
            <DateInput label=move || t_string!(i18n, frameworks.to) name="to" value=fields.to/>
            <p class="small">{move || t_string!(i18n, frameworks.prices_note)}</p>
            {table}
            <Confirm
                open=asking
                title=move || t_string!(i18n, frameworks.publish_title)
                text=move || t_string!(i18n, frameworks.publish_text)
                confirm_label=move || t_string!(i18n, frameworks.publish)
                cancel_label=move || t_string!(i18n, shell.cancel)
                on_confirm=publish
            />
        </Frame>
    }
    .into_any()
}

fn said(i18n: I18n, gap: &Gap) -> String {
    match gap {
        Gap::Days => t_string!(i18n, frameworks.gap_days).to_owned(),
        Gap::Price { product } => t_string!(i18n, frameworks.gap_price, product = product.clone()),
    }
}

/// The products, family by family, each with a field for its price.
fn table(i18n: I18n, products: &[Product], fields: Fields) -> AnyView {
    if products.is_empty() {
        return view! { <Empty title=move || t_string!(i18n, frameworks.no_book)/> }.into_any();
    }
    let typed = fields.typed();
    let family = |family: Family| {
        let rows: Vec<_> = products
            .iter()
            .filter(|it| it.family == family)
            .map(|it| price_field(i18n, it, &typed, fields))
            .collect();
        (!rows.is_empty()).then(|| {
            view! {
                <Section title=move || words::family(i18n, family)>
                    <Card pad=true gap=3>{rows}</Card>
                </Section>
            }
        })
    };
    Family::ALL.into_iter().filter_map(family).collect_view().into_any()
}

fn price_field(i18n: I18n, product: &Product, typed: &TypedPrices, fields: Fields) -> AnyView {
    let id = product.id.to_string();
    let value = RwSignal::new(typed.get(&id).cloned().unwrap_or_default());
    let (price, unit) = (format::money(product.price), product.unit.clone());
    let hint = move || t_string!(i18n, frameworks.price_hint, price = price.clone(), unit = unit.clone());
    view! {
        <NumberInput
            label=product.name.clone()
            name="price"
            value=value
            hint=hint
            unit=move || t_string!(i18n, frameworks.yuan)
            on_input=move |typed| fields.keep(&id, typed)
        />
    }
    .into_any()
}
