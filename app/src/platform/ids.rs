//! New ids: UUIDs that sort by the time of their making. Made when a command is written, never by a rule.

use leeway_core::values::{
    ChecklistId, ClientId, CommandId, ContactId, CustomerId, LimitsId, LineId, NoteId, OpportunityId,
    PhotoId, PostId, PriceBookId, ProductId, QuoteId, UnitId, UserId, VisitId,
};
use uuid::Uuid;

/// Makes an id of the kind that `kind` makes: `ids::new(VisitId::new)`.
pub fn new<T>(kind: impl FnOnce(Uuid) -> T) -> T {
    kind(uuid())
}

/// Makes a UUID of version 7 by the device's clock.
#[cfg(target_family = "wasm")]
pub fn uuid() -> Uuid {
    let ms = u64::try_from(super::clock::now().ms()).unwrap_or_default();
    let context = uuid::NoContext;
    Uuid::new_v7(uuid::Timestamp::from_unix(
        context,
        ms / 1_000,
        u32::try_from(ms % 1_000).unwrap_or_default() * 1_000_000,
    ))
}

/// Makes the next UUID of this thread: outside of a browser they are counted, so that a simulation can be repeated.
#[cfg(not(target_family = "wasm"))]
pub fn uuid() -> Uuid {
    LAST.set(LAST.get() + 1);
    Uuid::from_u128(LAST.get())
}

#[cfg(not(target_family = "wasm"))]
thread_local! {
    static LAST: std::cell::Cell<u128> = const { std::cell::Cell::new(0) };
}

/// Lets the ids of this thread begin after `last`, for tests and simulations.
#[cfg(not(target_family = "wasm"))]
pub fn begin_after(last: u128) {
    LAST.set(last);
}

macro_rules! makers {
    ($($name:ident: $id:ty,)*) => { $(
        #[doc = concat!("Makes a [`", stringify!($id), "`].")]
        pub fn $name() -> $id {
            new(<$id>::new)
        }
    )* };
}

makers! {
    command: CommandId,
    client: ClientId,
    user: UserId,
    unit: UnitId,
    post: PostId,
    customer: CustomerId,
    contact: ContactId,
    checklist: ChecklistId,
    visit: VisitId,
    note: NoteId,
    photo: PhotoId,
    price_book: PriceBookId,
    product: ProductId,
    limits: LimitsId,
    quote: QuoteId,
    line: LineId,
    case: leeway_core::values::CaseId,
    opportunity: OpportunityId,
    acting_period: leeway_core::values::ActingPeriodId,
}
