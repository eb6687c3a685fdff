//! What the page of deputies shows, out of what this device holds.

use leeway_core::deputies::ActingPeriod;
use leeway_core::organisation::{Member, Post, Role};
use leeway_core::values::{ActingPeriodId, Timestamp, UserId};

/// How a period stands, as far as this device can tell.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Standing {
    /// Its time has not come.
    Planned,
    /// Its time has come, and the server has not said so yet.
    Starting,
    /// The deputy has the customers.
    Open,
    /// Its time is over, and the server has not said so yet.
    Ending,
}

/// Says how a period stands.
pub fn standing(period: &ActingPeriod, now: Timestamp) -> Standing {
    match period.state.is_open() {
        _ if period.until <= now => Standing::Ending,
        true => Standing::Open,
        false if period.from <= now => Standing::Starting,
        false => Standing::Planned,
    }
}

/// One period, seen from one of the two.
#[derive(Debug, Clone, PartialEq)]
pub struct Row {
    /// Which one.
    pub id: ActingPeriodId,
    /// The name of the other.
    pub name: String,
    /// From when.
    pub from: Timestamp,
    /// Until when.
    pub until: Timestamp,
    /// How it stands.
    pub standing: Standing,
    /// Whether the user may end it.
    pub may_end: bool,
}

/// A manager of the unit, for its head.
#[derive(Debug, Clone, PartialEq)]
pub struct Colleague {
    /// Who.
    pub id: UserId,
    /// Their name.
    pub name: String,
    /// Who acts for them now, until when.
    pub acted: Option<(String, Timestamp)>,
}

/// All that the page shows.
#[derive(Debug, Clone, PartialEq)]
pub struct Board {
    /// Whose page it is.
    pub whose: Member,
    /// Whether that is the user.
    pub is_me: bool,
    /// Whether the user may appoint for them.
    pub may_appoint: bool,
    /// Who may be appointed, with their names.
    pub choices: Vec<(UserId, String)>,
    /// Who acts for them, soonest first.
    pub for_them: Vec<Row>,
    /// For whom they act, soonest first.
    pub they_act: Vec<Row>,
    /// The managers of the unit, where the user arranges for all of them.
    pub unit: Vec<Colleague>,
}

/// What the page is made of.
#[derive(Debug, Clone)]
pub struct Found {
    /// The user.
    pub me: Member,
    /// Whose page it is.
    pub whose: Member,
    /// All members that this device knows.
    pub members: Vec<Member>,
    /// The post of the head of their unit.
    pub head: Option<Post>,
    /// All periods that are not over.
    pub periods: Vec<ActingPeriod>,
}

/// Puts the page together.
pub fn board(found: Found, now: Timestamp) -> Board {
    let Found { me, whose, members, head, mut periods } = found;
    periods.sort_by_key(|it| it.from);
    let heads = head.is_some_and(|head| head.may_decide(me.id));
    let is_me = me.id == whose.id;
    let arranges = is_me || heads || me.role == Role::Admin;
    let name =
        |user: UserId| members.iter().find(|it| it.id == user).map(|it| it.name.clone()).unwrap_or_default();
    let row = |it: &ActingPeriod, other: UserId, may_end: bool| Row {
        id: it.id,
        name: name(other),
        from: it.from,
        until: it.until,
        standing: standing(it, now),
        may_end,
    };
    let manages = |it: &&Member| it.active && it.role == Role::Manager && it.unit == whose.unit;
    let managers: Vec<&Member> = members.iter().filter(manages).collect();
    let for_them = periods.iter().filter(|it| it.manager == whose.id);
    let they_act = periods.iter().filter(|it| it.deputy == whose.id);
    let acted = |user: UserId| {
        let open = periods.iter().find(|it| it.manager == user && it.state.is_open());
        open.map(|it| (name(it.deputy), it.until))
    };
    let colleague = |it: &&Member| Colleague { id: it.id, name: it.name.clone(), acted: acted(it.id) };
    let choice = |it: &&&Member| it.id != whose.id && it.id != me.id;
    Board {
        is_me,
        may_appoint: arranges && whose.active && whose.role == Role::Manager,
        choices: managers.iter().filter(choice).map(|it| (it.id, it.name.clone())).collect(),
        for_them: for_them.map(|it| row(it, it.deputy, arranges && it.deputy != me.id)).collect(),
        they_act: they_act.map(|it| row(it, it.manager, false)).collect(),
        unit: match is_me && heads {
            true => managers.iter().filter(|it| it.id != me.id).map(colleague).collect(),
            false => Vec::new(),
        },
        whose,
    }
}

#[cfg(test)]
mod tests {
    use leeway_core::deputies::ActingState;
    use leeway_core::testing::sample::{ADMIN, CHEN, LI, WANG, ZHAO, acting_period, members, minute, posts};

    use super::*;

    fn seen_by(me: UserId, whose: UserId, state: ActingState, now: i64) -> Board {
        let member = |user| members().into_iter().find(|it| it.id == user).unwrap();
        let found = Found {
            me: member(me),
            whose: member(whose),
            members: members(),
            head: posts().into_iter().next(),
            periods: vec![acting_period(state)],
        };
        board(found, minute(now))
    }

    fn open(me: UserId, whose: UserId) -> Board {
        seen_by(me, whose, ActingState::Open, 5)
    }

    #[test]
    fn both_see_the_period_and_only_who_arranges_it_may_end_it() {
        let manager = open(CHEN, CHEN);
        let shown: Vec<_> = manager.for_them.iter().map(|it| (it.name.as_str(), it.may_end)).collect();
        assert_eq!((shown, manager.they_act.len(), manager.may_appoint), (vec![("李想", true)], 0, true));
        assert!(manager.unit.is_empty());
        let deputy = open(LI, LI);
        let shown: Vec<_> = deputy.they_act.iter().map(|it| (it.name.as_str(), it.may_end)).collect();
        assert_eq!((shown, deputy.for_them.len()), (vec![("陈静", false)], 0));
        for arranger in [WANG, ADMIN] {
            let board = open(arranger, CHEN);
            assert!(board.may_appoint && board.for_them.iter().all(|it| it.may_end));
        }
        let stranger = open(ZHAO, CHEN);
        assert!(!stranger.may_appoint && !stranger.for_them.iter().any(|it| it.may_end));
        // he stands in for the head, and would end what he benefits from
        assert!(!open(LI, CHEN).for_them.iter().any(|it| it.may_end));
    }

    #[test]
    fn nobody_is_offered_who_would_be_refused() {
        let choices = |me, whose| open(me, whose).choices.into_iter().map(|it| it.0).collect::<Vec<_>>();
        assert_eq!(choices(CHEN, CHEN), [LI]);
        assert_eq!(choices(WANG, CHEN), [LI]);
        assert_eq!(choices(LI, CHEN), []);
        assert!(!open(WANG, WANG).may_appoint, "a head has no customers");
    }

    #[test]
    fn the_head_sees_the_managers_of_the_unit_and_who_acts_for_them() {
        let unit: Vec<_> = open(WANG, WANG).unit.into_iter().map(|it| (it.id, it.acted)).collect();
        assert_eq!(unit, [(CHEN, Some(("李想".to_owned(), minute(7 * 24 * 60)))), (LI, None)]);
        let planned = seen_by(WANG, WANG, ActingState::Planned, 0).unit;
        assert!(planned.iter().all(|it| it.acted.is_none()));
    }

    #[test]
    fn a_period_that_the_server_has_not_turned_yet_says_so() {
        let at = |state, now| seen_by(CHEN, CHEN, state, now).for_them[0].standing;
        assert_eq!(at(ActingState::Planned, -1), Standing::Planned);
        assert_eq!(at(ActingState::Planned, 0), Standing::Starting);
        assert_eq!(at(ActingState::Open, 0), Standing::Open);
        assert_eq!(at(ActingState::Open, 7 * 24 * 60), Standing::Ending);
    }
}
