//! What the paper of a quote is made from, for somebody who holds the quote: the same that their phone makes it from.
//! **Never** a paper for somebody else, and never a text of its own.

use std::collections::BTreeSet;

use leeway_core::Entity;
use leeway_core::calendar::WorkCalendar;
use leeway_core::customers::Customer;
use leeway_core::letterhead::Letterhead;
use leeway_core::organisation::Member;
use leeway_core::paper::{Facts, Language, Paper};
use leeway_core::quotes::Quote;
use leeway_core::values::{QuoteId, UserId};

use crate::app::App;
use crate::error::ApiError;

/// Makes the paper of a quote, to be checked at this origin.
///
/// # Errors
/// [`ApiError::NotFound`] when there is no such quote among the rows that this user holds.
pub async fn of(
    app: &App,
    user: UserId,
    quote: QuoteId,
    language: Language,
    origin: &str,
) -> Result<Paper, ApiError> {
    let mut reading = app.db.read(app.tenant).await?;
    let found = reading.record(Quote::key(quote)).await?;
    let held = reading.grants(user, None).await?.into_iter().filter(|it| it.active).map(|it| it.scope);
    let held: BTreeSet<_> = held.collect();
    let Some(quote) = found.as_ref().and_then(Quote::of).filter(|it| held.contains(&it.scope())) else {
        return Err(ApiError::NotFound);
    };
    let keys = [
        Customer::key(quote.content.customer),
        Member::key(quote.by),
        Letterhead::key(Letterhead::ID),
        WorkCalendar::key(WorkCalendar::ID),
    ];
    let others = reading.records_of(&keys).await?;
    reading.end().await?;
    let customer = others.iter().find_map(Customer::of);
    let text = |of: fn(&Customer) -> &str| customer.map(of).unwrap_or_default();
    let time = others.iter().find_map(WorkCalendar::of).map(|it| it.time.clone()).unwrap_or_default();
    let facts = Facts {
        quote,
        customer: text(|it| &it.name.value),
        address: text(|it| &it.address.value),
        // a phone names only those whose rows it holds
        manager: others.iter().find_map(Member::of).filter(|it| held.contains(&it.scope())),
        letterhead: others.iter().find_map(Letterhead::of).map(|it| &it.printed),
        is_unseen: false,
        origin,
        today: app.clock.now().date_at(time.offset),
        offset_minutes: time.offset,
    };
    Paper::of(language, &facts).map_err(|error| ApiError::BadRequest(error.to_string()))
}
