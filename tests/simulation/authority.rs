//! Forged authority (T13) and the verdict table (T14): core's own acceptance, in a small office, against what really
//! happened. One seed is one phone's papers with one thing wrong with them, or one history of two phones.

use leeway_core::Arrival;
use leeway_core::proof::{
    Chain, DeviceKey, Grant, GrantClaims, IssuerKey, PublicKey, ReceiptClaims, Received, Verdict,
};
use leeway_core::quotes::{Asks, Finalise, Quote, QuoteState, Write};
use leeway_core::testing::plant::{Plant, switch_on};
use leeway_core::testing::proof::{
    Pair, TENANT, content_of, device_key, grant_claims, issuer, issuer_key, receipt_of,
};
use leeway_core::testing::sample::CHEN;
use leeway_core::testing::{Office, commands};
use leeway_core::values::{Bytes, CaseId, ClientId, GrantId, QuoteId, Timestamp};
use leeway_e2e::dice::Dice;

use crate::Ended;
use crate::report::Told;

const MINUTE_MS: i64 = 60_000;
const HOUR_MS: i64 = 60 * MINUTE_MS;
/// Within the manager's limits, at them, and beyond.
const OFFERS: [(&str, i64); 3] = [("8", 70_656), ("12", 67_584), ("20", 61_440)];

/// Switches on the bug of core that `LEEWAY_PLANT` names, if it names one.
pub fn plant() {
    let known = [
        ("any_signature", Plant::AnySignature),
        ("any_bytes", Plant::AnyBytes),
        ("loss_forgotten", Plant::LossForgotten),
        ("fork_forgotten", Plant::ForkForgotten),
        ("slice_forgotten", Plant::SliceForgotten),
    ];
    let name = std::env::var("LEEWAY_PLANT").unwrap_or_default();
    if let Some((_, plant)) = known.into_iter().find(|(it, _)| *it == name) {
        switch_on(plant);
    }
}

/// A phone with its key and its grant.
struct Phone {
    pair: Pair,
    client: ClientId,
    grant: GrantClaims,
    /// What it believes to have signed.
    chain: Chain,
}

impl Phone {
    fn new(n: u8) -> Self {
        let (pair, client) = (Pair::of(n), ClientId::from_u128(u128::from(n)));
        let grant = GrantClaims {
            id: GrantId::from_u128(u128::from(n)),
            client,
            key: pair.public(),
            ..grant_claims()
        };
        Self { pair, client, grant, chain: Chain::default() }
    }

    fn enrol(&self, office: &mut Office) {
        let public = self.pair.public();
        let key = DeviceKey {
            id: public.id(),
            client: self.client,
            public: Bytes(public.point().to_vec()),
            ..device_key()
        };
        office.put(key).put(Grant::issued(&self.grant, issuer().sign(self.grant.unsigned(issuer_key().id))));
    }

    fn claims(&self, n: u128, offer: usize, at: Timestamp, server_time: Timestamp) -> ReceiptClaims {
        let of = receipt_of(QuoteId::from_u128(n), &content_of(OFFERS[offer].0), &self.chain);
        ReceiptClaims { grant: self.grant.id, at, server_time, ..of }
    }

    fn sign(&self, claims: &ReceiptClaims) -> Bytes {
        self.pair.sign(claims.unsigned(TENANT, self.pair.public().id()))
    }
}

fn asked(n: u128, offer: usize, receipt: Bytes) -> Finalise {
    let (off, total) = OFFERS[offer];
    let (quote, case) = (QuoteId::from_u128(n), CaseId::from_u128(1_000 + n));
    Finalise { quote, case, asks: Asks::Binding, receipt: Some(receipt), ..commands::finalise(off, total) }
}

fn is_binding(office: &Office, n: u128) -> bool {
    let quote = office.find::<Quote>(QuoteId::from_u128(n));
    quote.is_some_and(|quote| matches!(quote.state, QuoteState::Binding { .. }))
}

/// What is wrong with a receipt.
const FORGERIES: [&str; 10] = [
    "bit",
    "cut",
    "longer",
    "rewritten",
    "other_signer",
    "other_tenant",
    "grant_as_receipt",
    "other_quote",
    "beyond",
    "other_total",
];

/// Plays one forgery: what is right counts, what is wrong does not.
pub fn forge(seed: u64, tracing: bool) -> Ended {
    let mut dice = Dice::new(seed);
    let mut office = Office::new();
    let (phone, other) = (Phone::new(2), Phone::new(3));
    phone.enrol(&mut office);
    other.enrol(&mut office);
    let at = phone.grant.issued_at;
    office.arrives(Arrival { at: Timestamp::from_ms(at.ms() + HOUR_MS), client: phone.client });
    let offer = dice.below(2);
    let claims = phone.claims(7, offer, at, at);
    let right = phone.sign(&claims);
    let kind = FORGERIES[dice.below(FORGERIES.len())];
    let (n, offer, forged) = match kind {
        "other_quote" => (8, offer, right.clone()),
        "beyond" => (7, 2, phone.sign(&phone.claims(7, 2, at, at))),
        "other_total" => {
            let total = leeway_core::values::Money::from_fen(claims.total.fen() - 1);
            (7, offer, phone.sign(&ReceiptClaims { total, ..claims }))
        }
        kind => (7, offer, forged(kind, &mut dice, (&phone, &other), &claims, &right)),
    };
    let mut untouched = office.clone();
    let _ = office.run(CHEN, Write::Finalise(asked(n, offer, forged.clone())));
    let _ = untouched.run(CHEN, Write::Finalise(asked(7, offer_of(&claims), right.clone())));
    let mut told = Told { devices: 2, steps: 2, commands: 2, conflicts: 1, ..Told::default() };
    told.fault(kind, 1);
    let done = match (is_binding(&office, n), is_binding(&untouched, 7)) {
        (true, _) => Err(format!("a forged receipt ({kind}) is binding: {forged:?}")),
        (_, false) => Err(format!("what was signed does not count: {right:?}")),
        _ => papers(kind, &mut dice, &phone),
    };
    let trace = if tracing { vec![format!("{kind}: {forged:?}")] } else { Vec::new() };
    Ended { told, trace, done }
}

/// Which of the offers these claims are about.
fn offer_of(claims: &ReceiptClaims) -> usize {
    OFFERS.iter().position(|(_, yuan)| yuan * 100 == claims.total.fen()).unwrap_or_default()
}

fn forged(
    kind: &str,
    dice: &mut Dice,
    (phone, other): (&Phone, &Phone),
    claims: &ReceiptClaims,
    right: &Bytes,
) -> Bytes {
    let mut bytes = right.0.clone();
    let key = phone.pair.public().id();
    match kind {
        "bit" => {
            let at = dice.below(bytes.len());
            bytes[at] ^= 1 << dice.below(8);
        }
        "cut" => bytes.truncate(dice.below(bytes.len())),
        "longer" => bytes.push(u8::try_from(dice.below(256)).unwrap_or_default()),
        // the length of the signature in two bytes where one does
        "rewritten" => {
            let at = bytes.len() - 66;
            bytes.splice(at..at + 2, [0x59, 0x00, 0x40]);
        }
        "other_signer" => bytes = other.pair.sign(claims.unsigned(TENANT, key)).0,
        "other_tenant" => bytes = phone.pair.sign(claims.unsigned(TENANT + 1, key)).0,
        _ => bytes = issuer().sign(phone.grant.unsigned(key)).0,
    }
    Bytes(bytes)
}

/// The grant itself: what is right is read, and what is changed in it is not.
fn papers(kind: &str, dice: &mut Dice, phone: &Phone) -> Result<(), String> {
    let IssuerKey { public, id, .. } = issuer_key();
    let public = PublicKey::from_point(&public.0).map_err(|flaw| flaw.to_string())?;
    let right = issuer().sign(phone.grant.unsigned(id));
    if GrantClaims::verify(&right.0, TENANT, &public).as_ref() != Ok(&phone.grant) {
        return Err("a grant does not read back".into());
    }
    let mut other = right.0;
    let at = dice.below(other.len());
    other[at] ^= 1 << dice.below(8);
    let read = [GrantClaims::verify(&other, TENANT, &public).is_ok(), Received::read(&Bytes(other)).is_ok()];
    if read.contains(&true) { Err(format!("a changed grant is read ({kind}, byte {at})")) } else { Ok(()) }
}

/// A quote on its way.
struct Letter {
    n: u128,
    offer: usize,
    phone: usize,
    receipt: Bytes,
    signed_at: i64,
    /// It stands at a place where another one stands.
    is_second: bool,
}

/// One history of two phones.
struct History {
    office: Office,
    phones: [Phone; 2],
    lost_at: [Option<i64>; 2],
    /// Each phone's clock minus the server's.
    skew: [i64; 2],
    /// What each phone last heard of the server's clock.
    heard: [i64; 2],
    is_forked: [bool; 2],
    under_way: Vec<Letter>,
    now: i64,
    made: u128,
    trace: Vec<String>,
}

/// Plays T14: a history of verdicts, then one of slices.
pub fn verdicts(seed: u64, tracing: bool) -> Ended {
    let first = judge(seed, tracing);
    if first.done.is_err() {
        return first;
    }
    let mut then = crate::slices::share(seed, tracing);
    then.told.devices += first.told.devices;
    then.told.steps += first.told.steps;
    then.told.commands += first.told.commands;
    then.told.conflicts += first.told.conflicts;
    then.told.faults(first.told.faults);
    then
}

/// Plays one history: quotes are signed far from the server, by clocks that are off, phones are lost, profiles are copied,
/// and letters of two phones come as they come.
fn judge(seed: u64, tracing: bool) -> Ended {
    let mut dice = Dice::new(seed);
    let mut it = History::begin(&mut dice);
    let mut told = Told { devices: 2, ..Told::default() };
    let mut done = Ok(());
    for _ in 0..24 {
        it.now += 1 + i64::try_from(dice.millis(2 * HOUR_MS.unsigned_abs())).unwrap_or_default();
        let phone = dice.below(2);
        told.steps += 1;
        match dice.below(10) {
            0 => it.lose(phone, &mut told),
            1 => it.copy(phone, &mut dice, &mut told),
            2..=5 => it.sign(phone, &mut dice),
            _ => done = it.arrive(phone, &mut told),
        }
        if done.is_err() {
            break;
        }
    }
    let trace = if tracing { it.trace } else { Vec::new() };
    Ended { told, trace, done }
}

impl History {
    fn begin(dice: &mut Dice) -> Self {
        let mut office = Office::new();
        let phones = [Phone::new(2), Phone::new(3)];
        phones.iter().for_each(|phone| phone.enrol(&mut office));
        let now = phones[0].grant.issued_at.ms();
        let skew =
            [(); 2].map(|()| i64::try_from(dice.below(5)).unwrap_or_default() * HOUR_MS / 4 - HOUR_MS / 2);
        Self {
            office,
            phones,
            lost_at: [None; 2],
            skew,
            heard: [now; 2],
            is_forked: [false; 2],
            under_way: Vec::new(),
            now,
            made: 10,
            trace: Vec::new(),
        }
    }

    fn say(&mut self, what: String) {
        self.trace
            .push(format!("{:>6} min: {what}", (self.now - self.phones[0].grant.issued_at.ms()) / MINUTE_MS));
    }

    fn lose(&mut self, phone: usize, told: &mut Told) {
        if self.lost_at[phone].is_none() {
            told.fault("lost", 1);
            self.lost_at[phone] = Some(self.now);
            let id = self.phones[phone].pair.public().id();
            let key = DeviceKey {
                lost_at: Some(Timestamp::from_ms(self.now)),
                ..self.office.get::<DeviceKey>(id).clone()
            };
            self.office.put(key);
            self.say(format!("phone {phone} is lost"));
        }
    }

    fn sign(&mut self, phone: usize, dice: &mut Dice) {
        let offer = dice.below(OFFERS.len());
        let (sealed, n) = self.write(phone, offer);
        let chain = &self.phones[phone].chain;
        self.phones[phone].chain = chain.with(chain.seq + 1, &sealed);
        self.post(Letter { n, offer, phone, receipt: sealed, signed_at: self.now, is_second: false });
    }

    /// A copied profile signs at a place where the phone signs, too.
    fn copy(&mut self, phone: usize, dice: &mut Dice, told: &mut Told) {
        if self.phones[phone].chain.seq == 0 {
            return;
        }
        told.fault("copied", 1);
        let whole = self.phones[phone].chain.clone();
        self.phones[phone].chain = Chain::default();
        let offer = dice.below(2);
        let (receipt, n) = self.write(phone, offer);
        self.phones[phone].chain = whole;
        self.post(Letter { n, offer, phone, receipt, signed_at: self.now, is_second: true });
    }

    fn write(&mut self, phone: usize, offer: usize) -> (Bytes, u128) {
        self.made += 1;
        let at = Timestamp::from_ms(self.now + self.skew[phone]);
        let heard = Timestamp::from_ms(self.heard[phone]);
        let it = &self.phones[phone];
        (it.sign(&it.claims(self.made, offer, at, heard)), self.made)
    }

    fn post(&mut self, letter: Letter) {
        self.say(format!("phone {} signs {} at {} %", letter.phone, letter.n, OFFERS[letter.offer].0));
        self.under_way.push(letter);
    }

    /// The oldest letter of a phone arrives: a phone sends in order.
    fn arrive(&mut self, phone: usize, told: &mut Told) -> Result<(), String> {
        let Some(place) = self.under_way.iter().position(|it| it.phone == phone) else { return Ok(()) };
        let letter = self.under_way.remove(place);
        let client = self.phones[phone].client;
        self.office.arrives(Arrival { at: Timestamp::from_ms(self.now), client });
        let asked = asked(letter.n, letter.offer, letter.receipt.clone());
        let outcome = self.office.tell(CHEN, Write::Finalise(asked));
        self.is_forked[phone] |= letter.is_second;
        told.commands += 1;
        let quote = self.office.find::<Quote>(QuoteId::from_u128(letter.n));
        let judged = quote.and_then(|quote| quote.proof.as_ref()).map(|proof| proof.judged.clone());
        self.say(format!("{} arrives: {judged:?}", letter.n));
        let Some(judged) = judged else { return Err(format!("{} has no verdict: {outcome}", letter.n)) };
        told.conflicts += usize::from(!judged.is_confirmed());
        let binding = is_binding(&self.office, letter.n);
        self.heard_of(phone);
        if binding != judged.is_confirmed() {
            return Err(format!("{}: {judged:?}, and binding is {binding}", letter.n));
        }
        self.holds(&letter, &judged)
    }

    /// A contact tells the phone what time it is, unless it is lost.
    fn heard_of(&mut self, phone: usize) {
        if self.lost_at[phone].is_none() {
            self.heard[phone] = self.now;
        }
    }

    /// What the verdict says, against what really happened.
    fn holds(&self, letter: &Letter, judged: &Verdict) -> Result<(), String> {
        let wrong = |why: &str| Err(format!("{}: {judged:?}, but {why}", letter.n));
        let after_loss = self.lost_at[letter.phone].is_some_and(|lost| lost <= letter.signed_at);
        let before_arrival = self.lost_at[letter.phone].is_some_and(|lost| lost <= self.now);
        let said = letter.signed_at + self.skew[letter.phone];
        let in_time = said <= self.phones[letter.phone].grant.expires_at.ms();
        let (beyond, forked) = (letter.offer == 2, self.is_forked[letter.phone]);
        match judged {
            Verdict::Confirmed { .. } if after_loss => wrong("the phone was lost when it was signed"),
            Verdict::Confirmed { .. } if before_arrival => wrong("the phone may have been lost"),
            Verdict::Confirmed { .. } if beyond => wrong("it is beyond the grant"),
            Verdict::Confirmed { .. } if forked => wrong("the profile was copied"),
            Verdict::Confirmed { .. } | Verdict::Quarantined if forked != judged.is_confirmed() => Ok(()),
            Verdict::Held if before_arrival && !forked => Ok(()),
            Verdict::Request { .. } if !forked && (beyond || after_loss || !in_time) => Ok(()),
            _ => wrong("nothing was wrong with it, or something else"),
        }
    }
}
