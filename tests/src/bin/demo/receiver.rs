//! The other side: a receiver on loopback that checks every request with a verifier that is not ours.
//!
//! Decides what is answered, and remembers all that came. Knows nothing of what should have come.

use std::collections::{HashMap, VecDeque};
use std::net::SocketAddr;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};
use std::time::{Duration, Instant};

use anyhow::Context;
use axum::Router;
use axum::body::Bytes;
use axum::extract::State;
use axum::http::{HeaderMap, StatusCode, Uri};
use tokio::net::TcpListener;
use tokio::task::JoinHandle;

/// A running receiver. It stops when this is dropped.
#[derive(Debug)]
pub(crate) struct Receiver {
    address: SocketAddr,
    book: Arc<Mutex<Book>>,
    serving: JoinHandle<()>,
}

/// One request as it came.
#[derive(Clone, Debug)]
pub(crate) struct Arrival {
    /// Since the receiver started.
    pub(crate) after: Duration,
    /// For example `/accounting`.
    pub(crate) path: String,
    /// The header `webhook-id`; empty when there was none.
    pub(crate) webhook_id: String,
    /// The body, byte for byte.
    pub(crate) body: Bytes,
    /// What the verifier says; why not, in its words.
    pub(crate) verified: Result<(), String>,
    /// The status that was answered.
    pub(crate) answer: u16,
}

struct Book {
    started: Instant,
    endpoints: HashMap<String, Endpoint>,
    arrivals: Vec<Arrival>,
}

struct Endpoint {
    /// Statuses of the first answers; then 200.
    first_answers: VecDeque<u16>,
    verifier: Option<standardwebhooks::Webhook>,
}

impl Receiver {
    /// Starts on a free port of the loopback. Each endpoint is a path and the statuses of its first answers.
    pub(crate) async fn start(endpoints: &[(&str, &[u16])]) -> anyhow::Result<Self> {
        let listener = TcpListener::bind("127.0.0.1:0").await.context("no port of 127.0.0.1 can be listened on")?;
        let address = listener.local_addr()?;
        let endpoints = endpoints.iter().map(|(path, answers)| ((*path).to_owned(), Endpoint::new(answers))).collect();
        let book = Arc::new(Mutex::new(Book { started: Instant::now(), endpoints, arrivals: Vec::new() }));
        let app = Router::new().fallback(receive).with_state(Arc::clone(&book));
        let serving = tokio::spawn(async move {
            // It ends with the task; what goes wrong with one connection concerns that connection.
            let _ = axum::serve(listener, app).await;
        });
        Ok(Self { address, book, serving })
    }

    /// The URL of an endpoint.
    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Tells an endpoint the secret that its webhook was created with.
    pub(crate) fn trust(&self, path: &str, secret: &str) -> anyhow::Result<()> {
        let verifier = standardwebhooks::Webhook::new(secret).context("the secret is not one of Standard Webhooks")?;
        let mut book = locked(&self.book);
        let endpoint = book.endpoints.get_mut(path).with_context(|| format!("no endpoint {path}"))?;
        endpoint.verifier = Some(verifier);
        Ok(())
    }

    /// All requests so far, in order.
    pub(crate) fn arrivals(&self) -> Vec<Arrival> {
        locked(&self.book).arrivals.clone()
    }
}

impl Drop for Receiver {
    fn drop(&mut self) {
        self.serving.abort();
    }
}

impl std::fmt::Debug for Book {
    fn fmt(&self, f: &mut std::fmt::Formatter<'_>) -> std::fmt::Result {
        f.debug_struct("Book").field("arrivals", &self.arrivals.len()).finish_non_exhaustive()
    }
}

impl Endpoint {
    fn new(first_answers: &[u16]) -> Self {
        Self { first_answers: first_answers.iter().copied().collect(), verifier: None }
    }

    fn verify(&self, headers: &HeaderMap, body: &[u8]) -> Result<(), String> {
        let verifier = self.verifier.as_ref().ok_or("this endpoint has no secret")?;
        verifier.verify(body, headers).map_err(|error| error.to_string())
    }
}

async fn receive(State(book): State<Arc<Mutex<Book>>>, uri: Uri, headers: HeaderMap, body: Bytes) -> StatusCode {
    let mut book = locked(&book);
    let after = book.started.elapsed();
    let path = uri.path().to_owned();
    let Some(endpoint) = book.endpoints.get_mut(&path) else {
        return StatusCode::NOT_FOUND;
    };
    let verified = endpoint.verify(&headers, &body);
    let scripted = endpoint.first_answers.pop_front().and_then(|status| StatusCode::from_u16(status).ok());
    let answer = if verified.is_ok() { scripted.unwrap_or(StatusCode::OK) } else { StatusCode::UNAUTHORIZED };
    let webhook_id = headers.get("webhook-id").and_then(|id| id.to_str().ok()).unwrap_or_default().to_owned();
    book.arrivals.push(Arrival { after, path, webhook_id, body, verified, answer: answer.as_u16() });
    answer
}

/// A handler that panicked leaves the book readable.
fn locked(book: &Mutex<Book>) -> MutexGuard<'_, Book> {
    book.lock().unwrap_or_else(PoisonError::into_inner)
}
