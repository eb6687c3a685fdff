//! What every engine must do. Each case gets an empty database.

mod blobs;
mod crowd;
mod durable;
mod hosts;
mod keys;
mod log_ins;
mod news;
mod reveals;
mod texts;

use std::collections::HashMap;
use std::sync::Arc;

use leeway_core::organisation::{UNITS, Unit};
use leeway_core::refusal::RefusalData;
use leeway_core::sync::protocol::{Envelope, OutcomeKind, WireRow};
use leeway_core::values::{
    ClientId, CommandId, CustomerId, NoteId, PostId, Timestamp, UnitId, UserId, VisitId,
};
use leeway_core::visits::VisitNote;
use leeway_core::{Changes, Entity, Key, Record, Scope};
use serde_json::json;
use uuid::Uuid;

use super::{Client, Database, DbError, Entry, Mark, Organisation, Position, Tenant, Verdict, Wanted};

pub(crate) use blobs::a_blob_is_whole_from_its_first_note_on;
pub(crate) use crowd::{nothing_is_missed_while_many_write, of_two_that_must_not_both_one_is_done};
pub(crate) use durable::what_is_durable_only_grows;
pub(crate) use hosts::a_host_is_of_one_organisation;
pub(crate) use keys::the_newest_recovery_key_is_given_out;
pub(crate) use log_ins::{
    a_device_is_known_by_its_log_in, a_removal_outlives_what_is_noted_at_the_same_time, log_ins_end,
};
pub(crate) use news::{a_digest_is_that_of_what_was_sent, news_concern_whoever_holds_their_scope};
pub(crate) use reveals::every_reveal_is_the_authorised_view;
pub(crate) use texts::a_text_with_a_nul_hurts_nobody;

/// Runs every case on databases that `$open` makes, each with a guard that is dropped at the end.
macro_rules! database_suite {
    ($(#[$attribute:meta])* $open:ident) => {
        $crate::db::suite::database_suite! { [$(#[$attribute])*] $open:
            a_transaction_counts_whole_or_not_at_all,
            a_snapshot_does_not_move,
            records_are_found_by_key_and_by_prefix,
            the_first_records_come_first,
            a_row_lives_in_one_scope,
            the_same_content_is_no_change,
            a_grant_is_fresh_only_when_it_changed,
            news_concern_whoever_holds_their_scope,
            a_digest_is_that_of_what_was_sent,
            a_command_of_one_id_is_decided_once,
            what_is_durable_only_grows,
            the_newest_recovery_key_is_given_out,
            a_blob_is_whole_from_its_first_note_on,
            a_host_is_of_one_organisation,
            log_ins_end,
            a_device_is_known_by_its_log_in,
            a_removal_outlives_what_is_noted_at_the_same_time,
            pages_come_in_order_and_end,
            every_reveal_is_the_authorised_view,
            of_two_that_must_not_both_one_is_done,
            nothing_is_missed_while_many_write,
            a_text_with_a_nul_hurts_nobody,
        }
    };
    ($attributes:tt $open:ident: $($case:ident,)+) => {
        $( $crate::db::suite::database_suite! { @case $attributes $open $case } )+
    };
    (@case [$($attributes:tt)*] $open:ident $case:ident) => {
        #[tokio::test]
        $($attributes)*
        async fn $case() {
            let (_guard, db) = $open().await;
            let db: std::sync::Arc<dyn $crate::db::Database> = std::sync::Arc::new(db);
            $crate::db::suite::$case(std::sync::Arc::clone(&db)).await;
            db.close().await;
        }
    };
}
pub(crate) use database_suite;

type Db = Arc<dyn Database>;

pub(crate) const NOW: Timestamp = Timestamp::from_ms(1_000);

/// Founds the organisation, and returns it as the engine tells it.
pub(crate) async fn found(db: &Db) -> Organisation {
    let mut writing = db.write(Tenant::FIRST).await.unwrap();
    writing.found(&organisation(), NOW).await.unwrap();
    writing.commit().await.unwrap();
    let mut reading = db.read(Tenant::FIRST).await.unwrap();
    let organisation = reading.organisation().await.unwrap().unwrap();
    reading.end().await.unwrap();
    organisation
}

fn organisation() -> Organisation {
    Organisation { name: "试点分公司".into(), epoch: "e1".into() }
}

pub(crate) fn user(n: u128) -> UserId {
    UserId::from_u128(n)
}

pub(crate) fn customer(n: u128) -> CustomerId {
    CustomerId::from_u128(n)
}

/// A record that lives with a customer.
pub(crate) fn note(n: u128, of: u128, text: &str) -> VisitNote {
    VisitNote {
        id: NoteId::from_u128(n),
        visit: VisitId::from_u128(of),
        customer: customer(of),
        by: user(1),
        at: NOW,
        text: text.into(),
    }
}

pub(crate) fn key(n: u128) -> Key {
    VisitNote::key(NoteId::from_u128(n))
}

pub(crate) async fn write(db: &Db, changes: Changes) {
    let mut writing = db.write(Tenant::FIRST).await.unwrap();
    writing.write(&changes).await.unwrap();
    writing.commit().await.unwrap();
}

pub(crate) async fn mark(db: &Db) -> Mark {
    let mut reading = db.read(Tenant::FIRST).await.unwrap();
    let mark = reading.mark().await.unwrap();
    reading.end().await.unwrap();
    mark
}

pub(crate) async fn rows(db: &Db, of: u128, since: Option<Mark>) -> Vec<WireRow> {
    let mut reading = db.read(Tenant::FIRST).await.unwrap();
    let wanted = Wanted { user: user(of), since, after: None, limit: 500, bytes: 1 << 20 };
    let page = reading.changed(&wanted).await.unwrap();
    reading.end().await.unwrap();
    assert!(!page.more);
    page.rows
}

pub(crate) async fn a_transaction_counts_whole_or_not_at_all(db: Db) {
    let mut reading = db.read(Tenant::FIRST).await.unwrap();
    assert_eq!(reading.organisation().await.unwrap(), None);
    reading.end().await.unwrap();
    let told = found(&db).await;
    assert_eq!(told.name, organisation().name);
    assert!(!told.epoch.is_empty() && !told.epoch.contains('.'), "{}", told.epoch);
    {
        let mut dropped = db.write(Tenant::FIRST).await.unwrap();
        dropped.write(&Changes::none().put(note(1, 1, "lost"))).await.unwrap();
    }
    let mut writing = db.write(Tenant::FIRST).await.unwrap();
    assert_eq!(writing.record(key(1)).await.unwrap(), None);
    assert!(matches!(writing.found(&organisation(), NOW).await, Err(DbError::Constraint(_))));
    drop(writing);
    let mut reading = db.read(Tenant::FIRST).await.unwrap();
    assert_eq!(reading.organisation().await.unwrap(), Some(told));
    reading.end().await.unwrap();
}

pub(crate) async fn a_snapshot_does_not_move(db: Db) {
    found(&db).await;
    let mut reading = db.read(Tenant::FIRST).await.unwrap();
    let before = reading.mark().await.unwrap();
    write(&db, Changes::none().put(note(1, 1, "later"))).await;
    assert_eq!(reading.mark().await.unwrap(), before);
    assert_eq!(reading.record(key(1)).await.unwrap(), None);
    reading.end().await.unwrap();
    let mut reading = db.read(Tenant::FIRST).await.unwrap();
    let after = reading.mark().await.unwrap();
    assert_ne!(after, before);
    assert!(reading.knows(&before).await.unwrap() && reading.knows(&after).await.unwrap());
    for strange in ["999999", "-1", "", "x"] {
        assert!(!reading.knows(&Mark(strange.into())).await.unwrap(), "{strange}");
    }
    reading.end().await.unwrap();
}

pub(crate) async fn records_are_found_by_key_and_by_prefix(db: Db) {
    found(&db).await;
    let (one, two) = (note(1, 7, "一"), note(2, 7, "\u{0}'\"%_"));
    write(&db, Changes::none().put(one.clone()).put(two.clone()).put(note(3, 8, "other"))).await;
    let mut reading = db.read(Tenant::FIRST).await.unwrap();
    assert_eq!(reading.record(key(2)).await.unwrap(), Some(two.clone().into()));
    let mut some = reading.records_of(&[key(4), key(2), key(3)]).await.unwrap();
    some.sort_by_key(Record::key);
    assert_eq!(some, [two.clone().into(), note(3, 8, "other").into()]);
    assert_eq!(reading.records_of(&[]).await.unwrap(), []);
    let listed = reading.records(&VisitNote::of_visit(VisitId::from_u128(7))).await.unwrap();
    assert_eq!(listed.len(), 2);
    assert!(listed.contains(&Record::from(one)) && listed.contains(&Record::from(two)));
    assert!(reading.records("visit_note.visit|%").await.unwrap().is_empty());
    reading.end().await.unwrap();
    write(&db, Changes::none().remove(key(1))).await;
    let mut reading = db.read(Tenant::FIRST).await.unwrap();
    assert_eq!(reading.record(key(1)).await.unwrap(), None);
    assert_eq!(reading.records(&VisitNote::of_visit(VisitId::from_u128(7))).await.unwrap().len(), 1);
    reading.end().await.unwrap();
}

pub(crate) async fn the_first_records_come_first(db: Db) {
    found(&db).await;
    let unit = |n: u128| Unit {
        id: UnitId::from_u128(n),
        name: format!("{}", 9 - n),
        head: PostId::from_u128(1),
        approver: PostId::from_u128(1),
    };
    write(&db, (1..=5).map(unit).fold(Changes::none(), Changes::put)).await;
    write(&db, Changes::none().remove(Unit::key(unit(4).id))).await;
    let mut reading = db.read(Tenant::FIRST).await.unwrap();
    let mut first = async |until: &str, most| {
        let found = reading.first_records(UNITS, &format!("{UNITS}{until}"), most).await.unwrap();
        found.iter().filter_map(Unit::of).map(|unit| unit.name.clone()).collect::<String>()
    };
    assert_eq!(first("9", 100).await, "4678");
    assert_eq!(first("9", 2).await, "46");
    assert_eq!(first("7", 100).await, "46", "up to it, and not with it");
    assert_eq!(first("4", 100).await, "");
    reading.end().await.unwrap();
}

pub(crate) async fn a_row_lives_in_one_scope(db: Db) {
    found(&db).await;
    let held = |n| Scope::Customer(customer(n));
    let grants = Changes::none().grant(user(1), held(1)).grant(user(2), held(2));
    write(&db, grants.put(note(1, 1, "here"))).await;
    let before = mark(&db).await;
    write(&db, Changes::none().put(note(1, 2, "there"))).await;
    let gone = rows(&db, 1, Some(before.clone())).await;
    assert_eq!(gone.len(), 1);
    assert!(gone[0].deleted && gone[0].body.is_null() && gone[0].scope == held(1));
    let come = rows(&db, 2, Some(before)).await;
    assert_eq!(come.len(), 1);
    assert!(!come[0].deleted && come[0].scope == held(2) && come[0].rev > 1);
    assert!(rows(&db, 1, None).await.is_empty(), "a new device needs no tombstone");
    let before = mark(&db).await;
    write(&db, Changes::none().put(note(1, 1, "back"))).await;
    let back = rows(&db, 1, Some(before)).await;
    assert!(!back[0].deleted && back[0].rev > come[0].rev);
}

pub(crate) async fn the_same_content_is_no_change(db: Db) {
    found(&db).await;
    let grant = Changes::none().grant(user(1), Scope::Customer(customer(1)));
    write(&db, grant.put(note(1, 1, "same"))).await;
    let before = mark(&db).await;
    write(&db, Changes::none().put(note(1, 1, "same")).remove(key(9))).await;
    assert!(rows(&db, 1, Some(before.clone())).await.is_empty());
    let mut reading = db.read(Tenant::FIRST).await.unwrap();
    assert!(reading.fresh_grants(user(1), Some(&before)).await.unwrap().is_empty());
    reading.end().await.unwrap();
    assert_eq!(rows(&db, 1, None).await[0].rev, 1);
}

pub(crate) async fn a_grant_is_fresh_only_when_it_changed(db: Db) {
    found(&db).await;
    let scope = Scope::Customer(customer(1));
    write(&db, Changes::none().grant(user(1), scope).put(note(1, 1, "x"))).await;
    let before = mark(&db).await;
    let fresh = async |since: &Mark| {
        let mut reading = db.read(Tenant::FIRST).await.unwrap();
        let held = reading.grants(user(1), Some(since)).await.unwrap();
        let news = reading.fresh_grants(user(1), Some(since)).await.unwrap();
        reading.end().await.unwrap();
        held.into_iter().map(|held| (held.scope, held.active, news.contains(&held))).collect::<Vec<_>>()
    };
    // taken and given back at once, or given again, is no change
    write(&db, Changes::none().revoke(user(1), scope).grant(user(1), scope)).await;
    write(&db, Changes::none().grant(user(1), scope)).await;
    write(&db, Changes::none().revoke(user(2), scope)).await;
    assert_eq!(fresh(&before).await, [(scope, true, false)]);
    write(&db, Changes::none().revoke(user(1), scope)).await;
    assert_eq!(fresh(&before).await, [(scope, false, true)]);
    assert!(rows(&db, 1, None).await.is_empty());
    let revoked = mark(&db).await;
    assert!(fresh(&revoked).await.is_empty(), "what was lost before needs no saying");
    write(&db, Changes::none().grant(user(1), scope)).await;
    assert_eq!(fresh(&revoked).await, [(scope, true, true)]);
    assert_eq!(rows(&db, 1, Some(revoked)).await.len(), 1);
}

pub(crate) async fn a_command_of_one_id_is_decided_once(db: Db) {
    found(&db).await;
    let client = ClientId::from_u128(5);
    let mut writing = db.write(Tenant::FIRST).await.unwrap();
    let mut stored = Client { user: user(1), incarnation: None, last_seq: 0, durable: 0 };
    writing.put_client(client, &stored, NOW).await.unwrap();
    let envelope = |seq| Envelope {
        seq,
        id: CommandId::from_u128(77),
        by: user(1),
        kind: "visits.open".into(),
        kv: 1,
        at: NOW,
        args: json!({"visit": "嗯"}),
    };
    let reason = RefusalData { code: "visits.closed".into(), args: json!(null) };
    let verdict = |outcome, decides| Verdict { outcome, reason: Some(reason.clone()), decides };
    let (refused, again) = (verdict(OutcomeKind::Refused, true), verdict(OutcomeKind::Duplicate, false));
    let (one, two, three) = (envelope(1), envelope(2), envelope(3));
    fn entry<'a>(client: ClientId, envelope: &'a Envelope, verdict: &'a Verdict) -> Entry<'a> {
        Entry { client, user: user(1), envelope, sha: [7; 32], verdict, received_at: NOW }
    }
    writing.keep(&[entry(client, &one, &refused), entry(client, &two, &again)]).await.unwrap();
    stored = Client { incarnation: Some(Uuid::from_u128(9)), last_seq: 2, ..stored };
    writing.put_client(client, &stored, NOW).await.unwrap();
    writing.commit().await.unwrap();
    let mut reading = db.read(Tenant::FIRST).await.unwrap();
    assert_eq!(reading.client(client).await.unwrap(), Some(stored));
    let past = reading.past_at(client, 1).await.unwrap().unwrap();
    assert_eq!((past.user, past.sha, past.reason.as_ref()), (user(1), [7; 32], Some(&reason)));
    let ids = [78, 77, 79].map(CommandId::from_u128);
    assert_eq!(reading.pasts_of(&ids).await.unwrap(), HashMap::from([(ids[1], past)]));
    assert_eq!(reading.past_at(client, 3).await.unwrap(), None);
    reading.end().await.unwrap();
    let mut writing = db.write(Tenant::FIRST).await.unwrap();
    let twice = writing.keep(&[entry(client, &three, &refused)]).await;
    assert!(matches!(twice, Err(DbError::Constraint(_))), "{twice:?}");
}

pub(crate) async fn pages_come_in_order_and_end(db: Db) {
    found(&db).await;
    let mut changes = Changes::none();
    for n in 0..40 {
        changes = changes.put(note(n, n % 4, &"字".repeat(100)));
    }
    for n in 0..3 {
        changes = changes.grant(user(1), Scope::Customer(customer(n)));
    }
    write(&db, changes).await;
    let before = mark(&db).await;
    // held since before: written again; newly held: all of it
    let changes = (0..20).fold(Changes::none(), |changes, n| changes.put(note(n, n % 4, "again")));
    write(&db, changes.grant(user(1), Scope::Customer(customer(3)))).await;
    for (limit, bytes) in [(7, 1 << 20), (1, 1 << 20), (500, 1), (500, 900)] {
        for (since, expected) in [(None, 40), (Some(before.clone()), 15 + 10)] {
            let mut wanted = Wanted { user: user(1), since, after: None, limit, bytes };
            let mut seen: Vec<Position> = Vec::new();
            loop {
                let mut reading = db.read(Tenant::FIRST).await.unwrap();
                let page = reading.changed(&wanted).await.unwrap();
                reading.end().await.unwrap();
                assert!(page.rows.len() <= limit && (!page.more || !page.rows.is_empty()));
                seen.extend(page.rows.iter().map(|row| Position {
                    scope: row.scope.to_string(),
                    typ: row.typ.clone(),
                    id: row.id,
                }));
                wanted.after = seen.last().cloned();
                if !page.more {
                    break;
                }
            }
            assert_eq!(seen.len(), expected, "limit {limit}, bytes {bytes}");
            assert!(seen.windows(2).all(|pair| pair[0] < pair[1]));
        }
    }
}
