//! Decides which crate may lead to which; ARCHITECTURE.md says why. The facts come from `cargo tree`, over normal and
//! build dependencies: what a test alone pulls in is no direction.

use anyhow::{Context, bail};
use serde_json::Value;

use crate::command;
use crate::workspace::Workspace;

/// What one crate of the workspace must not lead to, directly or over others.
#[derive(Debug)]
struct Rule {
    package: &'static str,
    never: &'static [&'static str],
}

/// A row for every crate of the workspace: a new one has to say what it may not know.
const RULES: [Rule; 16] = [
    Rule {
        package: "hookwright-core",
        never: &[
            "wit-bindgen",
            "wasmtime",
            "rusqlite",
            "reqwest",
            "hyper",
            "tokio",
            "getrandom",
            "rand",
            "hookwright-storage",
            "hookwright-runtime",
            "hookwright-dispatcher",
        ],
    },
    Rule {
        package: "hookwright-component",
        never: &["getrandom", "rand", "hookwright-storage", "hookwright-runtime", "hookwright-dispatcher"],
    },
    Rule { package: "hookwright-plugin", never: &PLUGIN_NEVER },
    Rule { package: "booking", never: &PLUGIN_NEVER },
    Rule { package: "every-hook", never: &PLUGIN_NEVER },
    Rule { package: "mask-personal-data", never: &PLUGIN_NEVER },
    Rule { package: "misbehaving", never: &PLUGIN_NEVER },
    // Tokio is under the `postgres` crate, which is synchronous all the same.
    Rule {
        package: "hookwright-storage",
        never: &[
            "wasmtime",
            "reqwest",
            "hyper",
            "hookwright-runtime",
            "hookwright-dispatcher",
            "hookwright-core",
            "hookwright-component",
        ],
    },
    Rule {
        package: "hookwright-runtime",
        never: &["reqwest", "hyper", "hookwright-dispatcher", "hookwright-core", "hookwright-component"],
    },
    Rule {
        package: "hookwright-dispatcher",
        never: &[
            "rusqlite",
            "wasmtime",
            "hookwright-storage",
            "hookwright-runtime",
            "hookwright-core",
            "hookwright-component",
        ],
    },
    Rule { package: "hookwright-outbox", never: &["rusqlite", "hookwright-core", "hookwright-component"] },
    Rule {
        package: "hookwright-capi",
        // A host in another language brings its own database and its own HTTP.
        never: &["rusqlite", "reqwest", "hyper", "hookwright-dispatcher", "hookwright-core", "hookwright-component"],
    },
    Rule { package: "hookwright", never: &["hookwright-core", "hookwright-component"] },
    Rule { package: "hookwright-tests", never: &["hookwright-component"] },
    Rule {
        package: "hookwright-test-servers",
        never: &["wasmtime", "reqwest", "hookwright-storage", "hookwright-core", "hookwright-component"],
    },
    Rule { package: "xtask", never: &["wasmtime", "hookwright-core"] },
];

/// What plugins and their SDK may not know: they have the contract, and what others see is the same for all authors.
const PLUGIN_NEVER: [&str; 9] = [
    "wasmtime",
    "tokio",
    "getrandom",
    "rand",
    "hookwright-core",
    "hookwright-component",
    "hookwright-storage",
    "hookwright-runtime",
    "hookwright-dispatcher",
];

/// The roots: nothing leads to them.
const ROOTS: [&str; 3] = ["hookwright", "hookwright-tests", "xtask"];

/// The one crate that names wasmtime in its manifest.
const WASMTIME_USER: &str = "hookwright-runtime";

/// Judges every crate of the workspace: a line for every dependency that must not be.
///
/// # Errors
/// Where cargo cannot answer.
pub(super) fn problems(workspace: &Workspace, mut on_package: impl FnMut(&str)) -> anyhow::Result<Vec<String>> {
    let mut problems = Vec::new();
    for package in members(workspace)? {
        on_package(&package);
        let Some(rule) = RULES.iter().find(|rule| rule.package == package) else {
            problems.push(format!("{package} has no row in xtask/src/check/directions.rs: what may it not know?"));
            continue;
        };
        problems.extend(violations(rule, &dependencies(workspace, &package)?));
    }
    Ok(problems)
}

/// How near a dependency is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Distance {
    /// The manifest names it.
    Direct,
    /// Another dependency brings it.
    Indirect,
}

fn violations(rule: &Rule, dependencies: &[(Distance, String)]) -> Vec<String> {
    let package = rule.package;
    let mut lines = Vec::new();
    for (distance, name) in dependencies {
        if rule.never.contains(&name.as_str()) || ROOTS.contains(&name.as_str()) {
            lines.push(format!(
                "{package} must not lead to {name}; to see how: \
                 cargo tree -p {package} -i {name} -e normal,build --target all"
            ));
        } else if name == "wasmtime" && *distance == Distance::Direct && package != WASMTIME_USER {
            lines.push(format!("{package} must not name wasmtime: only {WASMTIME_USER} does"));
        }
    }
    lines.sort();
    lines.dedup();
    lines
}

fn members(workspace: &Workspace) -> anyhow::Result<Vec<String>> {
    let answer = command::answer(&mut workspace.cargo(["metadata", "--no-deps", "--format-version", "1"]))?;
    let metadata: Value = serde_json::from_str(&answer).context("cargo metadata printed something else than JSON")?;
    let packages = metadata["packages"].as_array().context("cargo metadata names no packages")?;
    Ok(packages.iter().filter_map(|package| package["name"].as_str().map(str::to_owned)).collect())
}

fn dependencies(workspace: &Workspace, package: &str) -> anyhow::Result<Vec<(Distance, String)>> {
    let mut tree = workspace.cargo(["tree", "--edges", "normal,build", "--target", "all", "--prefix", "depth"]);
    parse(&command::answer(tree.args(["--format", " {p}", "--package", package]))?)
}

/// Reads lines such as `2 serde v1.0.0 (*)`: depth, name, and what does not matter here.
fn parse(tree: &str) -> anyhow::Result<Vec<(Distance, String)>> {
    let mut dependencies = Vec::new();
    for line in tree.lines().filter(|line| !line.is_empty()) {
        let mut words = line.split_whitespace();
        let (Some(depth), Some(name)) = (words.next(), words.next()) else {
            bail!("cargo tree printed a line without depth and name: {line}");
        };
        match depth.parse().with_context(|| format!("cargo tree printed no depth: {line}"))? {
            0 => {}
            1 => dependencies.push((Distance::Direct, name.to_owned())),
            2u32.. => dependencies.push((Distance::Indirect, name.to_owned())),
        }
    }
    Ok(dependencies)
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rule(package: &str) -> &'static Rule {
        RULES.iter().find(|rule| rule.package == package).unwrap()
    }

    fn violations_in(package: &str, tree: &str) -> Vec<String> {
        violations(rule(package), &parse(tree).unwrap())
    }

    #[test]
    fn a_forbidden_crate_is_found_at_any_depth_and_told_once() {
        let tree = "0 hookwright-core v0.1.0 (guest/core)\n1 serde v1.0.0\n2 rand v0.9.0\n2 rand v0.9.0 (*)\n";
        let lines = violations_in("hookwright-core", tree);
        assert_eq!(lines.len(), 1, "{lines:?}");
        assert!(lines[0].starts_with("hookwright-core must not lead to rand;"), "{lines:?}");
    }

    #[test]
    fn wasmtime_may_come_through_the_runtime_but_not_be_named() {
        let through = "0 hookwright v0.1.0\n1 hookwright-runtime v0.1.0\n2 wasmtime v48.0.0\n";
        assert_eq!(violations_in("hookwright", through), Vec::<String>::new());
        let lines = violations_in("hookwright", &format!("{through}1 wasmtime v48.0.0 (*)\n"));
        assert_eq!(lines, ["hookwright must not name wasmtime: only hookwright-runtime does"]);
        assert_eq!(violations_in("hookwright-runtime", "0 hookwright-runtime v0.1.0\n1 wasmtime v48.0.0\n"), [""; 0]);
    }

    #[test]
    fn a_plugin_does_not_use_the_core() {
        let lines =
            violations_in("booking", "0 booking v0.1.0\n1 hookwright-plugin v0.1.0\n2 hookwright-core v0.1.0\n");
        assert_eq!(lines.len(), 1, "{lines:?}");
        assert!(lines[0].starts_with("booking must not lead to hookwright-core;"), "{lines:?}");
    }

    #[test]
    fn nothing_leads_to_a_root() {
        let lines = violations_in("hookwright-runtime", "0 hookwright-runtime v0.1.0\n1 hookwright-tests v0.1.0\n");
        assert!(lines[0].starts_with("hookwright-runtime must not lead to hookwright-tests;"), "{lines:?}");
    }

    #[test]
    fn an_unreadable_tree_is_an_error_not_a_pass() {
        assert!(parse("serde v1.0.0\n").is_err());
        assert!(parse("1\n").is_err());
    }
}
