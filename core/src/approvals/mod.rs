//! Approvals: a quote beyond its manager's authority becomes a request, which goes the way of the procedure from post to
//! post. Each post has a case, which its holder or deputy decides once, and time for it; who is late is warned before,
//! counted, and replaced.
//!
//! Read: [`track`] (the way, as a pure machine), [`request`] and [`case`] (where it is stored), `spread` (how the two agree).
//! Nothing here knows what time it is: [`turn()`] is told by the server. The manager's own phone holds the request and not
//! the cases, a post's phone a case and not the request: only the server sees and changes both.

mod answer;
mod case;
mod decide;
mod pass;
mod procedure;
mod request;
mod spread;
mod stand_in;
mod submit;
pub mod track;
mod turn;
mod withdraw;

use serde::{Deserialize, Serialize};

use crate::authority::Level;
use crate::command::{Context, writes};
use crate::refusal::Stop;
use crate::rows::{Changes, Rows};
use crate::values::{LineId, Timestamp};

pub use answer::WORDS_MAX;
pub use case::{CASES, Case, CaseState, OPEN};
pub use decide::{Decide, GiveBack};
pub use pass::{AddSigner, Forward};
pub use procedure::{MINUTES_MAX, Place, Plan, Procedure, STEPS_MAX, SetProcedure, StepFault, StepPlan};
pub use request::{DIGESTS, DIGESTS_OPEN, DUE, Judged, JudgedLine, Request, RequestDigest, late_posts};
pub(crate) use stand_in::end_stand_ins;
pub use stand_in::{AskStandIn, EndStandIn, STAND_INS, StandIn, turn_stand_ins};
pub(crate) use submit::submit;
pub use track::{Decision, Limit, Mode, Outcome, PassReason, Seat, SeatClock, SeatState, Step, Track};
pub use turn::turn;
pub(crate) use withdraw::withdraw;

writes! {
    /// What can be asked about cases.
    pub enum Write {
        /// Decides on a case.
        Decide(Decide) = "decide",
        /// Returns a case, naming what is missing item by item.
        GiveBack(GiveBack) = "give_back",
        /// Gives a case to another post.
        Forward(Forward) = "forward",
        /// Has another post approve as well.
        AddSigner(AddSigner) = "add_signer",
        /// Sets the procedure.
        SetProcedure(SetProcedure) = "set_procedure",
        /// Has somebody stand in for a post.
        AskStandIn(AskStandIn) = "ask_stand_in",
        /// Ends a stand-in's period before its time.
        EndStandIn(EndStandIn) = "end_stand_in",
    }
}

/// Something that is missing.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize)]
pub struct Missing {
    /// In which line; `None`: in the quote as a whole.
    #[serde(default, skip_serializing_if = "Option::is_none")]
    pub line: Option<LineId>,
    /// What.
    pub words: String,
}

/// Why a decision does not count.
#[derive(Debug, Clone, PartialEq, Serialize, Deserialize, thiserror::Error)]
#[serde(tag = "code", content = "args", rename_all = "snake_case")]
pub enum ApprovalError {
    /// Holder or deputy was quicker.
    #[error("{by_name} has decided")]
    Decided {
        /// Who.
        by_name: String,
        /// When.
        at: Timestamp,
        /// What.
        approved: bool,
    },
    /// The manager took the request back.
    #[error("the request was withdrawn")]
    Withdrawn,
    /// Another post has it now.
    #[error("{to} has it now")]
    Passed {
        /// What that post is called.
        to: String,
        /// When.
        at: Timestamp,
        /// Why.
        why: PassReason,
    },
    /// Nobody decides on their own request.
    #[error("nobody decides on their own request")]
    OwnRequest,
    /// A return says what is missing.
    #[error("say what is missing, in at most {max} characters")]
    SayWhatIsMissing {
        /// Most characters.
        max: u32,
    },
    /// More items than a return has.
    #[error("at most {max} items")]
    TooManyItems {
        /// Most items.
        max: u32,
    },
    /// The case is older than requests, and can only be decided.
    #[error("this case can only be decided")]
    OnlyDecided,
    /// The post has it, or had it.
    #[error("{post} has it, or had it")]
    AskedBefore {
        /// What the post is called.
        post: String,
    },
    /// The post's own authority does not reach so far.
    #[error("{post} may not decide on this")]
    TooLow {
        /// What the post is called.
        post: String,
    },
    /// The only people of the post are those who ask.
    #[error("nobody at {post} may decide on this")]
    NobodyThere {
        /// What the post is called.
        post: String,
    },
    /// Who was asked decides for the post in that time already: a chain would come back to where it began.
    #[error("{name} decides for the post already")]
    DecidesAlready {
        /// Who.
        name: String,
    },
    /// A period ends before it begins, is too long, or reaches beyond that of the one who asks.
    #[error("a period is of at most {days} days, within that of who asks")]
    StandInTime {
        /// Most days.
        days: u16,
    },
    /// The period is over already.
    #[error("the period is over")]
    StandInOver,
    /// A step of the procedure can't work.
    #[error("step {step} of {level:?}: {fault:?}")]
    BadStep {
        /// At which level.
        level: Level,
        /// Which step, from one.
        step: usize,
        /// What is wrong.
        fault: StepFault,
    },
    /// Somebody else set the procedure meanwhile.
    #[error("the procedure was set by somebody else meanwhile")]
    ProcedureChanged,
}

pub(crate) fn apply(rows: &Rows, by: &Context, write: &Write) -> Result<Changes, Stop> {
    match write {
        Write::Decide(it) => decide::decide(rows, by, it),
        Write::GiveBack(it) => decide::give_back(rows, by, it),
        Write::Forward(it) => pass::forward(rows, by, it),
        Write::AddSigner(it) => pass::add_signer(rows, by, it),
        Write::SetProcedure(it) => procedure::set(rows, by, it),
        Write::AskStandIn(it) => stand_in::ask(rows, by, it),
        Write::EndStandIn(it) => stand_in::end(rows, by, it),
    }
}

#[cfg(test)]
mod tests;
