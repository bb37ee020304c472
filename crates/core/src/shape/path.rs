//! Addresses inside an ECS document, with lists that ECS treats as sets or maps keyed as such.
//!
//! ECS returns environment variables, ports, tags and subnets in an order of its own. Comparing
//! by name instead of by position is what keeps a diff silent after a deploy.

use std::fmt;

/// One step of a [`Path`].
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash)]
pub enum Segment {
    /// A member of an object.
    Field(String),
    /// An element of a list, by the name it goes by.
    Key(String),
}

impl Segment {
    /// Returns the text of the step, whichever kind it is.
    #[must_use]
    pub fn text(&self) -> &str {
        match self {
            Self::Field(text) | Self::Key(text) => text,
        }
    }
}

/// Where a value stands, such as `containerDefinitions[scorer].environment[PORT]`.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord, Hash, Default)]
pub struct Path(pub Vec<Segment>);

impl Path {
    /// Returns the steps as plain text, for matching.
    #[must_use]
    pub fn texts(&self) -> Vec<&str> {
        self.0.iter().map(Segment::text).collect()
    }

    /// Returns this path with one more step.
    #[must_use]
    pub fn join(&self, segment: Segment) -> Self {
        let mut steps = self.0.clone();
        steps.push(segment);
        Self(steps)
    }

    /// Returns the place in ECS's model, with `[*]` for any item of a list:
    /// `containerDefinitions[*].environment[*]`.
    #[must_use]
    pub fn place(&self) -> String {
        let mut place = String::new();
        for segment in &self.0 {
            match segment {
                Segment::Field(name) => place = member_of(&place, name),
                Segment::Key(_) => place.push_str("[*]"),
            }
        }
        place
    }
}

/// Returns the place of an object's member.
pub(super) fn member_of(place: &str, name: &str) -> String {
    if place.is_empty() {
        name.to_owned()
    } else {
        format!("{place}.{name}")
    }
}

impl fmt::Display for Path {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        for (position, segment) in self.0.iter().enumerate() {
            match segment {
                Segment::Field(name) if position == 0 => f.write_str(name)?,
                Segment::Field(name) => write!(f, ".{name}")?,
                Segment::Key(key) => write!(f, "[{key}]")?,
            }
        }
        Ok(())
    }
}
