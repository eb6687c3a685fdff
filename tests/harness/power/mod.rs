//! T9: the power fails. The real server works for eight phones while a witness writes down what it does to its files
//! ([`journal`]). Out of that come disks as they might be after a power failure at any moment ([`model`]); on each a
//! server is started, and holds: what had been acknowledged by then is there, once, photos too; the server's own
//! `verify` is content; and work goes on.
//!
//! A run is one such moment. A recording is good for many runs.

mod journal;
mod model;
mod recording;

use std::process::Command;
use std::sync::Arc;

use leeway_e2e::dice::Dice;
use leeway_e2e::phone::Phone;
use leeway_e2e::phone::photos::Photo;
use leeway_e2e::phone::sync::Met;
use leeway_e2e::program::{Database, Program, env};
use leeway_e2e::truth::{Invariant, Violation};

use crate::branch::{Branch, quiet, tell};
use crate::report::{Outcome, Told};
use recording::Recording;

/// So many runs share a recording.
const RUNS: u64 = 20;
/// So many phones go on afterwards: all would take most of a run's time.
const PHONES: usize = 3;

/// The last recording.
pub struct Power {
    branch: Branch,
    last: Option<(u64, Arc<Recording>)>,
}

impl Power {
    /// Prepares what recordings begin with.
    pub async fn prepare() -> Self {
        Self { branch: Branch::found_in(Database::File).await, last: None }
    }

    /// Returns the recording that a seed belongs to.
    ///
    /// # Errors
    /// What was violated while it was made, before any power failed.
    pub async fn recording(&mut self, seed: u64) -> Result<Arc<Recording>, Violation> {
        let number = seed.saturating_sub(1) / RUNS;
        if let Some((_, recording)) = self.last.as_ref().filter(|(last, _)| *last == number) {
            return Ok(Arc::clone(recording));
        }
        let recording = Arc::new(Recording::make(&self.branch, number).await?);
        self.last = Some((number, Arc::clone(&recording)));
        Ok(recording)
    }
}

/// Lets the power fail at one moment of a recording.
pub async fn run(recording: Result<Arc<Recording>, Violation>, seed: u64, trace: bool) -> Outcome {
    let recording = recording.map_err(|violation| (Told::default(), violation))?;
    let mut dice = Dice::new(seed);
    let moment = recording.moment(&mut dice);
    let mut server = Program::new(Database::File);
    let taken = moment.disk.lose(server.data().parent().unwrap(), &mut dice);
    let mut told = Told { steps: moment.calls, ..Told::default() };
    told.fault("power_failure", 1);
    told.fault("write_lost", taken.writes);
    told.fault("write_torn", taken.torn);
    told.fault("name_lost", taken.names);
    let (mut phones, checked) = go_on(&mut server, moment.known, &mut dice).await;
    if trace {
        println!("after call {} of {}: {taken:?}", told.steps, recording.calls());
    }
    phones.sort_by(|a, b| a.name.cmp(&b.name));
    tell(&mut told, &phones);
    match checked {
        Ok(()) => Ok(told),
        Err(violation) => {
            let why = format!("after call {} ({taken:?}): {}", told.steps, violation.why);
            Err((told, Violation::new(violation.of, why)))
        }
    }
}

async fn go_on(
    server: &mut Program,
    mut known: Vec<(Phone, Vec<Photo>)>,
    dice: &mut Dice,
) -> (Vec<Phone>, Result<(), Violation>) {
    let mut phones = Vec::new();
    if server.try_start().is_none() {
        let why = "the server does not start".to_owned();
        return (phones, Err(Violation::new(Invariant::NothingLost, why)));
    }
    let mut checked = verify(server);
    while known.len() > PHONES {
        known.swap_remove(dice.below(known.len()));
    }
    for (mut phone, photos) in known {
        phone.address = server.address();
        for photo in &photos {
            if checked.is_ok() {
                checked = phone.check_photo(photo).await;
            }
        }
        phone.act(dice);
        phones.push(phone);
    }
    if checked.is_ok() {
        checked = quiet(&mut phones, &server.address(), dice).await;
    }
    if checked.is_ok() {
        checked = another_photo(&mut phones[0], dice).await;
    }
    (phones, checked)
}

/// Takes a photo and sends it: what was half made before must not be in the way.
async fn another_photo(phone: &mut Phone, dice: &mut Dice) -> Result<(), Violation> {
    let Some(photo) = phone.take_photo(dice) else { return Ok(()) };
    phone.settle().await?;
    match phone.send_photo(&photo).await? {
        Met::Done => phone.check_photo(&photo).await,
        _ => Err(Violation::new(Invariant::Liveness, format!("{}: its photo does not arrive", phone.name))),
    }
}

/// Asks the server's own judgement of its files.
fn verify(server: &Program) -> Result<(), Violation> {
    let said = Command::new(env("LEEWAY_SERVER")).arg("verify").arg("--data").arg(server.data()).output();
    let said = said.unwrap();
    if said.status.success() {
        return Ok(());
    }
    let text = String::from_utf8_lossy(&said.stderr);
    let first: Vec<&str> = text.lines().take(2).collect();
    let more = text.lines().count() - first.len();
    let why = format!("verify says: {}, and {more} lines more", first.join(" "));
    Err(Violation::new(Invariant::NothingLost, why))
}
