//! Many write at once. Whatever an engine does about it, what counts is as if they had come one after the other,
//! and whoever pulls meanwhile misses nothing.

use std::collections::BTreeMap;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};

use leeway_core::values::VisitId;
use leeway_core::visits::VisitNote;
use leeway_core::{Changes, Scope};
use uuid::Uuid;

use super::{Db, customer, found, note, user};
use crate::db::{DbError, Tenant, Wanted, retrying};

/// Writes a note of this visit unless it has one. Two at once could both find none.
async fn note_the_first(db: Db, n: u128, of: u128) -> bool {
    retrying(db.as_ref(), Tenant::FIRST, |mut writing| async move {
        let there = writing.records(&VisitNote::of_visit(VisitId::from_u128(of))).await?;
        if !there.is_empty() {
            return Ok(false);
        }
        writing.write(&Changes::none().put(note(n, of, "the first"))).await?;
        writing.commit().await?;
        Ok::<_, DbError>(true)
    })
    .await
    .unwrap()
}

pub(crate) async fn of_two_that_must_not_both_one_is_done(db: Db) {
    found(&db).await;
    for round in 0..20 {
        let task = |n| tokio::spawn(note_the_first(Arc::clone(&db), round * 2 + n, round));
        let (one, other) = (task(0), task(1));
        assert_ne!(one.await.unwrap(), other.await.unwrap(), "round {round}");
    }
}

const WRITERS: u128 = 4;
const EACH: u128 = 30;

async fn write_some(db: Db, writer: u128) {
    for n in 0..EACH {
        // one after the other, each once written and once changed; and all change the same one
        let at = writer * EACH + n / 2;
        let changes = Changes::none().put(note(at, at % 3, &format!("{n}")));
        let changes = &changes.put(note(9_999, 1, &format!("{writer} {n}")));
        retrying(db.as_ref(), Tenant::FIRST, |mut writing| async move {
            writing.write(changes).await?;
            if n % 7 == 6 {
                return Ok(()); // the process died
            }
            writing.commit().await
        })
        .await
        .unwrap();
    }
}

pub(crate) async fn nothing_is_missed_while_many_write(db: Db) {
    found(&db).await;
    let held = (0..3).map(|n| Scope::Customer(customer(n)));
    let grants = held.fold(Changes::none(), |changes, scope| changes.grant(user(1), scope));
    super::write(&db, grants).await;
    let done = Arc::new(AtomicBool::new(false));
    let writers: Vec<_> =
        (0..WRITERS).map(|writer| tokio::spawn(write_some(Arc::clone(&db), writer))).collect();
    let puller = tokio::spawn(pull_all(Arc::clone(&db), Arc::clone(&done)));
    for writer in writers {
        writer.await.unwrap();
    }
    done.store(true, Ordering::SeqCst);
    let pulled = puller.await.unwrap();
    let all: BTreeMap<Uuid, (u64, String)> = super::rows(&db, 1, None)
        .await
        .into_iter()
        .map(|row| (row.id, (row.rev, row.body.to_string())))
        .collect();
    assert!(all.len() > usize::try_from(WRITERS * EACH / 2).unwrap() - 8);
    assert_eq!(pulled, all);
}

/// Pulls what is new until everybody is done, and once more.
async fn pull_all(db: Db, done: Arc<AtomicBool>) -> BTreeMap<Uuid, (u64, String)> {
    let mut held = BTreeMap::new();
    let mut since = None;
    loop {
        let is_last = done.load(Ordering::SeqCst);
        let mut reading = db.read(Tenant::FIRST).await.unwrap();
        let wanted = Wanted { user: user(1), since: since.take(), after: None, limit: 500, bytes: 1 << 20 };
        let page = reading.changed(&wanted).await.unwrap();
        since = Some(reading.mark().await.unwrap());
        reading.end().await.unwrap();
        assert!(!page.more);
        held.extend(page.rows.into_iter().map(|row| (row.id, (row.rev, row.body.to_string()))));
        if is_last {
            return held;
        }
    }
}
