//! The stored form of a visit. Answers that came with the visit itself, as those of a visit that was put on record do,
//! are stored without a stamp of their own: it is that of `when`. A list of twelve would be four times as long
//! otherwise, on the wire and on the phone. Never loses a stamp: an answer that has another one keeps it.

use std::collections::BTreeMap;

use serde::{Deserialize, Deserializer, Serialize, Serializer};

use super::{Answer, ItemKey, NextStep, Purpose, Visit, VisitState, When};
use crate::stamped::Stamped;
use crate::values::{ChecklistId, CustomerId, UserId, VisitId};

#[derive(Serialize)]
struct Written<'a> {
    id: VisitId,
    customer: CustomerId,
    by: UserId,
    purpose: Purpose,
    checklist: ChecklistId,
    when: &'a Stamped<When>,
    state: VisitState,
    answers: BTreeMap<&'a ItemKey, &'a Stamped<Answer>>,
    #[serde(skip_serializing_if = "BTreeMap::is_empty")]
    recorded: BTreeMap<&'a ItemKey, &'a Answer>,
    next_step: Option<&'a Stamped<NextStep>>,
}

#[derive(Deserialize)]
struct Read {
    id: VisitId,
    customer: CustomerId,
    by: UserId,
    purpose: Purpose,
    checklist: ChecklistId,
    when: Stamped<When>,
    state: VisitState,
    #[serde(default)]
    answers: BTreeMap<ItemKey, Stamped<Answer>>,
    #[serde(default)]
    recorded: BTreeMap<ItemKey, Answer>,
    #[serde(default)]
    next_step: Option<Stamped<NextStep>>,
}

impl Serialize for Visit {
    fn serialize<S: Serializer>(&self, to: S) -> Result<S::Ok, S::Error> {
        let (mut answers, mut recorded) = (BTreeMap::new(), BTreeMap::new());
        for (key, it) in &self.answers {
            if it.past.is_empty() && it.is_stamped_like(&self.when) {
                recorded.insert(key, &it.value);
            } else {
                answers.insert(key, it);
            }
        }
        Written {
            id: self.id,
            customer: self.customer,
            by: self.by,
            purpose: self.purpose,
            checklist: self.checklist,
            when: &self.when,
            state: self.state,
            answers,
            recorded,
            next_step: self.next_step.as_ref(),
        }
        .serialize(to)
    }
}

impl<'de> Deserialize<'de> for Visit {
    fn deserialize<D: Deserializer<'de>>(from: D) -> Result<Self, D::Error> {
        let Read { id, customer, by, purpose, checklist, when, state, mut answers, recorded, next_step } =
            Read::deserialize(from)?;
        for (key, answer) in recorded {
            answers.insert(key, when.stamp(answer));
        }
        Ok(Self { id, customer, by, purpose, checklist, when, state, answers, next_step })
    }
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::super::Write;
    use super::*;
    use crate::testing::sample::{CHEN, minute, visit};
    use crate::testing::{Office, commands};

    fn recorded() -> Visit {
        let office = Office::new().after(CHEN, Write::Record(commands::record_visit()));
        office.get::<Visit>(VisitId::from_u128(9)).clone()
    }

    #[test]
    fn answers_that_came_with_the_visit_have_its_stamp() {
        let visit = recorded();
        let body = serde_json::to_value(&visit).unwrap();
        assert_eq!(body["answers"], json!({}));
        let short = json!({
            "decider": { "kind": "yes_no", "value": true }, "line": { "kind": "choice", "value": "ours" },
        });
        assert_eq!(body["recorded"], short);
        assert_eq!(serde_json::from_value::<Visit>(body).unwrap(), visit);
    }

    #[test]
    fn an_answer_with_a_stamp_or_a_past_of_its_own_keeps_it() {
        let mut visit = recorded();
        visit.answers.get_mut(&ItemKey("line".into())).unwrap().at = minute(7);
        let body = serde_json::to_value(&visit).unwrap();
        assert_eq!(body["answers"].as_object().unwrap().len(), 1);
        assert_eq!(body["recorded"].as_object().unwrap().len(), 1);
        assert_eq!(serde_json::from_value::<Visit>(body).unwrap(), visit);
    }

    #[test]
    fn other_visits_are_stored_as_ever() {
        let body = serde_json::to_value(visit()).unwrap();
        assert!(body.get("recorded").is_none());
        assert_eq!(body["answers"].as_object().unwrap().len(), 1);
    }
}
