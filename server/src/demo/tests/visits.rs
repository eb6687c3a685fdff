//! Checklists, visits with their answers and digests, and what is due today.

use leeway_core::customers::Industry;
use leeway_core::opportunities::Opportunity;
use leeway_core::organisation::{Member, Role};
use leeway_core::visits::{Checklist, ItemKind, Purpose, Visit, VisitDigest, VisitState};

use super::*;

#[test]
fn checklists_ask_in_all_ways_and_there_is_one_for_every_visit() {
    let seeds = friday();
    let lists = all::<Checklist>(seeds);
    for list in &lists {
        let required = list.items.iter().filter(|it| it.required).count();
        let kinds: BTreeSet<_> =
            list.items.iter().map(|it| format!("{:?}", std::mem::discriminant(&it.kind))).collect();
        let keys: BTreeSet<_> = list.items.iter().map(|it| &it.key).collect();
        assert!((6..=12).contains(&list.items.len()) && (2..=4).contains(&required), "{}", list.name);
        assert_eq!((kinds.len(), keys.len()), (5, list.items.len()), "{}", list.name);
        assert!(
            list.items
                .iter()
                .all(|it| !matches!(&it.kind, ItemKind::Choice { choices } if choices.len() < 2))
        );
    }
    for industry in Industry::ALL {
        for purpose in Purpose::ALL {
            let best = lists.iter().filter_map(|it| it.fit(industry, purpose)).max();
            assert_eq!(
                super::super::checklists::best(industry, purpose).checklist().fit(industry, purpose),
                best
            );
        }
    }
}

#[test]
fn every_answer_fits_its_item_and_finished_visits_lack_none() {
    let seeds = friday();
    let lists: BTreeMap<_, _> = all::<Checklist>(seeds).into_iter().map(|it| (it.id, it)).collect();
    for visit in all::<Visit>(seeds) {
        let list = lists[&visit.checklist];
        let customer = of_customer(seeds, visit.customer);
        assert!(list.fit(customer.industry.value, visit.purpose).is_some());
        assert_eq!(visit.by, customer.owner);
        for (key, answer) in &visit.answers {
            let item = list.item(key).unwrap();
            assert!(item.kind.takes(&answer.value), "{} {:?}", item.question, answer.value);
        }
        match visit.state {
            VisitState::Finished { since, until } => {
                assert!(visit.missing(list).is_empty() && since < until);
                assert!((10..=90).contains(&((until.ms() - since.ms()) / 60_000)), "{visit:?}");
            }
            _ => assert!(visit.answers.is_empty()),
        }
    }
}

#[test]
fn digests_are_those_of_the_last_four_weeks() {
    let seeds = friday();
    let digests: BTreeSet<_> = all::<VisitDigest>(seeds).iter().map(|it| it.id).collect();
    let since = FRIDAY.ms() - super::super::visits::DIGEST_DAYS * 24 * HOUR;
    for visit in all::<Visit>(seeds) {
        if let VisitState::Finished { until, .. } = visit.state
            && (until.ms() - since).abs() > 24 * HOUR
        {
            assert_eq!(digests.contains(&visit.id), until.ms() > since);
        }
    }
    for digest in all::<VisitDigest>(seeds) {
        let by = all::<Member>(seeds).into_iter().find(|it| it.id == digest.by).unwrap();
        assert_eq!((digest.unit, &digest.by_name), (by.unit, &by.name));
    }
}

#[test]
fn today_has_work_for_every_manager_on_any_day() {
    for (today, now) in seedings().step_by(3) {
        let seeds = &organisation(today, now);
        for member in all::<Member>(seeds).into_iter().filter(|it| it.role == Role::Manager) {
            let live = all::<Visit>(seeds).into_iter().filter(|it| it.by == member.id && it.is_live());
            let days: Vec<_> = live.map(|it| (it.when.value.day, it.when.value.minute)).collect();
            let of_today = days.iter().filter(|(day, _)| *day == today).count();
            assert!((4..=5).contains(&of_today), "{} {today}: {of_today}", member.login);
            assert!(days.iter().all(|(day, minute)| *day != today || minute.is_some()));
            assert!((2..=3).contains(&days.iter().filter(|(day, _)| *day < today).count()));
            let ahead = days.iter().filter(|(day, _)| *day > today && *day <= today.plus_days(14)).count();
            assert_eq!(ahead, 6, "{} {today}", member.login);
            let steps = next_steps(seeds, member.id);
            assert!((1..=3).contains(&steps.iter().filter(|day| **day < today).count()), "{steps:?}");
            assert!((2..=4).contains(&steps.iter().filter(|day| **day == today).count()), "{steps:?}");
        }
    }
}

/// Days of a manager's next steps that are not done.
fn next_steps(seeds: &[Seed], by: UserId) -> Vec<Date> {
    let visits =
        all::<Visit>(seeds).into_iter().filter(|it| it.by == by).filter_map(|it| it.next_step.as_ref());
    let deals = all::<Opportunity>(seeds).into_iter().filter(|it| it.by == by && it.stage.is_open());
    let steps = visits.chain(deals.filter_map(|it| it.next_step.as_ref()));
    steps.filter(|step| !step.value.done).map(|step| step.value.day).collect()
}
