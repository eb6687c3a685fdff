//! One history: devices, a server, and a network in which everything may go wrong, moved on by dice. The devices run the
//! app's own store and sync, the server its own acceptance and scopes; only disks, clocks, ids and wires are ours.

mod faults;

use std::cell::{Cell, RefCell};
use std::collections::BTreeSet;
use std::pin::Pin;
use std::rc::Rc;
use std::sync::Arc;

use fastrand::Rng;
use futures::FutureExt;
use leeway_app::platform::{clock, ids};
use leeway_app::store::{Disk, Store, Taken};
use leeway_app::sync::{ApiError, Bell, End, Engine};
use leeway_core::Command;
use leeway_core::sync::protocol::{ErrorBody, OutcomeKind};
use leeway_core::testing::sample::{CHEN, LI, WANG, ZHOU};
use leeway_core::values::{CommandId, Timestamp, UserId};
use leeway_server::app::App;
use leeway_server::clock::Clock;
use leeway_server::{accept, repair, scope};

use crate::check::{self, History, Phone, short};
use crate::database::{Data, Memory};
use crate::moves;
use crate::net::{Answer, Ask, Letter, Line, Net, brief, refused, session, wire};
use crate::plant::{self, Plant};
use crate::report::Told;
use crate::server::{found, server};

/// The server's own time; that of the devices is anything.
pub const NOON: Timestamp = Timestamp::from_ms(1_795_262_400_000);
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;
/// One thing in so many is about who acts for whom.
const ARRANGES: u8 = 10;
/// Between two looks at what all hold.
const LOOK: u64 = 25;
/// Rows of a page: few, so that pulls have pages.
const PAGE: u32 = 7;
/// A quiet device must be done after so many rounds.
const ROUNDS: u32 = 4;
/// Reveals of a server that changes faster than a device pulls need not be of one moment.
const BUSY_PULLS: u32 = 8;

type Round = Pin<Box<dyn Future<Output = Result<(), End>>>>;

/// A device with two tabs.
struct Device {
    name: String,
    tabs: [Store; 2],
    engine: Rc<Engine<Line>>,
    pulls: Rc<Cell<u32>>,
    round: Option<Round>,
}

pub struct World {
    rng: Rng,
    app: App,
    net: Rc<RefCell<Net>>,
    history: History,
    devices: Vec<Device>,
    /// Saved on devices that have lost them, after the server had them.
    only_there: BTreeSet<CommandId>,
    /// The last backup, and how much had happened by then that no command asked for.
    backup: Option<(Arc<Data>, usize)>,
    server_clock: Clock,
    pub steps: u64,
    pub trace: Vec<String>,
    tracing: bool,
}

impl World {
    /// Founds the sample organisation, and gives two to four devices to people of it.
    pub async fn begin(seed: u64, tracing: bool) -> Self {
        ids::begin_after(u128::from(seed) << 64);
        clock::stand_at(NOON);
        let mut rng = Rng::with_seed(seed);
        let memory = Memory::default();
        let organisation = found(&memory).await;
        let net = Rc::default();
        let server_clock = Clock::standing_at(NOON);
        let mut world = Self {
            app: server(&memory, organisation, &server_clock),
            history: History::of(memory),
            only_there: BTreeSet::new(),
            backup: None,
            server_clock,
            net,
            devices: Vec::new(),
            steps: 0,
            trace: Vec::new(),
            tracing,
            rng: rng.fork(),
        };
        let people = if rng.bool() { [CHEN, CHEN, LI, WANG] } else { [CHEN, LI, ZHOU, CHEN] };
        for (n, user) in people.into_iter().enumerate().take(rng.usize(2..=4)) {
            world.arrive(user, &format!("sim-{n}"), None).await;
        }
        world
    }

    async fn arrive(&mut self, user: UserId, name: &str, copied_from: Option<usize>) {
        let disk = Disk::named(name);
        disk.lie(plant::is(Plant::LyingDisk));
        let pulls = Rc::new(Cell::new(0));
        let device = self.devices.len();
        let (tabs, engine) = open(name, user, &self.net, device, &pulls).await;
        let phones = &mut self.history.phones;
        phones.push(match copied_from {
            Some(from) => phones[from].copied(disk),
            None => Phone::new(user, disk),
        });
        self.devices.push(Device { name: name.to_owned(), tabs, engine, pulls, round: None });
    }

    fn say(&mut self, what: impl FnOnce() -> String) {
        if self.tracing {
            let line = what();
            self.trace.push(line);
        }
    }

    /// Does one thing.
    pub async fn step(&mut self) -> Result<(), String> {
        self.steps += 1;
        let at = self.rng.usize(..self.devices.len());
        match self.rng.u8(..100) {
            0..=29 => self.act(at).await?,
            30..=54 => self.sync(at),
            55..=85 => self.deliver().await,
            86 => self.turn_periods().await,
            87..=88 => self.back_up(),
            89 => self.restore()?,
            90..=91 => self.restart(at).await,
            92 => self.cut_power(at).await,
            93..=94 => self.hand_over().await,
            95 => self.jump(),
            96 => self.evict(at).await,
            97 => self.copy(at).await,
            98 => self.lose_row(at),
            _ => self.plan_fault(at),
        }
        self.poll().await?;
        // each look reads every disk
        if self.tracing || self.steps.is_multiple_of(LOOK) { check::held(&self.history) } else { Ok(()) }
    }

    /// Somebody does something on this device.
    async fn act(&mut self, at: usize) -> Result<(), String> {
        let store = self.devices[at].tabs[self.rng.usize(..2)].clone();
        let user = self.history.phones[at].user;
        let (mut rng, today) = (self.rng.fork(), self.server_clock.now());
        let work = async move {
            let body = match rng.u8(..ARRANGES) {
                0 => moves::deputies::choose(&mut rng, &store, today).await,
                _ => moves::choose(&mut rng, &store).await,
            };
            let body = body.ok()?;
            let command = Command { id: ids::command(), by: user, at: clock::now(), body };
            let taken = store.take(&command, None).await;
            Some((command, taken))
        };
        // no disk of ours waits: what has not ended by now never will
        let Some(done) = work.now_or_never() else {
            self.say(|| format!("{at} crashes while something is done"));
            self.net.borrow_mut().count("crash");
            self.restart(at).await;
            return Ok(());
        };
        match done {
            None => self.say(|| format!("{at} can't read")),
            Some((command, Ok(Taken::Queued(entry)))) => {
                self.say(|| {
                    format!("{at} saves {} {} as {}", entry.envelope.kind, short(command.id), entry.seq())
                });
                self.history.phones[at].saves(command.id);
            }
            Some((command, Ok(Taken::Refused(why)))) => {
                self.say(|| format!("{at} is refused {}: {}", short(command.id), why.to_data().code));
            }
            Some((_, Err(error))) => self.say(|| format!("{at} can't save: {error}")),
        }
        Ok(())
    }

    fn sync(&mut self, at: usize) {
        let device = &mut self.devices[at];
        if device.round.is_none() {
            let engine = Rc::clone(&device.engine);
            device.pulls.set(0);
            device.round = Some(Box::pin(async move { engine.round().await }));
            self.say(|| format!("{at} begins a round"));
        }
    }

    /// Lets one letter arrive, in whatever order and state.
    async fn deliver(&mut self) {
        let waiting = self.net.borrow().letters.len();
        if waiting == 0 {
            return;
        }
        let letter = {
            let at = self.rng.usize(..waiting);
            self.net.borrow_mut().letters.swap_remove(at)
        };
        let fate = self.rng.u8(..24);
        self.arrived(letter, fate).await;
    }

    async fn arrived(&mut self, mut letter: Letter, fate: u8) {
        let reply = letter.reply.take();
        let give = |answer| {
            if let Some(reply) = reply {
                // whoever asked may be gone
                let _ = reply.send(answer);
            }
        };
        match fate {
            0 => {
                self.net.borrow_mut().count("lost_request");
                give(Err(ApiError::NotReached));
            }
            1 => {
                self.net.borrow_mut().count("lost_answer");
                drop(self.serve(&letter).await);
                give(Err(ApiError::NotReached));
            }
            2 => {
                self.net.borrow_mut().count("late_request");
                give(Err(ApiError::NotReached));
                self.net.borrow_mut().letters.push(letter);
            }
            3 => {
                self.net.borrow_mut().count("repeated_request");
                give(self.serve(&letter).await);
                self.net.borrow_mut().letters.push(letter);
            }
            4 => {
                self.net.borrow_mut().count("busy");
                give(Err(ApiError::Busy(1)));
            }
            5 => {
                self.net.borrow_mut().count("server_fault");
                let body = ErrorBody { code: "internal".into(), args: serde_json::Value::Null };
                give(Err(ApiError::Refused(500, body)));
            }
            _ => give(self.serve(&letter).await),
        }
    }

    /// The server's answer, as it would come over the wire.
    async fn serve(&mut self, letter: &Letter) -> Result<Answer, ApiError> {
        let before = self.history.memory.now();
        let answer = match &letter.ask {
            Ask::Session => Ok(Answer::Session(session(letter.user))),
            Ask::Push(request) => {
                accept::push(&self.app, letter.user, &wire(request)).await.map(|it| Answer::Push(wire(&it)))
            }
            Ask::Pull(request) => {
                let mut request = wire(request);
                request.limit = Some(PAGE);
                scope::pull(&self.app, letter.user, &request).await.map(|it| Answer::Pull(wire(&it)))
            }
            Ask::Repair(request) => {
                let answer = repair::repair(&self.app, letter.user, &wire(request)).await;
                if let Ok(it) = &answer {
                    self.history.wrongly_blamed |= check::blames(&self.history, letter.device, request, it);
                }
                answer.map(|it| Answer::Repair(wire(&it)))
            }
        };
        let now = self.history.memory.now();
        if now.changes() != before.changes() && now.log.len() == before.log.len() {
            // no command did that: a deputy's period was turned before they were answered
            self.turned(Some(letter.user), now.log.len());
        }
        let told = answer.as_ref().map_or_else(ToString::to_string, brief);
        self.say(|| format!("{} hears {told}", letter.device));
        answer.map_err(|error| refused(&error))
    }

    /// The program ends and begins again.
    async fn restart(&mut self, at: usize) {
        let phone = &self.history.phones[at];
        let device = &mut self.devices[at];
        device.round = None;
        phone.disk.calm();
        let (tabs, engine) = open(&device.name, phone.user, &self.net, at, &device.pulls).await;
        (device.tabs, device.engine) = (tabs, engine);
        self.say(|| format!("{at} starts"));
        self.net.borrow_mut().count("restart");
    }

    /// Lets every round go on as far as it can.
    async fn poll(&mut self) -> Result<(), String> {
        for at in 0..self.devices.len() {
            let Some(mut round) = self.devices[at].round.take() else { continue };
            match (&mut round).now_or_never() {
                Some(done) => {
                    self.say(|| format!("{at} ends its round: {done:?}"));
                    if done.is_ok() && self.devices[at].pulls.get() < BUSY_PULLS {
                        check::reveal(&self.history, at)?;
                    }
                }
                None => self.devices[at].round = Some(round),
            }
            if self.history.phones[at].disk.has_crashed() {
                self.restart(at).await;
            }
        }
        Ok(())
    }

    /// Nothing goes wrong any more: everything must come to rest.
    pub async fn settle(&mut self) -> Result<(), String> {
        for at in 0..self.devices.len() {
            self.history.phones[at].disk.calm();
            self.restart(at).await;
        }
        let late = std::mem::take(&mut self.net.borrow_mut().letters);
        for letter in late {
            drop(self.serve(&letter).await);
        }
        // the second time round, what the first one brought to the server reaches the others; and each device compares
        // its rows, for it has been long
        for turn in 1..=2 {
            clock::stand_at(Timestamp::from_ms(4_200_000_000_000 + turn * 8 * DAY_MS));
            for at in 0..self.devices.len() {
                self.rest(at).await?;
            }
        }
        self.sweep().await;
        // what that took from somebody
        for at in 0..self.devices.len() {
            self.rest(at).await?;
        }
        check::rest(&self.history)
    }

    async fn rest(&mut self, at: usize) -> Result<(), String> {
        let mut last = None;
        for _ in 0..ROUNDS {
            self.sync(at);
            loop {
                let Some(mut round) = self.devices[at].round.take() else { break };
                if let Some(done) = (&mut round).now_or_never() {
                    last = Some(done);
                    break;
                }
                self.devices[at].round = Some(round);
                let letter = self.net.borrow_mut().letters.pop();
                let Some(letter) = letter else {
                    return Err(format!("device {at} waits for nothing"));
                };
                self.arrived(letter, u8::MAX).await;
            }
        }
        match last {
            Some(Ok(())) => check::reveal(&self.history, at),
            other => Err(format!("device {at} does not come to rest: {other:?}")),
        }
    }

    /// Tells what was done.
    pub fn told(&self) -> Told {
        let now = self.history.memory.now();
        let refused = now.log.iter().filter(|it| it.outcome == OutcomeKind::Refused);
        Told {
            devices: self.devices.len(),
            steps: usize::try_from(self.steps).unwrap_or(usize::MAX),
            commands: self.history.phones.iter().map(|it| it.saved.len()).sum(),
            conflicts: refused.count(),
            faults: self.net.borrow().faults.clone(),
        }
    }

    /// Forgets the disks.
    pub fn end(self) {
        for device in self.devices {
            Disk::forget(&device.name);
        }
    }
}

async fn open(
    name: &str,
    user: UserId,
    net: &Rc<RefCell<Net>>,
    device: usize,
    pulls: &Rc<Cell<u32>>,
) -> ([Store; 2], Rc<Engine<Line>>) {
    let store = async || Store::open_named(name).await.expect("a calm disk opens");
    let tabs = [store().await, store().await];
    let line = Line { net: Rc::clone(net), device, user, pulls: Rc::clone(pulls) };
    let engine = Engine::new(line, tabs[0].clone(), user, Bell::default(), |_| ());
    (tabs, Rc::new(engine))
}
