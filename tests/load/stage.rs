//! A seeded database with its servers, and the runs on it. **Never** lets anything but the phones ask the servers
//! while a run is measured.

use std::sync::Arc;
use std::time::{Duration, SystemTime, UNIX_EPOCH};

use leeway_core::values::ClientId;
use leeway_e2e::dice::Dice;
use leeway_e2e::program::Program;
use reqwest::Method;
use tokio::time::Instant;

use crate::day::{self, Span};
use crate::laps::Laps;
use crate::meter::{self, Cpu};
use crate::people::Person;
use crate::point::{Around, Point, Setting};
use crate::pokes::Listeners;
use crate::script::{OF_VISIT, Trade};
use crate::store::{Engine, Store, another_server, new_server};
use crate::wire::Phone;
use crate::{morning, seed, steady};

/// The minutes into which a day of eight hours is pressed.
const DAY_MINUTES: f64 = 20.0;

/// What is to be run on a stage.
#[derive(Debug, Clone, Copy, PartialEq)]
pub enum Run {
    /// So many empty pulls, one after the other.
    Empty(usize),
    /// So many phones, so many minutes of the day.
    Day(usize, f64),
    /// So many phones that never pause, for so many seconds.
    Rush(usize, f64),
    /// So many first syncs of the day, in so many minutes.
    Morning(usize, f64),
}

impl Run {
    fn name(self) -> &'static str {
        match self {
            Self::Empty(_) => "empty",
            Self::Day(..) => "day",
            Self::Rush(..) => "rush",
            Self::Morning(..) => "morning",
        }
    }

    fn phones(self) -> usize {
        match self {
            Self::Empty(_) => 1,
            Self::Day(phones, _) | Self::Rush(phones, _) | Self::Morning(phones, _) => phones,
        }
    }
}

/// A seeded database with its servers.
pub struct Stage {
    engine: Engine,
    servers: Vec<Program>,
    store: Store,
    postmaster: Option<u32>,
    managers: usize,
    runs: u64,
    dice: Dice,
}

/// Returns the time, in ms since 1970.
#[expect(clippy::disallowed_methods, reason = "log-ins are made beside the server, by the same clock")]
fn now() -> i64 {
    i64::try_from(SystemTime::now().duration_since(UNIX_EPOCH).unwrap().as_millis()).unwrap()
}

fn length(minutes: f64) -> Duration {
    Duration::from_secs_f64(minutes * 60.0)
}

impl Stage {
    /// Founds an organisation of about so many rows, with everybody logged in.
    pub async fn found(engine: Engine, rows: usize, seed: u64) -> Self {
        let mut first = new_server(engine).await;
        first.start();
        first.stop();
        let mut store = Store::of(engine, &first).await;
        let branches = seed::branches(rows);
        let managers = seed::managers(branches);
        let all: Vec<Person> = (0..managers).map(Person::nth).collect();
        seed::begin(&mut store).await;
        seed::grow(&mut store, branches).await;
        seed::sessions(&mut store, &all, now()).await;
        seed::end(&mut store).await;
        let postmaster = match engine {
            Engine::Sqlite => None,
            Engine::Postgres => meter::postmaster(store.number("select pg_backend_pid()::bigint").await),
        };
        let dice = Dice::new(seed);
        let mut stage = Self { engine, servers: vec![first], store, postmaster, managers, runs: 0, dice };
        stage.serve(1);
        let (scout, trade, clock) = stage.scout().await;
        let client = stage.visit(scout, &trade, clock).await;
        stage.stop();
        let phones: Vec<_> = all.iter().map(|person| (*person, person.client(0, 0))).collect();
        seed::begin(&mut stage.store).await;
        seed::past(&mut stage.store, &phones, client, now()).await;
        seed::end(&mut stage.store).await;
        stage
    }

    /// Lets a phone pull everything, for what all phones hold. Returns it with that and the server's clock.
    async fn scout(&mut self) -> (Phone, Arc<Trade>, i64) {
        let mut scout = self.phones(1, 1, None).await.remove(0);
        let mut laps = Laps::default();
        let first = scout.pull(Instant::now(), &mut laps).await;
        assert!(laps.errors() == 0, "{:?}", laps.failures());
        (scout, Arc::new(Trade::of(&first.rows)), first.now)
    }

    /// Lets a phone push a whole visit. Returns its store.
    async fn visit(&mut self, mut phone: Phone, trade: &Trade, clock: i64) -> ClientId {
        let mut laps = Laps::default();
        phone.ask(trade.visit(phone.person.customer(0), true, &mut self.dice), clock);
        phone.push(Instant::now(), &mut laps).await;
        assert!(laps.errors() == 0 && laps.commands == OF_VISIT, "{:?}", laps.failures());
        phone.client
    }

    fn serve(&mut self, processes: usize) {
        while self.servers.len() < processes {
            self.servers.push(another_server());
        }
        for server in &mut self.servers[..processes] {
            server.start();
        }
    }

    fn stop(&mut self) {
        self.servers.iter_mut().for_each(Program::stop);
    }

    /// Makes phones of people from all over the organisation, known to the server, that pulled a moment ago. Each
    /// asks one of the servers.
    async fn phones(&mut self, count: usize, processes: usize, cookie: Option<&str>) -> Vec<Phone> {
        self.runs += 1;
        let managers = self.managers;
        let nth = |n| Person::nth(if count < managers { n * managers / count } else { n % managers });
        let known: Vec<_> =
            (0..count).map(nth).enumerate().map(|(n, it)| (it, it.client(self.runs, n))).collect();
        seed::clients(&mut self.store, &known, now()).await;
        let phones = known.into_iter().enumerate().map(|(n, (person, client))| {
            let address = self.servers[n % processes].address();
            Phone::new(person, client, &address, cookie.map(str::to_owned))
        });
        phones.collect()
    }

    /// Lets phones listen, each at another server than it asks, if there is one.
    fn listen(&self, phones: &[Phone], processes: usize) -> Listeners {
        let mut listeners = Listeners::default();
        for (n, phone) in phones.iter().enumerate() {
            let address = self.servers[(n + 1) % processes].address();
            listeners.add(&Phone::new(phone.person, phone.client, &address, None));
        }
        listeners
    }

    async fn retries(&self, processes: usize, phone: &Phone) -> u64 {
        let mut sum = 0;
        for server in &self.servers[..processes] {
            let health = phone.request_at(Method::GET, &server.address(), "/healthz").send().await.unwrap();
            let health: serde_json::Value = health.json().await.unwrap();
            sum += health["retries"].as_u64().unwrap();
        }
        sum
    }

    /// Runs one thing on so many server processes.
    pub async fn run(&mut self, run: Run, processes: usize) -> Point {
        self.serve(processes);
        let (scout, trade, clock) = self.scout().await;
        let phones = self.phones(run.phones(), processes, scout.cookie.as_deref()).await;
        if matches!(run, Run::Morning(..)) {
            seed::night(&mut self.store).await;
        }
        let setting = self.setting(run, processes, &phones).await;
        let mut listeners = Listeners::default();
        if matches!(run, Run::Day(..)) {
            listeners = self.listen(&phones, processes);
            listeners.ready().await;
        }
        // what the preparation left behind is written and cleared away before
        if self.engine == Engine::Postgres {
            self.store.run("checkpoint").await;
        }
        let bytes = self.store.bytes().await;
        let retries = self.retries(processes, &scout).await;
        let (begun, before) = (Instant::now(), Cpu::now(&self.servers, self.postmaster));
        let laps = match run {
            Run::Empty(pulls) => steady::empty(phones, pulls).await,
            Run::Rush(_, seconds) => steady::rush(phones, &trade, seconds, clock, &mut self.dice).await,
            Run::Morning(_, minutes) => {
                morning::play(phones, length(minutes), &mut listeners, &mut self.dice).await
            }
            Run::Day(_, minutes) => {
                let (day, window) = (length(DAY_MINUTES), length(minutes));
                day::play(phones, &trade, Span { day, window, clock }, &mut self.dice).await
            }
        };
        let cpu = Cpu::now(&self.servers, self.postmaster).since(before);
        let around = Around {
            seconds: begun.elapsed().as_secs_f64(),
            cpu,
            server_mb: meter::memory(&self.servers),
            bytes: (bytes, self.store.bytes().await),
            retries: self.retries(processes, &scout).await - retries,
            pokes: listeners.counts().iter().map(|count| count.saturating_sub(1)).collect(),
        };
        drop(listeners);
        self.stop();
        Point::new(setting, &laps, around)
    }

    async fn setting(&mut self, run: Run, processes: usize, phones: &[Phone]) -> Setting {
        let engine = match self.engine {
            Engine::Sqlite => "sqlite",
            Engine::Postgres => "postgres",
        };
        let user = phones[0].person.user.uuid().simple();
        let user = if self.engine == Engine::Sqlite { format!("x'{user}'") } else { format!("'{user}'") };
        let scopes = format!("select count(*) from scope_grant where active and tenant = 1 and usr = {user}");
        Setting {
            kind: run.name(),
            engine,
            processes,
            rows: self.store.number("select count(*) from row").await,
            managers: self.managers,
            phones: run.phones(),
            scopes: self.store.number(&scopes).await,
            day_minutes: if matches!(run, Run::Day(..)) { DAY_MINUTES } else { 0.0 },
        }
    }
}
