//! The photos of a note: taken, shown small and large, taken back. Each is kept on this phone with its command; those of
//! others come when they are looked at. Never in the way of text: a phone without room refuses the photo and nothing else.

use leeway_core::Body;
use leeway_core::values::{Blob, NoteId, Timestamp};
use leeway_core::visits::{AddPhoto, RemovePhoto, VisitPhoto, Write};
use leptos::prelude::*;
use leptos::task::spawn_local;
use leptos::web_sys::File;

use super::desk::Desk;
use crate::app::use_app;
use crate::commands::{Commands, DispatchError, use_commands};
use crate::i18n::{I18n, errors, format, t_string};
use crate::platform::ids;
use crate::platform::photo::{self, Address, Photo, PhotoError};
use crate::store::{BlobState, Store, StoreError};
use crate::sync::{Fetched, fetch};
use crate::ui::{Button, ButtonKind, Confirm, Glyph, Notice, PhotoGrid, PhotoTile, Sheet, TakePhoto, Tone};

/// What stays free for text when photos are taken, in bytes: months of it.
const FOR_TEXT: u64 = 20 * 1024 * 1024;

/// The photos of one note, with the place to take another one.
#[component]
pub fn NotePhotos(desk: Desk, note: NoteId) -> impl IntoView {
    let i18n = desk.i18n;
    let of_note = move |all: &Vec<VisitPhoto>| -> Vec<VisitPhoto> {
        all.iter().filter(|it| it.note == note).cloned().collect()
    };
    let photos = Memo::new(move |_| desk.with(|view| of_note(&view.photos)).unwrap_or_default());
    let busy = RwSignal::new(false);
    let failed = RwSignal::new(String::new());
    let (app, commands) = (use_app(), use_commands());
    let take = move |files: Vec<File>| {
        let store = app.store();
        busy.set(true);
        failed.set(String::new());
        spawn_local(async move {
            for file in files {
                if let Err(error) = add(&store, commands, desk, note, &file).await {
                    failed.try_set(sentence(i18n, &error));
                    break;
                }
            }
            busy.try_set(false);
        });
    };
    let label = move || match busy.get() {
        true => t_string!(i18n, visits.photo.busy),
        false => t_string!(i18n, visits.photo.add),
    };
    let why = move || {
        let text = failed.get();
        (!text.is_empty()).then(|| view! { <Notice text=text tone=Tone::Warn icon=Glyph::Alert live=true/> })
    };
    view! {
        <PhotoGrid>
            <For each=move || photos.get() key=|it| it.id children=move |it| view! { <Tile desk=desk photo=it photos=photos/> }/>
            <TakePhoto label=label busy=busy on_take=take/>
        </PhotoGrid>
        {why}
    }
    .into_any()
}

/// Why a photo was not taken.
enum AddError {
    Photo(PhotoError),
    NoRoom,
    Dispatch(DispatchError),
}

fn sentence(i18n: I18n, error: &AddError) -> String {
    match error {
        AddError::Photo(PhotoError::Unreadable) => t_string!(i18n, visits.photo.unreadable).to_owned(),
        AddError::Photo(PhotoError::TooLarge) => t_string!(i18n, visits.photo.too_large).to_owned(),
        AddError::NoRoom | AddError::Dispatch(DispatchError::Store(StoreError::Full)) => {
            t_string!(i18n, visits.photo.full).to_owned()
        }
        AddError::Dispatch(error) => errors::dispatch(i18n, error),
    }
}

/// Adds one photo to a note, if there is room for it beside the text to come.
async fn add(
    store: &Store,
    commands: Commands,
    desk: Desk,
    note: NoteId,
    file: &File,
) -> Result<(), AddError> {
    let Photo { blob, bytes, width, height } = photo::shrink(file).await.map_err(AddError::Photo)?;
    if !has_room(blob.bytes).await {
        let freed = store.free_blobs().await.unwrap_or_default();
        if freed == 0 || !has_room(blob.bytes).await {
            return Err(AddError::NoRoom);
        }
    }
    let it = AddPhoto { visit: desk.id, note, photo: ids::photo(), blob, width, height };
    let body = Body::Visits(Write::AddPhoto(it));
    commands.dispatch_with(body, blob, &bytes).await.map(drop).map_err(AddError::Dispatch)
}

async fn has_room(bytes: u32) -> bool {
    photo::room().await.is_none_or(|room| room >= FOR_TEXT + u64::from(bytes))
}

/// What can be seen of a photo.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
enum Seen {
    /// Being read.
    Loading,
    /// The picture, and where it stands.
    Here(BlobState),
    /// It is still on the phone of who took it.
    Pending,
    /// Not on this phone, and no network.
    NotLoaded,
}

/// A picture that shows itself as soon as it can.
#[derive(Clone, Copy)]
struct Picture {
    seen: RwSignal<Seen>,
    address: RwSignal<Option<String>>,
}

fn use_picture(photo: &VisitPhoto, photos: Memo<Vec<VisitPhoto>>) -> Picture {
    let (id, blob) = (photo.id, photo.blob);
    let arrived = Memo::new(move |_| photos.with(|all| all.iter().any(|it| it.id == id && it.arrived)));
    let app = use_app();
    let picture = Picture { seen: RwSignal::new(Seen::Loading), address: RwSignal::new(None) };
    let kept = StoredValue::new_local(None::<Address>);
    let answered = Memo::new(move |_| app.status().with(|it| it.last_success));
    Effect::new(move |_| {
        app.changed().track();
        // each answer of the server says that there is a network again
        if !matches!(picture.seen.get_untracked(), Seen::Here(_)) {
            answered.track();
        }
        let (store, arrived) = (app.store(), arrived.get());
        spawn_local(async move {
            let seen = look(&store, blob, arrived).await;
            if matches!(seen, Seen::Here(_)) && picture.address.try_get_untracked() == Some(None) {
                let bytes = store.bytes(blob.hash).await.ok().flatten();
                let address = bytes.and_then(|bytes| Address::of(&bytes, blob.media));
                picture.address.try_set(address.as_ref().map(|it| it.text().to_owned()));
                // the address is good for as long as the page
                kept.try_set_value(address);
            }
            picture.seen.try_maybe_update(|it| (std::mem::replace(it, seen) != seen, ()));
        });
    });
    picture
}

/// Looks on this phone, then at the server, if that has it.
async fn look(store: &Store, blob: Blob, arrived: bool) -> Seen {
    let here = async || store.held(blob.hash).await.ok().flatten();
    if let Some(held) = here().await {
        return Seen::Here(held.state);
    }
    if !arrived {
        return Seen::Pending;
    }
    match fetch(store, blob).await {
        Fetched::Here => here().await.map_or(Seen::NotLoaded, |held| Seen::Here(held.state)),
        Fetched::Pending => Seen::Pending,
        Fetched::NotNow => Seen::NotLoaded,
    }
}

fn word(i18n: I18n, seen: Seen) -> &'static str {
    match seen {
        Seen::Loading | Seen::Here(BlobState::Sent) => "",
        Seen::Here(BlobState::Waiting) | Seen::Pending => t_string!(i18n, visits.photo.pending),
        Seen::Here(BlobState::Stuck) => t_string!(i18n, visits.photo.stuck),
        Seen::NotLoaded => t_string!(i18n, visits.photo.not_loaded),
    }
}

fn explained(i18n: I18n, seen: Seen) -> &'static str {
    match seen {
        Seen::Loading | Seen::Here(BlobState::Sent) => "",
        Seen::Here(BlobState::Waiting) => t_string!(i18n, visits.photo.pending_here),
        Seen::Here(BlobState::Stuck) => t_string!(i18n, visits.photo.stuck_here),
        Seen::Pending => t_string!(i18n, visits.photo.pending_there),
        Seen::NotLoaded => t_string!(i18n, visits.photo.not_loaded_here),
    }
}

#[component]
fn Tile(desk: Desk, photo: VisitPhoto, photos: Memo<Vec<VisitPhoto>>) -> impl IntoView {
    let i18n = desk.i18n;
    let picture = use_picture(&photo, photos);
    let open = RwSignal::new(false);
    let at = photo.at;
    let label = move || {
        let name = t_string!(i18n, visits.photo.one, at = format::date_time(i18n, at));
        match word(i18n, picture.seen.get()) {
            "" => name,
            word => format!("{name}, {word}"),
        }
    };
    view! {
        <PhotoTile
            label=label
            address=picture.address
            word=move || word(i18n, picture.seen.get()).to_owned()
            on_press=move |()| open.set(true)
        />
        <Viewer desk=desk photo=photo picture=picture at=at open=open/>
    }
    .into_any()
}

/// The photo as large as the screen, with what can be done with it.
#[component]
fn Viewer(
    desk: Desk,
    photo: VisitPhoto,
    picture: Picture,
    at: Timestamp,
    open: RwSignal<bool>,
) -> impl IntoView {
    let i18n = desk.i18n;
    let removing = RwSignal::new(false);
    let remove = move |()| {
        open.set(false);
        let it = RemovePhoto { photo: photo.id };
        desk.writer.put(String::new(), None, None, move |_| Body::Visits(Write::RemovePhoto(it)));
    };
    let title = move || t_string!(i18n, visits.photo.one, at = format::date_time(i18n, at));
    let said = move || {
        let text = explained(i18n, picture.seen.get());
        (!text.is_empty())
            .then(|| view! { <Notice text=text.to_owned() tone=Tone::Warn icon=Glyph::CloudUp/> })
    };
    let large =
        move || picture.address.get().map(|address| view! { <img class="large" src=address alt=title()/> });
    view! {
        <Sheet open=open title=title close_label=move || t_string!(i18n, shell.close)>
            {large}
            {said}
            <Button
                kind=ButtonKind::Danger
                icon=Glyph::Trash
                label=move || t_string!(i18n, visits.photo.remove)
                on_press=move |()| removing.set(true)
            />
        </Sheet>
        <Confirm
            open=removing
            title=move || t_string!(i18n, visits.photo.remove_title)
            text=move || t_string!(i18n, visits.photo.remove_text)
            confirm_label=move || t_string!(i18n, visits.photo.remove)
            cancel_label=move || t_string!(i18n, visits.photo.keep)
            danger=true
            on_confirm=remove
        />
    }
    .into_any()
}
