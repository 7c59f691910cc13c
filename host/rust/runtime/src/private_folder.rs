//! Decides whether a folder, and a file in it, are this user's alone.
//!
//! Knows nothing of what is kept there. Where the system cannot tell an owner, nothing is private.

use std::fs::File;
use std::io;
use std::path::Path;

/// Makes the folder if it does not exist (mode 0700), and checks that it is this user's and writable by nobody else.
///
/// # Errors
///
/// When it cannot be made, or is not private; the message says why and what to do.
#[cfg(unix)]
pub(crate) fn open(folder: &Path) -> io::Result<()> {
    use std::fs::{DirBuilder, symlink_metadata};
    use std::os::unix::fs::DirBuilderExt;

    if let Err(error) = symlink_metadata(folder) {
        if error.kind() != io::ErrorKind::NotFound {
            return Err(error);
        }
        DirBuilder::new().recursive(true).mode(0o700).create(folder)?;
    }
    let metadata = symlink_metadata(folder)?;
    if !metadata.is_dir() {
        return Err(io::Error::other("it is not a folder"));
    }
    check_owner(&metadata, 0o700)
}

/// Checks that an open file is a plain one, this user's, and writable by nobody else.
///
/// # Errors
///
/// When it is not.
#[cfg(unix)]
pub(crate) fn check_file(file: &File) -> io::Result<()> {
    let metadata = file.metadata()?;
    if !metadata.is_file() {
        return Err(io::Error::other("it is not a plain file"));
    }
    check_owner(&metadata, 0o600)
}

/// Makes a file of mode 0600. What a crash may have left under this name is replaced, never followed.
///
/// # Errors
///
/// The system's.
#[cfg(unix)]
pub(crate) fn create_file(path: &Path) -> io::Result<File> {
    use std::fs::{OpenOptions, remove_file};
    use std::os::unix::fs::OpenOptionsExt;

    match remove_file(path) {
        Err(error) if error.kind() != io::ErrorKind::NotFound => return Err(error),
        _ => {}
    }
    OpenOptions::new().write(true).create_new(true).mode(0o600).open(path)
}

#[cfg(unix)]
fn check_owner(metadata: &std::fs::Metadata, private_mode: u32) -> io::Result<()> {
    use std::os::unix::fs::MetadataExt;

    let me = rustix::process::geteuid().as_raw();
    if metadata.uid() != me {
        let message = format!("it belongs to user {}, this program runs as user {me}", metadata.uid());
        return Err(io::Error::other(message));
    }
    if metadata.mode() & 0o022 != 0 {
        return Err(io::Error::other(format!("other users can write to it; give it mode {private_mode:04o}")));
    }
    Ok(())
}

#[cfg(not(unix))]
pub(crate) fn open(_folder: &Path) -> io::Result<()> {
    Err(cannot_tell())
}

#[cfg(not(unix))]
pub(crate) fn check_file(_file: &File) -> io::Result<()> {
    Err(cannot_tell())
}

#[cfg(not(unix))]
pub(crate) fn create_file(_path: &Path) -> io::Result<File> {
    Err(cannot_tell())
}

#[cfg(not(unix))]
fn cannot_tell() -> io::Error {
    io::Error::new(io::ErrorKind::Unsupported, "on this system its owner cannot be checked")
}

#[cfg(unix)]
#[cfg(test)]
mod tests {
    use std::os::unix::fs::chown;

    use super::*;

    #[test]
    fn a_stranger_s_folder_is_refused_by_name() {
        let home = tempfile::tempdir().unwrap();
        let strange = if rustix::process::geteuid().is_root() {
            chown(home.path(), Some(12_345), None).unwrap();
            home.path()
        } else {
            Path::new("/usr")
        };
        let refusal = open(strange).unwrap_err().to_string();
        assert!(refusal.starts_with("it belongs to user "), "{refusal}");
    }

    #[test]
    fn leftovers_of_a_crash_are_replaced_not_followed() {
        let home = tempfile::tempdir().unwrap();
        let (target, link) = (home.path().join("target"), home.path().join("link"));
        std::fs::write(&target, "kept").unwrap();
        std::os::unix::fs::symlink(&target, &link).unwrap();
        check_file(&create_file(&link).unwrap()).unwrap();
        assert_eq!(std::fs::read(&target).unwrap(), b"kept");
    }
}
