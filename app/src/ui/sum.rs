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
    /// A part of the line above: set in from it.
    pub part: bool,
}

impl SumRow {
    /// Makes a line.
    pub fn new(label: impl Into<String>, figure: impl Into<String>) -> Self {
        Self { label: label.into(), figure: figure.into(), total: false, part: false }
    }

    /// Makes a part of the line above.
    pub fn part(label: impl Into<String>, figure: impl Into<String>) -> Self {
        Self { part: true, ..Self::new(label, figure) }
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
        let (class, size) = match (it.total, it.part) {
            (true, _) => (Some("total"), Some("m")),
            (false, true) => (Some("part"), None),
            (false, false) => (None, None),
        };
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
