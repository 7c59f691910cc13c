//! What the classes look like: one for each interface, record, variant and enum, with the words of the WIT.

use std::fmt::Write as _;

use anyhow::{Context, bail};
use wit_parser::{Docs, Enum, Function, Interface, Record, Resolve, Type, TypeDefKind, TypeId, Variant};

use super::MARK;
use super::names::{class, member};
use super::wire::{Way, converted, php_type};

/// The class of an interface that the component exports.
///
/// # Errors
/// Where a type has no form in PHP yet.
pub(super) fn interface(resolve: &Resolve, interface: &Interface, name: &str) -> anyhow::Result<String> {
    let mut text = head(
        "Hookwright",
        &["Hookwright\\Internal\\Core", "Hookwright\\Internal\\Errors", "Hookwright\\Internal\\Wire"],
    );
    text += &docblock(&interface.docs, &[], "");
    let _ = writeln!(text, "final class {}\n{{", class(name));
    text += "    /** @internal */\n    public function __construct(private readonly Core $core)\n    {\n    }\n";
    for function in interface.functions.values() {
        text += "\n";
        text += &method(resolve, function, name)?;
    }
    Ok(tidy(text + "}\n"))
}

/// The class of a type.
///
/// # Errors
/// Where a type has no form in PHP yet.
pub(super) fn definition(resolve: &Resolve, id: TypeId, interface: &str) -> anyhow::Result<String> {
    let definition = &resolve.types[id];
    let name = definition.name.as_deref().context("a type without a name")?;
    let mut text = head(
        &format!("Hookwright\\{}", class(interface)),
        &["Hookwright\\Internal\\Errors", "Hookwright\\Internal\\Wire"],
    );
    text += &docblock(&definition.docs, &[], "");
    text += &match &definition.kind {
        TypeDefKind::Record(it) => record(resolve, it, &class(name))?,
        TypeDefKind::Variant(it) => variant(resolve, it, &class(name))?,
        TypeDefKind::Enum(it) => enumeration(it, &class(name)),
        other => bail!("{name} is a {}, which has no form in PHP yet", other.as_str()),
    };
    Ok(tidy(text))
}

fn method(resolve: &Resolve, function: &Function, interface: &str) -> anyhow::Result<String> {
    let mut params: Vec<(bool, String, String)> = Vec::new();
    let mut tags = Vec::new();
    let mut arguments = Vec::new();
    for param in &function.params {
        let of = php_type(resolve, &param.ty)?;
        let name = member(&param.name);
        if of.documented != of.declared && !of.declared.starts_with('?') {
            tags.push(format!("@param {} ${name}", of.documented));
        }
        arguments.push(converted(resolve, &param.ty, Way::ToJson, &format!("${name}"))?);
        params.push((is_option(resolve, &param.ty), of.declared, name));
    }
    // What may be left out may be so only at the end.
    let last_needed = params.iter().rposition(|(optional, ..)| !optional);
    let params: Vec<_> = params
        .iter()
        .enumerate()
        .map(|(index, (optional, of, name))| {
            let default = if *optional && last_needed.is_none_or(|last| index > last) { " = null" } else { "" };
            format!("{}{of} ${name}{default}", hidden(name))
        })
        .collect();
    let call = format!("$this->core->call('{interface}.{}', [{}])", function.name, arguments.join(", "));
    let (declared, body) = match &function.result {
        None => ("void".to_owned(), format!("{call};")),
        Some(result) => returned(resolve, result, &call, &mut tags)?,
    };
    tags.push("@throws Exception\\HookwrightException".to_owned());
    let name = member(&function.name);
    let mut text = docblock(&function.docs, &tags, "    ");
    let _ =
        writeln!(text, "    public function {name}({}): {declared}\n    {{\n        {body}\n    }}", params.join(", "));
    Ok(text)
}

/// What a method gives, and its body. The outer error of a result is thrown.
fn returned(resolve: &Resolve, result: &Type, call: &str, tags: &mut Vec<String>) -> anyhow::Result<(String, String)> {
    let ok = match result {
        Type::Id(id) => match &resolve.types[*id].kind {
            TypeDefKind::Result(result) => result.ok.as_ref(),
            _ => bail!("an exported function without a result has no form in PHP yet"),
        },
        _ => bail!("an exported function without a result has no form in PHP yet"),
    };
    let Some(ok) = ok else { return Ok(("void".to_owned(), format!("{call};"))) };
    let of = php_type(resolve, ok)?;
    if of.documented != of.declared && !of.declared.starts_with('?') {
        tags.push(format!("@return {}", of.documented));
    }
    let value = converted(resolve, ok, Way::FromJson, "$answer")?;
    let body = match value == "$answer" {
        true => format!("return {call};"),
        false => format!("$answer = {call};\n\n        return {value};"),
    };
    Ok((of.declared, body))
}

fn record(resolve: &Resolve, record: &Record, name: &str) -> anyhow::Result<String> {
    let (mut needed, mut optional) = (String::new(), String::new());
    let (mut reads, mut writes) = (String::new(), String::new());
    for field in &record.fields {
        let of = php_type(resolve, &field.ty)?;
        let php = member(&field.name);
        let tags = (of.documented != of.declared).then(|| format!("@var {}", of.documented));
        let comment = docblock(&field.docs, tags.as_slice(), "        ");
        let default = match &field.ty {
            of if is_option(resolve, of) => Some("null".to_owned()),
            Type::Id(id) if all_optional(resolve, *id) => Some(format!("new {}()", of.declared)),
            _ => None,
        };
        match default {
            None => {
                let _ = writeln!(needed, "{comment}        {}public readonly {} ${php},", hidden(&php), of.declared);
            }
            Some(default) => {
                let _ = writeln!(
                    optional,
                    "{comment}        {}public readonly {} ${php} = {default},",
                    hidden(&php),
                    of.declared
                );
            }
        }
        let read = converted(resolve, &field.ty, Way::FromJson, &format!("$wire['{}']", field.name))?;
        let _ = writeln!(reads, "            {php}: {read},");
        let written = converted(resolve, &field.ty, Way::ToJson, &format!("$this->{php}"))?;
        let _ = writeln!(writes, "            '{}' => {written},", field.name);
    }
    Ok(format!(
        "final class {name}\n{{\n    public function __construct(\n{needed}{optional}    ) {{\n    }}\n\n    \
         /**\n     * @internal\n     * @param array<string, mixed> $wire\n     */\n    \
         public static function fromWire(array $wire): self\n    {{\n        return new self(\n{reads}        );\n    }}\n\n    \
         /**\n     * @internal\n     * @return array<string, mixed>\n     */\n    \
         public function toWire(): array\n    {{\n        return [\n{writes}        ];\n    }}\n}}\n"
    ))
}

fn variant(resolve: &Resolve, variant: &Variant, name: &str) -> anyhow::Result<String> {
    let (mut makers, mut reads, mut writes) = (String::new(), String::new(), String::new());
    for case in &variant.cases {
        let php = member(&case.name);
        makers += "\n";
        match &case.ty {
            None => {
                makers += &docblock(&case.docs, &[], "    ");
                let _ = writeln!(
                    makers,
                    "    public static function {php}(): self\n    {{\n        return new self('{}', null);\n    }}",
                    case.name
                );
            }
            Some(of) => {
                let declared = php_type(resolve, of)?;
                let tags = (declared.documented != declared.declared)
                    .then(|| format!("@param {} $value", declared.documented));
                makers += &docblock(&case.docs, tags.as_slice(), "    ");
                let _ = writeln!(
                    makers,
                    "    public static function {php}({} $value): self\n    {{\n        return new self('{}', $value);\n    }}",
                    declared.declared, case.name
                );
                let read = converted(resolve, of, Way::FromJson, "$value")?;
                if read != "$value" {
                    let _ = writeln!(reads, "            '{}' => {read},", case.name);
                }
                let written = converted(resolve, of, Way::ToJson, "$this->value")?;
                let _ = writeln!(writes, "            '{}' => ['{}' => {written}],", case.name, case.name);
            }
        }
    }
    let names: Vec<_> = variant.cases.iter().map(|case| format!("`{}`", case.name)).collect();
    Ok(format!(
        "final class {name}\n{{\n    private function __construct(\n        /** Which case it is: {}. */\n        \
         public readonly string $case,\n        /** What the case carries; null where it carries nothing. */\n        \
         public readonly mixed $value,\n    ) {{\n    }}\n{makers}\n    \
         /** @internal */\n    public static function fromWire(mixed $wire): self\n    {{\n        \
         [$case, $value] = Wire::variant($wire);\n\n        return new self($case, match ($case) {{\n{reads}            \
         default => $value,\n        }});\n    }}\n\n    /** @internal */\n    public function toWire(): mixed\n    {{\n        \
         return match ($this->case) {{\n{writes}            default => $this->case,\n        }};\n    }}\n}}\n",
        names.join(", ")
    ))
}

fn enumeration(enumeration: &Enum, name: &str) -> String {
    let mut text = format!("enum {name}: string\n{{\n");
    for (index, case) in enumeration.cases.iter().enumerate() {
        let separator = if index == 0 { "" } else { "\n" };
        text += separator;
        text += &docblock(&case.docs, &[], "    ");
        let _ = writeln!(text, "    case {} = '{}';", class(&case.name), case.name);
    }
    text + "}\n"
}

/// Keeps a secret out of the stack traces of PHP 8.2 and newer; older ones ignore the attribute.
fn hidden(name: &str) -> &'static str {
    if name.starts_with("secret") && name != "secretKind" { "#[\\SensitiveParameter] " } else { "" }
}

fn is_option(resolve: &Resolve, of: &Type) -> bool {
    matches!(of, Type::Id(id) if matches!(resolve.types[*id].kind, TypeDefKind::Option(_)))
}

fn all_optional(resolve: &Resolve, id: TypeId) -> bool {
    match &resolve.types[id].kind {
        TypeDefKind::Record(record) => record.fields.iter().all(|field| is_option(resolve, &field.ty)),
        TypeDefKind::Type(Type::Id(alias)) => all_optional(resolve, *alias),
        _ => false,
    }
}

fn head(namespace: &str, uses: &[&str]) -> String {
    let uses: String = uses.iter().map(|name| format!("use {name};\n")).collect();
    format!("<?php\n\n{MARK}\n\ndeclare(strict_types=1);\n\nnamespace {namespace};\n\n{uses}\n")
}

/// Takes out the `use` lines of what the class does not use.
fn tidy(text: String) -> String {
    let mut kept = String::with_capacity(text.len());
    let mut uses = 0;
    for line in text.lines() {
        if let Some(name) = line.strip_prefix("use ").and_then(|rest| rest.strip_suffix(';')) {
            let short = name.rsplit('\\').next().unwrap_or(name);
            if !text.contains(&format!("{short}::")) && !text.contains(&format!("{short} $")) {
                continue;
            }
            uses += 1;
        } else if line.is_empty() && kept.ends_with("\n\n") && uses == 0 {
            continue;
        }
        kept += line;
        kept += "\n";
    }
    kept
}

fn docblock(docs: &Docs, tags: &[String], indent: &str) -> String {
    let words = docs.contents.as_deref().unwrap_or_default().trim().replace("*/", "* /");
    if tags.is_empty() && !words.contains('\n') {
        return if words.is_empty() { String::new() } else { format!("{indent}/** {words} */\n") };
    }
    let mut text = format!("{indent}/**\n");
    let separator = (!words.is_empty() && !tags.is_empty()).then_some("");
    for line in words.lines().chain(separator).chain(tags.iter().map(String::as_str)) {
        let _ = writeln!(text, "{}", format!("{indent} * {line}").trim_end());
    }
    text + indent + " */\n"
}
