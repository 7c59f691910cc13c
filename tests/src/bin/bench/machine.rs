//! What the figures were measured on. Without it they say nothing.

use std::fs;
use std::path::Path;
use std::thread;

use serde::Serialize;

/// A computer, as far as Linux tells; `unknown` where it does not.
#[derive(Clone, Debug, Serialize)]
pub(crate) struct Machine {
    /// Model of the processor.
    pub(crate) cpu: String,
    /// Cores that this program may use.
    pub(crate) cores: usize,
    /// All memory, in MiB.
    pub(crate) memory_mib: Option<u64>,
    /// System and version of its kernel.
    pub(crate) kernel: String,
    /// Type of the file system that the databases lie on.
    pub(crate) filesystem: String,
}

impl Machine {
    /// This computer, with databases in `folder`.
    pub(crate) fn of(folder: &Path) -> Self {
        let read = |path: &str| fs::read_to_string(path).unwrap_or_default();
        Self {
            cpu: field(&read("/proc/cpuinfo"), "model name").unwrap_or_else(unknown),
            cores: thread::available_parallelism().map_or(1, usize::from),
            memory_mib: field(&read("/proc/meminfo"), "MemTotal").and_then(|size| mebibytes(&size)),
            kernel: kernel(&read("/proc/sys/kernel/ostype"), &read("/proc/sys/kernel/osrelease")),
            filesystem: filesystem(&read("/proc/self/mounts"), folder).unwrap_or_else(unknown),
        }
    }
}

fn unknown() -> String {
    "unknown".to_owned()
}

fn kernel(system: &str, release: &str) -> String {
    let name = format!("{} {}", system.trim(), release.trim());
    if name.trim().is_empty() { format!("{} unknown", std::env::consts::OS) } else { name }
}

/// The value behind `name` and a colon.
fn field(text: &str, name: &str) -> Option<String> {
    let line = text.lines().find(|line| line.starts_with(name))?;
    line.split_once(':').map(|(_, value)| value.trim().to_owned())
}

fn mebibytes(size: &str) -> Option<u64> {
    size.strip_suffix(" kB")?.trim().parse::<u64>().ok().map(|kibibytes| kibibytes / 1024)
}

/// The type of the mount that holds the folder: the one with the longest path before it.
fn filesystem(mounts: &str, folder: &Path) -> Option<String> {
    mounts
        .lines()
        .filter_map(|line| {
            let mut words = line.split(' ');
            let (_, path, kind) = (words.next()?, words.next()?, words.next()?);
            folder.starts_with(path).then_some((path.len(), kind))
        })
        .max_by_key(|(length, _)| *length)
        .map(|(_, kind)| kind.to_owned())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_nearest_mount_counts() {
        let mounts = "overlay / overlay rw 0 0\ntmpfs /tmp tmpfs rw 0 0\n/dev/sda1 /data/more ext4 rw 0 0\n";
        let kind = |folder: &str| filesystem(mounts, Path::new(folder));
        assert_eq!(kind("/data/more/files").as_deref(), Some("ext4"));
        assert_eq!(kind("/data/files").as_deref(), Some("overlay"));
        assert_eq!(kind("/tmpfile").as_deref(), Some("overlay"));
        assert_eq!(filesystem("", Path::new("/data")), None);
    }

    #[test]
    fn fields_of_proc_are_read() {
        let text = "processor\t: 0\nmodel name\t: Some CPU @ 2 GHz\nMemTotal:       2097152 kB\n";
        assert_eq!(field(text, "model name").as_deref(), Some("Some CPU @ 2 GHz"));
        assert_eq!(field(text, "MemTotal").and_then(|size| mebibytes(&size)), Some(2048));
    }
}
