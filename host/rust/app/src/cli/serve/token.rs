//! Decides where the token comes from that every call must carry, and that it is seen nowhere but there.

use std::env;
use std::fmt::{self, Write as _};
use std::fs::{self, File, OpenOptions};
use std::io::{self, ErrorKind, Read as _, Write as _};
use std::path::{Path, PathBuf};

use hookwright_runtime::{Environment as _, SystemEnvironment};
use subtle::ConstantTimeEq as _;

use crate::failure::{Failure, Kind};
use crate::output::Output;

/// What a token may have.
const LENGTHS: std::ops::RangeInclusive<usize> = 16..=512;

/// More bytes than any file with a token has.
const FILE_CAP_BYTES: u64 = 4 << 10;

/// Of a new token.
const RANDOM_BYTES: usize = 32;

/// In the place of --token-file, for containers.
const VARIABLE: &str = "HOOKWRIGHT_TOKEN";

/// What every call must carry.
pub(super) struct Token(String);

/// Where a token is from.
#[derive(Debug, PartialEq, Eq)]
pub(super) enum Origin {
    /// A file that was there.
    File,
    /// A file that was made now.
    MadeFile(PathBuf),
    /// The variable.
    Variable,
    /// It was made now, and nobody has seen it.
    Made,
}

impl Token {
    /// The token of the file, which is made if it is not there; else of the variable; else a new one.
    ///
    /// # Errors
    ///
    /// When there is none that can be used, or a new one would get into a log because nobody watches.
    pub(super) fn find(file: Option<&Path>, out: &Output) -> Result<(Self, Origin), Failure> {
        if let Some(path) = file {
            return of_file(path, out);
        }
        match env::var(VARIABLE) {
            Ok(token) => Self::checked(&token, VARIABLE).map(|token| (token, Origin::Variable)),
            Err(env::VarError::NotUnicode(_)) => Err(Failure::option(VARIABLE, "is not text")),
            Err(env::VarError::NotPresent) if out.is_json() || out.is_watched() => Ok((Self::new()?, Origin::Made)),
            Err(env::VarError::NotPresent) => Err(Failure::option(
                "--token-file",
                "is needed where the output is no terminal: a token has no place in a log",
            )
            .hint(format!("name a file, which is made with a new token, or set {VARIABLE}"))),
        }
    }

    /// Whether this is it. Takes the same time for all that are as long.
    pub(super) fn is(&self, given: &[u8]) -> bool {
        self.0.as_bytes().ct_eq(given).into()
    }

    /// For whoever made it.
    pub(super) fn expose(&self) -> &str {
        &self.0
    }

    fn new() -> Result<Self, Failure> {
        let mut bytes = [0; RANDOM_BYTES];
        SystemEnvironment
            .fill_random(&mut bytes)
            .map_err(|error| Failure::new(Kind::Io, format!("the system gives no random bytes: {error}")))?;
        let mut token = "hwt_".to_owned();
        for byte in bytes {
            // A string takes all that is written.
            let _ = write!(token, "{byte:02x}");
        }
        Ok(Self(token))
    }

    fn checked(given: &str, source: &str) -> Result<Self, Failure> {
        let token = given.trim();
        if LENGTHS.contains(&token.len()) && token.bytes().all(|byte| byte.is_ascii_graphic()) {
            return Ok(Self(token.to_owned()));
        }
        let (least, most) = (LENGTHS.start(), LENGTHS.end());
        Err(Failure::option(source, format!("a token is {least} to {most} characters of ASCII without spaces")))
    }
}

// By hand, because it is never printed by accident.
impl fmt::Debug for Token {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str("Token")
    }
}

fn of_file(path: &Path, out: &Output) -> Result<(Token, Origin), Failure> {
    let failed = |what: &str, error: &io::Error| {
        Failure::option("--token-file", format!("{} cannot be {what}: {error}", path.display()))
    };
    match File::open(path) {
        Ok(file) => {
            if is_open_to_all(&file) {
                out.note(format_args!("Everybody on this machine can read {}.", path.display()));
            }
            let mut text = String::new();
            file.take(FILE_CAP_BYTES).read_to_string(&mut text).map_err(|error| failed("read", &error))?;
            Token::checked(&text, "--token-file").map(|token| (token, Origin::File))
        }
        Err(error) if error.kind() == ErrorKind::NotFound => {
            let token = Token::new()?;
            make(path, &token).map_err(|error| failed("made", &error))?;
            Ok((token, Origin::MadeFile(path.to_owned())))
        }
        Err(error) => Err(failed("read", &error)),
    }
}

/// Makes the file, for this user alone. Half a token is left nowhere.
fn make(path: &Path, token: &Token) -> io::Result<()> {
    let mut options = OpenOptions::new();
    options.write(true).create_new(true);
    #[cfg(unix)]
    std::os::unix::fs::OpenOptionsExt::mode(&mut options, 0o600);
    let mut file = options.open(path)?;
    let written = file.write_all(format!("{}\n", token.0).as_bytes()).and_then(|()| file.sync_all());
    if written.is_err() {
        let _ = fs::remove_file(path);
    }
    written
}

#[cfg(unix)]
fn is_open_to_all(file: &File) -> bool {
    use std::os::unix::fs::PermissionsExt as _;
    file.metadata().is_ok_and(|metadata| metadata.is_file() && metadata.permissions().mode() & 0o004 != 0)
}

#[cfg(not(unix))]
fn is_open_to_all(_: &File) -> bool {
    false
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::output::Format;

    #[test]
    fn a_file_is_made_once_and_for_this_user_alone() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token");
        let out = Output::new(Format::Json);
        let (made, origin) = Token::find(Some(&path), &out).unwrap();
        assert_eq!(origin, Origin::MadeFile(path.clone()));
        assert!(made.expose().len() == 68 && format!("{made:?}") == "Token");
        #[cfg(unix)]
        assert!(!is_open_to_all(&File::open(&path).unwrap()));
        let (read, origin) = Token::find(Some(&path), &out).unwrap();
        assert!(origin == Origin::File && read.is(made.expose().as_bytes()));
        assert!(!read.is(b"") && !read.is(&made.expose().as_bytes()[1..]));
    }

    #[test]
    fn what_is_no_token_is_refused_without_being_told() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path().join("token");
        for wrong in ["", "short", "with a space in the middle", "zwölf-oder-mehr-zeichen", &"x".repeat(5_000)] {
            fs::write(&path, wrong).unwrap();
            let failure = Token::find(Some(&path), &Output::new(Format::Json)).unwrap_err();
            assert_eq!(failure.lines(), ["--token-file: a token is 16 to 512 characters of ASCII without spaces"]);
        }
    }
}
