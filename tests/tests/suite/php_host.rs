//! The PHP host, by its own tests (host/php/tests): with the C library and the command of this build, and deliveries
//! verified by a library that is not ours.

use std::path::{Path, PathBuf};
use std::process::Command;

use hookwright_test_servers::{Brand, shared};
use hookwright_tests::outside_tools::node_package;
use hookwright_tests::php::php;

fn host() -> PathBuf {
    Path::new(env!("CARGO_MANIFEST_DIR")).join("../host/php").canonicalize().unwrap()
}

/// Where cargo has put what this test was built with: the C library; one folder above it the programs.
fn built() -> PathBuf {
    std::env::current_exe().unwrap().parent().unwrap().to_owned()
}

/// Needs the program `hookwright` of the same build, as `cargo xtask test` makes it.
#[test]
fn its_own_tests_pass() {
    let (Some(php), Some(verifier)) = (php(), node_package("standardwebhooks", "1.0.0")) else { return };
    let mut tests = Command::new(&php.command);
    tests
        .arg(host().join("tests/run.php"))
        .env("PHP_HOOKWRIGHT_LIBRARY", built().join("libhookwright_capi.so"))
        .env("PHP_HOOKWRIGHT_TEST_CLI", built().join("../hookwright"))
        .env("PHP_HOOKWRIGHT_TEST_FPM", &php.fpm)
        .env("PHP_HOOKWRIGHT_TEST_VERIFIER", verifier.folder());
    for (brand, name) in [(Brand::Postgres, "PGSQL"), (Brand::Mariadb, "MYSQL")] {
        if let Some(server) = shared(brand) {
            tests.env(format!("PHP_HOOKWRIGHT_TEST_{name}"), server.database().tcp_url);
        }
    }
    let output = tests.output().unwrap();
    let (told, said) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{told}\n{said}");
    assert!(told.lines().filter(|line| line.starts_with("ok ")).count() >= 20, "{told}");
}

/// PHP reads a copy, because it knows no preprocessor.
#[test]
fn php_declares_what_the_header_declares() {
    let header = include_str!("../../../host/rust/capi/include/hookwright.h");
    let copy = include_str!("../../../host/php/src/Internal/hookwright.ffi.h");
    let mut declared = String::new();
    let mut rest = header;
    while let Some((code, comment)) = rest.split_once("/*") {
        declared += code;
        rest = comment.split_once("*/").unwrap().1;
    }
    declared += rest;
    let words = |text: &str| -> Vec<String> {
        text.lines()
            .filter(|line| !line.starts_with('#') && !matches!(*line, "extern \"C\" {" | "}"))
            .flat_map(str::split_whitespace)
            .map(str::to_owned)
            .collect()
    };
    assert_eq!(words(&declared), words(copy));
}
