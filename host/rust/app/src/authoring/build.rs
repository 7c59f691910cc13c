//! How a project becomes a component, in each language.

mod javascript;
mod python;
mod rust;

use std::path::Path;

use crate::authoring::Language;
use crate::failure::Failure;
use crate::output::Output;

/// A component as it was built.
#[derive(Debug)]
pub(crate) struct Built {
    /// The project's name, as its manifest has it.
    pub(crate) name: String,
    /// The component.
    pub(crate) bytes: Vec<u8>,
}

/// Builds the project in a folder. Tools that are missing are installed where that is possible; what they print is
/// shown.
///
/// # Errors
///
/// When a tool is missing and cannot be installed, or the project does not build.
pub(crate) fn build(language: Language, folder: &Path, out: &Output) -> Result<Built, Failure> {
    match language {
        Language::Rust => rust::build(folder, out),
        Language::JavaScript => javascript::build(folder, javascript::Source::JavaScript, out),
        Language::TypeScript => javascript::build(folder, javascript::Source::TypeScript, out),
        Language::Python => python::build(folder, out),
    }
}
