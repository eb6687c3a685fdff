//! What sets the rules by which quotes are judged and decided on, and what those who decide may do besides deciding.

use std::collections::BTreeSet;

use crate::approvals::{AddSigner, AskStandIn, Forward, SetProcedure};
use crate::authority::{Band, Cell, PublishLimits, Region, SetReasons};
use crate::calendar::SetCalendar;
use crate::customers::Grade;
use crate::frameworks::{self, AgreedPrice};
use crate::letterhead::SetLetterhead;
use crate::organisation::SetPhone;
use crate::pricing::{Costs, Family, Part, Publish, SetCosts, Tier};
use crate::testing::sample::{
    self, APPROVER, GAO, HEAD, OTHER_HEAD, day, limits, minute, next_book, percent, procedure, reason_codes,
    yuan,
};
use crate::values::{CaseId, CustomerId, FrameworkId, LimitsId, PriceBookId, ProductId, StandInId, UnitId};

/// Gives case 7 to the approver's post.
pub fn forward() -> Forward {
    Forward { case: CaseId::from_u128(7), to: APPROVER }
}

/// Has the head of unit 2 approve as well what case 7 asks.
pub fn add_signer() -> AddSigner {
    AddSigner { case: CaseId::from_u128(7), post: OTHER_HEAD }
}

/// Has the head of unit 2 stand in for the post of unit 1's head, in the week after the first moment, as period 7.
pub fn ask_stand_in() -> AskStandIn {
    AskStandIn {
        stand_in: StandInId::from_u128(7),
        post: HEAD,
        deputy: GAO,
        from: minute(0),
        until: minute(7 * 24 * 60),
    }
}

/// Sets the first procedure.
pub fn set_procedure() -> SetProcedure {
    SetProcedure { plan: procedure().plan, seen: None }
}

/// Sets the first calendar.
pub fn set_calendar() -> SetCalendar {
    SetCalendar { time: sample::calendar().time, seen: None }
}

/// Sets the first list of reasons.
pub fn set_reasons() -> SetReasons {
    SetReasons { list: reason_codes().list, seen: None }
}

/// Sets the first letterhead.
pub fn set_letterhead() -> SetLetterhead {
    SetLetterhead { printed: sample::letterhead().printed, seen: None }
}

/// Says one's own telephone.
pub fn set_phone() -> SetPhone {
    SetPhone { phone: "130 0000 2417".into() }
}

/// Publishes price book 7.
pub fn publish_book() -> Publish {
    let book = next_book();
    Publish {
        book: PriceBookId::from_u128(7),
        name: "2027 上半年".into(),
        from: day("2027-01-01"),
        to: day("2027-06-30"),
        products: book.products,
    }
}

/// Publishes price book 8: the leased line is cheaper from five on, and comes with a card.
pub fn publish_bundle() -> Publish {
    let mut it = Publish { book: PriceBookId::from_u128(8), ..publish_book() };
    it.products = sample::book().products;
    it.products[0].tiers = vec![Tier { from: 5, price: yuan(3_000) }];
    it.products[0].parts = vec![Part { product: it.products[2].id, quantity: 1 }];
    it
}

/// Publishes framework 7 with customer 1.
pub fn publish_framework() -> frameworks::Publish {
    let price = |n: u128, price| AgreedPrice { product: ProductId::from_u128(n), price: yuan(price) };
    frameworks::Publish {
        framework: FrameworkId::from_u128(7),
        customer: CustomerId::from_u128(1),
        number: "KJ-2026-031".into(),
        from: day("2027-01-01"),
        to: day("2027-12-31"),
        prices: vec![price(1, 2_880), price(2, 550)],
    }
}

/// Sets what the products of price book 1 cost, for the first time.
pub fn set_costs() -> SetCosts {
    let Costs { id: book, costs, .. } = sample::costs();
    SetCosts { book, costs, seen: None }
}

/// Publishes limits 7, the same as the first.
pub fn publish_limits() -> PublishLimits {
    let limits = limits();
    PublishLimits {
        limits: LimitsId::from_u128(7),
        stars: limits.stars,
        unit_head: limits.unit_head,
        approver: limits.approver,
        regions: Vec::new(),
        cells: Vec::new(),
        window_days: None,
        file_above: None,
    }
}

/// Publishes limits 8: cloud by size, quotes of thirty days together, terms and gifts bounded.
pub fn publish_matrix() -> PublishLimits {
    let cell = |from: i64, below: Option<i64>, off: [&str; 5]| Cell {
        families: [Family::Cloud].into(),
        grades: Grade::ALL.into(),
        size: Band { from: yuan(from), below: below.map(yuan) },
        months: Band { from: 1, below: None },
        regions: BTreeSet::new(),
        off: off.map(percent),
    };
    let mut it = PublishLimits {
        limits: LimitsId::from_u128(8),
        cells: vec![
            cell(0, Some(100_000), ["5", "8", "10", "15", "25"]),
            cell(100_000, None, ["8", "12", "15", "25", "35"]),
        ],
        window_days: Some(30),
        file_above: Some(percent("10")),
        ..publish_limits()
    };
    for star in &mut it.stars {
        (star.months_max, star.given_max) = (Some(36), Some(yuan(20_000)));
        star.month_max = Some(yuan(50_000));
    }
    it
}

/// Publishes limits 9: the head of a unit decides while a quarter is left, the approver while a tenth is.
pub fn publish_margins() -> PublishLimits {
    let mut it = PublishLimits { limits: LimitsId::from_u128(9), ..publish_limits() };
    (it.unit_head.margin_min, it.approver.margin_min) = (Some(percent("25")), Some(percent("10")));
    it
}

/// Publishes limits 10: in the region of unit 1 leased lines go half as deep as elsewhere.
pub fn publish_regions() -> PublishLimits {
    let cell = |regions: &[&str], off: [&str; 5]| Cell {
        families: [Family::LeasedLine].into(),
        grades: Grade::ALL.into(),
        size: Band { from: yuan(0), below: None },
        months: Band { from: 1, below: None },
        regions: regions.iter().map(|it| (*it).to_owned()).collect(),
        off: off.map(percent),
    };
    PublishLimits {
        limits: LimitsId::from_u128(10),
        regions: vec![Region { name: "江东".into(), units: [UnitId::from_u128(1)].into() }],
        cells: vec![cell(&[], ["8", "12", "15", "20", "30"]), cell(&["江东"], ["4", "6", "8", "10", "15"])],
        ..publish_limits()
    }
}
