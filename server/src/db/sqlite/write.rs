//! Writing. Rows, index keys and grants are in [`super::rows`].

use async_trait::async_trait;
use leeway_core::Changes;
use leeway_core::values::{BlobHash, ClientId, Timestamp, UserId};
use sqlx::{QueryBuilder, Sqlite};

use super::lane::Turn;
use super::many::portions;
use crate::db::stored;
use crate::db::{
    Client, Credential, Device, Entry, Organisation, RecoveryKey, Result, SessionRow, Sha256, Writing,
};
use crate::host::Host;

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
            "insert into client (tenant, id, usr, incarnation, last_seq, made_at) values (?, ?, ?, ?, ?, ?)
             on conflict (tenant, id) do update
             set incarnation = excluded.incarnation, last_seq = excluded.last_seq",
        )
        .bind(self.tenant)
        .bind(id.uuid().as_bytes().as_slice())
        .bind(client.user.uuid().as_bytes().as_slice())
        .bind(client.incarnation.map(|it| it.as_bytes().to_vec()))
        .bind(stored::integer(client.last_seq)?)
        .bind(now.ms())
        .execute(&mut self.conn)
        .await?;
        Ok(())
    }

    async fn keep(&mut self, entries: &[Entry<'_>]) -> Result<()> {
        let tenant = self.tenant;
        for some in portions(entries) {
            let details = some.iter().map(|it| stored::detail(it.verdict.reason.as_ref()));
            let details: Vec<Option<String>> = details.collect::<Result<_>>()?;
            let seqs: Vec<i64> =
                some.iter().map(|it| stored::integer(it.envelope.seq)).collect::<Result<_>>()?;
            let mut query = QueryBuilder::<Sqlite>::new(KEEP);
            query.push_values(
                some.iter().zip(seqs.iter().zip(&details)),
                |mut row, (entry, (seq, detail))| {
                    let it = entry.envelope;
                    row.push_bind(tenant)
                        .push_bind(entry.client.uuid().into_bytes().to_vec())
                        .push_bind(*seq);
                    row.push_bind(it.id.uuid().into_bytes().to_vec());
                    row.push_bind(entry.user.uuid().into_bytes().to_vec());
                    row.push_bind(it.by.uuid().into_bytes().to_vec());
                    row.push_bind(it.kind.clone()).push_bind(it.kv).push_bind(it.args.to_string());
                    row.push_bind(entry.sha.to_vec()).push_bind(stored::outcome(entry.verdict.outcome));
                    row.push_bind(detail.clone()).push_bind(entry.verdict.decides);
                    row.push_bind(it.at.ms()).push_bind(entry.received_at.ms());
                },
            );
            query.build().execute(&mut self.conn).await?;
        }
        Ok(())
    }

    async fn put_credential(&mut self, user: UserId, credential: &Credential) -> Result<()> {
        sqlx::query(
            "insert into credential (tenant, usr, hash, must_change, demo, changed_at) values (?, ?, ?, ?, ?, ?)
             on conflict (tenant, usr) do update set hash = excluded.hash, must_change = excluded.must_change,
             demo = excluded.demo, changed_at = excluded.changed_at",
        )
        .bind(self.tenant)
        .bind(user.uuid().as_bytes().as_slice())
        .bind(&credential.hash)
        .bind(credential.must_change)
        .bind(credential.demo)
        .bind(credential.changed_at.ms())
        .execute(&mut self.conn)
        .await?;
        Ok(())
    }

    async fn put_session(&mut self, hash: &Sha256, session: &SessionRow) -> Result<()> {
        sqlx::query("insert into session (tenant, hash, usr, made_at, seen_at) values (?, ?, ?, ?, ?)")
            .bind(self.tenant)
            .bind(hash.as_slice())
            .bind(session.user.uuid().as_bytes().as_slice())
            .bind(session.made_at.ms())
            .bind(session.seen_at.ms())
            .execute(&mut self.conn)
            .await?;
        Ok(())
    }

    async fn touch_session(&mut self, hash: &Sha256, seen_at: Timestamp) -> Result<()> {
        sqlx::query("update session set seen_at = ? where tenant = ? and hash = ?")
            .bind(seen_at.ms())
            .bind(self.tenant)
            .bind(hash.as_slice())
            .execute(&mut self.conn)
            .await?;
        Ok(())
    }

    async fn place_session(&mut self, hash: &Sha256, client: ClientId) -> Result<()> {
        sqlx::query("update session set client = ? where tenant = ? and hash = ?")
            .bind(client.uuid().as_bytes().as_slice())
            .bind(self.tenant)
            .bind(hash.as_slice())
            .execute(&mut self.conn)
            .await?;
        Ok(())
    }

    async fn put_device(&mut self, device: &Device) -> Result<()> {
        sqlx::query(
            "insert into device
             (tenant, client, usr, browser, system, made_at, seen_at, waiting, removed_at, wiped_at)
             values (?, ?, ?, ?, ?, ?, ?, ?, ?, ?)
             on conflict (tenant, client) do update
             set browser = excluded.browser, system = excluded.system, seen_at = excluded.seen_at,
             waiting = excluded.waiting, removed_at = excluded.removed_at, wiped_at = excluded.wiped_at",
        )
        .bind(self.tenant)
        .bind(device.client.uuid().as_bytes().as_slice())
        .bind(device.user.uuid().as_bytes().as_slice())
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
        sqlx::query("delete from session where tenant = ? and hash = ?")
            .bind(self.tenant)
            .bind(hash.as_slice())
            .execute(&mut self.conn)
            .await?;
        Ok(())
    }

    async fn end_sessions(&mut self, user: UserId, except: Option<&Sha256>) -> Result<()> {
        sqlx::query("delete from session where tenant = ? and usr = ? and hash is not ?")
            .bind(self.tenant)
            .bind(user.uuid().as_bytes().as_slice())
            .bind(except.map(|hash| hash.to_vec()))
            .execute(&mut self.conn)
            .await?;
        Ok(())
    }

    async fn end_stale_sessions(&mut self, made_before: Timestamp, seen_before: Timestamp) -> Result<()> {
        sqlx::query("delete from session where tenant = ? and (made_at < ? or seen_at < ?)")
            .bind(self.tenant)
            .bind(made_before.ms())
            .bind(seen_before.ms())
            .execute(&mut self.conn)
            .await?;
        Ok(())
    }

    async fn found(&mut self, organisation: &Organisation, now: Timestamp) -> Result<()> {
        sqlx::query("insert into tenant (id, name, epoch, made_at) values (?, ?, ?, ?)")
            .bind(self.tenant)
            .bind(&organisation.name)
            .bind(&organisation.epoch)
            .bind(now.ms())
            .execute(&mut self.conn)
            .await?;
        sqlx::query("insert into clock (tenant, n) values (?, 0)")
            .bind(self.tenant)
            .execute(&mut self.conn)
            .await?;
        Ok(())
    }

    async fn set_hosts(&mut self, hosts: &[Host]) -> Result<()> {
        sqlx::query("delete from host where tenant = ?").bind(self.tenant).execute(&mut self.conn).await?;
        for host in hosts {
            sqlx::query("insert into host (host, tenant) values (?, ?)")
                .bind(host.text())
                .bind(self.tenant)
                .execute(&mut self.conn)
                .await?;
        }
        Ok(())
    }

    async fn put_epoch(&mut self, epoch: &str) -> Result<()> {
        sqlx::query("update tenant set epoch = ? where id = ?")
            .bind(epoch)
            .bind(self.tenant)
            .execute(&mut self.conn)
            .await?;
        Ok(())
    }

    async fn mark_durable(&mut self, until: Timestamp) -> Result<u64> {
        let done = sqlx::query(
            "update client set durable_seq = u.seq
             from (select c.id, coalesce(
                       (select min(m.seq) - 1 from command m
                        where m.tenant = c.tenant and m.client = c.id and m.received_at > ?2),
                       c.last_seq) as seq
                   from client c where c.tenant = ?1) u
             where client.tenant = ?1 and client.id = u.id and client.durable_seq < u.seq",
        )
        .bind(self.tenant)
        .bind(until.ms())
        .execute(&mut self.conn)
        .await?;
        Ok(done.rows_affected())
    }

    async fn put_recovery_key(&mut self, key: &RecoveryKey) -> Result<()> {
        sqlx::query("update recovery_key set retired_at = ? where tenant = ? and retired_at is null")
            .bind(key.made_at.ms())
            .bind(self.tenant)
            .execute(&mut self.conn)
            .await?;
        sqlx::query(
            "insert into recovery_key (tenant, id, public, made_at, retired_at) values (?, ?, ?, ?, ?)",
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
            "insert into blob (tenant, hash, bytes, made_at) values (?, ?, ?, ?) on conflict (tenant, hash) do nothing",
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
        Turn::end(*self, "commit").await
    }
}
