//! Names of the WIT in the manner of PHP.

/// `new-webhook` as `NewWebhook`.
pub(super) fn class(name: &str) -> String {
    name.split('-').map(capitalized).collect()
}

/// `webhook-id` as `webhookId`.
pub(super) fn member(name: &str) -> String {
    let mut words = name.split('-');
    let first = words.next().unwrap_or_default().to_owned();
    words.fold(first, |name, word| name + &capitalized(word))
}

fn capitalized(word: &str) -> String {
    let mut letters = word.chars();
    letters.next().map_or_else(String::new, |first| first.to_ascii_uppercase().to_string() + letters.as_str())
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn words_run_together() {
        assert_eq!(class("hmac-sha256-hex"), "HmacSha256Hex");
        assert_eq!(member("in-flight"), "inFlight");
        assert_eq!(member("url"), "url");
    }
}
