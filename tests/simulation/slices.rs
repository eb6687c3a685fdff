//! One pool, three phones (the second half of T14): each gives away out of its own slice, far from the server and from
//! the others; answers get lost, a phone counts wrongly on purpose, months end. Together they never give away more than
//! there is, and whoever kept to the slice is confirmed.

use std::collections::BTreeMap;

use leeway_core::Arrival;
use leeway_core::proof::{
    Asked, DeviceKey, Grant, GrantClaims, Issuing, LATE_MS, ReceiptClaims, Spent, issue, left,
};
use leeway_core::quotes::{Asks, Finalise, Quote, Write, totals};
use leeway_core::testing::proof::{Pair, TENANT, content_of, device_key, issuer, receipt_of};
use leeway_core::testing::sample::{CHEN, limits, minute, yuan};
use leeway_core::testing::{Office, commands};
use leeway_core::values::{Bytes, CaseId, ClientId, Date, GrantId, Money, QuoteId, Timestamp};
use leeway_e2e::dice::Dice;

use crate::Ended;
use crate::report::Told;

const HOUR_MS: u64 = 60 * 60 * 1_000;
const STEPS: usize = 48;
/// What the manager may give away in a month, in yuan: some six quotes.
const SIZE: i64 = 45_000;
/// Discount and total of the quotes that are signed.
const OFFERS: [(&str, i64); 2] = [("8", 70_656), ("12", 67_584)];

struct Phone {
    pair: Pair,
    client: ClientId,
    has: Option<Grant>,
    /// Its key as it counts itself.
    own: DeviceKey,
    under_way: Vec<Letter>,
}

/// A quote on its way.
struct Letter {
    n: u128,
    offer: usize,
    receipt: Bytes,
    month: Date,
    cut: Money,
    /// It kept to its slice, and counted.
    is_honest: bool,
    /// Until when it may arrive.
    in_time_until: Timestamp,
}

struct History {
    office: Office,
    phones: Vec<Phone>,
    given: BTreeMap<Date, Money>,
    now: Timestamp,
    made: u128,
    trace: Vec<String>,
}

/// Plays one history.
pub fn share(seed: u64, tracing: bool) -> Ended {
    let mut dice = Dice::new(seed);
    let mut it = History::begin();
    let mut told = Told { devices: it.phones.len(), ..Told::default() };
    let mut done = Ok(());
    for _ in 0..STEPS {
        let passed = i64::try_from(1 + dice.millis(18 * HOUR_MS)).unwrap_or_default();
        it.now = Timestamp::from_ms(it.now.ms() + passed);
        let phone = dice.below(it.phones.len());
        told.steps += 1;
        done = match dice.below(10) {
            0..=2 => it.ask(phone, &mut dice, &mut told),
            3..=6 => {
                it.sign(phone, &mut dice, &mut told);
                Ok(())
            }
            _ => it.arrive(phone, &mut told),
        };
        if done.is_err() {
            break;
        }
    }
    let trace = if tracing { it.trace } else { Vec::new() };
    Ended { told, trace, done }
}

impl History {
    fn begin() -> Self {
        let mut office = Office::new();
        let mut limits = limits();
        limits.stars[1].month_max = Some(yuan(SIZE));
        office.put(limits);
        let phone = |n: u8| {
            let pair = Pair::of(n);
            let (public, client) = (pair.public(), ClientId::from_u128(n.into()));
            let bytes = Bytes(public.point().to_vec());
            let own = DeviceKey { id: public.id(), client, public: bytes, ..device_key() };
            Phone { pair, client, has: None, own, under_way: Vec::new() }
        };
        let phones: Vec<Phone> = [3, 4, 5].map(phone).into();
        for phone in &phones {
            office.put(phone.own.clone());
        }
        Self { office, phones, given: BTreeMap::new(), now: minute(0), made: 100, trace: Vec::new() }
    }

    fn say(&mut self, what: String) {
        let hours = (self.now.ms() - minute(0).ms()) / i64::try_from(HOUR_MS).unwrap_or(1);
        self.trace.push(format!("{hours:>4} h: {what}"));
    }

    /// A phone asks for a grant. The answer comes, or gets lost on its way.
    fn ask(&mut self, phone: usize, dice: &mut Dice, told: &mut Told) -> Result<(), String> {
        self.made += 1;
        let issuing =
            Issuing { grant: GrantId::from_u128(self.made), issuer: "海港分公司".into(), now: self.now };
        let key = self.phones[phone].own.id;
        let asked = self.office.ask(|rows| issue(rows, key, &issuing)).map_err(|why| format!("{why:?}"))?;
        let Asked::Due(claims, changes) = asked else { return Ok(()) };
        let comes = dice.below(4) > 0;
        self.say(format!("phone {phone} is granted {:?}, and hears of it: {comes}", claims.slice));
        let grant = issued(&claims);
        for record in changes.puts {
            self.office.put(record);
        }
        self.office.put(grant.clone());
        if comes {
            self.phones[phone].has = Some(grant);
        } else {
            told.fault("unheard", 1);
        }
        Ok(())
    }

    fn sign(&mut self, phone: usize, dice: &mut Dice, told: &mut Told) {
        let offer = dice.below(OFFERS.len());
        let content = content_of(OFFERS[offer].0);
        let Ok(sums) = totals(&content) else { return };
        let it = &self.phones[phone];
        let Some(grant) = it.has.clone().filter(|grant| self.now <= grant.expires_at) else { return };
        let Some(slice) = grant.slice else { return };
        let kind = dice.below(12);
        let is_within = sums.cut <= left(&it.own, &grant);
        // one in twelve goes beyond, one counts nothing
        let (beyond, silent) = (kind == 0 && !is_within, kind == 1);
        if !is_within && !beyond {
            return;
        }
        let before = it.own.spent_in(slice.month);
        let spent = if silent { before } else { before.checked_add(sums.cut).unwrap_or(Money::MAX) };
        self.made += 1;
        let n = self.made;
        let of = receipt_of(QuoteId::from_u128(n), &content, &it.own.chain);
        let claims = ReceiptClaims {
            grant: grant.id,
            at: self.now,
            server_time: grant.issued_at,
            spent: Some(spent),
            ..of
        };
        let receipt = it.pair.sign(claims.unsigned(TENANT, it.own.id));
        let it = &mut self.phones[phone];
        it.own.chain = it.own.chain.with(claims.seq, &receipt);
        it.own.spent = Some(Spent { month: slice.month, money: spent });
        let is_honest = !beyond && !silent;
        told.fault("beyond", u64::from(beyond));
        told.fault("uncounted", u64::from(silent));
        let in_time_until = Timestamp::from_ms(grant.expires_at.ms() + LATE_MS);
        it.under_way.push(Letter {
            n,
            offer,
            receipt,
            month: slice.month,
            cut: sums.cut,
            is_honest,
            in_time_until,
        });
        self.say(format!("phone {phone} signs {n}: {}, {spent} in all, honest {is_honest}", sums.cut));
    }

    /// The oldest letter of a phone arrives.
    fn arrive(&mut self, phone: usize, told: &mut Told) -> Result<(), String> {
        if self.phones[phone].under_way.is_empty() {
            return Ok(());
        }
        let letter = self.phones[phone].under_way.remove(0);
        let client = self.phones[phone].client;
        self.office.arrives(Arrival { at: self.now, client });
        let (off, total) = OFFERS[letter.offer];
        let asked = Finalise {
            quote: QuoteId::from_u128(letter.n),
            case: CaseId::from_u128(10_000 + letter.n),
            asks: Asks::Binding,
            receipt: Some(letter.receipt.clone()),
            ..commands::finalise(off, total)
        };
        let outcome = self.office.tell(CHEN, Write::Finalise(asked));
        told.commands += 1;
        let quote = self.office.find::<Quote>(QuoteId::from_u128(letter.n));
        let judged = quote.and_then(|quote| quote.proof.as_ref()).map(|proof| proof.judged.clone());
        self.say(format!("{} arrives: {judged:?}", letter.n));
        let Some(judged) = judged else { return Err(format!("{} has no verdict: {outcome}", letter.n)) };
        told.conflicts += usize::from(!judged.is_confirmed());
        let is_late = self.now > letter.in_time_until;
        told.fault("too_late", u64::from(is_late));
        if judged.is_confirmed() != (letter.is_honest && !is_late) {
            let Letter { n, is_honest, .. } = letter;
            return Err(format!("{n}: {judged:?}, and honest is {is_honest}, too late {is_late}"));
        }
        if judged.is_confirmed() {
            let given = self.given.entry(letter.month).or_insert(Money::ZERO);
            *given = given.checked_add(letter.cut).unwrap_or(Money::MAX);
            if *given > yuan(SIZE) {
                return Err(format!("{given} is given away in the month of {}, of {SIZE}", letter.month));
            }
        }
        Ok(())
    }
}

fn issued(claims: &GrantClaims) -> Grant {
    Grant::issued(claims, issuer().sign(claims.unsigned(issuer().public().id())))
}
