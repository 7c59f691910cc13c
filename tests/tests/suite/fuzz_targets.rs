//! The targets of `fuzz/` on the stable compiler: over their corpus, and over some thousands of changed copies of it.
//!
//! Decides how inputs are changed, from a fixed seed; what must hold of them stands in fuzz/src.

use std::collections::BTreeSet;
use std::fs;
use std::panic::{AssertUnwindSafe, catch_unwind};
use std::path::{Path, PathBuf};

use hookwright_fuzz::TARGETS;

const CHANGED: usize = 4_000;
const LONGEST: usize = 2_000;
/// What parsers stumble over, to put into inputs.
const TOKENS: [&str; 24] = [
    "\0",
    "\r\n",
    "\u{feff}",
    "\u{a0}",
    "\u{202e}",
    "😀",
    "%00",
    "%",
    "\\u0000",
    "\\ud800",
    "\"",
    "'",
    "[",
    "{",
    "(",
    "!",
    ":",
    ",",
    "=",
    "*",
    "9223372036854775808",
    "-0",
    "1e999",
    "../",
];

#[test]
fn every_target_has_its_program_and_its_corpus() {
    let names: BTreeSet<String> = TARGETS.iter().map(|(name, _)| (*name).to_owned()).collect();
    assert_eq!(names.len(), TARGETS.len());
    let programs = names_in("fuzz_targets").iter().map(|name| name.replace(".rs", "")).collect();
    assert_eq!(names, programs);
    assert_eq!(names, names_in("corpus"));
    let manifest = fs::read_to_string(folder().join("Cargo.toml")).unwrap();
    for name in names {
        assert!(manifest.contains(&format!("name = \"{name}\"\n")), "fuzz/Cargo.toml has no program {name}");
        assert!(names_in(&format!("corpus/{name}")).len() >= 2, "{name} has too small a corpus");
    }
}

#[test]
fn every_target_holds_over_its_corpus_and_changed_copies_of_it() {
    for (name, target) in TARGETS {
        let corpus = corpus(name);
        let mut dice = Dice(1);
        for input in &corpus {
            run(name, target, input);
        }
        run(name, target, b"");
        for _ in 0..CHANGED {
            let mut input = corpus[dice.below(corpus.len())].clone();
            for _ in 0..=dice.below(4) {
                change(&mut input, &corpus, &mut dice);
            }
            input.truncate(LONGEST);
            run(name, target, &input);
        }
    }
}

/// What fails is told in a form that can be put into the corpus.
#[track_caller]
fn run(name: &str, target: fn(&[u8]), input: &[u8]) {
    let result = catch_unwind(AssertUnwindSafe(|| target(input)));
    assert!(result.is_ok(), "{name} fails for b\"{}\"", input.escape_ascii());
}

fn change(input: &mut Vec<u8>, corpus: &[Vec<u8>], dice: &mut Dice) {
    let at = dice.below(input.len() + 1);
    let end = (at + 1 + dice.below(8)).min(input.len());
    match dice.below(8) {
        0 => drop(input.drain(at..end)),
        1 => input.truncate(at),
        2 => drop(input.splice(at..end, [dice.below(256) as u8])),
        3 if at < input.len() => input[at] ^= 1 << dice.below(8),
        4 => {
            let part = input[at..end].repeat(1 + dice.below(40));
            drop(input.splice(at..at, part));
        }
        5 => {
            let other = &corpus[dice.below(corpus.len())];
            let from = dice.below(other.len() + 1);
            drop(input.splice(at..end, other[from..].iter().copied()));
        }
        6 => drop(input.splice(at..at, (32 + dice.below(95)).to_string().bytes())),
        _ => drop(input.splice(at..at, TOKENS[dice.below(TOKENS.len())].bytes())),
    }
}

fn corpus(name: &str) -> Vec<Vec<u8>> {
    let below = format!("corpus/{name}");
    names_in(&below).into_iter().map(|file| fs::read(folder().join(&below).join(file)).unwrap()).collect()
}

fn names_in(below: &str) -> BTreeSet<String> {
    let entries = fs::read_dir(folder().join(below)).unwrap();
    entries.map(|entry| entry.unwrap().file_name().into_string().unwrap()).collect()
}

fn folder() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../fuzz")
}

/// Draws that depend on the seed alone (xorshift64*).
struct Dice(u64);

impl Dice {
    fn below(&mut self, sides: usize) -> usize {
        self.0 ^= self.0 >> 12;
        self.0 ^= self.0 << 25;
        self.0 ^= self.0 >> 27;
        (self.0.wrapping_mul(0x2545_f491_4f6c_dd1d) >> 33) as usize % sides
    }
}
