//! Reading one thing at a time. Paged reading is in [`super::pull`].

use async_trait::async_trait;
use leeway_core::refusal::RefusalData;
use leeway_core::sync::digest::Digest;
use leeway_core::values::{ClientId, CommandId, Timestamp, UserId};
use leeway_core::{Key, Record, RecordType, Scope};
use sqlx::FromRow;
use sqlx::sqlite::SqliteRow;
use uuid::Uuid;

use super::lane::Turn;
use super::pull;
use crate::db::{
    Client, Credential, DbError, Held, Mark, Organisation, Page, Past, Reading, RecoveryKey, Result,
    SessionRow, Sha256, Wanted,
};

/// Reads a UUID out of its 16 bytes.
pub(super) fn uuid(bytes: &[u8]) -> Result<Uuid> {
    Uuid::from_slice(bytes).map_err(|_| DbError::Unreadable("an id".into()))
}

fn sha(bytes: &[u8]) -> Result<Sha256> {
    bytes.try_into().map_err(|_| DbError::Unreadable("a hash".into()))
}

/// SQLite's integers are signed; ours count from 0.
pub(super) fn count(n: i64) -> Result<u64> {
    u64::try_from(n).map_err(|_| DbError::Unreadable("a number below 0".into()))
}

pub(super) fn integer(n: u64) -> Result<i64> {
    i64::try_from(n).map_err(|_| DbError::Unreadable("a number beyond all numbers".into()))
}

fn record(typ: RecordType, body: &str) -> Result<Record> {
    let unreadable = |error: serde_json::Error| DbError::Unreadable(format!("a {typ}: {error}"));
    let body = serde_json::from_str(body).map_err(unreadable)?;
    Record::from_body(typ, &body).map_err(unreadable)
}

fn past(row: &SqliteRow) -> Result<Past> {
    let (user, digest, detail): (Vec<u8>, Vec<u8>, Option<String>) = FromRow::from_row(row)?;
    let reason = match detail {
        Some(detail) => Some(
            serde_json::from_str::<RefusalData>(&detail)
                .map_err(|error| DbError::Unreadable(format!("a refusal: {error}")))?,
        ),
        None => None,
    };
    Ok(Past { user: UserId::new(uuid(&user)?), sha: sha(&digest)?, reason })
}

/// Returns the smallest text that is greater than all texts with this prefix; `None` if there is none.
pub(super) fn beyond(prefix: &str) -> Option<String> {
    let mut kept = prefix.to_owned();
    while let Some(last) = kept.pop() {
        if let Some(next) = (u32::from(last) + 1..=u32::from(char::MAX)).find_map(char::from_u32) {
            kept.push(next);
            return Some(kept);
        }
    }
    None
}

#[async_trait]
impl Reading for Turn {
    async fn organisation(&mut self) -> Result<Option<Organisation>> {
        let found: Option<(String, String)> = sqlx::query_as("select name, epoch from tenant where id = ?")
            .bind(self.tenant)
            .fetch_optional(&mut self.conn)
            .await?;
        Ok(found.map(|(name, epoch)| Organisation { name, epoch }))
    }

    async fn record(&mut self, key: Key) -> Result<Option<Record>> {
        let body: Option<String> = sqlx::query_scalar(
            "select body from row where tenant = ? and typ = ? and id = ? and deleted = 0",
        )
        .bind(self.tenant)
        .bind(key.typ.name())
        .bind(key.id.as_bytes().as_slice())
        .fetch_optional(&mut self.conn)
        .await?;
        body.map(|body| record(key.typ, &body)).transpose()
    }

    async fn records(&mut self, prefix: &str) -> Result<Vec<Record>> {
        let found: Vec<(String, String)> = sqlx::query_as(
            "select distinct r.typ, r.body from row_key k
             join row r on r.tenant = k.tenant and r.typ = k.typ and r.id = k.id and r.deleted = 0
             where k.tenant = ? and k.key >= ? and (?3 is null or k.key < ?3)",
        )
        .bind(self.tenant)
        .bind(prefix)
        .bind(beyond(prefix))
        .fetch_all(&mut self.conn)
        .await?;
        let read = |(typ, body): (String, String)| {
            let typ = typ.parse().map_err(|_| DbError::Unreadable(format!("a record of type {typ}")))?;
            record(typ, &body)
        };
        found.into_iter().map(read).collect()
    }

    async fn client(&mut self, id: ClientId) -> Result<Option<Client>> {
        let found: Option<(Vec<u8>, Option<Vec<u8>>, i64, i64)> = sqlx::query_as(
            "select usr, incarnation, last_seq, durable_seq from client where tenant = ? and id = ?",
        )
        .bind(self.tenant)
        .bind(id.uuid().as_bytes().as_slice())
        .fetch_optional(&mut self.conn)
        .await?;
        let Some((user, incarnation, last_seq, durable)) = found else { return Ok(None) };
        Ok(Some(Client {
            user: UserId::new(uuid(&user)?),
            incarnation: incarnation.map(|bytes| uuid(&bytes)).transpose()?,
            last_seq: count(last_seq)?,
            durable: count(durable)?,
        }))
    }

    async fn past_at(&mut self, client: ClientId, seq: u64) -> Result<Option<Past>> {
        sqlx::query(
            "select usr, payload_sha, detail from command where tenant = ? and client = ? and seq = ?",
        )
        .bind(self.tenant)
        .bind(client.uuid().as_bytes().as_slice())
        .bind(integer(seq)?)
        .fetch_optional(&mut self.conn)
        .await?
        .map(|row| past(&row))
        .transpose()
    }

    async fn past_of(&mut self, id: CommandId) -> Result<Option<Past>> {
        sqlx::query(
            "select usr, payload_sha, detail from command where tenant = ? and id = ? and decides = 1",
        )
        .bind(self.tenant)
        .bind(id.uuid().as_bytes().as_slice())
        .fetch_optional(&mut self.conn)
        .await?
        .map(|row| past(&row))
        .transpose()
    }

    async fn mark(&mut self) -> Result<Mark> {
        pull::mark(self).await
    }

    async fn knows(&mut self, mark: &Mark) -> Result<bool> {
        pull::knows(self, mark).await
    }

    async fn grants(&mut self, user: UserId, since: Option<&Mark>) -> Result<Vec<Held>> {
        pull::grants(self, user, since).await
    }

    async fn stirred(&mut self, since: &Mark) -> Result<Vec<UserId>> {
        pull::stirred(self, since).await
    }

    async fn digest(&mut self, scope: Scope, since: &Mark) -> Result<Option<Digest>> {
        pull::digest(self, scope, since).await
    }

    async fn changed(&mut self, wanted: &Wanted) -> Result<Page> {
        pull::changed(self, wanted).await
    }

    async fn credential(&mut self, user: UserId) -> Result<Option<Credential>> {
        let found: Option<(String, bool, bool, i64)> = sqlx::query_as(
            "select hash, must_change, demo, changed_at from credential where tenant = ? and usr = ?",
        )
        .bind(self.tenant)
        .bind(user.uuid().as_bytes().as_slice())
        .fetch_optional(&mut self.conn)
        .await?;
        Ok(found.map(|(hash, must_change, demo, at)| Credential {
            hash,
            must_change,
            demo,
            changed_at: Timestamp::from_ms(at),
        }))
    }

    async fn session(&mut self, hash: &Sha256) -> Result<Option<SessionRow>> {
        let found: Option<(Vec<u8>, i64, i64)> =
            sqlx::query_as("select usr, made_at, seen_at from session where tenant = ? and hash = ?")
                .bind(self.tenant)
                .bind(hash.as_slice())
                .fetch_optional(&mut self.conn)
                .await?;
        let Some((user, made_at, seen_at)) = found else { return Ok(None) };
        Ok(Some(SessionRow {
            user: UserId::new(uuid(&user)?),
            made_at: Timestamp::from_ms(made_at),
            seen_at: Timestamp::from_ms(seen_at),
        }))
    }

    async fn recovery_keys(&mut self) -> Result<Vec<RecoveryKey>> {
        let found: Vec<(String, Vec<u8>, i64, Option<i64>)> = sqlx::query_as(
            "select id, public, made_at, retired_at from recovery_key where tenant = ?
             order by retired_at is not null, retired_at desc, made_at desc",
        )
        .bind(self.tenant)
        .fetch_all(&mut self.conn)
        .await?;
        let key = |(id, public, made_at, retired_at): (String, Vec<u8>, i64, Option<i64>)| RecoveryKey {
            id,
            public,
            made_at: Timestamp::from_ms(made_at),
            retired_at: retired_at.map(Timestamp::from_ms),
        };
        Ok(found.into_iter().map(key).collect())
    }

    async fn end(self: Box<Self>) -> Result<()> {
        Turn::end(*self, "rollback").await
    }
}

#[cfg(test)]
mod tests {
    use super::beyond;

    #[test]
    fn beyond_a_prefix_lies_the_next_text() {
        assert_eq!(beyond("visit.day|").as_deref(), Some("visit.day}"));
        assert_eq!(beyond("a\u{D7FF}").as_deref(), Some("a\u{E000}"));
        assert_eq!(beyond("a\u{10FFFF}").as_deref(), Some("b"));
        assert_eq!(beyond("\u{10FFFF}"), None);
        assert_eq!(beyond(""), None);
    }
}
