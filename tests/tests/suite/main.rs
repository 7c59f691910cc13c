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

/// As `both!`, and two more: the core on PostgreSQL and on MariaDB.
macro_rules! everywhere {
    ($($body:ident),+ $(,)?) => {
        $(mod $body {
            use hookwright_tests::installation::Kind;

            #[test]
            fn native() {
                super::$body(Kind::Native);
            }

            #[test]
            fn component() {
                super::$body(Kind::Component);
            }

            #[test]
            fn postgres() {
                Kind::Postgres.run(super::$body);
            }

            #[test]
            fn mariadb() {
                Kind::Mariadb.run(super::$body);
            }
        })+
    };
}

mod accounts;
mod agreement;
mod bad_plugins;
mod bug_catalogue;
mod cancel;
mod catalogue;
mod claim;
mod conformance;
mod contract;
mod crashes;
mod delivery;
mod demo;
mod documents;
mod duplicates;
mod expect;
mod explain;
mod filters;
mod final_states;
mod fuzz_targets;
mod guard;
mod health;
mod hooks;
mod hostile;
mod idempotency;
mod installed_plugins;
mod json_schema;
mod lifecycle;
mod node_host;
mod operational;
mod peer_bugs;
mod php_host;
mod ping;
mod policy;
mod publish;
mod rate;
mod recover;
mod redeliver;
mod reference_systems;
mod reference_texts;
mod registry;
mod registry_lists;
mod rescue;
mod retention;
mod rotation;
mod scheme_libraries;
mod schemes;
mod sealing;
mod servers;
mod settle;
mod switch;
mod test_event;
mod topic_settings;
mod transitions;
mod vectors;
mod webhook_options;
mod wordpress;
