//! Cuts a stream into lines, and lines into batches that one publish takes. Runs on a thread of its own, because a read
//! may wait for ever.
//!
//! No line waits for the next one to be written: what has been read is given on before more is asked for.

use std::io::{self, BufRead, BufReader, Read};

use tokio::sync::mpsc;

/// Lines of a batch: far below the 1,000 events that the core takes, so that Ctrl-C is answered soon.
const MOST_LINES: usize = 500;
/// Bytes after which a batch ends.
const MOST_BYTES: u64 = 2 << 20;
/// The core takes less in any case.
const LONGEST_LINE: u64 = 16 << 20;

/// Lines that are published together.
#[derive(Debug, Default)]
pub(super) struct Batch {
    pub(super) lines: Vec<Line>,
    /// Bytes read for it, for the progress bar.
    pub(super) bytes: u64,
}

impl Batch {
    /// Whether it is to be published before more is added.
    pub(super) fn is_full(&self) -> bool {
        self.lines.len() >= MOST_LINES || self.bytes >= MOST_BYTES
    }

    /// Takes the lines of the batch that follows.
    pub(super) fn append(&mut self, next: Self) {
        self.lines.extend(next.lines);
        self.bytes += next.bytes;
    }
}

/// A line that is not empty.
#[derive(Debug)]
pub(super) struct Line {
    /// From 1.
    pub(super) number: u64,
    /// The text, or what is wrong with it.
    pub(super) text: Result<String, String>,
}

/// Reads to the end, or until nobody wants more.
///
/// # Errors
///
/// When reading fails; what was read before has been sent.
pub(super) fn read(mut source: BufReader<impl Read>, batches: &mpsc::Sender<Batch>) -> io::Result<()> {
    let mut batch = Batch::default();
    for number in 1.. {
        let outcome = next_line(&mut source);
        let ended = !matches!(outcome, Ok(Some(_)));
        if let Ok(Some((bytes, text))) = &outcome {
            batch.bytes += bytes;
            if text.as_ref().map_or(true, |text| !text.trim().is_empty()) {
                batch.lines.push(Line { number, text: text.clone() });
            }
        }
        let waits = source.buffer().is_empty();
        if (waits || batch.is_full() || ended)
            && batch.bytes > 0
            && batches.blocking_send(std::mem::take(&mut batch)).is_err()
        {
            return Ok(());
        }
        if ended {
            return outcome.map(|_| ());
        }
    }
    Ok(())
}

/// The next line and its length in bytes; none at the end.
fn next_line(source: &mut impl BufRead) -> io::Result<Option<(u64, Result<String, String>)>> {
    let mut bytes = Vec::new();
    let mut length = source.by_ref().take(LONGEST_LINE).read_until(b'\n', &mut bytes)? as u64;
    if length == 0 {
        return Ok(None);
    }
    if length == LONGEST_LINE && !bytes.ends_with(b"\n") {
        length += skip_line(source)?;
        return Ok(Some((length, Err(format!("the line has more than {} MiB", LONGEST_LINE >> 20)))));
    }
    let text = String::from_utf8(bytes).map_err(|error| {
        format!("byte {} of the line is not UTF-8 text; JSON is always UTF-8", error.utf8_error().valid_up_to() + 1)
    });
    Ok(Some((length, text)))
}

/// Reads over the rest of a line.
fn skip_line(source: &mut impl BufRead) -> io::Result<u64> {
    let mut skipped = 0;
    loop {
        let buffer = source.fill_buf()?;
        let end = buffer.iter().position(|byte| *byte == b'\n').map(|at| at + 1);
        let part = end.unwrap_or(buffer.len());
        source.consume(part);
        skipped += part as u64;
        if end.is_some() || part == 0 {
            return Ok(skipped);
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn batches(text: &[u8]) -> Vec<Batch> {
        let (sender, mut receiver) = mpsc::channel(100);
        read(BufReader::with_capacity(64 << 20, text), &sender).unwrap();
        drop(sender);
        std::iter::from_fn(|| receiver.blocking_recv()).collect()
    }

    #[test]
    fn lines_keep_their_numbers() {
        let batches = batches(b"{}\n\n  \r\n[1]\n\xff\n2");
        let [batch] = batches.as_slice() else { panic!("{batches:?}") };
        let lines: Vec<_> = batch.lines.iter().map(|line| (line.number, line.text.is_ok())).collect();
        assert_eq!(lines, [(1, true), (4, true), (5, false), (6, true)]);
        assert_eq!(batch.bytes, 15);
    }

    #[test]
    fn batches_are_limited_and_whole() {
        let text = "1\n".repeat(MOST_LINES * 2 + 3);
        let sizes: Vec<_> = batches(text.as_bytes()).iter().map(|batch| batch.lines.len()).collect();
        assert_eq!(sizes, [MOST_LINES, MOST_LINES, 3]);
        let long = [vec![b'x'; usize::try_from(LONGEST_LINE).unwrap() + 5], b"\n7\n".to_vec()].concat();
        let batches = batches(&long);
        assert!(batches[0].lines[0].text.as_ref().unwrap_err().contains("16 MiB"));
        assert_eq!(batches[1].lines[0].number, 2);
    }

    #[test]
    fn no_line_waits_for_the_next() {
        let (sender, mut receiver) = mpsc::channel(100);
        // A stream that gives one line at each read.
        read(BufReader::with_capacity(2, &b"1\n2\n3\n"[..]), &sender).unwrap();
        let mut first = receiver.blocking_recv().unwrap();
        assert_eq!((first.lines.len(), first.bytes), (1, 2));
        first.append(receiver.blocking_recv().unwrap());
        assert_eq!((first.lines[1].number, first.bytes, first.is_full()), (2, 4, false));
    }

    #[test]
    fn nothing_gives_no_batch() {
        assert!(batches(b"").is_empty());
        assert!(batches(b"\n\n").iter().all(|batch| batch.lines.is_empty()));
    }
}
