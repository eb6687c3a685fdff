//! What a manager does with customers before there is a quote: registers and visits them, and pursues opportunities.

use crate::Body;
use crate::customers::{
    self, AddContact, ContactChange, ContactRole, CustomerChange, EditContact, EditCustomer, Grade, HandOver,
    Industry, Register,
};
use crate::opportunities::{self, Edit, MoveStage, OpportunityChange, Stage, Start};
use crate::testing::sample::{LI, code, day, yuan};
use crate::values::{
    Blob, BlobHash, ChecklistId, CommandId, ContactId, CustomerId, Media, NoteId, OpportunityId, PhotoId,
    VisitId,
};
use crate::visits::{
    self, AddNote, AddPhoto, Answer, AnswerItem, Began, Cancel, Finish, ItemKey, Open, Plan, Purpose,
    RecordVisit, RecordedNote, RemovePhoto, Reschedule, When,
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

pub(super) fn customers() -> Vec<Body> {
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

pub(super) fn visits() -> Vec<Body> {
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

pub(super) fn opportunities() -> Vec<Body> {
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
