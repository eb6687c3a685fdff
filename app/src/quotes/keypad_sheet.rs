//! The sheet in which a line is bargained: quantity and discount by the keypad, 折 and percent together, the meter
//! and the total of the whole quote at every key. Past the limit nothing is blocked: saving works, the button of the
//! page changes.

use leeway_core::authority::to_limit;
use leptos::prelude::*;

use super::desk::{Desk, GIFT, OFF, QUANTITY};
use super::meter_view::MeterView;
use super::view_model::{LineGap, WhatIf};
use super::wording;
use crate::i18n::{I18n, format, t_string, use_i18n};
use crate::parts::{AgreedPrice, PrecedentLine};
use crate::ui::{Button, ButtonKind, ChipButton, Choice, Glyph, Keypad, SegTabs, Sheet};

/// Says a word in the language of the screen.
type Word = fn(I18n) -> &'static str;

/// The quantities that are one tap away.
const QUANTITIES: [&str; 4] = ["1", "5", "10", "50"];

/// The sheet with the keypad.
#[component]
pub fn KeypadSheet(desk: Desk) -> impl IntoView {
    let i18n = use_i18n();
    let what = Memo::new(move |_| desk.what_if());
    // the name stays while a number is half typed
    let title = move || {
        let typed = desk.typed();
        let name = desk.book().and_then(|book| book.product(typed.as_ref()?.product).cloned());
        name.map(|it| t_string!(i18n, quotes.pad.title, name = it.name, code = it.code)).unwrap_or_default()
    };
    view! {
        <Sheet
            open=desk.typing
            title=title
            close_label=move || t_string!(i18n, shell.close)
            on_close=move |()| desk.drop_typed()
        >
            <Pad desk=desk what=what/>
        </Sheet>
    }
    .into_any()
}

#[component]
fn Pad(desk: Desk, what: Memo<Option<Result<WhatIf, LineGap>>>) -> impl IntoView {
    let i18n = use_i18n();
    let good = Memo::new(move |_| what.get().and_then(Result::ok));
    let problem = move || match what.get() {
        Some(Err(gap)) => wording::line_gap(i18n, &gap),
        _ => String::new(),
    };
    let targets = move || {
        vec![
            Choice::new(OFF, t_string!(i18n, quotes.pad.off)),
            Choice::new(QUANTITY, t_string!(i18n, quotes.pad.quantity)),
        ]
    };
    let meter = Signal::derive(move || good.with(|it| it.as_ref().and_then(|it| it.meter.clone())));
    let judges = Signal::derive(move || desk.with(|view| view.judges.clone()));
    let precedent = Signal::derive(move || {
        let (family, list) = good.with(|it| {
            let it = it.as_ref()?;
            Some((it.product.family, it.totals.list))
        })?;
        desk.with(|view| view.precedent(family, list).cloned()).flatten()
    });
    let written = Memo::new(move |_| {
        let typed = desk.typed();
        desk.with(|view| {
            view.quote.content.lines.iter().any(|it| Some(it.id) == typed.as_ref().map(|it| it.line))
        })
        .unwrap_or_default()
    });
    let drop_line = move |()| {
        if let Some(typed) = untrack(|| desk.typed()) {
            desk.typing.set(false);
            desk.drop_line(typed.line);
        }
    };
    view! {
        // what is given for nothing has no discount of its own: there is one number to type
        <Show when=move || desk.gift.with(String::is_empty)>
            <SegTabs
                label=move || t_string!(i18n, quotes.pad.label)
                options=Signal::derive(targets)
                value=desk.target
            />
        </Show>
        <Display desk=desk good=good/>
        {move || good.get().and_then(|it| it.line()?.agreed.clone()).map(|it| view! { <AgreedPrice it=it/> })}
        <Chips desk=desk/>
        <p class="err" role="status">{problem}</p>
        <Show when=move || meter.with(Option::is_some)>
            <div data-testid="meter">
                <MeterView meter=meter judges=judges/>
            </div>
        </Show>
        <Show when=move || meter.with(Option::is_some)>
            <PrecedentLine found=precedent/>
        </Show>
        {move || good.get().map(|it| view! { <Whole what=it/> })}
        <Keys desk=desk/>
        <div class="row">
            <Gift desk=desk/>
            <Show when=move || written.get()>
                <Button
                    kind=ButtonKind::Quiet
                    small=true
                    icon=Glyph::Trash
                    label=move || t_string!(i18n, quotes.pad.drop)
                    on_press=drop_line
                />
            </Show>
        </div>
    }
    .into_any()
}

/// The number that is being typed, large, with what it means.
#[component]
fn Display(desk: Desk, good: Memo<Option<WhatIf>>) -> impl IntoView {
    let i18n = use_i18n();
    let is_off = move || desk.target.with(|it| it == OFF);
    let number = move || match is_off() {
        true => format!("{}%", shown(&desk.off.get())),
        false => shown(&desk.quantity.get()).to_owned(),
    };
    let pair = move || match (is_off(), good.get()) {
        (_, Some(it)) if it.input.gift => t_string!(i18n, quotes.line.gift).to_owned(),
        (true, Some(it)) => t_string!(i18n, quotes.pad.zhe, zhe = it.input.off.zhe()),
        (false, Some(it)) => it.product.unit,
        _ => String::new(),
    };
    let unit =
        move || good.get().and_then(|it| Some(wording::unit_price(i18n, it.line()?))).unwrap_or_default();
    view! {
        <div class="display">
            <output data-testid="typed">{number}</output>
            <span class="fig strong large">{pair}</span>
            <span class="small fig end">{unit}</span>
        </div>
    }
    .into_any()
}

/// An empty number is shown as zero.
fn shown(typed: &str) -> &str {
    if typed.is_empty() { "0" } else { typed }
}

/// Makes a gift of the line, or sells it again.
#[component]
fn Gift(desk: Desk) -> impl IntoView {
    let i18n = use_i18n();
    let is_gift = Signal::derive(move || desk.gift.with(|it| !it.is_empty()));
    let turn = move |()| {
        let (gift, target) = if is_gift.get_untracked() { ("", OFF) } else { (GIFT, QUANTITY) };
        desk.gift.set(gift.to_owned());
        desk.target.set(target.to_owned());
    };
    view! {
        <div class="chips">
            <ChipButton
                attr:data-testid="gift"
                label=move || t_string!(i18n, quotes.pad.gift)
                pressed=is_gift
                on_press=turn
            />
        </div>
    }
    .into_any()
}

/// Common values, and the own limit.
#[component]
fn Chips(desk: Desk) -> impl IntoView {
    let i18n = use_i18n();
    let chip = move |target: RwSignal<String>, value: &'static str, label: Signal<String>| {
        let pressed = move || target.with(|it| it == value);
        view! {
            <ChipButton
                label=label
                pressed=Signal::derive(pressed)
                on_press=move |()| target.set(value.to_owned())
            />
        }
        .into_any()
    };
    let off_chip = move |(value, word): (&'static str, Word)| {
        chip(desk.off, value, Signal::derive(move || word(i18n).to_owned()))
    };
    // people say 95折, not 9.5 折
    let offs: [(&str, Word); 3] = [
        ("5", |i18n| t_string!(i18n, quotes.pad.off_5)),
        ("10", |i18n| t_string!(i18n, quotes.pad.off_10)),
        ("15", |i18n| t_string!(i18n, quotes.pad.off_15)),
    ];
    let limit = move |()| {
        let to = untrack(|| desk.what_if()).and_then(Result::ok).and_then(|it| {
            desk.look(|view| {
                let limits = view.judges.limits.as_ref()?;
                Some(to_limit(&it.content, limits, &view.judges.situation(&it.content), it.input.line))
            })
            .flatten()
        });
        if let Some(to) = to {
            desk.off.set(to.to_string().trim_end_matches('%').to_owned());
        }
    };
    let chips = move || match desk.target.with(|it| it == OFF) {
        true => view! {
            {offs.map(off_chip)}
            <ChipButton label=move || t_string!(i18n, quotes.pad.limit) on_press=limit/>
        }
        .into_any(),
        false => QUANTITIES.map(|it| chip(desk.quantity, it, Signal::stored(it.to_owned()))).into_any(),
    };
    view! {
        <div class="chips" data-even="" role="group" aria-label=move || t_string!(i18n, quotes.pad.chips)>
            {chips}
        </div>
    }
    .into_any()
}

/// The whole quote with this line.
#[component]
fn Whole(what: WhatIf) -> impl IntoView {
    let i18n = use_i18n();
    let (effective, total) = (what.totals.effective, format::money(what.totals.total));
    view! {
        <div class="row" data-align="base">
            <span class="small grow">
                {move || t_string!(i18n, quotes.pad.whole, discount = format::discount(i18n, effective))}
            </span>
            <span class="fig" data-size="m" data-testid="typed-total">{total}</span>
        </div>
    }
    .into_any()
}

#[component]
fn Keys(desk: Desk) -> impl IntoView {
    let i18n = use_i18n();
    let done = move |()| {
        desk.save();
    };
    let keypad = move || {
        let is_off = desk.target.with(|it| it == OFF);
        let (value, whole, decimals) = if is_off { (desk.off, 3, 2) } else { (desk.quantity, 7, 0) };
        view! {
            <Keypad
                value=value
                whole=whole
                decimals=decimals
                label=move || t_string!(i18n, quotes.pad.keys)
                done_label=move || t_string!(i18n, quotes.pad.done)
                delete_label=move || t_string!(i18n, quotes.pad.delete)
                on_done=done
            />
        }
    };
    keypad.into_any()
}
