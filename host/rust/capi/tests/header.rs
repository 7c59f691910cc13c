//! The header, from C: a program that the C compiler of this machine makes and links against the library.
#![expect(clippy::unwrap_used, reason = "what fails in a helper is a failed test too")]

use std::path::{Path, PathBuf};
use std::process::{Command, Output};

/// The library lies beside this test, where cargo has built it.
fn library_folder() -> PathBuf {
    let folder = std::env::current_exe().unwrap().parent().unwrap().to_owned();
    assert!(folder.join("libhookwright_capi.so").is_file(), "no library in {}", folder.display());
    folder
}

fn run(command: &mut Command) -> Output {
    let output = command.output().unwrap_or_else(|error| panic!("{command:?}: {error}; install a C compiler"));
    let said = String::from_utf8_lossy(&output.stderr);
    assert!(output.status.success(), "{command:?}: {}\n{said}", output.status);
    output
}

#[test]
#[cfg_attr(not(target_os = "linux"), ignore = "the names of libraries differ elsewhere")]
fn a_c_program_finds_everything_as_the_header_says() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let component = here.join("../../../dist/hookwright.wasm");
    assert!(component.is_file(), "dist/hookwright.wasm is missing; build it with `cargo xtask build-guest`");
    let folder = tempfile::tempdir().unwrap();
    let program = folder.path().join("program");
    let library = library_folder();
    let strict = ["-std=gnu11", "-Wall", "-Wextra", "-Werror", "-pedantic"];
    run(Command::new("cc")
        .args(strict)
        .arg("-I")
        .arg(here.join("include"))
        .arg(here.join("tests/program.c"))
        .arg("-o")
        .arg(&program)
        .arg("-L")
        .arg(&library)
        .arg("-lhookwright_capi"));
    let cache = folder.path().join("cache");
    let output = run(Command::new(&program)
        .arg(&component)
        .arg(&cache)
        .arg(env!("CARGO_PKG_VERSION"))
        .env("LD_LIBRARY_PATH", &library));
    assert!(String::from_utf8_lossy(&output.stdout).contains("imports answered"));
    let kept = std::fs::read_dir(&cache).unwrap().count();
    assert_eq!(kept, 1, "the compiled code is kept once");
}

#[test]
fn the_header_is_c_plus_plus_too() {
    let here = Path::new(env!("CARGO_MANIFEST_DIR"));
    let header = here.join("include/hookwright.h");
    run(Command::new("cc").args(["-x", "c++", "-fsyntax-only", "-Wall", "-Werror"]).arg(header));
}
