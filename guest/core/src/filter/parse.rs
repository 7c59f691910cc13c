//! From text to a tree, by the grammar of CEL as far as it is taken in.

use serde_json::Value;

use super::scan::Parser;
use super::{Filter, FilterError};

/// Deepest nesting of parentheses, indexes and arguments. CEL asks for 32 or more.
const MAX_DEPTH: usize = 64;
/// Most variables, fields, literals and operators together.
const MAX_NODES: usize = 500;
/// Most of them within each other, whether by nesting or in a row as in `data.a.b.c`: so deep is the evaluation.
const MAX_HEIGHT: usize = 100;

/// A part of a condition.
#[derive(Clone, Debug)]
pub(super) enum Node {
    Literal(Value),
    Data,
    Topic,
    Account,
    EventId,
    /// `x.name`
    Field(Box<Self>, String),
    /// `has(x.name)`
    Has(Box<Self>, String),
    /// `size(x)`
    Size(Box<Self>),
    Not(Box<Self>),
    Binary(Operator, Box<(Self, Self)>),
    /// `a && b && c`
    All(Vec<Self>),
    /// `a || b || c`
    Any(Vec<Self>),
}

impl Node {
    fn height(&self) -> usize {
        let below = match self {
            Self::Field(of, _) | Self::Has(of, _) | Self::Size(of) | Self::Not(of) => of.height(),
            Self::Binary(_, sides) => sides.0.height().max(sides.1.height()),
            Self::All(parts) | Self::Any(parts) => parts.iter().map(Self::height).max().unwrap_or(0),
            _ => 0,
        };
        below + 1
    }
}

#[derive(Clone, Copy, Debug)]
pub(super) enum Operator {
    Equal,
    NotEqual,
    Less,
    LessOrEqual,
    Greater,
    GreaterOrEqual,
    In,
    Index,
    StartsWith,
    EndsWith,
    Contains,
}

/// The longer ones first where one begins with the other.
const COMPARISONS: [(&str, Operator); 6] = [
    ("==", Operator::Equal),
    ("!=", Operator::NotEqual),
    ("<=", Operator::LessOrEqual),
    (">=", Operator::GreaterOrEqual),
    ("<", Operator::Less),
    (">", Operator::Greater),
];

/// Parses a whole condition.
pub(super) fn parse(text: &str) -> Result<Node, FilterError> {
    let mut parser = Parser::new(text);
    let node = parser.whole();
    parser.finish(node)
}

impl Parser<'_> {
    fn whole(&mut self) -> Option<Node> {
        let (bytes, most) = (self.text.len(), Filter::MAX_BYTES);
        if bytes > most {
            let at = self.text.floor_char_boundary(most);
            return self.fail(at, format_args!("a filter has at most {most} bytes, and this has {bytes}"));
        }
        self.skip_space();
        let start = self.at;
        let node = self.any()?;
        match self.peek() {
            None => self.condition(node, start),
            Some(_) => self.expected("`&&`, `||`, a comparison or the end"),
        }
    }

    /// A part, from `start`, that must be able to be true or false.
    fn condition(&mut self, node: Node, start: usize) -> Option<Node> {
        let is_value = match &node {
            Node::Literal(literal) => !literal.is_boolean(),
            Node::Topic | Node::Account | Node::EventId | Node::Size(_) => true,
            _ => false,
        };
        if is_value {
            return self.fail(start, format_args!("this is a value; expected a condition such as `data.total > 10`"));
        }
        Some(node)
    }

    fn any(&mut self) -> Option<Node> {
        self.enter()?;
        let node = self.chain("||")?;
        self.depth -= 1;
        Some(node)
    }

    /// Parts with `||` between them, or with `&&`.
    fn chain(&mut self, operator: &str) -> Option<Node> {
        let is_any = operator == "||";
        let mut parts = Vec::new();
        loop {
            self.skip_space();
            let start = self.at;
            let part = if is_any { self.chain("&&") } else { self.relation() }?;
            let goes_on = self.eat(operator);
            if parts.is_empty() && !goes_on {
                return Some(part);
            }
            parts.push(self.condition(part, start)?);
            if !goes_on {
                return self.made(if is_any { Node::Any(parts) } else { Node::All(parts) });
            }
        }
    }

    fn relation(&mut self) -> Option<Node> {
        let mut left = self.unary()?;
        while let Some(operator) = self.comparison() {
            let right = self.unary()?;
            left = self.binary(operator, left, right)?;
        }
        Some(left)
    }

    fn comparison(&mut self) -> Option<Operator> {
        for (text, operator) in COMPARISONS {
            if self.eat(text) {
                return Some(operator);
            }
        }
        (self.word() == "in").then(|| {
            self.at += 2;
            Operator::In
        })
    }

    fn unary(&mut self) -> Option<Node> {
        let mut negations = 0;
        while self.eat("!") {
            negations += 1;
        }
        self.skip_space();
        let start = self.at;
        let mut node = self.member()?;
        if negations > 0 {
            node = self.condition(node, start)?;
        }
        for _ in 0..negations {
            node = self.made(Node::Not(Box::new(node)))?;
        }
        Some(node)
    }

    fn member(&mut self) -> Option<Node> {
        let mut node = self.primary()?;
        loop {
            if self.eat("[") {
                let index = self.any()?;
                self.expect("`]`")?;
                node = self.binary(Operator::Index, node, index)?;
            } else if self.eat(".") {
                node = self.selected(node)?;
            } else {
                return Some(node);
            }
        }
    }

    /// What stands after a full stop: a field, or a function on what stands before it.
    fn selected(&mut self, node: Node) -> Option<Node> {
        let name = self.word();
        if name.is_empty() || matches!(name, "true" | "false" | "null" | "in") {
            return self.expected("the name of a field; one that is no plain word is written `data[\"odd name\"]`");
        }
        let start = self.at;
        self.at += name.len();
        if !self.eat("(") {
            return self.made(Node::Field(Box::new(node), name.to_owned()));
        }
        let operator = match name {
            "startsWith" => Operator::StartsWith,
            "endsWith" => Operator::EndsWith,
            "contains" => Operator::Contains,
            _ => {
                let known = "startsWith, endsWith or contains";
                return self.fail(start, format_args!("there is no function `{name}` here; expected {known}"));
            }
        };
        let argument = self.any()?;
        self.expect("`)`")?;
        self.binary(operator, node, argument)
    }

    fn primary(&mut self) -> Option<Node> {
        self.count()?;
        if self.eat("(") {
            let node = self.any()?;
            self.expect("`)`")?;
            return Some(node);
        }
        if let Some(literal) = self.literal()? {
            return Some(Node::Literal(literal));
        }
        let name = self.word();
        let start = self.at;
        self.at += name.len();
        match name {
            "data" => Some(Node::Data),
            "topic" => Some(Node::Topic),
            "account" => Some(Node::Account),
            "event_id" => Some(Node::EventId),
            "has" | "size" if self.peek_is("(") => {
                self.expect("`(`")?;
                let argument = self.any()?;
                self.expect("`)`")?;
                match (name, argument) {
                    ("size", argument) => self.made(Node::Size(Box::new(argument))),
                    (_, Node::Field(node, name)) => Some(Node::Has(node, name)),
                    _ => self.fail(
                        start,
                        format_args!(
                            "expected a field, as in `has(data.total)`; for other names write `\"odd name\" in data`"
                        ),
                    ),
                }
            }
            _ => {
                self.at = start;
                self.expected("data, topic, account, event_id or a literal")
            }
        }
    }

    /// A literal, if the next is one.
    fn literal(&mut self) -> Option<Option<Value>> {
        let word = self.word();
        let literal = match word {
            "true" => Value::Bool(true),
            "false" => Value::Bool(false),
            "null" => Value::Null,
            _ => {
                return match self.peek() {
                    Some('"' | '\'') => self.string().map(|text| Some(Value::String(text))),
                    Some('0'..='9' | '-' | '.') => self.number().map(|number| Some(Value::Number(number))),
                    Some('[') => self.list().map(|items| Some(Value::Array(items))),
                    _ => Some(None),
                };
            }
        };
        self.at += word.len();
        Some(Some(literal))
    }

    fn list(&mut self) -> Option<Vec<Value>> {
        self.enter()?;
        self.expect("`[`")?;
        let mut items = Vec::new();
        while !self.eat("]") {
            if !items.is_empty() && !self.eat(",") {
                return self.expected("`,` or `]`");
            }
            match self.literal()? {
                Some(item) => items.push(item),
                None => return self.expected("a literal; lists hold nothing else"),
            }
        }
        self.depth -= 1;
        Some(items)
    }

    fn binary(&mut self, operator: Operator, left: Node, right: Node) -> Option<Node> {
        self.made(Node::Binary(operator, Box::new((left, right))))
    }

    /// A node that is made of others.
    fn made(&mut self, node: Node) -> Option<Node> {
        self.count()?;
        if node.height() <= MAX_HEIGHT {
            return Some(node);
        }
        self.fail(self.at, format_args!("more than {MAX_HEIGHT} operators and fields lie within each other here"))
    }

    fn count(&mut self) -> Option<()> {
        self.nodes += 1;
        if self.nodes <= MAX_NODES {
            return Some(());
        }
        self.fail(self.at, format_args!("a filter has at most {MAX_NODES} parts; write a shorter one"))
    }

    fn enter(&mut self) -> Option<()> {
        self.depth += 1;
        if self.depth <= MAX_DEPTH {
            return Some(());
        }
        self.fail(self.at, format_args!("parentheses and brackets are nested deeper than {MAX_DEPTH}"))
    }
}
