//! What can be asked of a server: `POST /v1/call/{interface}/{function}` with the JSON array of arguments,
//! `GET /v1/version` and `GET /v1/health` (host/serve.md).
//!
//! Decides who is answered, how much is taken in, and how long an answer may take; refuses to know any function.

use std::sync::OnceLock;
use std::time::{Duration, Instant};

use axum::BoxError;
use axum::body::{Body, Bytes, to_bytes};
use axum::http::{HeaderMap, Method, Request, Response, StatusCode, header};
use hookwright_dispatcher::Control;
use hookwright_runtime::Hookwright;
use hyper::body::Incoming;
use serde::Serialize;
use tokio::sync::Semaphore;
use tokio::time::timeout;

use super::answer::{Refusal, VERSION, VERSION_HEADER, json};
use super::connections::Answer;
use super::hosts::Hosts;
use super::token::Token;
use crate::failure::Failure;

/// A larger body is refused; the core itself takes far less of one event.
const BODY_CAP_BYTES: usize = 32 << 20;
/// A body that takes longer is refused.
const BODY_PATIENCE: Duration = Duration::from_secs(30);
/// Calls at once. The core serves one after the other on each of its threads, so more would only wait.
const CALLS: usize = 64;
/// How long a call waits for its turn.
const TURN_PATIENCE: Duration = Duration::from_secs(10);
/// How long an answer may take, waiting for the database included.
const ANSWER_PATIENCE: Duration = Duration::from_secs(120);
/// How long the database may take to show that it is there.
const HEALTH_PATIENCE: Duration = Duration::from_secs(10);

/// What may make deliveries due at once, so that they need not wait for the next poll.
const MAKES_DUE: [&str; 4] = ["events.publish", "deliveries.redeliver", "deliveries.recover", "lifecycle.resume"];

/// What is asked.
#[derive(Clone, Debug, PartialEq, Eq)]
enum Route {
    Version,
    Health,
    /// The function, for example `events.publish`.
    Call(String),
}

/// The functions of one installation.
#[derive(Debug)]
pub(super) struct Api {
    hookwright: Hookwright,
    token: Token,
    hosts: Hosts,
    delivers: bool,
    calls: Semaphore,
    /// None before deliveries have begun, and where this process does not deliver.
    deliveries: OnceLock<Control>,
}

#[derive(Serialize)]
struct VersionJson {
    version: &'static str,
    delivers: bool,
}

impl Api {
    pub(super) fn new(hookwright: Hookwright, token: Token, hosts: Hosts, delivers: bool) -> Self {
        Self { hookwright, token, hosts, delivers, calls: Semaphore::new(CALLS), deliveries: OnceLock::new() }
    }

    /// From now on deliveries of this process are told of what is new.
    pub(super) fn wakes(&self, deliveries: Control) {
        let _ = self.deliveries.set(deliveries);
    }
}

impl Answer for Api {
    async fn answer(&self, request: Request<Incoming>) -> Response<Body> {
        let started = Instant::now();
        let path = request.uri().path().to_owned();
        let outcome = self.respond(request).await;
        let took = started.elapsed();
        match outcome {
            Ok(response) => {
                tracing::debug!(path, ?took, "answered");
                response
            }
            Err(refusal) => {
                tracing::info!(path, ?took, kind = refusal.kind(), "refused");
                refusal.into_response()
            }
        }
    }
}

impl Api {
    async fn respond(&self, request: Request<Incoming>) -> Result<Response<Body>, Refusal> {
        self.admit(request.headers())?;
        match route(request.method(), request.uri().path())? {
            Route::Version => Ok(self.version()),
            Route::Health => self.health().await,
            Route::Call(function) => {
                let turn = timeout(TURN_PATIENCE, self.calls.acquire()).await;
                let Ok(Ok(_turn)) = turn else {
                    let told = "too many calls are under way; nothing has run, ask again";
                    let refusal = Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "busy", told);
                    return Err(refusal.with(header::RETRY_AFTER, "1"));
                };
                let arguments = arguments(request.into_body(), BODY_PATIENCE).await?;
                let answer = timeout(ANSWER_PATIENCE, self.hookwright.call_by_name(&function, &arguments)).await;
                let answer = answer.map_err(|_| {
                    let told = format!(
                        "{function} takes longer than {} s; it may be carried out all the same",
                        ANSWER_PATIENCE.as_secs()
                    );
                    Refusal::new(StatusCode::GATEWAY_TIMEOUT, "timeout", told)
                })?;
                let answer = answer?;
                if let Some(deliveries) = self.deliveries.get().filter(|_| MAKES_DUE.contains(&function.as_str())) {
                    deliveries.wake();
                }
                Ok(json(StatusCode::OK, answer))
            }
        }
    }

    /// Who asks, and by what name and version.
    fn admit(&self, headers: &HeaderMap) -> Result<(), Refusal> {
        let host = headers.get(header::HOST).map(|host| host.to_str().unwrap_or("?"));
        if !self.hosts.allow(host) {
            let told = format!(
                "this server is not called {:?}: use localhost or its address, or start it with --host-name",
                host.unwrap_or_default()
            );
            return Err(Refusal::new(StatusCode::MISDIRECTED_REQUEST, "host", told));
        }
        if !bearer(headers).is_some_and(|given| self.token.is(given)) {
            let told = match headers.contains_key(header::AUTHORIZATION) {
                true => "the token is wrong",
                false => "a token is needed: Authorization: Bearer …",
            };
            let refusal = Refusal::new(StatusCode::UNAUTHORIZED, "unauthorized", told);
            return Err(refusal.with(header::WWW_AUTHENTICATE, "Bearer"));
        }
        match headers.get(VERSION_HEADER) {
            Some(version) if version != VERSION => {
                let told = format!("this server has version {VERSION}; use a client of the same version");
                Err(Refusal::new(StatusCode::BAD_REQUEST, "version", told))
            }
            _ => Ok(()),
        }
    }

    fn version(&self) -> Response<Body> {
        let version = VersionJson { version: VERSION, delivers: self.delivers };
        // A text and a flag always are JSON.
        json(StatusCode::OK, serde_json::to_vec(&version).unwrap_or_default())
    }

    /// Whether calls can be answered: the database is there.
    async fn health(&self) -> Result<Response<Body>, Refusal> {
        let unavailable = |told: String| Refusal::new(StatusCode::SERVICE_UNAVAILABLE, "storage", told);
        match timeout(HEALTH_PATIENCE, self.hookwright.plugins_generation()).await {
            Ok(Ok(_)) => Ok(self.version()),
            Ok(Err(error)) => Err(unavailable(Failure::from(error).lines().join("; "))),
            Err(_) => Err(unavailable("the database does not answer".to_owned())),
        }
    }
}

fn route(method: &Method, path: &str) -> Result<Route, Refusal> {
    let (route, wanted) = match path.strip_prefix("/v1/").map(|rest| rest.split('/').collect::<Vec<_>>()).as_deref() {
        Some(["version"]) => (Route::Version, "GET"),
        Some(["health"]) => (Route::Health, "GET"),
        Some(["call", interface, function]) => (Route::Call(format!("{interface}.{function}")), "POST"),
        _ => {
            let told = "there is POST /v1/call/{interface}/{function}, GET /v1/version and GET /v1/health";
            return Err(Refusal::new(StatusCode::NOT_FOUND, "not-found", told));
        }
    };
    match method == wanted {
        true => Ok(route),
        false => Err(Refusal::new(StatusCode::METHOD_NOT_ALLOWED, "method", format!("{wanted} is the method here"))
            .with(header::ALLOW, wanted)),
    }
}

fn bearer(headers: &HeaderMap) -> Option<&[u8]> {
    let value = headers.get(header::AUTHORIZATION)?.as_bytes();
    let (scheme, token) = value.split_at_checked(7)?;
    scheme.eq_ignore_ascii_case(b"bearer ").then(|| token.trim_ascii())
}

async fn arguments<B>(body: B, patience: Duration) -> Result<Bytes, Refusal>
where
    B: hyper::body::Body<Data = Bytes, Error: Into<BoxError>> + Send + 'static,
{
    let too_large = || {
        let told = format!("a body has {BODY_CAP_BYTES} bytes at most");
        Refusal::new(StatusCode::PAYLOAD_TOO_LARGE, "too-large", told).with(header::CONNECTION, "close")
    };
    if body.size_hint().lower() > BODY_CAP_BYTES as u64 {
        return Err(too_large());
    }
    match timeout(patience, to_bytes(Body::new(body), BODY_CAP_BYTES)).await {
        Ok(Ok(bytes)) => Ok(bytes),
        Ok(Err(error)) if is_too_large(&error) => Err(too_large()),
        Ok(Err(_)) => Err(Refusal::new(StatusCode::BAD_REQUEST, "incomplete", "the body broke off")),
        Err(_) => {
            let told = format!("the body took longer than {} s", patience.as_secs());
            // The rest of it is not waited for.
            Err(Refusal::new(StatusCode::REQUEST_TIMEOUT, "timeout", told).with(header::CONNECTION, "close"))
        }
    }
}

/// The limit's own error is not named by a type that axum shows.
fn is_too_large(error: &axum::Error) -> bool {
    std::iter::successors(Some(error as &dyn std::error::Error), |error| error.source())
        .any(|error| error.to_string().contains("length limit"))
}

#[cfg(test)]
mod tests {
    use std::pin::Pin;
    use std::task::{Context, Poll};

    use hyper::body::{Frame, SizeHint};
    use proptest::prelude::*;

    use super::*;

    proptest! {
        /// A path leads to a call of just the names that stand there, or nowhere.
        #[test]
        fn any_path_is_judged(path in "(/v1/call/)?[a-z./%-]{0,30}|.{0,40}") {
            if let Ok(Route::Call(function)) = route(&Method::POST, &path) {
                prop_assert_eq!(format!("/v1/call/{}", function.replacen('.', "/", 1)).len(), path.len());
                prop_assert!(!function.contains('/'));
            }
        }
    }

    #[test]
    fn paths_are_taken_as_they_are() {
        let call = |path| route(&Method::POST, path).ok();
        assert_eq!(call("/v1/call/events/publish"), Some(Route::Call("events.publish".to_owned())));
        for path in ["/", "/v1", "/v1/call", "/v1/call/events", "/v1/call/events/publish/", "/v2/call/events/publish"] {
            assert!(route(&Method::POST, path).is_err_and(|refusal| refusal.kind() == "not-found"), "{path}");
        }
        assert!(route(&Method::POST, "/v1/health").is_err_and(|refusal| refusal.kind() == "method"));
        assert_eq!(route(&Method::GET, "/v1/health").ok(), Some(Route::Health));
    }

    /// A body of which nothing more comes.
    struct Stalled {
        announced: u64,
    }

    impl hyper::body::Body for Stalled {
        type Data = Bytes;
        type Error = std::io::Error;

        fn poll_frame(self: Pin<&mut Self>, _: &mut Context<'_>) -> Poll<Option<Result<Frame<Bytes>, Self::Error>>> {
            Poll::Pending
        }

        fn size_hint(&self) -> SizeHint {
            SizeHint::with_exact(self.announced)
        }
    }

    #[tokio::test]
    async fn a_body_has_its_time_and_its_size() {
        let kind = |outcome: Result<Bytes, Refusal>| outcome.unwrap_err().kind();
        let patience = Duration::from_millis(20);
        assert_eq!(kind(arguments(Stalled { announced: 9 }, patience).await), "timeout");
        assert_eq!(kind(arguments(Stalled { announced: 1 << 40 }, BODY_PATIENCE).await), "too-large");
        assert_eq!(kind(arguments(Body::from(vec![0; BODY_CAP_BYTES + 1]), BODY_PATIENCE).await), "too-large");
        assert_eq!(arguments(Body::from("[]"), BODY_PATIENCE).await.unwrap(), "[]");
    }

    #[test]
    fn only_a_bearer_token_counts() {
        let given = |value: &'static str| {
            let mut headers = HeaderMap::new();
            headers.insert(header::AUTHORIZATION, value.parse().ok()?);
            bearer(&headers).map(<[u8]>::to_vec)
        };
        assert_eq!(given("Bearer abc"), Some(b"abc".to_vec()));
        assert_eq!(given("bearer  abc"), Some(b"abc".to_vec()));
        assert_eq!((given("Basic abc"), given("abc"), given("")), (None, None, None));
    }
}
