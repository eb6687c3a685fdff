//! Records on their way into the database: the row, a tombstone where it lived before, its index keys, grants.

use std::collections::{BTreeMap, HashMap};

use leeway_core::values::UserId;
use leeway_core::{Changes, Key, Record, Scope};
use sqlx::{QueryBuilder, Sqlite};

use super::lane::Turn;
use super::many::portions;
use super::read::{uuid, wanted};
use crate::db::{Result, stored};

/// Where a live record stands.
struct Live {
    scope: String,
    rev: i64,
    body: String,
}

impl Live {
    /// Returns the index keys that stand for it; `None` if they can't be known.
    fn index_keys(&self, key: Key) -> Option<Vec<String>> {
        Some(stored::record(key.typ, &self.body).ok()?.index_keys())
    }
}

/// A row to be written.
struct Put {
    key: Key,
    scope: String,
    rev: i64,
    body: String,
}

const LIVE: &str = "
    ) select r.typ, r.id, r.scope, r.rev, r.body
    from wanted w cross join row r on r.typ = w.typ and r.id = w.id and r.deleted = 0 and r.tenant = ";

/// The scope may hold a tombstone of an earlier stay, with a rev of its own.
const REPLACE: &str = "
    on conflict (tenant, scope, typ, id) do update
    set rev = max(row.rev + 1, excluded.rev), deleted = 0, body = excluded.body, stamp = excluded.stamp";

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
        self.write_records(changes).await?;
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

    async fn write_records(&mut self, changes: &Changes) -> Result<()> {
        // of what is said of one record, the last counts
        let mut last: BTreeMap<Key, Option<&Record>> =
            changes.puts.iter().map(|record| (record.key(), Some(record))).collect();
        last.extend(changes.removes.iter().map(|key| (*key, None)));
        let keys: Vec<Key> = last.keys().copied().collect();
        let live = self.live(&keys).await?;
        let (mut puts, mut listed) = (Vec::new(), Vec::new());
        for (key, record) in last {
            let live = live.get(&key);
            let Some(record) = record else {
                if let Some(live) = live {
                    self.bury(key, &live.scope, live.rev + 1).await?;
                    listed.push((key, Vec::new()));
                }
                continue;
            };
            let (scope, body) = (record.scope().to_string(), stored::body(record)?);
            let rev = live.map_or(0, |live| live.rev);
            match live {
                // said again: no device needs to hear it
                Some(live) if live.scope == scope && live.body == body => continue,
                Some(live) if live.scope != scope => self.bury(key, &live.scope, rev + 1).await?,
                _ => {}
            }
            let index_keys = record.index_keys();
            if live.and_then(|live| live.index_keys(key)).as_ref() != Some(&index_keys) {
                listed.push((key, index_keys));
            }
            puts.push(Put { key, scope, rev: rev + 1, body });
        }
        self.put(&puts).await?;
        self.index(&listed).await
    }

    async fn live(&mut self, keys: &[Key]) -> Result<HashMap<Key, Live>> {
        let mut live = HashMap::new();
        for some in portions(keys) {
            let found: Vec<(String, Vec<u8>, String, i64, String)> =
                wanted(some, LIVE, self.tenant).build_query_as().fetch_all(&mut self.conn).await?;
            for (typ, id, scope, rev, body) in found {
                live.insert(Key { typ: stored::typ(&typ)?, id: uuid(&id)? }, Live { scope, rev, body });
            }
        }
        Ok(live)
    }

    async fn put(&mut self, puts: &[Put]) -> Result<()> {
        for some in portions(puts) {
            let (tenant, stamp) = (self.tenant, self.stamp().await?);
            let mut query = QueryBuilder::<Sqlite>::new(
                "insert into row (tenant, scope, typ, id, rev, deleted, body, stamp) ",
            );
            query.push_values(some, |mut row, put| {
                row.push_bind(tenant).push_bind(put.scope.clone()).push_bind(put.key.typ.name());
                row.push_bind(put.key.id.into_bytes().to_vec()).push_bind(put.rev).push_bind(false);
                row.push_bind(put.body.clone()).push_bind(stamp);
            });
            query.push(REPLACE).build().execute(&mut self.conn).await?;
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

    /// Lists records under these keys, and no others.
    async fn index(&mut self, listed: &[(Key, Vec<String>)]) -> Result<()> {
        let tenant = self.tenant;
        for some in portions(listed) {
            let mut query = QueryBuilder::<Sqlite>::new("delete from row_key where tenant = ");
            query.push_bind(tenant).push(" and (typ, id) in (");
            query.push_values(some, |mut value, (key, _)| {
                value.push_bind(key.typ.name()).push_bind(key.id.into_bytes().to_vec());
            });
            query.push(")").build().execute(&mut self.conn).await?;
        }
        let entries: Vec<(&String, Key)> =
            listed.iter().flat_map(|(key, all)| all.iter().map(|entry| (entry, *key))).collect();
        for some in portions(&entries) {
            let mut query =
                QueryBuilder::<Sqlite>::new("insert or ignore into row_key (tenant, key, typ, id) ");
            query.push_values(some, |mut row, (entry, key)| {
                row.push_bind(tenant).push_bind((*entry).clone());
                row.push_bind(key.typ.name()).push_bind(key.id.into_bytes().to_vec());
            });
            query.build().execute(&mut self.conn).await?;
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
