//! An agreement ends before its last day: for new and draft quotes. Binding ones keep it.

use serde::{Deserialize, Serialize};

use super::Framework;
use crate::Entity;
use crate::command::Context;
use crate::refusal::{GeneralError, Stop};
use crate::rows::{Changes, Coverage, Rows};
use crate::values::FrameworkId;

/// Ends an agreement.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct End {
    /// Which one.
    pub framework: FrameworkId,
}

pub(super) fn end(rows: &Rows, by: &Context, it: &End) -> Result<Changes, Stop> {
    match (rows.find::<Framework>(it.framework)?, rows.coverage()) {
        (Some(framework), _) => {
            let mut framework = framework.clone();
            framework.ended_at.get_or_insert(by.at);
            Ok(Changes::none().put(framework))
        }
        // an admin's phone holds no customer's rows: the server does it
        (None, Coverage::Part) => Ok(Changes::none()),
        (None, Coverage::Whole) => Err(GeneralError::NotFound { typ: Framework::TYPE }.into()),
    }
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::super::{Write, tests::on_the_phone};
    use super::*;
    use crate::testing::Office;
    use crate::testing::sample::{ADMIN, CHEN, minute};

    #[test]
    fn an_agreement_is_ended_once() {
        let end = |n: u128| Write::End(End { framework: FrameworkId::from_u128(n) });
        let mut office = Office::new();
        expect!["refused general.forbidden"].assert_eq(&office.tell(CHEN, end(1)));
        expect![[r#"refused general.not_found {"typ":"framework"}"#]].assert_eq(&office.tell(ADMIN, end(99)));
        expect!["put framework/1"].assert_eq(&office.tell(ADMIN, end(1)));
        expect!["put framework/1"].assert_eq(&office.tell(ADMIN, end(1)));
        let ended = office.get::<Framework>(FrameworkId::from_u128(1));
        assert_eq!(ended.ended_at, Some(minute(3)));
        expect!["nothing"].assert_eq(&on_the_phone(end(1)));
    }
}
