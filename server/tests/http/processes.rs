//! Several server processes on one PostgreSQL database, and what an operator's tasks say there.

use std::path::Path;
use std::time::Duration;

use leeway_server::demo;
use reqwest::{RequestBuilder, Response, StatusCode};
use serde_json::{Value, json};
use uuid::Uuid;

use crate::office::cookie;
use crate::poke::poked;
use crate::postgres::{Base, connect, run};
use crate::program::{Program, command};

/// The store that pushes.
const CLIENT: Uuid = Uuid::from_u128(1);

fn request(program: &Program, method: &str, path: &str, cookie: &str) -> RequestBuilder {
    let method = reqwest::Method::from_bytes(method.as_bytes()).unwrap();
    reqwest::Client::new().request(method, format!("{}{path}", program.url)).header("cookie", cookie)
}

/// Registers a customer, by the command at this place of the order.
fn push(user: &Value, seq: u64) -> Value {
    let id = |part: u128| Uuid::from_u128(part + u128::from(seq));
    let args = crate::office::customer(id(0), "海港");
    json!({
        "v": 1, "client": CLIENT, "incarnation": Uuid::from_u128(2),
        "cmds": [{
            "seq": seq, "id": id(0x1000), "by": user, "kind": "customers.register", "kv": 1, "at": 0,
            "args": args,
        }],
    })
}

#[tokio::test]
#[ignore = "needs PostgreSQL: cargo xtask test unit"]
async fn two_processes_serve_one_postgresql_database() {
    let base = Base::new().await;
    let folder = tempfile::tempdir().unwrap();
    let options = ["--demo", "--database", &base.app, "--database-owner", &base.owner];
    let one = Program::start(folder.path(), &options);
    let other =
        Program::start(folder.path(), &[&options[..], &["--database-standby", &base.standby.0]].concat());
    let cookie = cookie(&one.log_in("chen", demo::PASSWORD).await).unwrap();
    let ask = async |program: &Program, method: &str, path: &str, body: &Value| {
        let response = request(program, method, path, &cookie).json(body).send().await.unwrap();
        (response.status(), response.json::<Value>().await.unwrap())
    };
    let (_, session) = ask(&other, "GET", "/api/session", &Value::Null).await;
    assert_eq!(session["login"], "chen", "logged in at the one is logged in at the other");
    let mut cookie = Value::Null;
    for seq in 1..=4 {
        let (pusher, puller) = if seq % 2 == 0 { (&one, &other) } else { (&other, &one) };
        let (status, answer) = ask(pusher, "POST", "/sync/push", &push(&session["user"], seq)).await;
        assert_eq!(
            (status, &answer["results"][0]["outcome"]),
            (StatusCode::OK, &json!("applied")),
            "{answer}"
        );
        // by the standby, too, in the end
        loop {
            let wanted = json!({ "client": CLIENT, "core_schema": 1, "cookie": cookie });
            let (_, answer) = ask(puller, "POST", "/sync/pull", &wanted).await;
            assert_ne!((seq > 1, &answer["reset"]), (true, &json!(true)), "{answer}");
            cookie = answer["cookie"].clone();
            if answer["ack"] == seq {
                break;
            }
        }
    }
    let (_, health) = ask(&one, "GET", "/healthz", &Value::Null).await;
    assert_eq!(health["ok"], true);
    let (said, well) = one.stop();
    assert!(well && said.contains("The data is in the PostgreSQL database of DATABASE_URL"), "{said}");
    assert!(!folder.path().join("data/leeway.sqlite").exists());
}

#[tokio::test]
#[ignore = "needs PostgreSQL: cargo xtask test unit"]
async fn whoever_listens_to_either_of_two_processes_is_poked() {
    let base = Base::new().await;
    let folder = tempfile::tempdir().unwrap();
    let options = ["--demo", "--database", &base.app, "--database-owner", &base.owner];
    let both = [Program::start(folder.path(), &options), Program::start(folder.path(), &options)];
    let cookie = cookie(&both[0].log_in("chen", demo::PASSWORD).await).unwrap();
    let session: Value =
        request(&both[0], "GET", "/api/session", &cookie).send().await.unwrap().json().await.unwrap();
    let mut streams = Vec::new();
    for program in &both {
        let stream = request(program, "GET", "/sync/poke", &cookie).send().await.unwrap();
        assert_eq!(stream.status(), StatusCode::OK);
        streams.push(stream);
    }
    let hears = async |stream: &mut Response| {
        // ends a test that has failed already
        tokio::time::timeout(Duration::from_secs(60), poked(stream)).await.expect("nobody told it")
    };
    for stream in &mut streams {
        assert!(hears(stream).await, "the first: nobody knows what came before");
    }
    // more often than a process that has just started pokes everybody
    for seq in 1..=4_u64 {
        let pusher = &both[usize::from(seq % 2 == 0)];
        let answer = request(pusher, "POST", "/sync/push", &cookie).json(&push(&session["user"], seq));
        assert_eq!(answer.send().await.unwrap().status(), StatusCode::OK);
        for stream in &mut streams {
            assert!(hears(stream).await);
        }
    }
}

/// Runs a task of an operator, with the addresses in the environment. Returns whether it went well, and what it said.
fn task(folder: &Path, base: &Base, arguments: &[&str]) -> (bool, String) {
    let mut task = command(folder);
    task.env("DATABASE_URL", &base.app).env("DATABASE_OWNER_URL", &base.owner).args(arguments);
    let ended = task.output().unwrap();
    let said = [ended.stdout, ended.stderr].concat();
    (ended.status.success(), String::from_utf8(said).unwrap())
}

#[tokio::test]
#[ignore = "needs PostgreSQL: cargo xtask test unit"]
async fn an_operator_keeps_postgresql_by_its_own_tools() {
    let base = Base::new().await;
    let folder = tempfile::tempdir().unwrap();
    for (arguments, tool) in [
        (&["backup", "--to", "b.sqlite"][..], "pg_basebackup"),
        (&["restore", "--from", "b.sqlite"], "pg_basebackup"),
        (&["verify"], "pg_verifybackup"),
        (&["new-epoch"], "psql"),
    ] {
        let (well, said) = task(folder.path(), &base, arguments);
        let tells = said.contains(tool) && said.contains("docs/operations.md") && said.contains("PostgreSQL");
        assert!(!well && tells, "{arguments:?}: {said}");
    }
    assert_eq!(std::fs::read_dir(folder.path()).unwrap().count(), 0, "nothing was begun");
    let options = ["--demo", "--database", &base.app, "--database-owner", &base.owner];
    let program = Program::start(folder.path(), &options);
    let cookie = cookie(&program.log_in("chen", demo::PASSWORD).await).unwrap();
    let ask = async |method: &str, path: &str, body: &Value| {
        let response = request(&program, method, path, &cookie).json(body).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK, "{path}");
        response.json::<Value>().await.unwrap()
    };
    let pull = async |since: &Value| {
        ask("POST", "/sync/pull", &json!({ "client": CLIENT, "core_schema": 1, "cookie": since })).await
    };
    let user = ask("GET", "/api/session", &Value::Null).await["user"].clone();
    for seq in 1..=2 {
        ask("POST", "/sync/push", &push(&user, seq)).await;
    }
    let mark = |began: &str, words: &str| {
        let (well, said) = task(folder.path(), &base, &["mark-durable", "--began", began]);
        assert!(well && said.contains(words), "{said}");
    };
    mark("1000", "0 devices");
    let before = pull(&Value::Null).await;
    assert_eq!((&before["ack"], &before["durable"]), (&json!(2), &json!(0)));
    mark("9000000000", "1 devices");
    let after = pull(&before["cookie"]).await;
    assert_eq!((&after["reset"], &after["durable"]), (&json!(false), &json!(2)));
    // as docs/operations.md says it, while the server runs
    let mut owner = connect(&base.owner).await;
    let line = operations().lines().find(|line| line.contains("update tenant set epoch")).unwrap();
    run(&mut owner, line).await;
    let void = pull(&after["cookie"]).await;
    assert_eq!((&void["reset"], &void["durable"]), (&json!(true), &json!(2)));
    assert_ne!(void["epoch"], after["epoch"]);
}

fn operations() -> &'static str {
    include_str!("../../../docs/operations.md")
}
