//! The options `--page` and `--per-page` of long lists.

use hookwright_runtime::types::Paging;

use crate::output::Output;

/// The most that the core gives at once.
const MOST_PER_PAGE: u32 = 100;

/// Which part of a list to show.
#[derive(Clone, Copy, Debug, clap::Args)]
pub(crate) struct PagingArgs {
    /// Number of the page, from 1
    #[arg(long, value_name = "N", default_value_t = 1)]
    page: u32,
    /// Items on a page, 1 to 100
    #[arg(long, value_name = "N", default_value_t = 50)]
    per_page: u32,
}

impl From<PagingArgs> for Paging {
    fn from(args: PagingArgs) -> Self {
        Self { page: args.page, per_page: args.per_page }
    }
}

impl PagingArgs {
    /// Tells which part of the list this is, unless it is all of it. `what` is the plural of one thing.
    pub(crate) fn tell(self, out: &Output, shown: usize, total: u64, what: &str) {
        let pages = total.div_ceil(u64::from(self.per_page.max(1)));
        match (total, shown) {
            (0, _) => out.note(format_args!("No {what}.")),
            (_, 0) => out.note(format_args!("Page {} is empty; the last one is {pages}.", self.page)),
            _ if pages > 1 => {
                let next = if u64::from(self.page) < pages {
                    format!("; --page {} shows more", self.page.saturating_add(1))
                } else {
                    String::new()
                };
                out.note(format_args!("Page {} of {pages}, {total} {what}{next}.", self.page));
            }
            _ => {}
        }
    }
}

/// The largest pages, one after the other.
pub(crate) fn all_pages() -> impl Iterator<Item = Paging> {
    (1..).map(|page| Paging { page, per_page: MOST_PER_PAGE })
}
