//! Decides which packages of others get into a component: those that `requirements.txt` asks for, in pure Python.

use std::fs;
use std::path::{Path, PathBuf};

use super::failed;
use super::tools::{PYTHON, REMEDY};
use crate::authoring::program::Program;
use crate::failure::{Failure, Kind};
use crate::output::Output;

/// The Python inside componentize-py 0.25.
const INSIDE: &str = "3.14";

const PURE: &str =
    "a plugin takes packages in pure Python only, those with a wheel `py3-none-any`: no machine code runs in it";

/// A folder like that of a virtual environment, with the packages. They are kept in the project's folder `build` until
/// its requirements are others; a project that has none gets an empty folder in `work`.
///
/// # Errors
///
/// When a package cannot be had, or has machine code.
pub(super) fn of(project: &Path, work: &Path, out: &Output) -> Result<PathBuf, Failure> {
    let file = project.join("requirements.txt");
    let wanted = match fs::read_to_string(&file) {
        Ok(text) => text,
        Err(_) if !file.exists() => String::new(),
        Err(error) => return Err(failed("read", &file, &error)),
    };
    let kept = if asks(&wanted) { project.join("build/packages") } else { work.join("packages") };
    let stamp = kept.join("requirements.txt");
    if fs::read_to_string(&stamp).is_ok_and(|installed| installed == wanted) {
        return Ok(kept);
    }
    if kept.exists() {
        fs::remove_dir_all(&kept).map_err(|error| failed("remove", &kept, &error))?;
    }
    let folder = kept.join("lib/python3/site-packages");
    fs::create_dir_all(&folder).map_err(|error| failed("make", &folder, &error))?;
    if asks(&wanted) {
        out.note("Installing what requirements.txt asks for.");
        install(&file, &folder)?;
        fs::write(&stamp, wanted).map_err(|error| failed("write", &stamp, &error))?;
    }
    Ok(kept)
}

/// Whether it says more than comments.
fn asks(requirements: &str) -> bool {
    requirements.lines().map(str::trim).any(|line| !line.is_empty() && !line.starts_with('#'))
}

fn install(requirements: &Path, folder: &Path) -> Result<(), Failure> {
    let installed = Program::new(PYTHON, REMEDY)
        // Older ones than 22.1 know no such option.
        .env("PIP_ROOT_USER_ACTION", "ignore")
        .args(["-m", "pip", "install", "--quiet", "--no-input", "--disable-pip-version-check", "--no-compile"])
        .args(["--only-binary=:all:", "--platform=any", "--abi=none", "--implementation=py"])
        .args(["--python-version", INSIDE, "--target"])
        .args([folder.as_os_str(), "--requirement".as_ref(), requirements.as_os_str()])
        .answer();
    match installed {
        Ok(_) => Ok(()),
        Err(failure) if failure.lines().iter().any(|line| line.contains("No matching distribution")) => {
            let why = failure.lines().join("\n");
            Err(Failure::new(Kind::Tool, format!("requirements.txt asks for what a plugin cannot have: {why}"))
                .hint(PURE))
        }
        Err(failure) => Err(failure.hint(REMEDY)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::Format;

    #[test]
    fn a_project_without_requirements_gets_an_empty_folder_of_its_own() {
        let (project, work) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        fs::write(project.path().join("requirements.txt"), "# none\n\n").unwrap();
        let folder = of(project.path(), work.path(), &Output::new(Format::Json)).unwrap();
        assert!(folder.starts_with(work.path()));
        assert_eq!(fs::read_dir(folder.join("lib/python3/site-packages")).unwrap().count(), 0);
        assert!(!project.path().join("build").exists());
    }

    #[test]
    fn what_is_installed_is_kept_while_the_requirements_are_the_same() {
        let (project, work) = (tempfile::tempdir().unwrap(), tempfile::tempdir().unwrap());
        let kept = project.path().join("build/packages");
        fs::create_dir_all(&kept).unwrap();
        for file in [project.path().join("requirements.txt"), kept.join("requirements.txt")] {
            fs::write(file, "tzdata==2026.1\n").unwrap();
        }
        assert_eq!(of(project.path(), work.path(), &Output::new(Format::Json)).unwrap(), kept);
    }
}
