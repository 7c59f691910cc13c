//! Decides how it is told that a file cannot be a plugin: what it is, and what its author has to change.
//!
//! Knows nothing of how it was found out.

use std::io;
use std::path::PathBuf;

use super::declared::TopicsFileError;
use super::description::DescriptionError;
use super::limits::FILE_CAP_BYTES;
use crate::file_kind::FileKind;
use crate::interface_name::track;

/// Why a file cannot be a plugin.
#[derive(Debug, thiserror::Error)]
pub enum PluginError {
    /// The file cannot be read.
    #[error("cannot read the plugin {}: {source}", path.display())]
    Unreadable {
        /// The file.
        path: PathBuf,
        /// The system's answer.
        source: io::Error,
    },
    /// It is larger than [`FILE_CAP_BYTES`].
    #[error(
        "it is larger than {} MiB; build the plugin without debug information, and with fewer libraries",
        FILE_CAP_BYTES >> 20
    )]
    TooLarge,
    /// It is something else, or not whole.
    #[error("it is {}; a plugin is a WebAssembly component, or a JSON or TOML file of topics", describe(*found))]
    NotAComponent {
        /// What it is.
        found: FileKind,
    },
    /// It is a component, but no plugin.
    #[error("it is no plugin: it does not export hookwright:plugin/hooks{}", other_exports(exports))]
    AnotherWorld {
        /// What it exports instead; the first twenty.
        exports: Vec<String>,
    },
    /// It was made for a version of the plugin world that this host does not know.
    #[error("it was made for hookwright:plugin {version}, and this host knows 0.1: {}", what_to_do(version))]
    OtherVersion {
        /// The plugin's version of the world.
        version: String,
    },
    /// It asks for what no plugin gets.
    #[error(
        "it imports {}, which no plugin gets; a plugin has hookwright:plugin/environment and \
         hookwright:plugin/settings. Build it without them: Rust for wasm32-unknown-unknown, JavaScript with the \
         QuickJS backend and stubbed WASI (`--backend-qjs-stub-wasi`), Python with `--stub-wasi`",
        refused.join(", ")
    )]
    Imports {
        /// The imports, by name; the first twenty.
        refused: Vec<String>,
    },
    /// Its names are right, but it is not valid WebAssembly, or its functions have other types.
    #[error("it is not a usable plugin: {message}; build it with the plugin.wit of this host")]
    Unusable {
        /// What the compiler or linker said.
        message: String,
    },
    /// It did not start, or did not say what it is.
    #[error("it broke off in `describe`: {message}")]
    NotDescribed {
        /// What happened.
        message: String,
    },
    /// It says of itself what cannot be.
    #[error("its description is wrong: {0}")]
    Description(#[from] DescriptionError),
    /// It is a file of topics that cannot be used.
    #[error(transparent)]
    Topics(#[from] TopicsFileError),
    /// This machine cannot run WebAssembly.
    #[error("no WebAssembly engine could be started: {message}")]
    NoEngine {
        /// What the engine said.
        message: String,
    },
}

impl PluginError {
    pub(crate) fn other_version(version: &str) -> Self {
        Self::OtherVersion { version: version.chars().take(60).collect() }
    }
}

/// As [`FileKind::describe`], but for who builds plugins.
fn describe(found: FileKind) -> &'static str {
    match found {
        FileKind::CoreModule => {
            "a WebAssembly core module, not yet made a component (`hookwright plugins build` does it, or \
             `wasm-tools component new`)"
        }
        other => other.describe(),
    }
}

fn other_exports(exports: &[String]) -> String {
    match exports {
        [] => "; it exports nothing".to_owned(),
        _ if exports.iter().any(|name| name.starts_with("hookwright:webhooks/")) => {
            "; it is the core component".to_owned()
        }
        _ => format!("; it exports {}", exports.join(", ")),
    }
}

fn what_to_do(version: &str) -> &'static str {
    match track(version) {
        Some(found) if found > (0, 1) => "take a newer host, or a version of the plugin for this one",
        _ => "build the plugin again for 0.1",
    }
}
