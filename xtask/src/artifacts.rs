//! Decides how a built file is found: cargo is asked, so that a target folder moved by its configuration is no
//! surprise. Knows nothing of what the file is for.

use std::path::PathBuf;
use std::process::{Command, Stdio};

use anyhow::Context;
use serde_json::Value;

use crate::command;

/// Runs a `cargo build`, its progress shown, and gives back where the WebAssembly module of `library` lies.
///
/// # Errors
/// Where the build fails, or builds no such module.
pub(crate) fn module(cargo_build: Command, library: &str) -> anyhow::Result<PathBuf> {
    let files = |message: &Value| {
        let files = message["filenames"].as_array()?;
        files.iter().filter_map(Value::as_str).find(|file| file.ends_with(".wasm")).map(PathBuf::from)
    };
    build(cargo_build, library, files)
}

/// Runs a `cargo build`, its progress shown, and gives back where the executable of `program` lies.
///
/// # Errors
/// Where the build fails, or builds no such program.
pub(crate) fn executable(cargo_build: Command, program: &str) -> anyhow::Result<PathBuf> {
    build(cargo_build, program, |message| message["executable"].as_str().map(PathBuf::from))
}

fn build(
    mut cargo_build: Command,
    target: &str,
    file_of: impl Fn(&Value) -> Option<PathBuf>,
) -> anyhow::Result<PathBuf> {
    cargo_build.arg("--message-format=json-render-diagnostics").stderr(Stdio::inherit());
    let messages = command::answer(&mut cargo_build)?;
    find(&messages, target, file_of).with_context(|| format!("cargo built no `{target}`: was the target renamed?"))
}

fn find(messages: &str, target: &str, file_of: impl Fn(&Value) -> Option<PathBuf>) -> Option<PathBuf> {
    messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| message["reason"] == "compiler-artifact" && message["target"]["name"] == target)
        .find_map(|message| file_of(&message))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_file_of_the_named_target_is_found_among_other_messages() {
        let messages = [
            r#"{"reason":"build-script-executed","package_id":"x"}"#,
            r#"{"reason":"compiler-artifact","target":{"name":"other"},"executable":"debug/other"}"#,
            "not JSON",
            r#"{"reason":"compiler-artifact","target":{"name":"demo"},"executable":null}"#,
            r#"{"reason":"compiler-artifact","target":{"name":"demo"},"executable":"debug/demo"}"#,
            r#"{"reason":"build-finished","success":true}"#,
        ]
        .join("\n");
        let executable = |message: &Value| message["executable"].as_str().map(PathBuf::from);
        assert_eq!(find(&messages, "demo", executable), Some(PathBuf::from("debug/demo")));
        assert_eq!(find(&messages, "missing", executable), None);
    }
}
