//! A card is ended by its user. Ending one that is gone already is no error: another phone was quicker.

use serde::{Deserialize, Serialize};

use super::{ClashCard, InboxError, RefusalCard};
use crate::command::Context;
use crate::organisation::actor;
use crate::record::{Key, RecordType};
use crate::refusal::{GeneralError, Stop};
use crate::rows::{Changes, Rows};
use crate::values::{CommandId, UserId};

/// Ends a card.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Dismiss {
    /// Which card.
    pub card: Key,
}

pub(super) fn dismiss(rows: &Rows, by: &Context, it: &Dismiss) -> Result<Changes, Stop> {
    actor(rows, by)?;
    let id = CommandId::new(it.card.id);
    let owner: Option<UserId> = match it.card.typ {
        RecordType::RefusalCard => rows.find::<RefusalCard>(id)?.map(|card| card.user),
        RecordType::ClashCard => rows.find::<ClashCard>(id)?.map(|card| card.user),
        _ => return Err(InboxError::NotACard { about: it.card }.into()),
    };
    match owner {
        None => Ok(Changes::none()),
        Some(owner) if owner == by.actor => Ok(Changes::none().remove(it.card)),
        Some(_) => Err(GeneralError::NotFound { typ: it.card.typ }.into()),
    }
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};
    use uuid::Uuid;

    use super::super::Write;
    use super::*;
    use crate::Entity;
    use crate::testing::Office;
    use crate::testing::sample::{ADMIN, CHEN, LI, clash_card};

    #[track_caller]
    fn check(office: &mut Office, by: UserId, card: Key, expected: Expect) {
        expected.assert_eq(&office.tell(by, Write::Dismiss(Dismiss { card })));
    }

    #[test]
    fn a_card_is_ended_by_its_user_and_ending_it_again_is_no_error() {
        let refusal = RefusalCard::key(CommandId::from_u128(50));
        let clash = ClashCard::key(CommandId::from_u128(60));
        let mut office = Office::new();
        office.put(clash_card());
        check(&mut office, LI, refusal, expect![[r#"refused general.not_found {"typ":"refusal"}"#]]);
        check(&mut office, ADMIN, clash, expect![[r#"refused general.not_found {"typ":"clash"}"#]]);
        check(&mut office, CHEN, refusal, expect!["remove refusal/50"]);
        check(&mut office, CHEN, refusal, expect!["nothing"]);
        check(&mut office, CHEN, clash, expect!["remove clash/60"]);
        check(&mut office, LI, clash, expect!["nothing"]);
    }

    #[test]
    fn nothing_but_cards_can_be_ended() {
        for typ in RecordType::ALL {
            let card = Key { typ: *typ, id: Uuid::from_u128(1) };
            let ended = Office::new().run(CHEN, Write::Dismiss(Dismiss { card }));
            let is_card = matches!(typ, RecordType::RefusalCard | RecordType::ClashCard);
            assert_eq!(ended.is_ok(), is_card, "{typ}");
        }
    }
}
