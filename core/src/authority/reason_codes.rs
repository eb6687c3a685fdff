//! Why something is given away: the list that the organisation keeps, out of which whoever gives names one. A reason is
//! kept with the quote and judged by nothing: it is there to be counted.

use serde::{Deserialize, Serialize};

use super::AuthorityError;
use crate::Entity;
use crate::command::Context;
use crate::quotes::Totals;
use crate::record::entity;
use crate::refusal::{GeneralError, Stop};
use crate::rows::{Changes, Rows};
use crate::scope::Scope;
use crate::values::{CommandId, Percent, ReasonCodesId, TextError, Timestamp, clean, exceeds};

/// A reason for giving: one of [`ReasonCode::USUAL`], which people read in their language, or the organisation's own words.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize)]
#[cfg_attr(feature = "openapi", derive(utoipa::ToSchema))]
#[cfg_attr(feature = "openapi", schema(value_type = String))]
#[serde(into = "String", try_from = "String")]
pub struct ReasonCode(String);

impl ReasonCode {
    /// Most characters.
    pub const MAX: usize = 20;
    /// The codes that are offered until an admin makes another list.
    pub const USUAL: [&str; 6] =
        ["competitor", "volume", "renewal", "long_term", "strategic", "service_complaint"];

    /// Reads a code.
    ///
    /// # Errors
    /// [`TextError`] if it is empty or longer than [`ReasonCode::MAX`] characters.
    pub fn new(text: &str) -> Result<Self, TextError> {
        clean(text, Self::MAX).map(Self)
    }

    /// Returns it as it is written.
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl TryFrom<String> for ReasonCode {
    type Error = TextError;

    fn try_from(text: String) -> Result<Self, TextError> {
        Self::new(&text)
    }
}

impl From<ReasonCode> for String {
    fn from(code: ReasonCode) -> Self {
        code.0
    }
}

/// What can be named as a reason, and from where on one is asked for.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReasonList {
    /// The reasons, in the order of the screen.
    pub codes: Vec<ReasonCode>,
    /// Up to this effective discount nobody asks why.
    #[serde(default, skip_serializing_if = "Percent::is_zero")]
    pub free: Percent,
}

impl Default for ReasonList {
    fn default() -> Self {
        let codes = ReasonCode::USUAL.into_iter().filter_map(|code| ReasonCode::new(code).ok()).collect();
        Self { codes, free: Percent::ZERO }
    }
}

impl ReasonList {
    /// Most reasons: more are not read on a phone.
    pub const MAX: u32 = 12;

    /// Says whether somebody who gives this is asked why.
    pub fn asks(&self, totals: &Totals) -> bool {
        exceeds(totals.cut, totals.list, self.free)
    }

    /// Checks it by itself.
    ///
    /// # Errors
    /// [`AuthorityError::Reasons`] if there is none, or too many, or one twice.
    pub fn check(&self) -> Result<(), AuthorityError> {
        let mut codes: Vec<&ReasonCode> = self.codes.iter().collect();
        codes.sort_unstable();
        codes.dedup();
        match self.codes.is_empty() || codes.len() < self.codes.len() || codes.len() > Self::MAX as usize {
            true => Err(AuthorityError::Reasons { max: Self::MAX }),
            false => Ok(()),
        }
    }
}

/// The organisation's list. There is one, under [`ReasonCodes::ID`]; until then [`ReasonList::default`] holds.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct ReasonCodes {
    /// Always [`ReasonCodes::ID`].
    pub id: ReasonCodesId,
    /// What can be named.
    #[serde(flatten)]
    pub list: ReasonList,
    /// When it was set, by the admin's clock.
    pub set_at: Timestamp,
    /// The command that set it.
    pub write: CommandId,
}

impl ReasonCodes {
    /// The organisation has one list.
    pub const ID: ReasonCodesId = ReasonCodesId::from_u128(1);
}

impl Entity for ReasonCodes {
    entity!(ReasonCodes, ReasonCodesId);

    fn scope(&self) -> Scope {
        Scope::Catalogue
    }
}

/// Sets the list, as a whole. What was named before stays as it was named.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SetReasons {
    /// What can be named.
    #[serde(flatten)]
    pub list: ReasonList,
    /// The write that the admin saw; `None`: there was none.
    pub seen: Option<CommandId>,
}

pub(super) fn set(rows: &Rows, by: &Context, it: &SetReasons) -> Result<Changes, Stop> {
    it.list.check()?;
    let old = rows.find::<ReasonCodes>(ReasonCodes::ID)?.map(|it| it.write);
    if old == Some(by.command) {
        return Err(GeneralError::Exists { typ: ReasonCodes::TYPE }.into());
    }
    if old != it.seen {
        return Err(AuthorityError::ReasonsChanged.into());
    }
    let (list, set_at, write) = (it.list.clone(), by.at, by.command);
    Ok(Changes::none().put(ReasonCodes { id: ReasonCodes::ID, list, set_at, write }))
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::super::Write;
    use super::*;
    use crate::quotes::{Content, Line, totals};
    use crate::testing::sample::{ADMIN, WANG, content, line, percent};
    use crate::testing::{Office, commands};

    #[track_caller]
    fn check(office: &mut Office, it: SetReasons, expected: Expect) {
        expected.assert_eq(&office.tell(ADMIN, Write::SetReasons(it)));
    }

    #[test]
    fn an_admin_sets_the_list_and_who_has_not_seen_that_does_not() {
        let (mut office, it) = (Office::new(), commands::set_reasons);
        expect!["refused general.forbidden"].assert_eq(&office.tell(WANG, Write::SetReasons(it())));
        check(&mut office, it(), expect!["put reason_codes/1"]);
        check(&mut office, it(), expect!["refused authority.reasons_changed"]);
        let seen = Some(office.get::<ReasonCodes>(ReasonCodes::ID).write);
        check(&mut office, SetReasons { seen, ..it() }, expect!["put reason_codes/1"]);
    }

    #[test]
    fn a_list_is_short_and_has_each_reason_once() {
        let with = |codes: &[&str]| {
            let codes = codes.iter().map(|it| ReasonCode::new(it).unwrap()).collect();
            SetReasons { list: ReasonList { codes, free: Percent::ZERO }, seen: None }
        };
        let mut office = Office::new();
        let refused = expect![[r#"refused authority.reasons {"max":12}"#]];
        for codes in [&[][..], &["volume", "volume"], &["x"; 13]] {
            refused.assert_eq(&office.tell(ADMIN, Write::SetReasons(with(codes))));
        }
        check(&mut office, with(&["volume", "政府采购"]), expect!["put reason_codes/1"]);
        for bad in ["", " ", &"长".repeat(21)] {
            assert!(ReasonCode::new(bad).is_err(), "{bad:?}");
        }
        assert_eq!(ReasonList::default().check(), Ok(()));
    }

    #[test]
    fn who_gives_no_more_than_is_free_is_not_asked() {
        let asks = |off: &str, free: &str| {
            let content = Content { lines: vec![Line { off: percent(off), ..line(1) }], ..content() };
            ReasonList { free: percent(free), ..ReasonList::default() }.asks(&totals(&content).unwrap())
        };
        assert_eq!(
            [asks("0", "0"), asks("0.01", "0"), asks("3", "3"), asks("3.01", "3")],
            [false, true, false, true]
        );
    }
}
