//! A case is given to another post, or has another approve as well.

use super::*;

#[test]
fn a_signer_is_asked_after_the_step_and_a_forwarded_case_is_decided_elsewhere() {
    let mut office = office();
    let add = |post| Write::AddSigner(AddSigner { case: FIRST, post });
    check(&mut office, WANG, add(OTHER_HEAD), expect!["put case/7, put request_digest/7, put request/7"]);
    check(
        &mut office,
        WANG,
        add(OTHER_HEAD),
        expect![[r#"refused approvals.asked_before {"post":"政企2部负责人"}"#]],
    );
    check(&mut office, GAO, add(APPROVER), expect![[r#"refused general.not_found {"typ":"case"}"#]]);
    check(
        &mut office,
        LI,
        Write::Forward(commands::forward()),
        expect![[r#"
        put case/7
        put case/8
        put request_digest/7
        put request/7
        put quote/7"#]],
    );
    check(
        &mut office,
        WANG,
        decide(7, true),
        expect![[r#"refused approvals.passed {"at":1800000300000,"to":"分公司审批岗","why":"forwarded"}"#]],
    );
    stands(
        &office,
        FIRST,
        expect![[r#"
        Open
          政企1部负责人 #7: Forwarded, to 3 since 15日16:00
          分公司审批岗 #8: asked
          --
          政企2部负责人: ahead"#]],
    );
    check(
        &mut office,
        SUN,
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
          政企1部负责人 #7: Forwarded, to 3 since 15日16:00
          分公司审批岗 #8: approved by 孙立
          --
          政企2部负责人 #9: asked"#]],
    );
    check(
        &mut office,
        GAO,
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
          政企1部负责人 #7: Forwarded, to 3 since 15日16:00
          分公司审批岗 #8: approved by 孙立
          --
          政企2部负责人 #9: approved by 高原"#]],
    );
}

#[test]
fn a_case_comes_down_to_nobody_and_to_nobody_who_asks() {
    let beyond = Finalise { asks: Asks::Approval, ..commands::finalise("25", 57_600) };
    let mut office = Office::new().after(CHEN, quotes::Write::Finalise(beyond));
    let to = |to| Write::Forward(Forward { case: FIRST, to });
    check(&mut office, ZHAO, to(HEAD), expect![[r#"refused approvals.too_low {"post":"政企1部负责人"}"#]]);
    check(
        &mut office,
        ZHAO,
        to(APPROVER),
        expect![[r#"refused approvals.asked_before {"post":"分公司审批岗"}"#]],
    );
    check(
        &mut office,
        ZHAO,
        to(PostId::from_u128(99)),
        expect![[r#"refused general.not_found {"typ":"post"}"#]],
    );
    let own = PostId::from_u128(50);
    let named = |id, name: &str| organisation::Named { id, name: name.into() };
    office.put(Post {
        id: own, title: "自己".into(), holder: named(CHEN, "陈静"), deputy: None, unit: None
    });
    check(&mut office, ZHAO, to(own), expect![[r#"refused approvals.nobody_there {"post":"自己"}"#]]);
}
