//! What the inbox reads: the cards with the names of what they are about.

use leeway_core::customers::{Contact, Customer};
use leeway_core::inbox::{CLASHES, ClashCard, REFUSALS, RefusalCard};
use leeway_core::opportunities::Opportunity;
use leeway_core::organisation::Member;
use leeway_core::record::RecordType;
use leeway_core::values::{ContactId, CustomerId, OpportunityId, Timestamp, UserId, VisitId};
use leeway_core::visits::{Checklist, Visit};

use super::clash::Subject;
use crate::parts::asked::{Asked, names_of};
use crate::store::{Store, StoreError};

/// A card with what it takes to read it.
#[derive(Debug, Clone, PartialEq)]
pub enum Card {
    /// A command that was not accepted.
    Refusal(RefusalCard, Box<Asked>),
    /// Two values for one field, the record as it is now, and the names of who wrote them.
    Clash(ClashCard, Option<Box<Subject>>, [Option<String>; 2]),
}

impl Card {
    fn at(&self) -> Timestamp {
        match self {
            Self::Refusal(card, _) => card.at,
            Self::Clash(card, ..) => card.kept_at,
        }
    }
}

/// Reads all cards, newest first.
pub async fn cards(store: Store) -> Result<Vec<Card>, StoreError> {
    let mut found = Vec::new();
    for card in store.list::<RefusalCard>(REFUSALS).await? {
        let mut asked = Asked::new(&card.kind, card.kv, &card.args);
        if let Some(body) = &asked.body {
            asked.names = names_of(&store, body).await?;
        }
        found.push(Card::Refusal(card, Box::new(asked)));
    }
    for card in store.list::<ClashCard>(CLASHES).await? {
        let subject = subject(&store, &card).await?.map(Box::new);
        let names = [name(&store, card.lost_by).await?, name(&store, card.kept_by).await?];
        found.push(Card::Clash(card, subject, names));
    }
    found.sort_by_key(|card| std::cmp::Reverse(card.at()));
    Ok(found)
}

async fn name(store: &Store, user: UserId) -> Result<Option<String>, StoreError> {
    Ok(store.get::<Member>(user).await?.map(|member| member.name))
}

async fn subject(store: &Store, card: &ClashCard) -> Result<Option<Subject>, StoreError> {
    let id = card.about.id;
    Ok(match card.about.typ {
        RecordType::Customer => store.get::<Customer>(CustomerId::new(id)).await?.map(Subject::Customer),
        RecordType::Contact => store.get::<Contact>(ContactId::new(id)).await?.map(Subject::Contact),
        RecordType::Opportunity => {
            store.get::<Opportunity>(OpportunityId::new(id)).await?.map(Subject::Opportunity)
        }
        RecordType::Visit => match store.get::<Visit>(VisitId::new(id)).await? {
            Some(visit) => {
                let customer = store.get::<Customer>(visit.customer).await?;
                let checklist = store.get::<Checklist>(visit.checklist).await?;
                let name = customer.map(|it| it.name.value).unwrap_or_default();
                Some(Subject::Visit(Box::new(visit), name, checklist))
            }
            None => None,
        },
        _ => None,
    })
}
