//! Which versions of esbuild and componentize-qjs build a plugin, and where they are found: in the project, else in the
//! folder of the tools.

use std::fs;
use std::path::{Path, PathBuf};

use serde_json::Value;

use crate::authoring::program::Program;
use crate::authoring::tools::Tool;
use crate::failure::{Failure, Kind};
use crate::output::Output;

/// Where Node.js is missing or too old.
pub(super) const NODE_REMEDY: &str = "install Node.js 20 or newer, which brings npm, from https://nodejs.org";

const LEAST_NODE: u32 = 20;

const ESBUILD: Tool = Tool { name: "esbuild", version: "0.28.2" };

const COMPONENTIZE: Tool = Tool { name: "componentize-qjs", version: "0.4.5" };

/// The folders of the packages.
#[derive(Debug)]
pub(super) struct Tools {
    pub(super) esbuild: PathBuf,
    pub(super) componentize: PathBuf,
}

/// The tools for a project, installed now where they are not there.
///
/// # Errors
///
/// When Node.js is missing or too old, or a tool cannot be installed.
pub(super) fn of(project: &Path, out: &Output) -> Result<Tools, Failure> {
    let version = Program::new("node", NODE_REMEDY).args(["--version"]).answer()?;
    if major(&version).is_some_and(|major| major < LEAST_NODE) {
        let message = format!("Node.js {} is too old to build a plugin", version.trim());
        return Err(Failure::new(Kind::Tool, message).hint(NODE_REMEDY));
    }
    Ok(Tools { esbuild: package(ESBUILD, project, out)?, componentize: package(COMPONENTIZE, project, out)? })
}

/// `v20.19.0`
fn major(version: &str) -> Option<u32> {
    version.trim().trim_start_matches('v').split('.').next()?.parse().ok()
}

fn package(tool: Tool, project: &Path, out: &Output) -> Result<PathBuf, Failure> {
    let below = Path::new("node_modules").join(tool.name);
    let own = project.ancestors().map(|folder| folder.join(&below)).find(|package| has_version(package, tool.version));
    match own {
        Some(package) => Ok(package),
        None => Ok(tool.folder(out, |folder| install(tool, folder))?.join(below)),
    }
}

fn has_version(package: &Path, version: &str) -> bool {
    let manifest = fs::read_to_string(package.join("package.json")).ok();
    let value: Option<Value> = manifest.and_then(|text| serde_json::from_str(&text).ok());
    value.is_some_and(|value| value["version"] == version)
}

fn install(Tool { name, version }: Tool, folder: &Path) -> Result<(), Failure> {
    Program::new(if cfg!(windows) { "npm.cmd" } else { "npm" }, NODE_REMEDY)
        .args(["install", "--no-save", "--no-package-lock", "--ignore-scripts", "--no-audit", "--no-fund", "--prefix"])
        .args([folder])
        .args([format!("{name}@{version}")])
        .within(folder)
        .answer()
        .map(drop)
        .map_err(|failure| failure.about(&format!("cannot install {name}")).hint("is the registry of npm reachable?"))
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::Format;

    #[test]
    fn the_packages_of_a_project_come_first_if_they_have_the_version() {
        let home = tempfile::tempdir().unwrap();
        let project = home.path().join("a/b");
        let package_json = |folder: &Path, version: &str| {
            let package = folder.join("node_modules/esbuild");
            fs::create_dir_all(&package).unwrap();
            fs::write(package.join("package.json"), format!(r#"{{"version":"{version}"}}"#)).unwrap();
            package
        };
        package_json(&project, "0.1.0");
        let above = package_json(home.path(), ESBUILD.version);
        assert_eq!(package(ESBUILD, &project, &Output::new(Format::Json)).unwrap(), above);
        let nearest = package_json(&project, ESBUILD.version);
        assert_eq!(package(ESBUILD, &project, &Output::new(Format::Json)).unwrap(), nearest);
    }

    #[test]
    fn a_version_of_node_is_read() {
        assert_eq!([major("v20.19.0\n"), major("18.1"), major("?")], [Some(20), Some(18), None]);
    }
}
