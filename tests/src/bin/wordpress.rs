//! A WordPress to look at, with the plugin as it is shipped, until Ctrl-C. Leaves nothing behind.
//!
//! It is the tests' own: Debian's package, a throw-away MariaDB and PHP's built-in server.

use std::io::{self, Write as _};
use std::path::Path;
use std::process::ExitCode;

use anyhow::Context as _;
use hookwright_tests::wordpress::{ADMIN, Cron, Ffi, Front, Setup, Site, wordpress};

#[tokio::main]
async fn main() -> ExitCode {
    match show().await {
        Ok(()) => ExitCode::SUCCESS,
        Err(error) => {
            // Nobody listens: then nobody is told.
            let _ = writeln!(io::stderr(), "{error:#}");
            ExitCode::FAILURE
        }
    }
}

async fn show() -> anyhow::Result<()> {
    let plugin = Path::new(env!("CARGO_MANIFEST_DIR")).join("../target/wordpress/hookwright");
    let wordpress = wordpress().context("so there is no WordPress to look at")?;
    let setup = Setup { front: Front::BuiltIn, ffi: Ffi::On, cron: Cron::OnVisits, plugin: &plugin };
    let site = Site::start(&wordpress, setup).await.map_err(anyhow::Error::msg)?;
    let _ = site.php("activate_plugin('hookwright/hookwright.php');");
    let (name, password) = ADMIN;
    let text = format!(
        "WordPress    {url}/wp-admin/\n\
         user         {name}\n\
         password     {password}\n\
         database     {database}\n\n\
         A receiver:  target/debug/hookwright listen    and a webhook to http://127.0.0.1:8787/\n\n\
         Ctrl-C ends it and removes the site.",
        url = site.url,
        database = site.database.url,
    );
    writeln!(io::stdout(), "{text}")?;
    tokio::signal::ctrl_c().await?;
    Ok(())
}
