//! What `cargo xtask demo` shows a stranger: it judges itself, and must end well.

use std::process::Command;

/// Needs the program `hookwright` of the same build beside it, as `cargo xtask test` makes it.
#[test]
fn the_demo_ends_well() {
    let output = Command::new(env!("CARGO_BIN_EXE_demo")).output().unwrap();
    let (told, said) = (String::from_utf8_lossy(&output.stdout), String::from_utf8_lossy(&output.stderr));
    assert!(output.status.success(), "{told}\n{said}");
    assert!(told.contains("All well"), "{told}");
}
