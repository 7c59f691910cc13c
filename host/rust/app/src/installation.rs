//! Puts an installation together: a database, the core component, the settings.
//!
//! Decides when a database may be created, and that its tables are brought up to date before anything else. The only
//! place that knows which database and which component there are.

use std::fs;
use std::io::ErrorKind;
use std::path::Path;
use std::sync::Arc;

use hookwright_runtime::{CodeCache, Component, Hookwright, Options};
use hookwright_storage::{Connect, OpenMode, Sqlite};

use crate::embedded;
use crate::failure::{Failure, Kind};
use crate::nothing_stored::NothingStored;
use crate::plugins::SitePlugins;
use crate::settings::Settings;

/// What a command needs of the database.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Database {
    /// It is made if it does not exist.
    Create,
    /// It must exist.
    MustExist,
    /// It is used if it exists; else nothing is stored.
    IfThere,
    /// None is used.
    Unused,
}

/// A running core on its database.
#[derive(Debug)]
pub(crate) struct Installation {
    /// The core, its settings checked and its tables up to date.
    pub(crate) hookwright: Hookwright,
    /// The settings that it runs with.
    pub(crate) settings: Settings,
    /// What the core asks of plugins. None takes part until they are loaded.
    pub(crate) plugins: Arc<SitePlugins>,
    /// Whether there is a database behind it.
    pub(crate) is_stored: bool,
}

impl Installation {
    /// Opens the installation whose database lies at `path`. `component` is a file to use instead of the core component
    /// in this program. None of the plugins takes part yet.
    ///
    /// # Errors
    ///
    /// A [`Failure`] that names the file, option or variable at fault.
    pub(crate) fn open(
        path: &Path,
        component: Option<&Path>,
        settings: Settings,
        database: Database,
        plugins: Arc<SitePlugins>,
    ) -> Result<Self, Failure> {
        let sqlite = choose(path, database)?;
        let is_stored = sqlite.is_some();
        let connect: Arc<dyn Connect> = match sqlite {
            Some(sqlite) => Arc::new(sqlite),
            None => Arc::new(NothingStored),
        };
        let extensions = Arc::<SitePlugins>::clone(&plugins);
        let options = Options { config: settings.pairs(), extensions, ..Options::default() };
        let hookwright = Hookwright::start(load(component)?, connect, options)?;
        hookwright.check_config().wait().map_err(|error| settings.explain(error))?;
        if is_stored {
            hookwright.migrate().wait().map_err(|error| of_tables(path, error.into()))?;
        }
        Ok(Self { hookwright, settings, plugins, is_stored })
    }
}

/// The database to use; none where a command can do without.
fn choose(path: &Path, database: Database) -> Result<Option<Sqlite>, Failure> {
    let missing = || fs::metadata(path).is_err_and(|error| error.kind() == ErrorKind::NotFound);
    let existing = || Sqlite { create: OpenMode::MustExist, ..Sqlite::open(path) };
    match database {
        Database::Create => Ok(Some(Sqlite::open(path))),
        Database::MustExist if missing() => Err(Failure::new(
            Kind::Storage,
            format!(
                "there is no database at {}: create a webhook first, or name another file with --database",
                path.display()
            ),
        )),
        Database::IfThere if missing() => Ok(None),
        Database::MustExist | Database::IfThere => Ok(Some(existing())),
        Database::Unused => Ok(None),
    }
}

fn load(component: Option<&Path>) -> Result<Component, Failure> {
    let cache = CodeCache::of_user();
    match (component, embedded::component()) {
        (Some(file), _) => Ok(Component::from_file(file, &cache)?),
        (None, Some(bytes)) => Ok(Component::load(bytes, &cache)?),
        (None, None) => Err(Failure::new(Kind::Component, "this program was built without the core component").hint(
            "name its file with --component or HOOKWRIGHT_COMPONENT, or run `cargo xtask build-guest` and build \
                 this program again",
        )),
    }
}

/// Failures of the storage name the file by themselves; those of the core do not know it.
fn of_tables(path: &Path, failure: Failure) -> Failure {
    match failure.kind() {
        Kind::Storage => failure,
        _ => failure.about(&path.display().to_string()),
    }
}
