//! What plugins cost: one warm call, an activation whose code is compiled already, and a publish under many of them.

use std::fs;
use std::path::{Path, PathBuf};
use std::sync::Arc;
use std::time::{Duration, Instant};

use anyhow::{Context, anyhow, bail};
use hookwright_runtime::installed::{FailurePolicy, Package};
use hookwright_runtime::plugins::{ActivePlugin, NoObserver, Plugin, PluginFile, PluginLimits, Plugins};
use hookwright_runtime::{CodeCache, EventContext, Extensions, Options, SystemEnvironment};

use crate::fixture::{DATA_BYTES, Fixture, TOPIC, event, options};
use crate::percentile::percentile;
use crate::report::{Aim, First, Report, Unit};
use crate::stopwatch::microseconds_each;

/// A plugin with one filter and no topic, whose name can be exchanged in its bytes.
const FILTER: &str = "mask-personal-data";
/// A plugin whose `should-deliver` does next to nothing.
const EMPTY: &str = "every-hook";
const MANY: usize = 20;

/// A language whose plugins are measured. The most that a call may cost above an empty one is in µs.
struct Language {
    name: &'static str,
    /// What `plugins new --lang` calls it; none: the plugin [`FILTER`].
    template: Option<&'static str>,
    promise: &'static str,
    target: f64,
}

const LANGUAGES: [Language; 3] = [
    Language { name: "Rust", template: None, promise: "a call of a Rust plugin above an empty one", target: 5.0 },
    Language {
        name: "JavaScript",
        template: Some("js"),
        promise: "a call of a JavaScript plugin above an empty one",
        target: 20.0,
    },
    Language {
        name: "Python",
        template: Some("python"),
        promise: "a call of a Python plugin above an empty one",
        target: 30.0,
    },
];
/// What the calls are given.
const SMALL: &str = r#"{"id":727,"billing":{"email":"ines@example.com"}}"#;
const ACTIVATION_TARGET_MS: f64 = 100.0;
const MANY_TARGET: f64 = 10.0;
/// A machine at work has so much noise.
const INACTIVE_TARGET: f64 = 1.1;

/// Measures the plugins that `cargo xtask build-plugins` has built, and those of new projects in other languages.
///
/// # Errors
///
/// When a plugin cannot be built or loaded, or fails.
pub(crate) fn measure(fixture: &Fixture, report: &mut Report) -> anyhow::Result<()> {
    let files: Vec<PathBuf> =
        LANGUAGES.iter().map(|language| file_of(fixture, language)).collect::<anyhow::Result<_>>()?;
    calls(fixture, &files, report)?;
    activation(fixture, &files, report)?;
    publishes(fixture, report)
}

/// The plugin of a language: one that is built already, or that of a new project.
fn file_of(fixture: &Fixture, language: &Language) -> anyhow::Result<PathBuf> {
    let Some(template) = language.template else { return Ok(built(FILTER)) };
    let run = |arguments: &[&str]| {
        let mut command = fixture.command(Path::new("unused.db"));
        // The tools that a build needs are not fetched for each benchmark.
        command.env_remove("XDG_CACHE_HOME").current_dir(fixture.folder()).args(arguments);
        let output = command.output()?;
        match output.status.success() {
            true => Ok(()),
            false => bail!("{arguments:?}: {}", String::from_utf8_lossy(&output.stderr)),
        }
    };
    let name = format!("label-{template}");
    run(&["plugins", "new", &name, "--lang", template])?;
    run(&["plugins", "build", &name])?;
    Ok(fixture.folder().join(&name).join(format!("{name}.wasm")))
}

fn calls(fixture: &Fixture, files: &[PathBuf], report: &mut Report) -> anyhow::Result<()> {
    let round = Duration::from_millis(fixture.size.choose(150, 30));
    let empty = {
        let plugins = active([load(fixture, &built(EMPTY))?])?;
        let event = context(TOPIC);
        warm(&plugins, round, || plugins.should_deliver(&event, "wh_1", "{}").map(drop))?
    };
    let mut figures = vec![("empty call, Rust".to_owned(), empty)];
    for (language, file) in LANGUAGES.iter().zip(files) {
        let plugins = active([load(fixture, file)?])?;
        let event = context(TOPIC);
        let found = warm(&plugins, round, || plugins.filter_data(&event, SMALL.to_owned()).map(drop))?;
        figures.push((format!("filter, {}", language.name), found));
        report.promise(language.promise, Aim::Below(language.target), found - empty, "µs");
    }
    let shown: Vec<(&str, f64)> = figures.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    let conditions = format!("one plugin that reads, changes and writes {} bytes of data", SMALL.len());
    report.add("Plugin call, warm", &conditions, First::Bare, &shown, Unit::Microseconds);
    Ok(())
}

fn warm(plugins: &Plugins, round: Duration, mut call: impl FnMut() -> Result<(), String>) -> anyhow::Result<f64> {
    let found = microseconds_each(round, || {
        // As each publish does.
        plugins.begin();
        call().map_err(|error| anyhow!(error))
    })?;
    match plugins.status().iter().find(|status| status.failures > 0 || status.calls == 0) {
        Some(status) => bail!("plugin {} did not do its work: {:?}", status.name, status.last_failure),
        None => Ok(found),
    }
}

fn activation(fixture: &Fixture, files: &[PathBuf], report: &mut Report) -> anyhow::Result<()> {
    let runs = fixture.size.choose(20, 5);
    let mut figures = Vec::new();
    let mut slowest: f64 = 0.0;
    for (language, file) in LANGUAGES.iter().zip(files) {
        // Compiles it into the cache, where it is not there yet.
        load(fixture, file)?;
        let mut times = Vec::with_capacity(runs);
        for _ in 0..runs {
            let started = Instant::now();
            let plugins = active([load(fixture, file)?])?;
            plugins.filter_data(&context(TOPIC), SMALL.to_owned()).map_err(|error| anyhow!(error))?;
            times.push(started.elapsed().as_secs_f64() * 1e3);
        }
        let median = percentile(&times, 50.0).unwrap_or_default();
        slowest = slowest.max(median);
        figures.push((format!("{}, median", language.name), median));
    }
    let shown: Vec<(&str, f64)> = figures.iter().map(|(name, value)| (name.as_str(), *value)).collect();
    let conditions = format!("{runs} runs: file read, compiled code from the cache, described, activated, first call");
    report.add("Plugin activation", &conditions, First::Figure, &shown, Unit::Milliseconds);
    report.promise("activation with a warm cache, the slowest", Aim::Below(ACTIVATION_TARGET_MS), slowest, "ms");
    Ok(())
}

fn publishes(fixture: &Fixture, report: &mut Report) -> anyhow::Result<()> {
    let all: Vec<Plugin> = (0..MANY).map(|number| numbered(fixture, number)).collect::<anyhow::Result<_>>()?;
    let none = publish(fixture, "plugins-0", &[], 0)?;
    let one = publish(fixture, "plugins-1", &all[..1], 1)?;
    let many = publish(fixture, "plugins-20", &all, MANY)?;
    let inactive = publish(fixture, "plugins-inactive", &all, 0)?;
    let figures = [
        ("no plugin", none),
        ("1 active, with one filter", one),
        ("20 active, with one filter each", many),
        ("20 installed, none active", inactive),
    ];
    let conditions = format!("time of one event in batches of {BATCH}, {DATA_BYTES} bytes of data, fan-out 1");
    report.add("Publish under plugins", &conditions, First::Bare, &figures, Unit::Microseconds);
    report.promise("20 active plugins to one", Aim::Below(MANY_TARGET), many / one, "times");
    report.promise("20 inactive plugins to none", Aim::Below(INACTIVE_TARGET), inactive / none, "times");
    Ok(())
}

const BATCH: usize = 100;

/// Microseconds for one event, with all of `plugins` installed and the first so many active.
fn publish(fixture: &Fixture, name: &str, plugins: &[Plugin], active_count: usize) -> anyhow::Result<f64> {
    let batches = fixture.size.choose(60, 12);
    let extensions = Arc::new(active(plugins.iter().take(active_count).cloned())?);
    let options = Options { extensions: Arc::<Plugins>::clone(&extensions), ..options() };
    // Nobody calls it: these deliveries stay.
    let installation = fixture.install_with(name, &["http://127.0.0.1:9/".to_owned()], options)?;
    for plugin in plugins {
        let description = plugin.description();
        let package = Package {
            name: description.name.clone(),
            version: description.version.clone(),
            hash: plugin.hash().to_owned(),
            policy: FailurePolicy::FailOpen,
            description: "{}".to_owned(),
        };
        installation.hookwright.plugins_put(package).wait()?;
    }
    let mut times = Vec::with_capacity(batches);
    for _ in 0..=batches {
        let events = vec![event(); BATCH];
        let started = Instant::now();
        let receipts = installation.hookwright.publish(events).wait()?;
        times.push(started.elapsed().as_secs_f64() * 1e6 / BATCH as f64);
        if receipts.iter().any(|receipt| !matches!(receipt, Ok(receipt) if receipt.deliveries == 1)) {
            bail!("an event was not stored with its delivery");
        }
    }
    let asked = extensions.status();
    let sound = |calls: u64, failures: u64| calls == ((batches + 1) * BATCH) as u64 && failures == 0;
    if let Some(status) = asked.iter().find(|status| !sound(status.calls, status.failures)) {
        bail!("plugin {} has {} calls and {} failures", status.name, status.calls, status.failures);
    }
    // The first batch starts instances.
    percentile(&times[1..], 50.0).context("nothing was measured")
}

/// The filter under another name, so that many of it can be active.
fn numbered(fixture: &Fixture, number: usize) -> anyhow::Result<Plugin> {
    let mut bytes = read(&built(FILTER))?;
    let name = format!("{}{number:02}", &FILTER[..FILTER.len() - 2]);
    let places: Vec<usize> = (0..bytes.len()).filter(|at| bytes[*at..].starts_with(FILTER.as_bytes())).collect();
    for at in places {
        bytes[at..at + name.len()].copy_from_slice(name.as_bytes());
    }
    let plugin = Plugin::load(&bytes, &cache(fixture))?;
    if plugin.description().name != name {
        bail!("the name of {FILTER} does not stand in its bytes as it is");
    }
    Ok(plugin)
}

fn active(plugins: impl IntoIterator<Item = Plugin>) -> anyhow::Result<Plugins> {
    // A slow machine is no error here.
    let call_deadline = Duration::from_secs(5);
    let limits = PluginLimits { call_deadline, budget: call_deadline * 12, ..PluginLimits::default() };
    let running = Plugins::new(Arc::new(SystemEnvironment), Arc::new(NoObserver), limits);
    running.replace(plugins.into_iter().zip(1..).map(|(plugin, place)| ActivePlugin::new(plugin, place)).collect())?;
    Ok(running)
}

fn load(fixture: &Fixture, path: &Path) -> anyhow::Result<Plugin> {
    let file = PluginFile::read(path)?;
    Plugin::load(&file.bytes, &cache(fixture)).with_context(|| path.display().to_string())
}

fn cache(fixture: &Fixture) -> CodeCache {
    CodeCache::in_folder(fixture.folder().join("plugin-code"))
}

fn read(path: &Path) -> anyhow::Result<Vec<u8>> {
    fs::read(path).with_context(|| format!("{} cannot be read; use `cargo xtask build-plugins`", path.display()))
}

fn built(name: &str) -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join(format!("../dist/plugins/{name}.wasm"))
}

fn context(topic: &str) -> EventContext {
    EventContext { event_id: "evt_1".to_owned(), topic: topic.to_owned(), account: None, occurred_at: 7 }
}
