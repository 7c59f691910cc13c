//! The cache of compiled code: hit, damage, strangers.
#![cfg(unix)]

use std::os::unix::fs::{PermissionsExt, symlink};

use tempfile::TempDir;

use super::*;

struct Fixture {
    engine: Engine,
    wasm: Vec<u8>,
    home: TempDir,
}

impl Fixture {
    fn new() -> Self {
        let wasm =
            wat::parse_str("(component (core module (func (export \"f\") (result i32) (i32.const 7))))").unwrap();
        Self { engine: Engine::new().unwrap(), wasm, home: tempfile::tempdir().unwrap() }
    }

    fn folder(&self) -> PathBuf {
        self.home.path().join("deep/hookwright")
    }

    fn source(&self) -> Source {
        CodeCache::in_folder(self.folder()).find_or_compile(&self.engine, &self.wasm).unwrap().1
    }

    fn entries(&self) -> Vec<PathBuf> {
        fs::read_dir(self.folder()).unwrap().map(|entry| entry.unwrap().path()).collect()
    }

    /// The path of the only entry.
    fn entry(&self) -> PathBuf {
        let entries = self.entries();
        assert_eq!(entries.len(), 1, "{entries:?}");
        entries[0].clone()
    }
}

fn mode(path: &Path) -> u32 {
    fs::metadata(path).unwrap().permissions().mode() & 0o777
}

fn set_mode(path: &Path, mode: u32) {
    fs::set_permissions(path, fs::Permissions::from_mode(mode)).unwrap();
}

#[test]
fn the_second_start_compiles_nothing() {
    let fixture = Fixture::new();
    assert_eq!(fixture.source(), Source::Compiler);
    assert_eq!(fixture.source(), Source::Cache);
    assert_eq!((mode(&fixture.folder()), mode(&fixture.entry())), (0o700, 0o600));
}

#[test]
fn disabled_means_disabled() {
    let Fixture { engine, wasm, .. } = Fixture::new();
    let source = || CodeCache::disabled().find_or_compile(&engine, &wasm).unwrap().1;
    assert_eq!((source(), source()), (Source::Compiler, Source::Compiler));
}

#[test]
fn a_damaged_entry_is_replaced() {
    let fixture = Fixture::new();
    fixture.source();
    let entry = fixture.entry();
    let whole = fs::read(&entry).unwrap();
    let mut flipped = whole.clone();
    *flipped.last_mut().unwrap() ^= 1;
    for damaged in [flipped, whole[..whole.len() - 1].to_vec(), whole[..20].to_vec(), Vec::new()] {
        fs::write(&entry, damaged).unwrap();
        assert_eq!(fixture.source(), Source::Compiler);
        assert_eq!(fixture.source(), Source::Cache, "it was written again");
    }
}

#[test]
fn well_wrapped_foreign_content_is_replaced() {
    let fixture = Fixture::new();
    fixture.source();
    let entry = fixture.entry();
    for foreign in [b"not compiled code".as_slice(), &fixture.wasm] {
        let mut bytes = MARK.to_vec();
        bytes.extend_from_slice(&Sha256::digest(foreign));
        bytes.extend_from_slice(foreign);
        fs::write(&entry, bytes).unwrap();
        assert_eq!(fixture.source(), Source::Compiler);
        assert_eq!(fixture.source(), Source::Cache);
    }
}

#[test]
fn an_entry_that_others_can_write_is_replaced() {
    let fixture = Fixture::new();
    fixture.source();
    set_mode(&fixture.entry(), 0o666);
    assert_eq!(fixture.source(), Source::Compiler);
    assert_eq!(mode(&fixture.entry()), 0o600);
    assert_eq!(fixture.source(), Source::Cache);
}

#[test]
fn a_folder_that_others_can_write_is_not_used() {
    let fixture = Fixture::new();
    fixture.source();
    for open_mode in [0o770, 0o777, 0o707] {
        set_mode(&fixture.folder(), open_mode);
        assert_eq!(fixture.source(), Source::Compiler, "{open_mode:o}");
    }
    set_mode(&fixture.folder(), 0o700);
    assert_eq!(fixture.source(), Source::Cache);
}

#[test]
fn a_link_to_a_folder_is_not_used() {
    let fixture = Fixture::new();
    let elsewhere = tempfile::tempdir().unwrap();
    fs::create_dir(fixture.home.path().join("deep")).unwrap();
    symlink(elsewhere.path(), fixture.folder()).unwrap();
    assert_eq!((fixture.source(), fixture.source()), (Source::Compiler, Source::Compiler));
    assert_eq!(fs::read_dir(elsewhere.path()).unwrap().count(), 0);
}

#[test]
fn a_folder_that_cannot_be_made_stops_nothing() {
    let fixture = Fixture::new();
    fs::write(fixture.home.path().join("deep"), "a file where a folder should be").unwrap();
    assert_eq!(fixture.source(), Source::Compiler);
}

#[test]
fn another_component_has_another_entry() {
    let mut fixture = Fixture::new();
    fixture.source();
    fixture.wasm = wat::parse_str("(component)").unwrap();
    assert_eq!(fixture.source(), Source::Compiler);
    assert_eq!(fixture.entries().len(), 2);
}

#[test]
fn only_the_newest_entries_are_kept() {
    let mut fixture = Fixture::new();
    for number in 0..ENTRIES + 3 {
        let text = format!("(component (core module (func (export \"f{number}\"))))");
        fixture.wasm = wat::parse_str(text).unwrap();
        assert_eq!(fixture.source(), Source::Compiler);
    }
    assert_eq!(fixture.entries().len(), ENTRIES);
    assert_eq!(fixture.source(), Source::Cache, "the last one is among them");
}
