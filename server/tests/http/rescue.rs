//! Work that a phone could not send comes in as a file: sealed by the very script that phones have, run by Node.

use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Command, Stdio};

use leeway_core::sync::protocol::{Envelope, OutcomeKind, RecoveryKeyAnswer};
use leeway_server::config::{Place, RescueImport, Whose, database};
use leeway_server::db::Tenant;
use leeway_server::rescue::file::Outer;
use leeway_server::rescue::import::{Fate, Imported};
use leeway_server::rescue::key::{Private, id_of};
use serde_json::{Value, json};
use sqlx::{ConnectOptions, Connection};
use uuid::Uuid;

use crate::office::{CHEN, GONE, LI, NOON, Office, customer, of_type};

const SEAL: &str = include_str!("../../../public/rescue-seal.js");
const DOCS: &str = include_str!("../../../docs/rescue.md");

/// Where a phone keeps commands that the server had done.
const DONE_FROM: u64 = 1 << 41;

/// Calls the phone's script. `input` has `key` and perhaps a `pair`, or neither for a file that is not sealed.
fn phone_writes(input: &Value) -> String {
    let run = "
        const { readFileSync } = await import('node:fs');
        const [script, input] = JSON.parse(readFileSync(0, 'utf8'));
        const { sealed, open } = await import('data:text/javascript,' + encodeURIComponent(script));
        const curve = { name: 'ECDH', namedCurve: 'P-256' };
        const half = ({ key_ops, ...jwk }, may) => crypto.subtle.importKey('jwk', jwk, curve, true, may);
        const pair = input.pair && {
          privateKey: await half(input.pair, ['deriveBits']),
          publicKey: await half({ ...input.pair, d: undefined }, []),
        };
        const { key, user, text, contents = JSON.parse(text) } = input;
        process.stdout.write(key ? await sealed(key, user, contents, pair) : await open(user, contents));";
    let mut node = Command::new("node")
        .args(["--input-type=module", "--eval", run])
        .stdin(Stdio::piped())
        .stdout(Stdio::piped())
        .spawn()
        .unwrap();
    node.stdin.take().unwrap().write_all(json!([SEAL, input]).to_string().as_bytes()).unwrap();
    let output = node.wait_with_output().unwrap();
    assert!(output.status.success());
    String::from_utf8(output.stdout).unwrap()
}

fn queued(envelope: &Envelope, state: &str) -> Value {
    let text = json!({ "envelope": envelope, "state": state, "keys": [] }).to_string();
    json!({ "place": envelope.seq, "text": text })
}

fn done(envelope: &Envelope) -> Value {
    let text =
        json!({ "entry": { "envelope": envelope, "state": "applied", "keys": [] }, "at": NOON }).to_string();
    json!({ "place": DONE_FROM + envelope.seq, "text": text })
}

fn contents(entries: &[Value]) -> Value {
    json!({ "organisation": "试点分公司", "login": "chen", "made_at": NOON, "entries": entries })
}

/// An office with the files of its operator.
struct Desk {
    office: Office,
}

impl Desk {
    /// On SQLite: the operator's program finds its database in the folder.
    async fn open() -> Option<Self> {
        Some(Self { office: Office::with_a_file().await? })
    }

    fn folder(&self) -> &Path {
        self.office.folder.path()
    }

    /// Runs the program beside the server; returns whether it went well, and what it said.
    fn run(&self, arguments: &[&str]) -> (bool, String) {
        let mut command = Command::new(env!("CARGO_BIN_EXE_leeway-server"));
        let output =
            command.current_dir(self.folder()).args(arguments).stdin(Stdio::null()).output().unwrap();
        let said = [output.stdout, output.stderr].concat();
        (output.status.success(), String::from_utf8(said).unwrap())
    }

    /// Makes a recovery key, keeps what was printed as a file, and returns its public half as phones get it.
    async fn key(&self, name: &str) -> Value {
        let (well, printed) = self.run(&["recovery-key", "new"]);
        assert!(well, "{printed}");
        std::fs::write(self.folder().join(name), &printed).unwrap();
        let chen = self.office.log_in("chen").await;
        let answer = chen.request("GET", "/api/recovery-key").send().await.unwrap();
        let key = answer.json::<RecoveryKeyAnswer>().await.unwrap().key.unwrap();
        assert!(printed.contains(&key.id), "{printed}");
        json!(key)
    }

    fn write(&self, name: &str, text: impl AsRef<[u8]>) -> PathBuf {
        let path = self.folder().join(name);
        std::fs::write(&path, text).unwrap();
        path
    }

    /// Imports as the program does.
    async fn import(&self, from: &Path, user: &str, key: Option<&str>) -> Result<Imported, String> {
        let place = Place {
            data: self.folder().join("data"),
            database: None,
            database_owner: None,
            blobs: <_>::default(),
        };
        let asked = RescueImport {
            whose: Whose { all: place, tenant: Tenant::FIRST },
            from: from.to_owned(),
            user: user.into(),
            key: key.map(|it| self.folder().join(it)),
        };
        leeway_server::tasks::rescue_import(&asked, &self.office.clock)
            .await
            .map_err(|error| error.to_string())
    }

    #[track_caller]
    fn refused(&self, result: Result<Imported, String>, words: &[&str]) {
        let error = result.unwrap_err();
        for word in words {
            assert!(error.contains(word), "{word:?} is not in: {error}");
        }
    }

    /// Everything of which an import may write.
    async fn state(&self) -> Vec<String> {
        let path = database(&self.folder().join("data"));
        let options = sqlx::sqlite::SqliteConnectOptions::new().filename(path);
        let mut conn = options.connect().await.unwrap();
        let sql = "select json_array(hex(client), seq, hex(id), outcome) from command
                   union all select json_array(hex(id), last_seq) from client
                   union all select json_array(typ, hex(id), rev, stamp) from row order by 1";
        let all = sqlx::query_scalar(sql).fetch_all(&mut conn).await.unwrap();
        conn.close().await.unwrap();
        all
    }
}

#[tokio::test]
async fn what_a_phone_could_not_send_comes_in_once_beside_a_server_at_work() {
    let Some(desk) = Desk::open().await else { return };
    let key = desk.key("key.txt").await;
    let mut chen = desk.office.log_in("chen").await;
    chen.registers(1, "海港").await;
    let had = chen.envelope("customers.register", customer(Uuid::from_u128(0x31), "滨江"));
    chen.push(&[had.clone()]).await;
    let lost = chen.envelope("customers.register", customer(Uuid::from_u128(0x32), "备份之后"));
    let new = chen.envelope("customers.register", customer(Uuid::from_u128(0x33), "没发出去"));
    let none = json!({ "customer": Uuid::from_u128(0x99), "change": { "field": "name", "value": "无" }, "seen": null });
    let bad = chen.envelope("customers.edit", none);
    let huge = chen.envelope("customers.register", customer(Uuid::from_u128(0x34), &"长".repeat(30_000)));
    let entries = [
        queued(&bad, "queued"),
        queued(&new, "sent"),
        queued(&huge, "too_large"),
        json!({ "place": 77, "text": "of a newer app" }),
        done(&lost),
        done(&had),
    ];
    let file = phone_writes(&json!({ "key": key, "user": CHEN, "contents": contents(&entries) }));
    assert!(!file.contains("register") && !file.contains("chen"), "{file}");
    desk.write("rescue.json", &file);
    let import = ["rescue-import", "--from", "rescue.json", "--user", "chen", "--key", "key.txt"];
    let (well, said) = desk.run(&import);
    assert!(well, "{said}");
    let line = |id: &Envelope| {
        said.lines().find(|it| it.contains(&id.id.to_string())).unwrap_or_else(|| panic!("{said}"))
    };
    assert!(line(&had).ends_with("known before, done before by the word of the phone"), "{said}");
    assert!(line(&lost).ends_with("applied, done before by the word of the phone"), "{said}");
    assert!(line(&new).ends_with("customers.register: applied"), "{said}");
    assert!(line(&bad).ends_with("refused, general.not_found"), "{said}");
    assert!(line(&huge).contains("left out, larger than"), "{said}");
    assert!(said.contains("entry 77: left out, can't be read"), "{said}");
    assert!(said.contains("2 applied, 1 refused, 1 known before, 2 left out"), "{said}");

    let pulled = chen.pull(None).await;
    assert_eq!((of_type(&pulled.rows, "customer").len(), of_type(&pulled.rows, "refusal").len()), (4, 1));
    // again, and by the phone itself when it comes back: nothing is done twice
    let state = desk.state().await;
    let (well, said) = desk.run(&import);
    assert!(well && said.contains("0 applied, 0 refused, 4 known before, 2 left out"), "{said}");
    assert!(said.contains("known before, and refused then, general.not_found"), "{said}");
    assert_eq!(desk.state().await, state);
    let sent = chen.push(&[lost, new, bad]).await;
    assert!(sent.results.iter().all(|it| it.outcome == OutcomeKind::Duplicate), "{sent:?}");
    let again = chen.pull(pulled.cookie.as_deref()).await;
    assert_eq!((again.rows.len(), again.ack), (0, 5));
}

#[tokio::test]
async fn a_file_that_is_not_as_it_was_written_changes_nothing() {
    let Some(desk) = Desk::open().await else { return };
    let key = desk.key("key.txt").await;
    let mut chen = desk.office.log_in("chen").await;
    let new = chen.envelope("customers.register", customer(Uuid::from_u128(0x33), "没发出去"));
    let contents = contents(&[queued(&new, "queued")]);
    let file = phone_writes(&json!({ "key": key, "user": CHEN, "contents": contents }));
    let open = phone_writes(&json!({ "user": CHEN, "contents": contents }));
    let state = desk.state().await;
    let again = "fetch it from the phone again";
    for end in [0, 1, file.len() / 2, file.len() - 1] {
        let cut = desk.write("cut.json", &file[..end]);
        desk.refused(
            desk.import(&cut, "chen", Some("key.txt")).await,
            &["cut.json is no rescue file", again],
        );
    }
    let written: Value = serde_json::from_str(&file).unwrap();
    let altered = |field: &str, value: Value| {
        let mut other = written.clone();
        other[field] = value;
        desk.write("altered.json", other.to_string())
    };
    // another bit, a cut, another half, and the header that is sealed with it
    let sealed = written["sealed"].as_str().unwrap();
    let flipped = sealed.replacen(&sealed[9..10], if &sealed[9..10] == "A" { "B" } else { "A" }, 1);
    let other = phone_writes(&json!({ "key": key, "user": CHEN, "contents": contents }));
    let other: Value = serde_json::from_str(&other).unwrap();
    for (field, value) in [
        ("sealed", json!(flipped)),
        ("sealed", json!(&sealed[..sealed.len() - 4])),
        ("sealed", other["sealed"].clone()),
        ("sealed", json!("%")),
        ("sealed", json!("")),
        ("ephemeral", other["ephemeral"].clone()),
        ("ephemeral", json!("AAAA")),
        ("user", json!(LI)),
        ("user", Value::Null),
        ("open", json!("{}")),
        ("key", json!("\u{1b}[2Jabcdefghijkl")),
    ] {
        let path = altered(field, value);
        for user in ["chen", "li"] {
            desk.refused(desk.import(&path, user, Some("key.txt")).await, &["was altered or damaged", again]);
        }
    }
    desk.refused(
        desk.import(&altered("v", json!(2)), "chen", None).await,
        &["version 2", "update the server"],
    );
    desk.refused(desk.import(&altered("leeway", json!("backup")), "chen", None).await, &["no rescue file"]);
    let damaged = desk.write("open.json", open.replace("没发出去", "没发出走"));
    desk.refused(desk.import(&damaged, "chen", None).await, &["was altered or damaged", again]);
    assert_eq!(desk.state().await, state);
}

#[tokio::test]
async fn the_wrong_key_the_wrong_house_and_the_wrong_person_are_told_apart() {
    let (Some(desk), Some(other)) = (Desk::open().await, Desk::open().await) else { return };
    let (key, _) = (desk.key("key.txt").await, other.key("key.txt").await);
    let mut chen = desk.office.log_in("chen").await;
    let new = chen.envelope("customers.register", customer(Uuid::from_u128(0x33), "没发出去"));
    let contents = contents(&[queued(&new, "queued")]);
    let file = phone_writes(&json!({ "key": key, "user": CHEN, "contents": contents }));
    let path = desk.write("rescue.json", &file);
    let id = key["id"].as_str().unwrap();
    let (state, others) = (desk.state().await, other.state().await);
    desk.refused(desk.import(&path, "chen", None).await, &[id, "--key FILE"]);
    desk.write("other.txt", Private::new().unwrap().to_line());
    desk.refused(
        desk.import(&path, "chen", Some("other.txt")).await,
        &[id, "other.txt holds the key", "list"],
    );
    desk.write("other.txt", "leeway-recovery-1 0123");
    desk.refused(desk.import(&path, "chen", Some("other.txt")).await, &["other.txt has a mistyped line"]);
    desk.refused(desk.import(&path, "chen", Some("none.txt")).await, &["none.txt"]);
    desk.refused(desk.import(&path, "li", Some("key.txt")).await, &["not a file of li, but of chen"]);
    desk.refused(desk.import(&path, "gone", Some("key.txt")).await, &["nobody who may act is called gone"]);
    let foreign = other.import(&path, "chen", Some("key.txt")).await;
    other.refused(foreign, &[id, "another organisation", "on the server of that one"]);
    let stranger = phone_writes(&json!({ "user": Uuid::from_u128(0xabc), "contents": contents }));
    let stranger = desk.write("stranger.json", stranger);
    desk.refused(
        desk.import(&stranger, "chen", None).await,
        &["whom this organisation does not know (chen)"],
    );
    let left = desk.write("left.json", phone_writes(&json!({ "user": GONE, "contents": contents })));
    desk.refused(desk.import(&left, "chen", None).await, &["gone, who may not act any more"]);
    assert_eq!((desk.state().await, other.state().await), (state, others));
    // what somebody else did does not come in as chen's, and not as theirs
    let mine = phone_writes(&json!({ "user": LI, "contents": contents }));
    let mine = desk.import(&desk.write("mine.json", mine), "li", None).await.unwrap();
    assert_eq!(mine.lines[0].fate, Fate::Refused("general.foreign_author".into()));
    let theirs = desk.import(&path, "chen", Some("key.txt")).await.unwrap();
    assert_eq!(theirs.lines[0].fate, Fate::Applied);
}

#[tokio::test]
async fn an_old_file_is_opened_by_the_key_of_its_time() {
    let Some(desk) = Desk::open().await else { return };
    let chen = desk.office.log_in("chen").await;
    let answer = chen.request("GET", "/api/recovery-key").send().await.unwrap();
    assert_eq!(answer.json::<Value>().await.unwrap(), json!({ "key": null }));
    assert!(desk.run(&["recovery-key", "list"]).1.contains("Make one by `recovery-key new`"));
    let old = desk.key("old.txt").await;
    let new = desk.key("new.txt").await;
    let (old_id, new_id) = (old["id"].as_str().unwrap(), new["id"].as_str().unwrap());
    assert_ne!(old_id, new_id);
    let (_, list) = desk.run(&["recovery-key", "list"]);
    let lines: Vec<&str> = list.lines().collect();
    assert!(lines[0].starts_with(new_id) && lines[0].ends_with("given out"), "{list}");
    assert!(lines[1].starts_with(old_id) && lines[1].contains("retired 20"), "{list}");
    // no private half is anywhere in the data
    for name in ["old.txt", "new.txt"] {
        let text = std::fs::read_to_string(desk.folder().join(name)).unwrap();
        let group = text.lines().last().unwrap().split(' ').nth(1).unwrap().to_owned();
        let dump = std::fs::read(database(&desk.folder().join("data"))).unwrap();
        let log = std::fs::read(desk.folder().join("data/leeway.sqlite-wal")).unwrap_or_default();
        let bytes: Vec<u8> =
            (0..4).map(|at| u8::from_str_radix(&group[at * 2..at * 2 + 2], 16).unwrap()).collect();
        for needle in [group.as_bytes(), &bytes] {
            assert!(
                ![&dump, &log].iter().any(|it| it.windows(needle.len()).any(|part| part == needle)),
                "{name}"
            );
        }
    }
    let file = phone_writes(&json!({ "key": old, "user": CHEN, "contents": contents(&[]) }));
    let path = desk.write("rescue.json", file);
    desk.refused(desk.import(&path, "chen", Some("new.txt")).await, &[old_id, new_id]);
    assert_eq!(desk.import(&path, "chen", Some("old.txt")).await.unwrap().lines, []);
}

#[tokio::test]
async fn a_long_queue_that_is_not_sealed_comes_in_too() {
    let Some(desk) = Desk::open().await else { return };
    let mut chen = desk.office.log_in("chen").await;
    let all: Vec<Envelope> = (0..230)
        .map(|n| {
            chen.envelope("customers.register", customer(Uuid::from_u128(0x5000 + n), &format!("客户{n}")))
        })
        .collect();
    let entries: Vec<Value> = all.iter().map(|it| queued(it, "queued")).collect();
    let file = phone_writes(&json!({ "user": CHEN, "contents": contents(&entries) }));
    let path = desk.write("rescue.json", file);
    let imported = desk.import(&path, "chen", None).await.unwrap();
    assert_eq!((imported.count(|it| *it == Fate::Applied), imported.sealed), (230, false));
    let again = desk.import(&path, "chen", None).await.unwrap();
    assert_eq!(again.count(|it| *it == Fate::Known(None)), 230);
    assert_eq!(of_type(&chen.pull(None).await.rows, "customer").len(), 230);
}

#[test]
fn the_example_of_the_documentation_is_frozen() {
    let block = |mark: &str| {
        let from = DOCS.find(mark).unwrap_or_else(|| panic!("{mark}")) + mark.len();
        DOCS[from..].split("```").nth(1).unwrap().split_once('\n').unwrap().1.trim().to_owned()
    };
    let private = Private::from_text(&block("The private half of the recovery key:")).ok().unwrap();
    let contents = block("\nThe contents:");
    let file = block("\nThe file:");
    let input = json!({
        "key": { "id": id_of(&private.public()), "public": base64(&private.public()) },
        "user": CHEN,
        // as text: the order of its fields is frozen, too
        "text": contents,
        "pair": serde_json::from_str::<Value>(&block("\nThe phone's half:")).unwrap(),
    });
    assert_eq!(phone_writes(&input), file);
    let opened = Outer::read(file.as_bytes()).unwrap().open(Some(&private)).unwrap();
    assert_eq!(opened, serde_json::from_str(&contents).unwrap());
}

fn base64(bytes: &[u8]) -> String {
    use base64::Engine as _;
    base64::engine::general_purpose::STANDARD.encode(bytes)
}
