//! What is said to be durable, and when another history begins.

use leeway_core::sync::protocol::{Envelope, OutcomeKind};
use leeway_core::values::{ClientId, CommandId, Timestamp};
use serde_json::json;

use super::{Db, NOW, found, user};
use crate::db::{Client, Entry, Tenant, Verdict};

fn client(n: u128) -> ClientId {
    ClientId::from_u128(n)
}

/// Keeps commands of one client that arrive at these times.
async fn push(db: &Db, of: u128, times: &[i64]) {
    let mut writing = db.write(Tenant::FIRST).await.unwrap();
    let known = writing.client(client(of)).await.unwrap();
    let mut it = known.unwrap_or(Client { user: user(1), incarnation: None, last_seq: 0, durable: 0 });
    writing.put_client(client(of), &it, NOW).await.unwrap();
    for ms in times {
        it.last_seq += 1;
        let envelope = Envelope {
            seq: it.last_seq,
            id: CommandId::from_u128(of * 1_000 + u128::from(it.last_seq)),
            by: user(1),
            kind: "visits.open".into(),
            kv: 1,
            at: NOW,
            args: json!({}),
        };
        let verdict = Verdict { outcome: OutcomeKind::Applied, reason: None, decides: true };
        let received_at = Timestamp::from_ms(*ms);
        let (client, user) = (client(of), user(1));
        let entry = Entry { client, user, envelope: &envelope, sha: [7; 32], verdict: &verdict, received_at };
        writing.keep(&[entry]).await.unwrap();
    }
    // what a push writes leaves alone what is durable
    writing.put_client(client(of), &it, NOW).await.unwrap();
    writing.commit().await.unwrap();
}

async fn mark(db: &Db, ms: i64) -> u64 {
    let mut writing = db.write(Tenant::FIRST).await.unwrap();
    let news = writing.mark_durable(Timestamp::from_ms(ms)).await.unwrap();
    writing.commit().await.unwrap();
    news
}

async fn durable(db: &Db) -> [u64; 3] {
    let mut reading = db.read(Tenant::FIRST).await.unwrap();
    let mut all = [0; 3];
    for (at, seq) in all.iter_mut().enumerate() {
        let it = reading.client(client(at as u128 + 1)).await.unwrap().unwrap();
        assert!(it.durable <= it.last_seq);
        *seq = it.durable;
    }
    reading.end().await.unwrap();
    all
}

pub(crate) async fn what_is_durable_only_grows(db: Db) {
    let before = found(&db).await;
    push(&db, 1, &[100, 200, 300]).await;
    // the server's clock went back: only what is whole from the first on counts
    push(&db, 2, &[150, 400, 160]).await;
    push(&db, 3, &[]).await;
    assert_eq!(durable(&db).await, [0, 0, 0]);
    assert_eq!(mark(&db, 99).await, 0);
    assert_eq!(mark(&db, 200).await, 2);
    assert_eq!(durable(&db).await, [2, 1, 0]);
    assert_eq!(mark(&db, 200).await, 0, "no news");
    assert_eq!(mark(&db, 100).await, 0, "an older backup takes nothing back");
    assert_eq!(durable(&db).await, [2, 1, 0]);
    push(&db, 1, &[500]).await;
    push(&db, 3, &[500]).await;
    assert_eq!(durable(&db).await, [2, 1, 0]);
    assert_eq!(mark(&db, i64::MAX).await, 3);
    assert_eq!(durable(&db).await, [4, 3, 1]);

    let mut writing = db.write(Tenant::FIRST).await.unwrap();
    writing.put_epoch("e2").await.unwrap();
    writing.commit().await.unwrap();
    let mut reading = db.read(Tenant::FIRST).await.unwrap();
    let organisation = reading.organisation().await.unwrap().unwrap();
    assert_eq!(organisation.name, before.name);
    // an engine may put more into it than what it was given
    assert!(
        organisation.epoch != before.epoch && !organisation.epoch.contains('.'),
        "{}",
        organisation.epoch
    );
    reading.end().await.unwrap();
}
