//! What the customer pages read.

use leeway_core::customers::{BY_NAME, Contact, Customer};
use leeway_core::opportunities::Opportunity;
use leeway_core::organisation::{BY_ROLE, Member, Role, role_key};
use leeway_core::quotes::{Quote, totals};
use leeway_core::values::{ContactId, CustomerId, UserId};
use leeway_core::visits::Visit;

use super::view_model::{QuoteLine, VisitSummary, summarise_visits};
use crate::store::{Store, StoreError};

/// Index: the contacts of all customers; [`Contact::of_customer`] starts with it.
const CONTACTS: &str = "contact.customer|";

/// Reads all customers, by name.
pub async fn customers(store: Store) -> Result<Vec<Customer>, StoreError> {
    store.list::<Customer>(BY_NAME).await
}

/// Reads all contacts.
pub async fn contacts(store: Store) -> Result<Vec<Contact>, StoreError> {
    store.list::<Contact>(CONTACTS).await
}

/// Reads one customer.
pub async fn customer(store: Store, id: Option<CustomerId>) -> Result<Option<Customer>, StoreError> {
    match id {
        Some(id) => store.get::<Customer>(id).await,
        None => Ok(None),
    }
}

/// Reads the managers that this phone knows of: those of the user's unit who may log in.
pub async fn managers(store: Store) -> Result<Vec<Member>, StoreError> {
    store.list::<Member>(&format!("{BY_ROLE}{}|", role_key(Role::Manager))).await
}

/// Reads somebody's name.
pub async fn member_name(store: Store, user: UserId) -> Result<Option<String>, StoreError> {
    Ok(store.get::<Member>(user).await?.map(|member| member.name))
}

/// Reads one contact.
pub async fn contact(store: Store, id: Option<ContactId>) -> Result<Option<Contact>, StoreError> {
    match id {
        Some(id) => store.get::<Contact>(id).await,
        None => Ok(None),
    }
}

/// Reads a customer's contacts, by name.
pub async fn contacts_of(store: Store, id: CustomerId) -> Result<Vec<Contact>, StoreError> {
    store.list::<Contact>(&Contact::of_customer(id)).await
}

/// Reads a customer's visits.
pub async fn visits_of(store: Store, id: CustomerId) -> Result<VisitSummary, StoreError> {
    Ok(summarise_visits(store.list::<Visit>(&Visit::of_customer(id)).await?))
}

/// Reads a customer's opportunities, those worked on first.
pub async fn opportunities_of(store: Store, id: CustomerId) -> Result<Vec<Opportunity>, StoreError> {
    let mut found = store.list::<Opportunity>(&Opportunity::of_customer(id)).await?;
    found.sort_by_key(|it| (!it.stage.is_open(), it.expected.value));
    Ok(found)
}

/// Reads a customer's quotes, newest first.
pub async fn quotes_of(store: Store, id: CustomerId) -> Result<Vec<QuoteLine>, StoreError> {
    let found = store.list::<Quote>(&Quote::of_customer(id)).await?;
    let line = |quote: Quote| QuoteLine {
        total: totals(&quote.content).map(|sums| sums.total).unwrap_or_default(),
        quote,
    };
    Ok(found.into_iter().rev().map(line).collect())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_index_of_all_contacts_covers_each_customers() {
        assert!(Contact::of_customer(CustomerId::from_u128(1)).starts_with(CONTACTS));
    }
}
