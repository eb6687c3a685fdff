//! Figures in a column, right-aligned, with their names. Never adds them up.

use leptos::prelude::*;

/// One named figure.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct SumRow {
    /// Its name.
    pub label: String,
    /// The figure, formatted.
    pub figure: String,
    /// The last line: larger, under a rule.
    pub total: bool,
}

impl SumRow {
    /// Makes a line.
    pub fn new(label: impl Into<String>, figure: impl Into<String>) -> Self {
        Self { label: label.into(), figure: figure.into(), total: false }
    }

    /// Makes the last line.
    pub fn total(label: impl Into<String>, figure: impl Into<String>) -> Self {
        Self { total: true, ..Self::new(label, figure) }
    }
}

/// A list of named figures.
#[component]
pub fn Sum(
    /// The lines, the total last.
    #[prop(into)]
    rows: Signal<Vec<SumRow>>,
) -> impl IntoView {
    let line = |it: SumRow| {
        let (class, size) = if it.total { (Some("total"), Some("m")) } else { (None, None) };
        view! {
            <div class=class>
                <dt>{it.label}</dt>
                <dd class="fig" data-size=size>
                    {it.figure}
                </dd>
            </div>
        }
    };
    view! { <dl class="sum">{move || rows.get().into_iter().map(line).collect_view()}</dl> }.into_any()
}
