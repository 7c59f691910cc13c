//! Fields of one object below each other, their values in a column.

use super::Tone;
use super::printable::printable;

/// Fields in the order they were added.
#[derive(Debug, Default)]
pub(crate) struct Record {
    fields: Vec<(String, Tone, String)>,
}

impl Record {
    /// Adds a field.
    #[must_use]
    pub(crate) fn field(self, name: &str, value: impl ToString) -> Self {
        self.toned(name, Tone::Plain, value)
    }

    /// Adds a field whose value has a tone.
    #[must_use]
    pub(crate) fn toned(mut self, name: &str, tone: Tone, value: impl ToString) -> Self {
        self.fields.push((printable(name), tone, printable(&value.to_string())));
        self
    }

    /// Adds a field if there is a value.
    #[must_use]
    pub(crate) fn maybe(self, name: &str, value: Option<impl ToString>) -> Self {
        match value {
            Some(value) => self.field(name, value),
            None => self,
        }
    }

    /// The lines to write.
    pub(super) fn lines(&self, paint: impl Fn(Tone, &str) -> String) -> impl Iterator<Item = String> {
        let width = self.fields.iter().map(|(name, _, _)| name.chars().count()).max().unwrap_or(0);
        self.fields.iter().map(move |(name, tone, value)| {
            let name = paint(Tone::Quiet, &format!("{name:width$}"));
            format!("{name}  {}", paint(*tone, value))
        })
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn values_stand_in_a_column() {
        let record = Record::default().field("Id", "wh_1").maybe("Reason", None::<&str>).field("Status", "active");
        let lines: Vec<_> = record.lines(|_, text| text.to_owned()).collect();
        assert_eq!(lines, ["Id      wh_1", "Status  active"]);
    }
}
