//! What must hold: at every reveal, and when all is quiet.

use std::collections::{BTreeMap, BTreeSet};
use std::rc::Rc;
use std::sync::Arc;

use leeway_app::store::{Disk, Entry};
use leeway_core::approvals::Request;
use leeway_core::deputies::ActingPeriod;
use leeway_core::inbox::RefusalCard;
use leeway_core::quotes::Quote;
use leeway_core::sync::protocol::{OutcomeKind, RepairRequest, RepairResponse};
use leeway_core::testing::Office;
use leeway_core::values::{CaseId, CommandId, Timestamp, UserId};
use leeway_core::{Changes, Entity, Key, Record, RecordType};
use leeway_e2e::truth::is_as_shown;
use serde_json::Value;

use crate::database::{Data, Kept, Memory};

/// All that a history is judged by.
pub struct History {
    /// What the server holds, and all that it held before.
    pub memory: Memory,
    pub phones: Vec<Phone>,
    pub outside: Vec<Outside>,
    /// Saved, and lost with what a browser threw away.
    pub lost: BTreeSet<CommandId>,
    pub restores: u64,
    /// The server has called rows wrong that were right.
    pub wrongly_blamed: bool,
}

/// A phone, as far as it can be held responsible.
pub struct Phone {
    pub user: UserId,
    pub disk: Rc<Disk>,
    /// Its disk has lost a row without a word.
    pub broken: bool,
    /// What was said to be saved here, in that order.
    pub saved: Vec<CommandId>,
    /// What each store that was here held, in that order; the last one is in use.
    stores: Vec<Vec<CommandId>>,
}

impl Phone {
    /// One that has never been used.
    pub fn new(user: UserId, disk: Rc<Disk>) -> Self {
        Self { user, disk, broken: false, saved: Vec::new(), stores: vec![Vec::new()] }
    }

    /// One with a copy of this one's profile: what its user saves there stands behind what came along.
    pub fn copied(&self, disk: Rc<Disk>) -> Self {
        let stores = self.stores.last().cloned().into_iter().collect();
        Self { user: self.user, disk, broken: self.broken, saved: Vec::new(), stores }
    }

    /// Takes note of what was said to be saved.
    pub fn saves(&mut self, id: CommandId) {
        self.saved.push(id);
        self.stores.last_mut().expect("a phone has a store").push(id);
    }

    /// Takes note that its data is gone: the next store knows nothing of what this one held.
    pub fn emptied(&mut self) {
        self.stores.push(Vec::new());
    }
}

/// What was written although no command asked for it, and the number of commands kept before.
pub struct Outside {
    pub after: usize,
    pub what: Turn,
}

/// What no command asks for.
pub enum Turn {
    /// A customer changes hands, around the rules.
    Hands(Changes),
    /// The server looks at the acting periods of a deputy, or at all that its clock has to do, at this moment.
    Periods(Option<UserId>, Timestamp),
}

impl History {
    /// Begins one without phones.
    pub fn of(memory: Memory) -> Self {
        Self {
            memory,
            phones: Vec::new(),
            outside: Vec::new(),
            lost: BTreeSet::new(),
            restores: 0,
            wrongly_blamed: false,
        }
    }
}

/// The last part of an id is what tells them apart.
pub fn short(id: CommandId) -> String {
    let text = id.to_string();
    text[text.len().saturating_sub(6)..].to_owned()
}

/// Returns the commands that other devices hold, copies of this one among them.
pub fn held_elsewhere(history: &History, at: usize) -> BTreeSet<CommandId> {
    let others = history.phones.iter().enumerate().filter(|(n, _)| *n != at);
    others.flat_map(|(_, device)| kept(&device.disk)).collect()
}

/// Returns every command that a device could still send: what waits, and what is kept although the server has it.
pub fn kept(disk: &Disk) -> BTreeSet<CommandId> {
    let ids = disk.texts("out").into_iter().filter_map(|text| {
        let entry: Value = serde_json::from_str(&text).ok()?;
        let envelope = entry.get("envelope").or_else(|| entry.pointer("/entry/envelope"))?;
        serde_json::from_value(envelope.get("id")?.clone()).ok()
    });
    ids.collect()
}

/// Returns what waits on a device.
fn queue(disk: &Disk) -> Vec<Entry> {
    disk.texts("out").iter().filter_map(|text| serde_json::from_str(text).ok()).collect()
}

fn confirmed(disk: &Disk) -> BTreeMap<String, String> {
    disk.bodies("rows").into_iter().filter_map(|(key, body)| Some((key, body?))).collect()
}

/// What a device has revealed is what its user may see at one moment of the server.
pub fn reveal(history: &History, at: usize) -> Result<(), String> {
    let phone = &history.phones[at];
    if phone.broken {
        return Ok(());
    }
    let cursor = phone.disk.text("meta", "cursor").ok_or("no cursor after a round")?;
    let cursor: Value = serde_json::from_str(&cursor).map_err(|error| error.to_string())?;
    // a device that found its rows wrong has none, and shows them until the right ones are there
    let Some(cookie) = cursor["cookie"].as_str() else { return Ok(()) };
    let parts: Vec<&str> = cookie.split('.').collect();
    let n = parts[2].parse().map_err(|_| "a cookie without a number".to_owned())?;
    let then = history.memory.at(parts[1], n).ok_or("a cookie of no moment")?;
    same(at, &confirmed(&phone.disk), &then.view(phone.user), "its moment of the server")
}

/// As many commands are shown as unsent as there are, once a phone has heard from the server.
pub fn count(history: &History, at: usize, shown: u32) -> Result<(), String> {
    let now = history.memory.now();
    let phone = &history.phones[at];
    let unsent = phone.saved.iter().filter(|id| !history.lost.contains(*id) && now.decision(**id).is_none());
    let unsent = unsent.count();
    if u32::try_from(unsent) == Ok(shown) {
        return Ok(());
    }
    Err(format!("device {at} shows {shown} unsent commands, and there are {unsent}"))
}

/// Says whether the server calls rows wrong of a device that has lost none, in its own history.
pub fn blames(history: &History, at: usize, asked: &RepairRequest, answer: &RepairResponse) -> bool {
    let epoch = history.memory.now().organisation().map(|it| it.epoch);
    let is_of_now = asked.cookie.split('.').nth(1) == epoch.as_deref();
    is_of_now && !history.phones[at].broken && !answer.refill.is_empty()
}

fn same(
    at: usize,
    here: &BTreeMap<String, String>,
    there: &BTreeMap<String, String>,
    what: &str,
) -> Result<(), String> {
    if here == there {
        return Ok(());
    }
    let keys: BTreeSet<&String> = here.keys().chain(there.keys()).collect();
    let off = keys.into_iter().filter(|key| here.get(*key) != there.get(*key));
    let off: Vec<String> = off
        .map(|key| format!("{key} (here {}, there {})", here.contains_key(key), there.contains_key(key)))
        .collect();
    Err(format!("device {at} differs from {what} in {}", off.join(", ")))
}

/// What was saved is on a device or at the server, at any time.
pub fn held(history: &History) -> Result<(), String> {
    let now = history.memory.now();
    let held: BTreeSet<CommandId> = history.phones.iter().flat_map(|it| kept(&it.disk)).collect();
    for (at, device) in history.phones.iter().enumerate() {
        for id in device.saved.iter().filter(|id| !history.lost.contains(*id) && !held.contains(*id)) {
            if now.decision(*id).is_none() {
                return Err(format!("device {at} saved {}, and it is gone", short(*id)));
            }
        }
    }
    Ok(())
}

/// All is quiet: nothing is lost, doubled, reordered, or with the wrong person.
pub fn rest(history: &History) -> Result<(), String> {
    let now = history.memory.now();
    if history.wrongly_blamed {
        return Err("right rows were called wrong".to_owned());
    }
    nothing_lost(history, &now)?;
    in_order(history, &now)?;
    replays(history, &now)?;
    binds(&now)?;
    for (at, device) in history.phones.iter().enumerate() {
        same(at, &confirmed(&device.disk), &now.view(device.user), "what its user may see")?;
        let waiting: Vec<String> = queue(&device.disk).iter().map(|it| short(it.envelope.id)).collect();
        if !waiting.is_empty() {
            return Err(format!("device {at} still holds {}", waiting.join(", ")));
        }
        if !device.disk.bodies("over").is_empty() {
            return Err(format!("device {at} still shows what is not confirmed"));
        }
    }
    Ok(())
}

fn nothing_lost(history: &History, now: &Data) -> Result<(), String> {
    for (at, device) in history.phones.iter().enumerate() {
        for id in device.saved.iter().filter(|id| !history.lost.contains(*id)) {
            if now.decision(*id).is_none() {
                return Err(format!("device {at} saved {}, and nobody has it", short(*id)));
            }
        }
    }
    Ok(())
}

/// What one store held one after the other was decided one after the other. A device whose data is gone is a new client
/// (`docs/adr/0014`), and numbers order the commands of one client: what it had saved and not sent may come later, out of
/// a copy of its profile or a letter that was under way.
fn in_order(history: &History, now: &Data) -> Result<(), String> {
    let place: BTreeMap<CommandId, usize> =
        now.log.iter().enumerate().filter(|(_, it)| it.decides).map(|(n, it)| (it.envelope.id, n)).collect();
    for (at, device) in history.phones.iter().enumerate() {
        for store in &device.stores {
            let decided: Vec<_> = store.iter().filter_map(|id| Some((*place.get(id)?, *id))).collect();
            if let Some(pair) = decided.windows(2).find(|pair| pair[0] > pair[1]) {
                let (first, next) = (short(pair[0].1), short(pair[1].1));
                return Err(format!("device {at} held {first} before {next}, and it was decided after it"));
            }
        }
    }
    Ok(())
}

/// The same commands, decided one after the other by core alone, come to the same records.
fn replays(history: &History, now: &Data) -> Result<(), String> {
    let mut office = Office::new();
    let mut outside = history.outside.iter().peekable();
    for (n, kept) in now.log.iter().enumerate() {
        while let Some(it) = outside.next_if(|it| it.after <= n) {
            happens(&mut office, &it.what);
        }
        // whoever's command is judged is no deputy any more of what is over
        turn_periods(&mut office, Some(kept.user), kept.received_at);
        if kept.decides {
            decided_as_core_says(&mut office, kept)?;
        }
    }
    outside.for_each(|it| happens(&mut office, &it.what));
    let (here, there): (&BTreeMap<Key, Record>, _) = (office.records(), now.records());
    if *here == there {
        return Ok(());
    }
    let keys: BTreeSet<&Key> = here.keys().chain(there.keys()).collect();
    let off = keys.into_iter().find(|key| here.get(*key) != there.get(*key));
    Err(format!("the server's {off:?} is not what its commands come to"))
}

/// Each quote that was made binding has the lines and the total that were shown.
fn binds(now: &Data) -> Result<(), String> {
    let records = now.records();
    let asked = now.log.iter().filter(|it| it.decides && it.outcome == OutcomeKind::Applied);
    for it in asked.filter(|it| it.envelope.kind == "quotes.finalise") {
        let id = it.envelope.args["quote"].as_str().and_then(|id| id.parse().ok());
        let record = id.and_then(|id| records.get(&Key { typ: RecordType::Quote, id }));
        if !record.and_then(Quote::of).is_some_and(|quote| is_as_shown(quote, &it.envelope)) {
            return Err(format!("{} made another quote binding than was shown", short(it.envelope.id)));
        }
    }
    Ok(())
}

fn happens(office: &mut Office, what: &Turn) {
    match what {
        Turn::Hands(changes) => changes.puts.iter().for_each(|record| {
            office.put(record.clone());
        }),
        Turn::Periods(deputy, now) => {
            turn_periods(office, *deputy, *now);
            if deputy.is_none() {
                turn_requests(office, *now);
            }
        }
    }
}

/// Opens and closes what is due of a deputy's periods, or of all.
fn turn_periods(office: &mut Office, deputy: Option<UserId>, now: Timestamp) {
    let periods = office.records().values().filter_map(ActingPeriod::of);
    let theirs = periods.filter(|it| deputy.is_none_or(|deputy| it.deputy == deputy));
    let due: BTreeSet<UserId> = theirs.filter(|it| it.due(now).is_some()).map(|it| it.manager).collect();
    for manager in due {
        office.turn(manager, now);
    }
}

/// Does what is due of all requests.
fn turn_requests(office: &mut Office, now: Timestamp) {
    let requests = office.records().values().filter_map(Request::of);
    let due: BTreeSet<CaseId> = requests.filter(|it| it.is_due(now)).map(|it| it.id).collect();
    for request in due {
        office.turn_request(request, now);
    }
}

fn decided_as_core_says(office: &mut Office, kept: &Arc<Kept>) -> Result<(), String> {
    let name = short(kept.envelope.id);
    let command = kept.envelope.open().map_err(|error| format!("{name}: {error}"))?;
    match (kept.outcome, office.take(&command)) {
        (OutcomeKind::Applied, Ok(changes)) => {
            // a period that is to begin now has begun
            let now = kept.received_at;
            let periods = changes.puts.iter().filter_map(ActingPeriod::of);
            for period in periods.filter(|it| it.due(now).is_some()) {
                office.turn(period.manager, now);
            }
            // a post that is asked has its time from now on
            for request in changes.puts.iter().filter_map(Request::of).filter(|it| it.is_due(now)) {
                office.turn_request(request.id, now);
            }
            Ok(())
        }
        (OutcomeKind::Refused, Err(refusal)) => {
            let it = &kept.envelope;
            office.put(RefusalCard {
                id: it.id,
                user: kept.user,
                kind: it.kind.clone(),
                kv: it.kv,
                args: it.args.clone(),
                at: it.at,
                reason: refusal.to_data(),
            });
            Ok(())
        }
        (outcome, core) => Err(format!("{name} was {outcome:?}, core alone says {:?}", core.is_ok())),
    }
}
