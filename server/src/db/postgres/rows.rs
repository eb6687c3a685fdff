//! Records on their way into the database: the row, a tombstone where it lived before, its index keys, grants. The
//! stamps are set by a trigger.

use std::collections::BTreeMap;

use leeway_core::values::UserId;
use leeway_core::{Changes, Key, Record, Scope};

use super::lane::Turn;
use super::read::storable;
use crate::db::{Result, stored};

/// Where a live record stands.
struct Live {
    scope: String,
    rev: i64,
    body: String,
}

/// The row and its keys in one message. Keys that stay are not written again. The scope may hold a tombstone of an
/// earlier stay, with a rev of its own.
const PUT: &str = "
    with put as (
        insert into row (tenant, scope, typ, id, rev, deleted, body)
        values ($1, $2, $3, $4, $5, false, $6)
        on conflict (tenant, scope, typ, id) do update
        set rev = greatest(row.rev + 1, excluded.rev), deleted = false, body = excluded.body
    ), gone as (
        delete from row_key where tenant = $1 and spread = uuid_hash_extended($4, 0) and typ = $3 and id = $4
            and key <> all($7::text[])
    )
    insert into row_key (tenant, key, typ, id) select $1, key, $3, $4 from unnest($7::text[]) key
    on conflict do nothing";

/// Leaves a tombstone.
const BURY: &str = "
    update row set deleted = true, body = null, rev = $5
    where tenant = $1 and scope = $2 and typ = $3 and id = $4";

impl Turn {
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
            "select scope, rev, body from row where tenant = $1 and spread = uuid_hash_extended($3, 0)
             and typ = $2 and id = $3 and not deleted",
        )
        .bind(self.tenant)
        .bind(key.typ.name())
        .bind(key.id)
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
        let keys: Vec<String> = record.index_keys().iter().map(|it| storable(it).into_owned()).collect();
        sqlx::query(PUT)
            .bind(self.tenant)
            .bind(&scope)
            .bind(key.typ.name())
            .bind(key.id)
            .bind(rev + 1)
            .bind(&body)
            .bind(keys)
            .execute(&mut self.conn)
            .await?;
        Ok(())
    }

    async fn remove(&mut self, key: Key) -> Result<()> {
        if let Some(live) = self.live(key).await? {
            self.bury(key, &live.scope, live.rev + 1).await?;
            sqlx::query(
                "delete from row_key where tenant = $1 and spread = uuid_hash_extended($3, 0) and typ = $2
                 and id = $3",
            )
            .bind(self.tenant)
            .bind(key.typ.name())
            .bind(key.id)
            .execute(&mut self.conn)
            .await?;
        }
        Ok(())
    }

    async fn bury(&mut self, key: Key, scope: &str, rev: i64) -> Result<()> {
        sqlx::query(BURY)
            .bind(self.tenant)
            .bind(scope)
            .bind(key.typ.name())
            .bind(key.id)
            .bind(rev)
            .execute(&mut self.conn)
            .await?;
        Ok(())
    }

    async fn grant(&mut self, user: UserId, scope: Scope, active: bool) -> Result<()> {
        let held: Option<bool> = sqlx::query_scalar(
            "select active from scope_grant where tenant = $1 and usr = $2 and scope = $3",
        )
        .bind(self.tenant)
        .bind(user.uuid())
        .bind(scope.to_string())
        .fetch_optional(&mut self.conn)
        .await?;
        if held.unwrap_or(false) == active {
            return Ok(());
        }
        sqlx::query(
            "insert into scope_grant (tenant, usr, scope, active) values ($1, $2, $3, $4)
             on conflict (tenant, usr, scope) do update set active = excluded.active",
        )
        .bind(self.tenant)
        .bind(user.uuid())
        .bind(scope.to_string())
        .bind(active)
        .execute(&mut self.conn)
        .await?;
        Ok(())
    }
}
