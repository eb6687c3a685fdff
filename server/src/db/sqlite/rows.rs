//! Records on their way into the database: the row, a tombstone where it lived before, its index keys, grants.

use std::collections::BTreeMap;

use leeway_core::values::UserId;
use leeway_core::{Changes, Key, Record, Scope};

use super::lane::Turn;
use crate::db::{Result, stored};

/// Where a live record stands.
struct Live {
    scope: String,
    rev: i64,
    body: String,
}

impl Turn {
    /// Returns the commit number of this transaction.
    async fn stamp(&mut self) -> Result<i64> {
        if let Some(stamp) = self.stamp {
            return Ok(stamp);
        }
        let stamp: i64 = sqlx::query_scalar("update clock set n = n + 1 where tenant = ? returning n")
            .bind(self.tenant)
            .fetch_one(&mut self.conn)
            .await?;
        self.stamp = Some(stamp);
        Ok(stamp)
    }

    pub(super) async fn write_changes(&mut self, changes: &Changes) -> Result<()> {
        for record in &changes.puts {
            self.put(record).await?;
        }
        for key in &changes.removes {
            self.remove(*key).await?;
        }
        // the last word on each grant counts: taken away and given back in one command is no change
        let mut last: BTreeMap<(UserId, Scope), bool> = BTreeMap::new();
        for grant in &changes.grants {
            last.insert((grant.user, grant.scope), grant.active);
        }
        for ((user, scope), active) in last {
            self.grant(user, scope, active).await?;
        }
        Ok(())
    }

    async fn live(&mut self, key: Key) -> Result<Option<Live>> {
        let found: Option<(String, i64, String)> = sqlx::query_as(
            "select scope, rev, body from row where tenant = ? and typ = ? and id = ? and deleted = 0",
        )
        .bind(self.tenant)
        .bind(key.typ.name())
        .bind(key.id.as_bytes().as_slice())
        .fetch_optional(&mut self.conn)
        .await?;
        Ok(found.map(|(scope, rev, body)| Live { scope, rev, body }))
    }

    async fn put(&mut self, record: &Record) -> Result<()> {
        let key = record.key();
        let scope = record.scope().to_string();
        let body = stored::body(record)?;
        let live = self.live(key).await?;
        let rev = live.as_ref().map_or(0, |live| live.rev);
        match &live {
            // said again: no device needs to hear it
            Some(live) if live.scope == scope && live.body == body => return Ok(()),
            Some(live) if live.scope != scope => self.bury(key, &live.scope, rev + 1).await?,
            _ => {}
        }
        let stamp = self.stamp().await?;
        // the scope may hold a tombstone of an earlier stay, with a rev of its own
        sqlx::query(
            "insert into row (tenant, scope, typ, id, rev, deleted, body, stamp)
             values (?1, ?2, ?3, ?4, ?5, 0, ?6, ?7)
             on conflict (tenant, scope, typ, id) do update
             set rev = max(row.rev + 1, excluded.rev), deleted = 0, body = excluded.body, stamp = excluded.stamp",
        )
        .bind(self.tenant)
        .bind(&scope)
        .bind(key.typ.name())
        .bind(key.id.as_bytes().as_slice())
        .bind(rev + 1)
        .bind(&body)
        .bind(stamp)
        .execute(&mut self.conn)
        .await?;
        self.index(key, &record.index_keys()).await
    }

    async fn remove(&mut self, key: Key) -> Result<()> {
        if let Some(live) = self.live(key).await? {
            self.bury(key, &live.scope, live.rev + 1).await?;
            self.index(key, &[]).await?;
        }
        Ok(())
    }

    /// Leaves a tombstone.
    async fn bury(&mut self, key: Key, scope: &str, rev: i64) -> Result<()> {
        let stamp = self.stamp().await?;
        sqlx::query(
            "update row set deleted = 1, body = null, rev = ?5, stamp = ?6
             where tenant = ?1 and scope = ?2 and typ = ?3 and id = ?4",
        )
        .bind(self.tenant)
        .bind(scope)
        .bind(key.typ.name())
        .bind(key.id.as_bytes().as_slice())
        .bind(rev)
        .bind(stamp)
        .execute(&mut self.conn)
        .await?;
        Ok(())
    }

    async fn index(&mut self, key: Key, keys: &[String]) -> Result<()> {
        sqlx::query("delete from row_key where tenant = ? and typ = ? and id = ?")
            .bind(self.tenant)
            .bind(key.typ.name())
            .bind(key.id.as_bytes().as_slice())
            .execute(&mut self.conn)
            .await?;
        for entry in keys {
            sqlx::query("insert or ignore into row_key (tenant, key, typ, id) values (?, ?, ?, ?)")
                .bind(self.tenant)
                .bind(entry)
                .bind(key.typ.name())
                .bind(key.id.as_bytes().as_slice())
                .execute(&mut self.conn)
                .await?;
        }
        Ok(())
    }

    async fn grant(&mut self, user: UserId, scope: Scope, active: bool) -> Result<()> {
        let held: Option<bool> =
            sqlx::query_scalar("select active from scope_grant where tenant = ? and usr = ? and scope = ?")
                .bind(self.tenant)
                .bind(user.uuid().as_bytes().as_slice())
                .bind(scope.to_string())
                .fetch_optional(&mut self.conn)
                .await?;
        if held.unwrap_or(false) == active {
            return Ok(());
        }
        let stamp = self.stamp().await?;
        sqlx::query(
            "insert into scope_grant (tenant, usr, scope, active, stamp) values (?, ?, ?, ?, ?)
             on conflict (tenant, usr, scope) do update set active = excluded.active, stamp = excluded.stamp",
        )
        .bind(self.tenant)
        .bind(user.uuid().as_bytes().as_slice())
        .bind(scope.to_string())
        .bind(active)
        .bind(stamp)
        .execute(&mut self.conn)
        .await?;
        Ok(())
    }
}
