//! `policy simulate`

use serde_json::json;

use crate::place::Place;

#[test]
fn a_course_is_told_to_its_end() {
    let place = Place::new();
    let answers = ["policy", "simulate", "--answers", "500,429,timeout,200,404", "--retry-after", "#2=1200"];
    let told = place.run(&answers).succeeded();
    told.prints(&["TRY", "receiver answered 500 Internal Server Error", "no answer within the time-out", "success"])
        .prints(&[
            "After try 2 nothing is sent to the webhook until 20 min 5 s (20 min 4 s to 20 min 6 s)",
            "Delivered at",
        ])
        .says(&["The last 1 answer is not reached"]);
    assert!(place.files().is_empty(), "nothing is stored");
    let told = place.json(&answers);
    assert_eq!(told["unused_answers"], 1);
    assert_eq!(told["steps"][1]["next"], json!({"earliest": 1_204_000, "expected": 1_205_000, "latest": 1_206_000}));
    assert_eq!((&told["steps"][3]["state"], &told["steps"][3]["reason"]), (&json!("delivered"), &json!(null)));
}

#[test]
fn settings_and_ends_are_seen() {
    let place = Place::new();
    let simulate = |rest: &[&str]| place.run(&[&["policy", "simulate", "--answers"], rest].concat());
    simulate(&["503,503", "--set", "retry-schedule-ms=0,1000"])
        .succeeded()
        .prints(&["The delivery is exhausted after 2 tries"]);
    simulate(&["410"]).succeeded().prints(&["After try 1 the webhook is disabled: receiver answered 410 Gone"]);
    simulate(&["dns"]).succeeded().prints(&["The delivery is retrying; try 2 is due at 5 s (4 s to 6 s)"]);
    let disabling = ["500,500", "--set", "disable-after-ms=1000", "--set", "least-failures-to-disable=2"];
    simulate(&disabling)
        .succeeded()
        .prints(&["the webhook is disabled: no success for 5 seconds", "The delivery is held"]);
}

#[test]
fn what_cannot_be_simulated_is_refused_by_name() {
    let place = Place::new();
    let simulate = |rest: &[&str]| place.run(&[&["policy", "simulate", "--answers"], rest].concat());
    simulate(&["500", "--retry-after", "#2=1"]).failed(&["--retry-after", "#2=1", "the last is 1"]);
    simulate(&["timeout", "--retry-after", "#1=1"]).failed(&["no headers"]);
    simulate(&["500", "--set", "retry-schedule-ms=x"]).failed(&["--set retry-schedule-ms"]);
    let usage = simulate(&["soon"]);
    usage.says(&["--answers", "write a status from 100 to 999"]);
}
