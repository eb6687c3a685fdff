use std::collections::BTreeSet;

use expect_test::expect;
use proptest::prelude::*;

use super::deal::fate_of;
use super::*;
use crate::authority::ReasonCode;
use crate::customers::Grade;
use crate::opportunities::{Opportunity, Stage, StageMove};
use crate::pricing::Family;
use crate::quotes::{Content, Line, Quote, QuoteState};
use crate::testing::sample::{self, CHEN, HEAD, LI, content, day, line, minute, percent, yuan};
use crate::values::{CaseId, CustomerId, OpportunityId, Percent, QuoteId, Timestamp};

const OFFSET: i32 = 480;

/// What is drawn for a quote: customer, opportunity, whole percent off, months, days after the first, state, family.
type Drawn = (u128, u128, u32, u16, i64, u8, bool);

fn quote(n: usize, (customer, about, off, months, days, state, cloud): Drawn) -> Quote {
    let at = minute(days * 24 * 60);
    let case = CaseId::from_u128(1);
    let state = match state {
        0 => QuoteState::Draft,
        1 => QuoteState::Submitted { case, post: HEAD, at },
        2 => QuoteState::Approved { case, by: LI, by_name: "李响".into(), at },
        _ => QuoteState::Binding { at },
    };
    let family = if cloud { Family::Cloud } else { Family::LeasedLine };
    let priced = Line { off: Percent::from_bp(off * 100).unwrap(), family, ..line(1) };
    let content = Content {
        customer: CustomerId::from_u128(customer),
        opportunity: (about > 0).then(|| OpportunityId::from_u128(about)),
        months,
        lines: vec![priced],
        ..content()
    };
    Quote {
        id: QuoteId::from_u128(n as u128 + 1),
        by: if customer.is_multiple_of(2) { CHEN } else { LI },
        content,
        because: ReasonCode::new(if off.is_multiple_of(2) { "volume" } else { "renewal" }).ok(),
        ..sample::quote(state)
    }
}

fn opportunity(about: u128, stage: Stage, days: i64) -> Opportunity {
    let moves = match stage {
        Stage::Lead => Vec::new(),
        to => vec![StageMove { from: Stage::Lead, to, by: CHEN, at: minute(days * 24 * 60) }],
    };
    Opportunity { id: OpportunityId::from_u128(about), stage, moves, ..sample::opportunity() }
}

fn drawn() -> impl Strategy<Value = (Vec<Quote>, Vec<Opportunity>)> {
    let one = (1..9_u128, 0..6_u128, 0..40_u32, 1..48_u16, 0..500_i64, 0..6_u8, any::<bool>());
    let stage = prop::sample::select(vec![Stage::Lead, Stage::Won, Stage::Lost]);
    (prop::collection::vec(one, 0..60), prop::collection::vec((stage, 0..500_i64), 5)).prop_map(
        |(quotes, deals)| {
            let quotes = quotes.into_iter().enumerate().map(|(n, it)| quote(n, it)).collect();
            let deals = (1..).zip(deals).map(|(n, (stage, days))| opportunity(n, stage, days)).collect();
            (quotes, deals)
        },
    )
}

/// Counts, one quote after the other, as the words on the page say it.
fn oracle(quotes: &[Quote], about: &[Opportunity], keep: impl Fn(&Quote) -> bool) -> Tally {
    let since = |it: &Quote| match it.state {
        QuoteState::Binding { at } | QuoteState::Approved { at, .. } => Some(at),
        _ => None,
    };
    let mut told = Tally::default();
    for it in quotes {
        let Some(at) = since(it) else { continue };
        let later = |other: &&Quote| {
            other.content.opportunity == it.content.opportunity
                && since(other).is_some_and(|other_at| (other_at, other.id) > (at, it.id))
        };
        if it.content.opportunity.is_some() && quotes.iter().any(|other| later(&other)) || !keep(it) {
            continue;
        }
        let sums = crate::quotes::totals(&it.content).unwrap();
        told.quotes += 1;
        told.list = told.list.checked_add(sums.list).unwrap();
        told.given = told.given.checked_add(sums.cut).unwrap();
        let deal = it.content.opportunity.and_then(|id| about.iter().find(|deal| deal.id == id));
        match deal.filter(|deal| deal.moves.last().is_some_and(|last| last.at >= at)).map(|it| it.stage) {
            Some(Stage::Won) => {
                told.won += 1;
                told.won_total = told.won_total.checked_add(sums.total).unwrap();
                told.won_given = told.won_given.checked_add(sums.cut).unwrap();
            }
            Some(Stage::Lost) => told.lost += 1,
            _ => {}
        }
    }
    told
}

proptest! {
    #[test]
    fn every_figure_is_what_one_counts_by_hand((quotes, about) in drawn()) {
        let since = day("2026-01-01");
        let told = spending(&deals(&quotes, &about), since, OFFSET);
        prop_assert_eq!(told.all, oracle(&quotes, &about, |_| true));
        prop_assert_eq!(told.without, oracle(&quotes, &about, |it| it.content.lines[0].off == Percent::ZERO));
        for (by, tally) in &told.managers {
            prop_assert_eq!(*tally, oracle(&quotes, &about, |it| it.by == *by));
        }
        for (customer, tally) in &told.customers {
            prop_assert_eq!(*tally, oracle(&quotes, &about, |it| it.content.customer == *customer));
        }
        for (family, tally) in &told.families {
            prop_assert_eq!(*tally, oracle(&quotes, &about, |it| it.content.lines[0].family == *family));
        }
        for (code, tally) in &told.reasons {
            let given = |it: &Quote| it.because == *code && it.content.lines[0].off > Percent::ZERO;
            prop_assert_eq!(*tally, oracle(&quotes, &about, given));
        }
        let quarters: u32 = told.quarters.iter().map(|(_, it)| it.quotes).sum();
        prop_assert_eq!(quarters, told.all.quotes);
        prop_assert_eq!(told.with.quotes + told.without.quotes, told.all.quotes);
    }

    #[test]
    fn a_precedent_is_of_many_customers_and_no_deal_is_in_two((quotes, about) in drawn()) {
        let all: Vec<(Deal<'_>, Grade)> = deals(&quotes, &about).into_iter().map(|it| (it, Grade::A)).collect();
        let told = precedents(&all);
        let groups: BTreeSet<Like> = told.iter().map(|it| it.like).collect();
        prop_assert_eq!(groups.len(), told.len());
        let counted: u32 = told.iter().map(|it| it.deals).sum();
        prop_assert!(counted as usize <= all.len());
        for it in &told {
            // the deals that this group is the nearest for are those that are in it
            let mine: Vec<&Deal<'_>> = all.iter().map(|(deal, _)| deal).filter(|deal| {
                let (family, months) = (deal.sums.families[0].family, deal.quote.content.months);
                like(&told, (family, deal.sums.list), Grade::A, months) == Some(it)
            }).collect();
            prop_assert_eq!(mine.len(), it.deals as usize);
            let customers: BTreeSet<CustomerId> = mine.iter().map(|it| it.quote.content.customer).collect();
            prop_assert!(customers.len() >= TOO_FEW as usize);
            prop_assert!(it.quartiles.is_sorted() && it.quartiles.iter().all(|it| it.bp() % 100 == 0));
            let decided = mine.iter().filter(|it| it.fate != Fate::Open).count();
            prop_assert_eq!(it.win_rate.is_some(), decided >= TOO_FEW as usize);
        }
    }
}

fn bound(n: usize, customer: u128, about: u128, off: u32, days: i64) -> Quote {
    quote(n, (customer, about, off, 24, days, 9, false))
}

#[test]
fn of_several_quotes_about_one_opportunity_the_last_counts() {
    let quotes = [bound(1, 1, 1, 8, 0), bound(2, 1, 1, 10, 3), bound(3, 1, 0, 5, 4), bound(4, 1, 0, 5, 4)];
    let told = deals(&quotes, &[opportunity(1, Stage::Won, 5)]);
    let told: Vec<_> = told.iter().map(|it| (it.quote.id, it.fate)).collect();
    let id = |n: u128| QuoteId::from_u128(n);
    assert_eq!(told, [(id(3), Fate::Won), (id(4), Fate::Open), (id(5), Fate::Open)]);
}

#[test]
fn what_was_won_or_lost_before_it_was_quoted_was_not_by_that_quote() {
    let at = minute(3 * 24 * 60);
    let fate = |stage, days| fate_of(&opportunity(1, stage, days), at);
    assert_eq!(
        [fate(Stage::Won, 2), fate(Stage::Won, 3), fate(Stage::Lost, 4)],
        [Fate::Open, Fate::Won, Fate::Lost]
    );
    assert_eq!(fate(Stage::Negotiation, 9), Fate::Open);
    // lost at last, after it had been won
    let mut turned = opportunity(1, Stage::Lost, 9);
    turned.moves.insert(0, StageMove { from: Stage::Lead, to: Stage::Won, by: CHEN, at });
    assert_eq!(fate_of(&turned, at), Fate::Lost);
}

#[test]
fn a_share_of_fewer_than_five_is_not_said() {
    let tally = |won, lost| Tally {
        won,
        lost,
        quotes: won + lost,
        list: yuan(100),
        given: yuan(7),
        ..Tally::default()
    };
    assert_eq!((tally(4, 0).win_rate(), tally(4, 0).average()), (None, None));
    assert_eq!((tally(4, 1).win_rate(), tally(4, 1).average()), (Some(percent("80")), Some(percent("7"))));
}

#[test]
fn four_quarters_are_counted_by_the_organisations_clocks() {
    let begins = ["2026-11-23", "2026-01-01", "2026-04-30", "2026-07-01", "2026-10-01"]
        .map(|it| begin(day(it)).to_string());
    expect![[r#"["2026-01-01", "2025-04-01", "2025-07-01", "2025-10-01", "2026-01-01"]"#]]
        .assert_eq(&format!("{begins:?}"));
    // the last hour of June in London is July in China
    let late = Quote {
        state: QuoteState::Binding { at: Timestamp::of(day("2026-06-30"), 23 * 60, 0) },
        ..bound(1, 1, 0, 8, 0)
    };
    let told = spending(&deals(&[late], &[]), day("2026-07-01"), OFFSET);
    assert_eq!(told.quarters.iter().map(|(it, _)| (it.year, it.quarter)).collect::<Vec<_>>(), [(2026, 3)]);
}

#[test]
fn a_precedent_tells_the_band_and_widens_until_there_are_enough() {
    // five customers of a kind, and three of another term
    let quotes: Vec<Quote> =
        [(1, 2, 24), (2, 4, 24), (3, 6, 24), (4, 8, 24), (5, 12, 24), (6, 20, 12), (7, 20, 12), (8, 20, 36)]
            .iter()
            .enumerate()
            .map(|(n, (customer, off, months))| quote(n, (*customer, 0, *off, *months, 1, 9, false)))
            .collect();
    let graded = |grade| deals(&quotes, &[]).into_iter().map(|it| (it, grade)).collect::<Vec<_>>();
    let told = precedents(&graded(Grade::B));
    let text: Vec<String> = told
        .iter()
        .map(|it| {
            format!(
                "{:?} {:?} of {}: {:?}",
                it.like.size,
                it.like.term,
                it.deals,
                it.quartiles.map(|it| it.to_string())
            )
        })
        .collect();
    expect![[r#"Some(Middle) Some(TwoYears) of 5: ["4%", "6%", "8%"]"#]].assert_eq(&text.join("\n"));
    let (family, list) = (Family::LeasedLine, yuan(76_800));
    assert!(like(&told, (family, list), Grade::B, 24).is_some());
    assert!(like(&told, (family, list), Grade::B, 12).is_none(), "three are too few");
    assert!(like(&told, (family, list), Grade::A, 24).is_none());
    assert_eq!(told[0].win_rate, None);
    assert!(precedents(&[]).is_empty());
}
