//! `hookwright topics settings`: what is set for a topic, and setting it.

use std::process::ExitCode;
use std::str::FromStr;

use hookwright_runtime::catalogue::{TopicSettings, Validation};
use serde::Serialize;

use crate::cli::{Context, length};
use crate::failure::Failure;
use crate::installation::Database;
use crate::output::record::Record;
use crate::output::{Output, Tone};

/// Options of `topics settings`. Without one the settings are shown.
#[derive(clap::Args)]
pub(crate) struct SettingsArgs {
    /// The topic
    #[arg(value_name = "TOPIC")]
    name: String,
    /// What becomes of data that do not satisfy the topic's schema: tell it in the receipt, or refuse the event
    #[arg(long, value_name = "MODE")]
    validation: Option<TypedValidation>,
    /// How long an identical event about the same subject is dropped, for example 10m; 0s for never
    #[arg(long, value_name = "LENGTH", value_parser = length::parse_ms)]
    dedupe: Option<u32>,
    /// Why nobody should use the topic any more
    #[arg(long, value_name = "NOTE")]
    deprecated: Option<String>,
    /// Take back that it is deprecated
    #[arg(long, conflicts_with_all = ["deprecated", "replaced_by"])]
    not_deprecated: bool,
    /// Topic to use in its place
    #[arg(long, value_name = "TOPIC")]
    replaced_by: Option<String>,
    /// How long payloads are kept, for example 30d, or `default`
    #[arg(long, value_name = "LENGTH")]
    keep_payloads: Option<Keep>,
    /// How long attempts are kept, for example 30d, or `default`
    #[arg(long, value_name = "LENGTH")]
    keep_attempts: Option<Keep>,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq, clap::ValueEnum)]
enum TypedValidation {
    Off,
    Warn,
    Enforce,
}

/// Milliseconds; none for what the installation is set to.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
struct Keep(Option<u64>);

impl FromStr for Keep {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        if text == "default" {
            return Ok(Self(None));
        }
        let length = length::parse(text).map_err(|wrong| format!("{wrong}; or `default` for the installation's"))?;
        u64::try_from(length.as_millis()).map(|ms| Self(Some(ms))).map_err(|_| "this is too long".to_owned())
    }
}

/// Lengths of time in milliseconds.
#[derive(Serialize)]
struct SettingsJson<'a> {
    topic: &'a str,
    validation: &'static str,
    dedupe_window: u32,
    keep_payloads: Option<u64>,
    keep_attempts: Option<u64>,
    deprecated: Option<&'a str>,
    replaced_by: Option<&'a str>,
}

/// Runs `topics settings`.
pub(crate) fn run(args: SettingsArgs, context: &Context) -> Result<ExitCode, Failure> {
    let name = args.name.clone();
    let changes = args.changes_something();
    let database = if changes { Database::Create } else { Database::IfThere };
    let hookwright = context.open(database)?.hookwright;
    let mut settings = hookwright.topics_settings(name.clone()).wait()?;
    if changes {
        args.apply(&mut settings);
        let names = [("dedupe-window", "--dedupe")];
        let configured = hookwright.topics_configure(name.clone(), settings).wait();
        settings = configured.map_err(|error| Failure::from(error).naming(&names))?;
    }
    if context.out.is_json() {
        context.out.json(&SettingsJson::of(&name, &settings))?;
    } else {
        tell(&name, &settings, &context.out)?;
    }
    Ok(ExitCode::SUCCESS)
}

impl SettingsArgs {
    fn changes_something(&self) -> bool {
        self.validation.is_some()
            || self.dedupe.is_some()
            || self.deprecated.is_some()
            || self.not_deprecated
            || self.replaced_by.is_some()
            || self.keep_payloads.is_some()
            || self.keep_attempts.is_some()
    }

    fn apply(self, settings: &mut TopicSettings) {
        if let Some(validation) = self.validation {
            settings.validation = match validation {
                TypedValidation::Off => Validation::Off,
                TypedValidation::Warn => Validation::Warn,
                TypedValidation::Enforce => Validation::Enforce,
            };
        }
        if let Some(window) = self.dedupe {
            settings.dedupe_window = window;
        }
        if self.not_deprecated {
            (settings.deprecated, settings.replaced_by) = (None, None);
        }
        settings.deprecated = self.deprecated.or(settings.deprecated.take());
        settings.replaced_by = self.replaced_by.or(settings.replaced_by.take());
        if let Some(Keep(keep)) = self.keep_payloads {
            settings.keep_payloads = keep;
        }
        if let Some(Keep(keep)) = self.keep_attempts {
            settings.keep_attempts = keep;
        }
    }
}

fn tell(name: &str, settings: &TopicSettings, out: &Output) -> Result<(), Failure> {
    let window = match settings.dedupe_window {
        0 => "off".to_owned(),
        window => length::tell(window),
    };
    let keep = |ms: Option<u64>| ms.map_or_else(|| "as the installation".to_owned(), length::tell);
    let record = Record::default()
        .toned("Topic", Tone::Strong, name)
        .field("Validation", word(settings.validation))
        .field("Identical events dropped for", window)
        .field("Payloads kept", keep(settings.keep_payloads))
        .field("Attempts kept", keep(settings.keep_attempts))
        .maybe("Deprecated", settings.deprecated.as_ref())
        .maybe("Replaced by", settings.replaced_by.as_ref());
    out.record(&record)
}

fn word(validation: Validation) -> &'static str {
    match validation {
        Validation::Off => "off",
        Validation::Warn => "warn",
        Validation::Enforce => "enforce",
    }
}

impl<'a> SettingsJson<'a> {
    fn of(topic: &'a str, settings: &'a TopicSettings) -> Self {
        Self {
            topic,
            validation: word(settings.validation),
            dedupe_window: settings.dedupe_window,
            keep_payloads: settings.keep_payloads,
            keep_attempts: settings.keep_attempts,
            deprecated: settings.deprecated.as_deref(),
            replaced_by: settings.replaced_by.as_deref(),
        }
    }
}
