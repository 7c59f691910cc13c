//! `hookwright plugins test`: a plugin's hooks, each called once on a fresh instance.
//!
//! Decides what they are called with where nothing is given: samples of the plugin's own topics, else of a topic of the
//! catalogue that it wants.

use std::iter;
use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::Arc;

use hookwright_runtime::catalogue::Query;
use hookwright_runtime::plugins::{
    Description, Headers, Hook, HookContext, HookInput, HookOutput, Level, LogLine, Plugin, Trial, is_wanted,
};
use hookwright_runtime::types::Paging;
use hookwright_runtime::{Environment, Hookwright, SystemEnvironment};
use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::check::{TopicJson, tell_samples};
use super::install::{load, read};
use super::samples;
use super::settings::Typed;
use crate::cli::Context;
use crate::failure::Failure;
use crate::input::Input;
use crate::installation::Database;
use crate::output::json_text::pretty;
use crate::output::moment::now_ms;
use crate::output::{Output, Tone};
use crate::plugins::load_from;

/// Options of `plugins test`.
#[derive(clap::Args)]
pub(crate) struct TestArgs {
    /// A file, or the name of an installed plugin, which is tried with its settings
    #[arg(value_name = "FILE|NAME")]
    plugin: String,
    /// Only this hook, for example filter-payload [default: all that it wants]
    #[arg(long, value_parser = hook)]
    hook: Option<Hook>,
    /// Topic of the event [default: one that the plugin wants]
    #[arg(long)]
    topic: Option<String>,
    /// Data of the event as JSON; `-` reads standard input [default: the topic's sample]
    #[arg(long, value_name = "FILE")]
    data: Option<Input>,
    /// Settings: a JSON object, or a file of it [default: those of the installed plugin]
    #[arg(long, value_name = "JSON|FILE")]
    settings: Option<Typed>,
}

/// Where no topic of the catalogue is named.
const USUAL_TOPIC: &str = "order.created";

const OUTCOME: &str = r#"{"state":"delivered","status":200,"failure":null,"duration-ms":84,"reason":null}"#;

fn hook(name: &str) -> Result<Hook, String> {
    Hook::named(name).ok_or_else(|| format!("write one of {}", Hook::ALL.map(Hook::name).join(", ")))
}

/// What hooks are called with; what is not given is found.
#[derive(Debug, Default)]
pub(super) struct Given<'a> {
    /// Only this one.
    hook: Option<Hook>,
    topic: Option<&'a str>,
    data: Option<&'a str>,
}

/// How much of what came out of a hook a person is shown.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Detail {
    /// All of it.
    Whole,
    /// Only that something did.
    Brief,
}

/// A hook that was called, or was not.
pub(super) struct Tried {
    hook: Hook,
    topic: String,
    result: Result<Trial, String>,
}

#[derive(Serialize)]
pub(super) struct TriedJson<'a> {
    hook: &'static str,
    topic: &'a str,
    /// Why it was not called.
    skipped: Option<&'a str>,
    output: Option<Box<RawValue>>,
    error: Option<String>,
    start_us: u128,
    call_us: u128,
    peak_memory_bytes: usize,
    log: Vec<LineJson<'a>>,
}

#[derive(Serialize)]
struct LineJson<'a> {
    level: &'static str,
    message: &'a str,
}

#[derive(Serialize)]
struct AllJson<'a> {
    name: &'a str,
    version: &'a str,
    items: Vec<TriedJson<'a>>,
    /// Samples against schemas, of a file of topics.
    #[serde(skip_serializing_if = "Vec::is_empty")]
    topics: Vec<TopicJson<'a>>,
    fine: bool,
}

/// Runs `plugins test`. Fails where a hook fails.
pub(crate) fn run(args: &TestArgs, context: &Context) -> Result<ExitCode, Failure> {
    let data = args.data.as_ref().map(|input| input.text(&context.out)).transpose()?;
    let (plugin, stored) = find(&args.plugin, context)?;
    if !plugin.has_code() {
        return topics_alone(&plugin, context);
    }
    let settings = match &args.settings {
        Some(typed) => typed.text(&context.out)?,
        None => stored.unwrap_or_else(|| "{}".to_owned()),
    };
    let given = Given { hook: args.hook, topic: args.topic.as_deref(), data: data.as_deref() };
    let tried = try_hooks(&plugin, &settings, &given, context)?;
    if let (Some(_), [Tried { result: Err(why), .. }]) = (args.hook, tried.as_slice()) {
        return Err(Failure::option("--data", why));
    }
    let fine = tried.iter().all(|tried| tried.failure().is_none());
    if context.out.is_json() {
        let description = plugin.description();
        let items = tried.iter().map(Tried::json).collect();
        let (name, version) = (&description.name, &description.version);
        context.out.json(&AllJson { name, version, items, topics: Vec::new(), fine })?;
    } else if tried.is_empty() {
        context.out.note("It wants no hook.");
    } else {
        tried.iter().try_for_each(|tried| tried.tell(Detail::Whole, &context.out))?;
    }
    Ok(if fine { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// Calls the hooks that a plugin wants, each on a fresh instance.
///
/// # Errors
///
/// When the catalogue cannot be read.
pub(super) fn try_hooks(
    plugin: &Plugin,
    settings: &str,
    given: &Given<'_>,
    context: &Context,
) -> Result<Vec<Tried>, Failure> {
    let catalogue = context.open_without_plugins(Database::Unused)?.hookwright;
    let wanted = Hook::ALL.into_iter().filter(|hook| match given.hook {
        Some(only) => only == *hook,
        None => plugin.description().interest(*hook).is_some(),
    });
    let tried = wanted.map(|hook| {
        let topic = given.topic.map_or_else(|| topic(plugin, hook, &catalogue), str::to_owned);
        let result = input(plugin, hook, &topic, given.data, &catalogue)
            .map(|data| call(plugin, hook, &topic, &data, settings, context));
        Tried { hook, topic, result }
    });
    Ok(tried.collect())
}

/// A file of topics has no hooks: all there is to try are its samples.
fn topics_alone(plugin: &Plugin, context: &Context) -> Result<ExitCode, Failure> {
    let verdicts = samples::verdicts(plugin, context)?;
    let fine = samples::are_fine(&verdicts);
    if context.out.is_json() {
        let description = plugin.description();
        let topics = verdicts.iter().map(TopicJson::of).collect();
        let Description { name, version, .. } = description;
        context.out.json(&AllJson { name, version, items: Vec::new(), topics, fine })?;
    } else {
        tell_samples(&verdicts, &context.out)?;
    }
    Ok(if fine { ExitCode::SUCCESS } else { ExitCode::FAILURE })
}

/// A plugin from a file, or an installed one with its settings.
fn find(typed: &str, context: &Context) -> Result<(Plugin, Option<String>), Failure> {
    let path = PathBuf::from(typed);
    if path.is_file() || typed.contains(['/', '\\', '.']) {
        return Ok((load(&path, &read(&path)?)?, None));
    }
    let hookwright = context.open_without_plugins(Database::MustExist)?.hookwright;
    let installed = hookwright.plugins_get(typed.to_owned()).wait()?;
    let settings = hookwright.plugins_settings(typed.to_owned()).wait()?;
    let plugin = load_from(&context.plugin_folder(), &installed.hash)
        .map_err(|failure| failure.about(&format!("plugin {typed}")))?;
    Ok((plugin, Some(settings)))
}

/// A topic that the plugin wants at the hook: one that it names, one of its own, else one of the catalogue.
fn topic(plugin: &Plugin, hook: Hook, catalogue: &Hookwright) -> String {
    let description = plugin.description();
    let patterns = description.interest(hook).map_or(&[][..], |interest| &interest.topics);
    let named = patterns.iter().filter(|pattern| !pattern.contains('*')).cloned();
    let own = description.topics.iter().map(|topic| topic.name.clone());
    let known = || {
        let paging = Paging { page: 1, per_page: 100 };
        let query = Query { search: Some(patterns.first()?.replace(".*", ".")), source: None, group: None, paging };
        Some(catalogue.topics_find(query).wait().ok()?.items.into_iter().map(|topic| topic.name))
    };
    let usual = iter::once(USUAL_TOPIC.to_owned());
    let mut topics = named.chain(own).chain(usual).chain(iter::once_with(known).flatten().flatten());
    topics.find(|topic| is_wanted(patterns, topic)).unwrap_or_else(|| USUAL_TOPIC.to_owned())
}

/// The data to call the hook with, or why it cannot be called without some.
fn input(
    plugin: &Plugin,
    hook: Hook,
    topic: &str,
    given: Option<&str>,
    catalogue: &Hookwright,
) -> Result<String, String> {
    if let Some(data) = given {
        return Ok(data.to_owned());
    }
    match hook {
        Hook::FilterRequest | Hook::AfterDelivery => return Ok(String::new()),
        // The sample is what comes out of it.
        Hook::BuildPayload => return Err("give what the application publishes with --data, and its --topic".to_owned()),
        Hook::FilterPayload | Hook::ShouldDeliver => {}
    }
    let own = plugin.description().topics.iter().find(|own| own.name == topic);
    let sample = match own {
        Some(own) => own.sample.clone(),
        None => catalogue.topics_get(topic.to_owned()).wait().ok().and_then(|topic| topic.sample),
    };
    sample.ok_or_else(|| format!("{topic} has no sample here; give data with --data"))
}

fn call(plugin: &Plugin, hook: Hook, topic: &str, data: &str, settings: &str, context: &Context) -> Trial {
    let environment: Arc<dyn Environment> = Arc::new(SystemEnvironment);
    let mut about = HookContext {
        event_id: "evt_test".to_owned(),
        topic: topic.to_owned(),
        occurred_at: Some(now_ms()),
        ..HookContext::default()
    };
    if !matches!(hook, Hook::BuildPayload | Hook::FilterPayload) {
        about.webhook_id = Some("wh_test".to_owned());
    }
    if matches!(hook, Hook::FilterRequest | Hook::AfterDelivery) {
        (about.delivery_id, about.attempt) = (Some("dlv_test".to_owned()), Some(1));
    }
    let headers: Headers = [("content-type", "application/json"), ("webhook-id", "evt_test")]
        .map(|(name, value)| (name.to_owned(), value.to_owned()))
        .into();
    let input = match hook {
        Hook::BuildPayload => HookInput::BuildPayload(data),
        Hook::FilterPayload => HookInput::FilterPayload(data),
        Hook::ShouldDeliver => HookInput::ShouldDeliver(data),
        Hook::FilterRequest => HookInput::FilterRequest(&headers),
        Hook::AfterDelivery => HookInput::AfterDelivery(if data.is_empty() { OUTCOME } else { data }),
    };
    plugin.try_hook(&environment, settings, context.plugin_limits(), &about, input)
}

impl Tried {
    /// How it failed. One that was not called did not.
    pub(super) fn failure(&self) -> Option<String> {
        let failure = self.result.as_ref().ok()?.result.as_ref().err()?;
        Some(format!("{} of {} failed: {failure}", self.hook, self.topic))
    }

    pub(super) fn json(&self) -> TriedJson<'_> {
        let (skipped, trial) = match &self.result {
            Ok(trial) => (None, Some(trial)),
            Err(why) => (Some(why.as_str()), None),
        };
        let result = trial.map(|trial| &trial.result);
        let log = trial.map_or(&[][..], |trial| &trial.log);
        let log = log.iter().map(|line| LineJson { level: level(line), message: &line.message });
        TriedJson {
            hook: self.hook.name(),
            topic: &self.topic,
            skipped,
            output: result.and_then(|result| result.as_ref().ok()).and_then(output),
            error: result.and_then(|result| result.as_ref().err()).map(ToString::to_string),
            start_us: trial.map_or(0, |trial| trial.start.as_micros()),
            call_us: trial.map_or(0, |trial| trial.call.as_micros()),
            peak_memory_bytes: trial.map_or(0, |trial| trial.peak_memory_bytes),
            log: log.collect(),
        }
    }

    pub(super) fn tell(&self, detail: Detail, out: &Output) -> Result<(), Failure> {
        let Self { hook, topic, result } = self;
        let trial = match result {
            Err(why) => return out.toned(Tone::Quiet, format_args!("{hook}  {topic}  not called: {why}")),
            Ok(trial) => trial,
        };
        let kib = trial.peak_memory_bytes >> 10;
        let took = format!("{} us, started in {} us, {kib} KiB", trial.call.as_micros(), trial.start.as_micros());
        match &trial.result {
            Ok(answer) => {
                out.toned(Tone::Good, format_args!("{hook}  {topic}  {took}"))?;
                if let Some(output) = output(answer).filter(|_| detail == Detail::Whole) {
                    out.block(&pretty(output.get()))?;
                }
            }
            Err(failure) => out.toned(Tone::Bad, format_args!("{hook}  {topic}  {took}: {failure}"))?,
        }
        trial.log.iter().try_for_each(|line| out.line(format_args!("  {}: {}", level(line), line.message)))
    }
}

fn level(line: &LogLine) -> &'static str {
    match line.level {
        Level::Debug => "debug",
        Level::Info => "info",
        Level::Warn => "warn",
        Level::Error => "error",
    }
}

/// The answer as JSON without space between tokens; none for nothing.
fn output(answer: &HookOutput) -> Option<Box<RawValue>> {
    let text = match answer {
        HookOutput::Data(data) => return RawValue::from_string(data.clone()).ok(),
        HookOutput::Deliver(deliver) => deliver.to_string(),
        HookOutput::Headers(headers) => {
            let fields = headers.iter().map(|(name, value)| serde_json::json!({ "name": name, "value": value }));
            Value::from_iter(fields).to_string()
        }
        HookOutput::Told => return None,
    };
    RawValue::from_string(text).ok()
}
