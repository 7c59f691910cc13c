//! Asks, for every address that is about to be connected to, whether it may be called.
//!
//! The rule itself is the caller's. Names are checked where they are resolved, on the addresses that the connection
//! will use, so a second answer of the name server cannot slip past; literal addresses never reach a resolver and are
//! checked before each request.

use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

/// Decides which addresses may be called.
pub trait AddressGuard: fmt::Debug + Send + Sync {
    /// Called once for each address of each new connection. IPv4 addresses mapped into IPv6 arrive as IPv4.
    ///
    /// # Errors
    ///
    /// The address may not be called; the reason is shown to the webhook's owner.
    fn check(&self, address: IpAddr) -> Result<(), Blocked>;
}

/// An address may not be called.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Blocked {
    /// Why, for the webhook's owner.
    pub reason: String,
}

/// Check the host of a URL when it is a literal address.
pub(crate) fn check_literal(guard: &dyn AddressGuard, url: &Url) -> Result<(), Blocked> {
    match url.host() {
        Some(Host::Ipv4(address)) => guard.check(address.into()),
        Some(Host::Ipv6(address)) => guard.check(IpAddr::from(address).to_canonical()),
        Some(Host::Domain(_)) | None => Ok(()),
    }
}

/// The system's resolver, with blocked addresses taken out of its answers.
#[derive(Debug)]
pub(crate) struct GuardedResolver {
    pub(crate) guard: Arc<dyn AddressGuard>,
}

impl Resolve for GuardedResolver {
    fn resolve(&self, name: Name) -> Resolving {
        let guard = Arc::clone(&self.guard);
        Box::pin(async move {
            let found = tokio::net::lookup_host((name.as_str(), 0)).await?;
            let allowed = allowed(&*guard, found)?;
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

fn allowed(
    guard: &dyn AddressGuard,
    found: impl Iterator<Item = SocketAddr>,
) -> Result<Vec<SocketAddr>, Box<dyn std::error::Error + Send + Sync>> {
    let mut refusal = None;
    let allowed: Vec<_> = found
        .filter(|address| match guard.check(address.ip().to_canonical()) {
            Ok(()) => true,
            Err(blocked) => {
                refusal.get_or_insert(blocked);
                false
            }
        })
        .collect();
    match refusal {
        _ if !allowed.is_empty() => Ok(allowed),
        Some(blocked) => Err(blocked.into()),
        None => Err(io::Error::new(io::ErrorKind::NotFound, "the name has no address").into()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[derive(Debug)]
    struct NoLoopback;

    impl AddressGuard for NoLoopback {
        fn check(&self, address: IpAddr) -> Result<(), Blocked> {
            if address.is_loopback() {
                return Err(Blocked { reason: format!("{address} is this machine") });
            }
            Ok(())
        }
    }

    #[test]
    fn every_spelling_of_a_literal_is_checked() {
        for host in ["127.0.0.1", "0x7f.1", "2130706433", "017700000001", "[::1]", "[::ffff:127.0.0.1]"] {
            let url = Url::parse(&format!("http://{host}/")).unwrap();
            assert!(check_literal(&NoLoopback, &url).is_err(), "{host}");
        }
        let elsewhere = Url::parse("http://192.0.2.7/").unwrap();
        assert_eq!(check_literal(&NoLoopback, &elsewhere), Ok(()));
    }

    #[test]
    fn only_allowed_addresses_of_a_name_remain() {
        let loopback = SocketAddr::from(([127, 0, 0, 1], 0));
        let elsewhere = SocketAddr::from(([192, 0, 2, 7], 0));
        assert_eq!(allowed(&NoLoopback, [loopback, elsewhere].into_iter()).unwrap(), [elsewhere]);
        let refused = allowed(&NoLoopback, [loopback].into_iter()).unwrap_err();
        assert!(refused.is::<Blocked>());
        assert!(allowed(&NoLoopback, [].into_iter()).unwrap_err().is::<io::Error>());
    }
}
