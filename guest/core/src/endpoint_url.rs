//! Which URLs a webhook may have.
//!
//! Decides on the text alone. Whether the address behind the name may be called is the address guard's question,
//! asked when the connection is made.

use core::fmt;

use url::Url;

/// Whether a webhook may have a URL without TLS.
#[derive(Clone, Copy, Debug, Default, PartialEq, Eq)]
pub enum PlainHttp {
    /// Only https.
    #[default]
    Refused,
    /// https and http, for development and closed networks.
    Allowed,
}

/// The absolute http or https URL of a receiver, in the WHATWG normal form: lower-case ASCII host, no default
/// port, no `.` and `..` in the path.
#[derive(Clone, Debug, PartialEq, Eq, Hash)]
pub struct EndpointUrl(String);

impl EndpointUrl {
    /// Longest URL, in bytes, as written and as sent.
    pub const MAX_BYTES: usize = 2048;

    /// Parses and normalises a URL.
    ///
    /// # Errors
    ///
    /// An [`EndpointUrlError`] that says what to write instead; it never repeats credentials.
    pub fn parse(text: &str, plain_http: PlainHttp) -> Result<Self, EndpointUrlError> {
        if text.len() > Self::MAX_BYTES {
            return Err(EndpointUrlError::TooLong { bytes: text.len() });
        }
        // The url crate drops or repairs these silently, and then the person sees another URL than they wrote.
        if let Some(found) = text.chars().find(|&c| c.is_control() || c.is_whitespace() || c == '\\') {
            return Err(EndpointUrlError::BadCharacter(found));
        }
        let (scheme, rest) = text.split_once("://").ok_or(EndpointUrlError::NotAbsolute)?;
        match (scheme.to_ascii_lowercase().as_str(), plain_http) {
            ("https", _) | ("http", PlainHttp::Allowed) => {}
            ("http", PlainHttp::Refused) => return Err(EndpointUrlError::HttpRefused),
            _ => return Err(EndpointUrlError::OtherScheme(plain_http)),
        }
        if rest.is_empty() || rest.starts_with(['/', '?', '#']) {
            return Err(EndpointUrlError::NoHost);
        }
        let authority = rest.split(['/', '?', '#']).next().unwrap_or_default();
        if !authority.is_ascii() {
            return Err(EndpointUrlError::UnicodeHost);
        }
        let url = Url::parse(text).map_err(EndpointUrlError::NotUrl)?;
        if !url.username().is_empty() || url.password().is_some() {
            return Err(EndpointUrlError::Credentials);
        }
        if url.fragment().is_some() {
            return Err(EndpointUrlError::Fragment);
        }
        if url.host_str().is_none_or(str::is_empty) {
            return Err(EndpointUrlError::NoHost);
        }
        let normalised = String::from(url);
        if normalised.len() > Self::MAX_BYTES {
            return Err(EndpointUrlError::TooLong { bytes: normalised.len() });
        }
        Ok(Self(normalised))
    }

    /// The URL as it is stored and requested.
    #[must_use]
    pub fn as_str(&self) -> &str {
        &self.0
    }
}

impl fmt::Display for EndpointUrl {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        out.write_str(&self.0)
    }
}

/// Why a text cannot be a webhook's URL.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum EndpointUrlError {
    /// More than [`EndpointUrl::MAX_BYTES`], as written or once percent-encoded.
    TooLong {
        /// Its length.
        bytes: usize,
    },
    /// A space, a control character or a backslash.
    BadCharacter(char),
    /// Not of the form `https://…`.
    NotAbsolute,
    /// `http`, which the configuration does not allow.
    HttpRefused,
    /// Another scheme than http and https.
    OtherScheme(PlainHttp),
    /// Nothing between `://` and the path.
    NoHost,
    /// A host name in other letters than ASCII: the tables to convert it are larger than the rest of the component.
    UnicodeHost,
    /// A user name or password.
    Credentials,
    /// A `#` and what follows.
    Fragment,
    /// The URL parser refused it.
    NotUrl(url::ParseError),
}

impl fmt::Display for EndpointUrlError {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::TooLong { bytes } => {
                write!(
                    out,
                    "a URL has at most {} bytes, and this has {bytes}; write a shorter one",
                    EndpointUrl::MAX_BYTES
                )
            }
            Self::BadCharacter(' ') => out.write_str("a URL has no spaces; write `%20` for one inside it"),
            Self::BadCharacter('\\') => out.write_str("a URL has no backslash; write `/` between parts of the path"),
            Self::BadCharacter(found) => {
                write!(out, "a URL has no character {found:?}; remove it or percent-encode it")
            }
            Self::NotAbsolute => out.write_str("a URL is absolute; write it whole, as `https://example.com/hook`"),
            Self::HttpRefused => {
                out.write_str("http is not allowed here; write `https://`, or set `allow-http` to `true`")
            }
            Self::OtherScheme(PlainHttp::Refused) => out.write_str("a URL begins with `https://`"),
            Self::OtherScheme(PlainHttp::Allowed) => out.write_str("a URL begins with `https://` or `http://`"),
            Self::NoHost => out.write_str("a host stands after `://`, as in `https://example.com/hook`"),
            Self::UnicodeHost => out.write_str(
                "the host has other letters than ASCII; write its ASCII form, which begins with `xn--` (registrars and \
                 browsers show it)",
            ),
            Self::Credentials => out.write_str(
                "a URL has no user name or password; put a token into the path or the query, and verify the signature",
            ),
            Self::Fragment => out.write_str("a fragment is never sent; remove `#` and what follows, or write `%23`"),
            Self::NotUrl(error) => write!(out, "this is not a URL ({error}); write one as `https://example.com/hook`"),
        }
    }
}

impl core::error::Error for EndpointUrlError {}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(EndpointUrl::parse(text, PlainHttp::Refused).unwrap().as_str(), expected);
    }

    #[track_caller]
    fn check_refused(text: &str, message: &str) {
        let error = EndpointUrl::parse(text, PlainHttp::Refused).unwrap_err().to_string();
        assert!(error.contains(message), "{text:?} says: {error}");
    }

    #[test]
    fn the_normal_form_is_kept() {
        check("https://example.com", "https://example.com/");
        check("HTTPS://Example.COM:443/Hook?a=b&c=%20", "https://example.com/Hook?a=b&c=%20");
        check("https://example.com:8443/a/../b", "https://example.com:8443/b");
        check("https://xn--bcher-kva.example/ü", "https://xn--bcher-kva.example/%C3%BC");
        check("https://[2001:DB8::1]/x", "https://[2001:db8::1]/x");
        check("https://0x7f.1/x", "https://127.0.0.1/x");
        check("https://example.com?x=1", "https://example.com/?x=1");
    }

    #[test]
    fn a_host_is_ascii() {
        check_refused("https://bücher.example/", "`xn--`");
    }

    #[test]
    fn http_only_where_it_is_allowed() {
        check_refused("http://example.com/", "`allow-http`");
        let url = EndpointUrl::parse("http://localhost:8080/x", PlainHttp::Allowed).unwrap();
        assert_eq!(url.as_str(), "http://localhost:8080/x");
        for plain_http in [PlainHttp::Allowed, PlainHttp::Refused] {
            for text in ["ftp://example.com/", "file:///etc/passwd", "ws://example.com", "://example.com"] {
                let error = EndpointUrl::parse(text, plain_http).unwrap_err();
                assert_eq!(error, EndpointUrlError::OtherScheme(plain_http), "{text}");
            }
        }
    }

    #[test]
    fn a_refusal_says_what_to_write() {
        check_refused("", "https://example.com/hook");
        check_refused("example.com/hook", "https://example.com/hook");
        check_refused("//example.com/hook", "absolute");
        check_refused("https:example.com", "absolute");
        check_refused("https://", "after `://`");
        check_refused("https:///example.com", "after `://`");
        check_refused("https://?x", "after `://`");
        check_refused("https://exa mple.com/", "`%20`");
        check_refused("https:\\\\example.com", "backslash");
        check_refused(" https://example.com/", "no spaces");
        check_refused("https://example.com/\n", "'\\n'");
        check_refused("https://example.com/\0", "'\\0'");
        check_refused("https://user:pw@example.com/", "user name or password");
        check_refused("https://user@example.com/", "user name or password");
        check_refused("https://example.com/#", "fragment");
        check_refused("https://example.com/a#b", "fragment");
        check_refused("https://example.com:99999/", "invalid port");
        check_refused("https://[::1/", "not a URL");
        check_refused("https://@/", "");
        let error = EndpointUrl::parse("https://user:hunter2@example.com/", PlainHttp::Refused).unwrap_err();
        assert!(!format!("{error} {error:?}").contains("hunter2"));
    }

    #[test]
    fn the_length_counts_as_written_and_as_sent() {
        let of = |bytes: usize| format!("https://example.com/{}", "a".repeat(bytes - 20));
        check(&of(2048), &of(2048));
        check_refused(&of(2049), "has 2049");
        check_refused(&format!("https://example.com/{}", "é".repeat(500)), "at most 2048");
    }

    proptest! {
        #[test]
        fn the_normal_form_is_stable(text in r"(https?://)?(\PC|[a-z0-9./?#@:%\[\]]){0,30}") {
            if let Ok(url) = EndpointUrl::parse(&text, PlainHttp::Allowed) {
                prop_assert_eq!(EndpointUrl::parse(url.as_str(), PlainHttp::Allowed), Ok(url.clone()));
                prop_assert!(url.as_str().is_ascii());
            }
        }

        #[test]
        fn no_text_panics(text in any::<String>()) {
            let _ = EndpointUrl::parse(&format!("https://{text}"), PlainHttp::Refused);
            let _ = EndpointUrl::parse(&text, PlainHttp::Allowed);
        }
    }
}
