//! What every page can reach. Holds signals and hands questions on; never decides anything itself. How it is built:
//! [`crate::start`].

mod granted;
mod heard;
mod user;

pub(crate) use user::clear_out;

use std::cell::{Cell, RefCell};
use std::rc::Rc;
use std::sync::Arc;

use leeway_core::inbox::{CLASHES, ClashCard, REFUSALS, RefusalCard};
use leeway_core::organisation::Member;
use leeway_core::record::{Key, RecordType};
use leeway_core::sync::protocol::Session;
use leeway_core::values::{Date, Timestamp, UserId};
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::firsts::Firsts;
use crate::i18n::{I18n, Locale};
use crate::platform::channel::Channel;
use crate::platform::timer::sleep;
use crate::platform::{appearance, clock, known, page, service_worker};
use crate::single::Single;
use crate::store::{Device, Entry, Store, StoreError};
use crate::sync::{Bell, Phase, RecordState, Ring, Said, SyncStatus, Waiting, record_state, summary};

/// The queue is read again at most this often.
const QUEUE_MS: u32 = 250;
/// And between two readings, so many times as long as one takes.
const QUEUE_SHARE: u32 = 4;

/// What every page can reach. Copy; from [`use_app`].
#[derive(Clone, Copy)]
pub struct App {
    parts: StoredValue<Rc<Parts>, LocalStorage>,
    me: RwSignal<Option<Session>>,
    member: RwSignal<Option<Member>, LocalStorage>,
    status: RwSignal<SyncStatus>,
    entries: RwSignal<Arc<Vec<Entry>>>,
    today: RwSignal<Date>,
    changed: RwSignal<u64>,
    update_ready: RwSignal<bool>,
    trouble: RwSignal<Option<StoreError>>,
    i18n: I18n,
}

/// What is not a signal.
struct Parts {
    store: Store,
    device: Device,
    bell: Bell,
    channel: RefCell<Option<Channel>>,
    leads: Cell<bool>,
    firsts: Firsts,
    /// The queue is being read.
    queue_read: Single,
    /// The user's own rows are being read.
    own_read: Single,
    /// When this device last looked whether it needs a grant.
    granted_at: Cell<Timestamp>,
    /// It has looked once, and what came of that has come.
    settled: Cell<bool>,
    /// All is sent and fetched, but it has not looked yet.
    holds_online: Cell<bool>,
}

/// Returns what every page can reach.
pub fn use_app() -> App {
    expect_context()
}

impl App {
    /// Builds it for who uses this device.
    pub(crate) fn new(
        device: Device,
        session: Option<Session>,
        store: Store,
        firsts: Firsts,
        i18n: I18n,
    ) -> Self {
        let parts = Parts {
            store,
            device,
            bell: Bell::default(),
            channel: RefCell::new(None),
            leads: Cell::new(false),
            firsts,
            queue_read: Single::default(),
            own_read: Single::default(),
            granted_at: Cell::default(),
            settled: Cell::default(),
            holds_online: Cell::default(),
        };
        Self {
            parts: StoredValue::new_local(Rc::new(parts)),
            me: RwSignal::new(session),
            member: RwSignal::new_local(None),
            status: RwSignal::new(SyncStatus::default()),
            entries: RwSignal::new(Arc::new(Vec::new())),
            today: RwSignal::new(clock::today()),
            changed: RwSignal::new(0),
            update_ready: RwSignal::new(false),
            trouble: RwSignal::new(None),
            i18n,
        }
    }

    /// Returns the store of the user.
    pub fn store(self) -> Store {
        self.parts.with_value(|it| it.store.clone())
    }

    /// Returns who is logged in, also offline; `None`: nobody ever did on this device.
    pub fn me(self) -> Signal<Option<Session>> {
        self.me.into()
    }

    /// Returns the user's own member row.
    pub fn member(self) -> Signal<Option<Member>, LocalStorage> {
        self.member.into()
    }

    /// Returns how sync fares.
    pub fn status(self) -> Signal<SyncStatus> {
        self.status.into()
    }

    /// Returns what waits to be sent, oldest first.
    pub fn queue(self) -> Signal<Vec<Waiting>> {
        Memo::new(move |_| self.entries.with(|it| summary(it))).into()
    }

    /// Returns where a record stands on its way to the server.
    pub fn record_state(self, key: Key) -> Signal<RecordState> {
        Memo::new(move |_| self.entries.with(|it| record_state(it, key))).into()
    }

    /// Returns the local day; it ticks at midnight and when the app comes back to sight.
    pub fn today(self) -> Signal<Date> {
        self.today.into()
    }

    /// Says whether a newer program waits to be started.
    pub fn update_ready(self) -> Signal<bool> {
        self.update_ready.into()
    }

    /// Starts the newer program: the page reloads once it has taken over. Call when no form is dirty.
    pub fn apply_update(self) {
        service_worker::apply_update();
    }

    /// Returns what this device last failed to read or save outside of any form.
    pub fn trouble(self) -> Signal<Option<StoreError>> {
        self.trouble.into()
    }

    /// Pushes and pulls now.
    pub fn sync_now(self) {
        self.ring(Ring::Now);
    }

    /// Keeps and shows a language.
    pub fn set_language(self, locale: Locale) {
        show_language(self.i18n, locale);
    }

    /// Puts a command that could not go out back into the queue, to be tried again.
    ///
    /// # Errors
    /// [`StoreError`]; then it stays where it is.
    pub async fn retry(self, seq: u64) -> Result<(), StoreError> {
        self.store().unpark(seq).await?;
        self.queue_changed();
        self.ring(Ring::Now);
        Ok(())
    }

    /// Counts up whenever stored rows change.
    pub(crate) fn changed(self) -> Signal<u64> {
        self.changed.into()
    }

    /// Takes note of an error of the store that no form shows.
    pub(crate) fn failed(self, error: StoreError) {
        if error == StoreError::TooNew {
            self.status.update(|it| it.phase = Phase::Superseded);
        }
        if error == StoreError::Wiped {
            // what was on the screens is not there any more: the start tells
            known::note_wiped();
            page::reload();
        }
        self.trouble.try_set(Some(error));
    }
}

/// Between the parts.
impl App {
    /// Takes note that this tab changed rows and queue by a command.
    pub(crate) fn took(self, entry: Entry) {
        let at = entry.envelope.at;
        let is_own = |key: &Key| {
            matches!(key.typ, RecordType::Member | RecordType::RefusalCard | RecordType::ClashCard)
        };
        let writes_own = entry.keys.iter().any(is_own);
        self.entries.update(|it| Arc::make_mut(it).push(entry));
        self.status.update(|it| {
            it.waiting += 1;
            it.oldest.get_or_insert(at);
        });
        // what it wrote is known: the next command need not wait for reads of something else
        if writes_own {
            self.read_rows();
        } else {
            self.rows_changed();
        }
        self.bell().ring(Ring::Soon);
        self.say(&Said::Took);
    }

    fn queue_changed(self) {
        self.read_queue();
        self.say(&Said::Queue);
    }

    fn show_queue(self, entries: Vec<Entry>) {
        self.status.update(|it| it.count(&summary(&entries)));
        self.entries.set(Arc::new(entries));
    }

    /// Reads the queue again.
    pub(crate) fn read_queue(self) {
        let parts = self.parts.get_value();
        if !parts.queue_read.begin() {
            return;
        }
        spawn_local(async move {
            loop {
                let before = clock::now();
                match parts.store.queue().await {
                    Ok(entries) => self.show_queue(entries),
                    Err(error) => self.failed(error),
                }
                if !parts.queue_read.again() {
                    return;
                }
                // a push of a thousand commands tells of each batch twice, and a long queue takes long to read
                let took = u32::try_from(clock::now().ms() - before.ms()).unwrap_or_default();
                sleep(QUEUE_MS.max(took.saturating_mul(QUEUE_SHARE))).await;
            }
        });
    }

    /// Has everything that shows rows read them again.
    pub(crate) fn read_rows(self) {
        self.rows_changed();
        let (parts, Some(me)) = (self.parts.get_value(), self.me.get_untracked()) else { return };
        if !parts.own_read.begin() {
            return;
        }
        spawn_local(async move {
            loop {
                if let Err(error) = self.read_own(&parts.store, me.user).await {
                    self.failed(error);
                }
                if !parts.own_read.again() {
                    return;
                }
            }
        });
    }

    fn rows_changed(self) {
        self.changed.update(|it| *it = it.wrapping_add(1));
    }

    async fn read_own(self, store: &Store, me: UserId) -> Result<(), StoreError> {
        let member = store.get::<Member>(me).await?;
        if self.member.with_untracked(|it| *it != member) {
            self.member.set(member);
        }
        let count = |cards: usize| u32::try_from(cards).unwrap_or(u32::MAX);
        let refused = count(store.list::<RefusalCard>(REFUSALS).await?.len());
        let clashes = count(store.list::<ClashCard>(CLASHES).await?.len());
        if self.status.with_untracked(|it| (it.refused, it.clashes) != (refused, clashes)) {
            self.status.update(|it| (it.refused, it.clashes) = (refused, clashes));
        }
        Ok(())
    }

    /// Reads when the server last answered, once at the start.
    pub(crate) async fn read_last_success(self) {
        if let Ok(cursor) = self.store().cursor().await {
            self.status.update(|it| it.last_success = it.last_success.max(cursor.last_success));
        }
    }

    /// Looks at the calendar again.
    pub(crate) fn look_at_the_day(self) {
        let today = clock::today();
        if self.today.get_untracked() != today {
            self.today.set(today);
        }
    }

    /// Returns what the first screen waits for, and what waits for it.
    pub(crate) fn firsts(self) -> Firsts {
        self.parts.with_value(|it| it.firsts.clone())
    }

    /// Takes note that a newer program waits.
    pub(crate) fn update_found(self) {
        self.update_ready.set(true);
    }
}

/// Keeps and shows a language.
pub(crate) fn show_language(i18n: I18n, locale: Locale) {
    appearance::set_language(tag(locale));
    i18n.set_locale(locale);
}

/// Returns the language's tag.
pub(crate) const fn tag(locale: Locale) -> &'static str {
    match locale {
        Locale::zh_CN => "zh-CN",
        Locale::en => "en",
    }
}
