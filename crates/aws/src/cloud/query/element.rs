//! XML as a tree of elements with text, without attributes. Knows no service.

use xmlparser::{ElementEnd, Token, Tokenizer};

/// The deepest tree that is read.
const DEEPEST: usize = 64;

/// An element.
#[derive(Debug, Default, Clone, PartialEq, Eq)]
pub(in super::super) struct Element {
    name: String,
    text: String,
    children: Vec<Element>,
}

impl Element {
    /// Reads a whole document; nothing where it is none.
    pub(super) fn read(bytes: &[u8]) -> Option<Self> {
        let text = std::str::from_utf8(bytes).ok()?;
        let mut open: Vec<Self> = Vec::new();
        for token in Tokenizer::from(text) {
            match token.ok()? {
                Token::ElementStart { local, .. } => {
                    if open.len() > DEEPEST {
                        return None;
                    }
                    open.push(Self {
                        name: local.as_str().to_owned(),
                        ..Self::default()
                    });
                }
                Token::ElementEnd { end, .. } => {
                    let closed = match end {
                        ElementEnd::Open => continue,
                        ElementEnd::Empty => None,
                        ElementEnd::Close(_, name) => Some(name.as_str()),
                    };
                    let ended = open.pop()?;
                    if closed.is_some_and(|name| name != ended.name) {
                        return None;
                    }
                    match open.last_mut() {
                        Some(around) => around.children.push(ended),
                        None => return Some(ended),
                    }
                }
                Token::Text { text } => {
                    if let Some(inside) = open.last_mut() {
                        inside.text.push_str(&unescaped(text.as_str())?);
                    }
                }
                Token::Cdata { text, .. } => {
                    if let Some(inside) = open.last_mut() {
                        inside.text.push_str(text.as_str());
                    }
                }
                // What defines entities could make much of little.
                Token::DtdStart { .. } | Token::EntityDeclaration { .. } => return None,
                _ => {}
            }
        }
        None
    }

    /// Returns the first child of this name.
    pub(in super::super) fn child(&self, name: &str) -> Option<&Self> {
        self.children.iter().find(|child| child.name == name)
    }

    /// Returns a child's text, unless it is empty.
    pub(in super::super) fn text(&self, name: &str) -> Option<&str> {
        let text = self.child(name)?.text.trim();
        (!text.is_empty()).then_some(text)
    }

    /// Returns the items of a list that is there: EC2's are `item`, IAM's `member`.
    pub(in super::super) fn items(&self, list: &str) -> Option<&[Self]> {
        self.child(list).map(|list| &list.children[..])
    }

    /// Returns its own text.
    pub(in super::super) fn own_text(&self) -> &str {
        self.text.trim()
    }
}

fn unescaped(text: &str) -> Option<String> {
    let mut out = String::new();
    let mut rest = text;
    while let Some((before, after)) = rest.split_once('&') {
        let (name, behind) = after.split_once(';')?;
        out.push_str(before);
        out.push(match name {
            "amp" => '&',
            "lt" => '<',
            "gt" => '>',
            "quot" => '"',
            "apos" => '\'',
            _ => {
                let number = name.strip_prefix('#')?;
                let code = match number.strip_prefix(['x', 'X']) {
                    Some(hex) => u32::from_str_radix(hex, 16),
                    None => number.parse(),
                };
                char::from_u32(code.ok()?)?
            }
        });
        rest = behind;
    }
    out.push_str(rest);
    Some(out)
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_document_is_read_to_its_end_or_not_at_all() {
        let text = "<?xml version=\"1.0\"?><R xmlns=\"a\"><set><item><id>a &amp; &#x62;</id></item>\
                    <item/></set></R>";
        let root = Element::read(text.as_bytes()).unwrap();
        let items = root.items("set").unwrap();
        assert_eq!(items.len(), 2);
        assert_eq!(items[0].text("id"), Some("a & b"));
        assert_eq!((items[1].text("id"), root.text("other")), (None, None));
        for broken in [
            "",
            "{}",
            "<a><b></a>",
            "<a>",
            "<!DOCTYPE a [<!ENTITY b \"c\">]><a>&b;</a>",
        ] {
            assert_eq!(Element::read(broken.as_bytes()), None, "{broken}");
        }
    }
}
