//! One command of each kind, on the records of [`super::sample`] and on what the commands before it made. Tests
//! change a field of these by struct update.

mod rules;

use crate::approvals::{self, AddSigner, Decide, EndStandIn, Forward, GiveBack, Missing};
use crate::authority;
use crate::calendar;
use crate::customers::{
    self, AddContact, ContactChange, ContactRole, CustomerChange, EditContact, EditCustomer, Grade, HandOver,
    Industry, Register,
};
use crate::deputies::{self, Appoint, End};
use crate::inbox::{self, Dismiss, RefusalCard};
use crate::letterhead;
use crate::opportunities::{self, Edit, MoveStage, OpportunityChange, Stage, Start};
use crate::organisation::{self, AddMember, AddUnit, ChangeMember, MemberChange, Role, SetPost, Star};
use crate::pricing;
use crate::quotes::{self, Asks, Draft, DropLine, Finalise, LineInput, PutLine, SetTerms};
use crate::testing::sample::{
    ADMIN, APPROVER, CHEN, HEAD, LI, SUN, WANG, ZHAO, ZHOU, code, day, minute, percent, yuan,
};
use crate::values::{
    ActingPeriodId, Blob, BlobHash, CaseId, ChecklistId, CommandId, ContactId, CustomerId, LimitsId, LineId,
    Media, NoteId, OpportunityId, Percent, PhotoId, PostId, PriceBookId, ProductId, QuoteId, UnitId, UserId,
    VisitId,
};
use crate::visits::{
    self, AddNote, AddPhoto, Answer, AnswerItem, Began, Cancel, Finish, ItemKey, Open, Plan, Purpose,
    RecordVisit, RecordedNote, RemovePhoto, Reschedule, When,
};
use crate::{Body, Entity};

pub use rules::{
    add_signer, ask_stand_in, forward, publish_book, publish_limits, publish_matrix, set_calendar,
    set_letterhead, set_phone, set_procedure,
};

/// The write that the author of an edit saw.
const SEEN: Option<CommandId> = Some(CommandId::from_u128(1));

/// Registers customer 7.
pub fn register() -> Register {
    Register {
        customer: CustomerId::from_u128(7),
        name: "滨江中学".into(),
        code: Some(code("91110000MA0000012Q")),
        industry: Industry::Education,
        grade: Grade::B,
        address: "滨江路 7 号".into(),
    }
}

/// Changes a field of customer 1.
pub fn edit_customer(change: CustomerChange) -> EditCustomer {
    EditCustomer { customer: CustomerId::from_u128(1), change, seen: SEEN }
}

/// Adds contact 7 to customer 1.
pub fn add_contact() -> AddContact {
    AddContact {
        contact: ContactId::from_u128(7),
        customer: CustomerId::from_u128(1),
        name: "秦主任".into(),
        title: "信息科主任".into(),
        phone: "139 0000 0000".into(),
        role: ContactRole::Influencer,
    }
}

/// Changes a field of contact 1.
pub fn edit_contact(change: ContactChange) -> EditContact {
    EditContact { contact: ContactId::from_u128(1), change, seen: SEEN }
}

/// Gives customer 2 to the colleague.
pub fn hand_over() -> HandOver {
    HandOver { customer: CustomerId::from_u128(2), to: LI, seen: None }
}

/// Plans visit 7 with customer 1.
pub fn plan() -> Plan {
    Plan {
        visit: VisitId::from_u128(7),
        customer: CustomerId::from_u128(1),
        purpose: Purpose::Care,
        checklist: ChecklistId::from_u128(1),
        when: When { day: day("2026-11-23"), minute: Some(570) },
    }
}

/// Answers an item of visit 7 that was empty.
pub fn answer(item: &str, answer: Answer) -> AnswerItem {
    AnswerItem { visit: VisitId::from_u128(7), item: ItemKey(item.into()), answer, seen: None }
}

/// Adds note 7 to visit 7.
pub fn add_note() -> AddNote {
    AddNote { visit: VisitId::from_u128(7), note: NoteId::from_u128(7), text: "机房在地下二层".into() }
}

/// Puts visit 9 with customer 1 on record, as it was on the day before the first moment of the samples.
pub fn record_visit() -> RecordVisit {
    let answers = [("decider", Answer::YesNo(true)), ("line", Answer::Choice("ours".into()))];
    RecordVisit {
        visit: VisitId::from_u128(9),
        customer: CustomerId::from_u128(1),
        purpose: Purpose::Care,
        checklist: ChecklistId::from_u128(1),
        began: Began { day: day("2027-01-14"), minute: 570, offset: 480 },
        lasted: 40,
        answers: answers.map(|(item, it)| (ItemKey(item.into()), it)).into(),
        note: Some(RecordedNote { note: NoteId::from_u128(9), text: "何工要求双路由".into() }),
    }
}

/// Adds photo 7 to note 7.
pub fn add_photo() -> AddPhoto {
    AddPhoto {
        visit: VisitId::from_u128(7),
        note: NoteId::from_u128(7),
        photo: PhotoId::from_u128(7),
        blob: Blob { hash: BlobHash::new([7; 32]), media: Media::Jpeg, bytes: 240_000 },
        width: 1_600,
        height: 1_200,
    }
}

/// Takes photo 7 back.
pub fn remove_photo() -> RemovePhoto {
    RemovePhoto { photo: PhotoId::from_u128(7) }
}

/// Sets the first next step of visit 7.
pub fn visit_step() -> visits::SetNextStep {
    visits::SetNextStep {
        visit: VisitId::from_u128(7),
        text: "送方案".into(),
        day: day("2026-11-30"),
        seen: None,
    }
}

/// A line of one leased line.
pub fn line(n: u128, off: &str) -> LineInput {
    LineInput {
        line: LineId::from_u128(n),
        product: ProductId::from_u128(1),
        quantity: 1,
        off: percent(off),
        gift: false,
    }
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

/// Starts opportunity 7 with customer 1.
pub fn start() -> Start {
    Start {
        opportunity: OpportunityId::from_u128(7),
        customer: CustomerId::from_u128(1),
        name: "院区互联".into(),
        amount: yuan(180_000),
        expected: day("2026-12-20"),
        next_step: "约信息科".into(),
        next_day: day("2026-11-27"),
    }
}

/// Changes a field of opportunity 1.
pub fn edit_opportunity(change: OpportunityChange) -> Edit {
    Edit { opportunity: OpportunityId::from_u128(1), change, seen: SEEN }
}

/// Moves opportunity 7.
pub fn move_stage(from: Stage, to: Stage, reason: Option<&str>) -> MoveStage {
    MoveStage { opportunity: OpportunityId::from_u128(7), from, to, reason: reason.map(str::to_owned) }
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
    let chen = [customers(), visits(), opportunities(), quotes()].into_iter().flatten();
    let cards = [Body::Inbox(inbox::Write::Dismiss(dismiss()))];
    let phone = Body::Organisation(organisation::Write::SetPhone(set_phone()));
    let chen = chen.chain(cards).chain(deputies()).map(|body| (CHEN, body));
    chen.chain(decisions()).chain(admin()).chain([(CHEN, phone)]).collect()
}

fn deputies() -> [Body; 2] {
    [deputies::Write::Appoint(appoint()), deputies::Write::End(end())].map(Body::Deputies)
}

fn customers() -> Vec<Body> {
    use customers::Write::{AddContact, Edit, EditContact, Register};
    let edits = [
        CustomerChange::Name("海港总医院".into()),
        CustomerChange::Code(None),
        CustomerChange::Industry(Industry::Services),
        CustomerChange::Grade(Grade::B),
        CustomerChange::Address(String::new()),
    ];
    let contact_edits = [
        ContactChange::Name("何明".into()),
        ContactChange::Title("总工".into()),
        ContactChange::Phone("010-0000".into()),
        ContactChange::Role(ContactRole::Coach),
    ];
    let mut all = vec![Register(register()), AddContact(add_contact())];
    all.extend(edits.map(|change| Edit(edit_customer(change))));
    all.extend(contact_edits.map(|change| EditContact(edit_contact(change))));
    all.push(customers::Write::HandOver(hand_over()));
    all.into_iter().map(Body::Customers).collect()
}

fn visits() -> Vec<Body> {
    use visits::Write;
    let visit = VisitId::from_u128(7);
    let cancelled = VisitId::from_u128(8);
    let answers = [
        ("decider", Answer::YesNo(true)),
        ("line", Answer::Choice("other".into())),
        ("beds", Answer::Number(800)),
        ("pain", Answer::Text("影像传输慢".into())),
        ("ends", Answer::Date(day("2027-03-31"))),
    ];
    let when = When { day: day("2026-11-24"), minute: None };
    let mut all = vec![
        Write::Plan(plan()),
        Write::Reschedule(Reschedule { visit, when, seen: SEEN }),
        Write::Plan(Plan { visit: cancelled, when, ..plan() }),
        Write::Cancel(Cancel { visit: cancelled }),
        Write::Open(Open { visit }),
    ];
    all.extend(answers.map(|(item, it)| Write::Answer(answer(item, it))));
    all.extend([
        Write::Note(add_note()),
        Write::AddPhoto(add_photo()),
        Write::RemovePhoto(remove_photo()),
        Write::SetNextStep(visit_step()),
        Write::Finish(Finish { visit }),
        Write::CompleteNextStep(visits::CompleteNextStep { visit, seen: CommandId::from_u128(1) }),
        Write::Record(record_visit()),
    ]);
    all.into_iter().map(Body::Visits).collect()
}

fn opportunities() -> Vec<Body> {
    use opportunities::{CompleteNextStep, SetNextStep, Write};
    let opportunity = OpportunityId::from_u128(7);
    let edits = [
        OpportunityChange::Name("三院互联".into()),
        OpportunityChange::Amount(yuan(200_000)),
        OpportunityChange::Expected(day("2027-01-15")),
    ];
    let mut all = vec![Write::Start(start())];
    all.extend(edits.map(|change| Write::Edit(edit_opportunity(change))));
    let (text, day) = ("上会".to_owned(), day("2026-12-04"));
    all.extend([
        Write::MoveStage(move_stage(Stage::Lead, Stage::Qualified, None)),
        Write::MoveStage(move_stage(Stage::Qualified, Stage::Lost, Some("价格"))),
        Write::SetNextStep(SetNextStep { opportunity, text, day, seen: SEEN }),
        Write::CompleteNextStep(CompleteNextStep { opportunity, seen: CommandId::from_u128(1) }),
    ]);
    all.into_iter().map(Body::Opportunities).collect()
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
        Write::PutLine(put_line(LineInput { gift: true, ..line(3, "0") })),
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
            ..finalise("0", 69_920)
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
        Body::Pricing(pricing::Write::Withdraw(pricing::Withdraw { book: PriceBookId::from_u128(1) })),
        Body::Authority(authority::Write::Publish(publish_limits())),
        Body::Authority(authority::Write::Publish(publish_matrix())),
        Body::Approvals(approvals::Write::SetProcedure(set_procedure())),
        Body::Calendar(calendar::Write::Set(set_calendar())),
        Body::Letterhead(letterhead::Write::Set(set_letterhead())),
    ]);
    all.into_iter().map(|body| (ADMIN, body)).collect()
}
