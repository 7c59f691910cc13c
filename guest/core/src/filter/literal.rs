//! Numbers and strings, as CEL writes them.

use serde_json::{Number, Value};

use super::scan::Parser;

impl Parser<'_> {
    /// `12`, `-12`, `12u`, `1.5`, `.5`, `1e3`. `-` is taken as a part of the number.
    pub(super) fn number(&mut self) -> Option<Number> {
        let start = self.at;
        let is_negative = self.byte(start) == b'-';
        self.at += usize::from(is_negative);
        self.skip_space();
        let digits_start = self.at;
        let mut is_double = false;
        self.digits();
        if self.byte(self.at) == b'.' && self.byte(self.at + 1).is_ascii_digit() {
            self.at += 1;
            self.digits();
            is_double = true;
        }
        if self.at == digits_start {
            return self.fail(start, format_args!("expected a number; `-` stands only before one"));
        }
        if self.byte(self.at) | 0x20 == b'e' {
            self.at += 1;
            self.at += usize::from(matches!(self.byte(self.at), b'+' | b'-'));
            if self.digits() == 0 {
                return self.fail(self.at, format_args!("expected the digits of an exponent"));
            }
            is_double = true;
        }
        let digits = self.text.get(digits_start..self.at).unwrap_or_default().trim_start_matches('0');
        let is_unsigned = !is_double && self.byte(self.at) | 0x20 == b'u';
        self.at += usize::from(is_unsigned);
        if self.byte(self.at).is_ascii_alphanumeric() || self.byte(self.at) == b'_' {
            return self.fail(self.at, format_args!("expected the end of the number; text stands in quotes"));
        }
        let sign = if is_negative { "-" } else { "" };
        let zero = if digits.bytes().next().is_some_and(|first| first.is_ascii_digit()) { "" } else { "0" };
        // The reader of the data reads the literal too, so that the same digits are the same number.
        let number = match serde_json::from_str(&format!("{sign}{zero}{digits}")) {
            Ok(Value::Number(number)) => Some(number),
            _ => None,
        };
        let fits = |number: &Number| match (is_double, is_unsigned) {
            (true, _) => true,
            (_, true) => !is_negative && number.is_u64(),
            // `-0` is a double to the reader.
            _ => number.is_i64() || digits.is_empty(),
        };
        match number.filter(fits) {
            Some(number) => Some(number),
            None => self.fail(
                start,
                format_args!(
                    "a whole number lies between -2^63 and 2^63-1, with `u` behind it between 0 and 2^64-1, and one \
                     with a full stop or an exponent below 1.8e308"
                ),
            ),
        }
    }

    /// Goes past digits, and says how many.
    fn digits(&mut self) -> usize {
        let start = self.at;
        while self.byte(self.at).is_ascii_digit() {
            self.at += 1;
        }
        self.at - start
    }

    /// Text in quotes of one kind.
    pub(super) fn string(&mut self) -> Option<String> {
        let start = self.at;
        let quote = self.byte(start);
        let mut text = String::new();
        self.at += 1;
        loop {
            let run = self.at;
            while !matches!(self.byte(self.at), b'"' | b'\'' | b'\\' | 0..=0x1f) {
                self.at += 1;
            }
            text.push_str(self.text.get(run..self.at).unwrap_or_default());
            let found = self.byte(self.at);
            if found == quote {
                self.at += 1;
                return Some(text);
            }
            match found {
                b'\\' => match escaped(self.text.get(self.at + 1..).unwrap_or_default()) {
                    Some((character, length)) => {
                        text.push(character);
                        self.at += 1 + length;
                    }
                    None => {
                        return self.fail(
                            self.at,
                            format_args!(
                                "expected an escape that CEL knows: `\\\\`, `\\\"`, `\\'`, `\\n`, `\\t`, `\\xhh`, \
                                 `\\uhhhh`, `\\Uhhhhhhhh`, `\\ooo` and some more; write `\\\\` for one `\\`"
                            ),
                        );
                    }
                },
                b'"' | b'\'' => {
                    text.push(char::from(found));
                    self.at += 1;
                }
                _ if self.at >= self.text.len() => {
                    return self.fail(start, format_args!("the closing quote of this text is missing"));
                }
                _ => {
                    return self.fail(
                        self.at,
                        format_args!("write line ends and control characters as escapes, such as `\\n`"),
                    );
                }
            }
        }
    }
}

/// What the escape after `\` stands for, and its length.
fn escaped(rest: &str) -> Option<(char, usize)> {
    let first = rest.bytes().next()?;
    let (digits, radix) = match first {
        b'x' | b'X' => (1..3, 16),
        b'u' => (1..5, 16),
        b'U' => (1..9, 16),
        b'0'..=b'3' => (0..3, 8),
        _ => {
            let found = match first {
                b'a' => '\x07',
                b'b' => '\x08',
                b'f' => '\x0c',
                b'n' => '\n',
                b'r' => '\r',
                b't' => '\t',
                b'v' => '\x0b',
                b'\\' | b'?' | b'"' | b'\'' | b'`' => char::from(first),
                _ => return None,
            };
            return Some((found, 1));
        }
    };
    let length = digits.end;
    let mut code = 0_u32;
    for digit in rest.as_bytes().get(digits)? {
        code = code.checked_mul(radix)?.checked_add(char::from(*digit).to_digit(radix)?)?;
    }
    Some((char::from_u32(code)?, length))
}
