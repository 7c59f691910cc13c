//! `cargo xtask bench-hosts`: publish and delivery in Rust, Node and PHP, one after the other, in one table.
//!
//! Decides which figures stand beside each other, and which builds are measured. What a host measures, and its targets,
//! stand with the host: `tests/src/bin/bench`, `host/node/bench`, `host/php/bench`.

use std::fs;
use std::path::PathBuf;

use anyhow::Context;
use clap::{Args, ValueEnum};
use serde_json::{Value, json};

use crate::workspace::Workspace;
use crate::{artifacts, build_guest, build_plugins, command, node_host, release, report};

/// What can be typed.
#[derive(Debug, Args)]
pub(crate) struct Arguments {
    /// Which hosts; all, where none is named
    hosts: Vec<Host>,
    /// Where the figures go as JSON too
    #[arg(long)]
    json: Option<PathBuf>,
}

#[derive(Clone, Copy, Debug, ValueEnum)]
enum Host {
    Rust,
    Node,
    Php,
}

/// Builds for release, measures, and prints the table.
///
/// # Errors
/// Where a build or a benchmark fails. A target that is missed is none.
pub(crate) fn run(workspace: &Workspace, arguments: &Arguments) -> anyhow::Result<()> {
    let hosts = match arguments.hosts.as_slice() {
        [] => Host::value_variants(),
        hosts => hosts,
    };
    build_guest::run(workspace)?;
    let mut measured = Vec::new();
    for host in hosts {
        let figures = match host {
            Host::Rust => rust(workspace),
            Host::Node => node_host::bench(workspace).and_then(|told| read(&told)),
            Host::Php => php(workspace).and_then(|told| read(&told)),
        };
        let figures = figures.with_context(|| format!("{host:?} was not measured"))?;
        report::line(format_args!("\n{host:?}"));
        figures.iter().for_each(print);
        measured.push(json!({ "host": format!("{host:?}"), "figures": figures }));
    }
    match &arguments.json {
        Some(file) => {
            let text = serde_json::to_string_pretty(&measured)? + "\n";
            fs::write(file, text).with_context(|| format!("{} cannot be written", file.display()))
        }
        None => Ok(()),
    }
}

/// A quick run of the Rust benchmark; of its figures, those that the other hosts have too.
fn rust(workspace: &Workspace) -> anyhow::Result<Vec<Value>> {
    build_plugins::run(workspace)?;
    let build = workspace.cargo(["build", "--release", "--workspace", "--bin", "hookwright", "--bin", "bench"]);
    let bench = artifacts::executable(build, "bench")?;
    let folder = workspace.root().join("target");
    let out = folder.join("bench-hosts-rust.json");
    command::answer(workspace.command(bench).args(["--quick", "--out"]).arg(&out))?;
    let all: Value = serde_json::from_str(&fs::read_to_string(&out)?)?;
    fs::remove_file(&out)?;
    let found = |group: &str, name: &str| {
        let mut figures = all["figures"].as_array().into_iter().flatten();
        let figure = figures.find(|figure| text(figure, "group").starts_with(group) && figure["name"] == name);
        let value = figure.and_then(|figure| figure["value"].as_f64());
        value.with_context(|| format!("the Rust benchmark has no figure `{name}` in `{group}`"))
    };
    let single = "Publish (batch 1,";
    let [bare, publish] = [1e3 / found(single, "bare inserts")?, 1e3 / found(single, "component")?];
    Ok(vec![
        json!({ "name": "publish, one matching webhook, 1 KiB", "value": publish, "unit": "ms" }),
        json!({ "name": "bare reference: the same rows in one commit", "value": bare, "unit": "ms" }),
        json!({ "name": "beyond the commit", "value": publish - bare, "unit": "ms" }),
        json!({ "name": "deliveries, 64 in flight, 1 KiB, loopback", "value": found("Deliver (", "hookwright deliver --json")?,
            "unit": "/s", "atLeast": 5_000 }),
        json!({ "name": "bare reference: requests alone", "value": found("Deliver (", "bare reqwest loop")?, "unit": "/s" }),
    ])
}

/// With the C library of a release build, and as receiver's library what the Node host's package has installed.
fn php(workspace: &Workspace) -> anyhow::Result<String> {
    let library = release::build(workspace)?.library;
    let fpm = fs::read_dir("/usr/sbin").into_iter().flatten().flatten().map(|entry| entry.path());
    let fpm = fpm.filter(|path| path.to_string_lossy().contains("/php-fpm")).max();
    let fpm = fpm.context("there is no php-fpm: install Debian's php-fpm, php-cli, php-curl and php-sqlite3")?;
    let mut bench = workspace.command("php");
    bench.args(["host/php/bench/bench.php", "--json"]);
    bench.env("PHP_HOOKWRIGHT_LIBRARY", library).env("PHP_HOOKWRIGHT_TEST_FPM", fpm);
    bench.env("PHP_HOOKWRIGHT_TEST_VERIFIER", node_host::installed(workspace)?);
    command::answer(&mut bench)
}

fn read(told: &str) -> anyhow::Result<Vec<Value>> {
    serde_json::from_str(told.trim()).with_context(|| format!("its benchmark printed no figures: {told}"))
}

fn print(figure: &Value) {
    let (value, unit) = (figure["value"].as_f64().unwrap_or(f64::NAN), text(figure, "unit"));
    let shown = if unit == "ms" { format!("{value:.3} {unit}") } else { format!("{value:.0} {unit}") };
    let verdict = match (figure["below"].as_f64(), figure["atLeast"].as_f64()) {
        (Some(limit), _) => told(value < limit, &format!("below {limit}")),
        (_, Some(limit)) => told(value >= limit, &format!("at least {limit}")),
        _ => String::new(),
    };
    report::line(format!("  {:<68}{shown:>13}  {verdict}", text(figure, "name")).trim_end());
}

fn told(met: bool, limit: &str) -> String {
    format!("target {limit}: {}", if met { "met" } else { "NOT met" })
}

fn text<'a>(figure: &'a Value, field: &str) -> &'a str {
    figure[field].as_str().unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_target_is_judged_by_its_side() {
        assert_eq!(told(true, "below 0.3"), "target below 0.3: met");
        assert_eq!(told(1_999.0 >= 2_000.0, "at least 2000"), "target at least 2000: NOT met");
        assert_eq!(read("[{\"name\":\"x\",\"value\":1.5,\"unit\":\"ms\"}]\n").unwrap()[0]["value"], 1.5);
        assert!(read("PHP Warning: …").unwrap_err().to_string().contains("PHP Warning"));
    }
}
