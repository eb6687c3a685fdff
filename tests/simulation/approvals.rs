//! T2: requests on their way through the posts, by core alone, beside a model that counts every minute ([`model`]). People
//! ask, decide, give back, forward, add signers and take back, some of whom may not; posts change hands, the procedure
//! changes; the server looks at the clock when it is up, and the clock goes back at times.

mod agreement;
mod model;

use std::collections::BTreeMap;

use fastrand::Rng;
use leeway_core::approvals::{
    self, AddSigner, Decide, Forward, GiveBack, Limit, Missing, Mode, Place, Plan, SetProcedure, StepPlan,
};
use leeway_core::calendar::{self, SetCalendar};
use leeway_core::organisation::{self, SetPost};
use leeway_core::quotes::{self, Asks, Finalise, Withdraw};
use leeway_core::testing::sample::{
    ADMIN, APPROVER, CHEN, GAO, HEAD, LI, OTHER_HEAD, SUN, WANG, ZHAO, ZHOU, percent, yuan,
};
use leeway_core::testing::{Office, commands};
use leeway_core::values::{CaseId, CustomerId, PostId, QuoteId, UserId};
use leeway_core::{Body, Entity};
use model::{End, Posts, Worked, calendars, moment, people};

use crate::Ended;
use crate::plant::{self, Plant};
use crate::report::Told;

const STEPS: usize = 60;
const POSTS: [PostId; 3] = [HEAD, OTHER_HEAD, APPROVER];
const PEOPLE: [UserId; 8] = [CHEN, LI, ZHOU, WANG, GAO, ZHAO, SUN, ADMIN];
/// The last minute to which the clock goes: what is due behind it is never reached.
const LAST: i64 = 50 * 24 * 60;

/// A quote that is asked for: whose, and what was asked last.
struct Deal {
    manager: UserId,
    customer: u128,
    off: &'static str,
    /// The requests, oldest first.
    asked: Vec<CaseId>,
}

struct World {
    rng: Rng,
    office: Office,
    worked: &'static Worked,
    plan: Plan,
    posts: Posts,
    deals: Vec<Deal>,
    requests: BTreeMap<CaseId, model::Request>,
    now: i64,
    told: Told,
    trace: Option<Vec<String>>,
}

/// Plays one seed.
pub fn play(seed: u64, tracing: bool) -> Ended {
    let mut world = World::begin(seed, tracing);
    let mut done = Ok(());
    for _ in 0..STEPS {
        done = done.and_then(|()| world.step()).and_then(|()| world.agrees());
    }
    world.told.steps = STEPS;
    Ended { told: world.told, trace: world.trace.unwrap_or_default(), done }
}

fn pick<T: Copy>(rng: &mut Rng, all: &[T]) -> T {
    all[rng.usize(..all.len())]
}

impl World {
    fn begin(seed: u64, tracing: bool) -> Self {
        let mut rng = Rng::with_seed(seed);
        let worked = &calendars()[rng.usize(..2)];
        let mut time = worked.time.clone();
        if plant::is(Plant::PlainWeekends) {
            time.days.on.clear();
        }
        let set = calendar::Write::Set(SetCalendar { time, seen: None });
        let office = Office::new().after(ADMIN, set);
        let deal = |(manager, customer)| Deal { manager, customer, off: "0", asked: Vec::new() };
        let mut world = Self {
            rng,
            office,
            worked,
            plan: Plan::default(),
            posts: model::posts(),
            deals: [(CHEN, 1), (CHEN, 2), (ZHOU, 3)].map(deal).into(),
            requests: BTreeMap::new(),
            now: 0,
            told: Told { devices: PEOPLE.len(), ..Told::default() },
            trace: tracing.then(Vec::new),
        };
        if world.rng.bool() {
            world.change_procedure(None);
        }
        world
    }

    fn say(&mut self, what: impl FnOnce() -> String) {
        if let Some(trace) = &mut self.trace {
            trace.push(what());
        }
    }

    fn step(&mut self) -> Result<(), String> {
        match self.rng.u8(..20) {
            0..=4 => self.ask(),
            5..=10 => self.decide(),
            11 => self.pass_on(true),
            12 => self.pass_on(false),
            13 => self.withdraw(),
            14 => {
                self.change_post();
                Ok(())
            }
            15 => {
                let seen =
                    self.office.find(approvals::Procedure::ID).map(|it: &approvals::Procedure| it.write);
                self.change_procedure(seen);
                Ok(())
            }
            _ => {
                self.pass_time();
                Ok(())
            }
        }
    }

    /// Does something, and holds what came of it against what should have.
    fn does(&mut self, by: UserId, body: impl Into<Body>, may: bool) -> Result<(), String> {
        let body = body.into();
        let kind = body.to_parts().0;
        let command = self.office.write(by, body);
        let done = self.office.take(&command);
        // a command that comes twice counts once
        let again = self.rng.u8(..8) == 0;
        if again && self.office.take(&command).is_ok_and(|it| !it.puts.is_empty()) {
            return Err(format!("{kind} counted twice"));
        }
        self.told.commands += 1;
        self.told.conflicts += usize::from(done.is_err());
        let said = done.as_ref().map(|_| ()).map_err(|it| it.to_data().code);
        let now = self.now;
        self.say(|| format!("{now}: {by} {kind}: {said:?}"));
        match done.is_ok() == may {
            true => Ok(()),
            false => Err(format!("{kind} by {by}: {said:?}, and the model says {may}")),
        }
    }

    fn ask(&mut self) -> Result<(), String> {
        let n = self.rng.usize(..self.deals.len());
        let off = match self.rng.bool() && self.deals[n].off != "0" {
            true => self.deals[n].off,
            false => pick(&mut self.rng, &["15", "20", "25"]),
        };
        let Deal { manager, customer, off: before, ref asked } = self.deals[n];
        let last = asked.last().copied();
        let end = last.map(|id| self.requests[&id].end());
        let case = CaseId::from_u128(1_000 + 100 * (self.requests.len() as u128));
        let total = yuan(768).times(100 - off.parse::<u64>().unwrap()).unwrap();
        let asks = Finalise {
            quote: QuoteId::from_u128(50 + n as u128),
            customer: CustomerId::from_u128(customer),
            lines: vec![quotes::LineInput { off: percent(off), ..commands::line(1, "0") }],
            total,
            asks: Asks::Approval,
            case,
            ..commands::finalise("0", 0)
        };
        let unit = if manager == ZHOU { OTHER_HEAD } else { HEAD };
        let resumed = last.filter(|_| end == Some(End::Returned) && before == off);
        let request = match resumed {
            Some(last) => self.requests[&last].again(manager),
            None => model::Request::new(&self.plan, off == "25", (unit, APPROVER), manager, &self.posts),
        };
        let may = !matches!(end, Some(End::Open | End::Approved)) && !request.steps.is_empty();
        self.does(manager, quotes::Write::Finalise(asks), may)?;
        if !may {
            return Ok(());
        }
        self.told.fault("resumed", u64::from(resumed.is_some()));
        self.requests.insert(case, request);
        self.deals[n].off = off;
        self.deals[n].asked.push(case);
        self.look(case);
        Ok(())
    }

    /// Chooses a request, one of the posts, and somebody who mostly may answer for it.
    fn choose(&mut self) -> Option<(CaseId, PostId, UserId)> {
        let all: Vec<CaseId> = self.requests.keys().copied().collect();
        let id = if all.is_empty() {
            return None;
        } else {
            pick(&mut self.rng, &all[all.len().saturating_sub(4)..])
        };
        let post = pick(&mut self.rng, &POSTS);
        let theirs = people(&self.posts, post);
        let by =
            if self.rng.u8(..5) == 0 { pick(&mut self.rng, &PEOPLE) } else { pick(&mut self.rng, &theirs) };
        Some((id, post, by))
    }

    /// Returns the case by which a post was asked last.
    fn case_of(&self, id: CaseId, post: PostId) -> Option<CaseId> {
        let track = &self.office.get::<approvals::Request>(id).track;
        track.seats().filter(|seat| seat.post == post).filter_map(|seat| seat.case).last()
    }

    fn may(&self, id: CaseId, post: PostId, by: UserId) -> Option<(usize, usize)> {
        let request = &self.requests[&id];
        let theirs = people(&self.posts, post).contains(&by) && by != request.asker;
        request.place(post).filter(|_| theirs)
    }

    fn decide(&mut self) -> Result<(), String> {
        let Some((id, post, by)) = self.choose() else { return Ok(()) };
        let Some(case) = self.case_of(id, post) else { return Ok(()) };
        let approve = self.rng.u8(..4) > 0;
        let place = self.may(id, post, by);
        let items = vec![Missing { line: None, words: "缺年限".into() }];
        let body = match (approve, self.rng.bool()) {
            (false, true) => approvals::Write::GiveBack(GiveBack { case, items, words: String::new() }),
            _ => approvals::Write::Decide(Decide { case, approve, words: "好".into() }),
        };
        self.does(by, body, place.is_some())?;
        if let Some(place) = place {
            self.told.fault(if approve { "approved" } else { "returned" }, 1);
            self.change(id, |it| it.answer(place, by, approve));
        }
        Ok(())
    }

    fn pass_on(&mut self, forward: bool) -> Result<(), String> {
        let Some((id, post, by)) = self.choose() else { return Ok(()) };
        let (Some(case), to) = (self.case_of(id, post), pick(&mut self.rng, &POSTS)) else { return Ok(()) };
        let request = &self.requests[&id];
        let low = forward && request.high && to != APPROVER;
        let place = self.may(id, post, by).filter(|_| !request.has(to) && !low && self.can_judge(id, to));
        let body = match forward {
            true => approvals::Write::Forward(Forward { case, to }),
            false => approvals::Write::AddSigner(AddSigner { case, post: to }),
        };
        self.does(by, body, place.is_some())?;
        if let Some(place) = place {
            self.told.fault(if forward { "forwarded" } else { "signer" }, 1);
            self.change(id, |it| if forward { it.pass(place, to) } else { it.add(place, to) });
        }
        Ok(())
    }

    fn withdraw(&mut self) -> Result<(), String> {
        let n = self.rng.usize(..self.deals.len());
        let Some(id) = self.deals[n].asked.last().copied() else { return Ok(()) };
        let may = self.requests[&id].end() == End::Open;
        let quote = QuoteId::from_u128(50 + n as u128);
        self.does(self.deals[n].manager, quotes::Write::Withdraw(Withdraw { quote }), may)?;
        if may {
            self.change(id, model::Request::withdraw);
        }
        Ok(())
    }

    fn change_post(&mut self) {
        let post = pick(&mut self.rng, &POSTS);
        let holder = pick(&mut self.rng, &PEOPLE);
        let deputy = Some(pick(&mut self.rng, &PEOPLE)).filter(|it| *it != holder);
        let set = SetPost { post, title: "岗".into(), holder, deputy };
        if self.office.run(ADMIN, organisation::Write::SetPost(set)).is_ok() {
            self.posts.insert(post, (holder, deputy));
        }
    }

    fn change_procedure(&mut self, seen: Option<leeway_core::values::CommandId>) {
        let plan = Plan { unit_head: self.steps(), approver: self.steps() };
        let sound = plan.check().is_ok();
        let set = approvals::Write::SetProcedure(SetProcedure { plan: plan.clone(), seen });
        if self.office.run(ADMIN, set).is_ok() && sound {
            self.plan = plan;
        }
    }

    fn steps(&mut self) -> Vec<StepPlan> {
        let mut places: Vec<Place> = POSTS.iter().skip(1).map(|it| Place::Post(*it)).collect();
        places.push(Place::UnitHead);
        self.rng.shuffle(&mut places);
        let first = self.rng.usize(1..=places.len());
        let rest = places.split_off(first);
        let mut step = |places: Vec<Place>| StepPlan {
            mode: pick(&mut self.rng, &[Mode::InTurn, Mode::All, Mode::Any]),
            places,
            limit: Limit { minutes: self.rng.u32(60..900), warn: self.rng.u32(0..60) },
            beyond: Some(Place::UnitApprover).filter(|_| self.rng.bool()),
        };
        let mut steps = vec![step(places)];
        if !rest.is_empty() {
            steps.push(step(rest));
        }
        steps
    }

    /// Some time passes, or the clock goes back a little; then the server looks, if it is up.
    fn pass_time(&mut self) {
        let passes = match self.rng.u8(..6) {
            0 => -self.rng.i64(1..600),
            1 => self.rng.i64(1_440..4 * 1_440),
            2..=3 => self.rng.i64(1..90),
            _ => self.rng.i64(90..1_440),
        };
        self.told.fault("clock_back", u64::from(passes < 0));
        self.now = (self.now + passes).clamp(0, LAST);
        let now = self.now;
        if self.rng.u8(..4) == 0 {
            self.told.fault("server_down", 1);
            return self.say(|| format!("{now}: the server is down"));
        }
        self.say(|| format!("{now}: the server looks"));
        let stale = self.office.clone();
        let due = self.due();
        self.told.fault("turned", due.len() as u64);
        let ids: Vec<CaseId> = self.requests.keys().copied().collect();
        ids.into_iter().for_each(|id| self.look(id));
        if plant::is(Plant::StaleTurn) {
            // another process, which has read before and writes later
            let mut other = stale;
            for id in due {
                other.turn_request(id, moment(now + 1));
                self.office.put(other.get::<approvals::Request>(id).clone());
            }
        }
    }

    /// The requests that the index calls due now.
    fn due(&self) -> Vec<CaseId> {
        let until = approvals::Request::due_until(moment(self.now));
        let due = self.office.records().values().filter_map(approvals::Request::of);
        due.filter(|it| it.index_keys().iter().any(|key| *key < until)).map(|it| it.id).collect()
    }

    fn change(&mut self, id: CaseId, change: impl FnOnce(&mut model::Request)) {
        if let Some(request) = self.requests.get_mut(&id) {
            change(request);
        }
        self.look(id);
    }

    /// The server looks at one request, in the transaction that changed it or by its timer.
    fn look(&mut self, id: CaseId) {
        let at = moment(self.now);
        if self.due().contains(&id) {
            self.office.turn_request(id, at);
        }
        let mut request = self.requests[&id].clone();
        let count = |it: &model::Request| {
            let (warned, late) = (it.slots().filter(|slot| slot.warned.is_some()), it.slots());
            (warned.count() as u64, late.filter(|slot| slot.late.is_some()).count() as u64)
        };
        let before = count(&request);
        request.sweep(self.now, self.worked, |post| self.can_judge(id, post));
        let after = count(&request);
        self.told.fault("warned", after.0 - before.0);
        self.told.fault("late", after.1 - before.1);
        self.requests.insert(id, request);
    }

    fn can_judge(&self, id: CaseId, post: PostId) -> bool {
        people(&self.posts, post).iter().any(|it| *it != self.requests[&id].asker)
    }
}
