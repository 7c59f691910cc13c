//! SHA-256 as a name for content.

use core::fmt::Write as _;

use sha2::{Digest as _, Sha256};

/// Hex SHA-256 of the parts, each preceded by its length, so that no two lists of parts give the same input.
pub(crate) fn of_parts(parts: &[&[u8]]) -> String {
    let mut hash = Sha256::new();
    for part in parts {
        hash.update((part.len() as u64).to_be_bytes());
        hash.update(part);
    }
    let mut hex = String::with_capacity(64);
    for byte in hash.finalize() {
        let _ = write!(hex, "{byte:02x}");
    }
    hex
}
