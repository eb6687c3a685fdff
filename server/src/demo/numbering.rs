//! The ids of the demo organisation, all fixed: `00de0000-0000-7KKK-8000-NNNNNNNNNNNN`, where `KKK` is the kind of
//! thing and `N` its number. They have the form of a UUIDv7 of the year 2000, so that whatever is made later sorts
//! behind them. Never made out of a date: two seedings give the same ids.
//!
//! | kind | thing | numbers |
//! |---|---|---|
//! | `001` | user | 1–11, in the order of [`super::people::PEOPLE`] |
//! | `002` | unit | 1 江畔, 2 北塬 |
//! | `003` | post | 1 and 2 heads of the units, 3 approver |
//! | `010` | customer | 1–60; ten for each manager |
//! | `011` | contact | ten times the customer's number, and 1–3 |
//! | `020` | checklist | 1–5 |
//! | `021` | visit, and its digest | 1–300; fifty for each manager |
//! | `022` | note | as taken |
//! | `030` | price book | 1 withdrawn, 2 current |
//! | `031` | product | 1–27, the same in both books |
//! | `032` | limits | 1 |
//! | `033` | framework agreement | 1 |
//! | `040` | quote | 1–40 |
//! | `041` | line | ten times the quote's number, and its place |
//! | `042` | case | the number of its quote |
//! | `050` | opportunity | 1–80 |
//! | `0ff` | command | as told to the history |

use leeway_core::values::{
    CaseId, ChecklistId, CommandId, ContactId, CustomerId, FrameworkId, LimitsId, LineId, NoteId,
    OpportunityId, PostId, PriceBookId, ProductId, QuoteId, UnitId, UserId, VisitId,
};

const BASE: u128 = 0x00de_0000_0000_7000_8000_0000_0000_0000;

macro_rules! numbering {
    ($($(#[$doc:meta])* $name:ident -> $id:ident = $kind:literal;)*) => { $(
        $(#[$doc])*
        pub(super) const fn $name(number: u32) -> $id {
            // `u128::from` is not const; nothing is lost
            $id::from_u128(BASE | ($kind << 64) | number as u128)
        }
    )* };
}

numbering! {
    /// A person.
    user -> UserId = 0x001;
    /// A unit.
    unit -> UnitId = 0x002;
    /// A post.
    post -> PostId = 0x003;
    /// A customer.
    customer -> CustomerId = 0x010;
    /// A contact.
    contact -> ContactId = 0x011;
    /// A checklist.
    checklist -> ChecklistId = 0x020;
    /// A visit.
    visit -> VisitId = 0x021;
    /// A note.
    note -> NoteId = 0x022;
    /// A version of the price book.
    book -> PriceBookId = 0x030;
    /// A product.
    product -> ProductId = 0x031;
    /// A version of the limits.
    limits -> LimitsId = 0x032;
    /// A framework agreement.
    framework -> FrameworkId = 0x033;
    /// A quote.
    quote -> QuoteId = 0x040;
    /// A line of a quote.
    line -> LineId = 0x041;
    /// A case.
    case -> CaseId = 0x042;
    /// An opportunity.
    opportunity -> OpportunityId = 0x050;
    /// A command.
    command -> CommandId = 0x0ff;
}
