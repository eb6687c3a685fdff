//! Where a request stands: each post in order, since when it has it, until when, and what it said. Never decides who is
//! late: the server's clock does.

use leeway_core::approvals::{Decision, PassReason, Request, Seat, SeatState, Track};
use leeway_core::calendar::WorkCalendar;
use leeway_core::values::{CaseId, Timestamp, WorkTime};
use leptos::prelude::*;

use crate::i18n::{I18n, Lang, format, t_string, td_string, use_i18n};
use crate::live::live;
use crate::platform::clock;
use crate::ui::{Glyph, Section, Tag, Timeline, TimelineItem, Tone};

/// How pressing a post's decision is.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Urgency {
    /// Its time will be over soon.
    Warned,
    /// Its time is over.
    Late,
}

impl Urgency {
    /// Returns the word for it.
    pub fn word(self, i18n: I18n) -> &'static str {
        match self {
            Self::Warned => t_string!(i18n, approvals.track.tag_warned),
            Self::Late => t_string!(i18n, approvals.track.tag_late),
        }
    }
}

/// Says how pressing it is for this post; `None`: there is time, or nothing left to decide.
pub fn standing(seat: &Seat) -> Option<Urgency> {
    let clock = seat.clock.filter(|_| seat.is_open())?;
    match (clock.late, clock.warned) {
        (Some(_), _) => Some(Urgency::Late),
        (None, Some(_)) => Some(Urgency::Warned),
        (None, None) => None,
    }
}

/// Names the posts that are asked now.
pub fn waiting_with(lang: impl Lang, track: &Track) -> String {
    let titles: Vec<&str> = track.open().map(|seat| seat.title.as_str()).collect();
    titles.join(td_string!(lang.locale(), approvals.track.and))
}

/// The request about a quote, as its manager sees it.
#[component]
pub fn RequestTrack(id: CaseId) -> impl IntoView {
    let found = live(move |store| async move { store.get::<Request>(id).await });
    let track = move || found.get().flatten().map(|it| view! { <TrackView track=it.track/> });
    track.into_any()
}

/// The posts of a request, in order.
#[component]
pub fn TrackView(track: Track) -> impl IntoView {
    let i18n = use_i18n();
    let calendar = live(|store| async move { store.get::<WorkCalendar>(WorkCalendar::ID).await });
    let time = Memo::new(move |_| calendar.get().flatten().map(|it| it.time).unwrap_or_default());
    let seats: Vec<Seat> = track.seats().cloned().collect();
    let items = seats.into_iter().map(|seat| {
        let to = match &seat.state {
            SeatState::Passed { to, .. } => track.title(*to).unwrap_or_default().to_owned(),
            _ => String::new(),
        };
        item(i18n, time, seat, to)
    });
    let items = items.collect_view();
    view! {
        <Section title=move || t_string!(i18n, approvals.track.title)>
            <div data-testid="track"><Timeline>{items}</Timeline></div>
        </Section>
    }
    .into_any()
}

fn item(i18n: I18n, time: Memo<WorkTime>, seat: Seat, to: String) -> AnyView {
    let (icon, tone) = look(&seat);
    let late = seat.is_late();
    let urgent = standing(&seat);
    let trail = move || match (late, urgent) {
        (true, _) => Some((Tone::Danger, Urgency::Late.word(i18n))),
        (false, Some(urgent)) => Some((Tone::Warn, urgent.word(i18n))),
        (false, None) => None,
    };
    let trail = move || trail().map(|(tone, word)| view! { <Tag tone=tone label=word/> });
    // a line each, as it was said
    let said = seat.decision().map(Decision::missing).unwrap_or_default();
    let line = |line: &str| view! { <p class="small">{line.to_owned()}</p> };
    let said = said.lines().map(line).collect_view();
    let title = seat.title.clone();
    let note = move || time.with(|time| note(i18n, &seat, &to, time, clock::now()));
    view! { <TimelineItem icon=icon tone=tone title=title note=note trail=trail>{said}</TimelineItem> }
        .into_any()
}

fn look(seat: &Seat) -> (Glyph, Tone) {
    match &seat.state {
        SeatState::Ahead | SeatState::Closed { .. } => (Glyph::Person, Tone::Plain),
        SeatState::Open => (Glyph::Clock, Tone::Warn),
        SeatState::Decided(it) if it.approved => (Glyph::Check, Tone::Ok),
        SeatState::Decided(_) => (Glyph::ArrowBack, Tone::Warn),
        SeatState::Passed { .. } => (Glyph::Fork, Tone::Plain),
    }
}

/// Says since when a post has it, how long it has waited, or what it decided.
fn note(i18n: I18n, seat: &Seat, to: &str, time: &WorkTime, now: Timestamp) -> String {
    match &seat.state {
        SeatState::Ahead => t_string!(i18n, approvals.track.ahead).to_owned(),
        SeatState::Closed { .. } => t_string!(i18n, approvals.track.closed).to_owned(),
        SeatState::Open => {
            let Some(clock) = seat.clock else { return t_string!(i18n, approvals.track.asked).to_owned() };
            let waited = worked(i18n, time.working_between(clock.since, now));
            let (since, due) = (format::date_time(i18n, clock.since), format::date_time(i18n, clock.due));
            match clock.late {
                None => t_string!(i18n, approvals.track.waiting, since = since, waited = waited, due = due),
                Some(_) => {
                    t_string!(i18n, approvals.track.overdue, since = since, waited = waited, due = due)
                }
            }
        }
        SeatState::Decided(it) => {
            let (name, at) = (it.by_name.clone(), format::date_time(i18n, it.at));
            match (it.approved, it.kept) {
                (true, false) => t_string!(i18n, approvals.track.approved, name = name, at = at),
                (true, true) => t_string!(i18n, approvals.track.kept, name = name, at = at),
                (false, _) => t_string!(i18n, approvals.track.returned, name = name, at = at),
            }
        }
        SeatState::Passed { at, why, .. } => {
            let (to, at) = (to.to_owned(), format::date_time(i18n, *at));
            match why {
                PassReason::Late => t_string!(i18n, approvals.track.late, to = to, at = at),
                PassReason::Forwarded => t_string!(i18n, approvals.track.forwarded, to = to, at = at),
            }
        }
    }
}

fn worked(i18n: I18n, minutes: i64) -> String {
    let (hours, minutes) = parts(minutes);
    match hours {
        0 => t_string!(i18n, approvals.track.minutes, minutes = minutes.to_string()),
        hours => {
            t_string!(i18n, approvals.track.hours, hours = hours.to_string(), minutes = minutes.to_string())
        }
    }
}

/// Splits minutes into hours and minutes; a clock that runs behind the server's shows none.
fn parts(minutes: i64) -> (i64, i64) {
    let minutes = minutes.max(0);
    (minutes / 60, minutes % 60)
}

#[cfg(test)]
mod tests {
    use leeway_core::approvals::SeatClock;
    use leeway_core::testing::sample::{minute, track};

    use super::*;
    use crate::i18n::Locale;

    #[test]
    fn a_post_is_pressed_while_it_is_asked() {
        let mut seat = track().seats().next().unwrap().clone();
        assert_eq!(standing(&seat), Some(Urgency::Warned));
        let clock = seat.clock.unwrap();
        seat.clock = Some(SeatClock { warned: None, ..clock });
        assert_eq!(standing(&seat), None);
        seat.clock = Some(SeatClock { late: Some(minute(250)), ..clock });
        assert_eq!(standing(&seat), Some(Urgency::Late));
        seat.state = SeatState::Closed { at: minute(260) };
        assert_eq!((standing(&seat), seat.is_late()), (None, true));
        seat.clock = None;
        assert_eq!(standing(&seat), None);
    }

    #[test]
    fn posts_are_named_while_they_are_asked() {
        let mut track = track();
        assert_eq!(waiting_with(Locale::zh_CN, &track), "政企1部负责人");
        track.withdraw(minute(9));
        assert_eq!(waiting_with(Locale::zh_CN, &track), "");
    }

    #[test]
    fn minutes_are_told_as_hours_and_minutes() {
        assert_eq!([parts(-5), parts(59), parts(200)], [(0, 0), (0, 59), (3, 20)]);
    }
}
