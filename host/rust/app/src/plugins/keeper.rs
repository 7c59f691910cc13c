//! Keeps the plugins that take part and the installation's own record of them in step, as long as a command runs.
//!
//! Decides how often the record is looked at. A plugin's failures are written down here, because they happen in the
//! middle of a call of the core.

use std::sync::Arc;
use std::thread::{self, JoinHandle};
use std::time::{Duration, Instant};

use hookwright_runtime::Hookwright;
use hookwright_runtime::installed::State;

use super::notes::Note;
use super::{PluginFolder, SitePlugins};
use crate::failure::{Failure, Kind};
use crate::installation::Installation;
use crate::output::Output;

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
        let mut work = Work { hookwright: hookwright.clone(), plugins: Arc::clone(plugins), folder, seen: 0, out };
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
    /// The generation that the plugins are of.
    seen: i64,
    out: Output,
}

impl Work {
    fn run(mut self) {
        let mut looked = Instant::now();
        loop {
            let (notes, ended) = self.plugins.notes.take(EVERY.saturating_sub(looked.elapsed()));
            notes.into_iter().for_each(|note| self.write(note));
            if ended {
                return;
            }
            if looked.elapsed() >= EVERY {
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

    fn write(&self, note: Note) {
        let written = match note {
            Note::Failed { plugin, failure } => self.hookwright.plugins_note_failure(plugin, failure).wait().map(drop),
            Note::Deactivated { plugin, mut reason } => {
                reason.truncate(reason.floor_char_boundary(REASON_BYTES));
                self.out.note(format_args!("Plugin {plugin} is deactivated: {reason}"));
                self.hookwright.plugins_set_state(plugin, State::Inactive, Some(reason)).wait().map(drop)
            }
        };
        if let Err(error) = written {
            tracing::warn!("a plugin's failure could not be recorded: {error}");
        }
    }
}
