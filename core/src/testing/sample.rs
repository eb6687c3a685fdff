//! Ready-made values and one record of each type. The ids are small numbers, each kind counting by itself.

use std::collections::BTreeMap;

use serde_json::{Value, json};

use crate::approvals::{Case, CaseState};
use crate::authority::{Authority, Limits, Reason};
use crate::customers::{Contact, ContactRole, Customer, Grade, Industry};
use crate::inbox::{ClashCard, RefusalCard};
use crate::opportunities::{Opportunity, Stage, StageMove};
use crate::organisation::{Member, Named, Post, Role, Star, StarSince, Unit};
use crate::pricing::{Charge, Family, PriceBook, Product};
use crate::quotes::{Content, Line, Quote, QuoteState};
use crate::refusal::RefusalData;
use crate::stamped::{Past, Stamped};
use crate::values::{
    CaseId, ChecklistId, CommandId, ContactId, CreditCode, CustomerId, Date, LimitsId, LineId, Money, NoteId,
    OpportunityId, Percent, PostId, PriceBookId, ProductId, QuoteId, TaxRate, Timestamp, UnitId, UserId,
    VisitId,
};
use crate::visits::{
    Answer, Checklist, Choice, Item, ItemKey, ItemKind, NextStep, Purpose, Visit, VisitDigest, VisitNote,
    VisitState, When,
};
use crate::{Context, Entity, Record};

/// A manager of two stars in unit 1; customers 1 and 2 are hers.
pub const CHEN: UserId = UserId::from_u128(1);
/// A manager in unit 1, deputy of its head.
pub const LI: UserId = UserId::from_u128(2);
/// A manager in unit 2; customer 3 is his.
pub const ZHOU: UserId = UserId::from_u128(3);
/// The head of unit 1.
pub const WANG: UserId = UserId::from_u128(4);
/// The head of unit 2.
pub const GAO: UserId = UserId::from_u128(5);
/// The approver above both.
pub const ZHAO: UserId = UserId::from_u128(6);
/// The approver's deputy.
pub const SUN: UserId = UserId::from_u128(7);
/// The admin.
pub const ADMIN: UserId = UserId::from_u128(9);

/// The post of unit 1's head.
pub const HEAD: PostId = PostId::from_u128(1);
/// The post of unit 2's head.
pub const OTHER_HEAD: PostId = PostId::from_u128(2);
/// The approver's post.
pub const APPROVER: PostId = PostId::from_u128(3);

/// The n-th command of the manager.
pub fn by(n: u128) -> Context {
    Context { command: CommandId::from_u128(n), actor: CHEN, at: Timestamp::from_ms(1_000) }
}

/// A day that parses.
#[expect(clippy::expect_used, reason = "a sample with a bad date is a bug of the test")]
pub fn day(text: &str) -> Date {
    text.parse().expect("a date")
}

/// A percentage.
#[expect(clippy::expect_used, reason = "a sample with a bad percentage is a bug of the test")]
pub fn percent(text: &str) -> Percent {
    Percent::parse(text).expect("a percentage")
}

/// A credit code.
#[expect(clippy::expect_used, reason = "a sample with a bad code is a bug of the test")]
pub fn code(text: &str) -> CreditCode {
    text.parse().expect("a credit code")
}

/// A sum in 元.
pub fn yuan(yuan: i64) -> Money {
    Money::from_fen(yuan * 100)
}

/// A moment, in minutes after the first.
pub fn minute(n: i64) -> Timestamp {
    Timestamp::from_ms(1_800_000_000_000 + n * 60_000)
}

/// A field that the first command wrote.
pub fn stamped<T: Clone + PartialEq + serde::Serialize>(value: T) -> Stamped<T> {
    Stamped::new(&Context { at: minute(0), ..by(1) }, value)
}

/// A unit with its head's post; number 1 or 2.
pub fn unit(n: u128) -> Unit {
    let head = if n == 1 { HEAD } else { OTHER_HEAD };
    Unit { id: UnitId::from_u128(n), name: format!("政企{n}部"), head, approver: APPROVER }
}

/// A person.
pub fn member(id: UserId, login: &str, name: &str, of_unit: u128, role: Role) -> Member {
    Member {
        id,
        login: login.into(),
        name: name.into(),
        unit: UnitId::from_u128(of_unit),
        role,
        stars: vec![StarSince { star: Star::TWO, since: minute(0) }],
        active: true,
    }
}

/// Everybody.
pub fn members() -> Vec<Member> {
    vec![
        member(CHEN, "chen", "陈静", 1, Role::Manager),
        member(LI, "li", "李想", 1, Role::Manager),
        member(ZHOU, "zhou", "周敏", 2, Role::Manager),
        member(WANG, "wang", "王海", 1, Role::UnitHead),
        member(GAO, "gao", "高原", 2, Role::UnitHead),
        member(ZHAO, "zhao", "赵岚", 1, Role::Approver),
        member(SUN, "sun", "孙立", 1, Role::Approver),
        member(ADMIN, "admin", "管理员", 1, Role::Admin),
    ]
}

/// The three posts.
pub fn posts() -> Vec<Post> {
    let named = |id: UserId, name: &str| Named { id, name: name.into() };
    let post = |id, title: &str, holder, deputy, unit: Option<u128>| Post {
        id,
        title: title.into(),
        holder,
        deputy,
        unit: unit.map(UnitId::from_u128),
    };
    vec![
        post(HEAD, "政企1部负责人", named(WANG, "王海"), Some(named(LI, "李想")), Some(1)),
        post(OTHER_HEAD, "政企2部负责人", named(GAO, "高原"), None, Some(2)),
        post(APPROVER, "分公司审批岗", named(ZHAO, "赵岚"), Some(named(SUN, "孙立")), None),
    ]
}

/// A customer of this manager; those with a code have number 1 or 3.
pub fn customer(n: u128, owner: UserId, of_unit: u128) -> Customer {
    let code = match n {
        1 => Some(code("91350100M000100Y43")),
        3 => Some(code("91110108MA00000070")),
        _ => None,
    };
    Customer {
        id: CustomerId::from_u128(n),
        owner,
        unit: UnitId::from_u128(of_unit),
        name: stamped(format!("海港第{n}医院")),
        code: stamped(code),
        industry: stamped(Industry::Medical),
        grade: stamped(Grade::A),
        address: stamped("港前路 1 号".into()),
    }
}

/// A contact of customer 1.
pub fn contact() -> Contact {
    Contact {
        id: ContactId::from_u128(1),
        customer: CustomerId::from_u128(1),
        name: stamped("何工".into()),
        title: stamped("设备科长".into()),
        phone: stamped("138 0000 0000".into()),
        role: stamped(ContactRole::Decider),
    }
}

/// A checklist with one item of each kind; the first two are required.
pub fn checklist() -> Checklist {
    let item = |key: &str, question: &str, kind, required| Item {
        key: ItemKey(key.into()),
        question: question.into(),
        hint: None,
        kind,
        required,
    };
    let choice = |key: &str, label: &str| Choice { key: key.into(), label: label.into() };
    let choices = vec![choice("ours", "本公司"), choice("other", "其他运营商")];
    Checklist {
        id: ChecklistId::from_u128(1),
        name: "医疗走访".into(),
        version: 2,
        industry: Some(Industry::Medical),
        purpose: None,
        items: vec![
            item("decider", "见到关键人了吗", ItemKind::YesNo, true),
            item("line", "现用谁家专线", ItemKind::Choice { choices }, true),
            item("beds", "床位数", ItemKind::Number { unit: "张".into(), min: 1, max: 9_999 }, false),
            Item {
                hint: Some("影响专线扩容".into()), ..item("pain", "最头疼的事", ItemKind::Text, false)
            },
            item("ends", "合同到期日", ItemKind::Date, false),
        ],
        withdrawn: false,
    }
}

/// Visit 1, with customer 1: finished, one answer changed once, a next step.
pub fn visit() -> Visit {
    let mut answer = stamped(Answer::YesNo(false));
    answer.past.push(Past {
        value: Answer::YesNo(true),
        by: CHEN,
        at: minute(-1),
        write: CommandId::from_u128(9),
    });
    Visit {
        id: VisitId::from_u128(1),
        customer: CustomerId::from_u128(1),
        by: CHEN,
        purpose: Purpose::Renewal,
        checklist: ChecklistId::from_u128(1),
        when: stamped(When { day: day("2026-11-23"), minute: Some(570) }),
        state: VisitState::Finished { since: minute(0), until: minute(40) },
        answers: BTreeMap::from([(ItemKey("decider".into()), answer)]),
        next_step: Some(stamped(NextStep { text: "送方案".into(), day: day("2026-11-30"), done: false })),
    }
}

/// A note on visit 1.
pub fn note() -> VisitNote {
    VisitNote {
        id: NoteId::from_u128(1),
        visit: VisitId::from_u128(1),
        customer: CustomerId::from_u128(1),
        by: CHEN,
        at: minute(5),
        text: "何工要求双路由".into(),
    }
}

/// What the head of unit 1 sees of visit 1.
pub fn digest() -> VisitDigest {
    VisitDigest {
        id: VisitId::from_u128(1),
        unit: UnitId::from_u128(1),
        by: CHEN,
        by_name: "陈静".into(),
        customer_name: "海港第1医院".into(),
        purpose: Purpose::Renewal,
        finished_at: minute(40),
        minutes: 40,
        answered: 1,
        items: 5,
        next_step: None,
    }
}

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
        content: Content { lines: vec![line(1)], ..content() },
        list: yuan(76_800),
        total: yuan(61_440),
        effective: percent("20"),
        reasons: vec![
            Reason::Discount { family: Family::LeasedLine, asked: percent("20"), limit: percent("12") },
            Reason::DealSize { total: yuan(61_440), cap: yuan(50_000) },
        ],
        state,
    }
}

/// Limits: 8, 12, 15 % by star, head 20 %, approver 30 %, on leased lines only.
pub fn limits() -> Limits {
    let authority = |off: &str, cap: i64| Authority {
        off: BTreeMap::from([(Family::LeasedLine, percent(off))]),
        deal_cap: yuan(cap),
    };
    Limits {
        id: LimitsId::from_u128(1),
        published_at: Timestamp::from_ms(0),
        stars: [authority("8", 100_000), authority("12", 200_000), authority("15", 500_000)],
        unit_head: authority("20", 1_000_000),
        approver: authority("30", 10_000_000),
    }
}

/// Opportunity 1, with customer 1: moved once.
pub fn opportunity() -> Opportunity {
    Opportunity {
        id: OpportunityId::from_u128(1),
        customer: CustomerId::from_u128(1),
        by: CHEN,
        name: stamped("院区互联".into()),
        amount: stamped(yuan(180_000)),
        expected: stamped(day("2026-12-20")),
        stage: Stage::Qualified,
        stage_since: minute(3),
        moves: vec![StageMove { from: Stage::Lead, to: Stage::Qualified, by: CHEN, at: minute(3) }],
        lost_reason: None,
        next_step: None,
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

/// Records of every type, and of every state where the state changes what is stored.
pub fn records() -> Vec<Record> {
    let (at, by, by_name, case_id) = (minute(30), WANG, "王海".to_owned(), CaseId::from_u128(1));
    let visits =
        [VisitState::Planned, VisitState::Open { since: minute(0) }, VisitState::Cancelled, visit().state];
    let quotes = [
        QuoteState::Draft,
        QuoteState::Submitted { case: case_id, post: HEAD, at },
        QuoteState::Binding { at },
        QuoteState::Approved { case: case_id, by, by_name: by_name.clone(), at },
        QuoteState::Returned {
            case: case_id,
            by,
            by_name: by_name.clone(),
            at,
            missing: "缺合同年限".into(),
        },
    ];
    let cases = [
        CaseState::Open,
        CaseState::Decided { by, by_name, at, approved: true, words: "下不为例".into() },
        CaseState::Withdrawn { at },
    ];
    let lost = Opportunity { stage: Stage::Lost, lost_reason: Some("价格".into()), ..opportunity() };
    let mut records: Vec<Record> = vec![
        customer(1, CHEN, 1).into(),
        customer(2, CHEN, 1).into(),
        contact().into(),
        note().into(),
        digest().into(),
        checklist().into(),
        opportunity().into(),
        lost.into(),
        book().into(),
        PriceBook { withdrawn_at: Some(minute(9)), ..next_book() }.into(),
        limits().into(),
        unit(1).into(),
        refusal_card().into(),
        clash_card().into(),
    ];
    records.extend(visits.map(|state| Visit { state, ..visit() }.into()));
    records.extend(quotes.map(|state| quote(state).into()));
    records.extend(cases.map(|state| case(state).into()));
    records.extend(members().into_iter().take(1).map(Record::from));
    records.extend(posts().into_iter().map(Record::from));
    records
}

/// Adds a field that no version knows to every object in the JSON of a record or of arguments: those of maps and
/// of kept raw values apart.
pub fn add_unknown_fields(json: &mut Value) {
    match json {
        Value::Array(items) => items.iter_mut().for_each(add_unknown_fields),
        Value::Object(fields) => {
            for (name, value) in fields.iter_mut() {
                match name.as_str() {
                    "args" | "lost" | "kept" => {}
                    "off" | "answers" => value.as_object_mut().into_iter().for_each(|map| {
                        map.values_mut().for_each(add_unknown_fields);
                    }),
                    _ => add_unknown_fields(value),
                }
            }
            fields.insert("of_a_newer_version".to_owned(), json!([{ "a": 1 }]));
        }
        _ => {}
    }
}
