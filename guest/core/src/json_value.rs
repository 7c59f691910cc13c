//! When two JSON values are the same, and which of two numbers is the greater: exactly, and by value.
//!
//! `1`, `1.0` and `1e0` are one number, also beyond 2^53. Both the filters (CEL) and JSON Schema mean equality so.
//! Knows nothing of either. Work is counted, because the values come from outside.

use core::cmp::Ordering;

use serde_json::{Map, Value};

/// Work that is left. A unit is one value looked at, or [`Fuel::TEXT_BYTES`] of text.
#[derive(Debug)]
pub(crate) struct Fuel(u32);

impl Fuel {
    /// How much text is read for one unit.
    const TEXT_BYTES: usize = 16;

    pub(crate) const fn new(units: u32) -> Self {
        Self(units)
    }

    /// None when the work is used up.
    pub(crate) fn burn(&mut self, units: usize) -> Option<()> {
        let left = u32::try_from(units).ok().and_then(|units| self.0.checked_sub(units));
        self.0 = left.unwrap_or(0);
        left.map(|_| ())
    }

    /// As [`Fuel::burn`], for reading text of so many bytes.
    pub(crate) fn burn_text(&mut self, bytes: usize) -> Option<()> {
        self.burn(1 + bytes / Self::TEXT_BYTES)
    }
}

/// A number of JSON by its value.
#[derive(Clone, Copy, Debug)]
pub(crate) enum Number {
    /// Every whole number between -2^64 and 2^64, both left out, however it is spelled.
    Integer(i128),
    /// Finite, and either greater or not whole.
    Double(f64),
}

impl Number {
    /// `serde_json` reads what is neither `i64` nor `u64` as `f64`; the workspace does not use its
    /// `arbitrary_precision`.
    pub(crate) fn of(number: &serde_json::Number) -> Self {
        if let Some(whole) = number.as_i64() {
            return Self::Integer(whole.into());
        }
        if let Some(whole) = number.as_u64() {
            return Self::Integer(whole.into());
        }
        let double = number.as_f64().unwrap_or(f64::MAX);
        if double.trunc() != double || double.abs() >= TWO_TO_64 {
            return Self::Double(double);
        }
        // By way of u64, because machines convert it at once.
        let magnitude = i128::from(double.abs() as u64);
        Self::Integer(if double < 0.0 { -magnitude } else { magnitude })
    }

    pub(crate) fn is_whole(self) -> bool {
        match self {
            Self::Integer(_) => true,
            Self::Double(double) => double.trunc() == double,
        }
    }

    /// Exact.
    pub(crate) fn compare(self, other: Self) -> Ordering {
        match (self, other) {
            (Self::Integer(one), Self::Integer(other)) => one.cmp(&other),
            (Self::Integer(one), Self::Double(other)) => order(rounded(one, other), other),
            (Self::Double(one), Self::Integer(other)) => order(one, rounded(other, one)),
            (Self::Double(one), Self::Double(other)) => order(one, other),
        }
    }
}

const TWO_TO_64: f64 = 18_446_744_073_709_551_616.0;

/// An integer as a double that is on the same side of the other number. One that is no integer is below 2^53, where
/// nothing is rounded past it, or from 2^64, where integers end.
fn rounded(whole: i128, other: f64) -> f64 {
    if other.abs() >= TWO_TO_64 {
        return 0.0;
    }
    let magnitude = whole.unsigned_abs() as u64 as f64;
    if whole < 0 { -magnitude } else { magnitude }
}

/// JSON has no number without an order.
fn order(one: f64, other: f64) -> Ordering {
    one.partial_cmp(&other).unwrap_or(Ordering::Equal)
}

/// A JSON value, or a part of one, that is not copied.
#[derive(Clone, Copy, Debug)]
pub(crate) enum View<'a> {
    Null,
    Bool(bool),
    Number(Number),
    Text(&'a str),
    List(&'a [Value]),
    Object(&'a Map<String, Value>),
}

impl<'a> View<'a> {
    pub(crate) fn of(value: &'a Value) -> Self {
        match value {
            Value::Null => Self::Null,
            Value::Bool(truth) => Self::Bool(*truth),
            Value::Number(number) => Self::Number(Number::of(number)),
            Value::String(text) => Self::Text(text),
            Value::Array(items) => Self::List(items),
            Value::Object(members) => Self::Object(members),
        }
    }

    /// Whether both are the same value. None when the work is used up.
    pub(crate) fn same(self, other: View<'_>, fuel: &mut Fuel) -> Option<bool> {
        fuel.burn(1)?;
        Some(match (self, other) {
            (Self::Null, View::Null) => true,
            (Self::Bool(one), View::Bool(other)) => one == other,
            (Self::Number(one), View::Number(other)) => one.compare(other).is_eq(),
            (Self::Text(one), View::Text(other)) => {
                one.len() == other.len() && {
                    fuel.burn_text(one.len())?;
                    one == other
                }
            }
            (Self::List(one), View::List(other)) => {
                if one.len() != other.len() {
                    return Some(false);
                }
                for (one, other) in one.iter().zip(other) {
                    if !View::of(one).same(View::of(other), fuel)? {
                        return Some(false);
                    }
                }
                true
            }
            (Self::Object(one), View::Object(other)) => {
                if one.len() != other.len() {
                    return Some(false);
                }
                for (name, value) in one {
                    fuel.burn_text(name.len())?;
                    match other.get(name) {
                        Some(other) if View::of(value).same(View::of(other), fuel)? => {}
                        _ => return Some(false),
                    }
                }
                true
            }
            _ => false,
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    fn number(text: &str) -> Number {
        Number::of(&serde_json::from_str(text).unwrap())
    }

    fn same(one: &str, other: &str) -> Option<bool> {
        let [one, other]: [Value; 2] = [one, other].map(|text| serde_json::from_str(text).unwrap());
        View::of(&one).same(View::of(&other), &mut Fuel::new(1_000))
    }

    #[test]
    fn numbers_are_compared_by_value() {
        // Each is less than the next.
        let rising = [
            "-1e300",
            "-9223372036854775809e3",
            "-9223372036854775808",
            "-9223372036854775807",
            "-1.5",
            "-1",
            "-0.5",
            "0",
            "5e-324",
            "0.1",
            "1",
            "1.0000000000000002",
            "9007199254740991",
            "9007199254740992",
            "9007199254740993",
            "9223372036854775807",
            "9223372036854775808",
            "18446744073709551615",
            "18446744073709551616",
            "1e30",
            "1.7976931348623157e308",
        ];
        for (at, one) in rising.iter().enumerate() {
            for (other_at, other) in rising.iter().enumerate() {
                assert_eq!(number(one).compare(number(other)), at.cmp(&other_at), "{one} and {other}");
            }
        }
        for text in ["1.0", "10e-1", "1e0"] {
            assert!(number(text).compare(number("1")).is_eq() && number(text).is_whole(), "{text}");
        }
        assert!(number("-0.0").compare(number("0")).is_eq());
        assert!(number("1e300").is_whole() && !number("1.5").is_whole());
    }

    #[test]
    fn values_are_the_same_by_what_they_say() {
        assert_eq!(same(r#"{"a":[1,{"b":null}],"c":"é"}"#, r#"{"c":"\u00e9","a":[1.0,{"b":null}]}"#), Some(true));
        for (one, other) in [
            ("1", "true"),
            ("0", "null"),
            ("[1]", "[1,1]"),
            (r#"{"a":1}"#, r#"{"b":1}"#),
            (r#""1""#, "1"),
            ("[]", "{}"),
        ] {
            assert_eq!(same(one, other), Some(false), "{one} and {other}");
        }
        let long = format!("[{}0]", "0,".repeat(2_000));
        assert_eq!(same(&long, &long), None);
    }

    proptest! {
        #[test]
        fn comparison_agrees_with_decimals(one in any::<i64>(), other in any::<u64>(), exponent in 0..20_u32) {
            let (one, other) = (i128::from(one), i128::from(other));
            prop_assert_eq!(number(&one.to_string()).compare(number(&other.to_string())), one.cmp(&other));
            let double = other as f64 / f64::from(2_u32.pow(exponent));
            // Every double of this size has an exact value as a fraction of 2^20.
            let expected = (one << 20).cmp(&((double * 1_048_576.0) as i128));
            let double = serde_json::Number::from_f64(double).unwrap();
            prop_assert_eq!(Number::Integer(one).compare(Number::of(&double)), expected);
        }
    }
}
