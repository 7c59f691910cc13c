//! What a runner wrote, held against what the scenarios expect: byte for byte, and told by place where it differs.

use std::collections::{BTreeMap, BTreeSet};

use serde_json::{Value, json};

use super::canonical::line;
use super::difference;
use super::scenario::Scenario;

/// What a run came to.
#[derive(Debug, Default)]
pub struct Verdict {
    /// Scenarios that were played.
    pub scenarios: usize,
    /// Their results.
    pub results: usize,
    /// Scenarios that the host cannot play, by their own word.
    pub left_out: BTreeSet<String>,
    /// What is wrong, for a person.
    pub problems: Vec<String>,
}

impl Verdict {
    /// Judges the lines of a runner.
    #[must_use]
    pub fn of(scenarios: &BTreeMap<String, Scenario>, written: &str) -> Self {
        let mut verdict = Self::default();
        let mut lines: BTreeMap<String, Vec<&str>> = BTreeMap::new();
        for text in written.lines() {
            let value: Value = serde_json::from_str(text).unwrap_or_default();
            match value["scenario"].as_str() {
                Some(name) if scenarios.contains_key(name) => lines.entry(name.to_owned()).or_default().push(text),
                _ => verdict.problems.push(format!("this line names no scenario: {text}")),
            }
        }
        for (name, scenario) in scenarios {
            match lines.get(name).map(Vec::as_slice) {
                None => verdict.problems.push(format!("{name}: the runner wrote nothing")),
                Some([only]) if *only == left_out(name, &scenario.needs) && !scenario.needs.is_empty() => {
                    verdict.left_out.insert(name.clone());
                }
                Some(lines) => verdict.judge(name, scenario, lines),
            }
        }
        verdict
    }

    fn judge(&mut self, name: &str, scenario: &Scenario, lines: &[&str]) {
        self.scenarios += 1;
        let expected: Vec<_> = scenario.results().collect();
        for (index, (number, expected)) in expected.iter().enumerate() {
            self.results += 1;
            let wanted = line(name, *number, expected);
            match lines.get(index) {
                Some(got) if **got == wanted => {}
                Some(got) => {
                    let step = scenario.steps[number - 1].told();
                    self.problems.push(format!("{name}, step {number} ({step}):"));
                    let value: Value = serde_json::from_str(got).unwrap_or_default();
                    let places = difference::of(&json!({ "step": number, "result": expected }), &without_name(value));
                    match places.is_empty() {
                        true => self.problems.push(format!("  not canonical: {got}\n       expected: {wanted}")),
                        false => self.problems.extend(places.iter().map(|place| format!("  {place}"))),
                    }
                }
                None => self.problems.push(format!("{name}, step {number}: the runner wrote no result")),
            }
        }
        if lines.len() > expected.len() {
            self.problems.push(format!("{name}: {} results too many", lines.len() - expected.len()));
        }
    }
}

/// What a runner writes of a scenario that its language cannot express.
#[must_use]
pub fn left_out(name: &str, needs: &[String]) -> String {
    json!({ "left-out": needs, "scenario": name }).to_string()
}

fn without_name(mut line: Value) -> Value {
    if let Some(members) = line.as_object_mut() {
        members.remove("scenario");
    }
    line
}

#[cfg(test)]
mod tests {
    use super::*;

    fn scenarios() -> BTreeMap<String, Scenario> {
        let scenario = json!({
            "$schema": "", "about": "", "needs": ["wings"],
            "steps": [{ "advance": 1 }, { "call": "guard.check-url", "with": [], "expect": { "ok": 1 } }],
        });
        BTreeMap::from([("one".to_owned(), serde_json::from_value(scenario).unwrap())])
    }

    #[test]
    fn every_byte_counts() {
        let right = line("one", 2, &json!({ "ok": 1 }));
        assert_eq!(Verdict::of(&scenarios(), &right).problems, [""; 0]);
        for (wrong, told) in [
            (line("one", 2, &json!({ "ok": 2 })), "  /result/ok: expected 1, got 2"),
            (line("one", 1, &json!({ "ok": 1 })), "  /step: expected 2, got 1"),
            (right.replace(':', ": "), "  not canonical: "),
            (format!("{right}\n{right}"), "one: 1 results too many"),
            (String::new(), "one: the runner wrote nothing"),
            (format!("{right}\n{{}}"), "this line names no scenario: {}"),
        ] {
            let problems = Verdict::of(&scenarios(), &wrong).problems;
            assert!(problems.iter().any(|problem| problem.starts_with(told)), "{problems:?}");
        }
    }

    #[test]
    fn only_what_needs_something_may_be_left_out() {
        let mut scenarios = scenarios();
        let line = left_out("one", &["wings".to_owned()]);
        assert_eq!(Verdict::of(&scenarios, &line).left_out.len(), 1);
        scenarios.get_mut("one").unwrap().needs.clear();
        assert!(!Verdict::of(&scenarios, &left_out("one", &[])).problems.is_empty());
    }
}
