//! Lines for the plugin's log, which the site owner reads with `hookwright plugins logs`. Cut at 4,096 bytes each.

use core::fmt;

use crate::environment;

/// How much a line matters.
#[derive(Clone, Copy, Debug, PartialEq, Eq, PartialOrd, Ord)]
pub enum Level {
    /// For the plugin's author.
    Debug,
    /// For the record.
    Info,
    /// Something that the site owner should look at.
    Warn,
    /// The plugin cannot do its work.
    Error,
}

/// A line for the plugin's author.
pub fn debug(message: impl fmt::Display) {
    line(Level::Debug, message);
}

/// A line for the record.
pub fn info(message: impl fmt::Display) {
    line(Level::Info, message);
}

/// A line about something that the site owner should look at.
pub fn warn(message: impl fmt::Display) {
    line(Level::Warn, message);
}

/// A line that says that the plugin cannot do its work.
pub fn error(message: impl fmt::Display) {
    line(Level::Error, message);
}

/// A line of the level.
pub fn line(level: Level, message: impl fmt::Display) {
    environment::log(level, &message.to_string());
}
