//! What goes where, for programs that read it.

use std::process::Stdio;

use crate::place::{Place, Ran};

#[test]
fn json_is_one_line_and_all_there_is() {
    let place = Place::new();
    let id = place.webhook("https://a.example/", &[]);
    for command in [
        &["topics"][..],
        &["topics", "show", "order.created"],
        &["webhooks", "list"],
        &["webhooks", "show", &id],
        &["publish", "order.created", "--sample"],
        &["deliveries", "list"],
        &["stats"],
        &["secret", "new"],
    ] {
        let ran = place.run(&[command, &["--json"]].concat()).succeeded();
        assert_eq!(ran.stderr, "", "{ran}");
        assert_eq!(ran.stdout.lines().count(), 1, "{ran}");
        assert!(ran.json().is_object(), "{ran}");
    }
}

#[test]
fn nothing_is_coloured_or_cut_without_a_terminal() {
    let place = Place::new();
    let url = format!("https://a.example/{}", "long/".repeat(100));
    place.webhook(&url, &[]);
    let list = place.run_with(&["webhooks", "list"], &[("TERM", "xterm-256color"), ("COLUMNS", "60")], b"").succeeded();
    let list = list.prints(&[&url]);
    assert!(!list.stdout.contains('\u{1b}') && !list.stdout.contains('…'), "{list}");
}

#[test]
fn names_from_outside_cannot_command_a_terminal() {
    let place = Place::new();
    let name = "x\u{9b}31m\u{202e}y";
    place.run(&["webhooks", "create", "--url", "https://a.example/", "--name", name]);
    let list = place.run(&["webhooks", "list"]).succeeded();
    assert!(!list.stdout.chars().any(|c| matches!(c, '\u{9b}' | '\u{1b}' | '\u{202e}')), "{list}");
}

/// As `hookwright topics | head -0`.
#[test]
fn a_reader_that_goes_away_is_no_error() {
    let place = Place::new();
    for arguments in [&["topics"][..], &["topics", "--json"]] {
        let mut child = place.start(arguments, &[]);
        drop(child.stdout.take());
        let ran = Ran::of(arguments, child.wait_with_output().unwrap()).succeeded();
        assert!(!ran.stderr.contains("error") && !ran.stderr.contains("panic"), "{ran}");
    }
}

#[cfg(target_os = "linux")]
#[test]
fn a_result_that_cannot_be_written_is_an_error() {
    let place = Place::new();
    let full = std::fs::File::options().write(true).open("/dev/full").unwrap();
    let mut command = place.command(&["topics"], &[]);
    let output = command.stdout(full).stderr(Stdio::piped()).output().unwrap();
    Ran::of(&["topics"], output).ended_with(1).says(&["error: cannot write the output"]);
}

#[test]
fn help_and_version_are_there() {
    let place = Place::new();
    place.run(&["--help"]).succeeded().prints(&["First steps:", "webhooks create"]);
    place.run(&["--version"]).succeeded().prints(&["hookwright 0.1"]);
    place.run(&[]).ended_with(2).says(&["Usage:"]);
}
