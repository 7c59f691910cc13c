//! JSON text as a tree that keeps what a map would lose, and the few functions that write JSON.
//!
//! Keys stay in their order and numbers as written, whatever features of `serde_json` a program around us turns on:
//! the same catalogue gives the same bytes everywhere.

/// A value in compact, valid JSON text.
#[derive(Clone, Debug)]
pub(crate) struct Tree<'t> {
    /// The text of this value.
    pub(crate) raw: &'t str,
    pub(crate) kind: Kind<'t>,
}

#[derive(Clone, Debug)]
pub(crate) enum Kind<'t> {
    /// The JSON Schema word for it.
    Scalar(&'static str),
    List(Vec<Tree<'t>>),
    /// A name that stands twice is here twice.
    Object(Vec<(String, Tree<'t>)>),
}

impl<'t> Tree<'t> {
    /// Reads what [`crate::json::compact`] has let through. Other text gives some tree, and no panic.
    pub(crate) fn read(compact: &'t str) -> Self {
        value(compact, &mut 0)
    }

    /// The value of a key; the last where it stands twice, as in most readers.
    pub(crate) fn field(&self, name: &str) -> Option<&Self> {
        self.fields().iter().rev().find(|(key, _)| key == name).map(|(_, value)| value)
    }

    pub(crate) fn fields(&self) -> &[(String, Self)] {
        match &self.kind {
            Kind::Object(fields) => fields,
            _ => &[],
        }
    }

    pub(crate) fn items(&self) -> &[Self] {
        match &self.kind {
            Kind::List(items) => items,
            _ => &[],
        }
    }

    /// The content of a string.
    pub(crate) fn text(&self) -> Option<String> {
        self.raw.starts_with('"').then(|| unquoted(self.raw))
    }
}

/// A JSON string.
pub(crate) fn quoted(text: &str) -> String {
    serde_json::Value::from(text).to_string()
}

/// A JSON object of names and JSON texts.
pub(super) fn object<K: AsRef<str>>(fields: &[(K, String)]) -> String {
    let fields: Vec<String> = fields.iter().map(|(name, value)| format!("{}:{value}", quoted(name.as_ref()))).collect();
    format!("{{{}}}", fields.join(","))
}

/// A JSON list of JSON texts.
pub(super) fn list(items: impl Iterator<Item = String>) -> String {
    format!("[{}]", items.collect::<Vec<_>>().join(","))
}

/// Compact JSON with line ends and two spaces for each level, as people read it.
pub(super) fn pretty(compact: &str) -> String {
    let mut out = String::with_capacity(compact.len() * 2);
    let mut level = 0usize;
    let mut rest = compact.char_indices().peekable();
    let line = |out: &mut String, level: usize| {
        out.push('\n');
        out.extend(core::iter::repeat_n("  ", level));
    };
    while let Some((at, letter)) = rest.next() {
        match letter {
            '"' => {
                let end = end_of_string(compact, at);
                out.push_str(&compact[at..end]);
                while rest.next_if(|(next, _)| *next < end).is_some() {}
            }
            '{' | '[' => {
                out.push(letter);
                match rest.next_if(|(_, next)| matches!(next, '}' | ']')) {
                    Some((_, close)) => out.push(close),
                    None => {
                        level += 1;
                        line(&mut out, level);
                    }
                }
            }
            '}' | ']' => {
                level = level.saturating_sub(1);
                line(&mut out, level);
                out.push(letter);
            }
            ',' => {
                out.push(',');
                line(&mut out, level);
            }
            ':' => out.push_str(": "),
            _ => out.push(letter),
        }
    }
    out
}

fn value<'t>(text: &'t str, at: &mut usize) -> Tree<'t> {
    let start = *at;
    let kind = match text.as_bytes().get(start) {
        Some(b'{') => {
            let mut fields = Vec::new();
            while goes_on(text, at, b'}') {
                let end = end_of_string(text, *at);
                let name = unquoted(&text[*at..end]);
                *at = end + 1;
                fields.push((name, value(text, at)));
            }
            Kind::Object(fields)
        }
        Some(b'[') => {
            let mut items = Vec::new();
            while goes_on(text, at, b']') {
                items.push(value(text, at));
            }
            Kind::List(items)
        }
        Some(b'"') => {
            *at = end_of_string(text, start);
            Kind::Scalar("string")
        }
        _ => {
            let rest = text.get(start..).unwrap_or_default();
            *at = start + rest.find([',', ']', '}']).unwrap_or(rest.len());
            match rest.as_bytes().first() {
                Some(b't' | b'f') => Kind::Scalar("boolean"),
                Some(b'n') | None => Kind::Scalar("null"),
                _ if text[start..*at].contains(['.', 'e', 'E']) => Kind::Scalar("number"),
                _ => Kind::Scalar("integer"),
            }
        }
    };
    Tree { raw: text.get(start..*at).unwrap_or_default(), kind }
}

/// Steps over the opening bracket or a comma; false, and past the bracket, when `close` follows.
fn goes_on(text: &str, at: &mut usize, close: u8) -> bool {
    let here = text.as_bytes().get(*at).copied();
    let more = match here {
        Some(b'{' | b'[') => text.as_bytes().get(*at + 1).is_some_and(|next| *next != close),
        Some(b',') => true,
        _ => false,
    };
    *at += if !more && here != Some(close) { 2 } else { 1 };
    *at = (*at).min(text.len());
    more
}

/// The place after the closing quote of the string that opens at `open`.
fn end_of_string(text: &str, open: usize) -> usize {
    let bytes = text.as_bytes();
    let mut at = open + 1;
    while let Some(byte) = bytes.get(at) {
        match byte {
            b'"' => return at + 1,
            b'\\' => at += 2,
            _ => at += 1,
        }
    }
    text.len()
}

fn unquoted(text: &str) -> String {
    serde_json::from_str(text).unwrap_or_default()
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check_pretty(compact: &str, expected: &str) {
        assert_eq!(pretty(compact), expected);
    }

    #[test]
    fn a_tree_keeps_order_and_digits() {
        let tree = Tree::read(r#"{"b":[1,-2.50,"x\"]}"],"a":{},"b2":[],"n":12345678901234567890123}"#);
        let names: Vec<&str> = tree.fields().iter().map(|(name, _)| name.as_str()).collect();
        assert_eq!(names, ["b", "a", "b2", "n"]);
        let items: Vec<&str> = tree.field("b").unwrap().items().iter().map(|item| item.raw).collect();
        assert_eq!(items, ["1", "-2.50", r#""x\"]}""#]);
        assert_eq!(tree.field("b").unwrap().items()[2].text().as_deref(), Some("x\"]}"));
        assert_eq!(tree.field("n").unwrap().raw, "12345678901234567890123");
        assert_eq!(tree.field("a").unwrap().raw, "{}");
    }

    #[test]
    fn pretty_json_has_one_value_on_a_line() {
        check_pretty(
            r#"{"a":[1,"b:,{"],"c":{},"d":[]}"#,
            "{\n  \"a\": [\n    1,\n    \"b:,{\"\n  ],\n  \"c\": {},\n  \"d\": []\n}",
        );
        check_pretty(r#""\\""#, r#""\\""#);
    }

    fn json() -> impl Strategy<Value = serde_json::Value> {
        let leaf = prop_oneof![
            Just(serde_json::Value::Null),
            any::<bool>().prop_map(Into::into),
            any::<i64>().prop_map(Into::into),
            any::<String>().prop_map(Into::into),
        ];
        leaf.prop_recursive(5, 40, 6, |inner| {
            prop_oneof![
                prop::collection::vec(inner.clone(), 0..5).prop_map(Into::into),
                prop::collection::btree_map(any::<String>(), inner, 0..5)
                    .prop_map(|map| serde_json::Value::Object(map.into_iter().collect())),
            ]
        })
    }

    fn written(tree: &Tree<'_>) -> String {
        match &tree.kind {
            Kind::Scalar(_) => tree.raw.to_owned(),
            Kind::List(items) => list(items.iter().map(written)),
            Kind::Object(fields) => {
                object(&fields.iter().map(|(name, value)| (name, written(value))).collect::<Vec<_>>())
            }
        }
    }

    proptest! {
        #[test]
        fn a_tree_is_its_text(value in json()) {
            let compact = value.to_string();
            let tree = Tree::read(&compact);
            prop_assert_eq!(tree.raw, &compact);
            prop_assert_eq!(written(&tree), compact);
        }

        #[test]
        fn pretty_json_is_the_same_json(value in json()) {
            let read: serde_json::Value = serde_json::from_str(&pretty(&value.to_string())).unwrap();
            prop_assert_eq!(read, value);
        }

        #[test]
        fn no_text_panics(text in r#"[{}\[\]",:\\a1é]{0,30}"#) {
            let _ = (Tree::read(&text), pretty(&text));
        }
    }
}
