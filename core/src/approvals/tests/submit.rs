//! A quote that comes again.

use super::*;

#[test]
fn what_comes_again_unchanged_keeps_what_was_approved() {
    let mut office = with_steps(vec![step(Mode::All, &[HEAD]), step(Mode::Any, &[OTHER_HEAD, APPROVER])]);
    let _ = office.tell(WANG, decide(7, true));
    let items = vec![Missing { line: None, words: "缺年限".into() }];
    let back = GiveBack { case: CaseId::from_u128(8), items, words: "补齐再报".into() };
    check(
        &mut office,
        GAO,
        Write::GiveBack(back),
        expect![[r#"
        put case/7
        put case/8
        put case/9
        put request_digest/7
        put request/7
        put quote/7"#]],
    );
    let said = match &office.get::<Quote>(QUOTE).state {
        QuoteState::Returned { missing, .. } => missing.clone(),
        other => format!("{other:?}"),
    };
    expect![[r#"
        缺年限
        补齐再报"#]]
    .assert_eq(&said);
    // another title is no other request
    let again = Finalise {
        asks: Asks::Approval,
        case: CaseId::from_u128(20),
        title: "专线二".into(),
        ..commands::finalise("20", 61_440)
    };
    check(
        &mut office,
        CHEN,
        quotes::Write::Finalise(again),
        expect![[r#"
        put quote/7
        put case/20
        put case/21
        put request_digest/20
        put request/20"#]],
    );
    stands(
        &office,
        CaseId::from_u128(20),
        expect![[r#"
        Open
          政企1部负责人: approved by 王海, kept
          --
          政企2部负责人 #20: asked
          分公司审批岗 #21: asked"#]],
    );
    let _ = office.tell(
        ZHAO,
        Write::Decide(Decide { case: CaseId::from_u128(21), approve: false, words: "不".into() }),
    );
    // another discount is
    let other =
        Finalise { asks: Asks::Approval, case: CaseId::from_u128(30), ..commands::finalise("19", 62_208) };
    check(
        &mut office,
        CHEN,
        quotes::Write::Finalise(other),
        expect![[r#"
        put quote/7
        put case/30
        put request_digest/30
        put request/30"#]],
    );
    stands(
        &office,
        CaseId::from_u128(30),
        expect![[r#"
        Open
          政企1部负责人 #30: asked
          --
          政企2部负责人: ahead
          分公司审批岗: ahead"#]],
    );
}

#[test]
fn who_asks_now_has_not_approved() {
    let mut office = with_steps(vec![step(Mode::All, &[HEAD]), step(Mode::All, &[APPROVER])]);
    let _ = office.tell(LI, decide(7, true));
    let _ = office.tell(ZHAO, decide(8, false));
    let to_li =
        crate::customers::HandOver { customer: crate::values::CustomerId::from_u128(1), to: LI, seen: None };
    office = office.after(CHEN, crate::customers::Write::HandOver(to_li));
    check(
        &mut office,
        LI,
        ask(20),
        expect![[r#"
        put quote/7
        put case/20
        put request_digest/20
        put request/20"#]],
    );
    stands(
        &office,
        CaseId::from_u128(20),
        expect![[r#"
        Open
          政企1部负责人 #20: asked
          --
          分公司审批岗: ahead"#]],
    );
}
