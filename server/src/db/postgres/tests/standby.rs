//! A real standby, whose replay the test stops and lets go on. One test: the standby is one for all.

use std::sync::Arc;
use std::time::Duration;

use leeway_core::sync::protocol::{CORE_SCHEMA, PullRequest, PullResponse};
use leeway_core::values::ClientId;
use leeway_core::{Changes, Scope};
use sqlx::PgConnection;

use super::support::{Base, connect, run};
use super::{address, addresses};
use crate::app::App;
use crate::clock::Clock;
use crate::db::postgres::{Addresses, Postgres};
use crate::db::suite::{NOW, customer, found, mark, note, user, write};
use crate::db::{Client, Database, Mark, Reading, Tenant, Wanted};
use crate::scope;

type Db = Arc<dyn Database>;

/// The standby, as its operator.
struct Operator {
    primary: PgConnection,
    standby: PgConnection,
}

impl Operator {
    async fn of(base: &Base) -> Self {
        let primary = reached(base).await;
        Self { primary, standby: connect(&base.standby.1).await }
    }

    async fn stop(&mut self) {
        run(&mut self.standby, "select pg_wal_replay_pause()").await;
        loop {
            let state: String = sqlx::query_scalar("select pg_get_wal_replay_pause_state()")
                .fetch_one(&mut self.standby)
                .await
                .unwrap();
            if state == "paused" {
                return;
            }
            tokio::time::sleep(Duration::from_millis(5)).await;
        }
    }

    async fn go_on(&mut self) {
        run(&mut self.standby, "select pg_wal_replay_resume()").await;
        let target = lsn(&mut self.primary, "pg_current_wal_flush_lsn()").await;
        until(&mut self.standby, target).await;
    }
}

/// Waits until the database itself has come to the standby: before, nobody can connect to it there. Returns a connection
/// to the primary.
pub(super) async fn reached(base: &Base) -> PgConnection {
    let mut primary = connect(&base.root).await;
    let target = lsn(&mut primary, "pg_current_wal_insert_lsn()").await;
    let mut cluster = connect(&std::env::var("LEEWAY_POSTGRES_STANDBY").unwrap()).await;
    until(&mut cluster, target).await;
    primary
}

async fn lsn(conn: &mut PgConnection, what: &str) -> i64 {
    // what was written without waiting for the disk is sent once it is there
    run(conn, "select pg_switch_wal() where not pg_is_in_recovery()").await;
    let sql = sqlx::AssertSqlSafe(format!("select ({what} - '0/0')::bigint"));
    sqlx::query_scalar(sql).fetch_one(conn).await.unwrap()
}

/// Waits until the standby has come that far.
async fn until(standby: &mut PgConnection, target: i64) {
    loop {
        let there: i64 = sqlx::query_scalar("select (pg_last_wal_replay_lsn() - '0/0')::bigint")
            .fetch_one(&mut *standby)
            .await
            .unwrap();
        if there >= target {
            return;
        }
        tokio::time::sleep(Duration::from_millis(5)).await;
    }
}

/// Begins to read on the standby, as soon as it is known to be near.
async fn copy(db: &Db) -> Box<dyn Reading> {
    loop {
        if let Some(reading) = db.read_copy(Tenant::FIRST).await {
            return reading;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    }
}

async fn seen(mut reading: Box<dyn Reading>, since: Option<Mark>) -> (Vec<u128>, Mark) {
    let wanted = Wanted { user: user(1), since, after: None, limit: 500, bytes: 1 << 20 };
    let page = reading.changed(&wanted).await.unwrap();
    let mark = reading.mark().await.unwrap();
    reading.end().await.unwrap();
    (page.rows.iter().map(|row| row.id.as_u128()).collect(), mark)
}

async fn pull(app: &App, cookie: Option<&str>) -> PullResponse {
    let request = PullRequest {
        epoch: None,
        client: ClientId::from_u128(1),
        cookie: cookie.map(str::to_owned),
        page: None,
        limit: None,
        core_schema: CORE_SCHEMA,
        queue_len: 0,
    };
    scope::pull(app, user(1), &request).await.unwrap()
}

fn mark_of(answer: &PullResponse) -> Mark {
    Mark(answer.cookie.as_ref().unwrap().splitn(3, '.').nth(2).unwrap().to_owned())
}

async fn bound(db: &Db, last_seq: u64) {
    let mut writing = db.write(Tenant::FIRST).await.unwrap();
    let client = Client { user: user(1), incarnation: None, last_seq, durable: 0 };
    writing.put_client(ClientId::from_u128(1), &client, NOW).await.unwrap();
    writing.commit().await.unwrap();
}

#[tokio::test]
#[ignore = "needs PostgreSQL: cargo xtask test unit"]
async fn a_standby_answers_without_a_gap() {
    let base = Base::new().await;
    let with = Addresses { standby: Some(address(&base.standby.0)), ..addresses(&base) };
    let db: Db = Arc::new(Postgres::open(&with).await.unwrap());
    let organisation = found(&db).await;
    let app = App::new(
        Arc::clone(&db),
        Tenant::FIRST,
        organisation.clone(),
        Clock::standing_at(NOW),
        std::path::Path::new("."),
        false,
    );
    write(&db, Changes::none().grant(user(1), Scope::Customer(customer(1))).put(note(1, 1, "first"))).await;
    let mut operator = Operator::of(&base).await;
    operator.go_on().await;

    // both tell the same history
    let mut reading = tokio::time::timeout(Duration::from_secs(60), copy(&db)).await.unwrap();
    assert_eq!(reading.organisation().await.unwrap(), Some(organisation));
    reading.end().await.unwrap();

    let story = async {
        a_late_commit_is_not_missed(&db, &mut operator).await;
        a_standby_that_is_behind_says_nothing_wrong(&db, &app, &mut operator).await;
    };
    // each step waits for something that comes about
    tokio::time::timeout(Duration::from_secs(60), story).await.unwrap();
    db.close().await;
}

/// A transaction is under way on the primary while the standby makes a cookie.
async fn a_late_commit_is_not_missed(db: &Db, operator: &mut Operator) {
    let mut late = db.write(Tenant::FIRST).await.unwrap();
    late.write(&Changes::none().put(note(2, 1, "late"))).await.unwrap();
    write(db, Changes::none().put(note(3, 1, "meanwhile"))).await;
    operator.go_on().await;
    let naive: String = sqlx::query_scalar("select pg_current_snapshot()::text")
        .fetch_one(&mut operator.standby)
        .await
        .unwrap();
    let (all, safe) = seen(copy(db).await, None).await;
    assert_eq!(all, [1, 3]);
    late.commit().await.unwrap();
    operator.go_on().await;
    for place in [copy(db).await, db.read(Tenant::FIRST).await.unwrap()] {
        assert!(
            !seen(place, Some(Mark(naive.clone()))).await.0.contains(&2),
            "the naive cookie loses it: {naive}"
        );
    }
    for mut place in [copy(db).await, db.read(Tenant::FIRST).await.unwrap()] {
        assert!(place.knows(&safe).await.unwrap(), "{safe:?}");
        assert!(seen(place, Some(safe.clone())).await.0.contains(&2), "{safe:?}");
    }
}

async fn a_standby_that_is_behind_says_nothing_wrong(db: &Db, app: &App, operator: &mut Operator) {
    // the standby has not heard of the store
    operator.stop().await;
    bound(db, 4).await;
    let first = pull(app, None).await;
    assert_eq!((first.ack, first.rows.len()), (4, 3), "the primary answers");
    // now it has, and of nothing after
    operator.go_on().await;
    let by_copy = loop {
        // until the standby is known to be near: its marks are safe ones
        let answer = pull(app, None).await;
        let text = mark_of(&answer).0;
        let mut parts = text.split(':');
        if parts.next() == parts.next() && db.read_copy(Tenant::FIRST).await.is_some() {
            break answer;
        }
        tokio::time::sleep(Duration::from_millis(20)).await;
    };
    assert_eq!((by_copy.ack, by_copy.rows.len()), (4, 3));
    operator.stop().await;
    bound(db, 5).await;
    write(db, Changes::none().put(note(4, 1, "news"))).await;
    let ahead = mark(db).await;
    // a cookie of the standby is answered there, as of then; one of the primary's future is not void
    let of_copy = pull(app, by_copy.cookie.as_deref()).await;
    assert!(!of_copy.reset && of_copy.rows.iter().all(|row| row.id.as_u128() != 4) && of_copy.ack == 4);
    let cookie = format!("1.{}.{}", by_copy.epoch, ahead.0);
    let mut reading = db.read_copy(Tenant::FIRST).await.unwrap();
    assert!(!reading.knows(&ahead).await.unwrap(), "{ahead:?}");
    reading.end().await.unwrap();
    let of_primary = pull(app, Some(&cookie)).await;
    assert_eq!((of_primary.reset, of_primary.ack, of_primary.rows.len()), (false, 5, 0));
    // what the standby has not said yet comes with its next answer
    operator.go_on().await;
    let caught_up = pull(app, of_copy.cookie.as_deref()).await;
    assert!(!caught_up.reset && caught_up.rows.iter().any(|row| row.id.as_u128() == 4) && caught_up.ack == 5);
}
