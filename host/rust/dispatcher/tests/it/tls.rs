//! Who is trusted, and that a broken handshake is told apart from a broken connection.

use std::io::{Read, Write};
use std::net::TcpListener;
use std::sync::Arc;

use hookwright_dispatcher::{Client, ClientOptions, FailureKind};
use rcgen::{BasicConstraints, CertificateParams, ExtendedKeyUsagePurpose, IsCa, Issuer, KeyPair};
use rustls::pki_types::{CertificateDer, PrivateKeyDer};
use rustls::{ServerConfig, ServerConnection, StreamOwned};

use crate::exchange::{answered, failed, send};
use crate::receiver::{Receiver, raw, read_some};
use crate::{request, soon};

#[tokio::test]
async fn a_receiver_with_a_trusted_certificate_is_called() {
    let identity = Identity::new();
    let options = ClientOptions { extra_roots: vec![identity.root.clone()], ..ClientOptions::default() };
    let client = Client::new(options).unwrap();
    let settlement = soon(client.send(&request(&secure_receiver(identity)))).await;
    assert_eq!(answered(settlement.outcome).body, "safe");
}

#[tokio::test]
async fn a_certificate_that_nobody_vouches_for_is_tls() {
    let message = failed(send(request(&secure_receiver(Identity::new()))).await, FailureKind::Tls);
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

/// A root of its own, and a certificate for localhost under it.
struct Identity {
    root: Vec<u8>,
    leaf: CertificateDer<'static>,
    leaf_key: PrivateKeyDer<'static>,
}

impl Identity {
    fn new() -> Self {
        let (root_key, leaf_key) =
            (KeyPair::generate().expect("ring makes keys"), KeyPair::generate().expect("ring makes keys"));
        let mut params = CertificateParams::new(Vec::new()).expect("the parameters are valid");
        params.is_ca = IsCa::Ca(BasicConstraints::Unconstrained);
        let root = params.self_signed(&root_key).expect("the parameters are valid");
        let issuer = Issuer::new(params, root_key);
        let mut params = CertificateParams::new(vec!["localhost".to_owned()]).expect("the parameters are valid");
        params.extended_key_usages = vec![ExtendedKeyUsagePurpose::ServerAuth];
        let leaf = params.signed_by(&leaf_key, &issuer).expect("the parameters are valid");
        let leaf_key = PrivateKeyDer::Pkcs8(leaf_key.serialize_der().into());
        Self { root: root.der().to_vec(), leaf: leaf.der().clone(), leaf_key }
    }
}

/// Answers one connection on a thread of its own.
fn secure_receiver(identity: Identity) -> String {
    let config = ServerConfig::builder_with_provider(Arc::new(rustls::crypto::ring::default_provider()))
        .with_safe_default_protocol_versions()
        .expect("ring has them")
        .with_no_client_auth()
        .with_single_cert(vec![identity.leaf], identity.leaf_key)
        .expect("the certificate is valid");
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
