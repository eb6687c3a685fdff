//! The values that the whole domain speaks in: each is checked once, where it is made, and can be trusted after.
//!
//! Read: [`rounding`] (the one rule), [`money`] and [`percent`], then the rest in any order.
//!
//! This part **never** reads a clock, makes an id, or holds a floating-point number, and never writes a sentence
//! for a user: what is wrong with an input is an enum, and the app has the words for it.

pub mod blob;
pub mod bytes;
pub mod capitals;
pub mod credit_code;
pub mod date;
mod decimal;
pub mod ids;
pub mod money;
#[cfg(test)]
mod oracle;
pub mod percent;
pub mod rounding;
pub mod text;
pub mod workday;
mod worktime;

pub use blob::{Blob, BlobHash, BlobHashError, Media};
pub use bytes::Bytes;
pub use capitals::capitals;
pub use credit_code::{CreditCode, CreditCodeError, check_character};
pub use date::{Date, DateError, Timestamp};
pub use ids::{
    ActingPeriodId, CalendarId, CaseId, ChecklistId, ClientId, CommandId, ContactId, CustomerId, FrameworkId,
    GrantId, IdError, KeyId, LetterheadId, LimitsId, LineId, NoteId, OpportunityId, PhotoId, PostId,
    PrecedentId, PriceBookId, ProcedureId, ProductId, QuoteId, ReasonCodesId, StandInId, UnitId, UserId,
    VisitId, WitnessId,
};
pub use money::{Money, MoneyError};
pub use percent::{Percent, PercentError, TaxRate, TaxRateError, exceeds};
pub use rounding::round_half_up;
pub use text::{TextError, clean, fold};
pub use workday::Calendar;
pub use worktime::{HoursError, Span, WorkTime};
