//! Many processes at once on the two servers: nothing is sent twice, nothing is lost, and nobody waits for ever.
//!
//! A process is a core with a connection of its own; to the server it is no different.

mod application;
mod joined;
mod late;
mod races;
mod removal;
mod waits;

use std::sync::Arc;

use hookwright_runtime::NoExtensions;
use hookwright_tests::installation::{Installation, Kind};

/// Makes two tests of each body: one on PostgreSQL, one on MariaDB.
macro_rules! on_servers {
    ($($body:ident),+ $(,)?) => {
        $(mod $body {
            use hookwright_tests::installation::Kind;

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

pub(super) use on_servers;

/// An installation without tables.
fn empty(kind: Kind) -> Installation {
    Installation::empty(kind, &[], Arc::new(NoExtensions))
}
