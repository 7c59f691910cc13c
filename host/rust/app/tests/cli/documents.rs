//! The commands in the Markdown files of the repository: each one exists, and so does each option that it is given.
//!
//! Decides by what `--help` prints of the command; runs none of them.

use std::collections::BTreeMap;
use std::fs;
use std::path::Path;

use crate::place::Place;

/// From the root of the repository, with the least number of commands that are found in each.
const FILES: [(&str, usize); 7] = [
    ("README.md", 15),
    ("tests/features.md", 40),
    ("wit/filters.md", 2),
    ("wit/dialects.md", 3),
    ("guest/README.md", 8),
    ("host/serve.md", 2),
    ("host/php/README.md", 1),
];

#[test]
fn every_command_and_option_in_the_documents_exists() {
    let mut helps = Helps { place: Place::new(), told: BTreeMap::new() };
    let mut problems = Vec::new();
    for (file, least) in FILES {
        let path = Path::new(env!("CARGO_MANIFEST_DIR")).join("../../..").join(file);
        let text = fs::read_to_string(&path).unwrap_or_else(|error| panic!("{}: {error}", path.display()));
        let commands = commands_in(&text);
        assert!(commands.len() >= least, "{file} has {} commands: are they still read?", commands.len());
        for command in commands {
            if let Some(problem) = helps.problem_of(&command) {
                problems.push(format!("{file}: `hookwright {}`: {problem}", command.join(" ")));
            }
        }
    }
    assert!(problems.is_empty(), "{}", problems.join("\n"));
}

/// The words behind `hookwright` in code of both kinds, in backticks and in indented lines.
fn commands_in(text: &str) -> Vec<Vec<String>> {
    let joined = text.replace("\\\n", " ");
    let mut found = Vec::new();
    for line in joined.lines() {
        match line.strip_prefix("    ") {
            Some(line) => found.extend(line.split("$(").flat_map(|part| part.split(['|', ';'])).filter_map(command)),
            None => found.extend(line.split('`').skip(1).step_by(2).filter_map(command)),
        }
    }
    found
}

/// The words of one command, as a shell reads them, up to what is not the command's any more.
fn command(line: &str) -> Option<Vec<String>> {
    let rest = line.trim_start().strip_prefix("hookwright ")?;
    let (mut words, mut word, mut quote) = (Vec::new(), None::<String>, None);
    for letter in rest.chars() {
        match (quote, letter) {
            (Some(open), _) if open == letter => quote = None,
            (None, '\'' | '"') => {
                quote = Some(letter);
                word.get_or_insert_default();
            }
            (None, ' ') => words.extend(word.take()),
            (None, ')' | '&' | '>') => break,
            (None, '#') if word.is_none() => break,
            _ => word.get_or_insert_default().push(letter),
        }
    }
    words.extend(word);
    Some(words)
}

/// What `--help` prints, by the words of a command.
struct Helps {
    place: Place,
    told: BTreeMap<Vec<String>, String>,
}

impl Helps {
    fn problem_of(&mut self, words: &[String]) -> Option<String> {
        let mut path = Vec::new();
        let mut options = Vec::new();
        let mut words = words.iter().peekable();
        while let Some(word) = words.next() {
            if word.starts_with('-') {
                let (name, has_value) = match word.split_once('=') {
                    Some((name, _)) => (name.to_owned(), true),
                    None => (word.clone(), false),
                };
                if !has_value && self.takes_a_value(&path, &name) {
                    // A document may leave the value out.
                    words.next_if(|next| !next.starts_with("--"));
                }
                options.push(name);
                continue;
            }
            let help = self.of(&path);
            if subcommands(help).any(|known| known == word) {
                path.push(word.clone());
            } else if !takes_arguments(help) {
                return Some(format!("there is no `{word}`"));
            }
        }
        let help = self.of(&path);
        options.into_iter().find(|option| line_of(help, option).is_none()).map(|option| format!("has no {option}"))
    }

    /// Options may stand before the command that they belong to.
    fn takes_a_value(&mut self, path: &[String], option: &str) -> bool {
        line_of(self.of(path), option).is_some_and(|line| line.contains(&format!("{option} <")))
    }

    fn of(&mut self, path: &[String]) -> &str {
        if !self.told.contains_key(path) {
            let arguments: Vec<&str> = path.iter().map(String::as_str).chain(["-h"]).collect();
            let help = self.place.run(&arguments).succeeded().stdout;
            self.told.insert(path.to_vec(), help);
        }
        &self.told[path]
    }
}

fn subcommands(help: &str) -> impl Iterator<Item = &str> {
    let list = help.split_once("\nCommands:\n").map_or("", |(_, rest)| rest.split("\n\n").next().unwrap_or_default());
    // What a name does may go on, further to the right.
    list.lines().filter(|line| !line.starts_with("   ")).filter_map(|line| line.split_whitespace().next())
}

fn takes_arguments(help: &str) -> bool {
    let usage = help.lines().find(|line| line.starts_with("Usage:")).unwrap_or_default();
    let commands = ["[OPTIONS]", "[COMMAND]", "<COMMAND>"];
    commands.iter().fold(usage.to_owned(), |usage, word| usage.replace(word, "")).contains(['<', '['])
}

/// The line that explains an option.
fn line_of<'h>(help: &'h str, option: &str) -> Option<&'h str> {
    help.lines().find(|line| {
        let mut words = line.split([' ', ',']).filter(|word| !word.is_empty()).take(2);
        line.starts_with("  ") && words.any(|word| word.trim_end_matches('.') == option)
    })
}

#[test]
fn what_is_wrong_in_a_document_is_found() {
    let text = "Say `hookwright listen --port 1` or `other`.\n\n    X=$(hookwright secret new)\n    \
                hookwright --set a=b publish x --data \\\n        'a # b' > y # c\n";
    let told: Vec<String> = commands_in(text).iter().map(|words| words.join("|")).collect();
    assert_eq!(told, ["listen|--port|1", "secret|new", "--set|a=b|publish|x|--data|a # b"]);

    let mut helps = Helps { place: Place::new(), told: BTreeMap::new() };
    for (line, is_wrong) in [
        ("hookwright webhooks create --dialect github", false),
        ("hookwright --allow-local deliver --watch", false),
        ("hookwright --database x.db deliveries list", false),
        ("hookwright topics --search order", false),
        ("hookwright webhooks make", true),
        ("hookwright webhooks create --dialekt github", true),
        ("hookwright stats now", true),
        ("hookwright topics foo", true),
        ("hookwright send", true),
    ] {
        assert_eq!(helps.problem_of(&command(line).unwrap()).is_some(), is_wrong, "{line}");
    }
}
