//! Hookwright's behaviour, storage contract and deliveries, on real databases.
//!
//! Whatever the WIT shows runs on both subjects, the core natively and the built component.
#![expect(clippy::unwrap_used, reason = "what fails in a helper is a failed test too")]

/// Makes two tests of each body: one with the core, one with the component.
macro_rules! both {
    ($($body:ident),+ $(,)?) => {
        $(mod $body {
            #[test]
            fn native() {
                super::$body(hookwright_tests::installation::Kind::Native);
            }

            #[test]
            fn component() {
                super::$body(hookwright_tests::installation::Kind::Component);
            }
        })+
    };
}

mod agreement;
mod catalogue;
mod claim;
mod contract;
mod delivery;
mod documents;
mod expect;
mod guard;
mod health;
mod idempotency;
mod lifecycle;
mod policy;
mod publish;
mod redeliver;
mod registry;
mod registry_lists;
mod rescue;
mod scheme_libraries;
mod schemes;
mod settle;
mod test_event;
mod vectors;
