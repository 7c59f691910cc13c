//! Connections that a URL wants encrypted are encrypted, or they are not made.

use base64::Engine as _;
use base64::engine::general_purpose::STANDARD;
use hookwright_storage::{ColumnType, Connect as _, Mode, Mysql, Postgres, StorageError};
use hookwright_test_servers::{Brand, Server, shared};
use rcgen::{BasicConstraints, CertificateParams, IsCa, Issuer, KeyPair};

use crate::{check_error, is_unavailable, query, text};

/// A certificate of `localhost`, its key, and who has signed it, in PEM.
fn certificates() -> [String; 3] {
    let mut authority = CertificateParams::new(Vec::new()).unwrap();
    authority.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
    let authority_key = KeyPair::generate().unwrap();
    let root = pem("CERTIFICATE", authority.self_signed(&authority_key).unwrap().der());
    let issuer = Issuer::new(authority, authority_key);
    let key = KeyPair::generate().unwrap();
    let params = CertificateParams::new(vec!["localhost".to_owned()]).unwrap();
    let certificate = params.signed_by(&key, &issuer).unwrap();
    [pem("CERTIFICATE", certificate.der()), pem("PRIVATE KEY", &key.serialize_der()), root]
}

fn pem(label: &str, der: &[u8]) -> String {
    let body = STANDARD.encode(der).into_bytes();
    let lines: Vec<_> = body.chunks(64).map(String::from_utf8_lossy).collect();
    format!("-----BEGIN {label}-----\n{}\n-----END {label}-----\n", lines.join("\n"))
}

/// A PostgreSQL server that speaks TLS, and the file of whom to trust.
fn server() -> Option<(Server, tempfile::TempDir, String)> {
    let server = Server::start(Brand::Postgres)?;
    let [certificate, key, root] = certificates();
    for (content, file) in [(certificate, "server.crt"), (key, "server.key")] {
        // The server may read no key that others can.
        let lines = format!("SELECT unnest(string_to_array('{content}', chr(10)))");
        server.admin(&format!("COPY ({lines}) TO PROGRAM 'umask 077; cat >{file}'")).unwrap();
    }
    server.admin("ALTER SYSTEM SET ssl = on").unwrap();
    server.admin("SELECT pg_reload_conf()").unwrap();
    let folder = tempfile::tempdir().unwrap();
    let file = folder.path().join("root.pem");
    std::fs::write(&file, root).unwrap();
    let path = file.display().to_string();
    Some((server, folder, path))
}

/// Whether the connection that a URL makes is encrypted, in the server's words.
fn is_encrypted(url: &str) -> Result<bool, StorageError> {
    let mut executor = Postgres::at(url)?.connect()?;
    let sql = "SELECT CASE WHEN ssl THEN 'yes' ELSE 'no' END FROM pg_stat_ssl WHERE pid = pg_backend_pid()";
    let result = executor.execute(Mode::Read, &[query(sql, [], [ColumnType::Text])])?;
    Ok(result[0].values == [text("yes")])
}

#[track_caller]
fn refused(url: &str, words: &[&str]) {
    check_error(&is_encrypted(url).unwrap_err(), is_unavailable, words);
}

#[test]
fn a_connection_is_as_safe_as_its_url_asks() {
    let Some((server, _folder, root)) = server() else { return };
    let database = server.database();
    let url = database.tcp_url;
    let by_name = url.replace("127.0.0.1", "localhost");
    // The server takes up its new settings in its own time.
    let deadline = std::time::Instant::now() + std::time::Duration::from_secs(20);
    while is_encrypted(&format!("{url}?sslmode=require")) != Ok(true) && std::time::Instant::now() < deadline {
        std::thread::yield_now();
    }
    assert_eq!(is_encrypted(&format!("{url}?sslmode=require")), Ok(true));
    assert_eq!(is_encrypted(&format!("{by_name}?sslmode=verify-full&sslrootcert={root}")), Ok(true));
    assert_eq!(is_encrypted(&format!("{by_name}?sslmode=require&sslrootcert={root}")), Ok(true));
    assert_eq!(is_encrypted(&format!("{url}?sslmode=disable")), Ok(false));
    assert_eq!(is_encrypted(&url), Ok(false));

    refused(
        &format!("{url}?sslmode=verify-full&sslrootcert={root}"),
        &["not valid for name", "sslmode and sslrootcert"],
    );
    refused(&format!("{by_name}?sslmode=verify-full"), &["certificate", "sslmode and sslrootcert"]);
    refused(&format!("{by_name}?sslmode=verify-full&sslrootcert=/no/file"), &["/no/file", "check sslrootcert"]);
    refused(&format!("{by_name}?sslmode=verify-ca"), &["it can be disable, prefer, require or verify-full"]);
}

#[test]
fn a_server_without_tls_is_refused_where_it_is_asked_for() {
    let Some(server) = shared(Brand::Postgres) else { return };
    for mode in ["require", "verify-full"] {
        refused(&format!("{}?sslmode={mode}", server.database().tcp_url), &["does not support TLS", "speaks TLS"]);
    }
}

#[test]
fn a_mysql_url_that_asks_for_tls_is_refused() {
    let url = "mysql://shop:s3cret@db.example/shop";
    for option in
        ["ssl-mode=REQUIRED", "sslmode=require", "ssl=true", "require_ssl=true", "useSSL=1", "tls=skip-verify"]
    {
        let error = Mysql::at(&format!("{url}?{option}")).unwrap_err();
        check_error(&error, is_unavailable, &[option, "asks for TLS", "shop:***@db.example"]);
    }
}
