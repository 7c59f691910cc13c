//! A server's process: as whom it runs, and that it never outlives the tests.
//!
//! The server is the child of a shell that reads a pipe from the test process. However that process ends, also killed,
//! the pipe closes; the shell then ends the server and removes its folder.

use std::io;
use std::os::unix::process::CommandExt as _;
use std::path::Path;
use std::process::{Child, Command, Stdio};

/// `nobody` and `nogroup` on Debian.
const NOBODY: (u32, u32) = (65_534, 65_534);

/// $1 the folder, $2 the last signal, then the server's command line.
const WATCH: &str = r#"
folder=$1; signal=$2; shift 2
"$@" >"$folder/log" 2>&1 </dev/null &
server=$!
cat >/dev/null
kill -s "$signal" "$server" 2>/dev/null
wait "$server"
rm -rf "$folder"
"#;

/// As whom a server runs here; none where we are no root and it runs as ourselves. Both servers refuse root.
pub(crate) fn other_user() -> Option<(u32, u32)> {
    let home = std::fs::metadata("/proc/self").ok()?;
    (std::os::unix::fs::MetadataExt::uid(&home) == 0).then_some(NOBODY)
}

/// Makes a command run as the server's user.
pub(crate) fn unprivileged(command: &mut Command) {
    if let Some((user, group)) = other_user() {
        command.uid(user).gid(group);
    }
}

/// A running server. Dropping it ends it; so does the end of this process.
#[derive(Debug)]
pub(crate) struct Running(Child);

impl Running {
    pub(crate) fn start(
        line: &[String],
        folder: &Path,
        last_signal: &str,
        prepare: impl Fn(&mut Command),
    ) -> io::Result<Self> {
        let mut command = Command::new("sh");
        command.args(["-c", WATCH, "sh"]).arg(folder).arg(last_signal).args(line).current_dir("/");
        // Ctrl-C would end the shell, and nobody the server.
        command.process_group(0);
        unprivileged(&mut command);
        prepare(&mut command);
        command.stdin(Stdio::piped()).stdout(Stdio::null()).stderr(Stdio::null()).spawn().map(Self)
    }
}

impl Drop for Running {
    fn drop(&mut self) {
        drop(self.0.stdin.take());
        let _ = self.0.wait();
    }
}
