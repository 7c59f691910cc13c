//! Easy LMS: the flat data and nothing else.

use super::{Definition, PLAIN};

pub(super) const DEFINITION: Definition = Definition { word: "easy-lms", ..PLAIN };
