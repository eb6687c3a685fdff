//! Who listens for news, and how they hear of it. Once a second, and only while somebody listens, the database is
//! asked what changed since the last time and whom that concerns: one question for a whole process, which finds what
//! other processes wrote, too. A poke has **no** content and decides nothing: it makes a phone pull a little sooner
//! than it would have done by itself, so one that is lost costs some minutes and nothing else.

use std::collections::{BTreeMap, BTreeSet};
use std::sync::atomic::{AtomicBool, Ordering};
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::Duration;

use leeway_core::values::UserId;
use tokio::sync::{Notify, OwnedSemaphorePermit, Semaphore};
use tokio::time::Instant;

use crate::app::App;
use crate::db::{self, Mark};
use crate::error::ApiError;
use crate::timer;

/// How often the database is asked.
const EVERY: Duration = Duration::from_secs(1);
/// Pokes of one change are spread over so long, so that phones don't pull all at once.
const SPREAD_MS: u64 = 1_000;
/// How much later than the one before whoever listens next hears of it, around the clock of [`SPREAD_MS`].
const STEP_MS: u64 = 619;
/// How many listen at once; more are told to come again, and pull by the clock meanwhile. Each holds a connection:
/// fewer than `listen` takes, so that requests find one.
const ALL: usize = 6_000;
/// How many streams a user has at once. The oldest ends: most likely its phone has lost it and doesn't know.
const EACH: usize = 8;

/// All of an organisation who listen on this process.
#[derive(Clone)]
pub struct Pokes(Arc<Shared>);

struct Shared {
    ears: Mutex<Ears>,
    /// For those of all organisations.
    places: Arc<Semaphore>,
    /// Told when somebody begins to listen.
    begun: Notify,
}

#[derive(Default)]
struct Ears {
    closed: bool,
    next: u64,
    all: BTreeMap<(UserId, u64), Arc<Ear>>,
}

struct Ear {
    news: Notify,
    over: AtomicBool,
}

impl Ears {
    /// Returns the streams of a user, the oldest first.
    fn of(&self, user: UserId) -> impl Iterator<Item = &Arc<Ear>> {
        self.all.range((user, 0)..=(user, u64::MAX)).map(|(_, ear)| ear)
    }
}

impl Ear {
    fn end(&self) {
        self.over.store(true, Ordering::Release);
        self.news.notify_one();
    }

    fn is_over(&self) -> bool {
        self.over.load(Ordering::Acquire)
    }
}

/// One who listens, until it is dropped.
pub struct Listener {
    id: (UserId, u64),
    ear: Arc<Ear>,
    /// News that were heard and are not told yet.
    due: Option<Instant>,
    pokes: Pokes,
    _place: OwnedSemaphorePermit,
}

impl Default for Pokes {
    fn default() -> Self {
        Self::within(Arc::new(Semaphore::new(ALL)))
    }
}

impl Pokes {
    fn within(places: Arc<Semaphore>) -> Self {
        Self(Arc::new(Shared { ears: Mutex::default(), places, begun: Notify::new() }))
    }

    /// Makes the same for another organisation: its news are its own, the places are shared.
    #[must_use]
    pub fn beside(&self) -> Self {
        Self::within(Arc::clone(&self.0.places))
    }

    /// Begins to listen.
    ///
    /// # Errors
    /// [`ApiError::Busy`] when too many do, or the server is stopping.
    pub fn listen(&self, user: UserId) -> Result<Listener, ApiError> {
        let ear = Arc::new(Ear { news: Notify::new(), over: AtomicBool::new(false) });
        let place = Arc::clone(&self.0.places).try_acquire_owned().map_err(|_| ApiError::Busy)?;
        let mut ears = self.ears();
        if ears.closed {
            return Err(ApiError::Busy);
        }
        let theirs: Vec<&Arc<Ear>> = ears.of(user).filter(|it| !it.is_over()).collect();
        if theirs.len() >= EACH
            && let Some(oldest) = theirs.first()
        {
            oldest.end();
        }
        let id = (user, ears.next);
        ears.next += 1;
        ears.all.insert(id, Arc::clone(&ear));
        drop(ears);
        self.0.begun.notify_one();
        Ok(Listener { id, ear, due: None, pokes: self.clone(), _place: place })
    }

    /// Ends all listening, now and later.
    pub fn close(&self) {
        let mut ears = self.ears();
        ears.closed = true;
        ears.all.values().for_each(|ear| ear.end());
    }

    /// Tells these users that there may be something new for them.
    fn tell(&self, users: &BTreeSet<UserId>) {
        let ears = self.ears();
        users.iter().flat_map(|user| ears.of(*user)).for_each(|ear| ear.news.notify_one());
    }

    fn tell_all(&self) {
        self.ears().all.values().for_each(|ear| ear.news.notify_one());
    }

    /// Waits until somebody listens.
    async fn somebody(&self) {
        while self.ears().all.is_empty() {
            self.0.begun.notified().await;
        }
    }

    fn ears(&self) -> MutexGuard<'_, Ears> {
        self.0.ears.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Listener {
    /// Waits for news, then a moment that is another for each listener. Returns whether there is more to come.
    /// Called off, it goes on the next time where it was.
    pub async fn heard(&mut self) -> bool {
        let due = match self.due {
            Some(due) => due,
            None => {
                self.ear.news.notified().await;
                *self.due.insert(Instant::now() + delay(self.id.1))
            }
        };
        if !self.ear.is_over() {
            tokio::time::sleep_until(due).await;
        }
        self.due = None;
        !self.ear.is_over()
    }
}

/// Returns how long the n-th who began to listen waits. Steps of a golden section leave no gap and make no heap,
/// however many listen; and a simulation that is repeated waits as long again.
fn delay(n: u64) -> Duration {
    Duration::from_millis(n.wrapping_mul(STEP_MS) % SPREAD_MS)
}

impl Drop for Listener {
    fn drop(&mut self) {
        self.pokes.ears().all.remove(&self.id);
    }
}

/// Watches the database for as long as it is polled.
pub async fn watch(app: &App) {
    // kept while nobody listens: what came in between is news to whoever begins
    let mut known = None;
    let mut ticks = timer::from_now(EVERY);
    loop {
        ticks.tick().await;
        if known.is_some() {
            app.pokes.somebody().await;
        }
        match look(app, known.as_ref()).await {
            Ok(now) => known = Some(now),
            Err(error) => tracing::warn!(%error, "the database was not watched"),
        }
    }
}

/// Tells whoever is concerned by what is new since `known`. Returns up to where that was.
pub(crate) async fn look(app: &App, known: Option<&Mark>) -> db::Result<Mark> {
    let mut reading = app.db.read(app.tenant).await?;
    let now = reading.mark().await?;
    match known {
        Some(known) if *known == now => {}
        Some(known) if reading.knows(known).await? => {
            let users = reading.stirred(known).await?;
            app.pokes.tell(&users.into_iter().collect());
        }
        // nothing is known of what was before
        _ => app.pokes.tell_all(),
    }
    reading.end().await?;
    Ok(now)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn user(n: u128) -> UserId {
        UserId::from_u128(n)
    }

    #[tokio::test(start_paused = true)]
    async fn only_whom_it_concerns_is_told_and_many_changes_are_one_poke() {
        let pokes = Pokes::default();
        let (mut one, mut two) = (pokes.listen(user(1)).unwrap(), pokes.listen(user(2)).unwrap());
        for _ in 0..5 {
            pokes.tell(&BTreeSet::from([user(1), user(3)]));
        }
        assert!(one.heard().await);
        for silent in [&mut one, &mut two] {
            tokio::time::timeout(Duration::from_secs(9), silent.heard()).await.unwrap_err();
        }
        pokes.tell_all();
        assert!(one.heard().await && two.heard().await);
    }

    #[tokio::test(start_paused = true)]
    async fn pokes_of_one_change_are_spread() {
        let pokes = Pokes::default();
        let mut all: Vec<Listener> = (0..64).map(|n| pokes.listen(user(n)).unwrap()).collect();
        pokes.tell_all();
        let begun = Instant::now();
        let mut times = BTreeSet::new();
        for heard in all.iter_mut().map(Listener::heard) {
            assert!(heard.await);
            times.insert(begun.elapsed().as_millis());
        }
        assert!(times.len() > 16, "{times:?}");
        assert!((0..1_000).all(|n| delay(n) < Duration::from_millis(SPREAD_MS)));
    }

    #[tokio::test(start_paused = true)]
    async fn news_outlive_a_waiting_that_is_called_off() {
        let pokes = Pokes::default();
        let mut one = pokes.listen(user(1)).unwrap();
        for _ in 0..20 {
            pokes.tell_all();
            let mut tries = 0;
            while tokio::time::timeout(Duration::from_millis(1), one.heard()).await.is_err() {
                tries += 1;
                assert!(tries <= SPREAD_MS, "lost");
            }
        }
    }

    #[tokio::test]
    async fn the_oldest_gives_way_and_the_last_is_told_to_wait() {
        let pokes = Pokes::default();
        let mut mine: Vec<Listener> = (0..=EACH).map(|_| pokes.listen(user(1)).unwrap()).collect();
        assert!(!mine[0].heard().await);
        pokes.tell_all();
        assert!(mine[1].heard().await && mine[EACH].heard().await);
        drop(mine);
        let all: Vec<Listener> = (0..ALL as u128).map(|n| pokes.listen(user(n)).unwrap()).collect();
        assert!(matches!(pokes.listen(user(0)), Err(ApiError::Busy)));
        let elsewhere = pokes.beside();
        assert!(matches!(elsewhere.listen(user(0)), Err(ApiError::Busy)), "one process, whoever it is for");
        drop(all);
        let mut last = pokes.listen(user(0)).unwrap();
        pokes.close();
        assert!(!last.heard().await);
        assert!(matches!(pokes.listen(user(1)), Err(ApiError::Busy)));
    }
}
