//! A program that serves a site: it never outlives the tests.

use std::fs::File;
use std::io;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// The shell leads a process group and reads a pipe from the test process. However that ends, also killed, the pipe
/// closes. The built-in server's workers are of the group; php-fpm leads a group of its own and ends its workers itself.
const WATCH: &str = r#"
"$@" </dev/null &
program=$!
trap : TERM
cat >/dev/null
kill -s TERM "$program"
kill -s TERM -- "-$$"
wait
"#;

const WORKERS: &str = "3";

/// A running program. Dropping it ends it.
#[derive(Debug)]
pub(super) struct Program(Child);

impl Program {
    /// Starts it in a folder; what it says goes into a file.
    pub(super) fn start(line: &[String], folder: &Path, log: &Path) -> io::Result<Self> {
        let log = File::create(log)?;
        let mut command = Command::new("sh");
        command.args(["-c", WATCH, "sh"]).args(line).current_dir(folder).process_group(0);
        // The built-in server's: WordPress asks itself while it answers.
        command.env("PHP_CLI_SERVER_WORKERS", WORKERS);
        command.stdin(Stdio::piped()).stdout(log.try_clone()?).stderr(log).spawn().map(Self)
    }
}

impl Drop for Program {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}
