//! How many calls are on the stack of this thread, and whether its stack can be trusted.
//!
//! Decides how deep calls nest. A callback that was left by longjmp has cut frames of the engine off the stack; the
//! engine's record of this thread then points to where nothing is any more, so no call may be entered here again.

use std::cell::Cell;

use crate::refusal::Refusal;

/// Calls of the core that may be on the stack of one thread, each made in a callback of the one before.
const MOST: u32 = 4;

thread_local! {
    static DEPTH: Cell<u32> = const { Cell::new(0) };
    static CUT: Cell<bool> = const { Cell::new(false) };
}

/// A call on the stack of this thread.
pub(crate) struct Entered(());

impl Entered {
    /// # Errors
    ///
    /// `too-deep`.
    pub(crate) fn enter() -> Result<Self, Refusal> {
        if DEPTH.get() >= MOST {
            let why = format!("{MOST} calls of the core are already on the stack, each made in a callback of another");
            return Err(Refusal::new("too-deep", why));
        }
        DEPTH.set(DEPTH.get() + 1);
        Ok(Self(()))
    }
}

impl Drop for Entered {
    fn drop(&mut self) {
        // A frame that was cut off and comes back all the same must not count below zero.
        DEPTH.set(DEPTH.get().saturating_sub(1));
    }
}

/// The caller says that no call is on the stack any more.
pub(crate) fn unwound() {
    if DEPTH.replace(0) > 0 {
        CUT.set(true);
    }
}

/// Whether calls must run elsewhere.
pub(crate) fn is_cut() -> bool {
    CUT.get()
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn the_fifth_call_is_refused() {
        let entered: Vec<_> = (0..MOST).map(|_| Entered::enter().unwrap_or_else(|_| panic!("too early"))).collect();
        assert!(Entered::enter().is_err_and(|refusal| refusal.kind() == "too-deep"));
        drop(entered);
        unwound();
        assert!(!is_cut(), "all calls had returned");
        std::mem::forget(Entered::enter());
        unwound();
        assert!(is_cut() && Entered::enter().is_ok());
    }
}
