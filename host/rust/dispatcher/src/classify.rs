//! Which kind of failure an error of the HTTP client is. Looks at the types of the causes, never at their texts.

use std::error::Error;
use std::io;

use crate::exchange::{Failure, FailureKind};
use crate::guard::Blocked;

/// The failure that the webhook's owner sees. Leaves out the URL, which may hold a secret.
pub(crate) fn failure(error: reqwest::Error) -> Failure {
    let error = error.without_url();
    let kind = kind(&error);
    let root = causes(&error).last().map_or_else(String::new, ToString::to_string);
    Failure::new(kind, format!("{}: {root}", lead(kind)))
}

fn kind(error: &reqwest::Error) -> FailureKind {
    if any::<Blocked>(error, |_| true) {
        return FailureKind::Blocked;
    }
    if any::<rustls::Error>(error, |_| true) {
        return FailureKind::Tls;
    }
    if error.is_timeout() || any::<io::Error>(error, |io| io.kind() == io::ErrorKind::TimedOut) {
        return FailureKind::Timeout;
    }
    if error.is_dns() {
        return FailureKind::Dns;
    }
    if error.is_connect() {
        // TCP has no end of file while it connects: the receiver hung up in the middle of the handshake.
        let hung_up = any::<io::Error>(error, |io| io.kind() == io::ErrorKind::UnexpectedEof);
        return if hung_up { FailureKind::Tls } else { FailureKind::Connect };
    }
    FailureKind::Protocol
}

fn lead(kind: FailureKind) -> &'static str {
    match kind {
        FailureKind::Dns => "the host name was not resolved",
        FailureKind::Connect => "no connection",
        FailureKind::Tls => "no TLS session",
        FailureKind::Timeout => "no connection in time",
        FailureKind::Blocked => "the address may not be called",
        FailureKind::Protocol => "no complete HTTP answer",
    }
}

fn any<T: Error + 'static>(error: &(dyn Error + 'static), holds: impl Fn(&T) -> bool) -> bool {
    causes(error).filter_map(|cause| cause.downcast_ref()).any(holds)
}

/// The error and what is below it. `io::Error::source` skips the error that it wraps, which is the one that tells.
fn causes<'a>(error: &'a (dyn Error + 'static)) -> impl Iterator<Item = &'a (dyn Error + 'static)> {
    std::iter::successors(Some(error), |&error: &&'a (dyn Error + 'static)| {
        match error.downcast_ref::<io::Error>().and_then(io::Error::get_ref) {
            Some(wrapped) => Some(wrapped as &(dyn Error + 'static)),
            None => error.source(),
        }
    })
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_inside_io_errors_are_found() {
        let inner = io::Error::other(rustls::Error::DecryptError);
        let outer = io::Error::other(inner);
        assert!(any::<rustls::Error>(&outer, |error| *error == rustls::Error::DecryptError));
        assert!(!any::<Blocked>(&outer, |_| true));
    }
}
