//! What the margin of a quote does on its way: who decides, and who gets to see it.

use super::*;
use crate::approvals::{Decide, Request, RequestDigest};
use crate::authority;
use crate::quotes::Margin;
use crate::rows::Coverage;
use crate::scope::Scope;
use crate::testing::sample::percent;

/// An office that knows what its products cost: 48,000 for a leased line over two years.
fn office() -> Office {
    let office = Office::new().after(ADMIN, pricing::Write::SetCosts(commands::set_costs()));
    office.after(ADMIN, authority::Write::Publish(commands::publish_margins()))
}

fn asks(off: &str) -> Finalise {
    let total = yuan(76_800).less(percent(off));
    let limits = LimitsId::from_u128(9);
    Finalise { asks: Asks::Approval, limits, total, ..commands::finalise(off, 0) }
}

#[test]
fn below_its_margin_a_level_does_not_decide() {
    let to_head = expect![[r#"
        put quote/7, put case/7, put request_digest/7, put request/7
        政企1部负责人: LeasedLine 12.5% of 12%"#]];
    let mut cheap = office();
    let seen = Some(cheap.get::<pricing::Costs>(PriceBookId::from_u128(1)).write);
    let mut costs = commands::set_costs();
    costs.costs[0].cost = yuan(1_900);
    let cheap =
        cheap.run(ADMIN, pricing::Write::SetCosts(pricing::SetCosts { seen, ..costs })).map(|_| cheap);
    check(&mut cheap.unwrap(), asks("12.5"), to_head);
    check(
        &mut office(),
        asks("12.5"),
        expect![[r#"
            put quote/7, put case/7, put request_digest/7, put request/7
            分公司审批岗: margin too low"#]],
    );
    check(&mut office(), asks("25"), expect!["refused quotes.margin_too_low"]);
}

#[test]
fn the_case_carries_the_margin_and_nothing_of_the_managers_does() {
    let mut office = office();
    assert!(office.records().values().any(|it| it.scope() == Scope::Costs));
    assert!(office.run(CHEN, Write::Finalise(asks("20"))).is_ok());
    let case = CaseId::from_u128(7);
    let margin = Margin { net: Money::from_fen(5_636_697), cost: yuan(48_000) };
    assert_eq!(office.get::<Case>(case).margin, Some(margin));
    let add = approvals::Write::AddSigner(approvals::AddSigner { case, post: HEAD });
    assert!(office.run(ZHAO, add).is_ok());
    let decide = Decide { case, ..commands::decide(true, "") };
    assert!(office.run(ZHAO, approvals::Write::Decide(decide)).is_ok());
    let next = CaseId::from_u128(8);
    assert_eq!(office.get::<Case>(next).margin, Some(margin), "who is added sees it, too");
    assert!(office.find::<Request>(case).is_some() && office.find::<RequestDigest>(case).is_some());
    for record in office.records().values().filter(|it| office.holds(CHEN, it.scope())) {
        let body = record.to_body().unwrap().to_string();
        assert!(!body.contains("\"margin\"") && !body.contains("\"cost\""), "{body}");
    }
}

#[test]
fn it_is_worked_out_anew_when_it_is_sent_again() {
    let mut office = office();
    assert!(office.run(CHEN, Write::Finalise(asks("20"))).is_ok());
    let give_back = Decide { case: CaseId::from_u128(7), ..commands::decide(false, "降一点") };
    assert!(office.run(ZHAO, approvals::Write::Decide(give_back)).is_ok());
    let again = Finalise { case: CaseId::from_u128(8), ..asks("15") };
    assert!(office.run(CHEN, Write::Finalise(again)).is_ok());
    let net = |n: u128| office.get::<Case>(CaseId::from_u128(n)).margin.map(|it| it.net);
    assert_eq!([net(7), net(8)], [5_636_697, 5_988_991].map(|fen| Some(Money::from_fen(fen))));
}

#[test]
fn an_unknown_cost_is_for_the_approver() {
    let margins = authority::Write::Publish(commands::publish_margins());
    let mut office = Office::new().after(ADMIN, margins);
    check(
        &mut office,
        asks("20"),
        expect![[r#"
            put quote/7, put case/7, put request_digest/7, put request/7
            分公司审批岗: margin too low"#]],
    );
    assert_eq!(office.get::<Case>(CaseId::from_u128(7)).margin, None);
}

/// On a phone that holds no costs nothing is guessed: the server says where it goes.
#[test]
fn on_the_managers_phone_it_is_not_judged() {
    let mut office = office();
    let command = office.write(CHEN, Write::Finalise(asks("20")));
    let mut rows = Rows::new(Coverage::Part);
    let changes = loop {
        match crate::apply(&rows, &command) {
            Ok(changes) => break changes,
            Err(Stop::Missing(reads)) => office.load(&mut rows, &reads, |it| office.holds(CHEN, it.scope())),
            Err(Stop::Refused(refusal)) => panic!("{refusal}"),
        }
    };
    let case = changes.puts.iter().find_map(Case::of).unwrap();
    assert_eq!((case.margin, case.post), (None, HEAD));
}
