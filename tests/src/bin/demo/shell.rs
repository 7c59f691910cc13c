//! Runs `hookwright` as a person at a shell would, in a folder of its own, and bounded in time.
//!
//! Decides what the program sees of the outside. Knows nothing of what the commands mean.

use std::env::consts::EXE_SUFFIX;
use std::io;
use std::path::{Path, PathBuf};
use std::process::Stdio;
use std::time::Duration;

use anyhow::{Context, bail};
use tokio::io::{AsyncBufReadExt, AsyncRead, AsyncReadExt, BufReader};
use tokio::process::Command;
use tokio::time::timeout;

/// No command of the demo takes longer on a slow machine, even if it compiles the component first.
const COMMAND_LIMIT: Duration = Duration::from_secs(30);

/// A shell in a folder.
#[derive(Debug)]
pub(crate) struct Shell {
    program: PathBuf,
    folder: PathBuf,
    cache: PathBuf,
}

impl Shell {
    /// A shell in `folder`, where the command is the program beside this one.
    pub(crate) fn in_folder(folder: &Path) -> anyhow::Result<Self> {
        let this = std::env::current_exe().context("where this program lies cannot be told")?;
        let program = this.with_file_name(format!("hookwright{EXE_SUFFIX}"));
        if !program.is_file() {
            bail!("{} is not there; build it with `cargo build --bin hookwright`", program.display());
        }
        // The compiled component too is kept where it is removed afterwards.
        Ok(Self { program, folder: folder.to_owned(), cache: folder.join("cache") })
    }

    /// Runs `hookwright` with these arguments; gives each line of its result to `on_line` as it comes, then what it said
    /// besides, and all of it at the end.
    pub(crate) async fn run(&self, arguments: &[&str], on_line: impl FnMut(&str)) -> anyhow::Result<String> {
        let typed = typed(arguments);
        timeout(COMMAND_LIMIT, self.run_to_the_end(arguments, on_line))
            .await
            .map_err(|_| anyhow::anyhow!("it was not done after {} s, and was ended", COMMAND_LIMIT.as_secs()))
            .and_then(|outcome| outcome)
            .with_context(|| format!("`{typed}`"))
    }

    async fn run_to_the_end(&self, arguments: &[&str], mut on_line: impl FnMut(&str)) -> anyhow::Result<String> {
        let mut command = Command::new(&self.program);
        for (name, _) in std::env::vars_os().filter(|(name, _)| name.to_string_lossy().starts_with("HOOKWRIGHT_")) {
            command.env_remove(name);
        }
        let mut child = command
            .args(arguments)
            .env("XDG_CACHE_HOME", &self.cache)
            // The receivers fail by counting requests, and the story is about events.
            .env("HOOKWRIGHT_PING", "false")
            .current_dir(&self.folder)
            .stdin(Stdio::null())
            .stdout(Stdio::piped())
            .stderr(Stdio::piped())
            .kill_on_drop(true)
            .spawn()
            .context("it cannot be started")?;
        // What is said on standard error belongs behind the result, and only the pipes' ends tell their order.
        let said = tokio::spawn(all(child.stderr.take()));
        let mut printed = String::new();
        if let Some(out) = child.stdout.take() {
            let mut lines = BufReader::new(out).lines();
            while let Some(line) = lines.next_line().await? {
                on_line(&line);
                printed.push_str(&line);
                printed.push('\n');
            }
        }
        let said = said.await??;
        said.lines().for_each(&mut on_line);
        printed.push_str(&said);
        let status = child.wait().await?;
        if !status.success() {
            bail!("it failed ({status})\n{}", printed.trim_end());
        }
        Ok(printed)
    }
}

/// The command as one would type it.
pub(crate) fn typed(arguments: &[&str]) -> String {
    let plain = |character: char| character.is_ascii_alphanumeric() || "-_=./:,+@%".contains(character);
    let word = |text: &&str| {
        if !text.is_empty() && text.chars().all(plain) {
            (*text).to_owned()
        } else {
            format!("'{}'", text.replace('\'', r"'\''"))
        }
    };
    let words: Vec<String> = arguments.iter().map(word).collect();
    format!("hookwright {}", words.join(" "))
}

async fn all(pipe: Option<impl AsyncRead + Unpin>) -> io::Result<String> {
    let mut text = String::new();
    if let Some(mut pipe) = pipe {
        pipe.read_to_string(&mut text).await?;
    }
    Ok(text)
}
