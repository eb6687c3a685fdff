//! The icons of `public/icons.svg`, drawn by reference: the sprite is part of the page, since a reference into another
//! file makes the browser build a document for it. An icon explains a word and is hidden from screen readers;
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
            Self::CalendarCheck => "#i-today",
            Self::Buildings => "#i-customers",
            Self::Plus => "#i-plus",
            Self::Minus => "#i-minus",
            Self::Funnel => "#i-opps",
            Self::Person => "#i-me",
            Self::Back => "#i-back",
            Self::Chevron => "#i-chev",
            Self::Down => "#i-down",
            Self::More => "#i-more",
            Self::Check => "#i-check",
            Self::Close => "#i-close",
            Self::Alert => "#i-alert",
            Self::Info => "#i-info",
            Self::Clock => "#i-clock",
            Self::Pin => "#i-pin",
            Self::Route => "#i-route",
            Self::Phone => "#i-phone",
            Self::Camera => "#i-camera",
            Self::Pen => "#i-pen",
            Self::Note => "#i-note",
            Self::CloudOff => "#i-off",
            Self::CloudUp => "#i-up",
            Self::CloudOk => "#i-cloudok",
            Self::Sync => "#i-sync",
            Self::SavedPhone => "#i-saved",
            Self::Fork => "#i-conflict",
            Self::ArrowBack => "#i-returned",
            Self::Search => "#i-search",
            Self::Filter => "#i-filter",
            Self::Backspace => "#i-bksp",
            Self::Lock => "#i-lock",
            Self::Screen => "#i-present",
            Self::Share => "#i-share",
            Self::Print => "#i-print",
            Self::Shield => "#i-shield",
            Self::HandStamp => "#i-hand",
            Self::Key => "#i-key",
            Self::Storage => "#i-disk",
            Self::Megaphone => "#i-horn",
            Self::Copy => "#i-copy",
            Self::Download => "#i-download",
            Self::Globe => "#i-globe",
            Self::Hide => "#i-hide",
            Self::Document => "#i-doc",
            Self::Link => "#i-link",
            Self::Trash => "#i-trash",
            Self::Gift => "#i-gift",
            Self::Star => "#i-star",
            Self::Swap => "#i-swap",
            Self::Calendar => "#i-calendar",
            Self::Chat => "#i-chat",
            Self::Sun => "#i-sun",
            Self::People => "#i-people",
            Self::Undo => "#i-undo",
            Self::Install => "#i-install",
            Self::SealBinding => "#i-seal-binding",
            Self::SealIndicative => "#i-seal-indicative",
            Self::SealExpired => "#i-seal-expired",
            Self::Brand => "#i-brand",
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
