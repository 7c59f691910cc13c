//! Whether a number is a multiple of another: in decimals as they stand in the text, so that 19.99 is 1999 times 0.01.

use serde_json::Number;

/// Exact for every number that JSON's reader keeps. `of` is above 0.
pub(super) fn is_multiple(number: &Number, of: &Number) -> bool {
    let ((mut number, exponent), (mut of, of_exponent)) = (decimal(number), decimal(of));
    if number == 0 || of == 0 {
        return number == 0;
    }
    for _ in of_exponent..exponent {
        number = ten_times(number % of, of);
    }
    for _ in exponent..of_exponent {
        of = match of.checked_mul(10) {
            Some(more) if more <= number => more,
            // A larger number has no multiple here but 0.
            _ => return false,
        };
    }
    number % of == 0
}

/// Ten times a number, modulo another that is greater than it; by addition, because the product may be too large.
fn ten_times(number: u64, modulus: u64) -> u64 {
    let mut sum = 0;
    for _ in 0..10 {
        let left = modulus - number;
        sum = if sum >= left { sum - left } else { sum + number };
    }
    sum
}

/// Digits without sign and trailing zeros, and the power of ten that they are to be taken with. The shortest spelling
/// of an `f64` has 17 digits at most, and that of a `u64` is one.
fn decimal(number: &Number) -> (u64, i32) {
    let (mut digits, mut exponent, mut written) = (0_u64, 0_i32, 0_i32);
    // What each digit, and each zero kept back, adds to the exponent: before the point 0 and 1, behind it -1 and 0.
    let (mut zeros, mut shift, mut exponent_sign) = (0_u32, 0, 0);
    for byte in number.to_string().bytes() {
        match byte {
            b'0'..=b'9' if exponent_sign != 0 => {
                written = written.saturating_mul(10).saturating_add(i32::from(byte - b'0'));
            }
            b'0' => {
                zeros += 1;
                exponent += shift + 1;
            }
            b'1'..=b'9' => {
                let power = 10_u64.saturating_pow(zeros + 1);
                digits = digits.saturating_mul(power).saturating_add(u64::from(byte - b'0'));
                exponent += shift - i32::try_from(zeros).unwrap_or(0);
                zeros = 0;
            }
            b'.' => shift = -1,
            b'e' | b'E' => exponent_sign = 1,
            b'-' if exponent_sign != 0 => exponent_sign = -1,
            _ => {}
        }
    }
    (digits, exponent.saturating_add(written.saturating_mul(exponent_sign)))
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(number: &str, of: &str, expected: bool) {
        let [one, other] = [number, of].map(|text| serde_json::from_str::<Number>(text).unwrap());
        assert_eq!(is_multiple(&one, &other), expected, "{number} of {of}");
    }

    #[test]
    fn multiples_are_told_in_decimals() {
        check("19.99", "0.01", true);
        check("19.995", "0.01", false);
        check("0.0075", "0.0001", true);
        check("0.00751", "0.0001", false);
        check("-0.3", "0.1", true);
        check("0", "7", true);
        check("0.0", "1e300", true);
        check("7.0", "7", true);
        check("1e308", "0.5", true);
        check("1e308", "0.123456789", false);
        check("1e300", "7", false);
        check("5e-324", "1", false);
        check("5e-324", "5e-324", true);
        check("1", "1e308", false);
        check("3e300", "1e300", true);
        check("18446744073709551615", "5", true);
        check("18446744073709551614", "5", false);
        check("9007199254740993", "2", false);
        check("100", "1e2", true);
        check("1.5", "1e2", false);
    }

    proptest! {
        #[test]
        fn decimals_of_one_scale_agree_with_integers(number in any::<i32>(), of in 1..10_000_u32, scale in 0..6_usize) {
            let scaled = |digits: i64| {
                let text = format!("{}{:0>7}", if digits < 0 { "-" } else { "" }, digits.abs());
                let (whole, fraction) = text.split_at(text.len() - scale);
                format!("{}.{fraction}0", whole.replacen("-0000000", "-0", 1)).parse::<f64>().unwrap()
            };
            let [one, other] = [number.into(), of.into()].map(|digits| Number::from_f64(scaled(digits)).unwrap());
            prop_assert_eq!(is_multiple(&one, &other), i64::from(number) % i64::from(of) == 0);
        }
    }
}
