//! `sign`, `verify` and `secret`. The values are vector A of the Standard Webhooks specification.

use serde_json::json;

use crate::place::{Place, text};

const SECRET: &str = "whsec_MfKQ9r8GKYqrTwjUPD8ILPZIo2LaLaSw";
const ID: &str = "msg_p5jXN8AQM9LWM0D4loKWxJek";
const TIMESTAMP: &str = "1614265330";
const BODY: &[u8] = br#"{"test": 2432232314}"#;
const SIGNATURE: &str = "v1,g0hM9SsE+OTPJTGt/tmIKtSyZlE3uFJELVlNIOLJ1OE=";

fn place() -> Place {
    let place = Place::new();
    place.write("body", BODY);
    place
}

fn verify<'a>(signature: &'a str, extra: &[&'a str]) -> Vec<&'a str> {
    let fixed = ["verify", "--secret", SECRET, "--id", ID, "--timestamp", TIMESTAMP, "--body", "body"];
    [&fixed[..], &["--signature", signature], extra].concat()
}

#[test]
fn a_message_is_signed() {
    let place = place();
    let sign = ["sign", "--secret", SECRET, "--id", ID, "--timestamp", TIMESTAMP, "--body"];
    let signed = place.run(&[&sign[..], &["body"]].concat()).succeeded();
    assert_eq!(
        signed.stdout,
        format!("webhook-id: {ID}\nwebhook-timestamp: {TIMESTAMP}\nwebhook-signature: {SIGNATURE}\n")
    );
    let signed = place.run_with(&[&["--json"], &sign[..], &["-"]].concat(), &[], BODY).succeeded().json();
    let expected = json!({ "webhook-id": ID, "webhook-timestamp": TIMESTAMP, "webhook-signature": SIGNATURE });
    assert_eq!(signed, expected);
}

#[test]
fn a_message_is_signed_with_each_secret() {
    let place = place();
    let other = text(&place.json(&["secret", "new", "--bytes", "24"])["secret"]);
    let sign = ["sign", "--secret", &other, "--secret", SECRET, "--id", ID, "--body", "body"];
    let signed = place.json(&[&sign[..], &["--timestamp", TIMESTAMP]].concat());
    let signature = text(&signed["webhook-signature"]);
    assert!(signature.ends_with(&format!(" {SIGNATURE}")), "{signature}");
    place.run(&verify(&signature, &["--now", TIMESTAMP])).succeeded();
}

#[test]
fn a_genuine_message_is_accepted_within_the_tolerance() {
    let place = place();
    place.run(&verify(SIGNATURE, &["--now", TIMESTAMP])).succeeded().prints(&["verified"]);
    place.run(&verify(SIGNATURE, &["--now", "2021-02-25T15:07:00Z"])).succeeded();
    let late = ["--now", "2021-02-25T15:22:10Z"];
    let refused = place.run(&verify(SIGNATURE, &late)).ended_with(1);
    refused.prints(&["refused: the message is 1200 s old; --tolerance allows 300 s"]);
    place.run(&verify(SIGNATURE, &[&late[..], &["--tolerance", "1200"]].concat())).succeeded();
    let verdict = place.run(&[&["--json"], &verify(SIGNATURE, &["--now", "1614260000"])[..]].concat());
    let verdict = verdict.ended_with(1).json();
    assert_eq!((&verdict["verified"], &verdict["refusal"]), (&json!(false), &json!("too_new")));
}

#[test]
fn a_forged_message_is_refused_with_the_reason() {
    let place = place();
    let forged = SIGNATURE.replace("g0h", "h0h");
    place.run(&verify(&forged, &["--now", TIMESTAMP])).ended_with(1).prints(&["refused: no signature is right"]);
    place.run(&verify("v2,abc", &["--now", TIMESTAMP])).ended_with(1).prints(&["holds no `v1"]);
    place.write("body", b"{}");
    place.run(&verify(SIGNATURE, &["--now", TIMESTAMP])).ended_with(1);
}

#[test]
fn bad_options_are_named() {
    let place = place();
    place.run(&["secret", "new", "--bytes", "3"]).failed(&["--bytes", "24 to 64"]);
    place.run(&["sign", "--secret", "whsec_!", "--id", ID, "--body", "body"]).failed(&["--secret"]);
    place.run(&["sign", "--secret", SECRET, "--id", "a.b", "--body", "body"]).failed(&["--id"]);
    let bad_time = ["sign", "--secret", SECRET, "--id", ID, "--timestamp", "now", "--body", "body"];
    place.run(&bad_time).failed(&["--timestamp", "unix seconds"]);
}

#[test]
fn secrets_are_new_each_time() {
    let place = Place::new();
    let secret = || place.run(&["secret", "new"]).succeeded().stdout;
    let (one, other) = (secret(), secret());
    assert!(one.starts_with("whsec_") && one.ends_with('\n') && one != other, "{one}{other}");
}
