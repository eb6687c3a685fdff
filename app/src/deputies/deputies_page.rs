//! The page: who acts for the user, for whom they act, and, for the head of the unit, its managers. The same page shows
//! one of those, or a member to an admin.

use leeway_core::Body;
use leeway_core::deputies::{End, Write};
use leeway_core::values::UserId;
use leptos::prelude::*;

use super::appoint_sheet::AppointSheet;
use super::queries;
use super::view_model::{Board, Colleague, Row, Standing};
use crate::app::use_app;
use crate::i18n::{I18n, format, t_string, use_i18n};
use crate::live::live;
use crate::parts::{Writer, use_writer};
use crate::routes::{Route, use_query_id};
use crate::shell::{Frame, loaded};
use crate::ui::{Button, ButtonKind, Card, Cell, Confirm, Empty, Glyph, Notice, Section, Tag, Toasts, Tone};

/// The page of deputies.
#[component]
pub fn DeputiesPage() -> impl IntoView {
    let i18n = use_i18n();
    let app = use_app();
    let member = use_query_id::<UserId>("member");
    let me = Memo::new(move |_| app.me().with(|me| me.as_ref().map(|me| me.user)));
    let today = app.today();
    let board = live(move |store| {
        // at midnight a period begins or ends
        today.track();
        queries::read(store, me.get(), member.get())
    });
    let is_admin = move || app.member().with(|it| it.as_ref().is_some_and(is_admin));
    let back = Signal::derive(move || match member.get() {
        None => Route::Me,
        Some(member) if is_admin() => Route::Member(member),
        Some(_) => Route::Deputies { member: None },
    });
    view! {
        <Frame title=move || t_string!(i18n, deputies.title) back=back>
            {loaded(board, |board| view! { <Parts board=board/> }.into_any())}
        </Frame>
    }
    .into_any()
}

fn is_admin(member: &leeway_core::organisation::Member) -> bool {
    member.role == leeway_core::organisation::Role::Admin
}

#[component]
fn Parts(board: Signal<Board, LocalStorage>) -> impl IntoView {
    let i18n = use_i18n();
    let writer = use_writer();
    let open = RwSignal::new(false);
    let failed = writer.error();
    let trouble = move || {
        (!failed.with(String::is_empty)).then(|| {
            view! { <Notice text=failed tone=Tone::Warn icon=Glyph::Alert live=true/> }
        })
    };
    let manages = Memo::new(move |_| board.with(|it| it.may_appoint || !it.for_them.is_empty()));
    let own = move || manages.get().then(|| view! { <ForThem board=board writer=writer open=open/> });
    let acts = Memo::new(move |_| board.with(|it| it.may_appoint || !it.they_act.is_empty()));
    let acting = move || acts.get().then(|| view! { <TheyAct board=board/> });
    let unit = move || {
        let all = board.with(|it| it.unit.clone());
        (!all.is_empty()).then(|| {
            let rows = all.into_iter().map(|it| colleague(i18n, it)).collect_view();
            view! {
                <Section title=move || t_string!(i18n, deputies.unit)>
                    <Card>{rows}</Card>
                    <p class="small">{move || t_string!(i18n, deputies.unit_note)}</p>
                </Section>
            }
        })
    };
    view! {
        {trouble}
        {own}
        {acting}
        {unit}
        <AppointSheet board=board open=open/>
    }
    .into_any()
}

/// Who acts for them, and the way to appoint somebody.
#[component]
fn ForThem(board: Signal<Board, LocalStorage>, writer: Writer, open: RwSignal<bool>) -> impl IntoView {
    let i18n = use_i18n();
    let title = move || {
        board.with(|it| match it.is_me {
            true => t_string!(i18n, deputies.for_me).to_owned(),
            false => t_string!(i18n, deputies.for_member, name = it.whose.name.clone()),
        })
    };
    let (asking, chosen) = (RwSignal::new(false), RwSignal::new(None::<Row>));
    let ask = Callback::new(move |row: Row| {
        chosen.set(Some(row));
        asking.set(true);
    });
    let toasts = Toasts::take();
    let end = move |()| {
        let Some(period) = chosen.with_untracked(|it| it.as_ref().map(|it| it.id)) else { return };
        let written = writer.write(Body::Deputies(Write::End(End { period })), None);
        leptos::task::spawn_local(async move {
            if written.await.is_ok() {
                toasts.show(t_string!(i18n, deputies.end.done));
            }
        });
    };
    let rows = move || {
        let (is_me, periods) = board.with(|it| (it.is_me, it.for_them.clone()));
        match periods.is_empty() {
            true => {
                let note = move || match is_me {
                    true => t_string!(i18n, deputies.nobody_note),
                    false => t_string!(i18n, deputies.nobody_member_note),
                };
                view! { <Empty title=move || t_string!(i18n, deputies.nobody) note=note/> }.into_any()
            }
            false => {
                let rows = periods.into_iter().map(|row| period(i18n, row, Some(ask))).collect_view();
                view! { <Card>{rows}</Card> }.into_any()
            }
        }
    };
    let button = move || {
        board.with(|it| it.may_appoint).then(|| {
            view! {
                <Button
                    attr:data-testid="appoint"
                    kind=ButtonKind::Second
                    icon=Glyph::Plus
                    label=move || t_string!(i18n, deputies.appoint.action)
                    on_press=move |()| open.set(true)
                />
            }
        })
    };
    let text = move || {
        let name = chosen.with(|it| it.as_ref().map(|it| it.name.clone()).unwrap_or_default());
        t_string!(i18n, deputies.end.text, name = name)
    };
    view! {
        <Section title=title>
            <div class="stack" data-gap="3" data-testid="acting-for-me">{rows}{button}</div>
        </Section>
        <Confirm
            open=asking
            danger=true
            title=move || t_string!(i18n, deputies.end.title)
            text=text
            confirm_label=move || t_string!(i18n, deputies.end.confirm)
            cancel_label=move || t_string!(i18n, shell.cancel)
            on_confirm=end
        />
    }
    .into_any()
}

/// For whom they act.
#[component]
fn TheyAct(board: Signal<Board, LocalStorage>) -> impl IntoView {
    let i18n = use_i18n();
    let title = move || {
        board.with(|it| match it.is_me {
            true => t_string!(i18n, deputies.i_act).to_owned(),
            false => t_string!(i18n, deputies.member_acts, name = it.whose.name.clone()),
        })
    };
    let rows = move || {
        let (is_me, periods) = board.with(|it| (it.is_me, it.they_act.clone()));
        match periods.is_empty() {
            true => {
                let none = move || match is_me {
                    true => t_string!(i18n, deputies.acts_nobody),
                    false => t_string!(i18n, deputies.acts_nobody_member),
                };
                view! { <p class="small">{none}</p> }.into_any()
            }
            false => {
                let rows = periods.into_iter().map(|row| period(i18n, row, None)).collect_view();
                view! { <Card>{rows}</Card> }.into_any()
            }
        }
    };
    view! {
        <Section title=title>
            <div data-testid="i-act-for">{rows}</div>
        </Section>
    }
    .into_any()
}

/// One period; a press asks whether to end it.
fn period(i18n: I18n, row: Row, ask: Option<Callback<Row>>) -> AnyView {
    let (from, until) = (format::day_of(row.from), format::last_day(row.until));
    let note = move || {
        let (from, until) = (format::day_of_year(i18n, from), format::day_of_year(i18n, until));
        t_string!(i18n, deputies.days, from = from, until = until)
    };
    let standing = row.standing;
    let tone = match standing {
        Standing::Open => Tone::Accent,
        Standing::Planned => Tone::Plain,
        Standing::Starting | Standing::Ending => Tone::Warn,
    };
    let word = move || match standing {
        Standing::Planned => t_string!(i18n, deputies.state.planned),
        Standing::Starting => t_string!(i18n, deputies.state.starting),
        Standing::Open => t_string!(i18n, deputies.state.open),
        Standing::Ending => t_string!(i18n, deputies.state.over),
    };
    let name = row.name.clone();
    match ask.filter(|_| row.may_end) {
        Some(ask) => view! {
            <Cell
                attr:data-testid="acting-period"
                title=name
                note=note
                lead=Glyph::People
                figure=move || t_string!(i18n, deputies.end.action)
                on_press=move |()| ask.run(row.clone())
            >
                <Tag label=word tone=tone/>
            </Cell>
        }
        .into_any(),
        None => view! {
            <Cell attr:data-testid="acting-period" title=name note=note lead=Glyph::People>
                <Tag label=word tone=tone/>
            </Cell>
        }
        .into_any(),
    }
}

fn colleague(i18n: I18n, it: Colleague) -> AnyView {
    let acted = it.acted.map(|(name, until)| (name, format::last_day(until)));
    let note = move || match &acted {
        None => String::new(),
        Some((name, day)) => {
            let day = format::day_of_year(i18n, *day);
            t_string!(i18n, deputies.unit_acted, name = name.clone(), day = day)
        }
    };
    view! {
        <Cell
            attr:data-testid="colleague"
            title=it.name
            note=note
            lead=Glyph::Person
            href=Signal::stored(Route::Deputies { member: Some(it.id) }.href())
        />
    }
    .into_any()
}
