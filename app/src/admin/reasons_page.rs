//! What can be named as a reason for giving, and from which discount on one is asked for.

use leeway_core::Body;
use leeway_core::authority::{ReasonCodes, SetReasons, Write};
use leptos::prelude::*;

use super::queries;
use super::reasons_form::{ReasonsProblem, read_reasons};
use crate::drafts::use_draft;
use crate::i18n::{t_string, use_i18n, words};
use crate::live::live;
use crate::parts::{Failed, Writer, use_writer};
use crate::routes::Route;
use crate::shell::{Frame, loaded};
use crate::ui::{Button, Card, Notice, NumberInput, TextArea, Toasts};

/// The reasons.
#[component]
pub fn ReasonsPage() -> impl IntoView {
    let i18n = use_i18n();
    let reasons = live(queries::reasons);
    let writer = use_writer();
    let there = move |reasons: Signal<Option<ReasonCodes>, LocalStorage>| {
        view! { <Form reasons=reasons writer=writer/> }.into_any()
    };
    view! {
        <Frame title=move || t_string!(i18n, admin.reasons.title) back=Route::Admin gap=4>
            <Failed writer=writer/>
            {loaded(reasons, there)}
        </Frame>
    }
    .into_any()
}

#[component]
fn Form(reasons: Signal<Option<ReasonCodes>, LocalStorage>, writer: Writer) -> impl IntoView {
    let i18n = use_i18n();
    let toasts = Toasts::take();
    let draft = use_draft("reasons", "all");
    let before = reasons.get_untracked().map(|it| it.list).unwrap_or_default();
    let lines: Vec<String> = before.codes.iter().map(|code| words::reason_code(i18n, code)).collect();
    let codes = draft.field("codes", lines.join("\n"));
    let free = draft.field("free", before.free.to_string().trim_end_matches('%'));
    // what people read of a usual reason is written as its code again
    let code_of = move |line: &str| words::usual_reason(i18n, line);
    let read = move || read_reasons(&codes.get(), &free.get(), code_of);
    let problem = Memo::new(move |_| read().err());
    let bad_codes = move || match problem.get() {
        Some(ReasonsProblem::Code(line)) => t_string!(i18n, admin.reasons.bad_code, line = line),
        Some(ReasonsProblem::List { max }) => t_string!(i18n, admin.reasons.bad_list, max = max.to_string()),
        _ => String::new(),
    };
    let bad_free = move || match problem.get() {
        Some(ReasonsProblem::Free) => t_string!(i18n, admin.reasons.bad_free),
        _ => "",
    };
    let save = move |()| {
        let Ok(list) = read() else { return };
        let seen = reasons.with_untracked(|it| it.as_ref().map(|it| it.write));
        leptos::task::spawn_local(async move {
            let set = Body::Authority(Write::SetReasons(SetReasons { list, seen }));
            if writer.write(set, Some(draft)).await.is_ok() {
                toasts.show(t_string!(i18n, shell.saved));
            }
        });
    };
    view! {
        <Notice text=move || t_string!(i18n, admin.reasons.note)/>
        <Card pad=true gap=4>
            <TextArea
                label=move || t_string!(i18n, admin.reasons.codes)
                name="codes"
                value=codes
                rows=8
                hint=move || t_string!(i18n, admin.reasons.codes_hint)
                error=bad_codes
            />
            <NumberInput
                label=move || t_string!(i18n, admin.reasons.free)
                hint=move || t_string!(i18n, admin.reasons.free_hint)
                name="free"
                unit=move || "%"
                value=free
                error=bad_free
            />
            <Button attr:data-testid="primary" label=move || t_string!(i18n, shell.save) on_press=save/>
        </Card>
    }
    .into_any()
}
