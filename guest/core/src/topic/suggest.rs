//! Which known name somebody meant who misspelt it.

use super::Topic;

/// The candidate that was most likely meant by `name`, for a question "did you mean …?"; none when no candidate is
/// near. Letter case and two swapped neighbours count for little; of equally near ones the first is taken.
pub(crate) fn suggest<'a>(name: &str, candidates: impl IntoIterator<Item = &'a str>) -> Option<&'a str> {
    // A long text is no misspelt name, and comparing costs its length squared.
    if name.len() > 2 * Topic::MAX_BYTES {
        return None;
    }
    let allowed = (name.len() / 4).clamp(1, 4);
    candidates
        .into_iter()
        .filter(|candidate| candidate.len().abs_diff(name.len()) <= allowed)
        .map(|candidate| (edit_distance(name.as_bytes(), candidate.as_bytes()), candidate))
        .filter(|(distance, _)| *distance <= allowed)
        .min_by_key(|(distance, _)| *distance)
        .map(|(_, candidate)| candidate)
}

/// Insertions, deletions, replacements and swaps of neighbours that lead from one text to the other.
fn edit_distance(from: &[u8], to: &[u8]) -> usize {
    let mut before_last: Vec<usize> = Vec::new();
    let mut last: Vec<usize> = (0..=to.len()).collect();
    for (row, a) in from.iter().enumerate() {
        let mut current = Vec::with_capacity(to.len() + 1);
        current.push(row + 1);
        for (column, b) in to.iter().enumerate() {
            let replaced = last[column] + usize::from(!a.eq_ignore_ascii_case(b));
            let mut least = replaced.min(last[column + 1] + 1).min(current[column] + 1);
            if row > 0 && column > 0 && *a == to[column - 1] && from[row - 1] == *b {
                least = least.min(before_last[column - 1] + 1);
            }
            current.push(least);
        }
        before_last = core::mem::replace(&mut last, current);
    }
    last[to.len()]
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check_suggestion(name: &str, expected: Option<&str>) {
        let known = ["order.created", "order.updated", "order.deleted", "payment_received"];
        assert_eq!(suggest(name, known), expected, "{name}");
    }

    #[test]
    fn a_misspelt_name_leads_to_the_right_one() {
        check_suggestion("order.create", Some("order.created"));
        check_suggestion("Order.Created", Some("order.created"));
        check_suggestion("order_created", Some("order.created"));
        check_suggestion("order.craeted", Some("order.created"));
        check_suggestion("payment.received", Some("payment_received"));
        check_suggestion("customer.created", None);
        check_suggestion("", None);
        check_suggestion(&"order.created".repeat(100), None);
    }

    proptest! {
        #[test]
        fn a_name_is_near_to_itself_and_distance_has_no_direction(name in r"\PC{1,12}", other in any::<String>()) {
            prop_assert_eq!(suggest(&name, [other.as_str(), name.as_str()]).map(str::len), Some(name.len()));
            let (from, to) = (name.as_bytes(), other.as_bytes());
            prop_assert_eq!(edit_distance(from, to), edit_distance(to, from));
        }
    }
}
