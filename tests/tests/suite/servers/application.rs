//! An application that has a transaction open on the server, and publishes in it through the component.

use hookwright_runtime::events::{Event, Receipt};
use hookwright_runtime::{Api, CallError, Hookwright};
use hookwright_storage::{JoinedMysql, JoinedPostgres};
use hookwright_tests::installation::{Installation, Kind};
use mysql::prelude::Queryable as _;

/// An application's connection.
pub(super) enum Application {
    Postgres(Box<postgres::Client>),
    Mariadb(Box<mysql::Conn>),
}

impl Application {
    pub(super) fn of(site: &Installation) -> Self {
        let url = site.store().url();
        match site.kind() {
            Kind::Mariadb => Self::Mariadb(Box::new(mysql::Conn::new(url).unwrap())),
            _ => Self::Postgres(Box::new(postgres::Client::connect(url, postgres::NoTls).unwrap())),
        }
    }

    pub(super) fn run(&mut self, sql: &str) {
        match self {
            Self::Postgres(client) => client.batch_execute(sql).unwrap(),
            Self::Mariadb(connection) => connection.query_drop(sql).unwrap(),
        }
    }

    pub(super) fn call<T: Send>(
        &mut self,
        hookwright: &Hookwright,
        work: impl FnOnce(&mut Api<'_>) -> Result<T, CallError> + Send,
    ) -> Result<T, CallError> {
        match self {
            Self::Postgres(client) => hookwright.joined(&mut JoinedPostgres::new(client.as_mut()), work),
            Self::Mariadb(connection) => hookwright.joined(&mut JoinedMysql::new(connection.as_mut()), work),
        }
    }

    pub(super) fn publish(&mut self, hookwright: &Hookwright, event: Event) -> Receipt {
        self.call(hookwright, |api| api.publish(&[event])).unwrap().remove(0).unwrap()
    }
}
