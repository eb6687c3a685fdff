//! For whom the user acts now, and the mark on customers that are not their own. Never decides what a deputy may do.

use std::collections::BTreeMap;

use leeway_core::deputies::ActingPeriod;
use leeway_core::values::{Timestamp, UserId};
use leptos::prelude::*;

use crate::app::use_app;
use crate::i18n::{I18n, format, t_string};
use crate::live::live;
use crate::ui::{Tag, Tone};

/// The managers for whom the user acts, each with until when; `None` until it was read.
pub type Acting = Signal<Option<BTreeMap<UserId, Timestamp>>, LocalStorage>;

/// Reads for whom the user acts now.
pub fn use_acting() -> Acting {
    let me = use_app().me();
    live(move |store| {
        let me = me.with(|me| me.as_ref().map(|me| me.user));
        async move {
            let Some(me) = me else { return Ok(BTreeMap::new()) };
            let periods = store.list::<ActingPeriod>(&ActingPeriod::of_deputy(me)).await?;
            Ok(periods.into_iter().filter(|it| it.state.is_open()).map(|it| (it.manager, it.until)).collect())
        }
    })
}

/// Marks what belongs to somebody for whom the user acts: `代理至 2026年11月30日`. Nothing on what is their own, or nobody's
/// that this device knows.
pub fn acting_tag(
    i18n: I18n,
    acting: Acting,
    owner: impl Into<Option<UserId>>,
) -> impl Fn() -> Option<AnyView> {
    let owner = owner.into();
    move || {
        let until = acting.with(|all| all.as_ref().and_then(|all| all.get(&owner?).copied()))?;
        let word = move || {
            let day = format::day_of_year(i18n, format::last_day(until));
            t_string!(i18n, deputies.tag, day = day)
        };
        Some(view! { <Tag attr:data-testid="acting" label=word tone=Tone::Accent/> }.into_any())
    }
}
