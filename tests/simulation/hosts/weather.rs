//! What goes wrong, for how long, and how it ends. Each is counted by its kind.

use std::collections::BTreeMap;
use std::time::Duration;

use fastrand::Rng;
use leeway_app::store::Fault;

use super::server::HOST;
use super::{Play, TICK};

/// How often something may begin to go wrong.
const BEAT_MS: u64 = 200;

/// What is wrong with the network of one phone.
#[derive(Debug, Clone, Copy)]
enum Trouble {
    /// Nothing gets through.
    Parted,
    /// What is sent comes later, all at once.
    Held,
    /// What it sends is lost.
    Mute,
    /// What it is sent is lost.
    Deaf,
}

impl Trouble {
    fn name(self) -> &'static str {
        match self {
            Self::Parted => "partition",
            Self::Held => "hold",
            Self::Mute => "lost_to_server",
            Self::Deaf => "lost_to_phone",
        }
    }
}

/// What is wrong now, and until when.
pub struct Weather {
    dice: Rng,
    links: Vec<Option<(Trouble, u64)>>,
    /// Until when hosts are down: the server, then the phones.
    down: Vec<Option<u64>>,
    pub faults: BTreeMap<&'static str, u64>,
}

impl Weather {
    /// Begins with a fine day.
    pub fn new(dice: Rng, phones: usize) -> Self {
        Self { dice, links: vec![None; phones], down: vec![None; phones + 1], faults: BTreeMap::new() }
    }

    fn count(&mut self, fault: &'static str) {
        *self.faults.entry(fault).or_default() += 1;
    }
}

impl Play {
    /// Ends what is over, and begins something, if the dice say so.
    pub(super) fn weather(&mut self) {
        self.fall_down();
        for at in 0..self.phones.len() {
            if self.weather.links[at].is_some_and(|(_, until)| until <= self.now_ms) {
                self.mend(at);
            }
        }
        for host in 0..=self.phones.len() {
            if self.weather.down[host].is_some_and(|until| until <= self.now_ms) {
                self.start(host);
            }
        }
        if !self.now_ms.is_multiple_of(BEAT_MS) {
            return;
        }
        let at = self.weather.dice.usize(..self.phones.len());
        match self.weather.dice.u8(..100) {
            0..=5 => self.trouble(at),
            6..=8 => self.slow_down(at),
            9 => self.crash(0),
            10 => self.crash(at + 1),
            11..=12 => self.plan_fault(at),
            13 => self.jump(at),
            _ => {}
        }
    }

    /// All is well again.
    pub(super) fn clear_up(&mut self) {
        for at in 0..self.phones.len() {
            self.phones[at].disk.calm();
            self.mend(at);
        }
        for host in 0..=self.phones.len() {
            self.start(host);
        }
    }

    fn name(&self, host: usize) -> String {
        host.checked_sub(1).map_or(HOST, |at| self.phones[at].store.as_str()).to_owned()
    }

    fn until(&mut self, longest_ms: u64) -> u64 {
        self.now_ms + self.weather.dice.u64(50..longest_ms)
    }

    fn trouble(&mut self, at: usize) {
        if self.weather.links[at].is_some() {
            return;
        }
        let kinds = [Trouble::Parted, Trouble::Held, Trouble::Mute, Trouble::Deaf];
        let kind = kinds[self.weather.dice.usize(..kinds.len())];
        let until = self.until(8_000);
        let phone = self.phones[at].store.as_str();
        match kind {
            Trouble::Parted => self.sim.partition(phone, HOST),
            Trouble::Held => self.sim.hold(phone, HOST),
            Trouble::Mute => self.sim.partition_oneway(phone, HOST),
            Trouble::Deaf => self.sim.partition_oneway(HOST, phone),
        }
        self.weather.links[at] = Some((kind, until));
        self.weather.count(kind.name());
        self.stage.say(|| format!("{at} meets {kind:?} until {until}"));
    }

    fn mend(&mut self, at: usize) {
        let Some((kind, _)) = self.weather.links[at].take() else { return };
        let phone = self.phones[at].store.as_str();
        match kind {
            Trouble::Parted => self.sim.repair(phone, HOST),
            Trouble::Held => self.sim.release(phone, HOST),
            Trouble::Mute => self.sim.repair_oneway(phone, HOST),
            Trouble::Deaf => self.sim.repair_oneway(HOST, phone),
        }
        self.stage.say(|| format!("{at} meets {kind:?} no more"));
    }

    fn slow_down(&mut self, at: usize) {
        let ms = *self.weather.dice.choice([10, 40, 150, 600].as_slice()).unwrap_or(&10);
        let phone = self.phones[at].store.as_str();
        self.sim.set_link_max_message_latency(phone, HOST, Duration::from_millis(ms) + TICK);
        self.weather.count("latency");
        self.stage.say(|| format!("{at} is up to {ms} ms away"));
    }

    fn crash(&mut self, host: usize) {
        if self.weather.down[host].is_some() {
            return;
        }
        let until = self.until(if host == 0 { 6_000 } else { 2_000 });
        let name = self.name(host);
        self.sim.crash(name.as_str());
        self.weather.down[host] = Some(until);
        self.weather.count(if host == 0 { "server_crash" } else { "phone_crash" });
        self.stage.say(|| format!("{name} crashes until {until}"));
        if let Some(at) = host.checked_sub(1)
            && self.weather.dice.bool()
        {
            let disk = &self.phones[at].disk;
            let kept = self.weather.dice.usize(..=disk.at_risk());
            disk.cut_power(kept);
            self.weather.count("power_cut");
            self.stage.say(|| format!("and loses power, {kept} unsaved writes remain"));
        }
    }

    /// Lets programs end that have met the end of their disk.
    fn fall_down(&mut self) {
        for at in 0..self.phones.len() {
            if self.phones[at].disk.has_crashed() && self.weather.down[at + 1].is_none() {
                self.crash(at + 1);
            }
        }
    }

    fn start(&mut self, host: usize) {
        if self.weather.down[host].take().is_none() {
            return;
        }
        if let Some(at) = host.checked_sub(1) {
            self.phones[at].disk.calm();
        }
        let name = self.name(host);
        self.sim.bounce(name.as_str());
    }

    fn plan_fault(&mut self, at: usize) {
        let (after, kind) = (self.weather.dice.u64(1..40), self.weather.dice.usize(..3));
        let fault = [Fault::Gone, Fault::Full, Fault::Crash][kind];
        self.phones[at].disk.plan(after, fault);
        self.weather.count(["disk_gone", "disk_full", "disk_crash"][kind]);
        self.stage.say(|| format!("{at} will meet {fault:?} in {after} steps"));
    }

    fn jump(&mut self, at: usize) {
        let now = self.stage.time.now().ms();
        let skew = match self.weather.dice.u8(..4) {
            0 => -now,
            1 => 4_102_444_800_000 - now,
            _ => self.weather.dice.i64(-86_400_000..86_400_000),
        };
        self.phones[at].skew_ms.set(skew);
        self.weather.count("clock_jump");
        self.stage.say(|| format!("{at}'s clock is {skew} ms off"));
    }
}
