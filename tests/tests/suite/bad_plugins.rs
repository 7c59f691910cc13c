//! The table of bad plugins (tests/README.md) and the sources agree: each kind has a test through the command or on the
//! runtime, and every test that the table names is run.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::bug_catalogue::runs;

/// Beginnings of the rows that there must be.
const KINDS: [&str; 20] = [
    "not a component",
    "a core module",
    "a component for another world",
    "a newer world version",
    "a truncated file",
    "200 MB",
    "an infinite loop in every hook",
    "unbounded allocation",
    "deep recursion",
    "invalid JSON out",
    "a topic that another plugin or a built-in owns",
    "a schema that its own sample violates",
    "two versions at once",
    "imports beyond the world",
    "an answer too large",
    "too much through imports",
    "headers against the rules",
    "a plugin that fails closed",
    "one that keeps failing",
    "one that takes all its time",
];

/// Tests through the command stand here; each kind needs one.
const COMMAND: &str = "host/rust/app/tests/cli";
const FOLDERS: [&str; 3] = [COMMAND, "host/rust/runtime/tests/it/plugins", "host/rust/runtime/src/plugins"];

#[test]
fn every_kind_of_bad_plugin_has_a_test_through_the_command() {
    let tests = tests();
    let readme = fs::read_to_string(root().join("tests/README.md")).unwrap();
    let section = readme.split("\n## Bad plugins\n").nth(1).expect("tests/README.md has no section Bad plugins");
    let rows: Vec<(&str, Vec<&str>)> = section.split("\n## ").next().unwrap().lines().filter_map(row).collect();
    let mut problems = Vec::new();
    for kind in KINDS {
        if !rows.iter().any(|(what, _)| what.starts_with(kind)) {
            problems.push(format!("no row begins with `{kind}`"));
        }
    }
    for (what, names) in &rows {
        for name in names {
            match tests.get(*name) {
                None => problems.push(format!("{what}: {name} is nowhere")),
                Some((_, Err(why))) => problems.push(format!("{what}: {name}: {why}")),
                Some((_, Ok(()))) => {}
            }
        }
        if !names.iter().any(|name| tests.get(*name).is_some_and(|(folder, _)| *folder == COMMAND)) {
            problems.push(format!("{what}: no test goes through the command"));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// What it is, and the tests of a row of the table.
fn row(line: &str) -> Option<(&str, Vec<&str>)> {
    let (what, tests) = line.strip_prefix("| ")?.strip_suffix(" |")?.split_once(" | ")?;
    let tests: Vec<&str> = tests.split('`').skip(1).step_by(2).collect();
    (!tests.is_empty()).then_some((what, tests))
}

/// Every function of the folders, with whether it is run as a test; those of the command go before others of the name.
fn tests() -> BTreeMap<String, (&'static str, Result<(), &'static str>)> {
    let mut found = BTreeMap::new();
    for folder in FOLDERS {
        look_through(&root().join(folder), &mut |text| {
            for rest in text.split("\nfn ").skip(1).chain(text.split("\n    fn ").skip(1)) {
                let name: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
                let verdict = runs(text, &name);
                found.entry(name).or_insert((folder, verdict));
            }
        });
    }
    found
}

fn look_through(folder: &Path, see: &mut impl FnMut(&str)) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        if path.is_dir() {
            look_through(&path, see);
        } else if path.extension().is_some_and(|ending| ending == "rs") {
            see(&fs::read_to_string(&path).unwrap());
        }
    }
}

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}
