//! Every refusal once, with all that its sentence needs.

use crate::approvals::{ApprovalError, PassReason, StepFault};
use crate::authority::{AuthorityError, Level};
use crate::calendar::CalendarError;
use crate::customers::{CustomerError, Grade};
use crate::deputies::DeputyError;
use crate::frameworks::FrameworkError;
use crate::inbox::InboxError;
use crate::letterhead::LetterheadError;
use crate::opportunities::{OpportunityError, Stage};
use crate::organisation::OrganisationError;
use crate::pricing::{Family, PricingError};
use crate::proof::{Flaw, ProofError};
use crate::quotes::QuoteError;
use crate::refusal::GeneralError;
use crate::testing::sample::{code, day, minute, yuan};
use crate::values::{FrameworkId, PriceBookId, ProductId, VisitId};
use crate::visits::{ItemKey, Visit, VisitError};
use crate::{Entity, RecordType, Refusal};

/// Returns one refusal of every code.
pub fn all() -> Vec<Refusal> {
    let mut all = general();
    all.extend(customers());
    all.extend(visits());
    all.extend(quotes());
    all.extend(approvals());
    all.extend(others());
    all
}

fn general() -> Vec<Refusal> {
    let all = [
        GeneralError::NotFound { typ: RecordType::Customer },
        GeneralError::Forbidden,
        GeneralError::Exists { typ: RecordType::VisitNote },
        GeneralError::ForeignAuthor,
        GeneralError::UnknownKind { kind: "visits.sing".into() },
        GeneralError::BadArgs { why: "missing field `visit`".into() },
    ];
    all.map(Refusal::from).into()
}

fn customers() -> Vec<Refusal> {
    let all = [
        CustomerError::Empty { field: "name".into() },
        CustomerError::TooLong { field: "address".into(), max: 200 },
        CustomerError::CodeTaken { code: code("91350100M000100Y43") },
        CustomerError::SameManager,
        CustomerError::NotAManager { name: "王海".into() },
        CustomerError::OtherUnit { name: "周敏".into() },
        CustomerError::OnlyItsManager,
        CustomerError::HandedOver,
    ];
    all.map(Refusal::from).into()
}

fn visits() -> Vec<Refusal> {
    let all = [
        VisitError::MissingAnswers {
            items: vec!["见到关键人了吗".into(), "现用谁家专线".into()]
        },
        VisitError::NoSuchItem { item: ItemKey("beds".into()) },
        VisitError::WrongAnswer { question: "床位数".into() },
        VisitError::Closed,
        VisitError::NotOpen,
        VisitError::Text { max: 500 },
        VisitError::ChecklistWithdrawn { name: "医疗走访".into() },
        VisitError::NotOver,
        VisitError::TooLongAgo { days: 731 },
        VisitError::PhotoTooLarge { max_mib: 10 },
        VisitError::TooManyPhotos { max: 40 },
    ];
    all.map(Refusal::from).into()
}

fn quotes() -> Vec<Refusal> {
    let product = ProductId::from_u128(3);
    let number = || "KJ-2026-018".to_owned();
    let all = [
        QuoteError::BookWithdrawn { book: PriceBookId::from_u128(1), name: "2026 下半年".into() },
        QuoteError::NoSuchProduct { product, name: Some("物联网卡".into()) },
        QuoteError::NoSuchProduct { product, name: None },
        QuoteError::NoSuchFramework { framework: FrameworkId::from_u128(1) },
        QuoteError::NotInFramework { number: number(), product: "物联网卡".into() },
        QuoteError::FrameworkDays { number: number(), from: day("2026-12-01"), to: day("2027-11-30") },
        QuoteError::FrameworkEnded { number: number() },
        QuoteError::NoLines,
        QuoteError::TooManyLines { max: 200 },
        QuoteError::Quantity { max: 1_000_000 },
        QuoteError::Term { max: 120 },
        QuoteError::FreeMonths { max: 23 },
        QuoteError::TooLarge,
        QuoteError::Title { max: 80 },
        QuoteError::NotADraft,
        QuoteError::NotSubmitted,
        QuoteError::TotalDiffers { named: yuan(100), computed: yuan(101) },
        QuoteError::BelowFloor { product: "专线 200M".into(), short_by: yuan(80) },
        QuoteError::GiftsBelowFloor { short_by: yuan(80) },
        QuoteError::BeyondEverybody,
        QuoteError::MarginTooLow,
        QuoteError::StarNeverHeld,
    ];
    all.map(Refusal::from).into()
}

fn approvals() -> Vec<Refusal> {
    let post = || "政企2部负责人".to_owned();
    let faults = [
        StepFault::Empty,
        StepFault::TooMany,
        StepFault::Twice,
        StepFault::UnknownPost,
        StepFault::Limit,
        StepFault::Loop,
    ];
    let mut all = vec![
        ApprovalError::Decided { by_name: "王海".into(), at: minute(30), approved: true },
        ApprovalError::Withdrawn,
        ApprovalError::Passed { to: "分公司审批岗".into(), at: minute(30), why: PassReason::Late },
        ApprovalError::Passed { to: "分公司审批岗".into(), at: minute(30), why: PassReason::Forwarded },
        ApprovalError::OwnRequest,
        ApprovalError::SayWhatIsMissing { max: 500 },
        ApprovalError::TooManyItems { max: 100 },
        ApprovalError::OnlyDecided,
        ApprovalError::AskedBefore { post: post() },
        ApprovalError::TooLow { post: post() },
        ApprovalError::NobodyThere { post: post() },
        ApprovalError::ProcedureChanged,
        ApprovalError::DecidesAlready { name: "李想".into() },
        ApprovalError::StandInTime { days: 90 },
        ApprovalError::StandInOver,
    ];
    let bad = |(step, fault)| ApprovalError::BadStep { level: Level::UnitHead, step, fault };
    all.extend((1..).zip(faults).map(bad));
    all.into_iter().map(Refusal::from).collect()
}

fn gap(region: Option<String>) -> Refusal {
    let (size, months) = (yuan(100_000), 12);
    AuthorityError::Gap { family: Family::Cloud, region, grade: Grade::B, size, months }.into()
}

fn others() -> Vec<Refusal> {
    vec![
        OpportunityError::Name { max: 80 }.into(),
        OpportunityError::Amount.into(),
        OpportunityError::StageMoved { seen: Stage::Lead, now: Stage::Won }.into(),
        OpportunityError::LostReason { max: 200 }.into(),
        OpportunityError::NextStep { max: 200 }.into(),
        PricingError::NoProducts.into(),
        PricingError::CodeTwice { code: "ZX200".into() }.into(),
        PricingError::FloorAbovePrice { code: "ZX200".into() }.into(),
        PricingError::Tiers { code: "ZX200".into() }.into(),
        PricingError::Parts { code: "ZX200".into() }.into(),
        PricingError::BundleFloor { code: "ZX200".into(), least: yuan(2_000) }.into(),
        PricingError::NegativeCost { code: "ZX200".into() }.into(),
        PricingError::CostsChanged.into(),
        PricingError::Days.into(),
        PricingError::Name { code: "ZX200".into(), max: 60 }.into(),
        FrameworkError::Number { max: 40 }.into(),
        FrameworkError::Days.into(),
        FrameworkError::Prices { max: 200 }.into(),
        FrameworkError::ProductTwice { product: ProductId::from_u128(3) }.into(),
        FrameworkError::NotPositive { product: ProductId::from_u128(3) }.into(),
        FrameworkError::TooMany { max: 20 }.into(),
        AuthorityError::Decreasing { family: Some(Family::LeasedLine) }.into(),
        AuthorityError::Decreasing { family: None }.into(),
        AuthorityError::MarginOfManagers.into(),
        AuthorityError::BadCell { cell: 2 }.into(),
        gap(None),
        gap(Some("江东".into())),
        AuthorityError::Contradiction { family: Family::Cloud, region: None, first: 1, second: 2 }.into(),
        AuthorityError::UnknownRegion { cell: 2, region: "江东".into() }.into(),
        AuthorityError::BadRegion { region: 2 }.into(),
        AuthorityError::TooManyRegions { max: 50 }.into(),
        AuthorityError::TooManyCells { max: 100 }.into(),
        AuthorityError::Window { max: 366 }.into(),
        AuthorityError::Reasons { max: 12 }.into(),
        AuthorityError::ReasonsChanged.into(),
        CalendarError::NoHours.into(),
        CalendarError::HoursOrder.into(),
        CalendarError::Offset.into(),
        CalendarError::TooManyDays { max: 1_000 }.into(),
        CalendarError::Changed.into(),
        LetterheadError::Name { max: 60 }.into(),
        LetterheadError::Reach { max: 100 }.into(),
        LetterheadError::Terms { max: 12, length: 160 }.into(),
        LetterheadError::Changed.into(),
        OrganisationError::Name { max: 60 }.into(),
        OrganisationError::Phone { max: 30 }.into(),
        OrganisationError::Login { login: "Li Si".into() }.into(),
        OrganisationError::LoginTaken { login: "li".into() }.into(),
        OrganisationError::Yourself.into(),
        OrganisationError::DeputyIsHolder.into(),
        OrganisationError::HoldsPost { post: "分公司审批岗".into() }.into(),
        DeputyError::SameManager.into(),
        DeputyError::NotAManager { name: "王海".into() }.into(),
        DeputyError::OtherUnit { name: "周敏".into() }.into(),
        DeputyError::Beneficiary.into(),
        DeputyError::Order.into(),
        DeputyError::TooLong { days: 90 }.into(),
        DeputyError::Overlap { name: "李想".into() }.into(),
        DeputyError::Over.into(),
        InboxError::NotACard { about: Visit::key(VisitId::from_u128(1)) }.into(),
        ProofError::Forged { flaw: Flaw::Signature }.into(),
        ProofError::Moved.into(),
    ]
}
