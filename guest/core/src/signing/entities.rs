//! How WooCommerce reads the secret that WordPress stored: with the HTML entities of five characters undone.
//!
//! The key is `wp_specialchars_decode` of the secret with both quotes (WooCommerce 9, `class-wc-webhook.php`,
//! `generate_signature`). That function undoes what escaping can have written, and no other entity: `&amp;`, `&lt;`,
//! `&gt;`, `&quot;`, the decimal numbers of `&`, `<`, `>`, `"` and `'` with any number of zeros before them, and the
//! hexadecimal numbers of `&`, `"` and `'`. So `&apos;`, `&nbsp;`, `&#233;` and `&#x3c;` stay as they are. One pass:
//! `&amp;lt;` becomes `&lt;`.

/// The text without those entities.
pub(super) fn unescape(text: &str) -> String {
    let mut plain = String::with_capacity(text.len());
    let mut rest = text;
    while let Some(at) = rest.find('&') {
        plain.push_str(&rest[..at]);
        rest = &rest[at..];
        let entity = rest.find(';').and_then(|end| Some((character(&rest[1..end])?, end)));
        if let Some((character, end)) = entity {
            plain.push(character);
            rest = &rest[end + 1..];
        } else {
            plain.push('&');
            rest = &rest[1..];
        }
    }
    plain.push_str(rest);
    plain
}

/// The character of an entity, given without `&` and `;`.
fn character(entity: &str) -> Option<char> {
    let Some(number) = entity.strip_prefix('#') else {
        return match entity {
            "amp" => Some('&'),
            "lt" => Some('<'),
            "gt" => Some('>'),
            "quot" => Some('"'),
            _ => None,
        };
    };
    if let Some(hex) = number.strip_prefix(['x', 'X']) {
        return match hex.trim_start_matches('0') {
            "26" => Some('&'),
            "22" => Some('"'),
            "27" => Some('\''),
            _ => None,
        };
    }
    match number.trim_start_matches('0') {
        "38" => Some('&'),
        "60" => Some('<'),
        "62" => Some('>'),
        "34" => Some('"'),
        "39" => Some('\''),
        _ => None,
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(text: &str, expected: &str) {
        assert_eq!(unescape(text), expected, "{text:?}");
    }

    #[test]
    fn what_escaping_wrote_is_undone() {
        check("a&amp;b&lt;c&gt;d&quot;e&#039;f&#39;g", r#"a&b<c>d"e'f'g"#);
        check("&#38;&#060;&#0062;&#34;&#x26;&#x027;&#X22;", r#"&<>"&'""#);
        check("&amp;lt; &amp;amp; &amp;#39;", "&lt; &amp; &#39;");
    }

    #[test]
    fn nothing_else_is() {
        let kept = "&apos; &nbsp; &eacute; &#233; &#x3c; &#x3e; &AMP; &LT; & &; &# &#; &#x; &amp &#39 a;b &&&";
        check(kept, kept);
        check("& &amp;", "& &");
        check("&&amp;;", "&&;");
        check("", "");
    }

    proptest! {
        #[test]
        fn an_escaped_text_comes_back(text in ".{0,40}") {
            let escaped = text.replace('&', "&amp;").replace('<', "&lt;").replace('>', "&gt;");
            prop_assert_eq!(unescape(&escaped.replace('"', "&quot;").replace('\'', "&#039;")), text);
        }
    }
}
