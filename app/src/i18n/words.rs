//! The names of the domain's own values, in both languages. Exhaustive: a value without a name doesn't compile.

use leeway_core::authority::{Level, ReasonCode};
use leeway_core::proof::{Note, Unauthorised, Verdict as Found};
use leeway_core::record::RecordType;
use leeway_core::{approvals, customers, opportunities, organisation, pricing, quotes, visits};

use super::{Lang, Locale, td_string};

/// An industry.
pub fn industry(lang: impl Lang, it: customers::Industry) -> &'static str {
    use customers::Industry;
    let locale = lang.locale();
    match it {
        Industry::Government => td_string!(locale, common.industry.government),
        Industry::Enterprise => td_string!(locale, common.industry.enterprise),
        Industry::Medical => td_string!(locale, common.industry.medical),
        Industry::Commerce => td_string!(locale, common.industry.commerce),
        Industry::Services => td_string!(locale, common.industry.services),
        Industry::Education => td_string!(locale, common.industry.education),
    }
}

/// A customer's grade.
pub fn grade(lang: impl Lang, it: customers::Grade) -> &'static str {
    use customers::Grade;
    let locale = lang.locale();
    match it {
        Grade::A => td_string!(locale, common.grade.a),
        Grade::B => td_string!(locale, common.grade.b),
        Grade::C => td_string!(locale, common.grade.c),
    }
}

/// What a contact is to a deal.
pub fn contact_role(lang: impl Lang, it: customers::ContactRole) -> &'static str {
    use customers::ContactRole;
    let locale = lang.locale();
    match it {
        ContactRole::Decider => td_string!(locale, common.contact_role.decider),
        ContactRole::Influencer => td_string!(locale, common.contact_role.influencer),
        ContactRole::User => td_string!(locale, common.contact_role.user),
        ContactRole::Gatekeeper => td_string!(locale, common.contact_role.gatekeeper),
        ContactRole::Coach => td_string!(locale, common.contact_role.coach),
    }
}

/// Why somebody visits.
pub fn purpose(lang: impl Lang, it: visits::Purpose) -> &'static str {
    use visits::Purpose;
    let locale = lang.locale();
    match it {
        Purpose::First => td_string!(locale, common.purpose.first),
        Purpose::Care => td_string!(locale, common.purpose.care),
        Purpose::Renewal => td_string!(locale, common.purpose.renewal),
        Purpose::Complaint => td_string!(locale, common.purpose.complaint),
        Purpose::Offer => td_string!(locale, common.purpose.offer),
    }
}

/// How far a deal has come.
pub fn stage(lang: impl Lang, it: opportunities::Stage) -> &'static str {
    use opportunities::Stage;
    let locale = lang.locale();
    match it {
        Stage::Lead => td_string!(locale, common.stage.lead),
        Stage::Qualified => td_string!(locale, common.stage.qualified),
        Stage::Proposal => td_string!(locale, common.stage.proposal),
        Stage::Negotiation => td_string!(locale, common.stage.negotiation),
        Stage::Won => td_string!(locale, common.stage.won),
        Stage::Lost => td_string!(locale, common.stage.lost),
    }
}

/// A product family.
pub fn family(lang: impl Lang, it: pricing::Family) -> &'static str {
    use pricing::Family;
    let locale = lang.locale();
    match it {
        Family::LeasedLine => td_string!(locale, common.family.leased_line),
        Family::Cloud => td_string!(locale, common.family.cloud),
        Family::Iot => td_string!(locale, common.family.iot),
        Family::Messaging => td_string!(locale, common.family.messaging),
        Family::PrivateNetwork => td_string!(locale, common.family.private_network),
        Family::Networking => td_string!(locale, common.family.networking),
        Family::Services => td_string!(locale, common.family.services),
    }
}

/// How a product is charged.
pub fn charge(lang: impl Lang, it: pricing::Charge) -> &'static str {
    use pricing::Charge;
    let locale = lang.locale();
    match it {
        Charge::OneOff => td_string!(locale, common.charge.one_off),
        Charge::Monthly => td_string!(locale, common.charge.monthly),
        Charge::Usage => td_string!(locale, common.charge.usage),
    }
}

/// A person's role.
pub fn role(lang: impl Lang, it: organisation::Role) -> &'static str {
    use organisation::Role;
    let locale = lang.locale();
    match it {
        Role::Manager => td_string!(locale, common.role.manager),
        Role::UnitHead => td_string!(locale, common.role.unit_head),
        Role::Approver => td_string!(locale, common.role.approver),
        Role::Admin => td_string!(locale, common.role.admin),
    }
}

/// What can be believed of a quote.
pub fn standing(lang: impl Lang, it: quotes::Standing) -> &'static str {
    use quotes::Standing;
    let locale = lang.locale();
    match it {
        Standing::Binding => td_string!(locale, common.standing.binding),
        Standing::Indicative => td_string!(locale, common.standing.indicative),
        Standing::Expired => td_string!(locale, common.standing.expired),
    }
}

/// How far a visit has come.
pub fn visit_state(lang: impl Lang, it: visits::VisitState) -> &'static str {
    use visits::VisitState;
    let locale = lang.locale();
    match it {
        VisitState::Planned => td_string!(locale, common.visit_state.planned),
        VisitState::Open { .. } => td_string!(locale, common.visit_state.open),
        VisitState::Finished { .. } => td_string!(locale, common.visit_state.finished),
        VisitState::Cancelled => td_string!(locale, common.visit_state.cancelled),
    }
}

/// How far a quote has come.
pub fn quote_state(lang: impl Lang, it: &quotes::QuoteState) -> &'static str {
    use quotes::QuoteState;
    let locale = lang.locale();
    match it {
        QuoteState::Draft => td_string!(locale, common.quote_state.draft),
        QuoteState::Submitted { .. } => td_string!(locale, common.quote_state.submitted),
        QuoteState::Binding { .. } => td_string!(locale, common.quote_state.binding),
        QuoteState::Approved { .. } => td_string!(locale, common.quote_state.approved),
        QuoteState::Returned { .. } => td_string!(locale, common.quote_state.returned),
    }
}

/// How far a question to a post has come.
pub fn case_state(lang: impl Lang, it: &approvals::CaseState) -> &'static str {
    use approvals::CaseState;
    let locale = lang.locale();
    match it {
        CaseState::Open => td_string!(locale, common.case_state.open),
        CaseState::Decided { approved: true, .. } => td_string!(locale, common.case_state.approved),
        CaseState::Decided { approved: false, .. } => td_string!(locale, common.case_state.returned),
        CaseState::Withdrawn { .. } => td_string!(locale, common.case_state.withdrawn),
        CaseState::Passed { .. } => td_string!(locale, common.case_state.passed),
    }
}

/// A level of authority, as it heads the steps of its procedure.
pub fn level(lang: impl Lang, it: Level) -> &'static str {
    let locale = lang.locale();
    match it {
        Level::Own | Level::UnitHead => td_string!(locale, common.level.unit_head),
        Level::Approver | Level::Nobody => td_string!(locale, common.level.approver),
    }
}

/// A star rating: `二星` would need a word each, so `2 星`, `2 stars`.
pub fn stars(lang: impl Lang, it: organisation::Star) -> String {
    td_string!(lang.locale(), common.stars, stars = it.get().to_string())
}

/// A kind of record.
pub fn record_type(lang: impl Lang, it: RecordType) -> &'static str {
    let locale = lang.locale();
    match it {
        RecordType::Customer => td_string!(locale, common.record.customer),
        RecordType::Contact => td_string!(locale, common.record.contact),
        RecordType::Visit => td_string!(locale, common.record.visit),
        RecordType::VisitNote => td_string!(locale, common.record.visit_note),
        RecordType::VisitPhoto => td_string!(locale, common.record.visit_photo),
        RecordType::VisitDigest => td_string!(locale, common.record.visit_digest),
        RecordType::Checklist => td_string!(locale, common.record.checklist),
        RecordType::Quote => td_string!(locale, common.record.quote),
        RecordType::Case => td_string!(locale, common.record.case),
        RecordType::Request => td_string!(locale, common.record.request),
        RecordType::Filing => td_string!(locale, common.record.filing),
        RecordType::RequestDigest => td_string!(locale, common.record.request_digest),
        RecordType::StandIn => td_string!(locale, common.record.stand_in),
        RecordType::Procedure => td_string!(locale, common.record.procedure),
        RecordType::Calendar => td_string!(locale, common.record.calendar),
        RecordType::Letterhead => td_string!(locale, common.record.letterhead),
        RecordType::Opportunity => td_string!(locale, common.record.opportunity),
        RecordType::PriceBook => td_string!(locale, common.record.price_book),
        RecordType::Framework => td_string!(locale, common.record.framework),
        RecordType::Costs => td_string!(locale, common.record.costs),
        RecordType::Limits => td_string!(locale, common.record.limits),
        RecordType::ReasonCodes => td_string!(locale, common.record.reason_codes),
        RecordType::Precedent => td_string!(locale, common.record.precedent),
        RecordType::Unit => td_string!(locale, common.record.unit),
        RecordType::Member => td_string!(locale, common.record.member),
        RecordType::Post => td_string!(locale, common.record.post),
        RecordType::ActingPeriod => td_string!(locale, common.record.acting_period),
        RecordType::RefusalCard => td_string!(locale, common.record.refusal),
        RecordType::ClashCard => td_string!(locale, common.record.clash),
        RecordType::Witness => td_string!(locale, common.record.witness),
        RecordType::IssuerKey => td_string!(locale, common.record.issuer_key),
        RecordType::DeviceKey => td_string!(locale, common.record.device_key),
        RecordType::Grant => td_string!(locale, common.record.grant),
    }
}

/// A reason for giving: a usual one in the language of the screen, one of the organisation's own as it was written.
pub fn reason_code(lang: impl Lang, it: &ReasonCode) -> String {
    usual(lang.locale(), it.as_str()).unwrap_or(it.as_str()).to_owned()
}

/// Returns the usual reason that is called this on the screen.
pub fn usual_reason(lang: impl Lang, words: &str) -> Option<&'static str> {
    let locale = lang.locale();
    ReasonCode::USUAL.into_iter().find(|code| usual(locale, code) == Some(words))
}

fn usual(locale: Locale, code: &str) -> Option<&'static str> {
    match code {
        "competitor" => Some(td_string!(locale, common.reason_code.competitor)),
        "volume" => Some(td_string!(locale, common.reason_code.volume)),
        "renewal" => Some(td_string!(locale, common.reason_code.renewal)),
        "long_term" => Some(td_string!(locale, common.reason_code.long_term)),
        "strategic" => Some(td_string!(locale, common.reason_code.strategic)),
        "service_complaint" => Some(td_string!(locale, common.reason_code.service_complaint)),
        _ => None,
    }
}

/// What was found when a quote reached the server that was binding before; one sentence each.
pub fn found(lang: impl Lang, it: &Found) -> Vec<String> {
    let locale = lang.locale();
    let said = match it {
        Found::Confirmed { notes } => return notes.iter().map(|it| note(locale, *it).to_owned()).collect(),
        Found::Held => td_string!(locale, quotes.found.held),
        Found::Waiting => td_string!(locale, quotes.found.waiting),
        Found::Quarantined => td_string!(locale, quotes.found.quarantined),
        Found::Request { why } => match why {
            Unauthorised::AfterLoss => td_string!(locale, quotes.found.after_loss),
            Unauthorised::Differs => td_string!(locale, quotes.found.differs),
            Unauthorised::Beyond => td_string!(locale, quotes.found.beyond),
            Unauthorised::OutOfTime => td_string!(locale, quotes.found.out_of_time),
            Unauthorised::TooLate => td_string!(locale, quotes.found.too_late),
            Unauthorised::NoGrant => td_string!(locale, quotes.found.no_grant),
        },
    };
    vec![said.to_owned()]
}

fn note(locale: Locale, it: Note) -> &'static str {
    match it {
        Note::Changed => td_string!(locale, quotes.found.changed),
        Note::Late => td_string!(locale, quotes.found.late),
        Note::ClockOff => td_string!(locale, quotes.found.clock_off),
    }
}
