//! What the typed limits would have made of the quotes of the last months, before they are published. Asks the server:
//! an admin's phone holds no customer's quotes.

use leeway_core::authority::{self, Count, PublishLimits, Rehearsal};
use leptos::prelude::*;

use crate::app::use_app;
use crate::i18n::{I18n, refusals, t_string, use_i18n};
use crate::platform::clock;
use crate::sync::account::AskError;
use crate::ui::{Button, ButtonKind, Card, Section, Sum, SumRow};

fn said(i18n: I18n, error: AskError) -> &'static str {
    match error {
        AskError::Offline => t_string!(i18n, admin.rehearsal.offline),
        AskError::Forbidden => t_string!(i18n, admin.password.forbidden),
        AskError::Server(_) => t_string!(i18n, admin.password.server),
    }
}

/// The button, and what came of it.
#[component]
pub fn RehearsalCard(
    /// Reads the limits as they stand typed; `None` while something is wrong with them.
    draft: Callback<(), Option<PublishLimits>>,
) -> impl IntoView {
    let i18n = use_i18n();
    let app = use_app();
    let (found, wrong, busy) =
        (RwSignal::new(None::<Rehearsal>), RwSignal::new(String::new()), RwSignal::new(false));
    let play = move |()| {
        found.set(None);
        let Some(draft) = draft.run(()) else {
            return wrong.set(t_string!(i18n, admin.limit.gap).to_owned());
        };
        // what can't be published is said here, in words: the server would only refuse it
        if let Err(error) = authority::draft(&draft, clock::now()) {
            return wrong.set(refusals::sentence(i18n, &error.into()));
        }
        wrong.set(String::new());
        busy.set(true);
        leptos::task::spawn_local(async move {
            let _ = match app.rehearsal(draft).await {
                Ok(it) => found.try_set(Some(it)).map(drop),
                Err(error) => wrong.try_set(said(i18n, error).to_owned()).map(drop),
            };
            busy.try_set(false);
        });
    };
    let result = move || {
        found.get().map(|it| {
            let rows = Signal::derive(move || rows(i18n, &it));
            view! {
                <div class="stack" data-gap="2" data-testid="rehearsal">
                    <p class="strong" role="status">{move || summary(i18n, &it)}</p>
                    <Sum rows=rows/>
                </div>
            }
        })
    };
    view! {
        <Section title=move || t_string!(i18n, admin.rehearsal.title)>
            <Card pad=true gap=3>
                <p class="small">{move || t_string!(i18n, admin.rehearsal.text)}</p>
                {result}
                <p class="err" role="status">{wrong}</p>
                <Button
                    attr:data-testid="rehearse"
                    kind=ButtonKind::Second
                    label=move || t_string!(i18n, admin.rehearsal.play)
                    busy=busy
                    on_press=play
                />
            </Card>
        </Section>
    }
    .into_any()
}

fn all(count: &Count) -> u32 {
    count.own + count.unit_head + count.approver + count.nobody
}

fn share(part: u32, whole: u32) -> String {
    format!("{}%", (part * 100 + whole / 2).checked_div(whole).unwrap_or_default())
}

fn summary(i18n: I18n, it: &Rehearsal) -> String {
    let count = all(&it.now);
    match count {
        0 => t_string!(i18n, admin.rehearsal.none).to_owned(),
        _ if it.raised + it.lowered == 0 => {
            t_string!(i18n, admin.rehearsal.same, count = count.to_string())
        }
        _ => t_string!(
            i18n,
            admin.rehearsal.found,
            count = count.to_string(),
            raised = it.raised.to_string(),
            lowered = it.lowered.to_string()
        ),
    }
}

/// How many each level decides on, now and then, with its share.
fn rows(i18n: I18n, it: &Rehearsal) -> Vec<SumRow> {
    let whole = all(&it.now);
    let row = |name: &str, now: u32, then: u32| {
        let (now, then) =
            (format!("{now} ({})", share(now, whole)), format!("{then} ({})", share(then, whole)));
        SumRow::new(name, t_string!(i18n, admin.rehearsal.from_to, now = now, then = then))
    };
    let (now, then) = (&it.now, &it.then);
    vec![
        row(t_string!(i18n, admin.rehearsal.own), now.own, then.own),
        row(t_string!(i18n, admin.limit.unit_head), now.unit_head, then.unit_head),
        row(t_string!(i18n, admin.limit.approver), now.approver, then.approver),
        row(t_string!(i18n, admin.rehearsal.nobody), now.nobody, then.nobody),
    ]
}

#[cfg(test)]
mod tests {
    use super::share;

    #[test]
    fn a_share_is_rounded_and_of_nothing_it_is_none() {
        assert_eq!([share(41, 100), share(1, 3), share(2, 3), share(0, 0)], ["41%", "33%", "67%", "0%"]);
    }
}
