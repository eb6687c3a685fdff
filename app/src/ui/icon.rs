//! The icons of `public/icons.svg`, drawn by reference. An icon explains a word and is hidden from screen readers;
//! where it stands alone, the control around it carries the name. Never carries a word itself.

use leptos::prelude::*;

/// One drawing of the sprite, named after what it shows.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Glyph {
    /// A calendar page with a tick.
    CalendarCheck,
    /// Buildings.
    Buildings,
    /// A plus sign.
    Plus,
    /// A minus sign.
    Minus,
    /// A funnel.
    Funnel,
    /// A person.
    Person,
    /// Back.
    Back,
    /// Onwards.
    Chevron,
    /// Opens downwards.
    Down,
    /// Three dots.
    More,
    /// A tick.
    Check,
    /// A cross.
    Close,
    /// A triangle that warns.
    Alert,
    /// An i in a circle.
    Info,
    /// A clock.
    Clock,
    /// A place on a map.
    Pin,
    /// A way between two points.
    Route,
    /// A receiver.
    Phone,
    /// A camera.
    Camera,
    /// A pen.
    Pen,
    /// A sheet with a folded corner.
    Note,
    /// A cloud, struck through.
    CloudOff,
    /// A cloud, arrow up.
    CloudUp,
    /// A cloud with a tick.
    CloudOk,
    /// Two arrows in a circle.
    Sync,
    /// A phone with a tick.
    SavedPhone,
    /// Two arrows from one stem.
    Fork,
    /// An arrow back.
    ArrowBack,
    /// A magnifying glass.
    Search,
    /// Lines that get shorter.
    Filter,
    /// Deletes a digit.
    Backspace,
    /// A lock.
    Lock,
    /// A screen to show.
    Screen,
    /// An arrow out of a box.
    Share,
    /// A printer.
    Print,
    /// A shield with a tick.
    Shield,
    /// A stamp in a hand.
    HandStamp,
    /// A key.
    Key,
    /// Storage.
    Storage,
    /// A megaphone.
    Megaphone,
    /// Two sheets.
    Copy,
    /// An arrow down to a line.
    Download,
    /// A globe.
    Globe,
    /// An eye, struck through.
    Hide,
    /// A document.
    Document,
    /// A link of a chain.
    Link,
    /// A bin.
    Trash,
    /// A parcel with a bow.
    Gift,
    /// A star.
    Star,
    /// Two arrows.
    Swap,
    /// A calendar page.
    Calendar,
    /// A speech bubble.
    Chat,
    /// A sun.
    Sun,
    /// Two people.
    People,
    /// An arrow that turns back.
    Undo,
    /// A phone with an arrow down.
    Install,
    /// The filled seal.
    SealBinding,
    /// The dashed seal with a wave.
    SealIndicative,
    /// The struck seal.
    SealExpired,
    /// The mark of the program.
    Brand,
}

impl Glyph {
    /// Returns the address of the drawing inside the sprite.
    pub const fn href(self) -> &'static str {
        match self {
            Self::CalendarCheck => "/icons.svg#i-today",
            Self::Buildings => "/icons.svg#i-customers",
            Self::Plus => "/icons.svg#i-plus",
            Self::Minus => "/icons.svg#i-minus",
            Self::Funnel => "/icons.svg#i-opps",
            Self::Person => "/icons.svg#i-me",
            Self::Back => "/icons.svg#i-back",
            Self::Chevron => "/icons.svg#i-chev",
            Self::Down => "/icons.svg#i-down",
            Self::More => "/icons.svg#i-more",
            Self::Check => "/icons.svg#i-check",
            Self::Close => "/icons.svg#i-close",
            Self::Alert => "/icons.svg#i-alert",
            Self::Info => "/icons.svg#i-info",
            Self::Clock => "/icons.svg#i-clock",
            Self::Pin => "/icons.svg#i-pin",
            Self::Route => "/icons.svg#i-route",
            Self::Phone => "/icons.svg#i-phone",
            Self::Camera => "/icons.svg#i-camera",
            Self::Pen => "/icons.svg#i-pen",
            Self::Note => "/icons.svg#i-note",
            Self::CloudOff => "/icons.svg#i-off",
            Self::CloudUp => "/icons.svg#i-up",
            Self::CloudOk => "/icons.svg#i-cloudok",
            Self::Sync => "/icons.svg#i-sync",
            Self::SavedPhone => "/icons.svg#i-saved",
            Self::Fork => "/icons.svg#i-conflict",
            Self::ArrowBack => "/icons.svg#i-returned",
            Self::Search => "/icons.svg#i-search",
            Self::Filter => "/icons.svg#i-filter",
            Self::Backspace => "/icons.svg#i-bksp",
            Self::Lock => "/icons.svg#i-lock",
            Self::Screen => "/icons.svg#i-present",
            Self::Share => "/icons.svg#i-share",
            Self::Print => "/icons.svg#i-print",
            Self::Shield => "/icons.svg#i-shield",
            Self::HandStamp => "/icons.svg#i-hand",
            Self::Key => "/icons.svg#i-key",
            Self::Storage => "/icons.svg#i-disk",
            Self::Megaphone => "/icons.svg#i-horn",
            Self::Copy => "/icons.svg#i-copy",
            Self::Download => "/icons.svg#i-download",
            Self::Globe => "/icons.svg#i-globe",
            Self::Hide => "/icons.svg#i-hide",
            Self::Document => "/icons.svg#i-doc",
            Self::Link => "/icons.svg#i-link",
            Self::Trash => "/icons.svg#i-trash",
            Self::Gift => "/icons.svg#i-gift",
            Self::Star => "/icons.svg#i-star",
            Self::Swap => "/icons.svg#i-swap",
            Self::Calendar => "/icons.svg#i-calendar",
            Self::Chat => "/icons.svg#i-chat",
            Self::Sun => "/icons.svg#i-sun",
            Self::People => "/icons.svg#i-people",
            Self::Undo => "/icons.svg#i-undo",
            Self::Install => "/icons.svg#i-install",
            Self::SealBinding => "/icons.svg#i-seal-binding",
            Self::SealIndicative => "/icons.svg#i-seal-indicative",
            Self::SealExpired => "/icons.svg#i-seal-expired",
            Self::Brand => "/icons.svg#i-brand",
        }
    }
}

/// Draws one icon; `class` is `i`, or `i s` for the small one, or that of its place.
pub(super) fn draw(glyph: Glyph, class: &'static str) -> AnyView {
    view! {
        <svg class=class aria-hidden="true">
            <use href=glyph.href()></use>
        </svg>
    }
    .into_any()
}

/// Draws an icon that may change or be absent.
pub(super) fn draw_signal(glyph: Signal<Option<Glyph>>) -> AnyView {
    (move || glyph.get().map(|glyph| draw(glyph, "i"))).into_any()
}

/// An icon beside a word.
#[component]
pub fn Icon(
    /// Which drawing.
    glyph: Glyph,
    /// 18 px instead of 24.
    #[prop(optional)]
    small: bool,
) -> impl IntoView {
    draw(glyph, if small { "i s" } else { "i" })
}
