//! Keeps the plugins that take part and the installation's own record of them in step, as long as a command runs.
//!
//! Decides how often the record is looked at, and when failures of all processes together end a plugin's activity. They
//! are written down here, because they happen in the middle of a call of the core: its transaction may be rolled back.

use std::collections::HashMap;
use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use hookwright_runtime::installed::State;
use hookwright_runtime::plugins::{Journal, JournalEntry, JournalKind, Level, PluginStatus};
use hookwright_runtime::{CallError, Hookwright};

use super::notes::{Note, Taken};
use super::{PluginFolder, SitePlugins};
use crate::failure::{Failure, Kind};
use crate::installation::Installation;
use crate::output::Output;
use crate::output::moment::now_ms;

/// Between two looks at the record. One is a read of one row.
const EVERY: Duration = Duration::from_secs(1);

/// What the core takes of a reason.
const REASON_BYTES: usize = 2_000;

/// The thread that does it. Dropping this writes down what is left, and ends it.
#[derive(Debug)]
pub(crate) struct Keeper {
    plugins: Arc<SitePlugins>,
    thread: Option<JoinHandle<()>>,
}

impl Keeper {
    /// Loads the plugins of an installation, and keeps them in step from then on.
    ///
    /// # Errors
    ///
    /// When the database cannot be read, plugins exclude each other, or the system gives no thread.
    pub(crate) fn start(installation: &Installation, folder: PluginFolder, out: Output) -> Result<Self, Failure> {
        let Installation { hookwright, plugins, .. } = installation;
        let mut work = Work {
            hookwright: hookwright.clone(),
            plugins: Arc::clone(plugins),
            journal: folder.journal(),
            folder,
            seen: 0,
            successes: HashMap::new(),
            out,
        };
        work.look()?;
        let thread = thread::Builder::new()
            .name("hookwright-plugins".to_owned())
            .spawn(move || work.run())
            .map_err(|error| Failure::new(Kind::Io, format!("cannot start a thread: {error}")))?;
        Ok(Self { plugins: Arc::clone(plugins), thread: Some(thread) })
    }
}

impl Drop for Keeper {
    fn drop(&mut self) {
        self.plugins.notes.end();
        if let Some(thread) = self.thread.take() {
            // It has told its panic itself.
            let _ = thread.join();
        }
    }
}

struct Work {
    hookwright: Hookwright,
    plugins: Arc<SitePlugins>,
    folder: PluginFolder,
    journal: Journal,
    /// How often each has worked until the last look.
    successes: HashMap<String, u64>,
    /// The generation that the plugins are of.
    seen: i64,
    out: Output,
}

impl Work {
    fn run(mut self) {
        let mut looked = Instant::now();
        loop {
            let Taken { notes, lines, ended } = self.plugins.notes.take(EVERY.saturating_sub(looked.elapsed()));
            self.log(&lines);
            for note in notes {
                if let Err(error) = self.write(note) {
                    tracing::warn!("a plugin's failure could not be recorded: {error}");
                }
            }
            if ended {
                return;
            }
            if looked.elapsed() >= EVERY {
                self.end_failures();
                if let Err(failure) = self.look() {
                    // Those that took part still do; the next look tries again.
                    tracing::warn!("plugins could not be looked at: {}", failure.lines().join("; "));
                }
                looked = Instant::now();
            }
        }
    }

    fn look(&mut self) -> Result<(), Failure> {
        let generation = self.hookwright.plugins_generation().wait()?;
        if generation == self.seen {
            return Ok(());
        }
        let troubles = self.plugins.load(&self.hookwright, &self.folder)?;
        self.seen = generation;
        for trouble in troubles {
            tracing::warn!("{trouble}");
            self.out.note(trouble);
        }
        Ok(())
    }

    /// Other processes' failures in a row have ended for each plugin that has worked here since the last look.
    fn end_failures(&mut self) {
        for PluginStatus { name, successes, .. } in self.plugins.running.status() {
            let before = self.successes.insert(name.clone(), successes).unwrap_or_default();
            if successes != before && successes > 0 {
                // The next look tells it again, if it goes on working.
                let _ = self.hookwright.plugins_note_success(name).wait();
            }
        }
    }

    fn log(&self, lines: &[JournalEntry]) {
        for lines in lines.chunk_by(|one, other| one.plugin == other.plugin) {
            let Some(JournalEntry { plugin, .. }) = lines.first() else { continue };
            if let Err(error) = self.journal.append(plugin, lines) {
                tracing::warn!("the log of plugin {plugin} could not be written: {error}");
            }
        }
    }

    fn write(&self, note: Note) -> Result<(), CallError> {
        match note {
            Note::Failed { plugin, failure, in_a_row } => {
                let most = self.plugins.limits.failures_in_a_row;
                let everywhere = self.hookwright.plugins_note_failure(plugin.clone(), failure.clone()).wait()?;
                // Where they are so many in this process alone, that is told by itself.
                if everywhere >= most && in_a_row < most {
                    self.deactivate(plugin, format!("it failed {everywhere} times in a row, at last in {failure}"))?;
                }
                Ok(())
            }
            Note::Recovered { plugin } => self.hookwright.plugins_note_success(plugin).wait(),
            Note::Deactivated { plugin, reason } => self.deactivate(plugin, reason),
        }
    }

    /// Deactivates a plugin, if no other process was faster.
    fn deactivate(&self, plugin: String, mut reason: String) -> Result<(), CallError> {
        if self.hookwright.plugins_get(plugin.clone()).wait()?.state == State::Inactive {
            return Ok(());
        }
        reason.truncate(reason.floor_char_boundary(REASON_BYTES));
        self.log(&[JournalEntry::new(now_ms(), &plugin, JournalKind::Deactivated, Level::Error, &reason)]);
        self.out.note(format_args!("Plugin {plugin} is deactivated: {reason}"));
        self.hookwright.plugins_set_state(plugin, State::Inactive, Some(reason)).wait().map(drop)
    }
}
