//! Many devices pull while somebody writes; what each shows must be the authorised view of one moment.

use std::collections::BTreeMap;
use std::path::Path;
use std::sync::Arc;

use leeway_core::sync::protocol::{CORE_SCHEMA, PullRequest};
use leeway_core::values::ClientId;
use leeway_core::{Changes, Key, Scope};
use uuid::Uuid;

use super::{Db, NOW, customer, found, key, note, user};
use crate::app::App;
use crate::clock::Clock;
use crate::db::Tenant;
use crate::scope;

/// Numbers that look random and are the same every time.
struct Dice(u64);

impl Dice {
    fn roll(&mut self, sides: u64) -> u128 {
        self.0 = self.0.wrapping_mul(6_364_136_223_846_793_005).wrapping_add(1_442_695_040_888_963_407);
        u128::from((self.0 >> 33) % sides)
    }
}

/// What should be in the database.
#[derive(Default, Clone)]
struct Model {
    notes: BTreeMap<u128, (u128, String)>,
    grants: BTreeMap<(u128, u128), bool>,
}

impl Model {
    fn view(&self, of: u128) -> BTreeMap<Uuid, (Scope, String)> {
        let held = |customer: u128| self.grants.get(&(of, customer)).copied().unwrap_or(false);
        let mine = self.notes.iter().filter(|(_, (customer, _))| held(*customer));
        mine.map(|(n, (of, text))| (Uuid::from_u128(*n), (Scope::Customer(customer(*of)), text.clone())))
            .collect()
    }
}

/// What a device holds, and where that stands.
#[derive(Default, Clone)]
struct Held {
    cookie: Option<String>,
    rows: BTreeMap<Uuid, (Scope, String)>,
}

/// A device, as the protocol says it behaves.
struct Device {
    user: u128,
    client: ClientId,
    page: Option<String>,
    shown: Held,
    staged: Held,
}

impl Device {
    /// Asks for one page. Returns true if it may be shown: it was the first page, and the last.
    async fn pull(&mut self, app: &App, limit: u32) -> bool {
        let request = PullRequest {
            epoch: None,
            client: self.client,
            cookie: self.staged.cookie.clone(),
            page: self.page.take(),
            limit: Some(limit),
            core_schema: CORE_SCHEMA,
            queue_len: 0,
        };
        let is_first = request.page.is_none();
        let answer = scope::pull(app, user(self.user), &request).await.unwrap();
        let Held { cookie, rows } = &mut self.staged;
        if answer.reset {
            rows.clear();
        }
        for gone in answer.drop.iter().chain(&answer.fill) {
            rows.retain(|_, (scope, _)| scope != gone);
        }
        for row in answer.rows {
            if !row.deleted {
                let text = row.body["text"].as_str().unwrap().to_owned();
                rows.insert(row.id, (row.scope, text));
            } else if rows.get(&row.id).is_some_and(|(scope, _)| *scope == row.scope) {
                rows.remove(&row.id);
            }
        }
        *cookie = answer.cookie.or(cookie.take());
        self.page = answer.page;
        let may_show = is_first && self.page.is_none();
        if may_show {
            self.shown = self.staged.clone();
        }
        may_show
    }

    /// The app was closed: what was staged is gone.
    fn restart(&mut self) {
        self.page = None;
        self.staged = self.shown.clone();
    }
}

async fn change_something(db: &Db, dice: &mut Dice, model: &mut Model) {
    let mut next = model.clone();
    let mut changes = Changes::none();
    for _ in 0..=dice.roll(3) {
        let (n, of) = (dice.roll(24), dice.roll(5));
        changes = match dice.roll(6) {
            0..=2 => {
                let text = dice.roll(1_000).to_string();
                let changes = changes.put(note(n, of, &text));
                next.notes.insert(n, (of, text));
                changes
            }
            3 => {
                next.notes.remove(&n);
                // removals are written after all puts
                let mut changes = changes;
                changes.puts.retain(|record| record.key() != key(n));
                changes.remove(key(n))
            }
            it => {
                let (who, active) = (dice.roll(3), it == 4);
                next.grants.insert((who, of), active);
                let scope = Scope::Customer(customer(of));
                if active { changes.grant(user(who), scope) } else { changes.revoke(user(who), scope) }
            }
        };
        let removed: Vec<Key> = changes.removes.clone();
        changes.removes =
            removed.into_iter().filter(|it| !changes.puts.iter().any(|put| put.key() == *it)).collect();
    }
    let mut writing = db.write(Tenant::FIRST).await.unwrap();
    writing.write(&changes).await.unwrap();
    if dice.roll(10) == 0 {
        return; // the process died
    }
    writing.commit().await.unwrap();
    *model = next;
}

pub(crate) async fn every_reveal_is_the_authorised_view(db: Db) {
    let organisation = found(&db).await;
    let app = App::new(
        Arc::clone(&db),
        Tenant::FIRST,
        organisation,
        Clock::standing_at(NOW),
        Path::new("."),
        false,
    );
    let mut dice = Dice(20_261_121);
    let mut model = Model::default();
    let device = |n: u128| Device {
        user: n % 3,
        client: ClientId::from_u128(100 + n),
        page: None,
        shown: Held::default(),
        staged: Held::default(),
    };
    let mut devices: Vec<Device> = (0..5).map(device).collect();
    let mut reveals = 0;
    for step in 0..1_500_u128 {
        if dice.roll(3) == 0 {
            change_something(&db, &mut dice, &mut model).await;
            continue;
        }
        let at = usize::try_from(dice.roll(5)).unwrap();
        let limit = u32::try_from(dice.roll(6)).unwrap() + 2;
        if devices[at].pull(&app, limit).await {
            assert_eq!(devices[at].shown.rows, model.view(devices[at].user), "step {step}, device {at}");
            reveals += 1;
        }
        match dice.roll(60) {
            0 => devices[at].restart(),
            1 => devices[at] = device(1_000 + step),
            2 => devices[at].staged.cookie = Some("1.another.17".into()),
            _ => {}
        }
    }
    assert!(reveals > 200, "{reveals}");
}
