//! A version of the limits is published. Each level has at least what the one below has.

use serde::{Deserialize, Serialize};

use super::{Authority, AuthorityError, Cell, LIMITS, Limits, Region, WINDOW_DAYS_MAX, matrix};
use crate::command::Context;
use crate::pricing::Family;
use crate::refusal::Stop;
use crate::rows::{Changes, Rows};
use crate::values::{LimitsId, Money, Percent, Timestamp};

/// Publishes a version of the limits.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct PublishLimits {
    /// Its id, made on the device.
    pub limits: LimitsId,
    /// Managers of one, two and three stars.
    pub stars: [Authority; 3],
    /// Heads of units.
    pub unit_head: Authority,
    /// The approver above them.
    pub approver: Authority,
    /// The regions that its cells may name.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub regions: Vec<Region>,
    /// How deep each level may go where it depends on more than the family.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub cells: Vec<Cell>,
    /// Over how many days quotes to one customer count together.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub window_days: Option<u16>,
    /// Effective discount beyond which what a manager gives alone is filed.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub file_above: Option<Percent>,
}

pub(super) fn publish(rows: &Rows, by: &Context, it: &PublishLimits) -> Result<Changes, Stop> {
    rows.require_absent::<Limits>(it.limits)?;
    let at = by.after(rows.list::<Limits>(LIMITS)?.iter().map(|limits| limits.published_at));
    Ok(Changes::none().put(draft(it, at)?))
}

/// Makes the version that would be published, for a rehearsal.
///
/// # Errors
/// [`AuthorityError`]: what keeps it from being published.
pub fn draft(it: &PublishLimits, at: Timestamp) -> Result<Limits, AuthorityError> {
    let levels: Vec<&Authority> = it.stars.iter().chain([&it.unit_head, &it.approver]).collect();
    for pair in levels.windows(2) {
        if let [lower, higher] = pair {
            check(lower, higher)?;
        }
    }
    // posts have no bound for the month
    let months = it.stars.each_ref().map(|star| star.month_max.map(Money::fen));
    if months.windows(2).any(|pair| less(pair[1], pair[0])) {
        return Err(AuthorityError::Decreasing { family: None });
    }
    // and managers no least margin
    if it.stars.iter().any(|star| star.margin_min.is_some()) {
        return Err(AuthorityError::MarginOfManagers);
    }
    if it.approver.margin_min > it.unit_head.margin_min {
        return Err(AuthorityError::Decreasing { family: None });
    }
    matrix::check(&it.regions, &it.cells)?;
    if it.window_days.is_some_and(|days| !(1..=WINDOW_DAYS_MAX).contains(&days)) {
        return Err(AuthorityError::Window { max: WINDOW_DAYS_MAX });
    }
    Ok(Limits {
        id: it.limits,
        published_at: at,
        stars: it.stars.clone(),
        unit_head: it.unit_head.clone(),
        approver: it.approver.clone(),
        regions: it.regions.clone(),
        cells: it.cells.clone(),
        window_days: it.window_days,
        file_above: it.file_above,
    })
}

/// Says whether a bound is lower than the one of a level below; none is the highest.
fn less(higher: Option<i64>, lower: Option<i64>) -> bool {
    higher.is_some_and(|higher| lower.is_none_or(|lower| higher < lower))
}

fn check(lower: &Authority, higher: &Authority) -> Result<(), AuthorityError> {
    if let Some(family) = Family::ALL.into_iter().find(|family| higher.limit(*family) < lower.limit(*family))
    {
        return Err(AuthorityError::Decreasing { family: Some(family) });
    }
    let months = |it: &Authority| it.months_max.map(i64::from);
    let given = |it: &Authority| it.given_max.map(Money::fen);
    if higher.deal_cap < lower.deal_cap
        || less(months(higher), months(lower))
        || less(given(higher), given(lower))
    {
        return Err(AuthorityError::Decreasing { family: None });
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeMap;

    use expect_test::{Expect, expect};

    use super::super::{Write, current};
    use super::*;
    use crate::testing::sample::{ADMIN, WANG, limits, percent, yuan};
    use crate::testing::{Office, commands};
    use crate::values::UserId;

    #[track_caller]
    fn check(by: UserId, it: PublishLimits, expected: Expect) {
        expected.assert_eq(&Office::new().tell(by, Write::Publish(it)));
    }

    #[test]
    fn an_admin_publishes_a_version_once() {
        check(ADMIN, commands::publish_limits(), expect!["put limits/7"]);
        check(WANG, commands::publish_limits(), expect!["refused general.forbidden"]);
        check(
            ADMIN,
            PublishLimits { limits: LimitsId::from_u128(1), ..commands::publish_limits() },
            expect![[r#"refused general.exists {"typ":"limits"}"#]],
        );
    }

    #[test]
    fn no_level_has_less_than_the_one_below() {
        let head = limits().unit_head;
        let off = |family, text| BTreeMap::from([(family, percent(text))]);
        let with = |unit_head| PublishLimits { unit_head, ..commands::publish_limits() };
        let lower = Authority { off: off(Family::LeasedLine, "14.99"), ..head.clone() };
        check(ADMIN, with(lower), expect![[r#"refused authority.decreasing {"family":"leased_line"}"#]]);
        let same = Authority { off: off(Family::LeasedLine, "15"), ..head.clone() };
        check(ADMIN, with(same), expect!["put limits/7"]);
        let none = Authority { off: off(Family::Cloud, "50"), ..head.clone() };
        check(ADMIN, with(none), expect![[r#"refused authority.decreasing {"family":"leased_line"}"#]]);
        check(
            ADMIN,
            with(Authority { deal_cap: yuan(499_999), ..head.clone() }),
            expect![[r#"refused authority.decreasing {"family":null}"#]],
        );
        check(
            ADMIN,
            with(Authority { off: off(Family::LeasedLine, "31"), ..head }),
            expect![[r#"refused authority.decreasing {"family":"leased_line"}"#]],
        );
        let mut stars = limits().stars;
        stars.swap(0, 2);
        check(
            ADMIN,
            PublishLimits { stars, ..commands::publish_limits() },
            expect![[r#"refused authority.decreasing {"family":"leased_line"}"#]],
        );
    }

    #[test]
    fn margins_are_for_posts_and_fall_from_level_to_level() {
        let with = |head: Option<&str>, approver: Option<&str>| {
            let mut it = commands::publish_limits();
            it.unit_head.margin_min = head.map(percent);
            it.approver.margin_min = approver.map(percent);
            it
        };
        for (head, approver) in [(Some("25"), Some("10")), (Some("25"), Some("25")), (Some("25"), None)] {
            check(ADMIN, with(head, approver), expect!["put limits/7"]);
        }
        for (head, approver) in [(Some("25"), Some("25.01")), (None, Some("0"))] {
            let refused = expect![[r#"refused authority.decreasing {"family":null}"#]];
            check(ADMIN, with(head, approver), refused);
        }
        let mut of_managers = with(Some("25"), None);
        of_managers.stars[2].margin_min = Some(percent("5"));
        check(ADMIN, of_managers, expect!["refused authority.margin_of_managers"]);
    }

    #[test]
    fn the_version_that_arrived_last_is_in_force_whatever_the_clocks_say() {
        let mut office = Office::new();
        for (n, at) in [(7, 4_000_000_000_000), (8, 0), (9, -5)] {
            let limits = LimitsId::from_u128(n);
            let publish = PublishLimits { limits, ..commands::publish_limits() };
            let mut command = office.write(ADMIN, Write::Publish(publish));
            command.at = Timestamp::from_ms(at);
            assert!(office.take(&command).is_ok());
            let all = [1, 7, 8, 9].map(LimitsId::from_u128);
            let all: Vec<&Limits> = all.into_iter().filter_map(|id| office.find(id)).collect();
            assert_eq!(current(all).map(|it| it.id), Some(limits));
        }
    }
}
