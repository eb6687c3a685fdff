//! Eighty opportunities over all stages, each with its moves and, while it is worked on, a next step. Two stories are
//! wanted: one deal that has stood still for weeks without a next step, and next steps that are due today.

use leeway_core::Body;
use leeway_core::opportunities::{CompleteNextStep, MoveStage, SetNextStep, Stage, Start, Write};
use leeway_core::values::{CommandId, Money, UserId};

use super::dice::Dice;
use super::history::History;
use super::numbering::{customer, opportunity};
use super::{customers, people, phrases};
use Stage::{Lead, Lost, Negotiation, Proposal, Qualified, Won};

/// An opportunity: customer, topic, amount in 元, how many days ago it began and last moved, stage.
type Row = (u32, &'static str, i64, i64, i64, Stage);

/// All of them; the n-th is opportunity n + 1.
#[rustfmt::skip]
const ROWS: [Row; 80] = [
    // chen
    (1, "三院区专线续约", 280_000, 58, 3, Negotiation),
    (2, "校园网扩容", 268_000, 41, 12, Qualified),
    (3, "厂区无线覆盖", 386_000, 66, 23, Proposal),
    (4, "门店专线", 92_000, 9, 9, Lead),
    (5, "车间 5G 专网", 420_000, 20, 20, Lead),
    (6, "政务短信", 4_000, 35, 5, Negotiation),
    (8, "云桌面试点", 64_000, 30, 8, Proposal),
    (10, "客房网络改造", 230_000, 44, 6, Proposal),
    (7, "门禁物联网卡", 7_200, 14, 10, Qualified),
    (9, "智慧教室云主机", 64_000, 6, 6, Lead),
    (1, "备用互联网专线", 60_000, 88, 50, Lost),
    (4, "收银短信包", 8_400, 50, 30, Won),
    (5, "办公专线", 38_000, 75, 48, Won),
    (10, "会议视频系统", 52_000, 80, 37, Lost),
    // li
    (11, "治超点专线", 96_000, 52, 7, Negotiation),
    (12, "校园广播与无线", 34_000, 33, 10, Proposal),
    (13, "门店互联网专线", 38_000, 25, 4, Qualified),
    (14, "冷库温控物联网卡", 21_000, 16, 16, Lead),
    (15, "云备份", 7_700, 29, 6, Negotiation),
    (16, "展厅无线覆盖", 26_000, 19, 6, Qualified),
    (17, "车载物联网卡", 72_000, 47, 11, Proposal),
    (18, "云主机迁移", 34_000, 8, 8, Lead),
    (19, "商场会员短信", 42_000, 40, 20, Won),
    (20, "园区视频专线", 19_000, 62, 25, Won),
    (11, "应急短信平台", 30_000, 70, 33, Lost),
    (14, "办公专线", 38_000, 64, 29, Won),
    (19, "收银备份专线", 46_000, 12, 5, Qualified),
    // he
    (21, "互联互通云平台", 1_280_000, 95, 9, Negotiation),
    (22, "应急指挥专网", 620_000, 74, 16, Proposal),
    (23, "新校区网络", 690_000, 66, 8, Negotiation),
    (24, "港区 5G 混合专网", 1_560_000, 110, 21, Proposal),
    (25, "产线物联网", 280_000, 37, 8, Proposal),
    (26, "客流无线", 210_000, 28, 12, Qualified),
    (27, "灾备云存储", 130_000, 45, 6, Negotiation),
    (28, "云桌面", 240_000, 22, 22, Lead),
    (29, "车队物联网卡", 156_000, 31, 14, Qualified),
    (30, "档口专线", 88_000, 11, 11, Lead),
    (21, "短信随访", 84_000, 85, 40, Won),
    (24, "办公云主机", 140_000, 100, 52, Won),
    (23, "宿舍宽带合作", 520_000, 120, 45, Lost),
    (25, "总部互联网专线", 170_000, 79, 31, Won),
    // zhou
    (31, "院区专线扩容", 290_000, 49, 5, Negotiation),
    (32, "教育短信平台", 46_000, 36, 9, Proposal),
    (33, "智慧考场", 148_000, 27, 13, Qualified),
    (34, "矿用 5G 专网", 780_000, 83, 18, Proposal),
    (35, "门店专线", 105_000, 54, 6, Negotiation),
    (36, "称重物联网卡", 12_000, 18, 18, Lead),
    (37, "疾控云主机", 78_000, 24, 7, Qualified),
    (38, "执法短信", 45_000, 15, 15, Lead),
    (39, "景区无线", 176_000, 42, 12, Proposal),
    (40, "实训室云桌面", 52_000, 7, 7, Lead),
    (31, "就诊短信提醒", 20_000, 71, 40, Won),
    (35, "收银云备份", 25_000, 60, 27, Won),
    (33, "校门人脸专线", 33_000, 58, 24, Lost),
    // xu
    (41, "园区政务云", 860_000, 90, 8, Negotiation),
    (42, "校园云存储", 280_000, 57, 12, Proposal),
    (43, "工厂 5G 虚拟专网", 540_000, 68, 19, Proposal),
    (44, "影像云备份", 240_000, 46, 6, Negotiation),
    (45, "冷链温控物联网", 190_000, 34, 8, Proposal),
    (46, "展馆临时专线", 68_000, 13, 2, Qualified),
    (47, "光伏电站物联网卡", 310_000, 39, 16, Qualified),
    (48, "商户宽带", 98_000, 21, 21, Lead),
    (49, "一网通办专线", 205_000, 30, 11, Qualified),
    (50, "校园无线", 166_000, 10, 10, Lead),
    (42, "招生短信", 46_000, 76, 33, Won),
    (45, "仓库互联网专线", 98_000, 82, 43, Won),
    (47, "驻场运维", 235_000, 93, 39, Lost),
    // sun
    (51, "社区随访短信", 14_000, 26, 7, Negotiation),
    (52, "自助借还专线", 35_000, 38, 10, Proposal),
    (53, "园内监控专线", 20_000, 17, 5, Qualified),
    (54, "药房门店专线", 68_000, 32, 8, Proposal),
    (55, "农机定位物联网卡", 44_000, 43, 14, Qualified),
    (56, "派单短信", 9_600, 12, 12, Lead),
    (57, "环卫车物联网卡", 38_000, 23, 4, Qualified),
    (58, "厂区监控专线", 36_000, 5, 5, Lead),
    (59, "门店备份专线", 57_000, 28, 13, Qualified),
    (60, "涉农短信", 40_000, 20, 5, Proposal),
    (54, "会员短信", 12_600, 63, 26, Won),
    (58, "办公专线", 33_000, 69, 32, Won),
    (55, "厂区无线", 24_000, 55, 22, Lost),
];

/// Why the lost ones were lost.
const LOST: [(u32, &str); 7] = [
    (11, "院方把备用线路并进三院区续约一起谈"),
    (14, "酒店总部统一采购，对手价格低三成"),
    (25, "市里统建平台，区里不再单独采购"),
    (40, "学校改由第三方投资共建"),
    (54, "对手送了闸机，我们没有硬件"),
    (67, "客户自己招了两名工程师"),
    (80, "厂房要搬迁，项目取消"),
];

/// When the open next steps are due, in days from today.
const DUE: [i64; 10] = [4, 0, 7, 0, 6, -2, 3, 2, 8, 11];
/// The one that stands still: its next step was done, and none came after it.
const STUCK: u32 = 3;

/// An opportunity that was told, for the quotes that are about it.
#[derive(Debug, Clone, Copy)]
pub(super) struct Told {
    /// Its customer's number.
    pub(super) firm: u32,
    /// The command that started it: the last write of its amount.
    pub(super) start: CommandId,
}

/// Tells all opportunities. The n-th of the list is number n + 1.
pub(super) fn start(history: &mut History) -> Vec<Told> {
    let mut dice = Dice::new(3);
    let mut open = [0; 6];
    let mut told = Vec::new();
    for (number, row) in (1..).zip(&ROWS) {
        let manager = customers::served_by(row.0);
        let due = DUE[(open[manager] + manager) % DUE.len()];
        if row.5.is_open() {
            open[manager] += 1;
        }
        told.push(tell(history, number, row, due, &mut dice));
    }
    told
}

fn tell(history: &mut History, number: u32, row: &Row, due: i64, dice: &mut Dice) -> Told {
    let (firm, topic, yuan, began, since, stage) = *row;
    let by = people::manager(customers::served_by(firm));
    let path = path(number, stage);
    let days = history.days;
    let due_of = |reached: Stage, at: i64, dice: &mut Dice| {
        days.off_weekend(if reached == stage { due } else { dice.between(3, 8) - at })
    };
    let asked = Start {
        opportunity: opportunity(number),
        customer: customer(firm),
        name: format!("{} {topic}", customers::of_number(firm).short),
        amount: Money::from_fen(yuan * 100),
        expected: days.day(days.off_weekend(expected(stage, since, dice))),
        next_step: phrases::in_turn(phrases::stage_steps(Lead), number),
        next_day: days.day(due_of(Lead, began, dice)),
    };
    let start = ask(history, by, began, dice.between(560, 600), Write::Start(asked));
    let mut seen = start;
    let mut from = Lead;
    for (step, to) in (1..).zip(&path) {
        let at = began - (began - since) * step / i64::try_from(path.len()).unwrap_or(1);
        let minute = 980 + 15 * step; // two moves may fall on one Friday
        move_to(history, by, number, (from, *to), at, minute);
        from = *to;
        if to.is_open() {
            let day = days.day(due_of(*to, at, dice));
            let text = phrases::in_turn(phrases::stage_steps(*to), number);
            let asked = SetNextStep { opportunity: opportunity(number), text, day, seen: Some(seen) };
            seen = ask(history, by, at, minute + 1, Write::SetNextStep(asked));
        }
    }
    if !stage.is_open() || number == STUCK {
        let asked = CompleteNextStep { opportunity: opportunity(number), seen };
        ask(history, by, since, 1_050, Write::CompleteNextStep(asked));
    }
    Told { firm, start }
}

/// Returns the stages after the first, up to this one; deals are lost at different points of the way.
fn path(number: u32, stage: Stage) -> Vec<Stage> {
    let way: &[Stage] = match stage {
        Lead => &[],
        Qualified => &[Qualified],
        Proposal => &[Qualified, Proposal],
        Negotiation => &[Qualified, Proposal, Negotiation],
        Won => &[Qualified, Proposal, Negotiation, Won],
        Lost if number.is_multiple_of(2) => &[Qualified, Proposal, Negotiation, Lost],
        Lost => &[Qualified, Proposal, Lost],
    };
    way.to_vec()
}

/// Returns when it should be signed, in days from today: the further it is, the sooner.
fn expected(stage: Stage, since: i64, dice: &mut Dice) -> i64 {
    match stage {
        Lead => dice.between(60, 95),
        Qualified => dice.between(35, 70),
        // what stands still has passed its day
        Proposal if since > 20 => dice.between(-6, -3),
        Proposal => dice.between(18, 45),
        Negotiation => dice.between(4, 18),
        Won | Lost => dice.between(2, 12) - since,
    }
}

fn move_to(
    history: &mut History,
    by: UserId,
    number: u32,
    (from, to): (Stage, Stage),
    days_ago: i64,
    minute: i64,
) {
    let reason = LOST.iter().find(|(lost, _)| *lost == number && to == Lost);
    let reason = reason.map(|(_, why)| (*why).to_owned());
    let asked = MoveStage { opportunity: opportunity(number), from, to, reason };
    ask(history, by, days_ago, minute, Write::MoveStage(asked));
}

fn ask(history: &mut History, by: UserId, days_ago: i64, minute: i64, write: Write) -> CommandId {
    let at = history.days.at(history.days.off_weekend(-days_ago), minute);
    history.ask(by, at, Body::Opportunities(write))
}
