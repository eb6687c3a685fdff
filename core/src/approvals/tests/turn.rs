//! Posts are warned and replaced by the server's clock.

use super::*;

#[test]
fn a_post_is_warned_and_replaced_in_working_time_and_once_each() {
    let mut office = office();
    stands(
        &office,
        FIRST,
        expect![[r#"
        Open
          政企1部负责人 #7: asked since 15日16:00"#]],
    );
    expect!["nothing"].assert_eq(&office.turn_request(FIRST, minute(MONDAY + 59)));
    office.turn_request(FIRST, minute(MONDAY + 60));
    stands(
        &office,
        FIRST,
        expect![[r#"
        Open
          政企1部负责人 #7: asked since 15日16:00, warned 18日10:00"#]],
    );
    expect!["nothing"].assert_eq(&office.turn_request(FIRST, minute(MONDAY + 119)));
    // a clock that goes back
    expect!["nothing"].assert_eq(&office.turn_request(FIRST, minute(0)));
    office.turn_request(FIRST, minute(MONDAY + 120));
    stands(
        &office,
        FIRST,
        expect![[r#"
        Open
          政企1部负责人 #7: Late, to 3 since 15日16:00, warned 18日10:00, late 18日11:00
          分公司审批岗 #8: asked since 18日11:00"#]],
    );
    check(
        &mut office,
        WANG,
        decide(7, true),
        expect![[r#"refused approvals.passed {"at":1800241200000,"to":"分公司审批岗","why":"late"}"#]],
    );
    office.turn_request(FIRST, minute(30 * 24 * 60));
    expect!["nothing"].assert_eq(&office.turn_request(FIRST, minute(60 * 24 * 60)));
    stands(
        &office,
        FIRST,
        expect![[r#"
        Open
          政企1部负责人 #7: Late, to 3 since 15日16:00, warned 18日10:00, late 18日11:00
          分公司审批岗 #8: asked since 18日11:00, warned 14日16:00, late 14日16:00"#]],
    );
    check(
        &mut office,
        SUN,
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
          政企1部负责人 #7: Late, to 3 since 15日16:00, warned 18日10:00, late 18日11:00
          分公司审批岗 #8: approved by 孙立 since 18日11:00, warned 14日16:00, late 14日16:00"#]],
    );
    assert!(office.get::<Request>(FIRST).index_keys().is_empty());
}

#[test]
fn a_server_that_was_down_does_what_it_missed_once() {
    let mut office = office();
    office.turn_request(FIRST, minute(30 * 24 * 60));
    stands(
        &office,
        FIRST,
        expect![[r#"
        Open
          政企1部负责人 #7: Late, to 3 since 15日16:00, warned 14日16:00, late 14日16:00
          分公司审批岗 #8: asked since 14日16:00"#]],
    );
}

#[test]
fn nobody_takes_over_who_asks_or_is_gone() {
    let mut office = office();
    let post = |holder, deputy| SetPost { post: APPROVER, title: "审批岗".into(), holder, deputy };
    office = office.after(ADMIN, organisation::Write::SetPost(post(CHEN, Some(SUN))));
    office.put(organisation::Member { active: false, ..office.get::<organisation::Member>(SUN).clone() });
    office.turn_request(FIRST, minute(MONDAY + 120));
    stands(
        &office,
        FIRST,
        expect![[r#"
        Open
          政企1部负责人 #7: asked since 15日16:00, warned 18日11:00, late 18日11:00"#]],
    );
    check(
        &mut office,
        WANG,
        decide(7, true),
        expect!["put case/7, put request_digest/7, put request/7, put quote/7"],
    );
}

#[test]
fn the_case_of_another_request_is_never_written_over() {
    let mut office = office();
    let stranger = Case { id: CaseId::from_u128(8), ..office.get::<Case>(FIRST).clone() };
    office.put(stranger.clone());
    office.turn_request(FIRST, minute(MONDAY + 120));
    assert_eq!(*office.get::<Case>(stranger.id), stranger);
}

#[test]
fn time_is_counted_by_the_calendar_of_the_day_it_was_asked() {
    let mut office = Office::new().after(ADMIN, calendar::Write::Set(commands::set_calendar()));
    // Friday 29 January is off, Sunday 31 is worked
    office = office.after(CHEN, ask(7));
    let thursday = Timestamp::of("2027-01-28".parse().unwrap(), 17 * 60, 480);
    office.turn_request(FIRST, thursday);
    let due = office.get::<Request>(FIRST).track.seats().next().unwrap().clock.unwrap().due;
    expect!["31日12:00"].assert_eq(&clock(due));
}
