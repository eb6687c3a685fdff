use leeway_core::customers::{EditCustomer, Write};
use leeway_core::organisation::Role;
use leeway_core::testing::sample::{self, CHEN, stamped};
use leeway_core::values::UnitId;

use super::*;

const CODE: &str = "91350100M000100Y43";

fn customer(n: u128, name: &str) -> Customer {
    Customer {
        id: CustomerId::from_u128(n),
        owner: CHEN,
        unit: UnitId::from_u128(1),
        name: stamped(name.to_owned()),
        code: stamped(None),
        industry: stamped(Industry::Medical),
        grade: stamped(Grade::A),
        address: stamped("滨江路 8 号".to_owned()),
        handed: Vec::new(),
    }
}

#[test]
fn search_meets_full_width_and_capitals() {
    let all = [customer(1, "江畔区人民医院"), customer(2, "Hengshi 机械")];
    let names = |typed: &str| named(&all, typed).iter().map(|it| it.name.value.clone()).collect::<Vec<_>>();
    assert_eq!(names("医院"), ["江畔区人民医院"]);
    assert_eq!(names("ＨＥＮＧ"), ["Hengshi 机械"]);
    assert_eq!(names(" ").len(), 2);
    assert!(names("不存在").is_empty());
}

#[test]
fn a_name_being_typed_is_compared_from_two_characters_on() {
    let all = [customer(1, "江畔区人民医院"), customer(2, "恒石机械")];
    assert!(similar(&all, "江", None).is_empty());
    assert_eq!(similar(&all, "人民医院", None), ["江畔区人民医院"]);
    assert_eq!(similar(&all, "恒石机械有限公司", None), ["恒石机械"]);
    assert!(similar(&all, "人民医院", Some(CustomerId::from_u128(1))).is_empty());
}

#[test]
fn only_what_was_changed_is_written_and_names_what_was_seen() {
    let now = customer(1, "江畔医院");
    let mut form = CustomerForm::of(&now);
    assert_eq!(form.changes(&now).unwrap(), []);
    form.name = " 江畔区人民医院 ".to_owned();
    form.grade = "B".to_owned();
    let changes = form.changes(&now).unwrap();
    assert_eq!(
        changes,
        [
            (CustomerChange::Name(" 江畔区人民医院 ".to_owned()), now.name.write),
            (CustomerChange::Grade(Grade::B), now.grade.write),
        ]
    );
}

#[test]
fn a_form_says_all_that_is_wrong_at_once() {
    let form = CustomerForm { name: "新客户".to_owned(), code: "9135".to_owned(), ..Default::default() };
    let found = form.register(CustomerId::from_u128(1)).unwrap_err();
    assert_eq!(
        found,
        [
            (Some(FieldName::Code), Wrong::Code(CreditCodeError::Length { found: 4 })),
            (Some(FieldName::Industry), Wrong::Choose),
            (Some(FieldName::Grade), Wrong::Choose),
        ]
    );
}

#[test]
fn a_form_reads_as_a_new_customer() {
    let form = CustomerForm {
        name: "新客户".to_owned(),
        code: format!(" {} ", CODE.to_lowercase()),
        industry: "medical".to_owned(),
        grade: "C".to_owned(),
        address: String::new(),
    };
    let register = form.register(CustomerId::from_u128(7)).unwrap();
    assert_eq!(register.code.unwrap().as_str(), CODE);
    assert_eq!((register.industry, register.grade), (Industry::Medical, Grade::C));
    let empty = CustomerForm { code: "  ".to_owned(), ..form };
    assert_eq!(empty.register(CustomerId::from_u128(7)).unwrap().code, None);
}

#[test]
fn what_was_not_accepted_stands_in_the_form_again() {
    let now = customer(1, "江畔医院");
    let edit = EditCustomer {
        customer: now.id,
        change: CustomerChange::Code(Some(CODE.parse().unwrap())),
        seen: None,
    };
    let form = CustomerForm::of(&now).with(&Body::Customers(Write::Edit(edit)));
    assert_eq!(form.code, CODE);
    assert_eq!(form.name, "江畔医院");
    let change = (CustomerChange::Code(Some(CODE.parse().unwrap())), now.code.write);
    assert_eq!(form.changes(&now).unwrap(), [change]);
}

#[test]
fn a_refusal_stands_at_its_field() {
    let refused = |it: CustomerError| place(DispatchError::Refused(it.into())).0;
    assert_eq!(refused(CustomerError::Empty { field: "name".to_owned() }), Some(FieldName::Name));
    assert_eq!(refused(CustomerError::CodeTaken { code: CODE.parse().unwrap() }), Some(FieldName::Code));
    assert_eq!(place(DispatchError::NotLoggedIn).0, None);
}

#[test]
fn colleagues_of_the_unit_take_over() {
    let all = sample::members();
    let managers: Vec<Member> = all.into_iter().filter(|it| it.role == Role::Manager).collect();
    let names = |me: UserId| {
        let me = managers.iter().find(|it| it.id == me).unwrap();
        successors(&managers, me).into_iter().map(|(_, name)| name).collect::<Vec<_>>()
    };
    assert_eq!(names(sample::CHEN), ["李想"]);
    assert_eq!(names(sample::LI), ["陈静"]);
    assert_eq!(names(sample::ZHOU), Vec::<String>::new());
}

#[test]
fn a_customer_says_from_whom_it_came() {
    let mut mine = sample::customer(2, sample::CHEN, 1);
    assert_eq!(taken_over(&mine), None);
    mine.handed.push(sample::handed());
    assert_eq!(taken_over(&mine).map(|it| it.from_name.as_str()), Some("李想"));
    // given on, and still on this phone
    let given = Customer { owner: sample::ZHOU, ..mine };
    assert_eq!(taken_over(&given), None);
}

#[test]
fn a_contact_needs_a_role_only() {
    let form = ContactForm { name: "陈立".to_owned(), ..Default::default() };
    let (contact, customer) = (ContactId::from_u128(1), CustomerId::from_u128(2));
    assert_eq!(form.add(contact, customer).unwrap_err(), [(Some(FieldName::Role), Wrong::Choose)]);
    let form = ContactForm { role: "coach".to_owned(), ..form };
    assert_eq!(form.add(contact, customer).unwrap().role, ContactRole::Coach);
}
