//! Forty quotes of every standing: drafts, binding ones (one on a price book that is withdrawn, one expired), requests
//! that wait for wang, gao and zhao, approved ones, and some sent back with what is missing. What each became is
//! not chosen here: core judged it by the limits of the demo, and the tests see that it is what the table means.

use leeway_core::Body;
use leeway_core::approvals::{self, Decide};
use leeway_core::authority::{ReasonCode, ReasonList};
use leeway_core::opportunities::{self, OpportunityChange};
use leeway_core::quotes::{Asks, Content, Draft, Finalise, Line, LineInput, Write, totals};
use leeway_core::values::{Money, Percent, Timestamp, UserId};

use super::history::History;
use super::limits::percent;
use super::numbering::{case, customer, limits, line, opportunity, quote};
use super::opportunities::Told;
use super::people;
use super::products::{self, Version};
use End::{Agreed, Bound, Returned, Unfinished, Waiting};

/// What came of a quote.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum End {
    /// Still being worked on.
    Unfinished,
    /// Binding within the manager's own authority.
    Bound,
    /// With the post that decides, since so many minutes.
    Waiting(Decider, i64),
    /// Approved.
    Agreed(Decider),
    /// Sent back, with what is missing.
    Returned(Decider, &'static str),
}

/// Who decides.
#[derive(Debug, Clone, Copy, PartialEq)]
pub(super) enum Decider {
    /// The head of the manager's unit.
    Head,
    /// The approver.
    Above,
    /// The approver's deputy.
    Deputy,
}
use Decider::{Above, Deputy, Head};

/// A line: code of the product, quantity, whole percents off.
type Row = (&'static str, u32, u32);

/// A quote of the demo.
pub(super) struct Offer {
    /// Number of the opportunity that it is about.
    pub(super) about: u32,
    title: &'static str,
    /// How many days ago it was made.
    days_ago: i64,
    /// For how many days the customer may accept.
    valid: i64,
    months: u16,
    /// Its lines.
    pub(super) rows: &'static [Row],
    /// What came of it.
    pub(super) end: End,
}

const fn offer(
    about: u32,
    title: &'static str,
    (days_ago, valid): (i64, i64),
    months: u16,
    rows: &'static [Row],
    end: End,
) -> Offer {
    Offer { about, title, days_ago, valid, months, rows, end }
}

const NO_PROOF: &str = "缺对手报价凭据和点位图；交换机数量请按楼层列明。";
const NO_PLAN: &str = "缺组网图和三年回本测算；网关单价已近底价，请说明换来什么。";
const NO_BUDGET: &str = "缺客户预算批复；混合专网的降幅要有分期付款的承诺。";

/// All of them; the n-th is quote n + 1.
#[rustfmt::skip]
pub(super) const OFFERS: [Offer; 40] = [
    // chen: 12 % on lines, cloud, IoT and services, 8 % on messages and 5G, 5 % on equipment
    offer(1, "三院区专线续约", (0, 30), 24, &[("SJ-200", 3, 18), ("YZM-S", 60, 12), ("FW-AZ", 1, 0)], Waiting(Head, 100)),
    offer(6, "政务短信年包", (5, 30), 12, &[("DX-10W", 1, 6)], Bound),
    offer(7, "云桌面试点 40 台", (3, 30), 24, &[("YZM-S", 40, 10), ("FW-AZ", 1, 0)], Unfinished),
    offer(13, "办公专线 100M", (55, 90), 24, &[("ZX-100", 1, 10)], Bound),
    offer(12, "收银短信包", (34, 60), 12, &[("DX-10W", 2, 12)], Agreed(Head)),
    offer(3, "厂区无线覆盖", (23, 60), 24, &[("SB-AP", 340, 10), ("SB-SW", 40, 10), ("FW-AZ", 20, 10)], Returned(Head, NO_PROOF)),
    offer(8, "客房网络改造", (0, 30), 24, &[("ZX-500", 2, 28), ("SB-AP", 80, 5)], Waiting(Above, 205)),
    offer(11, "备用互联网专线 200M", (62, 30), 24, &[("ZX-200", 1, 8)], Bound),
    offer(9, "门禁物联网卡 300 张", (1, 30), 12, &[("WL-10M", 300, 5)], Unfinished),
    // li: 8 %, 5 % on messages and 5G, 3 % on equipment
    offer(15, "治超点数据专线", (1, 30), 24, &[("SJ-50", 2, 15)], Waiting(Head, 1_290)),
    offer(16, "校园广播与无线", (2, 30), 12, &[("SB-AP", 40, 3), ("FW-AZ", 2, 0)], Unfinished),
    offer(19, "云备份 4TB", (4, 30), 12, &[("YBF-1", 4, 8)], Bound),
    offer(23, "会员短信 100 万条", (22, 45), 12, &[("DX-10W", 10, 5)], Bound),
    offer(26, "办公专线 100M", (33, 60), 24, &[("ZX-100", 1, 12)], Agreed(Head)),
    offer(24, "园区视频专线", (28, 45), 12, &[("ZX-100", 1, 6)], Bound),
    // he: 15 %, 10 % on messages and 5G, 8 % on equipment
    offer(28, "互联互通云平台", (0, 45), 36, &[("YZJ-8", 30, 30), ("YCC-10", 12, 15), ("SJ-200", 4, 20)], Waiting(Above, 160)),
    offer(29, "应急指挥 5G 专网", (15, 60), 24, &[("ZW-V", 4, 22), ("ZW-G", 30, 20)], Returned(Above, NO_PLAN)),
    offer(30, "新校区网络", (6, 45), 36, &[("ZX-1000", 2, 15), ("SB-AP", 200, 8), ("SB-SW", 30, 8)], Bound),
    offer(34, "灾备云存储", (4, 30), 24, &[("YCC-10", 5, 12), ("YBF-1", 10, 12)], Bound),
    offer(32, "产线物联网", (2, 30), 24, &[("WL-100M", 1_000, 12), ("ZW-G", 90, 6)], Unfinished),
    offer(39, "办公云主机 10 台", (54, 90), 24, &[("YZJ-8", 10, 18)], Agreed(Head)),
    offer(41, "总部互联网专线 1000M", (33, 60), 24, &[("ZX-1000", 1, 12)], Bound),
    // zhou: as chen
    offer(42, "院区专线扩容", (0, 30), 24, &[("SJ-200", 3, 16), ("ZX-500", 1, 12)], Waiting(Head, 75)),
    offer(46, "三家门店专线", (3, 30), 24, &[("ZX-100", 3, 10), ("WL-1G", 12, 8)], Bound),
    offer(43, "家校短信 120 万条", (4, 30), 12, &[("DX-10W", 12, 8)], Unfinished),
    offer(45, "矿用 5G 混合专网", (17, 60), 36, &[("ZW-H", 1, 24), ("ZW-G", 60, 20)], Returned(Above, NO_BUDGET)),
    offer(52, "就诊提醒短信 50 万条", (44, 60), 12, &[("DX-10W", 5, 8)], Bound),
    offer(53, "收银云备份 8TB", (29, 60), 24, &[("YBF-1", 8, 18)], Agreed(Head)),
    offer(50, "景区无线一期", (10, 45), 24, &[("SB-AP", 90, 5), ("SB-SW", 10, 5), ("ZX-500", 1, 12)], Bound),
    // xu: as he
    offer(55, "园区政务云", (0, 45), 36, &[("YZJ-8", 30, 26), ("YCC-10", 10, 20)], Waiting(Above, 260)),
    offer(56, "校园云存储 100TB", (5, 45), 36, &[("YCC-10", 10, 14)], Unfinished),
    offer(58, "影像云备份", (4, 45), 24, &[("YBF-1", 60, 28), ("YCC-10", 4, 15)], Agreed(Deputy)),
    offer(59, "冷链温控物联网", (6, 30), 24, &[("WL-100M", 1_500, 15), ("ZW-G", 20, 8)], Bound),
    offer(65, "招生短信 120 万条", (36, 60), 12, &[("DX-10W", 12, 10)], Bound),
    offer(66, "仓库互联网专线 500M", (47, 75), 24, &[("ZX-500", 1, 18)], Agreed(Head)),
    // sun: as li
    offer(68, "随访短信 30 万条", (5, 30), 12, &[("DX-1W", 30, 5)], Bound),
    offer(71, "两家药房专线", (1, 30), 24, &[("ZX-100", 2, 12)], Waiting(Head, 1_450)),
    offer(77, "涉农短信 100 万条", (2, 30), 12, &[("DX-10W", 10, 5)], Unfinished),
    offer(69, "自助借还专线", (8, 30), 24, &[("ZX-100", 1, 8)], Unfinished),
    offer(79, "办公专线 100M", (34, 60), 24, &[("ZX-100", 1, 15)], Agreed(Head)),
];

/// Tells all quotes.
pub(super) fn write(history: &mut History, opportunities: &[Told]) {
    for (number, offer) in (1..).zip(&OFFERS) {
        let about = usize::try_from(offer.about - 1).ok().and_then(|at| opportunities.get(at));
        if let Some(told) = about {
            tell(history, number, offer, *told);
        }
    }
}

/// The moments of a quote's life: begun, finalised, decided.
fn moments(history: &History, number: u32, offer: &Offer) -> [Timestamp; 3] {
    let days = history.days;
    match offer.end {
        Waiting(_, minutes) => [minutes + 45, minutes, 0].map(|minutes| days.minutes_ago(minutes)),
        _ => {
            let minute = 545 + i64::from(number % 6) * 45;
            let day = days.off_weekend(-offer.days_ago);
            [minute, minute + 35, minute + 195].map(|minute| days.at(day, minute))
        }
    }
}

fn tell(history: &mut History, number: u32, offer: &Offer, told: Told) {
    let manager = super::customers::served_by(told.firm);
    let by = people::manager(manager);
    let content = content(history, number, offer, told);
    let [begun, finalised, decided] = moments(history, number, offer);
    let lines: Vec<LineInput> = content.lines.iter().map(Line::typed).collect();
    let draft = Draft {
        quote: quote(number),
        customer: content.customer,
        opportunity: content.opportunity,
        title: content.title.clone(),
        book: content.book,
        months: content.months,
        free_months: content.free_months,
        overall: content.overall,
        valid_until: content.valid_until,
        lines: lines.clone(),
    };
    history.ask(by, begun, Body::Quotes(Write::Draft(draft)));
    if offer.end == Unfinished {
        return;
    }
    let (total, cut) = totals(&content).map_or((Money::ZERO, Money::ZERO), |sums| (sums.total, sums.cut));
    let finalise = Finalise {
        quote: quote(number),
        customer: content.customer,
        opportunity: content.opportunity,
        title: content.title,
        book: content.book,
        limits: limits(1),
        star: people::star_of(manager),
        grade: None,
        unit: None,
        months: content.months,
        free_months: content.free_months,
        overall: content.overall,
        valid_until: content.valid_until,
        lines,
        total,
        asks: if offer.end == Bound { Asks::Binding } else { Asks::Approval },
        case: case(number),
        covers: Vec::new(),
        receipt: None,
        because: if cut == Money::ZERO { None } else { because(number) },
    };
    history.ask(by, finalised, Body::Quotes(Write::Finalise(finalise)));
    let edit = opportunities::Edit {
        opportunity: opportunity(offer.about),
        change: OpportunityChange::Amount(total),
        seen: Some(told.start),
    };
    history.ask(by, finalised, Body::Opportunities(opportunities::Write::Edit(edit)));
    decide(history, number, manager, offer.end, decided);
}

/// Says why something is given away: each of the usual reasons in turn, and now and then nothing.
fn because(number: u32) -> Option<ReasonCode> {
    let codes = ReasonList::default().codes;
    codes
        .into_iter()
        .cycle()
        .nth(usize::try_from(number * number).ok()?)
        .filter(|_| !number.is_multiple_of(7))
}

/// Prices the lines out of the book of that day, as the phone shows them before anything is asked.
fn content(history: &History, number: u32, offer: &Offer, told: Told) -> Content {
    let version = Version::days_ago(offer.days_ago);
    let products = version.products();
    let priced = (1..).zip(offer.rows).filter_map(|(place, (code, quantity, off))| {
        let product = products::by_code(&products, code)?;
        Some(Line {
            id: line(number * 10 + place),
            product: product.id,
            name: product.name.clone(),
            family: product.family,
            unit: product.unit.clone(),
            charge: product.charge,
            price: product.price_of(*quantity),
            floor: product.floor,
            vat: product.vat,
            quantity: *quantity,
            off: percent(*off),
            gift: false,
            parts: Vec::new(),
            agreed: None,
        })
    });
    Content {
        customer: customer(told.firm),
        opportunity: Some(opportunity(offer.about)),
        title: offer.title.into(),
        book: version.id(),
        months: offer.months,
        free_months: 0,
        overall: Percent::ZERO,
        valid_until: history.days.day(offer.valid - offer.days_ago),
        lines: priced.collect(),
    }
}

fn decide(history: &mut History, number: u32, manager: usize, end: End, at: Timestamp) {
    let (decider, approve, words) = match end {
        Agreed(decider) => (decider, true, "同意，注意按期回款。"),
        Returned(decider, missing) => (decider, false, missing),
        Unfinished | Bound | Waiting(..) => return,
    };
    let asked = Decide { case: case(number), approve, words: words.into() };
    history.ask(who(decider, manager), at, Body::Approvals(approvals::Write::Decide(asked)));
}

fn who(decider: Decider, manager: usize) -> UserId {
    match decider {
        Head => people::head_of(manager),
        Above => people::APPROVER,
        Deputy => people::DEPUTY,
    }
}
