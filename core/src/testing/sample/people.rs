//! Two units with their people and posts.

use super::minute;
use crate::deputies::{ActingPeriod, ActingState};
use crate::organisation::{Member, Named, Post, Role, Star, StarSince, Unit};
use crate::values::{ActingPeriodId, PostId, UnitId, UserId};

/// A manager of two stars in unit 1; customers 1 and 2 are hers.
pub const CHEN: UserId = UserId::from_u128(1);
/// A manager in unit 1, deputy of its head.
pub const LI: UserId = UserId::from_u128(2);
/// A manager in unit 2; customer 3 is his.
pub const ZHOU: UserId = UserId::from_u128(3);
/// The head of unit 1.
pub const WANG: UserId = UserId::from_u128(4);
/// The head of unit 2.
pub const GAO: UserId = UserId::from_u128(5);
/// The approver above both.
pub const ZHAO: UserId = UserId::from_u128(6);
/// The approver's deputy.
pub const SUN: UserId = UserId::from_u128(7);
/// The admin.
pub const ADMIN: UserId = UserId::from_u128(9);

/// The post of unit 1's head.
pub const HEAD: PostId = PostId::from_u128(1);
/// The post of unit 2's head.
pub const OTHER_HEAD: PostId = PostId::from_u128(2);
/// The approver's post.
pub const APPROVER: PostId = PostId::from_u128(3);

/// A unit with its head's post; number 1 or 2.
pub fn unit(n: u128) -> Unit {
    let head = if n == 1 { HEAD } else { OTHER_HEAD };
    Unit { id: UnitId::from_u128(n), name: format!("政企{n}部"), head, approver: APPROVER }
}

/// A person.
pub fn member(id: UserId, login: &str, name: &str, of_unit: u128, role: Role) -> Member {
    Member {
        id,
        login: login.into(),
        name: name.into(),
        unit: UnitId::from_u128(of_unit),
        role,
        stars: vec![StarSince { star: Star::TWO, since: minute(0) }],
        active: true,
        phone: String::new(),
    }
}

/// Everybody.
pub fn members() -> Vec<Member> {
    vec![
        member(CHEN, "chen", "陈静", 1, Role::Manager),
        member(LI, "li", "李想", 1, Role::Manager),
        member(ZHOU, "zhou", "周敏", 2, Role::Manager),
        member(WANG, "wang", "王海", 1, Role::UnitHead),
        member(GAO, "gao", "高原", 2, Role::UnitHead),
        member(ZHAO, "zhao", "赵岚", 1, Role::Approver),
        member(SUN, "sun", "孙立", 1, Role::Approver),
        member(ADMIN, "admin", "管理员", 1, Role::Admin),
    ]
}

/// Li acts for Chen for a week, from the first moment on; period 1.
pub fn acting_period(state: ActingState) -> ActingPeriod {
    ActingPeriod {
        id: ActingPeriodId::from_u128(1),
        manager: CHEN,
        deputy: LI,
        unit: UnitId::from_u128(1),
        from: minute(0),
        until: minute(7 * 24 * 60),
        appointed_by: CHEN,
        state,
    }
}

/// The three posts.
pub fn posts() -> Vec<Post> {
    let named = |id: UserId, name: &str| Named { id, name: name.into() };
    let post = |id, title: &str, holder, deputy, unit: Option<u128>| Post {
        id,
        title: title.into(),
        holder,
        deputy,
        unit: unit.map(UnitId::from_u128),
    };
    vec![
        post(HEAD, "政企1部负责人", named(WANG, "王海"), Some(named(LI, "李想")), Some(1)),
        post(OTHER_HEAD, "政企2部负责人", named(GAO, "高原"), None, Some(2)),
        post(APPROVER, "分公司审批岗", named(ZHAO, "赵岚"), Some(named(SUN, "孙立")), None),
    ]
}
