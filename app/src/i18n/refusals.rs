//! Why something was not accepted, as a sentence that says the cause and the next step. Every match is exhaustive:
//! a refusal that nobody can read does not compile. Never decides anything.

mod approvals;
mod authority;
mod frameworks;
mod letterhead;

use leeway_core::Refusal;
use leeway_core::customers::CustomerError;
use leeway_core::deputies::DeputyError;
use leeway_core::inbox::InboxError;
use leeway_core::opportunities::OpportunityError;
use leeway_core::organisation::OrganisationError;
use leeway_core::pricing::PricingError;
use leeway_core::proof::ProofError;
use leeway_core::quotes::QuoteError;
use leeway_core::refusal::{GeneralError, RefusalData};
use leeway_core::values::{CreditCodeError, DateError, MoneyError, PercentError};
use leeway_core::visits::VisitError;

use super::{Lang, Locale, format, td_string, words};

/// Says why something was not accepted, and what to do.
pub fn sentence(lang: impl Lang, refusal: &Refusal) -> String {
    let t = lang.locale();
    match refusal {
        Refusal::General(it) => general(t, it),
        Refusal::Customers(it) => customers(t, it),
        Refusal::Visits(it) => visits(t, it),
        Refusal::Quotes(it) => quotes(t, it),
        Refusal::Approvals(it) => approvals::sentence(t, it),
        Refusal::Opportunities(it) => opportunities(t, it),
        Refusal::Pricing(it) => pricing(t, it),
        Refusal::Frameworks(it) => frameworks::sentence(t, it),
        Refusal::Authority(it) => authority::sentence(t, it),
        Refusal::Calendar(it) => approvals::calendar(t, it),
        Refusal::Letterhead(it) => letterhead::sentence(t, it),
        Refusal::Organisation(it) => organisation(t, it),
        Refusal::Deputies(it) => deputies(t, it),
        Refusal::Inbox(InboxError::NotACard { about }) => {
            td_string!(t, refusals.inbox.not_a_card, about = about.to_string())
        }
        Refusal::Proof(ProofError::Forged { .. }) => td_string!(t, refusals.proof.forged).to_owned(),
        Refusal::Proof(ProofError::Moved) => td_string!(t, refusals.proof.moved).to_owned(),
    }
}

/// Says why, from the form in which a refusal travels; one of a newer version is named by its code.
pub fn sentence_of_data(lang: impl Lang, data: &RefusalData) -> String {
    match Refusal::from_data(data) {
        Some(refusal) => sentence(lang, &refusal),
        None => td_string!(lang.locale(), refusals.unknown, code = data.code.clone()),
    }
}

fn general(t: Locale, it: &GeneralError) -> String {
    match it {
        GeneralError::NotFound { typ } => {
            td_string!(t, refusals.general.not_found, thing = words::record_type(t, *typ))
        }
        GeneralError::Forbidden => td_string!(t, refusals.general.forbidden).to_owned(),
        GeneralError::Exists { typ } => {
            td_string!(t, refusals.general.exists, thing = words::record_type(t, *typ))
        }
        GeneralError::ForeignAuthor => td_string!(t, refusals.general.foreign_author).to_owned(),
        GeneralError::UnknownKind { kind } => {
            td_string!(t, refusals.general.unknown_kind, kind = kind.clone())
        }
        GeneralError::BadArgs { why } => td_string!(t, refusals.general.bad_args, why = why.clone()),
    }
}

/// Returns the name of a field of a customer or contact, as it stands at the head of a sentence.
fn field(t: Locale, name: &str) -> &'static str {
    match name {
        "name" => td_string!(t, refusals.field.name),
        "title" => td_string!(t, refusals.field.title),
        "phone" => td_string!(t, refusals.field.phone),
        "address" => td_string!(t, refusals.field.address),
        _ => td_string!(t, refusals.field.other),
    }
}

fn customers(t: Locale, it: &CustomerError) -> String {
    match it {
        CustomerError::Empty { field: name } => {
            td_string!(t, refusals.customers.empty, field = field(t, name))
        }
        CustomerError::TooLong { field: name, max } => {
            td_string!(t, refusals.customers.too_long, field = field(t, name), max = max.to_string())
        }
        CustomerError::CodeTaken { code } => {
            td_string!(t, refusals.customers.code_taken, code = code.to_string())
        }
        CustomerError::SameManager => td_string!(t, refusals.customers.same_manager).to_owned(),
        CustomerError::NotAManager { name } => {
            td_string!(t, refusals.customers.not_a_manager, name = name.clone())
        }
        CustomerError::OtherUnit { name } => {
            td_string!(t, refusals.customers.other_unit, name = name.clone())
        }
        CustomerError::OnlyItsManager => td_string!(t, refusals.customers.only_its_manager).to_owned(),
        CustomerError::HandedOver => td_string!(t, refusals.customers.handed_over).to_owned(),
    }
}

fn visits(t: Locale, it: &VisitError) -> String {
    match it {
        VisitError::MissingAnswers { items } => {
            td_string!(
                t,
                refusals.visits.missing_answers,
                count = items.len().to_string(),
                items = items.join(td_string!(t, refusals.between))
            )
        }
        VisitError::NoSuchItem { item } => {
            td_string!(t, refusals.visits.no_such_item, item = item.to_string())
        }
        VisitError::WrongAnswer { question } => {
            td_string!(t, refusals.visits.wrong_answer, question = question.clone())
        }
        VisitError::Closed => td_string!(t, refusals.visits.closed).to_owned(),
        VisitError::NotOpen => td_string!(t, refusals.visits.not_open).to_owned(),
        VisitError::Text { max } => td_string!(t, refusals.visits.text, max = max.to_string()),
        VisitError::NotOver => td_string!(t, refusals.visits.not_over).to_owned(),
        VisitError::TooLongAgo { days } => {
            td_string!(t, refusals.visits.too_long_ago, days = days.to_string())
        }
        VisitError::ChecklistWithdrawn { name } => {
            td_string!(t, refusals.visits.checklist_withdrawn, name = name.clone())
        }
        VisitError::PhotoTooLarge { max_mib } => {
            td_string!(t, refusals.visits.photo_too_large, max = max_mib.to_string())
        }
        VisitError::TooManyPhotos { max } => {
            td_string!(t, refusals.visits.too_many_photos, max = max.to_string())
        }
    }
}

fn quotes(t: Locale, it: &QuoteError) -> String {
    match it {
        QuoteError::NoSuchFramework { .. }
        | QuoteError::NotInFramework { .. }
        | QuoteError::FrameworkDays { .. }
        | QuoteError::FrameworkEnded { .. } => frameworks::of_a_quote(t, it),
        QuoteError::BookWithdrawn { name, .. } => {
            td_string!(t, refusals.quotes.book_withdrawn, name = name.clone())
        }
        QuoteError::NoSuchProduct { name: None, .. } => {
            td_string!(t, refusals.quotes.no_such_product).to_owned()
        }
        QuoteError::NoSuchProduct { name: Some(name), .. } => {
            td_string!(t, refusals.quotes.product_gone, name = name.clone())
        }
        QuoteError::NoLines => td_string!(t, refusals.quotes.no_lines).to_owned(),
        QuoteError::TooManyLines { max } => {
            td_string!(t, refusals.quotes.too_many_lines, max = max.to_string())
        }
        QuoteError::Quantity { max } => td_string!(t, refusals.quotes.quantity, max = max.to_string()),
        QuoteError::Term { max } => td_string!(t, refusals.quotes.term, max = max.to_string()),
        QuoteError::FreeMonths { max } => {
            td_string!(t, refusals.quotes.free_months, max = max.to_string())
        }
        QuoteError::TooLarge => td_string!(t, refusals.quotes.too_large).to_owned(),
        QuoteError::Title { max } => td_string!(t, refusals.quotes.title, max = max.to_string()),
        QuoteError::NotADraft => td_string!(t, refusals.quotes.not_a_draft).to_owned(),
        QuoteError::NotSubmitted => td_string!(t, refusals.quotes.not_submitted).to_owned(),
        QuoteError::TotalDiffers { named, computed } => td_string!(
            t,
            refusals.quotes.total_differs,
            named = format::money(*named),
            computed = format::money(*computed)
        ),
        QuoteError::BelowFloor { product, short_by } => td_string!(
            t,
            refusals.quotes.below_floor,
            product = product.clone(),
            short_by = format::money(*short_by)
        ),
        QuoteError::GiftsBelowFloor { short_by } => {
            td_string!(t, refusals.quotes.gifts_below_floor, short_by = format::money(*short_by))
        }
        QuoteError::BeyondEverybody => td_string!(t, refusals.quotes.beyond_everybody).to_owned(),
        QuoteError::MarginTooLow => td_string!(t, refusals.quotes.margin_too_low).to_owned(),
        QuoteError::StarNeverHeld => td_string!(t, refusals.quotes.star_never_held).to_owned(),
    }
}

fn opportunities(t: Locale, it: &OpportunityError) -> String {
    match it {
        OpportunityError::Name { max } => td_string!(t, refusals.opportunities.name, max = max.to_string()),
        OpportunityError::Amount => td_string!(t, refusals.opportunities.amount).to_owned(),
        OpportunityError::StageMoved { seen, now } => td_string!(
            t,
            refusals.opportunities.stage_moved,
            seen = words::stage(t, *seen),
            now = words::stage(t, *now)
        ),
        OpportunityError::LostReason { max } => {
            td_string!(t, refusals.opportunities.lost_reason, max = max.to_string())
        }
        OpportunityError::NextStep { max } => {
            td_string!(t, refusals.opportunities.next_step, max = max.to_string())
        }
    }
}

fn pricing(t: Locale, it: &PricingError) -> String {
    match it {
        PricingError::NoProducts => td_string!(t, refusals.pricing.no_products).to_owned(),
        PricingError::CodeTwice { code } => td_string!(t, refusals.pricing.code_twice, code = code.clone()),
        PricingError::FloorAbovePrice { code } => {
            td_string!(t, refusals.pricing.floor_above_price, code = code.clone())
        }
        PricingError::Tiers { code } => td_string!(t, refusals.pricing.tiers, code = code.clone()),
        PricingError::Parts { code } => td_string!(t, refusals.pricing.parts, code = code.clone()),
        PricingError::BundleFloor { code, least } => {
            td_string!(t, refusals.pricing.bundle_floor, code = code.clone(), least = format::money(*least))
        }
        PricingError::NegativeCost { code } => {
            td_string!(t, refusals.pricing.negative_cost, code = code.clone())
        }
        PricingError::CostsChanged => td_string!(t, refusals.pricing.costs_changed).to_owned(),
        PricingError::Days => td_string!(t, refusals.pricing.days).to_owned(),
        PricingError::Name { code, max } if code.is_empty() => {
            td_string!(t, refusals.pricing.book_name, max = max.to_string())
        }
        PricingError::Name { code, max } => {
            td_string!(t, refusals.pricing.product_name, code = code.clone(), max = max.to_string())
        }
    }
}

fn organisation(t: Locale, it: &OrganisationError) -> String {
    match it {
        OrganisationError::Name { max } => td_string!(t, refusals.organisation.name, max = max.to_string()),
        OrganisationError::Phone { max } => td_string!(t, refusals.organisation.phone, max = max.to_string()),
        OrganisationError::Login { login } => {
            td_string!(t, refusals.organisation.login, login = login.clone())
        }
        OrganisationError::LoginTaken { login } => {
            td_string!(t, refusals.organisation.login_taken, login = login.clone())
        }
        OrganisationError::Yourself => td_string!(t, refusals.organisation.yourself).to_owned(),
        OrganisationError::DeputyIsHolder => td_string!(t, refusals.organisation.deputy_is_holder).to_owned(),
        OrganisationError::HoldsPost { post } => {
            td_string!(t, refusals.organisation.holds_post, post = post.clone())
        }
    }
}

fn deputies(t: Locale, it: &DeputyError) -> String {
    match it {
        DeputyError::SameManager => td_string!(t, refusals.deputies.same_manager).to_owned(),
        DeputyError::NotAManager { name } => {
            td_string!(t, refusals.deputies.not_a_manager, name = name.clone())
        }
        DeputyError::OtherUnit { name } => td_string!(t, refusals.deputies.other_unit, name = name.clone()),
        DeputyError::Beneficiary => td_string!(t, refusals.deputies.beneficiary).to_owned(),
        DeputyError::Order => td_string!(t, refusals.deputies.order).to_owned(),
        DeputyError::TooLong { days } => td_string!(t, refusals.deputies.too_long, days = days.to_string()),
        DeputyError::Overlap { name } => td_string!(t, refusals.deputies.overlap, name = name.clone()),
        DeputyError::Over => td_string!(t, refusals.deputies.over).to_owned(),
    }
}

/// Says why a text is no credit code.
pub fn credit_code(lang: impl Lang, it: CreditCodeError) -> String {
    let t = lang.locale();
    match it {
        CreditCodeError::Length { found } => {
            td_string!(t, refusals.credit_code.length, found = found.to_string())
        }
        CreditCodeError::Character { at, found } => {
            td_string!(t, refusals.credit_code.character, at = at.to_string(), found = found.to_string())
        }
        CreditCodeError::Checksum { expected } => {
            td_string!(t, refusals.credit_code.checksum, expected = expected.to_string())
        }
    }
}

/// Says why a text is no amount.
pub fn money(lang: impl Lang, it: MoneyError) -> &'static str {
    let t = lang.locale();
    match it {
        MoneyError::Empty => td_string!(t, refusals.money.empty),
        MoneyError::NotANumber => td_string!(t, refusals.money.not_a_number),
        MoneyError::TooManyDecimals => td_string!(t, refusals.money.too_many_decimals),
        MoneyError::TooLarge => td_string!(t, refusals.money.too_large),
        MoneyError::Negative => td_string!(t, refusals.money.negative),
    }
}

/// Says why a text is no percentage.
pub fn percent(lang: impl Lang, it: PercentError) -> &'static str {
    let t = lang.locale();
    match it {
        PercentError::Empty => td_string!(t, refusals.percent.empty),
        PercentError::NotANumber => td_string!(t, refusals.percent.not_a_number),
        PercentError::TooManyDecimals => td_string!(t, refusals.percent.too_many_decimals),
        PercentError::OverHundred => td_string!(t, refusals.percent.over_hundred),
        PercentError::Negative => td_string!(t, refusals.percent.negative),
    }
}

/// Says why a text is no day.
pub fn date(lang: impl Lang, it: DateError) -> &'static str {
    let t = lang.locale();
    match it {
        DateError::Form => td_string!(t, refusals.date.form),
        DateError::NoSuchDay => td_string!(t, refusals.date.no_such_day),
    }
}

#[cfg(test)]
mod tests {
    use leeway_core::values::{Money, PriceBookId};

    use super::*;

    #[track_caller]
    fn check(refusal: impl Into<Refusal>, zh: &str, en: &str) {
        let refusal = refusal.into();
        assert_eq!(sentence(Locale::zh_CN, &refusal), zh);
        assert_eq!(sentence(Locale::en, &refusal), en);
    }

    #[test]
    fn a_refusal_says_cause_and_next_step() {
        check(
            QuoteError::BookWithdrawn { book: PriceBookId::from_u128(1), name: "2026 秋".to_owned() },
            "价目表“2026 秋”已撤回，草稿不能再用它。修改这一行，用现行价目表重算后再发。",
            "The price book “2026 秋” was withdrawn, so a draft can’t use it any more. Edit the line: it is priced anew from the present book, then send it.",
        );
        check(
            VisitError::MissingAnswers { items: vec!["到期日".to_owned(), "预算".to_owned()] },
            "还有 2 项必填没答：到期日、预算。补上再结束拜访。",
            "Required and not answered: 2. Answer 到期日, 预算, then finish the visit.",
        );
        check(
            QuoteError::BelowFloor { product: "云桌面".to_owned(), short_by: Money::from_fen(120) },
            "“云桌面”每单位比底价低 ¥1.20，谁都不能批。提价或换产品再发。",
            "“云桌面” is ¥1.20 per unit under its floor price, which nobody may approve. Raise the price or change the product.",
        );
    }

    #[test]
    fn a_reason_of_a_newer_version_is_named_by_its_code() {
        let data = RefusalData { code: "quotes.full_moon".to_owned(), args: serde_json::Value::Null };
        assert!(sentence_of_data(Locale::zh_CN, &data).contains("quotes.full_moon"));
        let known = Refusal::from(QuoteError::NoLines).to_data();
        assert_eq!(sentence_of_data(Locale::zh_CN, &known), "报价单里还没有产品，先加一行。");
    }

    #[test]
    fn a_wrong_credit_code_is_explained() {
        let why = |text: &str| match text.parse::<leeway_core::values::CreditCode>() {
            Ok(_) => String::new(),
            Err(error) => credit_code(Locale::zh_CN, error),
        };
        assert!(why("9135").contains("现在是 4 位"));
        assert!(why("91350100M000100Y4O").contains("第 18 位"));
        assert!(why("91350100M000100Y44").contains("该是“3”"));
    }
}
