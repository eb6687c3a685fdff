//! Many visits, made on the plain wire.

use serde_json::{Value, json};
use uuid::Uuid;

use crate::teller::Teller;

impl Teller {
    /// Makes commands that plan visits to this user's customers, for years far ahead:
    /// they are stored, and none is due.
    pub async fn visit_plans(&mut self, count: u32) -> Vec<Value> {
        let customers = self.all("customer").await;
        let checklist = self.all("checklist").await[0]["id"].clone();
        let mut plans = Vec::new();
        for n in 0..count {
            self.seq += 1;
            let customer = &customers[n as usize % customers.len()]["id"];
            let day = format!("{}-{:02}-{:02}", 2091 + n % 3, 1 + n % 12, 1 + n % 28);
            plans.push(json!({
                "seq": self.seq, "id": Uuid::now_v7(), "by": self.session["user"], "kind": "visits.plan", "kv": 1,
                "at": 1_760_000_000_000_i64,
                "args": {
                    "visit": Uuid::now_v7(), "customer": customer, "purpose": "care", "checklist": checklist,
                    "when": { "day": day, "minute": null },
                },
            }));
        }
        plans
    }

    /// Pushes commands, a hundred at a time; all must be taken.
    pub async fn push_all(&self, commands: Vec<Value>) {
        for batch in commands.chunks(100) {
            let (status, answer) = self.push(json!(batch)).await;
            assert_eq!(status, 200, "{answer}");
            let results = answer["results"].as_array().unwrap();
            assert!(results.iter().all(|it| it["outcome"] == "applied"), "{answer}");
        }
    }

    /// Plans that many visits.
    pub async fn plan_visits(&mut self, count: u32) {
        let plans = self.visit_plans(count).await;
        self.push_all(plans).await;
    }
}
