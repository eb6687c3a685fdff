//! T3: the real server and the app's own engine as hosts of a simulated network, on virtual time. Where T1 hands letters
//! to the server's functions, here HTTP crosses TCP: the router with all its layers, sessions, JSON, compression, the
//! poke stream, and several requests at work at once on SQLite. What must hold is what must hold in T1.
//!
//! [`server`] and [`phone`] are the hosts, [`line`] is between them, [`inline`] is the database, [`weather`] what goes
//! wrong.

mod inline;
mod line;
mod phone;
mod server;
mod weather;

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;
use std::time::Duration;

use fastrand::Rng;
use leeway_app::platform::{clock, ids};
use leeway_app::store::Disk;
use leeway_app::sync::{Bell, Ring};
use leeway_core::sync::protocol::OutcomeKind;
use turmoil::{Builder, Sim};

use crate::Ended;
use crate::check::{self, History};
use crate::report::Told;
use crate::world::NOON;
use phone::{Phone, Stage};
use server::{HOST, Machine, PEOPLE};
use weather::Weather;

pub use server::Founded;

/// How far time goes at once: less than a good network takes to and fro.
const TICK_MS: u64 = 20;
const TICK: Duration = Duration::from_millis(TICK_MS);
/// How long people work, in virtual time.
const WORKDAY_MS: u64 = 40_000;
/// How many rounds a phone has for coming to its end, once nothing goes wrong any more.
const ATTEMPTS: u32 = 3;
/// Long enough for as many attempts, however long each takes.
const REST_MS: u64 = 120_000;
/// How often all sync in the end: what the first time brings to the server reaches the others by the second, and the
/// third is for whatever was still under way.
const TURNS: u32 = 3;
/// Between two looks at what all hold: each reads every disk.
const LOOK_MS: u64 = 5_000;
const WEEK_MS: i64 = 8 * 24 * 60 * 60 * 1_000;

/// One history.
pub struct Play {
    sim: Sim<'static>,
    machine: Rc<Machine>,
    stage: Rc<Stage>,
    phones: Vec<Rc<Phone>>,
    weather: Weather,
    now_ms: u64,
}

/// Plays the history of a seed.
pub fn play(founded: &Founded, seed: u64, tracing: bool) -> Ended {
    ids::begin_after(u128::from(seed) << 64);
    clock::stand_at(NOON);
    let mut play = Play::begin(founded, seed, tracing);
    let done = play.work().and_then(|()| play.settle());
    let (told, trace) = (play.told(), play.stage.trace.take().unwrap_or_default());
    play.phones.iter().for_each(|it| Disk::forget(&it.store));
    Ended { told, trace, done }
}

impl Play {
    fn begin(founded: &Founded, seed: u64, tracing: bool) -> Self {
        let mut rng = Rng::with_seed(seed);
        let mut sim = Builder::new()
            .rng_seed(rng.u64(..))
            .tick_duration(TICK)
            .simulation_duration(Duration::MAX)
            .min_message_latency(Duration::from_millis(10))
            .max_message_latency(Duration::from_millis(120))
            .build();
        let machine = Rc::new(Machine::new(founded, rng.fork()));
        let stage = Rc::new(Stage {
            history: Rc::new(RefCell::new(History::of(machine.memory.clone()))),
            time: machine.clock.clone(),
            is_quiet: Cell::default(),
            turn: Cell::default(),
            trace: RefCell::new(tracing.then(Vec::new)),
        });
        let runs = Rc::clone(&machine);
        sim.host(HOST, move || server::run(Rc::clone(&runs)));
        let mut phones = Vec::new();
        for (at, user) in PEOPLE.into_iter().enumerate().take(rng.usize(2..=PEOPLE.len())) {
            let phone = Rc::new(Phone::new(at, user, &stage, &mut rng));
            let runs = Rc::clone(&phone);
            sim.host(phone.store.as_str(), move || phone::run(Rc::clone(&runs)));
            phones.push(phone);
        }
        let weather = Weather::new(rng.fork(), phones.len());
        Self { sim, machine, stage, phones, weather, now_ms: 0 }
    }

    /// People work, and everything may go wrong.
    fn work(&mut self) -> Result<(), String> {
        while self.now_ms < WORKDAY_MS {
            self.weather();
            self.step()?;
        }
        Ok(())
    }

    fn step(&mut self) -> Result<(), String> {
        self.machine.clock.advance(TICK_MS.cast_signed());
        self.now_ms += TICK_MS;
        self.sim.step().map(drop).map_err(|error| error.to_string())?;
        let history = self.stage.history.borrow();
        if self.now_ms.is_multiple_of(LOOK_MS) { check::held(&history) } else { Ok(()) }
    }

    /// Nothing goes wrong any more: everything must come to rest.
    fn settle(&mut self) -> Result<(), String> {
        self.clear_up();
        self.stage.is_quiet.set(true);
        for turn in 1..=TURNS {
            self.stage.turn.set(turn);
            for phone in &self.phones {
                // each compares its rows, for it has been long
                phone.skew_ms.set(i64::from(turn) * WEEK_MS);
                phone.in_vain.set(0);
                phone.bell.ring(Ring::Now);
            }
            self.all_sync(turn)?;
        }
        check::rest(&self.stage.history.borrow())
    }

    fn all_sync(&mut self, turn: u32) -> Result<(), String> {
        let end = self.now_ms + REST_MS;
        while self.phones.iter().any(|it| it.synced.get() < turn) {
            self.step()?;
            if let Some(late) = self.phones.iter().find(|it| it.in_vain.get() >= ATTEMPTS) {
                return Err(format!("device {} has not come to its end in {ATTEMPTS} attempts", late.at));
            }
            if self.now_ms > end {
                return Err("somebody waits for nothing".to_owned());
            }
        }
        Ok(())
    }

    /// Tells what was done.
    fn told(&self) -> Told {
        let history = self.stage.history.borrow();
        let now = history.memory.now();
        let mut faults: BTreeMap<_, _> = self.weather.faults.clone();
        let again = self.phones.iter().map(|it| it.asked_again.get()).sum();
        faults.insert("asked_again", again);
        Told {
            devices: self.phones.len(),
            steps: self.phones.iter().map(|it| usize::try_from(it.done.get()).unwrap_or(usize::MAX)).sum(),
            commands: history.phones.iter().map(|it| it.saved.len()).sum(),
            conflicts: now.log.iter().filter(|it| it.outcome == OutcomeKind::Refused).count(),
            faults,
        }
    }
}

impl Phone {
    fn new(at: usize, user: leeway_core::values::UserId, stage: &Rc<Stage>, rng: &mut Rng) -> Self {
        let store = format!("phone-{at}");
        let disk = Disk::named(&store);
        let held = check::Phone::new(user, Rc::clone(&disk));
        stage.history.borrow_mut().phones.push(held);
        Self {
            at,
            user,
            disk,
            store,
            stage: Rc::clone(stage),
            skew_ms: Cell::default(),
            bell: Bell::default(),
            listens: rng.bool(),
            dice: RefCell::new(rng.fork()),
            done: Cell::default(),
            asked_again: Cell::default(),
            in_vain: Cell::default(),
            synced: Cell::default(),
        }
    }
}
