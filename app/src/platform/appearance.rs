//! Colours and language of the page: kept under the keys that `public/recover.js` reads before the first paint.

use wasm_bindgen::JsCast;

use super::local;

const THEME: &str = "leeway.theme";
const LANGUAGE: &str = "leeway.lang";

/// Which colours.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default)]
pub enum Theme {
    /// As the system says.
    #[default]
    System,
    /// Dark ink on light.
    Light,
    /// Light ink on dark.
    Dark,
    /// High contrast, for sunlight.
    Outdoor,
}

impl Theme {
    /// All of them, in the order of the screen.
    pub const ALL: [Self; 4] = [Self::System, Self::Light, Self::Dark, Self::Outdoor];

    /// Returns the name under which it is kept; the system's has none.
    pub const fn name(self) -> Option<&'static str> {
        match self {
            Self::System => None,
            Self::Light => Some("light"),
            Self::Dark => Some("dark"),
            Self::Outdoor => Some("outdoor"),
        }
    }

    /// Returns the colours of the browser's own bars under light and dark systems.
    const fn canvas(self) -> (&'static str, &'static str) {
        match self {
            Self::System => ("#f4f1ea", "#121513"),
            Self::Light => ("#f4f1ea", "#f4f1ea"),
            Self::Dark => ("#121513", "#121513"),
            Self::Outdoor => ("#ffffff", "#ffffff"),
        }
    }
}

/// Returns the kept colours.
pub fn theme() -> Theme {
    let kept = local::read(THEME);
    Theme::ALL.into_iter().find(|it| it.name() == kept.as_deref()).unwrap_or_default()
}

/// Shows and keeps colours.
pub fn set_theme(theme: Theme) {
    local::write(THEME, theme.name());
    let Some(document) = web_sys::window().and_then(|window| window.document()) else { return };
    if let Some(root) = document.document_element() {
        let _ = match theme.name() {
            Some(name) => root.set_attribute("data-theme", name),
            None => root.remove_attribute("data-theme"),
        };
    }
    let (light, dark) = theme.canvas();
    for (media, colour) in [("light", light), ("dark", dark)] {
        let query = format!("meta[name=theme-color][media*={media}]");
        if let Ok(Some(meta)) = document.query_selector(&query) {
            let _ = meta.set_attribute("content", colour);
        }
    }
}

/// Returns the kept language, `zh-CN` or `en`.
pub fn language() -> Option<String> {
    local::read(LANGUAGE)
}

/// Keeps a language and names it to the browser, screen readers and the installed program.
pub fn set_language(tag: &str) {
    local::write(LANGUAGE, Some(tag));
    let Some(document) = web_sys::window().and_then(|window| window.document()) else { return };
    if let Some(root) = document.document_element() {
        let _ = root.set_attribute("lang", tag);
    }
    let manifest = if tag == "en" { "/manifest.en.webmanifest" } else { "/manifest.webmanifest" };
    if let Ok(Some(link)) = document.query_selector("link[rel=manifest]") {
        let _ = link.unchecked_ref::<web_sys::Element>().set_attribute("href", manifest);
    }
}
