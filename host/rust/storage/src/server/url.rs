//! A database's URL as it may be shown: without its password.

/// What stands in the place of a password.
const HIDDEN: &str = "***";

/// The URL with `***` in the place of its password: from the first colon behind the scheme to the last `@`, so that a
/// password that should have been escaped stays hidden too; and the parameter of that name.
#[must_use]
pub fn without_password(url: &str) -> String {
    let (scheme, rest) = url.split_once("://").unwrap_or(("", url));
    let mut shown = match scheme {
        "" => String::new(),
        scheme => format!("{scheme}://"),
    };
    let (user, rest) = rest.rsplit_once('@').map_or((None, rest), |(user, rest)| (Some(user), rest));
    if let Some(user) = user {
        match user.split_once(':') {
            Some((name, _)) => shown.push_str(&format!("{name}:{HIDDEN}")),
            None => shown.push_str(user),
        }
        shown.push('@');
    }
    let (place, options) = rest.split_once('?').map_or((rest, None), |(place, options)| (place, Some(options)));
    shown.push_str(place);
    for (index, option) in options.into_iter().flat_map(|options| options.split('&')).enumerate() {
        shown.push(if index == 0 { '?' } else { '&' });
        match option.split_once('=') {
            Some((name, _)) if name.to_ascii_lowercase().contains("pass") => {
                shown.push_str(&format!("{name}={HIDDEN}"));
            }
            _ => shown.push_str(option),
        }
    }
    shown
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn passwords_are_never_shown() {
        for (url, shown) in [
            ("postgres://shop@db.example/shop", "postgres://shop@db.example/shop"),
            ("postgres://shop:s3cret@db.example:5432/shop", "postgres://shop:***@db.example:5432/shop"),
            ("mysql://shop:a@b/c:d?e@db.example/shop?socket=/run/x", "mysql://shop:***@db.example/shop?socket=/run/x"),
            ("postgres:///shop?user=a&password=s3cret&host=/run", "postgres:///shop?user=a&password=***&host=/run"),
            ("mariadb://localhost", "mariadb://localhost"),
            ("a:b@c", "a:***@c"),
        ] {
            assert_eq!(without_password(url), shown);
        }
    }
}
