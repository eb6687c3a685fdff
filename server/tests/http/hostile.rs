//! Bodies that are broken, repeated, reordered, too large, too deep, of another time or meant to harm: each gets
//! an answer that names what is wrong, and the database is the same as before, byte for byte.

use leeway_core::sync::protocol::PUSH_BYTES_MAX;
use leeway_server::config::database;
use reqwest::StatusCode;
use serde_json::{Value, json};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{AssertSqlSafe, ConnectOptions, Connection};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use uuid::Uuid;

use crate::office::{Office, Phone, answer, check_error, customer};

/// Writes out every row of every table.
async fn dump(office: &Office) -> Vec<String> {
    match office.root() {
        Some(root) => dump_postgres(root).await,
        None => dump_sqlite(office).await,
    }
}

async fn dump_postgres(root: &str) -> Vec<String> {
    let mut conn = crate::postgres::connect(root).await;
    let listed = "select relname::text from pg_class
                  where relnamespace = current_schema()::regnamespace and relkind = 'r' order by 1";
    let tables: Vec<String> = sqlx::query_scalar(listed).fetch_all(&mut conn).await.unwrap();
    assert!(tables.len() > 8, "{tables:?}");
    let mut all = Vec::new();
    for table in tables {
        let sql = AssertSqlSafe(format!("select t::text from {table} t order by 1"));
        let rows: Vec<String> = sqlx::query_scalar(sql).fetch_all(&mut conn).await.unwrap();
        all.extend(rows.into_iter().map(|row| format!("{table}: {row}")));
    }
    conn.close().await.unwrap();
    all
}

async fn dump_sqlite(office: &Office) -> Vec<String> {
    let path = database(&office.folder.path().join("data"));
    let mut conn =
        SqliteConnectOptions::new().filename(path).pragma("query_only", "on").connect().await.unwrap();
    let tables: Vec<String> =
        sqlx::query_scalar("select name from sqlite_schema where type = 'table' order by 1")
            .fetch_all(&mut conn)
            .await
            .unwrap();
    let mut all = Vec::new();
    for table in tables {
        let columns: Vec<String> =
            sqlx::query_scalar("select 'quote(\"' || name || '\")' from pragma_table_info(?)")
                .bind(&table)
                .fetch_all(&mut conn)
                .await
                .unwrap();
        let sql = format!("select {} from \"{table}\" order by 1", columns.join(" || ',' || "));
        let rows: Vec<String> = sqlx::query_scalar(AssertSqlSafe(sql)).fetch_all(&mut conn).await.unwrap();
        all.extend(rows.into_iter().map(|row| format!("{table}: {row}")));
    }
    conn.close().await.unwrap();
    all
}

async fn send(phone: &Phone<'_>, path: &str, body: impl Into<reqwest::Body>) -> (StatusCode, Value) {
    let request = phone.request("POST", path).header("content-type", "application/json");
    answer(request.body(body).send().await.unwrap()).await
}

/// A server with a phone that has sent two commands and has three more to send.
async fn started(office: &Office) -> (Phone<'_>, Vec<leeway_core::sync::protocol::Envelope>) {
    let mut chen = office.log_in("chen").await;
    let mut cmds = Vec::new();
    for n in 1..=5 {
        cmds.push(chen.envelope("customers.register", customer(Uuid::from_u128(n), &format!("客户{n}"))));
    }
    chen.push(&cmds[..2]).await;
    (chen, cmds)
}

#[tokio::test]
async fn a_body_that_is_no_request_changes_nothing() {
    let office = Office::open().await;
    let (chen, cmds) = started(&office).await;
    let push = chen.batch(&cmds[2..]).to_string();
    let pull = chen.pull_request(None, None, 500).to_string();
    let before = dump(&office).await;
    let mut bodies: Vec<Vec<u8>> = Vec::new();
    for whole in [&push, &pull] {
        // truncated at every so often, also in the middle of a character
        bodies
            .extend((0..whole.len()).step_by(whole.len() / 60 + 1).map(|at| whole.as_bytes()[..at].to_vec()));
        // sent twice in one, and with something behind it
        bodies.extend([format!("{whole}{whole}").into_bytes(), format!("{whole}\0").into_bytes()]);
    }
    let deep = |depth: usize| push.replacen("\"args\":{", &format!("\"args\":{}{{", "[".repeat(depth)), 1);
    bodies.extend([deep(200).into_bytes(), deep(60_000).into_bytes(), "{\"a\":".repeat(50_000).into_bytes()]);
    bodies.push(push.replace("客户3", "\\ud800").into_bytes());
    bodies.push(push.replace("\"seq\":3", "\"seq\":1e400").into_bytes());
    bodies.push(push.replace("\"seq\":3", "\"seq\":NaN").into_bytes());
    let invalid = push.clone().into_bytes();
    bodies.push(invalid.iter().map(|byte| if *byte == 0xE5 { 0xFF } else { *byte }).collect());
    for body in bodies {
        for path in ["/sync/push", "/sync/pull"] {
            let (status, said) = send(&chen, path, body.clone()).await;
            let shown = String::from_utf8_lossy(&body).chars().take(200).collect::<String>();
            let code = (status.as_u16(), said["code"].as_str().unwrap());
            // a pull may be smaller than a push
            let known = [(400, "malformed_json"), (400, "bad_request"), (413, "too_large")];
            assert!(known.contains(&code), "{path}: {shown}: {said}");
        }
    }
    assert_eq!(dump(&office).await, before);
    assert_eq!(chen.push(&cmds[2..]).await.last_seq, 5, "and the next one counts");
}

#[tokio::test]
async fn a_request_out_of_place_or_time_changes_nothing() {
    let office = Office::open().await;
    let (chen, cmds) = started(&office).await;
    let before = dump(&office).await;
    let (one, two, three, four) = (&cmds[0], &cmds[1], &cmds[2], &cmds[3]);
    let again = |seq: u64, of: &leeway_core::sync::protocol::Envelope| {
        let mut again = of.clone();
        again.seq = seq;
        again
    };
    let mut changed = two.clone();
    changed.args["name"] = json!("改过的");
    for (what, batch, status, code, args) in [
        ("reordered", vec![four.clone(), three.clone()], 409, "gap", json!({ "expected": 5 })),
        ("doubled", vec![three.clone(), three.clone()], 409, "gap", json!({ "expected": 4 })),
        ("too early", vec![four.clone()], 409, "gap", json!({ "expected": 3 })),
        ("far too early", vec![again(u64::MAX >> 1, four)], 409, "gap", json!({ "expected": 3 })),
        ("a hole", vec![three.clone(), cmds[4].clone()], 409, "gap", json!({ "expected": 4 })),
        ("something else", vec![one.clone(), changed], 409, "payload_mismatch", json!({ "seq": 2 })),
        // what follows the mismatch in the same push does not count either
        (
            "something else, then more",
            vec![again(2, one), three.clone()],
            409,
            "payload_mismatch",
            json!({ "seq": 2 }),
        ),
    ] {
        let refused = chen.try_push(&batch).await;
        assert_eq!(refused.0.as_u16(), status, "{what}: {}", refused.1);
        check_error(&refused, status, code, &args);
        assert_eq!(dump(&office).await, before, "{what}");
    }
    let mut copy = chen.second();
    copy.client = chen.client;
    check_error(&copy.try_push(&[three.clone()]).await, 409, "client_forked", &Value::Null);
    let zhou = Phone { cookie: office.log_in("zhou").await.cookie, ..chen.second() };
    let before = dump(&office).await;
    let stolen = Phone { client: chen.client, incarnation: chen.incarnation, ..zhou.second() };
    check_error(&stolen.try_push(&[three.clone()]).await, 403, "foreign_client", &Value::Null);
    for v in [json!(0), json!(2), json!(65_535)] {
        let mut batch = chen.batch(&[three.clone()]);
        batch["v"] = v;
        check_error(
            &chen.post("/sync/push", &batch).await,
            426,
            "update_required",
            &json!({ "min_core": 1 }),
        );
    }
    assert_eq!(dump(&office).await, before);
}

#[tokio::test]
async fn an_epoch_that_is_not_ours_voids_the_cookie_and_nothing_else() {
    let office = Office::open().await;
    let (chen, cmds) = started(&office).await;
    let held = chen.pull(None).await;
    let ours = held.cookie.clone().unwrap();
    let before = dump(&office).await;
    let numbers: Vec<&str> = ours.split('.').collect();
    for cookie in [
        ours.replace(numbers[1], "another"),
        ours.replacen('1', "2", 1),
        format!("1.{}.99999999999999999999", numbers[1]),
        format!("1.{}.-1", numbers[1]),
        format!("{ours}.1"),
        "\u{0}".into(),
        "x".repeat(10_000),
    ] {
        let answer = chen.pull(Some(&cookie)).await;
        assert!(answer.reset && answer.rows.len() == held.rows.len(), "{cookie:.60}");
        let page = chen.pull_page(Some(&ours), Some(&cookie), 500).await;
        assert!(page.reset, "{cookie:.60}");
    }
    assert_eq!(dump(&office).await, before);
    // a push that speaks of another history is to pull first; then its order says all
    let mut batch = chen.batch(&cmds[1..]);
    batch["epoch"] = json!("another");
    let (status, said) = chen.post("/sync/push", &batch).await;
    assert_eq!((status.as_u16(), &said["code"]), (409, &json!("other_epoch")));
    assert_eq!(dump(&office).await, before);
    batch["epoch"] = json!(numbers[1]);
    let (status, said) = chen.post("/sync/push", &batch).await;
    assert_eq!(
        (status.as_u16(), &said["last_seq"], &said["results"][0]["outcome"]),
        (200, &json!(5), &json!("duplicate"))
    );
}

#[tokio::test]
async fn a_large_or_compressed_body_changes_nothing() {
    let office = Office::open().await;
    let (chen, cmds) = started(&office).await;
    let before = dump(&office).await;
    for (path, max) in [("/sync/push", PUSH_BYTES_MAX), ("/sync/pull", 16 * 1024)] {
        for padding in [max, 3 * 1024 * 1024] {
            let body = format!("{{\"v\":1,\"pad\":\"{}\"}}", "x".repeat(padding));
            check_error(
                &send(&chen, path, body).await,
                413,
                "too_large",
                &json!({ "what": "body", "max": max }),
            );
        }
    }
    let mut long = cmds[2].clone();
    long.args["name"] = json!("x".repeat(65 * 1024));
    let args = json!({ "what": "command", "max": 65_536, "seq": 3 });
    check_error(&chen.try_push(&[long]).await, 413, "too_large", &args);
    // a gigabyte of nothing in a thousand bytes, said to be so and not
    let bomb = [0x1f, 0x8b, 8, 0, 0, 0, 0, 0, 2, 3].into_iter().chain([0xec; 1_000]).collect::<Vec<u8>>();
    for encoding in ["gzip", "br", "zstd", "deflate", "gzip, gzip", "identity, gzip", "GZIP"] {
        let request = chen.request("POST", "/sync/push").header("content-type", "application/json");
        let refused = request.header("content-encoding", encoding).body(bomb.clone()).send().await.unwrap();
        check_error(&answer(refused).await, 415, "encoded", &Value::Null);
    }
    assert_eq!(send(&chen, "/sync/push", bomb).await.1["code"], "malformed_json");
    assert_eq!(dump(&office).await, before);
}

#[tokio::test]
async fn a_connection_that_breaks_off_in_a_body_changes_nothing() {
    let office = Office::open().await;
    let (chen, cmds) = started(&office).await;
    let before = dump(&office).await;
    let body = chen.batch(&cmds[2..]).to_string();
    let address = office.url.strip_prefix("http://").unwrap();
    let head = format!(
        "POST /sync/push HTTP/1.1\r\nhost: {address}\r\ncookie: {}\r\ncontent-type: application/json\r\n",
        chen.cookie
    );
    for (more, sent) in [
        (format!("content-length: {}\r\n\r\n", body.len()), body[..40].to_owned()),
        (format!("content-length: {}\r\n\r\n", body.len() + 1), body.clone()),
        ("transfer-encoding: chunked\r\n\r\n".into(), format!("{:x}\r\n{body}\r\n", body.len())),
        ("transfer-encoding: chunked\r\n\r\n".into(), format!("zz\r\n{body}\r\n0\r\n\r\n")),
        // one that could be read in two ways
        (format!("content-length: 4\r\ncontent-length: {}\r\n\r\n", body.len()), body.clone()),
    ] {
        let mut stream = tokio::net::TcpStream::connect(address).await.unwrap();
        stream.write_all(format!("{head}{more}{sent}").as_bytes()).await.unwrap();
        stream.shutdown().await.unwrap();
        let mut said = Vec::new();
        // whatever it says, it has ended its work when the stream ends
        let _ = stream.read_to_end(&mut said).await;
        assert!(!said.starts_with(b"HTTP/1.1 200"), "{}", String::from_utf8_lossy(&said));
        assert_eq!(dump(&office).await, before, "{more}");
    }
    assert_eq!(chen.push(&cmds[2..]).await.last_seq, 5);
}
