//! The WordPress plugin as users install it: one folder, and that folder as a ZIP file.
//!
//! Decides what of the checkout is the plugin and where it lies in there. Knows nothing of what it does.

use std::env::consts::{DLL_PREFIX, DLL_SUFFIX};
use std::fs;
use std::path::{Path, PathBuf};

use anyhow::Context;

use crate::artifacts;
use crate::build_guest;
use crate::command;
use crate::replace::replace;
use crate::report::{self, grouped};
use crate::workspace::Workspace;
use crate::zip;

/// What of `host/php` the plugin loads as its library.
const LIBRARY_PARTS: [&str; 5] = ["autoload.php", "bin", "composer.json", "preload.php", "src"];
/// What of `host/php/wordpress` is for its makers.
const NOT_SHIPPED: [&str; 1] = ["tests"];
const LICENCES: [&str; 3] = ["LICENSE", "LICENSE-APACHE", "LICENSE-MIT"];

/// Assembles the plugin below target, with the C library of a debug build: what the tests install.
///
/// # Errors
/// Where the component or the library cannot be built, or a file cannot be copied.
pub(crate) fn build(workspace: &Workspace) -> anyhow::Result<()> {
    build_guest::run(workspace)?;
    // With the features of the whole workspace, as the tests have them: so dependencies are compiled once for both.
    command::stream(&mut workspace.cargo(["build", "--workspace", "--lib"]))?;
    let folder = assemble_built(workspace)?;
    report::line(format_args!("{}", folder.display()));
    Ok(())
}

/// Shows a WordPress with the plugin, until Ctrl-C.
///
/// # Errors
/// As [`build`], or where the machine lacks something for it.
pub(crate) fn show(workspace: &Workspace) -> anyhow::Result<()> {
    build(workspace)?;
    let show = workspace.cargo(["build", "--workspace", "--bin", "hookwright", "--bin", "wordpress"]);
    let show = artifacts::executable(show, "wordpress")?;
    command::stream(&mut workspace.command(show))
}

/// The same with the C library that has been built already.
///
/// # Errors
/// As [`build`].
pub(crate) fn assemble_built(workspace: &Workspace) -> anyhow::Result<PathBuf> {
    assemble(workspace, &workspace.root().join("target/debug").join(library_name()), "target/wordpress")
}

/// Packs the plugin into dist/, with the C library of a release build.
///
/// # Errors
/// As [`build`].
pub(crate) fn dist(workspace: &Workspace, library: &Path) -> anyhow::Result<()> {
    let folder = assemble(workspace, library, "target/wordpress-dist")?;
    let bytes = zip::pack(&folder)?;
    replace(&workspace.dist().join("hookwright-wordpress.zip"), &bytes, None)?;
    report::line(format_args!("dist/hookwright-wordpress.zip: {} bytes", grouped(bytes.len())));
    Ok(())
}

/// The C library as its users name it.
pub(crate) fn library_name() -> String {
    format!("{DLL_PREFIX}hookwright_capi{DLL_SUFFIX}")
}

/// Puts the folder together anew, beside its old one, so that nothing of that stays.
fn assemble(workspace: &Workspace, library: &Path, place: &str) -> anyhow::Result<PathBuf> {
    let php = workspace.root().join("host/php");
    let place = workspace.root().join(place);
    let (making, folder) = (place.join("making"), place.join("hookwright"));
    remove(&making)?;
    copy(&php.join("wordpress"), &making, &NOT_SHIPPED)?;
    for part in LIBRARY_PARTS {
        copy(&php.join(part), &making.join("lib-php").join(part), &[])?;
    }
    copy(library, &making.join("lib-php/lib").join(library_name()), &[])?;
    for licence in LICENCES {
        copy(&workspace.root().join(licence), &making.join(licence), &[])?;
    }
    remove(&folder)?;
    fs::rename(&making, &folder).with_context(|| format!("cannot write {}", folder.display()))?;
    Ok(folder)
}

fn remove(folder: &Path) -> anyhow::Result<()> {
    if folder.exists() {
        fs::remove_dir_all(folder).with_context(|| format!("cannot remove {}", folder.display()))?;
    }
    Ok(())
}

/// Copies a file or a folder, without what in it has one of these names.
fn copy(from: &Path, to: &Path, without: &[&str]) -> anyhow::Result<()> {
    let told = || format!("cannot copy {}", from.display());
    if !from.is_dir() {
        fs::create_dir_all(to.parent().with_context(told)?).with_context(told)?;
        fs::copy(from, to).with_context(told)?;
        return Ok(());
    }
    fs::create_dir_all(to).with_context(told)?;
    for entry in fs::read_dir(from).with_context(told)? {
        let name = entry?.file_name();
        if !without.iter().any(|left_out| name == *left_out) {
            copy(&from.join(&name), &to.join(&name), &[])?;
        }
    }
    Ok(())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_copy_leaves_out_what_is_not_shipped_and_no_more() {
        let place = tempfile::tempdir().unwrap();
        let (from, to) = (place.path().join("from"), place.path().join("to"));
        fs::create_dir_all(from.join("tests")).unwrap();
        fs::create_dir_all(from.join("src/tests")).unwrap();
        fs::write(from.join("tests/a"), "").unwrap();
        fs::write(from.join("src/tests/b"), "").unwrap();
        copy(&from, &to, &["tests"]).unwrap();
        assert!(!to.join("tests").exists() && to.join("src/tests/b").is_file());
    }

    #[test]
    fn everything_that_is_shipped_is_there() {
        let workspace = Workspace::locate().unwrap();
        let php = workspace.root().join("host/php");
        let parts = LIBRARY_PARTS.map(|part| php.join(part));
        let licences = LICENCES.map(|licence| workspace.root().join(licence));
        for path in parts.iter().chain(&licences).chain(&[php.join("wordpress/hookwright.php")]) {
            assert!(path.exists(), "{}", path.display());
        }
    }
}
