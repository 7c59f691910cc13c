//! The patterns that schemas may have: regular expressions without alternatives and groups.
//!
//! Literal text, `.`, `\d` `\w` and their negations, classes such as `[a-z_]`, `^` and `$`, and the quantifiers `?` `*`
//! `+` `{m}` `{m,}` `{m,n}`; the meaning is that of ECMA-262 with the flag `u`. The work is the pattern's length times
//! the text's, whatever they are: all places that a part can end at are found at once, and nothing is tried twice.

use core::fmt;
use core::str::Chars;

use crate::json_value::Fuel;

const PATTERN_MAX: usize = 1_000;

pub(super) struct Pattern {
    /// The characters of all sets, one set after the other.
    ranges: Vec<(char, char)>,
    parts: Vec<Part>,
    from_start: bool,
    to_end: bool,
}

/// Characters of one set, so many of them.
struct Part {
    /// Its ranges.
    first: usize,
    end: usize,
    negated: bool,
    least: usize,
    most: usize,
}

impl Pattern {
    /// The message says what is not supported.
    pub(super) fn parse(text: &str) -> Result<Self, String> {
        let from_start = text.starts_with('^');
        let rest = text.get(usize::from(from_start)..).unwrap_or_default().chars();
        let pattern = Self { ranges: Vec::new(), parts: Vec::new(), from_start, to_end: false };
        let mut reader = Reader { rest, pattern, problem: '^' };
        if text.len() <= PATTERN_MAX && reader.read().is_some() {
            return Ok(reader.pattern);
        }
        Err(unsupported(format_args!("`{}`", reader.problem)))
    }

    /// Whether the text, or a part of it, is of this pattern. None when the work is used up.
    pub(super) fn matches(&self, text: &str, fuel: &mut Fuel) -> Option<bool> {
        fuel.burn_text(text.len())?;
        let text: Vec<char> = text.chars().collect();
        // Whether what came before can end at this place: before the first character, or behind it, and so on.
        let mut ends = vec![!self.from_start; text.len() + 1];
        ends[0] = true;
        for part in &self.parts {
            fuel.burn((1 + text.len() / 4).saturating_mul(1 + (part.end - part.first) / 8))?;
            let ranges = self.ranges.get(part.first..part.end)?;
            // How many of the places before this one, and before the next, are such ends.
            let mut before = Vec::with_capacity(ends.len() + 1);
            let mut sum = 0_u32;
            let mut run = 0;
            for place in 0..ends.len() {
                before.push(sum);
                sum += u32::from(ends[place]);
                let fits = place > 0 && holds(ranges, text[place - 1]) != part.negated;
                run = if fits { run + 1 } else { 0 };
                // The part begins at an end between these two, both included.
                let farthest = place - run.min(part.most);
                ends[place] = match place.checked_sub(part.least) {
                    Some(nearest) if nearest >= farthest => {
                        before.get(nearest + 1).copied().unwrap_or(sum) > before[farthest]
                    }
                    _ => false,
                };
            }
        }
        Some(if self.to_end { ends.last() == Some(&true) } else { ends.contains(&true) })
    }
}

fn holds(ranges: &[(char, char)], character: char) -> bool {
    ranges.iter().any(|(first, last)| *first <= character && character <= *last)
}

fn unsupported(found: fmt::Arguments<'_>) -> String {
    format!(
        "the pattern is not supported because of {found}; supported are text, `.`, `\\d`, `\\w`, classes such as \
         `[a-z_]`, `^` at the start, `$` at the end, and `?`, `*`, `+`, `{{m,n}}`, together {PATTERN_MAX} bytes"
    )
}

/// Its functions give nothing at what is not supported.
struct Reader<'t> {
    rest: Chars<'t>,
    pattern: Pattern,
    /// Where the part begins that is being read.
    problem: char,
}

impl Reader<'_> {
    fn read(&mut self) -> Option<()> {
        while let Some(found) = self.next() {
            self.problem = found;
            let first = self.pattern.ranges.len();
            let negated = match found {
                '$' if self.rest.as_str().is_empty() => {
                    self.pattern.to_end = true;
                    return Some(());
                }
                '^' | '$' | '|' | '(' | ')' | '*' | '+' | '?' | '{' | '}' | ']' => return None,
                '.' => {
                    self.pattern.ranges.extend_from_slice(&[('\n', '\n'), ('\r', '\r'), ('\u{2028}', '\u{2029}')]);
                    true
                }
                '\\' => self.escape()?,
                '[' => self.class()?,
                other => {
                    self.pattern.ranges.push((other, other));
                    false
                }
            };
            let end = self.pattern.ranges.len();
            let (least, most) = self.quantifier()?;
            self.pattern.parts.push(Part { first, end, negated, least, most });
        }
        Some(())
    }

    fn next(&mut self) -> Option<char> {
        self.rest.next()
    }

    fn eat(&mut self, expected: char) -> bool {
        let found = self.rest.as_str().starts_with(expected);
        if found {
            self.next();
        }
        found
    }

    /// What follows a backslash; whether it is all but what the ranges say.
    fn escape(&mut self) -> Option<bool> {
        let found = self.next()?;
        let ranges = &mut self.pattern.ranges;
        match found {
            'd' | 'D' => ranges.push(('0', '9')),
            'w' | 'W' => ranges.extend_from_slice(&[('0', '9'), ('A', 'Z'), ('_', '_'), ('a', 'z')]),
            'n' => ranges.push(('\n', '\n')),
            'r' => ranges.push(('\r', '\r')),
            't' => ranges.push(('\t', '\t')),
            _ if found.is_ascii_punctuation() => ranges.push((found, found)),
            _ => return None,
        }
        Some(matches!(found, 'D' | 'W'))
    }

    /// What follows an opening bracket; whether it is all but what the ranges say.
    fn class(&mut self) -> Option<bool> {
        let negated = self.eat('^');
        let start = self.pattern.ranges.len();
        while !self.eat(']') {
            let before = self.pattern.ranges.len();
            self.character()?;
            // A hyphen at the end stands for itself.
            let rest = self.rest.as_str();
            if rest.starts_with('-') && !rest.starts_with("-]") {
                self.next();
                self.character()?;
                let (Some((first, one)), Some((other, last)), None) = (
                    self.pattern.ranges.get(before).copied(),
                    self.pattern.ranges.get(before + 1).copied(),
                    self.pattern.ranges.get(before + 2),
                ) else {
                    return None;
                };
                if first != one || other != last || first > last {
                    return None;
                }
                self.pattern.ranges.truncate(before);
                self.pattern.ranges.push((first, last));
            }
        }
        (self.pattern.ranges.len() > start).then_some(negated)
    }

    /// One of a class.
    fn character(&mut self) -> Option<()> {
        match self.next()? {
            '\\' => (!self.escape()?).then_some(()),
            other => {
                self.pattern.ranges.push((other, other));
                Some(())
            }
        }
    }

    /// How often the part before it stands there: once where there is no quantifier.
    fn quantifier(&mut self) -> Option<(usize, usize)> {
        if self.eat('?') {
            return Some((0, 1));
        }
        if self.eat('*') {
            return Some((0, usize::MAX));
        }
        if self.eat('+') {
            return Some((1, usize::MAX));
        }
        if !self.eat('{') {
            return Some((1, 1));
        }
        self.problem = '{';
        let least = self.digits()?;
        let most = match self.eat(',') {
            false => least,
            true if self.rest.as_str().starts_with('}') => usize::MAX,
            true => self.digits()?,
        };
        (self.eat('}') && least <= most).then_some((least, most))
    }

    fn digits(&mut self) -> Option<usize> {
        let mut number = None;
        while let Some(digit) = self.rest.as_str().bytes().next().filter(u8::is_ascii_digit) {
            self.next();
            number = Some(number.unwrap_or(0_usize).checked_mul(10)?.checked_add(usize::from(digit - b'0'))?);
        }
        number
    }
}
