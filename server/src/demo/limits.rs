//! Who may give how much: the limits of discount of the demo. A two-star manager gives 8 % off a leased line on the
//! spot; at 20 % exactly the head of the unit decides, above that the approver, above 35 % nobody.

use std::collections::BTreeMap;

use leeway_core::Body;
use leeway_core::authority::{Authority, PublishLimits, Write};
use leeway_core::pricing::Family;
use leeway_core::values::{Money, Percent};

use super::history::History;
use super::{numbering, people};

/// Percentages by family: managers of one, two, three stars, head of a unit, approver.
const OFF: [(Family, [u32; 5]); 7] = [
    (Family::LeasedLine, [8, 12, 15, 20, 35]),
    (Family::Cloud, [8, 12, 15, 20, 35]),
    (Family::Iot, [8, 12, 15, 20, 35]),
    (Family::Messaging, [5, 8, 10, 15, 25]),
    (Family::PrivateNetwork, [5, 8, 10, 18, 30]),
    (Family::Networking, [3, 5, 8, 12, 20]),
    (Family::Services, [8, 12, 15, 20, 35]),
];

/// Largest total of one quote, in 元, in the same order.
const DEAL_CAPS: [i64; 5] = [200_000, 500_000, 1_000_000, 3_000_000, 20_000_000];

/// Makes a percentage out of a whole number; the whole above 100.
pub(super) const fn percent(whole: u32) -> Percent {
    match Percent::from_bp(whole * 100) {
        Ok(percent) => percent,
        Err(_) => Percent::HUNDRED,
    }
}

/// Tells how the limits were published.
pub(super) fn publish(history: &mut History) {
    let level = |place: usize| Authority {
        off: BTreeMap::from(OFF.map(|(family, off)| (family, percent(off[place])))),
        deal_cap: Money::from_fen(DEAL_CAPS[place] * 100),
        months_max: None,
        given_max: None,
        month_max: None,
        margin_min: None,
    };
    let asked = PublishLimits {
        limits: numbering::limits(1),
        stars: [level(0), level(1), level(2)],
        unit_head: level(3),
        approver: level(4),
        regions: Vec::new(),
        cells: Vec::new(),
        window_days: Some(30),
        file_above: Some(percent(10)),
    };
    let at = history.days.at(-180, 545);
    history.ask(people::ADMIN, at, Body::Authority(Write::Publish(asked)));
}
