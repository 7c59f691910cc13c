//! The clock that a scenario sets, and random bytes that its name decides.
//!
//! Decides that the bytes of a call depend on nothing but scenario, step, function and the number of the call, so that
//! hosts which claim more or less often draw the same.

use std::collections::HashMap;
use std::io;
use std::sync::{Arc, Mutex, MutexGuard, PoisonError};

use hookwright_runtime::{Environment, Level};
use sha2::{Digest, Sha256};

/// When a scenario begins: 2020-09-13T12:26:40Z. Before today, because no attempt may end after the scenario's now.
const START_MS: i64 = 1_600_000_000_000;

const BLOCK_BYTES: usize = 32;

/// Clock and random bytes of one scenario. Clones are the same.
#[derive(Clone, Debug)]
pub(super) struct Surroundings(Arc<Mutex<State>>);

#[derive(Debug)]
struct State {
    now_ms: i64,
    step: String,
    calls: HashMap<String, u32>,
    stream: String,
    drawn: usize,
}

impl Surroundings {
    pub(super) fn new(scenario: &str) -> Self {
        Self(Arc::new(Mutex::new(State {
            now_ms: START_MS,
            step: format!("{scenario}/0"),
            calls: HashMap::new(),
            stream: String::new(),
            drawn: 0,
        })))
    }

    /// Step `number`, from 1, begins.
    pub(super) fn begin_step(&self, scenario: &str, number: usize) {
        let mut state = self.state();
        state.step = format!("{scenario}/{number}");
        state.calls.clear();
    }

    /// A call of this function begins.
    pub(super) fn begin_call(&self, function: &str) {
        let mut state = self.state();
        let count = state.calls.entry(function.to_owned()).or_default();
        *count += 1;
        let count = *count;
        state.stream = format!("{}/{function}/{count}", state.step);
        state.drawn = 0;
    }

    pub(super) fn set_clock(&self, now_ms: i64) {
        self.state().now_ms = now_ms;
    }

    pub(super) fn advance_clock(&self, ms: i64) {
        let mut state = self.state();
        state.now_ms = state.now_ms.saturating_add(ms);
    }

    fn state(&self) -> MutexGuard<'_, State> {
        self.0.lock().unwrap_or_else(PoisonError::into_inner)
    }
}

impl Environment for Surroundings {
    fn now_ms(&self) -> i64 {
        self.state().now_ms
    }

    fn fill_random(&self, bytes: &mut [u8]) -> io::Result<()> {
        let mut state = self.state();
        let mut rest = bytes;
        while !rest.is_empty() {
            let (number, begin) = (state.drawn / BLOCK_BYTES, state.drawn % BLOCK_BYTES);
            let count = rest.len().min(BLOCK_BYTES - begin);
            let (part, behind) = rest.split_at_mut(count);
            part.copy_from_slice(&block(&state.stream, number)[begin..begin + count]);
            state.drawn += count;
            rest = behind;
        }
        Ok(())
    }

    fn log(&self, _: Level, _: &str) {}
}

/// SHA-256 of the stream's name, a slash and the block's number in decimal, from 0.
fn block(stream: &str, number: usize) -> [u8; BLOCK_BYTES] {
    Sha256::digest(format!("{stream}/{number}").as_bytes()).into()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_draw_goes_on_where_the_last_ended_and_begins_anew_with_each_call() {
        let surroundings = Surroundings::new("example");
        surroundings.begin_step("example", 3);
        let draw = |len: usize| {
            let mut bytes = vec![0; len];
            surroundings.fill_random(&mut bytes).unwrap();
            bytes
        };
        surroundings.begin_call("events.publish");
        let whole = draw(40);
        assert_eq!(whole[..32], block("example/3/events.publish/1", 0));
        surroundings.begin_call("events.publish");
        assert_ne!(draw(40), whole);
        surroundings.begin_step("example", 3);
        surroundings.begin_call("events.publish");
        assert_eq!([draw(33), draw(7)].concat(), whole);
    }
}
