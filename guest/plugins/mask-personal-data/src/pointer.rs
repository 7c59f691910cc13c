//! Which places of a document are meant: JSON pointers (RFC 6901) with `*` for every member or item of one level and
//! `**` for any number of levels.
//!
//! Knows no JSON: `rewrite` walks, and asks at each step where the pointers stand.

use hookwright_plugin::Error;

/// One part of a pointer.
#[derive(Debug, PartialEq, Eq)]
enum Part {
    /// The member of this name, or the item of this number.
    Named(String),
    /// Every member or item.
    Each,
    /// Every member and item of any depth, and this level itself.
    AnyDepth,
}

/// Places of a document.
#[derive(Debug, Default)]
pub(crate) struct Pointers {
    pointers: Vec<Vec<Part>>,
    /// What `/**/name` says, kept apart because there are many of them and one search is enough. Sorted.
    names: &'static [&'static str],
}

/// How far each pointer has come: its number and that of the part which is next.
type Standing = (usize, usize);

/// Where the pointers stand on the way from the root to a value; one frame for each level.
#[derive(Debug)]
pub(crate) struct Walk<'a> {
    pointers: &'a Pointers,
    standing: Vec<Standing>,
    frames: Vec<usize>,
}

impl Pointers {
    /// What `/**/name` says for each of the names, which are sorted.
    pub(crate) fn at_names(names: &'static [&'static str]) -> Self {
        Self { names, ..Self::default() }
    }

    /// Takes a pointer in.
    ///
    /// # Errors
    ///
    /// For a text that neither is empty nor begins with `/`.
    pub(crate) fn add(&mut self, text: &str) -> Result<(), Error> {
        let mut parts: Vec<Part> = text.split('/').map(Part::read).collect();
        if parts.remove(0) != Part::Named(String::new()) {
            return Err(Error::other(format_args!(
                "the settings: the pointer `{text}` must begin with `/`, as in `/billing/email` or `/**/email`"
            )));
        }
        self.pointers.push(parts);
        Ok(())
    }
}

impl Part {
    fn read(text: &str) -> Self {
        match text {
            "*" => Self::Each,
            "**" => Self::AnyDepth,
            // In this order, as RFC 6901, section 4 says.
            name => Self::Named(name.replace("~1", "/").replace("~0", "~")),
        }
    }
}

impl<'a> Walk<'a> {
    /// A walk that stands at the root, and whether the root is meant.
    pub(crate) fn new(pointers: &'a Pointers) -> (Self, bool) {
        let mut walk = Self { pointers, standing: Vec::new(), frames: vec![0] };
        let mut is_meant = false;
        for pointer in 0..pointers.pointers.len() {
            is_meant |= walk.arrive((pointer, 0));
        }
        (walk, is_meant)
    }

    /// Goes down to the member or item of this name, and says whether it is meant.
    pub(crate) fn enter(&mut self, name: &str) -> bool {
        let above = self.frames.last().copied().unwrap_or_default()..self.standing.len();
        self.frames.push(self.standing.len());
        let mut is_meant = self.pointers.names.binary_search(&name).is_ok();
        for index in above {
            let Some((pointer, part, next)) = self.next_part(index) else { continue };
            match part {
                Part::Named(wanted) if wanted != name => {}
                Part::Named(_) | Part::Each => is_meant |= self.arrive((pointer, next + 1)),
                Part::AnyDepth => is_meant |= self.arrive((pointer, next)),
            }
        }
        is_meant
    }

    /// Goes back up.
    pub(crate) fn leave(&mut self) {
        if let Some(start) = self.frames.pop() {
            self.standing.truncate(start);
        }
    }

    fn next_part(&self, index: usize) -> Option<(usize, &'a Part, usize)> {
        let &(pointer, next) = self.standing.get(index)?;
        Some((pointer, self.pointers.pointers.get(pointer)?.get(next)?, next))
    }

    /// Notes a standing of this level once; whether the pointer ends here.
    fn arrive(&mut self, (pointer, next): Standing) -> bool {
        let start = self.frames.last().copied().unwrap_or_default();
        let Some(parts) = self.pointers.pointers.get(pointer) else { return false };
        match parts.get(next) {
            None => return true,
            Some(_) if self.standing.iter().skip(start).any(|&known| known == (pointer, next)) => return false,
            Some(_) => self.standing.push((pointer, next)),
        }
        // `**` may also stand for no level at all.
        parts.get(next) == Some(&Part::AnyDepth) && self.arrive((pointer, next + 1))
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn is_meant(pointer: &str, path: &[&str]) -> bool {
        let mut pointers = Pointers::default();
        pointers.add(pointer).unwrap();
        let (mut walk, mut is_meant) = Walk::new(&pointers);
        for name in path {
            // A neighbour that is visited first leaves no trace.
            walk.enter("neighbour");
            walk.enter("below");
            walk.leave();
            walk.leave();
            is_meant = walk.enter(name);
        }
        is_meant
    }

    #[test]
    fn a_pointer_means_exactly_its_place() {
        assert!(is_meant("", &[]));
        assert!(is_meant("/billing/email", &["billing", "email"]));
        assert!(is_meant("/items/0", &["items", "0"]));
        assert!(is_meant("/", &[""]));
        assert!(is_meant("/a~1b/c~0d/~01", &["a/b", "c~d", "~1"]));
        for path in [&["billing"][..], &["email"], &["billing", "Email"], &["billing", "email", "x"]] {
            assert!(!is_meant("/billing/email", path), "{path:?}");
        }
    }

    #[test]
    fn a_star_is_one_level_and_two_are_any_number() {
        assert!(is_meant("/items/*/email", &["items", "7", "email"]));
        assert!(!is_meant("/items/*/email", &["items", "email"]));
        assert!(!is_meant("/items/*/email", &["items", "7", "8", "email"]));
        for path in [&["email"][..], &["a", "email"], &["a", "email", "email"], &["a", "b", "c", "email"]] {
            assert!(is_meant("/**/email", path), "{path:?}");
            assert!(is_meant("/**/**/email", path), "{path:?}");
        }
        assert!(is_meant("/a/**/b/**", &["a", "x", "b", "y", "z"]));
        assert!(is_meant("/a/**", &["a"]));
        assert!(!is_meant("/a/**/b", &["x", "b"]));
    }

    #[test]
    fn a_pointer_without_a_slash_is_refused_with_an_example() {
        let error = Pointers::default().add("billing/email").unwrap_err();
        assert!(error.to_string().contains("must begin with `/`, as in"), "{error}");
    }
}
