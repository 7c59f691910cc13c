//! Decides how a product is put into place: whole or not at all, and only where it differs, so that nothing that
//! depends on an unchanged file is built again.

use std::fs::{self, Permissions};
use std::path::Path;
use std::process;

use anyhow::Context;

/// What [`replace`] did.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Replaced {
    /// The file has the new bytes.
    Written,
    /// The file had these bytes before.
    Unchanged,
}

/// Makes `path` hold `bytes`, with its folder created where it is missing.
///
/// # Errors
/// Where the folder or the file cannot be written; the former file is untouched then.
pub(crate) fn replace(path: &Path, bytes: &[u8], permissions: Option<Permissions>) -> anyhow::Result<Replaced> {
    if fs::read(path).is_ok_and(|present| present == bytes) {
        return Ok(Replaced::Unchanged);
    }
    let folder = path.parent().with_context(|| format!("{} has no folder", path.display()))?;
    let name = path.file_name().with_context(|| format!("{} has no name", path.display()))?;
    fs::create_dir_all(folder).with_context(|| format!("cannot create {}", folder.display()))?;

    let beside = folder.join(format!(".{}.{}", name.to_string_lossy(), process::id()));
    let written = fs::write(&beside, bytes)
        .and_then(|()| permissions.map_or(Ok(()), |permissions| fs::set_permissions(&beside, permissions)))
        .and_then(|()| fs::rename(&beside, path));
    if written.is_err() {
        // The write failed already; what is left beside is only litter.
        let _ = fs::remove_file(&beside);
    }
    written.with_context(|| format!("cannot write {}", path.display()))?;
    Ok(Replaced::Written)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn equal_bytes_leave_the_file_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("dist/product");
        assert_eq!(replace(&path, b"one", None).unwrap(), Replaced::Written);
        let before = fs::metadata(&path).unwrap().modified().unwrap();
        assert_eq!(replace(&path, b"one", None).unwrap(), Replaced::Unchanged);
        assert_eq!(fs::metadata(&path).unwrap().modified().unwrap(), before);
        assert_eq!(replace(&path, b"two", None).unwrap(), Replaced::Written);
        assert_eq!(fs::read(&path).unwrap(), b"two");
    }

    #[test]
    fn nothing_is_left_beside_the_file() {
        let folder = tempfile::tempdir().unwrap();
        replace(&folder.path().join("product"), b"one", None).unwrap();
        fs::create_dir(folder.path().join("occupied")).unwrap();
        fs::write(folder.path().join("occupied/file"), b"").unwrap();
        assert!(replace(&folder.path().join("occupied"), b"one", None).is_err());
        let mut names: Vec<_> = fs::read_dir(folder.path()).unwrap().map(|entry| entry.unwrap().file_name()).collect();
        names.sort();
        assert_eq!(names, ["occupied", "product"]);
    }
}
