//! Why a decision does not count, or a procedure or a calendar can't be.

use leeway_core::approvals::{ApprovalError, PassReason, StepFault};
use leeway_core::authority::Level;
use leeway_core::calendar::CalendarError;

use crate::i18n::{Locale, format, td_string, words};

pub(super) fn sentence(t: Locale, it: &ApprovalError) -> String {
    match it {
        ApprovalError::Decided { by_name, at, approved } => {
            let (name, at) = (by_name.clone(), format::date_time(t, *at));
            match approved {
                true => td_string!(t, refusals.approvals.decided_approved, name = name, at = at),
                false => td_string!(t, refusals.approvals.decided_returned, name = name, at = at),
            }
        }
        ApprovalError::Withdrawn => td_string!(t, refusals.approvals.withdrawn).to_owned(),
        ApprovalError::OwnRequest => td_string!(t, refusals.approvals.own_request).to_owned(),
        ApprovalError::SayWhatIsMissing { max } => {
            td_string!(t, refusals.approvals.say_what_is_missing, max = max.to_string())
        }
        ApprovalError::Passed { to, at, why } => {
            let (to, at) = (to.clone(), format::date_time(t, *at));
            match why {
                PassReason::Late => td_string!(t, refusals.approvals.passed_late, to = to, at = at),
                PassReason::Forwarded => td_string!(t, refusals.approvals.passed_forwarded, to = to, at = at),
            }
        }
        ApprovalError::TooManyItems { max } => {
            td_string!(t, refusals.approvals.too_many_items, max = max.to_string())
        }
        ApprovalError::OnlyDecided => td_string!(t, refusals.approvals.only_decided).to_owned(),
        ApprovalError::AskedBefore { post } => {
            td_string!(t, refusals.approvals.asked_before, post = post.clone())
        }
        ApprovalError::TooLow { post } => td_string!(t, refusals.approvals.too_low, post = post.clone()),
        ApprovalError::NobodyThere { post } => {
            td_string!(t, refusals.approvals.nobody_there, post = post.clone())
        }
        ApprovalError::DecidesAlready { name } => {
            td_string!(t, refusals.approvals.decides_already, name = name.clone())
        }
        ApprovalError::StandInTime { days } => {
            td_string!(t, refusals.approvals.stand_in_time, days = days.to_string())
        }
        ApprovalError::StandInOver => td_string!(t, refusals.approvals.stand_in_over).to_owned(),
        ApprovalError::BadStep { level, step, fault } => bad_step(t, *level, *step, *fault),
        ApprovalError::ProcedureChanged => td_string!(t, refusals.approvals.procedure_changed).to_owned(),
    }
}

fn bad_step(t: Locale, level: Level, step: usize, fault: StepFault) -> String {
    let fault = match fault {
        StepFault::Empty => td_string!(t, refusals.approvals.fault.empty),
        StepFault::TooMany => td_string!(t, refusals.approvals.fault.too_many),
        StepFault::Twice => td_string!(t, refusals.approvals.fault.twice),
        StepFault::UnknownPost => td_string!(t, refusals.approvals.fault.unknown_post),
        StepFault::Limit => td_string!(t, refusals.approvals.fault.limit),
        StepFault::Loop => td_string!(t, refusals.approvals.fault.round),
    };
    let level = words::level(t, level);
    td_string!(t, refusals.approvals.bad_step, level = level, step = step.to_string(), fault = fault)
}

pub(super) fn calendar(t: Locale, it: &CalendarError) -> String {
    match it {
        CalendarError::NoHours => td_string!(t, refusals.calendar.no_hours).to_owned(),
        CalendarError::HoursOrder => td_string!(t, refusals.calendar.hours_order).to_owned(),
        CalendarError::Offset => td_string!(t, refusals.calendar.offset).to_owned(),
        CalendarError::TooManyDays { max } => {
            td_string!(t, refusals.calendar.too_many_days, max = max.to_string())
        }
        CalendarError::Changed => td_string!(t, refusals.calendar.changed).to_owned(),
    }
}
