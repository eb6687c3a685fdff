//! A promise is kept, whatever became of all around it.

use super::*;

#[test]
fn a_promise_is_kept_whatever_changed_meanwhile() {
    let withdraw = || pricing::Write::Withdraw(pricing::Withdraw { book: PriceBookId::from_u128(1) });
    let stars = |star| {
        organisation::Write::ChangeMember(ChangeMember { user: CHEN, change: MemberChange::Star(star) })
    };
    let stricter = || {
        let mut it = commands::publish_limits();
        it.stars.iter_mut().for_each(|star| star.off.clear());
        crate::authority::Write::Publish(PublishLimits { ..it })
    };
    let promise = || commands::finalise("8", 70_656);
    check(
        &mut drafted().after(ADMIN, withdraw()),
        promise(),
        expect![[r#"
            put quote/7
            binding [BookWithdrawn]"#]],
    );
    check(
        &mut drafted().after(ADMIN, stricter()),
        promise(),
        expect![[r#"
            put quote/7
            binding [LimitsSuperseded]"#]],
    );
    check(
        &mut drafted().after(ADMIN, stars(Star::ONE)),
        promise(),
        expect![[r#"
            put quote/7
            binding [StarChanged]"#]],
    );
    let all = drafted().after(ADMIN, withdraw()).after(ADMIN, stricter());
    check(
        &mut all.after(ADMIN, stars(Star::THREE)),
        promise(),
        expect![[r#"
            put quote/7
            binding [BookWithdrawn, LimitsSuperseded, StarChanged]"#]],
    );
    // the promise came first: nothing to flag
    let mut kept = drafted().after(CHEN, Write::Finalise(promise())).after(ADMIN, withdraw());
    check(
        &mut kept,
        promise(),
        expect![[r#"
        refused quotes.not_a_draft
        binding []"#]],
    );
}

#[test]
fn a_promise_survives_the_refusal_of_its_draft() {
    let withdraw = pricing::Write::Withdraw(pricing::Withdraw { book: PriceBookId::from_u128(1) });
    let mut office = Office::new().after(ADMIN, withdraw);
    expect![[r#"refused quotes.book_withdrawn {"book":"1","name":"2026 下半年"}"#]]
        .assert_eq(&office.tell(CHEN, Write::Draft(commands::draft())));
    check(
        &mut office,
        commands::finalise("8", 70_656),
        expect![[r#"
        put quote/7
        binding [BookWithdrawn]"#]],
    );
    assert_eq!(office.get::<Quote>(QUOTE).content.lines[0].off, line(1).off.max(commands::line(1, "8").off));
}

#[test]
fn a_promise_voids_the_refusals_of_the_edits_that_it_covers() {
    let mut office = Office::new();
    let card = |n: u128, user, body: Body| {
        let (kind, args) = body.to_parts();
        RefusalCard { id: CommandId::from_u128(n), user, kind, args, ..refusal_card() }
    };
    let draft = |n| Write::Draft(Draft { quote: QuoteId::from_u128(n), ..commands::draft() });
    let put = Write::PutLine(PutLine { ..commands::put_line(commands::line(1, "8")) });
    office.put(card(40, CHEN, draft(7).into())).put(card(41, CHEN, put.into()));
    office.put(card(42, CHEN, draft(8).into())).put(card(43, LI, draft(7).into()));
    let visit = crate::visits::Write::Plan(commands::plan());
    office.put(card(44, CHEN, visit.into()));
    let covers = (40..=45).map(CommandId::from_u128).collect();
    check(
        &mut office,
        Finalise { covers, ..commands::finalise("8", 70_656) },
        expect![[r#"
            put quote/7, remove refusal/40, remove refusal/41
            binding []"#]],
    );
}

#[test]
fn a_promise_is_priced_on_the_book_that_it_names() {
    let dearer = Publish {
        book: PriceBookId::from_u128(8),
        products: vec![crate::pricing::Product { price: yuan(9_999), ..product(1) }],
        ..commands::publish_book()
    };
    let mut office = drafted().after(ADMIN, pricing::Write::Publish(dearer));
    check(
        &mut office,
        commands::finalise("8", 70_656),
        expect![[r#"
        put quote/7
        binding []"#]],
    );
    let lines = &office.get::<Quote>(QUOTE).content.lines;
    assert_eq!(lines[0], crate::quotes::Line { off: commands::line(1, "8").off, ..line(1) });
    assert_eq!(lines[0].id, LineId::from_u128(1));
}
