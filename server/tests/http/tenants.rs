//! Several organisations on one server: each at its host, and nobody meets anything of another (I9). The two have the
//! same people with the same ids, log-in names and passwords, so that only the host tells them apart.

use std::path::Path;

use futures_util::FutureExt;
use leeway_core::sync::protocol::PullRequest;
use leeway_core::{Changes, Scope};
use leeway_server::config::{TenantAdd, TenantHost};
use leeway_server::db::Tenant;
use leeway_server::http::headers::ALWAYS;
use leeway_server::router::ROUTES;
use leeway_server::tenants::manage;
use reqwest::{Response, StatusCode};
use serde_json::{Value, json};
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::TcpStream;

use crate::blobs::{fetch, hash, name, of, picture, send, state};
use crate::office::{CHEN, Office, Phone, SECOND, answer, check_error, database, of_type};
use crate::poke::{listen, poked};
use crate::postgres::Base;
use crate::program::{Program, command};

const A: &str = "a.example";
const B: &str = "b.example";

async fn both() -> Office {
    Office::open().await.beside_another(A, B).await
}

/// Fails unless nobody is logged in.
async fn nobody(phone: &Phone<'_>) {
    for (method, path) in [("GET", "/api/session"), ("GET", "/api/devices"), ("GET", "/sync/poke")] {
        let refused = answer(phone.request(method, path).send().await.unwrap()).await;
        check_error(&refused, 401, "not_logged_in", &Value::Null);
    }
    for (path, body) in
        [("/sync/pull", phone.pull_request(None, None, 500)), ("/sync/push", phone.batch(&[]))]
    {
        check_error(&phone.post(path, &body).await, 401, "not_logged_in", &Value::Null);
    }
}

#[tokio::test]
async fn a_session_a_cookie_and_a_row_of_one_are_nothing_to_the_other() {
    let office = both().await;
    let mut here = office.log_in_at(A, "chen").await;
    here.registers(1, "海港").await;
    let held = here.pull(None).await;
    assert_eq!((held.ack, of_type(&held.rows, "customer").len()), (1, 1));
    // the log-in is no log-in there, with or without a name
    let stranger = Phone { host: Some(B), client: here.client, ..here.second() };
    nobody(&stranger).await;
    let there = office.log_in_at(B, "chen").await;
    assert_eq!(there.user, CHEN, "the same id, and somebody else");
    let session = there.session.as_ref().unwrap();
    assert_eq!(
        (session.organisation.as_str(), here.session.as_ref().unwrap().organisation.as_str()),
        ("海港公司", "试点分公司")
    );
    let pulled = there.pull(None).await;
    assert!(of_type(&pulled.rows, "customer").is_empty() && !of_type(&pulled.rows, "member").is_empty());
    // what one gave out is void at the other
    let request: PullRequest =
        serde_json::from_value(there.pull_request(held.cookie.as_deref(), None, 500)).unwrap();
    let (status, answer) = there.post("/sync/pull", &json!(request)).await;
    assert_eq!((status, &answer["reset"]), (StatusCode::OK, &json!(true)));
    assert!(!answer.to_string().contains("海港\""), "{answer}");
    assert_ne!(held.epoch, pulled.epoch);
}

#[tokio::test]
async fn a_push_under_the_name_of_a_store_elsewhere_changes_nothing_there() {
    let office = both().await;
    let mut here = office.log_in_at(A, "chen").await;
    here.registers(1, "海港").await;
    let before = here.pull(None).await;
    let mut there = office.log_in_at(B, "chen").await;
    (there.client, there.incarnation) = (here.client, here.incarnation);
    // each has an order of its own
    there.registers(2, "滨江").await;
    there.registers(3, "临江").await;
    let theirs = there.pull(None).await;
    assert_eq!((theirs.ack, of_type(&theirs.rows, "customer").len()), (2, 2));
    let after = here.pull(before.cookie.as_deref()).await;
    assert_eq!((after.reset, after.ack, after.rows.len()), (false, 1, 0));
    // nor is the same record another's
    here.registers(2, "滨江").await;
    assert_eq!(of_type(&here.pull(None).await.rows, "customer").len(), 2);
    // the list of devices is each organisation's own
    for (phone, other) in [(&here, &there), (&there, &here)] {
        let second = phone.second();
        second.pull(None).await;
        let path = format!("/api/devices/{}/removal", second.client);
        check_error(&other.post(&path, &json!({})).await, 404, "not_found", &Value::Null);
    }
}

#[tokio::test]
async fn a_photo_of_one_does_not_exist_at_the_other() {
    let office = both().await;
    let mut here = office.log_in_at(A, "chen").await;
    let customer = here.registers(1, "海港").await;
    let bytes = picture(1, 900);
    let hash = hash(&bytes);
    let photo = name(&office, customer, 1, of(&bytes)).await;
    assert_eq!(send(&here, hash, 0, &bytes).await.1["whole"], true);
    assert_eq!(fetch(&here, hash, None).await.bytes().await.unwrap(), bytes);
    let there = office.log_in_at(B, "chen").await;
    for refused in [
        answer(fetch(&there, hash, None).await).await,
        state(&there, hash).await,
        send(&there, hash, 0, &bytes).await,
    ] {
        check_error(&refused, 404, "not_found", &Value::Null);
    }
    // a row there that names it gives a right to nothing but to send it
    let db = database(&office.place().of(SECOND)).await;
    let mut writing = db.write(SECOND).await.unwrap();
    let grant = Changes::none().grant(CHEN, Scope::Customer(photo.customer));
    writing.write(&grant.put(photo)).await.unwrap();
    writing.commit().await.unwrap();
    db.close().await;
    check_error(&answer(fetch(&there, hash, None).await).await, 404, "pending", &Value::Null);
    assert_eq!(state(&there, hash).await.1, json!({ "offset": 0, "whole": false }));
    assert_eq!(send(&there, hash, 0, &bytes).await.1["whole"], true);
    let own = office.place().of(SECOND).data.join("blobs/whole");
    assert!(own.is_dir() && office.place().data.join("blobs/whole").is_dir(), "a folder each");
}

/// Says whether there was a poke among what has come already.
fn heard(stream: &mut Response) -> bool {
    while let Some(Ok(Some(chunk))) = stream.chunk().now_or_never() {
        if chunk.starts_with(b"event: poke") {
            return true;
        }
    }
    false
}

#[tokio::test]
async fn pokes_stay_at_home() {
    let office = both().await;
    let (mut here, mut there) = (office.log_in_at(A, "chen").await, office.log_in_at(B, "chen").await);
    let (mut at_a, mut at_b) = (listen(&here).await, listen(&there).await);
    assert!(poked(&mut at_a).await && poked(&mut at_b).await, "the first: nobody knows what came before");
    for n in 1..=3 {
        there.registers(n, "海港").await;
        assert!(poked(&mut at_b).await);
    }
    assert!(!heard(&mut at_a), "three rounds of news, and none of them here");
    here.registers(1, "滨江").await;
    assert!(poked(&mut at_a).await);
    let office = office.restart().await;
    assert!(!poked(&mut at_a).await && !poked(&mut at_b).await, "ended in order");
    office.log_in_at(B, "chen").await;
}

#[tokio::test]
async fn failures_at_one_host_hold_up_nobody_at_another() {
    let office = both().await;
    for _ in 0..10 {
        assert_eq!(office.try_log_in_at(A, "chen", "wrong").await.status(), StatusCode::UNAUTHORIZED);
    }
    let held_up = office.try_log_in_at(A, "chen", crate::office::PASSWORD).await;
    assert_eq!(held_up.status(), StatusCode::TOO_MANY_REQUESTS);
    let there = office.log_in_at(B, "chen").await;
    // a password is changed where it is changed
    let change = json!({ "old": crate::office::PASSWORD, "new": "the other one's own words" });
    assert_eq!(there.post("/api/password", &change).await.0, StatusCode::NO_CONTENT);
    office.clock.advance(6 * 60_000);
    office.log_in_at(A, "chen").await;
    let refused = answer(office.try_log_in_at(B, "chen", crate::office::PASSWORD).await).await;
    check_error(&refused, 401, "wrong_login", &Value::Null);
}

#[tokio::test]
async fn what_is_for_nobody_is_misdirected_and_a_probe_is_answered() {
    let office = both().await;
    for host in ["c.example", "127.0.0.1", "localhost", "a.example.b.example", "x.a.example", "a%2eexample"] {
        for route in ROUTES {
            let path = route.path.replace("{id}", "x").replace("{*path}", "index.html");
            let response = office.request(route.method, &path).header("host", host).send().await.unwrap();
            if path == "/healthz" {
                assert_eq!(response.status(), StatusCode::OK, "{host}");
                continue;
            }
            for (name, value) in ALWAYS {
                assert_eq!(response.headers()[&name], value, "{host} {path}");
            }
            assert_eq!(response.headers()["cache-control"], "no-store");
            check_error(&answer(response).await, 421, "misdirected", &Value::Null);
        }
    }
    let said_beside = office.request("GET", "/").header("host", "c.example").header("x-forwarded-host", A);
    check_error(&answer(said_beside.send().await.unwrap()).await, 421, "misdirected", &Value::Null);
    for host in [A, "A.Example", "a.example.", "a.example:8443", "A.EXAMPLE.:1"] {
        let response = office.request("GET", "/").header("host", host).send().await.unwrap();
        assert_eq!(response.status(), StatusCode::OK, "{host}");
    }
}

/// Sends a head as it is, and returns the first line of the answer.
async fn raw(office: &Office, head: &str) -> String {
    let address = office.url.strip_prefix("http://").unwrap();
    let mut stream = TcpStream::connect(address).await.unwrap();
    stream.write_all(format!("{head}\r\nConnection: close\r\n\r\n").as_bytes()).await.unwrap();
    let mut answer = Vec::new();
    stream.read_to_end(&mut answer).await.unwrap();
    String::from_utf8_lossy(&answer).lines().next().unwrap_or_default().to_owned()
}

#[tokio::test]
async fn a_head_that_names_no_host_or_two_is_for_nobody() {
    let office = Office::open().await;
    let heads = [
        "GET / HTTP/1.0",
        "GET / HTTP/1.1\r\nHost:",
        "GET / HTTP/1.1\r\nHost: a.example\r\nHost: b.example",
        "GET http://b.example/ HTTP/1.1\r\nHost: a.example",
        "GET / HTTP/1.1\r\nHost: b.example@a.example",
    ];
    for head in heads {
        assert!(raw(&office, head).await.contains(" 200 "), "alone it answers for every host: {head}");
    }
    let office = office.beside_another(A, B).await;
    for head in heads {
        assert!(raw(&office, head).await.contains(" 421 "), "{head}");
    }
    assert!(raw(&office, "GET http://a.example/ HTTP/1.1\r\nHost: a.example:80").await.contains(" 200 "));
    assert!(raw(&office, "GET /healthz HTTP/1.0").await.contains(" 200 "));
}

#[tokio::test]
async fn a_server_takes_up_who_is_added_while_it_runs() {
    let office = Office::open().await;
    let own = |hosts: &[&str]| TenantHost {
        place: office.place().clone(),
        tenant: Tenant::FIRST,
        hosts: hosts.iter().map(|it| it.parse().unwrap()).collect(),
    };
    let add = |host: &str| TenantAdd {
        place: office.place().clone(),
        hosts: vec![host.parse().unwrap()],
        name: "海港公司".into(),
        admin: "guan".into(),
    };
    let refused = manage::add(&add(B), &office.clock).await.unwrap_err().to_string();
    assert!(refused.contains("tenant host 1 HOST"), "{refused}");
    manage::set_hosts(&own(&[A])).await.unwrap();
    office.log_in_at("anything.example", "chen").await;
    let (tenant, password) = manage::add(&add(B), &office.clock).await.unwrap();
    assert_eq!(tenant, SECOND);
    for taken in [A, B, "B.EXAMPLE."] {
        let refused = manage::add(&add(taken), &office.clock).await.unwrap_err().to_string();
        assert!(
            refused.contains(&taken.to_lowercase()[..9]) && refused.contains("organisation"),
            "{refused}"
        );
    }
    let refused = manage::set_hosts(&own(&[A, B])).await.unwrap_err().to_string();
    assert!(refused.contains("b.example is a host of 海港公司, organisation 2"), "{refused}");
    // within ten seconds; a minute ends a test that has failed already
    let misdirected = async |host: &str| {
        office.request("GET", "/").header("host", host).send().await.unwrap().status()
            == StatusCode::MISDIRECTED_REQUEST
    };
    let wait = async |host: &str, until: bool| {
        let turned = async { while misdirected(host).await != until {} };
        tokio::time::timeout(std::time::Duration::from_secs(60), turned).await.expect("nobody looked");
    };
    wait("anything.example", true).await;
    let session = office.try_log_in_at(B, "guan", &password).await;
    assert_eq!(session.status(), StatusCode::OK);
    office.log_in_at(A, "chen").await;
    assert_eq!(office.try_log_in_at(A, "guan", &password).await.status(), StatusCode::UNAUTHORIZED);
    // a host is given up, and another one taken
    manage::set_hosts(&own(&["new.example"])).await.unwrap();
    wait("new.example", false).await;
    assert!(misdirected(A).await && !misdirected(B).await);
    let listed = manage::list(office.place()).await.unwrap();
    let told: Vec<_> = listed.iter().map(|it| (it.tenant.number(), it.hosts[0].text())).collect();
    assert_eq!(told, [(1, "new.example"), (2, B)]);
    assert_eq!(office.place().of(SECOND).file().is_file(), office.place().database.is_none());
    let office = office.restart().await;
    assert_eq!(office.try_log_in_at(B, "guan", &password).await.status(), StatusCode::OK);
}

/// An operator in a folder, with the addresses of PostgreSQL in the environment if the data is there.
struct Operator<'a> {
    folder: &'a Path,
    base: Option<&'a Base>,
}

impl Operator<'_> {
    fn run(&self, arguments: &[&str]) -> (bool, String) {
        let mut task = command(self.folder);
        if let Some(base) = self.base {
            task.env("DATABASE_URL", &base.app).env("DATABASE_OWNER_URL", &base.owner);
        }
        let ended = task.args(arguments).output().unwrap();
        (ended.status.success(), String::from_utf8([ended.stdout, ended.stderr].concat()).unwrap())
    }

    #[track_caller]
    fn well(&self, arguments: &[&str], word: &str) -> String {
        let (well, said) = self.run(arguments);
        assert!(well && said.contains(word), "{arguments:?}: {said}");
        said
    }

    #[track_caller]
    fn badly(&self, arguments: &[&str], word: &str) {
        let (well, said) = self.run(arguments);
        assert!(!well && said.contains(word), "{arguments:?}: {said}");
    }

    fn serve(&self) -> Program {
        let base = self.base.map(|base| ["--database", &base.app, "--database-owner", &base.owner]);
        Program::start(self.folder, base.as_ref().map_or(&[], |it| &it[..]))
    }

    /// Founds two organisations, in the order in which the program asks for it. Returns the second one's password.
    fn founds_two(&self) -> String {
        let add = ["tenant", "add", "--host", B, "--name", "海港公司", "--admin", "guan"];
        self.badly(&add, "no organisation");
        self.well(&["init", "--name", "试点分公司", "--admin", "guan"], "one-time password");
        self.badly(&add, "`leeway-server tenant host 1 HOST`");
        self.well(&["tenant", "list"], "1  every host  试点分公司");
        self.well(&["tenant", "host", "1", A], "1  a.example  试点分公司\n");
        let said = self.well(&add, "organisation 2, reached by b.example");
        said.split("one-time password ").nth(1).unwrap().split_whitespace().next().unwrap().to_owned()
    }

    fn is_told_what_is_wrong(&self) {
        let add = |host: &str, name: &str, word: &str| {
            self.badly(&["tenant", "add", "--host", host, "--name", name, "--admin", "guan"], word);
        };
        add(B, "滨江", "b.example is a host of 海港公司, organisation 2");
        add("https://c.example", "滨江", "give the name of the host alone");
        add("c.example:8443", "滨江", "leave it out");
        add("two words", "滨江", "no name of a host");
        add("c.example", " ", "1 to 60 characters");
        self.badly(
            &["tenant", "host", "2", "A.Example."],
            "a.example is a host of 试点分公司, organisation 1",
        );
        self.badly(&["tenant", "host", "3", "c.example"], "no organisation 3");
        self.badly(&["tenant", "host", "0", "c.example"], "`leeway-server tenant list`");
        for task in [&["recovery-key", "new"][..], &["mark-durable", "--began", "1"]] {
            self.badly(&[task, &["--tenant", "3"]].concat(), "no organisation 3");
        }
        self.well(&["tenant", "list"], "1  a.example  试点分公司\n2  b.example  海港公司\n");
    }
}

/// Logs the second organisation's admin in, at a host.
async fn log_in(program: &Program, host: &str, password: &str) -> StatusCode {
    let body = json!({ "login": "guan", "password": password });
    let request = reqwest::Client::new().post(format!("{}/api/session", program.url)).header("host", host);
    request.json(&body).send().await.unwrap().status()
}

async fn an_operator_adds_another(operator: Operator<'_>) {
    let password = operator.founds_two();
    operator.is_told_what_is_wrong();
    operator.well(&["recovery-key", "new", "--tenant", "2"], "Leeway recovery key");
    operator.well(&["recovery-key", "list", "--tenant", "2"], "given out");
    operator.well(&["recovery-key", "list"], "There is no recovery key");
    operator.well(&["mark-durable", "--began", "1", "--tenant", "2"], "0 devices");
    let program = operator.serve();
    assert_eq!(log_in(&program, B, &password).await, StatusCode::OK);
    assert_eq!(log_in(&program, A, &password).await, StatusCode::UNAUTHORIZED);
    assert_eq!(log_in(&program, "c.example", &password).await, StatusCode::MISDIRECTED_REQUEST);
    let (said, well) = program.stop();
    assert!(well && said.contains("1  a.example  试点分公司\n2  b.example  海港公司\n"), "{said}");
}

#[tokio::test]
async fn an_operator_adds_another_in_a_folder_of_its_own() {
    let folder = tempfile::tempdir().unwrap();
    an_operator_adds_another(Operator { folder: folder.path(), base: None }).await;
    let kept = std::fs::read_dir(folder.path().join("data/tenants")).unwrap();
    let mut kept: Vec<_> = kept.map(|it| it.unwrap().file_name()).collect();
    kept.sort();
    assert_eq!(kept, ["2", "leeway.lock"], "what was refused left nothing");
    #[cfg(unix)]
    {
        use std::os::unix::fs::PermissionsExt;
        let mode = |name: &str| {
            let path = folder.path().join("data/tenants/2").join(name);
            std::fs::metadata(path).unwrap().permissions().mode() & 0o777
        };
        assert_eq!((mode(""), mode("leeway.sqlite")), (0o700, 0o600), "for its owner only");
    }
}

#[tokio::test]
#[ignore = "needs PostgreSQL: cargo xtask test unit"]
async fn an_operator_adds_another_in_the_same_postgresql_database() {
    let (folder, base) = (tempfile::tempdir().unwrap(), Base::new().await);
    an_operator_adds_another(Operator { folder: folder.path(), base: Some(&base) }).await;
    assert!(!folder.path().join("data/leeway.sqlite").exists());
}

#[tokio::test]
async fn each_file_is_backed_up_checked_and_restored_by_its_number() {
    let folder = tempfile::tempdir().unwrap();
    let operator = Operator { folder: folder.path(), base: None };
    let password = operator.founds_two();
    let program = operator.serve();
    operator.well(&["backup", "--to", "one.sqlite"], "one.sqlite is whole");
    operator.well(&["backup", "--to", "two.sqlite", "--tenant", "2"], "two.sqlite is whole");
    operator.well(&["verify", "--tenant", "2"], "tenants/2/leeway.sqlite is sound");
    let restore = ["restore", "--from", "two.sqlite", "--tenant", "2"];
    operator.badly(&restore, "in use by another");
    drop(program.stop());
    operator.badly(&restore[..3], "two.sqlite is no backup of organisation 1");
    operator.badly(&["restore", "--from", "one.sqlite", "--tenant", "2"], "is no backup of organisation 2");
    operator.well(&restore, "two.sqlite is in place");
    operator.well(&["new-epoch", "--tenant", "2"], "Another history");
    operator.badly(&["new-epoch", "--tenant", "3"], "no organisation 3");
    assert!(!folder.path().join("data/tenants/3").exists());
    operator.well(&["tenant", "list"], "2  b.example  海港公司");
    assert_eq!(log_in(&operator.serve(), B, &password).await, StatusCode::OK);
}
