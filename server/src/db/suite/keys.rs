//! Which recovery key is given out, and that the ones before it stay.

use leeway_core::values::Timestamp;

use super::{Db, found};
use crate::db::{DbError, RecoveryKey, Tenant};

fn key(n: u8) -> RecoveryKey {
    RecoveryKey {
        id: format!("k{n}"),
        public: vec![n; 65],
        made_at: Timestamp::from_ms(i64::from(n) * 10),
        retired_at: None,
    }
}

async fn put(db: &Db, key: &RecoveryKey) -> Result<(), DbError> {
    let mut writing = db.write(Tenant::FIRST).await.unwrap();
    writing.put_recovery_key(key).await?;
    writing.commit().await
}

async fn kept(db: &Db) -> Vec<RecoveryKey> {
    let mut reading = db.read(Tenant::FIRST).await.unwrap();
    let kept = reading.recovery_keys().await.unwrap();
    reading.end().await.unwrap();
    kept
}

pub(crate) async fn the_newest_recovery_key_is_given_out(db: Db) {
    found(&db).await;
    assert_eq!(kept(&db).await, []);
    // by the order in which they came, whatever the clock said
    for n in [2, 3, 1] {
        put(&db, &key(n)).await.unwrap();
        assert_eq!(kept(&db).await[0], key(n));
    }
    let retired = |n: u8, by: u8| RecoveryKey { retired_at: Some(key(by).made_at), ..key(n) };
    assert_eq!(kept(&db).await, [key(1), retired(2, 3), retired(3, 1)]);
    assert!(matches!(put(&db, &key(2)).await, Err(DbError::Constraint(_))), "an id is used once");
    assert_eq!(kept(&db).await[0], key(1));
}
