//! Decides which componentize-py builds: that of the project's virtual environment, of the active one, or one of this
//! program's own, and always the same version.

use std::env;
use std::fs;
use std::path::{Path, PathBuf};

use crate::authoring::program::Program;
use crate::authoring::tools::Tool;
use crate::failure::Failure;
use crate::output::Output;

pub(super) const PYTHON: &str = if cfg!(windows) { "python" } else { "python3" };

/// Where Python is missing.
pub(super) const REMEDY: &str =
    "install Python 3.10 or newer with pip: https://www.python.org, or `apt-get install python3 python3-pip`";

const COMPONENTIZE: Tool = Tool { name: "componentize-py", version: "0.25.1" };

/// The folder that Python finds componentize-py in.
///
/// # Errors
///
/// When it must be installed and cannot be.
pub(super) fn of(folder: &Path, out: &Output) -> Result<PathBuf, Failure> {
    let active = env::var_os("VIRTUAL_ENV").map(PathBuf::from);
    let environments = [Some(folder.join(".venv")), active];
    match environments.into_iter().flatten().find_map(|environment| within(&environment)) {
        Some(found) => Ok(found),
        None => COMPONENTIZE.folder(out, |folder| install(folder, out)),
    }
}

/// The folder of packages in a virtual environment that has the tool at this version.
fn within(environment: &Path) -> Option<PathBuf> {
    let libraries = fs::read_dir(environment.join("lib")).into_iter().flatten().filter_map(Result::ok);
    let folders = libraries.map(|library| library.path().join("site-packages"));
    let mut folders = folders.chain([environment.join("Lib/site-packages")]);
    folders.find(|folder| folder.join(format!("componentize_py-{}.dist-info", COMPONENTIZE.version)).is_dir())
}

fn install(folder: &Path, out: &Output) -> Result<(), Failure> {
    let Tool { name, version } = COMPONENTIZE;
    Program::new(PYTHON, REMEDY)
        // Older ones than 22.1 know no such option.
        .env("PIP_ROOT_USER_ACTION", "ignore")
        .args(["-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check", "--no-deps"])
        .args(["--only-binary=:all:", "--target"])
        .args([folder.as_os_str(), format!("{name}=={version}").as_ref()])
        .show(out)
        .map_err(|failure| failure.hint(REMEDY))
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_environment_counts_only_with_the_pinned_version() {
        let folder = tempfile::tempdir().unwrap();
        let packages = folder.path().join("lib/python3.12/site-packages");
        fs::create_dir_all(packages.join("componentize_py-0.1.0.dist-info")).unwrap();
        assert_eq!(within(folder.path()), None);
        fs::create_dir_all(packages.join(format!("componentize_py-{}.dist-info", COMPONENTIZE.version))).unwrap();
        assert_eq!(within(folder.path()), Some(packages));
    }
}
