//! TLS to PostgreSQL: what a URL asks for, and the handshake, on the ring provider of rustls.
//!
//! Decides by the words of libpq: `sslmode=require` encrypts without asking who the server is, unless `sslrootcert`
//! names whom to trust; `verify-full` trusts that file, or else the system's certificates, and checks the name. It is
//! meant too where `sslrootcert` stands alone. Refuses to be less than what was asked for.

use std::future::Future;
use std::io;
use std::path::{Path, PathBuf};
use std::pin::Pin;
use std::sync::Arc;
use std::task::{Context, Poll};

use rustls::client::danger::{HandshakeSignatureValid, ServerCertVerified, ServerCertVerifier};
use rustls::crypto::{CryptoProvider, ring, verify_tls12_signature, verify_tls13_signature};
use rustls::pki_types::pem::PemObject as _;
use rustls::pki_types::{CertificateDer, ServerName, UnixTime};
use rustls::{ClientConfig, DigitallySignedStruct, Error, RootCertStore, SignatureScheme};
use rustls_platform_verifier::BuilderVerifierExt as _;
use tokio::io::{AsyncRead, AsyncWrite, ReadBuf};
use tokio_postgres::tls::{ChannelBinding, MakeTlsConnect, TlsConnect, TlsStream};
use tokio_rustls::TlsConnector;

/// What a URL asks for.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(super) enum Wanted {
    /// `sslmode=disable` or `prefer`, or no word of it.
    Plain,
    /// `sslmode=require`.
    Encrypted,
    /// `sslmode=verify-full`, or `sslrootcert` beside `require` or alone. Without a file the system's certificates are
    /// trusted.
    Verified(Option<PathBuf>),
}

impl Wanted {
    /// Takes the options of TLS out of a URL, since the driver knows few of them.
    ///
    /// # Errors
    ///
    /// What is asked for and cannot be had.
    pub(super) fn taken_from(url: &str) -> Result<(String, Self), String> {
        let Some((place, options)) = url.split_once('?') else { return Ok((url.to_owned(), Self::Plain)) };
        let (mut mode, mut roots, mut rest) = (None, None, Vec::new());
        for option in options.split('&') {
            match option.split_once('=') {
                Some(("sslmode", word)) => mode = Some(word),
                Some(("sslrootcert", "system")) => roots = Some(None),
                Some(("sslrootcert", path)) => roots = Some(Some(PathBuf::from(unescaped(path)))),
                Some((name, _)) if name.starts_with("ssl") => return Err(format!("{name} is not supported")),
                _ => rest.push(option),
            }
        }
        let wanted = match (mode, roots) {
            (None | Some("disable" | "allow" | "prefer"), None) => Self::Plain,
            (Some("require"), None) => Self::Encrypted,
            (Some("verify-full"), None) => Self::Verified(None),
            (None | Some("require" | "verify-full"), Some(roots)) => Self::Verified(roots),
            (Some(weak @ ("disable" | "allow" | "prefer")), Some(_)) => {
                return Err(format!(
                    "sslmode={weak} would not ask who answers, as sslrootcert wants; write verify-full"
                ));
            }
            (Some(other), _) => {
                return Err(format!("sslmode={other}: it can be disable, prefer, require or verify-full"));
            }
        };
        let rest = if rest.is_empty() { place.to_owned() } else { format!("{place}?{}", rest.join("&")) };
        Ok((rest, wanted))
    }

    /// What makes the handshakes; none for a plain connection.
    ///
    /// # Errors
    ///
    /// Which certificates cannot be read.
    pub(super) fn connector(&self) -> Result<Option<Secure>, String> {
        let provider = Arc::new(ring::default_provider());
        let builder = ClientConfig::builder_with_provider(Arc::clone(&provider));
        let builder = builder.with_safe_default_protocol_versions().map_err(|error| error.to_string())?;
        let config = match self {
            Self::Plain => return Ok(None),
            Self::Encrypted => {
                let verifier = Arc::new(Anyone(provider));
                builder.dangerous().with_custom_certificate_verifier(verifier).with_no_client_auth()
            }
            Self::Verified(Some(path)) => builder.with_root_certificates(own_roots(path)?).with_no_client_auth(),
            Self::Verified(None) => {
                let builder = builder.with_platform_verifier().map_err(|error| error.to_string())?;
                builder.with_no_client_auth()
            }
        };
        Ok(Some(Secure(Arc::new(config))))
    }
}

/// `%2F` and its like. What is no UTF-8 then names no file.
fn unescaped(text: &str) -> String {
    let mut bytes = Vec::with_capacity(text.len());
    let mut parts = text.split('%');
    bytes.extend(parts.next().unwrap_or_default().bytes());
    for part in parts {
        match part.get(..2).and_then(|digits| u8::from_str_radix(digits, 16).ok()) {
            Some(byte) => {
                bytes.push(byte);
                bytes.extend(part.bytes().skip(2));
            }
            None => bytes.extend(format!("%{part}").bytes()),
        }
    }
    String::from_utf8_lossy(&bytes).into_owned()
}

fn own_roots(path: &Path) -> Result<RootCertStore, String> {
    let told = |why: &dyn std::fmt::Display| format!("sslrootcert {}: {why}", path.display());
    let mut roots = RootCertStore::empty();
    for certificate in CertificateDer::pem_file_iter(path).map_err(|error| told(&error))? {
        roots.add(certificate.map_err(|error| told(&error))?).map_err(|error| told(&error))?;
    }
    if roots.is_empty() { Err(told(&"it holds no certificate")) } else { Ok(roots) }
}

/// Takes whoever answers, as `sslmode=require` does.
#[derive(Debug)]
struct Anyone(Arc<CryptoProvider>);

impl ServerCertVerifier for Anyone {
    fn verify_server_cert(
        &self,
        _: &CertificateDer<'_>,
        _: &[CertificateDer<'_>],
        _: &ServerName<'_>,
        _: &[u8],
        _: UnixTime,
    ) -> Result<ServerCertVerified, Error> {
        Ok(ServerCertVerified::assertion())
    }

    fn verify_tls12_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls12_signature(message, certificate, signed, &self.0.signature_verification_algorithms)
    }

    fn verify_tls13_signature(
        &self,
        message: &[u8],
        certificate: &CertificateDer<'_>,
        signed: &DigitallySignedStruct,
    ) -> Result<HandshakeSignatureValid, Error> {
        verify_tls13_signature(message, certificate, signed, &self.0.signature_verification_algorithms)
    }

    fn supported_verify_schemes(&self) -> Vec<SignatureScheme> {
        self.0.signature_verification_algorithms.supported_schemes()
    }
}

/// Makes handshakes by one configuration.
#[derive(Clone)]
pub(super) struct Secure(Arc<ClientConfig>);

/// One handshake to come.
pub(super) struct Handshake {
    connector: TlsConnector,
    name: ServerName<'static>,
}

/// An encrypted connection.
pub(super) struct SecureStream<S>(tokio_rustls::client::TlsStream<S>);

impl<S: AsyncRead + AsyncWrite + Unpin + Send + 'static> MakeTlsConnect<S> for Secure {
    type Stream = SecureStream<S>;
    type TlsConnect = Handshake;
    type Error = io::Error;

    fn make_tls_connect(&mut self, host: &str) -> io::Result<Handshake> {
        let name = ServerName::try_from(host.to_owned()).map_err(io::Error::other)?;
        Ok(Handshake { connector: TlsConnector::from(Arc::clone(&self.0)), name })
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin + Send + 'static> TlsConnect<S> for Handshake {
    type Stream = SecureStream<S>;
    type Error = io::Error;
    type Future = Pin<Box<dyn Future<Output = io::Result<SecureStream<S>>> + Send>>;

    fn connect(self, stream: S) -> Self::Future {
        Box::pin(async move { self.connector.connect(self.name, stream).await.map(SecureStream) })
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> TlsStream for SecureStream<S> {
    fn channel_binding(&self) -> ChannelBinding {
        ChannelBinding::none()
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncRead for SecureStream<S> {
    fn poll_read(mut self: Pin<&mut Self>, cx: &mut Context<'_>, buffer: &mut ReadBuf<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_read(cx, buffer)
    }
}

impl<S: AsyncRead + AsyncWrite + Unpin> AsyncWrite for SecureStream<S> {
    fn poll_write(mut self: Pin<&mut Self>, cx: &mut Context<'_>, bytes: &[u8]) -> Poll<io::Result<usize>> {
        Pin::new(&mut self.0).poll_write(cx, bytes)
    }

    fn poll_flush(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_flush(cx)
    }

    fn poll_shutdown(mut self: Pin<&mut Self>, cx: &mut Context<'_>) -> Poll<io::Result<()>> {
        Pin::new(&mut self.0).poll_shutdown(cx)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_asked_for_is_read_and_taken_out() {
        let file = || Some(PathBuf::from("/etc/ca 1.pem"));
        for (options, rest, wanted) in [
            ("", "", Wanted::Plain),
            ("?sslmode=disable", "", Wanted::Plain),
            ("?a=1&sslmode=prefer&b=2", "?a=1&b=2", Wanted::Plain),
            ("?sslmode=require", "", Wanted::Encrypted),
            ("?sslmode=require&sslrootcert=%2Fetc%2Fca%201.pem", "", Wanted::Verified(file())),
            ("?sslrootcert=/etc/ca%201.pem&sslmode=verify-full", "", Wanted::Verified(file())),
            ("?sslmode=verify-full&sslrootcert=system", "", Wanted::Verified(None)),
            ("?sslmode=require&sslrootcert=system", "", Wanted::Verified(None)),
            ("?sslrootcert=system", "", Wanted::Verified(None)),
            ("?sslrootcert=/etc/ca%201.pem", "", Wanted::Verified(file())),
            ("?sslmode=verify-full", "", Wanted::Verified(None)),
        ] {
            let taken = Wanted::taken_from(&format!("postgres://h/d{options}"));
            assert_eq!(taken, Ok((format!("postgres://h/d{rest}"), wanted)), "{options}");
        }
        for refused in [
            "sslmode=verify-ca",
            "sslmode=",
            "sslcert=a",
            "sslmode=REQUIRE",
            "sslmode=prefer&sslrootcert=system",
            "sslrootcert=/etc/ca.pem&sslmode=disable",
            "sslmode=allow&sslrootcert=/etc/ca.pem",
        ] {
            Wanted::taken_from(&format!("postgres://h/d?{refused}")).unwrap_err();
        }
    }
}
