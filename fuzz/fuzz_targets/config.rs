//! [`hookwright_fuzz::config`] on the bytes of libFuzzer.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| hookwright_fuzz::config(bytes));
