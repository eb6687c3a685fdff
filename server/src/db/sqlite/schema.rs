//! Which schema a file has, without changing it.

use sqlx::SqliteConnection;

use super::MIGRATIONS;

/// Returns the number of the newest schema that this server knows.
pub(crate) fn newest() -> i64 {
    MIGRATIONS.iter().map(|it| it.version).max().unwrap_or(0)
}

/// Returns the number of the schema that a database has; `None` if it is not one of ours.
pub(crate) async fn version(conn: &mut SqliteConnection) -> sqlx::Result<Option<i64>> {
    let sql =
        "select count(*) from sqlite_schema where type = 'table' and name in ('_sqlx_migrations', 'tenant')";
    let tables: i64 = sqlx::query_scalar(sql).fetch_one(&mut *conn).await?;
    if tables < 2 {
        return Ok(None);
    }
    sqlx::query_scalar("select max(version) from _sqlx_migrations where success = 1").fetch_one(conn).await
}
