//! Decides how data gets in: from a file, or from standard input where the path is `-`.

use std::convert::Infallible;
use std::fmt;
use std::fs::File;
use std::io::{self, BufReader, IsTerminal, Read};
use std::path::PathBuf;
use std::str::FromStr;

use crate::failure::{Failure, Kind};
use crate::output::Output;

/// More is never read: the core takes less in any case.
const CAP_BYTES: u64 = 16 << 20;

/// Read at once.
const BUFFER_BYTES: usize = 1 << 20;

/// Where data comes from.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) enum Input {
    /// `-`
    Stdin,
    /// A file.
    File(PathBuf),
}

impl Input {
    /// Reads all of it as text.
    ///
    /// # Errors
    ///
    /// When it cannot be read, is empty, too large, or not UTF-8.
    pub(crate) fn text(&self, out: &Output) -> Result<String, Failure> {
        let bytes = self.bytes(out)?;
        if bytes.iter().all(u8::is_ascii_whitespace) {
            return Err(self.empty());
        }
        String::from_utf8(bytes).map_err(|error| {
            let at = error.utf8_error().valid_up_to() + 1;
            self.refused(&format!("byte {at} is not UTF-8 text; JSON is always UTF-8"))
        })
    }

    /// Reads all of it, also if that is nothing.
    ///
    /// # Errors
    ///
    /// When it cannot be read, or is too large.
    pub(crate) fn bytes(&self, out: &Output) -> Result<Vec<u8>, Failure> {
        let mut bytes = Vec::new();
        self.open(out)?.take(CAP_BYTES + 1).read_to_end(&mut bytes).map_err(|error| self.unreadable(&error))?;
        if bytes.len() as u64 > CAP_BYTES {
            return Err(self.refused(&format!("it has more than {} MiB", CAP_BYTES >> 20)));
        }
        Ok(bytes)
    }

    /// Opens it for reading part by part.
    ///
    /// # Errors
    ///
    /// When it cannot be opened.
    pub(crate) fn open(&self, out: &Output) -> Result<BufReader<Box<dyn Read + Send>>, Failure> {
        match self {
            Self::Stdin => {
                if io::stdin().is_terminal() {
                    out.note("Reading from this terminal; end with Ctrl-D, give up with Ctrl-C.");
                }
                Ok(BufReader::with_capacity(BUFFER_BYTES, Box::new(io::stdin())))
            }
            Self::File(path) => match File::open(path) {
                Ok(file) => Ok(BufReader::with_capacity(BUFFER_BYTES, Box::new(file))),
                Err(error) => Err(self.unreadable(&error)),
            },
        }
    }

    /// Bytes of the file; none where that is not known.
    pub(crate) fn size_bytes(&self) -> Option<u64> {
        match self {
            Self::Stdin => None,
            Self::File(path) => path.metadata().ok().filter(std::fs::Metadata::is_file).map(|found| found.len()),
        }
    }

    pub(crate) fn unreadable(&self, error: &io::Error) -> Failure {
        let failure = Failure::new(Kind::Io, format!("cannot read {self}: {error}"));
        match self {
            Self::File(path) if path.to_string_lossy().starts_with(['{', '[', '"']) => {
                failure.hint("a file is wanted here; to give JSON itself, pipe it in and write `-` for the file")
            }
            _ => failure,
        }
    }

    fn empty(&self) -> Failure {
        let failure = self.refused("it is empty");
        match self {
            Self::Stdin => failure.hint("pipe JSON into this command, or name a file"),
            Self::File(_) => failure,
        }
    }

    fn refused(&self, why: &str) -> Failure {
        Failure::new(Kind::Invalid, format!("{self}: {why}"))
    }
}

impl FromStr for Input {
    type Err = Infallible;

    fn from_str(text: &str) -> Result<Self, Infallible> {
        Ok(if text == "-" { Self::Stdin } else { Self::File(text.into()) })
    }
}

impl fmt::Display for Input {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::Stdin => f.write_str("standard input"),
            Self::File(path) => path.display().fmt(f),
        }
    }
}
