//! `hookwright plugins list`

use std::process::ExitCode;

use hookwright_runtime::installed::Plugin;

use super::described::Described;
use super::show::tone;
use crate::cli::Context;
use crate::failure::Failure;
use crate::installation::Database;
use crate::json::{All, PluginJson, plugin_state_word};
use crate::output::Tone;
use crate::output::table::{Column, Table};

/// Options of `plugins list`: none.
#[derive(clap::Args)]
pub(crate) struct ListArgs {}

/// Runs `plugins list`.
pub(crate) fn run(_: &ListArgs, context: &Context) -> Result<ExitCode, Failure> {
    const COLUMNS: [Column; 5] = [
        Column::whole("NAME"),
        Column::whole("VERSION"),
        Column::whole("STATE"),
        Column::whole("FAILURES").optional(2),
        Column::text("WHAT IT DOES", 12).optional(1),
    ];
    let plugins = context.open_without_plugins(Database::IfThere)?.hookwright.plugins_installed().wait()?;
    if context.out.is_json() {
        context.out.json(&All::of(plugins.iter().map(PluginJson::from)))?;
        return Ok(ExitCode::SUCCESS);
    }
    if plugins.is_empty() {
        context.out.note("No plugin is installed; `hookwright plugins install FILE` installs one.");
        return Ok(ExitCode::SUCCESS);
    }
    let mut table = Table::new(&COLUMNS);
    for plugin in &plugins {
        table.row([
            (Tone::Plain, plugin.name.clone()),
            (Tone::Plain, plugin.version.clone()),
            (tone(plugin.state), plugin_state_word(plugin.state).to_owned()),
            failures(plugin),
            (Tone::Quiet, Described::stored(plugin).summary),
        ]);
    }
    context.out.table(table)?;
    Ok(ExitCode::SUCCESS)
}

fn failures(plugin: &Plugin) -> (Tone, String) {
    let tone = if plugin.failures == 0 { Tone::Quiet } else { Tone::Bad };
    (tone, plugin.failures.to_string())
}
