//! A network that fails: stands between a client and the server, and does to each request what the dice say. Knows
//! where an HTTP/1.1 message ends and nothing else of what it carries. Every fault that fired is counted.
//!
//! Each request gets a connection of its own to the server, and its client's connection ends with the answer, so that
//! a fault befalls one request and no other. **Never** makes up an answer of the server, and never loses a request
//! without counting it.

mod message;

use std::collections::{BTreeMap, BTreeSet};
use std::io;
use std::sync::atomic::{AtomicBool, AtomicU64, Ordering};
use std::sync::{Arc, Mutex};
use std::time::Duration;

use tokio::io::{AsyncWriteExt, copy};
use tokio::net::{TcpListener, TcpStream};
use tokio::sync::watch;
use tokio::task::JoinHandle;
use tokio::time::sleep;

use crate::dice::Dice;
use message::{read_answer, read_request};

/// What can happen to a request.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Fault {
    /// Nothing.
    None,
    /// It never reaches the server.
    CutBefore,
    /// A part of it reaches the server, then the line is cut.
    CutWithin,
    /// The server has answered; nothing of it reaches the client.
    CutAfter,
    /// A part of the answer reaches the client.
    Truncated,
    /// It reaches the server twice; the client gets the second answer.
    Duplicated,
    /// The answer comes late.
    Stalled,
    /// The line is dead towards the client, which is not told.
    HalfOpen,
    /// The answer begins at one byte a second.
    Trickled,
}

impl Fault {
    /// Returns its name in a report.
    #[must_use]
    pub fn name(self) -> &'static str {
        match self {
            Self::None => "none",
            Self::CutBefore => "cut_before",
            Self::CutWithin => "cut_within",
            Self::CutAfter => "cut_after",
            Self::Truncated => "truncated",
            Self::Duplicated => "duplicated",
            Self::Stalled => "stalled",
            Self::HalfOpen => "half_open",
            Self::Trickled => "trickled",
        }
    }
}

/// The usual mix: the dear ones are rare.
pub const WEATHER: [(Fault, usize); 9] = [
    (Fault::None, 700),
    (Fault::CutBefore, 60),
    (Fault::CutWithin, 40),
    (Fault::CutAfter, 80),
    (Fault::Truncated, 50),
    (Fault::Duplicated, 60),
    (Fault::Stalled, 40),
    (Fault::HalfOpen, 2),
    (Fault::Trickled, 2),
];

/// A stall lasts at most this long.
const STALL: u64 = 2_000;
/// So many bytes come one a second.
const DROPS: usize = 1;
/// A dead line is let go after this, when its client has not.
const DEAD: Duration = Duration::from_secs(20);

struct Shared {
    port: u16,
    dice: Mutex<Dice>,
    weather: Mutex<Vec<(Fault, usize)>>,
    blackout: AtomicBool,
    counts: Mutex<BTreeMap<&'static str, u64>>,
    seen: AtomicU64,
    begun: watch::Sender<u64>,
    marks: watch::Sender<u64>,
    heard: Mutex<BTreeSet<u64>>,
}

/// A running proxy.
pub struct Proxy {
    port: u16,
    shared: Arc<Shared>,
    task: JoinHandle<()>,
}

/// A path below this one is not for the server: a page says by it how far it has come, as a number.
pub const MARK: &str = "/harness/mark/";

impl Proxy {
    /// Starts one in front of a server's port. It lets everything through until it is given a weather.
    pub async fn start(server: u16, dice: Dice) -> Self {
        let listener = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = listener.local_addr().unwrap().port();
        let shared = Arc::new(Shared {
            port: server,
            dice: Mutex::new(dice),
            weather: Mutex::new(vec![(Fault::None, 1)]),
            blackout: AtomicBool::new(false),
            counts: Mutex::default(),
            seen: AtomicU64::new(0),
            begun: watch::Sender::new(0),
            marks: watch::Sender::new(0),
            heard: Mutex::default(),
        });
        let for_all = Arc::clone(&shared);
        let task = tokio::spawn(async move {
            while let Ok((client, _)) = listener.accept().await {
                let shared = Arc::clone(&for_all);
                // what goes wrong with a connection is what this is for
                tokio::spawn(async move { drop(serve(client, &shared).await) });
            }
        });
        Self { port, shared, task }
    }

    /// Returns the address for clients.
    #[must_use]
    pub fn address(&self) -> String {
        format!("http://127.0.0.1:{}", self.port)
    }

    /// Sets what happens from now on.
    pub fn weather(&self, weather: &[(Fault, usize)]) {
        *self.shared.weather.lock().unwrap() = weather.to_vec();
    }

    /// Ends all faults.
    pub fn calm(&self) {
        self.weather(&[(Fault::None, 1)]);
        self.blackout(false);
    }

    /// Lets nothing through, or lets it again.
    pub fn blackout(&self, dark: bool) {
        self.shared.blackout.store(dark, Ordering::SeqCst);
    }

    /// Returns which faults fired, how often.
    #[must_use]
    pub fn counts(&self) -> BTreeMap<&'static str, u64> {
        self.shared.counts.lock().unwrap().clone()
    }

    /// Returns how many requests to sync have come so far.
    #[must_use]
    pub fn begun(&self) -> u64 {
        *self.shared.begun.borrow()
    }

    /// Waits until so many requests to sync have come.
    pub async fn until_begun(&self, count: u64) {
        self.shared.begun.subscribe().wait_for(|seen| *seen >= count).await.unwrap();
    }

    /// Waits until the page has said that it came so far.
    pub async fn until_marked(&self, mark: u64) {
        self.shared.marks.subscribe().wait_for(|seen| *seen >= mark).await.unwrap();
    }

    /// Returns how many different marks the page has set from this one on.
    #[must_use]
    pub fn marks_from(&self, first: u64) -> u64 {
        let heard = self.shared.heard.lock().unwrap();
        u64::try_from(heard.range(first..).count()).unwrap()
    }
}

impl Drop for Proxy {
    fn drop(&mut self) {
        self.task.abort();
    }
}

impl Shared {
    /// Says what happens to the next request to sync.
    fn throw(&self) -> (Fault, Dice) {
        let mut dice = self.dice.lock().unwrap();
        let fault = dice.weighted(&self.weather.lock().unwrap());
        (fault, dice.part())
    }

    fn count(&self, name: &'static str) {
        *self.counts.lock().unwrap().entry(name).or_default() += 1;
    }
}

async fn serve(mut client: TcpStream, shared: &Shared) -> io::Result<()> {
    client.set_nodelay(true)?;
    let request = read_request(&mut client).await?;
    if let Some(mark) = request.path.strip_prefix(MARK).and_then(|it| it.parse().ok()) {
        shared.heard.lock().unwrap().insert(mark);
        shared.marks.send_modify(|seen| *seen = mark.max(*seen));
        return client.write_all(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n").await;
    }
    let is_sync = matches!(request.path.as_str(), "/sync/push" | "/sync/pull");
    if is_sync {
        let seen = shared.seen.fetch_add(1, Ordering::SeqCst) + 1;
        shared.begun.send_modify(|begun| *begun = seen.max(*begun));
    }
    if shared.blackout.load(Ordering::SeqCst) {
        shared.count("blackout");
        return Ok(());
    }
    if !is_sync {
        let mut server = ask(shared, &request.bytes).await?;
        copy(&mut server, &mut client).await?;
        return Ok(());
    }
    let (fault, dice) = shared.throw();
    if fault != Fault::None {
        shared.count(fault.name());
    }
    befall(client, shared, &request.bytes, fault, dice).await
}

async fn ask(shared: &Shared, bytes: &[u8]) -> io::Result<TcpStream> {
    let mut server = TcpStream::connect(("127.0.0.1", shared.port)).await?;
    server.set_nodelay(true)?;
    server.write_all(bytes).await?;
    Ok(server)
}

async fn befall(
    mut client: TcpStream,
    shared: &Shared,
    request: &[u8],
    fault: Fault,
    mut dice: Dice,
) -> io::Result<()> {
    match fault {
        Fault::CutBefore => return Ok(()),
        Fault::CutWithin => {
            let server = ask(shared, &request[..1 + dice.below(request.len() - 1)]).await?;
            drop(server);
            return Ok(());
        }
        Fault::Duplicated => {
            let mut first = ask(shared, request).await?;
            read_answer(&mut first).await?;
        }
        _ => {}
    }
    let mut server = ask(shared, request).await?;
    let answer = read_answer(&mut server).await?;
    match fault {
        Fault::CutAfter => Ok(()),
        Fault::Truncated => client.write_all(&answer[..dice.below(answer.len().max(1))]).await,
        Fault::Stalled => {
            // mostly short; now and then as long as a lift takes
            let most = if dice.chance(1, 20) { STALL } else { 30 };
            sleep(Duration::from_millis(dice.millis(most))).await;
            client.write_all(&answer).await
        }
        Fault::HalfOpen => {
            tokio::select! {
                () = sleep(DEAD) => {}
                _ = client.readable() => {}
            }
            Ok(())
        }
        Fault::Trickled => {
            let (slow, rest) = answer.split_at(DROPS.min(answer.len()));
            for byte in slow {
                client.write_all(&[*byte]).await?;
                sleep(Duration::from_secs(1)).await;
            }
            client.write_all(rest).await
        }
        _ => client.write_all(&answer).await,
    }
}
