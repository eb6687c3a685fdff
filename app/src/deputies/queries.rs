//! What the page of deputies reads.

use leeway_core::deputies::{ActingPeriod, LIVE};
use leeway_core::organisation::{Member, Post, Unit};
use leeway_core::values::UserId;

use super::view_model::{Board, Found, board};
use crate::platform::clock;
use crate::store::{Store, StoreError};

/// Reads the page of this member; `None` if the device does not know them, or the user.
pub async fn read(
    store: Store,
    me: Option<UserId>,
    member: Option<UserId>,
) -> Result<Option<Board>, StoreError> {
    let Some(me) = me else { return Ok(None) };
    let whose = store.get::<Member>(member.unwrap_or(me)).await?;
    let (Some(me), Some(whose)) = (store.get::<Member>(me).await?, whose) else { return Ok(None) };
    let head = match store.get::<Unit>(whose.unit).await? {
        Some(unit) => store.get::<Post>(unit.head).await?,
        None => None,
    };
    let members = store.list::<Member>(&Member::of_unit(whose.unit)).await?;
    let periods = store.list::<ActingPeriod>(LIVE).await?;
    Ok(Some(board(Found { me, whose, members, head, periods }, clock::now())))
}
