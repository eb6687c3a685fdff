//! What the customer's paper is made from, as this device knows it.

use leeway_core::Body;
use leeway_core::calendar::WorkCalendar;
use leeway_core::customers::Customer;
use leeway_core::letterhead::{Letterhead, Printed};
use leeway_core::organisation::Member;
use leeway_core::paper::{Facts, Language, Paper};
use leeway_core::quotes::{Quote, Write};
use leeway_core::values::{Date, QuoteId, Timestamp};

use crate::store::{Store, StoreError};

/// A quote with all that stands on its paper.
#[derive(Debug, Clone, PartialEq)]
pub struct PaperView {
    /// The quote.
    pub quote: Quote,
    /// For whom.
    pub customer: Option<Customer>,
    /// Who made it.
    pub manager: Option<Member>,
    /// Head and foot, if an admin has set them.
    pub letterhead: Option<Printed>,
    /// The server has not seen it yet.
    pub is_unseen: bool,
    /// Today, by the organisation's clock.
    pub today: Date,
    /// How far that is from UTC.
    pub offset_minutes: i32,
}

impl PaperView {
    /// Returns the paper, to be checked at this origin; `None` when the quote can't be summed up.
    pub fn paper(&self, language: Language, origin: &str) -> Option<Paper> {
        let text = |of: fn(&Customer) -> &str| self.customer.as_ref().map(of).unwrap_or_default();
        let facts = Facts {
            quote: &self.quote,
            customer: text(|it| &it.name.value),
            address: text(|it| &it.address.value),
            manager: self.manager.as_ref(),
            letterhead: self.letterhead.as_ref(),
            is_unseen: self.is_unseen,
            origin,
            today: self.today,
            offset_minutes: self.offset_minutes,
        };
        Paper::of(language, &facts).ok()
    }
}

/// Reads it.
pub async fn paper(store: Store, id: QuoteId, now: Timestamp) -> Result<Option<PaperView>, StoreError> {
    let Some(quote) = store.get::<Quote>(id).await? else { return Ok(None) };
    let time = store.get::<WorkCalendar>(WorkCalendar::ID).await?.map(|it| it.time).unwrap_or_default();
    let offset_minutes = time.offset;
    Ok(Some(PaperView {
        customer: store.get(quote.content.customer).await?,
        manager: store.get(quote.by).await?,
        letterhead: store.get::<Letterhead>(Letterhead::ID).await?.map(|it| it.printed),
        is_unseen: is_unseen(&store, id).await?,
        today: now.date_at(offset_minutes),
        offset_minutes,
        quote,
    }))
}

/// Says whether what made the quote binding is still on its way.
async fn is_unseen(store: &Store, id: QuoteId) -> Result<bool, StoreError> {
    let queue = store.queue().await?;
    let finalises = |body| matches!(body, Body::Quotes(Write::Finalise(it)) if it.quote == id);
    Ok(queue
        .iter()
        .filter(|entry| entry.state.is_pending())
        .filter_map(|entry| entry.envelope.open().ok())
        .any(|command| finalises(command.body)))
}
