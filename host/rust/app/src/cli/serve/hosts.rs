//! Decides by which names a server may be called.
//!
//! A page in a browser on this machine can point a name of its own at 127.0.0.1; its requests carry that name. An address
//! cannot be pointed anywhere.

use std::net::{Ipv4Addr, Ipv6Addr};

use crate::failure::Failure;

/// The names.
#[derive(Debug)]
pub(super) struct Hosts(Option<Vec<String>>);

impl Hosts {
    /// Any: nothing in a browser reaches a unix socket.
    pub(super) fn any() -> Self {
        Self(None)
    }

    /// `localhost`, addresses, and these.
    ///
    /// # Errors
    ///
    /// When one of them is no name.
    pub(super) fn named(names: &[String]) -> Result<Self, Failure> {
        let is_name = |name: &String| {
            !name.is_empty() && name.bytes().all(|byte| byte.is_ascii_alphanumeric() || b"-._".contains(&byte))
        };
        match names.iter().find(|name| !is_name(name)) {
            Some(wrong) => Err(Failure::option(
                "--host-name",
                format!("{wrong:?} is no name: give one like hooks.example, without port"),
            )),
            None => Ok(Self(Some(names.to_vec()))),
        }
    }

    /// Whether a request with this `Host` may be answered.
    pub(super) fn allow(&self, host: Option<&str>) -> bool {
        let Some(names) = &self.0 else { return true };
        let Some(name) = host.and_then(without_port) else { return false };
        let name = name.strip_suffix('.').unwrap_or(name);
        let is_address = name.parse::<Ipv4Addr>().is_ok()
            || name
                .strip_prefix('[')
                .and_then(|name| name.strip_suffix(']'))
                .is_some_and(|name| name.parse::<Ipv6Addr>().is_ok());
        is_address
            || name.eq_ignore_ascii_case("localhost")
            || names.iter().any(|known| known.eq_ignore_ascii_case(name))
    }
}

/// None: what stands behind the colon is no port.
fn without_port(host: &str) -> Option<&str> {
    match host.rsplit_once(':') {
        // The colons of an IPv6 address without a port.
        Some((_, rest)) if rest.ends_with(']') => Some(host),
        Some((name, port)) => port.bytes().all(|byte| byte.is_ascii_digit()).then_some(name),
        None => Some(host),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// Whatever stands around a strange name, it is not let in.
        #[test]
        fn a_strange_name_is_refused_in_every_guise(
            before in "[a-z0-9.:\\[-]{0,12}",
            after in "(\\.|:[0-9]{0,6}|\\]|\\.127\\.0\\.0\\.1|)",
            any in ".{0,40}",
        ) {
            let hosts = Hosts::named(&["hooks.example".to_owned()]).unwrap();
            let strange = format!("{before}evil{after}");
            prop_assert!(!hosts.allow(Some(&strange)), "{}", strange);
            // No text is too strange to be judged.
            let _ = hosts.allow(Some(&any));
        }

        /// Every address of this machine and others is let in, with and without a port.
        #[test]
        fn every_address_is_let_in(four: [u8; 4], six: [u16; 8], port: u16) {
            let hosts = Hosts::named(&[]).unwrap();
            let (four, six) = (Ipv4Addr::from(four), Ipv6Addr::from(six));
            for host in [format!("{four}"), format!("{four}:{port}"), format!("[{six}]"), format!("[{six}]:{port}")] {
                prop_assert!(hosts.allow(Some(&host)), "{}", host);
            }
        }
    }

    #[test]
    fn addresses_and_known_names_are_allowed() {
        let hosts = Hosts::named(&["hooks.example".to_owned()]).unwrap();
        for host in
            ["127.0.0.1:8750", "localhost", "LOCALHOST:1", "[::1]:8750", "[::1]", "10.0.0.7", "Hooks.Example.:80"]
        {
            assert!(hosts.allow(Some(host)), "{host}");
        }
        for host in ["evil.example", "127.0.0.1.evil.example", "localhost.evil.example:8750", "", "::1", "a:b", "[x]"] {
            assert!(!hosts.allow(Some(host)), "{host}");
        }
        assert!(!hosts.allow(None) && Hosts::any().allow(None));
        assert!(Hosts::named(&["http://a".to_owned()]).is_err());
    }
}
