//! A keypad for percents, amounts and quantities, with large keys near the thumb; the keys of a real keyboard work
//! too. Never judges the number: whoever holds the signal does, while digits are typed.

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys;

use super::icon::{Glyph, draw};

/// What one key does to the text.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Key {
    Digit(char),
    Point,
    Delete,
}

/// Returns the text after one key. `fresh` means that the text was there before typing began: a digit then replaces
/// it, so that nobody has to delete "10" to type "8".
fn pressed(text: &str, key: Key, fresh: bool, whole: usize, decimals: usize) -> String {
    let start = if fresh && key != Key::Delete { "" } else { text };
    let (left, right) = start.split_once('.').map_or((start, None), |(left, right)| (left, Some(right)));
    match key {
        Key::Delete => text.chars().take(text.chars().count().saturating_sub(1)).collect(),
        Key::Point if decimals == 0 || right.is_some() => text.to_owned(),
        Key::Point => format!("{}.", if left.is_empty() { "0" } else { left }),
        Key::Digit(digit) => match right {
            Some(right) if right.len() >= decimals => text.to_owned(),
            None if left == "0" => digit.to_string(),
            None if left.len() >= whole => text.to_owned(),
            _ => format!("{start}{digit}"),
        },
    }
}

/// Digits, point, delete and a tall "done". While it is shown, it takes the physical number keys as well, unless
/// they are typed into a field.
#[component]
pub fn Keypad(
    /// What is typed.
    value: RwSignal<String>,
    /// The accessible name of the group of keys.
    #[prop(into)]
    label: Signal<String>,
    /// The words of the tall key.
    #[prop(into)]
    done_label: Signal<String>,
    /// The accessible name of the key that takes a digit back.
    #[prop(into)]
    delete_label: Signal<String>,
    /// How many digits before the point.
    #[prop(default = 9)]
    whole: usize,
    /// How many digits after the point; with none there is no point.
    #[prop(default = 2)]
    decimals: usize,
    /// What "done" does.
    #[prop(into)]
    on_done: Callback<()>,
) -> impl IntoView {
    let typed = StoredValue::new(None::<String>);
    let press = move |key: Key| {
        let now = value.get_untracked();
        let fresh = typed.with_value(|typed| typed.as_deref() != Some(now.as_str()));
        let next = pressed(&now, key, fresh, whole, decimals);
        typed.set_value(Some(next.clone()));
        value.set(next);
    };
    let listener = window_event_listener(leptos::ev::keydown, move |event| {
        if event.ctrl_key() || event.alt_key() || event.meta_key() || typing_elsewhere(&event) {
            return;
        }
        match event.key().as_str() {
            "Enter" if !on_button(&event) => on_done.run(()),
            key => match physical(key) {
                Some(key) => press(key),
                None => return,
            },
        }
        event.prevent_default();
    });
    on_cleanup(move || listener.remove());
    let digit = move |digit: char| {
        view! {
            <button type="button" on:click=move |_| press(Key::Digit(digit))>
                {digit.to_string()}
            </button>
        }
        .into_any()
    };
    let point = (decimals > 0).then(|| {
        view! {
            <button type="button" on:click=move |_| press(Key::Point)>
                "."
            </button>
        }
    });
    let zero_wide = (decimals == 0).then_some("");
    view! {
        <div class="keypad" role="group" aria-label=label>
            {['1', '2', '3'].map(digit)}
            <button type="button" aria-label=delete_label on:click=move |_| press(Key::Delete)>
                {draw(Glyph::Backspace, "i")}
            </button>
            {['4', '5', '6'].map(digit)}
            <button class="done" type="button" on:click=move |_| on_done.run(())>
                {done_label}
            </button>
            {['7', '8', '9'].map(digit)}
            {point}
            <button class="zero" type="button" data-wide=zero_wide on:click=move |_| press(Key::Digit('0'))>
                "0"
            </button>
        </div>
    }
    .into_any()
}

fn physical(key: &str) -> Option<Key> {
    let mut chars = key.chars();
    match (key, chars.next(), chars.next()) {
        ("Backspace" | "Delete", ..) => Some(Key::Delete),
        ("." | "," | "。", ..) => Some(Key::Point),
        (_, Some(digit @ '0'..='9'), None) => Some(Key::Digit(digit)),
        _ => None,
    }
}

/// Returns the tag of the element that the key went to.
fn tag_of(event: &web_sys::KeyboardEvent) -> Option<String> {
    Some(event.target()?.dyn_into::<web_sys::Element>().ok()?.tag_name())
}

fn typing_elsewhere(event: &web_sys::KeyboardEvent) -> bool {
    matches!(tag_of(event).as_deref(), Some("INPUT" | "TEXTAREA" | "SELECT"))
}

/// Enter on a focused key presses that key.
fn on_button(event: &web_sys::KeyboardEvent) -> bool {
    matches!(tag_of(event).as_deref(), Some("BUTTON" | "A"))
}

#[cfg(test)]
mod tests {
    use super::{Key, physical, pressed};

    fn typed(start: &str, keys: &str) -> String {
        let mut text = start.to_owned();
        for (index, key) in keys.chars().enumerate() {
            let key = match key {
                '<' => Key::Delete,
                '.' => Key::Point,
                digit => Key::Digit(digit),
            };
            text = pressed(&text, key, index == 0, 3, 1);
        }
        text
    }

    #[test]
    fn the_first_digit_replaces_and_the_next_ones_append() {
        assert_eq!(typed("10", "8"), "8");
        assert_eq!(typed("10", "82"), "82");
        assert_eq!(typed("10", "<"), "1");
        assert_eq!(typed("10", "<5"), "15");
        assert_eq!(typed("10", ".5"), "0.5");
    }

    #[test]
    fn limits_hold() {
        assert_eq!(typed("", "1234"), "123");
        assert_eq!(typed("", "12.34"), "12.3");
        assert_eq!(typed("", "1.2."), "1.2");
        assert_eq!(typed("", "007"), "7");
        assert_eq!(typed("", "0.7"), "0.7");
        assert_eq!(typed("", "<"), "");
        assert_eq!(pressed("5", Key::Point, false, 3, 0), "5");
        assert_eq!(pressed("5", Key::Point, true, 3, 0), "5");
    }

    #[test]
    fn a_real_keyboard_speaks_the_same() {
        assert_eq!(physical("7"), Some(Key::Digit('7')));
        assert_eq!(physical("。"), Some(Key::Point));
        assert_eq!(physical("Backspace"), Some(Key::Delete));
        assert_eq!(physical("F5"), None);
        assert_eq!(physical("a"), None);
    }
}
