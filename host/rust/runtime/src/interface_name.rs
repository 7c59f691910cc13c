//! Decides which versions of an interface fit together: the same major, or, before 1.0, the same minor.
//!
//! Knows names only. Source: wasmtime `component::Linker`, "Names and semver".

use crate::component::Mismatch;

/// The package's name before the interface.
const PACKAGE: &str = "hookwright:webhooks/";

/// The version that wit/webhooks has.
pub(crate) const VERSION: &str = "0.1.0";

/// The name of an interface of this package, for example `hookwright:webhooks/events@0.1.0`.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) struct InterfaceName<'a> {
    pub(crate) interface: &'a str,
    version: &'a str,
}

impl<'a> InterfaceName<'a> {
    /// None for a name of another package, or without a version.
    pub(crate) fn parse(name: &'a str) -> Option<Self> {
        let (interface, version) = name.strip_prefix(PACKAGE)?.split_once('@')?;
        Some(Self { interface, version })
    }

    /// The full name that this host knows for an interface.
    pub(crate) fn expected(interface: &str) -> String {
        format!("{PACKAGE}{interface}@{VERSION}")
    }

    pub(crate) fn check_version(&self) -> Result<(), Mismatch> {
        if track(self.version).is_some() && track(self.version) == track(VERSION) {
            return Ok(());
        }
        let found = format!("{PACKAGE}{}@{}", self.interface, self.version);
        Err(Mismatch::OtherVersion { found, expected: Self::expected(self.interface) })
    }
}

/// What must be equal in two versions for them to fit: `(0, 1)` of 0.1.7, `(2, 0)` of 2.3.4. None for a pre-release.
pub(crate) fn track(version: &str) -> Option<(u64, u64)> {
    let mut numbers = version.split('.').map(|number| number.parse::<u64>().ok());
    let (major, minor, _patch) = (numbers.next()??, numbers.next()??, numbers.next()??);
    match (numbers.next(), major) {
        (Some(_), _) => None,
        (None, 0) => Some((0, minor)),
        (None, major) => Some((major, 0)),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn versions_fit_within_their_track() {
        let name = |version| format!("{PACKAGE}events@{version}");
        for (version, fits) in [
            ("0.1.0", true),
            ("0.1.9", true),
            ("0.2.0", false),
            ("1.1.0", false),
            ("0.1.0-rc.1", false),
            ("0.1", false),
        ] {
            let name = name(version);
            assert_eq!(InterfaceName::parse(&name).unwrap().check_version().is_ok(), fits, "{version}");
        }
        assert_eq!(track("2.3.4"), track("2.9.0"));
    }

    #[test]
    fn names_of_other_packages_are_not_ours() {
        assert_eq!(InterfaceName::parse("wasi:cli/stdout@0.2.0"), None);
        assert_eq!(InterfaceName::parse("hookwright:webhooks/events"), None);
    }
}
