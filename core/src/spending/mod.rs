//! What was given away, beside what it won. Counted, never judged by: numbers for those who give and for those who decide.
//!
//! Read: [`deal`] (which quotes count, and what became of them), [`tally`] (what is added up, and when a share is said at
//! all), [`precedent`] (what was given in deals like one).

pub mod deal;
pub mod precedent;
pub mod tally;

pub use deal::{Deal, Fate, begin, deals};
pub use precedent::{Like, PRECEDENTS, Precedent, Size, Term, like, precedents};
pub use tally::{Called, Quarter, Report, Rows, Spending, TOO_FEW, Tally, spending};

#[cfg(test)]
mod tests;
