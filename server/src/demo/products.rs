//! The price book: 27 products in seven families, and the version before it, which is withdrawn. Prices are per unit
//! (and month), tax included; costs are without. Never the tariff of a real operator.

use leeway_core::Body;
use leeway_core::pricing::{
    Charge, Family, Part, Product, ProductCost, Publish, SetCosts, Tier, Withdraw, Write,
};
use leeway_core::values::{Money, PriceBookId, TaxRate};

use super::history::History;
use super::limits::percent;
use super::{numbering, people};
use Charge::{Monthly, OneOff, Usage};
use Family::{Cloud, Iot, LeasedLine, Messaging, Networking, PrivateNetwork, Services};
use TaxRate::{Nine, Six, Thirteen};

/// How many days ago the current version replaced the old one.
pub(super) const REPLACED: i64 = 40;

/// A product: code, name, family, unit, charge, tax, and price with floor in 分, now and in the old version.
type Row = (&'static str, &'static str, Family, &'static str, Charge, TaxRate, [i64; 2], Option<[i64; 2]>);

#[rustfmt::skip]
const PRODUCTS: [Row; 27] = [
    ("ZX-100", "互联网专线 100M", LeasedLine, "条", Monthly, Six, [160_000, 100_000], Some([170_000, 105_000])),
    ("ZX-200", "互联网专线 200M", LeasedLine, "条", Monthly, Six, [260_000, 160_000], Some([270_000, 168_000])),
    ("ZX-500", "互联网专线 500M", LeasedLine, "条", Monthly, Six, [480_000, 300_000], Some([500_000, 310_000])),
    ("ZX-1000", "互联网专线 1000M", LeasedLine, "条", Monthly, Six, [820_000, 510_000], Some([860_000, 530_000])),
    ("SJ-50", "数据专线 50M", LeasedLine, "条", Monthly, Nine, [220_000, 140_000], Some([220_000, 140_000])),
    ("SJ-200", "院区专线 200M", LeasedLine, "条", Monthly, Nine, [320_000, 200_000], Some([330_000, 205_000])),
    ("YZJ-4", "云主机 4 核 8G", Cloud, "台", Monthly, Six, [38_000, 24_000], Some([40_000, 25_000])),
    ("YZJ-8", "云主机 8 核 16G", Cloud, "台", Monthly, Six, [72_000, 46_000], Some([76_000, 48_000])),
    ("YZM-S", "云桌面 标准型", Cloud, "台", Monthly, Six, [6_800, 5_400], Some([6_800, 5_100])),
    ("YBF-1", "云备份 1TB", Cloud, "个", Monthly, Six, [16_000, 10_000], Some([16_000, 10_000])),
    ("YCC-10", "云存储 10TB", Cloud, "个", Monthly, Six, [90_000, 58_000], None),
    ("WL-10M", "物联网卡 10MB", Iot, "张", Monthly, Six, [200, 130], Some([220, 140])),
    ("WL-100M", "物联网卡 100MB", Iot, "张", Monthly, Six, [500, 320], Some([550, 350])),
    ("WL-1G", "物联网卡 1GB", Iot, "张", Monthly, Six, [1_200, 780], Some([1_300, 840])),
    ("DX-1W", "短信包 1 万条", Messaging, "包", OneOff, Six, [48_000, 36_000], Some([50_000, 37_500])),
    ("DX-10W", "短信包 10 万条", Messaging, "包", OneOff, Six, [420_000, 315_000], Some([430_000, 322_500])),
    ("XX-1W", "5G 消息 1 万条", Messaging, "包", OneOff, Six, [68_000, 51_000], None),
    ("ZW-V", "5G 虚拟专网", PrivateNetwork, "项", Monthly, Nine, [680_000, 470_000], Some([720_000, 500_000])),
    ("ZW-H", "5G 混合专网", PrivateNetwork, "项", Monthly, Nine, [2_600_000, 1_800_000], Some([2_800_000, 1_950_000])),
    ("ZW-G", "5G 工业网关", PrivateNetwork, "台", OneOff, Thirteen, [198_000, 138_000], Some([210_000, 145_000])),
    ("SB-AP", "无线接入点", Networking, "台", OneOff, Thirteen, [76_000, 60_000], Some([78_000, 62_000])),
    ("SB-SW", "接入交换机 24 口", Networking, "台", OneOff, Thirteen, [185_000, 146_000], Some([190_000, 150_000])),
    ("SB-SP", "视频会议终端", Networking, "套", OneOff, Thirteen, [495_000, 390_000], Some([495_000, 390_000])),
    ("FW-AZ", "安装调试", Services, "项", OneOff, Six, [240_000, 150_000], Some([240_000, 150_000])),
    ("FW-YW", "驻场运维", Services, "人", Monthly, Six, [980_000, 630_000], Some([980_000, 630_000])),
    ("TC-MD", "门店上云套餐", LeasedLine, "套", Monthly, Six, [190_000, 121_000], None),
    ("LL-DX", "5G 定向流量", PrivateNetwork, "GB", Usage, Six, [300, 180], None),
];

/// Lower prices for larger quantities, in 分, in the current version.
const TIERS: [(&str, &[(u32, i64)]); 3] = [
    ("WL-1G", &[(500, 1_100), (5_000, 980)]),
    ("DX-10W", &[(10, 400_000), (50, 370_000)]),
    ("SB-AP", &[(50, 72_000), (200, 68_000)]),
];

/// What is in a bundle, in the current version.
const PARTS: [(&str, &[(&str, u32)]); 1] =
    [("TC-MD", &[("ZX-100", 1), ("YBF-1", 1), ("YZM-S", 2), ("SB-AP", 1)])];

/// One of the two versions.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub(super) enum Version {
    /// Withdrawn when the current one came.
    Old,
    /// In force today.
    Current,
}

impl Version {
    /// Returns the version in force so many days ago.
    pub(super) const fn days_ago(days: i64) -> Self {
        if days > REPLACED { Self::Old } else { Self::Current }
    }

    /// Returns its id.
    pub(super) const fn id(self) -> PriceBookId {
        numbering::book(match self {
            Self::Old => 1,
            Self::Current => 2,
        })
    }

    /// Returns what it sells.
    pub(super) fn products(self) -> Vec<Product> {
        (1..).zip(&PRODUCTS).filter_map(|(number, row)| self.product(number, row)).collect()
    }

    fn product(self, number: u32, row: &Row) -> Option<Product> {
        let (code, name, family, unit, charge, vat, now, before) = *row;
        let [price, floor] = match self {
            Self::Old => before?,
            Self::Current => now,
        };
        Some(Product {
            id: numbering::product(number),
            code: code.into(),
            name: name.into(),
            family,
            unit: unit.into(),
            charge,
            price: Money::from_fen(price),
            floor: Money::from_fen(floor),
            vat,
            tiers: self.tiers(code),
            parts: self.parts(code),
        })
    }

    fn tiers(self, code: &str) -> Vec<Tier> {
        let mine = TIERS.iter().filter(|(it, _)| self == Self::Current && *it == code);
        let tier = |&(from, fen): &(u32, i64)| Tier { from, price: Money::from_fen(fen) };
        mine.flat_map(|(_, tiers)| tiers.iter().map(tier)).collect()
    }

    fn parts(self, code: &str) -> Vec<Part> {
        let number =
            |code: &str| (1..).zip(&PRODUCTS).find(|(_, row)| row.0 == code).map(|(number, _)| number);
        let part = |&(code, quantity): &(&str, u32)| {
            Some(Part { product: numbering::product(number(code)?), quantity })
        };
        let mine = PARTS.iter().filter(|(it, _)| self == Self::Current && *it == code);
        mine.flat_map(|(_, parts)| parts.iter().filter_map(part)).collect()
    }
}

/// Tells how the old version was published, and the current one put in its place.
pub(super) fn publish(history: &mut History) {
    publish_one(history, Version::Old, 400);
    publish_one(history, Version::Current, REPLACED);
    let at = history.days.at(history.days.off_weekend(-REPLACED), 570);
    let withdraw = Withdraw { book: Version::Old.id() };
    history.ask(people::ADMIN, at, Body::Pricing(Write::Withdraw(withdraw)));
}

fn publish_one(history: &mut History, version: Version, days_ago: i64) {
    let days = history.days;
    let offset = days.off_weekend(-days_ago);
    let from = days.day(offset);
    let asked = Publish {
        book: version.id(),
        name: format!("政企价目表 {}-{:02}", from.year(), from.month()),
        from,
        to: from.plus_days(540),
        products: version.products(),
    };
    history.ask(people::ADMIN, days.at(offset, 560), Body::Pricing(Write::Publish(asked)));
    let costs = (0..).zip(version.products()).map(|(number, it)| cost(number, &it)).collect();
    let asked = SetCosts { book: version.id(), costs, seen: None };
    history.ask(people::ADMIN, days.at(offset, 562), Body::Pricing(Write::SetCosts(asked)));
}

/// What a product costs: 55 to 70 % of its price without tax.
fn cost(number: u32, product: &Product) -> ProductCost {
    let share = percent(55 + number * 7 % 16);
    ProductCost { product: product.id, cost: product.price.net_of_tax(product.vat).percent(share) }
}

/// Finds a product in a list by its code.
pub(super) fn by_code<'a>(products: &'a [Product], code: &str) -> Option<&'a Product> {
    products.iter().find(|product| product.code == code)
}
