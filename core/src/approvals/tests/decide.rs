//! Steps of several posts, and cases that have none.

use super::*;

#[test]
fn in_turn_one_asks_after_the_other() {
    let mut office = with_steps(vec![step(Mode::InTurn, &[OTHER_HEAD, APPROVER]), step(Mode::All, &[HEAD])]);
    stands(
        &office,
        FIRST,
        expect![[r#"
        Open
          政企2部负责人 #7: asked since 15日16:00
          分公司审批岗: ahead
          --
          政企1部负责人: ahead"#]],
    );
    check(
        &mut office,
        GAO,
        decide(7, true),
        expect![[r#"
        put case/7
        put case/8
        put request_digest/7
        put request/7
        put quote/7"#]],
    );
    office.turn_request(FIRST, minute(5));
    check(
        &mut office,
        ZHAO,
        decide(8, true),
        expect![[r#"
        put case/7
        put case/8
        put case/9
        put request_digest/7
        put request/7
        put quote/7"#]],
    );
    stands(
        &office,
        FIRST,
        expect![[r#"
        Open
          政企2部负责人 #7: approved by 高原 since 15日16:00
          分公司审批岗 #8: approved by 赵岚 since 15日16:05
          --
          政企1部负责人 #9: asked"#]],
    );
    check(
        &mut office,
        LI,
        decide(9, true),
        expect![[r#"
        put case/7
        put case/8
        put case/9
        put request_digest/7
        put request/7
        put quote/7"#]],
    );
    stands(
        &office,
        FIRST,
        expect![[r#"
        Approved
          政企2部负责人 #7: approved by 高原 since 15日16:00
          分公司审批岗 #8: approved by 赵岚 since 15日16:05
          --
          政企1部负责人 #9: approved by 李想"#]],
    );
}

#[test]
fn all_must_approve_and_one_return_ends_it() {
    let mut office = with_steps(vec![step(Mode::All, &[HEAD, OTHER_HEAD, APPROVER])]);
    check(
        &mut office,
        WANG,
        decide(7, true),
        expect![[r#"
        put case/7
        put case/8
        put case/9
        put request_digest/7
        put request/7
        put quote/7"#]],
    );
    check(
        &mut office,
        GAO,
        decide(8, false),
        expect![[r#"
        put case/7
        put case/8
        put case/9
        put request_digest/7
        put request/7
        put quote/7"#]],
    );
    stands(
        &office,
        FIRST,
        expect![[r#"
        Returned
          政企1部负责人 #7: approved by 王海 since 15日16:00
          政企2部负责人 #8: returned by 高原 since 15日16:00
          分公司审批岗 #9: closed since 15日16:00"#]],
    );
    check(
        &mut office,
        ZHAO,
        decide(9, true),
        expect![[r#"refused approvals.decided {"approved":false,"at":1800000240000,"by_name":"高原"}"#]],
    );
}

#[test]
fn of_any_the_first_decision_counts() {
    let mut office = with_steps(vec![step(Mode::Any, &[HEAD, OTHER_HEAD])]);
    check(
        &mut office,
        GAO,
        decide(8, true),
        expect![[r#"
        put case/7
        put case/8
        put request_digest/7
        put request/7
        put quote/7"#]],
    );
    stands(
        &office,
        FIRST,
        expect![[r#"
        Approved
          政企1部负责人 #7: closed since 15日16:00
          政企2部负责人 #8: approved by 高原 since 15日16:00"#]],
    );
    check(
        &mut office,
        WANG,
        decide(7, false),
        expect![[r#"refused approvals.decided {"approved":true,"at":1800000180000,"by_name":"高原"}"#]],
    );
}

#[test]
fn cases_that_are_older_than_requests_are_decided_as_before() {
    let mut office = office();
    let case = Case { track: None, ..office.get::<Case>(FIRST).clone() };
    office.put(Case { id: CaseId::from_u128(70), ..case });
    let quote = office.get::<Quote>(QUOTE).clone();
    let state = QuoteState::Submitted { case: CaseId::from_u128(70), post: HEAD, at: minute(0) };
    office.put(Quote { state, ..quote });
    check(
        &mut office,
        WANG,
        Write::Forward(Forward { case: CaseId::from_u128(70), to: APPROVER }),
        expect!["refused approvals.only_decided"],
    );
    check(&mut office, WANG, decide(70, true), expect!["put case/70, put quote/7"]);
    assert!(matches!(office.get::<Quote>(QUOTE).state, QuoteState::Approved { by: WANG, .. }));
}
