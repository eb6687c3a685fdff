use std::sync::LazyLock;

use proptest::prelude::*;

use super::*;
use crate::testing::proof::{device_key, grant};
use crate::testing::sample::{day, minute, yuan};
use crate::values::{GrantId, KeyId};

/// Made once: making keys takes its time.
static SAMPLE: LazyLock<DeviceKey> = LazyLock::new(device_key);
static GRANT: LazyLock<Grant> = LazyLock::new(grant);

fn month() -> Date {
    day("2026-11-01")
}

fn key(n: u8, spent: i64) -> DeviceKey {
    let spent = (spent > 0).then(|| Spent { month: month(), money: yuan(spent) });
    DeviceKey { id: KeyId::from_u128(n.into()), spent, ..SAMPLE.clone() }
}

fn slice(of: &DeviceKey, n: u128, room: Money) -> Grant {
    let slice = Some(Slice { month: month(), room });
    Grant { id: GrantId::from_u128(n), key: of.id, slice, ..GRANT.clone() }
}

fn pool(size: i64, keys: &[&DeviceKey], grants: &[&Grant], now: Timestamp) -> Pool {
    Pool::of((month(), yuan(size)), keys, grants, now)
}

#[test]
fn a_slice_is_half_of_what_is_free() {
    let now = minute(0);
    let (first, second) = (key(2, 0), key(3, 0));
    let both = [&first, &second];
    let at_first = pool(20_000, &both, &[], now);
    assert_eq!((at_first.free, at_first.cut(&first, &[], now)), (yuan(20_000), Some(yuan(10_000))));
    let held = slice(&first, 1, yuan(10_000));
    let then = pool(20_000, &both, &[&held], now);
    assert_eq!((then.free, then.cut(&second, &[&held], now)), (yuan(10_000), Some(yuan(5_000))));
    // who has as much as is free has enough
    assert_eq!(then.cut(&first, &[&held], now), None);
}

#[test]
fn who_has_spent_gets_more_and_what_was_spent_stays_spent() {
    let now = minute(0);
    let first = key(2, 8_000);
    let held = slice(&first, 1, yuan(10_000));
    let it = pool(20_000, &[&first], &[&held], now);
    assert_eq!((it.spent, it.free), (yuan(8_000), yuan(10_000)));
    // 2,000 and 10,000 are 6,000 each
    assert_eq!(it.cut(&first, &[&held], now), Some(yuan(14_000)));
    // in the next month nothing is spent
    let next = Pool::of((day("2026-12-01"), yuan(20_000)), &[&first], &[&held], now);
    assert_eq!((next.spent, next.free), (Money::ZERO, yuan(20_000)));
}

#[test]
fn a_silent_device_holds_its_slice_until_nothing_can_arrive_under_it() {
    let first = key(2, 1_000);
    let held = slice(&first, 1, yuan(10_000));
    let last = Timestamp::from_ms(held.expires_at.ms() + LATE_MS);
    assert_eq!(pool(20_000, &[&first], &[&held], last).free, yuan(10_000));
    assert_eq!(pool(20_000, &[&first], &[&held], Timestamp::from_ms(last.ms() + 1)).free, yuan(19_000));
}

#[test]
fn a_pool_that_was_made_smaller_leaves_slices_as_they_are() {
    let first = key(2, 0);
    let held = slice(&first, 1, yuan(10_000));
    let it = pool(6_000, &[&first], &[&held], minute(0));
    assert_eq!((it.free, it.cut(&first, &[&held], minute(0))), (Money::ZERO, None));
    assert_eq!(left(&first, &held), yuan(10_000));
}

/// What happens to one of the devices.
#[derive(Debug, Clone)]
enum Step {
    /// It asks for a grant, and the answer comes, or gets lost.
    Ask(usize, bool),
    /// It gives away so many yuan, if it may.
    Give(usize, i64),
    /// What it has promised first arrives.
    Arrive(usize),
}

fn step() -> impl Strategy<Value = Step> {
    prop_oneof![
        (0_usize..3, any::<bool>()).prop_map(|(device, comes)| Step::Ask(device, comes)),
        (0_usize..3, 1_i64..8_000).prop_map(|(device, yuan)| Step::Give(device, yuan)),
        (0_usize..3).prop_map(Step::Arrive),
    ]
}

/// A device: what it knows itself, and what the server knows of it.
struct Device {
    /// With what it has spent by its own count.
    own: DeviceKey,
    has: Option<Grant>,
    known: DeviceKey,
    under_way: Vec<Money>,
}

proptest! {
    /// Whatever comes late or gets lost: together they never give away more than there is, and the server's count of
    /// each is what the device has counted by then.
    #[test]
    fn devices_that_know_nothing_of_each_other_stay_within_the_pool(steps in prop::collection::vec(step(), 1..60)) {
        let now = minute(0);
        let device = |n| Device { own: key(n, 0), has: None, known: key(n, 0), under_way: Vec::new() };
        let mut devices = [device(2), device(3), device(4)];
        let mut issued: Vec<Grant> = Vec::new();
        for step in steps {
            match step {
                Step::Ask(device, comes) => {
                    let keys: Vec<&DeviceKey> = devices.iter().map(|it| &it.known).collect();
                    let grants: Vec<&Grant> = issued.iter().collect();
                    if let Some(room) = pool(20_000, &keys, &grants, now).cut(keys[device], &grants, now) {
                        let grant = slice(keys[device], issued.len() as u128, room);
                        issued.push(grant.clone());
                        if comes {
                            devices[device].has = Some(grant);
                        }
                    }
                }
                Step::Give(device, amount) => {
                    let it = &mut devices[device];
                    let Some(grant) = &it.has else { continue };
                    if yuan(amount) <= left(&it.own, grant) {
                        let money = it.own.spent_in(month()).checked_add(yuan(amount)).unwrap();
                        it.own.spent = Some(Spent { month: month(), money });
                        it.under_way.push(money);
                    }
                }
                Step::Arrive(device) => {
                    let it = &mut devices[device];
                    if !it.under_way.is_empty() {
                        it.known.spent = Some(Spent { month: month(), money: it.under_way.remove(0) });
                    }
                }
            }
            let spent = Money::sum(devices.iter().map(|it| it.own.spent_in(month()))).unwrap();
            prop_assert!(spent <= yuan(20_000), "{spent} is given away");
        }
    }
}
