//! Every keystroke survives: what is typed and not yet a command is kept on this device, and is there again when the
//! form opens again. Never sent.

use std::cell::{Cell, RefCell};
use std::collections::BTreeMap;
use std::rc::Rc;

use gloo_timers::callback::Timeout;
use leptos::prelude::*;
use leptos::task::spawn_local;

use crate::app::{App, use_app};
use crate::platform::page;
use crate::store::Typed;

/// A change is on its way to disk after this long at the latest.
const KEEP_MS: u32 = 200;

thread_local! {
    /// How many forms on screen hold something that was typed and not saved.
    static DIRTY_FORMS: ArcRwSignal<u32> = ArcRwSignal::new(0);
}

/// Says whether any form on screen holds something that was typed and not saved.
pub fn any_dirty() -> Signal<bool> {
    let forms = DIRTY_FORMS.with(Clone::clone);
    Signal::derive(move || forms.get() > 0)
}

/// Counts a form in or out.
fn count_dirty(dirty: bool) {
    DIRTY_FORMS.with(|forms| {
        forms.update(|it| *it = if dirty { it.saturating_add(1) } else { it.saturating_sub(1) });
    });
}

/// A form's unsent keystrokes. Copy.
#[derive(Clone, Copy)]
pub struct Draft(StoredValue<Rc<Handle>, LocalStorage>);

/// What outlives the form while it is being written.
pub(crate) struct Handle {
    key: String,
    app: App,
    fields: RefCell<BTreeMap<&'static str, Field>>,
    /// What is on disk for fields that the form has not made yet.
    unclaimed: RefCell<Typed>,
    ready: ArcRwSignal<bool>,
    dirty: ArcRwSignal<bool>,
    timer: RefCell<Option<Timeout>>,
    /// Something is on disk.
    kept: Cell<bool>,
    /// A command is taking the fields over; these are the texts that it takes.
    held: RefCell<Option<Typed>>,
}

struct Field {
    text: ArcRwSignal<String>,
    initial: ArcRwSignal<String>,
}

/// Opens the draft kept under (form, record); what was typed before is there again. A new record's form uses
/// `"new"`, or what it belongs to.
pub fn use_draft(form: &'static str, record: impl ToString) -> Draft {
    open(format!("{form}|{}", record.to_string()))
}

fn open(key: String) -> Draft {
    let handle = Rc::new(Handle {
        key,
        app: use_app(),
        fields: RefCell::default(),
        unclaimed: RefCell::default(),
        ready: ArcRwSignal::new(false),
        dirty: ArcRwSignal::new(false),
        timer: RefCell::default(),
        kept: Cell::new(false),
        held: RefCell::default(),
    });
    let leaving = Rc::clone(&handle);
    let listeners = StoredValue::new_local(page::on_leave(move || leaving.keep_now()));
    let draft = Draft(StoredValue::new_local(Rc::clone(&handle)));
    on_cleanup(move || {
        if let Some(handle) = draft.handle() {
            handle.keep_now();
            if handle.dirty.get_untracked() {
                count_dirty(false);
            }
        }
        listeners.dispose();
    });
    spawn_local(handle.restore());
    draft
}

impl Draft {
    /// Returns a field's text; it starts with `initial` unless something was typed before. Written to disk at
    /// most 300 ms after a change, and when the page is left.
    pub fn field(&self, name: &'static str, initial: impl Into<String>) -> RwSignal<String> {
        let initial = initial.into();
        match self.handle() {
            Some(handle) => handle.field(name, initial),
            None => RwSignal::new(initial),
        }
    }

    /// Says whether any field differs from its initial text.
    pub fn is_dirty(&self) -> Signal<bool> {
        self.handle().map_or_else(|| Signal::stored(false), |it| RwSignal::from(it.dirty.clone()).into())
    }

    /// Takes all fields back to their initial texts and forgets what was typed.
    pub fn discard(&self) {
        if let Some(handle) = self.handle() {
            handle.discard();
        }
    }

    /// Starts a field over: this is its text and its initial text now. For a form that stays open after it was taken.
    pub fn reset(&self, name: &'static str, initial: impl Into<String>) {
        if let Some(handle) = self.handle() {
            handle.reset(name, initial.into());
        }
    }

    /// Says whether what was typed before has been read back.
    pub fn ready(&self) -> Signal<bool> {
        self.handle().map_or_else(|| Signal::stored(true), |it| RwSignal::from(it.ready.clone()).into())
    }

    /// Returns what outlives the form; `None` when the form is gone.
    pub(crate) fn handle(self) -> Option<Rc<Handle>> {
        self.0.try_get_value()
    }
}

impl Handle {
    /// Returns the key under which it is kept.
    pub(crate) fn key(&self) -> &str {
        &self.key
    }

    /// Stops writing: a command is about to take the fields over.
    pub(crate) fn hold(&self) {
        self.timer.take();
        self.held.replace(Some(self.texts()));
    }

    /// The command was taken: what it took is the beginning now. What was typed since is kept.
    pub(crate) fn end(self: &Rc<Self>) {
        let taken = self.held.take().unwrap_or_default();
        self.unclaimed.take();
        self.kept.set(false);
        for (name, text) in taken {
            if let Some(field) = self.fields.borrow().get(name.as_str()) {
                field.initial.set(text);
            }
        }
        self.look();
    }

    /// The command was not taken: all is as before.
    pub(crate) fn resume(self: &Rc<Self>) {
        self.held.take();
        self.keep_soon();
    }

    fn field(self: &Rc<Self>, name: &'static str, initial: String) -> RwSignal<String> {
        if let Some(field) = self.fields.borrow().get(name) {
            return RwSignal::from(field.text.clone());
        }
        let start = self.unclaimed.borrow_mut().remove(name).unwrap_or_else(|| initial.clone());
        let text = ArcRwSignal::new(start);
        let initial = ArcRwSignal::new(initial);
        let (seen, began) = (text.clone(), initial.clone());
        self.fields.borrow_mut().insert(name, Field { text: text.clone(), initial });
        let handle = Rc::clone(self);
        Effect::new(move |before: Option<()>| {
            seen.track();
            began.track();
            handle.look();
            if before.is_some() {
                handle.keep_soon();
            }
        });
        RwSignal::from(text)
    }

    fn reset(self: &Rc<Self>, name: &'static str, initial: String) {
        self.unclaimed.borrow_mut().remove(name);
        if let Some(field) = self.fields.borrow().get(name) {
            field.initial.set(initial.clone());
            field.text.set(initial);
        }
        self.look();
        self.keep_now();
    }

    fn discard(self: &Rc<Self>) {
        self.unclaimed.take();
        for field in self.fields.borrow().values() {
            field.text.set(field.initial.get_untracked());
        }
        self.look();
        self.keep_now();
    }

    /// Looks whether anything differs from its beginning.
    fn look(&self) {
        let dirty = self.fields.borrow().values().any(Field::is_typed);
        if self.dirty.get_untracked() != dirty {
            self.dirty.set(dirty);
            count_dirty(dirty);
        }
    }

    fn texts(&self) -> Typed {
        let fields = self.fields.borrow();
        fields.iter().map(|(name, it)| ((*name).to_owned(), it.text.get_untracked())).collect()
    }

    fn keep_soon(self: &Rc<Self>) {
        let mut timer = self.timer.borrow_mut();
        // not put off by further keystrokes
        if timer.is_none() {
            let handle = Rc::clone(self);
            *timer = Some(Timeout::new(KEEP_MS, move || handle.keep_now()));
        }
    }

    fn keep_now(self: &Rc<Self>) {
        self.timer.take();
        if self.held.borrow().is_some() || !self.ready.get_untracked() {
            return;
        }
        let mut typed = self.unclaimed.borrow().clone();
        for (name, field) in self.fields.borrow().iter().filter(|(_, it)| it.is_typed()) {
            typed.insert((*name).to_owned(), field.text.get_untracked());
        }
        if typed.is_empty() && !self.kept.get() {
            return;
        }
        self.kept.set(!typed.is_empty());
        let handle = Rc::clone(self);
        spawn_local(async move {
            if let Err(error) = handle.app.store().keep_draft(&handle.key, &typed).await {
                handle.app.failed(error);
            }
        });
    }

    async fn restore(self: Rc<Self>) {
        match self.app.store().draft(&self.key).await {
            Ok(typed) => self.take_back(typed),
            Err(error) => self.app.failed(error),
        }
        self.ready.set(true);
        if self.dirty.get_untracked() {
            self.keep_soon();
        }
    }

    /// Gives the fields what was typed before; a field that was typed in meanwhile keeps that.
    fn take_back(&self, mut typed: Typed) {
        self.kept.set(!typed.is_empty());
        for (name, field) in self.fields.borrow().iter() {
            if let Some(text) = typed.remove(*name)
                && !field.is_typed()
            {
                field.text.set(text);
            }
        }
        self.unclaimed.replace(typed);
    }
}

impl Field {
    fn is_typed(&self) -> bool {
        self.text.with_untracked(|text| self.initial.with_untracked(|initial| text != initial))
    }
}
