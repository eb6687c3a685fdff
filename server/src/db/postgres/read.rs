//! Reading one thing at a time. Paged reading is in [`super::pull`].

use std::borrow::Cow;
use std::collections::HashMap;

use async_trait::async_trait;
use leeway_core::sync::digest::Digest;
use leeway_core::values::{BlobHash, ClientId, CommandId, Timestamp, UserId};
use leeway_core::{Key, Record, Scope};
use sqlx::FromRow;
use sqlx::postgres::PgRow;
use uuid::Uuid;

use super::lane::Turn;
use super::pull;
use crate::db::stored;
use crate::db::{
    Client, Credential, Device, Held, Mark, Organisation, Page, Past, Reading, RecoveryKey, Result,
    SessionRow, Sha256, Standing, Wanted,
};

/// Returns a text without NUL, which PostgreSQL's texts can't hold. No honest key has one; documents are JSON and
/// write it with letters.
pub(super) fn storable(text: &str) -> Cow<'_, str> {
    if text.contains('\0') { text.replace('\0', "\u{FFFD}").into() } else { text.into() }
}

fn past(row: &PgRow) -> Result<Past> {
    let (user, digest, detail): (Uuid, Vec<u8>, Option<String>) = FromRow::from_row(row)?;
    let reason = stored::reason(detail.as_deref())?;
    Ok(Past { user: UserId::new(user), sha: stored::sha(&digest)?, reason })
}

/// The bounds must both be there, so that no more of the index is read, and watched, than has the prefix.
const LISTED: &str = "
    select r.typ, r.body from (
        select distinct spread, typ, id from row_key where tenant = $1 and key >= $2 and key < $3
    ) k join row r on r.tenant = $1 and r.spread = k.spread and r.typ = k.typ and r.id = k.id and not r.deleted";

/// For a prefix that nothing is beyond.
const LISTED_TO_THE_END: &str = "
    select r.typ, r.body from (
        select distinct spread, typ, id from row_key where tenant = $1 and key >= $2
    ) k join row r on r.tenant = $1 and r.spread = k.spread and r.typ = k.typ and r.id = k.id and not r.deleted";

/// The limit is inside, so that no more of the index is read.
const FIRST: &str = "
    select r.typ, r.body from (
        select spread, typ, id, key from row_key where tenant = $1 and key >= $2 and key < $3 order by key limit $4
    ) k join row r on r.tenant = $1 and r.spread = k.spread and r.typ = k.typ and r.id = k.id and not r.deleted
    order by k.key";

fn session(row: &PgRow) -> Result<SessionRow> {
    type Row = (Uuid, i64, i64, Option<Uuid>, Option<i64>, Option<i64>, Option<i64>);
    let (user, made_at, seen_at, client, last, waiting, removed_at): Row = FromRow::from_row(row)?;
    let device = match client.zip(last).zip(waiting) {
        Some(((client, last), waiting)) => Some(Standing {
            client: ClientId::new(client),
            seen_at: Timestamp::from_ms(last),
            waiting: stored::small(waiting)?,
            is_leaving: removed_at.is_some(),
        }),
        None => None,
    };
    Ok(SessionRow {
        user: UserId::new(user),
        made_at: Timestamp::from_ms(made_at),
        seen_at: Timestamp::from_ms(seen_at),
        device,
    })
}

fn device(row: &PgRow) -> Result<Device> {
    type Row = (Uuid, Uuid, String, String, i64, i64, i64, Option<i64>, Option<i64>);
    let (client, user, browser, system, made_at, seen_at, waiting, removed_at, wiped_at): Row =
        FromRow::from_row(row)?;
    Ok(Device {
        client: ClientId::new(client),
        user: UserId::new(user),
        browser,
        system,
        made_at: Timestamp::from_ms(made_at),
        seen_at: Timestamp::from_ms(seen_at),
        waiting: stored::small(waiting)?,
        removed_at: removed_at.map(Timestamp::from_ms),
        wiped_at: wiped_at.map(Timestamp::from_ms),
    })
}

#[async_trait]
impl Reading for Turn {
    async fn organisation(&mut self) -> Result<Option<Organisation>> {
        let found: Option<(String, String)> = sqlx::query_as("select name, epoch from tenant where id = $1")
            .bind(self.tenant)
            .fetch_optional(&mut self.conn)
            .await?;
        Ok(found.map(|(name, stored)| Organisation { name, epoch: self.history.epoch(&stored) }))
    }

    async fn record(&mut self, key: Key) -> Result<Option<Record>> {
        let body: Option<String> = sqlx::query_scalar(
            "select body from row where tenant = $1 and spread = uuid_hash_extended($3, 0) and typ = $2
             and id = $3 and not deleted",
        )
        .bind(self.tenant)
        .bind(key.typ.name())
        .bind(key.id)
        .fetch_optional(&mut self.conn)
        .await?;
        body.map(|body| stored::record(key.typ, &body)).transpose()
    }

    /// One by one: what a statement reads is watched until the end, and this watches no more than the records.
    async fn records_of(&mut self, keys: &[Key]) -> Result<Vec<Record>> {
        let mut records = Vec::with_capacity(keys.len());
        for key in keys {
            records.extend(self.record(*key).await?);
        }
        Ok(records)
    }

    async fn records(&mut self, prefix: &str) -> Result<Vec<Record>> {
        let prefix = storable(prefix);
        let beyond = stored::beyond(&prefix);
        let sql = if beyond.is_some() { LISTED } else { LISTED_TO_THE_END };
        let query = sqlx::query_as(sql).bind(self.tenant).bind(&*prefix);
        let query = match beyond {
            Some(beyond) => query.bind(beyond),
            None => query,
        };
        let found: Vec<(String, String)> = query.fetch_all(&mut self.conn).await?;
        let read = |(typ, body): (String, String)| stored::record(stored::typ(&typ)?, &body);
        found.into_iter().map(read).collect()
    }

    async fn first_records(&mut self, from: &str, until: &str, most: usize) -> Result<Vec<Record>> {
        let most = i64::try_from(most).unwrap_or(i64::MAX);
        let (from, until) = (storable(from), storable(until));
        let query = sqlx::query_as(FIRST).bind(self.tenant).bind(&*from).bind(&*until).bind(most);
        let found: Vec<(String, String)> = query.fetch_all(&mut self.conn).await?;
        let read = |(typ, body): (String, String)| stored::record(stored::typ(&typ)?, &body);
        found.into_iter().map(read).collect()
    }

    async fn client(&mut self, id: ClientId) -> Result<Option<Client>> {
        let found: Option<(Uuid, Option<Uuid>, i64, i64)> = sqlx::query_as(
            "select usr, incarnation, last_seq, durable_seq from client where tenant = $1 and id = $2",
        )
        .bind(self.tenant)
        .bind(id.uuid())
        .fetch_optional(&mut self.conn)
        .await?;
        let Some((user, incarnation, last_seq, durable)) = found else { return Ok(None) };
        Ok(Some(Client {
            user: UserId::new(user),
            incarnation,
            last_seq: stored::count(last_seq)?,
            durable: stored::count(durable)?,
        }))
    }

    async fn past_at(&mut self, client: ClientId, seq: u64) -> Result<Option<Past>> {
        sqlx::query(
            "select usr, payload_sha, detail from command where tenant = $1 and client = $2 and seq = $3",
        )
        .bind(self.tenant)
        .bind(client.uuid())
        .bind(stored::integer(seq)?)
        .fetch_optional(&mut self.conn)
        .await?
        .map(|row| past(&row))
        .transpose()
    }

    async fn pasts_of(&mut self, ids: &[CommandId]) -> Result<HashMap<CommandId, Past>> {
        let mut pasts = HashMap::new();
        for id in ids {
            let found = sqlx::query(
                "select usr, payload_sha, detail from command
                 where tenant = $1 and spread = uuid_hash_extended($2, 0) and id = $2 and decides",
            )
            .bind(self.tenant)
            .bind(id.uuid())
            .fetch_optional(&mut self.conn)
            .await?;
            if let Some(row) = found {
                pasts.insert(*id, past(&row)?);
            }
        }
        Ok(pasts)
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

    async fn fresh_grants(&mut self, user: UserId, since: Option<&Mark>) -> Result<Vec<Held>> {
        pull::fresh_grants(self, user, since).await
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
            "select hash, must_change, demo, changed_at from credential where tenant = $1 and usr = $2",
        )
        .bind(self.tenant)
        .bind(user.uuid())
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
        sqlx::query(
            "select s.usr, s.made_at, s.seen_at, d.client, d.seen_at, d.waiting, d.removed_at
             from session s left join device d on d.tenant = s.tenant and d.client = s.client
             where s.tenant = $1 and s.hash = $2",
        )
        .bind(self.tenant)
        .bind(hash.as_slice())
        .fetch_optional(&mut self.conn)
        .await?
        .as_ref()
        .map(session)
        .transpose()
    }

    async fn device(&mut self, client: ClientId) -> Result<Option<Device>> {
        sqlx::query(
            "select client, usr, browser, system, made_at, seen_at, waiting, removed_at, wiped_at
             from device where tenant = $1 and client = $2",
        )
        .bind(self.tenant)
        .bind(client.uuid())
        .fetch_optional(&mut self.conn)
        .await?
        .as_ref()
        .map(device)
        .transpose()
    }

    async fn devices(&mut self, user: UserId) -> Result<Vec<Device>> {
        let found = sqlx::query(
            "select client, usr, browser, system, made_at, seen_at, waiting, removed_at, wiped_at
             from device where tenant = $1 and usr = $2 order by seen_at desc, client",
        )
        .bind(self.tenant)
        .bind(user.uuid())
        .fetch_all(&mut self.conn)
        .await?;
        found.iter().map(device).collect()
    }

    async fn recovery_keys(&mut self) -> Result<Vec<RecoveryKey>> {
        let found: Vec<(String, Vec<u8>, i64, Option<i64>)> = sqlx::query_as(
            "select id, public, made_at, retired_at from recovery_key where tenant = $1
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

    async fn blob(&mut self, hash: BlobHash) -> Result<Option<u32>> {
        let found: Option<i64> = sqlx::query_scalar("select bytes from blob where tenant = $1 and hash = $2")
            .bind(self.tenant)
            .bind(hash.sha().as_slice())
            .fetch_optional(&mut self.conn)
            .await?;
        found.map(stored::small).transpose()
    }

    async fn end(self: Box<Self>) -> Result<()> {
        Turn::end(*self, "rollback").await
    }
}
