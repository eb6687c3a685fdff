//! Choosing who takes over: a colleague, in words what happens then, and the button that asks for it. Never decides who
//! can.

use leeway_core::values::UserId;
use leptos::prelude::*;

use crate::ui::{Button, ButtonKind, Choice, Notice, Select};

/// The form; without anybody who could take over, only that.
#[component]
pub fn SuccessorForm(
    /// Who could, by id; `None` until that has been read.
    #[prop(into)]
    people: Signal<Option<Vec<Choice>>>,
    /// Says that nobody could.
    #[prop(into)]
    nobody: Signal<String>,
    /// The name of the field.
    #[prop(into)]
    label: Signal<String>,
    /// What the field says before somebody is chosen.
    #[prop(into)]
    choose: Signal<String>,
    /// Says that somebody has to be chosen.
    #[prop(into)]
    needed: Signal<String>,
    /// What happens then.
    #[prop(into)]
    text: Signal<String>,
    /// Why it was not saved.
    #[prop(into)]
    error: Signal<String>,
    /// The button.
    #[prop(into)]
    confirm: Signal<String>,
    /// Takes who was chosen.
    #[prop(into)]
    on_confirm: Callback<UserId>,
) -> impl IntoView {
    let (to, asked) = (RwSignal::new(String::new()), RwSignal::new(false));
    let submit = move |()| {
        asked.set(true);
        if let Ok(to) = to.with_untracked(|it| it.parse()) {
            on_confirm.run(to);
        }
    };
    let missing = move || match asked.get() && to.with(String::is_empty) {
        true => needed.get(),
        false => String::new(),
    };
    let options = Signal::derive(move || people.get().unwrap_or_default());
    let body = move || match people.with(|all| all.as_ref().is_some_and(Vec::is_empty)) {
        true => view! { <Notice text=nobody/> }.into_any(),
        false => view! {
            <Select
                label=label
                name="successor"
                value=to
                options=options
                placeholder=choose
                error=missing
                required=true
            />
            <p>{text}</p>
            <p class="err" role="status">{error}</p>
            <Button attr:data-testid="confirm" kind=ButtonKind::Danger label=confirm on_press=submit/>
        }
        .into_any(),
    };
    view! { <div class="stack" data-gap="4">{body}</div> }.into_any()
}
