//! All records: how many, whose ids, and that they are told truly.

use leeway_core::quotes::Quote;
use leeway_core::visits::{VisitDigest, VisitNote};
use leeway_core::{Key, RecordType};
use serde_json::Value;

use super::*;

#[test]
fn no_command_of_the_story_is_refused_on_any_day() {
    for (today, now) in seedings() {
        let told = told(today, now);
        assert!(told.refused.is_empty(), "{today} {now:?}: {:?}", told.refused.first());
    }
}

#[test]
fn it_is_as_large_as_promised_on_any_day() {
    use RecordType as T;
    let wanted = [
        (T::Unit, 2),
        (T::Member, 11),
        (T::Post, 3),
        (T::Customer, 60),
        (T::Contact, 115),
        (T::Checklist, 5),
        (T::Visit, 300),
        (T::PriceBook, 2),
        (T::Costs, 2),
        (T::Limits, 1),
        (T::Framework, 1),
        (T::Opportunity, 80),
        (T::Quote, 40),
        (T::Case, 17),
        (T::RefusalCard, 0),
        (T::ClashCard, 0),
    ];
    for (today, now) in seedings().step_by(4) {
        let seeds = &organisation(today, now);
        for (typ, count) in wanted {
            assert_eq!(seeds.iter().filter(|it| it.record.key().typ == typ).count(), count, "{typ} {today}");
        }
        assert!(all::<VisitNote>(seeds).len() > 60);
        assert!(all::<VisitDigest>(seeds).len() > 70);
    }
}

#[test]
fn two_seedings_are_the_same_and_the_day_changes_no_id() {
    assert_eq!(friday(), organisation(day("2026-11-20"), FRIDAY));
    let keys = |seeds: &[Seed]| seeds.iter().map(|it| it.record.key()).collect::<BTreeSet<_>>();
    let later = organisation(day("2028-02-29"), Timestamp::from_ms(FRIDAY.ms() + 466 * 24 * HOUR));
    let stays = |keys: BTreeSet<Key>| -> BTreeSet<_> {
        keys.into_iter().filter(|key| key.typ != RecordType::VisitDigest).collect()
    };
    assert_eq!(stays(keys(friday())), stays(keys(&later)));
}

#[test]
fn ids_are_unique_over_all_kinds_but_of_what_is_of_a_case_a_visit_or_there_once() {
    let seeds = friday();
    let ids: Vec<_> = seeds.iter().map(|it| it.record.key()).collect();
    use RecordType::{Calendar, Costs, Filing, Letterhead, Request, RequestDigest, VisitDigest};
    let shared = [VisitDigest, Request, RequestDigest, Calendar, Costs, Filing, Letterhead];
    let others = ids.iter().filter(|key| !shared.contains(&key.typ)).map(|key| key.id);
    let mut seen = BTreeSet::new();
    for id in others.chain(all::<Quote>(seeds).iter().flat_map(|it| &it.content.lines).map(|it| it.id.uuid()))
    {
        assert!(seen.insert(id), "{id} twice");
        assert_eq!(id.get_version_num(), 7);
    }
}

#[test]
fn every_record_reads_back_what_it_writes() {
    for Seed { record, .. } in friday() {
        let body = record.to_body().unwrap();
        let text = serde_json::to_string(&body).unwrap();
        let read = Record::from_body(record.key().typ, &serde_json::from_str(&text).unwrap()).unwrap();
        assert_eq!(read, *record);
    }
}

#[test]
fn nothing_has_happened_that_is_still_to_come() {
    const MOMENTS: [&str; 9] = [
        "at",
        "since",
        "until",
        "finished_at",
        "asked_at",
        "made_at",
        "published_at",
        "withdrawn_at",
        "stage_since",
    ];
    fn check(body: &Value, now: i64) {
        match body {
            Value::Object(fields) => fields.iter().for_each(|(name, value)| match value.as_i64() {
                Some(ms) if MOMENTS.contains(&name.as_str()) => assert!(ms <= now, "{name} in {body}"),
                _ => check(value, now),
            }),
            Value::Array(list) => list.iter().for_each(|value| check(value, now)),
            _ => {}
        }
    }
    for (today, now) in seedings().step_by(3) {
        organisation(today, now).iter().for_each(|seed| check(&seed.record.to_body().unwrap(), now.ms()));
    }
}
