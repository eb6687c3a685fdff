//! Who used how much of the machine: the servers, the database, this program, and everybody else. Read from Linux's
//! `/proc`, where a hundredth of a second is the smallest step. **Never** an estimate.

use std::fs;

use leeway_e2e::program::Program;
use serde::Serialize;

/// Clock ticks of a second in `/proc`, on every Linux.
const TICKS: f64 = 100.0;

/// Seconds of CPU that were used up to a moment.
#[derive(Debug, Clone, Copy, Default, PartialEq, Serialize)]
pub struct Cpu {
    /// By the server processes.
    pub server: f64,
    /// By the database's processes, where it has some.
    pub database: f64,
    /// By this program.
    pub generator: f64,
    /// By others on this machine.
    pub others: f64,
    /// By nobody.
    pub idle: f64,
}

impl Cpu {
    /// Reads how much it was by now.
    pub fn now(servers: &[Program], postmaster: Option<u32>) -> Self {
        let server = servers.iter().filter_map(Program::pid).map(of_process).sum();
        let database = postmaster.map_or(0.0, of_cluster);
        let generator = of_process(std::process::id());
        let (busy, idle) = of_machine();
        Self { server, database, generator, others: busy - server - database - generator, idle }
    }

    /// Returns what was used since an earlier moment.
    pub fn since(self, before: Self) -> Self {
        Self {
            server: self.server - before.server,
            database: self.database - before.database,
            generator: self.generator - before.generator,
            // the parts are read one after the other
            others: (self.others - before.others).max(0.0),
            idle: self.idle - before.idle,
        }
    }
}

/// Returns the fields of a process behind its name, which may hold anything.
fn stat(pid: &str) -> Option<Vec<String>> {
    let text = fs::read_to_string(format!("/proc/{pid}/stat")).ok()?;
    let (_, fields) = text.rsplit_once(") ")?;
    Some(fields.split_whitespace().map(str::to_owned).collect())
}

/// Sums up fields, counted from the one behind the name.
fn seconds(fields: &[String], which: std::ops::RangeInclusive<usize>) -> f64 {
    let ticks = |at: usize| fields.get(at).and_then(|it| it.parse::<f64>().ok()).unwrap_or(0.0);
    which.map(ticks).sum::<f64>() / TICKS
}

fn of_process(pid: u32) -> f64 {
    stat(&pid.to_string()).map_or(0.0, |fields| seconds(&fields, 11..=12))
}

/// The postmaster, those of its children that have ended, and those that live.
fn of_cluster(postmaster: u32) -> f64 {
    let own = stat(&postmaster.to_string()).map_or(0.0, |fields| seconds(&fields, 11..=14));
    let parent = postmaster.to_string();
    let processes = fs::read_dir("/proc").unwrap().flatten();
    let names = processes.filter_map(|it| it.file_name().into_string().ok());
    let children = names.filter(|it| it.bytes().all(|byte| byte.is_ascii_digit()));
    let children = children.filter_map(|pid| stat(&pid)).filter(|fields| fields.get(1) == Some(&parent));
    own + children.map(|fields| seconds(&fields, 11..=12)).sum::<f64>()
}

fn of_machine() -> (f64, f64) {
    let text = fs::read_to_string("/proc/stat").unwrap();
    let line = text.lines().next().unwrap_or_default();
    let fields: Vec<String> = line.split_whitespace().skip(1).map(str::to_owned).collect();
    // user, nice, system; interrupts, soft interrupts
    let busy = seconds(&fields, 0..=2) + seconds(&fields, 5..=6);
    (busy, seconds(&fields, 3..=4))
}

/// Returns the most memory that the servers had, in MB.
pub fn memory(servers: &[Program]) -> f64 {
    let of = |pid: u32| {
        let text = fs::read_to_string(format!("/proc/{pid}/status")).unwrap_or_default();
        let line = text.lines().find_map(|line| line.strip_prefix("VmHWM:"));
        line.and_then(|it| it.split_whitespace().next()?.parse::<f64>().ok()).unwrap_or(0.0) / 1_024.0
    };
    servers.iter().filter_map(Program::pid).map(of).sum()
}

/// Returns the process that all processes of a database's cluster belong to.
pub fn postmaster(backend: i64) -> Option<u32> {
    stat(&backend.to_string())?.get(1)?.parse().ok()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn this_process_uses_the_machine() {
        let before = Cpu::now(&[], None);
        let mut sum = 0_u64;
        while of_process(std::process::id()) < before.generator + 0.05 {
            sum = (0..100_000_u64).fold(sum, u64::wrapping_add);
        }
        let used = Cpu::now(&[], None).since(before);
        assert!(used.generator >= 0.05 && used.server == 0.0, "{used:?} {sum}");
    }
}
