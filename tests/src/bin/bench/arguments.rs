//! What can be typed.

use std::ffi::OsString;
use std::path::PathBuf;

use anyhow::bail;

/// The arguments.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Arguments {
    /// How much is measured.
    pub(crate) size: Size,
    /// Where the JSON goes, if not into the target folder.
    pub(crate) out: Option<PathBuf>,
}

/// How much is measured.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(crate) enum Size {
    /// Figures to publish.
    Full,
    /// A look.
    Quick,
}

impl Size {
    /// A number of repetitions that is smaller for a look.
    pub(crate) fn choose<T>(self, full: T, quick: T) -> T {
        match self {
            Self::Full => full,
            Self::Quick => quick,
        }
    }
}

impl Arguments {
    /// Reads the arguments behind the program's name.
    ///
    /// # Errors
    ///
    /// Says what can be typed.
    pub(crate) fn parse(words: impl Iterator<Item = OsString>) -> anyhow::Result<Self> {
        let mut arguments = Self { size: Size::Full, out: None };
        let mut words = words;
        while let Some(word) = words.next() {
            match word.to_str() {
                Some("--quick") => arguments.size = Size::Quick,
                Some("--out") => match words.next() {
                    Some(file) => arguments.out = Some(file.into()),
                    None => bail!("--out wants a file"),
                },
                _ => bail!("`{}` is not understood; usage: bench [--quick] [--out FILE.json]", word.display()),
            }
        }
        Ok(arguments)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn parse(words: &[&str]) -> Result<Arguments, String> {
        Arguments::parse(words.iter().map(OsString::from)).map_err(|error| error.to_string())
    }

    #[test]
    fn all_of_it_can_be_left_out() {
        assert_eq!(parse(&[]), Ok(Arguments { size: Size::Full, out: None }));
        let both = Arguments { size: Size::Quick, out: Some("a.json".into()) };
        assert_eq!(parse(&["--quick", "--out", "a.json"]), Ok(both));
    }

    #[test]
    fn what_is_wrong_is_named() {
        assert_eq!(parse(&["--out"]), Err("--out wants a file".to_owned()));
        assert!(parse(&["--fast"]).unwrap_err().starts_with("`--fast` is not understood; usage"));
    }
}
