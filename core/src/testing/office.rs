//! A small organisation to try rules in: all its rows, as the server has them, and the grants that were given.

use std::collections::{BTreeMap, BTreeSet};

use crate::authority::Reason;
use crate::inbox::ClashCard;
use crate::organisation::Role;
use crate::proof::after_refusal;
use crate::testing::proof::{device_key, grant, issuer_key};
use crate::testing::sample::{
    ADMIN, CHEN, GAO, LI, SUN, WANG, ZHAO, ZHOU, book, checklist, contact, customer, framework, limits,
    members, minute, next_book, opportunity, posts, refusal_card, unit,
};
use crate::values::{CaseId, CommandId, PostId, Timestamp, UnitId, UserId};
use crate::{
    Arrival, Body, Changes, Command, Coverage, Entity, Key, Read, Record, Refusal, Rows, Scope, Stop,
};
use crate::{apply, approvals, deputies};

/// The organisation of [`super::sample`]: two units, eight people, three customers, a price book and its successor,
/// a framework agreement, limits, a checklist, an opportunity and a refusal card.
#[derive(Debug, Clone)]
pub struct Office {
    records: BTreeMap<Key, Record>,
    grants: BTreeSet<(UserId, Scope)>,
    /// Number of the next command.
    next: u32,
    arrival: Option<Arrival>,
}

impl Default for Office {
    fn default() -> Self {
        Self::new()
    }
}

impl Office {
    /// Opens the office.
    pub fn new() -> Self {
        let mut office = Self { records: BTreeMap::new(), grants: BTreeSet::new(), next: 1, arrival: None };
        for member in members() {
            office.grants.extend([
                (member.id, Scope::User(member.id)),
                (member.id, Scope::Catalogue),
                (member.id, Scope::Unit(member.unit)),
            ]);
            if member.role == Role::Admin {
                office.grants.extend([1, 2].map(|n| (member.id, Scope::Unit(UnitId::from_u128(n)))));
            }
            office.put(member);
        }
        for post in posts() {
            for person in post.people() {
                office.grants.insert((person.id, Scope::Post(post.id)));
                office.grants.extend(post.unit.map(|unit| (person.id, Scope::UnitSummary(unit))));
            }
            office.put(post);
        }
        for customer in [customer(1, CHEN, 1), customer(2, CHEN, 1), customer(3, ZHOU, 2)] {
            office.grants.insert((customer.owner, customer.scope()));
            office.put(customer);
        }
        office.put(unit(1)).put(unit(2)).put(contact()).put(checklist()).put(book()).put(next_book());
        office.put(framework()).put(limits()).put(opportunity()).put(refusal_card());
        office.put(issuer_key()).put(device_key()).put(grant());
        office
    }

    /// Lets what is asked from now on arrive at the server; without this, it is judged where it was made.
    pub fn arrives(&mut self, arrival: Arrival) -> &mut Self {
        self.arrival = Some(arrival);
        self
    }

    /// Puts a record in place, whatever the rules say.
    pub fn put(&mut self, record: impl Into<Record>) -> &mut Self {
        let record = record.into();
        self.records.insert(record.key(), record);
        self
    }

    /// Writes a command of this person, as their device would: the n-th command has the id 100 + n and is asked in
    /// the n-th minute.
    pub fn write(&mut self, by: UserId, body: impl Into<Body>) -> Command {
        let n = self.next;
        self.next += 1;
        Command {
            id: CommandId::from_u128(100 + u128::from(n)),
            by,
            at: minute(i64::from(n)),
            body: body.into(),
        }
    }

    /// Asks for something and takes in what it changes.
    ///
    /// # Errors
    /// Why it was refused; nothing is changed then.
    pub fn run(&mut self, by: UserId, body: impl Into<Body>) -> Result<Changes, Refusal> {
        let command = self.write(by, body);
        self.take(&command)
    }

    /// Asks for something, takes in what it changes, and tells what came of it.
    pub fn tell(&mut self, by: UserId, body: impl Into<Body>) -> String {
        told(&self.run(by, body))
    }

    /// Does something that has to work.
    #[must_use]
    #[expect(clippy::expect_used, reason = "a setting that does not stand is the failure of the test")]
    pub fn after(mut self, by: UserId, body: impl Into<Body>) -> Self {
        self.run(by, body).expect("to be accepted");
        self
    }

    /// Applies a command and takes in what it changes.
    ///
    /// # Errors
    /// Why it was refused; nothing is changed then.
    pub fn take(&mut self, command: &Command) -> Result<Changes, Refusal> {
        let changes = self.try_out(command)?;
        self.absorb(&changes);
        Ok(changes)
    }

    /// Applies a command without taking anything in: loads what the rule asks for, until it has decided.
    ///
    /// # Errors
    /// Why it is refused.
    pub fn try_out(&self, command: &Command) -> Result<Changes, Refusal> {
        self.ask(|rows| apply(rows, command))
    }

    /// Takes in what a refused command leaves behind all the same.
    #[expect(clippy::expect_used, reason = "it never refuses")]
    pub fn after_refusal(&mut self, command: &Command) {
        let changes = self.ask(|rows| after_refusal(rows, command)).expect("changes");
        self.absorb(&changes);
    }

    /// Runs a rule: loads what it asks for, until it has decided.
    ///
    /// # Errors
    /// Why it refuses.
    pub fn ask<T>(&self, rule: impl Fn(&Rows) -> Result<T, Stop>) -> Result<T, Refusal> {
        let mut rows = Rows::new(Coverage::Whole);
        if let Some(arrival) = self.arrival {
            rows = rows.arriving(arrival);
        }
        loop {
            match rule(&rows) {
                Ok(done) => return Ok(done),
                Err(Stop::Refused(refusal)) => return Err(refusal),
                Err(Stop::Missing(reads)) => self.load(&mut rows, &reads, |_| true),
            }
        }
    }

    /// Lets the server's clock turn a manager's acting periods, as [`crate::deputies::turn()`] does, and tells what came
    /// of it.
    pub fn turn(&mut self, manager: UserId, now: Timestamp) -> String {
        self.by_clock(|rows| deputies::turn(rows, manager, now))
    }

    /// Lets the server's clock do for a request what is due, as [`crate::approvals::turn()`] does, and tells what came of
    /// it.
    pub fn turn_request(&mut self, request: CaseId, now: Timestamp) -> String {
        self.by_clock(|rows| approvals::turn(rows, request, now))
    }

    /// Lets the server's clock open and close a post's stand-ins, as [`crate::approvals::turn_stand_ins()`] does, and tells
    /// what came of it.
    pub fn turn_stand_ins(&mut self, post: PostId, now: Timestamp) -> String {
        self.by_clock(|rows| approvals::turn_stand_ins(rows, post, now))
    }

    fn by_clock(&mut self, rule: impl Fn(&Rows) -> Result<Changes, Stop>) -> String {
        let turned = self.ask(rule);
        if let Ok(changes) = &turned {
            self.absorb(changes);
        }
        told(&turned)
    }

    /// Loads rows, as far as they may be seen.
    pub fn load(&self, rows: &mut Rows, reads: &[Read], seen: impl Fn(&Record) -> bool) {
        for read in reads {
            match read {
                Read::Key(key) => rows.supply(*key, self.records.get(key).filter(|it| seen(it)).cloned()),
                Read::Prefix(prefix) => {
                    let listed = |it: &&Record| it.index_keys().iter().any(|key| key.starts_with(prefix));
                    let found = self.records.values().filter(|it| seen(it)).filter(listed);
                    rows.supply_list(prefix, found.cloned().collect());
                }
            }
        }
    }

    fn absorb(&mut self, changes: &Changes) {
        for record in &changes.puts {
            self.put(record.clone());
        }
        for key in &changes.removes {
            self.records.remove(key);
        }
        for change in &changes.grants {
            match change.active {
                true => self.grants.insert((change.user, change.scope)),
                false => self.grants.remove(&(change.user, change.scope)),
            };
        }
    }

    /// Returns a record, if it is there.
    pub fn find<T: Entity>(&self, id: T::Id) -> Option<&T> {
        self.records.get(&T::key(id)).and_then(T::of)
    }

    /// Returns a record that is there.
    #[expect(clippy::expect_used, reason = "a record that is missing is the failure of the test")]
    pub fn get<T: Entity>(&self, id: T::Id) -> &T {
        self.find(id).expect("the record")
    }

    /// Tells which clashes this person's inbox shows: record and field, then what was lost, then what was kept.
    pub fn clashes(&self, user: UserId) -> String {
        let cards = self.records.values().filter_map(ClashCard::of).filter(|card| card.user == user);
        let lines =
            |it: &ClashCard| numbers(&format!("{} {}\n  {}\n  {}", it.about, it.field, it.lost, it.kept));
        cards.map(lines).collect::<Vec<_>>().join("\n")
    }

    /// Returns all records.
    pub fn records(&self) -> &BTreeMap<Key, Record> {
        &self.records
    }

    /// Returns who may hold which rows.
    pub fn grants(&self) -> impl Iterator<Item = (UserId, Scope)> {
        self.grants.iter().copied()
    }

    /// Returns whether this person may hold the rows of this scope.
    pub fn holds(&self, user: UserId, scope: Scope) -> bool {
        self.grants.contains(&(user, scope))
    }
}

/// Tells what came of a command: `put visit/7, remove refusal/50`, or `refused visits.closed`. More than fits one
/// line stands in several.
pub fn told(result: &Result<Changes, Refusal>) -> String {
    let changes = match result {
        Ok(changes) => changes,
        Err(refusal) => {
            let data = refusal.to_data();
            let args = if data.args.is_null() { String::new() } else { format!(" {}", data.args) };
            return format!("refused {}{}", data.code, numbers(&args));
        }
    };
    let puts = changes.puts.iter().map(|record| format!("put {}", record.key()));
    let removes = changes.removes.iter().map(|key| format!("remove {key}"));
    let grants = changes.grants.iter().map(|it| {
        let verb = if it.active { "grant" } else { "revoke" };
        format!("{verb} {} {}", login(it.user), it.scope)
    });
    let all: Vec<String> = puts.chain(removes).chain(grants).collect();
    match numbers(&all.join(", ")) {
        none if none.is_empty() => "nothing".to_owned(),
        short if short.len() <= 60 => short,
        _ => numbers(&all.join("\n")),
    }
}

/// Tells why a level does not suffice: `LeasedLine 20% of 12%`.
pub fn because(reasons: &[Reason]) -> String {
    let tell = |it: &Reason| match it {
        Reason::Discount { family, asked, limit } => format!("{family:?} {asked} of {limit}"),
        Reason::DealSize { total, cap } => format!("{total} of {cap}"),
        Reason::BelowFloor { product, short_by, .. } => format!("{product} short by {short_by}"),
        Reason::GiftsBelowFloor { short_by } => format!("gifts short by {short_by}"),
        Reason::Margin => "margin too low".to_owned(),
        Reason::Gift { family } => format!("{family:?} as a gift"),
        Reason::Term { months, max } => format!("{months} of {max} months"),
        Reason::Given { cut, max } => format!("{cut} given of {max}"),
        Reason::Split { total, cap } => format!("{total} together of {cap}"),
        Reason::SplitGiven { cut, max } => format!("{cut} given together of {max}"),
        Reason::Month { cut, left } => format!("{cut} given of {left} left for the month"),
    };
    reasons.iter().map(tell).collect::<Vec<_>>().join(", ")
}

fn login(user: UserId) -> String {
    let names = [
        (CHEN, "chen"),
        (LI, "li"),
        (ZHOU, "zhou"),
        (WANG, "wang"),
        (GAO, "gao"),
        (ZHAO, "zhao"),
        (SUN, "sun"),
        (ADMIN, "admin"),
    ];
    names.iter().find(|(id, _)| *id == user).map_or_else(|| user.to_string(), |(_, name)| (*name).to_owned())
}

/// Writes the ids of samples as the small numbers that they are.
pub fn numbers(text: &str) -> String {
    let mut parts = text.split("00000000-0000-0000-0000-");
    let mut short = parts.next().unwrap_or_default().to_owned();
    for part in parts {
        let (id, rest) = part.split_at_checked(12).unwrap_or((part, ""));
        match u64::from_str_radix(id, 16) {
            Ok(number) => short.push_str(&number.to_string()),
            Err(_) => short.push_str(id),
        }
        short.push_str(rest);
    }
    short
}
