//! The people of the branch, its two units and its three posts. Never holds a password of anybody in particular:
//! they all start with the same one ([`super::PASSWORD`]).

use leeway_core::Scope;
use leeway_core::organisation::{Member, Named, Post, Role, Star, StarSince, Unit};
use leeway_core::values::UserId;

use super::history::History;
use super::numbering::{post, unit, user};

/// A person of the demo.
pub(super) struct Person {
    /// Name to log in with.
    pub(super) login: &'static str,
    /// Name that people read.
    pub(super) name: &'static str,
    /// What they do, for the list that is printed.
    pub(super) does: &'static str,
    /// Number of their unit.
    unit: u32,
    /// What they may do.
    pub(super) role: Role,
    /// Their ratings with how many days ago they got them, oldest first.
    stars: &'static [(Star, i64)],
}

const fn person(
    login: &'static str,
    name: &'static str,
    does: &'static str,
    unit: u32,
    role: Role,
    stars: &'static [(Star, i64)],
) -> Person {
    Person { login, name, does, unit, role, stars }
}

/// Ratings of those who do not sell.
const UNRATED: &[(Star, i64)] = &[(Star::ONE, 2_400)];

/// Everybody; the n-th is user n + 1. Those who are printed come first.
pub(super) const PEOPLE: [Person; 11] = [
    person(
        "chen",
        "陈知远",
        "客户经理, two stars, 江畔 unit",
        1,
        Role::Manager,
        &[(Star::ONE, 2_300), (Star::TWO, 240)],
    ),
    person("li", "李若溪", "客户经理, one star, 江畔 unit", 1, Role::Manager, &[(Star::ONE, 520)]),
    person(
        "zhou",
        "周一帆",
        "客户经理, two stars, 北塬 unit",
        2,
        Role::Manager,
        &[(Star::ONE, 2_200), (Star::TWO, 610)],
    ),
    person("wang", "王敏", "单元负责人, head of the 江畔 unit", 1, Role::UnitHead, UNRATED),
    person("zhao", "赵维", "审批人, decides beyond the heads of the units", 1, Role::Approver, UNRATED),
    person("admin", "沈怡", "管理员, people, limits and prices", 1, Role::Admin, UNRATED),
    person(
        "he",
        "何晓",
        "客户经理, three stars, 江畔 unit",
        1,
        Role::Manager,
        &[(Star::TWO, 2_400), (Star::THREE, 970)],
    ),
    person(
        "xu",
        "徐静怡",
        "客户经理, three stars, 北塬 unit",
        2,
        Role::Manager,
        &[(Star::TWO, 2_100), (Star::THREE, 430)],
    ),
    person("sun", "孙浩", "客户经理, one star, 北塬 unit", 2, Role::Manager, &[(Star::ONE, 480)]),
    person("gao", "高建平", "单元负责人, head of the 北塬 unit", 2, Role::UnitHead, UNRATED),
    person("zheng", "郑岚", "审批人 (B角), deputy of zhao", 2, Role::Approver, UNRATED),
];

/// User numbers of the managers, in the order of their customers: chen, li, he; zhou, xu, sun.
pub(super) const MANAGERS: [u32; 6] = [1, 2, 7, 3, 8, 9];
/// Who keeps people, limits and prices.
pub(super) const ADMIN: UserId = user(6);
/// Who decides beyond the heads of the units.
pub(super) const APPROVER: UserId = user(5);
/// The approver's deputy.
pub(super) const DEPUTY: UserId = user(11);

const WANG: u32 = 4;
const GAO: u32 = 10;

/// Returns the manager's user id.
pub(super) fn manager(number: usize) -> UserId {
    user(MANAGERS[number])
}

/// Returns who heads the manager's unit.
pub(super) fn head_of(manager: usize) -> UserId {
    user(if manager < 3 { WANG } else { GAO })
}

/// Returns the rating that the manager holds now.
pub(super) fn star_of(manager: usize) -> Star {
    of_number(MANAGERS[manager]).stars.last().map_or(Star::ONE, |(star, _)| *star)
}

/// Returns how many days ago the manager joined.
pub(super) fn joined(manager: usize) -> i64 {
    of_number(MANAGERS[manager]).stars.first().map_or(0, |(_, days)| *days)
}

fn of_number(number: u32) -> &'static Person {
    &PEOPLE[usize::try_from(number - 1).unwrap_or(0)]
}

/// Founds the organisation.
pub(super) fn found(history: &mut History) {
    for (number, name) in [(1, "江畔政企单元"), (2, "北塬政企单元")] {
        history.found(
            Unit { id: unit(number), name: name.into(), head: post(number), approver: post(3) },
            vec![],
        );
    }
    found_post(history, 1, "江畔政企单元负责人", WANG, None, Some(1));
    found_post(history, 2, "北塬政企单元负责人", GAO, None, Some(2));
    found_post(history, 3, "分公司审批岗", 5, Some(11), None);
    for (number, person) in (1..).zip(&PEOPLE) {
        found_member(history, number, person);
    }
}

fn found_post(
    history: &mut History,
    number: u32,
    title: &str,
    holder: u32,
    deputy: Option<u32>,
    of_unit: Option<u32>,
) {
    let named = |number: u32| Named { id: user(number), name: of_number(number).name.into() };
    let made = Post {
        id: post(number),
        title: title.into(),
        holder: named(holder),
        deputy: deputy.map(named),
        unit: of_unit.map(unit),
    };
    let scopes: Vec<Scope> =
        [Scope::Post(made.id)].into_iter().chain(made.unit.map(Scope::UnitSummary)).collect();
    let grants = made.people().flat_map(|person| scopes.iter().map(|scope| (person.id, *scope))).collect();
    history.found(made, grants);
}

fn found_member(history: &mut History, number: u32, person: &Person) {
    let since = |(star, days): &(Star, i64)| StarSince { star: *star, since: history.days.at(-days, 540) };
    let member = Member {
        id: user(number),
        login: person.login.into(),
        name: person.name.into(),
        unit: unit(person.unit),
        role: person.role,
        stars: person.stars.iter().map(since).collect(),
        active: true,
        phone: String::new(),
    };
    // an admin keeps all units, everybody else sees the names of their own
    let units = [1, 2].into_iter().filter(|of| *of == person.unit || person.role == Role::Admin);
    let scopes =
        [Scope::User(member.id), Scope::Catalogue].into_iter().chain(units.map(unit).map(Scope::Unit));
    let grants = scopes.map(|scope| (member.id, scope)).collect();
    history.found(member, grants);
}
