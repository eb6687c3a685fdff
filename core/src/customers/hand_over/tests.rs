use std::collections::BTreeSet;

use expect_test::{Expect, expect};
use proptest::prelude::*;

use super::super::{EditCustomer, Write};
use super::*;
use crate::customers::CustomerChange;
use crate::opportunities::{self, OpportunityChange, Stage};
use crate::organisation::{self, ChangeMember, MemberChange};
use crate::quotes::{self, Quote};
use crate::refusal::Refusal;
use crate::rows::Coverage;
use crate::testing::sample::{ADMIN, CHEN, LI, WANG, ZHOU, minute, opportunity, visit};
use crate::testing::{Office, commands, told};
use crate::values::{OpportunityId, QuoteId, UnitId, VisitId};
use crate::visits::{self, VisitState};
use crate::{Body, Record, Scope, apply};

const ONE: CustomerId = CustomerId::from_u128(1);
const TWO: CustomerId = CustomerId::from_u128(2);
const THREE: CustomerId = CustomerId::from_u128(3);

fn give(customer: CustomerId, to: UserId, seen: Option<CommandId>) -> Write {
    Write::HandOver(HandOver { customer, to, seen })
}

fn give_all(from: UserId, to: UserId) -> organisation::Write {
    organisation::Write::HandOver(organisation::HandOver { from, to })
}

fn change(user: UserId, change: MemberChange) -> organisation::Write {
    organisation::Write::ChangeMember(ChangeMember { user, change })
}

#[track_caller]
fn check(office: &mut Office, by: UserId, body: impl Into<Body>, expected: Expect) {
    expected.assert_eq(&office.tell(by, body));
}

/// Customer 1 with one of everything: a planned visit 7, an open visit 8, a finished visit 1, a draft quote 7, a quote
/// 8 that is binding, an open opportunity 1 and a lost one 9.
fn busy() -> Office {
    let mut office = Office::new();
    let lost =
        opportunities::Opportunity { id: OpportunityId::from_u128(9), stage: Stage::Lost, ..opportunity() };
    let open = Visit { id: VisitId::from_u128(8), state: VisitState::Open { since: minute(0) }, ..visit() };
    office.put(lost).put(open).put(visit());
    let binding = quotes::Finalise { quote: QuoteId::from_u128(8), ..commands::finalise("8", 70_656) };
    office
        .after(CHEN, visits::Write::Plan(commands::plan()))
        .after(CHEN, quotes::Write::Draft(commands::draft()))
        .after(CHEN, quotes::Write::Finalise(binding))
}

#[test]
fn what_is_to_be_done_passes_on_and_what_is_finished_keeps_its_author() {
    let mut office = busy();
    check(
        &mut office,
        CHEN,
        give(ONE, LI, None),
        expect![[r#"
            put visit/7
            put visit/8
            put opportunity/1
            put quote/7
            put customer/1
            revoke chen customer:1
            grant li customer:1"#]],
    );
    let visit = |n| office.get::<Visit>(VisitId::from_u128(n)).by;
    let quote = |n| office.get::<Quote>(QuoteId::from_u128(n)).by;
    let deal = |n| office.get::<Opportunity>(OpportunityId::from_u128(n)).by;
    assert_eq!([visit(7), visit(8), visit(1)], [LI, LI, CHEN]);
    assert_eq!([quote(7), quote(8)], [LI, CHEN]);
    assert_eq!([deal(1), deal(9)], [LI, CHEN]);
    let customer = office.get::<Customer>(ONE);
    let (name, write) = ("陈静".to_owned(), CommandId::from_u128(104));
    let handed = Handed { from: CHEN, from_name: name, to: LI, by: CHEN, at: minute(4), write };
    assert_eq!((customer.owner, &customer.handed), (LI, &vec![handed]));
}

#[test]
fn the_successor_goes_on_with_all_of_it_and_the_old_manager_with_none() {
    let office = busy().after(CHEN, give(ONE, LI, None));
    let edit = commands::edit_customer(CustomerChange::Name("海港总医院".into()));
    let deal = OpportunityChange::Name("三院互联".into());
    let deal = opportunities::Edit { opportunity: opportunity().id, ..commands::edit_opportunity(deal) };
    let bodies: [Body; 6] = [
        Write::Edit(edit).into(),
        Write::AddContact(commands::add_contact()).into(),
        visits::Write::Open(visits::Open { visit: VisitId::from_u128(7) }).into(),
        visits::Write::Note(commands::add_note()).into(),
        quotes::Write::PutLine(commands::put_line(commands::line(2, "8"))).into(),
        opportunities::Write::Edit(deal).into(),
    ];
    for body in bodies {
        assert!(office.clone().run(LI, body.clone()).is_ok(), "{body:?}");
        for by in [CHEN, ZHOU, WANG, ADMIN] {
            let refused = office.clone().tell(by, body.clone());
            assert!(refused.starts_with("refused general.not_found"), "{refused}: {body:?}");
        }
    }
}

#[test]
fn a_request_goes_on_and_who_takes_it_back_has_the_draft() {
    let asked = quotes::Write::Finalise(commands::finalise("20", 61_440));
    let office = Office::new().after(CHEN, quotes::Write::Draft(commands::draft())).after(CHEN, asked);
    let mut office = office.after(CHEN, give(ONE, LI, None));
    let quote = QuoteId::from_u128(7);
    assert_eq!(office.get::<Quote>(quote).by, CHEN);
    let back = quotes::Write::Withdraw(quotes::Withdraw { quote });
    check(&mut office, CHEN, back.clone(), expect![[r#"refused general.not_found {"typ":"quote"}"#]]);
    check(&mut office, LI, back, expect!["put quote/7, put case/7, put request_digest/7, put request/7"]);
    assert_eq!(office.get::<Quote>(quote).by, LI);
}

#[test]
fn only_who_has_it_gives_it_away() {
    for by in [LI, ZHOU, WANG, ADMIN] {
        check(
            &mut Office::new(),
            by,
            give(ONE, LI, None),
            expect![[r#"refused general.not_found {"typ":"customer"}"#]],
        );
    }
    check(
        &mut Office::new(),
        CHEN,
        give(CustomerId::from_u128(99), LI, None),
        expect![[r#"refused general.not_found {"typ":"customer"}"#]],
    );
}

#[test]
fn a_successor_is_another_manager_of_the_unit_who_may_log_in() {
    let mut office = Office::new();
    check(&mut office, CHEN, give(ONE, CHEN, None), expect!["refused customers.same_manager"]);
    check(
        &mut office,
        CHEN,
        give(ONE, WANG, None),
        expect![[r#"refused customers.not_a_manager {"name":"王海"}"#]],
    );
    check(
        &mut office,
        CHEN,
        give(ONE, ZHOU, None),
        expect![[r#"refused customers.other_unit {"name":"周敏"}"#]],
    );
    check(
        &mut office,
        CHEN,
        give(ONE, UserId::from_u128(99), None),
        expect![[r#"refused general.not_found {"typ":"member"}"#]],
    );
    let mut office = office.after(ADMIN, change(LI, MemberChange::Active(false)));
    check(
        &mut office,
        CHEN,
        give(ONE, LI, None),
        expect![[r#"refused customers.not_a_manager {"name":"李想"}"#]],
    );
}

#[test]
fn a_hand_over_that_did_not_see_the_last_one_is_refused() {
    let office = Office::new().after(CHEN, give(ONE, LI, None));
    let first = office.get::<Customer>(ONE).handed.last().map(|it| it.write);
    let mut office = office.after(LI, give(ONE, CHEN, first));
    // asked on a phone that was away meanwhile
    check(&mut office, CHEN, give(ONE, LI, None), expect!["refused customers.handed_over"]);
    check(&mut office, CHEN, give(ONE, LI, first), expect!["refused customers.handed_over"]);
    let second = office.get::<Customer>(ONE).handed.last().map(|it| it.write);
    check(
        &mut office,
        CHEN,
        give(ONE, LI, second),
        expect![[r#"
            put opportunity/1
            put customer/1
            revoke chen customer:1
            grant li customer:1"#]],
    );
    let hands: Vec<(UserId, UserId)> =
        office.get::<Customer>(ONE).handed.iter().map(|it| (it.from, it.to)).collect();
    assert_eq!(hands, [(CHEN, LI), (LI, CHEN), (CHEN, LI)]);
}

#[test]
fn an_admin_gives_everything_of_one_manager_to_another_of_any_unit() {
    let mut office = Office::new();
    check(
        &mut office,
        ADMIN,
        give_all(CHEN, ZHOU),
        expect![[r#"
            put opportunity/1
            put customer/1
            put customer/2
            revoke chen customer:1
            grant zhou customer:1
            revoke chen customer:2
            grant zhou customer:2"#]],
    );
    let customer = office.get::<Customer>(TWO);
    assert_eq!((customer.owner, customer.unit), (ZHOU, UnitId::from_u128(2)));
    assert_eq!(customer.handed.last().map(|it| it.by), Some(ADMIN));
    check(&mut office, ADMIN, give_all(CHEN, ZHOU), expect!["nothing"]);
    check(&mut office, ADMIN, give_all(CHEN, CHEN), expect!["refused customers.same_manager"]);
    check(
        &mut office,
        ADMIN,
        give_all(ZHOU, WANG),
        expect![[r#"refused customers.not_a_manager {"name":"王海"}"#]],
    );
    check(
        &mut office,
        ADMIN,
        give_all(UserId::from_u128(99), LI),
        expect![[r#"refused general.not_found {"typ":"member"}"#]],
    );
    check(&mut office, WANG, give_all(ZHOU, LI), expect!["refused general.forbidden"]);
}

#[test]
fn who_has_left_can_still_be_succeeded() {
    let office = Office::new().after(ADMIN, change(CHEN, MemberChange::Active(false)));
    let office = office.after(ADMIN, give_all(CHEN, LI));
    assert_eq!([ONE, TWO].map(|id| office.get::<Customer>(id).owner), [LI, LI]);
}

#[test]
fn a_phone_that_holds_none_of_the_customers_leaves_it_to_the_server() {
    let mut office = Office::new();
    let command = office.write(ADMIN, give_all(CHEN, LI));
    let held: BTreeSet<Scope> =
        office.grants().filter(|(user, _)| *user == ADMIN).map(|(_, scope)| scope).collect();
    let mut rows = Rows::new(Coverage::Part);
    let said = loop {
        match apply(&rows, &command) {
            Err(Stop::Missing(reads)) => {
                office.load(&mut rows, &reads, |record| held.contains(&record.scope()));
            }
            Err(Stop::Refused(refusal)) => break Err(refusal),
            Ok(changes) => break Ok(changes),
        }
    };
    assert_eq!(told(&said), "nothing");
}

#[test]
fn hundreds_of_customers_take_a_handful_of_runs() {
    let mut office = Office::new();
    for n in 100..400 {
        let customer = Customer { id: CustomerId::from_u128(n), ..office.get::<Customer>(TWO).clone() };
        office.put(customer);
    }
    let command = office.write(ADMIN, give_all(CHEN, LI));
    let mut rows = Rows::new(Coverage::Whole);
    let mut runs = 1;
    while let Err(Stop::Missing(reads)) = apply(&rows, &command) {
        office.load(&mut rows, &reads, |_| true);
        runs += 1;
    }
    assert!(runs < 10, "{runs} runs");
}

/// Somebody hands over, as the rules allow it or not.
fn any_hand_over() -> impl Strategy<Value = (UserId, Option<CustomerId>, UserId, UserId)> {
    let people = || prop::sample::select(vec![CHEN, LI, ZHOU, WANG, ADMIN]);
    let customers = prop::option::of(prop::sample::select(vec![ONE, TWO, THREE]));
    (people(), customers, people(), people())
}

proptest! {
    #[test]
    fn exactly_one_manager_holds_a_customer_and_the_old_one_nothing_of_it(
        all in prop::collection::vec(any_hand_over(), 1..12),
    ) {
        let mut office = busy();
        for (by, customer, from, to) in all {
            let said: Result<Changes, Refusal> = match customer {
                Some(id) => {
                    let seen = office.get::<Customer>(id).handed.last().map(|it| it.write);
                    office.run(by, give(id, to, seen))
                }
                None => office.run(ADMIN, give_all(from, to)),
            };
            drop(said);
            for id in [ONE, TWO, THREE] {
                let customer = office.get::<Customer>(id);
                let holders: Vec<UserId> = office
                    .grants()
                    .filter(|(_, scope)| *scope == Scope::Customer(id))
                    .map(|(user, _)| user)
                    .collect();
                prop_assert_eq!(&holders, &vec![customer.owner]);
                for old in customer.handed.iter().map(|it| it.from).filter(|it| *it != customer.owner) {
                    for record in office.records().values().filter(|it| office.holds(old, it.scope())) {
                        let body = record.to_body().unwrap().to_string();
                        prop_assert!(!names(&body, id) , "{old} still holds {}", record.key());
                    }
                }
                prop_assert!(to_do(&office, id).all(|by| by == customer.owner));
            }
        }
    }
}

fn names(body: &str, id: CustomerId) -> bool {
    body.contains(&format!("\"customer\":\"{id}\""))
}

/// Whose all that is still to be done with the customer is.
fn to_do(office: &Office, id: CustomerId) -> impl Iterator<Item = UserId> + '_ {
    office.records().values().filter_map(move |record| match record {
        Record::Visit(it) if it.customer == id && it.is_live() => Some(it.by),
        Record::Opportunity(it) if it.customer == id && it.stage.is_open() => Some(it.by),
        Record::Quote(it) if it.content.customer == id && it.is_open() => Some(it.by),
        _ => None,
    })
}

#[test]
fn a_regrant_gives_all_of_it_back() {
    let office = busy();
    let all = |office: &Office, user| -> BTreeSet<crate::Key> {
        let held = office.records().values().filter(|it| office.holds(user, it.scope()));
        held.map(Record::key).collect()
    };
    let before = all(&office, CHEN);
    let office = office.after(CHEN, give(ONE, LI, None));
    let lost = before.difference(&all(&office, CHEN)).count();
    assert!(lost > 8, "{lost} rows went");
    let seen = office.get::<Customer>(ONE).handed.last().map(|it| it.write);
    let office = office.after(LI, give(ONE, CHEN, seen));
    assert_eq!(all(&office, CHEN), before);
}

#[test]
fn what_the_old_manager_still_sends_is_refused_and_names_what_it_was_about() {
    let edit =
        EditCustomer { seen: None, ..commands::edit_customer(CustomerChange::Address("新址".into())) };
    let mut office = busy().after(CHEN, give(ONE, LI, None));
    check(&mut office, CHEN, Write::Edit(edit), expect![[r#"refused general.not_found {"typ":"customer"}"#]]);
    check(
        &mut office,
        CHEN,
        visits::Write::Note(commands::add_note()),
        expect![[r#"refused general.not_found {"typ":"visit"}"#]],
    );
    check(
        &mut office,
        CHEN,
        quotes::Write::PutLine(commands::put_line(commands::line(2, "8"))),
        expect![[r#"refused general.not_found {"typ":"quote"}"#]],
    );
}
