//! People come, change and go. What a change means for the rows that they may hold is decided here, once.

use serde::{Deserialize, Serialize};

use super::{BY_LOGIN, Member, OrganisationError, POSTS, Post, Role, Star, StarSince, UNITS, Unit, name};
use crate::command::Context;
use crate::deputies;
use crate::refusal::Stop;
use crate::rows::{Changes, Rows};
use crate::scope::Scope;
use crate::values::{UnitId, UserId};

/// Adds a person. The password is set apart, by the server.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AddMember {
    /// Their id, made on the device.
    pub user: UserId,
    /// Name to log in with.
    pub login: String,
    /// Name that people read.
    pub name: String,
    /// Where they belong.
    pub unit: UnitId,
    /// What they may do.
    pub role: Role,
    /// Their rating.
    pub star: Star,
}

/// Changes one thing about a person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ChangeMember {
    /// Who.
    pub user: UserId,
    /// What.
    pub change: MemberChange,
}

/// What can be changed about a person.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "field", content = "value", rename_all = "snake_case")]
pub enum MemberChange {
    /// The name that people read.
    Name(String),
    /// Where they belong.
    Unit(UnitId),
    /// What they may do.
    Role(Role),
    /// Their rating.
    Star(Star),
    /// Whether they may log in.
    Active(bool),
}

pub(super) fn add(rows: &Rows, by: &Context, it: &AddMember) -> Result<Changes, Stop> {
    rows.require_absent::<Member>(it.user)?;
    rows.require::<Unit>(it.unit)?;
    let login = it.login.trim();
    let fits = |c: char| c.is_ascii_lowercase() || c.is_ascii_digit() || matches!(c, '.' | '-' | '_');
    if !(2..=32).contains(&login.len()) || !login.chars().all(fits) {
        return Err(OrganisationError::Login { login: it.login.clone() }.into());
    }
    if !rows.list::<Member>(&format!("{BY_LOGIN}{login}|"))?.is_empty() {
        return Err(OrganisationError::LoginTaken { login: login.to_owned() }.into());
    }
    let member = Member {
        id: it.user,
        login: login.to_owned(),
        name: name(&it.name)?,
        unit: it.unit,
        role: it.role,
        stars: vec![StarSince { star: it.star, since: by.at }],
        active: true,
        phone: String::new(),
    };
    let mut scopes = vec![Scope::User(member.id), Scope::Catalogue, Scope::Unit(member.unit)];
    if member.role == Role::Admin {
        scopes.extend(of_admin(rows, &member)?);
    }
    Ok(grant_all(&member, scopes).put(member))
}

/// What an admin holds besides what everybody does.
fn of_admin(rows: &Rows, member: &Member) -> Result<Vec<Scope>, Stop> {
    let units = rows.list::<Unit>(UNITS)?.into_iter().map(|unit| unit.id);
    let units = units.filter(|unit| *unit != member.unit).map(Scope::Unit);
    Ok(units.chain([Scope::Costs]).collect())
}

fn grant_all(member: &Member, scopes: Vec<Scope>) -> Changes {
    scopes.into_iter().fold(Changes::none(), |changes, scope| changes.grant(member.id, scope))
}

pub(super) fn change(rows: &Rows, by: &Context, it: &ChangeMember) -> Result<Changes, Stop> {
    let mut member = rows.require::<Member>(it.user)?.clone();
    let before = (member.unit, serves(&member));
    let changes = match &it.change {
        MemberChange::Name(text) => {
            member.name = name(text)?;
            rename_on_posts(rows, &member)?
        }
        MemberChange::Star(star) => {
            if member.star() != *star {
                member.stars.push(StarSince { star: *star, since: by.at });
            }
            Changes::none()
        }
        MemberChange::Unit(unit) => change_unit(rows, &mut member, *unit)?,
        MemberChange::Role(role) => change_role(rows, by, &mut member, *role)?,
        MemberChange::Active(active) => {
            not_yourself(by, &member)?;
            if !active {
                holds_no_post(rows, member.id)?;
            }
            let back = *active && !member.active;
            member.active = *active;
            // an admin who comes back missed the units that were made meanwhile
            match back && member.role == Role::Admin {
                true => grant_all(&member, of_admin(rows, &member)?),
                false => Changes::none(),
            }
        }
    };
    // who acts, and is acted for, is a manager of one unit: a period ends with that
    let changes = match before.1 && before != (member.unit, serves(&member)) {
        true => changes.and(deputies::end_all(rows, by, member.id)?),
        false => changes,
    };
    Ok(changes.put(member))
}

/// Returns whether they may serve customers.
fn serves(member: &Member) -> bool {
    member.active && member.role == Role::Manager
}

/// Posts carry the names of their people, so that everybody can read who decides.
fn rename_on_posts(rows: &Rows, member: &Member) -> Result<Changes, Stop> {
    let mut changes = Changes::none();
    for post in rows.list::<Post>(POSTS)? {
        let mut renamed = post.clone();
        let people = std::iter::once(&mut renamed.holder).chain(&mut renamed.deputy);
        people.filter(|it| it.id == member.id).for_each(|it| it.name.clone_from(&member.name));
        if renamed != *post {
            changes = changes.put(renamed);
        }
    }
    Ok(changes)
}

fn change_unit(rows: &Rows, member: &mut Member, unit: UnitId) -> Result<Changes, Stop> {
    rows.require::<Unit>(unit)?;
    let old = std::mem::replace(&mut member.unit, unit);
    // an admin holds every unit, and who stays keeps the rows
    if old == unit || member.role == Role::Admin {
        return Ok(Changes::none());
    }
    Ok(Changes::none().revoke(member.id, Scope::Unit(old)).grant(member.id, Scope::Unit(unit)))
}

fn change_role(rows: &Rows, by: &Context, member: &mut Member, role: Role) -> Result<Changes, Stop> {
    not_yourself(by, member)?;
    let old = std::mem::replace(&mut member.role, role);
    Ok(match (old == Role::Admin, role == Role::Admin) {
        (false, true) => grant_all(member, of_admin(rows, member)?),
        (true, false) => {
            let scopes = of_admin(rows, member)?.into_iter();
            scopes.fold(Changes::none(), |changes, scope| changes.revoke(member.id, scope))
        }
        _ => Changes::none(),
    })
}

fn not_yourself(by: &Context, member: &Member) -> Result<(), Stop> {
    if by.actor == member.id { Err(OrganisationError::Yourself.into()) } else { Ok(()) }
}

fn holds_no_post(rows: &Rows, user: UserId) -> Result<(), Stop> {
    match rows.list::<Post>(POSTS)?.into_iter().find(|post| post.holder.id == user) {
        Some(post) => Err(OrganisationError::HoldsPost { post: post.title.clone() }.into()),
        None => Ok(()),
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::super::{SetPost, Write};
    use super::*;
    use crate::testing::sample::{ADMIN, CHEN, HEAD, LI, WANG, ZHAO, minute};
    use crate::testing::{Office, commands};

    const TWO: UnitId = UnitId::from_u128(2);

    #[track_caller]
    fn adds(it: AddMember, expected: Expect) {
        expected.assert_eq(&Office::new().tell(ADMIN, Write::AddMember(it)));
    }

    #[track_caller]
    fn changes(office: &mut Office, by: UserId, user: UserId, change: MemberChange, expected: Expect) {
        expected.assert_eq(&office.tell(by, Write::ChangeMember(ChangeMember { user, change })));
    }

    #[test]
    fn a_member_holds_their_own_rows_their_unit_and_the_catalogue() {
        adds(
            commands::add_member(),
            expect![[r#"
                put member/17
                grant 17 user:17
                grant 17 catalogue
                grant 17 unit:1"#]],
        );
        adds(
            AddMember { unit: TWO, role: Role::UnitHead, ..commands::add_member() },
            expect![[r#"
                put member/17
                grant 17 user:17
                grant 17 catalogue
                grant 17 unit:2"#]],
        );
        adds(
            AddMember { role: Role::Admin, ..commands::add_member() },
            expect![[r#"
                put member/17
                grant 17 user:17
                grant 17 catalogue
                grant 17 unit:1
                grant 17 unit:2
                grant 17 costs"#]],
        );
    }

    #[test]
    fn log_in_names_are_plain_and_of_one() {
        let login = |login: &str| AddMember { login: login.into(), ..commands::add_member() };
        adds(
            login(" qian.yuan-2_ "),
            expect![[r#"
                put member/17
                grant 17 user:17
                grant 17 catalogue
                grant 17 unit:1"#]],
        );
        adds(login("li"), expect![[r#"refused organisation.login_taken {"login":"li"}"#]]);
        for bad in ["", "q", "Qian", "钱远", "qian yuan", "qian|", &"q".repeat(33)] {
            let refused = Office::new().run(ADMIN, Write::AddMember(login(bad)));
            assert_eq!(refused, Err(OrganisationError::Login { login: bad.into() }.into()), "{bad}");
        }
        adds(
            AddMember { name: " ".into(), ..commands::add_member() },
            expect![[r#"refused organisation.name {"max":60}"#]],
        );
        adds(
            AddMember { user: LI, ..commands::add_member() },
            expect![[r#"refused general.exists {"typ":"member"}"#]],
        );
        adds(
            AddMember { unit: UnitId::from_u128(9), ..commands::add_member() },
            expect![[r#"refused general.not_found {"typ":"unit"}"#]],
        );
    }

    #[test]
    fn a_change_of_unit_takes_the_old_colleagues_away() {
        let mut office = Office::new();
        changes(
            &mut office,
            ADMIN,
            LI,
            MemberChange::Unit(TWO),
            expect!["put member/2, revoke li unit:1, grant li unit:2"],
        );
        changes(&mut office, ADMIN, LI, MemberChange::Unit(TWO), expect!["put member/2"]);
        changes(
            &mut office,
            ADMIN,
            LI,
            MemberChange::Unit(UnitId::from_u128(9)),
            expect![[r#"refused general.not_found {"typ":"unit"}"#]],
        );
        changes(&mut office, ADMIN, ADMIN, MemberChange::Unit(TWO), expect!["put member/9"]);
    }

    #[test]
    fn an_admin_holds_all_units_while_they_are_one() {
        let mut office = Office::new();
        changes(&mut office, ADMIN, LI, MemberChange::Role(Role::UnitHead), expect!["put member/2"]);
        changes(
            &mut office,
            ADMIN,
            LI,
            MemberChange::Role(Role::Admin),
            expect!["put member/2, grant li unit:2, grant li costs"],
        );
        changes(&mut office, ADMIN, LI, MemberChange::Unit(TWO), expect!["put member/2"]);
        changes(
            &mut office,
            ADMIN,
            LI,
            MemberChange::Role(Role::Manager),
            expect!["put member/2, revoke li unit:1, revoke li costs"],
        );
        let one = Scope::Unit(UnitId::from_u128(1));
        assert_eq!([office.holds(LI, one), office.holds(LI, Scope::Unit(TWO))], [false, true]);
    }

    #[test]
    fn nobody_shuts_out_or_demotes_themselves() {
        let mut office = Office::new();
        changes(
            &mut office,
            ADMIN,
            ADMIN,
            MemberChange::Role(Role::Manager),
            expect!["refused organisation.yourself"],
        );
        changes(
            &mut office,
            ADMIN,
            ADMIN,
            MemberChange::Active(false),
            expect!["refused organisation.yourself"],
        );
        changes(&mut office, ADMIN, ADMIN, MemberChange::Name("总管".into()), expect!["put member/9"]);
    }

    #[test]
    fn who_holds_a_post_hands_it_over_first() {
        let mut office = Office::new();
        changes(
            &mut office,
            ADMIN,
            WANG,
            MemberChange::Active(false),
            expect![[r#"refused organisation.holds_post {"post":"政企1部负责人"}"#]],
        );
        let hand_over = SetPost { post: HEAD, title: "负责人".into(), holder: ZHAO, deputy: None };
        let mut office = office.after(ADMIN, Write::SetPost(hand_over));
        changes(&mut office, ADMIN, WANG, MemberChange::Active(false), expect!["put member/4"]);
        changes(&mut office, ADMIN, WANG, MemberChange::Active(true), expect!["put member/4"]);
    }

    #[test]
    fn an_admin_who_comes_back_holds_the_units_made_meanwhile() {
        let admin = |change| Write::ChangeMember(ChangeMember { user: LI, change });
        let office = Office::new().after(ADMIN, admin(MemberChange::Role(Role::Admin)));
        let office = office.after(ADMIN, admin(MemberChange::Active(false)));
        let office = office.after(ADMIN, Write::SetPost(commands::set_post()));
        let mut office = office.after(ADMIN, Write::AddUnit(commands::add_unit()));
        let new = Scope::Unit(UnitId::from_u128(7));
        assert_eq!([office.holds(ADMIN, new), office.holds(LI, new)], [true, false]);
        changes(
            &mut office,
            ADMIN,
            LI,
            MemberChange::Active(true),
            expect![[r#"
                put member/2
                grant li unit:2
                grant li unit:7
                grant li costs"#]],
        );
    }

    #[test]
    fn who_is_shut_out_can_ask_for_nothing() {
        let shut = Write::ChangeMember(ChangeMember { user: CHEN, change: MemberChange::Active(false) });
        let mut office = Office::new().after(ADMIN, shut);
        for (by, body) in commands::all().into_iter().filter(|(by, _)| *by == CHEN) {
            assert_eq!(office.tell(by, body.clone()), "refused general.forbidden", "{body:?}");
        }
    }

    #[test]
    fn a_new_name_stands_on_their_posts_too() {
        let mut office = Office::new();
        changes(
            &mut office,
            ADMIN,
            LI,
            MemberChange::Name("李思".into()),
            expect!["put post/1, put member/2"],
        );
        let deputy = office.get::<Post>(HEAD).deputy.clone();
        assert_eq!(deputy.map(|it| it.name), Some("李思".to_owned()));
        changes(&mut office, ADMIN, CHEN, MemberChange::Name("陈净".into()), expect!["put member/1"]);
        changes(
            &mut office,
            ADMIN,
            CHEN,
            MemberChange::Name(" ".into()),
            expect![[r#"refused organisation.name {"max":60}"#]],
        );
    }

    #[test]
    fn ratings_are_kept_for_ever() {
        let mut office = Office::new();
        changes(&mut office, ADMIN, LI, MemberChange::Star(Star::TWO), expect!["put member/2"]);
        changes(&mut office, ADMIN, LI, MemberChange::Star(Star::THREE), expect!["put member/2"]);
        changes(&mut office, ADMIN, LI, MemberChange::Star(Star::TWO), expect!["put member/2"]);
        let li = office.get::<Member>(LI);
        let stars: Vec<(u8, crate::values::Timestamp)> =
            li.stars.iter().map(|it| (it.star.get(), it.since)).collect();
        assert_eq!(stars, [(2, minute(0)), (3, minute(2)), (2, minute(3))]);
        assert_eq!((li.star(), li.held(Star::THREE), li.held(Star::ONE)), (Star::TWO, true, false));
    }

    #[test]
    fn only_an_admin_changes_the_organisation() {
        for (_, body) in commands::all().into_iter().filter(|(by, _)| *by == ADMIN) {
            for by in [CHEN, WANG, ZHAO] {
                assert_eq!(Office::new().tell(by, body.clone()), "refused general.forbidden", "{body:?}");
            }
        }
        changes(
            &mut Office::new(),
            ADMIN,
            UserId::from_u128(99),
            MemberChange::Active(true),
            expect![[r#"refused general.not_found {"typ":"member"}"#]],
        );
    }
}
