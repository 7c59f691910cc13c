//! Who is trusted, and that a broken handshake is told apart from a broken connection.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;

use hookwright_dispatcher::{Client, ClientOptions, FailureKind};
use rustls::pki_types::{CertificateDer, PrivateKeyDer, PrivatePkcs8KeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::exchange::{answered, failed, send};
use crate::receiver::{Receiver, raw, read_some};
use crate::{request, soon};

const ROOT: &[u8] = include_bytes!("../fixtures/root.der");
const LEAF: &[u8] = include_bytes!("../fixtures/localhost.der");
const LEAF_KEY: &[u8] = include_bytes!("../fixtures/localhost.key.der");

#[tokio::test]
async fn a_receiver_with_a_trusted_certificate_is_called() {
    let options = ClientOptions { extra_roots: vec![ROOT.to_vec()], ..ClientOptions::default() };
    let client = Client::new(options).unwrap();
    let settlement = soon(client.send(&request(&secure_receiver()))).await;
    assert_eq!(answered(settlement.outcome).body, "safe");
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_tls() {
    let message = failed(send(request(&secure_receiver())).await, FailureKind::Tls);
    assert!(message.contains("UnknownIssuer"), "{message}");
}

#[tokio::test]
async fn a_plain_port_is_tls() {
    let plain = Receiver::answering(200).await;
    failed(send(request(&plain.url("/").replace("http:", "https:"))).await, FailureKind::Tls);
}

#[tokio::test]
async fn hanging_up_in_the_handshake_is_tls() {
    let url = raw(|mut stream| async move { read_some(&mut stream).await }).await;
    failed(send(request(&url.replace("http:", "https:"))).await, FailureKind::Tls);
}

#[tokio::test]
async fn a_root_that_is_no_certificate_is_refused() {
    let options = ClientOptions { extra_roots: vec![b"not a certificate".to_vec()], ..ClientOptions::default() };
    let error = Client::new(options).unwrap_err();
    assert!(error.to_string().starts_with("cannot set up TLS: "), "{error}");
}

/// Answers one connection on a thread of its own.
fn secure_receiver() -> String {
    let key = PrivateKeyDer::Pkcs8(PrivatePkcs8KeyDer::from(LEAF_KEY.to_vec()));
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("ring has them")
        .with_no_client_auth()
        .with_single_cert(vec![CertificateDer::from(LEAF.to_vec())], key)
        .expect("the fixture is valid");
    let listener = TcpListener::bind("127.0.0.1:0").expect("a free port");
    let port = listener.local_addr().expect("bound").port();
    std::thread::spawn(move || {
        let (stream, _) = listener.accept().expect("a connection");
        let connection = ServerConnection::new(Arc::new(config)).expect("a valid configuration");
        let mut stream = StreamOwned::new(connection, stream);
        // Fails when the client does not trust the certificate.
        if stream.read(&mut [0; 4_096]).is_ok() {
            let answer = b"HTTP/1.1 200 OK\r\ncontent-length: 4\r\nconnection: close\r\n\r\nsafe";
            stream.write_all(answer).expect("the client waits");
        }
    });
    format!("https://localhost:{port}/")
}
