//! Pending commands on new rows: the phone's rebase against the server's own run of the same commands.

use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::*;
use crate::approvals::{self, Case, CaseState};
use crate::customers::{self, CustomerChange, Grade};
use crate::opportunities::{self, OpportunityChange, Stage};
use crate::quotes::{self, Finalise};
use crate::testing::sample::{ADMIN, CHEN, LI, WANG, day, yuan};
use crate::testing::{Office, commands, numbers};
use crate::values::{CaseId, CommandId, CustomerId, LineId, NoteId, OpportunityId, QuoteId, UserId, VisitId};
use crate::visits::{self, Answer, Finish, Open, Plan, Purpose, Reschedule, When};
use crate::{Body, Entity, Scope, inbox, pricing};

/// A phone: what it may hold of the server's rows, and what waits in its outbox.
struct Phone {
    user: UserId,
    outbox: Vec<(u64, Command)>,
}

impl Phone {
    fn of(user: UserId) -> Self {
        Self { user, outbox: Vec::new() }
    }

    /// Asks for something; the number is its place in the outbox and its id.
    fn ask(&mut self, body: impl Into<Body>) -> &mut Self {
        let seq = self.outbox.len() as u64 + 1;
        let id = CommandId::from_u128(1_000 + u128::from(seq));
        let at = crate::testing::sample::minute(60);
        self.outbox.push((seq, Command { id, by: self.user, at, body: body.into() }));
        self
    }

    /// Rebases on the rows that the server shows this user.
    fn rebase(&self, office: &Office) -> Rebased {
        let seen = |record: &Record| office.holds(self.user, record.scope());
        let mut rebase = Rebase::new(self.outbox.iter().cloned());
        for _ in 0..10_000 {
            match rebase.step() {
                Step::Need(reads) => office.load(rebase.rows_mut(), &reads, seen),
                Step::Done(done) => return done,
            }
        }
        panic!("the rebase asks for ever");
    }

    /// Pushes everything; the server runs it in order. Returns how each fared there.
    fn push(&self, office: &mut Office) -> Vec<(u64, Fate)> {
        let fate = |office: &mut Office, command: &Command| match office.take(command) {
            Ok(_) => Fate::Applies,
            Err(refusal) => Fate::WouldBeRefused(refusal),
        };
        self.outbox.iter().map(|(seq, command)| (*seq, fate(office, command))).collect()
    }
}

/// Tells the overlay's keys and the fates in one line each.
fn told(done: &Rebased) -> String {
    let overlay = done.overlay.iter().map(|(key, record)| match record {
        Some(_) => format!("put {key}"),
        None => format!("remove {key}"),
    });
    let fates = done.fates.iter().map(|(seq, fate)| match fate {
        Fate::Applies => format!("{seq} applies"),
        Fate::WouldBeRefused(refusal) => format!("{seq} {}", refusal.to_data().code),
    });
    let [overlay, fates] = [overlay.collect::<Vec<_>>(), fates.collect()].map(|it| it.join(", "));
    numbers(&format!("overlay [{overlay}]\ncommands [{fates}]"))
}

#[track_caller]
fn check(phone: &Phone, office: &Office, expected: Expect) {
    expected.assert_eq(&told(&phone.rebase(office)));
}

fn edit(change: CustomerChange) -> customers::Write {
    customers::Write::Edit(commands::edit_customer(change))
}

#[test]
fn nothing_waits_nothing_changes() {
    check(
        &Phone::of(CHEN),
        &Office::new(),
        expect![[r#"
            overlay []
            commands []"#]],
    );
}

#[test]
fn edits_of_different_fields_stand_side_by_side() {
    let mut phone = Phone::of(CHEN);
    phone.ask(edit(CustomerChange::Name("海港总医院".into())));
    let office = Office::new().after(CHEN, edit(CustomerChange::Grade(Grade::C)));
    check(
        &phone,
        &office,
        expect![[r#"
            overlay [put customer/1]
            commands [1 applies]"#]],
    );
    let done = phone.rebase(&office);
    let key = customers::Customer::key(CustomerId::from_u128(1));
    let customer = done.overlay[&key].as_ref().and_then(customers::Customer::of).unwrap();
    assert_eq!((customer.name.value.as_str(), customer.grade.value), ("海港总医院", Grade::C));
}

#[test]
fn edits_of_one_field_clash_before_they_are_sent() {
    let mut phone = Phone::of(CHEN);
    phone.ask(edit(CustomerChange::Grade(Grade::B)));
    let office = Office::new().after(CHEN, edit(CustomerChange::Grade(Grade::C)));
    check(
        &phone,
        &office,
        expect![[r#"
            overlay [put customer/1, put clash/1001]
            commands [1 applies]"#]],
    );
}

#[test]
fn a_command_that_fails_keeps_its_place_and_the_later_ones_run() {
    let withdraw =
        pricing::Write::Withdraw(pricing::Withdraw { book: crate::values::PriceBookId::from_u128(1) });
    let office = Office::new().after(ADMIN, withdraw);
    let mut phone = Phone::of(CHEN);
    phone.ask(quotes::Write::Draft(commands::draft()));
    phone.ask(quotes::Write::PutLine(commands::put_line(commands::line(1, "8"))));
    phone.ask(visits::Write::Plan(commands::plan()));
    let covers = vec![CommandId::from_u128(1_001), CommandId::from_u128(1_002)];
    phone.ask(quotes::Write::Finalise(Finalise { covers, ..commands::finalise("8", 70_656) }));
    check(
        &phone,
        &office,
        expect![[r#"
            overlay [put visit/7, put quote/7]
            commands [1 quotes.book_withdrawn, 2 general.not_found, 3 applies, 4 applies]"#]],
    );
}

#[test]
fn a_card_that_is_ended_offline_is_gone_at_once() {
    let mut phone = Phone::of(CHEN);
    phone.ask(inbox::Write::Dismiss(commands::dismiss()));
    phone.ask(inbox::Write::Dismiss(commands::dismiss()));
    check(
        &phone,
        &Office::new(),
        expect![[r#"
            overlay [remove refusal/50]
            commands [1 applies, 2 applies]"#]],
    );
}

#[test]
fn a_post_decides_without_holding_the_quote() {
    let office = Office::new().after(CHEN, quotes::Write::Finalise(commands::finalise("20", 61_440)));
    let mut phone = Phone::of(WANG);
    phone.ask(approvals::Write::Decide(commands::decide(true, "")));
    check(
        &phone,
        &office,
        expect![[r#"
            overlay [put case/7]
            commands [1 applies]"#]],
    );
    let mut phone = Phone::of(CHEN);
    phone.ask(quotes::Write::Withdraw(quotes::Withdraw { quote: QuoteId::from_u128(7) }));
    check(
        &phone,
        &office,
        expect![[r#"
            overlay [put quote/7, put request/7]
            commands [1 applies]"#]],
    );
}

#[test]
fn rows_of_others_are_not_there() {
    let mut phone = Phone::of(LI);
    phone.ask(edit(CustomerChange::Grade(Grade::B)));
    check(
        &phone,
        &Office::new(),
        expect![[r#"
            overlay []
            commands [1 general.not_found]"#]],
    );
}

#[test]
fn it_asks_for_what_it_needs_once() {
    let mut phone = Phone::of(CHEN);
    phone.ask(edit(CustomerChange::Grade(Grade::B))).ask(edit(CustomerChange::Name("a".into())));
    let mut rebase = Rebase::new(phone.outbox.iter().cloned());
    let office = Office::new();
    let mut asked = Vec::new();
    while let Step::Need(reads) = rebase.step() {
        office.load(rebase.rows_mut(), &reads, |_| true);
        asked.extend(reads);
    }
    let mut once = asked.clone();
    once.sort();
    once.dedup();
    assert_eq!(asked.len(), once.len(), "{asked:?}");
}

/// Commands of Chen over two customers, two visits, an opportunity and two quotes: few records, so that many
/// commands meet, and many of them are refused. `seen` is often out of date.
fn any_command() -> impl Strategy<Value = Body> {
    let seen = || {
        prop_oneof![
            Just(None),
            prop_oneof![100u128..112, 1_000u128..1_012].prop_map(|n| Some(CommandId::from_u128(n))),
            Just(Some(CommandId::from_u128(1)))
        ]
    };
    let visit = || (7u128..9).prop_map(VisitId::from_u128);
    let quote = || (7u128..9).prop_map(QuoteId::from_u128);
    let customer = || (1u128..4).prop_map(CustomerId::from_u128);
    let of_customers = (customer(), seen(), 0usize..5).prop_map(|(customer, seen, field)| {
        let change = match field {
            0 => CustomerChange::Name("海港总医院".into()),
            1 => CustomerChange::Name("海港中心医院".into()),
            2 => CustomerChange::Grade(Grade::C),
            3 => CustomerChange::Code(None),
            _ => CustomerChange::Address(String::new()),
        };
        customers::Write::Edit(customers::EditCustomer { customer, change, seen }).into()
    });
    let of_visits = (visit(), customer(), seen(), 0usize..9, any::<bool>()).prop_map(
        |(visit, customer, seen, verb, yes)| {
            let answer =
                |item: &str, answer| visits::AnswerItem { visit, seen, ..commands::answer(item, answer) };
            let when = When { day: day("2026-11-25"), minute: yes.then_some(600) };
            match verb {
                0 => {
                    visits::Write::Plan(Plan { visit, customer, purpose: Purpose::Offer, ..commands::plan() })
                }
                1 => visits::Write::Reschedule(Reschedule { visit, when, seen }),
                2 => visits::Write::Open(Open { visit }),
                3 => visits::Write::Answer(answer("decider", Answer::YesNo(yes))),
                4 => visits::Write::Answer(answer(
                    "line",
                    Answer::Choice(if yes { "ours" } else { "other" }.into()),
                )),
                5 => visits::Write::Note(visits::AddNote {
                    visit,
                    note: NoteId::from_u128(if yes { 7 } else { 8 }),
                    ..commands::add_note()
                }),
                6 => {
                    visits::Write::SetNextStep(visits::SetNextStep { visit, seen, ..commands::visit_step() })
                }
                7 => visits::Write::CompleteNextStep(visits::CompleteNextStep {
                    visit,
                    seen: seen.unwrap_or(CommandId::from_u128(2)),
                }),
                _ => visits::Write::Finish(Finish { visit }),
            }
            .into()
        },
    );
    let stage = || prop::sample::select(Stage::ALL.to_vec());
    let of_opportunities = (stage(), stage(), seen(), 0usize..4).prop_map(|(from, to, seen, verb)| {
        let opportunity = OpportunityId::from_u128(1);
        match verb {
            0 => opportunities::Write::Start(commands::start()),
            1 => opportunities::Write::Edit(opportunities::Edit {
                seen,
                ..commands::edit_opportunity(OpportunityChange::Amount(yuan(5)))
            }),
            2 => opportunities::Write::MoveStage(opportunities::MoveStage {
                opportunity,
                ..commands::move_stage(from, to, Some("价格"))
            }),
            _ => opportunities::Write::SetNextStep(opportunities::SetNextStep {
                opportunity,
                text: "上会".into(),
                day: day("2026-12-01"),
                seen,
            }),
        }
        .into()
    });
    let offs = prop::sample::select(vec![
        ("0", 76_800),
        ("8", 70_656),
        ("20", 61_440),
        ("30", 53_760),
        ("40", 46_080),
    ]);
    // a case's id is made once: two quotes never share one
    let of_quotes = (quote(), offs, 0usize..6, 7u128..10, any::<u128>()).prop_map(
        |(quote, (off, total), verb, n, case)| {
            let line = LineId::from_u128(n);
            match verb {
                0 => quotes::Write::Draft(quotes::Draft { quote, ..commands::draft() }),
                1 => quotes::Write::PutLine(quotes::PutLine {
                    quote,
                    ..commands::put_line(quotes::LineInput { line, ..commands::line(1, off) })
                }),
                2 => quotes::Write::DropLine(quotes::DropLine { quote, line }),
                3 => quotes::Write::SetTerms(quotes::SetTerms { quote, ..commands::set_terms() }),
                4 => quotes::Write::Withdraw(quotes::Withdraw { quote }),
                _ => quotes::Write::Finalise(Finalise {
                    quote,
                    case: CaseId::from_u128(case),
                    covers: vec![CommandId::from_u128(50)],
                    ..commands::finalise(off, total)
                }),
            }
            .into()
        },
    );
    let cards = Just(inbox::Write::Dismiss(commands::dismiss()).into());
    prop_oneof![2 => of_customers, 5 => of_visits, 2 => of_opportunities, 5 => of_quotes, 1 => cards]
}

/// What another phone, the unit head or the admin did meanwhile.
fn meanwhile() -> impl Strategy<Value = (UserId, Body)> {
    let of_others = prop::sample::select(vec![
        (
            ADMIN,
            pricing::Write::Withdraw(pricing::Withdraw { book: crate::values::PriceBookId::from_u128(1) })
                .into(),
        ),
        (ADMIN, crate::authority::Write::Publish(commands::publish_limits()).into()),
        (WANG, approvals::Write::Decide(commands::decide(true, "")).into()),
        (WANG, approvals::Write::Decide(commands::decide(false, "缺年限")).into()),
    ]);
    prop_oneof![4 => any_command().prop_map(|body| (CHEN, body)), 1 => of_others]
}

/// Lets a decision be about a case that is there, if one is.
fn about_an_open_case(office: &Office, body: Body) -> Body {
    let open = |it: &&Case| it.state == CaseState::Open;
    match (body, office.records().values().filter_map(Case::of).find(open)) {
        (Body::Approvals(approvals::Write::Decide(it)), Some(case)) => {
            approvals::Write::Decide(approvals::Decide { case: case.id, ..it }).into()
        }
        (body, _) => body,
    }
}

/// The rows that Chen may hold.
fn held(office: &Office) -> BTreeMap<Key, Record> {
    let rows = office.records().iter().filter(|(_, record)| office.holds(CHEN, record.scope()));
    rows.map(|(key, record)| (*key, record.clone())).collect()
}

proptest! {
    /// Confirmed rows with the overlay on them are what the server makes of the same commands, wherever both hold a
    /// row; and each command fares the same.
    #[test]
    fn phone_and_server_come_to_the_same_rows(
        before in prop::collection::vec(meanwhile(), 0..12),
        outbox in prop::collection::vec(any_command(), 1..14),
    ) {
        let mut office = Office::new();
        for (by, body) in before {
            let _ = office.run(by, about_an_open_case(&office, body));
        }
        let mut phone = Phone::of(CHEN);
        for body in outbox {
            phone.ask(body);
        }
        let done = phone.rebase(&office);
        let mut shown = held(&office);
        for (key, record) in done.overlay {
            match record {
                Some(record) if office.holds(CHEN, record.scope()) => shown.insert(key, record),
                Some(_) => None,
                None => shown.remove(&key),
            };
        }
        let fates = phone.push(&mut office);
        prop_assert_eq!(done.fates, fates);
        prop_assert_eq!(shown, held(&office));
    }

    /// A rebase halfway through a push is no different: what the server has taken is in the rows, the rest waits.
    #[test]
    fn it_does_not_matter_how_much_was_pushed(outbox in prop::collection::vec(any_command(), 1..14), taken in any::<prop::sample::Index>()) {
        let mut phone = Phone::of(CHEN);
        for body in outbox {
            phone.ask(body);
        }
        let mut whole = Office::new();
        phone.push(&mut whole);
        let rest = phone.outbox.split_off(taken.index(phone.outbox.len()));
        let mut office = Office::new();
        phone.push(&mut office);
        let phone = Phone { outbox: rest, ..phone };
        let mut shown = held(&office);
        for (key, record) in phone.rebase(&office).overlay {
            match record {
                Some(record) if office.holds(CHEN, record.scope()) => shown.insert(key, record),
                Some(_) => None,
                None => shown.remove(&key),
            };
        }
        prop_assert_eq!(shown, held(&whole));
    }
}

#[test]
fn a_registered_customer_is_worked_on_before_its_grant_arrives() {
    let mut phone = Phone::of(CHEN);
    let customer = CustomerId::from_u128(7);
    phone.ask(customers::Write::Register(commands::register()));
    phone.ask(visits::Write::Plan(Plan { customer, ..commands::plan() }));
    phone.ask(visits::Write::Open(Open { visit: VisitId::from_u128(7) }));
    let mut office = Office::new();
    check(
        &phone,
        &office,
        expect![[r#"
            overlay [put customer/7, put visit/7]
            commands [1 applies, 2 applies, 3 applies]"#]],
    );
    assert!(phone.push(&mut office).iter().all(|(_, fate)| *fate == Fate::Applies));
    assert!(office.holds(CHEN, Scope::Customer(customer)));
}
