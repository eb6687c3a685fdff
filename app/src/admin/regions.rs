//! The regions that cells may name: a name and the units that are in it, listed and edited.

use leeway_core::authority::{Cell, Region};
use leeway_core::organisation::Unit;
use leptos::prelude::*;

use super::edit_sheet::{EditSheet, EditedList, Editing, Editor};
use super::limits_page::Whole;
use super::queries;
use super::regions_form::{read_region, rename};
use crate::i18n::{t_string, use_i18n};
use crate::live::live;
use crate::ui::{self, ChipsMulti, Choice, TextInput};

/// The regions, and the way to a new one.
#[component]
pub fn Regions(whole: Whole) -> impl IntoView {
    let i18n = use_i18n();
    let read = live(queries::units);
    let units = Memo::new(move |_| read.get().unwrap_or_default());
    let regions = Memo::new(move |_| whole.read_regions());
    let editing: Editing = RwSignal::new(None);
    let row = move |(place, region): (usize, Region)| {
        let Region { name, units: inside } = region;
        let note = move || {
            let named = |it: &&Unit| inside.contains(&it.id);
            let names =
                units.with(|it| it.iter().filter(named).map(|it| it.name.clone()).collect::<Vec<_>>());
            names.join(t_string!(i18n, admin.cell.and))
        };
        view! {
            <ui::Cell
                attr:data-testid="region"
                title=name
                note=note
                on_press=move |()| editing.set(Some(Some(place)))
            />
        }
    };
    let rows = move || regions.get().into_iter().enumerate().map(row).collect_view();
    view! {
        <EditedList
            title=move || t_string!(i18n, admin.region.title)
            count=move || regions.with(Vec::len)
            rows=rows
            add_label=move || t_string!(i18n, admin.region.add)
            add_note=move || t_string!(i18n, admin.region.hint)
            add_testid="add-region"
            editing=editing
        />
        <RegionSheet whole=whole regions=regions units=units editing=editing/>
    }
    .into_any()
}

#[component]
fn RegionSheet(
    whole: Whole,
    regions: Memo<Vec<Region>>,
    units: Memo<Vec<Unit>>,
    editing: Editing,
) -> impl IntoView {
    let i18n = use_i18n();
    let keep = move |change: &dyn Fn(&mut Vec<Region>)| {
        let mut now = regions.get_untracked();
        change(&mut now);
        whole.regions.set(serde_json::to_string(&now).unwrap_or_default());
    };
    let edit = move |place: Option<usize>| {
        let known = place.and_then(|place| regions.with_untracked(|it| it.get(place).cloned()));
        let before = known.clone().unwrap_or_default();
        let name = RwSignal::new(before.name.clone());
        let inside = RwSignal::new(before.units.iter().map(ToString::to_string).collect::<Vec<_>>());
        let done = move |()| {
            let read = read_region(&name.get_untracked(), &inside.get_untracked());
            let region = read.ok_or_else(|| t_string!(i18n, admin.region.bad_name).to_owned())?;
            if place.is_some() && before.name != region.name {
                let mut cells: Vec<Cell> = whole.read_cells();
                rename(&mut cells, &before.name, &region.name);
                whole.cells.set(serde_json::to_string(&cells).unwrap_or_default());
            }
            keep(&|now| match place.and_then(|place| now.get_mut(place)) {
                Some(old) => *old = region.clone(),
                None => now.push(region.clone()),
            });
            Ok(())
        };
        let remove = move |()| {
            keep(&|now| {
                if let Some(place) = place.filter(|place| *place < now.len()) {
                    now.remove(place);
                }
            });
        };
        let remove = known.is_some().then(|| Callback::new(remove));
        let choices = move || {
            units.with(|it| {
                it.iter().map(|it| Choice::new(it.id.to_string(), it.name.clone())).collect::<Vec<_>>()
            })
        };
        let fields = view! {
            <TextInput label=move || t_string!(i18n, admin.region.name) name="region" value=name/>
            <ChipsMulti
                label=move || t_string!(i18n, admin.region.units)
                options=Signal::derive(choices)
                value=inside
            />
        };
        Editor { fields: fields.into_any(), done: Callback::new(done), remove }
    };
    view! {
        <EditSheet
            editing=editing
            title=move || t_string!(i18n, admin.region.one)
            remove_label=move || t_string!(i18n, admin.region.remove)
            edit=Callback::new(edit)
        />
    }
    .into_any()
}
