//! Decides how a failed command is told: its kind for programs, its words and what to do for people.
//!
//! Errors of the core name fields; here they get the names of what the person typed. Knows nothing of terminals.

use std::io;

use hookwright_runtime::types::{Error, FieldError, StorageError};
use hookwright_runtime::{CallError, LoadError};
use serde::Serialize;

/// Why a command failed.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
pub(crate) struct Failure {
    kind: Kind,
    message: String,
    /// What was refused; empty unless `kind` is [`Kind::Invalid`].
    fields: Vec<Field>,
    #[serde(skip_serializing_if = "Option::is_none")]
    hint: Option<String>,
}

/// What a program can act on.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Serialize)]
#[serde(rename_all = "snake_case")]
pub(crate) enum Kind {
    /// Something that was typed, or the content of a file, is wrong.
    Invalid,
    /// There is no such object.
    NotFound,
    /// Something else changed it, or its state does not allow it.
    Conflict,
    /// The installation does not allow it.
    Forbidden,
    /// The database refused.
    Storage,
    /// An extension refused or failed.
    Extension,
    /// The core component cannot be used, or broke off.
    Component,
    /// A file or stream cannot be read or written.
    Io,
    /// A program of the author's machine is missing, or failed.
    Tool,
    /// Stopped by Ctrl-C.
    Interrupted,
    /// Whoever read the output has gone; nobody is told.
    BrokenPipe,
}

/// One input that was refused.
#[derive(Clone, Debug, PartialEq, Eq, Serialize)]
struct Field {
    /// The core's name for it, for example `topics[0]`.
    field: String,
    /// What the person typed, for example `--topic`.
    option: String,
    message: String,
}

impl Failure {
    pub(crate) fn new(kind: Kind, message: impl Into<String>) -> Self {
        Self { kind, message: message.into(), fields: Vec::new(), hint: None }
    }

    /// An option or argument that this program refuses by itself.
    pub(crate) fn option(option: &str, message: impl Into<String>) -> Self {
        let field = option.trim_start_matches('-').replace('-', "_").to_lowercase();
        Self::invalid(vec![Field { field, option: option.to_owned(), message: message.into() }])
    }

    /// The same with advice. An earlier advice stays: it is nearer to the cause.
    #[must_use]
    pub(crate) fn hint(mut self, hint: impl Into<String>) -> Self {
        self.hint.get_or_insert_with(|| hint.into());
        self
    }

    /// The same with advice, if a field with this name was refused.
    #[must_use]
    pub(crate) fn hint_on(self, field: &str, hint: impl Into<String>) -> Self {
        if self.fields.iter().any(|refused| base(&refused.field) == field) { self.hint(hint) } else { self }
    }

    /// The same, with the names that the person typed in the place of fields' names. A field that is not listed is an
    /// option of its own name already.
    #[must_use]
    pub(crate) fn naming(mut self, names: &[(&str, &str)]) -> Self {
        for refused in &mut self.fields {
            if let Some((_, option)) = names.iter().find(|(field, _)| *field == base(&refused.field)) {
                refused.option = (*option).to_owned();
            }
        }
        self.retell()
    }

    /// The same about one of many things, for example a line of a file.
    #[must_use]
    pub(crate) fn about(mut self, what: &str) -> Self {
        self.message = format!("{what}: {}", self.message);
        self
    }

    pub(crate) fn kind(&self) -> Kind {
        self.kind
    }

    /// All that is wrong, one line each.
    pub(crate) fn lines(&self) -> Vec<String> {
        let told = self.fields.len() > 1 && self.message == told(&self.fields);
        if !told {
            return vec![self.message.clone()];
        }
        self.fields.iter().map(Field::tell).collect()
    }

    /// What to do, if that is not in the message.
    pub(crate) fn advice(&self) -> Option<&str> {
        self.hint.as_deref()
    }

    fn invalid(fields: Vec<Field>) -> Self {
        Self { kind: Kind::Invalid, message: told(&fields), fields, hint: None }
    }

    fn retell(mut self) -> Self {
        if !self.fields.is_empty() {
            self.message = told(&self.fields);
        }
        self
    }
}

impl Field {
    fn tell(&self) -> String {
        format!("{}: {}", self.option, self.message)
    }
}

impl From<FieldError> for Field {
    fn from(error: FieldError) -> Self {
        let option = match base(&error.field) {
            // A place in a document, not an option.
            _ if error.field.starts_with("settings/") => error.field.clone(),
            "scope" => "--account".to_owned(),
            name => format!("--{name}"),
        };
        Self { field: error.field, option, message: error.message }
    }
}

impl From<Error> for Failure {
    fn from(error: Error) -> Self {
        match error {
            Error::Invalid(fields) => Self::invalid(fields.into_iter().map(Field::from).collect()),
            Error::NotFound(what) => not_found(&what),
            Error::Conflict(why) => Self::new(Kind::Conflict, why),
            Error::Forbidden(why) => Self::new(Kind::Forbidden, why),
            Error::Storage(error) => Self::storage(&error),
            Error::Extension(why) => Self::new(Kind::Extension, format!("an extension refused: {why}")),
        }
    }
}

impl Failure {
    fn storage(error: &StorageError) -> Self {
        let message = CallError::Api(Error::Storage(error.clone())).to_string();
        match error {
            // These name the file and say what to do.
            StorageError::Unavailable(why) => Self::new(Kind::Storage, why.clone()),
            StorageError::Retryable(_) | StorageError::ExpectationFailed(_) => {
                Self::new(Kind::Storage, message).hint("nothing was stored; run the same command again")
            }
            _ => Self::new(Kind::Storage, message),
        }
    }
}

impl From<CallError> for Failure {
    fn from(error: CallError) -> Self {
        match error {
            CallError::Api(error) => error.into(),
            other => Self::new(Kind::Component, other.to_string()),
        }
    }
}

impl From<LoadError> for Failure {
    fn from(error: LoadError) -> Self {
        let failure = Self::new(Kind::Component, error.to_string());
        match error {
            LoadError::NoEngine { .. } => failure,
            LoadError::Unreadable { .. } => {
                failure.hint("check the path that --component or HOOKWRIGHT_COMPONENT gives")
            }
            _ => failure.hint(
                "give the hookwright.wasm of this version with --component, or none to use the one in this program",
            ),
        }
    }
}

/// A failure to write the result.
impl From<io::Error> for Failure {
    fn from(error: io::Error) -> Self {
        match error.kind() {
            io::ErrorKind::BrokenPipe => Self::new(Kind::BrokenPipe, "nobody reads the output"),
            _ => Self::new(Kind::Io, format!("cannot write the output: {error}")),
        }
    }
}

/// A field's name without index and without what it is a part of: `topic` of `topics[2]` stays `topics`, `page` of
/// `paging.page`.
fn base(field: &str) -> &str {
    let name = field.split('[').next().unwrap_or(field);
    name.rsplit('.').next().unwrap_or(name)
}

fn told(fields: &[Field]) -> String {
    fields.iter().map(Field::tell).collect::<Vec<_>>().join("; ")
}

fn not_found(what: &str) -> Failure {
    let failure = Failure::new(Kind::NotFound, format!("there is no {what}"));
    match what.split(' ').next() {
        Some("webhook") => failure.hint("`hookwright webhooks list` shows all"),
        Some("delivery") => failure.hint("`hookwright deliveries list` shows all"),
        Some("topic") => failure.hint("`hookwright topics` shows all"),
        Some("plugin") => failure.hint("`hookwright plugins list` shows all"),
        _ => failure,
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn refused(fields: &[(&str, &str)]) -> Failure {
        let field =
            |(field, message): &(&str, &str)| FieldError { field: (*field).to_owned(), message: (*message).to_owned() };
        Error::Invalid(fields.iter().map(field).collect()).into()
    }

    #[test]
    fn fields_get_the_names_of_what_was_typed() {
        let failure = refused(&[("url", "is bad"), ("topics[1]", "is unknown"), ("paging.per-page", "is 0")])
            .naming(&[("topics", "--topic")]);
        assert_eq!(failure.lines(), ["--url: is bad", "--topic: is unknown", "--per-page: is 0"]);
        assert_eq!(serde_json::to_value(&failure).unwrap()["fields"][1]["field"], "topics[1]");
    }

    #[test]
    fn a_single_field_is_one_line() {
        let failure = refused(&[("data", "not JSON")]).naming(&[("data", "order.json")]).about("line 3");
        assert_eq!(failure.lines(), ["line 3: order.json: not JSON"]);
    }

    #[test]
    fn advice_near_the_cause_wins() {
        let failure = Failure::from(Error::NotFound("webhook wh_1".to_owned())).hint("later");
        assert_eq!(failure.lines(), ["there is no webhook wh_1"]);
        assert_eq!(failure.advice(), Some("`hookwright webhooks list` shows all"));
        assert_eq!(refused(&[("url", "bad")]).hint_on("name", "x").advice(), None);
    }

    #[test]
    fn a_closed_pipe_is_not_an_error_to_tell() {
        assert_eq!(Failure::from(io::Error::from(io::ErrorKind::BrokenPipe)).kind(), Kind::BrokenPipe);
    }
}
