//! What the admin's forms mean: texts in, checked values or the field that is wrong out.

use std::collections::BTreeMap;

use leeway_core::authority::Authority;
use leeway_core::pricing::{Charge, Family, Part, Product, Tier};
use leeway_core::values::{Money, MoneyError, Percent, PercentError, ProductId, TaxRate};

/// The levels of authority, lowest first, by the key of their tab.
pub const LEVELS: [&str; 5] = ["star1", "star2", "star3", "unit_head", "approver"];

/// Those of them that are managers'.
pub const STARS: [&str; 3] = [LEVELS[0], LEVELS[1], LEVELS[2]];

/// The fields of a level: the families, in the order of the screen, under fixed names.
pub const FAMILY_FIELDS: [(Family, &str); 7] = [
    (Family::LeasedLine, "leased_line"),
    (Family::Cloud, "cloud"),
    (Family::Iot, "iot"),
    (Family::Messaging, "messaging"),
    (Family::PrivateNetwork, "private_network"),
    (Family::Networking, "networking"),
    (Family::Services, "services"),
];

/// What is wrong with a level's form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum LimitProblem {
    /// A family's percentage.
    Off(Family, PercentError),
    /// The deal-size cap.
    Cap(MoneyError),
    /// The most that is given away in one quote.
    Given(MoneyError),
    /// The most that is given away in a month.
    Month(MoneyError),
    /// The longest term.
    Months,
    /// The least margin.
    Margin(PercentError),
}

/// What bounds a level besides its discounts, as it is typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct TypedBounds {
    /// Largest total.
    pub cap: String,
    /// Most that is given away; empty for no bound of its own.
    pub given: String,
    /// Most that a manager gives away alone in a month; empty for no bound.
    pub month: String,
    /// Longest term in months; empty for none.
    pub months: String,
    /// Least margin; empty for any.
    pub margin: String,
}

/// Reads what was typed for one level. An empty family has no authority.
pub fn read_level(off: &[(Family, String)], bounds: &TypedBounds) -> Result<Authority, LimitProblem> {
    let mut limits = BTreeMap::new();
    for (family, text) in off.iter().filter(|(_, text)| !text.trim().is_empty()) {
        let percent = Percent::parse(text).map_err(|it| LimitProblem::Off(*family, it))?;
        if percent > Percent::ZERO {
            limits.insert(*family, percent);
        }
    }
    let most = |typed: &str, problem: fn(MoneyError) -> LimitProblem| match typed.trim() {
        "" => Ok(None),
        typed => Money::parse(typed).map(Some).map_err(problem),
    };
    let given_max = most(&bounds.given, LimitProblem::Given)?;
    let month_max = most(&bounds.month, LimitProblem::Month)?;
    let months_max = match bounds.months.trim() {
        "" => None,
        typed => Some(typed.parse().map_err(|_| LimitProblem::Months)?),
    };
    let deal_cap = Money::parse(&bounds.cap).map_err(LimitProblem::Cap)?;
    let margin_min = match bounds.margin.trim() {
        "" => None,
        typed => Some(Percent::parse(typed).map_err(LimitProblem::Margin)?),
    };
    Ok(Authority { off: limits, deal_cap, months_max, given_max, month_max, margin_min })
}

/// Writes a percentage as it is typed.
pub fn typed_percent(percent: Percent) -> String {
    percent.to_string().trim_end_matches('%').to_owned()
}

/// A product as it is typed.
#[derive(Debug, Clone, PartialEq, Eq, Default)]
pub struct ProductForm {
    /// Short code.
    pub code: String,
    /// Name.
    pub name: String,
    /// Key of the family.
    pub family: String,
    /// Unit.
    pub unit: String,
    /// Key of the way it is charged.
    pub charge: String,
    /// List price.
    pub price: String,
    /// Floor.
    pub floor: String,
    /// VAT in per cent.
    pub vat: String,
    /// Prices by quantity: from how many, and the price.
    pub tiers: Vec<[String; 2]>,
    /// What is in it, if it is a bundle: the product's id, and how many.
    pub parts: Vec<[String; 2]>,
}

/// What is wrong with a product's form.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum ProductProblem {
    /// A text is empty.
    Empty,
    /// The price can't be read.
    Price(MoneyError),
    /// The floor can't be read.
    Floor(MoneyError),
    /// The floor is above the price.
    FloorAbovePrice,
    /// A price by quantity can't be read.
    Tier,
    /// A part has no product or no number.
    Part,
}

impl ProductForm {
    /// Writes a product as it is typed.
    pub fn of(product: &Product) -> Self {
        Self {
            code: product.code.clone(),
            name: product.name.clone(),
            family: family_key(product.family).to_owned(),
            unit: product.unit.clone(),
            charge: charge_key(product.charge).to_owned(),
            price: product.price.plain(),
            floor: product.floor.plain(),
            vat: u8::from(product.vat).to_string(),
            tiers: product.tiers.iter().map(|it| [it.from.to_string(), it.price.plain()]).collect(),
            parts: product.parts.iter().map(|it| [it.product.to_string(), it.quantity.to_string()]).collect(),
        }
    }

    /// Returns an empty form with the usual choices.
    pub fn empty() -> Self {
        Self {
            family: family_key(Family::LeasedLine).to_owned(),
            charge: charge_key(Charge::Monthly).to_owned(),
            vat: "6".to_owned(),
            ..Self::default()
        }
    }

    /// Reads what was typed.
    pub fn read(&self, id: ProductId) -> Result<Product, ProductProblem> {
        let text =
            |it: &str| Some(it.trim().to_owned()).filter(|it| !it.is_empty()).ok_or(ProductProblem::Empty);
        let family =
            FAMILY_FIELDS.iter().find(|(_, key)| *key == self.family).ok_or(ProductProblem::Empty)?.0;
        let charge =
            CHARGES.into_iter().find(|it| charge_key(*it) == self.charge).ok_or(ProductProblem::Empty)?;
        let tiers = self.tiers.iter().filter(|it| !it.iter().all(String::is_empty)).map(read_tier);
        let parts = self.parts.iter().filter(|it| !it.iter().all(String::is_empty)).map(read_part);
        let vat = self.vat.parse::<u8>().ok().and_then(|it| TaxRate::try_from(it).ok());
        let product = Product {
            id,
            code: text(&self.code)?,
            name: text(&self.name)?,
            family,
            unit: text(&self.unit)?,
            charge,
            price: Money::parse(&self.price).map_err(ProductProblem::Price)?,
            floor: Money::parse(&self.floor).map_err(ProductProblem::Floor)?,
            vat: vat.ok_or(ProductProblem::Empty)?,
            tiers: tiers.collect::<Option<_>>().ok_or(ProductProblem::Tier)?,
            parts: parts.collect::<Option<_>>().ok_or(ProductProblem::Part)?,
        };
        if product.floor > product.price { Err(ProductProblem::FloorAbovePrice) } else { Ok(product) }
    }
}

fn read_tier([from, price]: &[String; 2]) -> Option<Tier> {
    Some(Tier { from: from.trim().parse().ok()?, price: Money::parse(price).ok()? })
}

fn read_part([product, quantity]: &[String; 2]) -> Option<Part> {
    Some(Part { product: product.parse().ok()?, quantity: quantity.trim().parse().ok()? })
}

/// The ways to charge, in the order of the screen.
pub const CHARGES: [Charge; 3] = [Charge::Monthly, Charge::OneOff, Charge::Usage];

/// Returns the key of a family in a select.
pub fn family_key(family: Family) -> &'static str {
    FAMILY_FIELDS.iter().find(|(it, _)| *it == family).map_or("", |(_, key)| key)
}

/// Returns the key of a way to charge.
pub const fn charge_key(charge: Charge) -> &'static str {
    match charge {
        Charge::OneOff => "one_off",
        Charge::Monthly => "monthly",
        Charge::Usage => "usage",
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_family_has_a_field() {
        assert_eq!(FAMILY_FIELDS.map(|(family, _)| family), Family::ALL);
    }

    #[test]
    fn an_empty_family_has_no_authority() {
        let bounds = |given: &str, months: &str| TypedBounds {
            cap: "200000".into(),
            given: given.into(),
            month: "50000".into(),
            months: months.into(),
            margin: String::new(),
        };
        let off = [(Family::Cloud, "12".into()), (Family::Iot, " ".into())];
        let read = read_level(&off, &bounds("", "")).unwrap();
        assert_eq!((read.given_max, read.months_max), (None, None));
        assert_eq!(read.month_max, Some(Money::from_fen(5_000_000)));
        let none = read_level(&off, &TypedBounds { month: " ".into(), ..bounds("", "") }).unwrap();
        assert_eq!(none.month_max, None);
        let wrong = read_level(&off, &TypedBounds { month: "x".into(), ..bounds("", "") });
        assert!(matches!(wrong, Err(LimitProblem::Month(_))));
        let bound = read_level(&off, &bounds("2,000", "36")).unwrap();
        assert_eq!((bound.given_max, bound.months_max), (Some(Money::from_fen(200_000)), Some(36)));
        assert_eq!(read_level(&off, &bounds("", "x")), Err(LimitProblem::Months));
        assert!(matches!(read_level(&off, &bounds("x", "")), Err(LimitProblem::Given(_))));
        assert_eq!(read.margin_min, None);
        let margin =
            |margin: &str| read_level(&off, &TypedBounds { margin: margin.into(), ..bounds("", "") });
        assert_eq!(margin("25").unwrap().margin_min, Percent::from_bp(2_500).ok());
        assert!(matches!(margin("101"), Err(LimitProblem::Margin(_))));
        assert_eq!(read.limit(Family::Cloud).bp(), 1_200);
        assert_eq!(read.limit(Family::Iot), Percent::ZERO);
        assert_eq!(read.deal_cap, Money::from_fen(20_000_000));
    }

    #[test]
    fn what_is_wrong_is_named() {
        let over = read_level(&[(Family::Cloud, "120".into())], &TypedBounds::default());
        assert_eq!(over, Err(LimitProblem::Off(Family::Cloud, PercentError::OverHundred)));
        assert_eq!(read_level(&[], &TypedBounds::default()), Err(LimitProblem::Cap(MoneyError::Empty)));
    }

    #[test]
    fn a_product_reads_back() {
        let form = ProductForm {
            code: "ZX-200".into(),
            name: "专线 200M".into(),
            unit: "条".into(),
            price: "3200".into(),
            floor: "2400".into(),
            tiers: vec![["10".into(), "3000".into()], Default::default()],
            parts: vec![[ProductId::from_u128(2).to_string(), "2".into()]],
            ..ProductForm::empty()
        };
        let product = form.read(ProductId::from_u128(1)).unwrap();
        assert_eq!(ProductForm::of(&product).read(ProductId::from_u128(1)), Ok(product));
        let low = ProductForm { price: "1".into(), ..form.clone() };
        assert_eq!(low.read(ProductId::from_u128(1)), Err(ProductProblem::FloorAbovePrice));
        let tier = ProductForm { tiers: vec![["10".into(), String::new()]], ..form.clone() };
        assert_eq!(tier.read(ProductId::from_u128(1)), Err(ProductProblem::Tier));
        let part = ProductForm { parts: vec![[String::new(), "2".into()]], ..form };
        assert_eq!(part.read(ProductId::from_u128(1)), Err(ProductProblem::Part));
        assert_eq!(ProductForm::empty().read(ProductId::from_u128(1)), Err(ProductProblem::Empty));
    }
}
