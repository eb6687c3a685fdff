//! Reading one thing at a time. Paged reading is in [`super::pull`].

use std::collections::HashMap;

use async_trait::async_trait;
use leeway_core::sync::digest::Digest;
use leeway_core::values::{BlobHash, ClientId, CommandId, Timestamp, UserId};
use leeway_core::{Key, Record, Scope};
use sqlx::sqlite::SqliteRow;
use sqlx::{FromRow, QueryBuilder, Row, Sqlite};
use uuid::Uuid;

use super::lane::Turn;
use super::many::portions;
use super::pull;
use crate::db::stored;
use crate::db::{
    Client, Credential, DbError, Device, Held, Mark, Organisation, Page, Past, Reading, RecoveryKey, Result,
    SessionRow, Sha256, Standing, Wanted,
};

/// Reads a UUID out of its 16 bytes.
pub(super) fn uuid(bytes: &[u8]) -> Result<Uuid> {
    Uuid::from_slice(bytes).map_err(|_| DbError::Unreadable("an id".into()))
}

/// Both bounds must be there: with one that may be absent, SQLite reads on to the end of the index.
pub(super) const LISTED: &str = "
    select distinct r.typ, r.body from row_key k
    cross join row r on r.tenant = k.tenant and r.typ = k.typ and r.id = k.id and r.deleted = 0
    where k.tenant = ? and k.key >= ? and k.key < ?";

/// For a prefix that nothing is beyond.
const LISTED_TO_THE_END: &str = "
    select distinct r.typ, r.body from row_key k
    cross join row r on r.tenant = k.tenant and r.typ = k.typ and r.id = k.id and r.deleted = 0
    where k.tenant = ? and k.key >= ?";

/// The limit is inside, so that no more of the index is read.
const FIRST: &str = "
    select r.typ, r.body from (
        select typ, id, key from row_key where tenant = ?1 and key >= ?2 and key < ?3 order by key limit ?4
    ) k cross join row r on r.tenant = ?1 and r.typ = k.typ and r.id = k.id and r.deleted = 0 order by k.key";

/// The records of what is wanted. The cross join keeps that outside, so that each costs one look into the index.
const RECORDS: &str = "
    ) select r.typ, r.body from wanted w cross join row r on r.typ = w.typ and r.id = w.id and r.deleted = 0
    and r.tenant = ";

const PASTS: &str = "
    ) select usr, payload_sha, detail, c.id from wanted w cross join command c on c.id = w.id and c.decides = 1
    and c.tenant = ";

/// Begins with the keys and ends with the tenant.
pub(super) fn wanted(keys: &[Key], sql: &'static str, tenant: i64) -> QueryBuilder<Sqlite> {
    let mut query = QueryBuilder::new("with wanted (typ, id) as (");
    query.push_values(keys, |mut value, key| {
        value.push_bind(key.typ.name()).push_bind(key.id.into_bytes().to_vec());
    });
    query.push(sql).push_bind(tenant);
    query
}

fn past(row: &SqliteRow) -> Result<Past> {
    let (user, digest): (Vec<u8>, Vec<u8>) = (row.try_get("usr")?, row.try_get("payload_sha")?);
    let detail: Option<String> = row.try_get("detail")?;
    let reason = stored::reason(detail.as_deref())?;
    Ok(Past { user: UserId::new(uuid(&user)?), sha: stored::sha(&digest)?, reason })
}

fn session(row: &SqliteRow) -> Result<SessionRow> {
    type Row = (Vec<u8>, i64, i64, Option<Vec<u8>>, Option<i64>, Option<i64>, Option<i64>);
    let (user, made_at, seen_at, client, last, waiting, removed_at): Row = FromRow::from_row(row)?;
    let device = match client.zip(last).zip(waiting) {
        Some(((client, last), waiting)) => Some(Standing {
            client: ClientId::new(uuid(&client)?),
            seen_at: Timestamp::from_ms(last),
            waiting: stored::small(waiting)?,
            is_leaving: removed_at.is_some(),
        }),
        None => None,
    };
    Ok(SessionRow {
        user: UserId::new(uuid(&user)?),
        made_at: Timestamp::from_ms(made_at),
        seen_at: Timestamp::from_ms(seen_at),
        device,
    })
}

fn device(row: &SqliteRow) -> Result<Device> {
    type Row = (Vec<u8>, Vec<u8>, String, String, i64, i64, i64, Option<i64>, Option<i64>);
    let (client, user, browser, system, made_at, seen_at, waiting, removed_at, wiped_at): Row =
        FromRow::from_row(row)?;
    Ok(Device {
        client: ClientId::new(uuid(&client)?),
        user: UserId::new(uuid(&user)?),
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
        body.map(|body| stored::record(key.typ, &body)).transpose()
    }

    async fn records_of(&mut self, keys: &[Key]) -> Result<Vec<Record>> {
        let mut records = Vec::with_capacity(keys.len());
        for some in portions(keys) {
            let found: Vec<(String, String)> =
                wanted(some, RECORDS, self.tenant).build_query_as().fetch_all(&mut self.conn).await?;
            for (typ, body) in found {
                records.push(stored::record(stored::typ(&typ)?, &body)?);
            }
        }
        Ok(records)
    }

    async fn records(&mut self, prefix: &str) -> Result<Vec<Record>> {
        let beyond = stored::beyond(prefix);
        let sql = if beyond.is_some() { LISTED } else { LISTED_TO_THE_END };
        let query = sqlx::query_as(sql).bind(self.tenant).bind(prefix);
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
        let query = sqlx::query_as(FIRST).bind(self.tenant).bind(from).bind(until).bind(most);
        let found: Vec<(String, String)> = query.fetch_all(&mut self.conn).await?;
        let read = |(typ, body): (String, String)| stored::record(stored::typ(&typ)?, &body);
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
            last_seq: stored::count(last_seq)?,
            durable: stored::count(durable)?,
        }))
    }

    async fn past_at(&mut self, client: ClientId, seq: u64) -> Result<Option<Past>> {
        sqlx::query(
            "select usr, payload_sha, detail from command where tenant = ? and client = ? and seq = ?",
        )
        .bind(self.tenant)
        .bind(client.uuid().as_bytes().as_slice())
        .bind(stored::integer(seq)?)
        .fetch_optional(&mut self.conn)
        .await?
        .map(|row| past(&row))
        .transpose()
    }

    async fn pasts_of(&mut self, ids: &[CommandId]) -> Result<HashMap<CommandId, Past>> {
        let mut pasts = HashMap::new();
        for some in portions(ids) {
            let mut query = QueryBuilder::<Sqlite>::new("with wanted (id) as (");
            query.push_values(some, |mut value, id| {
                value.push_bind(id.uuid().into_bytes().to_vec());
            });
            query.push(PASTS).push_bind(self.tenant);
            for row in query.build().fetch_all(&mut self.conn).await? {
                let id: Vec<u8> = row.try_get("id")?;
                pasts.insert(CommandId::new(uuid(&id)?), past(&row)?);
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
        sqlx::query(
            "select s.usr, s.made_at, s.seen_at, d.client, d.seen_at, d.waiting, d.removed_at
             from session s left join device d on d.tenant = s.tenant and d.client = s.client
             where s.tenant = ? and s.hash = ?",
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
             from device where tenant = ? and client = ?",
        )
        .bind(self.tenant)
        .bind(client.uuid().as_bytes().as_slice())
        .fetch_optional(&mut self.conn)
        .await?
        .as_ref()
        .map(device)
        .transpose()
    }

    async fn devices(&mut self, user: UserId) -> Result<Vec<Device>> {
        let found = sqlx::query(
            "select client, usr, browser, system, made_at, seen_at, waiting, removed_at, wiped_at
             from device where tenant = ? and usr = ? order by seen_at desc, client",
        )
        .bind(self.tenant)
        .bind(user.uuid().as_bytes().as_slice())
        .fetch_all(&mut self.conn)
        .await?;
        found.iter().map(device).collect()
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

    async fn blob(&mut self, hash: BlobHash) -> Result<Option<u32>> {
        let found: Option<i64> = sqlx::query_scalar("select bytes from blob where tenant = ? and hash = ?")
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
