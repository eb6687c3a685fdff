//! What the procedure's form means: steps as they are chosen and typed. Never reads the store; whether a procedure can work
//! is asked of `leeway_core::approvals`.

use leeway_core::approvals::{Limit, MINUTES_MAX, Mode, Place, StepPlan};
use leeway_core::authority::Level;

/// The levels that have steps, by the key of their tab.
pub const LEVELS: [(&str, Level); 2] = [("unit_head", Level::UnitHead), ("approver", Level::Approver)];
/// The modes, by their key.
pub const MODES: [(&str, Mode); 3] = [("in_turn", Mode::InTurn), ("all", Mode::All), ("any", Mode::Any)];

/// A step as it is typed.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct TypedStep {
    /// Key of the mode.
    pub mode: String,
    /// Keys of the places.
    pub places: Vec<String>,
    /// Time limit in working hours.
    pub hours: String,
    /// Warning before it, in working hours.
    pub warn: String,
    /// Key of the place that takes over; empty: none.
    pub beyond: String,
}

/// Writes the key of a place.
pub fn place_key(place: Place) -> String {
    match place {
        Place::UnitHead => "unit_head".to_owned(),
        Place::UnitApprover => "unit_approver".to_owned(),
        Place::Post(post) => post.to_string(),
    }
}

fn place(key: &str) -> Option<Place> {
    match key {
        "unit_head" => Some(Place::UnitHead),
        "unit_approver" => Some(Place::UnitApprover),
        post => post.parse().ok().map(Place::Post),
    }
}

/// Writes minutes as hours: `4`, `7.5`.
fn typed_hours(minutes: u32) -> String {
    let hundredths = minutes % 60 * 100 / 60;
    let text = format!("{}.{hundredths:02}", minutes / 60);
    text.trim_end_matches('0').trim_end_matches('.').to_owned()
}

/// Reads hours, with at most two digits behind the point, as whole minutes, rounded up.
pub fn minutes(text: &str) -> Option<u32> {
    let (whole, part) = text.trim().split_once('.').unwrap_or((text.trim(), ""));
    let digits = |text: &str| text.bytes().all(|it| it.is_ascii_digit());
    if !digits(whole) || !digits(part) || part.len() > 2 || whole.len() > 5 || whole.len() + part.len() == 0 {
        return None;
    }
    let number = |text: &str| if text.is_empty() { Some(0) } else { text.parse::<u32>().ok() };
    let hundredths = number(&format!("{part:0<2}"))?;
    let minutes = number(whole)? * 60 + (hundredths * 60).div_ceil(100);
    (minutes <= MINUTES_MAX).then_some(minutes)
}

impl TypedStep {
    /// Writes a step as it is typed.
    pub fn of(step: &StepPlan) -> Self {
        let mode = MODES.iter().find(|(_, mode)| *mode == step.mode).map_or("", |(key, _)| key);
        Self {
            mode: mode.to_owned(),
            places: step.places.iter().map(|it| place_key(*it)).collect(),
            hours: typed_hours(step.limit.minutes),
            warn: typed_hours(step.limit.warn),
            beyond: step.beyond.map(place_key).unwrap_or_default(),
        }
    }

    /// Returns what a new step begins with.
    pub fn new() -> Self {
        let (hours, warn) = ("4".to_owned(), "1".to_owned());
        Self { mode: "in_turn".to_owned(), places: Vec::new(), hours, warn, beyond: String::new() }
    }

    /// Reads it; `None` while its times can't be read.
    pub fn read(&self) -> Option<StepPlan> {
        let mode = MODES.iter().find(|(key, _)| *key == self.mode).map_or(Mode::InTurn, |(_, mode)| *mode);
        Some(StepPlan {
            mode,
            places: self.places.iter().filter_map(|key| place(key)).collect(),
            limit: Limit { minutes: minutes(&self.hours)?, warn: minutes(&self.warn)? },
            beyond: place(&self.beyond),
        })
    }
}

#[cfg(test)]
mod tests {
    use leeway_core::approvals::Plan;
    use leeway_core::values::PostId;

    use super::*;

    #[test]
    fn what_is_written_is_read_again() {
        let fixed = Place::Post(PostId::from_u128(7));
        let step = StepPlan {
            mode: Mode::All,
            places: vec![Place::UnitApprover, fixed],
            limit: Limit { minutes: 450, warn: 25 },
            beyond: None,
        };
        let plan = Plan::default();
        for step in plan.unit_head.iter().chain(&plan.approver).chain([&step]) {
            assert_eq!(TypedStep::of(step).read().as_ref(), Some(step));
        }
        assert_eq!((TypedStep::of(&step).hours, TypedStep::of(&step).warn), ("7.5".into(), "0.41".into()));
    }

    #[test]
    fn hours_are_numbers_with_two_digits_at_most() {
        let read = |text| minutes(text);
        assert_eq!(
            ["4", " 7.5 ", "0.25", ".5", "0"].map(read),
            [Some(240), Some(450), Some(15), Some(30), Some(0)]
        );
        assert_eq!(["", ".", "4h", "-1", "1.234", "1001", "9999999"].map(read), [None; 7]);
        assert_eq!(TypedStep { warn: "x".into(), ..TypedStep::new() }.read(), None);
    }
}
