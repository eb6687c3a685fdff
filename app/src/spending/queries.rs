//! What the page of spending reads from the store.

use std::collections::BTreeMap;

use leeway_core::calendar::WorkCalendar;
use leeway_core::customers::{BY_NAME, Customer};
use leeway_core::opportunities::{OPPORTUNITIES, Opportunity};
use leeway_core::organisation::{POSTS, Post};
use leeway_core::quotes::{QUOTES, Quote};
use leeway_core::spending::{Spending, begin, deals, spending};
use leeway_core::values::{Date, UserId};
use uuid::Uuid;

use crate::store::{Store, StoreError};

/// The user's own figures, and whether somebody asks them to decide.
#[derive(Debug, Clone, PartialEq)]
pub struct Own {
    /// What the user gave and won.
    pub spending: Spending,
    /// What the customers among the figures are called.
    pub names: BTreeMap<Uuid, String>,
    /// A post of theirs decides.
    pub decides: bool,
}

/// Adds up the quotes that the user made, out of what this device holds.
pub async fn own(store: Store, me: Option<UserId>, today: Date) -> Result<Option<Own>, StoreError> {
    let Some(me) = me else { return Ok(None) };
    let mut quotes = store.list::<Quote>(QUOTES).await?;
    quotes.retain(|quote| quote.by == me);
    let about = store.list::<Opportunity>(OPPORTUNITIES).await?;
    let offset =
        store.get::<WorkCalendar>(WorkCalendar::ID).await?.map(|it| it.time).unwrap_or_default().offset;
    let customers = store.list::<Customer>(BY_NAME).await?;
    let posts = store.list::<Post>(POSTS).await?;
    Ok(Some(Own {
        spending: spending(&deals(&quotes, &about), begin(today), offset),
        names: customers.into_iter().map(|it| (it.id.into(), it.name.value)).collect(),
        decides: posts.iter().any(|post| post.may_decide(me)),
    }))
}
