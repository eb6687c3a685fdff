//! What can't work as a procedure.

use super::*;

#[test]
fn a_procedure_that_can_not_work_is_refused_naming_the_step() {
    let good = || step(Mode::Any, &[HEAD]);
    let places = |places: &[Place]| StepPlan { places: places.to_vec(), ..good() };
    let limit = |minutes, warn| StepPlan { limit: Limit { minutes, warn }, ..good() };
    let tried = |second: StepPlan| {
        let plan = Plan { approver: vec![step(Mode::All, &[APPROVER]), second], ..Plan::default() };
        Office::new().tell(ADMIN, Write::SetProcedure(SetProcedure { plan, seen: None }))
    };
    let told = [
        good(),
        places(&[]),
        places(&[Place::Post(APPROVER)]),
        places(&[Place::Post(PostId::from_u128(99))]),
        places(&(0..11).map(|n| Place::Post(PostId::from_u128(100 + n))).collect::<Vec<_>>()),
        limit(0, 0),
        limit(60, 60),
        limit(MINUTES_MAX + 1, 0),
        StepPlan { beyond: Some(Place::Post(HEAD)), ..good() },
        StepPlan { beyond: Some(Place::Post(APPROVER)), ..good() },
        StepPlan { beyond: Some(Place::Post(PostId::from_u128(99))), ..good() },
        StepPlan { beyond: Some(Place::Post(OTHER_HEAD)), ..good() },
    ]
    .map(tried);
    expect![[r#"
        put procedure/1
        refused approvals.bad_step {"fault":"empty","level":"approver","step":2}
        refused approvals.bad_step {"fault":"twice","level":"approver","step":2}
        refused approvals.bad_step {"fault":"unknown_post","level":"approver","step":2}
        refused approvals.bad_step {"fault":"too_many","level":"approver","step":2}
        refused approvals.bad_step {"fault":"limit","level":"approver","step":2}
        refused approvals.bad_step {"fault":"limit","level":"approver","step":2}
        refused approvals.bad_step {"fault":"limit","level":"approver","step":2}
        refused approvals.bad_step {"fault":"loop","level":"approver","step":2}
        refused approvals.bad_step {"fault":"loop","level":"approver","step":2}
        refused approvals.bad_step {"fault":"unknown_post","level":"approver","step":2}
        put procedure/1"#]]
    .assert_eq(&told.join("\n"));
    let empty = Plan { unit_head: vec![], ..Plan::default() };
    check(
        &mut Office::new(),
        ADMIN,
        Write::SetProcedure(SetProcedure { plan: empty, seen: None }),
        expect![[r#"refused approvals.bad_step {"fault":"empty","level":"unit_head","step":1}"#]],
    );
    check(
        &mut Office::new(),
        WANG,
        Write::SetProcedure(commands::set_procedure()),
        expect!["refused general.forbidden"],
    );
    let mut office = Office::new().after(ADMIN, Write::SetProcedure(commands::set_procedure()));
    check(
        &mut office,
        ADMIN,
        Write::SetProcedure(commands::set_procedure()),
        expect!["refused approvals.procedure_changed"],
    );
}
