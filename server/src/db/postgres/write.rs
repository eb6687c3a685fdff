//! Writing. Rows, index keys and grants are in [`super::rows`].

use async_trait::async_trait;
use leeway_core::Changes;
use leeway_core::values::{BlobHash, ClientId, Timestamp, UserId};
use sqlx::{Postgres, QueryBuilder};

use super::lane::Turn;
use super::read::storable;
use crate::db::stored;
use crate::db::{
    Client, Credential, Device, Entry, Organisation, RecoveryKey, Result, SessionRow, Sha256, Writing,
};
use crate::host::Host;

/// What arrived later is found by its time, so that the cost is that of what is new.
pub(super) const MARK_DURABLE: &str = "
    with later as materialized (
        select client, min(seq) as seq from command where tenant = $1 and received_at > $2 group by client
    )
    update client c set durable_seq = u.seq
    from (
        select c.id, coalesce(later.seq - 1, c.last_seq) as seq
        from client c left join later on later.client = c.id
        where c.tenant = $1
    ) u
    where c.tenant = $1 and c.id = u.id and c.durable_seq < u.seq";

const KEEP: &str = "
    insert into command (tenant, client, seq, id, usr, author, kind, kv, args, payload_sha, outcome, detail, decides, at,
    received_at) ";

#[async_trait]
impl Writing for Turn {
    async fn write(&mut self, changes: &Changes) -> Result<()> {
        self.write_changes(changes).await
    }

    async fn put_client(&mut self, id: ClientId, client: &Client, now: Timestamp) -> Result<()> {
        sqlx::query(
            "insert into client (tenant, id, usr, incarnation, last_seq, made_at) values ($1, $2, $3, $4, $5, $6)
             on conflict (tenant, id) do update
             set incarnation = excluded.incarnation, last_seq = excluded.last_seq",
        )
        .bind(self.tenant)
        .bind(id.uuid())
        .bind(client.user.uuid())
        .bind(client.incarnation)
        .bind(stored::integer(client.last_seq)?)
        .bind(now.ms())
        .execute(&mut self.conn)
        .await?;
        Ok(())
    }

    async fn keep(&mut self, entries: &[Entry<'_>]) -> Result<()> {
        if entries.is_empty() {
            return Ok(());
        }
        let tenant = self.tenant;
        let details = entries.iter().map(|it| stored::detail(it.verdict.reason.as_ref()));
        let details: Vec<Option<String>> = details.collect::<Result<_>>()?;
        let seqs: Vec<i64> =
            entries.iter().map(|it| stored::integer(it.envelope.seq)).collect::<Result<_>>()?;
        let mut query = QueryBuilder::<Postgres>::new(KEEP);
        query.push_values(
            entries.iter().zip(seqs.iter().zip(&details)),
            |mut row, (entry, (seq, detail))| {
                let it = entry.envelope;
                row.push_bind(tenant).push_bind(entry.client.uuid()).push_bind(*seq).push_bind(it.id.uuid());
                row.push_bind(entry.user.uuid()).push_bind(it.by.uuid());
                row.push_bind(storable(&it.kind).into_owned()).push_bind(i64::from(it.kv));
                row.push_bind(it.args.to_string()).push_bind(entry.sha.to_vec());
                row.push_bind(stored::outcome(entry.verdict.outcome)).push_bind(detail.clone());
                row.push_bind(entry.verdict.decides).push_bind(it.at.ms()).push_bind(entry.received_at.ms());
            },
        );
        query.build().execute(&mut self.conn).await?;
        Ok(())
    }

    async fn put_credential(&mut self, user: UserId, credential: &Credential) -> Result<()> {
        sqlx::query(
            "insert into credential (tenant, usr, hash, must_change, demo, changed_at)
             values ($1, $2, $3, $4, $5, $6)
             on conflict (tenant, usr) do update set hash = excluded.hash, must_change = excluded.must_change,
             demo = excluded.demo, changed_at = excluded.changed_at",
        )
        .bind(self.tenant)
        .bind(user.uuid())
        .bind(&credential.hash)
        .bind(credential.must_change)
        .bind(credential.demo)
        .bind(credential.changed_at.ms())
        .execute(&mut self.conn)
        .await?;
        Ok(())
    }

    async fn put_session(&mut self, hash: &Sha256, session: &SessionRow) -> Result<()> {
        sqlx::query("insert into session (tenant, hash, usr, made_at, seen_at) values ($1, $2, $3, $4, $5)")
            .bind(self.tenant)
            .bind(hash.as_slice())
            .bind(session.user.uuid())
            .bind(session.made_at.ms())
            .bind(session.seen_at.ms())
            .execute(&mut self.conn)
            .await?;
        Ok(())
    }

    async fn touch_session(&mut self, hash: &Sha256, seen_at: Timestamp) -> Result<()> {
        sqlx::query("update session set seen_at = $3 where tenant = $1 and hash = $2")
            .bind(self.tenant)
            .bind(hash.as_slice())
            .bind(seen_at.ms())
            .execute(&mut self.conn)
            .await?;
        Ok(())
    }

    async fn place_session(&mut self, hash: &Sha256, client: ClientId) -> Result<()> {
        sqlx::query("update session set client = $3 where tenant = $1 and hash = $2")
            .bind(self.tenant)
            .bind(hash.as_slice())
            .bind(client.uuid())
            .execute(&mut self.conn)
            .await?;
        Ok(())
    }

    async fn put_device(&mut self, device: &Device) -> Result<()> {
        sqlx::query(
            "insert into device
             (tenant, client, usr, browser, system, made_at, seen_at, waiting, removed_at, wiped_at)
             values ($1, $2, $3, $4, $5, $6, $7, $8, $9, $10)
             on conflict (tenant, client) do update
             set browser = excluded.browser, system = excluded.system, seen_at = excluded.seen_at,
             waiting = excluded.waiting, removed_at = excluded.removed_at, wiped_at = excluded.wiped_at",
        )
        .bind(self.tenant)
        .bind(device.client.uuid())
        .bind(device.user.uuid())
        .bind(&device.browser)
        .bind(&device.system)
        .bind(device.made_at.ms())
        .bind(device.seen_at.ms())
        .bind(i64::from(device.waiting))
        .bind(device.removed_at.map(Timestamp::ms))
        .bind(device.wiped_at.map(Timestamp::ms))
        .execute(&mut self.conn)
        .await?;
        Ok(())
    }

    async fn end_session(&mut self, hash: &Sha256) -> Result<()> {
        sqlx::query("delete from session where tenant = $1 and hash = $2")
            .bind(self.tenant)
            .bind(hash.as_slice())
            .execute(&mut self.conn)
            .await?;
        Ok(())
    }

    async fn end_sessions(&mut self, user: UserId, except: Option<&Sha256>) -> Result<()> {
        sqlx::query("delete from session where tenant = $1 and usr = $2 and hash is distinct from $3")
            .bind(self.tenant)
            .bind(user.uuid())
            .bind(except.map(|hash| hash.to_vec()))
            .execute(&mut self.conn)
            .await?;
        Ok(())
    }

    async fn end_stale_sessions(&mut self, made_before: Timestamp, seen_before: Timestamp) -> Result<()> {
        // two statements: each looks at the old end of one index, and at nobody's new session
        for (sql, before) in [
            ("delete from session where tenant = $1 and made_at < $2", made_before),
            ("delete from session where tenant = $1 and seen_at < $2", seen_before),
        ] {
            sqlx::query(sql).bind(self.tenant).bind(before.ms()).execute(&mut self.conn).await?;
        }
        Ok(())
    }

    async fn found(&mut self, organisation: &Organisation, now: Timestamp) -> Result<()> {
        sqlx::query("insert into tenant (id, name, epoch, made_at) values ($1, $2, $3, $4)")
            .bind(self.tenant)
            .bind(&organisation.name)
            .bind(&organisation.epoch)
            .bind(now.ms())
            .execute(&mut self.conn)
            .await?;
        Ok(())
    }

    async fn set_hosts(&mut self, hosts: &[Host]) -> Result<()> {
        sqlx::query("delete from host where tenant = $1").bind(self.tenant).execute(&mut self.conn).await?;
        for host in hosts {
            sqlx::query("insert into host (host, tenant) values ($1, $2)")
                .bind(host.text())
                .bind(self.tenant)
                .execute(&mut self.conn)
                .await?;
        }
        Ok(())
    }

    async fn put_epoch(&mut self, epoch: &str) -> Result<()> {
        sqlx::query("update tenant set epoch = $2 where id = $1")
            .bind(self.tenant)
            .bind(epoch)
            .execute(&mut self.conn)
            .await?;
        Ok(())
    }

    async fn mark_durable(&mut self, until: Timestamp) -> Result<u64> {
        // Each push writes its client's row, so among pushes there would be no end of beginning again. As long as
        // nothing was read there is no snapshot: those that wait for this lock are the ones to begin again.
        sqlx::raw_sql("lock table client in share row exclusive mode").execute(&mut self.conn).await?;
        let done =
            sqlx::query(MARK_DURABLE).bind(self.tenant).bind(until.ms()).execute(&mut self.conn).await?;
        Ok(done.rows_affected())
    }

    async fn put_recovery_key(&mut self, key: &RecoveryKey) -> Result<()> {
        sqlx::query("update recovery_key set retired_at = $1 where tenant = $2 and retired_at is null")
            .bind(key.made_at.ms())
            .bind(self.tenant)
            .execute(&mut self.conn)
            .await?;
        sqlx::query(
            "insert into recovery_key (tenant, id, public, made_at, retired_at) values ($1, $2, $3, $4, $5)",
        )
        .bind(self.tenant)
        .bind(&key.id)
        .bind(&key.public)
        .bind(key.made_at.ms())
        .bind(key.retired_at.map(Timestamp::ms))
        .execute(&mut self.conn)
        .await?;
        Ok(())
    }

    async fn put_blob(&mut self, hash: BlobHash, bytes: u32, now: Timestamp) -> Result<()> {
        sqlx::query(
            "insert into blob (tenant, hash, bytes, made_at) values ($1, $2, $3, $4) on conflict (tenant, hash) do nothing",
        )
        .bind(self.tenant)
        .bind(hash.sha().as_slice())
        .bind(i64::from(bytes))
        .bind(now.ms())
        .execute(&mut self.conn)
        .await?;
        Ok(())
    }

    async fn commit(self: Box<Self>) -> Result<()> {
        // after a failed statement "commit" alone would undo everything and call that a success
        Turn::end(*self, "select 1; commit").await
    }
}
