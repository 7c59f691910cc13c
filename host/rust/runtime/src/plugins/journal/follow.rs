//! Decides how a log is read while others write it: whole lines only, each once, also over a change of files.

use std::fs::File;
use std::io::{self, Read, Seek, SeekFrom};
use std::path::{Path, PathBuf};

use super::{JournalEntry, former, is_at};

/// A plugin's log on its way to a reader.
#[derive(Debug)]
pub struct JournalReader {
    path: PathBuf,
    /// The file that is being read, by whatever name it has now.
    file: Option<File>,
    /// What of it has been read.
    offset: u64,
    begun: bool,
}

impl JournalReader {
    pub(super) fn of(path: PathBuf) -> Self {
        Self { path, file: None, offset: 0, begun: false }
    }

    /// What has been added since the last call, at first all that is kept, in the order in which it was written. Lines
    /// that are none, because somebody died while writing one, are left out.
    ///
    /// # Errors
    ///
    /// The system's; a log that does not exist is empty.
    pub fn read_new(&mut self) -> io::Result<Vec<JournalEntry>> {
        let mut entries = Vec::new();
        if !self.begun {
            self.begun = true;
            self.begin(&mut entries)?;
        }
        loop {
            self.read_on(&mut entries)?;
            if self.file.as_ref().is_some_and(|file| is_at(file, &self.path)) {
                return Ok(entries);
            }
            // It has made way for another, or there has been none. What came into it until then is read first.
            self.read_on(&mut entries)?;
            (self.file, self.offset) = (open(&self.path)?, 0);
            if self.file.is_none() {
                return Ok(entries);
            }
        }
    }

    /// Reads the file before the present one, which is opened first, so that a change between them loses nothing.
    fn begin(&mut self, entries: &mut Vec<JournalEntry>) -> io::Result<()> {
        let present = open(&self.path)?;
        let before = former(&self.path);
        if !present.as_ref().is_some_and(|file| is_at(file, &before)) {
            self.file = open(&before)?;
            self.read_on(entries)?;
        }
        (self.file, self.offset) = (present, 0);
        Ok(())
    }

    fn read_on(&mut self, entries: &mut Vec<JournalEntry>) -> io::Result<()> {
        let Some(file) = &mut self.file else { return Ok(()) };
        let mut text = Vec::new();
        file.seek(SeekFrom::Start(self.offset))?;
        file.read_to_end(&mut text)?;
        // The rest of the last line is still to come.
        let Some(end) = text.iter().rposition(|byte| *byte == b'\n') else { return Ok(()) };
        self.offset += end as u64 + 1;
        let lines = text[..end].split(|byte| *byte == b'\n');
        entries.extend(lines.filter_map(|line| serde_json::from_slice::<JournalEntry>(line).ok()));
        Ok(())
    }
}

fn open(path: &Path) -> io::Result<Option<File>> {
    match File::open(path) {
        Err(error) if error.kind() == io::ErrorKind::NotFound => Ok(None),
        file => file.map(Some),
    }
}
