//! Which URLs are taken, what a connection that is not had says, and that no password is ever shown.

use std::net::TcpListener;
use std::sync::mpsc;
use std::time::Duration;

use hookwright_storage::{Mode, Mysql, Postgres, StorageError};
use hookwright_test_servers::{Brand, Server};

use crate::{Site, change, check_error, is_unavailable, source};

on_servers! {
    socket_and_port_lead_to_the_same_database,
    what_keeps_a_connection_away_is_told_with_what_to_do,
    a_user_who_may_not_write_is_told,
    a_server_that_is_gone_is_told,
    a_server_that_accepts_and_says_nothing_is_told_in_bounded_time,
}

/// The error of opening this URL, which shows no password.
#[track_caller]
fn refusal(brand: Brand, url: &str) -> StorageError {
    let error = match source(brand, url) {
        Ok(source) => {
            assert!(!format!("{:?}", debugged(brand, url)).contains("s3cret"));
            source.connect().err().unwrap_or_else(|| panic!("{url} was opened"))
        }
        Err(error) => error,
    };
    assert!(!error.to_string().contains("s3cret") && !format!("{error:?}").contains("s3cret"), "{error:?}");
    error
}

fn debugged(brand: Brand, url: &str) -> String {
    match brand {
        Brand::Postgres => format!("{:?}", Postgres::at(url)),
        Brand::Mariadb => format!("{:?}", Mysql::at(url)),
    }
}

fn socket_and_port_lead_to_the_same_database(site: Site) {
    site.executor().execute(Mode::Write, &[crate::insert(1)]).unwrap();
    let mut by_port = source(site.brand, &site.database.tcp_url).unwrap().connect().unwrap();
    assert_eq!(crate::ids(by_port.as_mut()), Ok(vec![1]));
    for url in [&site.database.url, &site.database.tcp_url] {
        let shown = debugged(site.brand, url);
        assert!(!shown.contains("ss/w") && !shown.contains("%2Fw%3A"), "{shown}");
    }
}

fn what_keeps_a_connection_away_is_told_with_what_to_do(site: Site) {
    let (port, brand) = (site.server.port(), site.brand);
    let scheme = if brand == Brand::Postgres { "postgres" } else { "mysql" };
    let wrong_password =
        refusal(brand, &format!("{scheme}://hookwright:s3cret@127.0.0.1:{port}/{}", site.database.name));
    check_error(&wrong_password, is_unavailable, &["hookwright:***@127.0.0.1", "check user and password"]);
    let url = site.database.tcp_url.replace(&site.database.name, "nowhere");
    check_error(&refusal(brand, &url), is_unavailable, &["nowhere", "create the database"]);
    // Port 1 of the loopback: nobody listens.
    let nobody = refusal(brand, &format!("{scheme}://a:s3cret@127.0.0.1:1/shop"));
    check_error(&nobody, is_unavailable, &["a:***@127.0.0.1:1/shop cannot be reached", "check that the server runs"]);
    for wrong in
        ["://a:s3cret@x/y", "://a:s3cret@h:port/y", "://a:s3cret@h/", "://a:s3cret@h/y?no_such_option=1", "://"]
    {
        if brand == Brand::Postgres && wrong.ends_with("@h/") {
            // The user's name is the database's there.
            continue;
        }
        if !wrong.contains("@x") {
            check_error(&refusal(brand, &format!("{scheme}{wrong}")), is_unavailable, &["is no URL of a", "write "]);
        }
    }
}

fn a_user_who_may_not_write_is_told(site: Site) {
    let (name, port) = (&site.database.name, site.server.port());
    let user = format!("reader_{name}");
    let url = match site.brand {
        Brand::Postgres => {
            site.server.admin(&format!("CREATE ROLE {user} LOGIN PASSWORD 'pw'")).unwrap();
            format!("postgres://{user}:pw@127.0.0.1:{port}/{name}")
        }
        Brand::Mariadb => {
            site.server.admin(&format!("CREATE USER {user}@'%' IDENTIFIED BY 'pw'")).unwrap();
            site.server.admin(&format!("GRANT SELECT ON {name}.* TO {user}@'%'")).unwrap();
            format!("mariadb://{user}:pw@127.0.0.1:{port}/{name}")
        }
    };
    let mut reader = source(site.brand, &url).unwrap().connect().unwrap();
    let error = reader.execute(Mode::Write, &[crate::insert(1)]).unwrap_err();
    check_error(&error, is_unavailable, &[&format!("{user}:***@"), "refuses its user", "grant"]);
}

fn a_server_that_is_gone_is_told(site: Site) {
    let Some(server) = Server::start(site.brand) else { return };
    let database = server.database();
    let source = source(site.brand, &database.url).unwrap();
    let mut executor = source.connect().unwrap();
    executor.execute(Mode::Schema, &[change("CREATE TABLE a (id BIGINT)", [])]).unwrap();
    drop(server);
    let error = executor.execute(Mode::Write, &[change("INSERT INTO a (id) VALUES (1)", [])]).unwrap_err();
    check_error(&error, is_unavailable, &[&database.name, "check that the server runs"]);
}

/// As one does that was stopped, or is behind a proxy that hangs.
fn a_server_that_accepts_and_says_nothing_is_told_in_bounded_time(site: Site) {
    let listener = TcpListener::bind("127.0.0.1:0").unwrap();
    let place = format!("a:s3cret@{}/shop", listener.local_addr().unwrap());
    let urls = match site.brand {
        Brand::Postgres => {
            ["", "&sslmode=require"].map(|tls| format!("postgres://{place}?connect_timeout=1{tls}")).to_vec()
        }
        Brand::Mariadb => vec![format!("mysql://{place}?tcp_connect_timeout_ms=1000")],
    };
    for url in urls {
        let (told, answer) = mpsc::channel();
        let source = source(site.brand, &url).unwrap();
        std::thread::spawn(move || told.send(source.connect().err()));
        let error = answer.recv_timeout(Duration::from_secs(15)).expect("an answer in bounded time").unwrap();
        check_error(&error, is_unavailable, &["a:***@127.0.0.1", "no answer for 2 s", "check that the server runs"]);
    }
}
