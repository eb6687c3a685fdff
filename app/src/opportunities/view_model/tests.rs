use leeway_core::opportunities::StageMove;
use leeway_core::stamped::Stamped;
use leeway_core::testing::sample::{by, day};
use leeway_core::values::UserId;

use super::*;

const TODAY: &str = "2026-11-21";

fn deal(n: u128, stage: Stage, yuan: i64, step: Option<&str>) -> Opportunity {
    Opportunity {
        id: OpportunityId::from_u128(n),
        customer: CustomerId::from_u128(1),
        by: UserId::from_u128(1),
        name: Stamped::new(&by(1), format!("deal {n}")),
        amount: Stamped::new(&by(1), Money::from_fen(yuan * 100)),
        expected: Stamped::new(&by(1), day("2026-12-31").plus_days(-i64::try_from(n).unwrap())),
        stage,
        stage_since: Timestamp::from_ms(0),
        moves: Vec::new(),
        lost_reason: None,
        next_step: step
            .map(|on| Stamped::new(&by(1), NextStep { text: "call".into(), day: day(on), done: false })),
    }
}

fn all() -> Vec<Row> {
    let deals = [
        deal(1, Stage::Lead, 100, Some("2026-11-30")),
        deal(2, Stage::Proposal, 400, None),
        deal(3, Stage::Proposal, 200, Some("2026-11-10")),
        deal(4, Stage::Negotiation, 1_000, Some("2026-11-21")),
        deal(5, Stage::Qualified, 50, Some("2026-11-01")),
    ];
    rows(&deals, &[], day(TODAY), |at| at.date_at(0))
}

fn order(order: Order) -> Vec<u128> {
    let mut rows = all();
    order.sort(&mut rows);
    rows.iter().map(|row| row.id.uuid().as_u128()).collect()
}

#[test]
fn what_is_stuck_leads() {
    assert_eq!(order(Order::Stuck), [2, 5, 3, 4, 1]);
    assert_eq!(order(Order::Date), [5, 4, 3, 2, 1]);
    assert_eq!(order(Order::Stage), [4, 2, 3, 5, 1]);
    for it in Order::ALL {
        assert_eq!(Order::read(it.key()), it);
    }
}

#[test]
fn a_step_that_is_done_is_none() {
    let done = NextStep { text: "call".into(), day: day("2026-11-01"), done: true };
    assert_eq!(StepState::of(Some(&done), day(TODAY)), StepState::Missing);
    let open = NextStep { done: false, ..done };
    assert_eq!(StepState::of(Some(&open), day(TODAY)), StepState::Overdue(20));
    assert_eq!(StepState::of(Some(&open), day("2026-11-01")), StepState::Due);
}

#[test]
fn the_pipeline_is_weighted_by_stage() {
    let it = Pipeline::of(&all());
    assert_eq!((it.count, it.total), (5, Money::from_fen(175_000)));
    // 10 % of 100, 30 % of 50, 50 % of 600, 75 % of 1,000
    assert_eq!(it.weighted, Money::from_fen(1_000 + 1_500 + 30_000 + 75_000));
    let proposal = it.stages.iter().find(|stage| stage.stage == Stage::Proposal).unwrap();
    assert_eq!((proposal.count, proposal.stuck), (2, Money::from_fen(60_000)));
    assert_eq!(it.share(proposal.sum), 60);
    assert_eq!(Pipeline::of(&[]).share(Money::ZERO), 0);
}

#[test]
fn the_button_asks_for_a_step_before_a_move() {
    let button = |deal: &Opportunity| primary(deal, day(TODAY));
    assert_eq!(button(&deal(1, Stage::Lead, 1, None)), Primary::SetStep);
    assert_eq!(button(&deal(1, Stage::Lead, 1, Some(TODAY))), Primary::Move(Stage::Qualified));
    assert_eq!(button(&deal(1, Stage::Negotiation, 1, Some(TODAY))), Primary::Move(Stage::Won));
    let mut lost = deal(1, Stage::Lost, 1, None);
    assert_eq!(button(&lost), Primary::Reopen(Stage::Lead));
    lost.moves.push(StageMove {
        from: Stage::Proposal,
        to: Stage::Lost,
        by: UserId::from_u128(1),
        at: Timestamp::from_ms(1),
    });
    assert_eq!(button(&lost), Primary::Reopen(Stage::Proposal));
}

#[test]
fn the_steps_are_drawn_up_to_signing() {
    assert_eq!(Stage::ALL.map(step_index), [0, 1, 2, 3, 5, 0]);
    assert_eq!(onwards(Stage::Won), None);
}
