//! Decides how much time all plugins together have in one call of the core.
//!
//! A call of the core and the plugins under it are on one thread, so the time is kept by thread. Knows neither plugins
//! nor the core.

use std::cell::RefCell;
use std::sync::atomic::{AtomicU64, Ordering};
use std::time::{Duration, Instant};

thread_local! {
    /// Of which budget this thread has spent how much; the one used last is at the end.
    static SPENT: RefCell<Vec<(u64, Duration)>> = const { RefCell::new(Vec::new()) };
}

/// Budgets that a thread remembers: more than one exist only in tests and in programs of several installations.
const REMEMBERED: usize = 16;

/// Time to spend on each thread until the thread begins anew.
#[derive(Debug)]
pub(crate) struct Budget {
    id: u64,
    limit: Duration,
}

impl Budget {
    pub(crate) fn new(limit: Duration) -> Self {
        static NEXT: AtomicU64 = AtomicU64::new(0);
        Self { id: NEXT.fetch_add(1, Ordering::Relaxed), limit }
    }

    pub(crate) fn limit(&self) -> Duration {
        self.limit
    }

    /// This thread has the whole budget again.
    pub(crate) fn begin(&self) {
        self.update(|spent| *spent = Duration::ZERO);
    }

    pub(crate) fn is_spent(&self) -> bool {
        self.update(|spent| *spent) >= self.limit
    }

    /// Runs `work` at the budget's cost.
    pub(crate) fn spend<T>(&self, work: impl FnOnce() -> T) -> T {
        let began = Instant::now();
        let result = work();
        let elapsed = began.elapsed();
        self.update(|spent| *spent = spent.saturating_add(elapsed));
        result
    }

    fn update<T>(&self, work: impl FnOnce(&mut Duration) -> T) -> T {
        SPENT.with_borrow_mut(|all| {
            let index = all.iter().position(|(id, _)| *id == self.id).unwrap_or_else(|| {
                if all.len() >= REMEMBERED {
                    all.remove(0);
                }
                all.push((self.id, Duration::ZERO));
                all.len() - 1
            });
            work(&mut all[index].1)
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    /// Spends at least a millisecond.
    fn a_while() {
        let began = Instant::now();
        while began.elapsed() < Duration::from_millis(1) {
            std::thread::yield_now();
        }
    }

    #[test]
    fn a_budget_is_spent_until_it_begins_anew() {
        let budget = Budget::new(Duration::from_millis(1));
        assert!(!budget.is_spent());
        assert_eq!(budget.spend(|| 7), 7);
        budget.spend(a_while);
        assert!(budget.is_spent());
        budget.begin();
        assert!(!budget.is_spent());
    }

    #[test]
    fn threads_and_budgets_are_apart() {
        let (one, other) = (Budget::new(Duration::from_millis(1)), Budget::new(Duration::from_millis(1)));
        one.spend(a_while);
        assert!(!other.is_spent());
        std::thread::scope(|scope| scope.spawn(|| assert!(!one.is_spent())).join().unwrap());
        assert!(one.is_spent());
    }
}
