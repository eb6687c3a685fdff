//! Customers, and what is done at their places.

use std::collections::BTreeMap;

use super::{CHEN, LI, code, day, minute, stamped, yuan};
use crate::customers::{Contact, ContactRole, Customer, Grade, Handed, Industry};
use crate::opportunities::{Opportunity, Stage, StageMove};
use crate::stamped::Past;
use crate::values::{
    Blob, BlobHash, ChecklistId, CommandId, ContactId, CustomerId, Media, NoteId, OpportunityId, PhotoId,
    UnitId, UserId, VisitId,
};
use crate::visits::{
    Answer, Checklist, Choice, Item, ItemKey, ItemKind, NextStep, Purpose, Visit, VisitDigest, VisitNote,
    VisitPhoto, VisitState, When,
};

/// A customer of this manager; those with a code have number 1 or 3.
pub fn customer(n: u128, owner: UserId, of_unit: u128) -> Customer {
    let code = match n {
        1 => Some(code("91350100M000100Y43")),
        3 => Some(code("91110108MA00000070")),
        _ => None,
    };
    Customer {
        id: CustomerId::from_u128(n),
        owner,
        unit: UnitId::from_u128(of_unit),
        name: stamped(format!("海港第{n}医院")),
        code: stamped(code),
        industry: stamped(Industry::Medical),
        grade: stamped(Grade::A),
        address: stamped("港前路 1 号".into()),
        handed: Vec::new(),
    }
}

/// The one time that customer 2 changed hands.
pub fn handed() -> Handed {
    Handed {
        from: LI,
        from_name: "李想".into(),
        to: CHEN,
        by: LI,
        at: minute(2),
        write: CommandId::from_u128(8),
    }
}

/// A contact of customer 1.
pub fn contact() -> Contact {
    Contact {
        id: ContactId::from_u128(1),
        customer: CustomerId::from_u128(1),
        name: stamped("何工".into()),
        title: stamped("设备科长".into()),
        phone: stamped("138 0000 0000".into()),
        role: stamped(ContactRole::Decider),
    }
}

/// A checklist with one item of each kind; the first two are required.
pub fn checklist() -> Checklist {
    let item = |key: &str, question: &str, kind, required| Item {
        key: ItemKey(key.into()),
        question: question.into(),
        hint: None,
        kind,
        required,
    };
    let choice = |key: &str, label: &str| Choice { key: key.into(), label: label.into() };
    let choices = vec![choice("ours", "本公司"), choice("other", "其他运营商")];
    Checklist {
        id: ChecklistId::from_u128(1),
        name: "医疗走访".into(),
        version: 2,
        industry: Some(Industry::Medical),
        purpose: None,
        items: vec![
            item("decider", "见到关键人了吗", ItemKind::YesNo, true),
            item("line", "现用谁家专线", ItemKind::Choice { choices }, true),
            item("beds", "床位数", ItemKind::Number { unit: "张".into(), min: 1, max: 9_999 }, false),
            Item {
                hint: Some("影响专线扩容".into()), ..item("pain", "最头疼的事", ItemKind::Text, false)
            },
            item("ends", "合同到期日", ItemKind::Date, false),
        ],
        withdrawn: false,
    }
}

/// Visit 1, with customer 1: finished, one answer changed once, a next step.
pub fn visit() -> Visit {
    let mut answer = stamped(Answer::YesNo(false));
    answer.past.push(Past {
        value: Answer::YesNo(true),
        by: CHEN,
        at: minute(-1),
        write: CommandId::from_u128(9),
    });
    Visit {
        id: VisitId::from_u128(1),
        customer: CustomerId::from_u128(1),
        by: CHEN,
        purpose: Purpose::Renewal,
        checklist: ChecklistId::from_u128(1),
        when: stamped(When { day: day("2026-11-23"), minute: Some(570) }),
        state: VisitState::Finished { since: minute(0), until: minute(40) },
        answers: BTreeMap::from([(ItemKey("decider".into()), answer)]),
        next_step: Some(stamped(NextStep { text: "送方案".into(), day: day("2026-11-30"), done: false })),
    }
}

/// A note on visit 1.
pub fn note() -> VisitNote {
    VisitNote {
        id: NoteId::from_u128(1),
        visit: VisitId::from_u128(1),
        customer: CustomerId::from_u128(1),
        by: CHEN,
        at: minute(5),
        text: "何工要求双路由".into(),
    }
}

/// A photo on that note.
pub fn photo() -> VisitPhoto {
    VisitPhoto {
        id: PhotoId::from_u128(1),
        visit: VisitId::from_u128(1),
        note: NoteId::from_u128(1),
        customer: CustomerId::from_u128(1),
        by: CHEN,
        at: minute(6),
        blob: Blob { hash: BlobHash::new([1; 32]), media: Media::Jpeg, bytes: 240_000 },
        width: 1_600,
        height: 1_200,
        arrived: true,
    }
}

/// What the head of unit 1 sees of visit 1.
pub fn digest() -> VisitDigest {
    VisitDigest {
        id: VisitId::from_u128(1),
        unit: UnitId::from_u128(1),
        by: CHEN,
        by_name: "陈静".into(),
        customer_name: "海港第1医院".into(),
        purpose: Purpose::Renewal,
        finished_at: minute(40),
        minutes: 40,
        answered: 1,
        items: 5,
        next_step: None,
    }
}

/// Opportunity 1, with customer 1: moved once.
pub fn opportunity() -> Opportunity {
    Opportunity {
        id: OpportunityId::from_u128(1),
        customer: CustomerId::from_u128(1),
        by: CHEN,
        name: stamped("院区互联".into()),
        amount: stamped(yuan(180_000)),
        expected: stamped(day("2026-12-20")),
        stage: Stage::Qualified,
        stage_since: minute(3),
        moves: vec![StageMove { from: Stage::Lead, to: Stage::Qualified, by: CHEN, at: minute(3) }],
        lost_reason: None,
        next_step: None,
    }
}
