//! Why a hook did not do its work, in the three kinds that hosts tell apart.

use core::fmt;

/// Why a hook did not do its work. Messages are for the site owner: they name the field and what to do next.
///
/// Every [`std::error::Error`] becomes [`Error::Other`] by `?`; this type is none itself, because that is the price.
#[derive(Clone, Debug, PartialEq, Eq)]
pub enum Error {
    /// The input cannot be worked with; says what is wrong with it.
    InvalidInput(String),
    /// The event must not be sent, whatever the plugin's failure policy; says why. No failure of the plugin.
    Refused(String),
    /// Anything else.
    Other(String),
}

impl Error {
    /// [`Error::InvalidInput`] with a message.
    #[must_use]
    pub fn invalid_input(message: impl fmt::Display) -> Self {
        Self::InvalidInput(message.to_string())
    }

    /// [`Error::Refused`] with a message.
    #[must_use]
    pub fn refused(message: impl fmt::Display) -> Self {
        Self::Refused(message.to_string())
    }

    /// [`Error::Other`] with a message.
    #[must_use]
    pub fn other(message: impl fmt::Display) -> Self {
        Self::Other(message.to_string())
    }
}

impl fmt::Display for Error {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self {
            Self::InvalidInput(message) => write!(out, "invalid input: {message}"),
            Self::Refused(message) => write!(out, "refused: {message}"),
            Self::Other(message) => out.write_str(message),
        }
    }
}

impl<E: std::error::Error> From<E> for Error {
    fn from(error: E) -> Self {
        Self::other(error)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn errors_of_libraries_pass_through_the_question_mark() {
        fn parse() -> Result<u8, Error> {
            Ok("300".parse::<u8>()?)
        }
        assert_eq!(parse(), Err(Error::other("number too large to fit in target type")));
    }
}
