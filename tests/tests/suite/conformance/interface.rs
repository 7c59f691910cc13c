//! tests/conformance/interface.json: the functions and types of the contract as data, for runners in languages whose
//! values do not tell a 64-bit integer from a small one, or bytes from text. Made from the WIT, and compared with it.

use std::path::Path;

use hookwright_tests::conformance::layout;
use serde_json::{Map, Value, json};
use wit_parser::{Resolve, Type, TypeDefKind, TypeId};

/// With CONFORMANCE_WRITE=1 the file is written anew.
#[test]
fn the_file_says_what_the_contract_says() {
    let root = Path::new(env!("CARGO_MANIFEST_DIR"));
    let mut resolve = Resolve::default();
    let (package, _) = resolve.push_dir(root.join("../wit/webhooks")).unwrap();
    let (mut functions, mut types) = (Map::new(), Map::new());
    for (interface, id) in &resolve.packages[package].interfaces {
        let interface_item = &resolve.interfaces[*id];
        for (name, function) in &interface_item.functions {
            let params: Vec<_> =
                function.params.iter().map(|param| json!([param.name, shape(&resolve, &param.ty)])).collect();
            let result = function.result.as_ref().map(|result| shape(&resolve, result));
            functions.insert(format!("{interface}.{name}"), json!({ "params": params, "result": result }));
        }
        for id in interface_item.types.values() {
            if let Some(definition) = definition(&resolve, *id) {
                types.insert(called(&resolve, *id), definition);
            }
        }
    }
    let about = "Functions and types of wit/webhooks. Made from it by the test conformance::interface; do not edit.";
    let text = format!("{}\n", layout::of(&json!({ "about": about, "functions": functions, "types": types })));
    let file = root.join("conformance/interface.json");
    if std::env::var_os("CONFORMANCE_WRITE").is_some_and(|value| value == "1") {
        std::fs::write(&file, &text).unwrap();
    }
    assert_eq!(std::fs::read_to_string(file).unwrap(), text, "write it anew with CONFORMANCE_WRITE=1");
}

/// How a value is referred to: a primitive, the name of a type, or a list, option, tuple or result of such.
fn shape(resolve: &Resolve, ty: &Type) -> Value {
    let Type::Id(id) = ty else {
        return match ty {
            Type::Bool => "bool".into(),
            Type::U8 => "u8".into(),
            Type::U16 => "u16".into(),
            Type::U32 => "u32".into(),
            Type::U64 => "u64".into(),
            Type::S64 => "s64".into(),
            Type::String => "string".into(),
            other => panic!("{other:?} is a type that this file has no word for"),
        };
    };
    let side = |ty: &Option<Type>| ty.as_ref().map(|ty| shape(resolve, ty));
    match &resolve.types[*id].kind {
        TypeDefKind::Type(ty) => shape(resolve, ty),
        TypeDefKind::List(Type::U8) => "bytes".into(),
        TypeDefKind::List(item) => json!({ "list": shape(resolve, item) }),
        TypeDefKind::Option(inner) => json!({ "option": shape(resolve, inner) }),
        TypeDefKind::Tuple(tuple) => {
            json!({ "tuple": tuple.types.iter().map(|ty| shape(resolve, ty)).collect::<Vec<_>>() })
        }
        TypeDefKind::Result(result) => json!({ "result": [side(&result.ok), side(&result.err)] }),
        _ => called(resolve, *id).into(),
    }
}

/// What a named type is; none where it is only another name.
fn definition(resolve: &Resolve, id: TypeId) -> Option<Value> {
    match &resolve.types[id].kind {
        TypeDefKind::Record(record) => {
            let fields = record.fields.iter().map(|field| json!([field.name, shape(resolve, &field.ty)]));
            Some(json!({ "record": fields.collect::<Vec<_>>() }))
        }
        TypeDefKind::Variant(variant) => {
            let case = |ty: &Option<Type>| ty.as_ref().map(|ty| shape(resolve, ty));
            let cases = variant.cases.iter().map(|it| json!([it.name, case(&it.ty)]));
            Some(json!({ "variant": cases.collect::<Vec<_>>() }))
        }
        TypeDefKind::Enum(names) => {
            Some(json!({ "enum": names.cases.iter().map(|it| it.name.clone()).collect::<Vec<_>>() }))
        }
        _ => None,
    }
}

fn called(resolve: &Resolve, id: TypeId) -> String {
    let definition = &resolve.types[id];
    let wit_parser::TypeOwner::Interface(owner) = definition.owner else { panic!("{definition:?} has no interface") };
    let interface = resolve.interfaces[owner].name.as_deref().unwrap_or_default();
    format!("{interface}.{}", definition.name.as_deref().unwrap_or_default())
}
