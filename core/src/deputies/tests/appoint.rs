//! Who appoints whom, and for how long.

use super::*;

#[test]
fn the_manager_the_head_and_an_admin_arrange_it_and_nobody_else() {
    for by in [CHEN, WANG, ADMIN] {
        let mut office = office();
        check(&mut office, by, appoint(commands::appoint()), expect!["put acting_period/7"]);
        assert_eq!(office.get::<ActingPeriod>(PERIOD).appointed_by, by);
        office.turn(CHEN, minute(0));
        let mut ended = office.clone();
        check(
            &mut ended,
            by,
            Write::End(commands::end()),
            expect![[r#"
            put acting_period/7
            revoke li customer:1
            revoke li customer:2"#]],
        );
        check(&mut ended, by, Write::End(commands::end()), expect!["refused deputies.over"]);
        // who acts stays out of it, though he stands in for the head of the unit
        check(&mut office, LI, Write::End(commands::end()), expect!["refused deputies.beneficiary"]);
        for stranger in [QIAN, ZHAO, SUN] {
            check(&mut office, stranger, Write::End(commands::end()), expect!["refused general.forbidden"]);
        }
        for stranger in [ZHOU, GAO] {
            check(
                &mut office,
                stranger,
                Write::End(commands::end()),
                expect![[r#"refused general.not_found {"typ":"acting_period"}"#]],
            );
        }
    }
    refuses(LI, commands::appoint(), expect!["refused deputies.beneficiary"]);
    for stranger in [QIAN, ZHAO, SUN] {
        refuses(stranger, commands::appoint(), expect!["refused general.forbidden"]);
    }
    for stranger in [ZHOU, GAO] {
        refuses(stranger, commands::appoint(), expect![[r#"refused general.not_found {"typ":"member"}"#]]);
    }
    // as the head's deputy he may, for anybody else
    let for_qian = Appoint { deputy: QIAN, ..commands::appoint() };
    check(&mut office(), LI, appoint(for_qian), expect!["put acting_period/7"]);
    let unknown = End { period: ActingPeriodId::from_u128(99) };
    check(
        &mut office(),
        CHEN,
        Write::End(unknown),
        expect![[r#"refused general.not_found {"typ":"acting_period"}"#]],
    );
}

#[test]
fn a_deputy_is_another_manager_of_the_unit_who_may_log_in() {
    let deputy = |deputy| Appoint { deputy, ..commands::appoint() };
    // the manager can't be both: then it would be they who arrange for themselves
    refuses(CHEN, deputy(CHEN), expect!["refused deputies.beneficiary"]);
    refuses(WANG, deputy(CHEN), expect!["refused deputies.same_manager"]);
    refuses(CHEN, deputy(WANG), expect![[r#"refused deputies.not_a_manager {"name":"王海"}"#]]);
    refuses(CHEN, deputy(ZHOU), expect![[r#"refused deputies.other_unit {"name":"周敏"}"#]]);
    refuses(CHEN, deputy(UserId::from_u128(99)), expect![[r#"refused general.not_found {"typ":"member"}"#]]);
    let mut office = office().after(ADMIN, change_of(LI, MemberChange::Active(false)));
    check(
        &mut office,
        CHEN,
        appoint(commands::appoint()),
        expect![[r#"refused deputies.not_a_manager {"name":"李想"}"#]],
    );
    let for_the_head = Appoint { manager: WANG, ..commands::appoint() };
    refuses(WANG, for_the_head, expect![[r#"refused deputies.not_a_manager {"name":"王海"}"#]]);
}

#[test]
fn a_period_has_an_order_and_at_most_ninety_days() {
    let times = |from, until| Appoint { from, until, ..commands::appoint() };
    refuses(CHEN, times(minute(5), minute(5)), expect!["refused deputies.order"]);
    refuses(CHEN, times(minute(5), minute(4)), expect!["refused deputies.order"]);
    let ends = [Timestamp::from_ms(i64::MIN), Timestamp::from_ms(i64::MAX)];
    refuses(CHEN, times(ends[0], ends[1]), expect![[r#"refused deputies.too_long {"days":90}"#]]);
    refuses(CHEN, times(ends[1], ends[0]), expect!["refused deputies.order"]);
    refuses(
        CHEN,
        times(minute(0), Timestamp::from_ms(minute(90 * DAY).ms() + 1)),
        expect![[r#"refused deputies.too_long {"days":90}"#]],
    );
    refuses(CHEN, times(minute(0), minute(90 * DAY)), expect!["put acting_period/7"]);
}

#[test]
fn one_acts_for_a_manager_at_a_time() {
    let mut office = office().after(CHEN, appoint(commands::appoint()));
    let other = |from, until| {
        let period = ActingPeriodId::from_u128(8);
        appoint(Appoint { period, deputy: QIAN, from, until, ..commands::appoint() })
    };
    let overlap = || expect![[r#"refused deputies.overlap {"name":"李想"}"#]];
    check(&mut office, CHEN, other(minute(7 * DAY - 1), minute(8 * DAY)), overlap());
    check(&mut office, CHEN, other(minute(-5), minute(1)), overlap());
    check(&mut office, CHEN, other(minute(5), minute(6)), overlap());
    check(&mut office, CHEN, other(minute(-5), minute(9 * DAY)), overlap());
    check(
        &mut office,
        CHEN,
        appoint(commands::appoint()),
        expect![[r#"refused general.exists {"typ":"acting_period"}"#]],
    );
    let mut before = office.clone();
    check(&mut before, CHEN, other(minute(-5), minute(0)), expect!["put acting_period/8"]);
    let mut after = office.clone();
    check(&mut after, CHEN, other(minute(7 * DAY), minute(8 * DAY)), expect!["put acting_period/8"]);
    // the one takes over from the other in one change
    after.turn(CHEN, minute(0));
    expect![[r#"
        put acting_period/7
        put acting_period/8
        revoke li customer:1
        grant 17 customer:1
        revoke li customer:2
        grant 17 customer:2"#]]
    .assert_eq(&after.turn(CHEN, minute(7 * DAY)));
    // an end before the time makes room
    let mut ended = office.after(CHEN, Write::End(commands::end()));
    check(&mut ended, CHEN, other(minute(5), minute(6)), expect!["put acting_period/8"]);
}
