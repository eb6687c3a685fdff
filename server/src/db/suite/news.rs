//! Whom news concern, and what a phone that is well holds.

use leeway_core::sync::digest::Digest;
use leeway_core::{Changes, Scope};

use super::{Db, customer, found, key, mark, note, rows, user, write};
use crate::db::{Mark, Tenant};

pub(crate) async fn news_concern_whoever_holds_their_scope(db: Db) {
    found(&db).await;
    let held = |n| Scope::Customer(customer(n));
    let grants = Changes::none().grant(user(1), held(1)).grant(user(2), held(1)).grant(user(3), held(3));
    write(&db, grants.grant(user(4), held(1)).revoke(user(4), held(1)).put(note(3, 3, "before"))).await;
    let stirred = async |since: &Mark| {
        let mut reading = db.read(Tenant::FIRST).await.unwrap();
        let mut users = reading.stirred(since).await.unwrap();
        reading.end().await.unwrap();
        users.sort();
        users
    };
    let before = mark(&db).await;
    assert!(stirred(&before).await.is_empty());
    write(&db, Changes::none().put(note(1, 1, "news")).put(note(3, 3, "before"))).await;
    assert_eq!(stirred(&before).await, [user(1), user(2)]);
    let after = mark(&db).await;
    write(&db, Changes::none().remove(key(1)).revoke(user(2), held(1)).grant(user(5), held(9))).await;
    assert_eq!(stirred(&after).await, [user(1), user(2), user(5)], "what is gone and whom it was taken from");
    assert!(stirred(&mark(&db).await).await.is_empty());
}

pub(crate) async fn a_digest_is_that_of_what_was_sent(db: Db) {
    found(&db).await;
    let scope = Scope::Customer(customer(1));
    write(&db, Changes::none().grant(user(1), scope).put(note(1, 1, "一")).put(note(2, 1, "二"))).await;
    write(&db, Changes::none().put(note(2, 1, "two")).put(note(3, 1, "gone")).put(note(4, 2, "elsewhere")))
        .await;
    let before = mark(&db).await;
    write(&db, Changes::none().remove(key(3))).await;
    let after = mark(&db).await;
    let sent = rows(&db, 1, None).await;
    let sum = sent.iter().fold(Digest::default(), |sum, row| sum.with(&row.typ, row.id, row.rev));
    assert_eq!(sent.len(), 2);
    let digest = async |scope, since: &Mark| {
        let mut reading = db.read(Tenant::FIRST).await.unwrap();
        let digest = reading.digest(scope, since).await.unwrap();
        reading.end().await.unwrap();
        digest
    };
    assert_eq!(digest(scope, &after).await, Some(sum));
    assert_eq!(digest(scope, &before).await, None, "a row went in between");
    assert_eq!(digest(Scope::Catalogue, &before).await, Some(Digest::default()));
    assert_ne!(digest(Scope::Customer(customer(2)), &before).await, Some(Digest::default()));
}
