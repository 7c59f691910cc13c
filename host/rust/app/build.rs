//! Puts the core component into the program, where `cargo xtask build-guest` has made it; else the program is built
//! without one and wants `--component`.

use std::env;
use std::error::Error;
use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn Error>> {
    let workspace = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../../..");
    let component = workspace.join("dist/hookwright.wasm");
    println!("cargo::rerun-if-changed={}", component.display());
    let bytes = match fs::read(&component) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(format!("cannot read {}: {error}", component.display()).into()),
    };
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("hookwright.wasm"), bytes)?;
    Ok(())
}
