//! The executors of both servers against the rules of the storage contract, on throw-away servers.

#![cfg(all(unix, feature = "postgres", feature = "mysql"))]
#![expect(clippy::unwrap_used, reason = "what fails in a helper is a failed test too")]

/// Makes two tests of each body: one on PostgreSQL, one on MariaDB.
macro_rules! on_servers {
    ($($body:ident),+ $(,)?) => {
        $(mod $body {
            #[test]
            fn postgres() {
                if let Some(site) = crate::Site::new(hookwright_test_servers::Brand::Postgres) {
                    super::$body(site);
                }
            }

            #[test]
            fn mariadb() {
                if let Some(site) = crate::Site::new(hookwright_test_servers::Brand::Mariadb) {
                    super::$body(site);
                }
            }
        })+
    };
}

mod batches;
#[path = "../items/mod.rs"]
mod items;
mod joined;
mod locks;
mod opening;
mod tls;
mod values;

use hookwright_storage::{
    ColumnType, Connect, Executor, JoinedMysql, JoinedPostgres, Mode, Mysql, Postgres, ResultSet, Statement,
    StorageError,
};
use hookwright_test_servers::{Brand, Database, Server, shared};
use items::{
    BEYOND_DOUBLES, change, check_error, check_values_come_back, ids, insert, integers, is_constraint, is_lost,
    is_other, is_unavailable, query, rename, text,
};
use mysql::prelude::Queryable as _;

/// A database with the table `item (id primary key, name, body)`.
struct Site {
    server: &'static Server,
    brand: Brand,
    database: Database,
}

impl Site {
    /// None where this machine has no such server.
    fn new(brand: Brand) -> Option<Self> {
        let server = shared(brand)?;
        let site = Self { server, brand, database: server.database() };
        let create = match brand {
            Brand::Postgres => "CREATE TABLE item (id BIGINT PRIMARY KEY, name TEXT, body BYTEA)",
            Brand::Mariadb => {
                "CREATE TABLE item (id BIGINT PRIMARY KEY, name LONGTEXT CHARACTER SET utf8mb4, body LONGBLOB) \
                 ENGINE=InnoDB"
            }
        };
        site.executor().execute(Mode::Schema, &[change(create, [])]).expect("a table");
        Some(site)
    }

    fn source(&self) -> Box<dyn Connect> {
        source(self.brand, &self.database.url).expect("a URL")
    }

    fn executor(&self) -> Box<dyn Executor + Send> {
        self.source().connect().expect("an executor")
    }

    /// A connection as an application has it.
    fn application(&self) -> Application {
        let url = self.database.url.as_str();
        match self.brand {
            Brand::Postgres => {
                Application::Postgres(Box::new(postgres::Client::connect(url, postgres::NoTls).expect("a connection")))
            }
            Brand::Mariadb => Application::Mariadb(Box::new(mysql::Conn::new(url).expect("a connection"))),
        }
    }

    /// Ids of all committed items.
    fn ids(&self) -> Vec<i64> {
        ids(self.executor().as_mut()).expect("ids")
    }

    /// Ends the connections of all executors and applications of this database.
    fn end_connections(&self) {
        let name = &self.database.name;
        match self.brand {
            Brand::Postgres => {
                let sql = format!("SELECT pg_terminate_backend(pid) FROM pg_stat_activity WHERE datname = '{name}'");
                self.server.admin(&sql).expect("connections end");
            }
            Brand::Mariadb => {
                let mut admin = mysql::Conn::new(self.server.url("mysql").as_str()).expect("a connection");
                let sql = format!("SELECT id FROM information_schema.processlist WHERE db = '{name}'");
                let connections: Vec<u64> = admin.query(sql).expect("the connections");
                for id in connections {
                    // It may have ended by itself meanwhile.
                    let _ = admin.query_drop(format!("KILL CONNECTION {id}"));
                }
            }
        }
    }
}

/// An application's own connection.
enum Application {
    Postgres(Box<postgres::Client>),
    Mariadb(Box<mysql::Conn>),
}

impl Application {
    fn try_run(&mut self, sql: &str) -> Result<(), String> {
        match self {
            Self::Postgres(client) => client.batch_execute(sql).map_err(|error| error.to_string()),
            Self::Mariadb(connection) => connection.query_drop(sql).map_err(|error| error.to_string()),
        }
    }

    #[track_caller]
    fn run(&mut self, sql: &str) {
        self.try_run(sql).unwrap_or_else(|error| panic!("{sql}: {error}"));
    }

    fn execute(&mut self, mode: Mode, statements: &[Statement]) -> Result<Vec<ResultSet>, StorageError> {
        match self {
            Self::Postgres(client) => JoinedPostgres::new(client.as_mut()).execute(mode, statements),
            Self::Mariadb(connection) => JoinedMysql::new(connection.as_mut()).execute(mode, statements),
        }
    }

    /// Ids as the application sees them.
    fn ids(&mut self) -> Vec<i64> {
        let select = query("SELECT id FROM item ORDER BY id", [], [ColumnType::Integer]);
        integers(&self.execute(Mode::Read, &[select]).expect("ids")[0])
    }

    /// The text that a query gives.
    fn text(&mut self, sql: &str) -> String {
        match self {
            Self::Postgres(client) => client.query_one(sql, &[]).expect("a row").get(0),
            Self::Mariadb(connection) => connection.query_first(sql).expect("a query").expect("a row"),
        }
    }
}

fn source(brand: Brand, url: &str) -> Result<Box<dyn Connect>, StorageError> {
    Ok(match brand {
        Brand::Postgres => Box::new(Postgres::at(url)?),
        Brand::Mariadb => Box::new(Mysql::at(url)?),
    })
}
