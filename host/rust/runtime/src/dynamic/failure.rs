//! Decides how a failed call through the dynamic door is told.

use std::fmt::{self, Display, Formatter};

/// Why a call gave no answer. A declared error of the interface is an answer: `{"err": …}`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum DynamicError {
    /// The component exports no such function.
    UnknownFunction {
        /// As it was asked for.
        name: String,
    },
    /// The arguments are not UTF-8.
    InvalidUtf8 {
        /// Bytes before the first wrong one.
        offset: usize,
    },
    /// The arguments are not JSON.
    InvalidJson {
        /// What the parser said.
        message: String,
    },
    /// An argument does not have the declared shape.
    Argument {
        /// Its place, for example `webhook.topics[2]`.
        at: String,
        /// What would be right.
        message: String,
    },
    /// The host failed to answer an import. The instance has been replaced.
    Import {
        /// For example `storage.execute`.
        name: String,
        /// What the host said, or what is wrong with its answer.
        message: String,
    },
    /// The component broke off: a bug in it, or a limit of time or memory. The instance has been replaced.
    Trap {
        /// The function that was called.
        name: String,
        /// What WebAssembly says of it.
        message: String,
    },
    /// The host has stopped before it could answer.
    Stopped,
}

impl DynamicError {
    /// One word for programs.
    #[must_use]
    pub fn kind(&self) -> &'static str {
        match self {
            Self::UnknownFunction { .. } => "unknown-function",
            Self::InvalidUtf8 { .. } => "invalid-utf8",
            Self::InvalidJson { .. } => "invalid-json",
            Self::Argument { .. } => "argument",
            Self::Import { .. } => "import",
            Self::Trap { .. } => "trap",
            Self::Stopped => "closed",
        }
    }
}

impl std::error::Error for DynamicError {}

impl Display for DynamicError {
    fn fmt(&self, f: &mut Formatter<'_>) -> fmt::Result {
        match self {
            Self::UnknownFunction { name } => {
                write!(f, "the component exports no function `{name}`; write it as `interface.function`")
            }
            Self::InvalidUtf8 { offset } => write!(f, "the arguments are not UTF-8 at byte {offset}"),
            Self::InvalidJson { message } => write!(f, "the arguments are not a JSON array: {message}"),
            Self::Argument { at, message } => write!(f, "{at} {message}"),
            Self::Import { name, message } => write!(f, "the host's {name} failed: {message}"),
            Self::Trap { name, message } => write!(f, "the core component broke off in {name}: {message}"),
            Self::Stopped => f.write_str("hookwright has stopped"),
        }
    }
}
