//! What changed between two contents of one quote: lines, prices, terms, sums. Lines are the same by their id.

use super::{Content, Line, LineSum, QuoteError, totals};
use crate::values::{Date, Money, Percent};

/// What is compared of a line.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineFacts {
    /// How many.
    pub quantity: u32,
    /// Unit of the quantity.
    pub unit: String,
    /// List price of one unit (and month).
    pub price: Money,
    /// Discount of the line.
    pub off: Percent,
    /// Given for nothing.
    pub gift: bool,
    /// Number of the framework agreement that the price is from.
    pub agreed: Option<String>,
    /// What is paid for it.
    pub total: Money,
}

/// A line that is not what it was.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct LineChange {
    /// The product's name: as it is now, of a line that is gone as it was.
    pub name: String,
    /// As it was; `None`: it was not there.
    pub before: Option<LineFacts>,
    /// As it is; `None`: it is gone.
    pub after: Option<LineFacts>,
}

/// What changed. A pair is what was and what is; `None`: it is the same.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct Comparison {
    /// Lines that are not what they were, in the order of the quote, those that are gone last.
    pub lines: Vec<LineChange>,
    /// Term.
    pub months: Option<(u16, u16)>,
    /// Months that are not charged.
    pub free_months: Option<(u16, u16)>,
    /// Discount on the whole.
    pub overall: Option<(Percent, Percent)>,
    /// Last day on which the customer may accept.
    pub valid_until: Option<(Date, Date)>,
    /// The total, whether or not it changed.
    pub total: (Money, Money),
    /// The effective discount over everything, whether or not it changed.
    pub effective: (Percent, Percent),
}

/// Compares two contents of a quote.
///
/// # Errors
/// [`QuoteError::TooLarge`] if one of them can't be summed up.
pub fn compare(before: &Content, after: &Content) -> Result<Comparison, QuoteError> {
    let (old, new) = (totals(before)?, totals(after)?);
    let was = |line: &Line| {
        let found = before.lines.iter().zip(&old.lines).find(|(it, _)| it.id == line.id);
        found.map(|(line, sum)| facts(line, sum))
    };
    let now = after.lines.iter().zip(&new.lines).map(|(line, sum)| LineChange {
        name: line.name.clone(),
        before: was(line),
        after: Some(facts(line, sum)),
    });
    let is_gone = |line: &Line| after.lines.iter().all(|it| it.id != line.id);
    let gone = before.lines.iter().zip(&old.lines).filter(|(line, _)| is_gone(line));
    let gone = gone.map(|(line, sum)| LineChange {
        name: line.name.clone(),
        before: Some(facts(line, sum)),
        after: None,
    });
    Ok(Comparison {
        lines: now.chain(gone).filter(|it| it.before != it.after).collect(),
        months: changed(before.months, after.months),
        free_months: changed(before.free_months, after.free_months),
        overall: changed(before.overall, after.overall),
        valid_until: changed(before.valid_until, after.valid_until),
        total: (old.total, new.total),
        effective: (old.effective, new.effective),
    })
}

fn changed<T: PartialEq>(before: T, after: T) -> Option<(T, T)> {
    (before != after).then_some((before, after))
}

fn facts(line: &Line, sum: &LineSum) -> LineFacts {
    LineFacts {
        quantity: line.quantity,
        unit: line.unit.clone(),
        price: line.price,
        off: line.off,
        gift: line.gift,
        agreed: line.agreed.as_ref().map(|it| it.number.clone()),
        total: sum.total,
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;
    use proptest::prelude::*;

    use super::super::{DropLine, Finalise, Quote, SetTerms, VERSIONS_MAX, Withdraw, Write};
    use super::*;
    use crate::testing::sample::{CHEN, content, line, percent, yuan};
    use crate::testing::{Office, commands};
    use crate::values::{LineId, QuoteId};

    const QUOTE: QuoteId = QuoteId::from_u128(7);

    fn told(it: &Comparison) -> String {
        let facts = |it: &Option<LineFacts>| match it {
            Some(it) => format!("{} × {} off {} = {}", it.quantity, it.price, it.off, it.total),
            None => "nothing".to_owned(),
        };
        let lines =
            it.lines.iter().map(|it| format!("{}: {} → {}", it.name, facts(&it.before), facts(&it.after)));
        let mut text: Vec<String> = lines.collect();
        text.push(format!("{:?} months, {} → {}", it.months, it.total.0, it.total.1));
        text.join("\n")
    }

    #[test]
    fn what_was_sent_stays_beside_what_it_became() {
        let ask = |off: &str, total, case| {
            let case = crate::values::CaseId::from_u128(case);
            Finalise { asks: super::super::Asks::Approval, case, ..commands::finalise(off, total) }
        };
        let mut office = Office::new().after(CHEN, Write::Draft(commands::draft()));
        let versions = |office: &Office| office.get::<Quote>(QUOTE).versions.len();
        office.tell(CHEN, Write::PutLine(commands::put_line(commands::line(1, "5"))));
        assert_eq!(versions(&office), 0, "what was never sent is no version");
        office.tell(CHEN, Write::Finalise(ask("20", 61_440, 7)));
        office.tell(CHEN, Write::Withdraw(Withdraw { quote: QUOTE }));
        // the same again is no change
        office.tell(CHEN, Write::PutLine(commands::put_line(commands::line(1, "20"))));
        assert_eq!(versions(&office), 0);
        office.tell(CHEN, Write::PutLine(commands::put_line(commands::line(2, "0"))));
        office.tell(CHEN, Write::SetTerms(SetTerms { months: 12, ..commands::set_terms() }));
        office.tell(CHEN, Write::DropLine(DropLine { quote: QUOTE, line: LineId::from_u128(1) }));
        let quote = office.get::<Quote>(QUOTE);
        assert_eq!((quote.versions.len(), quote.sent), (1, None), "one for all that was changed since");
        expect![[r#"
            专线 200M: nothing → 1 × ¥3,200.00 off 0% = ¥38,400.00
            专线 200M: 1 × ¥3,200.00 off 20% = ¥61,440.00 → nothing
            Some((24, 12)) months, ¥61,440.00 → ¥38,400.00"#]]
        .assert_eq(&told(&compare(&quote.versions[0].content, &quote.content).unwrap()));
        // sent with another content than the server knows: that is a version, too
        office.tell(CHEN, Write::Finalise(ask("19", 62_208, 8)));
        office.tell(CHEN, Write::Withdraw(Withdraw { quote: QUOTE }));
        office.tell(CHEN, Write::Finalise(commands::finalise("8", 70_656)));
        let quote = office.get::<Quote>(QUOTE);
        assert_eq!((quote.versions.len(), quote.sent.is_some()), (2, true));
        let sent: Vec<_> = quote.versions.iter().map(|it| it.content.lines[0].off.to_string()).collect();
        assert_eq!(sent, ["20%", "19%"]);
    }

    #[test]
    fn the_newest_versions_are_kept() {
        let mut quote = crate::testing::sample::quote(super::super::QuoteState::Draft);
        for n in 1..=(VERSIONS_MAX + 3) {
            quote.sent = Some(crate::testing::sample::minute(i64::try_from(n).unwrap()));
            quote.change(Content { title: format!("第{n}稿"), ..content() });
        }
        assert_eq!(
            (quote.versions.len(), quote.versions[0].at),
            (VERSIONS_MAX, crate::testing::sample::minute(4))
        );
    }

    fn drawn() -> impl Strategy<Value = Content> {
        let one = (1..6_u128, 1..4_u32, 0..50_u32, any::<bool>());
        (prop::collection::vec(one, 0..6), 1..36_u16).prop_map(|(lines, months)| {
            let mut content = Content { months, ..content() };
            for (id, quantity, off, gift) in lines {
                if content.lines.iter().all(|it| it.id != LineId::from_u128(id)) {
                    let off = percent(&off.to_string());
                    content.lines.push(Line { quantity, off, gift, price: yuan(100), ..line(id) });
                }
            }
            content
        })
    }

    proptest! {
        #[test]
        fn every_difference_is_named_once_and_nothing_else((before, after) in (drawn(), drawn())) {
            let it = compare(&before, &after).unwrap();
            let paid = |content: &Content, id: LineId| {
                let sums = totals(content).unwrap();
                let at = content.lines.iter().position(|line| line.id == id)?;
                let line = &content.lines[at];
                Some((line.quantity, line.off, line.gift, sums.lines[at].total))
            };
            let differ = (1..6).map(LineId::from_u128).filter(|id| paid(&before, *id) != paid(&after, *id));
            prop_assert_eq!(it.lines.len(), differ.count());
            prop_assert!(it.lines.iter().all(|it| it.before != it.after));
            prop_assert_eq!(it.months, (before.months != after.months).then_some((before.months, after.months)));
            prop_assert_eq!(it.total, (totals(&before).unwrap().total, totals(&after).unwrap().total));
            prop_assert!(compare(&after, &after).unwrap().lines.is_empty());
        }
    }
}
