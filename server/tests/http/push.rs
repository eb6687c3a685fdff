//! Commands come in once, in order, and whatever is wrong with one is said and kept.

use std::path::Path;

use leeway_core::sync::protocol::{Envelope, OutcomeKind, PUSH_BYTES_MAX};
use leeway_core::values::CommandId;
use serde_json::{Value, json};
use sqlx::sqlite::SqliteConnectOptions;
use sqlx::{ConnectOptions, Connection, Executor};
use uuid::Uuid;

use crate::office::{Office, ZHOU, answer, check_error, customer, of_type};

#[tokio::test]
async fn a_command_counts_once_however_often_it_is_sent() {
    let office = Office::open().await;
    let mut chen = office.log_in("chen").await;
    let one = chen.envelope("customers.register", customer(Uuid::from_u128(1), "海港医院"));
    let two = chen.envelope("customers.register", customer(Uuid::from_u128(2), "海港学校"));
    let first = chen.push(&[one.clone()]).await;
    assert_eq!((first.last_seq, first.results[0].outcome), (1, OutcomeKind::Applied));
    let both = chen.push(&[one.clone(), two.clone()]).await;
    let outcomes: Vec<_> = both.results.iter().map(|it| (it.seq, it.outcome)).collect();
    assert_eq!(outcomes, [(1, OutcomeKind::Duplicate), (2, OutcomeKind::Applied)]);
    for _ in 0..3 {
        let again = chen.push(&[one.clone(), two.clone()]).await;
        assert_eq!(again.last_seq, 2);
        assert!(again.results.iter().all(|it| it.outcome == OutcomeKind::Duplicate && it.reason.is_none()));
    }
    let pulled = chen.pull(None).await;
    let customers = of_type(&pulled.rows, "customer");
    assert_eq!((customers.len(), customers[0].rev, pulled.ack), (2, 1, 2));
}

#[tokio::test]
async fn what_was_sent_survives_a_restart_of_the_server() {
    let office = Office::open().await;
    let (one, cookie, client, incarnation) = {
        let mut chen = office.log_in("chen").await;
        let one = chen.envelope("customers.register", customer(Uuid::from_u128(1), "海港医院"));
        chen.push(&[one.clone()]).await;
        (one, chen.cookie.clone(), chen.client, chen.incarnation)
    };
    let office = office.restart().await;
    let mut chen = crate::office::Phone::of(&office, crate::office::CHEN, cookie);
    (chen.client, chen.incarnation) = (client, incarnation);
    assert_eq!(chen.push(&[one]).await.results[0].outcome, OutcomeKind::Duplicate);
}

#[tokio::test]
async fn the_same_command_in_another_store_is_not_done_again() {
    let office = Office::open().await;
    let mut chen = office.log_in("chen").await;
    let visit = json!({ "visit": Uuid::from_u128(404) });
    let one = chen.envelope("customers.register", customer(Uuid::from_u128(1), "海港医院"));
    let two = chen.envelope("visits.open", visit);
    let refused = chen.push(&[one.clone(), two.clone()]).await.results[1].clone();
    // the store was cloned: what was pending is issued again under a new client
    let clone = chen.second();
    let again = clone.push(&[one, two]).await;
    assert!(again.results.iter().all(|it| it.outcome == OutcomeKind::Duplicate), "{again:?}");
    assert_eq!(again.results[0].reason, None);
    assert_eq!(again.results[1].reason, refused.reason);
    let pulled = chen.pull(None).await;
    assert_eq!(of_type(&pulled.rows, "customer")[0].rev, 1);
    assert_eq!(of_type(&pulled.rows, "refusal").len(), 1);
}

#[tokio::test]
async fn the_id_of_another_command_is_nobodys() {
    let office = Office::open().await;
    let mut chen = office.log_in("chen").await;
    let mut zhou = office.log_in("zhou").await;
    let refused = chen.envelope("visits.open", json!({ "visit": Uuid::from_u128(404) }));
    let reason = chen.push(&[refused.clone()]).await.results[0].reason.clone();
    let mut theirs = zhou.envelope("customers.register", customer(Uuid::from_u128(9), "周的客户"));
    theirs.id = refused.id;
    let outcome = zhou.push(&[theirs]).await.results[0].clone();
    assert_eq!(outcome.outcome, OutcomeKind::Refused);
    assert_ne!(outcome.reason, reason);
    // both have a card: zhou's did not take chen's place
    for (phone, kind) in [(&chen, "visits.open"), (&zhou, "customers.register")] {
        let pulled = phone.pull(None).await;
        let cards = of_type(&pulled.rows, "refusal");
        assert_eq!(cards.len(), 1);
        assert_eq!(cards[0].body["kind"], kind);
    }
}

#[tokio::test]
async fn a_gap_is_named() {
    let office = Office::open().await;
    let mut chen = office.log_in("chen").await;
    let one = chen.envelope("customers.register", customer(Uuid::from_u128(1), "一"));
    let two = chen.envelope("customers.register", customer(Uuid::from_u128(2), "二"));
    let three = chen.envelope("customers.register", customer(Uuid::from_u128(3), "三"));
    check_error(&chen.try_push(&[two.clone()]).await, 409, "gap", &json!({ "expected": 1 }));
    check_error(&chen.try_push(&[one.clone(), three.clone()]).await, 409, "gap", &json!({ "expected": 2 }));
    assert_eq!(chen.pull(None).await.ack, 0, "nothing of a push with a gap counts");
    assert_eq!(chen.push(&[one, two, three]).await.last_seq, 3);
}

#[tokio::test]
async fn another_payload_under_the_same_seq_is_refused() {
    let office = Office::open().await;
    let mut chen = office.log_in("chen").await;
    let one = chen.envelope("customers.register", customer(Uuid::from_u128(1), "一"));
    chen.push(&[one.clone()]).await;
    let mut other = one.clone();
    other.args["name"] = json!("改过的");
    check_error(&chen.try_push(&[other]).await, 409, "payload_mismatch", &json!({ "seq": 1 }));
    let pulled = chen.pull(None).await;
    assert_eq!(of_type(&pulled.rows, "customer")[0].body["name"]["value"], "一");
}

#[tokio::test]
async fn a_copy_of_a_store_is_told_so() {
    let office = Office::open().await;
    let mut chen = office.log_in("chen").await;
    chen.registers(1, "一").await;
    let mut copy = chen.second();
    copy.client = chen.client;
    check_error(&copy.try_push(&[]).await, 409, "client_forked", &Value::Null);
    chen.registers(2, "二").await;
}

#[tokio::test]
async fn a_store_belongs_to_one_user() {
    let office = Office::open().await;
    let mut chen = office.log_in("chen").await;
    chen.registers(1, "一").await;
    let mut zhou = office.log_in("zhou").await;
    (zhou.client, zhou.incarnation) = (chen.client, chen.incarnation);
    check_error(&zhou.try_push(&[]).await, 403, "foreign_client", &Value::Null);
    let pull = zhou.post("/sync/pull", &zhou.pull_request(None, None, 500)).await;
    check_error(&pull, 403, "foreign_client", &Value::Null);
    // the first pull binds a store as well
    let fresh = chen.second();
    fresh.pull(None).await;
    zhou.client = fresh.client;
    check_error(&zhou.try_push(&[]).await, 403, "foreign_client", &Value::Null);
}

#[tokio::test]
async fn only_the_author_may_send_and_can_still_do_so() {
    let office = Office::open().await;
    let chen = office.log_in("chen").await;
    let mut zhou = office.log_in("zhou").await;
    let mut stray = zhou.envelope("customers.register", customer(Uuid::from_u128(9), "周的客户"));
    stray.seq = 1;
    let outcome = chen.push(&[stray.clone()]).await.results[0].clone();
    assert_eq!(outcome.reason.unwrap().code, "general.foreign_author");
    assert!(of_type(&zhou.pull(None).await.rows, "customer").is_empty());
    assert_eq!(zhou.push(&[stray]).await.results[0].outcome, OutcomeKind::Applied);
    assert_eq!(of_type(&zhou.pull(None).await.rows, "customer")[0].body["owner"], json!(ZHOU));
}

#[tokio::test]
async fn a_refusal_is_a_card_with_what_was_typed_and_blocks_nothing() {
    let office = Office::open().await;
    let mut chen = office.log_in("chen").await;
    let bad = chen.envelope("customers.register", customer(Uuid::from_u128(1), " "));
    let good = chen.envelope("customers.register", customer(Uuid::from_u128(2), "海港"));
    let answer = chen.push(&[bad.clone(), good]).await;
    let reason = answer.results[0].reason.clone().unwrap();
    assert_eq!((answer.results[0].outcome, reason.code.as_str()), (OutcomeKind::Refused, "customers.empty"));
    assert_eq!(answer.results[1].outcome, OutcomeKind::Applied);
    let pulled = chen.second().pull(None).await;
    let cards = of_type(&pulled.rows, "refusal");
    assert_eq!(cards.len(), 1);
    assert_eq!(cards[0].id, bad.id.uuid());
    assert_eq!((&cards[0].body["args"], &cards[0].body["kind"]), (&bad.args, &json!("customers.register")));
    assert_eq!(cards[0].body["reason"], json!({ "code": "customers.empty", "args": { "field": "name" } }));
    // sent again, it says the same
    let again = chen.push(&[bad]).await.results[0].clone();
    assert_eq!((again.outcome, again.reason), (OutcomeKind::Duplicate, Some(reason)));
    // and it stays until its user ends it
    let card = format!("refusal/{}", cards[0].id);
    let key = json!({ "typ": "refusal", "id": cards[0].id });
    let dismissed = chen.does("inbox.dismiss", json!({ "card": key })).await;
    assert_eq!(dismissed.outcome, OutcomeKind::Applied, "{card}: {dismissed:?}");
    assert!(of_type(&chen.pull(None).await.rows, "refusal").is_empty());
}

#[tokio::test]
async fn what_this_server_does_not_understand_is_kept() {
    let office = Office::open().await;
    let mut chen = office.log_in("chen").await;
    let args = json!({ "太": ["新", 1.5, null], "deep": { "x": "y" } });
    let unknown = chen.envelope("projects.begin", args.clone());
    let mut newer = chen.envelope("visits.open", args.clone());
    newer.kv = 2;
    let bad = chen.envelope("visits.open", args.clone());
    let nonsense = chen.envelope("no dot at all", json!("text"));
    let good = chen.envelope("customers.register", customer(Uuid::from_u128(2), "海港"));
    let answer = chen.push(&[unknown, newer, bad, nonsense, good]).await;
    let codes: Vec<_> =
        answer.results.iter().map(|it| it.reason.as_ref().map(|it| it.code.as_str())).collect();
    let kind = Some("general.unknown_kind");
    assert_eq!(codes, [kind, kind, Some("general.bad_args"), kind, None]);
    let pulled = chen.pull(None).await;
    let cards = of_type(&pulled.rows, "refusal");
    assert_eq!(cards.iter().filter(|card| card.body["args"] == args).count(), 3);
    assert!(cards.iter().any(|card| card.body["args"] == "text"));
    assert!(cards.iter().any(|card| card.body["kv"] == 2));
}

#[tokio::test]
async fn more_than_a_transaction_of_commands_arrives_in_order() {
    let office = Office::open().await;
    let mut chen = office.log_in("chen").await;
    let customer_id = chen.registers(0, "海港").await;
    let mut cmds = Vec::new();
    for n in 0..100_u128 {
        // each tenth is refused
        let name = if n % 10 == 0 { String::new() } else { format!("联系人{n}") };
        let args = json!({
            "contact": Uuid::from_u128(0x3000 + n), "customer": customer_id, "name": name,
            "title": "", "phone": "", "role": "user",
        });
        cmds.push(chen.envelope("customers.add_contact", args));
    }
    let answer = chen.push(&cmds).await;
    assert_eq!(answer.last_seq, 101);
    for (at, outcome) in answer.results.iter().enumerate() {
        let expected = if at % 10 == 0 { OutcomeKind::Refused } else { OutcomeKind::Applied };
        assert_eq!((outcome.seq, outcome.outcome), (cmds[at].seq, expected));
    }
    let pulled = chen.pull(None).await;
    assert_eq!(of_type(&pulled.rows, "contact").len(), 90);
    assert_eq!((of_type(&pulled.rows, "refusal").len(), pulled.ack), (10, 101));
    let extra = chen.envelope("customers.register", customer(Uuid::from_u128(5), "多"));
    cmds.push(extra);
    let refused = chen.try_push(&cmds).await;
    check_error(&refused, 413, "too_large", &json!({ "what": "commands", "max": 100 }));
}

#[tokio::test]
async fn too_large_is_said_and_harms_nothing() {
    let office = Office::open().await;
    let mut chen = office.log_in("chen").await;
    let small = chen.envelope("customers.register", customer(Uuid::from_u128(1), "海港"));
    let large = chen.envelope("customers.register", customer(Uuid::from_u128(2), &"x".repeat(64 * 1024)));
    let refused = chen.try_push(&[small.clone(), large]).await;
    check_error(&refused, 413, "too_large", &json!({ "what": "command", "max": 65536, "seq": 2 }));
    let body = format!("{{\"v\":1,\"pad\":\"{}\"}}", "x".repeat(PUSH_BYTES_MAX));
    let refused = send(&chen, body).await;
    check_error(&refused, 413, "too_large", &json!({ "what": "body", "max": PUSH_BYTES_MAX }));
    assert_eq!(chen.push(&[small]).await.last_seq, 1);
}

async fn send(phone: &crate::office::Phone<'_>, body: String) -> (reqwest::StatusCode, Value) {
    let request = phone.request("POST", "/sync/push").header("content-type", "application/json");
    answer(request.body(body).send().await.unwrap()).await
}

#[tokio::test]
async fn bad_input_gets_a_clear_error_and_loses_nothing() {
    let office = Office::open().await;
    let mut chen = office.log_in("chen").await;
    let good = chen.envelope("customers.register", customer(Uuid::from_u128(1), "海港"));
    for (body, code) in [
        (String::new(), "malformed_json"),
        ("{".into(), "malformed_json"),
        ("not json".into(), "malformed_json"),
        ("[".repeat(100_000), "malformed_json"),
        ("[]".into(), "bad_request"),
        ("{\"v\":1}".into(), "bad_request"),
        (chen.batch(&[good.clone()]).to_string().replace(&good.id.to_string(), "x"), "bad_request"),
        (chen.batch(&[good.clone()]).to_string().replace("\"seq\":1", "\"seq\":0"), "bad_request"),
        (chen.batch(&[good.clone()]).to_string().replace("\"seq\":1", "\"seq\":-1"), "bad_request"),
    ] {
        let (status, answer) = send(&chen, body.clone()).await;
        let shown: String = body.chars().take(40).collect();
        assert_eq!((status.as_u16(), answer["code"].as_str()), (400, Some(code)), "{shown}: {answer}");
    }
    let mut newer = chen.batch(&[good.clone()]);
    newer["v"] = json!(2);
    check_error(&send(&chen, newer.to_string()).await, 426, "update_required", &json!({ "min_core": 1 }));
    // what is not known is passed over
    let mut wider = chen.batch(&[good]);
    wider["colour"] = json!("blue");
    wider["cmds"][0]["blobs"] = json!([]);
    assert_eq!(send(&chen, wider.to_string()).await.0.as_u16(), 200);
}

#[tokio::test]
async fn only_plain_json_is_taken() {
    let office = Office::open().await;
    let chen = office.log_in("chen").await;
    for (name, value, code) in [
        ("content-type", "text/plain", "not_json"),
        ("content-type", "application/x-www-form-urlencoded", "not_json"),
        ("content-encoding", "gzip", "encoded"),
    ] {
        let mut request = chen.request("POST", "/sync/push").body(chen.batch(&[]).to_string());
        if name != "content-type" {
            request = request.header("content-type", "application/json");
        }
        let refused = answer(request.header(name, value).send().await.unwrap()).await;
        check_error(&refused, 415, code, &Value::Null);
    }
    let untyped = chen.request("POST", "/sync/push").body("{}").send().await.unwrap();
    check_error(&answer(untyped).await, 415, "not_json", &Value::Null);
}

/// Stands for a fault of ours: core allows what the schema does not.
const NAMED_ONCE: &str =
    "create unique index named_once on row (json_extract(body, '$.name.value')) where typ = 'customer'";

#[tokio::test]
async fn what_the_schema_does_not_allow_is_refused_alone() {
    let Some(office) = Office::with_a_file().await else { return };
    let named_once = async |data: &Path| {
        let options = SqliteConnectOptions::new().filename(data.join("leeway.sqlite"));
        let mut conn = options.connect().await.unwrap();
        conn.execute(NAMED_ONCE).await.unwrap();
        conn.close().await.unwrap();
    };
    let office = office.between(named_once).await;
    let mut chen = office.log_in("chen").await;
    let names = ["海港医院", "海港学校", "海港医院", "海港酒店"];
    let mut cmds: Vec<_> = names
        .iter()
        .zip(1..)
        .map(|(name, n)| chen.envelope("customers.register", customer(Uuid::from_u128(n), name)))
        .collect();
    // the same command again stands behind it
    let again = chen.envelope("customers.register", Value::Null);
    cmds.push(Envelope { seq: again.seq, ..cmds[1].clone() });
    let done = chen.push(&cmds).await;
    let outcomes: Vec<_> = done.results.iter().map(|it| it.outcome).collect();
    use OutcomeKind::{Applied, Duplicate, Refused};
    assert_eq!((done.last_seq, outcomes), (5, vec![Applied, Applied, Refused, Applied, Duplicate]));
    let pulled = chen.pull(None).await;
    assert_eq!(of_type(&pulled.rows, "customer").len(), 3);
    let cards = of_type(&pulled.rows, "refusal");
    assert_eq!((cards.len(), cards[0].id), (1, cmds[2].id.uuid()));
    assert_eq!(chen.push(&cmds).await.results.len(), 5, "each has its outcome, for ever");
}

#[tokio::test]
async fn two_devices_at_once_lose_and_double_nothing() {
    let office = Office::open().await;
    let mut chen = office.log_in("chen").await;
    let customer_id = chen.registers(0, "海港").await;
    let mut devices: Vec<_> = (0..4).map(|_| chen.second()).collect();
    let mut batches = Vec::new();
    for (d, device) in devices.iter_mut().enumerate() {
        let contact = |n: usize| {
            json!({
                "contact": Uuid::from_u128((0x4000 + d * 100 + n) as u128), "customer": customer_id,
                "name": format!("{d}-{n}"), "title": "", "phone": "", "role": "user",
            })
        };
        batches
            .push((0..30).map(|n| device.envelope("customers.add_contact", contact(n))).collect::<Vec<_>>());
    }
    // each sends its batch twice at the same time, as a client does whose first answer is late
    let sends =
        devices.iter().zip(&batches).flat_map(|(device, batch)| [device.push(batch), device.push(batch)]);
    let answers = futures_util::future::join_all(sends).await;
    for pair in answers.chunks(2) {
        let applied = pair.iter().flat_map(|it| &it.results).filter(|it| it.outcome == OutcomeKind::Applied);
        assert_eq!(applied.count(), 30);
        assert!(pair.iter().all(|it| it.last_seq == 30));
    }
    let pulled = chen.pull(None).await;
    let contacts = of_type(&pulled.rows, "contact");
    assert_eq!(contacts.len(), 120);
    assert!(contacts.iter().all(|row| row.rev == 1));
}

#[tokio::test]
async fn a_session_that_ends_in_the_middle_leaves_the_queue_in_order() {
    let office = Office::open().await;
    let mut chen = office.log_in("chen").await;
    chen.registers(1, "一").await;
    let two = chen.envelope("customers.register", customer(Uuid::from_u128(2), "二"));
    assert_eq!(chen.request("DELETE", "/api/session").send().await.unwrap().status().as_u16(), 204);
    check_error(&chen.try_push(&[two.clone()]).await, 401, "not_logged_in", &Value::Null);
    let back = office.log_in("chen").await;
    chen.cookie = back.cookie.clone();
    assert_eq!(chen.push(&[two]).await.last_seq, 2);
}

#[tokio::test]
async fn a_stored_command_is_what_was_sent() {
    let office = Office::open().await;
    let mut chen = office.log_in("chen").await;
    let one = chen.envelope("customers.register", customer(Uuid::from_u128(1), "海港"));
    chen.push(&[one.clone()]).await;
    let mut reading = office.db.read(leeway_server::db::Tenant::FIRST).await.unwrap();
    let pasts = reading.pasts_of(&[CommandId::from_u128(1), one.id]).await.unwrap();
    let past = &pasts[&one.id];
    assert_eq!((pasts.len(), past.user, &past.reason), (1, crate::office::CHEN, &None));
    reading.end().await.unwrap();
}
