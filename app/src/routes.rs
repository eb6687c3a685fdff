//! Every address of the app, once. A page never writes a path by hand: `href=Route::Visit(id).href()`.
//! Never decides what a page shows.

use std::str::FromStr;

use leeway_core::values::{
    CaseId, ContactId, CustomerId, OpportunityId, PriceBookId, QuoteId, UserId, VisitId,
};
use leptos::prelude::*;
use leptos_router::components::{FlatRoutes, Redirect, Route as Path};
use leptos_router::hooks::{use_navigate, use_params_map, use_query_map};
use leptos_router::{NavigateOptions, path};

use crate::admin::{
    AdminPage, CalendarPage, CostsPage, LetterheadPage, LimitsPage, MemberFormPage, MemberPage, MembersPage,
    PriceBookFormPage, PriceBooksPage, ProcedurePage, ReasonsPage, UnitsPage,
};
use crate::approvals::{ApprovalPage, ApprovalsPage};
use crate::customers::{ContactFormPage, CustomerFormPage, CustomerPage, CustomersPage, SearchPage};
use crate::deputies::DeputiesPage;
use crate::frameworks::{AgreementFormPage, AgreementsPage, PartnersPage};
use crate::inbox::InboxPage;
use crate::lock::LockPage;
use crate::login::LoginPage;
use crate::opportunities::{OpportunitiesPage, OpportunityFormPage, OpportunityPage};
use crate::quotes::{PaperPage, QuoteFormPage, QuotePage, QuotesPage};
use crate::settings::{DevicesPage, MePage, OfflineReadyPage, PasswordPage, SyncPage};
use crate::shell::NotFoundPage;
use crate::spending::SpendingPage;
use crate::today::TodayPage;
use crate::visits::{DigestsPage, PastVisitPage, VisitFormPage, VisitPage, VisitsPage};

/// The page outside of the program that exports unsent work, whatever has become of the program.
pub const RESCUE: &str = "/rescue.html";

/// An address inside the app.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Route {
    /// What is due today; where the app opens.
    Today,
    /// Log in.
    Login,
    /// All customers.
    Customers,
    /// A form for a new customer.
    NewCustomer,
    /// One customer.
    Customer(CustomerId),
    /// Its form.
    EditCustomer(CustomerId),
    /// A form for a new contact of this customer.
    NewContact(CustomerId),
    /// The form of a contact.
    EditContact(ContactId),
    /// All visits.
    Visits,
    /// A form for a new visit.
    NewVisit {
        /// Whom, if that is known.
        customer: Option<CustomerId>,
    },
    /// A form for a past visit.
    RecordVisit {
        /// Whom, if that is known.
        customer: Option<CustomerId>,
    },
    /// One visit.
    Visit(VisitId),
    /// What the unit head sees of visits.
    Digests,
    /// All quotes.
    Quotes,
    /// A form for a new quote.
    NewQuote {
        /// For whom, if that is known.
        customer: Option<CustomerId>,
        /// For which deal, if that is known.
        opportunity: Option<OpportunityId>,
    },
    /// A form for a new quote with the lines of this one.
    CopyQuote(QuoteId),
    /// One quote.
    Quote(QuoteId),
    /// Its paper, for the customer.
    Paper(QuoteId),
    /// All opportunities.
    Opportunities,
    /// A form for a new opportunity.
    NewOpportunity {
        /// With whom, if that is known.
        customer: Option<CustomerId>,
    },
    /// One opportunity.
    Opportunity(OpportunityId),
    /// What waits for a decision.
    Approvals,
    /// One case.
    Approval(CaseId),
    /// The user's cards.
    Inbox,
    /// What waits to be sent, and how sync fares.
    Sync,
    /// The user, and settings.
    Me,
    /// A form for a new password.
    Password,
    /// The lock of this device.
    Lock,
    /// The devices of the user, or of a member for admins.
    Devices {
        /// Whose.
        member: Option<UserId>,
    },
    /// Who acts for the user and for whom they act, or for a member.
    Deputies {
        /// For whom.
        member: Option<UserId>,
    },
    /// Whether this device is ready to work without a network.
    OfflineReady,
    /// Search by name.
    Search,
    /// What an administrator may do.
    Admin,
    /// Units and posts.
    Units,
    /// All members.
    Members,
    /// A form for a new member.
    NewMember,
    /// One member.
    Member(UserId),
    /// The discount limits.
    Limits,
    /// What can be named as a reason for giving.
    Reasons,
    /// What was given away, beside what it won.
    Spending,
    /// Which posts decide, and how long each has.
    Procedure,
    /// Working days and office hours.
    Calendar,
    /// Head and foot of the customers\' papers.
    Letterhead,
    /// All versions of the price book.
    PriceBooks,
    /// A form for a new version.
    NewPriceBook,
    /// Customers, for their framework agreements.
    Partners,
    /// The agreements with this customer.
    Agreements(CustomerId),
    /// A form for a new one.
    NewAgreement(CustomerId),
    /// What the products of a version cost.
    Costs(PriceBookId),
}

impl Route {
    /// Returns the address, for links and for [`use_go`].
    pub fn href(self) -> String {
        let fixed = match self {
            Self::Today => "/today",
            Self::Login => "/login",
            Self::Customers => "/customers",
            Self::NewCustomer => "/customers/new",
            Self::Visits => "/visits",
            Self::Digests => "/digests",
            Self::Quotes => "/quotes",
            Self::Opportunities => "/opportunities",
            Self::Approvals => "/approvals",
            Self::Inbox => "/inbox",
            Self::Sync => "/sync",
            Self::Me => "/me",
            Self::Password => "/me/password",
            Self::Lock => "/me/lock",
            Self::OfflineReady => "/offline-ready",
            Self::Search => "/search",
            Self::Admin => "/admin",
            Self::Units => "/admin/units",
            Self::Members => "/admin/members",
            Self::NewMember => "/admin/members/new",
            Self::Limits => "/admin/limits",
            Self::Reasons => "/admin/reasons",
            Self::Spending => "/spending",
            Self::Procedure => "/admin/procedure",
            Self::Calendar => "/admin/calendar",
            Self::Letterhead => "/admin/letterhead",
            Self::PriceBooks => "/admin/price-books",
            Self::NewPriceBook => "/admin/price-books/new",
            Self::Partners => "/admin/frameworks",
            Self::Agreements(id) => return format!("/admin/frameworks/{id}"),
            Self::NewAgreement(id) => return format!("/admin/frameworks/{id}/new"),
            Self::Customer(id) => return format!("/customers/{id}"),
            Self::EditCustomer(id) => return format!("/customers/{id}/edit"),
            Self::NewContact(id) => return format!("/customers/{id}/contacts/new"),
            Self::EditContact(id) => return format!("/contacts/{id}/edit"),
            Self::Visit(id) => return format!("/visits/{id}"),
            Self::CopyQuote(id) => return with("/quotes/new", &[("from", Some(id.to_string()))]),
            Self::Quote(id) => return format!("/quotes/{id}"),
            Self::Paper(id) => return format!("/quotes/{id}/paper"),
            Self::Opportunity(id) => return format!("/opportunities/{id}"),
            Self::Approval(id) => return format!("/approvals/{id}"),
            Self::Member(id) => return format!("/admin/members/{id}"),
            Self::Costs(id) => return format!("/admin/price-books/{id}/costs"),
            Self::NewVisit { customer } => {
                return with("/visits/new", &[("customer", customer.map(|id| id.to_string()))]);
            }
            Self::RecordVisit { customer } => {
                return with("/visits/record", &[("customer", customer.map(|id| id.to_string()))]);
            }
            Self::NewQuote { customer, opportunity } => {
                let customer = customer.map(|id| id.to_string());
                let opportunity = opportunity.map(|id| id.to_string());
                return with("/quotes/new", &[("customer", customer), ("opportunity", opportunity)]);
            }
            Self::Deputies { member } => {
                return with("/deputies", &[("member", member.map(|id| id.to_string()))]);
            }
            Self::Devices { member } => {
                return with("/devices", &[("member", member.map(|id| id.to_string()))]);
            }
            Self::NewOpportunity { customer } => {
                return with("/opportunities/new", &[("customer", customer.map(|id| id.to_string()))]);
            }
        };
        fixed.to_owned()
    }
}

/// Appends a query. The values are ids, which need no escaping.
fn with(path: &str, query: &[(&str, Option<String>)]) -> String {
    let mut address = path.to_owned();
    for (name, value) in query {
        if let Some(value) = value {
            address.push(if address.contains('?') { '&' } else { '?' });
            address.push_str(name);
            address.push('=');
            address.push_str(value);
        }
    }
    address
}

/// Returns a function that goes to an address.
pub fn use_go() -> impl Fn(Route) + Clone + 'static {
    let navigate = use_navigate();
    move |route| navigate(&route.href(), NavigateOptions::default())
}

/// Returns a function that goes to an address and leaves the present one out of the history: after a form.
pub fn use_replace() -> impl Fn(Route) + Clone + 'static {
    let navigate = use_navigate();
    move |route| navigate(&route.href(), NavigateOptions { replace: true, ..NavigateOptions::default() })
}

/// Returns a part of the path (`/visits/:id`); `None` if it is not of this form.
pub fn use_id<T>(name: &'static str) -> Memo<Option<T>>
where
    T: FromStr + Clone + PartialEq + Send + Sync + 'static,
{
    let params = use_params_map();
    Memo::new(move |_| params.with(|map| map.get(name)).and_then(|text| text.parse().ok()))
}

/// Returns a part of the query (`?customer=`); `None` if it is absent or not of this form.
pub fn use_query_id<T>(name: &'static str) -> Memo<Option<T>>
where
    T: FromStr + Clone + PartialEq + Send + Sync + 'static,
{
    let query = use_query_map();
    Memo::new(move |_| query.with(|map| map.get(name)).and_then(|text| text.parse().ok()))
}

/// Shows the page of the present address.
#[component]
pub fn Pages() -> impl IntoView {
    view! {
        <FlatRoutes fallback=|| view! { <NotFoundPage/> }.into_any()>
            <Path path=path!("/") view=|| view! { <Redirect path=Route::Today.href()/> }.into_any()/>
            <Path path=path!("/today") view=|| view! { <TodayPage/> }.into_any()/>
            <Path path=path!("/login") view=|| view! { <LoginPage/> }.into_any()/>
            <Path path=path!("/search") view=|| view! { <SearchPage/> }.into_any()/>
            <Path path=path!("/customers") view=|| view! { <CustomersPage/> }.into_any()/>
            <Path path=path!("/customers/new") view=|| view! { <CustomerFormPage/> }.into_any()/>
            <Path path=path!("/customers/:id") view=|| view! { <CustomerPage/> }.into_any()/>
            <Path path=path!("/customers/:id/edit") view=|| view! { <CustomerFormPage/> }.into_any()/>
            <Path path=path!("/customers/:id/contacts/new") view=|| view! { <ContactFormPage/> }.into_any()/>
            <Path path=path!("/contacts/:id/edit") view=|| view! { <ContactFormPage/> }.into_any()/>
            <Path path=path!("/visits") view=|| view! { <VisitsPage/> }.into_any()/>
            <Path path=path!("/visits/new") view=|| view! { <VisitFormPage/> }.into_any()/>
            <Path path=path!("/visits/record") view=|| view! { <PastVisitPage/> }.into_any()/>
            <Path path=path!("/visits/:id") view=|| view! { <VisitPage/> }.into_any()/>
            <Path path=path!("/digests") view=|| view! { <DigestsPage/> }.into_any()/>
            <Path path=path!("/quotes") view=|| view! { <QuotesPage/> }.into_any()/>
            <Path path=path!("/quotes/new") view=|| view! { <QuoteFormPage/> }.into_any()/>
            <Path path=path!("/quotes/:id") view=|| view! { <QuotePage/> }.into_any()/>
            <Path path=path!("/quotes/:id/paper") view=|| view! { <PaperPage/> }.into_any()/>
            <Path path=path!("/opportunities") view=|| view! { <OpportunitiesPage/> }.into_any()/>
            <Path path=path!("/opportunities/new") view=|| view! { <OpportunityFormPage/> }.into_any()/>
            <Path path=path!("/opportunities/:id") view=|| view! { <OpportunityPage/> }.into_any()/>
            <Path path=path!("/approvals") view=|| view! { <ApprovalsPage/> }.into_any()/>
            <Path path=path!("/approvals/:id") view=|| view! { <ApprovalPage/> }.into_any()/>
            <Path path=path!("/inbox") view=|| view! { <InboxPage/> }.into_any()/>
            <Path path=path!("/sync") view=|| view! { <SyncPage/> }.into_any()/>
            <Path path=path!("/me") view=|| view! { <MePage/> }.into_any()/>
            <Path path=path!("/me/lock") view=|| view! { <LockPage/> }.into_any()/>
            <Path path=path!("/deputies") view=|| view! { <DeputiesPage/> }.into_any()/>
            <Path path=path!("/devices") view=|| view! { <DevicesPage/> }.into_any()/>
            <Path path=path!("/me/password") view=|| view! { <PasswordPage/> }.into_any()/>
            <Path path=path!("/offline-ready") view=|| view! { <OfflineReadyPage/> }.into_any()/>
            <Path path=path!("/admin") view=|| view! { <AdminPage/> }.into_any()/>
            <Path path=path!("/admin/units") view=|| view! { <UnitsPage/> }.into_any()/>
            <Path path=path!("/admin/members") view=|| view! { <MembersPage/> }.into_any()/>
            <Path path=path!("/admin/members/new") view=|| view! { <MemberFormPage/> }.into_any()/>
            <Path path=path!("/admin/members/:id") view=|| view! { <MemberPage/> }.into_any()/>
            <Path path=path!("/admin/limits") view=|| view! { <LimitsPage/> }.into_any()/>
            <Path path=path!("/admin/reasons") view=|| view! { <ReasonsPage/> }.into_any()/>
            <Path path=path!("/spending") view=|| view! { <SpendingPage/> }.into_any()/>
            <Path path=path!("/admin/procedure") view=|| view! { <ProcedurePage/> }.into_any()/>
            <Path path=path!("/admin/calendar") view=|| view! { <CalendarPage/> }.into_any()/>
            <Path path=path!("/admin/letterhead") view=|| view! { <LetterheadPage/> }.into_any()/>
            <Path path=path!("/admin/price-books") view=|| view! { <PriceBooksPage/> }.into_any()/>
            <Path path=path!("/admin/price-books/:id/costs") view=|| view! { <CostsPage/> }.into_any()/>
            <Path path=path!("/admin/price-books/new") view=|| view! { <PriceBookFormPage/> }.into_any()/>
            <Path path=path!("/admin/frameworks") view=|| view! { <PartnersPage/> }.into_any()/>
            <Path path=path!("/admin/frameworks/:id") view=|| view! { <AgreementsPage/> }.into_any()/>
            <Path path=path!("/admin/frameworks/:id/new") view=|| view! { <AgreementFormPage/> }.into_any()/>
        </FlatRoutes>
    }
    .into_any()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_query_holds_what_is_known() {
        let customer = CustomerId::from_u128(1);
        let id = "00000000-0000-0000-0000-000000000001";
        assert_eq!(Route::NewVisit { customer: None }.href(), "/visits/new");
        assert_eq!(Route::NewVisit { customer: Some(customer) }.href(), format!("/visits/new?customer={id}"));
        let both =
            Route::NewQuote { customer: Some(customer), opportunity: Some(OpportunityId::from_u128(2)) };
        assert_eq!(
            both.href(),
            format!("/quotes/new?customer={id}&opportunity=00000000-0000-0000-0000-000000000002")
        );
        let deal_only = Route::NewQuote { customer: None, opportunity: Some(OpportunityId::from_u128(1)) };
        assert_eq!(deal_only.href(), format!("/quotes/new?opportunity={id}"));
    }
}
