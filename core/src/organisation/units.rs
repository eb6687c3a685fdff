//! A new unit. Its head's post and the approver's post must be there first.

use serde::{Deserialize, Serialize};

use super::{Post, Unit, admins, name};
use crate::refusal::Stop;
use crate::rows::{Changes, Rows};
use crate::scope::Scope;
use crate::values::{PostId, UnitId};

/// Adds a unit.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AddUnit {
    /// Its id, made on the device.
    pub unit: UnitId,
    /// Its name.
    pub name: String,
    /// The post that decides first.
    pub head: PostId,
    /// The post that decides beyond it.
    pub approver: PostId,
}

pub(super) fn add(rows: &Rows, it: &AddUnit) -> Result<Changes, Stop> {
    rows.require_absent::<Unit>(it.unit)?;
    rows.require::<Post>(it.approver)?;
    let unit = Unit { id: it.unit, name: name(&it.name)?, head: it.head, approver: it.approver };
    let mut head = rows.require::<Post>(it.head)?.clone();
    head.unit.get_or_insert(unit.id);
    let mut changes = Changes::none();
    for person in head.people() {
        changes = changes.grant(person.id, Scope::UnitSummary(unit.id));
    }
    for admin in admins(rows)? {
        changes = changes.grant(admin, Scope::Unit(unit.id));
    }
    Ok(changes.put(unit).put(head))
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::super::Write;
    use super::*;
    use crate::testing::sample::{ADMIN, APPROVER};
    use crate::testing::{Office, commands};

    #[track_caller]
    fn check(it: AddUnit, expected: Expect) {
        let mut office = Office::new().after(ADMIN, Write::SetPost(commands::set_post()));
        expected.assert_eq(&office.tell(ADMIN, Write::AddUnit(it)));
    }

    #[test]
    fn a_unit_is_shown_to_the_admins_and_its_summary_to_its_head() {
        check(
            commands::add_unit(),
            expect![[r#"
            put unit/7
            put post/7
            grant wang unit:7:summary
            grant sun unit:7:summary
            grant admin unit:7"#]],
        );
    }

    #[test]
    fn its_posts_are_there_first() {
        check(
            AddUnit { head: PostId::from_u128(99), ..commands::add_unit() },
            expect![[r#"refused general.not_found {"typ":"post"}"#]],
        );
        check(
            AddUnit { approver: PostId::from_u128(99), ..commands::add_unit() },
            expect![[r#"refused general.not_found {"typ":"post"}"#]],
        );
        check(
            AddUnit { unit: UnitId::from_u128(1), ..commands::add_unit() },
            expect![[r#"refused general.exists {"typ":"unit"}"#]],
        );
        check(
            AddUnit { name: String::new(), ..commands::add_unit() },
            expect![[r#"refused organisation.name {"max":60}"#]],
        );
        let same = AddUnit { head: APPROVER, ..commands::add_unit() };
        check(
            same,
            expect![[r#"
            put unit/7
            put post/3
            grant zhao unit:7:summary
            grant sun unit:7:summary
            grant admin unit:7"#]],
        );
    }
}
