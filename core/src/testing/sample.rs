//! Ready-made values and one record of each type. The ids are small numbers, each kind counting by itself.

mod deal;
mod field;
mod people;

use serde_json::{Value, json};

use super::proof;
use crate::approvals::{self, Case, CaseState};
use crate::customers::Customer;
use crate::deputies::ActingState;
use crate::frameworks::Framework;
use crate::opportunities::{Opportunity, Stage};
use crate::pricing::PriceBook;
use crate::proof::{Chain, DeviceKey, IssuerKey, Note, Proof, Unauthorised, Verdict};
use crate::quotes::{Agreed, Content, Flag, Line, Quote, QuoteState, Version};
use crate::stamped::Stamped;
use crate::values::{Bytes, CaseId, CommandId, CreditCode, Date, GrantId, Money, Percent, Timestamp};
use crate::visits::{Visit, VisitState};
use crate::{Context, Record};

pub use deal::{
    book, calendar, case, clash_card, content, costs, filing, framework, letterhead, limits, line, margin,
    next_book, precedent, procedure, product, quote, reason_codes, refusal_card, request, request_digest,
    situation, stand_in, track,
};
pub use field::{checklist, contact, customer, digest, handed, note, opportunity, photo, visit};
pub use people::{
    ADMIN, APPROVER, CHEN, GAO, HEAD, LI, OTHER_HEAD, SUN, WANG, ZHAO, ZHOU, acting_period, member, members,
    posts, unit,
};

/// The n-th command of the manager.
pub fn by(n: u128) -> Context {
    Context { command: CommandId::from_u128(n), actor: CHEN, at: Timestamp::from_ms(1_000) }
}

/// A day that parses.
#[expect(clippy::expect_used, reason = "a sample with a bad date is a bug of the test")]
pub fn day(text: &str) -> Date {
    text.parse().expect("a date")
}

/// A percentage.
#[expect(clippy::expect_used, reason = "a sample with a bad percentage is a bug of the test")]
pub fn percent(text: &str) -> Percent {
    Percent::parse(text).expect("a percentage")
}

/// A credit code.
#[expect(clippy::expect_used, reason = "a sample with a bad code is a bug of the test")]
pub fn code(text: &str) -> CreditCode {
    text.parse().expect("a credit code")
}

/// A sum in 元.
pub fn yuan(yuan: i64) -> Money {
    Money::from_fen(yuan * 100)
}

/// A moment, in minutes after the first.
pub fn minute(n: i64) -> Timestamp {
    Timestamp::from_ms(1_800_000_000_000 + n * 60_000)
}

/// A field that the first command wrote.
pub fn stamped<T: Clone + PartialEq + serde::Serialize>(value: T) -> Stamped<T> {
    Stamped::new(&Context { at: minute(0), ..by(1) }, value)
}

/// Records of every type, and of every state where the state changes what is stored.
pub fn records() -> Vec<Record> {
    let (at, by, by_name, case_id) = (minute(30), WANG, "王海".to_owned(), CaseId::from_u128(1));
    let visits =
        [VisitState::Planned, VisitState::Open { since: minute(0) }, VisitState::Cancelled, visit().state];
    let quotes = [
        QuoteState::Draft,
        QuoteState::Submitted { case: case_id, post: HEAD, at },
        QuoteState::Binding { at },
        QuoteState::Approved { case: case_id, by, by_name: by_name.clone(), at },
        QuoteState::Returned {
            case: case_id,
            by,
            by_name: by_name.clone(),
            at,
            missing: "缺合同年限".into(),
        },
    ];
    let cases = [
        CaseState::Open,
        CaseState::Decided { by, by_name, at, approved: true, words: "下不为例".into() },
        CaseState::Withdrawn { at },
        CaseState::Passed { at, to: "分公司审批岗".into(), why: approvals::PassReason::Late },
    ];
    let lost = Opportunity { stage: Stage::Lost, lost_reason: Some("价格".into()), ..opportunity() };
    let mut records: Vec<Record> = vec![
        customer(1, CHEN, 1).into(),
        Customer { handed: vec![handed()], ..customer(2, CHEN, 1) }.into(),
        contact().into(),
        note().into(),
        photo().into(),
        digest().into(),
        checklist().into(),
        opportunity().into(),
        lost.into(),
        book().into(),
        PriceBook { withdrawn_at: Some(minute(9)), ..next_book() }.into(),
        costs().into(),
        limits().into(),
        unit(1).into(),
        refusal_card().into(),
        clash_card().into(),
        Case { request: Some(CaseId::from_u128(2)), track: Some(track()), ..case(CaseState::Open) }.into(),
        request().into(),
        request_digest().into(),
        filing().into(),
        procedure().into(),
        reason_codes().into(),
        precedent().into(),
        calendar().into(),
        letterhead().into(),
        stand_in(ActingState::Open).into(),
        stand_in(ActingState::Over { at: minute(9), ended_by: None }).into(),
    ];
    records.extend(proofs());
    records.extend(agreements());
    let because = reason_codes().list.codes.pop();
    records.push(Quote { because: because.clone(), ..quote(QuoteState::Binding { at }) }.into());
    let versions = vec![Version { at: minute(10), content: content() }];
    records.push(Quote { sent: Some(at), versions, ..quote(QuoteState::Binding { at }) }.into());
    records.push(Case { because, ..case(CaseState::Open) }.into());
    records.push(Case { margin: Some(margin()), ..case(CaseState::Open) }.into());
    records.extend(visits.map(|state| Visit { state, ..visit() }.into()));
    records.extend(quotes.map(|state| quote(state).into()));
    records.extend(cases.map(|state| case(state).into()));
    records.extend(members().into_iter().take(1).map(Record::from));
    records.extend(acting_periods());
    records.extend(posts().into_iter().map(Record::from));
    records
}

/// An acting period in each state.
fn acting_periods() -> impl Iterator<Item = Record> {
    let over = |at, ended_by| ActingState::Over { at, ended_by };
    let ended = [over(minute(9), Some(CHEN)), over(minute(7 * 24 * 60), None)];
    let states = [ActingState::Planned, ActingState::Open].into_iter().chain(ended);
    states.map(|state| acting_period(state).into())
}

/// An agreement, one that was ended, and quote 1 at its price, made binding while it was.
fn agreements() -> [Record; 3] {
    let ended = Framework { ended_at: Some(minute(9)), ..framework() };
    let agreed = Agreed { framework: framework().id, number: framework().number, list: line(1).price };
    let lines = vec![Line { price: yuan(2_900), agreed: Some(agreed), ..line(1) }];
    let quote = Quote {
        content: Content { lines, ..content() },
        flags: vec![Flag::FrameworkEnded],
        ..quote(QuoteState::Binding { at: minute(30) })
    };
    [framework().into(), ended.into(), quote.into()]
}

/// Keys and a grant, and what was found of quotes that came with a receipt.
fn proofs() -> Vec<Record> {
    use Unauthorised::{AfterLoss, Beyond, Differs, NoGrant, OutOfTime, TooLate};
    let chain = Chain { seq: 3, last: Bytes(vec![7; 32]), forked_at: Some(minute(9)) };
    let receipt = proof::signed(&proof::receipt_claims());
    let (grant, under) = (GrantId::from_u128(1), proof::grant().sealed);
    let proven =
        |judged| Proof { receipt: receipt.clone(), grant, under: under.clone(), witnessed_at: None, judged };
    let notes = vec![Note::Changed, Note::Late, Note::ClockOff];
    let confirmed = Quote {
        proof: Some(Proof { witnessed_at: Some(minute(4)), ..proven(Verdict::Confirmed { notes }) }),
        ..quote(QuoteState::Binding { at: minute(30) })
    };
    let whys = [AfterLoss, Differs, Beyond, OutOfTime, TooLate, NoGrant];
    let requests = whys.map(|why| Verdict::Request { why });
    let found = requests.into_iter().chain([Verdict::Held, Verdict::Waiting, Verdict::Quarantined]);
    let mut records: Vec<Record> = vec![
        proof::issuer_key().into(),
        IssuerKey { withdrawn_at: Some(minute(20)), ..proof::issuer_key() }.into(),
        proof::witness().into(),
        proof::device_key().into(),
        DeviceKey { chain, lost_at: Some(minute(10)), ..proof::device_key() }.into(),
        proof::grant().into(),
        confirmed.into(),
    ];
    records.extend(found.map(|it| Case { found: Some(it), ..case(CaseState::Open) }.into()));
    records
}

/// Adds a field that no version knows to every object in the JSON of a record or of arguments: those of maps and
/// of kept raw values apart.
pub fn add_unknown_fields(json: &mut Value) {
    match json {
        Value::Array(items) => items.iter_mut().for_each(add_unknown_fields),
        Value::Object(fields) => {
            for (name, value) in fields.iter_mut() {
                match name.as_str() {
                    "args" | "lost" | "kept" => {}
                    "off" | "answers" | "recorded" => value.as_object_mut().into_iter().for_each(|map| {
                        map.values_mut().for_each(add_unknown_fields);
                    }),
                    _ => add_unknown_fields(value),
                }
            }
            fields.insert("of_a_newer_version".to_owned(), json!([{ "a": 1 }]));
        }
        _ => {}
    }
}
