//! Addresses inside an ECS document, with lists that ECS treats as sets or maps keyed as such.
//!
//! ECS returns environment variables, ports, tags and subnets in an order of its own. Comparing
//! by name instead of by position is what keeps a diff silent after a deploy.

use std::collections::BTreeMap;
use std::fmt;

use serde_json::Value;

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

/// Every scalar and every ordered list of a document, by its path.
pub type Leaves = BTreeMap<Path, Value>;

/// Returns the leaves of a value. Nulls and empty containers say nothing and are left out.
#[must_use]
pub fn leaves(value: &Value) -> Leaves {
    let mut found = Leaves::new();
    collect(value, &Path::default(), &mut found);
    found
}

fn collect(value: &Value, path: &Path, found: &mut Leaves) {
    match value {
        Value::Null => {}
        Value::Object(members) => {
            for (name, member) in members {
                collect(member, &path.join(Segment::Field(name.clone())), found);
            }
        }
        Value::Array(items) if items.is_empty() => {}
        Value::Array(items) => collect_list(items, path, found),
        Value::Bool(_) | Value::Number(_) | Value::String(_) => {
            found.insert(path.clone(), value.clone());
        }
    }
}

fn collect_list(items: &[Value], path: &Path, found: &mut Leaves) {
    let name = path.0.last().map_or("", Segment::text);
    match order_of(name) {
        Order::Matters => {
            found.insert(path.clone(), Value::Array(items.to_vec()));
        }
        Order::Set => {
            let mut sorted = items.to_vec();
            sorted.sort_by_key(ToString::to_string);
            found.insert(path.clone(), Value::Array(sorted));
        }
        Order::Pairs(key, held) => {
            for item in items {
                let at = path.join(Segment::Key(text_of(&item[key])));
                collect(&item[held], &at, found);
            }
        }
        Order::Named(keys) => {
            for item in items {
                let at = path.join(Segment::Key(name_of(item, keys)));
                collect(item, &at, found);
            }
        }
    }
}

enum Order {
    /// The position is part of the meaning, as in a command.
    Matters,
    /// Scalars in no order.
    Set,
    /// A map in list's clothing: the member that is the key, and the one that is the value.
    Pairs(&'static str, &'static str),
    /// Objects told apart by these members.
    Named(&'static [&'static str]),
}

fn order_of(list: &str) -> Order {
    match list {
        "environment" | "systemControls" => Order::Pairs(
            if list == "environment" {
                "name"
            } else {
                "namespace"
            },
            "value",
        ),
        "secrets" | "secretOptions" => Order::Pairs("name", "valueFrom"),
        "tags" => Order::Pairs("key", "value"),
        "extraHosts" => Order::Pairs("hostname", "ipAddress"),
        "resourceRequirements" => Order::Pairs("type", "value"),
        "dependsOn" => Order::Pairs("containerName", "condition"),
        "containerDefinitions" | "volumes" | "ulimits" => Order::Named(&["name"]),
        "portMappings" => Order::Named(&["containerPort", "containerPortRange"]),
        "mountPoints" => Order::Named(&["containerPath"]),
        "loadBalancers" => Order::Named(&["targetGroupArn", "loadBalancerName"]),
        "capacityProviderStrategy" => Order::Named(&["capacityProvider"]),
        "serviceRegistries" => Order::Named(&["registryArn"]),
        "subnets"
        | "securityGroups"
        | "requiresCompatibilities"
        | "alarmNames"
        | "environmentFiles"
        | "volumesFrom"
        | "placementConstraints"
        | "dnsServers"
        | "dnsSearchDomains" => Order::Set,
        _ => Order::Matters,
    }
}

fn name_of(item: &Value, keys: &[&str]) -> String {
    keys.iter()
        .map(|key| &item[*key])
        .find(|value| !value.is_null())
        .map_or_else(String::new, text_of)
}

fn text_of(value: &Value) -> String {
    value
        .as_str()
        .map_or_else(|| value.to_string(), str::to_owned)
}
