//! The program itself: what it prints, how it stops, how an organisation begins.

use std::io::{BufRead, BufReader, Read};
use std::path::Path;
use std::process::{Child, ChildStdout, Command, Stdio};

use leeway_server::demo;
use reqwest::StatusCode;
use serde_json::{Value, json};

use crate::office::cookie;

/// The running program, stopped at the end.
pub struct Program {
    child: Child,
    out: BufReader<ChildStdout>,
    pub url: String,
}

impl Program {
    pub fn start(folder: &Path, options: &[&str]) -> Self {
        let mut child = command(folder)
            .args(["serve", "--listen", "127.0.0.1:0", "--app", "."])
            .args(options)
            .stdout(Stdio::piped())
            .stderr(Stdio::null())
            .spawn()
            .unwrap();
        let mut out = BufReader::new(child.stdout.take().unwrap());
        let mut line = String::new();
        out.read_line(&mut line).unwrap();
        let url = line.trim_end().strip_prefix("listening ").unwrap().to_owned();
        Self { child, out, url }
    }

    /// Says "end" as a service manager does, and returns what it printed and whether it ended well.
    pub fn stop(mut self) -> (String, bool) {
        let pid = self.child.id().to_string();
        assert!(Command::new("kill").args(["-TERM", &pid]).status().unwrap().success());
        let mut rest = String::new();
        self.out.read_to_string(&mut rest).unwrap();
        (rest, self.child.wait().unwrap().success())
    }

    pub async fn log_in(&self, login: &str, password: &str) -> reqwest::Response {
        let body = json!({ "login": login, "password": password });
        let request = reqwest::Client::new().post(format!("{}/api/session", self.url));
        request.json(&body).send().await.unwrap()
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        // a test that failed leaves nothing running
        let _ = self.child.kill();
        let _ = self.child.wait();
    }
}

pub fn command(folder: &Path) -> Command {
    let mut command = Command::new(env!("CARGO_BIN_EXE_leeway-server"));
    command.current_dir(folder).env("LEEWAY_DATA", folder.join("data")).env_remove("DATABASE_URL");
    command
}

#[tokio::test]
async fn the_demo_starts_says_who_can_log_in_and_keeps_its_data() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(folder.path(), &["--demo"]);
    assert!(program.url.starts_with("http://127.0.0.1:"), "{}", program.url);
    let mut cookies = Vec::new();
    for account in demo::accounts() {
        let response = program.log_in(account.login, demo::PASSWORD).await;
        assert_eq!(response.status(), StatusCode::OK, "{}", account.login);
        cookies.push(cookie(&response).unwrap());
    }
    let (said, well) = program.stop();
    assert!(well);
    for account in demo::accounts().iter().take(demo::PRINTED) {
        assert!(said.contains(&format!("  {:5}  {}", account.login, account.name)), "{said}");
    }
    assert!(said.contains(demo::PASSWORD) && said.contains("data/leeway.sqlite"), "{said}");
    let database = folder.path().join("data/leeway.sqlite");
    assert!(database.is_file() && !database.with_extension("sqlite-wal").exists(), "closed in order");
    let program = Program::start(folder.path(), &["--demo"]);
    let who =
        reqwest::Client::new().get(format!("{}/api/session", program.url)).header("cookie", &cookies[0]);
    let session: Value = who.send().await.unwrap().json().await.unwrap();
    assert_eq!(
        (session["login"].as_str(), session["organisation"].as_str()),
        (Some("chen"), Some(demo::NAME))
    );
}

#[tokio::test]
async fn every_demo_account_gets_its_rows() {
    let folder = tempfile::tempdir().unwrap();
    let program = Program::start(folder.path(), &["--demo"]);
    let mut rows = Vec::new();
    for (n, login) in ["chen", "wang", "zhao", "admin"].into_iter().enumerate() {
        let cookie = cookie(&program.log_in(login, demo::PASSWORD).await).unwrap();
        let request = json!({ "client": uuid::Uuid::from_u128(n as u128 + 1), "core_schema": 1 });
        let pull = reqwest::Client::new().post(format!("{}/sync/pull", program.url)).header("cookie", cookie);
        let answer: Value = pull.json(&request).send().await.unwrap().json().await.unwrap();
        assert!(answer["page"].is_null());
        let of =
            |typ: &str| answer["rows"].as_array().unwrap().iter().filter(|row| row["typ"] == typ).count();
        rows.push((of("customer"), of("case") > 0, of("visit_digest") > 0, of("price_book") > 0));
    }
    assert!(rows[0].0 > 0 && !rows[0].1, "chen has customers and decides nothing");
    assert!(rows[1..].iter().all(|row| row.0 == 0), "nobody else has them");
    assert!(rows[1].1 && rows[1].2, "wang has cases and digests");
    assert!(rows.iter().all(|row| row.3));
}

#[tokio::test]
async fn an_empty_organisation_begins_with_its_admin() {
    let folder = tempfile::tempdir().unwrap();
    let init = ["init", "--name", "海港分公司", "--admin", "guan"];
    let founded = command(folder.path()).args(init).output().unwrap();
    let said = String::from_utf8(founded.stdout).unwrap();
    assert!(founded.status.success(), "{said}");
    let password = said.split("one-time password ").nth(1).unwrap().split_whitespace().next().unwrap();
    let again = command(folder.path()).args(init).output().unwrap();
    assert!(!again.status.success() && String::from_utf8_lossy(&again.stderr).contains("海港分公司"));
    let program = Program::start(folder.path(), &[]);
    let response = program.log_in("guan", password).await;
    let cookie = cookie(&response).unwrap();
    let session: Value = response.json().await.unwrap();
    assert_eq!((&session["role"], &session["must_change_password"]), (&json!("admin"), &json!(true)));
    let post = |path: &str, body: Value| {
        let request = reqwest::Client::new().post(format!("{}{path}", program.url)).header("cookie", &cookie);
        request.json(&body).send()
    };
    let change = json!({ "old": password, "new": "the admin's own words" });
    assert_eq!(post("/api/password", change).await.unwrap().status(), StatusCode::NO_CONTENT);
    let request = json!({ "client": uuid::Uuid::from_u128(1), "core_schema": 1 });
    let answer: Value = post("/sync/pull", request).await.unwrap().json().await.unwrap();
    let types: Vec<&str> =
        answer["rows"].as_array().unwrap().iter().map(|row| row["typ"].as_str().unwrap()).collect();
    let of = |typ| types.iter().filter(|it| **it == typ).count();
    assert_eq!((of("member"), of("unit"), of("post")), (1, 1, 2));
    assert!(of("checklist") > 0 && of("customer") == 0, "{types:?}");
    let unit = answer["rows"].as_array().unwrap().iter().find(|row| row["typ"] == "unit").unwrap();
    let member = json!({
        "user": uuid::Uuid::from_u128(0x99), "login": "sun", "name": "孙", "unit": unit["id"], "role": "manager",
        "star": 1,
    });
    let push = json!({
        "v": 1, "client": uuid::Uuid::from_u128(1), "incarnation": uuid::Uuid::from_u128(2),
        "cmds": [{
            "seq": 1, "id": uuid::Uuid::from_u128(3), "by": session["user"], "kind": "organisation.add_member",
            "kv": 1, "at": 0, "args": member,
        }],
    });
    let answer: Value = post("/sync/push", push).await.unwrap().json().await.unwrap();
    assert_eq!(answer["results"][0]["outcome"], "applied", "{answer}");
}

#[test]
fn it_says_why_it_does_not_start() {
    let folder = tempfile::tempdir().unwrap();
    let fails = |arguments: &[&str], word: &str| {
        let ended = command(folder.path()).args(arguments).output().unwrap();
        let said = String::from_utf8_lossy(&ended.stderr).into_owned();
        assert!(!ended.status.success() && said.contains(word), "{arguments:?}: {said}");
        assert!(ended.stdout.is_empty());
    };
    fails(&["serve", "--listen", "127.0.0.1:0"], "no organisation");
    fails(&["serve", "--listen", "nowhere"], "nowhere");
    fails(&["serve", "--log", "a=b=c"], "--log");
    fails(&["serve", "--database", "mysql://leeway:secret@db/leeway"], "DATABASE_URL is not the address");
    fails(&["serve", "--database-standby", "postgres://db/leeway"], "--database");
    fails(&["init", "--name", " ", "--admin", "guan"], "name");
    fails(&["init", "--name", "海港", "--admin", "Guan Li"], "log-in name");
    std::fs::create_dir(folder.path().join("data")).ok();
    std::fs::write(folder.path().join("data/leeway.sqlite"), "not a database at all, but long enough")
        .unwrap();
    fails(&["serve", "--listen", "127.0.0.1:0"], "leeway.sqlite");
}
