//! Which host names cannot be those of public receivers.
//!
//! Refused early, so that a person learns at once; what protects is the check of every resolved address.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::policy::Policy;
use super::ranges::Range;
use super::{Blocked, Reason};

/// Checks a host name in lower case.
pub(super) fn check(name: &str, policy: &Policy) -> Result<(), Blocked> {
    let name = name.trim_end_matches('.');
    if METADATA.contains(&name) {
        let message = format!("{name} is a name of a cloud's metadata service; it is never called");
        return Err(Blocked { reason: Reason::Range(Range::Metadata), message });
    }
    if LOOPBACK.iter().any(|known| is_or_ends_in(name, known)) {
        if policy.opens_within(IpAddr::V4(Ipv4Addr::LOCALHOST), 8) || policy.opens(Ipv6Addr::LOCALHOST.into()) {
            return Ok(());
        }
        let message =
            format!("{name} is a name of this machine; the operator can allow its addresses with `allow-addresses`");
        return Err(Blocked { reason: Reason::Range(Range::Loopback), message });
    }
    // Once any address is opened, only the addresses behind a name can tell.
    if policy.addresses.is_empty() && is_private(name) {
        let message = format!(
            "{name} is a name of a private network; the operator can allow its addresses with `allow-addresses`"
        );
        return Err(Blocked { reason: Reason::Name, message });
    }
    Ok(())
}

/// A name without a full stop is nobody's in public (RFC 7085 and ICANN's rules on dotless names).
fn is_private(name: &str) -> bool {
    !name.contains('.') || PRIVATE.iter().any(|known| is_or_ends_in(name, known))
}

fn is_or_ends_in(name: &str, known: &str) -> bool {
    name.strip_suffix(known).is_some_and(|rest| rest.is_empty() || rest.ends_with('.'))
}

const METADATA: &[&str] = &[
    "metadata",
    "metadata.google.internal",
    "metadata.goog",
    "metadata.azure.internal",
    "instance-data",
    "instance-data.ec2.internal",
    "metadata.tencentyun.com",
    "api.metadata.cloud.ibm.com",
    "metadata.platformequinix.com",
    "metadata.packet.net",
    "rancher-metadata",
];

const LOOPBACK: &[&str] =
    &["localhost", "localhost.localdomain", "localhost6", "localhost6.localdomain6", "ip6-localhost", "ip6-loopback"];

const PRIVATE: &[&str] = &[
    // Reserved (RFC 6762, RFC 8375, ICANN 2024), and what routers and companies have used for long (RFC 6762 appendix G).
    "local",
    "home.arpa",
    "internal",
    "intranet",
    "private",
    "corp",
    "home",
    "lan",
    "localdomain",
];

#[cfg(test)]
mod tests {
    use super::*;
    use crate::guard::{Network, OpenPorts};

    fn reason(name: &str, allowed: &str) -> Option<&'static str> {
        let policy = Policy { addresses: Network::parse_list(allowed).unwrap(), ports: OpenPorts::default() };
        check(name, &policy).err().map(|blocked| blocked.reason.word())
    }

    #[test]
    fn names_of_this_machine_open_with_its_addresses() {
        for name in ["localhost", "localhost.", "a.localhost", "a.b.localhost.", "localhost.localdomain"] {
            assert_eq!(reason(name, ""), Some("loopback"), "{name}");
            assert_eq!(reason(name, "private"), Some("loopback"), "{name}");
            for opened in ["loopback", "127.0.0.2", "::1", "0.0.0.0/0"] {
                assert_eq!(reason(name, opened), None, "{name} with {opened}");
            }
        }
        assert_eq!(reason("notlocalhost.example.com", ""), None);
    }

    #[test]
    fn private_names_open_with_any_address() {
        for name in ["db", "printer.local", "a.b.internal", "nas.lan", "x.home.arpa.", "local"] {
            assert_eq!(reason(name, ""), Some("private-name"), "{name}");
            assert_eq!(reason(name, "10.0.0.0/8"), None, "{name}");
        }
        assert_eq!(reason("thelocal.example", ""), None);
        assert_eq!(reason("mylocal.se", ""), None);
    }

    #[test]
    fn names_of_metadata_never_open() {
        for name in METADATA {
            assert_eq!(reason(name, "0.0.0.0/0,::/0"), Some("metadata"), "{name}");
            assert_eq!(reason(&format!("{name}."), "loopback,private"), Some("metadata"), "{name}");
        }
    }
}
