//! Core and the model say the same, and all rows tell one story.

use leeway_core::approvals::{Case, CaseState, Outcome, Request};
use leeway_core::quotes::{Quote, QuoteState};
use leeway_core::values::PostId;

use super::World;
use super::model::{End, moment};

impl World {
    /// Core and the model say the same of every request, and all rows tell one story.
    pub(super) fn agrees(&mut self) -> Result<(), String> {
        for (id, model) in &self.requests {
            let request = self.office.get::<Request>(*id);
            let says = |what: &str| Err(format!("request {id}: {what}\n{request:#?}\n{model:#?}"));
            let ends = match request.track.outcome {
                Outcome::Open => End::Open,
                Outcome::Approved => End::Approved,
                Outcome::Returned => End::Returned,
                Outcome::Withdrawn => End::Withdrawn,
            };
            if ends != model.end() {
                return says("it ends otherwise");
            }
            let asked: Vec<PostId> = request.track.open().map(|seat| seat.post).collect();
            let should: Vec<PostId> =
                model.asked().iter().map(|(step, n)| model.steps[*step].slots[*n].post).collect();
            if asked != should {
                return says("others are asked");
            }
            let times = request.track.seats().map(|seat| {
                let clock = seat.clock;
                (
                    seat.post,
                    clock.map(|it| it.since),
                    clock.and_then(|it| it.warned),
                    clock.and_then(|it| it.late),
                )
            });
            let at = |minute: Option<i64>| minute.map(moment);
            let should = model.slots().map(|it| (it.post, at(it.since), at(it.warned), at(it.late)));
            if !times.eq(should) {
                return says("warned or late at other times");
            }
            self.one_story(request)?;
        }
        Ok(())
    }

    fn one_story(&self, request: &Request) -> Result<(), String> {
        let track = &request.track;
        for seat in track.seats() {
            let Some(case) = seat.case.and_then(|id| self.office.find::<Case>(id)) else {
                continue;
            };
            if case.track.as_ref() != Some(track) || (case.state == CaseState::Open) != seat.is_open() {
                return Err(format!("case {} tells another story", case.id));
            }
        }
        let bound = match &self.office.get::<Quote>(request.quote).state {
            QuoteState::Approved { case, .. } => Some(*case),
            _ => None,
        };
        let approved = track.outcome == Outcome::Approved;
        match (bound == Some(request.id)) == approved {
            true => Ok(()),
            false => {
                Err(format!("request {} is approved: {approved}, and its quote says otherwise", request.id))
            }
        }
    }
}
