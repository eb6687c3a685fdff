//! One command of each kind, on the records of [`super::sample`] and on what the commands before it made. Tests
//! change a field of these by struct update.

mod field;
mod rules;

use crate::approvals::{self, AddSigner, Decide, EndStandIn, Forward, GiveBack, Missing};
use crate::authority;
use crate::calendar;
use crate::customers::Grade;
use crate::deputies::{self, Appoint, End};
use crate::frameworks;
use crate::inbox::{self, Dismiss, RefusalCard};
use crate::letterhead;
use crate::organisation::{self, AddMember, AddUnit, ChangeMember, MemberChange, Role, SetPost, Star};
use crate::pricing;
use crate::quotes::{self, Asks, Draft, DropLine, Finalise, LineInput, PutLine, SetTerms};
use crate::testing::sample::{
    self, ADMIN, APPROVER, CHEN, HEAD, LI, SUN, WANG, ZHAO, ZHOU, day, minute, percent, yuan,
};
use crate::values::{
    ActingPeriodId, CaseId, CommandId, CustomerId, LimitsId, LineId, Percent, PostId, PriceBookId, ProductId,
    QuoteId, UnitId, UserId,
};
use crate::{Body, Entity};

pub use field::{
    add_contact, add_note, add_photo, answer, edit_contact, edit_customer, edit_opportunity, hand_over,
    move_stage, plan, record_visit, register, remove_photo, start, visit_step,
};
pub use rules::{
    add_signer, ask_stand_in, forward, publish_book, publish_bundle, publish_framework, publish_limits,
    publish_margins, publish_matrix, publish_regions, set_calendar, set_costs, set_letterhead, set_phone,
    set_procedure, set_reasons,
};

/// A line of one leased line.
pub fn line(n: u128, off: &str) -> LineInput {
    LineInput {
        line: LineId::from_u128(n),
        product: ProductId::from_u128(1),
        quantity: 1,
        off: percent(off),
        gift: false,
        framework: None,
    }
}

/// A line of one leased line, given along with the rest.
pub fn gift(n: u128) -> LineInput {
    LineInput { gift: true, ..line(n, "0") }
}

/// A line of one leased line, at the price of framework 1.
pub fn agreed(n: u128) -> LineInput {
    LineInput { framework: Some(sample::framework().id), ..line(n, "0") }
}

/// Drafts quote 7 for customer 1, with one line.
pub fn draft() -> Draft {
    Draft {
        quote: QuoteId::from_u128(7),
        customer: CustomerId::from_u128(1),
        opportunity: None,
        title: "专线".into(),
        book: PriceBookId::from_u128(1),
        months: 24,
        free_months: 0,
        overall: Percent::ZERO,
        valid_until: day("2026-12-31"),
        lines: vec![line(1, "0")],
    }
}

/// Puts a line into quote 7.
pub fn put_line(line: LineInput) -> PutLine {
    PutLine { quote: QuoteId::from_u128(7), book: PriceBookId::from_u128(1), line }
}

/// Changes the terms of quote 7.
pub fn set_terms() -> SetTerms {
    SetTerms {
        quote: QuoteId::from_u128(7),
        title: "双路由专线".into(),
        months: 36,
        free_months: None,
        overall: None,
        valid_until: day("2026-12-15"),
    }
}

/// Finalises quote 7 with one leased line at this discount and the total that was shown.
pub fn finalise(off: &str, total: i64) -> Finalise {
    let Draft { quote, customer, opportunity, title, book, months, valid_until, .. } = draft();
    Finalise {
        quote,
        customer,
        opportunity,
        title,
        book,
        limits: LimitsId::from_u128(1),
        star: Star::TWO,
        grade: None,
        unit: None,
        months,
        free_months: 0,
        overall: Percent::ZERO,
        valid_until,
        lines: vec![line(1, off)],
        total: yuan(total),
        asks: Asks::Binding,
        case: CaseId::from_u128(7),
        covers: Vec::new(),
        receipt: None,
        because: None,
    }
}

/// Decides on case 7.
pub fn decide(approve: bool, words: &str) -> Decide {
    Decide { case: CaseId::from_u128(7), approve, words: words.into() }
}

/// Returns case 7, with what is missing in its line and as a whole.
pub fn give_back() -> GiveBack {
    let item =
        |line: Option<u128>, words: &str| Missing { line: line.map(LineId::from_u128), words: words.into() };
    let items = vec![item(Some(1), "缺对手报价凭据"), item(None, "缺合同年限")];
    GiveBack { case: CaseId::from_u128(7), items, words: "补齐再报".into() }
}

/// Adds unit 7, headed by post 7.
pub fn add_unit() -> AddUnit {
    AddUnit {
        unit: UnitId::from_u128(7),
        name: "政企7部".into(),
        head: PostId::from_u128(7),
        approver: APPROVER,
    }
}

/// Adds user 17, a manager of unit 1.
pub fn add_member() -> AddMember {
    AddMember {
        user: UserId::from_u128(17),
        login: "qian".into(),
        name: "钱远".into(),
        unit: UnitId::from_u128(1),
        role: Role::Manager,
        star: Star::ONE,
    }
}

/// Changes a thing about Li.
pub fn change_member(change: MemberChange) -> ChangeMember {
    ChangeMember { user: LI, change }
}

/// Gives everything of the manager of unit 2 to the colleague in unit 1.
pub fn hand_over_all() -> organisation::HandOver {
    organisation::HandOver { from: ZHOU, to: LI }
}

/// Makes post 7.
pub fn set_post() -> SetPost {
    SetPost {
        post: PostId::from_u128(7), title: "政企7部负责人".into(), holder: WANG, deputy: Some(SUN)
    }
}

/// Appoints the colleague for the week after the first moment of the samples, as period 7.
pub fn appoint() -> Appoint {
    Appoint {
        period: ActingPeriodId::from_u128(7),
        manager: CHEN,
        deputy: LI,
        from: minute(0),
        until: minute(7 * 24 * 60),
    }
}

/// Ends period 7.
pub fn end() -> End {
    End { period: ActingPeriodId::from_u128(7) }
}

/// Ends the refusal card of the samples.
pub fn dismiss() -> Dismiss {
    Dismiss { card: RefusalCard::key(CommandId::from_u128(50)) }
}

/// Commands of every kind and of every shape of arguments, each with who asks. In this order each one is accepted
/// by [`super::Office::new`].
pub fn all() -> Vec<(UserId, Body)> {
    let chen = [field::customers(), field::visits(), field::opportunities(), quotes()].into_iter().flatten();
    let cards = [Body::Inbox(inbox::Write::Dismiss(dismiss()))];
    let phone = Body::Organisation(organisation::Write::SetPhone(set_phone()));
    let chen = chen.chain(cards).chain(deputies()).map(|body| (CHEN, body));
    chen.chain(decisions()).chain(admin()).chain([(CHEN, phone)]).collect()
}

fn deputies() -> [Body; 2] {
    [deputies::Write::Appoint(appoint()), deputies::Write::End(end())].map(Body::Deputies)
}

fn quotes() -> Vec<Body> {
    use super::proof;
    use crate::proof::Chain;
    use quotes::{Withdraw, Write};
    let quote = QuoteId::from_u128(7);
    let ask = Finalise { asks: Asks::Approval, ..finalise("20", 61_440) };
    let covers = vec![CommandId::from_u128(40), CommandId::from_u128(41)];
    let all = [
        Write::Draft(draft()),
        Write::PutLine(put_line(line(2, "8.5"))),
        Write::DropLine(DropLine { quote, line: LineId::from_u128(2) }),
        Write::PutLine(put_line(gift(3))),
        Write::PutLine(put_line(agreed(4))),
        Write::SetTerms(set_terms()),
        Write::SetTerms(SetTerms { free_months: Some(2), overall: Some(percent("5")), ..set_terms() }),
        Write::Finalise(ask.clone()),
        Write::Withdraw(Withdraw { quote }),
        Write::Finalise(Finalise { case: CaseId::from_u128(8), ..ask }),
        Write::Finalise(Finalise { quote: QuoteId::from_u128(8), covers, ..finalise("8", 70_656) }),
        Write::Finalise(Finalise {
            quote: QuoteId::from_u128(19),
            free_months: 1,
            overall: percent("5"),
            grade: Some(Grade::A),
            unit: Some(UnitId::from_u128(1)),
            because: authority::ReasonCode::new("volume").ok(),
            ..finalise("0", 69_920)
        }),
        Write::Draft(Draft {
            quote: QuoteId::from_u128(20),
            free_months: 1,
            overall: percent("5"),
            lines: vec![line(1, "0"), gift(2), agreed(3)],
            ..draft()
        }),
        Write::Finalise(Finalise {
            quote: QuoteId::from_u128(21),
            lines: vec![LineInput { quantity: 20, ..line(1, "0") }, gift(2)],
            asks: Asks::Approval,
            case: CaseId::from_u128(22),
            ..finalise("0", 1_536_000)
        }),
        Write::Finalise(Finalise {
            quote: QuoteId::from_u128(22),
            lines: vec![agreed(1)],
            ..finalise("0", 69_600)
        }),
        Write::Finalise(proof::with_receipt(
            Finalise { quote: QuoteId::from_u128(9), ..finalise("8", 70_656) },
            &proof::content_of("8"),
            &Chain::default(),
        )),
    ];
    all.into_iter().map(Body::Quotes).collect()
}

fn decisions() -> Vec<(UserId, Body)> {
    use approvals::Write;
    let (case, next, last) = (CaseId::from_u128(8), CaseId::from_u128(20), CaseId::from_u128(21));
    // sent again as it was
    let again = Finalise { asks: Asks::Approval, case: next, ..finalise("20", 61_440) };
    let all = [
        (WANG, Write::Decide(Decide { case, ..decide(false, "缺合同年限") }).into()),
        (CHEN, quotes::Write::Finalise(again).into()),
        (WANG, Write::AddSigner(AddSigner { case: next, ..add_signer() }).into()),
        (LI, Write::Forward(Forward { case: next, ..forward() }).into()),
        (SUN, Write::GiveBack(GiveBack { case: last, ..give_back() }).into()),
        (WANG, Write::AskStandIn(ask_stand_in()).into()),
        (WANG, Write::EndStandIn(EndStandIn { stand_in: ask_stand_in().stand_in }).into()),
    ];
    all.into()
}

fn admin() -> Vec<(UserId, Body)> {
    use organisation::Write::{AddMember, AddUnit, ChangeMember, HandOver, SetPost};
    let changes = [
        MemberChange::Name("李思".into()),
        MemberChange::Unit(UnitId::from_u128(2)),
        MemberChange::Role(Role::UnitHead),
        MemberChange::Star(Star::THREE),
        MemberChange::Active(false),
    ];
    let hand_over = organisation::SetPost { post: HEAD, holder: ZHAO, deputy: None, ..set_post() };
    let mut people =
        vec![SetPost(set_post()), SetPost(hand_over), AddUnit(add_unit()), AddMember(add_member())];
    people.push(HandOver(hand_over_all()));
    people.extend(changes.map(|change| ChangeMember(change_member(change))));
    let mut all: Vec<Body> = people.into_iter().map(Body::Organisation).collect();
    all.extend([
        Body::Pricing(pricing::Write::Publish(publish_book())),
        Body::Pricing(pricing::Write::Publish(publish_bundle())),
        Body::Pricing(pricing::Write::SetCosts(set_costs())),
        Body::Pricing(pricing::Write::Withdraw(pricing::Withdraw { book: PriceBookId::from_u128(1) })),
        Body::Frameworks(frameworks::Write::Publish(publish_framework())),
        Body::Frameworks(frameworks::Write::End(frameworks::End {
            framework: publish_framework().framework,
        })),
        Body::Authority(authority::Write::Publish(publish_limits())),
        Body::Authority(authority::Write::Publish(publish_matrix())),
        Body::Authority(authority::Write::Publish(publish_margins())),
        Body::Authority(authority::Write::Publish(publish_regions())),
        Body::Approvals(approvals::Write::SetProcedure(set_procedure())),
        Body::Calendar(calendar::Write::Set(set_calendar())),
        Body::Authority(authority::Write::SetReasons(set_reasons())),
        Body::Letterhead(letterhead::Write::Set(set_letterhead())),
    ]);
    all.into_iter().map(|body| (ADMIN, body)).collect()
}
