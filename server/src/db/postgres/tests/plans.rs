//! How the questions of a pull are answered, on a table that is large enough to matter.

use sqlx::{AssertSqlSafe, PgConnection};

use super::support::{Base, connect, run};
use super::{addresses, open};
use crate::db::postgres::Postgres;
use crate::db::postgres::pull::{FILLED, STIRRED, WRITTEN};
use crate::db::postgres::write::MARK_DURABLE;
use crate::db::{Database, Tenant};

/// 40 scopes of 500 rows each, all held by user 1 since long ago; one of them written a moment ago.
const ROWS: &str = "
    begin;
    set local leeway.tenant = '1';
    insert into scope_grant (tenant, usr, scope, active)
        select 1, '00000000-0000-0000-0000-000000000001', 'customer:' || s, true from generate_series(1, 40) s;
    insert into row (tenant, scope, typ, id, rev, deleted, body)
        select 1, 'customer:' || s, 'visit', gen_random_uuid(), 1, n % 5 = 0, repeat('x', 200)
        from generate_series(1, 40) s, generate_series(1, 500) n;
    commit;
    analyze row; analyze scope_grant;";

async fn filled() -> (Base, Postgres, String) {
    let (base, db) = open().await;
    let mut owner = connect(&base.owner).await;
    run(&mut owner, ROWS).await;
    let mark: String =
        sqlx::query_scalar("select pg_current_snapshot()::text").fetch_one(&mut owner).await.unwrap();
    run(
        &mut owner,
        "begin; set local leeway.tenant = '1'; update row set rev = 2 where scope = 'customer:7'; commit",
    )
    .await;
    (base, db, mark)
}

/// Returns the plan that was used, by the server's role and settings.
async fn plan(conn: &mut PgConnection, name: &str, sql: &str, since: &str) -> String {
    let values = format!(
        "1, '00000000-0000-0000-0000-000000000001', {since}, '', '', '00000000-0000-0000-0000-000000000000', 50"
    );
    run(conn, format!("prepare {name} (bigint, uuid, text, text, text, uuid, bigint) as {sql}")).await;
    let explain = format!("explain (analyze, costs off, timing off, summary off) execute {name} ({values})");
    let lines: Vec<String> = sqlx::query_scalar(AssertSqlSafe(explain)).fetch_all(conn).await.unwrap();
    lines.join("\n")
}

#[tokio::test]
#[ignore = "needs PostgreSQL: cargo xtask test unit"]
async fn a_pull_looks_into_the_index_of_stamps() {
    let (base, db, mark) = filled().await;
    let (mut turn, _) = db.readers.begin(Tenant::FIRST).await.unwrap();
    for mode in ["force_custom_plan", "force_generic_plan"] {
        run(&mut turn.conn, format!("set local plan_cache_mode = {mode}")).await;
        let plan = plan(&mut turn.conn, mode, WRITTEN, &format!("'{mark}'")).await;
        assert!(plan.contains("using row_by_stamp"), "{plan}");
        assert!(plan.contains("(stamp >= "), "the stamp is part of the look-up: {plan}");
        assert!(!plan.contains("Seq Scan on \"row\""), "{plan}");
    }
    drop(turn);
    db.close().await;
    drop(base);
}

#[tokio::test]
#[ignore = "needs PostgreSQL: cargo xtask test unit"]
async fn a_page_of_a_fill_reads_no_more_than_it_needs() {
    let (base, db, _) = filled().await;
    let (mut turn, _) = db.readers.begin(Tenant::FIRST).await.unwrap();
    for mode in ["force_custom_plan", "force_generic_plan"] {
        run(&mut turn.conn, format!("set local plan_cache_mode = {mode}")).await;
        let plan = plan(&mut turn.conn, mode, FILLED, "null").await;
        assert!(plan.contains("row_pkey"), "{plan}");
        // 50 of the first scope; the second may be begun, to know where the first ends
        let rows_of_scopes = plan.lines().find(|line| line.contains("Nested Loop")).unwrap();
        let rows = rows_of_scopes.split("rows=").last().unwrap().split(' ').next().unwrap();
        assert!(rows.parse::<u32>().unwrap() <= 150, "{plan}");
    }
    drop(turn);
    db.close().await;
    drop(base);
}

/// 2,000 commands, an hour between each and the next.
const COMMANDS: &str = "
    begin;
    set local leeway.tenant = '1';
    insert into client (tenant, id, usr, last_seq, made_at)
        values (1, '00000000-0000-0000-0000-000000000005', gen_random_uuid(), 2000, 0);
    insert into command (tenant, client, seq, id, usr, author, kind, kv, args, payload_sha, outcome, decides, at,
            received_at)
        select 1, '00000000-0000-0000-0000-000000000005', n, gen_random_uuid(), gen_random_uuid(),
            gen_random_uuid(), 'visits.open', 1, '{}', '', 0, true, 0, n * 3600000::bigint
        from generate_series(1, 2000) n;
    commit;
    analyze client; analyze command;";

#[tokio::test]
#[ignore = "needs PostgreSQL: cargo xtask test unit"]
async fn news_and_what_a_backup_may_lack_are_found_without_the_rest() {
    let (base, db, mark) = filled().await;
    run(&mut connect(&base.owner).await, COMMANDS).await;
    let (mut turn, _) = db.writers.begin(Tenant::FIRST).await.unwrap();
    let newest: i64 = 1_999 * 3_600_000;
    for mode in ["force_custom_plan", "force_generic_plan"] {
        run(&mut turn.conn, format!("set local plan_cache_mode = {mode}")).await;
        for (name, sql, types, values, parts) in [
            (
                "stirred",
                STIRRED,
                "bigint, text",
                format!("1, '{mark}'"),
                &["row_newest", "(stamp >= ", "scope_grant_of", "scope_grant_newest"][..],
            ),
            (
                "durable",
                MARK_DURABLE,
                "bigint, bigint",
                format!("1, {newest}"),
                &["command_newest", "(received_at > "],
            ),
        ] {
            run(&mut turn.conn, format!("prepare {name}_{mode} ({types}) as {sql}")).await;
            let explain = AssertSqlSafe(format!("explain execute {name}_{mode} ({values})"));
            let lines: Vec<String> = sqlx::query_scalar(explain).fetch_all(&mut turn.conn).await.unwrap();
            let plan = lines.join("\n");
            assert!(!plan.contains("Seq Scan"), "{plan}");
            for part in parts {
                assert!(plan.contains(part), "{part}: {plan}");
            }
        }
    }
    drop(turn);
    db.close().await;
    drop(base);
}

/// What pushes look for one by one is not found by an index in which neighbours meet.
#[tokio::test]
#[ignore = "needs PostgreSQL: cargo xtask test unit"]
async fn one_grant_is_not_looked_for_among_all_holders() {
    let (base, db) = open().await;
    let (mut turn, _) = db.writers.begin(Tenant::FIRST).await.unwrap();
    let explain =
        "explain select active from scope_grant where tenant = 1 and usr = gen_random_uuid() and scope = 'x'";
    let lines: Vec<String> = sqlx::query_scalar(explain).fetch_all(&mut turn.conn).await.unwrap();
    let plan = lines.join("\n");
    assert!(plan.contains("scope_grant_pkey"), "{plan}");
    drop(turn);
    db.close().await;
    drop(base);
}

#[tokio::test]
#[ignore = "needs PostgreSQL: cargo xtask test unit"]
async fn single_records_are_found_by_one_look() {
    let (base, db, _) = filled().await;
    let (mut turn, _) = db.writers.begin(Tenant::FIRST).await.unwrap();
    let explain = "explain select body from row where tenant = 1 and spread = uuid_hash_extended(gen, 0)
        and typ = 'visit' and id = gen and not deleted";
    let explain = explain.replace("gen", "'00000000-0000-0000-0000-000000000001'::uuid");
    let lines: Vec<String> =
        sqlx::query_scalar(AssertSqlSafe(explain)).fetch_all(&mut turn.conn).await.unwrap();
    let plan = lines.join("\n");
    assert!(plan.contains("using row_live"), "{plan}");
    assert!(plan.contains("(spread = "), "the scattered part is part of the look-up: {plan}");
    drop(turn);
    db.close().await;
    assert_eq!(addresses(&base).owner.unwrap().text(), base.owner);
}
