//! How a value of the interface looks in PHP, and which expression takes it from JSON or puts it there. The form in
//! JSON is that of host/rust/runtime/src/dynamic.rs.

use anyhow::{Context, bail};
use wit_parser::{Resolve, Type, TypeDefKind, TypeId, TypeOwner};

use super::names::class;

/// A type as PHP knows it.
#[derive(Clone, Debug, PartialEq)]
pub(super) struct PhpType {
    /// What the language checks, for example `?string` or `array`.
    pub(super) declared: String,
    /// What a docblock says more exactly, for example `list<string>|null`.
    pub(super) documented: String,
}

impl PhpType {
    fn plain(name: &str) -> Self {
        Self { declared: name.to_owned(), documented: name.to_owned() }
    }

    fn array(documented: String) -> Self {
        Self { declared: "array".to_owned(), documented }
    }
}

/// The full name of the class that is made for a named type.
pub(super) fn class_of(resolve: &Resolve, id: TypeId) -> anyhow::Result<String> {
    let definition = &resolve.types[id];
    let name = definition.name.as_deref().context("a type without a name")?;
    let TypeOwner::Interface(owner) = definition.owner else { bail!("{name} belongs to no interface") };
    let interface = resolve.interfaces[owner].name.as_deref().context("an interface without a name")?;
    Ok(match (interface, name) {
        ("types", "error") => "\\Hookwright\\Exception\\HookwrightException".to_owned(),
        _ => format!("\\Hookwright\\{}\\{}", class(interface), class(name)),
    })
}

/// # Errors
/// Where a type has no form in PHP yet.
pub(super) fn php_type(resolve: &Resolve, of: &Type) -> anyhow::Result<PhpType> {
    let id = match of {
        Type::Bool => return Ok(PhpType::plain("bool")),
        Type::String => return Ok(PhpType::plain("string")),
        Type::U8 | Type::U16 | Type::U32 | Type::U64 | Type::S8 | Type::S16 | Type::S32 | Type::S64 => {
            return Ok(PhpType::plain("int"));
        }
        Type::Id(id) => *id,
        other => bail!("{other:?} has no form in PHP"),
    };
    Ok(match &resolve.types[id].kind {
        TypeDefKind::Type(alias) => php_type(resolve, alias)?,
        TypeDefKind::List(Type::U8) => PhpType::plain("string"),
        TypeDefKind::List(item) => PhpType::array(format!("list<{}>", php_type(resolve, item)?.documented)),
        TypeDefKind::Tuple(tuple) => {
            let parts: Result<Vec<_>, _> = tuple.types.iter().map(|part| php_type(resolve, part)).collect();
            let parts: Vec<_> = parts?.into_iter().map(|part| part.documented).collect();
            PhpType::array(format!("array{{{}}}", parts.join(", ")))
        }
        TypeDefKind::Option(inner) => {
            let inner = php_type(resolve, inner)?;
            PhpType { declared: format!("?{}", inner.declared), documented: format!("{}|null", inner.documented) }
        }
        TypeDefKind::Result(result) => {
            let side = |side: &Option<Type>| side.as_ref().map(|of| php_type(resolve, of)).transpose();
            let ok = side(&result.ok)?.map_or_else(|| "null".to_owned(), |ok| ok.documented);
            let err = side(&result.err)?.map_or_else(|| "null".to_owned(), |err| err.documented);
            PhpType { declared: declared_union(&ok, &err), documented: format!("{ok}|{err}") }
        }
        _ => PhpType::plain(&class_of(resolve, id)?),
    })
}

fn declared_union(ok: &str, err: &str) -> String {
    if ok == "null" { format!("?{err}") } else { "mixed".to_owned() }
}

/// Which way a value goes.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Way {
    ToJson,
    FromJson,
}

/// The expression for the value that `expression` is.
///
/// # Errors
/// Where a type has no form in PHP yet.
pub(super) fn converted(resolve: &Resolve, of: &Type, way: Way, expression: &str) -> anyhow::Result<String> {
    let Type::Id(id) = of else { return Ok(expression.to_owned()) };
    let class = || class_of(resolve, *id);
    Ok(match (&resolve.types[*id].kind, way) {
        (TypeDefKind::Type(alias), _) => converted(resolve, alias, way, expression)?,
        (TypeDefKind::List(Type::U8), Way::ToJson) => format!("base64_encode({expression})"),
        (TypeDefKind::List(Type::U8), Way::FromJson) => format!("(string) base64_decode({expression}, true)"),
        (TypeDefKind::List(item), _) => {
            let inner = converted(resolve, item, way, "$item")?;
            match (inner == "$item", way) {
                (true, Way::ToJson) => format!("array_values({expression})"),
                (true, Way::FromJson) => expression.to_owned(),
                (false, _) => format!("array_map(static fn ($item) => {inner}, array_values({expression}))"),
            }
        }
        (TypeDefKind::Tuple(tuple), _) => {
            if tuple.types.iter().any(|part| matches!(part, Type::Id(_))) {
                bail!("a tuple of more than plain values has no form in PHP yet");
            }
            expression.to_owned()
        }
        (TypeDefKind::Option(inner), _) => {
            let inner = converted(resolve, inner, way, expression)?;
            match inner == expression {
                true => inner,
                false => format!("({expression} === null ? null : {inner})"),
            }
        }
        (TypeDefKind::Result(result), Way::FromJson) => {
            let side = |side: &Option<Type>| match side {
                None => Ok("static fn () => null".to_owned()),
                Some(of) => {
                    Ok::<_, anyhow::Error>(format!("static fn ($it) => {}", converted(resolve, of, way, "$it")?))
                }
            };
            format!("Wire::either({expression}, {}, {})", side(&result.ok)?, side(&result.err)?)
        }
        (TypeDefKind::Result(_), Way::ToJson) => bail!("nothing takes a result in PHP yet"),
        (TypeDefKind::Enum(_), Way::ToJson) => format!("{expression}->value"),
        (TypeDefKind::Enum(_), Way::FromJson) => format!("{}::from({expression})", class()?),
        (TypeDefKind::Record(_) | TypeDefKind::Variant(_), Way::ToJson) => format!("{expression}->toWire()"),
        (TypeDefKind::Record(_) | TypeDefKind::Variant(_), Way::FromJson) => match class()?.as_str() {
            "\\Hookwright\\Exception\\HookwrightException" => format!("Errors::declared({expression})"),
            class => format!("{class}::fromWire({expression})"),
        },
        (other, _) => bail!("{} has no form in PHP yet", other.as_str()),
    })
}
