//! A server with a small organisation, and people who use it. On SQLite, or on PostgreSQL when `LEEWAY_HTTP_ON` says
//! so, as it does in the second run of `cargo xtask test unit`.
//!
//! Unit 1: chen and li (managers), wang (head). Unit 2: zhou (manager). zhao approves, admin keeps the books,
//! gone has left, fresh has a one-time password.

use std::net::SocketAddr;
use std::path::Path;
use std::sync::Arc;

use leeway_core::organisation::{Member, Named, Post, Role, Star, StarSince, Unit};
use leeway_core::sync::protocol::{
    CORE_SCHEMA, Envelope, Outcome, OutcomeKind, PullRequest, PullResponse, PushRequest, PushResponse,
    Session, WIRE_VERSION, WireRow,
};
use leeway_core::values::{ClientId, CommandId, PostId, Timestamp, UnitId, UserId};
use leeway_core::{Record, Scope};
use leeway_server::Server;
use leeway_server::app::App;
use leeway_server::auth::password::Passwords;
use leeway_server::clock::Clock;
use leeway_server::config::{BlobPlace, Config, Place, TenantHost};
use leeway_server::db::postgres::{Addresses, Postgres};
use leeway_server::db::sqlite::Sqlite;
use leeway_server::db::{Credential, Database, Tenant};
use leeway_server::demo::Seed;
use leeway_server::seed::{self, Beginning};
use leeway_server::tenants::manage;
use reqwest::{Method, StatusCode};
use serde_json::{Value, json};
use tempfile::TempDir;
use tokio::sync::{OnceCell, oneshot};
use tokio::task::JoinHandle;
use uuid::Uuid;

use crate::postgres::Base;

pub const PASSWORD: &str = "a good long password";
/// 2026-11-21, noon in UTC.
pub const NOON: Timestamp = Timestamp::from_ms(1_795_262_400_000);

pub const CHEN: UserId = UserId::from_u128(1);
pub const LI: UserId = UserId::from_u128(2);
pub const ZHOU: UserId = UserId::from_u128(3);
pub const WANG: UserId = UserId::from_u128(4);
pub const ZHAO: UserId = UserId::from_u128(5);
pub const ADMIN: UserId = UserId::from_u128(6);
pub const GONE: UserId = UserId::from_u128(7);
pub const FRESH: UserId = UserId::from_u128(8);

pub const UNIT_1: UnitId = UnitId::from_u128(11);
pub const UNIT_2: UnitId = UnitId::from_u128(12);
const HEAD_1: PostId = PostId::from_u128(21);
const HEAD_2: PostId = PostId::from_u128(22);
const APPROVER: PostId = PostId::from_u128(23);

/// The organisation beside the first.
pub const SECOND: Tenant = match Tenant::new(2) {
    Some(tenant) => tenant,
    None => unreachable!(),
};

/// A running server.
pub struct Office {
    pub url: String,
    pub clock: Clock,
    pub folder: TempDir,
    pub app: App,
    pub db: Arc<dyn Database>,
    config: Config,
    base: Option<Base>,
    stop: Option<oneshot::Sender<()>>,
    task: Option<JoinHandle<()>>,
}

impl Office {
    /// Founds the organisation and starts a server for it.
    pub async fn open() -> Self {
        let folder = tempfile::tempdir().unwrap();
        let app = folder.path().join("app");
        std::fs::create_dir(&app).unwrap();
        std::fs::write(app.join("index.html"), "<!doctype html>the page").unwrap();
        let mut config = Config::local(&folder.path().join("data"), &app);
        std::fs::create_dir(&config.place.data).unwrap();
        let base = if on_postgres() { Some(Base::new().await) } else { None };
        if let Some(base) = &base {
            let (primary, owner) = (base.app.parse().unwrap(), base.owner.parse().ok());
            (config.place.database, config.place.database_owner) = (Some(primary), owner);
        }
        let db = database(&config.place).await;
        seed::found(db.as_ref(), &Beginning::first("试点分公司"), NOON, organisation(), credentials().await)
            .await
            .unwrap();
        db.close().await;
        Self::start(folder, base, config, Clock::standing_at(NOON)).await
    }

    /// The same on SQLite; `None` in the run that is about PostgreSQL.
    pub async fn with_a_file() -> Option<Self> {
        if on_postgres() { None } else { Some(Self::open().await) }
    }

    /// Returns where the data is.
    pub fn place(&self) -> &Place {
        &self.config.place
    }

    /// Gives the organisation a host and founds a second one at another, of the same people with the same passwords and
    /// ids. Starts the server again.
    pub async fn beside_another(mut self, own: &str, other: &str) -> Self {
        self.end().await;
        let hosts = vec![own.parse().unwrap()];
        let asked = TenantHost { place: self.config.place.clone(), tenant: Tenant::FIRST, hosts };
        manage::set_hosts(&asked).await.unwrap();
        let place = self.config.place.of(SECOND);
        std::fs::create_dir_all(&place.data).unwrap();
        let db = database(&place).await;
        let hosts = [other.parse().unwrap()];
        let begins = Beginning { tenant: SECOND, hosts: &hosts, name: "海港公司" };
        seed::found(db.as_ref(), &begins, NOON, organisation(), credentials().await).await.unwrap();
        db.close().await;
        let Self { folder, base, config, clock, .. } = self;
        Self::start(folder, base, config, clock).await
    }

    /// Returns the address of the database by its superuser, if it is PostgreSQL.
    pub fn root(&self) -> Option<&str> {
        self.base.as_ref().map(|base| base.root.as_str())
    }

    async fn start(folder: TempDir, base: Option<Base>, config: Config, clock: Clock) -> Self {
        let server = Server::start(&config, clock.clone()).await.unwrap();
        let (url, app) = (server.url(), server.app().clone());
        let db = Arc::clone(&app.db);
        let (stop, stopped) = oneshot::channel();
        let task = tokio::spawn(server.run(async { drop(stopped.await) }));
        Self { url, clock, folder, app, db, config, base, stop: Some(stop), task: Some(task) }
    }

    /// Stops the server as an operator would, and starts it again on the same data.
    pub async fn restart(self) -> Self {
        self.again(|_| ()).await
    }

    /// Starts it again on another address.
    pub async fn on(self, listen: SocketAddr) -> Self {
        self.again(|config| config.listen = listen).await
    }

    /// Starts it again with a certificate.
    pub async fn over_tls(self) -> Self {
        self.again(|config| config.tls = true).await
    }

    /// Starts it again with photos in another place.
    pub async fn keeping_photos_in(self, blobs: BlobPlace) -> Self {
        self.again(|config| config.place.blobs = blobs).await
    }

    /// Does something with the data folder while no server runs on it.
    pub async fn between(mut self, act: impl AsyncFnOnce(&Path)) -> Self {
        self.end().await;
        act(&self.config.place.data).await;
        let Self { folder, base, config, clock, .. } = self;
        Self::start(folder, base, config, clock).await
    }

    async fn end(&mut self) {
        drop(self.stop.take());
        self.task.take().unwrap().await.unwrap();
    }

    async fn again(mut self, change: impl FnOnce(&mut Config)) -> Self {
        self.end().await;
        change(&mut self.config);
        let Self { folder, base, config, clock, .. } = self;
        Self::start(folder, base, config, clock).await
    }

    pub fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        let method = Method::from_bytes(method.as_bytes()).unwrap();
        reqwest::Client::new().request(method, format!("{}{path}", self.url))
    }

    pub async fn try_log_in(&self, login: &str, password: &str) -> reqwest::Response {
        let body = json!({ "login": login, "password": password });
        self.request("POST", "/api/session").json(&body).send().await.unwrap()
    }

    /// Logs in on a new device.
    pub async fn log_in(&self, login: &str) -> Phone<'_> {
        self.log_in_with(login, PASSWORD).await
    }

    /// Logs in on a new device at a host.
    pub async fn log_in_at(&self, host: &'static str, login: &str) -> Phone<'_> {
        let response = self.try_log_in_at(host, login, PASSWORD).await;
        Phone { host: Some(host), ..self.logged_in(response).await }
    }

    pub async fn try_log_in_at(&self, host: &str, login: &str, password: &str) -> reqwest::Response {
        let body = json!({ "login": login, "password": password });
        self.request("POST", "/api/session").header("host", host).json(&body).send().await.unwrap()
    }

    pub async fn log_in_with(&self, login: &str, password: &str) -> Phone<'_> {
        self.logged_in(self.try_log_in(login, password).await).await
    }

    async fn logged_in(&self, response: reqwest::Response) -> Phone<'_> {
        assert_eq!(response.status(), StatusCode::OK);
        let cookie = cookie(&response).unwrap();
        let session: Session = response.json().await.unwrap();
        let mut phone = Phone::of(self, session.user, cookie);
        phone.session = Some(session);
        phone
    }
}

/// Whether this run is about PostgreSQL.
pub fn on_postgres() -> bool {
    std::env::var("LEEWAY_HTTP_ON").is_ok_and(|engine| engine == "postgres")
}

/// Opens a database beside the server.
pub async fn database(place: &Place) -> Box<dyn Database> {
    let Some(primary) = place.database.clone() else {
        return Box::new(Sqlite::open(&place.file()).await.unwrap());
    };
    let addresses = Addresses { primary, owner: place.database_owner.clone(), standby: None };
    Box::new(Postgres::open(&addresses).await.unwrap())
}

/// Returns the cookie that a response sets, as it is sent back.
pub fn cookie(response: &reqwest::Response) -> Option<String> {
    let set = response.headers().get("set-cookie")?.to_str().unwrap();
    Some(set.split(';').next().unwrap().to_owned())
}

/// A device of somebody who is logged in.
pub struct Phone<'a> {
    pub office: &'a Office,
    pub user: UserId,
    pub cookie: String,
    pub client: ClientId,
    pub incarnation: Uuid,
    pub next_seq: u64,
    pub session: Option<Session>,
    /// Which host it asks for, if it matters.
    pub host: Option<&'static str>,
}

fn fresh() -> u128 {
    use std::sync::atomic::{AtomicU64, Ordering};
    static NEXT: AtomicU64 = AtomicU64::new(1);
    0x1000_0000_0000 + u128::from(NEXT.fetch_add(1, Ordering::Relaxed))
}

impl<'a> Phone<'a> {
    pub fn of(office: &'a Office, user: UserId, cookie: String) -> Self {
        Self {
            office,
            user,
            cookie,
            client: ClientId::from_u128(fresh()),
            incarnation: Uuid::from_u128(fresh()),
            next_seq: 1,
            session: None,
            host: None,
        }
    }

    /// Makes another device of the same user, in the same session.
    pub fn second(&self) -> Self {
        Self { host: self.host, ..Self::of(self.office, self.user, self.cookie.clone()) }
    }

    pub fn request(&self, method: &str, path: &str) -> reqwest::RequestBuilder {
        let request = self.office.request(method, path).header("cookie", &self.cookie);
        self.host.iter().fold(request, |request, host| request.header("host", *host))
    }

    pub async fn post(&self, path: &str, body: &Value) -> (StatusCode, Value) {
        answer(self.request("POST", path).json(body).send().await.unwrap()).await
    }

    /// Freezes a command at the next place in the order.
    pub fn envelope(&mut self, kind: &str, args: Value) -> Envelope {
        let seq = self.next_seq;
        self.next_seq += 1;
        let id = CommandId::from_u128(fresh());
        Envelope { seq, id, by: self.user, kind: kind.into(), kv: 1, at: NOON, args }
    }

    pub fn batch(&self, cmds: &[Envelope]) -> Value {
        let request = PushRequest {
            v: WIRE_VERSION,
            epoch: None,
            client: self.client,
            incarnation: self.incarnation,
            cmds: cmds.to_vec(),
        };
        serde_json::to_value(request).unwrap()
    }

    pub async fn try_push(&self, cmds: &[Envelope]) -> (StatusCode, Value) {
        self.post("/sync/push", &self.batch(cmds)).await
    }

    pub async fn push(&self, cmds: &[Envelope]) -> PushResponse {
        let (status, body) = self.try_push(cmds).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        serde_json::from_value(body).unwrap()
    }

    /// Sends one command and returns what became of it.
    pub async fn does(&mut self, kind: &str, args: Value) -> Outcome {
        let envelope = self.envelope(kind, args);
        let mut response = self.push(&[envelope]).await;
        assert_eq!(response.results.len(), 1);
        response.results.remove(0)
    }

    /// Sends one command that counts.
    pub async fn did(&mut self, kind: &str, args: Value) {
        let outcome = self.does(kind, args).await;
        assert_eq!(outcome.outcome, OutcomeKind::Applied, "{kind}: {outcome:?}");
    }

    /// Registers a customer, the n-th of all.
    pub async fn registers(&mut self, n: u128, name: &str) -> Uuid {
        let id = Uuid::from_u128(0x2000 + n);
        self.did("customers.register", customer(id, name)).await;
        id
    }

    pub fn pull_request(&self, cookie: Option<&str>, page: Option<&str>, limit: u32) -> Value {
        let request = PullRequest {
            epoch: None,
            client: self.client,
            cookie: cookie.map(str::to_owned),
            page: page.map(str::to_owned),
            limit: Some(limit),
            core_schema: CORE_SCHEMA,
            queue_len: 0,
        };
        serde_json::to_value(request).unwrap()
    }

    pub async fn pull_page(&self, cookie: Option<&str>, page: Option<&str>, limit: u32) -> PullResponse {
        let (status, body) = self.post("/sync/pull", &self.pull_request(cookie, page, limit)).await;
        assert_eq!(status, StatusCode::OK, "{body}");
        serde_json::from_value(body).unwrap()
    }

    /// Pulls everything since the cookie in one page.
    pub async fn pull(&self, cookie: Option<&str>) -> PullResponse {
        let answer = self.pull_page(cookie, None, 500).await;
        assert!(answer.page.is_none());
        answer
    }
}

pub async fn answer(response: reqwest::Response) -> (StatusCode, Value) {
    let status = response.status();
    let text = response.text().await.unwrap();
    (status, serde_json::from_str(&text).unwrap_or(Value::String(text)))
}

pub fn customer(id: Uuid, name: &str) -> Value {
    json!({ "customer": id, "name": name, "code": null, "industry": "enterprise", "grade": "A", "address": "" })
}

/// Returns the rows of one type.
pub fn of_type<'a>(rows: &'a [WireRow], typ: &str) -> Vec<&'a WireRow> {
    rows.iter().filter(|row| row.typ == typ).collect()
}

/// Fails unless it is this refusal of a request.
#[track_caller]
pub fn check_error((status, body): &(StatusCode, Value), expected: u16, code: &str, args: &Value) {
    assert_eq!((status.as_u16(), body["code"].as_str()), (expected, Some(code)), "{body}");
    assert_eq!(&body["args"], args);
}

async fn credentials() -> Vec<(UserId, Credential)> {
    static HASH: OnceCell<String> = OnceCell::const_new();
    let make = async || Passwords::default().hash(PASSWORD).await.unwrap();
    let hash = HASH.get_or_init(make).await;
    let credential = |user: UserId| {
        let must_change = user == FRESH;
        (user, Credential { hash: hash.clone(), must_change, demo: user == LI, changed_at: NOON })
    };
    [CHEN, LI, ZHOU, WANG, ZHAO, ADMIN, GONE, FRESH].map(credential).to_vec()
}

fn organisation() -> Vec<Seed> {
    let member = |id: UserId, login: &str, unit, role, more: &[Scope]| {
        let record = Member {
            id,
            login: login.into(),
            name: login.to_uppercase(),
            unit,
            role,
            stars: vec![StarSince { star: Star::TWO, since: NOON }],
            active: id != GONE,
            phone: String::new(),
        };
        let own = [Scope::User(id), Scope::Catalogue, Scope::Unit(unit)];
        seed(record.into(), id, &[&own, more].concat())
    };
    let post = |id, title: &str, holder: UserId, name: &str, unit| {
        let holder = Named { id: holder, name: name.into() };
        let record = Post { id, title: title.into(), holder, deputy: None, unit };
        Seed { record: record.into(), grants: Vec::new() }
    };
    let unit = |id, name: &str, head| {
        let record = Unit { id, name: name.into(), head, approver: APPROVER };
        Seed { record: record.into(), grants: Vec::new() }
    };
    vec![
        unit(UNIT_1, "一单元", HEAD_1),
        unit(UNIT_2, "二单元", HEAD_2),
        post(HEAD_1, "一单元负责人", WANG, "WANG", Some(UNIT_1)),
        post(HEAD_2, "二单元负责人", ZHAO, "ZHAO", Some(UNIT_2)),
        post(APPROVER, "审批岗", ZHAO, "ZHAO", None),
        member(CHEN, "chen", UNIT_1, Role::Manager, &[]),
        member(LI, "li", UNIT_1, Role::Manager, &[]),
        member(ZHOU, "zhou", UNIT_2, Role::Manager, &[]),
        member(WANG, "wang", UNIT_1, Role::UnitHead, &[Scope::Post(HEAD_1), Scope::UnitSummary(UNIT_1)]),
        member(ZHAO, "zhao", UNIT_2, Role::Approver, &[Scope::Post(HEAD_2), Scope::Post(APPROVER)]),
        member(ADMIN, "admin", UNIT_1, Role::Admin, &[Scope::Unit(UNIT_2)]),
        member(GONE, "gone", UNIT_1, Role::Manager, &[]),
        member(FRESH, "fresh", UNIT_1, Role::Manager, &[]),
    ]
}

fn seed(record: Record, user: UserId, scopes: &[Scope]) -> Seed {
    Seed { record, grants: scopes.iter().map(|scope| (user, *scope)).collect() }
}
