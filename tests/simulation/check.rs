//! What must hold: at every reveal, and when all is quiet.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::Arc;

use leeway_app::store::{Disk, Entry};
use leeway_core::inbox::RefusalCard;
use leeway_core::sync::protocol::{OutcomeKind, RepairRequest, RepairResponse};
use leeway_core::testing::Office;
use leeway_core::values::CommandId;
use leeway_core::{Key, Record};
use serde_json::Value;

use crate::database::{Data, Kept};
use crate::world::{Handed, World, short};

/// Returns the commands that other devices hold, copies of this one among them.
pub fn held_elsewhere(world: &World, at: usize) -> BTreeSet<CommandId> {
    let others = world.devices.iter().enumerate().filter(|(n, _)| *n != at);
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
pub fn reveal(world: &World, at: usize) -> Result<(), String> {
    let device = &world.devices[at];
    if device.broken {
        return Ok(());
    }
    let cursor = device.disk.text("meta", "cursor").ok_or("no cursor after a round")?;
    let cursor: Value = serde_json::from_str(&cursor).map_err(|error| error.to_string())?;
    // a device that found its rows wrong has none, and shows them until the right ones are there
    let Some(cookie) = cursor["cookie"].as_str() else { return Ok(()) };
    let parts: Vec<&str> = cookie.split('.').collect();
    let n = parts[2].parse().map_err(|_| "a cookie without a number".to_owned())?;
    let then = world.memory.at(parts[1], n).ok_or("a cookie of no moment")?;
    same(at, &confirmed(&device.disk), &then.view(device.user), "its moment of the server")
}

/// Says whether the server calls rows wrong of a device that has lost none, in its own history.
pub fn blames(world: &World, at: usize, asked: &RepairRequest, answer: &RepairResponse) -> bool {
    let epoch = world.memory.now().organisation().map(|it| it.epoch);
    let is_of_now = asked.cookie.split('.').nth(1) == epoch.as_deref();
    is_of_now && !world.devices[at].broken && !answer.refill.is_empty()
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
pub fn held(world: &World) -> Result<(), String> {
    let now = world.memory.now();
    let held: BTreeSet<CommandId> = world.devices.iter().flat_map(|it| kept(&it.disk)).collect();
    for (at, device) in world.devices.iter().enumerate() {
        for id in device.saved.iter().filter(|id| !world.lost.contains(*id) && !held.contains(*id)) {
            if now.decision(*id).is_none() {
                return Err(format!("device {at} saved {}, and it is gone", short(*id)));
            }
        }
    }
    Ok(())
}

/// All is quiet: nothing is lost, doubled, reordered, or with the wrong person.
pub fn rest(world: &World) -> Result<(), String> {
    let now = world.memory.now();
    if world.wrongly_blamed {
        return Err("right rows were called wrong".to_owned());
    }
    nothing_lost(world, &now)?;
    // a copy may bring to a restored server what came after what the other one brings
    if world.restores == 0 || world.copies == 0 {
        in_order(world, &now)?;
    }
    replays(world, &now)?;
    for (at, device) in world.devices.iter().enumerate() {
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

fn nothing_lost(world: &World, now: &Data) -> Result<(), String> {
    for (at, device) in world.devices.iter().enumerate() {
        for id in device.saved.iter().filter(|id| !world.lost.contains(*id)) {
            if now.decision(*id).is_none() {
                return Err(format!("device {at} saved {}, and nobody has it", short(*id)));
            }
        }
    }
    Ok(())
}

/// What one device saved one after the other was decided one after the other.
fn in_order(world: &World, now: &Data) -> Result<(), String> {
    let place: BTreeMap<CommandId, usize> =
        now.log.iter().enumerate().filter(|(_, it)| it.decides).map(|(n, it)| (it.envelope.id, n)).collect();
    for (at, device) in world.devices.iter().enumerate() {
        let places: Vec<usize> = device.saved.iter().filter_map(|id| place.get(id).copied()).collect();
        if !places.is_sorted() {
            return Err(format!("what device {at} saved was decided in another order"));
        }
    }
    Ok(())
}

/// The same commands, decided one after the other by core alone, come to the same records.
fn replays(world: &World, now: &Data) -> Result<(), String> {
    let mut office = Office::new();
    let mut handed = world.handed.iter().peekable();
    for (n, kept) in now.log.iter().enumerate() {
        while let Some(it) = handed.next_if(|it| it.after <= n) {
            hand_over(&mut office, it);
        }
        if kept.decides {
            decided_as_core_says(&mut office, kept)?;
        }
    }
    handed.for_each(|it| hand_over(&mut office, it));
    let (here, there): (&BTreeMap<Key, Record>, _) = (office.records(), now.records());
    if *here == there {
        return Ok(());
    }
    let keys: BTreeSet<&Key> = here.keys().chain(there.keys()).collect();
    let off = keys.into_iter().find(|key| here.get(*key) != there.get(*key));
    Err(format!("the server's {off:?} is not what its commands come to"))
}

fn hand_over(office: &mut Office, it: &Handed) {
    for record in &it.changes.puts {
        office.put(record.clone());
    }
}

fn decided_as_core_says(office: &mut Office, kept: &Arc<Kept>) -> Result<(), String> {
    let name = short(kept.envelope.id);
    let command = kept.envelope.open().map_err(|error| format!("{name}: {error}"))?;
    match (kept.outcome, office.take(&command)) {
        (OutcomeKind::Applied, Ok(_)) => Ok(()),
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
