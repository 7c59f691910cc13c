//! Asks, for every address that is about to be connected to, whether it may be called.
//!
//! The rule itself is the caller's. Names are checked where they are resolved, on the addresses that the connection
//! will use, so a second answer of the name server cannot slip past; literal addresses never reach a resolver and are
//! checked before each request.

use std::fmt;
use std::io;
use std::net::{IpAddr, SocketAddr};
use std::sync::Arc;

use futures_util::future::BoxFuture;
use reqwest::dns::{Addrs, Name, Resolve, Resolving};
use url::{Host, Url};

/// An answer of an [`AddressGuard`], now or a little later.
pub type Checking<'a> = BoxFuture<'a, Result<(), Blocked>>;

/// Decides who may be called.
pub trait AddressGuard: fmt::Debug + Send + Sync {
    /// Called before each request with scheme, host and port of its URL, as `https://receiver.example:8443`. Literal
    /// addresses come to [`AddressGuard::check`] as well. Default: all are allowed.
    ///
    /// # Errors
    ///
    /// The receiver may not be called; the reason is shown to the webhook's owner.
    fn check_origin<'a>(&'a self, _origin: &'a str) -> Checking<'a> {
        Box::pin(async { Ok(()) })
    }

    /// Called once for each address of each new connection. IPv4 addresses mapped into IPv6 arrive as IPv4.
    ///
    /// # Errors
    ///
    /// The address may not be called; the reason is shown to the webhook's owner.
    fn check(&self, address: IpAddr) -> Checking<'_>;
}

/// An address may not be called.
#[derive(Clone, Debug, PartialEq, Eq, thiserror::Error)]
#[error("{reason}")]
pub struct Blocked {
    /// Why, for the webhook's owner.
    pub reason: String,
}

/// Check what a URL says by itself: its origin, and its host when it is a literal address.
pub(crate) async fn check_url(guard: &dyn AddressGuard, url: &Url) -> Result<(), Blocked> {
    guard.check_origin(&url.origin().ascii_serialization()).await?;
    match url.host() {
        Some(Host::Ipv4(address)) => guard.check(address.into()).await,
        Some(Host::Ipv6(address)) => guard.check(IpAddr::from(address).to_canonical()).await,
        Some(Host::Domain(_)) | None => Ok(()),
    }
}

/// A resolver with blocked addresses taken out of its answers. What is left is what the connection is made to: nothing
/// asks for the name again.
#[derive(Debug)]
pub(crate) struct GuardedResolver<L = SystemLookup> {
    pub(crate) guard: Arc<dyn AddressGuard>,
    pub(crate) lookup: Arc<L>,
}

/// Where names are looked up.
pub(crate) trait Lookup: fmt::Debug + Send + Sync + 'static {
    fn addresses<'a>(&'a self, name: &'a str) -> BoxFuture<'a, io::Result<Vec<SocketAddr>>>;
}

/// The system's resolver.
#[derive(Debug)]
pub(crate) struct SystemLookup;

impl Lookup for SystemLookup {
    fn addresses<'a>(&'a self, name: &'a str) -> BoxFuture<'a, io::Result<Vec<SocketAddr>>> {
        Box::pin(async move { Ok(tokio::net::lookup_host((name, 0)).await?.collect()) })
    }
}

impl<L: Lookup> Resolve for GuardedResolver<L> {
    fn resolve(&self, name: Name) -> Resolving {
        let (guard, lookup) = (Arc::clone(&self.guard), Arc::clone(&self.lookup));
        Box::pin(async move {
            let found = lookup.addresses(name.as_str()).await?;
            let allowed = allowed(&*guard, found).await?;
            Ok(Box::new(allowed.into_iter()) as Addrs)
        })
    }
}

async fn allowed(
    guard: &dyn AddressGuard,
    found: Vec<SocketAddr>,
) -> Result<Vec<SocketAddr>, Box<dyn std::error::Error + Send + Sync>> {
    let mut refusal = None;
    let mut allowed = Vec::with_capacity(found.len());
    for address in found {
        match guard.check(address.ip().to_canonical()).await {
            Ok(()) => allowed.push(address),
            Err(blocked) => {
                refusal.get_or_insert(blocked);
            }
        }
    }
    match refusal {
        _ if !allowed.is_empty() => Ok(allowed),
        Some(blocked) => Err(blocked.into()),
        None => Err(io::Error::new(io::ErrorKind::NotFound, "the name has no address").into()),
    }
}

#[cfg(test)]
mod tests {
    use std::sync::Mutex;

    use tokio::io::{AsyncReadExt, AsyncWriteExt};
    use tokio::net::TcpListener;

    use super::*;
    use crate::classify;
    use crate::exchange::FailureKind;

    #[derive(Debug)]
    struct NoLoopback;

    impl AddressGuard for NoLoopback {
        fn check(&self, address: IpAddr) -> Checking<'_> {
            Box::pin(async move {
                if address.is_loopback() {
                    return Err(Blocked { reason: format!("{address} is this machine") });
                }
                Ok(())
            })
        }
    }

    #[tokio::test]
    async fn every_spelling_of_a_literal_is_checked() {
        for host in ["127.0.0.1", "0x7f.1", "2130706433", "017700000001", "[::1]", "[::ffff:127.0.0.1]"] {
            let url = Url::parse(&format!("http://{host}/")).unwrap();
            assert!(check_url(&NoLoopback, &url).await.is_err(), "{host}");
        }
        let elsewhere = Url::parse("http://192.0.2.7/").unwrap();
        assert_eq!(check_url(&NoLoopback, &elsewhere).await, Ok(()));
    }

    #[tokio::test]
    async fn only_allowed_addresses_of_a_name_remain() {
        let loopback = SocketAddr::from(([127, 0, 0, 1], 0));
        let elsewhere = SocketAddr::from(([192, 0, 2, 7], 0));
        assert_eq!(allowed(&NoLoopback, vec![loopback, elsewhere]).await.unwrap(), [elsewhere]);
        let refused = allowed(&NoLoopback, vec![loopback]).await.unwrap_err();
        assert!(refused.is::<Blocked>());
        assert!(allowed(&NoLoopback, Vec::new()).await.unwrap_err().is::<io::Error>());
    }

    #[derive(Debug)]
    struct OnlyFirst;

    impl AddressGuard for OnlyFirst {
        fn check(&self, address: IpAddr) -> Checking<'_> {
            let first = address == IpAddr::from([127, 0, 0, 1]);
            Box::pin(
                async move { if first { Ok(()) } else { Err(Blocked { reason: format!("{address} is blocked") }) } },
            )
        }
    }

    /// A name server that says something else the next time.
    #[derive(Debug)]
    struct Rebinding(Mutex<Vec<[u8; 4]>>);

    impl Lookup for Rebinding {
        fn addresses<'a>(&'a self, _: &'a str) -> BoxFuture<'a, io::Result<Vec<SocketAddr>>> {
            let next = self.0.lock().unwrap().pop();
            Box::pin(async move { Ok(next.into_iter().map(|address| SocketAddr::from((address, 0))).collect()) })
        }
    }

    /// tests/README.md, bug 06, by name: DNS rebinding.
    #[tokio::test]
    async fn bug_06_the_address_that_is_checked_is_the_one_that_is_connected_to() {
        let receiver = TcpListener::bind("127.0.0.1:0").await.unwrap();
        let port = receiver.local_addr().unwrap().port();
        let answers = Rebinding(Mutex::new(vec![[127, 0, 0, 1], [127, 0, 0, 2], [127, 0, 0, 1]]));
        let lookup = Arc::new(answers);
        let resolver = GuardedResolver { guard: Arc::new(OnlyFirst), lookup: Arc::clone(&lookup) };
        let http = reqwest::Client::builder()
            .tls_backend_preconfigured(crate::tls::config(&[]).unwrap())
            .no_proxy()
            .dns_resolver(resolver)
            .build()
            .unwrap();
        let get = || http.get(format!("http://rebinding.test:{port}/")).send();
        let answering = async {
            let (mut stream, _) = receiver.accept().await.unwrap();
            let _ = stream.read(&mut [0; 1_024]).await.unwrap();
            stream.write_all(b"HTTP/1.1 204 No Content\r\nconnection: close\r\n\r\n").await.unwrap();
        };
        let (answer, ()) = tokio::join!(get(), answering);
        assert_eq!(answer.unwrap().status(), 204);
        assert_eq!(lookup.0.lock().unwrap().len(), 2, "one look-up for one connection");

        let failure = classify::failure(get().await.unwrap_err());
        assert_eq!(failure.kind, FailureKind::Blocked);
        assert!(failure.message.contains("127.0.0.2 is blocked"), "{}", failure.message);
        assert_eq!(lookup.0.lock().unwrap().len(), 1);
    }
}
