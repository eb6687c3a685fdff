//! The calendar that the admin keeps: which days are worked, and when. Time limits are counted by it; what was promised
//! by an older one stands.

use serde::{Deserialize, Serialize};

use crate::Entity;
use crate::command::{Context, writes};
use crate::organisation;
use crate::record::entity;
use crate::refusal::{GeneralError, Stop};
use crate::rows::{Changes, Rows};
use crate::scope::Scope;
use crate::values::{CalendarId, CommandId, HoursError, Timestamp, WorkTime};

writes! {
    /// What an admin may ask about the calendar.
    pub enum Write {
        /// Sets working days and office hours.
        Set(SetCalendar) = "set",
    }
}

/// Why the calendar stays as it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "code", content = "args", rename_all = "snake_case")]
pub enum CalendarError {
    /// Nothing would ever be worked.
    #[error("there are no office hours")]
    NoHours,
    /// Office hours overlap, touch, or end before they begin.
    #[error("office hours are not in order")]
    HoursOrder,
    /// No clock is that far from UTC.
    #[error("no clock is that far from UTC")]
    Offset,
    /// More days than the working life of a calendar has.
    #[error("at most {max} days")]
    TooManyDays {
        /// Most days that are off, and most that are worked.
        max: u32,
    },
    /// Somebody else set it meanwhile.
    #[error("the calendar was set by somebody else meanwhile")]
    Changed,
}

/// Most days off, and most weekend days that are worked: three decades of them.
pub const DAYS_MAX: u32 = 1_000;

/// Working days and office hours of the organisation. There is one, under [`WorkCalendar::ID`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct WorkCalendar {
    /// Always [`WorkCalendar::ID`].
    pub id: CalendarId,
    /// When the organisation works.
    #[serde(flatten)]
    pub time: WorkTime,
    /// When it was set, by the admin's clock.
    pub set_at: Timestamp,
    /// The command that set it.
    pub write: CommandId,
}

impl WorkCalendar {
    /// The organisation has one calendar.
    pub const ID: CalendarId = CalendarId::from_u128(1);
}

impl Entity for WorkCalendar {
    entity!(Calendar, CalendarId);

    fn scope(&self) -> Scope {
        Scope::Catalogue
    }
}

/// Sets working days and office hours, as a whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SetCalendar {
    /// When the organisation works.
    #[serde(flatten)]
    pub time: WorkTime,
    /// The write that the admin saw; `None`: there was none.
    pub seen: Option<CommandId>,
}

impl SetCalendar {
    /// Checks it by itself.
    ///
    /// # Errors
    /// [`CalendarError`] says what is wrong with it.
    pub fn check(&self) -> Result<(), CalendarError> {
        self.time.check().map_err(|error| match error {
            HoursError::None => CalendarError::NoHours,
            HoursError::Order => CalendarError::HoursOrder,
            HoursError::Offset => CalendarError::Offset,
        })?;
        let days = &self.time.days;
        match days.off.len().max(days.on.len()) > DAYS_MAX as usize {
            true => Err(CalendarError::TooManyDays { max: DAYS_MAX }),
            false => Ok(()),
        }
    }
}

/// Returns by what time limits are counted: the calendar, or what is usual before one was set.
pub(crate) fn work_time(rows: &Rows) -> Result<WorkTime, Stop> {
    Ok(rows.find::<WorkCalendar>(WorkCalendar::ID)?.map_or_else(WorkTime::default, |it| it.time.clone()))
}

fn set(rows: &Rows, by: &Context, it: &SetCalendar) -> Result<Changes, Stop> {
    it.check()?;
    let old = rows.find::<WorkCalendar>(WorkCalendar::ID)?.map(|it| it.write);
    if old == Some(by.command) {
        return Err(GeneralError::Exists { typ: WorkCalendar::TYPE }.into());
    }
    if old != it.seen {
        return Err(CalendarError::Changed.into());
    }
    let (time, set_at, write) = (it.time.clone(), by.at, by.command);
    Ok(Changes::none().put(WorkCalendar { id: WorkCalendar::ID, time, set_at, write }))
}

pub(crate) fn apply(rows: &Rows, by: &Context, write: &Write) -> Result<Changes, Stop> {
    organisation::admin(rows, by)?;
    match write {
        Write::Set(it) => set(rows, by, it),
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::testing::sample::{ADMIN, WANG, day};
    use crate::testing::{Office, commands};
    use crate::values::Span;

    #[track_caller]
    fn check(office: &mut Office, it: SetCalendar, expected: Expect) {
        expected.assert_eq(&office.tell(ADMIN, Write::Set(it)));
    }

    #[test]
    fn an_admin_sets_it_and_who_has_not_seen_that_does_not() {
        let mut office = Office::new();
        expect!["refused general.forbidden"]
            .assert_eq(&office.tell(WANG, Write::Set(commands::set_calendar())));
        check(&mut office, commands::set_calendar(), expect!["put calendar/1"]);
        check(&mut office, commands::set_calendar(), expect!["refused calendar.changed"]);
        let seen = Some(office.get::<WorkCalendar>(WorkCalendar::ID).write);
        check(&mut office, SetCalendar { seen, ..commands::set_calendar() }, expect!["put calendar/1"]);
    }

    #[test]
    fn what_nobody_could_count_by_is_refused() {
        let sample = commands::set_calendar();
        let with = |hours: &[(u16, u16)]| {
            let hours = hours.iter().map(|(from, to)| Span { from: *from, to: *to }).collect();
            SetCalendar { time: WorkTime { hours, ..sample.time.clone() }, seen: None }
        };
        let mut office = Office::new();
        check(&mut office, with(&[]), expect!["refused calendar.no_hours"]);
        check(&mut office, with(&[(600, 540)]), expect!["refused calendar.hours_order"]);
        let far = SetCalendar { time: WorkTime { offset: 900, ..sample.time.clone() }, seen: None };
        check(&mut office, far, expect!["refused calendar.offset"]);
        let mut long = sample;
        long.time.days.off = (0..=i64::from(DAYS_MAX)).map(|n| day("2026-01-01").plus_days(n)).collect();
        check(&mut office, long, expect![[r#"refused calendar.too_many_days {"max":1000}"#]]);
    }
}
