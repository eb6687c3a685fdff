//! The server's host: the real router with all its layers, over the server's own handling of a connection, and what runs
//! beside it. A crash takes connections and tasks; the file stays.

use std::cell::RefCell;
use std::net::Ipv4Addr;
use std::path::{Path, PathBuf};
use std::rc::Rc;
use std::sync::Arc;

use fastrand::Rng;
use hyper_util::server::graceful::GracefulShutdown;
use leeway_core::testing::sample::{CHEN, WANG, ZHOU};
use leeway_core::values::UserId;
use leeway_server::app::{App, Ends};
use leeway_server::clock::Clock;
use leeway_server::db::sqlite::Sqlite;
use leeway_server::db::{Database, Organisation, SessionRow, Tenant};
use leeway_server::{approvals, deputies, listen, poke, router};
use sha2::{Digest, Sha256};
use tempfile::TempDir;
use turmoil::net::TcpListener;

use super::inline::{Inline, inline};
use crate::database::{Data, Memory};
use crate::server::found;
use crate::world::NOON;

/// The server's name on the network.
pub const HOST: &str = "server";
/// Where it listens.
pub const PORT: u16 = 80;
/// A file system in memory, where there is one: a flush there costs nothing, and no power fails here.
const IN_MEMORY: &str = "/dev/shm";
/// Who uses the phones.
pub const PEOPLE: [UserId; 4] = [CHEN, CHEN, ZHOU, WANG];

/// An organisation, founded once and copied for each run.
pub struct Founded {
    folder: TempDir,
    organisation: Organisation,
    data: Arc<Data>,
}

impl Founded {
    /// Founds it and logs everybody in.
    pub async fn new() -> Self {
        let folder = folder();
        let memory = Memory::default();
        let file = Sqlite::open(&file(folder.path())).await.expect("a new file");
        let db = Inline::new(Arc::new(file), memory.clone(), None);
        let organisation = found(&db).await;
        let mut writing = db.write(Tenant::FIRST).await.expect("a calm disk");
        for (n, user) in PEOPLE.into_iter().enumerate() {
            let hash = Sha256::digest(token(n)).into();
            let session = SessionRow { user, made_at: NOON, seen_at: NOON, device: None };
            writing.put_session(&hash, &session).await.expect("a calm disk");
        }
        writing.commit().await.expect("a calm disk");
        db.close().await;
        Self { folder, organisation, data: memory.now() }
    }
}

/// The token of the n-th phone's session.
fn token(n: usize) -> [u8; 32] {
    [u8::try_from(n).unwrap_or(u8::MAX); 32]
}

/// The cookie that the n-th phone sends.
pub fn cookie(n: usize) -> String {
    format!("{}={}", leeway_server::auth::token::COOKIE, leeway_server::auth::token::hex(&token(n)))
}

fn folder() -> TempDir {
    tempfile::tempdir_in(IN_MEMORY).or_else(|_| tempfile::tempdir()).expect("a folder")
}

fn file(folder: &Path) -> PathBuf {
    folder.join("leeway.sqlite")
}

/// What the server has that no crash takes.
pub struct Machine {
    /// Open all the time: when a connection of a thread that is ending is gone, the clock of the machine decides.
    sqlite: Arc<Sqlite>,
    folder: TempDir,
    organisation: Organisation,
    /// All that counts, as the second book has it.
    pub memory: Memory,
    pub clock: Clock,
    dice: RefCell<Rng>,
}

impl Machine {
    /// Copies the organisation.
    pub fn new(founded: &Founded, dice: Rng) -> Self {
        let folder = folder();
        std::fs::copy(file(founded.folder.path()), file(folder.path())).expect("a copy");
        let sqlite = Arc::new(inline(Sqlite::open(&file(folder.path()))).expect("a copy opens"));
        let memory = Memory::default();
        memory.set(Data::clone(&founded.data));
        let organisation = founded.organisation.clone();
        Self {
            folder,
            sqlite,
            organisation,
            memory,
            clock: Clock::standing_at(NOON),
            dice: RefCell::new(dice),
        }
    }
}

/// Runs the server until it crashes. Begun again, it finds what was committed.
pub async fn run(machine: Rc<Machine>) -> turmoil::Result {
    let sqlite = Arc::clone(&machine.sqlite);
    let dice = machine.dice.borrow_mut().fork();
    let db: Arc<dyn Database> = Arc::new(Inline::new(sqlite, machine.memory.clone(), Some(dice)));
    let app = App::new(
        db,
        Tenant::FIRST,
        machine.organisation.clone(),
        machine.clock.clone(),
        machine.folder.path(),
        false,
    );
    // in this order every time: which of them is first to ask the disk is of the seed, too
    tokio::select! {
        biased;
        done = answer(&app) => done,
        () = poke::watch(&app) => Ok(()),
        () = deputies::watch(&app) => Ok(()),
        () = approvals::watch(&app) => Ok(()),
    }
}

async fn answer(app: &App) -> turmoil::Result {
    let router = router::router(app);
    let listener = TcpListener::bind((Ipv4Addr::UNSPECIFIED, PORT)).await?;
    let graceful = GracefulShutdown::new();
    loop {
        let (stream, peer) = listener.accept().await?;
        let ends = Ends { peer, local: stream.local_addr()? };
        tokio::spawn(listen::requests(stream, false, router.clone(), ends, graceful.watcher()));
    }
}
