//! A plugin's project on its author's machine: how a new one is written, and how it becomes a component.
//!
//! Decides what is asked of that machine, and that nothing of Hookwright's repository is. Knows nothing of the command
//! line, and nothing of installations.

pub(crate) mod build;
pub(crate) mod language;
pub(crate) mod name;
pub(crate) mod program;
pub(crate) mod templates;
pub(crate) mod tools;

pub(crate) use build::build;
pub(crate) use language::Language;
pub(crate) use name::Name;
