//! Puts the core component into the library, where `cargo xtask build-guest` has made it, and keeps the library in memory
//! once it is loaded: a thread of ours runs in it, and the compiled component stays for the next request, while PHP unloads
//! what a request has loaded.

use std::env;
use std::error::Error;
use std::fs;
use std::io::ErrorKind;
use std::path::PathBuf;

fn main() -> Result<(), Box<dyn Error>> {
    let component = PathBuf::from(env::var("CARGO_MANIFEST_DIR")?).join("../../../dist/hookwright.wasm");
    println!("cargo::rerun-if-changed={}", component.display());
    let bytes = match fs::read(&component) {
        Ok(bytes) => bytes,
        Err(error) if error.kind() == ErrorKind::NotFound => Vec::new(),
        Err(error) => return Err(format!("cannot read {}: {error}", component.display()).into()),
    };
    fs::write(PathBuf::from(env::var("OUT_DIR")?).join("hookwright.wasm"), bytes)?;
    if env::var("CARGO_CFG_TARGET_OS").is_ok_and(|os| matches!(os.as_str(), "linux" | "android" | "freebsd")) {
        println!("cargo::rustc-cdylib-link-arg=-Wl,-z,nodelete");
    }
    Ok(())
}
