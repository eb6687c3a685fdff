//! What a request should come to, told in the slowest and plainest way: nothing is remembered but what happened, and who is
//! asked now follows from it each time anew. Time is counted minute by minute.

use std::collections::BTreeMap;
use std::sync::OnceLock;

use leeway_core::approvals::{Mode, Place, Plan, StepPlan};
use leeway_core::testing::sample::{APPROVER, GAO, HEAD, LI, OTHER_HEAD, SUN, WANG, ZHAO, day};
use leeway_core::values::{PostId, Timestamp, UserId, WorkTime};

/// The days on which a history may play.
const DAYS: i64 = 60;
const MINUTE_MS: i64 = 60_000;

/// One place of a request.
#[derive(Debug, Clone, PartialEq)]
pub struct Slot {
    pub post: PostId,
    /// Who answered, and whether they approved.
    pub answer: Option<(UserId, bool)>,
    /// Another has it.
    pub replaced: bool,
    /// Since when, when warned, when late: in minutes of the history.
    pub since: Option<i64>,
    pub warned: Option<i64>,
    pub late: Option<i64>,
}

#[derive(Debug, Clone)]
pub struct Step {
    mode: Mode,
    minutes: i64,
    warn: i64,
    beyond: Option<PostId>,
    pub slots: Vec<Slot>,
}

#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum End {
    Open,
    Approved,
    Returned,
    Withdrawn,
}

#[derive(Debug, Clone)]
pub struct Request {
    pub asker: UserId,
    /// Goes beyond the heads of units.
    pub high: bool,
    pub steps: Vec<Step>,
    withdrawn: bool,
}

/// Who holds which post, and who is its deputy.
pub type Posts = BTreeMap<PostId, (UserId, Option<UserId>)>;

pub fn posts() -> Posts {
    BTreeMap::from([(HEAD, (WANG, Some(LI))), (OTHER_HEAD, (GAO, None)), (APPROVER, (ZHAO, Some(SUN)))])
}

pub fn people(posts: &Posts, post: PostId) -> Vec<UserId> {
    posts
        .get(&post)
        .map(|(holder, deputy)| std::iter::once(*holder).chain(*deputy).collect())
        .unwrap_or_default()
}

/// A calendar, with how many minutes were worked before each minute of it.
pub struct Worked {
    pub time: WorkTime,
    before: Vec<i64>,
}

/// Returns the calendars: one without exceptions, one with holidays and weekends that are worked.
pub fn calendars() -> &'static [Worked; 2] {
    static CALENDARS: OnceLock<[Worked; 2]> = OnceLock::new();
    CALENDARS.get_or_init(|| {
        let mut time = WorkTime::default();
        time.days.off = (1..=5).map(|n| day("2027-01-17").plus_days(n)).collect();
        time.days.on = [day("2027-01-16"), day("2027-01-24"), day("2027-01-31")].into();
        [Worked::of(WorkTime::default()), Worked::of(time)]
    })
}

impl Worked {
    fn of(time: WorkTime) -> Self {
        let mut before = vec![0];
        for minute in 0..DAYS * 24 * 60 {
            let at = moment(minute);
            let today = at.date_at(time.offset);
            let of_day = (at.ms() - Timestamp::of(today, 0, time.offset).ms()) / MINUTE_MS;
            let within = time.hours.iter().any(|it| (i64::from(it.from)..i64::from(it.to)).contains(&of_day));
            let worked = i64::from(time.days.is_workday(today) && within);
            before.push(before[before.len() - 1] + worked);
        }
        Self { time, before }
    }

    fn between(&self, from: i64, to: i64) -> i64 {
        let at = |minute: i64| self.before[usize::try_from(minute).unwrap_or_default()];
        at(to) - at(from)
    }
}

/// Returns a minute of the history as a moment: the first is a Friday at 16:00 in China.
pub fn moment(minute: i64) -> Timestamp {
    leeway_core::testing::sample::minute(minute)
}

impl Slot {
    fn ahead(post: PostId) -> Self {
        Self { post, answer: None, replaced: false, since: None, warned: None, late: None }
    }

    fn waits(&self) -> bool {
        self.answer.is_none() && !self.replaced
    }

    fn approved(&self) -> bool {
        matches!(self.answer, Some((_, true)))
    }
}

impl Step {
    fn of(
        plan: &StepPlan,
        unit: (PostId, PostId),
        asker: UserId,
        posts: &Posts,
        seen: &mut Vec<PostId>,
    ) -> Self {
        let mut slots = Vec::new();
        for place in &plan.places {
            let post = match place {
                Place::UnitHead if posts.get(&unit.0).is_some_and(|it| it.0 == asker) => unit.1,
                place => of_place(*place, unit),
            };
            if people(posts, post).iter().any(|it| *it != asker) && !seen.contains(&post) {
                seen.push(post);
                slots.push(Slot::ahead(post));
            }
        }
        let (minutes, warn) = (i64::from(plan.limit.minutes), i64::from(plan.limit.warn));
        Self { mode: plan.mode, minutes, warn, beyond: plan.beyond.map(|it| of_place(it, unit)), slots }
    }

    /// Those who can still answer; with one approval of any, nobody.
    fn waiting(&self) -> Vec<usize> {
        let settled = self.mode == Mode::Any && self.slots.iter().any(Slot::approved);
        (0..self.slots.len()).filter(|n| !settled && self.slots[*n].waits()).collect()
    }
}

fn of_place(place: Place, (head, above): (PostId, PostId)) -> PostId {
    match place {
        Place::UnitHead => head,
        Place::UnitApprover => above,
        Place::Post(post) => post,
    }
}

impl Request {
    pub fn new(plan: &Plan, high: bool, unit: (PostId, PostId), asker: UserId, posts: &Posts) -> Self {
        let mut seen = Vec::new();
        let planned = if high { &plan.approver } else { &plan.unit_head };
        let steps = planned.iter().map(|it| Step::of(it, unit, asker, posts, &mut seen));
        let steps = steps.filter(|step| !step.slots.is_empty()).collect();
        Self { asker, high, steps, withdrawn: false }
    }

    /// The same again, after it was given back.
    pub fn again(&self, asker: UserId) -> Self {
        let mut next = Self { asker, withdrawn: false, ..self.clone() };
        for step in &mut next.steps {
            step.slots.retain(|slot| !slot.replaced);
            for slot in &mut step.slots {
                let answer = slot.answer.filter(|(by, approved)| *approved && *by != asker);
                *slot = Slot { answer, ..Slot::ahead(slot.post) };
            }
        }
        next
    }

    pub fn end(&self) -> End {
        let returned = self.slots().any(|slot| matches!(slot.answer, Some((_, false))));
        match self.withdrawn {
            true => End::Withdrawn,
            false if returned => End::Returned,
            false if self.steps.iter().all(|step| step.waiting().is_empty()) => End::Approved,
            false => End::Open,
        }
    }

    pub fn slots(&self) -> impl Iterator<Item = &Slot> {
        self.steps.iter().flat_map(|step| &step.slots)
    }

    /// Who is asked now: places by step and number.
    pub fn asked(&self) -> Vec<(usize, usize)> {
        if self.end() != End::Open {
            return Vec::new();
        }
        let first = self.steps.iter().enumerate().find(|(_, step)| !step.waiting().is_empty());
        let Some((at, step)) = first else { return Vec::new() };
        let many = if step.mode == Mode::InTurn { 1 } else { usize::MAX };
        step.waiting().into_iter().take(many).map(|n| (at, n)).collect()
    }

    /// The place of a post that is asked.
    pub fn place(&self, post: PostId) -> Option<(usize, usize)> {
        self.asked().into_iter().find(|(step, n)| self.steps[*step].slots[*n].post == post)
    }

    pub fn has(&self, post: PostId) -> bool {
        self.slots().any(|slot| slot.post == post)
    }

    pub fn answer(&mut self, (step, n): (usize, usize), by: UserId, approved: bool) {
        self.steps[step].slots[n].answer = Some((by, approved));
    }

    pub fn withdraw(&mut self) {
        self.withdrawn = true;
    }

    pub fn pass(&mut self, (step, n): (usize, usize), to: PostId) {
        let slots = &mut self.steps[step].slots;
        slots[n].replaced = true;
        slots.insert(n + 1, Slot::ahead(to));
    }

    pub fn add(&mut self, (step, _): (usize, usize), post: PostId) {
        let Step { minutes, warn, beyond, .. } = self.steps[step];
        let added = Step { mode: Mode::InTurn, minutes, warn, beyond, slots: vec![Slot::ahead(post)] };
        self.steps.insert(step + 1, added);
    }

    /// The server's clock shows this minute.
    pub fn sweep(&mut self, now: i64, worked: &Worked, can_judge: impl Fn(PostId) -> bool) {
        for (step, n) in self.asked() {
            let Step { minutes, warn, beyond, .. } = self.steps[step];
            let slot = &mut self.steps[step].slots[n];
            let since = *slot.since.get_or_insert(now);
            let spent = if now < since { -1 } else { worked.between(since, now) };
            if slot.warned.is_none() && slot.late.is_none() && warn > 0 && spent >= minutes - warn {
                slot.warned = Some(now);
            }
            if slot.late.is_none() && spent >= minutes {
                slot.late = Some(now);
                if let Some(to) = beyond.filter(|to| !self.has(*to) && can_judge(*to)) {
                    // places behind this one move on by one, but nobody is asked twice in one look
                    self.pass((step, n), to);
                    return self.sweep(now, worked, can_judge);
                }
            }
        }
    }
}
