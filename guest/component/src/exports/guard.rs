//! `guard`

use hookwright_core::Error;
use hookwright_core::guard::{self, Blocked, Refused};

use crate::Component;
use crate::bindings::exports::hookwright::webhooks::guard as wit;
use crate::imports::config;

impl wit::Guest for Component {
    fn check_url(url: String) -> Result<Result<(), wit::Blocked>, wit::Error> {
        let config = config().as_ref().map_err(|bad| super::bad_config(bad))?;
        match guard::check_url(&url, &config.guard) {
            Ok(()) => Ok(Ok(())),
            Err(Refused::Blocked(blocked)) => Ok(Err(blocked.into())),
            Err(Refused::Malformed(error)) => Err(Error::field("url", error.to_string()).into()),
        }
    }

    fn check_address(address: String) -> Result<Result<(), wit::Blocked>, wit::Error> {
        let config = config().as_ref().map_err(|bad| super::bad_config(bad))?;
        let address = guard::parse_address(&address)?;
        Ok(guard::check_address(address, &config.guard).map_err(Into::into))
    }
}

impl From<Blocked> for wit::Blocked {
    fn from(blocked: Blocked) -> Self {
        Self { reason: blocked.reason.word().to_owned(), message: blocked.message }
    }
}
