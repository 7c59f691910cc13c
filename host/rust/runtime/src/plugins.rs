//! Third parties' components: loaded, contained, and asked in order.
//!
//! Decides what a plugin may be and may use, and what its failures mean; refuses to know where plugins are kept, who
//! activates them, and what an event is. A plugin reaches nothing but its own log, clock, random stream and settings:
//! it has no network, no files and no way to publish, so it cannot enter the core that is on the stack.
//!
//! Three files to open first: `plugin.rs` (from file to a plugin that has said what it is), `instance.rs` (one call
//! with its limits), `routing.rs` ([`Plugins`], what all answers come to).
//!
//! ```no_run
//! # use std::sync::Arc;
//! # use hookwright_runtime::plugins::{ActivePlugin, NoObserver, Plugin, PluginFile, PluginLimits, Plugins};
//! # use hookwright_runtime::{CodeCache, Options, SystemEnvironment};
//! # fn start() -> Result<(), Box<dyn std::error::Error>> {
//! let plugin = Plugin::load(&PluginFile::read("mask-emails.wasm")?.bytes, &CodeCache::of_user())?;
//! let plugins = Arc::new(Plugins::new(Arc::new(SystemEnvironment), Arc::new(NoObserver), PluginLimits::default()));
//! plugins.replace(vec![ActivePlugin::new(plugin, 1)])?;
//! let options = Options { extensions: plugins, ..Options::default() };
//! # Ok(()) }
//! ```

mod active;
mod bindings;
mod budget;
mod declared;
mod description;
mod extensions;
mod header_rules;
mod hook;
mod imports;
mod instance;
mod journal;
mod limits;
mod load_error;
mod log;
mod observer;
mod plugin;
mod routing;
mod set;
mod topic_name;
mod trial;
mod world;

pub use active::{ActivePlugin, PluginStatus};
pub use declared::TopicsFileError;
pub use description::{Description, DescriptionError, FailurePolicy, Interest, Topic};
pub use hook::{Failure, Headers, Hook, HookContext, HookInput, HookOutput};
pub use journal::{Journal, JournalEntry, JournalKind, JournalReader};
pub use limits::{FILE_CAP_BYTES, PluginLimits};
pub use load_error::PluginError;
pub use log::{Level, LogLine};
pub use observer::{NoObserver, Occasion, PluginObserver};
pub use plugin::{Plugin, PluginFile};
pub use routing::Plugins;
pub use set::ActivationError;
pub use topic_name::is_wanted;
pub use trial::Trial;
