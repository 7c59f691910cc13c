//! Decides whether the sample of each topic of a plugin satisfies its schema, as the core judges events.
//!
//! The topics are registered with an installation of their own, in a folder that goes afterwards.

use hookwright_runtime::catalogue::{NewTopic, TopicSettings, Validation};
use hookwright_runtime::events::Event;
use hookwright_runtime::plugins::{Plugin, Topic};
use hookwright_runtime::types::{Error, Paging, Scope};
use hookwright_runtime::{CallError, Hookwright};

use crate::cli::Context;
use crate::failure::{Failure, Kind};
use crate::installation::{Database, Installation};
use crate::plugins::SitePlugins;
use crate::settings::Settings;

/// What is known of one sample.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Verdict {
    /// It satisfies the schema.
    Fits,
    /// There is nothing to compare.
    Unknown(String),
    /// The topic is refused, or its schema cannot be used, or its sample violates it.
    Wrong(String),
}

/// The topics of a plugin, each with its verdict.
///
/// # Errors
///
/// When the installation for it cannot be made.
pub(super) fn verdicts<'p>(plugin: &'p Plugin, context: &Context) -> Result<Vec<(&'p Topic, Verdict)>, Failure> {
    let topics = &plugin.description().topics;
    if topics.is_empty() {
        return Ok(Vec::new());
    }
    let home = tempfile::tempdir()
        .map_err(|error| Failure::new(Kind::Io, format!("cannot make a temporary folder: {error}")))?;
    let plugins = SitePlugins::new(context.plugin_limits());
    let component = context.global.component.as_deref();
    let database = home.path().join("check.db").into();
    let installation = Installation::open(&database, component, Settings::default(), Database::Create, plugins)?;
    Ok(topics.iter().map(|topic| (topic, verdict(topic, &installation.hookwright))).collect())
}

/// Whether no topic is wrong.
pub(super) fn are_fine(verdicts: &[(&Topic, Verdict)]) -> bool {
    verdicts.iter().all(|(_, verdict)| !matches!(verdict, Verdict::Wrong(_)))
}

/// Refuses a plugin with a topic that is wrong.
///
/// # Errors
///
/// What is wrong with its topics, the first few.
pub(super) fn require(plugin: &Plugin, context: &Context) -> Result<(), Failure> {
    const TOLD: usize = 5;
    let verdicts = verdicts(plugin, context)?;
    let wrong = verdicts.into_iter().filter_map(|(topic, verdict)| match verdict {
        Verdict::Wrong(why) => Some(format!("topic {}: {why}", topic.name)),
        Verdict::Fits | Verdict::Unknown(_) => None,
    });
    let wrong: Vec<String> = wrong.take(TOLD).collect();
    if wrong.is_empty() {
        return Ok(());
    }
    Err(Failure::new(Kind::Invalid, wrong.join("; ")).hint("`hookwright plugins check FILE` shows every topic"))
}

fn verdict(topic: &Topic, hookwright: &Hookwright) -> Verdict {
    let Topic { name, title, description, group, schema, sample, .. } = topic;
    let registered = hookwright.topics_register(NewTopic {
        name: name.clone(),
        title: Some(title.clone()),
        description: Some(description.clone()),
        // An empty one is shown as the plugin's own.
        group: Some(group.clone()).filter(|group| !group.is_empty()),
        schema: schema.clone(),
        sample: sample.clone(),
    });
    if let Err(error) = registered.wait() {
        return Verdict::Wrong(told(error));
    }
    if schema.is_none() {
        return Verdict::Unknown("it has no schema".to_owned());
    }
    // Else nobody could have its events checked, and would learn it long after.
    if let Err(error) = enforce(name, hookwright) {
        return Verdict::Wrong(told(error));
    }
    let Some(sample) = sample else { return Verdict::Unknown("it has no sample".to_owned()) };
    match violations(name, sample, hookwright) {
        Err(why) => Verdict::Unknown(told(why)),
        Ok(violations) if violations.is_empty() => Verdict::Fits,
        Ok(violations) => Verdict::Wrong(format!("its sample violates its schema: {}", violations.join("; "))),
    }
}

/// # Errors
///
/// When the core cannot check by the topic's schema.
fn enforce(name: &str, hookwright: &Hookwright) -> Result<(), CallError> {
    let settings = TopicSettings {
        validation: Validation::Enforce,
        dedupe_window: 0,
        keep_payloads: None,
        keep_attempts: None,
        deprecated: None,
        replaced_by: None,
    };
    hookwright.topics_configure(name.to_owned(), settings).wait().map(drop)
}

fn violations(name: &str, sample: &str, hookwright: &Hookwright) -> Result<Vec<String>, CallError> {
    let event = Event {
        topic: name.to_owned(),
        data: sample.to_owned(),
        account: None,
        idempotency_key: None,
        occurred_at: None,
    };
    let forecast = hookwright.explain(event, Scope::All, Paging { page: 1, per_page: 1 }).wait()?;
    Ok(forecast.problems.into_iter().map(|problem| format!("{}: {}", problem.field, problem.message)).collect())
}

fn told(error: CallError) -> String {
    let CallError::Api(Error::Invalid(fields)) = error else {
        return error.to_string();
    };
    let told = fields.into_iter().map(|field| match field.field.as_str() {
        // Nobody typed it.
        "validation" => field.message,
        name => format!("{name}: {}", field.message),
    });
    told.collect::<Vec<_>>().join("; ")
}
