//! What became of the parts of a test run: counted from what the test programs print, and told at the end as a table
//! and one last line. Never calls a part passed whose program failed.

use std::fmt::Write;
use std::time::Duration;

/// How many tests ended how. A check without tests of its own counts as one.
#[derive(Debug, Clone, Copy, Default, PartialEq, Eq)]
pub struct Counts {
    /// Passed.
    pub passed: u32,
    /// Failed.
    pub failed: u32,
    /// Not run.
    pub skipped: u32,
}

/// How one part ended.
#[derive(Debug, PartialEq, Eq)]
pub enum Verdict {
    /// Nothing is wrong.
    Passed,
    /// Something is, as the part has printed.
    Failed(String),
    /// It could not be run here, for this reason.
    Skipped(String),
}

/// One part that was run.
pub struct Outcome {
    /// Its name.
    pub part: &'static str,
    /// How it ended.
    pub verdict: Verdict,
    /// Its tests.
    pub counts: Counts,
    /// How long it took.
    pub took: Duration,
}

impl Counts {
    /// Adds what a line of output says, if it is the sum line of libtest or of a program that prints like it.
    pub fn hear_libtest(&mut self, line: &str) {
        if line.starts_with("test result: ") {
            self.passed += before(line, " passed");
            self.failed += before(line, " failed");
            self.skipped += before(line, " ignored");
        }
    }

    /// Adds what a line of output says, if it is the sum line of nextest, which also repeats libtest's lines.
    pub fn hear_nextest(&mut self, line: &str) {
        if line.trim_start().starts_with("Summary [") {
            self.passed += before(line, " passed");
            self.failed += before(line, " failed") + before(line, " timed out");
            self.skipped += before(line, " skipped");
        }
    }

    /// Adds what a fault harness says at its end: each run counts.
    pub fn hear_soak(&mut self, line: &str) {
        let number = |name: &str| {
            let (_, rest) = line.split_once(&format!("\"{name}\":"))?;
            rest.split([',', '}']).next()?.parse::<u32>().ok()
        };
        if line.starts_with("SOAK {") {
            let violations = number("violations").unwrap_or_default();
            self.passed += number("runs").unwrap_or_default().saturating_sub(violations);
            self.failed += violations;
        }
    }

    fn add(&mut self, other: Self) {
        self.passed += other.passed;
        self.failed += other.failed;
        self.skipped += other.skipped;
    }

    /// Returns the counts of a part: without tests of its own it counts as one, and a failure always counts.
    fn of(outcome: &Outcome) -> Self {
        let mut counts = outcome.counts;
        match outcome.verdict {
            Verdict::Passed if counts == Self::default() => counts.passed = 1,
            Verdict::Failed(_) if counts.failed == 0 => counts.failed = 1,
            Verdict::Skipped(_) => counts.skipped += 1,
            Verdict::Passed | Verdict::Failed(_) => {}
        }
        counts
    }

    fn sentence(self) -> String {
        let Self { passed, failed, skipped } = self;
        let told = format!("{passed} passed, {failed} failed");
        if skipped == 0 { told } else { format!("{told}, {skipped} skipped") }
    }
}

/// Returns the table of parts and, as its last line, the sum.
pub fn table(outcomes: &[Outcome]) -> String {
    let width = outcomes.iter().map(|outcome| outcome.part.len()).max().unwrap_or_default();
    let mut text = String::new();
    let mut sum = Counts::default();
    for outcome in outcomes {
        let counts = Counts::of(outcome);
        sum.add(counts);
        let (word, why) = match &outcome.verdict {
            Verdict::Passed => ("ok", None),
            Verdict::Failed(why) => ("FAILED", Some(why)),
            Verdict::Skipped(why) => ("skipped", Some(why)),
        };
        let tests = (outcome.counts != Counts::default()).then(|| counts.sentence());
        let remarks: Vec<_> = tests.into_iter().chain(why.cloned()).collect();
        let line =
            format!("{:width$}  {word:<7}  {:>10}  {}", outcome.part, span(outcome.took), remarks.join("; "));
        // writing to a String can't fail
        let _ = writeln!(text, "{}", line.trim_end());
    }
    text + &sum.sentence()
}

/// Returns a duration as one reads it: "0.8 s", "3 min 05 s".
pub fn span(took: Duration) -> String {
    let seconds = took.as_secs();
    if seconds < 60 {
        format!("{:.1} s", took.as_secs_f64())
    } else {
        format!("{} min {:02} s", seconds / 60, seconds % 60)
    }
}

/// Returns the number that stands before a word, or 0.
fn before(line: &str, word: &str) -> u32 {
    let number =
        line.split_once(word).and_then(|(head, _)| head.rsplit([' ', '(', ',', '.']).next()?.parse().ok());
    number.unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn heard(hear: fn(&mut Counts, &str), line: &str, passed: u32, failed: u32, skipped: u32) {
        let mut counts = Counts::default();
        hear(&mut counts, line);
        assert_eq!(counts, Counts { passed, failed, skipped }, "{line}");
    }

    #[test]
    fn sum_lines_are_understood() {
        let libtest = Counts::hear_libtest;
        heard(
            libtest,
            "test result: ok. 12 passed; 0 failed; 1 ignored; 0 measured; 3 filtered out",
            12,
            0,
            1,
        );
        heard(libtest, "test result: FAILED. 3 passed; 2 failed; 0 ignored; 0 filtered out", 3, 2, 0);
        heard(libtest, "test counts::of ... ok", 0, 0, 0);
        let nextest = Counts::hear_nextest;
        heard(
            nextest,
            " Summary [ 0.01s] 4 tests run: 2 passed (1 slow), 1 failed, 1 timed out, 5 skipped",
            2,
            2,
            5,
        );
        heard(nextest, "     Summary [   0.003s] 1 test run: 1 passed, 0 skipped", 1, 0, 0);
        heard(nextest, "     Summary [   0.003s] 0 tests run: 0 passed, 0 skipped", 0, 0, 0);
        heard(nextest, "    test result: FAILED. 0 passed; 1 failed; 0 ignored", 0, 0, 0);
    }

    #[test]
    fn runs_of_a_fault_harness_count() {
        let soak = Counts::hear_soak;
        heard(soak, r#"SOAK {"harness":"t4","seed_from":1,"runs":12,"violations":1,"faults":{}}"#, 11, 1, 0);
        heard(soak, "seed 12", 0, 0, 0);
    }

    fn outcome(part: &'static str, verdict: Verdict, counts: (u32, u32, u32), seconds: u64) -> Outcome {
        let counts = Counts { passed: counts.0, failed: counts.1, skipped: counts.2 };
        Outcome { part, verdict, counts, took: Duration::from_secs(seconds) }
    }

    #[test]
    fn the_last_line_is_the_sum() {
        let text = table(&[
            outcome("fmt", Verdict::Passed, (0, 0, 0), 1),
            outcome("unit", Verdict::Failed("`cargo nextest` failed".into()), (10, 2, 1), 75),
            outcome("clippy", Verdict::Failed("`cargo clippy` failed".into()), (0, 0, 0), 3),
            outcome("advisories", Verdict::Skipped("their database is out of reach".into()), (0, 0, 0), 2),
        ]);
        let expected = "\
fmt         ok            1.0 s
unit        FAILED   1 min 15 s  10 passed, 2 failed, 1 skipped; `cargo nextest` failed
clippy      FAILED        3.0 s  `cargo clippy` failed
advisories  skipped       2.0 s  their database is out of reach
11 passed, 3 failed, 2 skipped";
        assert_eq!(text, expected);
        assert!(table(&[outcome("fmt", Verdict::Passed, (0, 0, 0), 1)]).ends_with("\n1 passed, 0 failed"));
    }

    #[test]
    fn a_program_that_fails_after_its_tests_passed_still_counts() {
        let text = table(&[outcome("stories", Verdict::Failed("ended by a signal".into()), (8, 0, 0), 1)]);
        assert!(text.ends_with("8 passed, 1 failed"), "{text}");
    }
}
