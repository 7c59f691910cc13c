//! The catalogue of bugs that other senders had (tests/README.md) and the sources agree: each number has a test, and the
//! table names all of them and no other.
//!
//! Decides by the names of functions, `bug_NN_what_must_hold`, in all of the repository; knows nothing of what they test.

use std::collections::{BTreeMap, BTreeSet};
use std::fs;
use std::path::Path;

/// How many bugs there are in the catalogue.
const BUGS: u8 = 31;
/// Where sources of ours lie, from the root of the repository.
const FOLDERS: [&str; 5] = ["fuzz", "guest", "host", "tests", "xtask"];
/// What is not ours, or not written by hand.
const LEFT_OUT: [&str; 3] = ["target", "node_modules", "vendor"];

/// This one, whose test below has names of no bug.
const OWN_FILE: &str = "bug_catalogue.rs";

#[test]
fn every_bug_of_the_catalogue_has_a_test_and_the_table_names_it() {
    let mut problems = Vec::new();
    let mut tested: BTreeMap<u8, BTreeSet<String>> = BTreeMap::new();
    for folder in FOLDERS {
        look_through(&root().join(folder), &mut |text, file| {
            for (number, name) in functions_in(text) {
                if let Err(why) = runs(text, &name) {
                    problems.push(format!("{file}: {name}: {why}"));
                }
                tested.entry(number).or_default().insert(name);
            }
        });
    }
    let table = table();
    for number in (1..=BUGS).chain(table.keys().copied()).chain(tested.keys().copied()).collect::<BTreeSet<_>>() {
        if number == 0 || number > BUGS {
            problems.push(format!("bug {number:02} is not in the catalogue, which has {BUGS}"));
            continue;
        }
        let [tested, told] = [&tested, &table].map(|of| of.get(&number).cloned().unwrap_or_default());
        if tested.is_empty() {
            problems.push(format!("bug {number:02} has no test: write `fn bug_{number:02}_…`"));
        }
        for name in tested.difference(&told) {
            problems.push(format!("tests/README.md, row {number:02}, does not name {name}"));
        }
        for name in told.difference(&tested) {
            problems.push(format!("tests/README.md, row {number:02}, names {name}, which is nowhere"));
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// The names in the last column of each row `| NN | … |`.
fn table() -> BTreeMap<u8, BTreeSet<String>> {
    let readme = fs::read_to_string(root().join("tests/README.md")).unwrap();
    let row = |line: &str| {
        let cells: Vec<&str> = line.trim().strip_prefix('|')?.strip_suffix('|')?.split('|').map(str::trim).collect();
        let number = cells.first().filter(|cell| cell.len() == 2)?.parse().ok()?;
        assert_eq!(cells.len(), 3, "a row has number, bug and tests: {line}");
        assert!(!cells[1].is_empty(), "row {number:02} does not say what the bug is");
        let names = cells[2].split('`').skip(1).step_by(2).map(str::to_owned);
        Some((number, names.collect()))
    };
    readme.lines().filter_map(row).collect()
}

/// Every function of a source whose name begins with `bug_` and a number.
fn functions_in(text: &str) -> Vec<(u8, String)> {
    let named = |rest: &str| {
        let name: String = rest.chars().take_while(|c| c.is_ascii_alphanumeric() || *c == '_').collect();
        let (number, what) = name.strip_prefix("bug_")?.split_once('_')?;
        let number = number.parse().ok().filter(|_| number.len() == 2 && !what.is_empty())?;
        Some((number, name))
    };
    text.split("fn ").skip(1).filter_map(named).collect()
}

/// The macros of the suite that make tests of functions.
pub(crate) const MACROS: [&str; 3] = ["both!", "everywhere!", "on_servers!"];

/// Whether a function is run as a test: it has the attribute, or one of [`MACROS`] makes several of it.
pub(crate) fn runs(text: &str, name: &str) -> Result<(), &'static str> {
    let before = text.split(&format!("fn {name}(")).next().unwrap_or_default();
    // From the end of what stands above it, over its comments and attributes.
    let own = before.rsplit("\n\n").next().unwrap_or_default();
    if own.contains("#[ignore") {
        return Err("it is ignored");
    }
    let listed = MACROS.iter().any(|word| {
        let mut lists = text.split(word).skip(1).filter_map(|rest| rest.split('}').next());
        lists.any(|list| list.contains(name))
    });
    let attributed = own.lines().any(|line| line.trim().starts_with("#[test]") || line.contains("#[tokio::test"));
    if listed || attributed { Ok(()) } else { Err("nothing runs it as a test") }
}

fn look_through(folder: &Path, see: &mut impl FnMut(&str, &str)) {
    for entry in fs::read_dir(folder).unwrap() {
        let path = entry.unwrap().path();
        let name = path.file_name().unwrap_or_default().to_string_lossy().into_owned();
        if path.is_dir() && !name.starts_with('.') && !LEFT_OUT.contains(&name.as_str()) {
            look_through(&path, see);
        } else if path.extension().is_some_and(|ending| ending == "rs") && name != OWN_FILE {
            see(&fs::read_to_string(&path).unwrap(), &path.display().to_string());
        }
    }
}

fn root() -> &'static Path {
    Path::new(concat!(env!("CARGO_MANIFEST_DIR"), "/.."))
}

#[test]
fn what_is_no_test_is_found() {
    let text = "both! {\n    bug_98_b,\n}\n\n#[test]\nfn bug_97_a() {}\n\nfn bug_98_b(kind: Kind) {}\n\nfn bug_99_c() {}\n\n\
                #[test]\n#[ignore]\nfn bug_96_d() {}\n\nfn bug_1_e() {}\n\nfn bug_report() {}\n";
    let names: Vec<String> = functions_in(text).into_iter().map(|(_, name)| name).collect();
    assert_eq!(names, ["bug_97_a", "bug_98_b", "bug_99_c", "bug_96_d"]);
    let verdicts: Vec<bool> = names.iter().map(|name| runs(text, name).is_ok()).collect();
    assert_eq!(verdicts, [true, true, false, false]);
    assert_eq!(runs(&text.replace("both!", "everywhere!"), "bug_98_b"), Ok(()));
}
