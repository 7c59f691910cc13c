//! Whether a list holds a value twice.

use serde_json::{Map, Value};

use crate::json_value::{Fuel, Number, View};

/// Two items that are the same value. Only those with one hash are compared, so that long lists stay cheap.
pub(super) fn twins(items: &[Value], fuel: &mut Fuel) -> Option<Option<(usize, usize)>> {
    // The place of the first item with a hash, of the second, and so on. An object of JSON, because its code is there.
    let mut places = Map::new();
    for (index, item) in items.iter().enumerate() {
        let hash = hash(View::of(item), fuel)?;
        for nth in 0.. {
            let key = format!("{hash:x}.{nth}");
            let Some(known) = places.get(&key).and_then(Value::as_u64).and_then(|place| usize::try_from(place).ok())
            else {
                places.insert(key, Value::from(index));
                break;
            };
            if View::of(items.get(known)?).same(View::of(item), fuel)? {
                return Some(Some((known, index)));
            }
        }
    }
    Some(None)
}

/// The same for values that are the same.
fn hash(view: View<'_>, fuel: &mut Fuel) -> Option<u64> {
    fuel.burn(1)?;
    Some(match view {
        View::Null => 1,
        View::Bool(truth) => 2 + u64::from(truth),
        View::Number(Number::Integer(whole)) => mix(4, whole as u64),
        View::Number(Number::Double(double)) => mix(5, double.to_bits()),
        View::Text(text) => hash_text(text, fuel)?,
        View::List(items) => {
            let mut sum = 6;
            for item in items {
                sum = mix(sum, hash(View::of(item), fuel)?);
            }
            sum
        }
        // In any order of the members.
        View::Object(members) => {
            let mut sum = 7_u64;
            for (name, value) in members {
                sum = sum.wrapping_add(mix(hash_text(name, fuel)?, hash(View::of(value), fuel)?));
            }
            sum
        }
    })
}

fn hash_text(text: &str, fuel: &mut Fuel) -> Option<u64> {
    fuel.burn_text(text.len())?;
    Some(text.bytes().fold(8, |sum, byte| mix(sum, byte.into())))
}

/// A step of FNV-1a, with the upper bits brought down.
fn mix(sum: u64, next: u64) -> u64 {
    let product = (sum ^ next).wrapping_mul(0x0100_0000_01b3);
    product ^ (product >> 29)
}
