//! Load on the real server: simulated phones, thousands of them, on SQLite and on PostgreSQL. Run by
//! `cargo xtask bench server`; what it found is in `docs/scale.md`.
//!
//! One start seeds one database and runs several things on it, one after the other. Each ends with a line
//! `POINT {json}`. Read [`seed`] (what is in the database), [`day`] (what phones do), [`wire`] (how), [`laps`] and
//! [`meter`] (what is taken down). **Never** counts a time from when a request could be sent at last: it counts from
//! when it was due.

#![expect(clippy::print_stdout, reason = "it speaks on its standard output")]
#![expect(
    clippy::unwrap_used,
    clippy::panic,
    reason = "a generator that can't go on ends with what stopped it"
)]

mod day;
mod laps;
mod meter;
mod morning;
mod people;
mod point;
mod pokes;
mod script;
mod seed;
mod stage;
mod steady;
mod store;
mod wire;

use clap::Parser;

use stage::{Run, Stage};
use store::Engine;

/// What is asked for.
#[derive(Parser)]
struct Line {
    /// Where the data are
    #[arg(long, value_enum)]
    engine: Engine,
    /// About how many rows are in the database
    #[arg(long)]
    rows: usize,
    /// Brings the same schedule back
    #[arg(long, default_value_t = 1)]
    seed: u64,
    /// `empty:PULLS`, `day:PHONES:MINUTES`, `rush:PHONES:SECONDS` or `morning:PHONES:MINUTES`, each with
    /// `:PROCESSES` behind it when more than one server is to run
    #[arg(required = true, value_parser = wanted)]
    runs: Vec<(Run, usize)>,
}

/// Reads what is to be run, and on how many processes.
fn wanted(text: &str) -> Result<(Run, usize), String> {
    let words: Vec<&str> = text.split(':').collect();
    let count = |at: usize| words.get(at).and_then(|word| word.parse::<usize>().ok());
    let length = |at: usize| words.get(at).and_then(|word| word.parse::<f64>().ok());
    let both = || Some((count(1)?, length(2)?));
    let (run, next) = match words[0] {
        "empty" => (count(1).map(Run::Empty), 2),
        "day" => (both().map(|(phones, minutes)| Run::Day(phones, minutes)), 3),
        "rush" => (both().map(|(phones, seconds)| Run::Rush(phones, seconds)), 3),
        "morning" => (both().map(|(phones, minutes)| Run::Morning(phones, minutes)), 3),
        _ => (None, 1),
    };
    let processes = if words.len() > next { count(next) } else { Some(1) };
    match (run, processes) {
        (Some(run), Some(processes)) if processes > 0 && words.len() <= next + 1 => Ok((run, processes)),
        _ => Err(format!("{text} is nothing to run")),
    }
}

#[tokio::main]
async fn main() {
    let line = Line::parse();
    println!("seeding about {} rows", line.rows);
    let mut stage = Stage::found(line.engine, line.rows, line.seed).await;
    for (run, processes) in line.runs {
        println!("{run:?} on {processes} process(es)");
        let point = stage.run(run, processes).await;
        println!("POINT {}", serde_json::to_string(&point).unwrap());
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_run_is_read_from_its_word() {
        assert_eq!(wanted("empty:200"), Ok((Run::Empty(200), 1)));
        assert_eq!(wanted("day:2000:0.5"), Ok((Run::Day(2_000, 0.5), 1)));
        assert_eq!(wanted("morning:10000:10:2"), Ok((Run::Morning(10_000, 10.0), 2)));
        for other in ["", "day", "day:5", "day:x:1", "day:5:1:0", "day:5:1:1:1", "night:5:1"] {
            assert!(wanted(other).is_err(), "{other}");
        }
    }

    #[test]
    fn the_command_line_is_consistent() {
        use clap::CommandFactory;
        Line::command().debug_assert();
    }
}
