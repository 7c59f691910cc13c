//! A block of addresses in CIDR form, and a list of them as an operator writes it.

use core::fmt;
use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

use super::ranges;

/// Entries of a list above which somebody has pasted something else.
const LIST_MAX: usize = 256;

/// Addresses with the same leading bits, IPv4 or IPv6.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Network {
    /// Its first address; never IPv4 mapped into IPv6.
    address: IpAddr,
    /// Leading bits that count.
    prefix: u8,
}

impl Network {
    /// For tables; their tests see to it that no bits follow the prefix.
    pub(super) const fn literal(address: IpAddr, prefix: u8) -> Self {
        Self { address, prefix }
    }

    /// The network with the first bits of an address.
    pub(super) fn around(address: IpAddr, prefix: u8) -> Self {
        Self { address: masked(address, prefix), prefix }
    }

    /// Parses `10.0.0.0/8`, `fd12::/16` or a single address. Networks of IPv4 mapped into IPv6 are taken as IPv4.
    ///
    /// # Errors
    ///
    /// What to write instead.
    pub fn parse(text: &str) -> Result<Self, String> {
        let bad = || format!("`{text}` is no network; write it as `10.0.0.0/8`, `fd12::/16` or a single address");
        let (address, prefix) = match text.split_once('/') {
            Some((address, prefix)) => {
                let digits = !prefix.is_empty() && prefix.bytes().all(|byte| byte.is_ascii_digit());
                let prefix = prefix.parse().ok().filter(|_| digits);
                (address.parse().map_err(|_| bad())?, Some(prefix.ok_or_else(bad)?))
            }
            None => (text.parse().map_err(|_| bad())?, None),
        };
        let width = width(address);
        let prefix: u8 = prefix.unwrap_or(width);
        if prefix > width {
            return Err(format!("`{text}` has more than {width} bits"));
        }
        let first = masked(address, prefix);
        if first != address {
            return Err(format!("`{text}` has bits after its prefix; write `{first}/{prefix}` or `{address}`"));
        }
        // Mapped addresses are judged as IPv4, so a network of them would open nothing.
        let (address, prefix) = match address.to_canonical() {
            mapped @ IpAddr::V4(_) if address.is_ipv6() && prefix >= 96 => (mapped, prefix - 96),
            _ => (address, prefix),
        };
        Ok(Self { address, prefix })
    }

    /// Parses a list with commas between the entries: networks, addresses, and the names `loopback` and `private`.
    ///
    /// # Errors
    ///
    /// The first entry that is wrong, and what to write instead.
    pub fn parse_list(text: &str) -> Result<Vec<Self>, String> {
        let mut networks = Vec::new();
        if text.trim().is_empty() {
            return Ok(networks);
        }
        for entry in text.split(',').map(str::trim) {
            match entry {
                "loopback" => networks.extend(LOOPBACK),
                "private" => networks.extend(PRIVATE),
                _ => networks.push(Self::parse_listed(entry)?),
            }
            if networks.len() > LIST_MAX {
                return Err(format!("more than {LIST_MAX} entries; write fewer, larger networks"));
            }
        }
        Ok(networks)
    }

    fn parse_listed(entry: &str) -> Result<Self, String> {
        let network = Self::parse(entry)
            .map_err(|why| format!("{why}; the names `loopback` and `private` also stand for networks"))?;
        if ranges::is_all_metadata(network) {
            return Err(format!("`{entry}` is cloud metadata, which is never called; leave it out"));
        }
        Ok(network)
    }

    /// Whether an address, not mapped, lies in it.
    #[must_use]
    pub fn contains(self, address: IpAddr) -> bool {
        self.address.is_ipv4() == address.is_ipv4() && masked(address, self.prefix) == self.address
    }

    /// Whether all of another network lies in it.
    pub(super) fn covers(self, other: Self) -> bool {
        self.prefix <= other.prefix && self.contains(other.address)
    }
}

impl fmt::Display for Network {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}/{}", self.address, self.prefix)
    }
}

const fn of_v4(a: u8, b: u8, prefix: u8) -> Network {
    Network::literal(IpAddr::V4(Ipv4Addr::new(a, b, 0, 0)), prefix)
}

const LOOPBACK: [Network; 2] = [of_v4(127, 0, 8), Network::literal(IpAddr::V6(Ipv6Addr::LOCALHOST), 128)];

const PRIVATE: [Network; 4] = [
    of_v4(10, 0, 8),
    of_v4(172, 16, 12),
    of_v4(192, 168, 16),
    Network::literal(IpAddr::V6(Ipv6Addr::new(0xfc00, 0, 0, 0, 0, 0, 0, 0)), 7),
];

fn width(address: IpAddr) -> u8 {
    if address.is_ipv4() { 32 } else { 128 }
}

/// The address with zeros after the prefix.
fn masked(address: IpAddr, prefix: u8) -> IpAddr {
    match address {
        IpAddr::V4(address) => {
            let mask = u32::MAX.checked_shl(32_u32.saturating_sub(prefix.into())).unwrap_or(0);
            Ipv4Addr::from(u32::from(address) & mask).into()
        }
        IpAddr::V6(address) => {
            let mask = u128::MAX.checked_shl(128_u32.saturating_sub(prefix.into())).unwrap_or(0);
            Ipv6Addr::from(u128::from(address) & mask).into()
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(Network::parse(text).unwrap().to_string(), expected);
    }

    #[track_caller]
    fn check_refused(text: &str, message: &str) {
        let why = Network::parse_list(text).unwrap_err();
        assert!(why.contains(message), "{text}: {why}");
    }

    #[test]
    fn networks_are_read() {
        check("10.0.0.0/8", "10.0.0.0/8");
        check("10.1.2.3", "10.1.2.3/32");
        check("::1", "::1/128");
        check("FD12::/16", "fd12::/16");
        check("0.0.0.0/0", "0.0.0.0/0");
        check("::/0", "::/0");
        check("::ffff:10.0.0.0/104", "10.0.0.0/8");
        check("::ffff:10.0.0.1", "10.0.0.1/32");
        assert_eq!(Network::parse_list("").unwrap(), []);
        assert_eq!(Network::parse_list(" loopback, 10.0.0.0/8 ").unwrap().len(), 3);
        assert_eq!(Network::parse_list("loopback,private").unwrap().len(), 6);
    }

    #[test]
    fn a_refusal_says_what_to_write() {
        check_refused("10.0.0.5/8", "write `10.0.0.0/8` or `10.0.0.5`");
        check_refused("10.0.0.0/33", "more than 32 bits");
        check_refused("10.0.0.0/8,,", "`` is no network");
        for text in ["localhost", "10.0.0.0/", "10.0.0.0/+8", "10.0.0.0/999", "10.0/8", "0x7f.1", "::1%lo", "[::1]"] {
            check_refused(text, "is no network; write it as `10.0.0.0/8`");
        }
        for text in ["169.254.169.254", "169.254.170.0/24", "fd00:ec2::254", "::ffff:100.100.100.200"] {
            check_refused(text, "never called");
        }
        check_refused(&["10.0.0.1"; 257].join(","), "more than 256 entries");
    }

    proptest! {
        #[test]
        fn a_network_holds_the_addresses_with_its_bits(bits in any::<u32>(), other in any::<u32>(), prefix in 0_u8..=32) {
            let network = Network { address: masked(Ipv4Addr::from(bits).into(), prefix), prefix };
            prop_assert_eq!(Network::parse(&network.to_string()), Ok(network));
            let same = prefix == 0 || (bits ^ other) >> (32 - prefix) == 0;
            prop_assert_eq!(network.contains(Ipv4Addr::from(other).into()), same);
            prop_assert!(network.contains(Ipv4Addr::from(bits).into()));
        }

        #[test]
        fn no_list_panics(text in r"[0-9a-f:./, %]{0,60}|\PC{0,40}") {
            let _ = Network::parse_list(&text);
        }
    }
}
