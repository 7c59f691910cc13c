//! [`hookwright_fuzz::verify_headers`] on the bytes of libFuzzer.

#![no_main]

libfuzzer_sys::fuzz_target!(|bytes: &[u8]| hookwright_fuzz::verify_headers(bytes));
