//! JSON as form pairs, as PHP's `http_build_query` writes them and PHP reads them back into `$_POST`.
//!
//! `{"data":{"items":[{"sku":"a b"}]}}` becomes `data[items][0][sku]=a b` with everything but letters, digits, `-`, `_`
//! and `.` percent-encoded (the brackets too) and a `+` for a space. True is `1`, false is `0`; nulls, empty lists and
//! empty objects leave no pair. A number keeps its digits as written. Pairs stand in the order of the data; of a name
//! that stands twice PHP takes the last. What is neither object nor list is the pair `data=…`.

use super::TooLarge;
use crate::export::tree::{Kind, Tree};

/// The pairs with `&` between them.
pub(super) fn write(compact: &str) -> Result<String, TooLarge> {
    let tree = Tree::read(compact);
    let mut pairs = Pairs { text: String::with_capacity(compact.len()), name: String::new(), depth: 0 };
    match tree.kind {
        Kind::Scalar(_) => pairs.member("data", &tree)?,
        _ => pairs.value(&tree)?,
    }
    Ok(pairs.text)
}

struct Pairs {
    text: String,
    /// Of the value at hand, encoded. One text for all, because data may have a long name above many values.
    name: String,
    depth: u32,
}

impl Pairs {
    fn member(&mut self, key: &str, value: &Tree<'_>) -> Result<(), TooLarge> {
        let outer = self.name.len();
        if self.depth == 0 {
            encode(key, &mut self.name);
        } else {
            self.name.push_str("%5B");
            encode(key, &mut self.name);
            self.name.push_str("%5D");
        }
        self.depth += 1;
        self.value(value)?;
        self.depth -= 1;
        self.name.truncate(outer);
        Ok(())
    }

    fn value(&mut self, value: &Tree<'_>) -> Result<(), TooLarge> {
        match &value.kind {
            Kind::Object(fields) => fields.iter().try_for_each(|(key, value)| self.member(key, value)),
            Kind::List(items) => {
                items.iter().enumerate().try_for_each(|(index, item)| self.member(&index.to_string(), item))
            }
            Kind::Scalar("null") => Ok(()),
            Kind::Scalar(kind) => {
                TooLarge::check(self.text.len() + self.name.len())?;
                if !self.text.is_empty() {
                    self.text.push('&');
                }
                self.text.push_str(&self.name);
                self.text.push('=');
                match (*kind, value.text()) {
                    (_, Some(text)) => encode(&text, &mut self.text),
                    ("boolean", None) => self.text.push(if value.raw == "true" { '1' } else { '0' }),
                    (_, None) => encode(value.raw, &mut self.text),
                }
                TooLarge::check(self.text.len())
            }
        }
    }
}

/// As PHP's `urlencode`.
fn encode(plain: &str, out: &mut String) {
    const HEX: [char; 16] = ['0', '1', '2', '3', '4', '5', '6', '7', '8', '9', 'A', 'B', 'C', 'D', 'E', 'F'];
    for byte in plain.bytes() {
        match byte {
            b'0'..=b'9' | b'A'..=b'Z' | b'a'..=b'z' | b'-' | b'_' | b'.' => out.push(char::from(byte)),
            b' ' => out.push('+'),
            _ => out.extend(['%', HEX[usize::from(byte >> 4)], HEX[usize::from(byte & 15)]]),
        }
    }
}
