//! The parts every screen is made of: own components on native elements, styled by `app/styles/`.
//! **Never** knows a word of the domain or of a language, never reads the store, never decides anything:
//! words come in as `Signal<String>` (an empty one means "none"), values as signals, actions as callbacks.
//!
//! State lives in attributes (`aria-*`, `data-state`, `data-tone`), measures in custom properties set by `style:`
//! directives, so that a strict content policy holds. Components return `AnyView`: a page's own type stays small,
//! and each part is compiled once.

mod agenda;
mod button;
mod card;
mod cell;
mod chips;
mod dock;
mod empty;
mod field;
mod form_item;
mod icon;
mod ids;
mod inputs;
mod keypad;
mod layout;
mod meter;
mod nav_bar;
mod notice;
mod photo_grid;
mod search_bar;
mod seg_tabs;
mod sheet;
mod skeleton;
mod stamp;
mod state_chip;
mod stepper;
mod steps;
mod sum;
mod tab_bar;
mod tag;
mod timeline;
mod toast;
mod tone;
mod versus;

pub use agenda::{Agenda, AgendaItem, AgendaState};
pub use button::{Button, ButtonKind, IconButton};
pub use card::{Card, Section};
pub use cell::Cell;
pub use chips::{ChipButton, ChipsMulti, ChipsSingle, Choice};
pub use dock::Dock;
pub use empty::Empty;
pub use field::{Field, InputKind};
pub use form_item::FormItem;
pub use icon::{Glyph, Icon};
pub use ids::fresh_id;
pub use inputs::{Check, DateInput, NumberInput, Select, TextArea, TextInput};
pub use keypad::Keypad;
pub use layout::{Body, Screen};
pub use meter::{Meter, MeterState, Progress, Tier};
pub use nav_bar::{NavBar, RootBar};
pub use notice::{Notice, Quoted};
pub use photo_grid::{PhotoGrid, PhotoTile, TakePhoto};
pub use search_bar::SearchBar;
pub use seg_tabs::SegTabs;
pub use sheet::{Confirm, Sheet};
pub use skeleton::Skeleton;
pub use stamp::{BigStamp, Stamp, StampState};
pub use state_chip::{RecordState, StateChip, SyncChip, SyncState};
pub use stepper::Stepper;
pub use steps::Steps;
pub use sum::{Sum, SumRow};
pub use tab_bar::{Tab, TabBar};
pub use tag::{Badge, Grade, Tag};
pub use timeline::{Timeline, TimelineItem};
pub use toast::{ToastHost, Toasts};
pub use tone::Tone;
pub use versus::{Side, Versus};
