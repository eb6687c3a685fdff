//! Picking a customer: type a few characters, tap. Never asks again once one is chosen, but lets it be changed.

use leeway_core::customers::{BY_NAME, Customer};
use leeway_core::values::fold;
use leptos::prelude::*;

use crate::i18n::{I18n, t_string, use_i18n, words};
use crate::live::live;
use crate::routes::Route;
use crate::ui::{Button, ButtonKind, Card, Cell, Empty, Field, Glyph, SearchBar};

/// How many matches are shown before one types more.
const SHOWN: usize = 8;

/// Returns all customers of this user, by name.
pub fn customers() -> Signal<Option<Vec<Customer>>, LocalStorage> {
    live(|store| async move { store.list::<Customer>(BY_NAME).await })
}

/// Returns the customers whose name has what was typed, and how many more there are than are shown.
fn matching(all: &[Customer], typed: &str) -> (Vec<Customer>, usize) {
    let typed = fold(typed);
    let hits: Vec<&Customer> = all.iter().filter(|it| fold(&it.name.value).contains(&typed)).collect();
    (hits.iter().take(SHOWN).map(|it| (*it).clone()).collect(), hits.len().saturating_sub(SHOWN))
}

/// One customer.
#[component]
pub fn CustomerPicker(
    /// The id; empty if none.
    value: RwSignal<String>,
    /// The customers to pick from.
    all: Signal<Option<Vec<Customer>>, LocalStorage>,
    /// What is wrong and what to do.
    #[prop(optional, into)]
    error: Signal<String>,
) -> impl IntoView {
    let i18n = use_i18n();
    let typed = RwSignal::new(String::new());
    let picked = Memo::new(move |_| {
        let id = value.get();
        all.with(|all| all.as_ref()?.iter().find(|it| it.id.to_string() == id).cloned())
    });
    let body = move || match picked.get() {
        Some(customer) => picked_cell(i18n, customer, value),
        None => {
            let search = view! {
                <SearchBar
                    label=move || t_string!(i18n, common.parts.customer.search)
                    value=typed
                    placeholder=move || t_string!(i18n, common.parts.customer.placeholder)
                    clear_label=move || t_string!(i18n, common.parts.customer.clear)
                />
            };
            view! {
                {search}
                {move || all.with(|all| all.as_ref().map(|all| hits(i18n, all, &typed.get(), value)))}
            }
            .into_any()
        }
    };
    view! {
        <Field label=move || t_string!(i18n, common.parts.customer.label) error=error>
            <div class="stack" data-gap="2">{body}</div>
        </Field>
    }
    .into_any()
}

fn picked_cell(i18n: I18n, customer: Customer, value: RwSignal<String>) -> AnyView {
    let note = {
        let (industry, grade) = (customer.industry.value, customer.grade.value);
        move || {
            let (industry, grade) = (words::industry(i18n, industry), words::grade(i18n, grade));
            t_string!(i18n, common.parts.customer.note, industry = industry, grade = grade)
        }
    };
    view! {
        <Card>
            <Cell
                attr:data-testid="customer-picked"
                title=customer.name.value
                note=note
                lead=Glyph::Buildings
                figure=move || t_string!(i18n, common.parts.customer.change)
                on_press=move |()| value.set(String::new())
            />
        </Card>
    }
    .into_any()
}

fn hits(i18n: I18n, all: &[Customer], typed: &str, value: RwSignal<String>) -> AnyView {
    let (found, more) = matching(all, typed);
    if found.is_empty() {
        return view! {
            <Empty
                title=move || t_string!(i18n, common.parts.customer.none)
                note=move || t_string!(i18n, common.parts.customer.none_note)
            >
                <Button
                    small=true
                    kind=ButtonKind::Second
                    label=move || t_string!(i18n, common.parts.customer.new)
                    href=Signal::stored(Route::NewCustomer.href())
                />
            </Empty>
        }
        .into_any();
    }
    let row = move |it: Customer| {
        let (id, industry) = (it.id.to_string(), it.industry.value);
        view! {
            <Cell
                attr:data-testid="customer-pick"
                title=it.name.value
                note=move || words::industry(i18n, industry)
                on_press=move |()| value.set(id.clone())
            />
        }
        .into_any()
    };
    view! {
        <Card>{found.into_iter().map(row).collect_view()}</Card>
        {(more > 0).then(|| {
            view! {
                <p class="hint">
                    {move || t_string!(i18n, common.parts.customer.more, count = more.to_string())}
                </p>
            }
        })}
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use leeway_core::customers::{Grade, Industry};
    use leeway_core::stamped::Stamped;
    use leeway_core::testing::sample::by;
    use leeway_core::values::{CustomerId, UnitId, UserId};

    use super::*;

    fn customer(n: u128, name: &str) -> Customer {
        Customer {
            id: CustomerId::from_u128(n),
            owner: UserId::from_u128(1),
            unit: UnitId::from_u128(1),
            name: Stamped::new(&by(1), name.into()),
            code: Stamped::new(&by(1), None),
            industry: Stamped::new(&by(1), Industry::Medical),
            grade: Stamped::new(&by(1), Grade::A),
            address: Stamped::new(&by(1), String::new()),
            handed: Vec::new(),
        }
    }

    #[test]
    fn names_are_found_by_their_folded_parts() {
        let all = [customer(1, "江畔区人民医院"), customer(2, "ＡＢＣ 商场")];
        let names = |typed: &str| matching(&all, typed).0.len();
        assert_eq!(names(""), 2);
        assert_eq!(names("人民"), 1);
        assert_eq!(names("abc"), 1);
        assert_eq!(names("学校"), 0);
    }

    #[test]
    fn more_than_fit_are_counted() {
        let all: Vec<Customer> = (0..12).map(|n| customer(n, "店")).collect();
        let (shown, more) = matching(&all, "店");
        assert_eq!((shown.len(), more), (8, 4));
    }
}
