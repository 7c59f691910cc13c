//! What nobody should send: texts, URLs, patterns, secrets, options, data and times.
//!
//! Decides what is drawn; each has enough of the right among the wrong that what it does is seen too.

use hookwright_runtime::registry::WebhookOptions;
use hookwright_tests::environment::START_MS;
use proptest::prelude::*;

pub(super) fn text() -> impl Strategy<Value = String> {
    let token = prop::sample::select(vec![
        "",
        " ",
        "\0",
        "\r\n",
        "\n",
        "\u{feff}",
        "\u{202e}",
        "a\u{301}",
        "😀",
        "é",
        "'",
        "\"",
        "\\",
        "%",
        "_",
        "*",
        ".",
        ".*",
        "order.",
        "--",
        "../",
        "{",
        "\u{7f}",
        "\u{fffd}",
        "\u{10ffff}",
        "9007199254740993",
        "-1",
    ]);
    prop_oneof![
        4 => token.clone().prop_map(str::to_owned),
        4 => prop::collection::vec(token.clone(), 0..6).prop_map(|parts| parts.concat()),
        3 => "\\PC{0,30}",
        1 => (token, 1_usize..40_000).prop_map(|(token, count)| token.repeat(count)),
    ]
}

pub(super) fn pattern() -> impl Strategy<Value = String> {
    prop_oneof![
        2 => prop::sample::select(vec![
            "order.created", "order.*", "*", "**", "*.created", "order.*.created", ".*", "order..created", "ORDER.created",
            "webhook.disabled", "webhook.*", "order.created ", "action.save_post", "action.", "order.created.*",
        ]).prop_map(str::to_owned),
        1 => text(),
    ]
}

pub(super) fn url() -> impl Strategy<Value = String> {
    prop_oneof![
        Just("https://receiver.example/hook".to_owned()),
        text(),
        text().prop_map(|end| format!("https://receiver.example/{end}")),
        text().prop_map(|host| format!("https://{host}/")),
    ]
}

pub(super) fn secret() -> impl Strategy<Value = String> {
    prop_oneof![
        text(),
        text().prop_map(|end| format!("whsec_{end}")),
        "whsec_[A-Za-z0-9+/=_-]{0,100}",
        "whs[ekp]c?_[A-Za-z0-9+/]{30,90}={0,3}",
    ]
}

fn options() -> impl Strategy<Value = WebhookOptions> {
    let word = |words: &'static [&'static str]| {
        prop::option::of(prop_oneof![8 => prop::sample::select(words).prop_map(str::to_owned), 1 => text()])
    };
    let condition = prop_oneof![
        prop::sample::select(vec!["data.id == 1", "!!!!true", "has(data.a.b)", "((((", "data[", "size(data) > 1e400"])
            .prop_map(str::to_owned),
        (0_usize..900).prop_map(|deep| format!("{}true{}", "(".repeat(deep), ")".repeat(deep))),
        text(),
    ];
    let name = prop_oneof![2 => "[A-Za-z-]{0,20}", 1 => text()];
    let people = (prop::option::of(text()), prop::option::of(text()), prop::option::of(text()));
    let body = (
        word(&["standard", "woocommerce", "ultimate-multisite", "wink", "easy-lms", "github", "stripe", "shopify"]),
        word(&["json", "form", "xml"]),
        prop::option::of(0_u32..5),
        any::<Option<bool>>(),
    );
    let pace = (
        prop::option::of(prop::collection::vec(any::<u32>(), 0..40)),
        any::<Option<u32>>(),
        prop_oneof![any::<Option<u32>>(), (0_u32..1_100).prop_map(Some)],
    );
    let headers = prop::option::of(prop::collection::vec((name, text()), 0..4));
    (people, body, pace, headers, prop::option::of(condition)).prop_map(|(people, body, pace, headers, filter)| {
        let (description, integration, owner) = people;
        let (dialect, format, payload_version, standard_headers) = body;
        let (retry_schedule, timeout, requests_per_second) = pace;
        WebhookOptions {
            description,
            integration,
            owner,
            headers,
            dialect,
            format,
            payload_version,
            standard_headers,
            retry_schedule,
            timeout,
            requests_per_second,
            filter,
        }
    })
}

/// Some of them without a fault, so that what they do is seen too.
pub(super) fn few_options() -> impl Strategy<Value = WebhookOptions> {
    (options(), 0..10).prop_map(|(options, which)| match which {
        0 => options,
        1 => WebhookOptions { description: options.description, owner: options.owner, ..WebhookOptions::default() },
        2 | 3 => WebhookOptions { headers: options.headers, ..WebhookOptions::default() },
        4 | 5 => WebhookOptions { dialect: options.dialect, format: options.format, ..WebhookOptions::default() },
        6 => WebhookOptions { retry_schedule: options.retry_schedule, ..WebhookOptions::default() },
        7 => WebhookOptions { requests_per_second: options.requests_per_second, ..WebhookOptions::default() },
        8 => WebhookOptions { filter: options.filter, ..WebhookOptions::default() },
        _ => WebhookOptions::default(),
    })
}

/// JSON, and what only looks like it.
pub(super) fn data() -> impl Strategy<Value = String> {
    let number = prop::sample::select(vec![
        "0",
        "-0",
        "01",
        "9007199254740993",
        "18446744073709551616",
        "1e400",
        "-1E-999",
        "1.",
        ".5",
        "NaN",
        "0x1",
        "123456789012345678901234567890.123456789",
    ]);
    prop_oneof![
        number.prop_map(str::to_owned),
        (0_usize..300).prop_map(|deep| format!("{}1{}", "[".repeat(deep), "]".repeat(deep))),
        (0_usize..300).prop_map(|deep| format!("{}1{}", "{\"a\":".repeat(deep), "}".repeat(deep))),
        (1_usize..300_000).prop_map(|long| format!("\"{}\"", "x".repeat(long))),
        (1_usize..20_000).prop_map(|many| format!("[{}0]", "0,".repeat(many))),
        text().prop_map(|name| format!("{{\"a\":1,\"a\":{{}},\"{name}\":2,\"\":3,\"__proto__\":null}}")),
        text().prop_map(|value| serde_json::to_string(&value).unwrap()),
        Just("\"\\ud800\"".to_owned()),
        text(),
    ]
}

/// Times that a clock should not show, beside those that it does.
pub(super) fn moment() -> impl Strategy<Value = i64> {
    prop_oneof![
        prop::sample::select(vec![i64::MIN, i64::MIN + 1, -1, 0, 1, i64::MAX - 1, i64::MAX, START_MS]),
        any::<i64>(),
        (-1_000_000_000_i64..1_000_000_000).prop_map(|offset| START_MS + offset),
    ]
}
