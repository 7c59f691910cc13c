//! `hookwright plugins show`

use std::process::ExitCode;

use hookwright_runtime::installed::{Plugin, State};

use super::described::Described;
use crate::cli::Context;
use crate::failure::Failure;
use crate::installation::Database;
use crate::json::{PluginJson, plugin_state_word, policy_word};
use crate::output::Tone;
use crate::output::moment::{exact, now_ms};
use crate::output::record::Record;

/// Options of `plugins show`.
#[derive(clap::Args)]
pub(crate) struct ShowArgs {
    /// The plugin's name
    #[arg(value_name = "NAME")]
    name: String,
}

/// Runs `plugins show`.
pub(crate) fn run(args: ShowArgs, context: &Context) -> Result<ExitCode, Failure> {
    let hookwright = context.open_without_plugins(Database::MustExist)?.hookwright;
    tell(&hookwright.plugins_get(args.name).wait()?, context)?;
    Ok(ExitCode::SUCCESS)
}

/// Shows a plugin.
pub(super) fn tell(plugin: &Plugin, context: &Context) -> Result<(), Failure> {
    if context.out.is_json() {
        return context.out.json(&PluginJson::from(plugin));
    }
    let described = Described::stored(plugin);
    let now = now_ms();
    let settings = match (&described.settings_schema, plugin.setting_names.as_slice()) {
        (None, []) => "it takes none".to_owned(),
        (_, []) => "none are set".to_owned(),
        (_, names) => names.join(", "),
    };
    let topics: Vec<&str> = described.topics.iter().map(|topic| topic.name.as_str()).collect();
    let text = |text: &String| Some(text.clone()).filter(|text| !text.is_empty());
    let record = Record::default()
        .toned("Plugin", Tone::Strong, &plugin.name)
        .field("Version", &plugin.version)
        .toned("State", tone(plugin.state), plugin_state_word(plugin.state))
        .maybe("Deactivated because", plugin.deactivated_reason.as_ref())
        .maybe("On failure", (!described.is_topics()).then(|| policy_word(plugin.policy)))
        .maybe("What it does", text(&described.summary))
        .maybe("Author", text(&described.author))
        .maybe("Homepage", described.homepage.as_ref())
        .maybe("Hooks", text(&described.hooks()))
        .maybe("Topics", text(&topics.join(", ")))
        .field("Settings", settings)
        .field("Failures", plugin.failures)
        .maybe("Last failure", plugin.last_error.as_ref())
        .field("Installed", exact(plugin.installed_at, now))
        .field("Changed", exact(plugin.updated_at, now))
        .maybe("Version before", plugin.previous_version.as_ref())
        .maybe("Log", log(plugin, context))
        .field("SHA-256", &plugin.hash);
    context.out.record(&record)?;
    if let Err(failure) = context.plugin_folder().read(&plugin.hash) {
        context.out.note(format_args!("It cannot take part: {}.", failure.lines().join("; ")));
    }
    Ok(())
}

/// How to see what it has said, if it has.
fn log(plugin: &Plugin, context: &Context) -> Option<String> {
    let file = context.plugin_folder().journal().file(&plugin.name)?;
    file.exists().then(|| format!("{} (`hookwright plugins logs {}`)", file.display(), plugin.name))
}

pub(super) fn tone(state: State) -> Tone {
    match state {
        State::Active => Tone::Good,
        State::Inactive => Tone::Quiet,
    }
}
