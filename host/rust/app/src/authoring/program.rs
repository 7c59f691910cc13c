//! Decides how a program of the author's machine is run, and what is told where it is missing or fails. Knows nothing
//! of what it does.

use std::ffi::OsStr;
use std::io::{self, ErrorKind};
use std::path::Path;
use std::process::{Command, ExitStatus, Output, Stdio};

use crate::failure::{Failure, Kind};
use crate::output;

/// The most of its output that a failure carries.
const TOLD_BYTES: usize = 8_000;

/// A program with its arguments.
#[derive(Debug)]
pub(crate) struct Program {
    command: Command,
    remedy: String,
}

impl Program {
    /// A program by its name on the PATH, or by its path. `remedy` says what to install where it is missing.
    pub(crate) fn new(program: impl AsRef<OsStr>, remedy: impl Into<String>) -> Self {
        Self { command: Command::new(program), remedy: remedy.into() }
    }

    /// The same with arguments.
    #[must_use]
    pub(crate) fn args<A: AsRef<OsStr>>(mut self, arguments: impl IntoIterator<Item = A>) -> Self {
        self.command.args(arguments);
        self
    }

    /// The same, run in this folder.
    #[must_use]
    pub(crate) fn within(mut self, folder: &Path) -> Self {
        self.command.current_dir(folder);
        self
    }

    /// The same with a variable of its environment.
    #[must_use]
    pub(crate) fn env(mut self, name: &str, value: impl AsRef<OsStr>) -> Self {
        self.command.env(name, value);
        self
    }

    /// Runs it, with all that it prints shown on stderr as it comes; in JSON it is kept for the failure.
    ///
    /// # Errors
    ///
    /// When it is missing, or ends without success.
    pub(crate) fn show(mut self, out: &output::Output) -> Result<(), Failure> {
        if out.is_json() {
            let output = self.output()?;
            let said = [output.stderr, output.stdout].concat();
            return self.conclude(output.status, &said);
        }
        self.command.stdin(Stdio::null()).stdout(io::stderr()).stderr(io::stderr());
        let status = self.command.status().map_err(|error| self.not_started(&error))?;
        self.conclude(status, &[])
    }

    /// Runs it and gives its standard output. Its standard error is shown as it comes; in JSON it is kept for the
    /// failure.
    ///
    /// # Errors
    ///
    /// When it is missing, or ends without success.
    pub(crate) fn answer_shown(mut self, out: &output::Output) -> Result<String, Failure> {
        if out.is_json() {
            return self.answer();
        }
        self.command.stderr(io::stderr());
        let output = self.output()?;
        self.conclude(output.status, &[])?;
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    /// Runs it and gives its standard output. Its standard error is in the failure.
    ///
    /// # Errors
    ///
    /// When it is missing, or ends without success.
    pub(crate) fn answer(mut self) -> Result<String, Failure> {
        let output = self.output()?;
        self.conclude(output.status, &output.stderr)?;
        Ok(String::from_utf8_lossy(&output.stdout).into_owned())
    }

    fn output(&mut self) -> Result<Output, Failure> {
        self.command.stdin(Stdio::null()).output().map_err(|error| self.not_started(&error))
    }

    fn not_started(&self, error: &io::Error) -> Failure {
        let name = self.name();
        match error.kind() {
            ErrorKind::NotFound => {
                Failure::new(Kind::Tool, format!("{name} is needed for this, and is not on the PATH"))
                    .hint(self.remedy.clone())
            }
            _ => Failure::new(Kind::Tool, format!("cannot run {name}: {error}")).hint(self.remedy.clone()),
        }
    }

    fn conclude(&self, status: ExitStatus, said: &[u8]) -> Result<(), Failure> {
        if status.success() {
            return Ok(());
        }
        let name = self.name();
        let first = self.command.get_args().next().map(|word| format!(" {}", word.to_string_lossy()));
        let command = format!("`{name}{}`", first.filter(|word| !word.starts_with(" -")).unwrap_or_default());
        let ended = match status.code() {
            Some(code) => format!("{command} failed with exit code {code}"),
            None => format!("{command} was ended by a signal"),
        };
        let said = String::from_utf8_lossy(said);
        let said = said.trim();
        let tail = said.get(said.ceil_char_boundary(said.len().saturating_sub(TOLD_BYTES))..).unwrap_or_default();
        Err(Failure::new(Kind::Tool, if tail.is_empty() { ended } else { format!("{ended}: {tail}") }))
    }

    fn name(&self) -> String {
        let program = Path::new(self.command.get_program());
        program.file_name().unwrap_or(program.as_os_str()).to_string_lossy().into_owned()
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::Format;

    #[test]
    fn what_is_missing_is_named_with_what_to_install() {
        let failure = Program::new("no-such-program-of-hookwright", "install it").answer().unwrap_err();
        assert_eq!(failure.lines(), ["no-such-program-of-hookwright is needed for this, and is not on the PATH"]);
        assert_eq!((failure.kind(), failure.advice()), (Kind::Tool, Some("install it")));
    }

    #[test]
    fn a_failure_carries_what_the_program_said() {
        let failure = Program::new("rustc", "").args(["--no-such-option"]).answer().unwrap_err();
        let told = failure.lines().join("\n");
        assert!(told.starts_with("`rustc` failed with exit code 1: ") && told.contains("no-such-option"), "{told}");
        assert!(Program::new("rustc", "").args(["--version"]).answer().unwrap().starts_with("rustc "));
        let json = output::Output::new(Format::Json);
        let failure = Program::new("rustc", "").args(["--no-such-option"]).show(&json).unwrap_err();
        assert!(failure.lines()[0].contains("no-such-option"), "{failure:?}");
    }
}
