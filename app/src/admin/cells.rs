//! The cells of the matrix, listed and edited. Their order is that of the numbers by which a contradiction names them.

use leeway_core::authority::Cell;
use leeway_core::customers::Grade;
use leptos::prelude::*;

use super::cell_form::{CellForm, CellProblem, grade_key};
use super::edit_sheet::{EditSheet, EditedList, Editing, Editor};
use super::limits_page::{Whole, level_name};
use super::view_model::{FAMILY_FIELDS, LEVELS};
use crate::i18n::{I18n, format, t_string, use_i18n, words};
use crate::ui::{self, ChipsMulti, Choice, NumberInput};

/// The cells, and the way to a new one.
#[component]
pub fn Cells(whole: Whole) -> impl IntoView {
    let i18n = use_i18n();
    let cells = Memo::new(move |_| whole.read_cells());
    let editing: Editing = RwSignal::new(None);
    let row = move |(place, cell): (usize, Cell)| {
        let (families, bands) = (cell.clone(), cell);
        let title = move || named(i18n, place, &families);
        let note = move || bounds(i18n, &bands);
        view! {
            <ui::Cell
                attr:data-testid="cell"
                title=title
                note=note
                on_press=move |()| editing.set(Some(Some(place)))
            />
        }
    };
    let rows = move || cells.get().into_iter().enumerate().map(row).collect_view();
    view! {
        <EditedList
            title=move || t_string!(i18n, admin.cell.title)
            count=move || cells.with(Vec::len)
            rows=rows
            add_label=move || t_string!(i18n, admin.cell.add)
            add_note=move || t_string!(i18n, admin.cell.hint)
            add_testid="add-cell"
            editing=editing
        />
        <CellSheet whole=whole cells=cells editing=editing/>
    }
    .into_any()
}

fn named(i18n: I18n, place: usize, cell: &Cell) -> String {
    let families: Vec<&str> = cell.families.iter().map(|it| words::family(i18n, *it)).collect();
    let (number, families) = ((place + 1).to_string(), families.join(t_string!(i18n, admin.cell.and)));
    t_string!(i18n, admin.cell.named, number = number, families = families)
}

/// Says for whom and what a cell is, and what each level may give.
fn bounds(i18n: I18n, cell: &Cell) -> String {
    let grades: Vec<&str> = cell.grades.iter().map(|it| words::grade(i18n, *it)).collect();
    let grades = grades.join(t_string!(i18n, admin.cell.and));
    let size = match cell.size.below {
        Some(below) => t_string!(
            i18n,
            admin.cell.size_between,
            from = format::money(cell.size.from),
            below = format::money(below)
        ),
        None => t_string!(i18n, admin.cell.size_up, from = format::money(cell.size.from)),
    };
    let months = match cell.months.below {
        Some(below) => t_string!(
            i18n,
            admin.cell.months_between,
            from = cell.months.from.to_string(),
            below = below.to_string()
        ),
        None => t_string!(i18n, admin.cell.months_up, from = cell.months.from.to_string()),
    };
    let off = cell.off.map(|it| it.to_string()).join(" / ");
    let regions: Vec<&str> = cell.regions.iter().map(String::as_str).collect();
    let grades = match regions.is_empty() {
        true => grades,
        false => {
            let regions = regions.join(t_string!(i18n, admin.cell.and));
            t_string!(i18n, admin.region.and_grades, regions = regions, grades = grades)
        }
    };
    t_string!(i18n, admin.cell.note, grades = grades, size = size, months = months, off = off)
}

fn said(i18n: I18n, problem: CellProblem) -> &'static str {
    match problem {
        CellProblem::Nothing => t_string!(i18n, admin.cell.nothing),
        CellProblem::Size => t_string!(i18n, admin.limit.bad_cap),
        CellProblem::Months => t_string!(i18n, admin.limit.bad_months),
        CellProblem::Off(_) => t_string!(i18n, admin.limit.bad_percent),
    }
}

#[component]
fn CellSheet(whole: Whole, cells: Memo<Vec<Cell>>, editing: Editing) -> impl IntoView {
    let i18n = use_i18n();
    let keep = move |change: &dyn Fn(&mut Vec<Cell>)| {
        let mut now = cells.get_untracked();
        change(&mut now);
        whole.cells.set(serde_json::to_string(&now).unwrap_or_default());
    };
    let edit = move |place: Option<usize>| {
        let known = place.and_then(|place| cells.with_untracked(|it| it.get(place).cloned()));
        let fields = Fields::of(known.as_ref().map(CellForm::of).unwrap_or_default());
        let done = move |()| {
            let cell = fields.typed().read().map_err(|problem| said(i18n, problem).to_owned())?;
            keep(&|now| match place.and_then(|place| now.get_mut(place)) {
                Some(old) => *old = cell.clone(),
                None => now.push(cell.clone()),
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
        let fields = view! { <Inputs fields=fields whole=whole/> }.into_any();
        Editor { fields, done: Callback::new(done), remove }
    };
    view! {
        <EditSheet
            editing=editing
            title=move || t_string!(i18n, admin.cell.one)
            remove_label=move || t_string!(i18n, admin.cell.remove)
            edit=Callback::new(edit)
        />
    }
    .into_any()
}

#[derive(Clone, Copy)]
struct Fields {
    families: RwSignal<Vec<String>>,
    grades: RwSignal<Vec<String>>,
    regions: RwSignal<Vec<String>>,
    size: [RwSignal<String>; 2],
    months: [RwSignal<String>; 2],
    off: [RwSignal<String>; 5],
}

impl Fields {
    fn of(form: CellForm) -> Self {
        Self {
            families: RwSignal::new(form.families),
            grades: RwSignal::new(form.grades),
            regions: RwSignal::new(form.regions),
            size: [form.size_from, form.size_below].map(RwSignal::new),
            months: [form.months_from, form.months_below].map(RwSignal::new),
            off: form.off.map(RwSignal::new),
        }
    }

    fn typed(self) -> CellForm {
        let text = |it: RwSignal<String>| it.get_untracked();
        let ([size_from, size_below], [months_from, months_below]) =
            (self.size.map(text), self.months.map(text));
        CellForm {
            families: self.families.get_untracked(),
            grades: self.grades.get_untracked(),
            regions: self.regions.get_untracked(),
            size_from,
            size_below,
            months_from,
            months_below,
            off: self.off.map(text),
        }
    }
}

#[component]
fn Inputs(fields: Fields, whole: Whole) -> impl IntoView {
    let i18n = use_i18n();
    let families = move || {
        FAMILY_FIELDS.iter().map(|(it, key)| Choice::new(*key, words::family(i18n, *it))).collect::<Vec<_>>()
    };
    let grades = move || Grade::ALL.map(|it| Choice::new(grade_key(it), words::grade(i18n, it))).to_vec();
    let regions = move || {
        whole.read_regions().into_iter().map(|it| Choice::new(it.name.clone(), it.name)).collect::<Vec<_>>()
    };
    let has_regions = !untrack(|| whole.read_regions()).is_empty();
    let yuan = move || t_string!(i18n, admin.limit.yuan);
    let months = move || t_string!(i18n, admin.limit.months_unit);
    let off = LEVELS.into_iter().zip(fields.off).map(move |(level, value)| {
        view! {
            <NumberInput
                label=move || level_name(i18n, level)
                name=level
                value=value
                unit=move || t_string!(i18n, admin.limit.percent)
            />
        }
    });
    view! {
        <ChipsMulti
            label=move || t_string!(i18n, admin.product.family)
            options=Signal::derive(families)
            value=fields.families
        />
        <ChipsMulti
            label=move || t_string!(i18n, admin.cell.grades)
            options=Signal::derive(grades)
            value=fields.grades
        />
        {has_regions.then(|| view! {
            <ChipsMulti
                label=move || t_string!(i18n, admin.region.title)
                hint=move || t_string!(i18n, admin.region.cell_hint)
                options=Signal::derive(regions)
                value=fields.regions
            />
        })}
        <NumberInput
            label=move || t_string!(i18n, admin.cell.size_from)
            name="size_from"
            value=fields.size[0]
            unit=yuan
        />
        <NumberInput
            label=move || t_string!(i18n, admin.cell.size_below)
            hint=move || t_string!(i18n, admin.cell.no_end)
            name="size_below"
            value=fields.size[1]
            unit=yuan
        />
        <NumberInput
            label=move || t_string!(i18n, admin.cell.months_from)
            name="months_from"
            whole=true
            value=fields.months[0]
            unit=months
        />
        <NumberInput
            label=move || t_string!(i18n, admin.cell.months_below)
            hint=move || t_string!(i18n, admin.cell.no_end)
            name="months_below"
            whole=true
            value=fields.months[1]
            unit=months
        />
        {off.collect_view()}
    }
    .into_any()
}
