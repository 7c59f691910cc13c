//! Decides what a terminal gets of a text from outside: nothing that it would obey.

/// The text with control characters replaced, but for tabs, and without marks that turn the direction of writing.
pub(crate) fn printable(text: &str) -> String {
    text.chars().map(|c| if obeyed(c) { char::REPLACEMENT_CHARACTER } else { c }).collect()
}

/// JSON text with such characters as escapes. The text is valid JSON, where they stand only in strings.
pub(crate) fn printable_json(json: &str) -> String {
    let mut out = String::with_capacity(json.len());
    for c in json.chars() {
        if obeyed(c) && c != '\n' {
            out.push_str(&format!("\\u{:04x}", u32::from(c)));
        } else {
            out.push(c);
        }
    }
    out
}

/// Bytes as text, as far as they are.
pub(crate) fn text_of(bytes: &[u8]) -> String {
    String::from_utf8_lossy(bytes).into_owned()
}

fn obeyed(c: char) -> bool {
    c.is_control() && c != '\t' || matches!(c, '\u{202a}'..='\u{202e}' | '\u{2066}'..='\u{2069}')
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn nothing_is_left_to_obey() {
        assert_eq!(
            printable("a\tb\u{1b}[31mred\u{7}\u{9b}2J\r\u{202e}x"),
            "a\tb\u{fffd}[31mred\u{fffd}\u{fffd}2J\u{fffd}\u{fffd}x"
        );
        assert_eq!(printable("Zahlung für Ñandú 決済"), "Zahlung für Ñandú 決済");
    }

    #[test]
    fn json_stays_the_same_json() {
        let json = "{\n \"a\": \"\u{9b}2J\u{202e}\"}";
        let shown = printable_json(json);
        assert_eq!(shown, "{\n \"a\": \"\\u009b2J\\u202e\"}");
        let value = |text| serde_json::from_str::<serde_json::Value>(text).unwrap();
        assert_eq!(value(&shown), value(json));
    }

    #[test]
    fn bytes_that_are_no_text_do_not_hide_the_rest() {
        assert_eq!(text_of(b"ok \xff"), "ok \u{fffd}");
    }
}
