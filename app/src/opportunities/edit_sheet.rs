//! Name, amount and day of signing. Only what was changed is sent, each field with the write that stood on the
//! screen. Never touches the stage.

use leeway_core::Body;
use leeway_core::opportunities::{Edit, Opportunity, OpportunityChange, Write};
use leeway_core::values::CommandId;
use leptos::prelude::*;

use super::desk::Desk;
use super::view_model::{StartGap, read_amount};
use super::wording;
use crate::app::use_app;
use crate::drafts::use_draft;
use crate::i18n::{I18n, format, t_string, use_i18n};
use crate::parts::DayField;
use crate::ui::{Button, Choice, NumberInput, Sheet, TextInput};

/// The sheet with the facts.
#[component]
pub fn EditSheet(desk: Desk) -> impl IntoView {
    let i18n = use_i18n();
    view! {
        <Sheet
            open=desk.editing
            title=move || t_string!(i18n, opportunities.edit.title)
            close_label=move || t_string!(i18n, shell.close)
        >
            <Form desk=desk/>
        </Sheet>
    }
    .into_any()
}

/// Returns the ends of the coming months as chips.
pub fn signing_days(i18n: I18n, today: leeway_core::values::Date) -> Vec<Choice> {
    let end =
        |day: leeway_core::values::Date| day.first_of_month().plus_days(31).first_of_month().plus_days(-1);
    let this = end(today);
    let next = end(this.plus_days(1));
    let after = end(next.plus_days(1));
    [this, next, after].map(|day| Choice::new(day.to_string(), format::day_from(i18n, day, today))).into()
}

/// Returns name, amount and day as the sheet opens: what was refused, or what the record says.
fn first(desk: Desk) -> (String, String, String) {
    let said = desk.look(|view| {
        let it = &view.deal;
        (it.name.value.clone(), it.amount.value.plain(), it.expected.value.to_string())
    });
    let (name, amount, expected) = said.unwrap_or_default();
    match untrack(|| desk.resend.body()) {
        Some(Body::Opportunities(Write::Edit(it))) => match it.change {
            OpportunityChange::Name(name) => (name, amount, expected),
            OpportunityChange::Amount(amount) => (name, amount.plain(), expected),
            OpportunityChange::Expected(day) => (name, amount, day.to_string()),
        },
        _ => (name, amount, expected),
    }
}

/// Returns the fields that differ from the record, each with its change and the write that was seen.
fn changes(
    deal: &Opportunity,
    name: &str,
    amount: &str,
    expected: &str,
) -> Vec<(&'static str, OpportunityChange, CommandId)> {
    let mut all = Vec::new();
    if name.trim() != deal.name.value {
        all.push(("name", OpportunityChange::Name(name.trim().to_owned()), deal.name.write));
    }
    if let Ok(money) = read_amount(amount)
        && money != deal.amount.value
    {
        all.push(("amount", OpportunityChange::Amount(money), deal.amount.write));
    }
    if let Ok(day) = expected.parse()
        && day != deal.expected.value
    {
        all.push(("expected", OpportunityChange::Expected(day), deal.expected.write));
    }
    all
}

#[component]
fn Form(desk: Desk) -> impl IntoView {
    let i18n = use_i18n();
    let today = use_app().today();
    let draft = use_draft("opportunity-edit", desk.id);
    let (name, amount, expected) = first(desk);
    let name = draft.field("name", name);
    let amount = draft.field("amount", amount);
    let expected = draft.field("expected", expected);
    let name_error = move || match name.with(|it| it.trim().is_empty()) {
        true => wording::gap(i18n, StartGap::Name),
        false => String::new(),
    };
    let amount_error = move || {
        amount.with(|it| read_amount(it)).err().map(|it| wording::amount(i18n, it)).unwrap_or_default()
    };
    let submit = move |()| {
        let good = name.with_untracked(|it| !it.trim().is_empty())
            && amount.with_untracked(|it| read_amount(it).is_ok());
        let (Some(deal), true) = (desk.look(|view| view.deal.clone()), good) else { return };
        let all = changes(&deal, &name.get_untracked(), &amount.get_untracked(), &expected.get_untracked());
        let last = all.len().saturating_sub(1);
        for (at, (field, change, seen)) in all.into_iter().enumerate() {
            let opportunity = desk.id;
            // the last one ends the draft: until then all fields may be needed again
            let ends = (at == last).then_some(draft);
            desk.writer.put(field, Some(seen), ends, move |seen| {
                Body::Opportunities(Write::Edit(Edit { opportunity, change, seen }))
            });
        }
        leptos::task::spawn_local(async move {
            if desk.writer.settled().await {
                desk.editing.try_set(false);
                desk.resend.done(desk.writer);
            }
        });
    };
    let failed = desk.writer.error();
    view! {
        <TextInput
            label=move || t_string!(i18n, opportunities.form.name)
            name="name"
            value=name
            error=name_error
        />
        <NumberInput
            label=move || t_string!(i18n, opportunities.form.amount)
            name="amount"
            unit=move || t_string!(i18n, opportunities.form.yuan)
            value=amount
            error=amount_error
        />
        <DayField
            label=move || t_string!(i18n, opportunities.form.expected)
            name="expected"
            value=expected
            choices=Signal::derive(move || signing_days(i18n, today.get()))
        />
        <p class="err" role="status">{failed}</p>
        <Button
            attr:data-testid="save-facts"
            label=move || t_string!(i18n, opportunities.edit.save)
            on_press=submit
        />
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use leeway_core::testing::sample::opportunity;

    use super::changes;

    #[test]
    fn only_what_differs_is_sent() {
        let deal = opportunity();
        let (name, amount) = (deal.name.value.clone(), deal.amount.value.plain());
        let day = deal.expected.value.to_string();
        let fields = |name: &str, amount: &str, day: &str| {
            changes(&deal, name, amount, day).into_iter().map(|(field, ..)| field).collect::<Vec<_>>()
        };
        assert!(fields(&name, &amount, &day).is_empty());
        assert_eq!(fields("other", &amount, &day), ["name"]);
        assert_eq!(fields(&name, "1", "2030-01-01"), ["amount", "expected"]);
        assert!(fields(&name, "x", "").is_empty());
    }
}
