use std::thread;

use super::super::hook::Hook;
use super::super::log::Level;
use super::super::observer::Occasion;
use super::*;

fn entry(at: i64, message: &str) -> JournalEntry {
    JournalEntry::new(at, "mask", JournalKind::Log, Level::Info, message)
}

fn read(journal: &Journal) -> Vec<JournalEntry> {
    journal.read("mask").unwrap().read_new().unwrap()
}

fn small(home: &Path) -> Journal {
    Journal { file_bytes: 1_000, ..Journal::in_folder(home.join("plugins")) }
}

#[test]
fn what_is_written_is_read_and_removed() {
    let home = tempfile::tempdir().unwrap();
    let journal = Journal::in_folder(home.path().join("plugins"));
    assert_eq!((journal.plugins().unwrap(), read(&journal)), (Vec::new(), Vec::new()));
    let pairs = [("event-id", "evt_1"), ("topic", "a.b"), ("delivery-id", "dlv_1")];
    let pairs = pairs.map(|(name, value)| (name.to_owned(), value.to_owned())).into();
    let failed = JournalEntry::new(2, "mask", JournalKind::Failure, Level::Error, "it broke off\n  at f");
    let failed = failed.on(&Occasion::new(Hook::AfterDelivery, &pairs));
    journal.append("mask", &[entry(1, "a"), failed.clone()]).unwrap();
    assert_eq!(read(&journal), [entry(1, "a"), failed]);
    assert_eq!(journal.plugins().unwrap(), ["mask"]);
    let text = fs::read_to_string(journal.file("mask").unwrap()).unwrap();
    let occasion = r#""hook":"after-delivery","event_id":"evt_1","topic":"a.b","delivery_id":"dlv_1""#;
    let process = std::process::id();
    let (kind, message) = (r#""level":"error","kind":"failure""#, r#""message":"it broke off\n  at f""#);
    let line = format!(r#"{{"at":2,"plugin":"mask",{kind},{occasion},"process":{process},{message}}}"#);
    assert_eq!(text.lines().nth(1), Some(line.as_str()));
    journal.remove("mask");
    assert_eq!((journal.plugins().unwrap(), read(&journal)), (Vec::new(), Vec::new()));
    for name in ["", "..", "a/b", "a.b"] {
        assert!(journal.file(name).is_none() && journal.append(name, &[]).is_err() && journal.read(name).is_none());
    }
}

#[test]
fn a_full_file_makes_way_and_one_before_it_is_kept() {
    let home = tempfile::tempdir().unwrap();
    let journal = small(home.path());
    let mut reader = journal.read("mask").unwrap();
    let mut seen = Vec::new();
    for at in 0..200 {
        journal.append("mask", &[entry(at, "some words")]).unwrap();
        if at % 5 == 0 {
            seen.extend(reader.read_new().unwrap());
        }
    }
    seen.extend(reader.read_new().unwrap());
    assert!(seen.iter().map(|entry| entry.at).eq(0..200), "a reader misses nothing: {}", seen.len());
    let kept = read(&journal);
    assert!(kept.len() < 40 && kept.last().unwrap().at == 199, "{}", kept.len());
    assert!(kept.is_sorted_by_key(|entry| entry.at));
    let bytes: u64 =
        fs::read_dir(home.path().join("plugins")).unwrap().map(|e| e.unwrap().metadata().unwrap().len()).sum();
    assert!(bytes < 2_300, "{bytes}");
}

#[test]
fn a_line_that_was_cut_off_costs_only_itself() {
    let home = tempfile::tempdir().unwrap();
    let journal = Journal::in_folder(home.path());
    journal.append("mask", &[entry(1, "a")]).unwrap();
    let mut reader = journal.read("mask").unwrap();
    assert_eq!(reader.read_new().unwrap().len(), 1);
    let mut file = OpenOptions::new().append(true).open(journal.file("mask").unwrap()).unwrap();
    file.write_all(b"{\"at\":2,\"plug").unwrap();
    assert_eq!(reader.read_new().unwrap(), []);
    journal.append("mask", &[entry(3, "c")]).unwrap();
    assert_eq!(reader.read_new().unwrap(), [entry(3, "c")]);
    assert_eq!(read(&journal), [entry(1, "a"), entry(3, "c")]);
}

#[test]
fn many_write_at_once_and_no_line_is_lost_or_torn() {
    const WRITERS: i64 = 6;
    const LINES: i64 = 60;
    let home = tempfile::tempdir().unwrap();
    // Room for all, so that every line must be there; files change beside it in the test above.
    let journal = Journal { file_bytes: 40_000, ..Journal::in_folder(home.path()) };
    thread::scope(|scope| {
        for writer in 0..WRITERS {
            let journal = &journal;
            scope.spawn(move || {
                for line in 0..LINES {
                    journal.append("mask", &[entry(writer * LINES + line, "some words")]).unwrap();
                }
            });
        }
    });
    let mut found: Vec<i64> = read(&journal).into_iter().map(|entry| entry.at).collect();
    found.sort_unstable();
    assert!(found.into_iter().eq(0..WRITERS * LINES));
}
