//! The server asked directly, without a browser: what is really there, and what it says to odd requests.

use serde_json::{Value, json};
use uuid::Uuid;

/// A logged-in client of the plain wire.
pub struct Teller {
    http: reqwest::Client,
    address: String,
    cookie: String,
    /// Who is logged in, as the server says.
    pub session: Value,
    /// Its store.
    pub client: Uuid,
    incarnation: Uuid,
    /// The last command that was pushed.
    pub seq: u64,
}

impl Teller {
    /// Logs in.
    pub async fn log_in(address: &str, login: &str, password: &str) -> Self {
        let http = reqwest::Client::new();
        let answer = http
            .post(format!("{address}/api/session"))
            .json(&json!({ "login": login, "password": password }))
            .send()
            .await
            .unwrap();
        assert!(answer.status().is_success(), "log-in of {login}: {}", answer.status());
        let cookie = answer.headers()["set-cookie"].to_str().unwrap();
        // a Secure cookie on plain http is kept by browsers on loopback; an http client needs to be told
        let cookie = cookie.split(';').next().unwrap().to_owned();
        let session = answer.json().await.unwrap();
        let (client, incarnation) = (Uuid::now_v7(), Uuid::now_v7());
        Self { http, address: address.to_owned(), cookie, session, client, incarnation, seq: 0 }
    }

    /// Asks; returns status and answer.
    pub async fn get(&self, path: &str) -> (u16, Value) {
        let ask = self.http.get(format!("{}{path}", self.address)).header("cookie", &self.cookie);
        let answer = ask.send().await.unwrap();
        let status = answer.status().as_u16();
        (status, answer.json().await.unwrap_or(Value::Null))
    }

    /// Asks for a file; returns status and bytes.
    pub async fn file(&self, path: &str) -> (u16, Vec<u8>) {
        let ask = self.http.get(format!("{}{path}", self.address)).header("cookie", &self.cookie);
        let answer = ask.send().await.unwrap();
        (answer.status().as_u16(), answer.bytes().await.unwrap().to_vec())
    }

    /// Posts JSON; returns status and answer.
    pub async fn post(&self, path: &str, body: &Value) -> (u16, Value) {
        let answer = self
            .http
            .post(format!("{}{path}", self.address))
            .header("cookie", &self.cookie)
            .json(body)
            .send()
            .await
            .unwrap();
        let status = answer.status().as_u16();
        (status, answer.json().await.unwrap_or(Value::Null))
    }

    /// Says that the user's device is lost: the first of those that are listed.
    pub async fn remove_device(&self) {
        let (status, devices) = self.get("/api/devices").await;
        assert_eq!(status, 200, "{devices}");
        let client = devices["devices"][0]["client"].as_str().unwrap();
        let (status, answer) = self.post(&format!("/api/devices/{client}/removal"), &Value::Null).await;
        assert!(status < 300, "{status} {answer}");
    }

    /// Returns every row that this user may hold, and all the bytes that came for it.
    pub async fn everything(&self) -> (Vec<Value>, String) {
        let (mut rows, mut bytes, mut page) = (Vec::new(), String::new(), Value::Null);
        loop {
            let ask = json!({ "client": self.client, "core_schema": 1, "page": page, "limit": 500 });
            let (status, answer) = self.post("/sync/pull", &ask).await;
            assert_eq!(status, 200, "{answer}");
            bytes.push_str(&answer.to_string());
            rows.extend(
                answer["rows"].as_array().unwrap().iter().filter(|row| row["deleted"] != true).cloned(),
            );
            page = answer["page"].clone();
            if page.is_null() {
                return (rows, bytes);
            }
        }
    }

    /// Returns the bodies of all rows of one type.
    pub async fn all(&self, typ: &str) -> Vec<Value> {
        let (rows, _) = self.everything().await;
        rows.into_iter().filter(|row| row["typ"] == typ).map(|row| row["body"].clone()).collect()
    }

    /// Pushes one command; returns its outcome.
    pub async fn ask(&mut self, kind: &str, args: Value) -> Value {
        self.seq += 1;
        let command = json!({
            "seq": self.seq, "id": Uuid::now_v7(), "by": self.session["user"], "kind": kind, "kv": 1,
            "at": 1_760_000_000_000_i64, "args": args,
        });
        let (status, answer) = self.push(json!([command])).await;
        assert_eq!(status, 200, "{answer}");
        answer["results"][0].clone()
    }

    /// Pushes commands as they are.
    pub async fn push(&self, commands: Value) -> (u16, Value) {
        let body =
            json!({ "v": 1, "client": self.client, "incarnation": self.incarnation, "cmds": commands });
        self.post("/sync/push", &body).await
    }
}

/// Returns the record of this id among those that the server gave out.
pub fn by_id(all: &[Value], id: &str) -> Value {
    all.iter().find(|it| it["id"] == json!(id)).cloned().unwrap_or(Value::Null)
}
