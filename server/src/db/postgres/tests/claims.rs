//! Several transactions, connections and server processes at once.

use std::path::Path;
use std::sync::Arc;

use leeway_core::sync::protocol::{Envelope, OutcomeKind, PushRequest, WIRE_VERSION};
use leeway_core::values::{ClientId, CommandId, Timestamp};
use leeway_core::{Changes, Scope};
use serde_json::json;
use uuid::Uuid;

use super::support::{connect, run};
use super::{addresses, open};
use crate::accept;
use crate::app::App;
use crate::clock::Clock;
use crate::db::postgres::Postgres;
use crate::db::suite::{NOW, customer, found, key, mark, note, rows, user, write};
use crate::db::{Client, Database, DbError, Tenant, Wanted, retrying};

type Db = Arc<dyn Database>;

#[tokio::test]
#[ignore = "needs PostgreSQL: cargo xtask test unit"]
async fn a_long_transaction_holds_nobody_up_and_is_not_missed() {
    let (_base, db) = open().await;
    let db: Db = Arc::new(db);
    found(&db).await;
    write(&db, Changes::none().grant(user(1), Scope::Customer(customer(1)))).await;
    let before = mark(&db).await;
    let mut long = db.write(Tenant::FIRST).await.unwrap();
    long.write(&Changes::none().put(note(1, 1, "begun first, ended last"))).await.unwrap();
    for n in 2..5 {
        write(&db, Changes::none().put(note(n, 1, "meanwhile"))).await;
    }
    assert_eq!(rows(&db, 1, Some(before)).await.len(), 3);
    let meanwhile = mark(&db).await;
    assert!(rows(&db, 1, Some(meanwhile.clone())).await.is_empty());
    long.commit().await.unwrap();
    let late = rows(&db, 1, Some(meanwhile)).await;
    assert_eq!((late.len(), late[0].id), (1, Uuid::from_u128(1)), "the late one, and it alone");
    db.close().await;
}

#[tokio::test]
#[ignore = "needs PostgreSQL: cargo xtask test unit"]
async fn of_two_that_met_one_is_told_so() {
    let (_base, db) = open().await;
    let db: Db = Arc::new(db);
    found(&db).await;
    write(&db, Changes::none().put(note(1, 1, "x")).put(note(2, 2, "x"))).await;
    let (mut one, mut other) =
        (db.write(Tenant::FIRST).await.unwrap(), db.write(Tenant::FIRST).await.unwrap());
    // each writes what the other has read
    for writing in [&mut one, &mut other] {
        writing.record(key(1)).await.unwrap();
        writing.record(key(2)).await.unwrap();
    }
    one.write(&Changes::none().put(note(1, 1, "y"))).await.unwrap();
    one.commit().await.unwrap();
    let met = match other.write(&Changes::none().put(note(2, 2, "y"))).await {
        Ok(()) => other.commit().await,
        Err(error) => {
            drop(other);
            Err(error)
        }
    };
    assert!(matches!(met, Err(DbError::Contention(_))), "{met:?}");
    db.close().await;
}

#[tokio::test]
#[ignore = "needs PostgreSQL: cargo xtask test unit"]
async fn pushes_do_not_keep_a_backup_from_being_told() {
    let (base, db) = open().await;
    let db: Db = Arc::new(db);
    found(&db).await;
    let id = ClientId::from_u128(1);
    let client = |last_seq| Client { user: user(1), incarnation: None, last_seq, durable: 0 };
    let mut writing = db.write(Tenant::FIRST).await.unwrap();
    writing.put_client(id, &client(1), NOW).await.unwrap();
    writing.commit().await.unwrap();
    let (mut begun, mut late) =
        (db.write(Tenant::FIRST).await.unwrap(), db.write(Tenant::FIRST).await.unwrap());
    for pushing in [&mut begun, &mut late] {
        assert_eq!(pushing.client(id).await.unwrap().unwrap().last_seq, 1);
    }
    begun.put_client(id, &client(2), NOW).await.unwrap();
    let telling = tokio::spawn({
        let db = Arc::clone(&db);
        async move {
            let mut writing = db.write(Tenant::FIRST).await?;
            let news = writing.mark_durable(Timestamp::from_ms(i64::MAX)).await?;
            writing.commit().await?;
            Ok::<_, DbError>(news)
        }
    });
    let mut root = connect(&base.root).await;
    let waits = "select exists (select from pg_locks where not granted and relation = 'client'::regclass)";
    while !sqlx::query_scalar::<_, bool>(waits).fetch_one(&mut root).await.unwrap() {
        assert!(!telling.is_finished(), "it did not wait");
    }
    begun.commit().await.unwrap();
    assert_eq!(telling.await.unwrap().unwrap(), 1, "at the first try");
    let met = late.put_client(id, &client(2), NOW).await;
    assert!(matches!(met, Err(DbError::Contention(_))), "{met:?}");
    drop(late);
    let mut reading = db.read(Tenant::FIRST).await.unwrap();
    assert_eq!(reading.client(id).await.unwrap().unwrap().durable, 2);
    reading.end().await.unwrap();
    db.close().await;
}

#[tokio::test]
#[ignore = "needs PostgreSQL: cargo xtask test unit"]
async fn the_same_new_record_at_once_is_a_contention_not_a_broken_schema() {
    let (_base, db) = open().await;
    let db: Db = Arc::new(db);
    found(&db).await;
    for round in 0..20_u128 {
        // in the same scope and in different ones
        let task = |of: u128| {
            let db = Arc::clone(&db);
            tokio::spawn(async move {
                retrying(db.as_ref(), Tenant::FIRST, |mut writing| async move {
                    if writing.record(key(round)).await?.is_none() {
                        writing.write(&Changes::none().put(note(round, of, "mine"))).await?;
                    }
                    writing.commit().await
                })
                .await
            })
        };
        let tasks = [task(1), task(1 + round % 2), task(2)];
        for done in tasks {
            let done = done.await.unwrap();
            assert!(done.is_ok(), "round {round}: {done:?}");
        }
    }
    db.close().await;
}

fn app(db: &Db, epoch: &str) -> App {
    let organisation = crate::db::Organisation { name: "one".into(), epoch: epoch.into() };
    App::new(Arc::clone(db), Tenant::FIRST, organisation, Clock::standing_at(NOW), Path::new("."), false)
}

fn request(client: u128, seqs: std::ops::Range<u64>) -> PushRequest {
    let envelope = |seq: u64| Envelope {
        seq,
        id: CommandId::from_u128(client * 1_000 + u128::from(seq)),
        by: user(1),
        kind: "visits.open".into(),
        kv: 1,
        at: NOW,
        args: json!({ "visit": Uuid::from_u128(404) }),
    };
    PushRequest {
        v: WIRE_VERSION,
        epoch: None,
        client: ClientId::from_u128(client),
        incarnation: Uuid::from_u128(9),
        cmds: seqs.map(envelope).collect(),
    }
}

#[tokio::test]
#[ignore = "needs PostgreSQL: cargo xtask test unit"]
async fn two_processes_are_one_server() {
    let (base, db) = open().await;
    let one: Db = Arc::new(db);
    let other: Db = Arc::new(Postgres::open(&addresses(&base)).await.unwrap());
    let epoch = found(&one).await.epoch;
    let apps = [app(&one, &epoch), app(&other, &epoch)];
    // the same push reaches both, as after a lost answer; and each client goes on at the other one
    for round in 0..10_u64 {
        let pushes: Vec<_> = (0..6_u128)
            .map(|n| {
                let app = apps[usize::try_from(n % 2).unwrap()].clone();
                let request = request(1 + n / 2, round * 3 + 1..round * 3 + 4);
                tokio::spawn(async move { accept::push(&app, user(1), &request).await })
            })
            .collect();
        let mut outcomes = Vec::new();
        for push in pushes {
            let done = push.await.unwrap().unwrap();
            assert_eq!(done.last_seq, round * 3 + 3);
            outcomes.extend(done.results.into_iter().map(|it| it.outcome));
        }
        // this command is refused, nothing else: there is no such visit
        let first = outcomes.iter().filter(|it| **it == OutcomeKind::Refused).count();
        let again = outcomes.iter().filter(|it| **it == OutcomeKind::Duplicate).count();
        assert_eq!((first, again), (9, 9), "round {round}");
    }
    // what one has written the other sends out, by the cookie of the first
    write(&one, Changes::none().grant(user(1), Scope::Customer(customer(1)))).await;
    let before = mark(&one).await;
    write(&other, Changes::none().put(note(1, 1, "there"))).await;
    assert_eq!(rows(&one, 1, Some(before.clone())).await.len(), 1);
    assert_eq!(rows(&other, 1, Some(before)).await.len(), 1);
    assert_eq!(rows(&other, 1, Some(mark(&one).await)).await.len(), 0);
    one.close().await;
    other.close().await;
}

#[tokio::test]
#[ignore = "needs PostgreSQL: cargo xtask test unit"]
async fn a_connection_is_used_again_only_after_a_good_end() {
    let (_base, db) = open().await;
    let (turn, _) = db.writers.begin(Tenant::FIRST).await.unwrap();
    assert!(turn.end("not sql").await.is_err());
    assert_eq!(db.writers.idle(), 0);
    // a failed statement: the commit must not pass for one
    let (mut turn, _) = db.writers.begin(Tenant::FIRST).await.unwrap();
    assert!(sqlx::query("select 1 / 0").execute(&mut turn.conn).await.is_err());
    let writing: Box<dyn crate::db::Writing> = Box::new(turn);
    assert!(writing.commit().await.is_err());
    assert_eq!(db.writers.idle(), 0);
    drop(db.writers.begin(Tenant::FIRST).await.unwrap());
    assert_eq!(db.writers.idle(), 0);
    let (turn, _) = db.writers.begin(Tenant::FIRST).await.unwrap();
    turn.end("commit").await.unwrap();
    assert_eq!(db.writers.idle(), 1);
    db.close().await;
    assert!(matches!(db.read(Tenant::FIRST).await, Err(DbError::Closed)));
}

#[tokio::test]
#[ignore = "needs PostgreSQL: cargo xtask test unit"]
async fn a_restart_of_the_database_is_not_noticed() {
    let (base, db) = open().await;
    let db: Db = Arc::new(db);
    found(&db).await;
    let (one, other) = (db.read(Tenant::FIRST).await.unwrap(), db.read(Tenant::FIRST).await.unwrap());
    one.end().await.unwrap();
    other.end().await.unwrap();
    let mut root = connect(&base.root).await;
    let ended: i64 = sqlx::query_scalar(
        "select count(pg_terminate_backend(pid, 5000)) from pg_stat_activity
         where datname = current_database() and application_name = 'leeway-server'",
    )
    .fetch_one(&mut root)
    .await
    .unwrap();
    assert!(ended >= 3, "{ended}");
    write(&db, Changes::none().put(note(1, 1, "x"))).await;
    let mut reading = db.read(Tenant::FIRST).await.unwrap();
    assert!(reading.record(key(1)).await.unwrap().is_some());
    reading.end().await.unwrap();
    run(&mut root, "select 1").await;
    db.close().await;
}

#[tokio::test]
#[ignore = "needs PostgreSQL: cargo xtask test unit"]
async fn a_mark_of_the_future_is_not_known() {
    let (_base, db) = open().await;
    let db: Db = Arc::new(db);
    found(&db).await;
    let mut reading = db.read(Tenant::FIRST).await.unwrap();
    for (text, is_known) in [
        ("1:1:", true),
        ("3:5:3,4", true),
        ("3:18446744073709551615:", false),
        ("1:999999999999:", false),
        ("5:3:", false),
        ("3:5:7", false),
    ] {
        assert_eq!(reading.knows(&crate::db::Mark(text.into())).await.unwrap(), is_known, "{text}");
    }
    let strange = Wanted {
        user: user(1),
        since: Some(crate::db::Mark("5:3:".into())),
        after: None,
        limit: 1,
        bytes: 1,
    };
    assert!(matches!(reading.changed(&strange).await, Err(DbError::Unreadable(_))));
    drop(reading);
    db.close().await;
}
