//! Who holds a post, and who is its deputy. The post's rows go with it: the old people lose them, the new gain.

use std::collections::BTreeSet;

use serde::{Deserialize, Serialize};

use super::{Member, Named, OrganisationError, Post, UNITS, Unit, name};
use crate::Entity;
use crate::approvals::end_stand_ins;
use crate::command::Context;
use crate::refusal::{GeneralError, Stop};
use crate::rows::{Changes, Rows};
use crate::scope::Scope;
use crate::values::{PostId, UserId};

/// Makes a post, or changes who holds it.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SetPost {
    /// Which one; a new id makes a new post.
    pub post: PostId,
    /// What it is called.
    pub title: String,
    /// Who holds it.
    pub holder: UserId,
    /// Who may decide as well.
    pub deputy: Option<UserId>,
}

pub(super) fn set(rows: &Rows, by: &Context, it: &SetPost) -> Result<Changes, Stop> {
    if it.deputy == Some(it.holder) {
        return Err(OrganisationError::DeputyIsHolder.into());
    }
    let old = rows.find::<Post>(it.post)?;
    let post = Post {
        id: it.post,
        title: name(&it.title)?,
        holder: named(rows, it.holder)?,
        deputy: it.deputy.map(|user| named(rows, user)).transpose()?,
        unit: old.and_then(|post| post.unit),
    };
    let headed = rows.list::<Unit>(UNITS)?.into_iter().filter(|unit| unit.head == it.post);
    let scopes: Vec<Scope> =
        std::iter::once(Scope::Post(it.post)).chain(headed.map(|unit| Scope::UnitSummary(unit.id))).collect();
    let before: BTreeSet<UserId> = old.iter().flat_map(|old| old.people()).map(|it| it.id).collect();
    let after: BTreeSet<UserId> = post.people().map(|it| it.id).collect();
    let mut changes = Changes::none();
    for user in before.difference(&after) {
        changes = scopes.iter().fold(changes, |changes, scope| changes.revoke(*user, *scope));
    }
    // who stays keeps the rows: a second grant would have them sent again
    for user in after.difference(&before) {
        changes = scopes.iter().fold(changes, |changes, scope| changes.grant(*user, *scope));
    }
    // who was asked by the old people stands in no longer
    Ok(changes.and(end_stand_ins(rows, by, &post)?).put(post))
}

/// Names somebody who can decide: only people who may log in.
fn named(rows: &Rows, user: UserId) -> Result<Named, Stop> {
    match rows.require::<Member>(user)? {
        member if member.active => Ok(Named { id: member.id, name: member.name.clone() }),
        _ => Err(GeneralError::NotFound { typ: Member::TYPE }.into()),
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::super::{AddUnit, ChangeMember, MemberChange, Write};
    use super::*;
    use crate::testing::sample::{ADMIN, APPROVER, CHEN, GAO, HEAD, LI, SUN, WANG, ZHAO};
    use crate::testing::{Office, commands};

    fn set(post: PostId, holder: UserId, deputy: Option<UserId>) -> Write {
        Write::SetPost(SetPost { post, title: "负责人".into(), holder, deputy })
    }

    #[track_caller]
    fn check(office: &mut Office, write: Write, expected: Expect) {
        expected.assert_eq(&office.tell(ADMIN, write));
    }

    #[test]
    fn the_rows_of_a_post_go_with_it() {
        let mut office = Office::new();
        check(
            &mut office,
            set(HEAD, ZHAO, Some(LI)),
            expect![[r#"
            put post/1
            revoke wang post:1
            revoke wang unit:1:summary
            grant zhao post:1
            grant zhao unit:1:summary"#]],
        );
        check(&mut office, set(HEAD, LI, Some(ZHAO)), expect!["put post/1"]);
        check(
            &mut office,
            set(HEAD, LI, None),
            expect!["put post/1, revoke zhao post:1, revoke zhao unit:1:summary"],
        );
        check(
            &mut office,
            set(APPROVER, WANG, Some(SUN)),
            expect!["put post/3, revoke zhao post:3, grant wang post:3"],
        );
        check(&mut office, set(PostId::from_u128(7), CHEN, None), expect!["put post/7, grant chen post:7"]);
    }

    #[test]
    fn holder_and_deputy_are_two_people_who_may_log_in() {
        let mut office = Office::new();
        check(&mut office, set(HEAD, LI, Some(LI)), expect!["refused organisation.deputy_is_holder"]);
        check(
            &mut office,
            set(HEAD, UserId::from_u128(99), None),
            expect![[r#"refused general.not_found {"typ":"member"}"#]],
        );
        check(
            &mut office,
            set(HEAD, LI, Some(UserId::from_u128(99))),
            expect![[r#"refused general.not_found {"typ":"member"}"#]],
        );
        let shut = Write::ChangeMember(ChangeMember { user: CHEN, change: MemberChange::Active(false) });
        let mut office = office.after(ADMIN, shut);
        check(&mut office, set(HEAD, CHEN, None), expect![[r#"refused general.not_found {"typ":"member"}"#]]);
        check(
            &mut office,
            set(HEAD, LI, Some(CHEN)),
            expect![[r#"refused general.not_found {"typ":"member"}"#]],
        );
        let blank = SetPost { title: " ".into(), ..commands::set_post() };
        check(&mut office, Write::SetPost(blank), expect![[r#"refused organisation.name {"max":60}"#]]);
    }

    #[test]
    fn a_post_that_heads_two_units_hands_over_both() {
        let second = AddUnit { head: HEAD, ..commands::add_unit() };
        let mut office = Office::new();
        check(
            &mut office,
            Write::AddUnit(second),
            expect![[r#"
            put unit/7
            put post/1
            grant wang unit:7:summary
            grant li unit:7:summary
            grant admin unit:7"#]],
        );
        check(
            &mut office,
            set(HEAD, GAO, None),
            expect![[r#"
            put post/1
            revoke li post:1
            revoke li unit:1:summary
            revoke li unit:7:summary
            revoke wang post:1
            revoke wang unit:1:summary
            revoke wang unit:7:summary
            grant gao post:1
            grant gao unit:1:summary
            grant gao unit:7:summary"#]],
        );
        assert_eq!(office.get::<Post>(HEAD).unit, Some(crate::values::UnitId::from_u128(1)));
    }
}
