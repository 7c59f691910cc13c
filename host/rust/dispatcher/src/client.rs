//! Sends one signed request as it is and says what came of it; every way to fail is an outcome, never an error.
//!
//! Follows no redirect, reads no proxy from the environment, unpacks nothing, and takes no more of an answer than was
//! asked for. Refuses to know whether a status is a success.

use std::fmt;
use std::sync::Arc;
use std::time::Duration;

use bytes::Bytes;
use reqwest::header::{self, HeaderMap, HeaderName, HeaderValue};
use reqwest::{Method, Proxy};
use tokio::time::{Instant, timeout_at};
use url::Url;

use crate::classify;
use crate::clock::unix_ms;
use crate::exchange::{Failure, FailureKind, Outcome, Request, Response, Settlement};
use crate::guard::{self, AddressGuard, GuardedResolver, SystemLookup};
use crate::tls;

/// Sends requests. Clones share the connections.
#[derive(Clone, Debug)]
pub struct Client {
    http: reqwest::Client,
    guard: Option<Arc<dyn AddressGuard>>,
}

/// How to reach receivers.
#[derive(Clone)]
pub struct ClientOptions {
    /// For name, TCP and TLS of one connection; a request's own time-out holds as well. Default: 10 s.
    pub connect_timeout: Duration,
    /// How long an unused connection is kept. Default: 4 s, less than the 5 s after which Node and Apache hang up:
    /// a request on a connection that the receiver is just closing fails.
    pub idle_timeout: Duration,
    /// Unused connections kept for one receiver. Default: 64.
    pub idle_per_receiver: usize,
    /// `http://` or `https://` URL of a proxy for all requests. The proxy resolves names, so the guard sees only
    /// literal addresses and
    /// names. Default: none; those in the environment are ignored.
    pub proxy: Option<String>,
    /// Certificates (DER) to trust besides the system's. Default: none.
    pub extra_roots: Vec<Vec<u8>>,
    /// Which addresses may be called. Default: all.
    pub guard: Option<Arc<dyn AddressGuard>>,
}

/// Why no client could be made.
#[derive(Debug, thiserror::Error)]
pub enum ClientError {
    /// No usable set of trusted certificates.
    #[error("cannot set up TLS: {0}; install the system's CA certificates or give extra roots that are valid")]
    Tls(#[from] rustls::Error),
    /// `proxy` is not a URL that can be used.
    #[error("proxy: {0}; write it as http://host:port or https://host:port")]
    Proxy(String),
    /// The HTTP library refused the options.
    #[error("cannot set up the HTTP client: {0}")]
    Http(#[source] reqwest::Error),
}

impl Client {
    /// Make a client. Reads the system's certificate store.
    ///
    /// # Errors
    ///
    /// `Tls` when no certificate is trusted, `Proxy` when the proxy's URL is wrong.
    pub fn new(options: ClientOptions) -> Result<Self, ClientError> {
        let mut builder = reqwest::Client::builder()
            .tls_backend_preconfigured(tls::config(&options.extra_roots)?)
            .no_proxy()
            .redirect(reqwest::redirect::Policy::none())
            .referer(false)
            .connect_timeout(options.connect_timeout)
            .pool_idle_timeout(options.idle_timeout)
            .pool_max_idle_per_host(options.idle_per_receiver)
            .http1_max_headers(PARSED_HEADERS)
            .http2_max_header_list_size(PARSED_HEADER_LIST_BYTES)
            .http2_keep_alive_interval(HTTP2_PING_INTERVAL)
            .http2_keep_alive_timeout(HTTP2_PING_TIMEOUT);
        match (&options.proxy, &options.guard) {
            (Some(proxy), _) => builder = builder.proxy(operators_proxy(proxy)?),
            (None, Some(guard)) => {
                let resolver = GuardedResolver { guard: Arc::clone(guard), lookup: Arc::new(SystemLookup) };
                builder = builder.dns_resolver(resolver);
            }
            (None, None) => {}
        }
        Ok(Self { http: builder.build().map_err(ClientError::Http)?, guard: options.guard })
    }

    /// Send a request and wait for its outcome, at most for the request's time-out.
    ///
    /// Headers that frame the message (`content-length`, `connection`, …) are the client's and not taken from the
    /// request. A user name in the URL becomes an `authorization` header, unless the request has one.
    pub async fn send(&self, request: &Request) -> Settlement {
        let started_at = unix_ms();
        let begun = Instant::now();
        let (request_headers, outcome) = match self.prepare(request).await {
            Ok(prepared) => {
                let headers = listed(prepared.headers());
                (headers, self.exchange(prepared, request, begun + request.timeout).await)
            }
            Err(failure) => (Vec::new(), Err(failure)),
        };
        let outcome = outcome.map_or_else(Outcome::Failure, Outcome::Response);
        let settlement = request.settled_as(outcome, started_at, begun.elapsed());
        Settlement { request_headers, ..settlement }
    }

    async fn prepare(&self, request: &Request) -> Result<reqwest::Request, Failure> {
        let method = Method::from_bytes(request.method.as_bytes())
            .map_err(|_| unsendable(format!("`{}` is not an HTTP method", request.method)))?;
        let url = Url::parse(&request.url).map_err(|error| unsendable(format!("the URL is not valid: {error}")))?;
        if !matches!(url.scheme(), "http" | "https") {
            return Err(unsendable(format!("`{}` URLs are not called; use http or https", url.scheme())));
        }
        if let Some(guard) = &self.guard {
            guard::check_url(&**guard, &url)
                .await
                .map_err(|blocked| Failure::new(FailureKind::Blocked, blocked.to_string()))?;
        }
        self.http
            .request(method, url)
            .headers(parsed(&request.headers)?)
            .body(request.body.clone())
            .build()
            .map_err(classify::failure)
    }

    async fn exchange(
        &self,
        prepared: reqwest::Request,
        request: &Request,
        deadline: Instant,
    ) -> Result<Response, Failure> {
        let answer = timeout_at(deadline, self.http.execute(prepared)).await;
        let answer = answer.map_err(|_| too_late(request))?.map_err(classify::failure)?;
        let status = answer.status().as_u16();
        let headers = capped(answer.headers());
        let (body, truncated) = read_body(answer, request, deadline).await?;
        Ok(Response { status, headers, body, truncated })
    }
}

impl Default for ClientOptions {
    fn default() -> Self {
        Self {
            connect_timeout: Duration::from_secs(10),
            idle_timeout: Duration::from_secs(4),
            idle_per_receiver: 64,
            proxy: None,
            extra_roots: Vec::new(),
            guard: None,
        }
    }
}

impl fmt::Debug for ClientOptions {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.debug_struct("ClientOptions")
            .field("connect_timeout", &self.connect_timeout)
            .field("idle_timeout", &self.idle_timeout)
            .field("idle_per_receiver", &self.idle_per_receiver)
            // Its URL may hold a password.
            .field("proxy", &self.proxy.as_ref().map(|_| "(set)"))
            .field("extra_roots", &self.extra_roots.len())
            .field("guard", &self.guard)
            .finish()
    }
}

/// The library would silently connect directly when it does not know the scheme. Errors leave out the URL, which may
/// hold a password.
fn operators_proxy(url: &str) -> Result<Proxy, ClientError> {
    let url = Url::parse(url).map_err(|error| ClientError::Proxy(error.to_string()))?;
    if !matches!(url.scheme(), "http" | "https") {
        return Err(ClientError::Proxy(format!("`{}` proxies are not supported", url.scheme())));
    }
    Proxy::all(url).map_err(|error| ClientError::Proxy(error.without_url().to_string()))
}

/// Response headers that are kept.
const KEPT_HEADERS: usize = 100;
/// Bytes of names and values that are kept.
const KEPT_HEADER_BYTES: usize = 16 * 1024;
/// Response headers above which an answer is a protocol failure; more than are kept, so that a talkative receiver
/// still counts.
const PARSED_HEADERS: usize = 256;
const PARSED_HEADER_LIST_BYTES: u32 = 64 * 1024;
/// Without pings, a dead HTTP/2 connection would fail every request that is put on it.
const HTTP2_PING_INTERVAL: Duration = Duration::from_secs(10);
const HTTP2_PING_TIMEOUT: Duration = Duration::from_secs(5);

/// Headers that the client writes itself. Taken from a plugin, they could smuggle a second request.
const FRAMING: [HeaderName; 6] = [
    header::CONNECTION,
    header::CONTENT_LENGTH,
    header::TE,
    header::TRAILER,
    header::TRANSFER_ENCODING,
    header::UPGRADE,
];

fn parsed(headers: &[(String, String)]) -> Result<HeaderMap, Failure> {
    let mut parsed = HeaderMap::with_capacity(headers.len() + 1);
    for (name, value) in headers {
        let key = HeaderName::from_bytes(name.as_bytes())
            .map_err(|_| unsendable(format!("`{name}` is not a header name")))?;
        let value = HeaderValue::from_bytes(value.as_bytes())
            .map_err(|_| unsendable(format!("the value of header `{name}` has a control character")))?;
        if !FRAMING.contains(&key) {
            parsed.append(key, value);
        }
    }
    // The library adds it in any case; here it is seen and recorded.
    parsed.entry(header::ACCEPT).or_insert(HeaderValue::from_static("*/*"));
    Ok(parsed)
}

fn listed(headers: &HeaderMap) -> Vec<(String, String)> {
    headers.iter().map(|(name, value)| (name.to_string(), lossy(value))).collect()
}

fn capped(headers: &HeaderMap) -> Vec<(String, String)> {
    let mut room = KEPT_HEADER_BYTES;
    headers
        .iter()
        .take(KEPT_HEADERS)
        .map(|(name, value)| (name.to_string(), lossy(value)))
        .take_while(|(name, value)| {
            let size = name.len() + value.len();
            let fits = size <= room;
            room = room.saturating_sub(size);
            fits
        })
        .collect()
}

fn lossy(value: &HeaderValue) -> String {
    String::from_utf8_lossy(value.as_bytes()).into_owned()
}

/// Read up to the cap. Dropping the answer then ends its connection, or its HTTP/2 stream.
async fn read_body(
    mut answer: reqwest::Response,
    request: &Request,
    deadline: Instant,
) -> Result<(Bytes, bool), Failure> {
    let cap = usize::try_from(request.response_cap_bytes).unwrap_or(usize::MAX);
    let mut kept = Vec::new();
    loop {
        let chunk = match timeout_at(deadline, answer.chunk()).await {
            Ok(chunk) => chunk.map_err(classify::failure)?,
            // All that was asked for is here; whether there is more does not matter.
            Err(_) if kept.len() == cap => return Ok((kept.into(), true)),
            Err(_) => return Err(too_late(request)),
        };
        let Some(chunk) = chunk else {
            return Ok((kept.into(), false));
        };
        let room = cap - kept.len();
        kept.extend_from_slice(&chunk[..chunk.len().min(room)]);
        if chunk.len() > room {
            return Ok((kept.into(), true));
        }
    }
}

fn too_late(request: &Request) -> Failure {
    let limit = request.timeout.as_millis();
    Failure::new(FailureKind::Timeout, format!("no complete answer within {limit} ms"))
}

fn unsendable(message: String) -> Failure {
    Failure::new(FailureKind::Protocol, message)
}
