//! The paper itself, as it is drawn on the screen and printed. Every text comes from the model, in its order.

use leeway_core::paper::{Code, Fact, Field, Paper, Party};
use leptos::prelude::*;

use super::quotes_page::stamp;
use crate::ui::BigStamp;

/// White around a code, in modules.
const QUIET: usize = 4;

/// The paper.
#[component]
pub fn PaperSheet(paper: Paper) -> impl IntoView {
    let standing = stamp(paper.standing);
    let word = paper.stamp;
    let check = (!paper.check_label.is_empty()).then(|| {
        view! {
            <section class="verify">
                {paper.code.as_ref().map(code)}
                <div>
                    <h2>{paper.check_label}</h2>
                    <p>{paper.check.clone()}</p>
                </div>
            </section>
        }
    });
    let terms = (!paper.terms.is_empty()).then(|| {
        let terms = paper.terms.iter().map(|it| view! { <li>{it.clone()}</li> }).collect_view();
        view! {
            <div>
                <h2>{paper.terms_label}</h2>
                <ol class="terms">{terms}</ol>
            </div>
        }
    });
    let given = paper.given.iter().map(|it| view! { <p class="small">{it.clone()}</p> }).collect_view();
    view! {
        <article class="paper" lang=paper.language.tag() data-testid="paper">
            {head(&paper)}
            <h3>{paper.title.clone()}</h3>
            <section class="cols">{paper.parties.iter().map(party).collect_view()}</section>
            {table(&paper)}
            {given}
            {sums(&paper)}
            <p lang="zh-CN">
                <b>{paper.capitals.clone()}</b>
            </p>
            {terms}
            <section class="signs">
                <p class="small">{paper.signature}</p>
                <p class="small">{paper.worth.clone()}</p>
                <BigStamp state=standing label=word/>
            </section>
            {check}
        </article>
    }
    .into_any()
}

fn head(paper: &Paper) -> AnyView {
    let issuer = paper.issuer.iter().map(|it| view! { <p>{it.clone()}</p> }).collect_view();
    let facts = paper.facts.iter().map(|it| view! { <dt>{it.label.clone()}</dt><dd>{it.value.clone()}</dd> });
    view! {
        <header>
            <div class="grow">
                <h2 class="kind">{paper.kind}</h2>
                <div class="issuer">{issuer}</div>
            </div>
            <dl class="meta">{facts.collect_view()}</dl>
        </header>
    }
    .into_any()
}

fn party(it: &Party) -> AnyView {
    let lines = it.lines.iter().map(|it| view! { <p>{it.clone()}</p> }).collect_view();
    view! {
        <div>
            <h2>{it.label}</h2>
            <p>
                <b>{it.name.clone()}</b>
            </p>
            {lines}
        </div>
    }
    .into_any()
}

fn table(paper: &Paper) -> AnyView {
    let columns = paper.columns.map(|it| view! { <th scope="col">{it}</th> }).collect_view();
    let rows = paper.rows.iter().map(|row| {
        let fields = row.iter().zip(paper.columns).map(|(it, column)| field(it, column)).collect_view();
        view! { <tr>{fields}</tr> }
    });
    view! {
        <table>
            <thead class="vh">
                <tr>{columns}</tr>
            </thead>
            <tbody>{rows.collect_view()}</tbody>
        </table>
    }
    .into_any()
}

/// A field; on a phone, where the table is a list, it says its column.
fn field(it: &Field, column: &'static str) -> AnyView {
    let note = (!it.note.is_empty()).then(|| view! { <small>{it.note.clone()}</small> });
    view! {
        <td data-column=column>
            <span>{it.text.clone()}</span>
            {note}
        </td>
    }
    .into_any()
}

fn sums(paper: &Paper) -> AnyView {
    let sum = |it: &Fact, is_total: bool| {
        view! {
            <div class:total=is_total>
                <dt>{it.label.clone()}</dt>
                <dd class="fig">{it.value.clone()}</dd>
            </div>
        }
        .into_any()
    };
    let all: Vec<AnyView> =
        paper.sums.iter().map(|it| sum(it, false)).chain([sum(&paper.total, true)]).collect();
    view! { <dl class="sum">{all}</dl> }.into_any()
}

fn code(it: &Code) -> AnyView {
    let side = it.side + 2 * QUIET;
    let run = |(column, row, length): (usize, usize, usize)| {
        format!("M{} {}h{length}v1h-{length}z", column + QUIET, row + QUIET)
    };
    let path: String = it.runs().into_iter().map(run).collect();
    view! {
        <svg
            viewBox=format!("0 0 {side} {side}")
            role="img"
            aria-label="QR"
            shape-rendering="crispEdges"
            data-testid="code"
            data-address=it.address.clone()
        >
            <rect width=side height=side fill="#fff"></rect>
            <path d=path fill="#000"></path>
        </svg>
    }
    .into_any()
}
