//! What stands at the head and at the foot of every paper that customers get: the organisation's name, how it is reached,
//! its terms. An admin keeps it. A paper is printed with the one that is known then: it is no part of what was signed.

use serde::{Deserialize, Serialize};

use crate::Entity;
use crate::command::{Context, writes};
use crate::organisation;
use crate::record::entity;
use crate::refusal::{GeneralError, Stop};
use crate::rows::{Changes, Rows};
use crate::scope::Scope;
use crate::values::{CommandId, LetterheadId, Timestamp, clean};

writes! {
    /// What an admin may ask about the letterhead.
    pub enum Write {
        /// Sets it.
        Set(SetLetterhead) = "set",
    }
}

/// Why the letterhead stays as it is.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "code", content = "args", rename_all = "snake_case")]
pub enum LetterheadError {
    /// A name is empty or too long.
    #[error("a name of 1 to {max} characters is needed")]
    Name {
        /// Most characters.
        max: u32,
    },
    /// Address or telephone is too long.
    #[error("address and telephone have at most {max} characters each")]
    Reach {
        /// Most characters of each.
        max: u32,
    },
    /// More terms, or longer ones, than a paper has room for.
    #[error("at most {max} terms of {length} characters each")]
    Terms {
        /// Most terms.
        max: u32,
        /// Most characters of each.
        length: u32,
    },
    /// Somebody else set it meanwhile.
    #[error("the letterhead was set by somebody else meanwhile")]
    Changed,
}

/// Most characters of the name.
pub const NAME_MAX: u32 = 60;
/// Most characters of address and telephone.
pub const REACH_MAX: u32 = 100;
/// Most terms.
pub const TERMS_MAX: u32 = 12;
/// Most characters of a term.
pub const TERM_MAX: u32 = 160;

/// What is printed.
#[derive(Debug, Clone, PartialEq, Eq, Default, Serialize, Deserialize)]
pub struct Printed {
    /// The organisation's name, as customers know it.
    pub name: String,
    /// Where it is; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub address: String,
    /// Its telephone; may be empty.
    #[serde(default, skip_serializing_if = "String::is_empty")]
    pub phone: String,
    /// Its terms, in order.
    #[serde(default, skip_serializing_if = "Vec::is_empty")]
    pub terms: Vec<String>,
    /// What a phone promised and the server has not seen yet is printed as subject to its confirmation.
    #[serde(default, skip_serializing_if = "std::ops::Not::not")]
    pub confirms: bool,
}

impl Printed {
    /// Brings it into the form in which it is kept.
    ///
    /// # Errors
    /// [`LetterheadError`] says what is wrong with it.
    pub fn checked(&self) -> Result<Self, LetterheadError> {
        let reach = |text: &str| match text.trim() {
            "" => Ok(String::new()),
            text => clean(text, REACH_MAX as usize).map_err(|_| LetterheadError::Reach { max: REACH_MAX }),
        };
        let bad_terms = LetterheadError::Terms { max: TERMS_MAX, length: TERM_MAX };
        let terms: Vec<String> = self
            .terms
            .iter()
            .filter(|term| !term.trim().is_empty())
            .map(|term| clean(term, TERM_MAX as usize).map_err(|_| bad_terms.clone()))
            .collect::<Result<_, _>>()?;
        if terms.len() > TERMS_MAX as usize {
            return Err(bad_terms);
        }
        let name =
            clean(&self.name, NAME_MAX as usize).map_err(|_| LetterheadError::Name { max: NAME_MAX })?;
        Ok(Self {
            name,
            address: reach(&self.address)?,
            phone: reach(&self.phone)?,
            terms,
            confirms: self.confirms,
        })
    }
}

/// The letterhead of the organisation. There is one, under [`Letterhead::ID`].
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Letterhead {
    /// Always [`Letterhead::ID`].
    pub id: LetterheadId,
    /// What is printed.
    #[serde(flatten)]
    pub printed: Printed,
    /// When it was set, by the admin's clock.
    pub set_at: Timestamp,
    /// The command that set it.
    pub write: CommandId,
}

impl Letterhead {
    /// The organisation has one letterhead.
    pub const ID: LetterheadId = LetterheadId::from_u128(1);
}

impl Entity for Letterhead {
    entity!(Letterhead, LetterheadId);

    fn scope(&self) -> Scope {
        Scope::Catalogue
    }
}

/// Sets the letterhead, as a whole.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct SetLetterhead {
    /// What is printed from now on.
    #[serde(flatten)]
    pub printed: Printed,
    /// The write that the admin saw; `None`: there was none.
    pub seen: Option<CommandId>,
}

fn set(rows: &Rows, by: &Context, it: &SetLetterhead) -> Result<Changes, Stop> {
    let printed = it.printed.checked()?;
    let old = rows.find::<Letterhead>(Letterhead::ID)?.map(|it| it.write);
    if old == Some(by.command) {
        return Err(GeneralError::Exists { typ: Letterhead::TYPE }.into());
    }
    if old != it.seen {
        return Err(LetterheadError::Changed.into());
    }
    Ok(Changes::none().put(Letterhead { id: Letterhead::ID, printed, set_at: by.at, write: by.command }))
}

pub(crate) fn apply(rows: &Rows, by: &Context, write: &Write) -> Result<Changes, Stop> {
    organisation::admin(rows, by)?;
    match write {
        Write::Set(it) => set(rows, by, it),
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::*;
    use crate::testing::sample::{ADMIN, WANG};
    use crate::testing::{Office, commands};

    #[track_caller]
    fn check(office: &mut Office, it: SetLetterhead, expected: Expect) {
        expected.assert_eq(&office.tell(ADMIN, Write::Set(it)));
    }

    #[test]
    fn an_admin_sets_it_and_who_has_not_seen_that_does_not() {
        let mut office = Office::new();
        let sample = commands::set_letterhead();
        expect!["refused general.forbidden"].assert_eq(&office.tell(WANG, Write::Set(sample.clone())));
        check(&mut office, sample.clone(), expect!["put letterhead/1"]);
        check(&mut office, sample.clone(), expect!["refused letterhead.changed"]);
        let seen = Some(office.get::<Letterhead>(Letterhead::ID).write);
        check(&mut office, SetLetterhead { seen, ..sample }, expect!["put letterhead/1"]);
    }

    #[test]
    fn it_has_a_name_and_its_terms_have_room_on_the_paper() {
        let mut office = Office::new();
        let with = |printed| SetLetterhead { printed, seen: None };
        let sample = commands::set_letterhead().printed;
        let named = |name: &str| with(Printed { name: name.into(), ..sample.clone() });
        check(&mut office, named("  "), expect![[r#"refused letterhead.name {"max":60}"#]]);
        check(&mut office, named(&"公".repeat(61)), expect![[r#"refused letterhead.name {"max":60}"#]]);
        let far = with(Printed { address: "路".repeat(101), ..sample.clone() });
        check(&mut office, far, expect![[r#"refused letterhead.reach {"max":100}"#]]);
        let terms =
            |count, length| with(Printed { terms: vec!["条".repeat(length); count], ..sample.clone() });
        check(&mut office, terms(13, 5), expect![[r#"refused letterhead.terms {"length":160,"max":12}"#]]);
        check(&mut office, terms(1, 161), expect![[r#"refused letterhead.terms {"length":160,"max":12}"#]]);
        check(&mut office, terms(12, 160), expect!["put letterhead/1"]);
    }

    #[test]
    fn empty_lines_are_no_terms() {
        let typed = Printed {
            name: " 江畔通信 ".into(),
            terms: vec![" 一 ".into(), "  ".into()],
            ..Printed::default()
        };
        let kept = Printed { name: "江畔通信".into(), terms: vec!["一".into()], ..Printed::default() };
        assert_eq!(typed.checked(), Ok(kept));
    }
}
