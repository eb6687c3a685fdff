//! Quotes to one customer that count together, and limits that depend on grade, size and term.

use expect_test::{Expect, expect};

use super::super::Write;
use super::*;
use crate::approvals::Case;
use crate::authority::PublishLimits;
use crate::customers::{self, CustomerChange, EditCustomer};
use crate::testing::sample::{ADMIN, CHEN, minute, percent, yuan};
use crate::testing::{Office, because, commands};
use crate::values::{ProductId, Timestamp};

const MATRIX: LimitsId = LimitsId::from_u128(8);

/// Quotes of thirty days count together: a manager gives ¥20,000 away, up to ¥200,000 in all.
fn office() -> Office {
    Office::new().after(ADMIN, crate::authority::Write::Publish(commands::publish_matrix()))
}

/// A quote of its own over one leased line for two years: ¥76,800 at list price.
fn quote(n: u128, off: &str) -> Finalise {
    let total = yuan(76_800).less(percent(off));
    let (quote, case) = (QuoteId::from_u128(n), CaseId::from_u128(n));
    Finalise { quote, case, total, limits: MATRIX, ..commands::finalise(off, 0) }
}

fn told_at(office: &mut Office, at: Timestamp, it: Finalise) -> String {
    let (id, case) = (it.quote, it.case);
    let mut command = office.write(CHEN, Write::Finalise(it));
    command.at = at;
    if let Err(refusal) = office.take(&command) {
        return refusal.to_string();
    }
    match &office.get::<Quote>(id).state {
        QuoteState::Binding { .. } => format!("binding {:?}", office.get::<Quote>(id).flags),
        _ => because(&office.get::<Case>(case).reasons),
    }
}

#[track_caller]
fn check(office: &mut Office, it: Finalise, expected: Expect) {
    expected.assert_eq(&told_at(office, minute(10), it));
}

#[test]
fn a_large_deal_is_not_slipped_through_in_small_quotes() {
    let mut office = office();
    check(&mut office, quote(11, "0"), expect!["binding []"]);
    check(&mut office, quote(12, "0"), expect!["binding []"]);
    check(&mut office, quote(13, "0"), expect!["¥230,400.00 together of ¥200,000.00"]);
}

#[test]
fn nor_is_a_large_discount() {
    let mut office = office();
    check(&mut office, quote(11, "12"), expect!["binding []"]);
    check(&mut office, quote(12, "12"), expect!["binding []"]);
    // what was given twice is ¥9,216 each
    let small = Finalise { months: 6, total: yuan(16_896), ..quote(13, "12") };
    check(&mut office, small, expect!["¥20,736.00 given together of ¥20,000.00"]);
}

#[test]
fn what_was_promised_long_ago_or_by_an_approver_does_not_count() {
    let mut office = office();
    let day = 86_400_000;
    let later = |days: i64| Timestamp::from_ms(minute(10).ms() + days * day);
    assert_eq!(told_at(&mut office, later(0), quote(11, "0")), "binding []");
    assert_eq!(told_at(&mut office, later(1), quote(12, "0")), "binding []");
    assert_eq!(told_at(&mut office, later(30), quote(13, "0")), "binding []");
    assert_eq!(told_at(&mut office, later(30), quote(14, "0")), "¥230,400.00 together of ¥200,000.00");
}

#[test]
fn limits_that_say_nothing_of_it_count_each_quote_by_itself() {
    let mut office = office();
    for n in 11..16 {
        check(
            &mut office,
            Finalise { limits: LimitsId::from_u128(1), ..quote(n, "0") },
            expect!["binding [LimitsSuperseded]"],
        );
    }
}

#[test]
fn size_grade_and_term_choose_the_cell() {
    let cloud = |n: u128, quantity: u32, off: &str, months: u16| {
        let line = LineInput { product: ProductId::from_u128(2), quantity, ..commands::line(1, off) };
        let list = yuan(600).times(u64::from(quantity) * u64::from(months)).unwrap();
        let total = list.less(percent(off));
        Finalise { lines: vec![line], months, total, ..quote(n, "0") }
    };
    // ¥72,000 and ¥115,200 at list price
    check(&mut office(), cloud(11, 5, "8", 24), expect!["binding []"]);
    check(&mut office(), cloud(11, 5, "8.01", 24), expect!["Cloud 8.01% of 8%"]);
    check(&mut office(), cloud(11, 8, "12", 24), expect!["binding []"]);
    check(&mut office(), cloud(11, 8, "12.01", 24), expect!["Cloud 12.01% of 12%"]);
    check(&mut office(), cloud(11, 2, "0", 36), expect!["binding []"]);
    check(&mut office(), cloud(11, 2, "0", 37), expect!["37 of 36 months"]);
    let mut only_a = commands::publish_matrix();
    for cell in &mut only_a.cells {
        cell.grades = [Grade::A].into();
    }
    let refused = expect![[r#"refused authority.gap {"family":"cloud","grade":"B","months":1,"size":0}"#]];
    let publish = |it: PublishLimits| crate::authority::Write::Publish(it);
    refused.assert_eq(&Office::new().tell(ADMIN, publish(only_a)));
}

/// In the region of unit 1 leased lines go half as deep as elsewhere.
#[test]
fn the_region_of_the_customers_unit_chooses_the_cell() {
    let publish = crate::authority::Write::Publish(commands::publish_regions());
    let mut office = Office::new().after(ADMIN, publish);
    let quote = |n: u128, off: &str| Finalise { limits: LimitsId::from_u128(10), ..quote(n, off) };
    check(&mut office, quote(11, "6"), expect!["binding []"]);
    check(&mut office, quote(12, "6.5"), expect!["LeasedLine 6.5% of 6%"]);
    let customer = office.get::<Customer>(CustomerId::from_u128(1)).clone();
    let (one, two) = (UnitId::from_u128(1), UnitId::from_u128(2));
    office.put(Customer { unit: two, ..customer });
    check(&mut office, quote(13, "12"), expect!["binding []"]);
    // what was promised by the unit that the phone knew is kept, and flagged
    check(&mut office, Finalise { unit: Some(one), ..quote(14, "6") }, expect!["binding [UnitChanged]"]);
    let over = Finalise { unit: Some(one), ..quote(15, "6.5") };
    check(&mut office, over, expect!["LeasedLine 6.5% of 6%"]);
    assert_eq!(office.get::<Case>(CaseId::from_u128(15)).unit, Some(two));
}

#[test]
fn a_grade_that_changed_since_is_flagged_and_the_promise_kept() {
    let mut office = office();
    let grade = EditCustomer {
        customer: CustomerId::from_u128(1),
        change: CustomerChange::Grade(Grade::C),
        seen: None,
    };
    _ = office.tell(CHEN, customers::Write::Edit(grade));
    let before = Finalise { grade: Some(Grade::A), ..quote(11, "8") };
    check(&mut office, before, expect!["binding [GradeChanged]"]);
    check(&mut office, quote(12, "8"), expect!["binding []"]);
}
