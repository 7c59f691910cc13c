//! Which receivers may be called: the one rule for URLs, names and addresses.
//!
//! Decides on a text or an address that it is given; refuses to resolve names and to connect. A name that passes here
//! says nothing of its addresses: each is asked for again when a connection is about to be made. Addresses that are not
//! for everybody are refused, unless the operator lists them; cloud metadata is refused in any case.

mod carried;
mod names;
mod network;
mod policy;
mod ranges;

use core::fmt;
use core::net::IpAddr;

use url::{Host, Url};

use crate::endpoint_url::{EndpointUrl, EndpointUrlError, PlainHttp};
use crate::error::Error;

pub use network::Network;
pub use policy::{OpenPorts, Policy};
pub use ranges::Range;

/// Parses an address as a resolver gives it; IPv6 may stand in brackets.
///
/// # Errors
///
/// [`Error::Invalid`] for any other spelling (`0x7f.1`): those are the matter of URLs.
pub fn parse_address(text: &str) -> Result<IpAddr, Error> {
    let parsed = match text.strip_prefix('[').and_then(|rest| rest.strip_suffix(']')) {
        Some(inside) => inside.parse().map(IpAddr::V6),
        None => text.parse(),
    };
    parsed.map_err(|_| Error::field("address", "this is no IP address; write it as `203.0.113.7` or `2001:db8::7`"))
}

/// Whether a connection to this address may be made.
///
/// # Errors
///
/// [`Blocked`], with the reason for a person.
pub fn check_address(address: IpAddr, policy: &Policy) -> Result<(), Blocked> {
    let address = address.to_canonical();
    let carried = carried::certain(address);
    let all = || [address].into_iter().chain(carried.iter().copied().map(IpAddr::V4));
    let guessed = carried::possible(address).into_iter().map(IpAddr::V4);
    if let Some(metadata) = all().chain(guessed).find(|&layer| ranges::is_metadata(layer)) {
        return Err(Blocked::of_address(address, metadata, Range::Metadata));
    }
    for layer in all() {
        if let Some(range) = ranges::special(layer).filter(|_| !policy.opens(layer)) {
            return Err(Blocked::of_address(address, layer, range));
        }
    }
    Ok(())
}

/// Whether a URL's port, and its host as it is written, may be called: an address in any spelling, or a name.
///
/// # Errors
///
/// [`Refused::Malformed`] when no webhook could have this URL, else [`Refused::Blocked`].
pub fn check_url(text: &str, policy: &Policy) -> Result<(), Refused> {
    let url = EndpointUrl::parse(text, PlainHttp::Allowed).map_err(Refused::Malformed)?;
    check_endpoint(&url, policy).map_err(Refused::Blocked)
}

/// As [`check_url`], for a URL that is known to be well-formed.
///
/// # Errors
///
/// [`Blocked`], with the reason for a person.
pub fn check_endpoint(url: &EndpointUrl, policy: &Policy) -> Result<(), Blocked> {
    let parsed = Url::parse(url.as_str()).ok();
    let target = parsed.as_ref().and_then(|url| Some((url.host()?, url.port_or_known_default()?)));
    // An endpoint URL has both; if this ever fails, nothing is called.
    let Some((host, port)) = target else {
        return Err(Blocked { reason: Reason::Name, message: "the URL names no host".to_owned() });
    };
    match host {
        Host::Ipv4(address) => check_address(address.into(), policy)?,
        Host::Ipv6(address) => check_address(address.into(), policy)?,
        Host::Domain(name) => names::check(name, policy)?,
    }
    if policy.ports.has(port) { Ok(()) } else { Err(Blocked::of_port(port)) }
}

/// Why a URL is refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Refused {
    /// It is not a URL that a webhook can have.
    Malformed(EndpointUrlError),
    /// What it names may not be called.
    Blocked(Blocked),
}

/// An address, a name or a port may not be called.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Blocked {
    /// For programs.
    pub reason: Reason,
    /// For a person: what it is, and how the operator can allow it.
    pub message: String,
}

/// Why something may not be called.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum Reason {
    /// The address, or every address of the name, lies in a special range.
    Range(Range),
    /// The name is one of a private network.
    Name,
    /// The operator has not opened the port.
    Port,
}

impl Reason {
    /// Its word in the contract.
    #[must_use]
    pub fn word(self) -> &'static str {
        match self {
            Self::Range(range) => range.word(),
            Self::Name => "private-name",
            Self::Port => "port",
        }
    }
}

impl Blocked {
    fn of_address(address: IpAddr, layer: IpAddr, range: Range) -> Self {
        let what = range.phrase();
        let found = if layer == address {
            format!("{address} is {what}")
        } else {
            format!("{address} carries {layer}, which is {what}")
        };
        let message = match range {
            Range::Metadata => format!("{found}; it is never called"),
            _ => format!("{found}; the operator can allow it with `allow-addresses`"),
        };
        Self { reason: Reason::Range(range), message }
    }

    fn of_port(port: u16) -> Self {
        let message = match port {
            0 => "port 0 cannot be called".to_owned(),
            _ => format!("port {port} is not open; the operator can add it to `allow-ports`"),
        };
        Self { reason: Reason::Port, message }
    }
}

impl fmt::Display for Blocked {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.message)
    }
}

impl core::error::Error for Blocked {}

impl fmt::Display for Refused {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Malformed(error) => error.fmt(out),
            Self::Blocked(blocked) => blocked.fmt(out),
        }
    }
}

impl core::error::Error for Refused {}

// The table of addresses and URLs is tests/vectors/guard.json; here stands what a table cannot say.
#[cfg(test)]
mod tests {
    use core::net::{Ipv4Addr, Ipv6Addr};

    use proptest::prelude::*;

    use super::*;

    fn allowing(list: &str) -> Policy {
        Policy { addresses: Network::parse_list(list).unwrap(), ports: OpenPorts::default() }
    }

    fn verdict(text: &str, policy: &Policy) -> Result<(), String> {
        check_url(text, policy).map_err(|refused| refused.to_string())
    }

    #[test]
    fn a_refusal_says_what_it_is_and_what_the_operator_can_do() {
        let default = Policy::default();
        let says = |address: &str| check_address(address.parse().unwrap(), &default).unwrap_err().to_string();
        assert_eq!(says("10.0.0.5"), "10.0.0.5 is a private address; the operator can allow it with `allow-addresses`");
        assert_eq!(says("169.254.169.254"), "169.254.169.254 is a cloud metadata address; it is never called");
        assert_eq!(
            says("64:ff9b::a9fe:a9fe"),
            "64:ff9b::a9fe:a9fe carries 169.254.169.254, which is a cloud metadata address; it is never called"
        );
        let ports = Policy { ports: OpenPorts::parse("443,8443").unwrap(), ..Policy::default() };
        assert_eq!(
            verdict("https://example.com:22/", &ports).unwrap_err(),
            "port 22 is not open; the operator can add it to `allow-ports`"
        );
        assert_eq!(verdict("https://example.com/", &ports), Ok(()));
        assert_eq!(verdict("https://example.com:0/", &default).unwrap_err(), "port 0 cannot be called");
    }

    #[test]
    fn every_layer_must_be_allowed() {
        let nat64 = allowing("64:ff9b::/96");
        assert_eq!(verdict("https://[64:ff9b::808:808]/", &nat64), Ok(()));
        assert!(verdict("https://[64:ff9b::a00:1]/", &nat64).unwrap_err().contains("carries 10.0.0.1"));
        assert_eq!(verdict("https://[64:ff9b::a00:1]/", &allowing("64:ff9b::/96,private")), Ok(()));
        assert!(verdict("https://[64:ff9b::a00:1]/", &allowing("private")).is_err());
    }

    #[test]
    fn an_address_in_brackets_is_the_same_address() {
        assert_eq!(parse_address("[::1]"), Ok(Ipv6Addr::LOCALHOST.into()));
        assert_eq!(parse_address("127.0.0.1"), Ok(Ipv4Addr::LOCALHOST.into()));
        for text in ["", "[127.0.0.1]", "[::1", "0x7f.1", "127.1", "017.0.0.1", "fe80::1%eth0", " ::1", "localhost"] {
            assert!(parse_address(text).is_err(), "{text}");
        }
    }

    fn everything() -> Policy {
        allowing("0.0.0.0/0,::/0")
    }

    proptest! {
        #[test]
        fn what_is_allowed_stays_allowed_when_more_is_opened(bits in any::<u128>()) {
            for address in [IpAddr::from(Ipv6Addr::from(bits)), IpAddr::from(Ipv4Addr::from(bits as u32))] {
                if check_address(address, &Policy::default()).is_ok() {
                    prop_assert!(check_address(address, &everything()).is_ok());
                }
            }
        }

        #[test]
        fn every_spelling_of_an_ipv4_address_has_the_same_verdict(bits in any::<u32>()) {
            let [a, b, c, d] = bits.to_be_bytes();
            let (high, low) = (bits >> 16, bits & 0xffff);
            let policy = Policy::default();
            let expected = check_address(Ipv4Addr::from(bits).into(), &policy).is_ok();
            let spellings = [
                format!("{a}.{b}.{c}.{d}"),
                format!("{a}.{b}.{c}.{d}."),
                format!("{bits}"),
                format!("0x{bits:x}"),
                format!("0X{bits:X}"),
                format!("0{bits:o}"),
                format!("0x{a:x}.0x{b:x}.0{c:o}.{d}"),
                format!("{a}.{}", bits & 0xff_ffff),
                format!("{a}.{b}.{low}"),
                format!("[::ffff:{a}.{b}.{c}.{d}]"),
                format!("[0:0:0:0:0:FFFF:{high:X}:{low:x}]"),
            ];
            for host in spellings {
                prop_assert_eq!(check_url(&format!("https://{host}/x"), &policy).is_ok(), expected, "{}", host);
            }
        }

        #[test]
        fn metadata_is_never_called(prefix in prop::sample::select(vec![
            "::ffff:0:0", "::", "::ffff:0:0:0", "64:ff9b::", "64:ff9b:1::",
        ]), metadata in prop::sample::select(vec![
            [169, 254, 169, 254], [169, 254, 170, 2], [100, 100, 100, 200], [168, 63, 129, 16],
        ])) {
            let low = u128::from(u32::from_be_bytes(metadata));
            let address = Ipv6Addr::from(u128::from(prefix.parse::<Ipv6Addr>().unwrap()) | low);
            let blocked = check_address(address.into(), &everything()).unwrap_err();
            prop_assert_eq!(blocked.reason, Reason::Range(Range::Metadata));
        }

        #[test]
        fn no_text_panics(text in r"(https?://)?(\PC|[a-z0-9./?#@:%\[\]]){0,30}", any in any::<String>()) {
            let _ = check_url(&text, &Policy::default());
            let _ = check_url(&format!("https://{any}"), &everything());
            let _ = parse_address(&any);
        }
    }
}
