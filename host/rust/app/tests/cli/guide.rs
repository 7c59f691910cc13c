//! The guide for authors, `guest/README.md`, followed to the letter in an empty folder outside of the repository.

use serde_json::Value;

use crate::listen::Receiver;
use crate::workshop::Workshop;

const GUIDE: &str = include_str!("../../../../../guest/README.md");

/// Where the guide has its receiver; a test takes a free port.
const URL: &str = "http://127.0.0.1:8787/";

#[test]
fn ten_minutes_in_rust() {
    walk("Ten minutes in Rust");
}

#[test]
fn ten_minutes_in_javascript() {
    walk("Ten minutes in JavaScript");
}

#[test]
fn ten_minutes_in_typescript() {
    walk("Ten minutes in TypeScript");
}

#[test]
fn ten_minutes_in_python() {
    walk("Ten minutes in Python");
}

/// Follows the section of a language, and then the one that all languages share.
fn walk(heading: &str) {
    let workshop = Workshop::new();
    let (build, arrive) = (script(heading), script("See the data arrive"));
    assert!(build.contains("hookwright plugins new order-label --lang "), "{build}");
    workshop.shell(&build).succeeded().prints(&["satisfies the schema", "filter-payload  order.created"]);

    let mut receiver = Receiver::start(&workshop.place, &[]);
    let (listen, arrive) = arrive.split_once('\n').unwrap();
    assert_eq!(listen, "hookwright listen --port 8787");
    assert_eq!(arrive.matches(URL).count(), 1, "{arrive}");
    let arrive = arrive.replace(URL, &receiver.url);
    workshop.shell(&format!("cd order-label\n{arrive}")).succeeded().prints(&["order-label is active", "1 delivered"]);
    assert_eq!(order(&mut receiver)["label"], "new");
    assert_eq!(order(&mut receiver)["label"], "seen");
}

/// The data of the next order that arrives. A new webhook is greeted first.
fn order(receiver: &mut Receiver) -> Value {
    loop {
        let request = receiver.request();
        if request["topic"] == "order.created" {
            let body: Value = serde_json::from_str(request["body"].as_str().unwrap()).unwrap();
            return body["data"].clone();
        }
    }
}

/// The indented lines of a section, but not those of a block of other code.
fn script(heading: &str) -> String {
    let (_, section) = GUIDE.split_once(&format!("\n## {heading}\n")).unwrap_or_else(|| panic!("no `{heading}`"));
    let section = section.split("\n## ").next().unwrap();
    let texts = section.split("\n```").step_by(2);
    let lines = texts.flat_map(str::lines).filter_map(|line| line.strip_prefix("    "));
    lines.map(|line| format!("{line}\n")).collect()
}
