//! The telephone under which customers reach somebody; it stands on their papers. Everybody keeps their own.

use serde::{Deserialize, Serialize};

use super::{Member, OrganisationError, actor};
use crate::command::Context;
use crate::refusal::Stop;
use crate::rows::{Changes, Rows};
use crate::values::clean;

/// Most characters of a telephone number.
pub const PHONE_MAX: u32 = 30;

/// Changes one's own telephone.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SetPhone {
    /// The number as it is printed; empty: none.
    pub phone: String,
}

pub(super) fn set(rows: &Rows, by: &Context, it: &SetPhone) -> Result<Changes, Stop> {
    let member = actor(rows, by)?;
    let phone = match it.phone.trim() {
        "" => String::new(),
        text => clean(text, PHONE_MAX as usize).map_err(|_| OrganisationError::Phone { max: PHONE_MAX })?,
    };
    Ok(Changes::none().put(Member { phone, ..member.clone() }))
}

#[cfg(test)]
mod tests {
    use expect_test::expect;

    use super::super::Write;
    use super::*;
    use crate::testing::sample::CHEN;
    use crate::testing::{Office, commands};

    #[test]
    fn everybody_keeps_their_own() {
        let mut office = Office::new();
        let mut set = |phone: &str| office.tell(CHEN, Write::SetPhone(SetPhone { phone: phone.into() }));
        expect!["put member/1"].assert_eq(&set(&commands::set_phone().phone));
        expect![[r#"refused organisation.phone {"max":30}"#]].assert_eq(&set(&"1".repeat(31)));
        assert_eq!(office.get::<Member>(CHEN).phone, commands::set_phone().phone);
        office.tell(CHEN, Write::SetPhone(SetPhone { phone: " ".into() }));
        assert_eq!(office.get::<Member>(CHEN).phone, "");
    }
}
