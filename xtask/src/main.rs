//! The one tool of this repository: `cargo xtask COMMAND`.
//!
//! Decides which commands there are and which exit code a failure gets. What a command does stands in its own file.

mod artifacts;
mod bench;
mod bench_hosts;
mod build_guest;
mod build_plugins;
mod check;
mod command;
mod component;
mod demo;
mod dist;
mod guest_target;
mod node_host;
mod php;
mod prerequisites;
mod release;
mod replace;
mod report;
mod steps;
mod test;
mod wordpress;
mod workspace;
mod zip;

use std::ffi::OsString;
use std::process::ExitCode;

use clap::{Parser, Subcommand};

use command::CommandFailed;
use steps::StepsFailed;
use workspace::Workspace;

/// Build, check, test and measure Hookwright.
#[derive(Debug, Parser)]
#[command(name = "cargo xtask", bin_name = "cargo xtask")]
struct Arguments {
    #[command(subcommand)]
    task: Task,
}

#[derive(Debug, Subcommand)]
enum Task {
    /// Build the WebAssembly component into dist/hookwright.wasm
    BuildGuest,
    /// Build the example plugins written in Rust into dist/plugins/
    BuildPlugins,
    /// Build the npm package in host/node: what it needs, and the component as JavaScript
    BuildNode,
    /// Run the tests of host/node in a copy below target, with the component and the program as they are
    TestNode,
    /// Put the WordPress plugin together as it is shipped, in target/wordpress/hookwright
    BuildWordpress,
    /// Format, lints, documentation, WIT, dependency directions, licences, files: all but the tests
    Check,
    /// Build the component, check everything, run all tests
    Test,
    /// Run the main job once: publish, send, fail, retry, verify
    Demo {
        /// Passed on to the demo
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Show a WordPress with the plugin, on this machine, until Ctrl-C
    Wordpress,
    /// Measure, with a release build
    Bench {
        /// Passed on to the benchmark
        #[arg(trailing_var_arg = true, allow_hyphen_values = true)]
        arguments: Vec<OsString>,
    },
    /// Measure publish and delivery of the Rust, Node and PHP hosts, with a release build
    BenchHosts(bench_hosts::Arguments),
    /// Build the hookwright program, the C library and the WordPress plugin for release into dist/
    Dist,
    /// Write the PHP classes of the interface into host/php/src
    Php,
}

fn main() -> ExitCode {
    let arguments = Arguments::parse();
    match run(arguments.task) {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            report::line(format_args!("error: {error:#}"));
            ExitCode::from(exit_code(&error))
        }
    }
}

fn run(task: Task) -> anyhow::Result<()> {
    let workspace = Workspace::locate()?;
    match task {
        Task::BuildGuest => build_guest::run(&workspace),
        Task::BuildPlugins => build_plugins::run(&workspace),
        Task::BuildNode => node_host::build(&workspace),
        Task::TestNode => node_host::test_alone(&workspace),
        Task::BuildWordpress => wordpress::build(&workspace),
        Task::Check => check::run(&workspace),
        Task::Test => test::run(&workspace),
        Task::Demo { arguments } => demo::run(&workspace, &arguments),
        Task::Wordpress => wordpress::show(&workspace),
        Task::Bench { arguments } => bench::run(&workspace, &arguments),
        Task::BenchHosts(arguments) => bench_hosts::run(&workspace, &arguments),
        Task::Dist => dist::run(&workspace),
        Task::Php => php::run(&workspace),
    }
}

/// The exit code of the child that failed, or 1 where no child did.
fn exit_code(error: &anyhow::Error) -> u8 {
    if let Some(failed) = error.downcast_ref::<StepsFailed>() {
        failed.exit_code()
    } else {
        error.downcast_ref::<CommandFailed>().map_or(1, CommandFailed::exit_code)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use clap::CommandFactory;

    #[test]
    fn the_command_line_is_consistent() {
        Arguments::command().debug_assert();
    }

    #[test]
    fn arguments_of_the_bench_are_passed_on_untouched() {
        let parsed = Arguments::try_parse_from(["cargo xtask", "bench", "--json", "out.json"]).unwrap();
        let Task::Bench { arguments } = parsed.task else { panic!("not the bench: {parsed:?}") };
        assert_eq!(arguments, ["--json", "out.json"]);
    }

    #[test]
    fn a_failure_that_no_child_caused_is_exit_code_1() {
        assert_eq!(exit_code(&anyhow::anyhow!("no such file")), 1);
    }
}
