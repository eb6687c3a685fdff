//! Whether a database is sound: SQLite's own checks first, then what must be true of ours. **Never** writes.

use std::collections::BTreeSet;
use std::path::Path;

use futures_util::TryStreamExt;
use leeway_core::Record;
use sqlx::{Connection, SqliteConnection};

use super::seal::{self, Seal};
use super::{BackupError, Result, io, live, still};
use crate::db::sqlite::schema;

/// Most problems that are told; when there are more, the file is lost anyway.
const TOLD: usize = 20;

/// What is wrong, a line each.
#[derive(Debug, Default)]
struct Problems(Vec<String>);

impl Problems {
    fn add(&mut self, what: String) {
        match self.0.len() {
            n if n < TOLD => self.0.push(what),
            TOLD => self.0.push("and more".to_owned()),
            _ => {}
        }
    }
}

/// Checks a backup, or any other file that nobody writes to.
///
/// # Errors
/// [`BackupError::Unsound`] says what is wrong.
pub async fn file(path: &Path) -> Result<()> {
    let mut conn = still(path).await?;
    let mut problems = Problems::default();
    if seal::check(path).map_err(io(path))? == Seal::Broken {
        problems.add("it has changed since it was written: its SHA-256 is another".into());
    }
    check(&mut conn, &mut problems).await;
    // nothing was written: closing can't lose anything
    let _ = conn.close().await;
    judged(path, problems)
}

/// Checks the database of a server, which may be running.
///
/// # Errors
/// [`BackupError::Unsound`] says what is wrong.
pub async fn running(path: &Path) -> Result<()> {
    let mut conn = live(path).await?;
    let mut problems = Problems::default();
    // one moment for all checks
    if let Err(error) = sqlx::query("begin").execute(&mut conn).await {
        problems.add(error.to_string());
    }
    check(&mut conn, &mut problems).await;
    let _ = conn.close().await;
    judged(path, problems)
}

fn judged(path: &Path, problems: Problems) -> Result<()> {
    if problems.0.is_empty() {
        return Ok(());
    }
    Err(BackupError::Unsound { path: path.to_owned(), problems: problems.0 })
}

async fn check(conn: &mut SqliteConnection, problems: &mut Problems) {
    if let Err(error) = all(conn, problems).await {
        problems.add(format!("it can't be read: {error}"));
    }
}

async fn all(conn: &mut SqliteConnection, problems: &mut Problems) -> sqlx::Result<()> {
    let said: Vec<String> = sqlx::query_scalar("pragma integrity_check").fetch_all(&mut *conn).await?;
    said.into_iter().filter(|line| line != "ok").for_each(|line| problems.add(line));
    if !problems.0.is_empty() {
        return Ok(());
    }
    match schema::version(conn).await? {
        None => {
            problems.add("it is not a database of this program".into());
            return Ok(());
        }
        Some(version) if version > schema::newest() => {
            problems.add("it was written by a newer version of the server".into());
            return Ok(());
        }
        Some(_) => {}
    }
    lines(conn, problems, ORPHANS).await?;
    for sql in [UNFOUNDED, GAPS, TWICE, AHEAD, LOST_KEYS] {
        lines(conn, problems, sql).await?;
    }
    if schema::version(conn).await? >= Some(2) {
        lines(conn, problems, BEYOND).await?;
    }
    records(conn, problems).await
}

async fn lines(conn: &mut SqliteConnection, problems: &mut Problems, sql: &'static str) -> sqlx::Result<()> {
    let mut found = sqlx::query_scalar::<_, String>(sql).fetch(conn);
    while let Some(line) = found.try_next().await? {
        problems.add(line);
    }
    Ok(())
}

const ORPHANS: &str = "
    select 'a row of ' || \"table\" || ' names one of ' || parent || ' that is not there'
    from pragma_foreign_key_check limit 21";

const UNFOUNDED: &str = "
    select 'there is no organisation in it' where not exists (select 1 from tenant)
    union all
    select 'organisation ' || t.name || ' has no clock'
    from tenant t where not exists (select 1 from clock c where c.tenant = t.id)";

/// Every client's commands are there from the first to the last that has an outcome.
const GAPS: &str = "
    select 'client ' || lower(hex(c.id)) || ' has outcomes up to ' || c.last_seq || ', but '
        || count(m.seq) || ' commands from ' || coalesce(min(m.seq), 0) || ' to ' || coalesce(max(m.seq), 0)
    from client c left join command m on m.tenant = c.tenant and m.client = c.id
    group by c.tenant, c.id
    having count(m.seq) <> c.last_seq or coalesce(max(m.seq), 0) <> c.last_seq or coalesce(min(m.seq), 1) < 1
    limit 21";

/// Only of the second schema on.
const BEYOND: &str = "
    select 'client ' || lower(hex(id)) || ' is durable up to ' || durable_seq || ' of ' || last_seq
    from client where durable_seq not between 0 and last_seq limit 21";

const TWICE: &str = "
    select typ || ' ' || lower(hex(id)) || ' lives ' || count(*) || ' times'
    from row where deleted = 0 group by tenant, typ, id having count(*) > 1 limit 21";

/// What has a number that was not given out yet would be sent to nobody.
const AHEAD: &str = "
    select r.typ || ' ' || lower(hex(r.id)) || ' has change number ' || r.stamp || ' of ' || c.n
    from row r join clock c on c.tenant = r.tenant where r.stamp > c.n
    union all
    select 'the grant of ' || g.scope || ' has change number ' || g.stamp || ' of ' || c.n
    from scope_grant g join clock c on c.tenant = g.tenant where g.stamp > c.n limit 21";

const LOST_KEYS: &str = "
    select 'index key ' || k.key || ' leads nowhere' from row_key k where not exists (
        select 1 from row r where r.tenant = k.tenant and r.typ = k.typ and r.id = k.id and r.deleted = 0)
    limit 21";

/// Every live record is readable by core, lives where core says, and is found under the keys that core gives it.
async fn records(conn: &mut SqliteConnection, problems: &mut Problems) -> sqlx::Result<()> {
    let mut found = sqlx::query_as::<_, (String, String, String, Option<String>, String)>(
        "select r.scope, r.typ, lower(hex(r.id)), r.body, (
             select json_group_array(k.key) from row_key k
             where k.tenant = r.tenant and k.typ = r.typ and k.id = r.id)
         from row r where r.deleted = 0",
    )
    .fetch(conn);
    while let Some((scope, typ, id, body, keys)) = found.try_next().await? {
        if let Err(why) = record(&scope, &typ, body.as_deref().unwrap_or_default(), &keys) {
            problems.add(format!("{typ} {id}: {why}"));
        }
    }
    Ok(())
}

fn record(scope: &str, typ: &str, body: &str, keys: &str) -> std::result::Result<(), String> {
    let known = typ.parse().map_err(|_| "its type is not known".to_owned())?;
    let body = serde_json::from_str(body).map_err(|error| error.to_string())?;
    let record = Record::from_body(known, &body).map_err(|error| error.to_string())?;
    let home = record.scope().to_string();
    if home != scope {
        return Err(format!("it lives in {scope}, not in {home}"));
    }
    let found: BTreeSet<String> = serde_json::from_str(keys).map_err(|error| error.to_string())?;
    let expected: BTreeSet<String> = record.index_keys().into_iter().collect();
    let missing = expected.difference(&found).map(|key| format!("it is not found under {key}"));
    let wrong = found.difference(&expected).map(|key| format!("it is found under {key}"));
    missing.chain(wrong).next().map_or(Ok(()), Err)
}
