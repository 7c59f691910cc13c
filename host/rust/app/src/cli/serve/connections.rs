//! Decides how many connections there are, how long a client may take to ask, and how they end.
//!
//! Knows nothing of what is asked.

use std::convert::Infallible;
use std::pin::pin;
use std::sync::Arc;
use std::sync::atomic::{AtomicBool, Ordering};
use std::time::Duration;

use axum::body::Body;
use axum::http::{Request, Response};
use hyper::body::Incoming;
use hyper::server::conn::http1;
use hyper::service::service_fn;
use hyper_util::rt::{TokioIo, TokioTimer};
use tokio::io::{AsyncRead, AsyncWrite};
use tokio::sync::{Semaphore, watch};
use tokio::task::JoinSet;
use tokio::time::{sleep, timeout};

use super::place::Listener;

/// Bytes of a head.
const HEAD_CAP_BYTES: usize = 32 << 10;
/// After a failure to take a connection, which is of this process: it has no more files.
const PAUSE: Duration = Duration::from_millis(100);

/// What a connection over which nothing is being answered has at the end.
const FAREWELL: Duration = Duration::from_millis(500);

/// What clients may use.
#[derive(Clone, Copy, Debug)]
pub(super) struct Limits {
    /// Open at once; more wait to be taken.
    pub(super) connections: usize,
    /// A connection over which no whole head comes for so long is closed, also one at rest.
    pub(super) head: Duration,
    /// How long calls under way may take at the end.
    pub(super) last_answers: Duration,
}

impl Default for Limits {
    fn default() -> Self {
        Self { connections: 512, head: Duration::from_secs(60), last_answers: Duration::from_secs(30) }
    }
}

/// What answers requests.
pub(super) trait Answer: Send + Sync + 'static {
    /// The answer to a request, whatever it is.
    fn answer(&self, request: Request<Incoming>) -> impl Future<Output = Response<Body>> + Send;
}

/// A connection, of whatever kind.
pub(super) trait Stream: AsyncRead + AsyncWrite + Unpin + Send {}

impl<S: AsyncRead + AsyncWrite + Unpin + Send> Stream for S {}

/// Serves until `stopped` has no sender any more, and the calls under way are answered.
pub(super) async fn serve(
    listener: Listener,
    answers: Arc<impl Answer>,
    limits: Limits,
    mut stopped: watch::Receiver<()>,
) {
    let room = Arc::new(Semaphore::new(limits.connections));
    // Dropped with this future, which ends them at once.
    let mut open = JoinSet::new();
    loop {
        let next = async {
            // Never closed.
            let seat = Arc::clone(&room).acquire_owned().await.ok();
            (seat, listener.accept().await)
        };
        let (seat, accepted) = tokio::select! {
            next = next => next,
            _ = stopped.changed() => break,
        };
        match accepted {
            Ok(stream) => {
                let (answers, stopped) = (Arc::clone(&answers), stopped.clone());
                open.spawn(async move {
                    converse(stream, answers.as_ref(), limits, stopped).await;
                    drop(seat);
                });
            }
            Err(error) => {
                tracing::warn!("a connection could not be taken: {error}");
                sleep(PAUSE).await;
            }
        }
        while open.try_join_next().is_some() {}
    }
    drop(listener);
    if timeout(limits.last_answers, async { while open.join_next().await.is_some() {} }).await.is_err() {
        tracing::warn!("calls that take longer than {} s are left unanswered", limits.last_answers.as_secs());
    }
}

/// One connection to its end.
async fn converse(stream: Box<dyn Stream>, answers: &impl Answer, limits: Limits, mut stopped: watch::Receiver<()>) {
    // Requests over one connection come one after the other.
    let answering = AtomicBool::new(false);
    let service = service_fn(|request| async {
        answering.store(true, Ordering::Relaxed);
        let answer = answers.answer(request).await;
        answering.store(false, Ordering::Relaxed);
        Ok::<_, Infallible>(answer)
    });
    let connection = http1::Builder::new()
        .timer(TokioTimer::new())
        .header_read_timeout(limits.head)
        .max_buf_size(HEAD_CAP_BYTES)
        .serve_connection(TokioIo::new(stream), service);
    let mut connection = pin!(connection);
    let outcome = tokio::select! {
        outcome = connection.as_mut() => outcome,
        _ = stopped.changed() => {
            connection.as_mut().graceful_shutdown();
            loop {
                match timeout(FAREWELL, connection.as_mut()).await {
                    Ok(outcome) => break outcome,
                    Err(_) if answering.load(Ordering::Relaxed) => {}
                    // Half a head, or an answer that nobody takes.
                    Err(_) => return,
                }
            }
        }
    };
    if let Err(error) = outcome {
        tracing::debug!("a connection broke off: {error}");
    }
}

#[cfg(test)]
mod tests {
    use axum::body::to_bytes;
    use tokio::io::{AsyncReadExt as _, AsyncWriteExt as _};
    use tokio::net::TcpStream;

    use super::super::place::Place;
    use super::*;

    /// Gives back what was sent.
    struct Echo;

    impl Answer for Echo {
        async fn answer(&self, request: Request<Incoming>) -> Response<Body> {
            Response::new(to_bytes(Body::new(request.into_body()), 100).await.unwrap_or_default().into())
        }
    }

    /// What a client that sends this gets, up to the end of its connection.
    async fn told(address: &str, sent: &str) -> String {
        let mut stream = TcpStream::connect(address).await.unwrap();
        stream.write_all(sent.as_bytes()).await.unwrap();
        let mut answer = String::new();
        stream.read_to_string(&mut answer).await.unwrap();
        answer
    }

    async fn listening() -> (Listener, String) {
        let listener = Listener::bind(Place::Tcp(([127, 0, 0, 1], 0).into())).await.unwrap();
        let address = listener.address().replace("http://", "");
        (listener, address)
    }

    #[tokio::test]
    async fn who_is_slow_is_cut_off_and_makes_room() {
        let (listener, address) = listening().await;
        let (_stop, stopped) = watch::channel(());
        let limits = Limits { connections: 1, head: Duration::from_millis(50), ..Limits::default() };
        let serving = tokio::spawn(serve(listener, Arc::new(Echo), limits, stopped));
        // There is one place: each gets it when the one before was cut off.
        let half = told(&address, "POST / HTTP/1.1\r\nhost: a\r\n").await;
        let nothing = told(&address, "").await;
        assert!(!half.contains("200") && !nothing.contains("200"), "{half}{nothing}");
        let request = "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\nconnection: close\r\n\r\nhi";
        assert!(told(&address, request).await.ends_with("\r\n\r\nhi"));
        serving.abort();
    }

    #[tokio::test]
    async fn the_end_waits_for_calls_but_not_for_ever() {
        let (listener, address) = listening().await;
        let (stop, stopped) = watch::channel(());
        let limits = Limits { last_answers: Duration::from_millis(50), ..Limits::default() };
        let serving = tokio::spawn(serve(listener, Arc::new(Echo), limits, stopped));
        let mut never_done = TcpStream::connect(&address).await.unwrap();
        never_done
            .write_all(b"POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 9\r\nexpect: 100-continue\r\n\r\n")
            .await
            .unwrap();
        never_done.read_exact(&mut [0; 20]).await.unwrap();
        drop(stop);
        serving.await.unwrap();
        assert!(TcpStream::connect(&address).await.is_err());
    }

    #[tokio::test]
    async fn the_end_does_not_wait_for_half_a_head() {
        let (listener, address) = listening().await;
        let (stop, stopped) = watch::channel(());
        let limits = Limits { last_answers: Duration::from_hours(1), ..Limits::default() };
        let serving = tokio::spawn(serve(listener, Arc::new(Echo), limits, stopped));
        let mut half = TcpStream::connect(&address).await.unwrap();
        half.write_all(b"POST / HTTP/1.1\r\n").await.unwrap();
        // Connections are taken in order, so that one is taken too.
        let request = "POST / HTTP/1.1\r\nhost: a\r\ncontent-length: 2\r\nconnection: close\r\n\r\nhi";
        assert!(told(&address, request).await.ends_with("hi"));
        drop(stop);
        timeout(Duration::from_secs(30), serving).await.unwrap().unwrap();
    }
}
