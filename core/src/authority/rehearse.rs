//! A rehearsal: whom quotes of the past would have needed by other limits. It counts, and shows no quote: who keeps
//! the limits need not see what was quoted to whom.

use std::collections::BTreeMap;

use serde::{Deserialize, Serialize};

use super::{Level, Limits, Promised, Situation, judge};
use crate::customers::Grade;
use crate::organisation::Star;
use crate::quotes::{Content, Earned, totals};
use crate::values::{CustomerId, Timestamp, UnitId};

/// A quote that was made final, or sent to somebody who decides.
#[derive(Debug, Clone, PartialEq)]
pub struct Past {
    /// When that was.
    pub at: Timestamp,
    /// The rating of who made it.
    pub star: Star,
    /// The customer's grade.
    pub grade: Grade,
    /// The customer's unit, if it is known.
    pub unit: Option<UnitId>,
    /// What was quoted.
    pub content: Content,
    /// What is known of its margin.
    pub earned: Earned,
}

/// How many quotes each level decides on.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Count {
    /// The managers themselves.
    pub own: u32,
    /// Heads of units.
    pub unit_head: u32,
    /// The approver above them.
    pub approver: u32,
    /// Nobody may.
    pub nobody: u32,
}

/// What other limits would have made of the quotes of the past.
#[derive(Debug, Clone, Copy, PartialEq, Eq, Default, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
pub struct Rehearsal {
    /// By the limits in force.
    pub now: Count,
    /// By the others.
    pub then: Count,
    /// How many would have needed a higher level.
    pub raised: u32,
    /// How many a lower one would have done for.
    pub lowered: u32,
}

impl Count {
    fn add(&mut self, level: Level) {
        *match level {
            Level::Own => &mut self.own,
            Level::UnitHead => &mut self.unit_head,
            Level::Approver => &mut self.approver,
            Level::Nobody => &mut self.nobody,
        } += 1;
    }
}

/// Plays the quotes of the past by the limits in force and by others. `past` is in the order of time.
pub fn rehearse(now: &Limits, then: &Limits, past: &[Past]) -> Rehearsal {
    let mut rehearsal = Rehearsal::default();
    for (before, after) in levels(now, past).into_iter().zip(levels(then, past)) {
        rehearsal.now.add(before);
        rehearsal.then.add(after);
        rehearsal.raised += u32::from(after > before);
        rehearsal.lowered += u32::from(after < before);
    }
    rehearsal
}

/// Returns who would have decided on each quote. Those that managers decide on count together within the window, as
/// they do when they are made.
pub fn levels(limits: &Limits, past: &[Past]) -> Vec<Level> {
    let mut kept: BTreeMap<CustomerId, Vec<(Timestamp, Promised)>> = BTreeMap::new();
    let mut level = |it: &Past| {
        // what can't be summed up, nobody could have quoted
        let Ok(sums) = totals(&it.content) else { return Level::Nobody };
        let kept = kept.entry(it.content.customer).or_default();
        let promised = match limits.window_days {
            Some(days) => within(kept, it.at, days),
            None => Promised::default(),
        };
        let Past { star, grade, unit, earned, .. } = *it;
        let at = Situation { star, grade, unit, months: it.content.months, promised, pool: None, earned };
        let level = judge(limits, &at, &sums).level;
        if level == Level::Own {
            kept.push((it.at, Promised::in_one(&sums)));
        }
        level
    };
    past.iter().map(&mut level).collect()
}

fn within(kept: &[(Timestamp, Promised)], now: Timestamp, days: u16) -> Promised {
    let since = super::window::since(now, days);
    let before = kept.iter().filter(|(at, _)| *at > since);
    before.fold(Promised::default(), |all, (_, it)| all.and(*it))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::approvals::Request;
    use crate::pricing;
    use crate::quotes::{Asks, Finalise, Line, Quote, QuoteState, Write};
    use crate::testing::sample::{ADMIN, CHEN, costs, limits, line, minute, percent, yuan};
    use crate::testing::{Office, commands};
    use crate::values::{CaseId, LimitsId, QuoteId};

    fn past(at: i64, off: &str) -> Past {
        let lines = vec![Line { off: percent(off), ..line(1) }];
        let content = Content { lines, ..crate::testing::sample::content() };
        Past {
            at: minute(at),
            star: Star::TWO,
            grade: Grade::A,
            unit: Some(UnitId::from_u128(1)),
            content,
            earned: Earned::Hidden,
        }
    }

    #[test]
    fn a_rehearsal_counts_whom_quotes_would_need() {
        let mut stricter = limits();
        stricter.stars[1].off.insert(crate::pricing::Family::LeasedLine, percent("10"));
        let quotes = ["0", "10", "11", "12", "13", "21", "31"].map(|off| past(0, off));
        let found = rehearse(&limits(), &stricter, &quotes);
        assert_eq!(found.now, Count { own: 4, unit_head: 1, approver: 1, nobody: 1 });
        assert_eq!(found.then, Count { own: 2, unit_head: 3, approver: 1, nobody: 1 });
        assert_eq!((found.raised, found.lowered), (2, 0));
        assert_eq!(rehearse(&stricter, &limits(), &quotes).lowered, 2);
    }

    /// What a rehearsal says is what comes of the same quotes when they are made by the published limits.
    #[test]
    fn a_rehearsal_is_right_about_what_is_published_then() {
        let offs = ["0", "12", "8", "12.5", "0", "20.5", "11", "3"];
        let publish = commands::publish_matrix();
        let mut office = Office::new().after(ADMIN, crate::authority::Write::Publish(publish));
        let draft = office.get::<Limits>(LimitsId::from_u128(8)).clone();
        let quotes: Vec<Past> = (0..).zip(offs).map(|(at, off)| past(at, off)).collect();
        let foretold = levels(&draft, &quotes);
        assert!(foretold.contains(&Level::Own) && foretold.contains(&Level::UnitHead));
        for (n, (off, level)) in (0..).zip(offs.into_iter().zip(foretold)) {
            let it = Finalise {
                quote: QuoteId::from_u128(100 + n),
                case: CaseId::from_u128(100 + n),
                limits: draft.id,
                total: yuan(76_800).less(percent(off)),
                asks: Asks::Binding,
                ..commands::finalise(off, 0)
            };
            let id = it.quote;
            let mut command = office.write(CHEN, Write::Finalise(it));
            command.at = minute(i64::try_from(n).unwrap());
            assert!(office.take(&command).is_ok());
            let state = &office.get::<Quote>(id).state;
            assert_eq!(matches!(state, QuoteState::Binding { .. }), level == Level::Own, "{off}: {state:?}");
        }
    }

    #[test]
    fn a_rehearsal_knows_the_regions() {
        let regions = crate::authority::Write::Publish(commands::publish_regions());
        let office = Office::new().after(ADMIN, regions);
        let there = |unit: u128| Past { unit: Some(UnitId::from_u128(unit)), ..past(0, "7") };
        let strange = Past { unit: None, ..past(0, "7") };
        let found = levels(office.get::<Limits>(LimitsId::from_u128(10)), &[there(1), there(2), strange]);
        assert_eq!(found, [Level::UnitHead, Level::Own, Level::Own]);
    }

    /// The same with the margins that levels ask for, by the costs that there are.
    #[test]
    fn a_rehearsal_is_right_about_margins() {
        let mut office = Office::new().after(ADMIN, pricing::Write::SetCosts(commands::set_costs()));
        office = office.after(ADMIN, crate::authority::Write::Publish(commands::publish_margins()));
        let draft = office.get::<Limits>(LimitsId::from_u128(9)).clone();
        let offs = ["0", "12", "13", "16", "21", "24", "31"];
        let with_margin = |(at, off): (i64, &str)| {
            let past = past(at, off);
            let earned = Earned::by(Some(&costs()), &past.content, &totals(&past.content).unwrap());
            Past { earned, ..past }
        };
        let quotes: Vec<Past> = (0..).zip(offs).map(with_margin).collect();
        let foretold = levels(&draft, &quotes);
        for level in [Level::Own, Level::Approver, Level::Nobody] {
            assert!(foretold.contains(&level), "{foretold:?}");
        }
        for (n, (off, level)) in (0..).zip(offs.into_iter().zip(foretold)) {
            let case = CaseId::from_u128(100 + n);
            let it = Finalise {
                quote: QuoteId::from_u128(100 + n),
                case,
                limits: draft.id,
                total: yuan(76_800).less(percent(off)),
                asks: Asks::Approval,
                ..commands::finalise(off, 0)
            };
            let found = match office.run(CHEN, Write::Finalise(it)) {
                Ok(_) => office.get::<Request>(case).level,
                Err(_) => Level::Nobody,
            };
            assert_eq!(found, level, "{off}");
        }
    }
}
