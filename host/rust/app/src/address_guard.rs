//! The core's address guard in front of every connection that this program makes to a receiver.
//!
//! Decides nothing: the core does. Keeps its answers, because the configuration that they follow from is constant; and
//! makes the one kind of client that there is, so that deliveries and tests cannot differ.

use std::collections::HashMap;
use std::fmt;
use std::hash::Hash;
use std::net::IpAddr;
use std::sync::{Arc, Mutex, PoisonError};

use hookwright_dispatcher::{AddressGuard, Blocked, Checking, Client, ClientOptions};
use hookwright_runtime::{Call, Hookwright, guard};

use crate::failure::{Failure, Kind};

/// A client that calls only whom the installation allows.
///
/// # Errors
///
/// When the options or the system's certificates cannot be used.
pub(crate) fn client(hookwright: &Hookwright, options: ClientOptions) -> Result<Client, Failure> {
    let guard = Some(Arc::new(CoreGuard::new(hookwright.clone())) as Arc<dyn AddressGuard>);
    Client::new(ClientOptions { guard, ..options }).map_err(|error| Failure::new(Kind::Io, error.to_string()))
}

struct CoreGuard {
    hookwright: Hookwright,
    origins: Known<String>,
    addresses: Known<IpAddr>,
}

impl CoreGuard {
    fn new(hookwright: Hookwright) -> Self {
        Self { hookwright, origins: Known::default(), addresses: Known::default() }
    }
}

impl AddressGuard for CoreGuard {
    fn check_origin<'a>(&'a self, origin: &'a str) -> Checking<'a> {
        let ask = || self.hookwright.check_url(origin.to_owned());
        Box::pin(self.origins.verdict(origin.to_owned(), ask))
    }

    fn check(&self, address: IpAddr) -> Checking<'_> {
        Box::pin(self.addresses.verdict(address, move || self.hookwright.check_address(address.to_string())))
    }
}

impl fmt::Debug for CoreGuard {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("CoreGuard").finish_non_exhaustive()
    }
}

type Verdict = Result<(), Blocked>;

/// What the core has answered.
struct Known<K>(Mutex<HashMap<K, Verdict>>);

/// Answers kept before all are forgotten. Whoever controls a name server can make up addresses without end.
const KEPT: usize = 4096;

impl<K: Eq + Hash> Known<K> {
    async fn verdict(&self, key: K, ask: impl FnOnce() -> Call<Result<(), guard::Blocked>>) -> Verdict {
        if let Some(known) = self.0.lock().unwrap_or_else(PoisonError::into_inner).get(&key) {
            return known.clone();
        }
        let verdict = match ask().await {
            Ok(verdict) => verdict.map_err(|blocked| Blocked { reason: blocked.message }),
            // Nobody is called on a guess. Not kept: the next call may be answered.
            Err(error) => return Err(Blocked { reason: format!("the address guard gave no answer: {error}") }),
        };
        let mut known = self.0.lock().unwrap_or_else(PoisonError::into_inner);
        if known.len() >= KEPT {
            known.clear();
        }
        known.insert(key, verdict.clone());
        verdict
    }
}

impl<K> Default for Known<K> {
    fn default() -> Self {
        Self(Mutex::default())
    }
}
