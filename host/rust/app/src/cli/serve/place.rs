//! Decides where a server listens: at an address of this machine, or at a unix socket that nobody else has.

use std::io::{self, ErrorKind};
use std::net::SocketAddr;
#[cfg(unix)]
use std::path::{Path, PathBuf};

use tokio::net::TcpListener;
#[cfg(unix)]
use tokio::net::{UnixListener, UnixStream};

use super::connections::Stream;
use crate::failure::{Failure, Kind};

/// Where to listen.
#[derive(Debug)]
pub(super) enum Place {
    Tcp(SocketAddr),
    #[cfg(unix)]
    Socket(PathBuf),
}

/// Something that listens.
#[derive(Debug)]
pub(super) enum Listener {
    Tcp(TcpListener),
    #[cfg(unix)]
    Socket(UnixListener, Removed),
}

/// A socket's file, which goes when this is dropped.
#[cfg(unix)]
#[derive(Debug)]
pub(super) struct Removed(PathBuf);

#[cfg(unix)]
impl Drop for Removed {
    fn drop(&mut self) {
        let _ = std::fs::remove_file(&self.0);
    }
}

impl Listener {
    /// # Errors
    ///
    /// When the address cannot be had.
    pub(super) async fn bind(place: Place) -> Result<Self, Failure> {
        match place {
            Place::Tcp(address) => {
                TcpListener::bind(address).await.map(Self::Tcp).map_err(|error| no_address(address, &error))
            }
            #[cfg(unix)]
            Place::Socket(path) => {
                make_room(&path).await?;
                let listener = UnixListener::bind(&path).map_err(|error| no_socket(&path, &error))?;
                let removed = Removed(path);
                // Group members, as a web server's user, may connect; the token is needed all the same.
                let permissions = std::os::unix::fs::PermissionsExt::from_mode(0o660);
                std::fs::set_permissions(&removed.0, permissions).map_err(|error| no_socket(&removed.0, &error))?;
                Ok(Self::Socket(listener, removed))
            }
        }
    }

    /// What clients are told.
    pub(super) fn address(&self) -> String {
        match self {
            Self::Tcp(listener) => match listener.local_addr() {
                Ok(address) => format!("http://{address}"),
                Err(_) => "an unknown address".to_owned(),
            },
            #[cfg(unix)]
            Self::Socket(_, Removed(path)) => {
                format!("unix://{}", std::path::absolute(path).unwrap_or_else(|_| path.clone()).display())
            }
        }
    }

    /// The next connection.
    ///
    /// # Errors
    ///
    /// The system's, for example when this process has no more files.
    pub(super) async fn accept(&self) -> io::Result<Box<dyn Stream>> {
        match self {
            Self::Tcp(listener) => {
                let (stream, _) = listener.accept().await?;
                stream.set_nodelay(true)?;
                Ok(Box::new(stream))
            }
            #[cfg(unix)]
            Self::Socket(listener, _) => Ok(Box::new(listener.accept().await?.0)),
        }
    }
}

/// Removes the socket of a server that has ended without removing it itself.
#[cfg(unix)]
async fn make_room(path: &Path) -> Result<(), Failure> {
    use std::os::unix::fs::FileTypeExt as _;
    match std::fs::symlink_metadata(path) {
        Err(error) if error.kind() == ErrorKind::NotFound => return Ok(()),
        Err(error) => return Err(no_socket(path, &error)),
        Ok(metadata) if !metadata.file_type().is_socket() => {
            return Err(Failure::option("--socket", format!("{} is there, and no socket", path.display())));
        }
        Ok(_) => {}
    }
    match UnixStream::connect(path).await {
        Err(error) if error.kind() == ErrorKind::ConnectionRefused => {
            std::fs::remove_file(path).map_err(|error| no_socket(path, &error))
        }
        Err(error) => Err(no_socket(path, &error)),
        Ok(_) => Err(Failure::option("--socket", format!("{} is in use by another program", path.display()))),
    }
}

#[cfg(unix)]
fn no_socket(path: &Path, error: &io::Error) -> Failure {
    Failure::option("--socket", format!("cannot listen on {}: {error}", path.display()))
}

fn no_address(address: SocketAddr, error: &io::Error) -> Failure {
    let (port, ip) = (address.port(), address.ip());
    match error.kind() {
        ErrorKind::AddrInUse => {
            Failure::option("--listen", format!("port {port} of {ip} is in use by another program"))
                .hint("choose another port; 0 takes one that is free")
        }
        ErrorKind::PermissionDenied => Failure::option("--listen", format!("this user may not listen on port {port}"))
            .hint("choose one above 1023; 0 takes one that is free"),
        ErrorKind::AddrNotAvailable => Failure::option("--listen", format!("{ip} is not an address of this machine")),
        _ => Failure::new(Kind::Io, format!("cannot listen on {address}: {error}")),
    }
}
