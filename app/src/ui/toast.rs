//! A line that something was done, with undo, for five seconds; one without undo goes with the next press, wherever
//! that lands. Never the only place where an error is said, and never over an open sheet, whose backdrop would make it
//! unreachable: close the sheet first.

use std::sync::Arc;
use std::time::Duration;

use leptos::prelude::*;
use leptos::wasm_bindgen::JsCast;
use leptos::web_sys;

use super::icon::{Glyph, draw};

const SHOWN_FOR: Duration = Duration::from_secs(5);

#[derive(Clone)]
struct Toast {
    text: String,
    glyph: Glyph,
    // not a `Callback`: it must outlive the page that showed the toast
    action: Option<(String, Arc<dyn Fn() + Send + Sync>)>,
}

/// Shows toasts; one for the whole program, in the context.
#[derive(Clone, Copy)]
pub struct Toasts {
    now: RwSignal<Option<Toast>>,
    timer: StoredValue<Option<TimeoutHandle>>,
}

impl Toasts {
    /// Puts it into the context. Called once, above everything that shows toasts.
    pub fn provide() -> Self {
        let toasts = Self { now: RwSignal::new(None), timer: StoredValue::new(None) };
        provide_context(toasts);
        toasts
    }

    /// Returns the one of the context; outside of it, one that nobody sees.
    pub fn take() -> Self {
        use_context().unwrap_or_else(|| Self { now: RwSignal::new(None), timer: StoredValue::new(None) })
    }

    /// Says that something was done.
    pub fn show(self, text: impl Into<String>) {
        self.put(Toast { text: text.into(), glyph: Glyph::Check, action: None });
    }

    /// Says that something was not done, beside the place where that is said to stay.
    pub fn warn(self, text: impl Into<String>) {
        self.put(Toast { text: text.into(), glyph: Glyph::Alert, action: None });
    }

    /// Says that something was done and offers to take it back. `undo` may run after the page has gone: it must not
    /// touch the page's own signals.
    pub fn show_undo(
        self,
        text: impl Into<String>,
        undo_label: impl Into<String>,
        undo: impl Fn() + Send + Sync + 'static,
    ) {
        let action = Some((undo_label.into(), Arc::new(undo) as Arc<_>));
        self.put(Toast { text: text.into(), glyph: Glyph::Check, action });
    }

    /// Takes the toast away.
    pub fn dismiss(self) {
        self.hold();
        self.now.set(None);
    }

    /// Takes away what only says something: whoever presses elsewhere has read it, and may want what is below it.
    fn pressed(self) {
        if self.now.with_untracked(|it| it.as_ref().is_some_and(|it| it.action.is_none())) {
            self.dismiss();
        }
    }

    fn put(self, toast: Toast) {
        self.now.set(Some(toast));
        self.count();
    }

    /// Stops the clock while somebody reads or reaches for the button.
    fn hold(self) {
        let timer = self.timer.try_update_value(Option::take).flatten();
        if let Some(timer) = timer {
            timer.clear();
        }
    }

    fn count(self) {
        self.hold();
        let timer = set_timeout_with_handle(move || self.now.set(None), SHOWN_FOR).ok();
        self.timer.set_value(timer);
    }
}

/// Where toasts appear, above whatever dock there is. Stands once, beside the router.
#[component]
pub fn ToastHost() -> impl IntoView {
    let toasts = Toasts::take();
    let lift = move || {
        toasts.now.track();
        format!("{}px", dock_height())
    };
    let content = move || toasts.now.get().map(|toast| line(toasts, toast));
    let pressed = window_event_listener(leptos::ev::pointerdown, move |_| toasts.pressed());
    on_cleanup(move || pressed.remove());
    view! {
        <div class="toasts" role="status" style:--lift=lift>
            {content}
        </div>
    }
    .into_any()
}

fn line(toasts: Toasts, toast: Toast) -> AnyView {
    let action = toast.action.map(|(label, run)| {
        let press = move |_| {
            toasts.dismiss();
            run();
        };
        view! {
            <button type="button" on:click=press>
                {label}
            </button>
        }
    });
    view! {
        <div
            class="toast"
            on:pointerenter=move |_| toasts.hold()
            on:pointerleave=move |_| toasts.count()
            on:focusin=move |_| toasts.hold()
            on:focusout=move |_| toasts.count()
        >
            {draw(toast.glyph, "i")}
            <span>{toast.text}</span>
            {action}
        </div>
    }
    .into_any()
}

/// Returns how high the dock of this screen stands, so that a toast never covers its button.
fn dock_height() -> i32 {
    let dock = document().query_selector(".dock:not([data-plain])").ok().flatten();
    dock.and_then(|dock| dock.dyn_into::<web_sys::HtmlElement>().ok()).map_or(0, |dock| dock.offset_height())
}
