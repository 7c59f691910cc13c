//! Every dialect against tests/vectors/dialects.json, and what no table can say: any data, any text in a header.

use std::collections::HashSet;

use proptest::prelude::*;
use serde::Deserialize;

use super::*;
use crate::json;

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vectors {
    #[serde(rename = "$schema")]
    _schema: String,
    #[serde(rename = "about")]
    _about: String,
    common: Common,
    vectors: Vec<Vector>,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Common {
    event_id: String,
    delivery_id: String,
    webhook_id: String,
    occurred_at_ms: i64,
    timestamp_seconds: i64,
    site_url: String,
    user_agent: String,
    woocommerce_user_agent: String,
}

#[derive(Deserialize)]
#[serde(deny_unknown_fields)]
struct Vector {
    id: String,
    #[serde(rename = "comment")]
    _comment: String,
    dialect: String,
    version: u32,
    format: String,
    topic: String,
    account: Option<String>,
    data: String,
    secrets: Vec<String>,
    beside: String,
    body: String,
    headers: Vec<(String, String)>,
}

fn vectors() -> Vectors {
    serde_json::from_str(include_str!("../../../../tests/vectors/dialects.json")).unwrap()
}

#[test]
fn bodies_and_headers_are_exact() {
    let Vectors { common, vectors, .. } = vectors();
    let mut seen = HashSet::new();
    for vector in &vectors {
        let dialect = Dialect::parse(&vector.dialect).unwrap();
        let format = Format::parse(&vector.format).unwrap();
        seen.insert((vector.dialect.clone(), vector.version));
        let beside = if vector.beside == "standard" { Beside::Standard } else { Beside::Nothing };
        let topic = Topic::parse(&vector.topic).unwrap();
        assert_eq!(json::compact(&vector.data).as_deref(), Ok(vector.data.as_str()), "{}", vector.id);
        let occurrence = Occurrence {
            event_id: &common.event_id,
            webhook_id: &common.webhook_id,
            topic: &topic,
            occurred_at_ms: common.occurred_at_ms,
            data: &vector.data,
            account: vector.account.as_deref(),
        };
        let body = body(dialect, vector.version, format, &occurrence).unwrap();
        assert_eq!(String::from_utf8_lossy(&body), vector.body, "{}", vector.id);
        let facts = RequestFacts {
            event_id: &common.event_id,
            delivery_id: &common.delivery_id,
            webhook_id: &common.webhook_id,
            integration: "manual",
            topic: &vector.topic,
            occurred_at_ms: common.occurred_at_ms,
            timestamp_seconds: common.timestamp_seconds,
            content_type: format.content_type(),
            body: &body,
            site_url: &common.site_url,
            user_agent: &common.user_agent,
            woocommerce_user_agent: &common.woocommerce_user_agent,
        };
        let secrets: Vec<&str> = vector.secrets.iter().map(String::as_str).collect();
        assert_eq!(headers(dialect, &facts, &secrets, beside), vector.headers, "{}", vector.id);
    }
    for dialect in Dialect::ALL {
        let newest = *dialect.versions().last().unwrap();
        assert!(seen.contains(&(dialect.word().to_owned(), newest)), "{}", dialect.word());
    }
}

#[test]
fn each_dialect_is_told_by_its_word() {
    for dialect in Dialect::ALL {
        assert_eq!(Dialect::parse(dialect.word()), Some(dialect));
    }
    assert_eq!(Dialect::ALL.map(Dialect::word).into_iter().collect::<HashSet<_>>().len(), Dialect::ALL.len());
    for other in ["", "Standard", "plain", "easy_lms"] {
        assert_eq!(Dialect::parse(other), None, "{other}");
    }
}

#[test]
fn only_the_first_ultimate_multisite_is_a_form_and_names_its_webhook() {
    for dialect in Dialect::ALL {
        for version in dialect.versions() {
            let first = (dialect, *version) == (Dialect::UltimateMultisite, 1);
            assert_eq!(dialect.default_format(*version) == Format::Form, first, "{dialect:?} {version}");
            assert_eq!(dialect.body_names_webhook(*version), first, "{dialect:?} {version}");
            let here = body(dialect, *version, Format::Json, &occurrence("wh_1", "{}"));
            let there = body(dialect, *version, Format::Json, &occurrence("wh_2", "{}"));
            assert_eq!(here != there, first, "{dialect:?} {version}");
        }
    }
}

#[test]
fn a_new_secret_fits_the_scheme_and_room_is_told() {
    for dialect in Dialect::ALL {
        let secret = signing::generate_key(dialect.secret_kind(), &[7; 32]);
        let message = signing::Message { id: "evt_1", timestamp: "1", body: b"{}" };
        let scheme = dialect.scheme();
        let sign = |secrets: &[String]| scheme.as_ref().map(|scheme| signing::sign_headers(scheme, &message, secrets));
        assert!(sign(std::slice::from_ref(&secret)).is_none_or(|signed| signed.is_ok()), "{dialect:?}");
        let both = sign(&[secret.clone(), secret]).is_some_and(|signed| signed.is_ok());
        assert_eq!(dialect.has_room_for_several_signatures(), both, "{dialect:?}");
    }
}

#[test]
fn an_unknown_version_is_the_default_one() {
    let about = occurrence("wh_1", r#"{"id":1}"#);
    for dialect in Dialect::ALL {
        let newest = *dialect.versions().last().unwrap();
        for version in [0, 99] {
            let found = body(dialect, version, Format::Json, &about);
            assert_eq!(found, body(dialect, newest, Format::Json, &about), "{dialect:?}");
        }
    }
}

#[test]
fn a_time_without_four_digits_is_refused_where_it_is_written() {
    let about = Occurrence { occurred_at_ms: i64::MAX, ..occurrence("wh_1", "{}") };
    for dialect in Dialect::ALL {
        let refused = matches!(dialect, Dialect::Standard | Dialect::Wink);
        let expected = refused.then_some(BodyError::Time(TimeOutOfRange));
        assert_eq!(body(dialect, 2, Format::Json, &about).err(), expected, "{dialect:?}");
    }
}

#[test]
fn data_too_large_for_a_format_are_an_error() {
    let data = format!(r#"{{"{}":[{}1]}}"#, "x".repeat(10_000), "1,".repeat(1000));
    let about = occurrence("wh_1", &data);
    assert_eq!(body(Dialect::EasyLms, 1, Format::Form, &about), Err(BodyError::TooLarge(TooLarge)));
    assert!(BodyError::TooLarge(TooLarge).to_string().contains("set it to `json`"));
}

#[test]
fn without_a_site_its_headers_are_left_out() {
    for (dialect, name) in [(Dialect::Woocommerce, "x-wc-webhook-source"), (Dialect::Shopify, "x-shopify-shop-domain")]
    {
        let with = |site_url| {
            let made = headers(dialect, &RequestFacts { site_url, ..facts("x.y") }, &["s"], Beside::Nothing);
            made.into_iter().find(|(header, _)| header == name).map(|(_, value)| value)
        };
        assert_eq!(with(""), None, "{name}");
        assert!(with("https://shop.example//").is_some_and(|value| value.contains("shop.example")), "{name}");
    }
}

#[test]
fn a_value_cannot_end_a_header() {
    assert_eq!(printable(" a\r\nb: c\u{7f} é% "), "a%0D%0Ab: c%7F %C3%A9%");
    let made = headers(
        Dialect::Standard,
        &RequestFacts { event_id: "evt_1.2 3", ..facts("x") },
        &["whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw"],
        Beside::Nothing,
    );
    assert!(made.contains(&("webhook-id".to_owned(), "evt_1%2E2%203".to_owned())), "{made:?}");
}

#[test]
fn a_webhook_that_came_from_woocommerce_keeps_its_number_there() {
    let woocommerce = Dialect::parse("woocommerce").unwrap();
    let told = |integration| {
        let facts = RequestFacts { integration, ..facts("order.created") };
        let made = headers(woocommerce, &facts, &["s"], Beside::Nothing);
        made.into_iter().find(|(name, _)| name == "x-wc-webhook-id").unwrap().1
    };
    assert_eq!(told("woocommerce.12"), "12");
    for other in ["manual", "woocommerce", "woocommerce.", "woocommerce.1a", "ultimate-multisite.12"] {
        assert_eq!(told(other), "wh_1", "{other}");
    }
}

fn occurrence<'a>(webhook_id: &'a str, data: &'a str) -> Occurrence<'a> {
    static TOPIC: std::sync::LazyLock<Topic> = std::sync::LazyLock::new(|| Topic::parse("order.deleted").unwrap());
    Occurrence { event_id: "evt_1", webhook_id, topic: &TOPIC, occurred_at_ms: 0, data, account: None }
}

fn facts(topic: &str) -> RequestFacts<'_> {
    RequestFacts {
        event_id: "evt_1",
        delivery_id: "dlv_1",
        webhook_id: "wh_1",
        integration: "manual",
        topic,
        occurred_at_ms: 0,
        timestamp_seconds: 0,
        content_type: "application/json",
        body: b"{}",
        site_url: "https://shop.example",
        user_agent: "Hookwright/0.1",
        woocommerce_user_agent: "WooCommerce/9 Hookshot (WordPress/6)",
    }
}

fn any_data() -> impl Strategy<Value = String> {
    let leaf = prop_oneof![
        Just(serde_json::Value::Null),
        any::<bool>().prop_map(Into::into),
        any::<i64>().prop_map(Into::into),
        any::<String>().prop_map(Into::into),
    ];
    let value = leaf.prop_recursive(3, 20, 4, |inner| {
        prop_oneof![
            prop::collection::vec(inner.clone(), 0..4).prop_map(Into::into),
            prop::collection::btree_map("id|action|[a-c\" ]{0,3}", inner, 0..4)
                .prop_map(|members| members.into_iter().collect::<serde_json::Value>()),
        ]
    });
    value.prop_map(|value| value.to_string())
}

fn any_dialect() -> impl Strategy<Value = Dialect> {
    prop::sample::select(Dialect::ALL.to_vec())
}

proptest! {
    #[test]
    fn every_body_of_data_is_json_and_holds_them(
        dialect in any_dialect(),
        version in 0..4u32,
        topic in r"(action|order|a)(\.(created|deleted|x)){0,2}",
        data in any_data(),
        account in proptest::option::of(".{0,5}"),
    ) {
        let topic = Topic::parse(&topic).unwrap();
        let about = Occurrence { topic: &topic, account: account.as_deref(), ..occurrence("wh_1", &data) };
        let made = String::from_utf8(body(dialect, version, Format::Json, &about).unwrap()).unwrap();
        let compact = json::compact(&made).unwrap();
        prop_assert_eq!(&compact, &made);
        // All but the two that take the data apart have them as they were written.
        if !matches!(dialect, Dialect::Github | Dialect::Woocommerce) {
            prop_assert!(made.contains(&data), "{}", made);
        }
        for format in [Format::Form, Format::Xml] {
            prop_assert!(body(dialect, version, format, &about).is_ok());
        }
    }

    #[test]
    fn every_header_is_printable_and_stands_once(
        dialect in any_dialect(),
        ids in prop::array::uniform3("(evt|dlv)_[0-9a-z]{26}|.{0,20}|\\PC{0,5}[\r\n\t\0]{1,2}"),
        texts in prop::array::uniform5("https://[a-zé.]{1,9}/?|(.|[\r\n\t\0 ]){0,12}"),
        times in prop::array::uniform2(any::<i64>()),
        secrets in prop::collection::vec("whsec_[A-Za-z0-9+/]{0,8}=?|whs[kp].{0,5}|.{0,8}", 0..3),
        beside in prop::sample::select(vec![Beside::Nothing, Beside::Standard]),
    ) {
        let facts = RequestFacts {
            event_id: &ids[0],
            delivery_id: &ids[1],
            webhook_id: &ids[2],
            integration: &ids[2],
            topic: &texts[0],
            occurred_at_ms: times[0],
            timestamp_seconds: times[1],
            content_type: &texts[1],
            body: texts[2].as_bytes(),
            site_url: &texts[2],
            user_agent: &texts[3],
            woocommerce_user_agent: &texts[4],
        };
        let secrets: Vec<&str> = secrets.iter().map(String::as_str).collect();
        let made = headers(dialect, &facts, &secrets, beside);
        let mut names = HashSet::new();
        for (name, value) in &made {
            prop_assert!(name.bytes().all(|b| b.is_ascii_lowercase() || b.is_ascii_digit() || b == b'-'), "{}", name);
            prop_assert!(value.bytes().all(|b| matches!(b, b' '..=b'~')), "{}: {:?}", name, value);
            prop_assert!(value.trim() == value, "{}: {:?}", name, value);
            prop_assert!(names.insert(name.clone()), "{} twice", name);
        }
        let standard = dialect == Dialect::Standard || beside == Beside::Standard;
        prop_assert_eq!(names.contains("webhook-signature"), standard && !secrets.is_empty());
        let own = dialect.scheme().filter(|scheme| *scheme != Scheme::Standard);
        let vendors = ["x-wc-webhook-signature", "x-hub-signature-256", "stripe-signature", "x-shopify-hmac-sha256"];
        let signed = vendors.iter().any(|name| names.contains(*name));
        prop_assert_eq!(signed, own.is_some() && !secrets.is_empty());
    }
}
