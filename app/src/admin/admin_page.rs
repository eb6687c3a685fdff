//! Where an admin begins: nine rooms. Never changes anything itself.

use leptos::prelude::*;

use super::queries;
use crate::i18n::{format, t_string, use_i18n};
use crate::live::live;
use crate::routes::Route;
use crate::shell::{Frame, Place};
use crate::ui::{Card, Cell, Glyph};

/// The admin's rooms.
#[component]
pub fn AdminPage() -> impl IntoView {
    let i18n = use_i18n();
    let found = live(queries::organisation);
    let books = live(queries::books);
    let limits = live(queries::limits);
    let units = move || found.with(|it| it.as_ref().map_or(0, |it| it.units.len())).to_string();
    let members = move || {
        found
            .with(|it| it.as_ref().map_or(0, |it| it.members.iter().filter(|it| it.active).count()))
            .to_string()
    };
    let since = move || {
        let at = limits.with(|it| it.as_ref().and_then(|it| it.as_ref().map(|it| it.published_at)));
        at.map(|at| t_string!(i18n, admin.since, at = format::date_time(i18n, at))).unwrap_or_default()
    };
    let versions = move || books.with(|it| it.as_ref().map_or(0, Vec::len)).to_string();
    let calendar = live(queries::calendar);
    let days = move || {
        let time = calendar.with(|it| it.clone().flatten().flatten().map(|it| it.time)).unwrap_or_default();
        let (off, on) = (time.days.off.len().to_string(), time.days.on.len().to_string());
        t_string!(i18n, admin.calendar_note, off = off, on = on)
    };
    let procedure = live(queries::procedure);
    let steps = move || {
        let set = procedure
            .with(|it| it.as_ref().and_then(|it| it.as_ref()?.set.as_ref().map(|it| it.plan.clone())));
        let plan = set.unwrap_or_default();
        let (first, second) = (plan.unit_head.len().to_string(), plan.approver.len().to_string());
        t_string!(i18n, admin.procedure_note, first = first, second = second)
    };
    let reasons = live(queries::reasons);
    let codes = move || {
        let list = reasons.with(|it| it.clone().flatten().flatten().map(|it| it.list)).unwrap_or_default();
        t_string!(i18n, admin.reasons.count, count = list.codes.len().to_string())
    };
    let letterhead = live(queries::letterhead);
    let head = move || {
        let name = letterhead.with(|it| it.clone().flatten().flatten().map(|it| it.printed.name));
        name.unwrap_or_else(|| t_string!(i18n, admin.letterhead_none).to_owned())
    };
    view! {
        <Frame title=move || t_string!(i18n, admin.title) root=Place::Admin>
            <Card>
                <Cell
                    title=move || t_string!(i18n, admin.units)
                    note=move || t_string!(i18n, admin.units_note, count = units())
                    lead=Glyph::Buildings
                    href=Signal::stored(Route::Units.href())
                />
                <Cell
                    title=move || t_string!(i18n, admin.members)
                    note=move || t_string!(i18n, admin.members_note, count = members())
                    lead=Glyph::People
                    href=Signal::stored(Route::Members.href())
                />
                <Cell
                    title=move || t_string!(i18n, admin.limits)
                    note=since
                    lead=Glyph::Shield
                    href=Signal::stored(Route::Limits.href())
                />
                <Cell
                    title=move || t_string!(i18n, admin.reasons.title)
                    note=codes
                    lead=Glyph::Gift
                    href=Signal::stored(Route::Reasons.href())
                />
                <Cell
                    title=move || t_string!(i18n, admin.books)
                    note=move || t_string!(i18n, admin.books_note, count = versions())
                    lead=Glyph::Document
                    href=Signal::stored(Route::PriceBooks.href())
                />
                <Cell
                    attr:data-testid="frameworks-link"
                    title=move || t_string!(i18n, frameworks.title)
                    note=move || t_string!(i18n, frameworks.note)
                    lead=Glyph::HandStamp
                    href=Signal::stored(Route::Partners.href())
                />
                <Cell
                    title=move || t_string!(i18n, admin.procedure)
                    note=steps
                    lead=Glyph::HandStamp
                    href=Signal::stored(Route::Procedure.href())
                />
                <Cell
                    title=move || t_string!(i18n, admin.calendar)
                    note=days
                    lead=Glyph::CalendarCheck
                    href=Signal::stored(Route::Calendar.href())
                />
                <Cell
                    attr:data-testid="letterhead-link"
                    title=move || t_string!(i18n, admin.letterhead)
                    note=head
                    lead=Glyph::SealBinding
                    href=Signal::stored(Route::Letterhead.href())
                />
            </Card>
        </Frame>
    }
    .into_any()
}
