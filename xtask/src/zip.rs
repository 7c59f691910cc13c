//! Decides how a folder becomes a ZIP file: equal files make equal bytes, whenever and wherever they are packed. Knows
//! nothing of what is packed.
//!
//! The format is PKWARE's APPNOTE 6.3.3 without extensions: deflated entries, no descriptor after them, below 4 GB.

use std::fs;
use std::io::Write as _;
use std::path::Path;

use anyhow::{Context, ensure};
use flate2::write::DeflateEncoder;
use flate2::{Compression, Crc};

/// 1980-01-01, the first day of the format: a file's own time differs from checkout to checkout.
const DATE: u16 = 0x0021;
/// Version 2.0 of the format; written by a Unix, so that permissions are kept.
const NEEDED: u16 = 20;
const MADE_BY: u16 = 0x0300 | NEEDED;
/// Names are UTF-8.
const FLAGS: u16 = 0x0800;
const DEFLATED: u16 = 8;
const REGULAR_FILE: u32 = 0o100_000;

/// A ZIP file of everything in `folder`, below the folder's own name, sorted.
///
/// # Errors
/// Where a file cannot be read, has no name in UTF-8, or is too large.
pub(crate) fn pack(folder: &Path) -> anyhow::Result<Vec<u8>> {
    let above = folder.parent().context("a folder to pack needs a name")?;
    let mut names = Vec::new();
    list(above, folder, &mut names)?;
    names.sort();
    let mut archive = Archive::default();
    for name in &names {
        let file = above.join(name);
        let bytes = fs::read(&file).with_context(|| format!("cannot read {}", file.display()))?;
        archive.add(name, &bytes, mode(&file)?)?;
    }
    archive.finish()
}

fn list(above: &Path, folder: &Path, names: &mut Vec<String>) -> anyhow::Result<()> {
    for entry in fs::read_dir(folder).with_context(|| format!("cannot read {}", folder.display()))? {
        let path = entry?.path();
        if path.is_dir() {
            list(above, &path, names)?;
        } else {
            let name =
                path.strip_prefix(above)?.to_str().with_context(|| format!("{} is not UTF-8", path.display()))?;
            names.push(name.replace('\\', "/"));
        }
    }
    Ok(())
}

/// What may execute it decides; the rest of the permissions is the packer's own business.
#[cfg(unix)]
fn mode(file: &Path) -> anyhow::Result<u32> {
    use std::os::unix::fs::PermissionsExt as _;
    let executable = fs::metadata(file)?.permissions().mode() & 0o100 != 0;
    Ok(if executable { 0o755 } else { 0o644 })
}

#[cfg(not(unix))]
fn mode(_file: &Path) -> anyhow::Result<u32> {
    Ok(0o644)
}

#[derive(Debug, Default)]
struct Archive {
    bytes: Vec<u8>,
    directory: Vec<u8>,
    entries: u16,
}

impl Archive {
    fn add(&mut self, name: &str, content: &[u8], mode: u32) -> anyhow::Result<()> {
        let mut encoder = DeflateEncoder::new(Vec::new(), Compression::best());
        encoder.write_all(content)?;
        let packed = encoder.finish()?;
        let mut crc = Crc::new();
        crc.update(content);

        // The part that the entry and the directory share.
        let mut common = Vec::new();
        for number in [NEEDED, FLAGS, DEFLATED, 0, DATE] {
            common.extend(number.to_le_bytes());
        }
        for number in [crc.sum(), u32::try_from(packed.len())?, u32::try_from(content.len())?] {
            common.extend(number.to_le_bytes());
        }
        common.extend(u16::try_from(name.len())?.to_le_bytes());
        common.extend(0_u16.to_le_bytes());

        let start = u32::try_from(self.bytes.len())?;
        self.bytes.extend(b"PK\x03\x04");
        self.bytes.extend(&common);
        self.bytes.extend(name.as_bytes());
        self.bytes.extend(packed);

        self.directory.extend(b"PK\x01\x02");
        self.directory.extend(MADE_BY.to_le_bytes());
        self.directory.extend(&common);
        // No comment, the first disk, no hint whether it is text.
        self.directory.extend([0; 6]);
        self.directory.extend(((REGULAR_FILE | mode) << 16).to_le_bytes());
        self.directory.extend(start.to_le_bytes());
        self.directory.extend(name.as_bytes());
        self.entries = self.entries.checked_add(1).context("a ZIP file holds 65,535 files")?;
        Ok(())
    }

    fn finish(mut self) -> anyhow::Result<Vec<u8>> {
        let start = u32::try_from(self.bytes.len())?;
        let length = u32::try_from(self.directory.len())?;
        ensure!(self.entries > 0, "there is nothing to pack");
        self.bytes.extend(&self.directory);
        self.bytes.extend(b"PK\x05\x06\0\0\0\0");
        self.bytes.extend(self.entries.to_le_bytes());
        self.bytes.extend(self.entries.to_le_bytes());
        self.bytes.extend(length.to_le_bytes());
        self.bytes.extend(start.to_le_bytes());
        self.bytes.extend(0_u16.to_le_bytes());
        Ok(self.bytes)
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::process::Command;

    #[test]
    fn equal_files_make_equal_bytes() {
        let [first, second] = [0, 1].map(|order| {
            let place = tempfile::tempdir().unwrap();
            let folder = place.path().join("plugin");
            fs::create_dir_all(folder.join("src")).unwrap();
            let mut files = [("src/b.php", "two"), ("a.php", "one")];
            files.rotate_left(order);
            for (name, text) in files {
                fs::write(folder.join(name), text).unwrap();
            }
            pack(&folder).unwrap()
        });
        assert_eq!(first, second);
        assert!(first.starts_with(b"PK\x03\x04"));
    }

    /// Python's own reader, where there is one: `cargo xtask test` asks for Python anyway.
    #[test]
    fn another_program_reads_names_contents_and_permissions() {
        let place = tempfile::tempdir().unwrap();
        let folder = place.path().join("plugin");
        fs::create_dir_all(folder.join("lib")).unwrap();
        fs::write(folder.join("lib/Größe.txt"), "x".repeat(100_000)).unwrap();
        fs::write(folder.join("empty"), "").unwrap();
        let file = place.path().join("plugin.zip");
        fs::write(&file, pack(&folder).unwrap()).unwrap();
        let script = "import sys, zipfile; z = zipfile.ZipFile(sys.argv[1]); assert z.testzip() is None; \
                      print([(i.filename, i.file_size, oct(i.external_attr >> 16)) for i in z.infolist()])";
        let Ok(output) = Command::new("python3").args(["-c", script]).arg(&file).output() else { return };
        let said = String::from_utf8_lossy(&output.stderr);
        let read = String::from_utf8_lossy(&output.stdout);
        let expected = "[('plugin/empty', 0, '0o100644'), ('plugin/lib/Größe.txt', 100000, '0o100644')]\n";
        assert_eq!(read, expected, "{said}");
    }
}
