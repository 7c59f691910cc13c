//! Decides how compiled code runs: which WebAssembly is accepted, and that it can be interrupted.
//!
//! Knows nothing of components, files or calls.

use std::sync::mpsc::{self, RecvTimeoutError};
use std::sync::{Arc, Mutex, PoisonError, Weak};
use std::thread::{self, JoinHandle};
use std::time::Duration;

use wasmtime::{Config, EngineWeak};

/// How often running code looks whether its time is over.
const TICK: Duration = Duration::from_millis(10);

/// A wasmtime engine, and the thread that moves its clock for as long as a handle exists.
#[derive(Clone, Debug)]
pub(crate) struct Engine {
    inner: wasmtime::Engine,
    _ticker: Arc<Ticker>,
}

impl Engine {
    /// # Errors
    ///
    /// When this machine is not supported, or no thread can be started.
    pub(crate) fn new() -> wasmtime::Result<Self> {
        let mut config = Config::new();
        config.epoch_interruption(true);
        let inner = wasmtime::Engine::new(&config)?;
        let ticker = Ticker::start(inner.clone())?;
        Ok(Self { inner, _ticker: Arc::new(ticker) })
    }

    /// The engine of all plugins of this process, made anew when none has been left: one clock for them, whatever
    /// their number.
    ///
    /// # Errors
    ///
    /// As [`Engine::new`].
    pub(crate) fn of_plugins() -> wasmtime::Result<Self> {
        static SHARED: Mutex<Option<(EngineWeak, Weak<Ticker>)>> = Mutex::new(None);
        let mut shared = SHARED.lock().unwrap_or_else(PoisonError::into_inner);
        let living = shared.as_ref().and_then(|(inner, ticker)| Some((inner.upgrade()?, ticker.upgrade()?)));
        if let Some((inner, ticker)) = living {
            return Ok(Self { inner, _ticker: ticker });
        }
        let engine = Self::new()?;
        *shared = Some((engine.inner.weak(), Arc::downgrade(&engine._ticker)));
        Ok(engine)
    }

    pub(crate) fn wasmtime(&self) -> &wasmtime::Engine {
        &self.inner
    }
}

/// The number of clock ticks after which `time` has certainly passed.
pub(crate) fn ticks(time: Duration) -> u64 {
    let ticks = time.as_millis().div_ceil(TICK.as_millis()) + 1;
    u64::try_from(ticks).unwrap_or(u64::MAX / 2)
}

#[derive(Debug)]
struct Ticker {
    stop: Option<mpsc::Sender<()>>,
    thread: Option<JoinHandle<()>>,
}

impl Ticker {
    fn start(engine: wasmtime::Engine) -> std::io::Result<Self> {
        let (stop, stopped) = mpsc::channel();
        let thread = thread::Builder::new().name("hookwright-ticks".to_owned()).spawn(move || {
            while stopped.recv_timeout(TICK) == Err(RecvTimeoutError::Timeout) {
                engine.increment_epoch();
            }
        })?;
        Ok(Self { stop: Some(stop), thread: Some(thread) })
    }
}

impl Drop for Ticker {
    fn drop(&mut self) {
        drop(self.stop.take());
        if let Some(thread) = self.thread.take() {
            // It cannot have panicked: it only counts.
            let _ = thread.join();
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_deadline_is_never_shorter_than_asked() {
        assert_eq!(ticks(Duration::ZERO), 1);
        assert_eq!(ticks(Duration::from_millis(1)), 2);
        assert_eq!(ticks(Duration::from_millis(10)), 2);
        assert_eq!(ticks(Duration::from_secs(10)), 1001);
    }

    #[test]
    fn plugins_share_an_engine_as_long_as_there_is_one() {
        let (one, other) = (Engine::of_plugins().unwrap(), Engine::of_plugins().unwrap());
        assert!(Arc::ptr_eq(&one._ticker, &other._ticker));
        drop(one);
        assert!(Arc::ptr_eq(&other._ticker, &Engine::of_plugins().unwrap()._ticker));
    }

    #[test]
    fn the_clock_stops_with_the_last_handle() {
        let engine = Engine::new().unwrap();
        let other = engine.clone();
        let ticker = Arc::downgrade(&engine._ticker);
        drop(engine);
        assert!(ticker.upgrade().is_some(), "one handle is left");
        drop(other);
        assert!(ticker.upgrade().is_none(), "dropping the ticker has joined its thread");
    }
}
