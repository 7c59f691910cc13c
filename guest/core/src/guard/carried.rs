//! Which IPv4 addresses are written inside an IPv6 address, where a translator or a tunnel would take the packet.
//!
//! Decides nothing about them.

use core::net::{IpAddr, Ipv4Addr, Ipv6Addr};

/// The IPv4 addresses that an address carries by its form. IPv4 mapped into IPv6 must come as IPv4.
pub(super) fn certain(address: IpAddr) -> Vec<Ipv4Addr> {
    let IpAddr::V6(address) = address else {
        return Vec::new();
    };
    let bits = u128::from(address);
    match address.segments() {
        [0, 0, 0, 0, 0, 0, 0, 0 | 1] => Vec::new(),
        // IPv4-compatible, SIIT, NAT64: the last 32 bits.
        [0, 0, 0, 0, 0, 0, ..] | [0, 0, 0, 0, 0xffff, 0, ..] | [0x64, 0xff9b, 0, 0, 0, 0, ..] => vec![at(bits, 96)],
        // 6to4: the router's.
        [0x2002, ..] => vec![at(bits, 16)],
        // Teredo: the server's, and the client's with all bits inverted.
        [0x2001, 0, ..] => vec![at(bits, 32), at(!bits, 96)],
        // ISATAP (RFC 5214), in any network; the bit says whether the IPv4 address is unique.
        [.., 0 | 0x200, 0x5efe, _, _] => vec![at(bits, 96)],
        _ => Vec::new(),
    }
}

/// Those that it may carry: a local NAT64 network (RFC 8215) puts them where its operator chose (RFC 6052 section 2.2).
pub(super) fn possible(address: IpAddr) -> Vec<Ipv4Addr> {
    let IpAddr::V6(address) = address else {
        return Vec::new();
    };
    match address.segments() {
        [0x64, 0xff9b, 1, ..] => [48, 56, 64, 96].map(|prefix| translated(address, prefix)).to_vec(),
        _ => Vec::new(),
    }
}

/// What follows a NAT64 prefix of so many bits; the 9th byte is left out.
fn translated(address: Ipv6Addr, prefix: usize) -> Ipv4Addr {
    let bytes = address.octets();
    let mut found = bytes.iter().enumerate().skip(prefix / 8).filter(|&(index, _)| index != 8).map(|(_, byte)| *byte);
    Ipv4Addr::from([(); 4].map(|()| found.next().unwrap_or(0)))
}

/// The 32 bits that begin at this one.
fn at(bits: u128, start: u32) -> Ipv4Addr {
    Ipv4Addr::from((bits >> (96 - start)) as u32)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(text: &str, expected: &[&str]) {
        let texts: Vec<_> = certain(text.parse().unwrap()).iter().map(ToString::to_string).collect();
        assert_eq!(texts, expected, "{text}");
    }

    #[test]
    fn each_form_has_its_place() {
        check("::1", &[]);
        check("::", &[]);
        check("::10.0.0.1", &["10.0.0.1"]);
        check("::ffff:0:10.0.0.1", &["10.0.0.1"]);
        check("64:ff9b::10.0.0.1", &["10.0.0.1"]);
        check("64:ff9b:1::10.0.0.1", &[]);
        check("2002:a00:1::5", &["10.0.0.1"]);
        check("2001:0:c000:201:0:0:f5ff:fffe", &["192.0.2.1", "10.0.0.1"]);
        check("2a00:1450::5efe:10.0.0.1", &["10.0.0.1"]);
        check("2a00:1450::200:5efe:10.0.0.1", &["10.0.0.1"]);
        check("2a00:1450::1:5efe:a00:1", &[]);
        check("10.0.0.1", &[]);
    }

    #[test]
    fn a_local_translator_may_put_it_anywhere() {
        for text in
            ["64:ff9b:1:a9fe:a9:fe00::", "64:ff9b:1:a9:fe:a9fe::", "64:ff9b:1:0:a9:fea9:fe00:0", "64:ff9b:1::a9fe:a9fe"]
        {
            let found = possible(text.parse().unwrap());
            assert!(found.contains(&Ipv4Addr::new(169, 254, 169, 254)), "{text}: {found:?}");
        }
        assert!(possible("64:ff9b::1".parse().unwrap()).is_empty());
    }
}
