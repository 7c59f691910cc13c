//! The shape of a value as the component declares it, free of wasmtime's handles, so that it is read once for each
//! function and not at each call.
//!
//! Decides which types JSON can carry; knows no function.

use wasmtime::component::Type;

/// What a value looks like.
#[derive(Clone, Debug, PartialEq)]
pub(super) enum Shape {
    Bool,
    Integer(Integer),
    Text,
    Bytes,
    List(Box<Self>),
    Tuple(Vec<Self>),
    Record(Vec<(String, Self)>),
    Variant(Vec<(String, Option<Self>)>),
    Enum(Vec<String>),
    Flags(Vec<String>),
    Option(Box<Self>),
    Result(Option<Box<Self>>, Option<Box<Self>>),
}

/// Which integers fit.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub(super) enum Integer {
    S8,
    S16,
    S32,
    S64,
    U8,
    U16,
    U32,
    U64,
}

impl Shape {
    /// # Errors
    ///
    /// The name of a type that has no form in JSON.
    pub(super) fn of(declared: &Type) -> Result<Self, &'static str> {
        Ok(match declared {
            Type::Bool => Self::Bool,
            Type::S8 => Self::Integer(Integer::S8),
            Type::S16 => Self::Integer(Integer::S16),
            Type::S32 => Self::Integer(Integer::S32),
            Type::S64 => Self::Integer(Integer::S64),
            Type::U8 => Self::Integer(Integer::U8),
            Type::U16 => Self::Integer(Integer::U16),
            Type::U32 => Self::Integer(Integer::U32),
            Type::U64 => Self::Integer(Integer::U64),
            Type::String => Self::Text,
            Type::List(list) => match list.ty() {
                Type::U8 => Self::Bytes,
                element => Self::List(Box::new(Self::of(&element)?)),
            },
            Type::Tuple(tuple) => Self::Tuple(tuple.types().map(|part| Self::of(&part)).collect::<Result<_, _>>()?),
            Type::Record(record) => {
                let field =
                    |(name, declared): (&str, Type)| Ok::<_, &'static str>((name.to_owned(), Self::of(&declared)?));
                Self::Record(record.fields().map(|it| field((it.name, it.ty))).collect::<Result<_, _>>()?)
            }
            Type::Variant(variant) => {
                let case = |(name, declared): (&str, Option<Type>)| {
                    Ok::<_, &'static str>((name.to_owned(), declared.as_ref().map(Self::of).transpose()?))
                };
                Self::Variant(variant.cases().map(|it| case((it.name, it.ty))).collect::<Result<_, _>>()?)
            }
            Type::Enum(names) => Self::Enum(names.names().map(str::to_owned).collect()),
            Type::Flags(names) => Self::Flags(names.names().map(str::to_owned).collect()),
            Type::Option(option) => match Self::of(&option.ty())? {
                Self::Option(_) => return Err("option of an option"),
                inner => Self::Option(Box::new(inner)),
            },
            Type::Result(result) => {
                let side = |declared: Option<Type>| {
                    declared.as_ref().map(Self::of).transpose().map(|shape| shape.map(Box::new))
                };
                Self::Result(side(result.ok())?, side(result.err())?)
            }
            Type::Char => return Err("char"),
            Type::Float32 | Type::Float64 => return Err("floating-point number"),
            Type::Map(_) => return Err("map"),
            Type::FixedLengthList(_) => return Err("list of a fixed length"),
            Type::Own(_) | Type::Borrow(_) => return Err("resource"),
            Type::Future(_) | Type::Stream(_) | Type::ErrorContext => return Err("asynchronous value"),
        })
    }
}
