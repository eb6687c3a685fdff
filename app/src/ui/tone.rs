//! The tone of a tag, notice or lead: what the colour repeats. Never the only carrier of a meaning.

/// A ground and ink that belong together.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum Tone {
    /// Grey: a plain fact.
    #[default]
    Plain,
    /// The teal of the program: within one's own room.
    Accent,
    /// Green: done, in order.
    Ok,
    /// Amber: needs somebody, a normal road.
    Warn,
    /// Red: late, refused, lost.
    Danger,
}

impl Tone {
    /// Returns the value of `data-tone`; none for the plain one.
    pub const fn attr(self) -> Option<&'static str> {
        match self {
            Self::Plain => None,
            Self::Accent => Some("accent"),
            Self::Ok => Some("ok"),
            Self::Warn => Some("warn"),
            Self::Danger => Some("danger"),
        }
    }
}
