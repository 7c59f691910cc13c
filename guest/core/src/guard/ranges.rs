//! Which addresses are not for everybody, and what each of them is.
//!
//! The IANA registries of special-purpose addresses (IPv4: RFC 6890 and successors, IPv6 likewise), and what clouds use
//! for metadata and credentials. Knows nothing of what an operator allows.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::network::Network;

/// What an address is, when it is not a public one.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Range {
    /// A cloud's metadata or credentials, in whatever other range.
    Metadata,
    /// `0.0.0.0/8` and `::`; systems connect to themselves.
    Unspecified,
    /// `127.0.0.0/8` and `::1`.
    Loopback,
    /// RFC 1918 and `fc00::/7`.
    Private,
    /// `169.254.0.0/16` and `fe80::/10`.
    LinkLocal,
    /// `fec0::/10`, deprecated and in use.
    SiteLocal,
    /// `100.64.0.0/10`, between a provider and its customers.
    Shared,
    /// `224.0.0.0/4` and `ff00::/8`.
    Multicast,
    /// `255.255.255.255`
    Broadcast,
    /// Networks of manuals.
    Documentation,
    /// Networks of laboratories.
    Benchmarking,
    /// Networks of protocols, not of receivers.
    Protocol,
    /// IPv4 written in IPv6 for a translator or tunnel: NAT64, SIIT, 6to4, Teredo, IPv4-compatible.
    Translated,
    /// Whatever nobody has got yet, class E among it.
    Reserved,
}

impl Range {
    /// Its word in the contract.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Metadata => "metadata",
            Self::Unspecified => "unspecified",
            Self::Loopback => "loopback",
            Self::Private => "private",
            Self::LinkLocal => "link-local",
            Self::SiteLocal => "site-local",
            Self::Shared => "shared",
            Self::Multicast => "multicast",
            Self::Broadcast => "broadcast",
            Self::Documentation => "documentation",
            Self::Benchmarking => "benchmarking",
            Self::Protocol => "protocol",
            Self::Translated => "translated",
            Self::Reserved => "reserved",
        }
    }

    /// What an address of this range is, for a person.
    #[must_use]
    pub fn phrase(self) -> &'static str {
        match self {
            Self::Metadata => "a cloud metadata address",
            Self::Unspecified => "an unspecified address",
            Self::Loopback => "a loopback address",
            Self::Private => "a private address",
            Self::LinkLocal => "a link-local address",
            Self::SiteLocal => "a site-local address",
            Self::Shared => "an address of a provider's inner network",
            Self::Multicast => "a multicast address",
            Self::Broadcast => "the broadcast address",
            Self::Documentation => "an address for documentation",
            Self::Benchmarking => "an address for benchmarks",
            Self::Protocol => "an address for protocols",
            Self::Translated => "an IPv4 address translated into IPv6",
            Self::Reserved => "a reserved address",
        }
    }
}

/// Whether a cloud answers there with secrets.
pub(super) fn is_metadata(address: IpAddr) -> bool {
    METADATA.iter().any(|network| network.contains(address))
}

/// Whether nothing but metadata lies in a network.
pub(super) fn is_all_metadata(network: Network) -> bool {
    METADATA.iter().any(|metadata| metadata.covers(network))
}

/// The range of an address that is not a public one. IPv4 addresses mapped into IPv6 must come as IPv4.
pub(super) fn special(address: IpAddr) -> Option<Range> {
    let listed = SPECIAL.iter().find(|(network, _)| network.contains(address)).map(|&(_, range)| range);
    match address {
        IpAddr::V4(_) => listed,
        // Outside of it, IANA has given nothing to anybody.
        IpAddr::V6(_) => listed.or_else(|| (!GLOBAL_UNICAST.contains(address)).then_some(Range::Reserved)),
    }
}

const fn v4(address: [u8; 4], prefix: u8) -> Network {
    let [a, b, c, d] = address;
    Network::literal(IpAddr::V4(Ipv4Addr::new(a, b, c, d)), prefix)
}

const fn v6(start: [u16; 4], end: [u16; 4], prefix: u8) -> Network {
    let ([a, b, c, d], [e, f, g, h]) = (start, end);
    Network::literal(IpAddr::V6(Ipv6Addr::new(a, b, c, d, e, f, g, h)), prefix)
}

const ZERO: [u16; 4] = [0; 4];

const GLOBAL_UNICAST: Network = v6([0x2000, 0, 0, 0], ZERO, 3);

const METADATA: &[Network] = &[
    // Nearly every cloud has .169.254; AWS puts more services beside it, and task credentials into .170.
    v4([169, 254, 169, 0], 24),
    v4([169, 254, 170, 0], 24),
    v6([0xfd00, 0xec2, 0, 0], ZERO, 32),
    // Google
    v6([0xfd20, 0xce, 0, 0], [0, 0, 0, 0x254], 128),
    // Azure
    v4([168, 63, 129, 16], 32),
    // Alibaba
    v4([100, 100, 100, 200], 32),
    // Oracle, beside .169.254
    v4([192, 0, 0, 192], 32),
    // Tencent
    v4([169, 254, 0, 23], 32),
    // Scaleway
    v4([169, 254, 42, 42], 32),
    v6([0xfd00, 0x42, 0, 0], [0, 0, 0, 0x42], 128),
    // Akamai (Linode)
    v6([0xfd00, 0xa9fe, 0xa9fe, 0], [0, 0, 0, 1], 128),
    // OpenStack
    v6([0xfe80, 0, 0, 0], [0, 0, 0xa9fe, 0xa9fe], 128),
];

/// The first that holds an address counts.
const SPECIAL: &[(Network, Range)] = &[
    (v4([0, 0, 0, 0], 8), Range::Unspecified),
    (v4([10, 0, 0, 0], 8), Range::Private),
    (v4([100, 64, 0, 0], 10), Range::Shared),
    (v4([127, 0, 0, 0], 8), Range::Loopback),
    (v4([169, 254, 0, 0], 16), Range::LinkLocal),
    (v4([172, 16, 0, 0], 12), Range::Private),
    (v4([192, 0, 0, 0], 24), Range::Protocol),
    (v4([192, 0, 2, 0], 24), Range::Documentation),
    // 6to4 relays (RFC 7526)
    (v4([192, 88, 99, 0], 24), Range::Protocol),
    (v4([192, 168, 0, 0], 16), Range::Private),
    (v4([198, 18, 0, 0], 15), Range::Benchmarking),
    (v4([198, 51, 100, 0], 24), Range::Documentation),
    (v4([203, 0, 113, 0], 24), Range::Documentation),
    (v4([224, 0, 0, 0], 4), Range::Multicast),
    (v4([255, 255, 255, 255], 32), Range::Broadcast),
    (v4([240, 0, 0, 0], 4), Range::Reserved),
    (v6(ZERO, ZERO, 128), Range::Unspecified),
    (v6(ZERO, [0, 0, 0, 1], 128), Range::Loopback),
    // IPv4-compatible (RFC 4291 2.5.5.1)
    (v6(ZERO, ZERO, 96), Range::Translated),
    // SIIT (RFC 2765)
    (v6(ZERO, [0xffff, 0, 0, 0], 96), Range::Translated),
    // NAT64 (RFC 6052, RFC 8215)
    (v6([0x64, 0xff9b, 0, 0], ZERO, 96), Range::Translated),
    (v6([0x64, 0xff9b, 1, 0], ZERO, 48), Range::Translated),
    // Discard, dummy (RFC 6666, RFC 9780)
    (v6([0x100, 0, 0, 0], ZERO, 63), Range::Protocol),
    // Teredo (RFC 4380)
    (v6([0x2001, 0, 0, 0], ZERO, 32), Range::Translated),
    (v6([0x2001, 2, 0, 0], ZERO, 48), Range::Benchmarking),
    // ORCHID and others (RFC 2928)
    (v6([0x2001, 0, 0, 0], ZERO, 23), Range::Protocol),
    (v6([0x2001, 0xdb8, 0, 0], ZERO, 32), Range::Documentation),
    // 6to4 (RFC 3056)
    (v6([0x2002, 0, 0, 0], ZERO, 16), Range::Translated),
    (v6([0x3fff, 0, 0, 0], ZERO, 20), Range::Documentation),
    // Segment routing (RFC 9602)
    (v6([0x5f00, 0, 0, 0], ZERO, 16), Range::Protocol),
    (v6([0xfc00, 0, 0, 0], ZERO, 7), Range::Private),
    (v6([0xfe80, 0, 0, 0], ZERO, 10), Range::LinkLocal),
    (v6([0xfec0, 0, 0, 0], ZERO, 10), Range::SiteLocal),
    (v6([0xff00, 0, 0, 0], ZERO, 8), Range::Multicast),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn no_network_has_bits_after_its_prefix() {
        for network in METADATA.iter().chain(SPECIAL.iter().map(|(network, _)| network)) {
            assert_eq!(Network::parse(&network.to_string()), Ok(*network), "{network}");
        }
    }

    #[test]
    fn the_edges_of_the_ranges() {
        let range = |text: &str| special(text.parse().unwrap());
        for public in [
            "1.0.0.0",
            "9.255.255.255",
            "11.0.0.0",
            "100.63.255.255",
            "100.128.0.0",
            "126.255.255.255",
            "128.0.0.0",
            "169.253.255.255",
            "169.255.0.0",
            "172.15.255.255",
            "172.32.0.0",
            "192.0.1.0",
            "192.167.255.255",
            "192.169.0.0",
            "198.17.255.255",
            "198.20.0.0",
            "223.255.255.255",
            "2001:200::",
            "2001:db7:ffff::",
            "2001:db9::",
            "2003::",
            "2000::",
            "3ffe:ffff::",
            "3fff:1000::",
        ] {
            assert_eq!(range(public), None, "{public}");
        }
        assert_eq!(range("172.31.255.255"), Some(Range::Private));
        assert_eq!(range("198.19.255.255"), Some(Range::Benchmarking));
        assert_eq!(range("255.255.255.254"), Some(Range::Reserved));
        assert_eq!(range("2001:1ff:ffff::"), Some(Range::Protocol));
        assert_eq!(range("4000::"), Some(Range::Reserved));
        assert_eq!(range("1fff:ffff::"), Some(Range::Reserved));
        assert_eq!(range("fe00::"), Some(Range::Reserved));
    }
}
