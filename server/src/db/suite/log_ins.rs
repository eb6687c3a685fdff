//! Log-ins and their ends, and the devices that they are on.

use std::sync::Arc;

use leeway_core::values::{ClientId, Timestamp};

use super::{Db, NOW, found, user};
use crate::db::{Credential, Device, SessionRow, Standing, Tenant, noting, retrying};

pub(crate) async fn log_ins_end(db: Db) {
    found(&db).await;
    let row = |made, seen| SessionRow {
        user: user(1),
        made_at: Timestamp::from_ms(made),
        seen_at: Timestamp::from_ms(seen),
        device: None,
    };
    let mut writing = db.write(Tenant::FIRST).await.unwrap();
    for n in 1..=5 {
        writing.put_session(&[n; 32], &row(i64::from(n) * 100, i64::from(n) * 100)).await.unwrap();
    }
    writing.touch_session(&[1; 32], Timestamp::from_ms(900)).await.unwrap();
    writing.end_session(&[2; 32]).await.unwrap();
    writing.end_stale_sessions(Timestamp::from_ms(0), Timestamp::from_ms(301)).await.unwrap();
    let credential =
        Credential { hash: "$argon2id$".into(), must_change: true, demo: false, changed_at: NOW };
    writing.put_credential(user(1), &credential).await.unwrap();
    let changed = Credential { must_change: false, demo: true, ..credential };
    writing.put_credential(user(1), &changed).await.unwrap();
    writing.commit().await.unwrap();
    let alive = async || {
        let mut reading = db.read(Tenant::FIRST).await.unwrap();
        let mut alive = Vec::new();
        for n in 1..=5 {
            alive.extend(reading.session(&[n; 32]).await.unwrap().map(|it| (n, it.seen_at.ms())));
        }
        assert_eq!(reading.credential(user(1)).await.unwrap().as_ref(), Some(&changed));
        assert_eq!(reading.credential(user(2)).await.unwrap(), None);
        reading.end().await.unwrap();
        alive
    };
    assert_eq!(alive().await, [(1, 900), (4, 400), (5, 500)]);
    let mut writing = db.write(Tenant::FIRST).await.unwrap();
    writing.end_sessions(user(2), None).await.unwrap();
    writing.end_sessions(user(1), Some(&[4; 32])).await.unwrap();
    writing.commit().await.unwrap();
    assert_eq!(alive().await, [(4, 400)]);
    let mut writing = db.write(Tenant::FIRST).await.unwrap();
    writing.end_sessions(user(1), None).await.unwrap();
    writing.commit().await.unwrap();
    assert!(alive().await.is_empty());
}

fn device(n: u128, seen: i64) -> Device {
    Device {
        client: ClientId::from_u128(n),
        user: user(1),
        browser: "Chrome".into(),
        system: String::new(),
        made_at: NOW,
        seen_at: Timestamp::from_ms(seen),
        waiting: 3,
        removed_at: None,
        wiped_at: None,
    }
}

pub(crate) async fn a_device_is_known_by_its_log_in(db: Db) {
    found(&db).await;
    let at = Timestamp::from_ms;
    let log_in = SessionRow { user: user(1), made_at: NOW, seen_at: NOW, device: None };
    let (one, two) = (device(1, 2_000), device(2, 3_000));
    let mut writing = db.write(Tenant::FIRST).await.unwrap();
    writing.put_session(&[1; 32], &log_in).await.unwrap();
    assert_eq!(writing.session(&[1; 32]).await.unwrap(), Some(log_in));
    writing.place_session(&[1; 32], one.client).await.unwrap();
    // placed on a device that nobody has written
    assert_eq!(writing.session(&[1; 32]).await.unwrap(), Some(log_in));
    writing.put_device(&one).await.unwrap();
    writing.put_device(&two).await.unwrap();
    writing.put_device(&Device { user: user(2), ..device(3, 4_000) }).await.unwrap();
    writing.commit().await.unwrap();

    let standing = Standing { client: one.client, seen_at: at(2_000), waiting: 3, is_leaving: false };
    let mut reading = db.read(Tenant::FIRST).await.unwrap();
    let placed = SessionRow { device: Some(standing), ..log_in };
    assert_eq!(reading.session(&[1; 32]).await.unwrap(), Some(placed));
    assert_eq!(reading.devices(user(1)).await.unwrap(), [two.clone(), one.clone()]);
    assert_eq!(reading.device(two.client).await.unwrap(), Some(two));
    assert_eq!(reading.device(ClientId::from_u128(9)).await.unwrap(), None);
    reading.end().await.unwrap();

    // whose it is and since when stays
    let gone = Device {
        waiting: 0,
        seen_at: at(5_000),
        removed_at: Some(at(4_000)),
        wiped_at: Some(at(5_000)),
        ..one
    };
    let mut writing = db.write(Tenant::FIRST).await.unwrap();
    writing.put_device(&Device { user: user(2), made_at: at(4_500), ..gone.clone() }).await.unwrap();
    writing.commit().await.unwrap();
    let mut reading = db.read(Tenant::FIRST).await.unwrap();
    assert_eq!(reading.device(gone.client).await.unwrap(), Some(gone));
    let leaving = Standing { seen_at: at(5_000), waiting: 0, is_leaving: true, ..standing };
    let session = reading.session(&[1; 32]).await.unwrap();
    assert_eq!(session.and_then(|it| it.device), Some(leaving));
    reading.end().await.unwrap();
}

/// Notes that a device was here, unless it is to be removed.
async fn was_here(db: Db, n: u128, seen: i64) {
    let noted = noting(db.as_ref(), Tenant::FIRST, |mut writing| async move {
        let before = writing.device(ClientId::from_u128(n)).await?;
        if before.is_none_or(|it| it.removed_at.is_none()) {
            // time for the other one to come in between
            tokio::task::yield_now().await;
            writing.put_device(&device(n, seen)).await?;
        }
        writing.commit().await
    });
    noted.await.unwrap();
}

async fn is_removed(db: Db, n: u128) {
    let removed = retrying(db.as_ref(), Tenant::FIRST, |mut writing| async move {
        writing.put_device(&Device { removed_at: Some(NOW), ..device(n, 1_000) }).await?;
        writing.commit().await
    });
    removed.await.unwrap();
}

pub(crate) async fn a_removal_outlives_what_is_noted_at_the_same_time(db: Db) {
    found(&db).await;
    for n in 0..40 {
        was_here(Arc::clone(&db), n, 1_000).await;
        let noting = (0..3).map(|other| tokio::spawn(was_here(Arc::clone(&db), n, 2_000 + other)));
        let mut all: Vec<_> = noting.collect();
        all.push(tokio::spawn(is_removed(Arc::clone(&db), n)));
        for one in all {
            one.await.unwrap();
        }
        let mut reading = db.read(Tenant::FIRST).await.unwrap();
        let found = reading.device(ClientId::from_u128(n)).await.unwrap().unwrap();
        assert_eq!(found.removed_at, Some(NOW), "device {n}");
        reading.end().await.unwrap();
    }
}
