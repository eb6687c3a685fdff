//! The demo organisation keeps every rule of core, on whatever day it is seeded.

mod people;
mod quotes;
mod records;
mod visits;

use std::collections::{BTreeMap, BTreeSet};
use std::sync::LazyLock;

use leeway_core::Entity;
use leeway_core::customers::Customer;
use leeway_core::values::CustomerId;

use super::*;

/// A Friday, 21:10 in China.
const FRIDAY: Timestamp = Timestamp::from_ms(1_795_180_200_000);
const HOUR: i64 = 3_600_000;

fn day(text: &str) -> Date {
    text.parse().unwrap()
}

/// The organisation on that Friday; told once, since all tests only read it.
fn friday() -> &'static [Seed] {
    static SEEDS: LazyLock<Vec<Seed>> = LazyLock::new(|| organisation(day("2026-11-20"), FRIDAY));
    &SEEDS
}

fn all<T: Entity>(seeds: &[Seed]) -> Vec<&T> {
    seeds.iter().filter_map(|seed| T::of(&seed.record)).collect()
}

fn of_customer(seeds: &[Seed], id: CustomerId) -> &Customer {
    all::<Customer>(seeds).into_iter().find(|it| it.id == id).unwrap()
}

fn user_of(login: &str) -> UserId {
    accounts().into_iter().find(|it| it.login == login).unwrap().user
}

fn grants(seeds: &[Seed]) -> BTreeMap<Scope, BTreeSet<UserId>> {
    let mut holders = BTreeMap::<Scope, BTreeSet<UserId>>::new();
    for (user, scope) in seeds.iter().flat_map(|seed| &seed.grants) {
        holders.entry(*scope).or_default().insert(*user);
    }
    holders
}

/// Days around every awkward turn: each weekday, ends of months and years, a leap day; seeded at any hour, and by a
/// server whose calendar is a day ahead of or behind China's.
fn seedings() -> impl Iterator<Item = (Date, Timestamp)> {
    let starts = ["2026-11-16", "2026-12-28", "2028-02-27"].into_iter().map(day);
    let days = starts.flat_map(|start| (0..7).map(move |n| start.plus_days(n)));
    days.zip([-24, -12, 0, 9, 20].into_iter().cycle()).map(|(today, hours)| {
        let noon = FRIDAY.ms() - 9 * HOUR + today.days_since(day("2026-11-20")) * 24 * HOUR;
        (today, Timestamp::from_ms(noon + hours * HOUR))
    })
}
