//! What is judged rather than printed again: settings, addresses, answers of receivers, conditions and schemas.

use hookwright_core::guard::{Policy, Refused, check_address, check_endpoint, check_url, parse_address};
use hookwright_core::retry::{Answer, Class, Next, Schedule, Verdict, judge, next, slow_until};
use hookwright_core::{Config, EndpointUrl, Filter, FilterInput, PlainHttp, Schema};
use serde_json::Value;

use crate::first_line;

const HOUR_MS: i64 = 3_600_000;

/// Lines `key=value`: `Config::parse`.
pub fn config(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    let pairs: Vec<(&str, &str)> = text.lines().filter_map(|line| line.split_once('=')).collect();
    match Config::parse(&pairs) {
        Ok(config) => {
            assert!(pairs.iter().all(|(key, _)| Config::KEYS.contains(key)));
            assert!(config.least_lease_ms() > config.request_timeout_ms);
            assert_eq!(Config::parse(&pairs), Ok(config), "the same settings are the same configuration");
        }
        Err(bad) => {
            assert!(!bad.is_empty());
            for setting in bad {
                assert!(pairs.iter().any(|(key, _)| *key == setting.key), "a key that nobody gave: {setting}");
                assert!(!setting.message.trim().is_empty());
            }
        }
    }
}

/// A URL or an address: `guard::check_url`, `guard::check_address`.
pub fn guard(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    let closed = Policy::default();
    let opened = Config::parse(&[("allow-addresses", "0.0.0.0/0,::/0")]).expect("these are settings").guard;
    let verdict = check_url(text, &closed);
    if let Ok(url) = EndpointUrl::parse(text, PlainHttp::Allowed) {
        assert_eq!(check_url(url.as_str(), &closed), verdict, "the normal form has the same verdict");
        assert_eq!(check_endpoint(&url, &closed).map_err(Refused::Blocked), verdict);
    }
    if verdict.is_ok() {
        assert_eq!(check_url(text, &opened), Ok(()), "what is open to all is open");
    }
    if let Ok(address) = parse_address(text) {
        let verdict = check_address(address, &closed);
        let again = parse_address(&address.to_string()).map(|same| check_address(same, &closed));
        assert_eq!(again, Ok(verdict.clone()), "the address as it is printed has the same verdict");
        let url = match address {
            std::net::IpAddr::V4(address) => format!("https://{address}/"),
            std::net::IpAddr::V6(address) => format!("https://[{address}]/"),
        };
        let literal = check_url(&url, &closed).err().map(|refused| match refused {
            Refused::Blocked(blocked) => blocked.reason,
            Refused::Malformed(error) => panic!("{url}: {error}"),
        });
        assert_eq!(literal, verdict.err().map(|blocked| blocked.reason), "{url}: by name of an address or by address");
    }
}

/// Two bytes of status, six of time, and the value of `Retry-After`: `judge`, and what follows from it.
pub fn answer(bytes: &[u8]) {
    let Some(([high, low, time @ ..], value)) = bytes.split_first_chunk::<8>() else { return };
    let code = u16::from_be_bytes([*high, *low]);
    let mut clock = [0; 8];
    clock[..6].copy_from_slice(time);
    let now_ms = i64::from_be_bytes(clock);
    let Verdict::Failed(failure) = judge(Answer::Status { code, retry_after: str::from_utf8(value).ok() }, now_ms)
    else {
        assert_eq!(code / 100, 2, "only 2xx is success");
        return;
    };
    assert_ne!(code / 100, 2);
    assert!(!failure.reason.is_empty());
    assert_eq!(failure.class == Class::Gone, code == 410);
    let pause = slow_until(&failure, now_ms).map(|until| until.saturating_sub(now_ms));
    assert_eq!(pause.is_some(), failure.class == Class::Slow);
    assert!(pause.is_none_or(|pause| (0..=HOUR_MS).contains(&pause)), "{pause:?}");
    let schedule = Schedule::default();
    for (done, random) in [(1, 0), (1, u32::MAX), (schedule.attempts() - 1, 7), (schedule.attempts(), 7), (u32::MAX, 7)]
    {
        match next(&schedule, done, &failure, now_ms, random) {
            Next::Retry { at_ms } => {
                assert!(done < schedule.attempts() && at_ms >= now_ms, "attempt {done}");
                assert!(at_ms.saturating_sub(now_ms) <= 48 * HOUR_MS, "a receiver asks for no more than is bounded");
            }
            Next::Exhausted => assert!(done >= schedule.attempts() || failure.class == Class::Gone),
        }
    }
}

/// A condition in the first line, and the data after it: `Filter::parse`, `Filter::matches`.
pub fn filter(bytes: &[u8]) {
    let Ok(text) = str::from_utf8(bytes) else { return };
    let (condition, data) = first_line(text);
    match Filter::parse(condition) {
        Ok(filter) => {
            assert_eq!(filter.as_str(), condition);
            assert!(condition.len() <= Filter::MAX_BYTES);
            let data = serde_json::from_str(data).unwrap_or(Value::Null);
            let input = FilterInput { topic: "order.created", account: None, event_id: "evt_1", data: &data };
            let negated = Filter::parse(&format!("!({condition})"));
            let wanted = filter.matches(&input);
            assert_eq!(filter.matches(&input), wanted);
            // Longer by three bytes and deeper by two, it may be too much; an error of CEL makes both false.
            assert!(!negated.is_ok_and(|negated| wanted && negated.matches(&input)), "{condition:?} and its opposite");
        }
        Err(error) => {
            assert!((1..=condition.chars().count() + 1).contains(&error.column), "{error}");
            assert!(!error.message.trim().is_empty());
        }
    }
}

/// A schema in the first line, and the data after it: `Schema::parse`, `Schema::violations`.
pub fn json_schema(bytes: &[u8]) {
    const MOST: usize = 5;
    let Ok(text) = str::from_utf8(bytes) else { return };
    let (schema, data) = first_line(text);
    match Schema::parse(schema) {
        Ok(schema) => {
            let data = serde_json::from_str(data).unwrap_or(Value::Null);
            let violations = schema.violations(&data, MOST);
            assert!(violations.len() <= MOST);
            for violation in &violations {
                assert!(data.pointer(&violation.pointer).is_some(), "{violation} is nowhere");
                assert!(!violation.message.trim().is_empty());
            }
            assert_eq!(schema.violations(&data, 1).is_empty(), violations.is_empty());
            assert!(schema.deprecated_fields(&data).len() <= 100);
        }
        Err(error) => assert!(!error.message.trim().is_empty()),
    }
}
