//! Where a card leads: the form in which what was typed can be edited and sent again. Plain Rust; never words.

use leeway_core::Body;
use leeway_core::values::CommandId;
use leeway_core::{
    approvals, authority, customers, deputies, frameworks, opportunities, organisation, pricing, quotes,
    visits,
};

use crate::routes::Route;

/// The first button of a refusal.
#[derive(Debug, Clone, PartialEq, Eq)]
pub enum Repair {
    /// A form opens with what was typed.
    Edit(String),
    /// Nothing was typed: the record opens.
    Open(String),
    /// There is no such form: of a newer app, or about a card.
    None,
}

/// Returns what the first button of a refused command does. The form reads the card by its address.
pub fn repair(card: CommandId, body: Option<&Body>) -> Repair {
    let Some(body) = body else { return Repair::None };
    let edit = |route: Route| Repair::Edit(with_card(&route.href(), card));
    let open = |route: Route| Repair::Open(with_card(&route.href(), card));
    match body {
        Body::Customers(it) => match it {
            customers::Write::Register(_) => edit(Route::NewCustomer),
            customers::Write::Edit(it) => edit(Route::EditCustomer(it.customer)),
            customers::Write::AddContact(it) => edit(Route::NewContact(it.customer)),
            customers::Write::EditContact(it) => edit(Route::EditContact(it.contact)),
            customers::Write::HandOver(it) => open(Route::Customer(it.customer)),
        },
        Body::Visits(it) => match it {
            visits::Write::Plan(it) => edit(Route::NewVisit { customer: Some(it.customer) }),
            visits::Write::Reschedule(it) => edit(Route::Visit(it.visit)),
            visits::Write::Answer(it) => edit(Route::Visit(it.visit)),
            visits::Write::Note(it) => edit(Route::Visit(it.visit)),
            visits::Write::AddPhoto(it) => open(Route::Visit(it.visit)),
            // its row may be gone, and with it the way to the visit
            visits::Write::RemovePhoto(_) => Repair::None,
            visits::Write::SetNextStep(it) => edit(Route::Visit(it.visit)),
            visits::Write::Cancel(it) => open(Route::Visit(it.visit)),
            visits::Write::Open(it) => open(Route::Visit(it.visit)),
            visits::Write::CompleteNextStep(it) => open(Route::Visit(it.visit)),
            visits::Write::Finish(it) => open(Route::Visit(it.visit)),
            visits::Write::Record(it) => edit(Route::RecordVisit { customer: Some(it.customer) }),
        },
        Body::Quotes(it) => match it {
            quotes::Write::Draft(it) => {
                edit(Route::NewQuote { customer: Some(it.customer), opportunity: it.opportunity })
            }
            quotes::Write::PutLine(it) => edit(Route::Quote(it.quote)),
            quotes::Write::DropLine(it) => open(Route::Quote(it.quote)),
            quotes::Write::SetTerms(it) => edit(Route::Quote(it.quote)),
            quotes::Write::Finalise(it) => edit(Route::Quote(it.quote)),
            quotes::Write::Withdraw(it) => open(Route::Quote(it.quote)),
        },
        Body::Approvals(it) => of_approvals(it, edit, open),
        Body::Calendar(_) => open(Route::Calendar),
        Body::Letterhead(_) => open(Route::Letterhead),
        Body::Opportunities(it) => match it {
            opportunities::Write::Start(it) => edit(Route::NewOpportunity { customer: Some(it.customer) }),
            opportunities::Write::Edit(it) => edit(Route::Opportunity(it.opportunity)),
            opportunities::Write::MoveStage(it) => edit(Route::Opportunity(it.opportunity)),
            opportunities::Write::SetNextStep(it) => edit(Route::Opportunity(it.opportunity)),
            opportunities::Write::CompleteNextStep(it) => open(Route::Opportunity(it.opportunity)),
        },
        Body::Pricing(it) => match it {
            pricing::Write::Publish(_) => edit(Route::NewPriceBook),
            pricing::Write::Withdraw(_) => open(Route::PriceBooks),
            pricing::Write::SetCosts(it) => open(Route::Costs(it.book)),
        },
        Body::Frameworks(frameworks::Write::Publish(it)) => open(Route::Agreements(it.customer)),
        Body::Frameworks(frameworks::Write::End(_)) => open(Route::Partners),
        Body::Authority(authority::Write::Publish(_)) => edit(Route::Limits),
        Body::Authority(authority::Write::SetReasons(_)) => open(Route::Reasons),
        Body::Organisation(it) => match it {
            organisation::Write::AddUnit(_) | organisation::Write::SetPost(_) => edit(Route::Units),
            organisation::Write::AddMember(_) => edit(Route::NewMember),
            organisation::Write::ChangeMember(it) => edit(Route::Member(it.user)),
            organisation::Write::HandOver(it) => open(Route::Member(it.from)),
            organisation::Write::SetPhone(_) => open(Route::Me),
        },
        Body::Deputies(it) => match it {
            deputies::Write::Appoint(it) => open(Route::Deputies { member: Some(it.manager) }),
            deputies::Write::End(_) => open(Route::Deputies { member: None }),
        },
        Body::Inbox(_) => Repair::None,
    }
}

fn of_approvals(
    it: &approvals::Write,
    edit: impl Fn(Route) -> Repair,
    open: impl Fn(Route) -> Repair,
) -> Repair {
    use approvals::Write;
    match it {
        Write::Decide(it) => edit(Route::Approval(it.case)),
        Write::GiveBack(it) => edit(Route::Approval(it.case)),
        Write::Forward(it) => open(Route::Approval(it.case)),
        Write::AddSigner(it) => open(Route::Approval(it.case)),
        Write::AskStandIn(_) | Write::EndStandIn(_) => open(Route::Approvals),
        Write::SetProcedure(_) => open(Route::Procedure),
    }
}

fn with_card(address: &str, card: CommandId) -> String {
    let mark = if address.contains('?') { '&' } else { '?' };
    format!("{address}{mark}resend={card}")
}

#[cfg(test)]
mod tests {
    use leeway_core::testing::commands;

    use super::*;

    #[test]
    fn every_command_leads_somewhere_but_those_about_cards_and_a_photo_that_is_gone() {
        let card = CommandId::from_u128(1);
        for (_, body) in commands::all() {
            let repair = repair(card, Some(&body));
            let leads_nowhere = matches!(body, Body::Inbox(_) | Body::Visits(visits::Write::RemovePhoto(_)));
            assert_eq!(repair == Repair::None, leads_nowhere, "{body:?}");
        }
        assert_eq!(repair(card, None), Repair::None);
    }

    #[test]
    fn the_address_names_the_card_behind_what_it_says_already() {
        let card = CommandId::from_u128(1);
        let quote = Body::Quotes(quotes::Write::PutLine(commands::put_line(commands::line(1, "8"))));
        let Repair::Edit(address) = repair(card, Some(&quote)) else { panic!("a line can be edited") };
        assert!(address.ends_with(&format!("?resend={card}")), "{address}");
        let visit = Body::Visits(visits::Write::Plan(commands::plan()));
        let Repair::Edit(address) = repair(card, Some(&visit)) else { panic!("a plan can be edited") };
        assert!(address.contains("?customer=") && address.ends_with(&format!("&resend={card}")), "{address}");
    }
}
