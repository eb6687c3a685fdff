//! What a command asked for, in words: on the sync page while it waits, in the inbox when it was not accepted. Reads
//! the names of what it is about; never judges it.

mod lines;
mod names;

use leeway_core::Body;
use leeway_core::quotes::Asks;
use serde_json::Value;

pub use lines::{acting_days, answer, day, lines, step, when};
pub use names::{Names, names_of};

use crate::i18n::{Lang, td_string};

/// A command as it stands in the queue or on a card.
#[derive(Debug, Clone, PartialEq)]
pub struct Asked {
    /// Its kind, as it came.
    pub kind: String,
    /// What was typed, as it came.
    pub args: Value,
    /// The command; `None` for one of a newer app.
    pub body: Option<Body>,
    /// The names of what it is about.
    pub names: Names,
}

impl Asked {
    /// Reads a command's wire form; the names come with [`names_of`].
    pub fn new(kind: &str, version: u16, args: &Value) -> Self {
        let body = Body::from_parts(kind, version, args).ok();
        Self { kind: kind.to_owned(), args: args.clone(), body, names: Names::default() }
    }
}

/// Says what was asked for and about what: `改客户资料：江畔区人民医院`.
pub fn headline(lang: impl Lang, asked: &Asked) -> String {
    let t = lang.locale();
    let verb = match &asked.body {
        Some(body) => verb(t, body),
        None => td_string!(t, sync.verb.unknown),
    };
    match asked.names.about.clone() {
        Some(about) => td_string!(t, sync.about, verb = verb, about = about),
        None => verb.to_owned(),
    }
}

/// Says what was asked for. Exhaustive: a command without words does not compile.
pub fn verb(lang: impl Lang, body: &Body) -> &'static str {
    use leeway_core::{
        approvals, authority, calendar, customers, deputies, frameworks, inbox, letterhead, organisation,
        pricing,
    };
    let t = lang.locale();
    match body {
        Body::Customers(it) => match it {
            customers::Write::Register(_) => td_string!(t, sync.verb.customers_register),
            customers::Write::Edit(_) => td_string!(t, sync.verb.customers_edit),
            customers::Write::AddContact(_) => td_string!(t, sync.verb.customers_add_contact),
            customers::Write::EditContact(_) => td_string!(t, sync.verb.customers_edit_contact),
            customers::Write::HandOver(_) => td_string!(t, sync.verb.customers_hand_over),
        },
        Body::Visits(it) => visit_verb(t, it),
        Body::Quotes(it) => quote_verb(t, it),
        Body::Approvals(it) => match it {
            approvals::Write::Decide(it) if it.approve => td_string!(t, sync.verb.approvals_approve),
            approvals::Write::Decide(_) | approvals::Write::GiveBack(_) => {
                td_string!(t, sync.verb.approvals_return)
            }
            approvals::Write::Forward(_) => td_string!(t, sync.verb.approvals_forward),
            approvals::Write::AddSigner(_) => td_string!(t, sync.verb.approvals_add_signer),
            approvals::Write::AskStandIn(_) => td_string!(t, sync.verb.approvals_ask_stand_in),
            approvals::Write::EndStandIn(_) => td_string!(t, sync.verb.approvals_end_stand_in),
            approvals::Write::SetProcedure(_) => td_string!(t, sync.verb.approvals_set_procedure),
        },
        Body::Calendar(calendar::Write::Set(_)) => td_string!(t, sync.verb.calendar_set),
        Body::Letterhead(letterhead::Write::Set(_)) => td_string!(t, sync.verb.letterhead_set),
        Body::Opportunities(it) => opportunity_verb(t, it),
        Body::Pricing(it) => match it {
            pricing::Write::Publish(_) => td_string!(t, sync.verb.pricing_publish),
            pricing::Write::Withdraw(_) => td_string!(t, sync.verb.pricing_withdraw),
            pricing::Write::SetCosts(_) => td_string!(t, sync.verb.pricing_set_costs),
        },
        Body::Frameworks(frameworks::Write::Publish(_)) => td_string!(t, sync.verb.frameworks_publish),
        Body::Frameworks(frameworks::Write::End(_)) => td_string!(t, sync.verb.frameworks_end),
        Body::Authority(authority::Write::Publish(_)) => td_string!(t, sync.verb.authority_publish),
        Body::Authority(authority::Write::SetReasons(_)) => td_string!(t, sync.verb.authority_set_reasons),
        Body::Organisation(it) => match it {
            organisation::Write::AddUnit(_) => td_string!(t, sync.verb.organisation_add_unit),
            organisation::Write::AddMember(_) => td_string!(t, sync.verb.organisation_add_member),
            organisation::Write::ChangeMember(_) => td_string!(t, sync.verb.organisation_change_member),
            organisation::Write::SetPost(_) => td_string!(t, sync.verb.organisation_set_post),
            organisation::Write::HandOver(_) => td_string!(t, sync.verb.organisation_hand_over),
            organisation::Write::SetPhone(_) => td_string!(t, sync.verb.organisation_set_phone),
        },
        Body::Deputies(it) => match it {
            deputies::Write::Appoint(_) => td_string!(t, sync.verb.deputies_appoint),
            deputies::Write::End(_) => td_string!(t, sync.verb.deputies_end),
        },
        Body::Inbox(inbox::Write::Dismiss(_)) => td_string!(t, sync.verb.inbox_dismiss),
    }
}

fn visit_verb(lang: impl Lang, it: &leeway_core::visits::Write) -> &'static str {
    use leeway_core::visits::Write;
    let t = lang.locale();
    match it {
        Write::Plan(_) => td_string!(t, sync.verb.visits_plan),
        Write::Reschedule(_) => td_string!(t, sync.verb.visits_reschedule),
        Write::Cancel(_) => td_string!(t, sync.verb.visits_cancel),
        Write::Open(_) => td_string!(t, sync.verb.visits_open),
        Write::Answer(_) => td_string!(t, sync.verb.visits_answer),
        Write::Note(_) => td_string!(t, sync.verb.visits_note),
        Write::AddPhoto(_) => td_string!(t, sync.verb.visits_add_photo),
        Write::RemovePhoto(_) => td_string!(t, sync.verb.visits_remove_photo),
        Write::SetNextStep(_) => td_string!(t, sync.verb.visits_set_next_step),
        Write::CompleteNextStep(_) => td_string!(t, sync.verb.visits_complete_next_step),
        Write::Finish(_) => td_string!(t, sync.verb.visits_finish),
        Write::Record(_) => td_string!(t, sync.verb.visits_record),
    }
}

fn quote_verb(lang: impl Lang, it: &leeway_core::quotes::Write) -> &'static str {
    use leeway_core::quotes::Write;
    let t = lang.locale();
    match it {
        Write::Draft(_) => td_string!(t, sync.verb.quotes_draft),
        Write::PutLine(_) => td_string!(t, sync.verb.quotes_put_line),
        Write::DropLine(_) => td_string!(t, sync.verb.quotes_drop_line),
        Write::SetTerms(_) => td_string!(t, sync.verb.quotes_set_terms),
        Write::Finalise(it) => match it.asks {
            Asks::Binding => td_string!(t, sync.verb.quotes_finalise_binding),
            Asks::Approval => td_string!(t, sync.verb.quotes_finalise_approval),
        },
        Write::Withdraw(_) => td_string!(t, sync.verb.quotes_withdraw),
    }
}

fn opportunity_verb(lang: impl Lang, it: &leeway_core::opportunities::Write) -> &'static str {
    use leeway_core::opportunities::Write;
    let t = lang.locale();
    match it {
        Write::Start(_) => td_string!(t, sync.verb.opportunities_start),
        Write::Edit(_) => td_string!(t, sync.verb.opportunities_edit),
        Write::MoveStage(_) => td_string!(t, sync.verb.opportunities_move_stage),
        Write::SetNextStep(_) => td_string!(t, sync.verb.opportunities_set_next_step),
        Write::CompleteNextStep(_) => td_string!(t, sync.verb.opportunities_complete_next_step),
    }
}
