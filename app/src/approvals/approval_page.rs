//! One case: what is asked, what it costs, why it came here, the lines as they were frozen, and the decision. Works
//! offline: the decision waits on this device, and the page says so.

use leeway_core::Entity;
use leeway_core::approvals::{Case, CaseState, PassReason};
use leeway_core::authority::{Level, Reason};
use leeway_core::pricing::Charge;
use leeway_core::proof::Verdict;
use leeway_core::quotes::{Line, LineSum, Margin};
use leeway_core::values::CaseId;
use leptos::prelude::*;

use super::decision::{Actions, Desk, ReturnSheet};
use super::more_sheet::MoreSheet;
use super::queries::{self, CaseView};
use super::view_model::{CaseMeter, Whose, meter, place, precedent, sums, track};
use crate::app::use_app;
use crate::i18n::{I18n, format, reasons, t_string, use_i18n, words};
use crate::live::live;
use crate::parts::{AgreedPrice, Failed, PrecedentLine, ResendNotice, TrackView};
use crate::routes::{Route, use_id};
use crate::shell::{Frame, NotFoundPage, RecordChip, loaded};
use crate::ui::{
    Card, Cell, Glyph, Grade, IconButton, Meter, MeterState, Notice, Quoted, Section, Sum, SumRow, Tier,
    Timeline, TimelineItem, Tone,
};

/// The page of one case.
#[component]
pub fn ApprovalPage() -> impl IntoView {
    let id = use_id::<CaseId>("id");
    let page = move || match id.get() {
        Some(id) => view! { <Screen id=id/> }.into_any(),
        None => view! { <NotFoundPage/> }.into_any(),
    };
    page.into_any()
}

#[component]
fn Screen(id: CaseId) -> impl IntoView {
    let i18n = use_i18n();
    let record = live(move |store| queries::case(store, id));
    let desk = Desk::new(id, record);
    let more = RwSignal::new(false);
    let corner = move || {
        let shown =
            Memo::new(move |_| desk.decidable() && desk.with(|view| view.case.track.is_some()) == Some(true));
        view! {
            <Show when=move || shown.get()>
                <IconButton
                    attr:data-testid="more"
                    label=move || t_string!(i18n, approvals.more.title)
                    icon=Glyph::More
                    on_press=move |()| more.set(true)
                />
            </Show>
        }
    };
    let subtitle = move || {
        let at = desk.with(|view| place(&view.waiting, &view.case)).flatten();
        at.map(|(n, of)| t_string!(i18n, approvals.place, n = n.to_string(), of = of.to_string()))
            .unwrap_or_default()
    };
    let body = move |view: Signal<CaseView, LocalStorage>| {
        view! { <Parts desk=desk case=view/> <ReturnSheet desk=desk/> <MoreSheet desk=desk open=more/> }
            .into_any()
    };
    view! {
        <Frame
            title=move || t_string!(i18n, approvals.one)
            subtitle=subtitle
            back=Route::Approvals
            corner=corner
            dock=move || view! { <Actions desk=desk/> }
            gap=4
        >
            <ResendNotice resend=desk.resend/>
            {loaded(record, body)}
        </Frame>
    }
    .into_any()
}

#[component]
fn Parts(desk: Desk, case: Signal<CaseView, LocalStorage>) -> impl IntoView {
    let i18n = use_i18n();
    // what is decided on can't shift: it is frozen in the case, only the state moves
    let frozen = case.get_untracked().case;
    let (reasons, margin) = (frozen.reasons.clone(), frozen.margin);
    let like =
        Signal::derive(move || desk.with(|view| precedent(&view.case, &view.precedents).cloned()).flatten());
    let found = frozen.found.clone().map(|it| found(i18n, it));
    view! {
        <Failed writer=desk.writer/>
        <Outcome desk=desk/>
        <Asked desk=desk case=frozen.clone()/>
        <Asker case=frozen.clone()/>
        {margin.map(|it| view! { <Earned margin=it/> })}
        <Section title=move || t_string!(i18n, spending.precedent.title)>
            <Card pad=true>
                <PrecedentLine found=like/>
            </Card>
        </Section>
        <Section title=move || t_string!(i18n, approvals.why)>
            <Card pad=true gap=2>{found} {reasons.into_iter().map(|it| why(i18n, it)).collect_view()}</Card>
        </Section>
        <Lines case=frozen.clone()/>
        <Costs case=frozen/>
        {move || desk.with(|view| view.case.track.clone()).flatten().map(|it| view! { <TrackView track=it/> })}
    }
    .into_any()
}

/// What became of it.
#[component]
fn Outcome(desk: Desk) -> impl IntoView {
    let i18n = use_i18n();
    let state = Memo::new(move |_| desk.with(|view| view.case.state.clone()));
    let notice = move || match state.get()? {
        CaseState::Open => None,
        CaseState::Withdrawn { at } => {
            let text = move || t_string!(i18n, approvals.withdrawn, at = format::date_time(i18n, at));
            Some(view! { <Notice text=text icon=Glyph::Undo/> }.into_any())
        }
        CaseState::Passed { at, to, why } => {
            let text = move || {
                let (to, at) = (to.clone(), format::date_time(i18n, at));
                match why {
                    PassReason::Late => t_string!(i18n, approvals.passed.late, to = to, at = at),
                    PassReason::Forwarded => t_string!(i18n, approvals.passed.forwarded, to = to, at = at),
                }
            };
            Some(view! { <Notice text=text icon=Glyph::Undo/> }.into_any())
        }
        CaseState::Decided { by_name, at, approved, words, .. } => {
            let text = move || {
                let (name, at) = (by_name.clone(), format::date_time(i18n, at));
                match approved {
                    true => t_string!(i18n, approvals.approved, name = name, at = at),
                    false => t_string!(i18n, approvals.returned, name = name, at = at),
                }
            };
            let tone = if approved { Tone::Ok } else { Tone::Plain };
            let said = (!words.is_empty())
                .then(|| view! { <Quoted label=move || t_string!(i18n, approvals.said)>{words}</Quoted> });
            Some(view! { <Notice text=text tone=tone icon=Glyph::Check>{said}</Notice> }.into_any())
        }
    };
    notice.into_any()
}

/// The customer, the sum, and the discount against the user's own limit.
#[component]
fn Asked(desk: Desk, case: Case) -> impl IntoView {
    let i18n = use_i18n();
    let app = use_app();
    let grade = format!("{:?}", case.grade);
    let (total, months) = (format::money(case.total), case.content.months.to_string());
    let term = move || t_string!(i18n, approvals.term, months = months.clone());
    let drawn = Memo::new(move |_| {
        let me = app.me().get()?.user;
        desk.with(|view| {
            let mine = {
                let answers = view.answering.may_decide(view.case.post, me);
                view.answering.posts.iter().find(|post| post.id == view.case.post && answers)?
            };
            meter(&view.case, mine, view.limits.as_ref()?, view.asker.as_ref())
        })
        .flatten()
    });
    view! {
        <Card pad=true gap=3 label=move || t_string!(i18n, approvals.asked)>
            <div class="row">
                <span class="grow strong">{case.customer_name}</span>
                <Grade letter=grade/>
            </div>
            <div class="row" data-align="base">
                <p class="fig" data-size="l" data-testid="quote-total">{total}</p>
                <span class="small end">{term}</span>
            </div>
            {move || drawn.get().map(|it| meter_view(i18n, it))}
            <div class="row"><RecordChip key=Case::key(desk.id)/></div>
        </Card>
    }
    .into_any()
}

fn meter_view(i18n: I18n, it: CaseMeter) -> AnyView {
    let (value, limit, max) = track(&it);
    let CaseMeter { family, asked, mine, within, marks } = it;
    let label = move || t_string!(i18n, approvals.meter.label, family = words::family(i18n, family));
    let verdict = move || match within {
        true => t_string!(i18n, approvals.meter.within),
        false => t_string!(i18n, approvals.meter.beyond),
    };
    let text = move || {
        let asked = format::discount(i18n, asked);
        t_string!(i18n, approvals.meter.value, asked = asked, limit = mine.to_string())
    };
    let tiers = move || {
        let tier = |mark: &super::view_model::Mark| Tier {
            at: mark.limit.bp(),
            label: whose(i18n, &mark.whose),
            figure: mark.limit.to_string(),
            mine: mark.whose == Whose::Mine,
        };
        marks.iter().map(tier).collect::<Vec<_>>()
    };
    let state = if within { MeterState::Within } else { MeterState::Over };
    view! {
        <div data-testid="meter">
            <Meter
                label=label
                state=state
                value=value
                limit=limit
                max=max
                value_text=text
                verdict=verdict
                rest=move || format::discount(i18n, asked)
                tiers=Signal::derive(tiers)
            />
        </div>
    }
    .into_any()
}

fn whose(i18n: I18n, it: &Whose) -> String {
    match it {
        Whose::Mine => t_string!(i18n, approvals.meter.you).to_owned(),
        Whose::Asker(name) => name.clone(),
        Whose::Level(Level::UnitHead) => t_string!(i18n, approvals.meter.head).to_owned(),
        Whose::Level(_) => t_string!(i18n, approvals.meter.approver).to_owned(),
    }
}

/// Who asks, since when.
#[component]
fn Asker(case: Case) -> impl IntoView {
    let i18n = use_i18n();
    let at = case.asked_at;
    let note = move || t_string!(i18n, approvals.asked_at, at = format::date_time(i18n, at));
    let title = case.content.title;
    let because = case.because.map(|code| {
        let text = move || t_string!(i18n, approvals.because, reason = words::reason_code(i18n, &code));
        view! { <p class="small" data-testid="because">{text}</p> }
    });
    view! {
        <Timeline>
            <TimelineItem icon=Glyph::Person tone=Tone::Accent title=case.asked_by_name note=note>
                <p class="small">{title}</p>
                {because}
            </TimelineItem>
        </Timeline>
    }
    .into_any()
}

fn found(i18n: I18n, it: Verdict) -> AnyView {
    let text = move || words::found(i18n, &it).join(" ");
    view! { <p>{text}</p> }.into_any()
}

fn why(i18n: I18n, it: Reason) -> AnyView {
    let text = move || match &it {
        Reason::Discount { family, asked, limit } => t_string!(
            i18n,
            approvals.reason.discount,
            family = words::family(i18n, *family),
            asked = format::discount(i18n, *asked),
            limit = limit.to_string()
        ),
        Reason::DealSize { total, cap } => {
            t_string!(i18n, approvals.reason.size, total = format::money(*total), cap = format::money(*cap))
        }
        other => reasons::reason(i18n, other),
    };
    view! { <p>{text}</p> }.into_any()
}

/// The lines as they were asked for.
#[component]
fn Lines(case: Case) -> impl IntoView {
    let i18n = use_i18n();
    let months = case.content.months;
    let sums = sums(&case).map(|it| it.lines).unwrap_or_default();
    let count = case.content.lines.len().to_string();
    let both = case.content.lines.into_iter().zip(sums);
    let rows = both.map(|(line, sum)| line_row(i18n, line, sum, months)).collect_view();
    view! {
        <Section title=move || t_string!(i18n, approvals.lines) count=count>
            <Card>{rows}</Card>
        </Section>
    }
    .into_any()
}

fn line_row(i18n: I18n, line: Line, sum: LineSum, months: u16) -> AnyView {
    let off = line.off;
    let (quantity, unit, price) = (line.quantity.to_string(), line.unit, format::money(line.price));
    let charge = line.charge;
    let note = move || {
        let (quantity, unit, price) = (quantity.clone(), unit.clone(), price.clone());
        match charge {
            Charge::OneOff => {
                t_string!(i18n, approvals.line.once, quantity = quantity, unit = unit, price = price)
            }
            Charge::Monthly => t_string!(
                i18n,
                approvals.line.monthly,
                quantity = quantity,
                unit = unit,
                price = price,
                months = months.to_string()
            ),
            Charge::Usage => t_string!(
                i18n,
                approvals.line.usage,
                quantity = quantity,
                unit = unit,
                price = price,
                months = months.to_string()
            ),
        }
    };
    view! {
        <Cell title=line.name note=note figure=format::money(sum.total) top=true>
            {line.agreed.map(|it| view! { <AgreedPrice it=it/> })}
            <span class="small fig">{move || format::discount(i18n, off)}</span>
        </Cell>
    }
    .into_any()
}

/// What it costs.
#[component]
fn Costs(case: Case) -> impl IntoView {
    let i18n = use_i18n();
    let sums = sums(&case);
    let rows = move || {
        let cut = sums.as_ref().map(|it| format::money(it.cut)).unwrap_or_default();
        vec![
            SumRow::new(t_string!(i18n, approvals.sum.list), format::money(case.list)),
            SumRow::new(
                t_string!(i18n, approvals.sum.cut),
                t_string!(i18n, approvals.sum.minus, money = cut),
            ),
            SumRow::new(t_string!(i18n, approvals.sum.effective), format::discount(i18n, case.effective)),
            SumRow::total(t_string!(i18n, approvals.sum.total), format::money(case.total)),
        ]
    };
    view! {
        <Card pad=true>
            <Sum rows=Signal::derive(rows)/>
        </Card>
    }
    .into_any()
}

/// What is left after the costs. Whoever asks does not see this.
#[component]
fn Earned(margin: Margin) -> impl IntoView {
    let i18n = use_i18n();
    let rows = move || {
        let left = format::money(margin.amount());
        let left = match margin.share() {
            Some(share) => {
                t_string!(i18n, approvals.margin.share, money = left, share = format::share(share))
            }
            None => left,
        };
        vec![
            SumRow::new(t_string!(i18n, approvals.margin.net), format::money(margin.net)),
            SumRow::new(t_string!(i18n, approvals.margin.cost), format::money(margin.cost)),
            SumRow::total(t_string!(i18n, approvals.margin.left), left),
        ]
    };
    view! {
        <Section title=move || t_string!(i18n, approvals.margin.title)>
            <Card attr:data-testid="margin" pad=true>
                <Sum rows=Signal::derive(rows)/>
            </Card>
        </Section>
    }
    .into_any()
}
