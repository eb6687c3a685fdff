//! Who works here, for whom, and who holds which rows.

use leeway_core::customers::{Contact, Grade, Industry};
use leeway_core::organisation::{Member, Role};
use leeway_core::values::check_character;

use super::*;

#[test]
fn accounts_are_the_members_and_the_printed_ones_come_first() {
    let seeds = friday();
    let printed: Vec<_> = accounts()[..PRINTED].iter().map(|it| it.login).collect();
    assert_eq!(printed, ["chen", "li", "zhou", "wang", "zhao", "admin"]);
    let members: BTreeSet<_> =
        all::<Member>(seeds).iter().map(|it| (it.id, it.login.clone(), it.name.clone())).collect();
    let listed: BTreeSet<_> =
        accounts().iter().map(|it| (it.user, it.login.to_owned(), it.name.to_owned())).collect();
    assert_eq!(members, listed);
    assert!(PASSWORD.len() >= 12);
    let stars = |login: &str| all::<Member>(seeds).iter().find(|it| it.login == login).unwrap().star().get();
    assert_eq!(["chen", "li", "he", "zhou", "xu", "sun"].map(stars), [2, 1, 3, 2, 3, 1]);
}

#[test]
fn every_scope_is_granted_to_exactly_those_who_should_see_it() {
    let seeds = friday();
    let holders = grants(seeds);
    let members = all::<Member>(seeds);
    let everybody: BTreeSet<_> = members.iter().map(|it| it.id).collect();
    let expected = |scope: &Scope| -> BTreeSet<UserId> {
        let users = |logins: &[&str]| logins.iter().map(|it| user_of(it)).collect();
        match scope {
            Scope::Catalogue => everybody.clone(),
            Scope::Costs => users(&["admin"]),
            Scope::User(user) => BTreeSet::from([*user]),
            Scope::Customer(id) => BTreeSet::from([of_customer(seeds, *id).owner]),
            Scope::Unit(unit) => members
                .iter()
                .filter(|it| it.unit == *unit || it.role == Role::Admin)
                .map(|it| it.id)
                .collect(),
            Scope::UnitSummary(unit) if *unit == numbering::unit(1) => users(&["wang"]),
            Scope::UnitSummary(_) => users(&["gao"]),
            Scope::Post(post) if *post == numbering::post(1) => users(&["wang"]),
            Scope::Post(post) if *post == numbering::post(2) => users(&["gao"]),
            Scope::Post(_) => users(&["zhao", "zheng"]),
        }
    };
    for (scope, held) in &holders {
        assert_eq!(*held, expected(scope), "{scope}");
    }
    for seed in seeds {
        assert!(holders.contains_key(&seed.record.scope()), "{:?}", seed.record);
    }
    assert_eq!(holders.keys().filter(|it| matches!(it, Scope::Customer(_))).count(), 60);
    assert_eq!(holders.keys().filter(|it| matches!(it, Scope::UnitSummary(_) | Scope::Post(_))).count(), 5);
}

#[test]
fn customers_are_of_all_kinds_with_codes_that_hold_and_their_own_managers() {
    let seeds = friday();
    let customers = all::<Customer>(seeds);
    let mut codes = BTreeSet::new();
    for customer in &customers {
        let code = customer.code.value.unwrap();
        assert_eq!(check_character(&code.as_str()[..17]), code.as_str().chars().last());
        assert!(codes.insert(code), "{code} twice");
        let owner = all::<Member>(seeds).into_iter().find(|it| it.id == customer.owner).unwrap();
        assert_eq!((owner.role, owner.unit), (Role::Manager, customer.unit));
        let people = all::<Contact>(seeds);
        let people = people.iter().filter(|it| it.customer == customer.id).count();
        assert!((1..=3).contains(&people), "{people}");
    }
    for industry in Industry::ALL {
        assert!(customers.iter().filter(|it| it.industry.value == industry).count() >= 9);
    }
    let graded = |grade: Grade| customers.iter().filter(|it| it.grade.value == grade).count();
    assert_eq!(Grade::ALL.map(graded), [15, 25, 20]);
    let mut owned = BTreeMap::<UserId, u32>::new();
    customers.iter().for_each(|it| *owned.entry(it.owner).or_default() += 1);
    assert_eq!(owned.into_values().collect::<Vec<_>>(), [10; 6]);
}

#[test]
fn names_and_telephone_numbers_are_given_once() {
    let seeds = friday();
    let contacts = all::<Contact>(seeds);
    let names: BTreeSet<_> = contacts.iter().map(|it| &it.name.value).collect();
    let phones: BTreeSet<_> = contacts.iter().map(|it| &it.phone.value).collect();
    assert_eq!((names.len(), phones.len()), (contacts.len(), contacts.len()));
    assert!(phones.iter().all(|it| it.starts_with("130 0000 ") && it.len() == 13));
}
