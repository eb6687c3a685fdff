//! The day as the first screen shows it: order, what is next, what is late. Plain Rust; never words.

use leeway_core::customers::{Customer, Grade};
use leeway_core::stamped::Stamped;
use leeway_core::values::{CommandId, Date, OpportunityId, Percent, QuoteId, Timestamp, UserId, VisitId};
use leeway_core::visits::{NextStep, Purpose, Visit, VisitState, When};

/// How many missed visits the route shows.
const LATE_SHOWN: usize = 3;

/// One stop of the day.
#[derive(Debug, Clone, PartialEq)]
pub struct Stop {
    /// The visit.
    pub visit: VisitId,
    /// Whom.
    pub customer: String,
    /// The customer's grade.
    pub grade: Grade,
    /// Whose customer it is.
    pub owner: UserId,
    /// Where.
    pub address: String,
    /// Why.
    pub purpose: Purpose,
    /// When it was planned.
    pub when: When,
    /// How many days it is late; 0: it is of today.
    pub days_late: i64,
    /// Where it stands.
    pub stand: Stand,
}

/// Where a stop stands in the day.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Stand {
    /// Finished.
    Done,
    /// The manager is there now.
    Open,
    /// The one to go to now.
    Next,
    /// Still to come.
    Later,
}

/// The day's route.
#[derive(Debug, Clone, PartialEq, Default)]
pub struct DayRoute {
    /// Missed ones first, then today's by time.
    pub stops: Vec<Stop>,
    /// How many of them are finished.
    pub done: usize,
    /// Missed ones that are not shown.
    pub more_late: usize,
}

/// What the main button does.
#[derive(Debug, Clone, PartialEq)]
pub enum Primary {
    /// Begins this visit.
    CheckIn(VisitId, String),
    /// Goes back into the visit under way.
    GoOn(VisitId, String),
    /// Plans one.
    Plan,
}

impl DayRoute {
    /// Returns what the main button does: a visit under way first, then the next one.
    pub fn primary(&self) -> Primary {
        let find = |stand| self.stops.iter().find(|stop| stop.stand == stand);
        match (find(Stand::Open), find(Stand::Next)) {
            (Some(stop), _) => Primary::GoOn(stop.visit, stop.customer.clone()),
            (None, Some(stop)) => Primary::CheckIn(stop.visit, stop.customer.clone()),
            (None, None) => Primary::Plan,
        }
    }
}

/// Puts the day in order. What is next: nothing while a visit is under way, else the first of today that is not
/// finished, else the first missed one.
pub fn day_route(found: Vec<(Visit, Customer)>, today: Date) -> DayRoute {
    let mut stops: Vec<Stop> = found.into_iter().filter_map(|(visit, of)| stop(&visit, of, today)).collect();
    // without a time of day it comes after those with one
    let minute = |stop: &Stop| stop.when.minute.unwrap_or(u16::MAX);
    stops.sort_by_key(|stop| (stop.days_late == 0, stop.when.day, minute(stop), stop.visit));
    stops.dedup_by_key(|stop| stop.visit);
    let late = stops.iter().filter(|stop| stop.days_late > 0).count();
    let more_late = late.saturating_sub(LATE_SHOWN);
    // the oldest are shown: those wait longest
    stops.drain(late - more_late..late);
    if !stops.iter().any(|stop| stop.stand == Stand::Open) {
        let planned = |stop: &&mut Stop| stop.stand == Stand::Later;
        let of_today = stops.iter_mut().filter(|stop| stop.days_late == 0).find(planned);
        match of_today {
            Some(stop) => stop.stand = Stand::Next,
            None => {
                if let Some(stop) = stops.iter_mut().find(planned) {
                    stop.stand = Stand::Next;
                }
            }
        }
    }
    let done = stops.iter().filter(|stop| stop.stand == Stand::Done).count();
    DayRoute { stops, done, more_late }
}

fn stop(visit: &Visit, customer: Customer, today: Date) -> Option<Stop> {
    let stand = match visit.state {
        VisitState::Planned => Stand::Later,
        VisitState::Open { .. } => Stand::Open,
        VisitState::Finished { .. } => Stand::Done,
        VisitState::Cancelled => return None,
    };
    Some(Stop {
        visit: visit.id,
        customer: customer.name.value,
        grade: customer.grade.value,
        owner: customer.owner,
        address: customer.address.value,
        purpose: visit.purpose,
        when: visit.when.value,
        days_late: today.days_since(visit.when.value.day).max(0),
        stand,
    })
}

/// A quote of the user that is with somebody who decides.
#[derive(Debug, Clone, PartialEq)]
pub struct WaitingQuote {
    /// Which one.
    pub quote: QuoteId,
    /// For whom.
    pub customer: String,
    /// How much off.
    pub off: Percent,
    /// Who decides, if that is known here.
    pub with: Option<String>,
    /// Since when.
    pub since: Timestamp,
}

/// What a next step belongs to.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum StepOf {
    /// A visit.
    Visit(VisitId),
    /// An opportunity.
    Opportunity(OpportunityId),
}

/// A next step that is not done.
#[derive(Debug, Clone, PartialEq)]
pub struct Step {
    /// Of what.
    pub of: StepOf,
    /// The write of it that is shown.
    pub write: CommandId,
    /// What.
    pub text: String,
    /// When.
    pub day: Date,
    /// With whom.
    pub customer: String,
    /// The opportunity's name, if it is of one.
    pub deal: Option<String>,
}

impl Step {
    /// Takes what the screen needs of a step.
    pub fn new(of: StepOf, step: &Stamped<NextStep>, customer: String, deal: Option<String>) -> Self {
        let NextStep { text, day, .. } = step.value.clone();
        Self { of, write: step.write, text, day, customer, deal }
    }

    /// Returns how many days it is late; 0: it is not.
    pub fn days_late(&self, today: Date) -> i64 {
        today.days_since(self.day).max(0)
    }
}

/// Orders steps by day, then by text.
pub fn order_steps(mut steps: Vec<Step>) -> Vec<Step> {
    steps.sort_by(|a, b| (a.day, &a.text).cmp(&(b.day, &b.text)));
    steps
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use leeway_core::customers::Industry;
    use leeway_core::testing::sample::{CHEN, day, minute, stamped};
    use leeway_core::values::{ChecklistId, CustomerId, UnitId};

    use super::*;

    fn customer(name: &str) -> Customer {
        Customer {
            id: CustomerId::from_u128(1),
            owner: CHEN,
            unit: UnitId::from_u128(1),
            name: stamped(name.to_owned()),
            code: stamped(None),
            industry: stamped(Industry::Medical),
            grade: stamped(Grade::A),
            address: stamped(String::new()),
            handed: Vec::new(),
        }
    }

    fn visit(n: u128, on: &str, at: Option<u16>, state: VisitState) -> (Visit, Customer) {
        let visit = Visit {
            id: VisitId::from_u128(n),
            customer: CustomerId::from_u128(1),
            by: CHEN,
            purpose: Purpose::Care,
            checklist: ChecklistId::from_u128(1),
            when: stamped(When { day: day(on), minute: at }),
            state,
            answers: BTreeMap::new(),
            next_step: None,
        };
        (visit, customer(&format!("c{n}")))
    }

    const DONE: VisitState =
        VisitState::Finished { since: Timestamp::from_ms(0), until: Timestamp::from_ms(1) };

    fn shown(route: &DayRoute) -> Vec<(String, Stand)> {
        route.stops.iter().map(|stop| (stop.customer.clone(), stop.stand)).collect()
    }

    #[test]
    fn missed_visits_come_first_and_the_next_one_is_of_today() {
        let today = day("2026-11-20");
        let route = day_route(
            vec![
                visit(3, "2026-11-20", Some(840), VisitState::Planned),
                visit(2, "2026-11-20", Some(510), DONE),
                visit(1, "2026-11-15", None, VisitState::Planned),
                visit(4, "2026-11-20", None, VisitState::Planned),
            ],
            today,
        );
        let expected = [("c1", Stand::Later), ("c2", Stand::Done), ("c3", Stand::Next), ("c4", Stand::Later)];
        assert_eq!(shown(&route), expected.map(|(name, stand)| (name.to_owned(), stand)));
        assert_eq!(route.stops[0].days_late, 5);
        assert_eq!(route.done, 1);
    }

    #[test]
    fn a_visit_under_way_comes_before_everything() {
        let today = day("2026-11-20");
        let open = VisitState::Open { since: minute(0) };
        let route = day_route(
            vec![
                visit(1, "2026-11-20", Some(540), VisitState::Planned),
                visit(2, "2026-11-20", Some(600), open),
            ],
            today,
        );
        assert_eq!(shown(&route), [("c1".to_owned(), Stand::Later), ("c2".to_owned(), Stand::Open)]);
        assert_eq!(route.primary(), Primary::GoOn(VisitId::from_u128(2), "c2".to_owned()));
    }

    #[test]
    fn only_missed_ones_left_means_the_oldest_is_next() {
        let today = day("2026-11-20");
        let late = |n: u128, on: &str| visit(n, on, None, VisitState::Planned);
        let route = day_route(
            vec![
                late(2, "2026-11-11"),
                late(1, "2026-11-10"),
                late(3, "2026-11-12"),
                late(4, "2026-11-13"),
                late(5, "2026-11-14"),
            ],
            today,
        );
        assert_eq!(route.more_late, 2);
        assert_eq!(
            shown(&route),
            [
                ("c1".to_owned(), Stand::Next),
                ("c2".to_owned(), Stand::Later),
                ("c3".to_owned(), Stand::Later)
            ]
        );
        assert_eq!(route.primary(), Primary::CheckIn(VisitId::from_u128(1), "c1".to_owned()));
    }

    #[test]
    fn a_day_without_visits_offers_to_plan_one() {
        let today = day("2026-11-20");
        let off = day_route(vec![visit(1, "2026-11-20", None, VisitState::Cancelled)], today);
        assert_eq!(off, DayRoute::default());
        assert_eq!(off.primary(), Primary::Plan);
    }

    #[test]
    fn steps_come_by_day() {
        let step = |n: u128, text: &str, on: &str| {
            let step = stamped(NextStep { text: text.to_owned(), day: day(on), done: false });
            Step::new(StepOf::Visit(VisitId::from_u128(n)), &step, "c".to_owned(), None)
        };
        let steps = order_steps(vec![step(1, "b", "2026-11-21"), step(2, "a", "2026-11-19")]);
        assert_eq!(steps.iter().map(|it| it.text.as_str()).collect::<Vec<_>>(), ["a", "b"]);
        assert_eq!(steps[0].days_late(day("2026-11-21")), 2);
        assert_eq!(steps[1].days_late(day("2026-11-21")), 0);
    }
}
