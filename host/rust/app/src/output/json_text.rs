//! Lays JSON text out for reading, token by token, so that no number and no order of fields changes.

/// The text, which must be JSON, with one value on each line, two spaces for each level.
pub(crate) fn pretty(compact: &str) -> String {
    let mut out = String::with_capacity(compact.len() * 2);
    let mut depth = 0_usize;
    let mut place = Place::Outside;
    let mut chars = compact.chars().peekable();
    while let Some(c) = chars.next() {
        if place != Place::Outside {
            out.push(c);
            place = place.after(c);
            continue;
        }
        match c {
            '{' | '[' => {
                out.push(c);
                match chars.peek() {
                    Some(close @ ('}' | ']')) => {
                        out.push(*close);
                        chars.next();
                    }
                    _ => {
                        depth += 1;
                        new_line(&mut out, depth);
                    }
                }
            }
            '}' | ']' => {
                depth = depth.saturating_sub(1);
                new_line(&mut out, depth);
                out.push(c);
            }
            ',' => {
                out.push(c);
                new_line(&mut out, depth);
            }
            ':' => out.push_str(": "),
            ' ' | '\t' | '\r' | '\n' => {}
            _ => {
                out.push(c);
                place = place.after(c);
            }
        }
    }
    out
}

/// Where in the text a character is.
#[derive(Clone, Copy, PartialEq, Eq)]
enum Place {
    Outside,
    InString,
    /// After a backslash.
    Escaped,
}

impl Place {
    fn after(self, c: char) -> Self {
        match (self, c) {
            (Self::Outside, '"') | (Self::Escaped, _) => Self::InString,
            (Self::InString, '\\') => Self::Escaped,
            (Self::InString, '"') => Self::Outside,
            (place, _) => place,
        }
    }
}

fn new_line(out: &mut String, depth: usize) {
    out.push('\n');
    out.extend(std::iter::repeat_n("  ", depth));
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stand_on_lines_of_their_own() {
        assert_eq!(
            pretty(r#"{"b":1.50,"a":[{},[],"x, {\"y\": 1}"],"c":{"d":null}}"#),
            "{\n  \"b\": 1.50,\n  \"a\": [\n    {},\n    [],\n    \"x, {\\\"y\\\": 1}\"\n  ],\n  \"c\": {\n    \"d\": null\n  }\n}"
        );
    }

    #[test]
    fn space_between_tokens_is_laid_out_anew() {
        assert_eq!(pretty("{ \"a b\" :\n1.50 }"), "{\n  \"a b\": 1.50\n}");
    }

    #[test]
    fn a_plain_value_stays() {
        assert_eq!(pretty(r#""a\\""#), r#""a\\""#);
        assert_eq!(pretty("12345678901234567890.10"), "12345678901234567890.10");
    }
}
