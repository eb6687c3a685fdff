//! Whatever happens: who holds a customer is its manager and who acts for them.

use super::*;

/// One thing that happens: something is asked, or the clock strikes.
#[derive(Debug, Clone)]
enum Event {
    Appoint { by: UserId, manager: UserId, deputy: UserId, from: i64, days: i64 },
    End { by: UserId, nth: usize },
    HandOver { customer: u128, to: UserId },
    Change(UserId, MemberChange),
    Plan { by: UserId, customer: u128 },
    Strike(i64),
}

fn any_event() -> impl Strategy<Value = Event> {
    let manager = || prop::sample::select(vec![CHEN, LI, QIAN, ZHOU]);
    let anybody = prop::sample::select(vec![CHEN, LI, QIAN, ZHOU, WANG, GAO, ADMIN]);
    let change = prop_oneof![
        any::<bool>().prop_map(MemberChange::Active),
        (1..=2_u128).prop_map(|n| MemberChange::Unit(UnitId::from_u128(n))),
    ];
    prop_oneof![
        4 => (anybody.clone(), manager(), manager(), 0..30_i64, 1..20_i64).prop_map(
            |(by, manager, deputy, from, days)| Event::Appoint { by, manager, deputy, from, days }
        ),
        1 => (anybody, 0..4_usize).prop_map(|(by, nth)| Event::End { by, nth }),
        2 => (1..=3_u128, manager()).prop_map(|(customer, to)| Event::HandOver { customer, to }),
        1 => (manager(), change).prop_map(|(who, change)| Event::Change(who, change)),
        3 => (manager(), 1..=3_u128).prop_map(|(by, customer)| Event::Plan { by, customer }),
        4 => (0..45_i64).prop_map(Event::Strike),
    ]
}

fn happens(office: &mut Office, n: u128, event: &Event) {
    let id = CustomerId::from_u128;
    let body: (UserId, Body) = match event.clone() {
        Event::Appoint { by, manager, deputy, from, days } => {
            let (period, from, until) =
                (ActingPeriodId::from_u128(n), minute(from * DAY), minute((from + days) * DAY));
            (by, appoint(Appoint { period, manager, deputy, from, until }))
        }
        Event::End { by, nth } => {
            let live = office.records().values().filter_map(ActingPeriod::of).filter(|it| it.state.is_live());
            let Some(period) = live.map(|it| it.id).nth(nth) else { return };
            (by, Write::End(End { period }).into())
        }
        Event::HandOver { customer, to } => {
            let it = office.get::<Customer>(id(customer));
            let seen = it.handed.last().map(|last| last.write);
            (it.owner, customers::Write::HandOver(customers::HandOver { customer: it.id, to, seen }).into())
        }
        Event::Change(who, change) => (ADMIN, change_of(who, change)),
        Event::Plan { by, customer } => {
            let plan = visits::Plan {
                visit: VisitId::from_u128(1_000 + n),
                customer: id(customer),
                ..commands::plan()
            };
            (by, visits::Write::Plan(plan).into())
        }
        Event::Strike(day) => {
            for manager in [CHEN, LI, QIAN, ZHOU] {
                office.turn(manager, minute(day * DAY));
            }
            return;
        }
    };
    drop(office.run(body.0, body.1));
}

/// Who should hold a customer, by the records alone: its manager, and whoever has an open period of that manager.
fn entitled(office: &Office, customer: &Customer) -> BTreeSet<UserId> {
    let periods = office.records().values().filter_map(ActingPeriod::of);
    let acting = periods.filter(|it| it.state.is_open() && it.manager == customer.owner).map(|it| it.deputy);
    acting.chain([customer.owner]).collect()
}

proptest! {
    #[test]
    fn a_customer_is_held_by_its_manager_and_who_acts_for_them(
        events in prop::collection::vec(any_event(), 1..40),
    ) {
        let mut office = office();
        let mut today = 0;
        for (n, event) in (100..).zip(&events) {
            happens(&mut office, n, event);
            if let Event::Strike(day) = event {
                today = *day;
                // nothing goes on beyond its time, and nothing waits beyond it
                for it in office.records().values().filter_map(ActingPeriod::of) {
                    prop_assert_eq!(it.due(minute(today * DAY)), None);
                }
            }
            let periods: Vec<&ActingPeriod> = office.records().values().filter_map(ActingPeriod::of).collect();
            for it in periods.iter().filter(|it| it.state.is_live()) {
                let people = [it.manager, it.deputy].map(|user| office.get::<Member>(user));
                let fit = |member: &&Member| member.active && member.unit == it.unit;
                prop_assert!(people.iter().all(fit) && it.manager != it.deputy, "{it:?}");
                prop_assert!(it.appointed_by != it.deputy);
                let clash = periods.iter().filter(|other| other.state.is_live() && other.manager == it.manager);
                let clash = clash.filter(|other| other.from < it.until && it.from < other.until);
                prop_assert_eq!(clash.count(), 1, "day {}", today);
            }
            for customer in office.records().values().filter_map(Customer::of) {
                let held = office.grants().filter(|(_, scope)| *scope == customer.scope());
                let holders: BTreeSet<UserId> = held.map(|(user, _)| user).collect();
                let entitled = entitled(&office, customer);
                prop_assert_eq!(&holders, &entitled);
                for record in office.records().values() {
                    if let Record::Visit(it) = record
                        && it.customer == customer.id
                        && it.is_live()
                    {
                        prop_assert!(entitled.contains(&it.by), "{it:?}");
                    }
                }
            }
        }
    }
}
