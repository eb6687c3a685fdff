//! What was typed, line by line, so that nobody has to read the form in which it travels.

use leeway_core::Body;
use leeway_core::approvals;
use leeway_core::authority;
use leeway_core::calendar;
use leeway_core::customers::{self, ContactChange, CustomerChange};
use leeway_core::deputies;
use leeway_core::frameworks;
use leeway_core::inbox;
use leeway_core::letterhead;
use leeway_core::opportunities::{self, OpportunityChange};
use leeway_core::organisation::{self, MemberChange};
use leeway_core::pricing;
use leeway_core::quotes;
use leeway_core::values::{Date, Timestamp};
use leeway_core::visits::{self, Answer, Item, ItemKind, NextStep, When};

use super::{Asked, Names};
use crate::i18n::{Lang, Locale, format, td_string, words};

/// A named line.
pub type Line = (String, String);

/// Returns what was typed, line by line.
pub fn lines(lang: impl Lang, asked: &Asked) -> Vec<Line> {
    let t = lang.locale();
    let names = &asked.names;
    match &asked.body {
        None => vec![
            line(td_string!(t, sync.line.kind), &asked.kind),
            line(td_string!(t, sync.line.args), asked.args.to_string()),
        ],
        Some(Body::Customers(it)) => of_customers(t, it, names),
        Some(Body::Visits(it)) => of_visits(t, it, names),
        Some(Body::Quotes(it)) => of_quotes(t, it, names),
        Some(Body::Approvals(it)) => of_approvals(t, it, names),
        Some(Body::Opportunities(it)) => of_opportunities(t, it),
        Some(Body::Pricing(pricing::Write::Publish(it))) => vec![
            line(td_string!(t, sync.line.name), &it.name),
            line(td_string!(t, sync.line.days), between(t, it.from, it.to)),
            line(td_string!(t, sync.line.products), it.products.len().to_string()),
        ],
        Some(Body::Frameworks(frameworks::Write::Publish(it))) => vec![
            line(td_string!(t, sync.line.number), &it.number),
            line(td_string!(t, sync.line.days), between(t, it.from, it.to)),
            line(td_string!(t, sync.line.products), it.prices.len().to_string()),
        ],
        Some(Body::Organisation(it)) => of_organisation(t, it, names),
        Some(Body::Letterhead(letterhead::Write::Set(it))) => {
            let printed = &it.printed;
            let terms = printed.terms.iter().map(|it| line(td_string!(t, sync.line.term), it));
            let name = line(td_string!(t, sync.line.name), filled(t, &printed.name));
            let address = line(td_string!(t, sync.line.address), filled(t, &printed.address));
            let phone = line(td_string!(t, sync.line.phone), filled(t, &printed.phone));
            [name, address, phone].into_iter().chain(terms).collect()
        }
        Some(Body::Deputies(deputies::Write::Appoint(it))) => vec![
            line(td_string!(t, sync.line.deputy), person(t, names, 0)),
            line(td_string!(t, sync.line.acting_period), acting_days(t, it.from, it.until)),
        ],
        Some(
            Body::Pricing(pricing::Write::Withdraw(_) | pricing::Write::SetCosts(_))
            | Body::Frameworks(frameworks::Write::End(_))
            | Body::Authority(authority::Write::Publish(_) | authority::Write::SetReasons(_))
            | Body::Calendar(calendar::Write::Set(_))
            | Body::Deputies(deputies::Write::End(_))
            | Body::Inbox(inbox::Write::Dismiss(_)),
        ) => Vec::new(),
    }
}

fn of_approvals(t: Locale, it: &approvals::Write, names: &Names) -> Vec<Line> {
    use approvals::Write;
    match it {
        Write::Decide(it) => vec![line(td_string!(t, sync.line.words), filled(t, &it.words))],
        Write::GiveBack(it) => {
            let item = |it: &approvals::Missing| line(td_string!(t, sync.line.missing), &it.words);
            let words = line(td_string!(t, sync.line.words), filled(t, &it.words));
            it.items.iter().map(item).chain([words]).collect()
        }
        Write::Forward(_) | Write::AddSigner(_) => {
            vec![line(td_string!(t, sync.line.to_post), person(t, names, 0))]
        }
        Write::AskStandIn(it) => vec![
            line(td_string!(t, sync.line.deputy), person(t, names, 0)),
            line(td_string!(t, sync.line.acting_period), acting_days(t, it.from, it.until)),
        ],
        Write::SetProcedure(_) | Write::EndStandIn(_) => Vec::new(),
    }
}

fn line(label: &str, value: impl Into<String>) -> Line {
    (label.to_owned(), value.into())
}

/// Returns the text, or a word for none.
fn filled(t: Locale, text: &str) -> String {
    match text.trim() {
        "" => td_string!(t, sync.value.empty).to_owned(),
        text => text.to_owned(),
    }
}

fn between(t: Locale, from: Date, to: Date) -> String {
    td_string!(t, sync.value.days, from = day(t, from), to = day(t, to))
}

/// Writes a day in full: a card may be read weeks later.
pub fn day(lang: impl Lang, date: Date) -> String {
    format::day_of_year(lang, date)
}

/// Writes an acting period by its days, the last one included.
pub fn acting_days(lang: impl Lang, from: Timestamp, until: Timestamp) -> String {
    between(lang.locale(), format::day_of(from), format::last_day(until))
}

/// Writes when a visit is planned.
pub fn when(lang: impl Lang, it: When) -> String {
    let day = day(lang, it.day);
    match it.minute {
        Some(minute) => {
            td_string!(lang.locale(), common.date_time, day = day, time = format::minute_of_day(minute))
        }
        None => day,
    }
}

/// Writes a next step with its day.
pub fn step(lang: impl Lang, it: &NextStep) -> String {
    td_string!(lang.locale(), sync.about, verb = day(lang, it.day), about = it.text.clone())
}

/// Writes an answer as the checklist words it; without the checklist, as it is stored.
pub fn answer(lang: impl Lang, it: &Answer, item: Option<&Item>) -> String {
    let t = lang.locale();
    match it {
        Answer::YesNo(true) => td_string!(t, sync.value.yes).to_owned(),
        Answer::YesNo(false) => td_string!(t, sync.value.no).to_owned(),
        Answer::Choice(key) => {
            let label = item.and_then(|item| match &item.kind {
                ItemKind::Choice { choices } => {
                    choices.iter().find(|choice| choice.key == *key).map(|choice| choice.label.clone())
                }
                _ => None,
            });
            label.unwrap_or_else(|| key.clone())
        }
        Answer::Number(number) => match item.map(|item| &item.kind) {
            Some(ItemKind::Number { unit, .. }) if !unit.is_empty() => {
                td_string!(t, sync.value.units, count = number.to_string(), unit = unit.clone())
            }
            _ => number.to_string(),
        },
        Answer::Text(text) => text.clone(),
        Answer::Date(date) => day(t, *date),
    }
}

/// Returns the name of one of the people that a command names.
fn person(t: Locale, names: &Names, at: usize) -> String {
    let name = names.people.get(at).cloned().flatten();
    name.unwrap_or_else(|| td_string!(t, sync.value.gone).to_owned())
}

fn of_customers(t: Locale, it: &customers::Write, names: &Names) -> Vec<Line> {
    use customers::Write;
    let code = |code: &Option<leeway_core::values::CreditCode>| {
        code.map_or_else(|| filled(t, ""), |code| code.to_string())
    };
    match it {
        Write::Register(it) => vec![
            line(td_string!(t, sync.line.name), filled(t, &it.name)),
            line(td_string!(t, sync.line.code), code(&it.code)),
            line(td_string!(t, sync.line.industry), words::industry(t, it.industry)),
            line(td_string!(t, sync.line.grade), words::grade(t, it.grade)),
            line(td_string!(t, sync.line.address), filled(t, &it.address)),
        ],
        Write::Edit(it) => vec![match &it.change {
            CustomerChange::Name(text) => line(td_string!(t, sync.line.name), filled(t, text)),
            CustomerChange::Code(it) => line(td_string!(t, sync.line.code), code(it)),
            CustomerChange::Industry(it) => line(td_string!(t, sync.line.industry), words::industry(t, *it)),
            CustomerChange::Grade(it) => line(td_string!(t, sync.line.grade), words::grade(t, *it)),
            CustomerChange::Address(text) => line(td_string!(t, sync.line.address), filled(t, text)),
        }],
        Write::AddContact(it) => vec![
            line(td_string!(t, sync.line.name), filled(t, &it.name)),
            line(td_string!(t, sync.line.title), filled(t, &it.title)),
            line(td_string!(t, sync.line.phone), filled(t, &it.phone)),
            line(td_string!(t, sync.line.role), words::contact_role(t, it.role)),
        ],
        Write::HandOver(_) => vec![line(td_string!(t, sync.line.successor), person(t, names, 0))],
        Write::EditContact(it) => vec![match &it.change {
            ContactChange::Name(text) => line(td_string!(t, sync.line.name), filled(t, text)),
            ContactChange::Title(text) => line(td_string!(t, sync.line.title), filled(t, text)),
            ContactChange::Phone(text) => line(td_string!(t, sync.line.phone), filled(t, text)),
            ContactChange::Role(it) => line(td_string!(t, sync.line.role), words::contact_role(t, *it)),
        }],
    }
}

fn of_visits(t: Locale, it: &visits::Write, names: &Names) -> Vec<Line> {
    use visits::Write;
    match it {
        Write::Plan(it) => vec![
            line(td_string!(t, sync.line.purpose), words::purpose(t, it.purpose)),
            line(td_string!(t, sync.line.when), when(t, it.when)),
        ],
        Write::Reschedule(it) => vec![line(td_string!(t, sync.line.when), when(t, it.when))],
        Write::Answer(it) => {
            let item = names.item.as_ref();
            let question = item.map_or_else(|| it.item.to_string(), |item| item.question.clone());
            vec![(question, answer(t, &it.answer, item))]
        }
        Write::Record(it) => recorded(t, it, names),
        Write::Note(it) => vec![line(td_string!(t, sync.line.note), &it.text)],
        Write::SetNextStep(it) => vec![
            line(td_string!(t, sync.line.step), &it.text),
            line(td_string!(t, sync.line.step_day), day(t, it.day)),
        ],
        Write::Cancel(_)
        | Write::Open(_)
        | Write::AddPhoto(_)
        | Write::RemovePhoto(_)
        | Write::CompleteNextStep(_)
        | Write::Finish(_) => Vec::new(),
    }
}

fn recorded(t: Locale, it: &visits::RecordVisit, names: &Names) -> Vec<Line> {
    let visits::Began { day, minute, .. } = it.began;
    let began = When { day, minute: Some(minute) };
    let mut lines = vec![
        line(td_string!(t, sync.line.purpose), words::purpose(t, it.purpose)),
        line(td_string!(t, sync.line.when), when(t, began)),
        line(
            td_string!(t, sync.line.lasted),
            td_string!(t, sync.value.minutes, count = it.lasted.to_string()),
        ),
    ];
    for (key, given) in &it.answers {
        let item = names.checklist.as_ref().and_then(|list| list.item(key));
        let question = item.map_or_else(|| key.to_string(), |item| item.question.clone());
        lines.push((question, answer(t, given, item)));
    }
    lines.extend(it.note.as_ref().map(|note| line(td_string!(t, sync.line.note), &note.text)));
    lines
}

fn of_quotes(t: Locale, it: &quotes::Write, names: &Names) -> Vec<Line> {
    use quotes::Write;
    let product = || match &names.product {
        Some((name, _)) => name.clone(),
        None => td_string!(t, sync.value.gone).to_owned(),
    };
    let terms = |title: &str, months: u16, until: Date| {
        vec![
            line(td_string!(t, sync.line.quote_title), filled(t, title)),
            line(
                td_string!(t, sync.line.months),
                td_string!(t, sync.value.months, count = months.to_string()),
            ),
            line(td_string!(t, sync.line.valid_until), day(t, until)),
        ]
    };
    match it {
        Write::Draft(it) => terms(&it.title, it.months, it.valid_until),
        Write::PutLine(it) => {
            let count = it.line.quantity.to_string();
            let quantity = match &names.product {
                Some((_, unit)) => td_string!(t, sync.value.units, count = count, unit = unit.clone()),
                None => count,
            };
            vec![
                line(td_string!(t, sync.line.product), product()),
                line(td_string!(t, sync.line.quantity), quantity),
                line(td_string!(t, sync.line.off), format::discount(t, it.line.off)),
            ]
        }
        Write::DropLine(_) => vec![line(td_string!(t, sync.line.product), product())],
        Write::SetTerms(it) => terms(&it.title, it.months, it.valid_until),
        Write::Finalise(it) => {
            let mut lines = terms(&it.title, it.months, it.valid_until);
            lines.push(line(td_string!(t, sync.line.total), format::money(it.total)));
            lines
        }
        Write::Withdraw(_) => Vec::new(),
    }
}

fn of_opportunities(t: Locale, it: &opportunities::Write) -> Vec<Line> {
    use opportunities::Write;
    match it {
        Write::Start(it) => vec![
            line(td_string!(t, sync.line.name), filled(t, &it.name)),
            line(td_string!(t, sync.line.amount), format::money(it.amount)),
            line(td_string!(t, sync.line.expected), day(t, it.expected)),
            line(td_string!(t, sync.line.step), filled(t, &it.next_step)),
            line(td_string!(t, sync.line.step_day), day(t, it.next_day)),
        ],
        Write::Edit(it) => vec![match &it.change {
            OpportunityChange::Name(text) => line(td_string!(t, sync.line.name), filled(t, text)),
            OpportunityChange::Amount(it) => line(td_string!(t, sync.line.amount), format::money(*it)),
            OpportunityChange::Expected(it) => line(td_string!(t, sync.line.expected), day(t, *it)),
        }],
        Write::MoveStage(it) => {
            let mut lines = vec![
                line(td_string!(t, sync.line.from), words::stage(t, it.from)),
                line(td_string!(t, sync.line.to), words::stage(t, it.to)),
            ];
            if let Some(reason) = &it.reason {
                lines.push(line(td_string!(t, sync.line.reason), reason));
            }
            lines
        }
        Write::SetNextStep(it) => vec![
            line(td_string!(t, sync.line.step), &it.text),
            line(td_string!(t, sync.line.step_day), day(t, it.day)),
        ],
        Write::CompleteNextStep(_) => Vec::new(),
    }
}

fn of_organisation(t: Locale, it: &organisation::Write, names: &Names) -> Vec<Line> {
    use organisation::Write;
    match it {
        Write::AddUnit(it) => vec![line(td_string!(t, sync.line.name), filled(t, &it.name))],
        Write::SetPhone(it) => vec![line(td_string!(t, sync.line.phone), filled(t, &it.phone))],
        Write::AddMember(it) => vec![
            line(td_string!(t, sync.line.login), &it.login),
            line(td_string!(t, sync.line.name), filled(t, &it.name)),
            line(td_string!(t, sync.line.role), words::role(t, it.role)),
            line(td_string!(t, sync.line.star), words::stars(t, it.star)),
        ],
        Write::ChangeMember(it) => match &it.change {
            MemberChange::Name(text) => vec![line(td_string!(t, sync.line.name), filled(t, text))],
            MemberChange::Role(it) => vec![line(td_string!(t, sync.line.role), words::role(t, *it))],
            MemberChange::Star(it) => vec![line(td_string!(t, sync.line.star), words::stars(t, *it))],
            MemberChange::Active(active) => {
                let word = match active {
                    true => td_string!(t, sync.value.yes),
                    false => td_string!(t, sync.value.no),
                };
                vec![line(td_string!(t, sync.line.active), word)]
            }
            MemberChange::Unit(_) => Vec::new(),
        },
        Write::HandOver(_) => vec![line(td_string!(t, sync.line.successor), person(t, names, 0))],
        Write::SetPost(it) => {
            let mut lines = vec![
                line(td_string!(t, sync.line.name), filled(t, &it.title)),
                line(td_string!(t, sync.line.holder), person(t, names, 0)),
            ];
            if it.deputy.is_some() {
                lines.push(line(td_string!(t, sync.line.deputy), person(t, names, 1)));
            }
            lines
        }
    }
}

#[cfg(test)]
mod tests {
    use leeway_core::testing::commands;
    use serde_json::json;

    use super::super::{headline, verb};
    use super::*;

    #[test]
    fn every_command_has_a_verb_in_both_languages() {
        for (kind, args) in commands::all().iter().map(|(_, body)| body.to_parts()) {
            let asked = Asked::new(&kind, 1, &args);
            let body = asked.body.clone().unwrap();
            assert!(!verb(Locale::zh_CN, &body).is_empty(), "{kind}");
            assert_ne!(verb(Locale::zh_CN, &body), verb(Locale::en, &body), "{kind}");
            for (label, value) in lines(Locale::en, &asked) {
                assert!(!label.is_empty() && !value.is_empty(), "{kind}");
            }
        }
    }

    #[test]
    fn a_command_of_a_newer_app_is_shown_as_it_came() {
        let asked = Asked::new("moon.land", 1, &json!({ "crater": 7 }));
        assert_eq!(headline(Locale::en, &asked), "Unknown action");
        assert_eq!(
            lines(Locale::en, &asked),
            [line("Action", "moon.land"), line("Content", r#"{"crater":7}"#)]
        );
    }

    #[test]
    fn an_answer_is_worded_by_its_checklist() {
        let item = Item {
            key: visits::ItemKey("rooms".to_owned()),
            question: "几间机房".to_owned(),
            hint: None,
            kind: ItemKind::Number { unit: "间".to_owned(), min: 0, max: 99 },
            required: false,
        };
        assert_eq!(answer(Locale::zh_CN, &Answer::Number(3), Some(&item)), "3 间");
        assert_eq!(answer(Locale::zh_CN, &Answer::Number(3), None), "3");
        assert_eq!(answer(Locale::en, &Answer::YesNo(true), Some(&item)), "Yes");
    }
}
