//! What the visit pages show, as plain Rust. Never reads the store, a clock or the screen, and holds no rule of its
//! own: what an answer may be and what is missing is asked of `leeway_core::visits`.

pub mod past;

use std::collections::BTreeMap;

use leeway_core::customers::{Customer, Grade, Industry};
use leeway_core::values::{ChecklistId, CustomerId, Date, Timestamp, UserId, VisitId};
use leeway_core::visits::{
    Answer, Checklist, Item, ItemKey, ItemKind, Purpose, Visit, VisitDigest, VisitState, When,
};

/// A visit in a list.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Which one.
    pub id: VisitId,
    /// The customer's name.
    pub name: String,
    /// The customer's grade, if this device holds the customer.
    pub grade: Option<Grade>,
    /// Whose customer it is, if this device holds it.
    pub owner: Option<UserId>,
    /// Why.
    pub purpose: Purpose,
    /// When.
    pub when: When,
    /// How far it has come.
    pub state: VisitState,
}

/// The list of visits: what is late first, then what is next, then the rest.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Groups {
    /// Planned for a day that has passed.
    pub overdue: Vec<Row>,
    /// Under way, or planned for today.
    pub today: Vec<Row>,
    /// Planned for later.
    pub upcoming: Vec<Row>,
    /// Finished or called off, newest first.
    pub done: Vec<Row>,
}

impl Groups {
    /// Sorts visits into their groups.
    pub fn of(visits: &[Visit], customers: &[Customer], today: Date) -> Self {
        let names: BTreeMap<CustomerId, &Customer> = customers.iter().map(|it| (it.id, it)).collect();
        let mut groups = Self::default();
        for visit in visits {
            let row = row(visit, names.get(&visit.customer).copied());
            let group = match visit.state {
                VisitState::Finished { .. } | VisitState::Cancelled => &mut groups.done,
                VisitState::Open { .. } => &mut groups.today,
                VisitState::Planned if row.when.day < today => &mut groups.overdue,
                VisitState::Planned if row.when.day == today => &mut groups.today,
                VisitState::Planned => &mut groups.upcoming,
            };
            group.push(row);
        }
        for group in [&mut groups.overdue, &mut groups.today, &mut groups.upcoming] {
            group.sort_by_key(|it| (!it.is_open(), it.when.day, it.when.minute.unwrap_or(u16::MAX)));
        }
        groups.done.sort_by_key(|it| std::cmp::Reverse((it.when.day, it.when.minute)));
        groups
    }

    /// Says whether there is nothing at all.
    pub fn is_empty(&self) -> bool {
        self.overdue.is_empty() && self.today.is_empty() && self.upcoming.is_empty() && self.done.is_empty()
    }
}

impl Row {
    /// Says whether the manager is there now.
    pub fn is_open(&self) -> bool {
        matches!(self.state, VisitState::Open { .. })
    }
}

fn row(visit: &Visit, customer: Option<&Customer>) -> Row {
    Row {
        id: visit.id,
        name: customer.map(|it| it.name.value.clone()).unwrap_or_default(),
        grade: customer.map(|it| it.grade.value),
        owner: customer.map(|it| it.owner),
        purpose: visit.purpose,
        when: visit.when.value,
        state: visit.state,
    }
}

/// Returns the checklists that can be filled in at such a customer, the best fitting first, each in its newest
/// version.
pub fn suggestions(checklists: &[Checklist], industry: Industry, purpose: Purpose) -> Vec<Checklist> {
    let mut newest: BTreeMap<&str, &Checklist> = BTreeMap::new();
    for checklist in checklists.iter().filter(|it| !it.withdrawn) {
        let known = newest.entry(&checklist.name).or_insert(checklist);
        if known.version < checklist.version {
            *known = checklist;
        }
    }
    let mut fitting: Vec<(u8, &Checklist)> =
        newest.into_values().filter_map(|it| Some((it.fit(industry, purpose)?, it))).collect();
    fitting.sort_by(|(a, one), (b, other)| b.cmp(a).then_with(|| one.name.cmp(&other.name)));
    fitting.into_iter().map(|(_, it)| it.clone()).collect()
}

/// What still has to be said before a visit can be planned.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum PlanGap {
    /// Whom.
    Customer,
    /// Which day.
    Day,
    /// What to ask there.
    Checklist,
}

/// A plan as it was typed.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct PlanForm {
    /// The customer's id.
    pub customer: String,
    /// The purpose's name, as stored.
    pub purpose: String,
    /// The checklist's id; empty for the best fitting.
    pub checklist: String,
    /// The day.
    pub day: String,
    /// The time, if one was agreed.
    pub time: String,
}

/// A plan that can be asked for.
#[derive(Debug, Clone, Copy, PartialEq)]
pub struct PlanReady {
    /// Whom.
    pub customer: CustomerId,
    /// Why.
    pub purpose: Purpose,
    /// What to ask.
    pub checklist: ChecklistId,
    /// When.
    pub when: When,
}

impl PlanForm {
    /// Reads the form. `suggested` are the checklists that fit, the best first.
    ///
    /// # Errors
    /// The first thing that is missing, in the order of the screen.
    pub fn read(&self, suggested: &[Checklist]) -> Result<PlanReady, PlanGap> {
        let customer = self.customer.parse().map_err(|_| PlanGap::Customer)?;
        let purpose = read_purpose(&self.purpose);
        let when = read_when(&self.day, &self.time).ok_or(PlanGap::Day)?;
        let checklist = chosen(suggested, &self.checklist).ok_or(PlanGap::Checklist)?.id;
        Ok(PlanReady { customer, purpose, checklist, when })
    }
}

/// Returns the chosen checklist, or the best fitting one if that is not on offer any more.
pub fn chosen<'a>(suggested: &'a [Checklist], id: &str) -> Option<&'a Checklist> {
    suggested.iter().find(|it| it.id.to_string() == id).or(suggested.first())
}

/// Returns how a purpose is kept in a form.
pub const fn purpose_key(purpose: Purpose) -> &'static str {
    match purpose {
        Purpose::First => "first",
        Purpose::Care => "care",
        Purpose::Renewal => "renewal",
        Purpose::Complaint => "complaint",
        Purpose::Offer => "offer",
    }
}

/// Reads a purpose out of a form; routine care if there is none.
pub fn read_purpose(key: &str) -> Purpose {
    Purpose::ALL.into_iter().find(|it| purpose_key(*it) == key).unwrap_or(Purpose::Care)
}

/// Reads a day and, if there is one, a time.
pub fn read_when(day: &str, time: &str) -> Option<When> {
    Some(When { day: day.parse().ok()?, minute: read_minute(time) })
}

/// Reads `14:30` as minutes after midnight.
pub fn read_minute(time: &str) -> Option<u16> {
    let (hour, minute) = time.trim().split_once(':')?;
    let (hour, minute): (u16, u16) = (hour.parse().ok()?, minute.get(..2)?.parse().ok()?);
    (hour < 24 && minute < 60).then_some(hour * 60 + minute)
}

/// What is wrong with what was typed as an answer.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum TypedProblem {
    /// A whole number is needed.
    NotANumber,
    /// The number is out of its range.
    Range {
        /// Smallest.
        min: i64,
        /// Largest.
        max: i64,
    },
    /// The text is too long.
    TooLong,
}

/// Reads what was typed into a number or text item; `None` while it is empty.
///
/// # Errors
/// What is wrong with it.
pub fn read_typed(kind: &ItemKind, typed: &str) -> Result<Option<Answer>, TypedProblem> {
    let typed = typed.trim();
    if typed.is_empty() {
        return Ok(None);
    }
    let answer = match kind {
        ItemKind::Number { .. } => Answer::Number(typed.parse().map_err(|_| TypedProblem::NotANumber)?),
        _ => Answer::Text(typed.to_owned()),
    };
    match (kind, kind.takes(&answer)) {
        (_, true) => Ok(Some(answer)),
        (ItemKind::Number { min, max, .. }, false) => Err(TypedProblem::Range { min: *min, max: *max }),
        (_, false) => Err(TypedProblem::TooLong),
    }
}

/// Writes an answer as it stands in an input.
pub fn typed_form(answer: &Answer) -> String {
    match answer {
        Answer::YesNo(yes) => if *yes { "yes" } else { "no" }.to_owned(),
        Answer::Choice(text) | Answer::Text(text) => text.clone(),
        Answer::Number(number) => number.to_string(),
        Answer::Date(day) => day.to_string(),
    }
}

/// How much of a checklist is answered.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct Progress {
    /// Items answered.
    pub answered: usize,
    /// Items asked.
    pub items: usize,
    /// Required items without an answer, in order.
    pub missing: Vec<Item>,
}

impl Progress {
    /// Counts; `typed` are the items whose answer stands in a field and is not written yet.
    pub fn of(visit: &Visit, checklist: &Checklist, typed: &[ItemKey]) -> Self {
        let has = |item: &&Item| visit.answers.contains_key(&item.key) || typed.contains(&item.key);
        let missing = visit.missing(checklist).into_iter().filter(|item| !typed.contains(&item.key));
        Self {
            answered: checklist.items.iter().filter(has).count(),
            items: checklist.items.len(),
            missing: missing.cloned().collect(),
        }
    }

    /// Returns the share that is answered, 0 to 100.
    pub fn percent(&self) -> u32 {
        let share = (self.answered * 100).checked_div(self.items).unwrap_or(100);
        u32::try_from(share).unwrap_or(100)
    }

    /// Says whether this item is required and has no answer.
    pub fn misses(&self, key: &ItemKey) -> bool {
        self.missing.iter().any(|it| it.key == *key)
    }
}

/// When the visit was last written on, of what its record knows.
pub fn last_write(visit: &Visit) -> Timestamp {
    let answers = visit.answers.values().map(|it| it.at);
    let step = visit.next_step.as_ref().map(|it| it.at);
    let state = match visit.state {
        VisitState::Open { since } => Some(since),
        VisitState::Finished { until, .. } => Some(until),
        VisitState::Planned | VisitState::Cancelled => None,
    };
    answers.chain(step).chain(state).fold(visit.when.at, Timestamp::max)
}

/// The days that answer most date questions with one tap: today, the end of this month, of the next, of the year.
pub fn near_ends(today: Date) -> [Date; 4] {
    let month_end = |day: Date| day.first_of_month().plus_days(31).first_of_month().plus_days(-1);
    let this = month_end(today);
    let year = Date::new(today.year(), 12, 31).unwrap_or(this);
    [today, this, month_end(this.plus_days(1)), year]
}

/// The digests of one day.
#[derive(Debug, Clone, PartialEq)]
pub struct DigestDay {
    /// The day.
    pub day: Date,
    /// Its digests, newest first.
    pub digests: Vec<VisitDigest>,
}

/// Groups digests (oldest first, as stored) by day, the newest day first.
pub fn by_day(digests: Vec<VisitDigest>, day_of: impl Fn(Timestamp) -> Date) -> Vec<DigestDay> {
    let mut days: Vec<DigestDay> = Vec::new();
    for digest in digests.into_iter().rev() {
        let day = day_of(digest.finished_at);
        match days.last_mut().filter(|it| it.day == day) {
            Some(last) => last.digests.push(digest),
            None => days.push(DigestDay { day, digests: vec![digest] }),
        }
    }
    days
}

#[cfg(test)]
mod tests;
