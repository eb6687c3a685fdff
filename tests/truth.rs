//! The invariants of the test plan, written once: what every harness holds against the server's own view, read over
//! the wire by a phone that has never seen anything.

use std::collections::{BTreeMap, BTreeSet};
use std::fmt;

use leeway_core::Key;
use leeway_core::quotes::{Quote, QuoteState, totals};
use leeway_core::sync::protocol::{Envelope, WireRow};
use serde_json::Value;

use crate::dice::Dice;
use crate::phone::{Fate, Phone};

/// What must hold.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub enum Invariant {
    /// I1: what was acknowledged is there.
    NothingLost,
    /// I2: nothing counts twice, and a command has one outcome.
    NothingTwice,
    /// I3: a quote that was finalised has the lines and the total that were shown.
    SameTotal,
    /// I7: when all is quiet, every phone holds what the server would give a new one.
    Converged,
    /// I8: the phone shows as many unsent commands as there are.
    CountIsTrue,
    /// I12: when the faults end, sync comes to its end.
    Liveness,
    /// Outcomes come in the order of the commands.
    InOrder,
    /// What was answered once is covered by every later pull.
    ReadYourWrites,
    /// An answer that a healthy server does not give to a healthy phone.
    Protocol,
}

/// What did not hold.
#[derive(Debug, Clone)]
pub struct Violation {
    /// What should have.
    pub of: Invariant,
    /// What was found.
    pub why: String,
}

impl Violation {
    /// Says what did not hold.
    #[must_use]
    pub fn new(of: Invariant, why: String) -> Self {
        Self { of, why }
    }
}

impl fmt::Display for Violation {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(f, "{:?}: {}", self.of, self.why)
    }
}

/// Everything that one user may hold, as the server gives it to a new phone.
#[derive(Debug)]
pub struct View {
    rows: BTreeMap<Key, WireRow>,
    /// Ids of commands, as often as a field's history names them.
    writes: BTreeMap<String, usize>,
    /// The histories of all fields: commands, oldest first.
    histories: Vec<Vec<String>>,
}

impl View {
    /// Reads it, without the network's faults.
    ///
    /// # Errors
    /// What the answers violate.
    pub async fn of(phone: &Phone, address: &str, dice: &mut Dice) -> Result<Self, Violation> {
        let mut fresh = phone.fresh("a new phone", dice);
        address.clone_into(&mut fresh.address);
        fresh.settle().await?;
        let rows: BTreeMap<Key, WireRow> =
            fresh.shelf.confirmed().into_iter().map(|(key, row)| (key, row.clone())).collect();
        let (mut writes, mut histories) = (BTreeMap::new(), Vec::new());
        for row in rows.values() {
            collect(&row.body, &mut histories);
        }
        for id in histories.iter().flatten() {
            *writes.entry(id.clone()).or_default() += 1;
        }
        Ok(Self { rows, writes, histories })
    }

    /// Holds a phone against it that has settled.
    ///
    /// # Errors
    /// The first thing that does not hold.
    pub fn check(&self, phone: &Phone) -> Result<(), Violation> {
        self.check_rows(phone)?;
        if phone.waiting().next().is_some() || phone.shelf.has_overlay() {
            let why = format!("{}: its outbox or its overlay is not empty", phone.name);
            return Err(Violation::new(Invariant::Converged, why));
        }
        for asked in &phone.asked {
            self.check_outcome(phone, &asked.envelope, asked.fate)?;
        }
        self.check_order(phone)
    }

    /// Holds the rows of a phone against it.
    ///
    /// # Errors
    /// [`Invariant::Converged`] with the first row that differs.
    pub fn check_rows(&self, phone: &Phone) -> Result<(), Violation> {
        let held = phone.shelf.confirmed();
        let keys: BTreeSet<&Key> = held.keys().chain(self.rows.keys()).collect();
        for key in keys {
            let (here, there) = (held.get(key).copied(), self.rows.get(key));
            if here != there {
                let rev = |row: Option<&WireRow>| row.map(|it| it.rev);
                let why =
                    format!("{}: {key} is rev {:?}, at the server {:?}", phone.name, rev(here), rev(there));
                return Err(Violation::new(Invariant::Converged, why));
            }
        }
        Ok(())
    }

    fn check_outcome(&self, phone: &Phone, it: &Envelope, fate: Fate) -> Result<(), Violation> {
        let card =
            self.rows.contains_key(&Key { typ: leeway_core::RecordType::RefusalCard, id: it.id.uuid() });
        let traces = self.traces(it);
        let say = |of, what: &str| {
            let why =
                format!("{} seq {} {} {}: {what} ({fate:?})", phone.name, it.seq, it.kind, it.id.uuid());
            Err(Violation::new(of, why))
        };
        match (fate, card, traces) {
            (_, true, Some(1..)) => say(Invariant::NothingTwice, "it counts, and was refused"),
            (_, _, Some(2..)) => say(Invariant::NothingTwice, "it counts twice"),
            (Fate::Applied, true, _) => say(Invariant::NothingTwice, "it was applied, and then refused"),
            (Fate::Applied, _, Some(0)) => say(Invariant::NothingLost, "it has left nothing"),
            (Fate::Refused, false, _) => say(Invariant::NothingLost, "its card is not there"),
            (Fate::Settled, false, Some(0)) => say(Invariant::NothingLost, "neither effect nor card"),
            (Fate::Waiting, ..) => say(Invariant::Liveness, "it still waits"),
            (Fate::Applied, ..) if it.kind == "quotes.finalise" && !self.binds(it) => {
                say(Invariant::SameTotal, "the quote at the server is another one")
            }
            _ => Ok(()),
        }
    }

    /// Returns how often a command has left its mark; `None` when others may have wiped it away.
    fn traces(&self, it: &Envelope) -> Option<usize> {
        let row = |field: &str, typ: &str| self.named(it, field, typ);
        let there = |found: Option<&WireRow>| Some(usize::from(found.is_some()));
        let state =
            |row: Option<&WireRow>| row.map(|it| it.body["state"]["state"].as_str().unwrap_or("").to_owned());
        match it.kind.as_str() {
            "visits.note" => there(row("note", "visit_note")),
            "visits.add_photo" => there(row("photo", "visit_photo")),
            "visits.plan" => there(row("visit", "visit")),
            "customers.register" => there(row("customer", "customer")),
            "opportunities.start" => there(row("opportunity", "opportunity")),
            "quotes.draft" | "quotes.finalise" => there(row("quote", "quote")),
            "quotes.put_line" => {
                let lines = row("quote", "quote")?.body["lines"].as_array()?;
                Some(lines.iter().filter(|line| line["id"] == it.args["line"]).count())
            }
            // two phones may both have done these: the mark does not say who
            "visits.open" | "visits.finish" | "visits.cancel" => {
                (state(row("visit", "visit")).as_deref() == Some("planned")).then_some(0)
            }
            "opportunities.move_stage" => {
                let moves = row("opportunity", "opportunity")?.body["moves"].as_array()?;
                let own = moves.iter().filter(|it2| it2["at"] == serde_json::json!(it.at)).count();
                // it was there already by another's move: taken, and nothing to do
                (own > 0 || moves.iter().all(|it2| it2["to"] != it.args["to"])).then_some(own)
            }
            _ => Some(self.writes.get(&it.id.to_string()).copied().unwrap_or(0)),
        }
    }

    fn named(&self, it: &Envelope, field: &str, typ: &str) -> Option<&WireRow> {
        let id = it.args[field].as_str()?.parse().ok()?;
        self.rows.get(&Key { typ: typ.parse().ok()?, id })
    }

    fn binds(&self, it: &Envelope) -> bool {
        let record = self.named(it, "quote", "quote").and_then(WireRow::record);
        matches!(record, Some(leeway_core::Record::Quote(quote)) if is_as_shown(&quote, it))
    }

    /// In the history of a field, the commands of one phone stand in the order in which they were asked.
    fn check_order(&self, phone: &Phone) -> Result<(), Violation> {
        let seqs: BTreeMap<String, u64> =
            phone.asked.iter().map(|it| (it.envelope.id.to_string(), it.envelope.seq)).collect();
        for history in &self.histories {
            let own: Vec<u64> = history.iter().filter_map(|id| seqs.get(id).copied()).collect();
            if own.windows(2).any(|pair| pair[0] >= pair[1]) {
                let why = format!("{}: a field was written in the order {own:?}", phone.name);
                return Err(Violation::new(Invariant::InOrder, why));
            }
        }
        Ok(())
    }
}

/// Says whether a quote is settled with the lines and the total that were shown when this was asked.
#[must_use]
pub fn is_as_shown(quote: &Quote, it: &Envelope) -> bool {
    let total = totals(&quote.content).map(|it| serde_json::json!(it.total));
    // beyond the manager's own authority it is with a post, with the same content
    matches!(quote.state, QuoteState::Binding { .. } | QuoteState::Submitted { .. })
        && Some(quote.content.lines.len()) == it.args["lines"].as_array().map(Vec::len)
        && total.is_ok_and(|total| total == it.args["total"])
}

/// Finds the histories of stamped fields in a record.
fn collect(body: &Value, into: &mut Vec<Vec<String>>) {
    match body {
        Value::Object(fields) => {
            if let (Some(Value::String(last)), true) = (fields.get("write"), fields.contains_key("value")) {
                let past = fields.get("past").and_then(Value::as_array).into_iter().flatten();
                let past = past.filter_map(|it| it["write"].as_str()).map(str::to_owned);
                into.push(past.chain([last.clone()]).collect());
            }
            fields.iter().filter(|(name, _)| *name != "past").for_each(|(_, it)| collect(it, into));
        }
        Value::Array(items) => items.iter().for_each(|it| collect(it, into)),
        _ => {}
    }
}
