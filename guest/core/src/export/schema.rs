//! From JSON Schema to a form and back, and how a schema is put into a larger document.

use super::infer::{Field, Shape, one_of};
use super::tree::{Kind, Tree, list, object, quoted};

/// Schemas may refer to each other without end; what lies deeper or beyond this many parts is left open.
const DEPTH_MAX: u32 = 20;
const PARTS_MAX: u32 = 5_000;

/// The form that a schema allows, as far as a type of a programming language can say it.
pub(super) fn read(schema: &Tree<'_>) -> Shape {
    Reader { root: schema, own_id: own_id(schema), left: PARTS_MAX }.read(schema, 0)
}

struct Reader<'r, 't> {
    root: &'r Tree<'t>,
    own_id: String,
    left: u32,
}

impl<'r, 't> Reader<'r, 't> {
    fn read(&mut self, node: &'r Tree<'t>, depth: u32) -> Shape {
        if self.left == 0 || depth > DEPTH_MAX {
            return Shape::Any;
        }
        self.left -= 1;
        if let Some(target) = node.field("$ref").and_then(Tree::text) {
            return self.target(&target).map_or(Shape::Any, |target| self.read(target, depth + 1));
        }
        if let Some(value) = node.field("const") {
            return literal(value);
        }
        if let Some(values) = node.field("enum") {
            return one_of(values.items().iter().map(literal).collect());
        }
        let fields = self.fields(node, depth);
        if fields.is_empty()
            && let Some(choices) = node.field("oneOf").or_else(|| node.field("anyOf"))
        {
            return one_of(choices.items().iter().map(|choice| self.read(choice, depth + 1)).collect());
        }
        let words: Vec<String> = match node.field("type") {
            Some(types) if types.items().is_empty() => types.text().into_iter().collect(),
            Some(types) => types.items().iter().filter_map(Tree::text).collect(),
            None if fields.is_empty() => Vec::new(),
            None => vec!["object".to_owned()],
        };
        let of_word = |word: &String| match word.as_str() {
            "object" => Shape::Object(fields.clone()),
            "array" => {
                Shape::List(Box::new(node.field("items").map_or(Shape::Any, |items| self.read(items, depth + 1))))
            }
            "string" => Shape::Scalar("string"),
            "integer" => Shape::Scalar("integer"),
            "number" => Shape::Scalar("number"),
            "boolean" => Shape::Scalar("boolean"),
            "null" => Shape::Scalar("null"),
            _ => Shape::Any,
        };
        one_of(words.iter().map(of_word).collect())
    }

    /// The properties of an object, with those of all schemas that hold at the same time.
    fn fields(&mut self, node: &'r Tree<'t>, depth: u32) -> Vec<Field> {
        let required = node.field("required").map(Tree::items).unwrap_or_default();
        let mut fields = Vec::new();
        for (name, schema) in node.field("properties").map(Tree::fields).unwrap_or_default() {
            if self.left == 0 {
                break;
            }
            let shape = self.read(schema, depth + 1);
            let description = schema.field("description").and_then(Tree::text).unwrap_or_default();
            let required = required.iter().any(|key| key.text().as_ref() == Some(name));
            fields.push(Field { name: name.clone(), shape, required, description });
        }
        for part in node.field("allOf").map(Tree::items).unwrap_or_default() {
            if let Shape::Object(more) = self.read(part, depth + 1) {
                for field in more {
                    if fields.iter().all(|known| known.name != field.name) {
                        fields.push(field);
                    }
                }
            }
        }
        fields
    }

    /// Where a reference inside the schema leads.
    fn target(&self, reference: &str) -> Option<&'r Tree<'t>> {
        let pointer = inner_pointer(reference, &self.own_id)?;
        let mut node = self.root;
        for step in pointer.split('/').skip(1).map(|step| step.replace("~1", "/").replace("~0", "~")) {
            node = match &node.kind {
                Kind::List(items) => items.get(step.parse::<usize>().ok()?)?,
                _ => node.field(&step)?,
            };
        }
        Some(node)
    }
}

fn literal(value: &Tree<'_>) -> Shape {
    match value.kind {
        Kind::Scalar(_) => Shape::Literal(value.raw.to_owned()),
        _ => Shape::Any,
    }
}

/// Fields of the schema that says what the form says.
pub(super) fn keywords(shape: &Shape) -> Vec<(&'static str, String)> {
    match shape {
        Shape::Any => Vec::new(),
        Shape::Scalar(word) => vec![("type", quoted(word))],
        Shape::Literal(text) => vec![("const", text.clone())],
        Shape::List(items) => match &**items {
            Shape::Any => vec![("type", quoted("array"))],
            items => vec![("type", quoted("array")), ("items", object(&keywords(items)))],
        },
        Shape::OneOf(parts) => vec![("anyOf", list(parts.iter().map(|part| object(&keywords(part)))))],
        Shape::Object(fields) => {
            let mut schema = vec![("type", quoted("object"))];
            if !fields.is_empty() {
                let properties: Vec<_> =
                    fields.iter().map(|field| (&field.name, object(&keywords(&field.shape)))).collect();
                schema.push(("properties", object(&properties)));
            }
            if fields.iter().any(|field| field.required) {
                let required = fields.iter().filter(|field| field.required);
                schema.push(("required", list(required.map(|field| quoted(&field.name)))));
            }
            schema
        }
    }
}

/// A schema as a part of a larger document: references inside it lead to `place`, and what only the root of a document
/// has is left out.
pub(super) fn embedded(schema: &Tree<'_>, place: &str) -> String {
    let moved = Moved { own_id: &own_id(schema), place };
    match &schema.kind {
        Kind::Object(fields) => {
            let kept = fields.iter().filter(|(name, _)| name != "$schema" && name != "$id");
            object(&kept.map(|(name, value)| (name, moved.keyword(name, value))).collect::<Vec<_>>())
        }
        // `true` and `false` as objects, because AsyncAPI takes no others here.
        _ if schema.raw == "false" => r#"{"not":{}}"#.to_owned(),
        _ => "{}".to_owned(),
    }
}

/// The name that references may call the schema by; mostly none.
fn own_id(schema: &Tree<'_>) -> String {
    schema.field("$id").and_then(Tree::text).unwrap_or_default()
}

/// The JSON pointer of a reference into the schema itself.
fn inner_pointer<'a>(reference: &'a str, own_id: &str) -> Option<&'a str> {
    let fragment = reference.strip_prefix(own_id).unwrap_or(reference);
    fragment.strip_prefix('#').filter(|pointer| pointer.is_empty() || pointer.starts_with('/'))
}

struct Moved<'a> {
    own_id: &'a str,
    place: &'a str,
}

impl Moved<'_> {
    fn keyword(&self, name: &str, value: &Tree<'_>) -> String {
        match name {
            // Data, whatever it looks like.
            "const" | "enum" | "default" | "examples" => value.raw.to_owned(),
            "$ref" => match value.text() {
                Some(reference) => quoted(&self.reference(&reference)),
                None => value.raw.to_owned(),
            },
            // Keys of these are names of the author's, not keywords.
            "properties" | "patternProperties" | "$defs" | "definitions" | "dependentSchemas" => {
                let named = value.fields().iter().map(|(name, value)| (name, self.schema(value)));
                if let Kind::Object(_) = value.kind { object(&named.collect::<Vec<_>>()) } else { value.raw.to_owned() }
            }
            _ => self.schema(value),
        }
    }

    fn schema(&self, schema: &Tree<'_>) -> String {
        match &schema.kind {
            Kind::Scalar(_) => schema.raw.to_owned(),
            Kind::List(items) => list(items.iter().map(|item| self.schema(item))),
            Kind::Object(fields) => {
                object(&fields.iter().map(|(name, value)| (name, self.keyword(name, value))).collect::<Vec<_>>())
            }
        }
    }

    fn reference(&self, reference: &str) -> String {
        match inner_pointer(reference, self.own_id) {
            Some(pointer) => format!("{}{pointer}", self.place),
            None => reference.to_owned(),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use crate::export::infer::infer;
    use proptest::prelude::*;

    #[track_caller]
    fn check(schema: &str, expected: &Shape) {
        assert_eq!(&read(&Tree::read(schema)), expected, "{schema}");
    }

    fn field(name: &str, shape: Shape, required: bool) -> Field {
        Field { name: name.to_owned(), shape, required, description: String::new() }
    }

    #[test]
    fn a_schema_tells_its_form() {
        check("true", &Shape::Any);
        check(r#"{"type":["string","null"]}"#, &Shape::OneOf(vec![Shape::Scalar("string"), Shape::Scalar("null")]));
        check(r#"{"enum":["a",1]}"#, &Shape::OneOf(vec![Shape::Literal("\"a\"".into()), Shape::Literal("1".into())]));
        let item = Shape::Object(vec![field("a", Shape::Scalar("integer"), true)]);
        let defs = r##"{"type":"array","items":{"$ref":"#/$defs/x~1y"},"$defs":{"x/y":{"properties":{"a":{"type":"integer"}},"required":["a"]}}}"##;
        check(defs, &Shape::List(Box::new(item.clone())));
        check(r#"{"allOf":[{"properties":{"a":{"type":"integer"}},"required":["a"]}]}"#, &item);
    }

    #[test]
    fn a_schema_without_end_comes_to_an_end() {
        let endless = Tree::read(r##"{"properties":{"a":{"$ref":"#"},"b":{"$ref":"#"}}}"##);
        assert!(matches!(read(&endless), Shape::Object(fields) if fields.len() == 2));
    }

    #[test]
    fn references_follow_their_schema() {
        let schema = r##"{"$schema":"s","$id":"urn:x","items":{"$ref":"#/$defs/a"},"properties":{"$ref":{"$ref":"urn:x#"}},"const":{"$ref":"#"},"not":{"$ref":"other#/a"}}"##;
        assert_eq!(
            embedded(&Tree::read(schema), "#/here"),
            r##"{"items":{"$ref":"#/here/$defs/a"},"properties":{"$ref":{"$ref":"#/here"}},"const":{"$ref":"#"},"not":{"$ref":"other#/a"}}"##
        );
        assert_eq!(["true", "false"].map(|schema| embedded(&Tree::read(schema), "#/here")), ["{}", r#"{"not":{}}"#]);
    }

    #[test]
    fn a_form_is_written_as_a_schema_and_read_again() {
        for sample in [r#"{"a":1,"b":[{"c":"x"},{}],"d":[1,"y"],"e":{},"f":[]}"#, "[]", "1", "null", r#""x""#] {
            let shape = infer(&Tree::read(sample));
            let schema = object(&keywords(&shape));
            assert_eq!(read(&Tree::read(&schema)), shape, "{schema}");
        }
    }

    proptest! {
        #[test]
        fn no_schema_panics(
            reference in r"[#/~a-z0-9$%]{0,12}",
            word in prop::sample::select(vec!["$ref", "allOf", "oneOf", "properties", "items", "type", "enum", "required"]),
        ) {
            let quoted = quoted(&reference);
            for value in [quoted.clone(), format!("[{quoted}]"), format!("{{{quoted}:{quoted}}}"), "1".to_owned()] {
                let text = format!("{{\"{word}\":{value},\"$defs\":{{\"a\":{{\"$ref\":{quoted}}}}}}}");
                let tree = Tree::read(&text);
                let _ = (read(&tree), embedded(&tree, "#/x"));
            }
        }
    }
}
