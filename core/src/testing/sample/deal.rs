//! Price books, limits, quotes and their cases, and cards of the inbox.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use super::{APPROVER, CHEN, GAO, HEAD, SUN, day, minute, percent, yuan};
use crate::Entity;
use crate::approvals::{
    Case, CaseState, Judged, JudgedLine, Limit, Mode, Outcome, Plan, Procedure, Request, RequestDigest, Seat,
    SeatClock, SeatState, StandIn, Step, Track,
};
use crate::authority::{
    Authority, Level, Limits, Promised, Reason, ReasonCode, ReasonCodes, ReasonList, Situation,
};
use crate::calendar::WorkCalendar;
use crate::customers::Grade;
use crate::deputies::ActingState;
use crate::frameworks::{AgreedPrice, Framework};
use crate::inbox::{ClashCard, RefusalCard};
use crate::letterhead::{Letterhead, Printed};
use crate::organisation::{Named, Star};
use crate::pricing::{Charge, Costs, Family, PriceBook, Product, ProductCost};
use crate::quotes::{Content, Earned, Filing, Line, Margin, Quote, QuoteState};
use crate::refusal::RefusalData;
use crate::spending::{Like, Precedent, Size};
use crate::values::{
    CaseId, CommandId, CustomerId, FrameworkId, LimitsId, LineId, Percent, PriceBookId, ProductId, QuoteId,
    StandInId, TaxRate, Timestamp, UnitId, VisitId, WorkTime,
};
use crate::visits::Visit;

/// A product of the price book: 1 a leased line, 2 cloud, 3 IoT cards, sold once.
pub fn product(n: u128) -> Product {
    let (code, name, family, unit, charge, price, floor, vat) = match n {
        1 => ("ZX200", "专线 200M", Family::LeasedLine, "条", Charge::Monthly, 3_200, 2_000, TaxRate::Nine),
        2 => ("YZJ4", "云主机 4C8G", Family::Cloud, "台", Charge::Monthly, 600, 300, TaxRate::Six),
        _ => ("WLK", "物联网卡", Family::Iot, "张", Charge::OneOff, 50, 20, TaxRate::Thirteen),
    };
    Product {
        id: ProductId::from_u128(n),
        code: code.into(),
        name: name.into(),
        family,
        unit: unit.into(),
        charge,
        price: yuan(price),
        floor: yuan(floor),
        vat,
        tiers: Vec::new(),
        parts: Vec::new(),
    }
}

/// Price book 1 with products 1, 2 and 3.
pub fn book() -> PriceBook {
    PriceBook {
        id: PriceBookId::from_u128(1),
        name: "2026 下半年".into(),
        from: day("2026-07-01"),
        to: day("2026-12-31"),
        published_at: minute(0),
        withdrawn_at: None,
        products: vec![product(1), product(2), product(3)],
    }
}

/// Price book 2, later: the leased line is dearer, IoT cards are gone.
pub fn next_book() -> PriceBook {
    PriceBook {
        id: PriceBookId::from_u128(2),
        name: "2026 年末".into(),
        published_at: minute(1),
        products: vec![Product { price: yuan(3_400), ..product(1) }, product(2)],
        ..book()
    }
}

/// Framework 1 with customer 1: the leased line and IoT cards cost less than in book 1.
pub fn framework() -> Framework {
    let price = |n: u128, price| AgreedPrice { product: ProductId::from_u128(n), price: yuan(price) };
    Framework {
        id: FrameworkId::from_u128(1),
        customer: CustomerId::from_u128(1),
        number: "KJ-2026-018".into(),
        from: day("2026-12-01"),
        to: day("2027-11-30"),
        published_at: minute(0),
        ended_at: None,
        prices: vec![price(1, 2_900), price(3, 40)],
    }
}

/// What the products of price book 1 cost: 2,000, 400 and 25 a piece.
pub fn costs() -> Costs {
    let cost = |(n, cost): (u128, i64)| ProductCost { product: ProductId::from_u128(n), cost: yuan(cost) };
    let costs = [(1, 2_000), (2, 400), (3, 25)].map(cost).into();
    Costs { id: PriceBookId::from_u128(1), costs, set_at: minute(4), write: CommandId::from_u128(33) }
}

/// A line of one leased line at ¥3,200.00 a month.
pub fn line(n: u128) -> Line {
    let Product { id, name, family, unit, charge, price, floor, vat, .. } = product(1);
    Line {
        id: LineId::from_u128(n),
        product: id,
        name,
        family,
        unit,
        charge,
        price,
        floor,
        vat,
        quantity: 1,
        off: Percent::ZERO,
        gift: false,
        parts: Vec::new(),
        agreed: None,
    }
}

/// A quote's content without lines.
pub fn content() -> Content {
    Content {
        customer: CustomerId::from_u128(1),
        opportunity: None,
        title: "专线".into(),
        book: PriceBookId::from_u128(1),
        months: 24,
        free_months: 0,
        overall: Percent::ZERO,
        valid_until: day("2026-12-31"),
        lines: Vec::new(),
    }
}

/// Quote 1 with one line.
pub fn quote(state: QuoteState) -> Quote {
    Quote {
        id: QuoteId::from_u128(1),
        by: CHEN,
        made_at: minute(0),
        content: Content { lines: vec![line(1)], ..content() },
        state,
        flags: Vec::new(),
        proof: None,
        because: None,
        sent: None,
        versions: Vec::new(),
    }
}

/// Case 1 about quote 1, at the post of unit 1's head.
pub fn case(state: CaseState) -> Case {
    Case {
        id: CaseId::from_u128(1),
        quote: QuoteId::from_u128(1),
        post: HEAD,
        asked_by: CHEN,
        asked_by_name: "陈静".into(),
        asked_at: minute(10),
        customer_name: "海港第1医院".into(),
        grade: Grade::A,
        unit: None,
        content: Content { lines: vec![line(1)], ..content() },
        list: yuan(76_800),
        total: yuan(61_440),
        effective: percent("20"),
        reasons: vec![
            Reason::Discount { family: Family::LeasedLine, asked: percent("20"), limit: percent("12") },
            Reason::DealSize { total: yuan(61_440), cap: yuan(50_000) },
        ],
        found: None,
        because: None,
        margin: None,
        state,
        request: None,
        track: None,
    }
}

/// What is left of quote 1 at 20 % off.
pub fn margin() -> Margin {
    Margin { net: yuan(56_366), cost: yuan(48_000) }
}

/// The way of request 1: at the post of unit 1's head since the tenth minute, with the approver's behind it.
pub fn track() -> Track {
    let clock = SeatClock {
        since: minute(10),
        warn_at: minute(190),
        due: minute(250),
        warned: Some(minute(190)),
        late: None,
    };
    let seat = Seat {
        case: Some(CaseId::from_u128(1)),
        state: SeatState::Open,
        clock: Some(clock),
        ..Seat::ahead(HEAD, "政企1部负责人")
    };
    let limit = Limit { minutes: 240, warn: 60 };
    let step = Step { mode: Mode::InTurn, limit, beyond: Some(APPROVER), seats: vec![seat] };
    Track { outcome: Outcome::Open, steps: vec![step] }
}

/// Request 1 about quote 1.
pub fn request() -> Request {
    let line = JudgedLine { product: ProductId::from_u128(1), quantity: 1, off: percent("20"), gift: false };
    Request {
        id: CaseId::from_u128(1),
        quote: QuoteId::from_u128(1),
        customer: CustomerId::from_u128(1),
        unit: UnitId::from_u128(1),
        asked_by: CHEN,
        level: Level::UnitHead,
        judged: Judged {
            lines: vec![line],
            months: 24,
            free_months: 0,
            overall: Percent::ZERO,
            total: yuan(61_440),
        },
        track: track(),
    }
}

/// What the head of unit 1 sees of request 1.
pub fn request_digest() -> RequestDigest {
    let Case { id, asked_by_name, asked_at, customer_name, total, effective, .. } = case(CaseState::Open);
    let (unit, track) = (UnitId::from_u128(1), track());
    RequestDigest { id, unit, asked_by_name, asked_at, customer_name, total, effective, track }
}

/// What the head of unit 1 is told of quote 2.
pub fn filing() -> Filing {
    Filing {
        id: QuoteId::from_u128(2),
        unit: UnitId::from_u128(1),
        by_name: "陈静".into(),
        at: minute(3),
        customer_name: "海港医院".into(),
        total: yuan(70_656),
        effective: percent("8"),
    }
}

/// The head of unit 2 stands in for that of unit 1; asked by the approver's deputy, who stands in for them through period 2.
pub fn stand_in(state: ActingState) -> StandIn {
    let named = |id, name: &str| Named { id, name: name.into() };
    StandIn {
        id: StandInId::from_u128(1),
        post: HEAD,
        deputy: named(GAO, "高原"),
        from: minute(0),
        until: minute(24 * 60),
        asked_by: named(SUN, "孙立"),
        through: Some(StandInId::from_u128(2)),
        state,
    }
}

/// The procedure that is usual before one is set.
pub fn procedure() -> Procedure {
    let (set_at, write) = (minute(3), CommandId::from_u128(30));
    Procedure { id: Procedure::ID, plan: Plan::default(), set_at, write }
}

/// What was given in leased lines, in quotes of one size.
pub fn precedent() -> Precedent {
    let like = Like { family: Family::LeasedLine, size: Some(Size::Middle), grade: None, term: None };
    Precedent {
        id: like.id(),
        like,
        deals: 12,
        quartiles: ["5", "8", "12"].map(percent),
        win_rate: Some(percent("67")),
    }
}

/// The usual reasons for giving, and one of the organisation's own.
pub fn reason_codes() -> ReasonCodes {
    let mut list = ReasonList { free: percent("3"), ..ReasonList::default() };
    list.codes.extend(ReasonCode::new("政府采购"));
    ReasonCodes { id: ReasonCodes::ID, list, set_at: minute(3), write: CommandId::from_u128(32) }
}

/// A calendar with a holiday and a Sunday that is worked for it.
pub fn calendar() -> WorkCalendar {
    let mut time = WorkTime::default();
    time.days.off = [day("2027-01-29")].into();
    time.days.on = [day("2027-01-31")].into();
    WorkCalendar { id: WorkCalendar::ID, time, set_at: minute(3), write: CommandId::from_u128(31) }
}

/// The letterhead of the organisation.
pub fn letterhead() -> Letterhead {
    let printed = Printed {
        name: "江畔通信有限公司 政企部".into(),
        address: "江畔区滨江大道 1 号".into(),
        phone: "0591 0000 0000".into(),
        terms: vec!["合同签订后 15 个工作日内开通。".into(), "设备质保三年，坏了次日上门更换。".into()],
        confirms: true,
    };
    Letterhead { id: Letterhead::ID, printed, set_at: minute(4), write: CommandId::from_u128(32) }
}

/// Limits: 8, 12, 15 % by star, head 20 %, approver 30 %, on leased lines only.
pub fn limits() -> Limits {
    let authority = |off: &str, cap: i64| Authority {
        off: BTreeMap::from([(Family::LeasedLine, percent(off))]),
        deal_cap: yuan(cap),
        months_max: None,
        given_max: None,
        month_max: None,
        margin_min: None,
    };
    Limits {
        id: LimitsId::from_u128(1),
        published_at: Timestamp::from_ms(0),
        stars: [authority("8", 100_000), authority("12", 200_000), authority("15", 500_000)],
        unit_head: authority("20", 1_000_000),
        approver: authority("30", 10_000_000),
        regions: Vec::new(),
        cells: Vec::new(),
        window_days: None,
        file_above: None,
    }
}

/// A quote of a manager with two stars for a customer of grade A over two years, with nothing promised before.
pub fn situation() -> Situation {
    Situation {
        star: Star::TWO,
        grade: Grade::A,
        unit: Some(UnitId::from_u128(1)),
        months: 24,
        promised: Promised::default(),
        pool: None,
        earned: Earned::Hidden,
    }
}

/// A refusal of command 50, of the manager.
pub fn refusal_card() -> RefusalCard {
    RefusalCard {
        id: CommandId::from_u128(50),
        user: CHEN,
        kind: "quotes.drop_line".into(),
        kv: 1,
        args: json!({ "quote": QuoteId::from_u128(1), "line": LineId::from_u128(1) }),
        at: minute(20),
        reason: RefusalData { code: "quotes.not_a_draft".into(), args: Value::Null },
    }
}

/// A clash that command 60 made; the card is the manager's.
pub fn clash_card() -> ClashCard {
    ClashCard {
        id: CommandId::from_u128(60),
        user: CHEN,
        about: Visit::key(VisitId::from_u128(1)),
        field: "answers.decider".into(),
        lost: json!({ "kind": "yes_no", "value": true }),
        lost_by: CHEN,
        lost_at: minute(20),
        kept: json!({ "kind": "yes_no", "value": false }),
        kept_by: CHEN,
        kept_at: minute(21),
    }
}
