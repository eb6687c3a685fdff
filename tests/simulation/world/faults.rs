//! What goes wrong besides the network: power, disks, clocks, copied profiles, backups; and customers that change hands
//! around the rules. Each is counted by its kind.

use std::collections::BTreeSet;
use std::sync::Arc;

use leeway_app::platform::clock;
use leeway_app::store::Fault;
use leeway_core::customers::Customer;
use leeway_core::deputies::ActingPeriod;
use leeway_core::testing::sample::{CHEN, LI, ZHOU};
use leeway_core::values::{CommandId, Timestamp, UserId};
use leeway_core::{Changes, Entity, Scope};
use leeway_server::db::{Database, Tenant};
use leeway_server::{approvals, deputies};

use super::{DAY_MS, NOON, World};
use crate::check::{self, Outside, Turn, short};
use crate::database::Data;
use crate::plant::{self, Plant};
use crate::server::server;

impl World {
    pub(super) async fn cut_power(&mut self, at: usize) {
        let kept = self.rng.usize(..=self.history.phones[at].disk.at_risk());
        self.devices[at].round = None;
        self.history.phones[at].disk.calm();
        self.history.phones[at].disk.cut_power(kept);
        self.say(|| format!("{at} loses power, {kept} unsaved writes remain"));
        self.net.borrow_mut().count("power_cut");
        self.restart(at).await;
    }

    /// A customer changes hands, around the rules.
    pub(super) async fn hand_over(&mut self) {
        let data = self.history.memory.now();
        let customers: Vec<Customer> =
            data.records().values().filter_map(|it| Customer::of(it).cloned()).collect();
        let Some(mut customer) = self.rng.choice(&customers).cloned() else { return };
        let old = customer.owner;
        customer.owner = *self.rng.choice([CHEN, ZHOU, LI].as_slice()).unwrap_or(&CHEN);
        let of = Scope::Customer(customer.id);
        let (id, owner) = (customer.id, customer.owner);
        let changes = Changes::none().revoke(old, of);
        let changes = acting(&data, old).fold(changes, |changes, deputy| changes.revoke(deputy, of));
        let changes = acting(&data, owner).fold(changes, |changes, deputy| changes.grant(deputy, of));
        let changes = changes.grant(owner, of).put(customer);
        let Ok(mut writing) = self.history.memory.write(Tenant::FIRST).await else { return };
        if writing.write(&changes).await.is_ok() && writing.commit().await.is_ok() {
            self.history.outside.push(Outside { after: data.log.len(), what: Turn::Hands(changes) });
            self.say(|| format!("customer {} goes from {old} to {owner}", id));
            self.net.borrow_mut().count("hand_over");
        }
    }

    /// Some hours pass, and the server looks whose acting periods begin or end.
    pub(super) async fn turn_periods(&mut self) {
        if self.server_clock.now().ms() < NOON.ms() + 25 * DAY_MS {
            self.server_clock.advance(self.rng.i64(1..24) * DAY_MS / 24);
        }
        self.sweep().await;
    }

    /// The server looks at all acting periods, and at all requests to posts.
    pub(super) async fn sweep(&mut self) {
        let before = self.history.memory.now();
        let done = (deputies::sweep(&self.app).await, approvals::sweep(&self.app).await);
        let changes = self.history.memory.now().changes() - before.changes();
        self.say(|| format!("the server looks at what its clock has to do: {changes} changes, {done:?}"));
        self.turned(None, before.log.len());
    }

    /// Takes note that periods were turned, a deputy's or all that were due.
    pub(super) fn turned(&mut self, deputy: Option<UserId>, after: usize) {
        let what = Turn::Periods(deputy, self.server_clock.now());
        self.history.outside.push(Outside { after, what });
        self.net.borrow_mut().count("turned_period");
    }

    pub(super) fn jump(&mut self) {
        let ms = match self.rng.u8(..4) {
            0 => 0,
            1 => 4_102_444_800_000,
            _ => NOON.ms() + self.rng.i64(-86_400_000..86_400_000),
        };
        clock::stand_at(Timestamp::from_ms(ms));
        self.say(|| format!("the clocks of the devices show {ms}"));
        self.net.borrow_mut().count("clock_jump");
    }

    /// The browser throws the data away: what was not sent is lost, and nothing else may be.
    pub(super) async fn evict(&mut self, at: usize) {
        if self.rng.u8(..4) > 0 {
            return;
        }
        let now = self.history.memory.now();
        let held = check::held_elsewhere(&self.history, at);
        self.devices[at].round = None;
        let phone = &self.history.phones[at];
        // a copied profile holds what another device saved
        let there = phone.saved.iter().copied().chain(check::kept(&phone.disk));
        for id in there.filter(|id| !held.contains(id)) {
            match now.decision(id) {
                None => self.history.lost.insert(id),
                Some(_) => self.only_there.insert(id),
            };
        }
        phone.disk.calm();
        phone.disk.evict();
        self.history.phones[at].emptied();
        self.say(|| format!("{at} loses all its data"));
        self.net.borrow_mut().count("eviction");
        self.restart(at).await;
    }

    /// The server is backed up, and some days pass.
    pub(super) fn back_up(&mut self) {
        let now = self.history.memory.now();
        if self.rng.bool() {
            self.history.memory.mark_durable(&now);
        }
        if !plant::is(Plant::OldBackup) || self.backup.is_none() {
            self.backup = Some((now, self.history.outside.len()));
        }
        let days = self.rng.i64(0..8);
        if self.server_clock.now().ms() < NOON.ms() + 25 * DAY_MS {
            self.server_clock.advance(days * DAY_MS);
        }
        self.say(|| format!("the server is backed up, {days} days pass"));
        self.net.borrow_mut().count("backup");
    }

    /// The server loses its disk, and is restored from the last backup.
    pub(super) fn restore(&mut self) -> Result<(), String> {
        let Some((backup, outside)) = self.backup.clone() else { return Ok(()) };
        self.history.restores += 1;
        let data = backup.restored(&format!("e{}", self.history.restores));
        let phones = &self.history.phones;
        let held: BTreeSet<CommandId> = phones.iter().flat_map(|it| check::kept(&it.disk)).collect();
        for phone in phones {
            for id in phone.saved.iter().filter(|id| data.decision(**id).is_none() && !held.contains(*id)) {
                if self.only_there.contains(id) {
                    self.history.lost.insert(*id);
                } else if !self.history.lost.contains(id) {
                    return Err(format!(
                        "the restored server lacks {}, and no device has kept it",
                        short(*id)
                    ));
                }
            }
        }
        self.history.outside.truncate(outside);
        self.app = server(&self.history.memory, data.organisation().ok_or("nobody")?, &self.server_clock);
        self.history.memory.set(data.clone());
        self.backup = Some((Arc::new(data), outside));
        self.say(|| "the server is restored".to_owned());
        self.net.borrow_mut().count("restore");
        Ok(())
    }

    /// A profile is copied to another phone: two devices with one name for the server.
    pub(super) async fn copy(&mut self, at: usize) {
        if self.devices.len() > 4 || self.history.phones[at].disk.bodies("rows").is_empty() {
            return;
        }
        let name = format!("sim-{}", self.devices.len());
        self.history.phones[at].disk.copy_to(&name);
        let user = self.history.phones[at].user;
        self.arrive(user, &name, Some(at)).await;
        self.say(|| format!("{at} is copied to {name}"));
        self.net.borrow_mut().count("copied_profile");
    }

    /// A row vanishes, and nobody notices until the device compares what it has.
    pub(super) fn lose_row(&mut self, at: usize) {
        let n = self.rng.usize(..1_000);
        if self.rng.u8(..4) == 0 && self.history.phones[at].disk.lose_row("rows", n) {
            self.history.phones[at].broken = true;
            self.say(|| format!("{at} loses a row"));
            self.net.borrow_mut().count("lost_row");
        }
    }

    pub(super) fn plan_fault(&mut self, at: usize) {
        let (after, kind) = (self.rng.u64(1..40), self.rng.usize(..3));
        let fault = [Fault::Gone, Fault::Full, Fault::Crash][kind];
        self.history.phones[at].disk.plan(after, fault);
        self.say(|| format!("{at} will meet {fault:?} in {after} steps"));
        self.net.borrow_mut().count(["disk_gone", "disk_full", "disk_crash"][kind]);
    }
}

/// Returns who acts for this manager.
fn acting(data: &Data, manager: UserId) -> impl Iterator<Item = UserId> {
    let periods = data.records().into_values().filter_map(|it| ActingPeriod::of(&it).cloned());
    periods.filter(move |it| it.state.is_open() && it.manager == manager).map(|it| it.deputy)
}
