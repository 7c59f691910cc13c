//! Decides what can be typed: all commands and the options that each of them takes.
//!
//! Each command is a module of its own, with its options and what it does. Knows nothing of how the parts are put
//! together.

mod account;
mod accounts;
mod deliver;
mod deliveries;
mod each;
mod explain;
mod guard;
mod header_lines;
mod length;
mod listen;
mod log;
mod paging;
mod plugins;
mod policy;
mod publish;
mod rekey;
mod remove;
mod scheme;
mod secret;
mod serve;
mod sign;
mod stats;
mod stop;
mod timestamp;
mod topics;
mod verify;
mod webhooks;

use std::path::PathBuf;
use std::process::ExitCode;
use std::sync::{Mutex, PoisonError};
use std::time::Duration;

use clap::builder::TypedValueParser as _;
use clap::{ArgAction, Parser, Subcommand};
use hookwright_runtime::plugins::PluginLimits;

use crate::failure::Failure;
use crate::installation::{Database, Installation};
use crate::location::Location;
use crate::output::{Format, Output};
use crate::plugins::{Keeper, PluginFolder, SitePlugins};
use crate::settings::{Settings, Shorthand};

/// Reads the command line, does what it says, and tells how it went.
pub(crate) fn run() -> ExitCode {
    let cli = Cli::parse();
    let format = if cli.global.json { Format::Json } else { Format::Human };
    let context = Context { global: cli.global, out: Output::new(format), keepers: Mutex::default() };
    match log::start(context.global.verbose).and_then(|()| cli.command.run(&context)) {
        Ok(code) => code,
        Err(failure) => context.out.failure(&failure),
    }
}

/// Sends webhooks: stores events, signs them, delivers them and retries.
#[derive(Parser)]
#[command(name = "hookwright", version, max_term_width = 100, arg_required_else_help = true, after_help = FIRST_STEPS)]
struct Cli {
    #[command(flatten)]
    global: GlobalArgs,
    #[command(subcommand)]
    command: Command,
}

const FIRST_STEPS: &str = "\
First steps:
  hookwright topics --search order
  hookwright webhooks create --url https://shop.example/hook --topic 'order.*'
  hookwright publish order.created --sample
  hookwright deliver";

/// Options of every command.
#[derive(Clone, Debug, clap::Args)]
#[command(next_help_heading = "Global options")]
pub(crate) struct GlobalArgs {
    /// Database of the installation: a SQLite file, postgres://… or mysql://…
    #[arg(
        long,
        global = true,
        value_name = "FILE|URL",
        env = "HOOKWRIGHT_DATABASE",
        hide_env_values = true,
        default_value = "hookwright.db",
        value_parser = clap::builder::OsStringValueParser::new().map(Location::of)
    )]
    pub(crate) database: Location,
    /// Print one JSON document instead of tables and text
    #[arg(long, global = true)]
    pub(crate) json: bool,
    /// Core component to use instead of the one in this program
    #[arg(long, global = true, value_name = "FILE", env = "HOOKWRIGHT_COMPONENT", hide_env_values = true)]
    pub(crate) component: Option<PathBuf>,
    /// Folder with the files of installed plugins [default: the database file's name with `.plugins` behind it; with a
    /// server `hookwright.plugins`]
    #[arg(long, global = true, value_name = "FOLDER", env = "HOOKWRIGHT_PLUGINS", hide_env_values = true)]
    pub(crate) plugins: Option<PathBuf>,
    /// How long one call of one plugin may take [default: 50ms]
    #[arg(
        long,
        global = true,
        value_name = "LENGTH",
        env = "HOOKWRIGHT_PLUGIN_DEADLINE",
        hide_env_values = true,
        value_parser = length::parse
    )]
    pub(crate) plugin_deadline: Option<Duration>,
    /// Allow webhooks without TLS; short for `--set allow-http=true`
    #[arg(long, global = true)]
    pub(crate) allow_http: bool,
    /// Allow http, and receivers on this machine and in private networks, for development; short for
    /// `--set allow-http=true --set allow-addresses=loopback,private`
    #[arg(long, global = true)]
    pub(crate) allow_local: bool,
    /// Setting of the installation, for example `max-payload-bytes=65536`; also as variable
    /// HOOKWRIGHT_MAX_PAYLOAD_BYTES
    #[arg(long, global = true, value_name = "KEY=VALUE")]
    pub(crate) set: Vec<String>,
    /// Print what happens inside to stderr; twice for more. HOOKWRIGHT_LOG takes a filter
    #[arg(short, long, global = true, action = ArgAction::Count)]
    pub(crate) verbose: u8,
}

impl GlobalArgs {
    fn shorthands(&self) -> Vec<Shorthand> {
        let typed = [(self.allow_http, Shorthand::AllowHttp), (self.allow_local, Shorthand::AllowLocal)];
        typed.into_iter().filter(|(typed, _)| *typed).map(|(_, shorthand)| shorthand).collect()
    }
}

#[derive(Subcommand)]
enum Command {
    /// Show the topics that events can have, and register your own
    Topics(topics::TopicsArgs),
    /// Create, show, change, test and delete webhooks
    #[command(subcommand)]
    Webhooks(webhooks::WebhooksCommand),
    /// Store events; their deliveries are then due
    Publish(publish::PublishArgs),
    /// Say which webhooks would receive an event and which not, and why; stores nothing
    Explain(explain::ExplainArgs),
    /// Send what is due, until nothing is left
    Deliver(deliver::DeliverArgs),
    /// Show deliveries with their attempts, send them again, end them
    #[command(subcommand)]
    Deliveries(deliveries::DeliveriesCommand),
    /// What accounts may have
    #[command(subcommand)]
    Accounts(accounts::AccountsCommand),
    /// Install, activate, set, check and try plugins
    #[command(subcommand)]
    Plugins(plugins::PluginsCommand),
    /// Serve the same functions over HTTP to applications on this machine, and send what is due
    Serve(serve::ServeArgs),
    /// Receive webhooks on this machine and show them
    Listen(listen::ListenArgs),
    /// Count webhooks and deliveries by state
    Stats(stats::StatsArgs),
    /// Stop all deliveries, for example in a copy of the site
    Stop(stop::StopArgs),
    /// Deliver again after a stop
    Resume(stop::ResumeArgs),
    /// Remove payloads, attempts and events that are past their retention
    Purge(remove::PurgeArgs),
    /// Remove everything of an account or event
    Erase(remove::EraseArgs),
    /// Seal stored secrets under the first encryption key
    Rekey(rekey::RekeyArgs),
    /// Sign a message as a sender does
    Sign(sign::SignArgs),
    /// Check a signed message as a receiver does
    Verify(verify::VerifyArgs),
    /// Say whether a webhook may call a URL or an address
    Guard(guard::GuardArgs),
    /// Show what the retry policy does
    #[command(subcommand)]
    Policy(policy::PolicyCommand),
    /// Make secrets
    #[command(subcommand)]
    Secret(secret::SecretCommand),
}

impl Command {
    fn run(self, context: &Context) -> Result<ExitCode, Failure> {
        match self {
            Self::Topics(args) => topics::run(args, context),
            Self::Webhooks(command) => webhooks::run(command, context),
            Self::Publish(args) => publish::run(args, context),
            Self::Explain(args) => explain::run(args, context),
            Self::Accounts(command) => accounts::run(command, context),
            Self::Plugins(command) => plugins::run(command, context),
            Self::Deliver(args) => deliver::run(args, context),
            Self::Deliveries(command) => deliveries::run(command, context),
            Self::Serve(args) => serve::run(&args, context),
            Self::Listen(args) => listen::run(args, context),
            Self::Stats(args) => stats::run(&args, context),
            Self::Stop(args) => stop::stop(args, context),
            Self::Resume(args) => stop::resume(&args, context),
            Self::Purge(args) => remove::purge(&args, context),
            Self::Erase(args) => remove::erase(args, context),
            Self::Rekey(args) => rekey::run(&args, context),
            Self::Sign(args) => sign::run(args, context),
            Self::Verify(args) => verify::run(args, context),
            Self::Guard(args) => guard::run(&args, context),
            Self::Policy(command) => policy::run(command, context),
            Self::Secret(command) => secret::run(&command, context),
        }
    }
}

/// What every command gets: the global options, and where its result goes.
#[derive(Debug)]
pub(crate) struct Context {
    pub(crate) global: GlobalArgs,
    pub(crate) out: Output,
    /// Plugins at work; what is left to be recorded of them is written before the program ends.
    keepers: Mutex<Vec<Keeper>>,
}

impl Context {
    /// Opens the installation that the global options name, with its plugins.
    pub(crate) fn open(&self, database: Database) -> Result<Installation, Failure> {
        let installation = self.open_without_plugins(database)?;
        if installation.is_stored {
            let keeper = Keeper::start(&installation, self.plugin_folder(), self.out)?;
            self.keepers.lock().unwrap_or_else(PoisonError::into_inner).push(keeper);
        }
        Ok(installation)
    }

    /// Opens the installation, but none of its plugins takes part: for commands that never ask them, so that these work
    /// whatever is the matter with a plugin.
    pub(crate) fn open_without_plugins(&self, database: Database) -> Result<Installation, Failure> {
        let GlobalArgs { database: location, component, set, .. } = &self.global;
        let settings = Settings::collect(set, &self.global.shorthands())?;
        let plugins = SitePlugins::new(self.plugin_limits());
        Installation::open(location, component.as_deref(), settings, database, plugins)
    }

    /// Where the files of plugins lie.
    pub(crate) fn plugin_folder(&self) -> PluginFolder {
        let GlobalArgs { database, plugins, .. } = &self.global;
        PluginFolder::at(plugins.clone().unwrap_or_else(|| database.plugins()))
    }

    /// What each plugin may use.
    pub(crate) fn plugin_limits(&self) -> PluginLimits {
        let usual = PluginLimits::default();
        let call_deadline = self.global.plugin_deadline.unwrap_or(usual.call_deadline);
        // Five calls, as it is where nothing is set.
        PluginLimits { call_deadline, budget: call_deadline.saturating_mul(5), ..usual }
    }
}
