//! Texts that one engine can keep and another can't.

use leeway_core::sync::protocol::{Envelope, OutcomeKind};
use leeway_core::values::{ClientId, CommandId};
use serde_json::json;
use uuid::Uuid;

use super::{Db, NOW, found, user};
use crate::db::{Client, Entry, Position, Tenant, Verdict, Wanted};

/// Ours never have one; others may send anything.
pub(crate) async fn a_text_with_a_nul_hurts_nobody(db: Db) {
    found(&db).await;
    let client = ClientId::from_u128(5);
    let mut writing = db.write(Tenant::FIRST).await.unwrap();
    let bound = Client { user: user(1), incarnation: None, last_seq: 1, durable: 0 };
    writing.put_client(client, &bound, NOW).await.unwrap();
    let envelope = Envelope {
        seq: 1,
        id: CommandId::from_u128(1),
        by: user(1),
        kind: "visits.\0open".into(),
        kv: 1,
        at: NOW,
        args: json!({"\0": "\0"}),
    };
    let verdict = Verdict { outcome: OutcomeKind::Refused, reason: None, decides: true };
    let entry = Entry {
        client,
        user: user(1),
        envelope: &envelope,
        sha: [0; 32],
        verdict: &verdict,
        received_at: NOW,
    };
    writing.keep(&[entry]).await.unwrap();
    writing.commit().await.unwrap();
    let mut reading = db.read(Tenant::FIRST).await.unwrap();
    assert!(reading.records("member.login|\0|").await.unwrap().is_empty());
    let after = Position { scope: "\0".into(), typ: "\0".into(), id: Uuid::nil() };
    let wanted = Wanted { user: user(1), since: None, after: Some(after), limit: 5, bytes: 500 };
    assert!(reading.changed(&wanted).await.unwrap().rows.is_empty());
    reading.end().await.unwrap();
}
