//! The customer's people: added, and edited field by field.

use serde::{Deserialize, Serialize};

use super::{Contact, ContactRole, NAME_MAX, PHONE_MAX, needed, optional, served, served_part};
use crate::Entity;
use crate::command::Context;
use crate::refusal::Stop;
use crate::rows::{Changes, Rows};
use crate::stamped::Stamped;
use crate::values::{CommandId, ContactId, CustomerId};

/// Adds a contact.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct AddContact {
    /// Its id, made on the device.
    pub contact: ContactId,
    /// Whose.
    pub customer: CustomerId,
    /// Name.
    pub name: String,
    /// Job title; may be empty.
    pub title: String,
    /// Telephone number; may be empty.
    pub phone: String,
    /// Part in decisions.
    pub role: ContactRole,
}

/// Changes one field of a contact.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct EditContact {
    /// Which contact.
    pub contact: ContactId,
    /// Which field, and its new value.
    pub change: ContactChange,
    /// The write of the field that the author saw.
    pub seen: Option<CommandId>,
}

/// What can be changed about a contact.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
#[serde(tag = "field", content = "value", rename_all = "snake_case")]
pub enum ContactChange {
    /// Name.
    Name(String),
    /// Job title.
    Title(String),
    /// Telephone number.
    Phone(String),
    /// Part in decisions.
    Role(ContactRole),
}

pub(super) fn add(rows: &Rows, by: &Context, it: &AddContact) -> Result<Changes, Stop> {
    served(rows, by, it.customer)?;
    rows.require_absent::<Contact>(it.contact)?;
    Ok(Changes::none().put(Contact {
        id: it.contact,
        customer: it.customer,
        name: Stamped::new(by, needed("name", &it.name, NAME_MAX)?),
        title: Stamped::new(by, optional("title", &it.title, NAME_MAX)?),
        phone: Stamped::new(by, optional("phone", &it.phone, PHONE_MAX)?),
        role: Stamped::new(by, it.role),
    }))
}

pub(super) fn edit(rows: &Rows, by: &Context, it: &EditContact) -> Result<Changes, Stop> {
    let mut contact = served_part::<Contact>(rows, by, it.contact, |contact| contact.customer)?.clone();
    let about = Contact::key(contact.id);
    let card = match &it.change {
        ContactChange::Name(text) => {
            contact.name.write_or_clash(by, about, "name", needed("name", text, NAME_MAX)?, it.seen)
        }
        ContactChange::Title(text) => {
            contact.title.write_or_clash(by, about, "title", optional("title", text, NAME_MAX)?, it.seen)
        }
        ContactChange::Phone(text) => {
            contact.phone.write_or_clash(by, about, "phone", optional("phone", text, PHONE_MAX)?, it.seen)
        }
        ContactChange::Role(role) => contact.role.write_or_clash(by, about, "role", *role, it.seen),
    };
    Ok(Changes::none().put(contact).put_some(card))
}

#[cfg(test)]
mod tests {
    use expect_test::{Expect, expect};

    use super::super::Write;
    use super::*;
    use crate::testing::sample::{CHEN, LI, ZHOU};
    use crate::testing::{Office, commands};
    use crate::values::UserId;

    #[track_caller]
    fn adds(by: UserId, it: AddContact, expected: Expect) {
        expected.assert_eq(&Office::new().tell(by, Write::AddContact(it)));
    }

    #[track_caller]
    fn edits(office: &mut Office, by: UserId, change: ContactChange, expected: Expect) {
        expected.assert_eq(&office.tell(by, Write::EditContact(commands::edit_contact(change))));
    }

    #[test]
    fn a_contact_is_added_to_ones_own_customer_once() {
        adds(CHEN, commands::add_contact(), expect!["put contact/7"]);
        adds(ZHOU, commands::add_contact(), expect![[r#"refused general.not_found {"typ":"customer"}"#]]);
        adds(
            CHEN,
            AddContact { contact: ContactId::from_u128(1), ..commands::add_contact() },
            expect![[r#"refused general.exists {"typ":"contact"}"#]],
        );
        adds(
            CHEN,
            AddContact { name: " ".into(), ..commands::add_contact() },
            expect![[r#"refused customers.empty {"field":"name"}"#]],
        );
        let bare = AddContact { title: String::new(), phone: String::new(), ..commands::add_contact() };
        adds(CHEN, bare, expect!["put contact/7"]);
        adds(
            CHEN,
            AddContact { phone: "1".repeat(41), ..commands::add_contact() },
            expect![[r#"refused customers.too_long {"field":"phone","max":40}"#]],
        );
        adds(
            CHEN,
            AddContact { title: "字".repeat(81), ..commands::add_contact() },
            expect![[r#"refused customers.too_long {"field":"title","max":80}"#]],
        );
    }

    #[test]
    fn fields_are_edited_one_by_one() {
        let mut office = Office::new();
        edits(&mut office, CHEN, ContactChange::Name("何明".into()), expect!["put contact/1"]);
        edits(&mut office, CHEN, ContactChange::Title("总工".into()), expect!["put contact/1"]);
        edits(&mut office, CHEN, ContactChange::Phone("010".into()), expect!["put contact/1"]);
        edits(&mut office, CHEN, ContactChange::Role(ContactRole::Coach), expect!["put contact/1"]);
        edits(
            &mut office,
            CHEN,
            ContactChange::Role(ContactRole::User),
            expect!["put contact/1, put clash/105"],
        );
        edits(
            &mut office,
            CHEN,
            ContactChange::Name(" ".into()),
            expect![[r#"refused customers.empty {"field":"name"}"#]],
        );
        expect![[r#"
            contact/1 role
              "coach"
              "user""#]]
        .assert_eq(&office.clashes(CHEN));
    }

    #[test]
    fn a_contact_of_others_does_not_exist() {
        let mut office = Office::new();
        edits(
            &mut office,
            LI,
            ContactChange::Title("总工".into()),
            expect![[r#"refused general.not_found {"typ":"contact"}"#]],
        );
        let unknown = EditContact {
            contact: ContactId::from_u128(99),
            ..commands::edit_contact(ContactChange::Title("总工".into()))
        };
        expect![[r#"refused general.not_found {"typ":"contact"}"#]]
            .assert_eq(&office.tell(LI, Write::EditContact(unknown)));
    }
}
