//! A place with what an author has on a machine: tools on the PATH, and caches that all tests share.

use std::env;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::place::{Place, Ran};

/// What an author's tools look for, beside the PATH.
const KEPT: [&str; 6] = ["HOME", "CARGO_HOME", "RUSTUP_HOME", "RUSTUP_TOOLCHAIN", "LANG", "NODE_EXTRA_CA_CERTS"];

/// An empty folder outside of the repository.
pub(crate) struct Workshop {
    pub(crate) place: Place,
}

impl Workshop {
    pub(crate) fn new() -> Self {
        Self { place: Place::new() }
    }

    /// `hookwright` in a folder below.
    pub(crate) fn command(&self, folder: &str, arguments: &[&str]) -> Command {
        let mut command = self.place.command(arguments, &[]);
        Self::equip(&mut command);
        command.current_dir(self.place.path(folder)).stdin(Stdio::null());
        command
    }

    pub(crate) fn run(&self, folder: &str, arguments: &[&str]) -> Ran {
        Ran::of(arguments, self.command(folder, arguments).output().unwrap())
    }

    /// Commands in a shell that ends at the first one that fails, in which `hookwright` is the one under test.
    pub(crate) fn shell(&self, script: &str) -> Ran {
        let mut command = Command::new("sh");
        command.args(["-e", "-c", script]).current_dir(self.place.path("")).env_clear().stdin(Stdio::null());
        // Machines that run tests are busy.
        command.env("HOOKWRIGHT_PLUGIN_DEADLINE", "20s").env("XDG_CACHE_HOME", shared("cache"));
        Self::equip(&mut command);
        Ran::of(&[script], command.output().unwrap())
    }

    fn equip(command: &mut Command) {
        let own = Path::new(env!("CARGO_BIN_EXE_hookwright")).parent().unwrap().to_owned();
        let others = env::var_os("PATH").unwrap_or_default();
        let path = env::join_paths([own].into_iter().chain(env::split_paths(&others))).unwrap();
        command
            .env("PATH", path)
            // Dependencies are compiled once for all tests, from what cargo has for this repository already.
            .env("CARGO_TARGET_DIR", shared("plugins"))
            .env("CARGO_NET_OFFLINE", "true")
            .env("CARGO_PROFILE_DEV_DEBUG", "0")
            .env("CARGO_INCREMENTAL", "0")
            .env("HOOKWRIGHT_TOOLS", shared("tools"));
        for name in KEPT {
            command.envs(env::var_os(name).map(|value| (name, value)));
        }
    }
}

fn shared(name: &str) -> std::path::PathBuf {
    Path::new(env!("CARGO_TARGET_TMPDIR")).join(name)
}
