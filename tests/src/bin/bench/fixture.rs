//! What every measurement starts from: the component, a folder on a real disk, and fresh installations in it.

use std::env::consts::EXE_SUFFIX;
use std::path::{Path, PathBuf};
use std::sync::Arc;

use anyhow::{Context, bail};
use hookwright_runtime::events::Event;
use hookwright_runtime::registry::NewWebhook;
use hookwright_runtime::{CodeCache, Component, Hookwright, Options};
use hookwright_storage::Sqlite;
use tempfile::TempDir;

use crate::arguments::Size;

/// The topic of all events.
pub(crate) const TOPIC: &str = "order.created";
/// Bytes of an event's data.
pub(crate) const DATA_BYTES: usize = 1024;

/// The component, the program and a folder, which goes with this.
#[derive(Debug)]
pub(crate) struct Fixture {
    /// How much is measured.
    pub(crate) size: Size,
    folder: TempDir,
    target: PathBuf,
    component: Component,
    program: PathBuf,
}

/// A fresh database with its tables, and the core that runs on it.
#[derive(Debug)]
pub(crate) struct Installation {
    /// The file.
    pub(crate) database: PathBuf,
    /// The core through the component.
    pub(crate) hookwright: Hookwright,
}

impl Fixture {
    /// Looks for what was built, and makes the folder beside it: folders for temporary files are often in memory,
    /// where a flush costs nothing.
    ///
    /// # Errors
    ///
    /// Says what has to be built first.
    pub(crate) fn new(size: Size) -> anyhow::Result<Self> {
        let this = std::env::current_exe().context("where this program lies cannot be told")?;
        let program = this.with_file_name(format!("hookwright{EXE_SUFFIX}"));
        if !program.is_file() {
            bail!("{} is not there; use `cargo xtask bench`", program.display());
        }
        let target = this.parent().and_then(Path::parent).context("this program lies in no target folder")?.to_owned();
        let folder = tempfile::Builder::new().prefix("bench-").tempdir_in(&target).context("no temporary folder")?;
        let component = Component::from_file(hookwright_tests::component::path(), &CodeCache::disabled());
        let component = component.context("use `cargo xtask bench`")?;
        Ok(Self { size, folder, target, component, program })
    }

    /// Where the databases lie.
    pub(crate) fn folder(&self) -> &Path {
        self.folder.path()
    }

    /// Where the JSON goes when nothing is said.
    pub(crate) fn default_out(&self) -> PathBuf {
        self.target.join("bench.json")
    }

    /// The `hookwright` program on a database, with its cache of compiled code in the folder.
    pub(crate) fn command(&self, database: &Path) -> std::process::Command {
        let mut command = std::process::Command::new(&self.program);
        command.env("XDG_CACHE_HOME", self.folder().join("cache")).env("HOOKWRIGHT_DATABASE", database);
        for (key, value) in SETTINGS {
            command.env(format!("HOOKWRIGHT_{}", key.replace('-', "_").to_uppercase()), value);
        }
        command
    }

    /// A fresh installation whose file has this name, with a webhook for each URL.
    ///
    /// # Errors
    ///
    /// The core's.
    pub(crate) fn install(&self, name: &str, urls: &[String]) -> anyhow::Result<Installation> {
        self.install_with(name, urls, options())
    }

    /// As [`Fixture::install`], with the core's options.
    ///
    /// # Errors
    ///
    /// The core's.
    pub(crate) fn install_with(&self, name: &str, urls: &[String], options: Options) -> anyhow::Result<Installation> {
        let database = self.folder().join(format!("{name}.db"));
        let source = Arc::new(Sqlite::open(&database));
        let hookwright = Hookwright::start(self.component.clone(), source, options)?;
        hookwright.migrate().wait()?;
        for url in urls {
            let webhook = NewWebhook { url: url.clone(), topics: vec![TOPIC.to_owned()], ..NewWebhook::default() };
            hookwright.webhooks_create(webhook).wait()?;
        }
        Ok(Installation { database, hookwright })
    }
}

/// The receivers are on this machine.
const SETTINGS: [(&str, &str); 3] = [("allow-http", "true"), ("allow-addresses", "loopback"), ("ping", "false")];

/// The settings of all installations here.
pub(crate) fn options() -> Options {
    let config = SETTINGS.map(|(key, value)| (key.to_owned(), value.to_owned())).to_vec();
    Options { config, ..Options::default() }
}

/// An event with data of [`DATA_BYTES`].
pub(crate) fn event() -> Event {
    Event { topic: TOPIC.to_owned(), data: data(), account: None, idempotency_key: None, occurred_at: None }
}

/// JSON of [`DATA_BYTES`], compact.
pub(crate) fn data() -> String {
    let frame = r#"{"id":727,"note":""}"#.len();
    format!(r#"{{"id":727,"note":"{}"}}"#, "x".repeat(DATA_BYTES - frame))
}
