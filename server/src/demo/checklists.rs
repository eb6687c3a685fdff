//! Five checklists: four by line of business, and one for all that have none of their own, so that every line of
//! business and every purpose has one. Beside each question stands what managers of the demo usually answer.

use leeway_core::customers::Industry;
use leeway_core::values::Date;
use leeway_core::visits::{Answer, Checklist, Choice, Item, ItemKey, ItemKind, Purpose};

use super::dice::Dice;
use super::history::History;
use super::numbering;
use Ask::{Day, Number, OneOf, Text, YesNo};

/// What is asked, and what is usually answered.
enum Ask {
    /// Yes so many times out of a hundred.
    YesNo(usize),
    /// Keys and labels.
    OneOf(&'static [(&'static str, &'static str)]),
    /// Unit, smallest and largest; usually between the last two.
    Number(&'static str, [i64; 2], [i64; 2]),
    /// One of these sentences.
    Text(&'static [&'static str]),
    /// So many days after the visit.
    Day(i64, i64),
}

/// One item: key, question, why it is asked, whether it is required, what is asked.
type Row = (&'static str, &'static str, Option<&'static str>, bool, Ask);

/// One checklist.
pub(super) struct Template {
    /// Its number.
    number: u32,
    name: &'static str,
    industry: Option<Industry>,
    purpose: Option<Purpose>,
    rows: &'static [Row],
}

const BUDGET: &[(&str, &str)] =
    &[("fiscal", "财政专项"), ("own", "单位自筹"), ("later", "明年再列"), ("unknown", "还不清楚")];
const FELT: &[(&str, &str)] = &[("good", "满意"), ("fair", "一般"), ("poor", "不满意")];

const MEDICAL: &[Row] = &[
    (
        "met",
        "今天见到谁",
        None,
        true,
        OneOf(&[
            ("dean", "院领导"),
            ("it", "信息科"),
            ("device", "设备科"),
            ("finance", "财务科"),
            ("nobody", "没见到人"),
        ]),
    ),
    ("rival_end", "对手专线合同哪天到期", Some("到期日决定什么时候再谈"), true, Day(20, 420)),
    ("outage", "今年断网影响过就诊吗", None, false, YesNo(35)),
    ("outages", "今年大约断过几次", None, false, Number("次", [0, 99], [0, 4])),
    ("sites", "有几个院区要联网", Some("续约按院区报价"), true, Number("个", [1, 50], [1, 4])),
    (
        "room",
        "机房现状",
        None,
        false,
        Text(&[
            "门诊楼 3 层，两路市电，UPS 能撑 40 分钟，机柜还有 6U 空位。",
            "机房偏热，空调夏天报过两次警，交换机是 2017 年的。",
            "新楼机房已验收，老机房月底腾空，专线要跟着搬。",
            "单路光缆进楼，没有第二路由，信息科自己也不放心。",
        ]),
    ),
    ("felt", "对现在的服务满意吗", None, false, OneOf(FELT)),
    (
        "wants",
        "续约时他们最在意什么",
        None,
        false,
        Text(&[
            "怕挂号系统断，最在意备用路由和两小时到场。",
            "价格要能和对手比，院办要求书面写明降了多少。",
            "希望三年一签，中间提速不重新走流程。",
            "要求账单按院区分开，财务好分摊。",
        ]),
    ),
];

const EDUCATION: &[Row] = &[
    (
        "met",
        "今天见到谁",
        None,
        true,
        OneOf(&[
            ("head", "校领导"),
            ("it", "信息中心"),
            ("general", "总务处"),
            ("teacher", "老师"),
            ("nobody", "没见到人"),
        ]),
    ),
    ("students", "在校学生多少人", None, false, Number("人", [1, 60_000], [260, 4_800])),
    ("peak", "上课高峰网络卡吗", None, true, YesNo(55)),
    ("exam", "近期有没有联考或机考", Some("考试周不能割接"), false, YesNo(40)),
    ("budget", "预算从哪里出", None, false, OneOf(BUDGET)),
    ("window", "最早哪天能进场施工", Some("多数学校只有假期能施工"), false, Day(7, 120)),
    (
        "pain",
        "老师们抱怨最多的是什么",
        None,
        true,
        Text(&[
            "录播课上传要等半天，上午第二节最慢。",
            "实验楼无线信号差，平板课连不齐。",
            "家长通知靠转发，常有人说没收到。",
            "机房电脑太老，换一批又没有钱，想试云桌面。",
        ]),
    ),
];

const GOVERNMENT: &[Row] = &[
    (
        "met",
        "今天见到谁",
        None,
        true,
        OneOf(&[
            ("leader", "分管领导"),
            ("office", "办公室"),
            ("it", "信息中心"),
            ("clerk", "经办人"),
            ("nobody", "没见到人"),
        ]),
    ),
    ("planned", "明年的信息化预算报了吗", None, true, YesNo(60)),
    ("budget", "预算大约多少", None, false, Number("万元", [0, 99_999], [8, 260])),
    (
        "procure",
        "打算怎么采购",
        None,
        false,
        OneOf(&[
            ("open", "公开招标"),
            ("compare", "询价"),
            ("frame", "框架协议"),
            ("direct", "直接采购"),
            ("unknown", "还不清楚"),
        ]),
    ),
    ("deadline", "采购计划哪天定稿", Some("定稿后就加不进去了"), false, Day(10, 90)),
    ("security", "有没有等保或密评要求", None, false, YesNo(75)),
    (
        "systems",
        "哪些系统要上云或迁移",
        None,
        false,
        Text(&[
            "先迁公文和档案两个系统，窗口业务明年再动。",
            "视频会商要单独一张网，不和办公混用。",
            "短信提醒接口要换，现在的平台发得慢。",
            "暂时没有迁移计划，等市里统一安排。",
        ]),
    ),
    (
        "feedback",
        "对我们的服务有什么意见",
        None,
        true,
        Text(&[
            "故障能及时到场，就是发票给得晚。",
            "希望有固定的人对接，不要每次重新讲一遍。",
            "没有意见，希望提前一周通知割接。",
            "要一份全年的运行报告，给领导看。",
        ]),
    ),
];

const COMMERCE: &[Row] = &[
    (
        "met",
        "今天见到谁",
        None,
        true,
        OneOf(&[
            ("owner", "老板"),
            ("it", "信息主管"),
            ("shop", "店长"),
            ("finance", "财务"),
            ("nobody", "没见到人"),
        ]),
    ),
    ("shops", "现在有多少家门店或商户", None, true, Number("家", [1, 5_000], [3, 180])),
    ("offline_pos", "断网时收银还能收款吗", None, true, YesNo(45)),
    ("opening", "下一家店哪天开业", Some("开业前三周要进场"), false, Day(15, 150)),
    (
        "line",
        "现在的宽带是谁家的",
        None,
        false,
        OneOf(&[
            ("ours", "都是我们的"),
            ("mixed", "两家都有"),
            ("rival", "都是对手的"),
            ("unknown", "不清楚"),
        ]),
    ),
    (
        "pain",
        "高峰时段最头疼的事",
        None,
        false,
        Text(&[
            "周末扫码付款转圈，排队的人走了。",
            "会员短信到达率低，活动通知等于没发。",
            "各店监控要看总部，画面老断。",
            "新店开业前总等宽带，每次都差两三天。",
        ]),
    ),
    ("felt", "对现在的服务满意吗", None, false, OneOf(FELT)),
];

const GENERAL: &[Row] = &[
    (
        "met",
        "今天见到谁",
        None,
        true,
        OneOf(&[
            ("boss", "老板"),
            ("vice", "分管副总"),
            ("it", "信息部"),
            ("office", "行政部"),
            ("finance", "财务部"),
            ("nobody", "没见到人"),
        ]),
    ),
    ("decider", "决策人今天在不在", None, false, YesNo(40)),
    ("people", "单位多少人", None, false, Number("人", [1, 100_000], [30, 1_600])),
    (
        "line",
        "现在用谁家的专线",
        None,
        false,
        OneOf(&[("ours", "我们的"), ("rival", "对手的"), ("mixed", "两家都有"), ("none", "没有专线")]),
    ),
    ("rival_end", "对手合同哪天到期", Some("提前三个月去谈"), false, Day(20, 500)),
    ("cloud", "有没有系统在云上", None, false, YesNo(50)),
    (
        "pain",
        "眼下最想解决的一件事",
        None,
        true,
        Text(&[
            "车间扫码掉线，停线一次约 40 分钟。",
            "总部和仓库对账靠拷表，想连成一张网。",
            "监控存不满一个月，检查时补不出来。",
            "开视频会老卡，外地客户有意见。",
            "设备在外面跑，不知道在哪里、开没开。",
        ]),
    ),
    ("budget", "预算从哪里出", None, false, OneOf(BUDGET)),
    ("bills", "账单和付款有没有问题", Some("欠费早问，别等停机"), true, YesNo(15)),
    ("felt", "对现在的服务满意吗", None, false, OneOf(FELT)),
    ("rival_came", "最近三个月对手来过吗", None, false, YesNo(30)),
    ("sites", "有几处地点要联网", None, false, Number("处", [1, 999], [1, 12])),
];

/// All of them; the one for all comes last.
pub(super) const TEMPLATES: [Template; 5] = [
    Template {
        number: 1,
        name: "医疗续约清单",
        industry: Some(Industry::Medical),
        purpose: Some(Purpose::Renewal),
        rows: MEDICAL,
    },
    Template {
        number: 2,
        name: "校园走访清单",
        industry: Some(Industry::Education),
        purpose: None,
        rows: EDUCATION,
    },
    Template {
        number: 3,
        name: "政务走访清单",
        industry: Some(Industry::Government),
        purpose: None,
        rows: GOVERNMENT,
    },
    Template {
        number: 4,
        name: "商超走访清单",
        industry: Some(Industry::Commerce),
        purpose: None,
        rows: COMMERCE,
    },
    Template { number: 5, name: "企业通用清单", industry: None, purpose: None, rows: GENERAL },
];

impl Template {
    /// Returns the checklist as it is stored.
    pub(super) fn checklist(&self) -> Checklist {
        Checklist {
            id: numbering::checklist(self.number),
            name: self.name.into(),
            version: 1,
            industry: self.industry,
            purpose: self.purpose,
            items: self.rows.iter().map(item).collect(),
            withdrawn: false,
        }
    }

    /// Returns what a manager answered on that day: everything that is required, and most of the rest.
    pub(super) fn answers(&self, day: Date, dice: &mut Dice) -> Vec<(ItemKey, Answer)> {
        let mut given = Vec::new();
        for (key, _, _, required, ask) in self.rows {
            if *required || dice.chance(75) {
                given.push((ItemKey((*key).into()), ask.answer(day, dice)));
            }
        }
        given
    }
}

fn item((key, question, hint, required, ask): &Row) -> Item {
    Item {
        key: ItemKey((*key).into()),
        question: (*question).into(),
        hint: hint.map(Into::into),
        kind: ask.kind(),
        required: *required,
    }
}

impl Ask {
    fn kind(&self) -> ItemKind {
        match self {
            YesNo(_) => ItemKind::YesNo,
            OneOf(choices) => {
                let choice =
                    |(key, label): &(&str, &str)| Choice { key: (*key).into(), label: (*label).into() };
                ItemKind::Choice { choices: choices.iter().map(choice).collect() }
            }
            Number(unit, [min, max], _) => ItemKind::Number { unit: (*unit).into(), min: *min, max: *max },
            Text(_) => ItemKind::Text,
            Day(..) => ItemKind::Date,
        }
    }

    fn answer(&self, day: Date, dice: &mut Dice) -> Answer {
        match self {
            YesNo(yes) => Answer::YesNo(dice.chance(*yes)),
            OneOf(choices) => Answer::Choice(dice.pick(choices).0.into()),
            Number(_, _, [low, high]) => Answer::Number(dice.between(*low, *high)),
            Text(sentences) => Answer::Text((*dice.pick(sentences)).into()),
            Day(from, to) => Answer::Date(day.plus_days(dice.between(*from, *to))),
        }
    }
}

/// Returns the template that fits best.
pub(super) fn best(industry: Industry, purpose: Purpose) -> &'static Template {
    let fit = |template: &&Template| template.checklist().fit(industry, purpose);
    TEMPLATES.iter().filter(|it| fit(it).is_some()).max_by_key(|it| fit(it)).unwrap_or(&TEMPLATES[4])
}

/// Puts the checklists down: no command makes them yet.
pub(super) fn found(history: &mut History) {
    for template in &TEMPLATES {
        history.found(template.checklist(), vec![]);
    }
}
