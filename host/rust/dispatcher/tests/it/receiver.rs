//! Receivers: one that answers HTTP and counts, one that does with the connection what a test wants.

use std::net::SocketAddr;
use std::sync::atomic::{AtomicUsize, Ordering};
use std::sync::{Arc, Mutex};

use axum::body::Body;
use axum::extract::Request;
use axum::response::Response;
use tokio::io::{AsyncReadExt, AsyncWriteExt};
use tokio::net::{TcpListener, TcpStream};

/// An HTTP receiver. Lives as long as the test's runtime.
#[derive(Clone)]
pub(crate) struct Receiver {
    pub(crate) address: SocketAddr,
    seen: Arc<Seen>,
}

#[derive(Default)]
struct Seen {
    paths: Mutex<Vec<String>>,
    now: AtomicUsize,
    most: AtomicUsize,
}

impl Receiver {
    /// Answer every request with what `answer` makes of it.
    pub(crate) async fn start<F>(answer: impl Fn(Request) -> F + Clone + Send + Sync + 'static) -> Self
    where
        F: Future<Output = Response> + Send + 'static,
    {
        let listener = listen().await;
        let address = listener.local_addr().expect("bound");
        let seen = Arc::new(Seen::default());
        let service = {
            let seen = Arc::clone(&seen);
            move |request: Request| {
                let (seen, answer) = (Arc::clone(&seen), answer.clone());
                async move {
                    seen.begin(&request);
                    let response = answer(request).await;
                    seen.now.fetch_sub(1, Ordering::SeqCst);
                    response
                }
            }
        };
        let router = axum::Router::new().fallback(service);
        tokio::spawn(async move { axum::serve(listener, router).await });
        Self { address, seen }
    }

    /// Answer every request with this status and no body.
    pub(crate) async fn answering(status: u16) -> Self {
        Self::start(move |_| async move { respond(status, "") }).await
    }

    pub(crate) fn url(&self, path: &str) -> String {
        format!("http://{}{path}", self.address)
    }

    /// Path and query of each request, in the order of arrival.
    pub(crate) fn paths(&self) -> Vec<String> {
        self.seen.paths.lock().expect("not poisoned").clone()
    }

    /// The most requests that were being answered at once.
    pub(crate) fn most_at_once(&self) -> usize {
        self.seen.most.load(Ordering::SeqCst)
    }
}

impl Seen {
    fn begin(&self, request: &Request) {
        let now = self.now.fetch_add(1, Ordering::SeqCst) + 1;
        self.most.fetch_max(now, Ordering::SeqCst);
        let path = request.uri().path_and_query().map_or_else(String::new, ToString::to_string);
        self.paths.lock().expect("not poisoned").push(path);
    }
}

/// A response with this body.
pub(crate) fn respond(status: u16, body: impl Into<Body>) -> Response {
    Response::builder().status(status).body(body.into()).expect("a valid response")
}

/// Give every connection to `serve`; its URL.
pub(crate) async fn raw<F>(serve: impl Fn(TcpStream) -> F + Send + 'static) -> String
where
    F: Future<Output = ()> + Send + 'static,
{
    let listener = listen().await;
    let address = listener.local_addr().expect("bound");
    tokio::spawn(async move {
        while let Ok((stream, _)) = listener.accept().await {
            tokio::spawn(serve(stream));
        }
    });
    format!("http://{address}/")
}

/// Read a request, write `answer`, and keep the connection open.
pub(crate) async fn raw_answering(answer: impl Into<Vec<u8>>) -> String {
    let answer: Arc<Vec<u8>> = Arc::new(answer.into());
    raw(move |mut stream| {
        let answer = Arc::clone(&answer);
        async move {
            read_some(&mut stream).await;
            let _ = stream.write_all(&answer).await;
            std::future::pending().await
        }
    })
    .await
}

/// Wait for the first bytes of a request.
pub(crate) async fn read_some(stream: &mut TcpStream) {
    let mut buffer = [0; 4_096];
    let _ = stream.read(&mut buffer).await;
}

/// An address where nobody listens.
pub(crate) async fn deserted() -> SocketAddr {
    listen().await.local_addr().expect("bound")
}

async fn listen() -> TcpListener {
    TcpListener::bind("127.0.0.1:0").await.expect("a free port")
}
