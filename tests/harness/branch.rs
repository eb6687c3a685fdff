//! The organisation that the simulated phones belong to: founded once, then copied for each run, with everybody
//! logged in and synced already, so that a run begins in a moment.

use leeway_e2e::dice::Dice;
use leeway_e2e::phone::Phone;
use leeway_e2e::program::{Database, Program};
use leeway_e2e::truth::{View, Violation};

use crate::report::Told;

/// Its managers, each with this many phones.
const MANAGERS: [(&str, usize); 4] = [("chen", 3), ("li", 2), ("zhou", 2), ("he", 1)];

/// A stopped server with its phones.
pub struct Branch {
    server: Program,
    phones: Vec<Phone>,
    shared: bool,
}

impl Branch {
    /// Founds it.
    pub async fn found() -> Self {
        Self::found_in(Database::of_environment()).await
    }

    /// Founds it in a database of this kind.
    pub async fn found_in(database: Database) -> Self {
        let shared = matches!(database, Database::Postgres(_));
        let mut server = Program::found(database);
        let phones = everybody(&server.address()).await;
        server.stop();
        Self { server, phones, shared }
    }

    /// Prepares a copy of it that is not started.
    pub fn copy(&self) -> Program {
        Program::copy_of(&self.server)
    }

    /// Starts a copy of it.
    pub fn open(&self) -> Program {
        self.open_with(|_| ())
    }

    /// Starts a copy of it that was prepared.
    pub fn open_with(&self, prepare: impl FnOnce(&mut Program)) -> Program {
        let mut server = self.copy();
        prepare(&mut server);
        server.start();
        server
    }

    /// Hands out its phones, speaking to this address. One in five is new, with nothing on it.
    pub fn phones(&self, address: &str, dice: &mut Dice) -> Vec<Phone> {
        let hand_out = |phone: &Phone| {
            let mut own = dice.part();
            // on a database that all runs share, what an earlier run did to a known phone is there still
            let mut phone = match own.chance(1, 5) || self.shared {
                true => phone.fresh(&phone.name, &mut own),
                false => phone.clone(),
            };
            address.clone_into(&mut phone.address);
            phone
        };
        self.phones.iter().map(hand_out).collect()
    }
}

/// Logs everybody in, on phones that hold what the server gives.
pub async fn everybody(address: &str) -> Vec<Phone> {
    let mut dice = Dice::new(0);
    let mut phones = Vec::new();
    for (login, count) in MANAGERS {
        let first = Phone::log_in(address, login, &format!("{login}-1"), &mut dice).await;
        let more = (2..=count).map(|n| first.fresh(&format!("{login}-{n}"), &mut dice));
        phones.extend(more.collect::<Vec<_>>());
        phones.push(first);
    }
    phones.sort_by(|a, b| a.name.cmp(&b.name));
    for phone in &mut phones {
        settle_patiently(phone).await;
    }
    phones
}

/// A machine with other work may make the first answers late; that is no fault that a harness is about.
async fn settle_patiently(phone: &mut Phone) {
    if let Err(violation) = phone.settle().await {
        panic!("the branch could not be prepared: {violation}");
    }
}

/// Syncs all phones over a healthy network until they agree, and holds each against the server.
pub async fn quiet(phones: &mut [Phone], address: &str, dice: &mut Dice) -> Result<(), Violation> {
    for phone in phones.iter_mut() {
        address.clone_into(&mut phone.address);
        phone.restart();
    }
    // what the last one pushes is pulled by the first in the second round
    for _ in 0..2 {
        for phone in phones.iter_mut() {
            phone.settle().await?;
        }
    }
    let mut view: Option<(leeway_core::values::UserId, View)> = None;
    for phone in phones.iter() {
        if view.as_ref().is_none_or(|(user, _)| *user != phone.user) {
            view = Some((phone.user, View::of(phone, address, dice).await?));
        }
        if let Some((_, view)) = &view {
            view.check(phone)?;
        }
    }
    Ok(())
}

/// Takes down what the phones did.
pub fn tell(told: &mut Told, phones: &[Phone]) {
    told.devices = phones.len();
    told.commands = phones.iter().map(|it| it.asked.len()).sum();
    let refused =
        phones.iter().flat_map(|it| &it.asked).filter(|it| it.fate == leeway_e2e::phone::Fate::Refused);
    let mut clashes: Vec<_> = phones
        .iter()
        .flat_map(|it| it.shelf.all::<leeway_core::inbox::ClashCard>())
        .map(|it| it.id)
        .collect();
    clashes.sort();
    clashes.dedup();
    told.conflicts = refused.count() + clashes.len();
}
