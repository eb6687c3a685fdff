//! Where a request stands: its steps, the posts of each, and who decided what. Pure: it knows no rows, and what time it is
//! only where it is told.

mod seat;

use serde::{Deserialize, Serialize};
use uuid::Uuid;

use crate::values::{CaseId, PostId, Timestamp, UserId, WorkTime};

pub use seat::{Decision, PassReason, Seat, SeatClock, SeatState};

/// How the posts of a step decide.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Mode {
    /// One after the other (依次).
    InTurn,
    /// At once, and each must approve (会签).
    All,
    /// At once, and the first decision counts (或签).
    Any,
}

/// How long a post has.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
pub struct Limit {
    /// Working minutes until it is late.
    pub minutes: u32,
    /// So many working minutes before that it is warned.
    pub warn: u32,
}

/// A step of a request.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Step {
    /// How its posts decide.
    pub mode: Mode,
    /// How long each has.
    #[serde(flatten)]
    pub limit: Limit,
    /// The post that takes the place of a late one.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub beyond: Option<PostId>,
    /// Its posts, in order.
    pub seats: Vec<Seat>,
}

/// How a request stands as a whole.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Serialize, Deserialize)]
#[serde(rename_all = "snake_case")]
pub enum Outcome {
    /// It waits for posts.
    Open,
    /// All steps have approved.
    Approved,
    /// A post gave it back with what is missing.
    Returned,
    /// The manager took it back.
    Withdrawn,
}

/// The way of a request through the posts.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Track {
    /// How it stands.
    pub outcome: Outcome,
    /// Its steps, in order.
    pub steps: Vec<Step>,
}

impl Step {
    fn is_done(&self) -> bool {
        self.seats.iter().all(|seat| !matches!(seat.state, SeatState::Ahead | SeatState::Open))
    }
}

impl Track {
    /// Begins with these steps. `first` is the id of the first case; the others count on from it.
    pub fn begin(steps: Vec<Step>, first: CaseId) -> Self {
        let mut track = Self { outcome: Outcome::Open, steps };
        track.advance(first);
        track
    }

    /// Returns all places, in order.
    pub fn seats(&self) -> impl Iterator<Item = &Seat> {
        self.steps.iter().flat_map(|step| &step.seats)
    }

    /// Returns the places of the posts that are asked now.
    pub fn open(&self) -> impl Iterator<Item = &Seat> {
        self.seats().filter(|seat| seat.is_open())
    }

    /// Returns the place that was asked by this case.
    pub fn seat(&self, case: CaseId) -> Option<&Seat> {
        self.seats().find(|seat| seat.case == Some(case))
    }

    /// Returns whether this post is on the way: it has it, had it, or will be asked.
    pub fn has(&self, post: PostId) -> bool {
        self.seats().any(|seat| seat.post == post)
    }

    /// Returns what a post on the way is called.
    pub fn title(&self, post: PostId) -> Option<&str> {
        self.seats().find(|seat| seat.post == post).map(|seat| seat.title.as_str())
    }

    /// Returns how many posts were late.
    pub fn late(&self) -> usize {
        self.seats().filter(|seat| seat.is_late()).count()
    }

    /// Returns the decision that it ended with.
    pub fn last_decision(&self) -> Option<&Decision> {
        let decisions = || self.seats().filter_map(Seat::decision);
        match self.outcome {
            Outcome::Returned => decisions().find(|it| !it.approved),
            _ => decisions().last(),
        }
    }

    /// Returns the decision by which a place became needless: one of its own step, or the one that gave it all back.
    pub fn ended(&self, closed: &Seat) -> Option<&Decision> {
        let step = self.steps.iter().find(|step| step.seats.iter().any(|seat| seat == closed))?;
        let of_step =
            step.seats.iter().filter_map(Seat::decision).find(|it| step.mode == Mode::Any || !it.approved);
        of_step.or_else(|| self.last_decision())
    }

    /// Returns when the clock has something to do; `None`: never.
    pub fn next_turn(&self) -> Option<Timestamp> {
        let start = Timestamp::from_ms(0);
        self.open().filter_map(|seat| seat.clock.map_or(Some(start), |clock| clock.next())).min()
    }

    /// Begins again where an earlier request with the same content was given back: who approved it is not asked again, but
    /// for the one who asks now; all others are, also those who were added on the way.
    pub fn resume(&self, first: CaseId, asker: UserId) -> Self {
        let again = |step: &Step| {
            let stays = |seat: &&Seat| !matches!(seat.state, SeatState::Passed { .. });
            let counts = |seat: &Seat| seat.decision().is_some_and(|it| it.approved && it.by != asker);
            let settled = step.mode == Mode::Any && step.seats.iter().any(counts);
            let seats = step.seats.iter().filter(stays).map(|seat| {
                let state = match &seat.state {
                    SeatState::Decided(it) if counts(seat) => {
                        SeatState::Decided(Decision { kept: true, ..it.clone() })
                    }
                    SeatState::Closed { at } if settled => SeatState::Closed { at: *at },
                    _ => SeatState::Ahead,
                };
                Seat { state, ..Seat::ahead(seat.post, &seat.title) }
            });
            Step { seats: seats.collect(), ..step.clone() }
        };
        Self::begin(self.steps.iter().map(again).collect(), first)
    }

    /// A post decides.
    pub fn decide(&mut self, first: CaseId, case: CaseId, decision: Decision) {
        let (at, approved) = (decision.at, decision.approved);
        let Some((step, seat)) = self.place(case) else { return };
        let step = &mut self.steps[step];
        step.seats[seat].state = SeatState::Decided(decision);
        if approved && step.mode == Mode::Any {
            let others = |seat: &&mut Seat| matches!(seat.state, SeatState::Ahead | SeatState::Open);
            close(step.seats.iter_mut().filter(others), at);
        }
        if approved {
            self.advance(first);
        } else {
            self.outcome = Outcome::Returned;
            self.close_open(at);
        }
    }

    /// The manager takes it back.
    pub fn withdraw(&mut self, at: Timestamp) {
        self.outcome = Outcome::Withdrawn;
        self.close_open(at);
    }

    /// Another post takes the place of this one.
    pub fn pass(&mut self, first: CaseId, case: CaseId, to: Seat, at: Timestamp, why: PassReason) {
        let Some((step, seat)) = self.place(case) else { return };
        let seats = &mut self.steps[step].seats;
        seats[seat].state = SeatState::Passed { at, to: to.post, why };
        seats.insert(seat + 1, to);
        self.advance(first);
    }

    /// Another post is to approve, too, after the step that this case is of.
    pub fn add(&mut self, case: CaseId, seat: Seat) {
        let Some((at, _)) = self.place(case) else { return };
        let Step { limit, beyond, .. } = self.steps[at];
        self.steps.insert(at + 1, Step { mode: Mode::InTurn, limit, beyond, seats: vec![seat] });
    }

    /// The server's clock says what time it is: whoever is asked has their time set, is warned, or is late. `beyond`
    /// names a post that can take the place of a late one.
    pub fn turn(
        &mut self,
        first: CaseId,
        now: Timestamp,
        time: &WorkTime,
        beyond: impl Fn(PostId) -> Option<Seat>,
    ) {
        let mut late = Vec::new();
        for step in &mut self.steps {
            let limit = step.limit;
            for seat in step.seats.iter_mut().filter(|seat| seat.is_open()) {
                let clock = seat.clock.get_or_insert_with(|| SeatClock::start(now, limit, time));
                if clock.warned.is_none() && clock.warn_at <= now && clock.warn_at < clock.due {
                    clock.warned = Some(now);
                }
                if clock.late.is_none() && clock.due <= now {
                    clock.late = Some(now);
                    late.extend(seat.case.zip(step.beyond));
                }
            }
        }
        for (case, post) in late {
            // whoever was asked before is not asked again: so no case goes in circles
            if let Some(seat) = beyond(post).filter(|_| !self.has(post)) {
                self.pass(first, case, seat, now, PassReason::Late);
            }
        }
        // who took a place has their time from now on
        for step in &mut self.steps {
            let limit = step.limit;
            for seat in step.seats.iter_mut().filter(|seat| seat.is_open()) {
                seat.clock.get_or_insert_with(|| SeatClock::start(now, limit, time));
            }
        }
    }

    /// Asks whose turn it is; with nobody left it is approved.
    fn advance(&mut self, first: CaseId) {
        let asked = self.seats().filter(|seat| seat.case.is_some()).count();
        let Some(step) = self.steps.iter_mut().find(|step| !step.is_done()) else {
            self.outcome = Outcome::Approved;
            return;
        };
        let one_by_one = step.mode == Mode::InTurn;
        if one_by_one && step.seats.iter().any(Seat::is_open) {
            return;
        }
        let ahead = step.seats.iter_mut().filter(|seat| seat.state == SeatState::Ahead);
        for (n, seat) in (asked..).zip(ahead.take(if one_by_one { 1 } else { usize::MAX })) {
            seat.state = SeatState::Open;
            seat.case = Some(nth(first, n));
        }
    }

    fn place(&self, case: CaseId) -> Option<(usize, usize)> {
        let at = |step: &Step| step.seats.iter().position(|seat| seat.case == Some(case));
        self.steps.iter().enumerate().find_map(|(n, step)| Some((n, at(step)?)))
    }

    fn close_open(&mut self, at: Timestamp) {
        let seats = self.steps.iter_mut().flat_map(|step| &mut step.seats);
        close(seats.filter(|seat| seat.is_open()), at);
    }
}

fn close<'a>(seats: impl Iterator<Item = &'a mut Seat>, at: Timestamp) {
    for seat in seats {
        seat.state = SeatState::Closed { at };
    }
}

/// Names the n-th case of a request: the first has the id that the device made, the others count on from it.
fn nth(first: CaseId, n: usize) -> CaseId {
    let n = u128::try_from(n).unwrap_or_default();
    CaseId::new(Uuid::from_u128(first.uuid().as_u128().wrapping_add(n)))
}
