//! One site: from nothing to installed, and what a test asks of it from outside.

use std::fs;
use std::io;
use std::net::TcpListener;
use std::path::{Path, PathBuf};
use std::process::Command;
use std::time::{Duration, Instant};

use hookwright_test_servers::Database;
use tempfile::TempDir;

use super::program::Program;
use super::{Browser, WordPress, fpm};

/// Name and password of the administrator.
pub const ADMIN: (&str, &str) = ("admin", "correct horse battery staple");

/// How long a web server may take until it answers.
const START_LIMIT: Duration = Duration::from_secs(30);
const LOOK: Duration = Duration::from_millis(10);

/// What serves a site.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Front {
    /// `php -S`.
    BuiltIn,
    /// php-fpm behind a web server.
    Fpm,
}

/// PHP's `ffi.enable`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Ffi {
    /// `1`.
    On,
    /// `preload`, which is PHP's default, and nothing preloaded.
    Off,
}

/// When WordPress does what is due.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Cron {
    /// Beside the visits, as usual.
    OnVisits,
    /// When `wp-cron.php` is asked for, and only then.
    OnRequest,
}

/// How a site is to be.
#[derive(Clone, Copy, Debug)]
pub struct Setup<'a> {
    /// What serves it.
    pub front: Front,
    /// Whether PHP lets it use FFI.
    pub ffi: Ffi,
    /// When it does what is due.
    pub cron: Cron,
    /// The plugin's folder; it lies in the site, not yet activated.
    pub plugin: &'a Path,
}

/// A running site. Dropping it ends its server and removes its files; its database stays with the shared server.
#[derive(Debug)]
pub struct Site {
    /// Its address, without a slash at the end.
    pub url: String,
    /// Its database.
    pub database: Database,
    wordpress: WordPress,
    settings: Vec<String>,
    // Ends before its folder is removed.
    _program: Program,
    folder: TempDir,
}

impl Site {
    /// Makes and installs one; within a runtime.
    ///
    /// # Errors
    ///
    /// Which step failed, and with what.
    pub async fn start(wordpress: &WordPress, setup: Setup<'_>) -> Result<Self, String> {
        let told = |error: io::Error| error.to_string();
        let folder = tempfile::Builder::new().prefix("hookwright-wordpress-").tempdir().map_err(told)?;
        let root = folder.path().join("www");
        link(&wordpress.files, &root).map_err(told)?;
        link(setup.plugin, &root.join("wp-content/plugins/hookwright")).map_err(told)?;
        fs::create_dir_all(root.join("wp-content/mu-plugins")).map_err(told)?;
        fs::write(root.join("wp-content/mu-plugins/test.php"), MUST_USE).map_err(told)?;

        let settings = settings(setup.ffi);
        let (port, program) = match setup.front {
            Front::BuiltIn => built_in(wordpress, folder.path(), &settings)?,
            Front::Fpm => behind_fpm(wordpress, folder.path(), &settings).await?,
        };
        let url = format!("http://127.0.0.1:{port}");
        let database = wordpress.database_server.database();
        let config = config(wordpress, &database, &url, folder.path(), setup.cron);
        fs::write(root.join("wp-config.php"), config).map_err(told)?;
        let site = Self { url, database, wordpress: wordpress.clone(), settings, _program: program, folder };
        site.install().await?;
        Ok(site)
    }

    /// Somebody who is not logged in.
    #[must_use]
    pub fn visitor(&self) -> Browser {
        Browser::at(&self.url)
    }

    /// Runs PHP inside the site, on the command line, as the administrator; what it printed.
    ///
    /// # Panics
    ///
    /// When it fails.
    #[must_use]
    pub fn php(&self, code: &str) -> String {
        let script = format!("{PRELUDE}{code}");
        let mut command = Command::new(&self.wordpress.php.command);
        command.args(&self.settings).args(["-r", &script]).current_dir(self.root());
        let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
        let said = String::from_utf8_lossy(&output.stderr);
        assert!(output.status.success(), "{code}\n{}\n{said}\n{}", String::from_utf8_lossy(&output.stdout), self.log());
        String::from_utf8_lossy(&output.stdout).into_owned()
    }

    /// Does what is due, as a host's own cron does it: by the command line.
    ///
    /// # Panics
    ///
    /// When it fails.
    pub fn run_cron(&self) {
        let mut command = Command::new(&self.wordpress.php.command);
        command.args(&self.settings).arg("wp-cron.php").current_dir(self.root());
        let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}"));
        assert!(output.status.success(), "{}\n{}", String::from_utf8_lossy(&output.stderr), self.log());
    }

    /// Runs a statement in the site's database; the first column of the answer.
    ///
    /// # Panics
    ///
    /// When the database refuses.
    #[must_use]
    pub fn column(&self, sql: &str) -> Vec<String> {
        use mysql::prelude::Queryable as _;
        let connection = mysql::Conn::new(self.database.url.as_str());
        let answer = connection.and_then(|mut connection| connection.query(sql));
        answer.unwrap_or_else(|error| panic!("{sql}: {error}"))
    }

    /// Warnings and errors that PHP has logged, WordPress's own aside.
    #[must_use]
    pub fn log(&self) -> String {
        fs::read(self.folder.path().join("debug.log"))
            .map_or_else(|_| String::new(), |log| String::from_utf8_lossy(&log).into_owned())
    }

    /// Where WordPress lies.
    #[must_use]
    pub fn root(&self) -> PathBuf {
        self.folder.path().join("www")
    }

    async fn install(&self) -> Result<(), String> {
        let (name, password) = ADMIN;
        let fields = [
            ("weblog_title", "Test site"),
            ("user_name", name),
            ("admin_password", password),
            ("admin_password2", password),
            ("admin_email", "admin@example.test"),
            ("blog_public", "0"),
        ];
        let page = self.visitor().post("/wp-admin/install.php?step=2", &fields).await;
        match page.text.contains("wp-login.php") && !page.text.contains("class=\"error\"") {
            true => Ok(()),
            false => Err(format!("WordPress's installer says {}: {}\n{}", page.status, page.words(), self.log())),
        }
    }
}

/// What every site has besides its own: it sends no mail, asks nobody for updates, and logs what is ours.
const MUST_USE: &str = r#"<?php
add_filter('pre_wp_mail', '__return_true');
foreach (['core', 'plugins', 'themes'] as $what) {
    add_filter("pre_site_transient_update_{$what}", fn () => (object) [
        'last_checked' => time(), 'updates' => [], 'checked' => [], 'response' => [], 'version_checked' => '',
    ]);
}
// WordPress of that version uses what PHP deprecates since, its installer is careless, and its makers are out of reach.
set_error_handler(fn ($kind, $message, $file) => str_contains($message, 'WordPress.org')
    || str_ends_with($file, '/wp-admin/install.php')
    || ($kind & (E_DEPRECATED | E_USER_DEPRECATED)) !== 0 && !str_contains($file, '/hookwright/'));
"#;

/// Makes of a command line what WordPress needs of a request.
const PRELUDE: &str = r#"
$_SERVER += ['HTTP_HOST' => 'localhost', 'REQUEST_URI' => '/', 'REQUEST_METHOD' => 'GET', 'SERVER_PROTOCOL' => 'HTTP/1.1'];
require 'wp-load.php';
require_once ABSPATH . 'wp-admin/includes/admin.php';
wp_set_current_user(1);
"#;

fn settings(ffi: Ffi) -> Vec<String> {
    let enable = match ffi {
        Ffi::On => "1",
        Ffi::Off => "preload",
    };
    let settings = [&format!("ffi.enable={enable}"), "display_errors=0", "log_errors=1", "sendmail_path=/bin/false"];
    settings.iter().flat_map(|setting| ["-d".to_owned(), (*setting).to_owned()]).collect()
}

fn config(wordpress: &WordPress, database: &Database, url: &str, folder: &Path, cron: Cron) -> String {
    let constants = [
        ("DB_NAME", database.name.clone()),
        ("DB_USER", "hookwright".to_owned()),
        ("DB_PASSWORD", wordpress.database_server.password().to_owned()),
        ("DB_HOST", format!("localhost:{}", wordpress.database_server.socket().display())),
        ("DB_CHARSET", "utf8mb4".to_owned()),
        ("DB_COLLATE", String::new()),
        ("WP_HOME", url.to_owned()),
        ("WP_SITEURL", url.to_owned()),
        ("WP_DEBUG_LOG", folder.join("debug.log").display().to_string()),
    ];
    let keys = ["AUTH", "SECURE_AUTH", "LOGGED_IN", "NONCE"];
    let keys = keys.iter().flat_map(|name| ["KEY", "SALT"].map(|kind| format!("{name}_{kind}")));
    let keys = keys.map(|name| (name.clone(), format!("{name} of a test")));
    let mut config = "<?php\n".to_owned();
    for (name, value) in constants.map(|(name, value)| (name.to_owned(), value)).into_iter().chain(keys) {
        let value = value.replace('\\', "\\\\").replace('\'', "\\'");
        config.push_str(&format!("define('{name}', '{value}');\n"));
    }
    if cron == Cron::OnRequest {
        config.push_str("define('DISABLE_WP_CRON', true);\n");
    }
    // On a local site, webhooks may go to this machine and need no TLS.
    config
        + "define('WP_ENVIRONMENT_TYPE', 'local');\ndefine('WP_DEBUG', true);\ndefine('WP_DEBUG_DISPLAY', false);\n\
           define('WP_HTTP_BLOCK_EXTERNAL', true);\ndefine('WP_ACCESSIBLE_HOSTS', '127.0.0.1');\n\
           $table_prefix = 'wp_';\ndefined('ABSPATH') || define('ABSPATH', __DIR__ . '/');\n\
           require_once ABSPATH . 'wp-settings.php';\n"
}

/// PHP's own server on a free port; another process may take that first, and then another one is tried.
fn built_in(wordpress: &WordPress, folder: &Path, settings: &[String]) -> Result<(u16, Program), String> {
    let told = |error: io::Error| error.to_string();
    let (root, log) = (folder.join("www"), folder.join("server.log"));
    loop {
        let port = TcpListener::bind("127.0.0.1:0").and_then(|free| free.local_addr()).map_err(told)?.port();
        let mut line = vec![wordpress.php.command.display().to_string()];
        line.extend(settings.iter().cloned());
        line.extend(["-S".to_owned(), format!("127.0.0.1:{port}"), "-t".to_owned(), root.display().to_string()]);
        let program = Program::start(&line, &root, &log).map_err(told)?;
        let said = await_word(&log, &["Development Server", "Failed to listen"])?;
        if said == "Development Server" {
            return Ok((port, program));
        }
    }
}

async fn behind_fpm(wordpress: &WordPress, folder: &Path, settings: &[String]) -> Result<(u16, Program), String> {
    let told = |error: io::Error| error.to_string();
    let (root, log) = (folder.join("www"), folder.join("server.log"));
    let listener = tokio::net::TcpListener::bind("127.0.0.1:0").await.map_err(told)?;
    let port = listener.local_addr().map_err(told)?.port();
    let line = fpm::command_line(&wordpress.php.fpm, folder, settings).map_err(told)?;
    let program = Program::start(&line, &root, &log).map_err(told)?;
    await_word(&folder.join("fpm.log"), &["ready to handle connections"])?;
    fpm::serve(listener, root, folder).map_err(told)?;
    Ok((port, program))
}

/// Waits until a file holds one of these; which.
fn await_word<'a>(log: &Path, words: &[&'a str]) -> Result<&'a str, String> {
    let deadline = Instant::now() + START_LIMIT;
    loop {
        let said = fs::read(log).unwrap_or_default();
        let said = String::from_utf8_lossy(&said);
        if let Some(word) = words.iter().find(|word| said.contains(**word)) {
            return Ok(word);
        }
        if Instant::now() > deadline {
            return Err(format!("{} does not say {words:?}: {said}", log.display()));
        }
        std::thread::sleep(LOOK);
    }
}

/// A folder's files in another place: links where it can be, copies elsewhere. A site never writes into them.
fn link(from: &Path, to: &Path) -> io::Result<()> {
    fs::create_dir_all(to)?;
    for entry in fs::read_dir(from)? {
        let (name, target) = (entry?.file_name(), to);
        // Debian links to files of other packages; one of Apache's is not there.
        let Ok(source) = from.join(&name).canonicalize() else { continue };
        let target = target.join(&name);
        if source.is_dir() {
            link(&source, &target)?;
        } else if name != "wp-config.php" && fs::hard_link(&source, &target).is_err() {
            fs::copy(&source, &target)?;
        }
    }
    Ok(())
}
