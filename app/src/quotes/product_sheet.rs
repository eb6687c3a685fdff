//! The products of the price book: by family, or by typing a part of the name or code. Never shows a floor: the
//! customer may be looking.

use leeway_core::pricing::{Charge, Family, Product};
use leeway_core::values::fold;
use leptos::prelude::*;

use super::desk::Desk;
use crate::i18n::{I18n, format, t_string, use_i18n, words};
use crate::parts::AgreedPrice;
use crate::ui::{Card, Cell, Empty, SearchBar, Section, Sheet};

/// The sheet in which a product is picked.
#[component]
pub fn ProductSheet(desk: Desk) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <Sheet
            open=desk.picking
            title=move || t_string!(i18n, quotes.pick.title)
            close_label=move || t_string!(i18n, shell.close)
        >
            <Products desk=desk/>
        </Sheet>
    }
    .into_any()
}

/// Returns the products whose name or code has what was typed, family by family.
fn by_family(products: &[Product], typed: &str) -> Vec<(Family, Vec<Product>)> {
    let typed = fold(typed);
    let hit = |it: &&Product| fold(&it.name).contains(&typed) || fold(&it.code).contains(&typed);
    let of = |family: Family| {
        let found: Vec<Product> =
            products.iter().filter(|it| it.family == family).filter(hit).cloned().collect();
        (!found.is_empty()).then_some((family, found))
    };
    Family::ALL.into_iter().filter_map(of).collect()
}

#[component]
fn Products(desk: Desk) -> impl IntoView {
    let i18n = use_i18n();
    let typed = RwSignal::new(String::new());
    let found = Memo::new(move |_| {
        desk.book().map(|book| by_family(&book.products, &typed.get())).unwrap_or_default()
    });
    let list = move || {
        let found = found.get();
        match found.is_empty() {
            true => view! {
                <Empty
                    title=move || t_string!(i18n, quotes.pick.none)
                    note=move || t_string!(i18n, quotes.pick.none_note)
                />
            }
            .into_any(),
            false => found.into_iter().map(|it| family(i18n, desk, it)).collect_view().into_any(),
        }
    };
    view! {
        <SearchBar
            label=move || t_string!(i18n, quotes.pick.search)
            value=typed
            placeholder=move || t_string!(i18n, quotes.pick.placeholder)
            clear_label=move || t_string!(i18n, quotes.pick.clear)
        />
        {list}
    }
    .into_any()
}

fn family(i18n: I18n, desk: Desk, (family, products): (Family, Vec<Product>)) -> AnyView {
    let row = move |it: Product| {
        let best = desk.best(&it);
        let price = best.as_ref().map_or(it.price, |(_, price)| *price);
        let agreed = best.map(|(it, _)| view! { <AgreedPrice it=it/> });
        let (id, code, charge) = (it.id, it.code, it.charge);
        let (unit, price) = (it.unit.clone(), format::money(price));
        let any_tier = !it.tiers.is_empty();
        let note = move || match charge {
            Charge::Monthly => t_string!(
                i18n,
                quotes.pick.monthly,
                code = code.clone(),
                unit = unit.clone(),
                price = price.clone()
            ),
            Charge::OneOff => t_string!(
                i18n,
                quotes.pick.once,
                code = code.clone(),
                unit = unit.clone(),
                price = price.clone()
            ),
            Charge::Usage => t_string!(
                i18n,
                quotes.pick.usage,
                code = code.clone(),
                unit = unit.clone(),
                price = price.clone()
            ),
        };
        let (tiers, tier_unit) = (it.tiers, it.unit);
        let tiers = move || {
            let told = tiers.iter().map(|tier| {
                let (from, price) = (tier.from.to_string(), format::money(tier.price));
                t_string!(i18n, quotes.pick.tier, from = from, unit = tier_unit.clone(), price = price)
            });
            told.collect::<Vec<_>>().join(" · ")
        };
        view! {
            <Cell attr:data-testid="product" title=it.name note=note on_press=move |()| desk.add(id)>
                {agreed}
                {(any_tier).then(|| view! { <span class="small fig">{tiers}</span> })}
            </Cell>
        }
    };
    view! {
        <Section title=move || words::family(i18n, family)>
            <Card>{products.into_iter().map(row).collect_view()}</Card>
        </Section>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use leeway_core::testing::sample::book;

    use super::by_family;

    #[test]
    fn products_are_found_by_name_and_code() {
        let book = book();
        let count =
            |typed: &str| by_family(&book.products, typed).iter().map(|(_, it)| it.len()).sum::<usize>();
        assert_eq!(count(""), 3);
        assert_eq!(count("zx200"), 1);
        assert_eq!(count("云"), 1);
        assert_eq!(count("卫星"), 0);
    }
}
