//! How many bytes something has, for a person.

/// `640 bytes`, `158 kB`, `1.9 MB`: decimal units, as file managers and the guide have them.
pub(crate) fn size(bytes: usize) -> String {
    // In tenths of a megabyte, rounded; the last kilobytes below one are one.
    let tenths = bytes.saturating_add(50_000) / 100_000;
    match bytes {
        0..1_000 => format!("{bytes} bytes"),
        1_000..999_500 => format!("{} kB", bytes.saturating_add(500) / 1_000),
        _ => format!("{}.{} MB", tenths / 10, tenths % 10),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(bytes: usize, expected: &str) {
        assert_eq!(size(bytes), expected);
    }

    #[test]
    fn a_size_has_the_unit_that_reads_best() {
        check(0, "0 bytes");
        check(999, "999 bytes");
        check(1_000, "1 kB");
        check(158_352, "158 kB");
        check(999_499, "999 kB");
        check(999_500, "1.0 MB");
        check(1_931_772, "1.9 MB");
        check(21_037_544, "21.0 MB");
        check(usize::MAX, &format!("{}.{} MB", usize::MAX / 1_000_000, usize::MAX / 100_000 % 10));
    }
}
