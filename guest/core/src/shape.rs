//! The shape of a payload: for which receiver's conventions, in which format, in which version.
//!
//! A delivery keeps the shape that its payload was frozen in, so a webhook that is changed meanwhile still sends what
//! the body says it is. Knows which combinations exist; knows nothing of bodies and headers.

use core::fmt;

use crate::dialect::Dialect;
use crate::format::Format;

/// Dialect, format and payload version that fit together. Its text is `standard/json/1`.
#[derive(Clone, Copy, Debug, PartialEq, Eq, Hash)]
pub(crate) struct Shape {
    pub(crate) dialect: Dialect,
    pub(crate) format: Format,
    pub(crate) version: u32,
}

impl Shape {
    /// A dialect in its own format and newest version.
    pub(crate) fn of(dialect: Dialect) -> Self {
        let version = dialect.versions().last().copied().unwrap_or(1);
        Self { dialect, format: dialect.default_format(version), version }
    }

    /// Reads a stored text. One that an older or newer component wrote and this one does not know is the standard shape,
    /// so that a delivery can always be sent.
    pub(crate) fn read(text: &str) -> Self {
        let mut parts = text.splitn(3, '/');
        let mut next = || parts.next().unwrap_or_default();
        let (dialect, format, version) = (Dialect::parse(next()), Format::parse(next()), next().parse());
        match (dialect, format, version) {
            (Some(dialect), Some(format), Ok(version)) => Self { dialect, format, version },
            _ => Self::of(Dialect::Standard),
        }
    }
}

impl fmt::Display for Shape {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}/{}/{}", self.dialect.word(), self.format.word(), self.version)
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_shape_reads_as_itself() {
        for dialect in Dialect::ALL {
            for version in dialect.versions() {
                for format in Format::ALL {
                    let shape = Shape { dialect, format, version: *version };
                    assert_eq!(Shape::read(&shape.to_string()), shape);
                }
            }
        }
        for text in ["", "standard", "standard/json/x", "unknown/json/1", "standard/json/-1"] {
            assert_eq!(Shape::read(text), Shape::of(Dialect::Standard), "{text}");
        }
    }
}
