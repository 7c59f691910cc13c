//! Which keywords are known. All others describe and do not restrict.

/// A keyword that changes which data are valid, or is checked for its form.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Keyword {
    AdditionalProperties,
    AllOf,
    AnyOf,
    Const,
    Contains,
    /// Holds schemas that apply where they are referred to.
    Definitions,
    DependentRequired,
    DependentSchemas,
    Deprecated,
    Draft,
    Enum,
    ExclusiveMaximum,
    ExclusiveMinimum,
    Id,
    If,
    Items,
    MaxContains,
    MaxItems,
    MaxLength,
    MaxProperties,
    Maximum,
    MinContains,
    MinItems,
    MinLength,
    MinProperties,
    Minimum,
    MultipleOf,
    Not,
    OneOf,
    Pattern,
    PatternProperties,
    PrefixItems,
    Properties,
    PropertyNames,
    Ref,
    Required,
    /// `then` and `else`.
    Branch,
    Type,
    UniqueItems,
    /// It would change which data are valid, and is not supported.
    Unsupported,
}

impl Keyword {
    pub(super) fn of(key: &str) -> Option<Self> {
        let at = KNOWN.binary_search_by(|(known, _)| (*known).cmp(key)).ok()?;
        KNOWN.get(at).map(|(_, keyword)| *keyword)
    }
}

/// In the order of their bytes.
static KNOWN: [(&str, Keyword); 47] = [
    ("$defs", Keyword::Definitions),
    ("$dynamicRef", Keyword::Unsupported),
    ("$id", Keyword::Id),
    ("$recursiveRef", Keyword::Unsupported),
    ("$ref", Keyword::Ref),
    ("$schema", Keyword::Draft),
    ("additionalItems", Keyword::Unsupported),
    ("additionalProperties", Keyword::AdditionalProperties),
    ("allOf", Keyword::AllOf),
    ("anyOf", Keyword::AnyOf),
    ("const", Keyword::Const),
    ("contains", Keyword::Contains),
    ("definitions", Keyword::Definitions),
    ("dependencies", Keyword::Unsupported),
    ("dependentRequired", Keyword::DependentRequired),
    ("dependentSchemas", Keyword::DependentSchemas),
    ("deprecated", Keyword::Deprecated),
    ("else", Keyword::Branch),
    ("enum", Keyword::Enum),
    ("exclusiveMaximum", Keyword::ExclusiveMaximum),
    ("exclusiveMinimum", Keyword::ExclusiveMinimum),
    ("if", Keyword::If),
    ("items", Keyword::Items),
    ("maxContains", Keyword::MaxContains),
    ("maxItems", Keyword::MaxItems),
    ("maxLength", Keyword::MaxLength),
    ("maxProperties", Keyword::MaxProperties),
    ("maximum", Keyword::Maximum),
    ("minContains", Keyword::MinContains),
    ("minItems", Keyword::MinItems),
    ("minLength", Keyword::MinLength),
    ("minProperties", Keyword::MinProperties),
    ("minimum", Keyword::Minimum),
    ("multipleOf", Keyword::MultipleOf),
    ("not", Keyword::Not),
    ("oneOf", Keyword::OneOf),
    ("pattern", Keyword::Pattern),
    ("patternProperties", Keyword::PatternProperties),
    ("prefixItems", Keyword::PrefixItems),
    ("properties", Keyword::Properties),
    ("propertyNames", Keyword::PropertyNames),
    ("required", Keyword::Required),
    ("then", Keyword::Branch),
    ("type", Keyword::Type),
    ("unevaluatedItems", Keyword::Unsupported),
    ("unevaluatedProperties", Keyword::Unsupported),
    ("uniqueItems", Keyword::UniqueItems),
];

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn every_known_keyword_is_found() {
        for (key, keyword) in KNOWN {
            assert_eq!(Keyword::of(key), Some(keyword), "{key}");
        }
        assert_eq!(["title", "format", "Type", ""].map(Keyword::of), [None; 4]);
    }
}
