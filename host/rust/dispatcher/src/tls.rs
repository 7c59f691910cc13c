//! Whom to trust: the system's certificate store and the operator's own roots, on the ring provider.
//!
//! The provider goes into this one configuration; the process-wide default of rustls is left alone.

use std::sync::Arc;

use rustls::pki_types::CertificateDer;
use rustls::{ClientConfig, RootCertStore};
use rustls_platform_verifier::Verifier;

/// TLS 1.2 and 1.3, offering HTTP/2 before HTTP/1.1.
///
/// A machine without a certificate store, such as a small container, still sends over plain HTTP and to receivers under
/// the operator's own roots; everything else then fails as untrusted.
pub(crate) fn config(extra_roots: &[Vec<u8>]) -> Result<ClientConfig, rustls::Error> {
    let provider = Arc::new(rustls::crypto::ring::default_provider());
    let extra_roots: Vec<_> = extra_roots.iter().cloned().map(CertificateDer::from).collect();
    let builder = ClientConfig::builder_with_provider(Arc::clone(&provider)).with_safe_default_protocol_versions()?;
    let mut config = match Verifier::new_with_extra_roots(extra_roots.clone(), provider) {
        Ok(verifier) => builder.dangerous().with_custom_certificate_verifier(Arc::new(verifier)).with_no_client_auth(),
        Err(error) => {
            let roots = own_roots(extra_roots)?;
            tracing::warn!(%error, "no system certificates: install the package ca-certificates to send over https");
            builder.with_root_certificates(roots).with_no_client_auth()
        }
    };
    config.alpn_protocols = vec![b"h2".to_vec(), b"http/1.1".to_vec()];
    Ok(config)
}

fn own_roots(certificates: Vec<CertificateDer<'static>>) -> Result<RootCertStore, rustls::Error> {
    let mut roots = RootCertStore::empty();
    for certificate in certificates {
        roots.add(certificate)?;
    }
    Ok(roots)
}
