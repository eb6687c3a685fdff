//! Samples with fixed ids, for tests only. Never part of what ships: behind the feature `testing`.

/// Ready-made values and records.
pub mod sample {
    use std::collections::BTreeMap;

    use crate::Context;
    use crate::authority::{Authority, Limits};
    use crate::pricing::{Charge, Family};
    use crate::quotes::{Content, Line};
    use crate::values::{
        CommandId, CustomerId, Date, LimitsId, LineId, Money, Percent, PriceBookId, ProductId, TaxRate,
        Timestamp, UserId,
    };

    /// The n-th command of the manager.
    pub fn by(n: u128) -> Context {
        Context {
            command: CommandId::from_u128(n),
            actor: UserId::from_u128(1),
            at: Timestamp::from_ms(1_000),
        }
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

    /// A line of one leased line at ¥3,200.00 a month.
    pub fn line(n: u128) -> Line {
        Line {
            id: LineId::from_u128(n),
            product: ProductId::from_u128(1),
            name: "专线 200M".into(),
            family: Family::LeasedLine,
            unit: "条".into(),
            charge: Charge::Monthly,
            price: Money::from_fen(320_000),
            floor: Money::from_fen(200_000),
            vat: TaxRate::Nine,
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

    /// Limits: 8, 12, 15 % by star, head 20 %, approver 30 %, on leased lines only.
    pub fn limits() -> Limits {
        let authority = |off: &str, cap: i64| Authority {
            off: BTreeMap::from([(Family::LeasedLine, percent(off))]),
            deal_cap: Money::from_fen(cap * 100),
        };
        Limits {
            id: LimitsId::from_u128(1),
            published_at: Timestamp::from_ms(0),
            stars: [authority("8", 100_000), authority("12", 200_000), authority("15", 500_000)],
            unit_head: authority("20", 1_000_000),
            approver: authority("30", 10_000_000),
        }
    }
}
