//! Decides which languages a plugin can be written in, and by which file of a folder its language is known.

use std::path::Path;

use clap::ValueEnum;

use crate::failure::{Failure, Kind};

/// A language of plugins.
#[derive(Clone, Copy, Debug, PartialEq, Eq, ValueEnum)]
pub(crate) enum Language {
    Rust,
    #[value(name = "js", alias = "javascript")]
    JavaScript,
    #[value(name = "ts", alias = "typescript")]
    TypeScript,
    #[value(alias = "py")]
    Python,
}

impl Language {
    /// All of them.
    #[cfg(test)]
    pub(crate) const ALL: [Self; 4] = [Self::Rust, Self::JavaScript, Self::TypeScript, Self::Python];

    /// As `--lang` takes it.
    pub(crate) fn word(self) -> &'static str {
        match self {
            Self::Rust => "rust",
            Self::JavaScript => "js",
            Self::TypeScript => "ts",
            Self::Python => "python",
        }
    }

    /// The command that runs the tests of a new project.
    pub(crate) fn tests(self) -> &'static str {
        match self {
            Self::Rust => "cargo test",
            Self::JavaScript => "node --test",
            Self::TypeScript => "npm install && npm test",
            Self::Python => "python3 -m unittest",
        }
    }

    /// The language of the project in a folder: of its first file of `Cargo.toml`, `pyproject.toml`, `tsconfig.json`
    /// and `package.json`.
    ///
    /// # Errors
    ///
    /// When there is no such folder, or none of these files in it.
    pub(crate) fn of_project(folder: &Path) -> Result<Self, Failure> {
        const MARKS: [(&str, Language); 4] = [
            ("Cargo.toml", Language::Rust),
            ("pyproject.toml", Language::Python),
            ("tsconfig.json", Language::TypeScript),
            ("package.json", Language::JavaScript),
        ];
        if let Some((_, language)) = MARKS.iter().find(|(mark, _)| folder.join(mark).is_file()) {
            return Ok(*language);
        }
        let named = folder.display();
        let failure = match folder.is_dir() {
            true => format!("there is no plugin's project in {named}: no Cargo.toml, package.json or pyproject.toml"),
            false => format!("there is no folder {named}"),
        };
        Err(Failure::new(Kind::NotFound, failure)
            .hint("run this in a plugin's folder, or name it; `hookwright plugins new NAME --lang rust` makes one"))
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::fs;

    #[test]
    fn a_project_is_known_by_its_files() {
        let folder = tempfile::tempdir().unwrap();
        let path = folder.path();
        assert!(Language::of_project(path).unwrap_err().lines()[0].contains("no Cargo.toml"));
        assert!(Language::of_project(&path.join("none")).unwrap_err().lines()[0].contains("there is no folder"));
        for (file, language) in [
            ("package.json", Language::JavaScript),
            ("tsconfig.json", Language::TypeScript),
            ("pyproject.toml", Language::Python),
            ("Cargo.toml", Language::Rust),
        ] {
            fs::write(path.join(file), "").unwrap();
            assert_eq!(Language::of_project(path).unwrap(), language);
        }
    }

    #[test]
    fn words_are_what_the_command_line_takes() {
        for language in Language::ALL {
            assert_eq!(Language::from_str(language.word(), false), Ok(language));
        }
    }
}
