//! Decides what a file is, from its bytes alone, so that a wrong one is refused by name and not by a parser's words.
//!
//! Knows neither wasmtime nor the world `webhooks`. Source: WebAssembly core specification, "Binary format, modules",
//! and component-model `Binary.md`: a preamble of 8 bytes, then sections of id, LEB128 size and content.

const MAGIC: &[u8] = b"\0asm";
const CORE_MODULE: [u8; 4] = [1, 0, 0, 0];
const COMPONENT: [u8; 4] = [0x0d, 0, 1, 0];

/// What a file is.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub enum FileKind {
    /// A WebAssembly component, as far as its frame shows.
    Component,
    /// A WebAssembly core module, which is what a compiler gives before it is made a component.
    CoreModule,
    /// WebAssembly of a binary version that is neither.
    UnknownVersion,
    /// WebAssembly that ends in the middle.
    Truncated,
    /// WebAssembly in its text format.
    WasmText,
    /// Machine code: a program, a library or a precompiled component.
    MachineCode,
    /// No bytes at all.
    Empty,
    /// Some other text.
    Text,
    /// Some other data.
    Unknown,
}

impl FileKind {
    /// Looks at the frame of `bytes`, without reading what is in it.
    #[must_use]
    pub fn of(bytes: &[u8]) -> Self {
        if bytes.is_empty() {
            return Self::Empty;
        }
        let Some(rest) = bytes.strip_prefix(MAGIC) else {
            return Self::not_wasm(bytes);
        };
        let Some((version, sections)) = rest.split_first_chunk::<4>() else {
            return Self::Truncated;
        };
        match *version {
            CORE_MODULE | COMPONENT if !are_whole(sections) => Self::Truncated,
            CORE_MODULE => Self::CoreModule,
            COMPONENT => Self::Component,
            _ => Self::UnknownVersion,
        }
    }

    /// The kind in words, with what to do about it.
    #[must_use]
    pub fn describe(self) -> &'static str {
        match self {
            Self::Component => "a WebAssembly component",
            Self::CoreModule => {
                "a WebAssembly core module, not yet made a component (`cargo xtask build-guest` does it)"
            }
            Self::UnknownVersion => "WebAssembly of a binary version that this host does not know",
            Self::Truncated => "a WebAssembly file that ends too early; copy or build it again",
            Self::WasmText => "WebAssembly in its text format; it must be the binary component",
            Self::MachineCode => "machine code; it must be the component as it was built, not a compiled form of it",
            Self::Empty => "an empty file",
            Self::Text => "a text file",
            Self::Unknown => "not WebAssembly",
        }
    }

    fn not_wasm(bytes: &[u8]) -> Self {
        let Ok(text) = std::str::from_utf8(bytes) else {
            return if bytes.starts_with(b"\x7fELF") { Self::MachineCode } else { Self::Unknown };
        };
        let text = text.trim_start();
        if text.starts_with("(component") || text.starts_with("(module") {
            Self::WasmText
        } else if text.contains('\0') {
            Self::Unknown
        } else {
            Self::Text
        }
    }
}

/// Whether the sections fill the file to its end, and no further.
fn are_whole(mut sections: &[u8]) -> bool {
    while let Some((_id, rest)) = sections.split_first() {
        let Some((size, rest)) = leb128(rest) else { return false };
        let Some(rest) = rest.get(size..) else { return false };
        sections = rest;
    }
    true
}

/// An unsigned LEB128 number of at most 32 bits, and what follows it.
fn leb128(bytes: &[u8]) -> Option<(usize, &[u8])> {
    let mut value = 0u64;
    for (index, byte) in bytes.iter().take(5).enumerate() {
        value |= u64::from(byte & 0x7f) << (7 * index);
        if byte & 0x80 == 0 {
            return Some((usize::try_from(value).ok()?, &bytes[index + 1..]));
        }
    }
    None
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn kinds_are_told_apart() {
        let module = wat::parse_str("(module (func (export \"f\")))").unwrap();
        let component = wat::parse_str("(component (core module (func (export \"f\"))))").unwrap();
        for (bytes, kind) in [
            (module.as_slice(), FileKind::CoreModule),
            (component.as_slice(), FileKind::Component),
            (&component[..component.len() - 1], FileKind::Truncated),
            (&module[..6], FileKind::Truncated),
            (b"\0asm\x0c\0\x01\0", FileKind::UnknownVersion),
            (b"  (component)", FileKind::WasmText),
            (b"\x7fELF\x02\x01\xff", FileKind::MachineCode),
            (b"", FileKind::Empty),
            (b"<!doctype html>", FileKind::Text),
            (b"PK\x03\x04\xff", FileKind::Unknown),
        ] {
            assert_eq!(FileKind::of(bytes), kind, "{bytes:?}");
        }
    }

    #[test]
    fn every_shorter_component_is_truncated() {
        let component = wat::parse_str("(component (core module (func (export \"f\"))))").unwrap();
        let sections = 8;
        for len in 4..component.len() {
            let expected = if len == sections { FileKind::Component } else { FileKind::Truncated };
            assert_eq!(FileKind::of(&component[..len]), expected, "{len} bytes");
        }
    }

    #[test]
    fn a_size_that_never_ends_is_truncated() {
        assert_eq!(FileKind::of(b"\0asm\x0d\0\x01\0\x01\xff\xff\xff\xff\xff\xff"), FileKind::Truncated);
    }
}
