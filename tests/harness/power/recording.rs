//! A recording: what the server did to its files while phones worked, and what each phone knew by when. **Never** knows
//! less of a phone than it was told: what counts is what an answer said, once it was read.

use std::sync::Arc;
use std::time::Duration;

use leeway_e2e::dice::Dice;
use leeway_e2e::phone::Phone;
use leeway_e2e::phone::photos::Photo;
use leeway_e2e::phone::sync::Met;
use leeway_e2e::program::{Database, Program};
use leeway_e2e::truth::Violation;
use tokio::task::JoinSet;
use tokio::time::sleep;

use super::journal::{Call, Entry, Witness};
use super::model::Disk;
use crate::branch::{Branch, everybody};

/// So often each phone speaks to the server, before and after the server is stopped and started in between.
const ROUNDS: usize = 9;
/// One of so many recordings begins with nothing: the organisation is founded while the witness looks.
const FROM_NOTHING: u64 = 3;

/// What a phone knew from some moment on.
struct Known {
    /// How long the witness's log was.
    from: u64,
    phone: Phone,
    /// Its photos that the server called whole.
    photos: Vec<Photo>,
}

/// Some work of the server.
pub struct Recording {
    before: Disk,
    log: Vec<Entry>,
    /// Of each phone, oldest first.
    diaries: Vec<Vec<Known>>,
}

/// The moment at which the power fails.
pub struct Moment {
    /// What was written, and what of it was on the disk for sure.
    pub disk: Disk,
    /// After how many calls.
    pub calls: usize,
    /// What the phones knew, each with its photos that the server called whole.
    pub known: Vec<(Phone, Vec<Photo>)>,
}

impl Recording {
    /// Lets phones work on a new server, or on a copy of the branch.
    ///
    /// # Errors
    /// What the server's answers violate, without any failure.
    pub async fn make(branch: &Branch, number: u64) -> Result<Self, Violation> {
        // no run has these dice
        let mut dice = Dice::new(number ^ (1 << 63));
        let witness = Arc::new(Witness::build());
        let founds = number % FROM_NOTHING == 1;
        let mut server = if founds { Program::new(Database::File) } else { branch.copy() };
        let before = Disk::of(server.data().parent().unwrap());
        witness.under(&mut server);
        server.start();
        let phones = match founds {
            true => everybody(&server.address()).await,
            false => branch.phones(&server.address(), &mut dice),
        };
        let mut diaries: Vec<Diary> = phones.into_iter().map(|phone| Diary::of(phone, &witness)).collect();
        for _ in 0..2 {
            let mut tasks = JoinSet::new();
            for diary in diaries {
                tasks.spawn(diary.work(dice.part()));
            }
            diaries = tasks.join_all().await.into_iter().collect::<Result<_, _>>()?;
            diaries.sort_by(|a, b| a.phone.name.cmp(&b.phone.name));
            // in order: a killed server may die between a call and its line in the log
            server.stop();
            server.start();
        }
        server.stop();
        let recording =
            Self { before, log: witness.read(), diaries: diaries.into_iter().map(|it| it.known).collect() };
        recording.after(recording.log.len()).compare(server.data().parent().unwrap());
        Ok(recording)
    }

    /// Returns how many calls there are.
    pub fn calls(&self) -> usize {
        self.log.len()
    }

    /// Picks a moment: any; right after an answer; right before a flush; right after names changed.
    pub fn moment(&self, dice: &mut Dice) -> Moment {
        // before it is told anything, a phone can't miss it
        let known = self.diaries.iter().map(|it| it[0].from).max().unwrap_or(0);
        let first = self.log.partition_point(|it| it.end <= known);
        let calls = match dice.below(8) {
            0 | 1 => first + dice.below(self.log.len() - first),
            2..=4 => {
                let told = self.diaries[dice.below(self.diaries.len())].as_slice();
                let from = dice.pick(told).map_or(0, |it| it.from);
                self.log.partition_point(|it| it.end <= from)
            }
            5 | 6 => self.pick(dice, |it| matches!(it, Call::Synced { .. } | Call::FolderSynced { .. })),
            _ => {
                1 + self.pick(dice, |it| {
                    matches!(it, Call::Renamed { .. } | Call::Removed { .. } | Call::FolderMade { .. })
                })
            }
        };
        let calls = calls.clamp(first, self.log.len());
        let now = calls.checked_sub(1).map_or(0, |last| self.log[last].end).max(known);
        let known = self.diaries.iter().map(|diary| {
            let at = diary.partition_point(|it| it.from <= now) - 1;
            (diary[at].phone.clone(), diary[at].photos.clone())
        });
        Moment { disk: self.after(calls), calls, known: known.collect() }
    }

    fn pick(&self, dice: &mut Dice, wanted: impl Fn(&Call) -> bool) -> usize {
        let all: Vec<usize> = (0..self.log.len()).filter(|at| wanted(&self.log[*at].call)).collect();
        dice.pick(&all).copied().unwrap_or(0)
    }

    /// Returns the disk after so many calls.
    fn after(&self, calls: usize) -> Disk {
        let mut disk = self.before.clone();
        self.log[..calls].iter().for_each(|it| disk.take(&it.call));
        disk
    }
}

/// A phone at work, with what it knew when.
struct Diary {
    phone: Phone,
    photos: Vec<Photo>,
    known: Vec<Known>,
    witness: Arc<Witness>,
}

impl Diary {
    fn of(phone: Phone, witness: &Arc<Witness>) -> Self {
        let mut it = Self { phone, photos: Vec::new(), known: Vec::new(), witness: Arc::clone(witness) };
        it.note();
        it
    }

    /// Notes what the phone knows. What it asks for next must be in it already: the server may know it at any moment
    /// from then on.
    fn note(&mut self) {
        let (phone, photos) = (self.phone.clone(), self.photos.clone());
        self.known.push(Known { from: self.witness.now(), phone, photos });
    }

    async fn work(mut self, mut dice: Dice) -> Result<Self, Violation> {
        for _ in 0..ROUNDS {
            for _ in 0..1 + dice.below(6) {
                self.phone.act(&mut dice);
            }
            let photo = if dice.chance(1, 4) { self.phone.take_photo(&mut dice) } else { None };
            self.note();
            let met = match photo {
                Some(photo) => self.send(photo).await?,
                None if dice.chance(2, 3) => self.phone.push(1 + dice.below(40)).await?,
                None => self.phone.pull(500).await?,
            };
            if met == Met::Lost {
                sleep(Duration::from_millis(10)).await;
            }
        }
        self.note();
        Ok(self)
    }

    /// Sends a photo after the text that names it.
    async fn send(&mut self, photo: Photo) -> Result<Met, Violation> {
        let met = self.phone.push(100).await?;
        if met != Met::Done {
            return Ok(met);
        }
        self.note();
        let met = self.phone.send_photo(&photo).await?;
        if met == Met::Done {
            self.photos.push(photo);
        }
        Ok(met)
    }
}
