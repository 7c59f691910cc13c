//! `cargo xtask dist`: what users install, into dist/: the program, the C library that hosts in other languages load, and
//! the WordPress plugin.

use std::env::consts::EXE_SUFFIX;
use std::fs;
use std::path::Path;

use anyhow::Context;

use crate::build_guest;
use crate::release;
use crate::replace::replace;
use crate::report::{self, grouped};
use crate::wordpress;
use crate::workspace::Workspace;

/// Builds them for release and copies them.
///
/// # Errors
/// Where a build fails, or dist/ cannot be written.
pub(crate) fn run(workspace: &Workspace) -> anyhow::Result<()> {
    build_guest::run(workspace)?;
    let built = release::build(workspace)?;
    put(workspace, &built.program, &format!("hookwright{EXE_SUFFIX}"))?;
    put(workspace, &built.library, &wordpress::library_name())?;
    wordpress::dist(workspace, &built.library)
}

fn put(workspace: &Workspace, built: &Path, name: &str) -> anyhow::Result<()> {
    let unreadable = || format!("cannot read {}", built.display());
    let bytes = fs::read(built).with_context(unreadable)?;
    let permissions = fs::metadata(built).with_context(unreadable)?.permissions();
    replace(&workspace.dist().join(name), &bytes, Some(permissions))?;
    report::line(format_args!("dist/{name}: {} bytes", grouped(bytes.len())));
    Ok(())
}
