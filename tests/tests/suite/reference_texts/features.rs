//! tests/features.md: every test that it names is there and runs, and every function, setting and topic exists. Commands
//! are looked for by the tests of the binary (`cli::documents`). host/README.md: the tests of its faults are there.

use std::collections::BTreeSet;
use std::fs;

use hookwright_core::Config;
use hookwright_tests::installation::{Installation, Kind};
use hookwright_tests::subject::Subject;
use wit_parser::{Resolve, TypeDefKind};

use super::{code, read, root, rows};
use crate::bug_catalogue::{MACROS, runs};

const FEATURES: &str = "| feature | who has it | here | test |";
const TRAPS: &str = "| trap | here | test |";
const SYSTEMS: [&str; 5] = ["UM", "UM1", "WC", "WK", "EL"];
/// Where the tests lie whose names begin with this.
const FOLDERS: [(&str, &str); 6] = [
    ("suite", "tests/tests/suite"),
    ("cli", "host/rust/app/tests/cli"),
    ("core", "guest/core/src"),
    ("dispatcher", "host/rust/dispatcher/tests/it"),
    ("runtime", "host/rust/runtime/tests/it"),
    ("storage", "host/rust/storage/tests/sqlite"),
];

#[test]
fn every_row_says_what_is_here_and_shows_it() {
    let text = read("tests/features.md");
    let (features, traps) = (rows(&text, FEATURES), rows(&text, TRAPS));
    assert_eq!((features.len(), traps.len()), (63, 21), "a feature does not go by itself");
    let mut names = Names::new();
    let mut problems = Vec::new();
    for row in features.iter().chain(&traps) {
        let mut told = |problem: String| problems.push(format!("{}: {problem}", row[0]));
        if row.iter().any(|cell| matches!(cell.as_str(), "" | "-" | "–" | "?")) {
            told("a cell is empty".to_owned());
        }
        let [.., here, tests] = row.as_slice() else { unreachable!("a row has as many cells as its head") };
        if row.len() == 4 {
            let who: Vec<&str> = row[1].split(' ').collect();
            if !SYSTEMS.iter().filter(|system| who.contains(system)).eq(&who) {
                told(format!("`{}` are not some of {SYSTEMS:?}, in this order", row[1]));
            }
        }
        for span in code(here).into_iter().filter(|span| !span.starts_with("hookwright ")) {
            if !names.know(span) {
                told(format!("`{span}` is no function, type, field, setting or topic"));
            }
        }
        let is_left_out = here.starts_with("left out, because ");
        let is_missing = here.starts_with("not yet") && here.contains(": with the ");
        if tests == "none" {
            if !is_missing && !is_left_out {
                told("without a test it is `not yet: with the …` or `left out, because …`".to_owned());
            }
            continue;
        }
        if is_missing {
            told("what is not there has no test".to_owned());
        }
        tests.split(", ").filter_map(|test| problem_of(test).map(|why| format!("{test}: {why}"))).for_each(told);
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

#[test]
fn the_traps_are_all_there() {
    let rows = rows(&read("tests/features.md"), TRAPS);
    for (number, row) in rows.iter().enumerate() {
        assert!(row[0].starts_with(&format!("T{} ", number + 1)), "{}", row[0]);
    }
}

#[test]
fn every_fault_is_injected_where_the_table_says() {
    for row in rows(&read("host/README.md"), "| fault | injected in | what holds |") {
        let modules = code(&row[1]);
        assert!(!modules.is_empty() && !row[2].is_empty(), "{}", row[0]);
        for module in modules {
            let text =
                source_of(&module.split("::").collect::<Vec<_>>()).unwrap_or_else(|why| panic!("{module}: {why}"));
            let mut marks = ["#[test]", "#[tokio::test"].iter().chain(&MACROS);
            assert!(marks.any(|mark| text.contains(mark)), "{module}");
        }
    }
}

/// Why this is no test that runs.
fn problem_of(test: &str) -> Option<String> {
    let parts: Vec<&str> = test.split("::").collect();
    let Some((name, modules)) = parts.split_last() else { return Some("no path".to_owned()) };
    match source_of(modules) {
        Err(why) => Some(why),
        Ok(text) if !text.contains(&format!("fn {name}(")) => Some("there is no such function".to_owned()),
        Ok(text) => runs(&text, name).err().map(str::to_owned),
    }
}

/// The file of a module, by its path from one of the folders.
fn source_of(path: &[&str]) -> Result<String, String> {
    let Some((first, modules)) = path.split_first() else { return Err("no path".to_owned()) };
    let Some((_, folder)) = FOLDERS.iter().find(|(prefix, _)| prefix == first) else {
        return Err(format!("begins with none of {FOLDERS:?}"));
    };
    // Units may stand in the file that they test.
    let outer = modules.strip_suffix(&["tests"]).unwrap_or(modules);
    let files = [modules, outer].map(|modules| root().join(folder).join(modules.join("/")).with_extension("rs"));
    let text = files.iter().find_map(|file| fs::read_to_string(file).ok());
    text.ok_or_else(|| format!("there is no {}", files[0].display()))
}

/// What the table may name beside commands.
struct Names {
    contract: BTreeSet<String>,
    site: Installation,
}

impl Names {
    fn new() -> Self {
        let mut resolve = Resolve::default();
        let (package, _) = resolve.push_dir(root().join("wit/webhooks")).unwrap();
        let mut contract = BTreeSet::new();
        for (interface, id) in &resolve.packages[package].interfaces {
            let interface_items = &resolve.interfaces[*id];
            contract.extend(interface_items.functions.keys().map(|name| format!("{interface}.{name}")));
            for (name, id) in &interface_items.types {
                let members: Vec<&str> = match &resolve.types[*id].kind {
                    TypeDefKind::Record(record) => record.fields.iter().map(|field| field.name.as_str()).collect(),
                    TypeDefKind::Enum(of) => of.cases.iter().map(|case| case.name.as_str()).collect(),
                    _ => Vec::new(),
                };
                contract.extend(members.into_iter().map(|member| format!("{interface}.{name}.{member}")));
                contract.insert(format!("{interface}.{name}"));
            }
        }
        Self { contract, site: Installation::new(Kind::Native) }
    }

    fn know(&mut self, name: &str) -> bool {
        self.contract.contains(name) || Config::KEYS.contains(&name) || self.site.topics_get(name.to_owned()).is_ok()
    }
}

#[test]
fn what_is_not_there_is_found() {
    assert_eq!(problem_of("suite::reference_texts::features::what_is_not_there_is_found"), None);
    assert_eq!(problem_of("core::config::tests::nothing").as_deref(), Some("there is no such function"));
    for wrong in ["suite::nowhere::a", "elsewhere::a", "a", "suite::reference_texts::features::problem_of"] {
        assert!(problem_of(wrong).is_some(), "{wrong}");
    }
    let mut names = Names::new();
    for (name, is_known) in [
        ("registry.create", true),
        ("registry.webhook.ping-pending", true),
        ("registry.status.disabled", true),
        ("retry-schedule-ms", true),
        ("order.created", true),
        ("registry.createx", false),
        ("registry.webhook.nothing", false),
    ] {
        assert_eq!(names.know(name), is_known, "{name}");
    }
}
