//! `sign`, `verify` and `secret` with the schemes of other senders. The values are those of tests/vectors/schemes.json.

use serde_json::json;

use crate::place::{Place, text};

const GITHUB_SECRET: &str = "It's a Secret to Everybody";
const GITHUB_HEADER: &str =
    "X-Hub-Signature-256: sha256=757107ea0eb2509fc211221cce984b8a37570b6d7586c22c46f4379c8b043e17";
const CONVOY_BODY: &[u8] = br#"{"event":"charge.success","amount":1000,"currency":"NGN"}"#;

const SCHEMES: [(&str, &str); 9] = [
    ("standard", "standard"),
    ("standard-ed25519", "ed25519"),
    ("svix", "standard"),
    ("github", "text"),
    ("stripe", "text"),
    ("shopify", "text"),
    ("woocommerce", "text"),
    ("convoy", "text"),
    ("hook0", "text"),
];

const PLAIN_SCHEMES: [&str; 4] = ["hmac-sha256-hex", "hmac-sha256-base64", "hmac-sha512-hex", "hmac-sha512-base64"];

#[test]
fn each_scheme_verifies_what_it_signed() {
    let place = Place::new();
    place.write("body", CONVOY_BODY);
    let plain = PLAIN_SCHEMES.map(|scheme| (scheme, "text"));
    for (scheme, kind) in [&SCHEMES[..], &plain[..]].concat() {
        let made = place.json(&["secret", "new", "--kind", kind]);
        let secret = text(&made["secret"]);
        let verifying = made["public"].as_str().unwrap_or(&secret);
        let mut named = vec!["--scheme", scheme, "--body", "body"];
        if scheme.starts_with("hmac-") {
            named.extend(["--signature-header", "X-Signature"]);
        }
        let sign = [&["sign", "--secret", &secret, "--id", "evt_1"], &named[..]].concat();
        place.write("headers", place.run(&sign).succeeded().stdout);
        let verify = [&["verify", "--secret", verifying, "--headers", "headers"], &named[..]].concat();
        place.run(&verify).succeeded().prints(&["verified"]);
        place.write("body", b"{}");
        place.run(&verify).ended_with(1).prints(&["refused: no signature is right"]);
        place.write("body", CONVOY_BODY);
    }
}

#[test]
fn a_message_of_another_sender_is_signed_and_verified() {
    let place = Place::new();
    place.write("body", b"Hello, World!");
    let sign = ["sign", "--scheme", "github", "--secret", GITHUB_SECRET, "--body", "body"];
    assert_eq!(place.run(&sign).succeeded().stdout, format!("{GITHUB_HEADER}\n"));
    let (name, value) = GITHUB_HEADER.split_once(": ").unwrap();
    assert_eq!(place.json(&sign), json!({ name: value }));

    let verify = ["verify", "--scheme", "github", "--secret", GITHUB_SECRET, "--body", "body"];
    place.run(&[&verify[..], &["--header", GITHUB_HEADER]].concat()).succeeded();
    let pasted = format!("POST /hook HTTP/1.1\r\nHost: a.example\r\n{GITHUB_HEADER}\r\n\r\nHello");
    let from_stdin = [&verify[..], &["--headers", "-"]].concat();
    place.run_with(&from_stdin, &[], pasted.as_bytes()).succeeded().prints(&["verified"]);
    let other = place.run(&[&["--json"], &verify[..], &["--header", "X-Other: 1"]].concat()).ended_with(1).json();
    assert_eq!(other["refusal"], "missing_header", "{other}");
    assert_eq!(other["reason"], "the header X-Hub-Signature-256 is missing");
}

#[test]
fn a_plain_hmac_has_the_header_that_is_named() {
    let place = Place::new();
    place.write("body", CONVOY_BODY);
    let fixed = ["--scheme", "hmac-sha256-hex", "--secret", "convoy-webhook-secret", "--body", "body"];
    let sign = [&["sign"], &fixed[..], &["--signature-header", "X-Convoy-Signature"]].concat();
    let expected = "X-Convoy-Signature: 244449b7f48cbc2709060c9dcdc2b3aa47a78f540430579015c579fb12defbb4\n";
    assert_eq!(place.run(&sign).succeeded().stdout, expected);
    place.run(&[&["sign"], &fixed[..]].concat()).failed(&["--signature-header", "no header of its own"]);
    let bad = [&["sign"], &fixed[..], &["--signature-header", "X Y"]].concat();
    place.run(&bad).failed(&["--signature-header", "the name of a header"]);
}

#[test]
fn a_time_is_checked_where_the_scheme_signs_one() {
    let place = Place::new();
    place.write("body", CONVOY_BODY);
    let header = "X-Convoy-Signature: t=1700000000,v1=77b8b9269f25a199846a55a2bd25b3fba151c70fdae60bb1dcd87fbbc943c55c";
    let verify = ["verify", "--scheme", "convoy", "--secret", "convoy-webhook-secret", "--body", "body"];
    let at = |now: &'static str| [&verify[..], &["--header", header, "--now", now]].concat();
    place.run(&at("1700000300")).succeeded();
    place.run(&at("1700000301")).ended_with(1).prints(&["refused: the message is 301 s old"]);
    let timeless = [&verify[..], &["--header", "X-Convoy-Signature: v1=00"]].concat();
    place.run(&timeless).ended_with(1).prints(&["refused: the message has no time"]);
}

#[test]
fn a_pair_has_two_keys_and_each_its_use() {
    let place = Place::new();
    place.write("body", b"{}");
    let made = place.run(&["secret", "new", "--kind", "ed25519"]).succeeded().stdout;
    let (secret, public) = made.trim_end().split_once('\n').unwrap();
    assert!(secret.starts_with("whsk_") && public.starts_with("whpk_"), "{made}");
    let sign = ["sign", "--scheme", "standard-ed25519", "--id", "evt_1", "--body", "body", "--secret"];
    place.run(&[&sign[..], &[secret]].concat()).succeeded();
    place.run(&[&sign[..], &[public]].concat()).failed(&["--secret", "sign with the `whsk_"]);
}

#[test]
fn what_does_not_fit_together_is_named() {
    let place = Place::new();
    place.write("body", b"{}");
    place.write("headers", "X-Hub-Signature-256\n");
    let standard = ["sign", "--secret", "plain", "--id", "evt_1", "--body", "body"];
    place.run(&standard).failed(&["--secret", "`standard` takes a secret of kind standard", "of kind text"]);
    let no_id = ["sign", "--secret", "whsec_AAAA", "--body", "body"];
    place.run(&no_id).failed(&["--id"]);
    let two = ["sign", "--scheme", "github", "--secret", "a", "--secret", "b", "--body", "body"];
    place.run(&two).failed(&["--secret", "room for one signature"]);
    let needless = ["sign", "--scheme", "github", "--secret", "a", "--body", "body", "--signature-header", "X-A"];
    place.run(&needless).failed(&["--signature-header", "leave it out"]);
    let verify = ["verify", "--scheme", "github", "--secret", "a", "--body", "body"];
    place.run(&[&verify[..], &["--headers", "headers"]].concat()).failed(&["--headers", "line 1"]);
    place.run(&[&verify[..], &["--header", "no colon"]].concat()).failed(&["--header", "`Name: value`"]);
    let parts = ["--id", "a", "--timestamp", "1", "--signature", "v1,a"];
    place.run(&[&verify[..], &parts[..]].concat()).failed(&["--scheme", "--header"]);
    let stdin_twice = ["verify", "--secret", "a", "--headers", "-", "--body", "-"];
    place.run(&stdin_twice).failed(&["--headers", "standard input"]);
    place.run(&["secret", "new", "--kind", "text", "--bytes", "32"]).failed(&["--bytes", "leave it out"]);
    place.run(&verify).ended_with(2).says(&["--signature"]);
}
