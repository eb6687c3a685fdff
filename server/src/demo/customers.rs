//! Sixty customers of an invented town, 澄州, ten for each manager, with their people. Credit codes have right check
//! characters, but name a region that does not exist; telephone numbers are nobody's.

use leeway_core::Body;
use leeway_core::customers::{
    AddContact, ContactChange, ContactRole, CustomerChange, EditContact, EditCustomer, Grade, Industry,
    Register, Write,
};
use leeway_core::values::{CreditCode, UserId, check_character};

use super::dice::Dice;
use super::history::History;
use super::numbering::{contact, customer};
use super::{names, people};
use Body::Customers;
use Grade::{A, B, C};
use Industry::{Commerce, Education, Enterprise, Government, Medical, Services};
use Kind::{Agency, Company, Institution, NonProfit};

/// What the first two characters of a credit code stand for.
#[derive(Debug, Clone, Copy)]
enum Kind {
    /// 机关.
    Agency,
    /// 事业单位.
    Institution,
    /// 民办非企业单位.
    NonProfit,
    /// 企业.
    Company,
}

impl Kind {
    const fn prefix(self) -> &'static str {
        match self {
            Agency => "11",
            Institution => "12",
            NonProfit => "52",
            Company => "91",
        }
    }
}

/// A customer of the demo.
pub(super) struct Firm {
    /// Registered name.
    pub(super) name: &'static str,
    /// What people call it.
    pub(super) short: &'static str,
    /// Line of business.
    pub(super) industry: Industry,
    /// Value grade.
    pub(super) grade: Grade,
    kind: Kind,
    address: &'static str,
}

const fn firm(
    name: &'static str,
    short: &'static str,
    industry: Industry,
    grade: Grade,
    kind: Kind,
    address: &'static str,
) -> Firm {
    Firm { name, short, industry, grade, kind, address }
}

/// All customers; the n-th is customer n + 1, and manager n ÷ 10 serves it.
#[rustfmt::skip]
pub(super) const FIRMS: [Firm; 60] = [
    // chen
    firm("江畔区人民医院", "江畔医院", Medical, A, Institution, "江畔区文汇路 88 号门诊楼 3 层"),
    firm("北塬第二中学", "北塬二中", Education, A, Institution, "北塬区学府街 12 号"),
    firm("澄州东垣纺织有限公司", "东垣纺织", Enterprise, B, Company, "东垣区工业三路 26 号"),
    firm("云栖里超市连锁有限公司", "云栖里", Commerce, B, Company, "江畔区栖霞路 301 号"),
    firm("恒石机械制造有限公司", "恒石机械", Enterprise, B, Company, "东垣区工业一路 9 号"),
    firm("江畔区政务服务中心", "江畔政务中心", Government, B, Agency, "江畔区市民大道 1 号"),
    firm("澄州安顺物业服务有限公司", "安顺物业", Services, C, Company, "江畔区滨河东路 57 号 2 层"),
    firm("江畔区妇幼保健院", "江畔妇幼", Medical, B, Institution, "江畔区杏林巷 16 号"),
    firm("澄州闻道职业技术学校", "闻道职校", Education, C, NonProfit, "东垣区育才路 40 号"),
    firm("望江楼酒店管理有限公司", "望江楼酒店", Services, B, Company, "江畔区滨河西路 3 号"),
    // li
    firm("澄州市江畔区交通运输局", "江畔交通局", Government, B, Agency, "江畔区通衢路 22 号"),
    firm("江畔实验小学", "江畔实小", Education, B, Institution, "江畔区书院巷 8 号"),
    firm("鲜里生鲜超市有限公司", "鲜里生鲜", Commerce, C, Company, "江畔区菜市口 15 号"),
    firm("澄州明禾食品有限公司", "明禾食品", Enterprise, C, Company, "东垣区工业五路 31 号"),
    firm("澄州仁和里口腔门诊部有限公司", "仁和里口腔", Medical, C, Company, "江畔区文汇路 210 号 1 层"),
    firm("江畔区文化馆", "江畔文化馆", Government, C, Institution, "江畔区市民大道 19 号"),
    firm("澄州快驿物流有限公司", "快驿物流", Services, C, Company, "东垣区物流园 6 号库"),
    firm("澄州晨光里印务有限公司", "晨光里印务", Enterprise, C, Company, "东垣区工业二路 44 号"),
    firm("澄州百川百货商场有限公司", "百川百货", Commerce, B, Company, "江畔区中山里 99 号"),
    firm("江畔区小禾苗幼儿园", "小禾苗幼儿园", Education, C, NonProfit, "江畔区花园里 5 号"),
    // he
    firm("澄州市第一人民医院", "市一医院", Medical, A, Institution, "江畔区健康路 1 号信息楼 4 层"),
    firm("澄州市应急管理局", "市应急局", Government, A, Agency, "江畔区市民大道 66 号"),
    firm("澄州理工学院", "澄州理工", Education, A, Institution, "云栖区大学路 100 号"),
    firm("澄州港务集团有限公司", "澄州港务", Enterprise, A, Company, "江畔区港前路 2 号"),
    firm("澄湖电子科技有限公司", "澄湖电子", Enterprise, A, Company, "高新区创新一路 18 号"),
    firm("澄悦购物中心管理有限公司", "澄悦广场", Commerce, A, Company, "江畔区中山里 1 号 6 层"),
    firm("澄州市住房公积金管理中心", "公积金中心", Government, B, Institution, "江畔区安居路 30 号"),
    firm("澄州市中医院", "市中医院", Medical, B, Institution, "江畔区本草路 7 号"),
    firm("远航旅运集团有限公司", "远航旅运", Services, B, Company, "江畔区车站路 12 号"),
    firm("澄州合众市场管理有限公司", "合众市场", Commerce, B, Company, "东垣区农贸路 88 号"),
    // zhou
    firm("北塬区人民医院", "北塬医院", Medical, A, Institution, "北塬区健民街 20 号"),
    firm("澄州市北塬区教育局", "北塬教育局", Government, B, Agency, "北塬区学府街 2 号"),
    firm("北塬第一中学", "北塬一中", Education, B, Institution, "北塬区学府街 66 号"),
    firm("塬上煤机装备有限公司", "塬上煤机", Enterprise, A, Company, "北塬区矿机路 1 号"),
    firm("乐邻家超市连锁有限公司", "乐邻家", Commerce, B, Company, "北塬区塬前街 118 号"),
    firm("澄州金穗里面粉有限公司", "金穗里面粉", Enterprise, C, Company, "北塬区粮库路 14 号"),
    firm("北塬区疾病预防控制中心", "北塬疾控", Medical, B, Institution, "北塬区健民街 51 号"),
    firm("澄州市云栖区市场监督管理局", "云栖市监局", Government, B, Agency, "云栖区政和路 10 号"),
    firm("青石坳文旅发展有限公司", "青石坳文旅", Services, B, Company, "云栖区青石坳景区游客中心"),
    firm("北塬技师学院", "北塬技师", Education, C, Institution, "北塬区矿机路 73 号"),
    // xu
    firm("澄州高新区管理委员会", "高新区管委会", Government, A, Agency, "高新区创新大道 1 号"),
    firm("澄州师范学院", "澄州师院", Education, A, Institution, "云栖区大学路 28 号"),
    firm("瑞川汽车零部件有限公司", "瑞川汽配", Enterprise, A, Company, "高新区制造二路 5 号"),
    firm("澄州市第三人民医院", "市三医院", Medical, A, Institution, "云栖区康宁路 9 号"),
    firm("华穗冷链物流有限公司", "华穗冷链", Services, B, Company, "高新区冷链园 3 号"),
    firm("北塬国际会展有限公司", "北塬会展", Services, B, Company, "北塬区会展大道 8 号"),
    firm("澄光新能源有限公司", "澄光新能源", Enterprise, A, Company, "高新区制造一路 36 号"),
    firm("众品汇商业管理有限公司", "众品汇", Commerce, B, Company, "云栖区栖云路 200 号"),
    firm("澄州市云栖区行政审批局", "云栖审批局", Government, B, Agency, "云栖区政和路 1 号"),
    firm("云栖外国语学校", "云栖外校", Education, B, NonProfit, "云栖区栖云路 55 号"),
    // sun
    firm("云栖区社区卫生服务中心", "云栖社区卫生", Medical, C, Institution, "云栖区邻里街 17 号"),
    firm("北塬区图书馆", "北塬图书馆", Government, C, Institution, "北塬区书香路 3 号"),
    firm("北塬区童心里幼儿园", "童心里幼儿园", Education, C, NonProfit, "北塬区塬后街 29 号"),
    firm("满堂春药房连锁有限公司", "满堂春药房", Commerce, C, Company, "云栖区邻里街 40 号"),
    firm("澄州铁牛里农机有限公司", "铁牛里农机", Enterprise, C, Company, "北塬区农机路 6 号"),
    firm("澄州安心到家政服务有限公司", "安心到家政", Services, C, Company, "云栖区邻里街 62 号 2 层"),
    firm("澄州绿源里环卫服务有限公司", "绿源里环卫", Services, C, Company, "北塬区环城路 150 号"),
    firm("澄州鼎新里建材有限公司", "鼎新里建材", Enterprise, C, Company, "北塬区建材城 8 栋"),
    firm("好街坊里便利店连锁有限公司", "好街坊里", Commerce, C, Company, "云栖区栖云路 310 号"),
    firm("澄州市北塬区农业农村局", "北塬农业局", Government, B, Agency, "北塬区政通街 5 号"),
];

/// Returns the customer with this number, 1 to 60.
pub(super) fn of_number(number: u32) -> &'static Firm {
    &FIRMS[usize::try_from(number - 1).unwrap_or(0)]
}

/// Returns which of the managers serves it.
pub(super) fn served_by(number: u32) -> usize {
    usize::try_from((number - 1) / 10).unwrap_or(0)
}

/// Who sits at the customer's table: for each line of business two casts of three, most important first.
const fn cast(industry: Industry) -> [[(&'static str, ContactRole); 3]; 2] {
    use ContactRole::{Coach, Decider, Gatekeeper, Influencer, User};
    match industry {
        Medical => [
            [("信息科科长", Influencer), ("分管副院长", Decider), ("设备科主任", User)],
            [("信息科主任", Coach), ("院长", Decider), ("采购办主任", Gatekeeper)],
        ],
        Education => [
            [("信息中心主任", Influencer), ("分管副校长", Decider), ("总务处主任", User)],
            [("网络管理员", Coach), ("校长", Decider), ("财务室主任", Gatekeeper)],
        ],
        Government => [
            [("办公室主任", Gatekeeper), ("分管领导", Decider), ("信息中心科长", Influencer)],
            [("信息中心科员", Coach), ("分管领导", Decider), ("财务科科长", Gatekeeper)],
        ],
        Commerce => [
            [("信息主管", Influencer), ("总经理", Decider), ("门店店长", User)],
            [("运营总监", Decider), ("采购经理", Gatekeeper), ("收银主管", User)],
        ],
        Services => [
            [("行政经理", Influencer), ("总经理", Decider), ("调度主管", User)],
            [("总经理", Decider), ("财务经理", Gatekeeper), ("客服主管", Coach)],
        ],
        Enterprise => [
            [("信息部经理", Influencer), ("分管副总", Decider), ("生产部主任", User)],
            [("设备科科长", Coach), ("总经理", Decider), ("财务经理", Gatekeeper)],
        ],
    }
}

/// Tells how each customer was registered, its people met, and a few facts corrected.
pub(super) fn register(history: &mut History) {
    let mut dice = Dice::new(1);
    for (number, firm) in (1..).zip(&FIRMS) {
        let manager = served_by(number);
        let owner = people::manager(manager);
        let known = dice.between(200, people::joined(manager) - 20);
        register_one(history, owner, number, firm, known, &mut dice);
        add_contacts(history, owner, number, firm, known, &mut dice);
    }
}

fn register_one(history: &mut History, owner: UserId, number: u32, firm: &Firm, known: i64, dice: &mut Dice) {
    // one in seven has grown since it was registered
    let grown = number.is_multiple_of(7) && firm.grade != C;
    let grade = if grown { C } else { firm.grade };
    let at = history.days.at(history.days.off_weekend(-known), dice.between(540, 660));
    let asked = Register {
        customer: customer(number),
        name: firm.name.into(),
        code: credit_code(number, firm.kind, dice),
        industry: firm.industry,
        grade,
        address: firm.address.into(),
    };
    let seen = history.ask(owner, at, Customers(Write::Register(asked)));
    if grown {
        let change = CustomerChange::Grade(firm.grade);
        let edit = EditCustomer { customer: customer(number), change, seen: Some(seen) };
        history.ask(owner, history.days.at(-150, 600), Customers(Write::Edit(edit)));
    }
}

/// Makes a code with a right check character, of a region that was never numbered: the law knows no 3518.
fn credit_code(number: u32, kind: Kind, dice: &mut Dice) -> Option<CreditCode> {
    const BODY: [char; 20] =
        ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F', 'G', 'H', 'J', 'K'];
    let mut code = format!("{}3518{:02}MA", kind.prefix(), 1 + number % 5);
    code.extend((0..7).map(|_| *dice.pick(&BODY)));
    code.push(check_character(&code)?);
    code.parse().ok()
}

fn add_contacts(history: &mut History, owner: UserId, number: u32, firm: &Firm, known: i64, dice: &mut Dice) {
    let met = match firm.grade {
        A => 3,
        B => 2,
        C => 1,
    };
    let [odd, even] = cast(firm.industry);
    let people = if number % 2 == 1 { odd } else { even };
    for (place, (title, role)) in (1..=met).zip(people) {
        let id = contact(number * 10 + place);
        let nth = usize::try_from(number * 3 + place).unwrap_or(0);
        let met_on = history.days.off_weekend(i64::from(place) * 12 - known);
        let at = history.days.at(met_on, dice.between(600, 1_000));
        let asked = AddContact {
            contact: id,
            customer: customer(number),
            name: names::name(nth),
            title: title.into(),
            phone: names::phone(if number.is_multiple_of(9) { nth + 200 } else { nth }),
            role,
        };
        let seen = history.ask(owner, at, Customers(Write::AddContact(asked)));
        if number.is_multiple_of(9) {
            let change = ContactChange::Phone(names::phone(nth));
            let edit = EditContact { contact: id, change, seen: Some(seen) };
            history.ask(owner, history.days.at(-37, 700), Customers(Write::EditContact(edit)));
        }
    }
}
