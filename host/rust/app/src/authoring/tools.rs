//! Tools that build plugins and come from npm or PyPI: where they lie, and that each is installed whole and once.
//!
//! Decides the folder: `$HOOKWRIGHT_TOOLS`, else `hookwright/tools` in the user's cache. Knows nothing of how a tool is
//! installed.

use std::env;
use std::fs;
use std::io;
use std::path::{Path, PathBuf};

use crate::failure::{Failure, Kind};
use crate::output::Output;

/// The variable that names the folder.
const VARIABLE: &str = "HOOKWRIGHT_TOOLS";

/// A tool at exactly one version.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct Tool {
    /// As in its registry, for example `componentize-py`.
    pub(crate) name: &'static str,
    pub(crate) version: &'static str,
}

impl Tool {
    /// The folder that the tool lies in; `install` puts it into an empty folder where it is not there yet.
    ///
    /// # Errors
    ///
    /// What `install` gives, or when the folder cannot be made.
    pub(crate) fn folder(
        self,
        out: &Output,
        install: impl FnOnce(&Path) -> Result<(), Failure>,
    ) -> Result<PathBuf, Failure> {
        self.folder_in(&tools()?, out, install)
    }

    fn folder_in(
        self,
        tools: &Path,
        out: &Output,
        install: impl FnOnce(&Path) -> Result<(), Failure>,
    ) -> Result<PathBuf, Failure> {
        let Self { name, version } = self;
        let folder = tools.join(format!("{}-{version}", name.trim_start_matches('@').replace('/', "-")));
        if folder.is_dir() {
            return Ok(folder);
        }
        out.note(format_args!("Installing {name} {version} into {} (once).", folder.display()));
        let failed = |error: io::Error| {
            Failure::new(Kind::Io, format!("cannot install {name} into {}: {error}", tools.display()))
                .hint(format!("{VARIABLE} names another folder"))
        };
        fs::create_dir_all(tools).map_err(failed)?;
        let unfinished = tempfile::Builder::new().prefix(".installing-").tempdir_in(tools).map_err(failed)?;
        install(unfinished.path())?;
        match fs::rename(unfinished.path(), &folder) {
            Ok(()) => {
                // Nothing is left there to remove.
                let _ = unfinished.keep();
                Ok(folder)
            }
            // Somebody else was faster; theirs is as good.
            Err(_) if folder.is_dir() => Ok(folder),
            Err(error) => Err(failed(error)),
        }
    }
}

fn tools() -> Result<PathBuf, Failure> {
    let absolute = |name| env::var_os(name).map(PathBuf::from).filter(|path| path.is_absolute());
    if let Some(folder) = env::var_os(VARIABLE).filter(|folder| !folder.is_empty()) {
        return std::path::absolute(folder).map_err(|error| Failure::new(Kind::Io, format!("{VARIABLE}: {error}")));
    }
    let caches = absolute("XDG_CACHE_HOME").or_else(|| Some(env::home_dir()?.join(".cache")));
    caches.map(|caches| caches.join("hookwright/tools")).ok_or_else(|| {
        Failure::new(Kind::Io, "nobody says where tools can be kept: there is no home folder")
            .hint(format!("{VARIABLE} names a folder for them"))
    })
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::Format;

    const TOOL: Tool = Tool { name: "@scope/some-tool", version: "1.2.3" };

    fn install(tools: &Path, what: &str) -> Result<PathBuf, Failure> {
        TOOL.folder_in(tools, &Output::new(Format::Json), |folder| {
            fs::write(folder.join("tool"), what).unwrap();
            match what {
                "broken" => Err(Failure::new(Kind::Tool, "no network")),
                _ => Ok(()),
            }
        })
    }

    #[test]
    fn a_tool_is_installed_once_and_never_in_part() {
        let home = tempfile::tempdir().unwrap();
        let tools = home.path().join("a/b");
        assert_eq!(install(&tools, "broken").unwrap_err().lines(), ["no network"]);
        assert_eq!(fs::read_dir(&tools).unwrap().count(), 0);
        for what in ["first", "second"] {
            let folder = install(&tools, what).unwrap();
            assert_eq!(folder, tools.join("scope-some-tool-1.2.3"));
            assert_eq!(fs::read_to_string(folder.join("tool")).unwrap(), "first");
        }
        assert_eq!(fs::read_dir(&tools).unwrap().count(), 1);
    }

    #[test]
    fn of_two_that_install_at_once_one_wins_and_both_have_it() {
        let home = tempfile::tempdir().unwrap();
        let outer = TOOL.folder_in(home.path(), &Output::new(Format::Json), |folder| {
            fs::write(folder.join("tool"), "outer").unwrap();
            install(home.path(), "inner").map(drop)
        });
        assert_eq!(fs::read_to_string(outer.unwrap().join("tool")).unwrap(), "inner");
        assert_eq!(fs::read_dir(home.path()).unwrap().count(), 1);
    }
}
