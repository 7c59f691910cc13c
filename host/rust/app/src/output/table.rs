//! Decides what of a table fits on a terminal: the least important columns go first, then long texts are cut with `…`.
//!
//! Without a terminal nothing is left out, so that other programs find all of it.

use comfy_table::{Attribute, Cell, Color, ColumnConstraint, ContentArrangement, Row, Width, presets};

use super::Tone;
use super::printable::printable;

/// A column's heading, and what becomes of it in a narrow terminal.
#[derive(Clone, Copy, Debug)]
pub(crate) struct Column {
    heading: &'static str,
    fit: Fit,
    /// Columns with a greater number are left out earlier; those with 0 never.
    rank: u8,
}

#[derive(Clone, Copy, Debug, PartialEq, Eq)]
enum Fit {
    /// Always whole: ids and numbers, which are useless in part.
    Whole,
    /// May be cut to this width.
    CutTo(u16),
}

impl Column {
    /// A column that is never cut.
    pub(crate) const fn whole(heading: &'static str) -> Self {
        Self { heading, fit: Fit::Whole, rank: 0 }
    }

    /// A column that may be cut to `least` characters.
    pub(crate) const fn text(heading: &'static str, least: u16) -> Self {
        Self { heading, fit: Fit::CutTo(least), rank: 0 }
    }

    /// The same, left out when there is no room; those with a greater rank earlier.
    pub(crate) const fn optional(self, rank: u8) -> Self {
        Self { rank, ..self }
    }
}

/// A table without borders.
#[derive(Debug)]
pub(crate) struct Table {
    columns: Vec<Column>,
    rows: Vec<Vec<(Tone, String)>>,
}

impl Table {
    pub(crate) fn new(columns: &[Column]) -> Self {
        Self { columns: columns.to_vec(), rows: Vec::new() }
    }

    /// Adds a row with one cell for each column.
    pub(crate) fn row(&mut self, cells: impl IntoIterator<Item = (Tone, String)>) {
        self.rows.push(cells.into_iter().map(|(tone, text)| (tone, printable(&text))).collect());
    }

    /// The table's text for a terminal of that width.
    pub(super) fn render(self, width: Option<u16>, colours: bool) -> String {
        let mut table = comfy_table::Table::new();
        table.load_preset(presets::NOTHING).set_content_arrangement(ContentArrangement::Disabled).force_no_tty();
        if colours {
            table.enforce_styling();
        }
        table.set_header(self.columns.iter().map(|column| Cell::new(column.heading).add_attribute(Attribute::Bold)));
        for cells in &self.rows {
            let mut row = Row::from(cells.iter().map(|(tone, text)| tone.cell(text)).collect::<Vec<_>>());
            row.max_height(1);
            table.add_row(row);
        }
        table.set_truncation_indicator("…");
        // The first column starts at the edge; two spaces stand between columns.
        for column in table.column_iter_mut() {
            column.set_padding((0, GAP));
        }
        if let Some(width) = width {
            self.fit(&mut table, width);
        }
        table.trim_fmt()
    }

    /// Hides and cuts columns until the rest fits.
    fn fit(&self, table: &mut comfy_table::Table, width: u16) {
        let natural = table.column_max_content_widths();
        let mut shown: Vec<usize> = (0..self.columns.len()).collect();
        let least = |index: &usize| match self.columns[*index].fit {
            Fit::Whole => natural[*index],
            Fit::CutTo(least) => least.min(natural[*index]),
        };
        // The gap behind the last column is trimmed away.
        let width = width.saturating_add(GAP);
        let room = |shown: &[usize]| {
            let gaps = GAP.saturating_mul(u16::try_from(shown.len()).unwrap_or(u16::MAX));
            width.saturating_sub(gaps)
        };
        while shown.iter().map(least).sum::<u16>() > room(&shown) {
            // The last of the greatest rank.
            let Some(&dropped) =
                shown.iter().filter(|i| self.columns[**i].rank > 0).max_by_key(|i| self.columns[**i].rank)
            else {
                break;
            };
            shown.retain(|index| *index != dropped);
        }

        let mut widths: Vec<u16> = shown.iter().map(least).collect();
        let mut spare = room(&shown).saturating_sub(widths.iter().sum());
        // One character at a time to the narrowest that wants more, so that no long text takes all.
        while spare > 0 {
            let wanting = (0..shown.len()).filter(|i| widths[*i] < natural[shown[*i]]).min_by_key(|i| widths[*i]);
            let Some(narrowest) = wanting else { break };
            widths[narrowest] += 1;
            spare -= 1;
        }
        table.set_content_arrangement(ContentArrangement::Dynamic).set_width(width);
        for index in 0..self.columns.len() {
            let constraint = match shown.iter().position(|other| *other == index) {
                Some(place) => ColumnConstraint::Absolute(Width::Fixed(widths[place] + GAP)),
                None => ColumnConstraint::Hidden,
            };
            if let Some(column) = table.column_mut(index) {
                column.set_constraint(constraint);
            }
        }
    }
}

const GAP: u16 = 2;

impl Tone {
    fn cell(self, text: &str) -> Cell {
        // Cut anywhere: a text that is cut between words leaves half of its column empty.
        let cell = Cell::new(text).set_delimiter('\0');
        match self {
            Self::Plain => cell,
            Self::Quiet => cell.add_attribute(Attribute::Dim),
            Self::Strong => cell.add_attribute(Attribute::Bold),
            Self::Good => cell.fg(Color::DarkGreen),
            Self::Waiting => cell.fg(Color::DarkYellow),
            Self::Bad => cell.fg(Color::DarkRed).add_attribute(Attribute::Bold),
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    const COLUMNS: [Column; 4] = [
        Column::whole("ID"),
        Column::text("NAME", 6),
        Column::text("URL", 10).optional(1),
        Column::whole("WHEN").optional(2),
    ];

    fn table() -> Table {
        let mut table = Table::new(&COLUMNS);
        let row = |id: &str, name: &str, url: &str, when: &str| {
            [id, name, url, when].map(|text| (Tone::Plain, text.to_owned()))
        };
        table.row(row("wh_1", "Orders to the warehouse", "https://warehouse.example/hooks/orders", "3 min ago"));
        table.row(row("wh_2", "決済の通知", "https://b.example/", "now"));
        table
    }

    #[test]
    fn everything_is_there_without_a_terminal() {
        let text = table().render(None, false);
        assert!(text.contains("https://warehouse.example/hooks/orders  3 min ago"), "{text}");
        assert!(!text.contains('\u{1b}'), "{text}");
    }

    #[test]
    fn a_narrow_terminal_gets_the_important_columns() {
        for width in [23, 30, 40, 60, 80, 200] {
            let text = table().render(Some(width), false);
            let widest = text.lines().map(|line| line.chars().count()).max().unwrap();
            assert!(widest <= width.into(), "{width}:\n{text}");
            assert_eq!(text.lines().count(), 3, "{text}");
            assert!(text.contains("wh_1") && text.contains("NAME"), "{text}");
        }
        let text = table().render(Some(23), false);
        assert!(!text.contains("URL") && !text.contains("WHEN") && text.contains('…'), "{text}");
        let text = table().render(Some(80), false);
        assert!(text.contains("WHEN") && text.contains("https://warehouse.example/hooks/orders"), "{text}");
    }
}
