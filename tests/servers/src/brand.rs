//! Which servers there are, and how each is set up and started.
//!
//! Decides the settings; knows nothing of where a program comes from and how long it lives.

use std::io::Write as _;
use std::path::Path;
use std::process::{Command, Stdio};

use crate::programs::Programs;

/// Who may use a server, and with which password. It holds what a URL must escape.
pub(crate) const USER: &str = "hookwright";
pub(crate) const PASSWORD: &str = "p@ss/w:rd";
/// The password as a URL has it.
pub(crate) const PASSWORD_IN_URL: &str = "p%40ss%2Fw%3Ard";

/// A database server.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Brand {
    /// From Debian's `postgresql`.
    Postgres,
    /// From Debian's `mariadb-server-core`: the server alone, without a service that apt would start.
    Mariadb,
}

impl Brand {
    /// Both.
    pub const ALL: [Self; 2] = [Self::Postgres, Self::Mariadb];

    /// Debian's package.
    pub(crate) fn package(self) -> &'static str {
        match self {
            Self::Postgres => "postgresql",
            Self::Mariadb => "mariadb-server-core",
        }
    }

    /// What ends the server at once, as `kill` names it. PostgreSQL's children end with it on QUIT only.
    pub(crate) fn last_signal(self) -> &'static str {
        match self {
            Self::Postgres => "QUIT",
            Self::Mariadb => "KILL",
        }
    }

    /// Fills `folder/data`. `unprivileged` makes a command run as the server's user.
    pub(crate) fn initialize(
        self,
        programs: &Programs,
        folder: &Path,
        unprivileged: impl Fn(&mut Command),
    ) -> Result<(), String> {
        let data = folder.join("data");
        let (mut command, input) = match self {
            Self::Postgres => {
                let mut command = Command::new(&programs.set_up);
                command.arg("-D").arg(&data).args(["-U", USER, "-E", "UTF8", "--locale=C.UTF-8"]);
                command.args(["-A", "scram-sha-256", "--no-sync", "--no-instructions", "--pwfile=password"]);
                std::fs::write(folder.join("password"), PASSWORD).map_err(|error| error.to_string())?;
                (command, Vec::new())
            }
            Self::Mariadb => {
                std::fs::create_dir(&data).map_err(|error| error.to_string())?;
                own(&data)?;
                let mut command = Command::new(&programs.server);
                command.arg("--no-defaults").args(mariadb_paths(programs, folder));
                if programs.is_mysql {
                    command.arg("--initialize-insecure");
                    (command, Vec::new())
                } else {
                    command.arg("--bootstrap");
                    (command, mariadb_tables(programs)?)
                }
            }
        };
        unprivileged(&mut command);
        programs.with_libraries(&mut command);
        command.current_dir(folder).stdin(Stdio::piped()).stdout(Stdio::piped()).stderr(Stdio::piped());
        let mut child = command.spawn().map_err(|error| format!("{command:?}: {error}"))?;
        let mut stdin = child.stdin.take();
        // Beside it, so that neither waits for the other's full pipe.
        let output = std::thread::scope(|scope| {
            scope.spawn(move || stdin.as_mut().map(|stdin| stdin.write_all(&input)));
            child.wait_with_output()
        });
        let output = output.map_err(|error| error.to_string())?;
        match output.status.success() {
            true => Ok(()),
            false => Err(format!("{command:?} failed: {}", String::from_utf8_lossy(&output.stderr).trim())),
        }
    }

    /// Program and arguments of the server. Nothing that it writes has to survive the machine.
    pub(crate) fn command_line(self, programs: &Programs, folder: &Path, port: u16) -> Vec<String> {
        let place = folder.display();
        let mut line = vec![programs.server.display().to_string()];
        match self {
            Self::Postgres => {
                line.extend(["-D".to_owned(), format!("{place}/data"), "-k".to_owned(), place.to_string()]);
                for setting in [
                    format!("port={port}"),
                    "listen_addresses=127.0.0.1".to_owned(),
                    "fsync=off".to_owned(),
                    "full_page_writes=off".to_owned(),
                    "max_connections=200".to_owned(),
                    "deadlock_timeout=100ms".to_owned(),
                ] {
                    line.extend(["-c".to_owned(), setting]);
                }
            }
            Self::Mariadb => {
                line.push("--no-defaults".to_owned());
                line.extend(mariadb_paths(programs, folder));
                line.extend([
                    format!("--socket={place}/mysqld.sock"),
                    format!("--port={port}"),
                    "--bind-address=127.0.0.1".to_owned(),
                    format!("--init-file={place}/users.sql"),
                    "--innodb-flush-log-at-trx-commit=0".to_owned(),
                    "--max-connections=200".to_owned(),
                    "--skip-name-resolve".to_owned(),
                ]);
                if programs.is_mysql {
                    line.extend(["--mysqlx=OFF", "--skip-log-bin", "--secure-file-priv="].map(str::to_owned));
                }
            }
        }
        line
    }

    /// What must lie in the folder before the server starts.
    pub(crate) fn prepare(self, folder: &Path) -> Result<(), String> {
        if self == Self::Postgres {
            return Ok(());
        }
        // In an init file each statement has a line of its own.
        let users = format!(
            "CREATE USER IF NOT EXISTS {USER}@'%' IDENTIFIED BY '{PASSWORD}';\n\
             GRANT ALL ON *.* TO {USER}@'%' WITH GRANT OPTION;\n"
        );
        std::fs::write(folder.join("users.sql"), users).map_err(|error| error.to_string())
    }
}

fn mariadb_paths(programs: &Programs, folder: &Path) -> Vec<String> {
    let share = programs.share.display();
    let log_size = if programs.is_mysql { "--innodb-redo-log-capacity=64M" } else { "--innodb-log-file-size=32M" };
    vec![
        format!("--datadir={}/data", folder.display()),
        format!("--tmpdir={}", folder.display()),
        format!("--lc-messages-dir={share}"),
        format!("--character-sets-dir={share}/charsets"),
        "--innodb-flush-method=nosync".to_owned(),
        log_size.to_owned(),
    ]
}

/// The statements that make the server's own tables.
fn mariadb_tables(programs: &Programs) -> Result<Vec<u8>, String> {
    let file = programs.share.join("mysql_system_tables.sql");
    let tables = std::fs::read(&file).map_err(|error| format!("{}: {error}", file.display()))?;
    Ok([b"CREATE DATABASE mysql;\nUSE mysql;\n".as_slice(), &tables].concat())
}

/// Gives a folder to the server's user.
pub(crate) fn own(folder: &Path) -> Result<(), String> {
    let Some((user, group)) = crate::process::other_user() else { return Ok(()) };
    std::os::unix::fs::chown(folder, Some(user), Some(group)).map_err(|error| error.to_string())
}
