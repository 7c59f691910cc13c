//! Decides how a child program is run and what its failure says. Knows nothing of what is run.

use std::ffi::OsStr;
use std::fmt;
use std::io::{BufRead, BufReader, pipe};
use std::path::Path;
use std::process::{Command, ExitStatus, Stdio};

use anyhow::Context;

/// A child ended otherwise than with success.
#[derive(Debug)]
pub(crate) struct CommandFailed {
    command: String,
    code: Option<i32>,
    /// What it printed, where that has not been shown yet.
    output: String,
}

impl CommandFailed {
    /// The child's exit code; 1 where a signal ended it, or where the code does not fit.
    pub(crate) fn exit_code(&self) -> u8 {
        self.code.and_then(|code| u8::try_from(code).ok()).filter(|code| *code != 0).unwrap_or(1)
    }
}

impl fmt::Display for CommandFailed {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let output = self.output.trim_end();
        if !output.is_empty() {
            writeln!(f, "{output}")?;
        }
        match self.code {
            Some(code) => write!(f, "`{}` failed with exit code {code}", self.command),
            None => write!(f, "`{}` was ended by a signal", self.command),
        }
    }
}

impl std::error::Error for CommandFailed {}

/// Runs with the terminal handed over to the child.
///
/// # Errors
/// [`CommandFailed`], or the reason why the child could not start.
pub(crate) fn stream(command: &mut Command) -> anyhow::Result<()> {
    let status = command.status().with_context(|| cannot_start(command))?;
    conclude(command, status, String::new())
}

/// Runs and gives back standard output. Standard error goes into the failure, unless the caller set it otherwise.
///
/// # Errors
/// [`CommandFailed`], or the reason why the child could not start.
pub(crate) fn answer(command: &mut Command) -> anyhow::Result<String> {
    let output = command.stdin(Stdio::null()).output().with_context(|| cannot_start(command))?;
    conclude(command, output.status, String::from_utf8_lossy(&output.stderr).into_owned())?;
    String::from_utf8(output.stdout).with_context(|| format!("`{}` printed something else than UTF-8", line(command)))
}

/// Runs with both outputs kept in their order for the failure; each line is also given to `on_line`, while it runs.
///
/// # Errors
/// [`CommandFailed`], or the reason why the child could not start.
pub(crate) fn watch(mut command: Command, mut on_line: impl FnMut(&str)) -> anyhow::Result<()> {
    let (reader, writer) = pipe()?;
    command.stdin(Stdio::null()).stdout(writer.try_clone()?).stderr(writer);
    let mut child = command.spawn().with_context(|| cannot_start(&command))?;
    // Our own ends of the pipe must close, or its end would never be read.
    command.stdout(Stdio::null()).stderr(Stdio::null());

    let mut output = String::new();
    let mut reader = BufReader::new(reader);
    let mut bytes = Vec::new();
    while reader.read_until(b'\n', &mut bytes)? > 0 {
        let text = String::from_utf8_lossy(&bytes);
        on_line(&text);
        output.push_str(&text);
        bytes.clear();
    }
    let status = child.wait()?;
    conclude(&command, status, output)
}

fn conclude(command: &Command, status: ExitStatus, output: String) -> anyhow::Result<()> {
    if status.success() {
        return Ok(());
    }
    Err(CommandFailed { command: line(command), code: status.code(), output }.into())
}

fn cannot_start(command: &Command) -> String {
    format!("cannot start `{}`: is it installed and on the PATH?", line(command))
}

/// The command as one would type it: the program without its folder, quotes where a shell needs them.
fn line(command: &Command) -> String {
    let program = Path::new(command.get_program());
    let program = program.file_name().unwrap_or(command.get_program());
    std::iter::once(program).chain(command.get_args()).map(word).collect::<Vec<_>>().join(" ")
}

fn word(text: &OsStr) -> String {
    let text = text.to_string_lossy();
    let plain = |character: char| character.is_ascii_alphanumeric() || "-_=./:,+@%".contains(character);
    if !text.is_empty() && text.chars().all(plain) {
        text.into_owned()
    } else {
        format!("'{}'", text.replace('\'', r"'\''"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn rustc(argument: &str) -> Command {
        let mut command = Command::new("rustc");
        command.arg(argument);
        command
    }

    #[test]
    fn a_failure_names_the_command_and_keeps_its_output_and_code() {
        let mut lines = 0;
        let error = watch(rustc("--no-such-option"), |_| lines += 1).unwrap_err();
        let failed = error.downcast_ref::<CommandFailed>().unwrap();
        assert!(lines > 0);
        assert_eq!(failed.exit_code(), 1);
        let text = failed.to_string();
        assert!(text.contains("no-such-option"), "{text}");
        assert!(text.ends_with("`rustc --no-such-option` failed with exit code 1"), "{text}");
    }

    #[test]
    fn the_answer_is_standard_output() {
        assert!(answer(&mut rustc("--version")).unwrap().starts_with("rustc "));
    }

    #[test]
    fn a_missing_program_is_named() {
        let error = stream(&mut Command::new("no-such-program-of-hookwright")).unwrap_err();
        assert!(format!("{error:#}").contains("`no-such-program-of-hookwright`"), "{error:#}");
    }

    #[test]
    fn an_exit_code_is_passed_on_and_a_signal_is_1() {
        let failed = |code| CommandFailed { command: String::new(), code, output: String::new() }.exit_code();
        assert_eq!([Some(101), Some(2), None, Some(256)].map(failed), [101, 2, 1, 1]);
    }

    #[test]
    fn words_are_quoted_where_a_shell_needs_it() {
        let words = ["-p", "{p}", "it's", ""].map(|text| word(OsStr::new(text)));
        assert_eq!(words, ["-p", "'{p}'", r"'it'\''s'", "''"]);
    }
}
