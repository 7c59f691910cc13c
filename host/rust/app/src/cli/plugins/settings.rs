//! `hookwright plugins settings`: which settings a plugin takes, which are set, and setting them.
//!
//! Decides that values are shown only to who asks for them, because they may be credentials.

use std::convert::Infallible;
use std::process::ExitCode;
use std::str::FromStr;

use hookwright_runtime::Hookwright;
use hookwright_runtime::installed::Plugin;
use serde::Serialize;
use serde_json::Value;
use serde_json::value::RawValue;

use super::described::Described;
use crate::cli::Context;
use crate::failure::{Failure, Kind};
use crate::input::Input;
use crate::installation::Database;
use crate::output::json_text::pretty;
use crate::output::table::{Column, Table};
use crate::output::{Output, Tone};

/// Options of `plugins settings`. Without settings they are shown.
#[derive(clap::Args)]
pub(crate) struct SettingsArgs {
    /// The plugin's name
    #[arg(value_name = "NAME")]
    name: String,
    /// All settings, in the place of the former ones: a JSON object, or a file of it; `-` reads standard input
    #[arg(value_name = "JSON|FILE")]
    settings: Option<Typed>,
    /// Show the values too
    #[arg(long, conflicts_with = "settings")]
    reveal: bool,
}

/// JSON as it is typed, or where it is.
#[derive(Clone, Debug)]
pub(super) enum Typed {
    Json(String),
    Input(Input),
}

impl FromStr for Typed {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        match text.trim_start().starts_with('{') {
            true => Ok(Self::Json(text.to_owned())),
            false => Input::from_str(text).map(Self::Input),
        }
    }
}

impl Typed {
    /// # Errors
    ///
    /// When it cannot be read.
    pub(super) fn text(&self, out: &Output) -> Result<String, Failure> {
        match self {
            Self::Json(text) => Ok(text.clone()),
            Self::Input(input) => input.text(out),
        }
    }
}

#[derive(Serialize)]
struct SettingsJson<'a> {
    name: &'a str,
    setting_names: &'a [String],
    schema: Option<&'a RawValue>,
    #[serde(skip_serializing_if = "Option::is_none")]
    settings: Option<&'a RawValue>,
}

/// Runs `plugins settings`.
pub(crate) fn run(args: SettingsArgs, context: &Context) -> Result<ExitCode, Failure> {
    let SettingsArgs { name, settings, reveal } = args;
    let typed = settings.map(|settings| settings.text(&context.out)).transpose()?;
    let hookwright = context.open_without_plugins(Database::MustExist)?.hookwright;
    let plugin = match typed {
        Some(settings) => set(&hookwright, &name, settings)?,
        None => hookwright.plugins_get(name.clone()).wait()?,
    };
    let revealed = match reveal {
        true => Some(hookwright.plugins_settings(name).wait()?),
        false => None,
    };
    tell(&plugin, revealed.as_deref(), &context.out)?;
    Ok(ExitCode::SUCCESS)
}

fn set(hookwright: &Hookwright, name: &str, settings: String) -> Result<Plugin, Failure> {
    hookwright.plugins_set_settings(name.to_owned(), settings).wait().map_err(|error| {
        let failure = Failure::from(error).naming(&[("settings", "settings")]);
        match failure.kind() {
            Kind::Invalid => failure.hint(format!("`hookwright plugins settings {name}` shows what can be set")),
            _ => failure,
        }
    })
}

fn tell(plugin: &Plugin, revealed: Option<&str>, out: &Output) -> Result<(), Failure> {
    let described = Described::stored(plugin);
    if out.is_json() {
        return out.json(&SettingsJson {
            name: &plugin.name,
            setting_names: &plugin.setting_names,
            schema: described.settings_schema.as_deref(),
            settings: revealed.and_then(|text| serde_json::from_str(text).ok()),
        });
    }
    if let Some(settings) = revealed {
        return out.block(&pretty(settings));
    }
    let known = known(&described);
    if known.is_empty() && plugin.setting_names.is_empty() {
        out.note(format_args!("{} takes no settings.", plugin.name));
        return Ok(());
    }
    out.table(table(plugin, &known))?;
    if !plugin.setting_names.is_empty() {
        out.note("--reveal shows the values.");
    }
    Ok(())
}

/// Names of the settings that the schema tells of, with what they are.
fn known(described: &Described) -> Vec<(String, String)> {
    let schema = described.settings_schema.as_deref().map_or("null", RawValue::get);
    let schema: Value = serde_json::from_str(schema).unwrap_or_default();
    let known = schema["properties"].as_object().into_iter().flatten().map(|(name, property)| {
        let texts = [&property["title"], &property["description"]];
        let texts: Vec<&str> = texts.into_iter().filter_map(Value::as_str).collect();
        (name.clone(), texts.join(": "))
    });
    known.collect()
}

fn table(plugin: &Plugin, known: &[(String, String)]) -> Table {
    const COLUMNS: [Column; 3] = [Column::whole("SETTING"), Column::whole("SET"), Column::text("WHAT", 20).optional(1)];
    let mut table = Table::new(&COLUMNS);
    let mut row = |name: &String, what: &str| {
        let (tone, set) = if plugin.setting_names.contains(name) { (Tone::Good, "yes") } else { (Tone::Quiet, "no") };
        table.row([(Tone::Plain, name.clone()), (tone, set.to_owned()), (Tone::Quiet, what.to_owned())]);
    };
    known.iter().for_each(|(name, what)| row(name, what));
    let others = plugin.setting_names.iter().filter(|name| known.iter().all(|(other, _)| other != *name));
    others.for_each(|name| row(name, ""));
    table
}
