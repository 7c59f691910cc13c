//! Decides what a new plugin may be called, so that its name works as a folder, a package, a module and a plugin.

use std::str::FromStr;

/// The longest name of a plugin, in bytes, as in the contract.
const LONGEST: usize = 64;

/// A plugin's name: lower-case letters, digits and `-`.
#[derive(Clone, Debug, PartialEq, Eq)]
pub(crate) struct Name(String);

impl Name {
    /// `order-notes`
    pub(crate) fn text(&self) -> &str {
        &self.0
    }

    /// As a module or crate is called: `order_notes`.
    pub(crate) fn module(&self) -> String {
        self.0.replace('-', "_")
    }

    /// As a type is called: `OrderNotes`.
    pub(crate) fn type_name(&self) -> String {
        self.0.split('-').map(capitalized).collect()
    }

    /// For people: `Order notes`.
    pub(crate) fn title(&self) -> String {
        capitalized(&self.0.replace('-', " "))
    }
}

impl FromStr for Name {
    type Err = String;

    fn from_str(text: &str) -> Result<Self, String> {
        const RULE: &str = "lower-case letters, digits and `-` between them, beginning with a letter";
        if text.len() > LONGEST {
            return Err(format!("it has {} bytes, more than {LONGEST}", text.len()));
        }
        let is_word = |word: &str| {
            !word.is_empty() && word.chars().all(|letter| letter.is_ascii_lowercase() || letter.is_ascii_digit())
        };
        if !text.starts_with(|first: char| first.is_ascii_lowercase()) || !text.split('-').all(is_word) {
            let better = suggested(text).map(|name| format!(", for example {name}")).unwrap_or_default();
            return Err(format!("a plugin's name has {RULE}{better}"));
        }
        if TAKEN.contains(&text) {
            return Err(format!("{text} means something else to a tool that builds plugins; for example my-{text}"));
        }
        Ok(Self(text.to_owned()))
    }
}

fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map(|first| first.to_ascii_uppercase()).into_iter().chain(letters).collect()
}

/// A name that is allowed and looks like the text.
fn suggested(text: &str) -> Option<String> {
    let lower = text.to_lowercase();
    let words = lower.split(|letter: char| !letter.is_ascii_lowercase() && !letter.is_ascii_digit());
    let name = words.filter(|word| !word.is_empty()).collect::<Vec<_>>().join("-");
    name.starts_with(|first: char| first.is_ascii_lowercase()).then_some(name)
}

/// Names of one word that some tool gives a meaning: keywords, what a project's own folder holds, packages that every
/// plugin depends on, devices of Windows.
const TAKEN: [&str; 97] = [
    "abstract",
    "alloc",
    "and",
    "app",
    "as",
    "assert",
    "async",
    "aux",
    "await",
    "become",
    "box",
    "break",
    "build",
    "case",
    "catch",
    "class",
    "con",
    "const",
    "continue",
    "core",
    "crate",
    "debugger",
    "def",
    "default",
    "del",
    "delete",
    "deps",
    "do",
    "elif",
    "else",
    "enum",
    "except",
    "export",
    "extends",
    "extern",
    "false",
    "final",
    "finally",
    "fn",
    "for",
    "from",
    "function",
    "global",
    "hookwright",
    "hookwright-plugin",
    "if",
    "impl",
    "import",
    "in",
    "is",
    "json",
    "lambda",
    "let",
    "loop",
    "macro",
    "match",
    "mod",
    "move",
    "mut",
    "new",
    "node-modules",
    "nonlocal",
    "not",
    "nul",
    "null",
    "or",
    "override",
    "package",
    "pass",
    "priv",
    "prn",
    "proc-macro",
    "pub",
    "raise",
    "ref",
    "return",
    "self",
    "serde",
    "serde-json",
    "static",
    "std",
    "struct",
    "super",
    "switch",
    "test",
    "this",
    "throw",
    "trait",
    "true",
    "try",
    "type",
    "typeof",
    "unsafe",
    "use",
    "while",
    "with",
    "yield",
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_name_has_a_form_for_each_place() {
        let name: Name = "order-notes-2".parse().unwrap();
        assert_eq!((name.text(), name.module()), ("order-notes-2", "order_notes_2".to_owned()));
        assert_eq!((name.type_name(), name.title()), ("OrderNotes2".to_owned(), "Order notes 2".to_owned()));
    }

    #[test]
    fn what_is_no_name_is_refused_with_one_that_is() {
        for (text, better) in [
            ("", ""),
            ("Order Notes", ", for example order-notes"),
            ("order_notes", ", for example order-notes"),
            ("-order-", ", for example order"),
            ("a--b", ", for example a-b"),
            ("2nd", ""),
            ("../up", ", for example up"),
            ("größe", ", for example gr-e"),
        ] {
            let error = text.parse::<Name>().unwrap_err();
            assert!(error.ends_with(&format!("beginning with a letter{better}")), "{text}: {error}");
        }
        assert!("a".repeat(65).parse::<Name>().unwrap_err().contains("65 bytes"));
        assert!("a".repeat(64).parse::<Name>().is_ok());
        assert!("match".parse::<Name>().unwrap_err().contains("for example my-match"));
    }

    #[test]
    fn taken_names_are_in_order_and_would_else_be_allowed() {
        assert!(TAKEN.is_sorted());
        assert!(TAKEN.iter().all(|name| format!("my-{name}").parse::<Name>().is_ok()));
    }
}
