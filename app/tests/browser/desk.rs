//! What the tests have in common: a fresh store of one account manager, and answers of a server that is not there.

use leeway_app::platform::{clock, ids};
use leeway_app::store::{Client, Entry, Revealed, Staged, Store, Taken};
use leeway_core::customers::{
    AddContact, ContactRole, Customer, CustomerChange, EditCustomer, Grade, Industry, Register,
};
use leeway_core::organisation::{Member, Role, Star, StarSince};
use leeway_core::scope::Scope;
use leeway_core::stamped::Stamped;
use leeway_core::sync::protocol::{Outcome, OutcomeKind, PullResponse, PushResponse, WireRow};
use leeway_core::values::{CommandId, ContactId, CustomerId, Timestamp, UnitId, UserId};
use leeway_core::{Body, Command, Context, Record, Refusal, customers};

pub const CHEN: UserId = UserId::from_u128(1);
pub const NORTH: UnitId = UnitId::from_u128(1);

/// A fresh store.
pub struct Desk {
    pub store: Store,
    pub name: String,
}

impl Desk {
    /// Opens a store that knows its user.
    pub async fn open() -> Self {
        let name = format!("test-{}", ids::uuid());
        let desk = Self { store: Store::open_named(&name).await.unwrap(), name };
        desk.receive(vec![row(&member().into())]).await;
        desk
    }

    /// Opens a second connection to the same store: another tab.
    pub async fn other_tab(&self) -> Store {
        Store::open_named(&self.name).await.unwrap()
    }

    pub async fn client(&self) -> Client {
        self.store.standing().await.unwrap().0
    }

    /// Shows rows of the server; no command is acknowledged.
    pub async fn receive(&self, rows: Vec<WireRow>) -> Revealed {
        self.reveal(PullResponse { rows, ..answer() }).await
    }

    pub async fn reveal(&self, answer: PullResponse) -> Revealed {
        let mut staged = Staged::default();
        staged.add(&answer, true).unwrap();
        self.store.reveal(self.client().await, &staged, clock::now()).await.unwrap()
    }

    pub async fn ask(&self, body: Body) -> Result<Entry, Refusal> {
        ask(&self.store, body).await
    }

    pub async fn customer(&self, id: CustomerId) -> Option<Customer> {
        self.store.get::<Customer>(id).await.unwrap()
    }

    pub async fn names(&self) -> Vec<String> {
        let found = self.store.list::<Customer>(customers::BY_NAME).await.unwrap();
        found.into_iter().map(|it| it.name.value).collect()
    }

    pub async fn seqs(&self) -> Vec<u64> {
        self.store.queue().await.unwrap().iter().map(Entry::seq).collect()
    }
}

pub async fn ask(store: &Store, body: Body) -> Result<Entry, Refusal> {
    match store.take(&command(body), None).await.unwrap() {
        Taken::Queued(entry) => Ok(*entry),
        Taken::Refused(refusal) => Err(refusal),
    }
}

/// The server's answer to the commands 1, 2 and so on.
pub fn outcomes(each: &[OutcomeKind]) -> PushResponse {
    let outcome = |(seq, outcome): (u64, &OutcomeKind)| Outcome { seq, outcome: *outcome, reason: None };
    let results: Vec<Outcome> = (1..).zip(each).map(outcome).collect();
    PushResponse { last_seq: results.len() as u64, results, epoch: Some(answer().epoch) }
}

pub fn command(body: Body) -> Command {
    Command { id: ids::command(), by: CHEN, at: clock::now(), body }
}

pub fn answer() -> PullResponse {
    PullResponse {
        reset: false,
        epoch: "e1".into(),
        drop: Vec::new(),
        fill: Vec::new(),
        rows: Vec::new(),
        ack: 0,
        durable: 0,
        page: None,
        cookie: Some("c1".into()),
        now: clock::now(),
        min_core: 1,
    }
}

pub fn row(record: &Record) -> WireRow {
    let key = record.key();
    WireRow {
        scope: record.scope(),
        typ: key.typ.name().into(),
        id: key.id,
        rev: 1,
        deleted: false,
        body: record.to_body().unwrap(),
    }
}

pub fn tombstone(record: &Record, scope: Scope) -> WireRow {
    WireRow { scope, deleted: true, body: serde_json::Value::Null, ..row(record) }
}

fn server() -> Context {
    Context { command: CommandId::from_u128(9), actor: CHEN, at: Timestamp::from_ms(0) }
}

pub fn member() -> Member {
    Member {
        id: CHEN,
        login: "chen".into(),
        name: "陈".into(),
        unit: NORTH,
        role: Role::Manager,
        stars: vec![StarSince { star: Star::TWO, since: Timestamp::from_ms(0) }],
        active: true,
        phone: String::new(),
    }
}

pub fn customer(n: u128, name: &str) -> Customer {
    let by = &server();
    Customer {
        id: CustomerId::from_u128(n),
        owner: CHEN,
        unit: NORTH,
        name: Stamped::new(by, name.into()),
        code: Stamped::new(by, None),
        industry: Stamped::new(by, Industry::Medical),
        grade: Stamped::new(by, Grade::B),
        address: Stamped::new(by, String::new()),
        handed: Vec::new(),
    }
}

pub fn register(n: u128, name: &str) -> Body {
    Body::Customers(customers::Write::Register(Register {
        customer: CustomerId::from_u128(n),
        name: name.into(),
        code: None,
        industry: Industry::Medical,
        grade: Grade::A,
        address: String::new(),
    }))
}

pub fn contact(n: u128, customer: u128) -> Body {
    Body::Customers(customers::Write::AddContact(AddContact {
        customer: CustomerId::from_u128(customer),
        contact: ContactId::from_u128(n),
        name: "王".into(),
        title: String::new(),
        phone: String::new(),
        role: ContactRole::Decider,
    }))
}

pub fn rename(customer: &Customer, name: &str) -> Body {
    let change = CustomerChange::Name(name.into());
    let (customer, seen) = (customer.id, Some(customer.name.write));
    Body::Customers(customers::Write::Edit(EditCustomer { customer, change, seen }))
}
