//! Decides how a built file is found: cargo is asked, so that a target folder moved by its configuration is no
//! surprise. Knows nothing of what the file is for.

use std::env::consts::DLL_SUFFIX;
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
    build(cargo_build, library, module_file)
}

/// The same for several libraries of one build, in their order.
///
/// # Errors
/// As [`module`].
pub(crate) fn modules(mut cargo_build: Command, libraries: &[String]) -> anyhow::Result<Vec<PathBuf>> {
    let messages = messages(&mut cargo_build)?;
    libraries.iter().map(|library| find(&messages, library, module_file)).collect()
}

/// Runs a `cargo build`, its progress shown, and gives back where the executable of `program` lies.
///
/// # Errors
/// Where the build fails, or builds no such program.
pub(crate) fn executable(cargo_build: Command, program: &str) -> anyhow::Result<PathBuf> {
    build(cargo_build, program, executable_file)
}

/// Runs a `cargo build` of both a program and a shared library, its progress shown, and gives back where they lie.
///
/// # Errors
/// As [`module`].
pub(crate) fn program_and_library(mut build: Command, program: &str, library: &str) -> anyhow::Result<[PathBuf; 2]> {
    let messages = messages(&mut build)?;
    Ok([find(&messages, program, executable_file)?, find(&messages, library, shared_library_file)?])
}

fn build(
    mut cargo_build: Command,
    target: &str,
    file_of: impl Fn(&Value) -> Option<PathBuf>,
) -> anyhow::Result<PathBuf> {
    find(&messages(&mut cargo_build)?, target, file_of)
}

fn messages(cargo_build: &mut Command) -> anyhow::Result<String> {
    command::answer(cargo_build.arg("--message-format=json-render-diagnostics").stderr(Stdio::inherit()))
}

fn executable_file(message: &Value) -> Option<PathBuf> {
    message["executable"].as_str().map(PathBuf::from)
}

fn shared_library_file(message: &Value) -> Option<PathBuf> {
    let files = message["filenames"].as_array()?;
    files.iter().filter_map(Value::as_str).find(|file| file.ends_with(DLL_SUFFIX)).map(PathBuf::from)
}

fn module_file(message: &Value) -> Option<PathBuf> {
    let files = message["filenames"].as_array()?;
    files.iter().filter_map(Value::as_str).find(|file| file.ends_with(".wasm")).map(PathBuf::from)
}

fn find(messages: &str, target: &str, file_of: impl Fn(&Value) -> Option<PathBuf>) -> anyhow::Result<PathBuf> {
    messages
        .lines()
        .filter_map(|line| serde_json::from_str::<Value>(line).ok())
        .filter(|message| message["reason"] == "compiler-artifact" && message["target"]["name"] == target)
        .find_map(|message| file_of(&message))
        .with_context(|| format!("cargo built no `{target}`: was the target renamed?"))
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
        assert_eq!(find(&messages, "demo", executable).unwrap(), PathBuf::from("debug/demo"));
        assert!(find(&messages, "missing", executable).unwrap_err().to_string().contains("no `missing`"));
    }
}
