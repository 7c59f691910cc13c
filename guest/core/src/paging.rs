//! Pages of long lists.

use crate::error::{FieldErrors, Result};

/// Which part of a list to return.
#[derive(Clone, Copy, Debug, PartialEq, Eq)]
pub struct Paging {
    /// From 1.
    pub page: u32,
    /// 1 to 100.
    pub per_page: u32,
}

impl Paging {
    pub(crate) fn check(self) -> Result<()> {
        let mut errors = FieldErrors::default();
        if self.page == 0 {
            errors.add("paging.page", "pages are counted from 1");
        }
        if !(1..=100).contains(&self.per_page) {
            errors.add("paging.per-page", format!("{} items on a page; 1 to 100 are allowed", self.per_page));
        }
        errors.into_result()
    }

    pub(crate) fn limit(self) -> u32 {
        self.per_page
    }

    pub(crate) fn offset(self) -> i64 {
        i64::from(self.page.saturating_sub(1)) * i64::from(self.per_page)
    }

    /// The page of a list that is in memory.
    pub(crate) fn slice<T>(self, items: Vec<T>) -> Vec<T> {
        let skip = usize::try_from(self.offset()).unwrap_or(usize::MAX);
        items.into_iter().skip(skip).take(self.per_page as usize).collect()
    }
}
