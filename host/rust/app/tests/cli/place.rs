//! A folder of its own for each test, and the binary run in it with nothing of this machine's environment.

use std::fmt;
use std::fs;
use std::io::Write;
use std::path::{Path, PathBuf};
use std::process::{Child, Command, Output, Stdio};

use serde_json::Value;
use tempfile::TempDir;

/// An empty folder that the binary runs in.
pub(crate) struct Place(TempDir);

/// What a run gave.
pub(crate) struct Ran {
    typed: String,
    code: Option<i32>,
    pub(crate) stdout: String,
    pub(crate) stderr: String,
}

impl Place {
    pub(crate) fn new() -> Self {
        Self(tempfile::tempdir().unwrap())
    }

    pub(crate) fn path(&self, name: &str) -> PathBuf {
        self.0.path().join(name)
    }

    pub(crate) fn write(&self, name: &str, content: impl AsRef<[u8]>) {
        fs::write(self.path(name), content).unwrap();
    }

    /// The database that commands use here when none is named.
    pub(crate) fn database(&self) -> PathBuf {
        self.path("hookwright.db")
    }

    pub(crate) fn files(&self) -> Vec<String> {
        let entries = fs::read_dir(self.0.path()).unwrap();
        entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
    }

    pub(crate) fn run(&self, arguments: &[&str]) -> Ran {
        self.run_with(arguments, &[], b"")
    }

    pub(crate) fn run_with(&self, arguments: &[&str], variables: &[(&str, &str)], stdin: &[u8]) -> Ran {
        let mut child = self.start(arguments, variables);
        // A run that refuses its options never reads.
        let _ = child.stdin.take().unwrap().write_all(stdin);
        Ran::of(arguments, child.wait_with_output().unwrap())
    }

    pub(crate) fn start(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Child {
        self.command(arguments, variables)
            .stdin(Stdio::piped())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .spawn()
            .unwrap()
    }

    pub(crate) fn command(&self, arguments: &[&str], variables: &[(&str, &str)]) -> Command {
        let mut command = Command::new(env!("CARGO_BIN_EXE_hookwright"));
        command
            .args(arguments)
            .current_dir(self.0.path())
            .env_clear()
            // Compiled once for all tests.
            .env("XDG_CACHE_HOME", Path::new(env!("CARGO_TARGET_TMPDIR")).join("cache"))
            // Most tests count deliveries; those about pings turn them on.
            .env("HOOKWRIGHT_PING", "false")
            // Machines that run tests are busy, and no test is about the time of a plugin.
            .env("HOOKWRIGHT_PLUGIN_DEADLINE", "20s")
            .envs(variables.iter().copied());
        command
    }

    /// Runs with `--json` and gives the document.
    pub(crate) fn json(&self, arguments: &[&str]) -> Value {
        self.run(&[&["--json"], arguments].concat()).succeeded().json()
    }

    /// Creates a webhook and gives its id. The URL may be that of a receiver on this machine.
    pub(crate) fn webhook(&self, url: &str, topics: &[&str]) -> String {
        let mut arguments = vec!["--allow-local", "webhooks", "create", "--url", url];
        topics.iter().for_each(|topic| arguments.extend(["--topic", topic]));
        text(&self.json(&arguments)["webhook"]["id"])
    }
}

impl Ran {
    pub(crate) fn of(arguments: &[&str], output: Output) -> Self {
        let ran = Self {
            typed: arguments.join(" "),
            code: output.status.code(),
            stdout: String::from_utf8(output.stdout).unwrap(),
            stderr: String::from_utf8(output.stderr).unwrap(),
        };
        assert!(
            !ran.stderr.contains("was built without the core component"),
            "these tests need the core component in the binary: run `cargo xtask build-guest` first"
        );
        ran
    }

    #[track_caller]
    pub(crate) fn succeeded(self) -> Self {
        self.ended_with(0)
    }

    /// The exit code was 1, nothing was printed as a result, and stderr says all of `words`.
    #[track_caller]
    pub(crate) fn failed(self, words: &[&str]) -> Self {
        let ran = self.ended_with(1);
        assert_eq!(ran.stdout, "", "{ran}");
        assert!(ran.stderr.starts_with("error: "), "{ran}");
        ran.says(words)
    }

    #[track_caller]
    pub(crate) fn says(self, words: &[&str]) -> Self {
        for word in words {
            assert!(self.stderr.contains(word), "no `{word}` in {self}");
        }
        self
    }

    #[track_caller]
    pub(crate) fn prints(self, words: &[&str]) -> Self {
        for word in words {
            assert!(self.stdout.contains(word), "no `{word}` in {self}");
        }
        self
    }

    #[track_caller]
    pub(crate) fn ended_with(self, code: i32) -> Self {
        assert_eq!(self.code, Some(code), "{self}");
        self
    }

    /// The one document on stdout.
    #[track_caller]
    pub(crate) fn json(&self) -> Value {
        serde_json::from_str(&self.stdout).unwrap_or_else(|error| panic!("{error}: {self}"))
    }

    /// The one document on stderr.
    #[track_caller]
    pub(crate) fn error(&self) -> Value {
        let document: Value = serde_json::from_str(&self.stderr).unwrap_or_else(|error| panic!("{error}: {self}"));
        document["error"].clone()
    }
}

impl fmt::Display for Ran {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let Self { typed, code, stdout, stderr } = self;
        write!(f, "`hookwright {typed}` ended with {code:?}\nstdout: {stdout}\nstderr: {stderr}")
    }
}

#[track_caller]
pub(crate) fn text(value: &Value) -> String {
    value.as_str().unwrap_or_else(|| panic!("not a text: {value}")).to_owned()
}
