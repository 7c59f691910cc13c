//! Which settings an installation has, their units, bounds and defaults.
//!
//! The settings come from the host as pairs of text (environment.config) and never from the database.

use core::fmt;
use core::ops::RangeInclusive;
use core::str::FromStr;

use crate::endpoint_url::{EndpointUrl, PlainHttp};
use crate::guard;
use crate::retry::{DisableLimits, Schedule};
use crate::sealing::Sealer;
use crate::topic::suggest;

const MAX_TABLE_PREFIX_BYTES: usize = 32;
const MAX_USER_AGENT_BYTES: usize = 200;
const MAX_IDENTITY_BYTES: usize = 200;
const DAY_MS: i64 = 24 * 60 * 60 * 1_000;

/// The settings of an installation.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct Config {
    /// `table-prefix`: what the names of the tables begin with; up to 32 of a-z, 0-9 and `_`, no digit first.
    pub table_prefix: String,
    /// `allow-http`: whether a webhook may have a URL without TLS.
    pub plain_http: PlainHttp,
    /// `max-payload-bytes`: greatest size of an event's data; 1 KiB to 1,000,000 bytes, because a statement holds 1 MiB.
    pub max_payload_bytes: u32,
    /// `request-timeout-ms`: for the whole exchange with a receiver; 1 s to 2 min.
    pub request_timeout_ms: u32,
    /// `response-cap-bytes`: how much of a response body is kept; up to 768 KiB, because a statement holds 1 MiB.
    pub response_cap_bytes: u32,
    /// `max-in-flight-per-webhook`: requests to one webhook at once; 1 to 1000.
    pub max_in_flight_per_webhook: u32,
    /// `retry-schedule-ms`: delays before the attempts, with commas between them.
    pub retry_schedule: Schedule,
    /// `disable-after-ms` (up to a year) and `least-failures-to-disable` (1 to 1,000,000).
    pub disable: DisableLimits,
    /// `least-lease-margin-ms`: by how much a lease must be longer than the time-out; 1 s to 1 h.
    pub least_lease_margin_ms: u32,
    /// `user-agent`: the header of that name; up to 200 visible ASCII characters and spaces.
    pub user_agent: String,
    /// `allow-addresses` (networks, addresses, `loopback`, `private`) and `allow-ports`, each with commas between them.
    pub guard: guard::Policy,
    /// `woocommerce-user-agent`: the same for webhooks of the dialect woocommerce, whose receivers expect a form of it.
    pub woocommerce_user_agent: String,
    /// `site-url`: the platform's own address, which some dialects tell; an http or https URL, empty leaves it out.
    pub site_url: String,
    /// `ping`: whether a webhook that becomes active, or whose URL changes, is sent a ping by itself.
    pub ping: bool,
    /// `encryption-keys`: under which secrets are stored; none stores them in clear.
    pub sealer: Sealer,
    /// `site-identity`: what tells this installation from a copy of its database; up to 200 bytes, empty is not checked.
    pub site_identity: String,
    /// `keep-payloads-ms`: how long payloads are kept from their publication; up to 10 years, 0 is for ever.
    pub keep_payloads_ms: i64,
    /// `keep-attempts-ms`: how long attempts are kept from the end of their delivery; up to 10 years, 0 is for ever.
    pub keep_attempts_ms: i64,
}

impl Config {
    /// All keys, in the order of the documentation.
    pub const KEYS: &[&str] = &[
        "table-prefix",
        "allow-http",
        "max-payload-bytes",
        "request-timeout-ms",
        "response-cap-bytes",
        "max-in-flight-per-webhook",
        "retry-schedule-ms",
        "disable-after-ms",
        "least-failures-to-disable",
        "least-lease-margin-ms",
        "user-agent",
        "allow-addresses",
        "allow-ports",
        "woocommerce-user-agent",
        "site-url",
        "ping",
        "encryption-keys",
        "site-identity",
        "keep-payloads-ms",
        "keep-attempts-ms",
    ];

    /// Reads the settings; a key that is not given has its default.
    ///
    /// # Errors
    ///
    /// Every key that is unknown, given twice, or has a value out of its bounds, in the order given.
    pub fn parse<K: AsRef<str>, V: AsRef<str>>(pairs: &[(K, V)]) -> Result<Self, Vec<BadSetting>> {
        let mut config = Self::default();
        let mut bad = Vec::new();
        for (index, (key, value)) in pairs.iter().enumerate() {
            let (key, value) = (key.as_ref(), value.as_ref());
            let outcome = if pairs[..index].iter().any(|(earlier, _)| earlier.as_ref() == key) {
                Err("this setting is given twice; give it once".to_owned())
            } else {
                config.set(key, value)
            };
            if let Err(message) = outcome {
                bad.push(BadSetting { key: key.to_owned(), message });
            }
        }
        if bad.is_empty() { Ok(config) } else { Err(bad) }
    }

    /// The shortest lease that a host may claim for, in milliseconds.
    #[must_use]
    pub fn least_lease_ms(&self) -> u32 {
        self.request_timeout_ms.saturating_add(self.least_lease_margin_ms)
    }

    fn set(&mut self, key: &str, value: &str) -> Result<(), String> {
        match key {
            "table-prefix" => self.table_prefix = table_prefix(value)?,
            "allow-http" => self.plain_http = plain_http(value)?,
            "max-payload-bytes" => self.max_payload_bytes = number(value, 1024..=1_000_000)?,
            "request-timeout-ms" => self.request_timeout_ms = number(value, 1_000..=120_000)?,
            "response-cap-bytes" => self.response_cap_bytes = number(value, 0..=768 * 1024)?,
            "max-in-flight-per-webhook" => self.max_in_flight_per_webhook = number(value, 1..=1_000)?,
            "retry-schedule-ms" => {
                self.retry_schedule = Schedule::parse(value).map_err(|error| error.to_string())?;
            }
            "disable-after-ms" => self.disable.after_ms = number(value, 0..=365 * 24 * 60 * 60 * 1_000)?,
            "least-failures-to-disable" => self.disable.least_failures = number(value, 1..=1_000_000)?,
            "least-lease-margin-ms" => self.least_lease_margin_ms = number(value, 1_000..=3_600_000)?,
            "user-agent" => self.user_agent = user_agent(value)?,
            "allow-addresses" => self.guard.addresses = guard::Network::parse_list(value)?,
            "allow-ports" => self.guard.ports = guard::OpenPorts::parse(value)?,
            "woocommerce-user-agent" => self.woocommerce_user_agent = user_agent(value)?,
            "site-url" => self.site_url = site_url(value)?,
            "ping" => self.ping = switch(value)?,
            "encryption-keys" => self.sealer = Sealer::parse(value)?,
            "site-identity" => self.site_identity = site_identity(value)?,
            "keep-payloads-ms" => self.keep_payloads_ms = number(value, 0..=3_650 * DAY_MS)?,
            "keep-attempts-ms" => self.keep_attempts_ms = number(value, 0..=3_650 * DAY_MS)?,
            _ => return Err(unknown_key(key)),
        }
        Ok(())
    }
}

impl Default for Config {
    fn default() -> Self {
        Self {
            table_prefix: "hookwright_".to_owned(),
            plain_http: PlainHttp::Refused,
            max_payload_bytes: 256 * 1024,
            request_timeout_ms: 20_000,
            response_cap_bytes: 16 * 1024,
            max_in_flight_per_webhook: 10,
            retry_schedule: Schedule::default(),
            disable: DisableLimits::default(),
            least_lease_margin_ms: 60_000,
            user_agent: "Hookwright/0.1".to_owned(),
            guard: guard::Policy::default(),
            woocommerce_user_agent: "WooCommerce/10.0.0 Hookshot (WordPress/6.8)".to_owned(),
            site_url: String::new(),
            ping: true,
            sealer: Sealer::default(),
            site_identity: String::new(),
            keep_payloads_ms: 30 * DAY_MS,
            keep_attempts_ms: 30 * DAY_MS,
        }
    }
}

/// A setting that was refused.
#[derive(Clone, Debug, PartialEq, Eq)]
pub struct BadSetting {
    /// The key as it was given.
    pub key: String,
    /// What is wrong and what would be right.
    pub message: String,
}

impl fmt::Display for BadSetting {
    fn fmt(&self, out: &mut fmt::Formatter<'_>) -> fmt::Result {
        write!(out, "{}: {}", self.key, self.message)
    }
}

impl core::error::Error for BadSetting {}

fn number<N: Copy + FromStr + PartialOrd + fmt::Display>(value: &str, bounds: RangeInclusive<N>) -> Result<N, String> {
    // A sign or a space would pass in some languages' hosts and not in others.
    let digits = value.bytes().all(|byte| byte.is_ascii_digit());
    value
        .parse()
        .ok()
        .filter(|number| digits && bounds.contains(number))
        .ok_or_else(|| format!("write a whole number from {} to {}, in digits only", bounds.start(), bounds.end()))
}

fn table_prefix(value: &str) -> Result<String, String> {
    let allowed = value.bytes().all(|byte| matches!(byte, b'a'..=b'z' | b'0'..=b'9' | b'_'));
    let digit_first = value.starts_with(|first: char| first.is_ascii_digit());
    if allowed && !digit_first && value.len() <= MAX_TABLE_PREFIX_BYTES {
        Ok(value.to_owned())
    } else {
        Err(format!("write up to {MAX_TABLE_PREFIX_BYTES} of a-z, 0-9 and `_`, not a digit first, as `hookwright_`"))
    }
}

fn plain_http(value: &str) -> Result<PlainHttp, String> {
    Ok(if switch(value)? { PlainHttp::Allowed } else { PlainHttp::Refused })
}

fn switch(value: &str) -> Result<bool, String> {
    value.parse().map_err(|_| "write `true` or `false`".to_owned())
}

fn site_url(value: &str) -> Result<String, String> {
    if value.is_empty() {
        return Ok(String::new());
    }
    match EndpointUrl::parse(value, PlainHttp::Allowed) {
        Ok(url) => Ok(url.as_str().to_owned()),
        Err(error) => Err(format!("{error}; write the address of your site, as `https://shop.example/`")),
    }
}

fn user_agent(value: &str) -> Result<String, String> {
    let visible = value.bytes().all(|byte| matches!(byte, b' '..=b'~'));
    // A client may strip outer spaces, and an empty header may be replaced by the client's own.
    if visible && !value.is_empty() && value.trim() == value && value.len() <= MAX_USER_AGENT_BYTES {
        Ok(value.to_owned())
    } else {
        Err(format!("write 1 to {MAX_USER_AGENT_BYTES} visible ASCII characters, as `Hookwright/0.1`"))
    }
}

fn site_identity(value: &str) -> Result<String, String> {
    if value.len() <= MAX_IDENTITY_BYTES && !value.chars().any(char::is_control) {
        Ok(value.to_owned())
    } else {
        Err(format!("write up to {MAX_IDENTITY_BYTES} bytes without control characters, as `https://shop.example`"))
    }
}

fn unknown_key(key: &str) -> String {
    match suggest(key, Config::KEYS.iter().copied()) {
        Some(near) => format!("there is no such setting; did you mean `{near}`?"),
        None => format!("there is no such setting; the settings are {}", Config::KEYS.join(", ")),
    }
}

#[cfg(test)]
mod tests {
    use super::*;
    use proptest::prelude::*;

    #[track_caller]
    fn check(key: &str, value: &str, expected: impl Fn(&mut Config)) {
        let mut config = Config::default();
        expected(&mut config);
        assert_eq!(Config::parse(&[(key, value)]), Ok(config));
    }

    #[track_caller]
    fn check_refused(key: &str, values: &[&str], message: &str) {
        for value in values {
            let bad = Config::parse(&[(key, value)]).unwrap_err();
            let [setting] = bad.as_slice() else { panic!("{bad:?}") };
            assert_eq!(setting.key, key);
            assert!(setting.message.contains(message), "{value:?}: {setting}");
        }
    }

    #[test]
    fn nothing_given_is_the_default() {
        assert_eq!(Config::parse::<&str, &str>(&[]), Ok(Config::default()));
        assert_eq!(Config::default().least_lease_ms(), 80_000);
    }

    #[test]
    fn the_defaults_are_values_that_may_be_given() {
        let schedule = "0,5000,300000,1800000,7200000,18000000,36000000,50400000,72000000,86400000";
        let values = [
            "hookwright_",
            "false",
            "262144",
            "20000",
            "16384",
            "10",
            schedule,
            "432000000",
            "10",
            "60000",
            "Hookwright/0.1",
            "",
            "",
            "WooCommerce/10.0.0 Hookshot (WordPress/6.8)",
            "",
            "true",
            "",
            "",
            "2592000000",
            "2592000000",
        ];
        let pairs: Vec<_> = Config::KEYS.iter().copied().zip(values).collect();
        assert_eq!(pairs.len(), Config::KEYS.len());
        assert_eq!(Config::parse(&pairs), Ok(Config::default()));
    }

    #[test]
    fn a_value_goes_where_its_key_says() {
        check("table-prefix", "wp_2_hooks_", |config| config.table_prefix = "wp_2_hooks_".to_owned());
        check("table-prefix", "", |config| config.table_prefix = String::new());
        check("allow-http", "true", |config| config.plain_http = PlainHttp::Allowed);
        check("max-payload-bytes", "1024", |config| config.max_payload_bytes = 1024);
        check("request-timeout-ms", "120000", |config| config.request_timeout_ms = 120_000);
        check("response-cap-bytes", "0", |config| config.response_cap_bytes = 0);
        check("max-in-flight-per-webhook", "1000", |config| config.max_in_flight_per_webhook = 1000);
        check("retry-schedule-ms", "0,7", |config| config.retry_schedule = Schedule::from_ms(&[0, 7]).unwrap());
        check("disable-after-ms", "0", |config| config.disable.after_ms = 0);
        check("least-failures-to-disable", "1", |config| config.disable.least_failures = 1);
        check("least-lease-margin-ms", "1000", |config| config.least_lease_margin_ms = 1000);
        check("user-agent", "Shop (a; b) 1.0", |config| config.user_agent = "Shop (a; b) 1.0".to_owned());
        check("allow-addresses", "10.0.0.0/8", |config| {
            config.guard.addresses = vec![guard::Network::parse("10.0.0.0/8").unwrap()];
        });
        check("woocommerce-user-agent", "WooCommerce/9.1 Hookshot (WordPress/6.7)", |config| {
            config.woocommerce_user_agent = "WooCommerce/9.1 Hookshot (WordPress/6.7)".to_owned();
        });
        check("site-url", "https://shop.example", |config| config.site_url = "https://shop.example/".to_owned());
        check("ping", "false", |config| config.ping = false);
        check("allow-ports", "443", |config| config.guard.ports = guard::OpenPorts::Only(vec![443]));
        let keys = "k1:AAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAAA=";
        check("encryption-keys", keys, |config| config.sealer = Sealer::parse(keys).unwrap());
        check("site-identity", "https://é.example", |config| config.site_identity = "https://é.example".to_owned());
        check("keep-payloads-ms", "0", |config| config.keep_payloads_ms = 0);
        check("keep-attempts-ms", "315360000000", |config| config.keep_attempts_ms = 3_650 * DAY_MS);
    }

    #[test]
    fn a_bad_value_is_refused() {
        check_refused("table-prefix", &["Hook_", "1a", "a-b", "é", &"a".repeat(33), "a;--"], "up to 32");
        check_refused("allow-http", &["", "yes", "TRUE", "1"], "`true` or `false`");
        check_refused("max-payload-bytes", &["1023", "10485761", "", "1e5", "-1", "+2000", " 2000"], "1024 to 1000000");
        check_refused("request-timeout-ms", &["999", "120001", "99999999999999999999"], "1000 to 120000");
        check_refused("response-cap-bytes", &["786433", "x"], "0 to 786432");
        check_refused("max-in-flight-per-webhook", &["0", "1001"], "1 to 1000");
        check_refused("retry-schedule-ms", &["0,x"], "entry 2");
        check_refused("disable-after-ms", &["-1", "31536000001"], "0 to 31536000000");
        check_refused("least-failures-to-disable", &["0"], "1 to 1000000");
        check_refused("least-lease-margin-ms", &["999"], "1000 to 3600000");
        check_refused("user-agent", &["", " a", "a\r\nb: c", "é", &"a".repeat(201)], "visible ASCII");
        check_refused("site-url", &["shop.example", "ftp://shop.example/"], "the address of your site");
        check_refused("ping", &["", "yes", "1"], "`true` or `false`");
        check_refused("allow-addresses", &["x", "10.0.0.0/8,x"], "`x` is no network");
        check_refused("allow-addresses", &["169.254.169.254"], "never called");
        check_refused("allow-ports", &["0", "443,x"], "1 to 65535");
        check_refused("encryption-keys", &["x", "k1:AAAA"], "entry 1");
        check_refused("site-identity", &[&"a".repeat(201), "a\nb", "\0"], "200 bytes");
        check_refused("keep-payloads-ms", &["-1", "315360000001"], "0 to 315360000000");
        check_refused("keep-attempts-ms", &["", "30d"], "0 to 315360000000");
    }

    #[test]
    fn all_bad_settings_are_told_at_once() {
        let pairs = [("allow-https", "true"), ("allow-http", "maybe"), ("colour", "red"), ("allow-http", "true")];
        let bad = Config::parse(&pairs).unwrap_err();
        let texts: Vec<String> = bad.iter().map(ToString::to_string).collect();
        assert_eq!(texts[0], "allow-https: there is no such setting; did you mean `allow-http`?");
        assert_eq!(texts[1], "allow-http: write `true` or `false`");
        assert!(texts[2].starts_with("colour: there is no such setting; the settings are table-prefix, "));
        assert_eq!(texts[3], "allow-http: this setting is given twice; give it once");
    }

    proptest! {
        #[test]
        fn no_pair_panics(
            key in prop_oneof![prop::sample::select(Config::KEYS).prop_map(str::to_owned), any::<String>()],
            value in r"(\PC{0,40}|[0-9]{0,25}|[0-9,]{0,40})",
        ) {
            match Config::parse(&[(&key, &value)]) {
                Ok(_) => prop_assert!(Config::KEYS.contains(&key.as_str())),
                Err(bad) => prop_assert_eq!(&bad[0].key, &key),
            }
        }
    }
}
