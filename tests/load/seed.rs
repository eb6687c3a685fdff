//! A large organisation out of a small one. The server founds its demo, so every row, index key and grant is of the
//! form that it writes; statements of the database then copy that branch as often as asked for, with other ids in
//! their places ([`crate::people`]). A copied branch has the demo's people, visits, quotes and opportunities once, and
//! its customers with their contacts [`BOOKS`] times, so that each account manager holds two hundred customers. What
//! all branches share (checklists, price books, limits) stays one. Indexes are taken away meanwhile and built anew.
//!
//! **Never** makes up a row. What differs from an organisation that grew: names, contents and credit codes repeat,
//! all rows have the stamp of one transaction, and tables and indexes are dense.

use std::fmt::Write;

use leeway_core::values::ClientId;

use crate::people::{BOOKS, FIRST_BRANCH, OF_BRANCH, Person};
use crate::script::OF_VISIT;
use crate::store::{Engine, Store};

/// Rows of a branch, less those that depend on how many books it has.
const ROWS_BESIDE_BOOKS: usize = 637;
/// Rows of ten customers for each of six account managers.
const ROWS_OF_BOOK: usize = 175;
/// Commands that each account manager has sent in former days.
const PAST: usize = 250;
/// Most rows of one statement.
const CHUNK: usize = 500;

/// Returns how many branches have about so many rows.
pub fn branches(rows: usize) -> usize {
    (rows / (ROWS_BESIDE_BOOKS + BOOKS * ROWS_OF_BOOK)).max(1)
}

/// What of the demo is copied, and into what: a row with level 0 once a branch, with 1 once a book, with 2 into the
/// first book.
const LEVEL: &str = "case when typ in ('member', 'unit', 'post') then 0
    when typ in ('customer', 'contact') then 1 else 2 end";
const COPIED: &str = "typ not in ('checklist', 'price_book', 'limits', 'precedent')";
/// Every copied thing in every branch and book that gets it.
fn pairs(of: &str) -> String {
    format!("cell k cross join {of} t where t.level = 1 or k.book = 0")
}

/// A text with the ids of the demo in it, as it stands in another branch and book. Kinds 001 to 003 are those of a
/// branch, 020 and 03x are shared by all.
fn moved(text: &str) -> String {
    format!(
        "replace(replace(replace(replace({text}, '00de0000-0000-7', k.b || '-' || k.c || '-7'),
            k.b || '-' || k.c || '-700', k.b || '-0000-700'),
            k.b || '-' || k.c || '-7020', '00de0000-0000-7020'),
            k.b || '-' || k.c || '-703', '00de0000-0000-703')"
    )
}

/// What the engines say differently.
struct Dialect {
    hex: fn(&str, usize) -> String,
    text_of_id: &'static str,
    before: &'static str,
    after: &'static str,
    index_sql: &'static str,
}

const LITE: Dialect = Dialect {
    hex: |number, digits| format!("printf('%0{digits}x', {number})"),
    text_of_id: "lower(substr(hex(id), 1, 8) || '-' || substr(hex(id), 9, 4) || '-' || substr(hex(id), 13, 4)
        || '-' || substr(hex(id), 17, 4) || '-' || substr(hex(id), 21))",
    before: "pragma journal_mode = off; pragma synchronous = off; pragma cache_size = -400000;
        pragma temp_store = memory",
    after: "pragma journal_mode = wal; pragma synchronous = full",
    index_sql: "select sql from sqlite_master where type = 'index' and sql is not null
        and tbl_name in ('row', 'row_key', 'scope_grant')",
};

const WIDE: Dialect = Dialect {
    hex: |number, digits| format!("lpad(to_hex({number}), {digits}, '0')"),
    text_of_id: "id::text",
    // the stamp is given below; the trigger would give the same one
    before: "set session_replication_role = replica; set maintenance_work_mem = '256MB'; set work_mem = '64MB'",
    // what is still on its way to the disk would be waited for by the commits that are measured
    after: "reset session_replication_role; vacuum analyze; checkpoint",
    index_sql: "select indexdef from pg_indexes i
        where tablename in ('row', 'row_key', 'scope_grant') and schemaname = 'public'
            and not exists (select from pg_constraint where conname = i.indexname)",
};

fn dialect(engine: Engine) -> Dialect {
    match engine {
        Engine::Sqlite => LITE,
        Engine::Postgres => WIDE,
    }
}

/// Prepares for a lot of writing: nothing has to outlive a crash. No server runs on the database until [`end`].
pub async fn begin(store: &mut Store) {
    for statement in dialect(store.engine()).before.split(';') {
        store.run(statement).await;
    }
}

/// Brings the database back into the state that a server finds or makes.
pub async fn end(store: &mut Store) {
    for statement in dialect(store.engine()).after.split(';') {
        store.run(statement).await;
    }
}

/// Copies the demo into so many branches.
pub async fn grow(store: &mut Store, branches: usize) {
    let it = dialect(store.engine());
    let indexes = store.texts(it.index_sql).await;
    for index in &indexes {
        let name = index.split_whitespace().skip_while(|word| !word.eq_ignore_ascii_case("index")).nth(1);
        store.run(&format!("drop index {}", name.unwrap())).await;
    }
    templates(store, &it, branches).await;
    rows(store).await;
    keys_and_grants(store).await;
    for index in &indexes {
        store.run(index).await;
    }
    store
        .run("drop table template; drop table template_key; drop table template_grant; drop table cell")
        .await;
}

/// Gives every account manager a phone of former days with its commands: copies of those that the server took from
/// `scout`, under other ids. An empty list of commands would have one page for all who push at once.
pub async fn past(store: &mut Store, phones: &[(Person, ClientId)], scout: ClientId, now: i64) {
    clients(store, phones, now).await;
    let (x, id) = match store.engine() {
        Engine::Sqlite => ("x", "randomblob(16)"),
        Engine::Postgres => ("", "gen_random_uuid()"),
    };
    let scout = scout.uuid().simple();
    store
        .run(&format!(
            "insert into command (tenant, client, seq, id, usr, author, kind, kv, args, payload_sha, outcome,
                 detail, decides, at, received_at)
             with recursive ns(n) as (select 1 union all select n + 1 from ns where n < {PAST})
             select 1, c.id, ns.n, {id}, c.usr, c.usr, t.kind, t.kv, t.args, t.payload_sha, t.outcome,
                 t.detail, t.decides, t.at, t.received_at - 86400000 + ns.n
             from client c cross join ns
             join command t on t.tenant = 1 and t.client = {x}'{scout}' and t.seq = (ns.n - 1) % {OF_VISIT} + 1
             where c.tenant = 1 and c.last_seq = 0"
        ))
        .await;
    store.run(&format!("update client set last_seq = {PAST} where last_seq = 0")).await;
}

/// Puts aside what is copied, and a list of all branches with their books.
async fn templates(store: &mut Store, it: &Dialect, branches: usize) {
    let (b, c) = ((it.hex)(&format!("{FIRST_BRANCH} + n"), 8), (it.hex)("m", 4));
    let id = it.text_of_id;
    let all = [
        format!(
            "create temporary table cell as
             with recursive bs(n) as (select 0 union all select n + 1 from bs where n + 1 < {branches}),
                 cs(m) as (select 0 union all select m + 1 from cs where m + 1 < {BOOKS})
             select {b} as b, {c} as c, m as book from bs cross join cs order by 1, 2"
        ),
        format!(
            "create temporary table template as
             select scope, typ, {id} as id, rev, body, {LEVEL} as level from row where {COPIED} and tenant = 1"
        ),
        format!(
            "create temporary table template_key as
             select key, typ, {id} as id, {LEVEL} as level from row_key where {COPIED} and tenant = 1"
        ),
        {
            let usr = id.replace("id", "usr");
            format!(
                "create temporary table template_grant as select {usr} as usr, scope,
                 case when scope like 'customer:%' then 1 else 0 end as level
                 from scope_grant where active and tenant = 1"
            )
        },
    ];
    for sql in all {
        store.run(&sql).await;
    }
}

/// Returns the SQL of an id out of its text, and of a stamp.
fn id_and_stamp(engine: Engine, id: &str) -> (String, &'static str) {
    match engine {
        Engine::Sqlite => (format!("unhex(replace({}, '-', ''))", moved(id)), "(select n from clock)"),
        Engine::Postgres => (format!("({})::uuid", moved(id)), "pg_current_xact_id()"),
    }
}

async fn rows(store: &mut Store) {
    let (id, stamp) = id_and_stamp(store.engine(), "t.id");
    let (scope, body) = (moved("t.scope"), moved("t.body"));
    // log-in names are unique
    let body = format!(
        "case t.typ when 'member' then replace({body}, '\"login\":\"', '\"login\":\"' || k.b || '.') else {body} end"
    );
    store
        .run(&format!(
            "insert into row (tenant, scope, typ, id, rev, deleted, body, stamp)
             select 1, {scope}, t.typ, {id}, t.rev, false, {body}, {stamp} from {}",
            pairs("template")
        ))
        .await;
}

async fn keys_and_grants(store: &mut Store) {
    let (id, stamp) = id_and_stamp(store.engine(), "t.id");
    let key = moved("t.key");
    // the log-in name stands behind the first bar, or behind the unit's id
    let key = format!(
        "case when t.key like 'member.login|%' then replace(t.key, 'member.login|', 'member.login|' || k.b || '.')
         when t.key like 'member.unit|%' then substr({key}, 1, 49) || k.b || '.' || substr({key}, 50)
         else {key} end"
    );
    store
        .run(&format!(
            "insert into row_key (tenant, key, typ, id) select 1, {key}, t.typ, {id} from {}",
            pairs("template_key")
        ))
        .await;
    let (usr, _) = id_and_stamp(store.engine(), "t.usr");
    let scope = moved("t.scope");
    store
        .run(&format!(
            "insert into scope_grant (tenant, usr, scope, active, stamp)
             select 1, {usr}, {scope}, true, {stamp} from {}",
            pairs("template_grant")
        ))
        .await;
}

/// Returns how many account managers so many branches have.
pub fn managers(branches: usize) -> usize {
    branches * OF_BRANCH
}

/// Logs these people in.
pub async fn sessions(store: &mut Store, people: &[Person], now: i64) {
    let lite = store.engine() == Engine::Sqlite;
    for chunk in people.chunks(CHUNK) {
        let mut values = String::new();
        for person in chunk {
            let (hash, user) = (person.session_hash(), person.user.uuid().simple());
            let comma = if values.is_empty() { "" } else { "," };
            let both = if lite { format!("x'{hash}', x'{user}'") } else { format!("'\\x{hash}', '{user}'") };
            write!(values, "{comma}(1, {both}, {now}, {now})").unwrap();
        }
        let sql = format!("insert into session (tenant, hash, usr, made_at, seen_at) values {values}");
        store.run(&sql).await;
    }
}

/// Makes the stores of phones known, as their first pull would have done.
pub async fn clients(store: &mut Store, phones: &[(Person, ClientId)], now: i64) {
    let x = if store.engine() == Engine::Sqlite { "x" } else { "" };
    for chunk in phones.chunks(CHUNK) {
        let mut values = String::new();
        for (person, client) in chunk {
            let comma = if values.is_empty() { "" } else { "," };
            let (client, user) = (client.uuid().simple(), person.user.uuid().simple());
            write!(values, "{comma}(1, {x}'{client}', {x}'{user}', 0, {now})").unwrap();
        }
        store.run(&format!("insert into client (tenant, id, usr, last_seq, made_at) values {values}")).await;
    }
}

/// Changes what is new in the morning: ten customers of each account manager, and the price book of all.
pub async fn night(store: &mut Store) {
    match store.engine() {
        Engine::Sqlite => {
            store.run("update clock set n = n + 1").await;
            store
                .run(
                    "update row set rev = rev + 1, stamp = (select n from clock)
                     where typ = 'price_book' or typ = 'customer' and substr(hex(id), 9, 4) = '0000'",
                )
                .await;
        }
        Engine::Postgres => {
            store
                .run(
                    "update row set rev = rev + 1
                     where typ = 'price_book' or typ = 'customer' and substr(id::text, 10, 4) = '0000'",
                )
                .await;
            store.run("vacuum analyze row").await;
        }
    }
}
