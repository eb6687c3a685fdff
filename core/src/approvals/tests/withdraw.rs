//! A request is taken back.

use super::*;

#[test]
fn withdrawn_is_withdrawn_everywhere() {
    let mut office = with_steps(vec![step(Mode::All, &[HEAD, OTHER_HEAD])]);
    check(
        &mut office,
        CHEN,
        quotes::Write::Withdraw(quotes::Withdraw { quote: QUOTE }),
        expect![[r#"
        put quote/7
        put case/7
        put case/8
        put request_digest/7
        put request/7"#]],
    );
    stands(
        &office,
        FIRST,
        expect![[r#"
        Withdrawn
          政企1部负责人 #7: closed since 15日16:00
          政企2部负责人 #8: closed since 15日16:00"#]],
    );
    for (by, case) in [(WANG, 7), (GAO, 8)] {
        expect!["refused approvals.withdrawn"].assert_eq(&office.tell(by, decide(case, true)));
    }
    expect!["nothing"].assert_eq(&office.turn_request(FIRST, minute(99_999)));
}
