//! Puts an installation together: a database, the core component, the settings.
//!
//! Decides when a database may be created, and that its tables are brought up to date before anything else. The only
//! place that knows which database and which component there are.

use std::path::Path;
use std::sync::Arc;

use hookwright_runtime::{CodeCache, Component, Hookwright, Options};
use hookwright_storage::{Connect, OpenMode};

use crate::embedded;
use crate::failure::{Failure, Kind};
use crate::location::Location;
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
    /// Opens the installation whose tables lie at `location`. `component` is a file to use instead of the core component
    /// in this program. None of the plugins takes part yet.
    ///
    /// # Errors
    ///
    /// A [`Failure`] that names the file, option or variable at fault.
    pub(crate) fn open(
        location: &Location,
        component: Option<&Path>,
        settings: Settings,
        database: Database,
        plugins: Arc<SitePlugins>,
    ) -> Result<Self, Failure> {
        let stored = choose(location, database)?;
        let is_stored = stored.is_some();
        let connect = stored.unwrap_or_else(|| Arc::new(NothingStored));
        let extensions = Arc::<SitePlugins>::clone(&plugins);
        let options = Options { config: settings.pairs(), extensions, ..Options::default() };
        let hookwright = Hookwright::start(load(component)?, connect, options)?;
        hookwright.check_config().wait().map_err(|error| settings.explain(error))?;
        if is_stored {
            hookwright.migrate().wait().map_err(|error| of_tables(location, error.into()))?;
        }
        Ok(Self { hookwright, settings, plugins, is_stored })
    }
}

/// The database to use; none where a command can do without.
fn choose(location: &Location, database: Database) -> Result<Option<Arc<dyn Connect>>, Failure> {
    match database {
        Database::Create => location.connect(OpenMode::CreateIfMissing).map(Some),
        Database::MustExist if location.is_missing() => Err(Failure::new(
            Kind::Storage,
            format!("there is no database at {location}: create a webhook first, or name another file with --database"),
        )),
        Database::IfThere if location.is_missing() => Ok(None),
        Database::MustExist | Database::IfThere => location.connect(OpenMode::MustExist).map(Some),
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
fn of_tables(location: &Location, failure: Failure) -> Failure {
    match failure.kind() {
        Kind::Storage => failure,
        _ => failure.about(&location.to_string()),
    }
}
