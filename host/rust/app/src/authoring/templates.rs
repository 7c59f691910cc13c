//! Decides what a new project consists of: a template with the plugin's name in it, and the SDK as it is.
//!
//! The SDKs are in no registry, so this program carries their sources. Knows nothing of where the files go.

mod javascript;
pub(in crate::authoring) mod python;
mod rust;

use crate::authoring::{Language, Name};

/// Files that this program carries, from one folder of the repository to one of a new project.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Carried {
    /// In the repository.
    #[cfg_attr(not(test), expect(dead_code, reason = "the test compares the folder"))]
    from: &'static str,
    /// In the new project, with a `/` behind it; empty for the project itself.
    into: &'static str,
    /// Names below the folder, and contents.
    files: &'static [(&'static str, &'static str)],
}

/// `carried!("guest/x" into "y/": "a.txt", "b/c.txt")`
macro_rules! carried {
    ($from:literal into $into:literal: $($file:literal),* $(,)?) => {
        $crate::authoring::templates::Carried {
            from: $from,
            into: $into,
            files: &[$((
                $file,
                include_str!(concat!(env!("CARGO_MANIFEST_DIR"), "/../../../", $from, "/", $file)),
            )),*],
        }
    };
}
use carried;

/// A new project.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Template {
    /// Gets the plugin's name in the place of `my-plugin`, `my_plugin`, `MyPlugin` and `My plugin`.
    own: Carried,
    /// Go into the project as they are.
    sdk: &'static [Carried],
}

impl Template {
    pub(crate) fn of(language: Language) -> Self {
        match language {
            Language::Rust => rust::RUST,
            Language::JavaScript => javascript::JAVASCRIPT,
            Language::TypeScript => javascript::TYPESCRIPT,
            Language::Python => python::PYTHON,
        }
    }

    /// The files of a new project: paths below its folder, separated by `/`, and contents.
    pub(crate) fn files(self, name: &Name) -> Vec<(String, String)> {
        let own = self.own.files.iter().map(|(path, text)| (named(path, name), named(text, name)));
        let sdk = self.sdk.iter().flat_map(|carried| {
            carried.files.iter().map(|(path, text)| (format!("{}{path}", carried.into), (*text).to_owned()))
        });
        own.chain(sdk).collect()
    }
}

fn named(text: &str, name: &Name) -> String {
    let forms = [
        ("my-plugin", name.text().to_owned()),
        ("my_plugin", name.module()),
        ("MyPlugin", name.type_name()),
        ("My plugin", name.title()),
    ];
    forms.iter().fold(text.to_owned(), |text, (placeholder, form)| text.replace(placeholder, form))
}

#[cfg(test)]
mod tests {
    use super::*;
    use std::collections::BTreeSet;
    use std::path::{Path, PathBuf};

    /// What tools leave behind in a checkout.
    const LEFT_BEHIND: [&str; 6] =
        ["target", "node_modules", "__pycache__", "Cargo.lock", "package-lock.json", ".venv"];

    fn folder(carried: &Carried) -> PathBuf {
        Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..").join(carried.from)
    }

    fn files_below(folder: &Path, prefix: &str, found: &mut BTreeSet<String>) {
        for entry in folder.read_dir().unwrap() {
            let entry = entry.unwrap();
            let name = entry.file_name().into_string().unwrap();
            match entry.path().is_dir() {
                _ if LEFT_BEHIND.contains(&name.as_str()) => {}
                true => files_below(&entry.path(), &format!("{prefix}{name}/"), found),
                false => drop(found.insert(format!("{prefix}{name}"))),
            }
        }
    }

    #[test]
    fn every_file_of_the_folders_is_carried() {
        for language in Language::ALL {
            let template = Template::of(language);
            for carried in [&[template.own], template.sdk].concat() {
                let mut there = BTreeSet::new();
                files_below(&folder(&carried), "", &mut there);
                let listed: BTreeSet<String> = carried.files.iter().map(|(path, _)| (*path).to_owned()).collect();
                assert_eq!(listed, there, "{language:?}: {}", carried.from);
            }
        }
    }

    #[test]
    fn a_new_project_bears_its_name_everywhere() {
        for language in Language::ALL {
            let files = Template::of(language).files(&"order-notes".parse().unwrap());
            let paths: BTreeSet<&str> = files.iter().map(|(path, _)| path.as_str()).collect();
            assert_eq!(paths.len(), files.len(), "{language:?}: a file stands twice");
            for (path, text) in files.iter().take(Template::of(language).own.files.len()) {
                let left =
                    ["my-plugin", "my_plugin", "MyPlugin", "My plugin"].iter().find(|form| text.contains(**form));
                assert_eq!(left, None, "{language:?}: {path}");
            }
        }
    }
}
