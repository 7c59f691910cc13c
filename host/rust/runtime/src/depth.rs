//! Decides how deep calls of the core may nest on one thread.
//!
//! An extension that is called by the core may call the core again: such a call gets an instance of its own, and at
//! most [`MOST`] are on the stack at once. Knows neither instances nor queues.

use std::cell::Cell;
use std::marker::PhantomData;

use crate::call_error::CallError;

/// Calls of the core that may be on the stack of one thread.
pub(crate) const MOST: u32 = 4;

thread_local! {
    static DEPTH: Cell<u32> = const { Cell::new(0) };
}

/// Calls of the core that are on the stack of this thread.
pub(crate) fn current() -> u32 {
    DEPTH.get()
}

/// Counts one more call until the guard is dropped.
///
/// # Errors
///
/// [`CallError::TooDeep`] with the name of the function.
pub(crate) fn enter(function: &'static str) -> Result<Entered, CallError> {
    if DEPTH.get() >= MOST {
        return Err(CallError::TooDeep { function });
    }
    DEPTH.set(DEPTH.get() + 1);
    Ok(Entered { _not_send: PhantomData })
}

/// Makes a helper thread continue the count of the thread that it works for.
pub(crate) fn adopt(depth: u32) {
    DEPTH.set(depth);
}

/// A call on the stack of this thread.
#[derive(Debug)]
pub(crate) struct Entered {
    _not_send: PhantomData<*const ()>,
}

impl Drop for Entered {
    fn drop(&mut self) {
        DEPTH.set(DEPTH.get() - 1);
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fifth_call_is_refused_by_name() {
        let guards: Vec<_> = (0..MOST).map(|_| enter("events.publish").unwrap()).collect();
        let refused = enter("registry.create").unwrap_err();
        assert_eq!(refused, CallError::TooDeep { function: "registry.create" });
        drop(guards);
        assert_eq!(current(), 0);
        assert!(enter("registry.create").is_ok());
    }
}
