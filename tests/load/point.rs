//! One point of the model: what was asked for, what was done, how long it took and what it cost. Printed as one line
//! `POINT {json}`. **Never** holds a judgement: the bars stand in the documentation.

use serde::Serialize;

use crate::laps::{Kind, Laps, Times};
use crate::meter::Cpu;

/// What a run is called, and what it ran on.
#[derive(Debug, Clone, Serialize)]
pub struct Setting {
    /// `empty`, `day`, `rush` or `morning`.
    pub kind: &'static str,
    /// `sqlite` or `postgres`.
    pub engine: &'static str,
    /// Server processes.
    pub processes: usize,
    /// Rows in the database before.
    pub rows: i64,
    /// Account managers in the database.
    pub managers: usize,
    /// Phones that were at work.
    pub phones: usize,
    /// Scopes that each of them holds.
    pub scopes: i64,
    /// Minutes into which a day was pressed; 0 where that has no meaning.
    pub day_minutes: f64,
}

/// What came of it.
#[derive(Debug, Serialize)]
pub struct Point {
    #[serde(flatten)]
    setting: Setting,
    seconds: f64,
    requests: usize,
    per_second: f64,
    all: Times,
    push: Times,
    pull: Times,
    page: Times,
    commands: usize,
    rows_sent: usize,
    errors: usize,
    failures: Vec<String>,
    cpu: Cpu,
    server_ms_per_request: f64,
    database_ms_per_request: f64,
    generator_share: f64,
    others_share: f64,
    server_mb: f64,
    database_mb: f64,
    grown_bytes_per_command: f64,
    retries: u64,
    retries_pct: f64,
    listeners: usize,
    pokes: usize,
    poked_pct: f64,
}

/// What was read around a run.
#[derive(Debug, Default)]
pub struct Around {
    /// How long it went.
    pub seconds: f64,
    /// What it used.
    pub cpu: Cpu,
    /// Most memory of the servers.
    pub server_mb: f64,
    /// Size of the database before and after.
    pub bytes: (i64, i64),
    /// Transactions that were done again.
    pub retries: u64,
    /// How many pokes each listener heard, less the first.
    pub pokes: Vec<usize>,
}

/// Turns a count into a number to reckon with.
#[expect(clippy::cast_precision_loss, reason = "counts of a run are far below 2^53")]
pub fn number(count: usize) -> f64 {
    count as f64
}

fn round(value: f64) -> f64 {
    (value * 1_000.0).round() / 1_000.0
}

impl Point {
    /// Puts together what was found.
    #[expect(clippy::cast_precision_loss, reason = "bytes and counts of a run are far below 2^53")]
    pub fn new(setting: Setting, laps: &Laps, around: Around) -> Self {
        let Around { seconds, cpu, server_mb, bytes, retries, pokes } = around;
        let all = laps.times(&[Kind::Push, Kind::Pull, Kind::Page, Kind::Session]);
        let (push, requests) = (laps.times(&[Kind::Push]), all.n);
        let each = |used: f64| round(used * 1_000.0 / number(requests.max(1)));
        let share = |used: f64| {
            round(used / (cpu.server + cpu.database + cpu.generator + cpu.others + cpu.idle).max(0.001))
        };
        let poked = pokes.iter().filter(|count| **count > 0).count();
        let pct = |some: f64, of: usize| round(some * 100.0 / number(of.max(1)));
        Self {
            setting,
            seconds: round(seconds),
            requests,
            per_second: round(number(requests) / seconds.max(0.001)),
            pull: laps.times(&[Kind::Pull]),
            page: laps.times(&[Kind::Page]),
            commands: laps.commands,
            rows_sent: laps.rows,
            errors: laps.errors(),
            failures: laps.failures().to_vec(),
            server_ms_per_request: each(cpu.server),
            database_ms_per_request: each(cpu.database),
            generator_share: share(cpu.generator),
            others_share: share(cpu.others),
            cpu,
            server_mb: round(server_mb),
            database_mb: round(bytes.1 as f64 / 1e6),
            grown_bytes_per_command: round((bytes.1 - bytes.0) as f64 / number(laps.commands.max(1))),
            retries,
            retries_pct: pct(retries as f64, push.n),
            listeners: pokes.len(),
            poked_pct: pct(number(poked), pokes.len()),
            pokes: pokes.iter().sum(),
            all,
            push,
        }
    }
}
