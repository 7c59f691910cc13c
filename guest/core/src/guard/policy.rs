//! What the operator has opened beyond public addresses, and to which ports.

use core::net::IpAddr;

use super::network::Network;

/// Ports of a list above which somebody has pasted something else.
const PORTS_MAX: usize = 256;

/// The operator's exceptions and limits. Default: no exception, every port.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub struct Policy {
    /// Networks that may be called although they are not public.
    pub addresses: Vec<Network>,
    /// Ports that may be called.
    pub ports: OpenPorts,
}

impl Policy {
    /// Whether the operator has listed an address.
    pub(super) fn opens(&self, address: IpAddr) -> bool {
        self.addresses.iter().any(|network| network.contains(address))
    }

    /// Whether the operator has listed any address with the first `prefix` bits of this one.
    pub(super) fn opens_within(&self, address: IpAddr, prefix: u8) -> bool {
        let asked = Network::around(address, prefix);
        self.addresses.iter().any(|network| network.covers(asked) || asked.covers(*network))
    }
}

/// Which ports may be called.
#[derive(Clone, Debug, Default, PartialEq, Eq)]
pub enum OpenPorts {
    /// Every port but 0.
    #[default]
    All,
    /// These, 0 not among them.
    Only(Vec<u16>),
}

impl OpenPorts {
    /// Parses a list with commas between the numbers; an empty one opens all ports.
    ///
    /// # Errors
    ///
    /// The first entry that is wrong, and what to write instead.
    pub fn parse(text: &str) -> Result<Self, String> {
        if text.trim().is_empty() {
            return Ok(Self::All);
        }
        let mut ports = Vec::new();
        for entry in text.split(',').map(str::trim) {
            let port = entry.parse().ok().filter(|&port| port != 0 && entry.bytes().all(|byte| byte.is_ascii_digit()));
            ports.push(
                port.ok_or_else(|| format!("`{entry}` is no port; write numbers from 1 to 65535, as `443,8443`"))?,
            );
            if ports.len() > PORTS_MAX {
                return Err(format!("more than {PORTS_MAX} ports; write none to open all"));
            }
        }
        Ok(Self::Only(ports))
    }

    /// Whether a port may be called.
    #[must_use]
    pub fn has(&self, port: u16) -> bool {
        match self {
            Self::All => port != 0,
            Self::Only(ports) => ports.contains(&port),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn ports_are_read() {
        assert_eq!(OpenPorts::parse(""), Ok(OpenPorts::All));
        assert_eq!(OpenPorts::parse("443, 8443"), Ok(OpenPorts::Only(vec![443, 8443])));
        for text in ["0", "65536", "+443", "443,", "https", "8000-8999", "-1"] {
            assert!(OpenPorts::parse(text).unwrap_err().contains("1 to 65535"), "{text}");
        }
        assert!(OpenPorts::parse(&["1"; 257].join(",")).unwrap_err().contains("more than 256"));
    }
}
