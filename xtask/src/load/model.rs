//! The capacity model: what a push, a pull, a listening phone and a running server cost, fitted to the points in
//! `docs/scale.jsonl` by least squares, each point weighing the same. The morning is left out of the fit and told
//! beside it, so that the model's error is seen on something that it does not know; so is a run that could not keep up. Never fits through nothing: an
//! engine with too few points has no model.

use serde_json::Value;

/// What is reckoned with, and in which unit it is told.
pub const TERMS: [&str; 4] = [
    "ms a push of 3 commands",
    "ms a pull",
    "ms a minute of a phone that listens",
    "ms a second of a process",
];

/// A point as the model sees it.
#[derive(Debug, Clone, PartialEq)]
pub struct Seen {
    /// What it is called.
    name: String,
    /// How often each term counts.
    counts: [f64; TERMS.len()],
    /// CPU of servers and database in ms.
    cost: f64,
    fitted: bool,
}

/// What each term costs.
pub type Costs = [f64; TERMS.len()];

/// Reads the points of an engine: of each kind, the newest.
pub fn seen(points: &[Value], engine: &str) -> Vec<Seen> {
    let mut all: Vec<Seen> = Vec::new();
    for point in points.iter().filter(|it| it["engine"] == engine) {
        let number = |value: &Value| value.as_f64().unwrap_or(0.0);
        let (seconds, processes) = (number(&point["seconds"]), number(&point["processes"]));
        let requests = number(&point["requests"]);
        let pushes = number(&point["push"]["n"]);
        // a phone of the morning begins to listen at some moment of it
        let present = if point["kind"] == "morning" { 0.5 } else { 1.0 };
        // what is no push and no pull is the look-up of a log-in: half of what a pull does
        let pulls = number(&point["pull"]["n"]) + number(&point["page"]["n"]);
        let pulls = pulls + 0.5 * (requests - pushes - pulls).max(0.0);
        let listening = number(&point["listeners"]) * present * seconds / 60.0;
        let name = format!(
            "{} {} phones, {} rows, {processes} process(es)",
            point["kind"].as_str().unwrap_or_default(),
            point["phones"],
            point["rows"]
        );
        let cost = 1_000.0 * (number(&point["cpu"]["server"]) + number(&point["cpu"]["database"]));
        let counts = [pushes, pulls, listening, seconds * processes];
        all.retain(|it| it.name != name);
        // a server that is seconds behind its schedule was not given the machine that it needed
        let kept_up = number(&point["all"]["p50"]) < 1_000.0;
        all.push(Seen { name, counts, cost, fitted: point["kind"] != "morning" && kept_up });
    }
    all
}

impl Seen {
    fn reckoned(&self, costs: &Costs) -> f64 {
        self.counts.iter().zip(costs).map(|(count, cost)| count * cost).sum()
    }
}

/// Fits the costs. A term that would cost less than nothing costs nothing, and the others are fitted without it.
pub fn fit(points: &[Seen]) -> Option<Costs> {
    let fitted: Vec<&Seen> = points.iter().filter(|it| it.fitted && it.cost > 0.0).collect();
    let mut terms: Vec<usize> = (0..TERMS.len()).collect();
    if fitted.len() < terms.len() {
        return None;
    }
    loop {
        let solved = solve(&fitted, &terms)?;
        match terms.iter().position(|term| solved[*term] < 0.0) {
            Some(at) => drop(terms.remove(at)),
            None => return Some(solved),
        }
    }
}

/// Solves the normal equations for some of the terms.
fn solve(points: &[&Seen], terms: &[usize]) -> Option<Costs> {
    let n = terms.len();
    // the error of each point counts by its share of the point, not by its size
    let rows: Vec<Vec<f64>> =
        points.iter().map(|it| terms.iter().map(|term| it.counts[*term] / it.cost).collect()).collect();
    let sum = |f: &dyn Fn(&Vec<f64>) -> f64| rows.iter().map(f).sum::<f64>();
    let mut matrix: Vec<Vec<f64>> = (0..n)
        .map(|i| (0..n).map(|j| sum(&|row| row[i] * row[j])).chain([sum(&|row| row[i])]).collect())
        .collect();
    for i in 0..n {
        let pivot = (i..n).max_by(|a, b| matrix[*a][i].abs().total_cmp(&matrix[*b][i].abs()))?;
        matrix.swap(i, pivot);
        let head = matrix[i].clone();
        if head[i].abs() < f64::MIN_POSITIVE {
            return None;
        }
        for row in matrix.iter_mut().enumerate().filter(|(at, _)| *at != i).map(|(_, row)| row) {
            let factor = row[i] / head[i];
            row.iter_mut().zip(&head).for_each(|(cell, above)| *cell -= factor * above);
        }
    }
    let mut costs = [0.0; TERMS.len()];
    for (at, term) in terms.iter().enumerate() {
        costs[*term] = matrix[at][n] / matrix[at][at];
    }
    Some(costs)
}

/// Tells the model of an engine, and how far each point is from it.
pub fn tell(points: &[Seen], costs: &Costs) -> String {
    let mut text = String::new();
    for (term, cost) in TERMS.iter().zip(costs) {
        text.push_str(&format!("  {cost:>8.3}  {term}\n"));
    }
    for point in points {
        let reckoned = point.reckoned(costs);
        let error = 100.0 * (reckoned / point.cost - 1.0);
        let what = if point.fitted { "fitted" } else { "not fitted" };
        let (cost, name) = (point.cost / 1_000.0, &point.name);
        text.push_str(&format!(
            "  {name}: {cost:.1} s of CPU, reckoned {:.1} s, {error:+.0} % ({what})\n",
            reckoned / 1_000.0
        ));
    }
    text
}

#[cfg(test)]
mod tests {
    use serde_json::json;

    use super::*;

    const COSTS: Costs = [4.0, 1.5, 2.0, 3.0];

    fn point(kind: &str, phones: u64, [pushes, pulls, listeners, seconds]: [f64; 4]) -> Value {
        let counts = [pushes, pulls, listeners * seconds / 60.0, seconds];
        let cost: f64 = counts.iter().zip(COSTS).map(|(count, cost)| count * cost).sum();
        json!({
            "kind": kind, "engine": "sqlite", "phones": phones, "rows": 7, "processes": 1, "seconds": seconds,
            "requests": pushes + pulls, "push": {"n": pushes}, "pull": {"n": pulls}, "page": {"n": 0.0},
            "listeners": listeners, "cpu": {"server": cost / 1_000.0, "database": 0.0},
        })
    }

    fn points() -> Vec<Value> {
        vec![
            point("empty", 1, [0.0, 2_000.0, 0.0, 30.0]),
            point("day", 100, [40.0, 150.0, 100.0, 60.0]),
            point("day", 2_000, [8_000.0, 30_000.0, 2_000.0, 60.0]),
            point("rush", 32, [900.0, 3_600.0, 0.0, 20.0]),
            point("morning", 500, [0.0, 1_000.0, 500.0, 60.0]),
        ]
    }

    #[test]
    fn costs_that_made_the_points_are_found_again() {
        let seen = seen(&points(), "sqlite");
        let costs = fit(&seen).unwrap();
        assert!(costs.iter().zip(COSTS).all(|(found, made)| (found - made).abs() < 1e-6), "{costs:?}");
        let told = tell(&seen, &costs);
        // half of what this morning was made with
        assert!(
            told.contains(
                "day 2000 phones, 7 rows, 1 process(es): 81.2 s of CPU, reckoned 81.2 s, +0 % (fitted)"
            ),
            "{told}"
        );
        assert!(told.contains("-19 % (not fitted)"), "{told}");
    }

    #[test]
    fn the_newest_point_of_a_kind_counts_and_too_few_are_no_model() {
        let twice = [points(), points()].concat();
        assert_eq!(seen(&twice, "sqlite"), seen(&points(), "sqlite"));
        assert_eq!(fit(&seen(&points()[..3], "sqlite")), None);
        assert!(seen(&points(), "postgres").is_empty());
    }

    #[test]
    fn nothing_costs_less_than_nothing() {
        let mut points = points();
        points[3]["cpu"]["server"] = json!(2.0);
        let costs = fit(&seen(&points, "sqlite")).unwrap();
        assert!(costs.iter().all(|cost| *cost >= 0.0), "{costs:?}");
    }
}
