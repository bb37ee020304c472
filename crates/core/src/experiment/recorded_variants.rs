//! Whose traffic an experiment shares, as tags of its rule: with them it can be looked at and ended
//! without its manifest.

use std::collections::BTreeMap;

use super::definition::{Arm, Definition};
use super::tag_text::spread;
use crate::release::ids::{ClusterName, RuleArn, ServiceId, ServiceName, TargetGroupArn};

/// The tags, which together have one text: a tag takes 256 characters, and five variants with the
/// longest names there can be take a few thousand.
pub(super) const VARIANTS: [&str; 15] = [
    "mlship:experiment-variants",
    "mlship:experiment-variants-2",
    "mlship:experiment-variants-3",
    "mlship:experiment-variants-4",
    "mlship:experiment-variants-5",
    "mlship:experiment-variants-6",
    "mlship:experiment-variants-7",
    "mlship:experiment-variants-8",
    "mlship:experiment-variants-9",
    "mlship:experiment-variants-10",
    "mlship:experiment-variants-11",
    "mlship:experiment-variants-12",
    "mlship:experiment-variants-13",
    "mlship:experiment-variants-14",
    "mlship:experiment-variants-15",
];
/// Between two items; no name has it, and no ARN.
const NEXT: char = '+';
/// Between the fields of an item.
const FIELD: char = '=';
/// After the last item: what lacks it is not whole.
const END: char = '@';
const HEADER: &str = "header";
const STICKINESS: &str = "stickiness";
const CONTROL: &str = "control";
const DROPPED: &str = "dropped";
/// What the ARN of a target group has before its name.
const GROUP: &str = ":targetgroup/";

/// Whose traffic an experiment shares, and how clients are assigned.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedVariants {
    /// How long a client stays with its variant, in seconds.
    pub stickiness: Option<u32>,
    /// The header by which callers assign themselves.
    pub header: Option<String>,
    /// The variants, in the manifest's order.
    pub variants: Vec<RecordedVariant>,
}

/// A variant, with where its requests go.
#[derive(Debug, Clone, PartialEq, Eq)]
pub struct RecordedVariant {
    /// The variant's name.
    pub name: String,
    /// Its service.
    pub service: ServiceId,
    /// Its target group: name and id, or the whole ARN where the rule's does not tell the rest.
    group: String,
    /// Whether the others are compared with it.
    pub is_control: bool,
    /// Whether it was taken out of the experiment.
    pub is_dropped: bool,
}

impl RecordedVariant {
    fn of(arm: &Arm, rule: &RuleArn) -> Self {
        let short = arm.group.as_str().split_once(GROUP);
        let short = short.map(|(_, short)| short.to_owned());
        let short = short.filter(|short| group(short, rule) == arm.group);
        Self {
            name: arm.name.clone(),
            service: arm.service.clone(),
            group: short.unwrap_or_else(|| arm.group.as_str().to_owned()),
            is_control: arm.is_control,
            is_dropped: arm.is_dropped,
        }
    }

    /// Returns its target group, of the load balancer that the rule is of.
    #[must_use]
    pub fn group(&self, rule: &RuleArn) -> TargetGroupArn {
        group(&self.group, rule)
    }

    fn text(&self) -> String {
        let mut fields = vec![self.name.clone(), self.service.path(), self.group.clone()];
        fields.extend(self.is_control.then(|| CONTROL.to_owned()));
        fields.extend(self.is_dropped.then(|| DROPPED.to_owned()));
        fields.join(&FIELD.to_string())
    }

    fn read(fields: &[&str]) -> Option<Self> {
        let (name, service, group, word) = match fields {
            [name, service, group] => (name, service, group, None),
            [name, service, group, word] if [CONTROL, DROPPED].contains(word) => {
                (name, service, group, Some(*word))
            }
            _ => return None,
        };
        let (cluster, service) = service.rsplit_once('/')?;
        Some(Self {
            name: (*name).to_owned(),
            service: ServiceId {
                cluster: ClusterName::new(cluster),
                name: ServiceName::new(service),
                place: None,
            },
            group: (*group).to_owned(),
            is_control: word == Some(CONTROL),
            is_dropped: word == Some(DROPPED),
        })
    }
}

impl RecordedVariants {
    /// Returns what is to be put down of an experiment.
    #[must_use]
    pub fn of(definition: &Definition) -> Self {
        let arms = definition.arms.iter();
        Self {
            stickiness: definition.stickiness,
            header: definition.header.clone(),
            variants: arms
                .map(|arm| RecordedVariant::of(arm, &definition.rule))
                .collect(),
        }
    }

    /// Reads the tags of a rule; none where they are not there, or not whole.
    #[must_use]
    pub fn read(tags: &BTreeMap<String, String>) -> Option<Self> {
        let mut text = String::new();
        for name in VARIANTS {
            text.push_str(tags.get(name)?);
            if let Some(whole) = text.strip_suffix(END) {
                return Self::parse(whole);
            }
        }
        None
    }

    fn parse(text: &str) -> Option<Self> {
        let mut found = Self {
            stickiness: None,
            header: None,
            variants: Vec::new(),
        };
        for item in text.split(NEXT) {
            match item.split(FIELD).collect::<Vec<_>>()[..] {
                [HEADER, header] => found.header = Some(header.to_owned()),
                [STICKINESS, seconds] => found.stickiness = Some(seconds.parse().ok()?),
                ref fields => found.variants.push(RecordedVariant::read(fields)?),
            }
        }
        Some(found)
    }

    /// Returns the tags that say it; none where they would not be read as they were meant.
    #[must_use]
    pub fn tags(&self) -> BTreeMap<String, String> {
        let header = self.header.as_ref();
        let stickiness = self.stickiness.as_ref();
        let items = header.map(|header| format!("{HEADER}{FIELD}{header}"));
        let items = items.into_iter();
        let items = items.chain(stickiness.map(|life| format!("{STICKINESS}{FIELD}{life}")));
        let items = items.chain(self.variants.iter().map(RecordedVariant::text));
        let mut text = items.collect::<Vec<_>>().join(&NEXT.to_string());
        text.push(END);
        let tags = spread(&text, &VARIANTS);
        let is_told = Self::read(&tags).as_ref() == Some(self);
        if is_told { tags } else { BTreeMap::new() }
    }
}

/// Returns a target group by its name and id, beside a rule, or by its whole ARN.
fn group(text: &str, rule: &RuleArn) -> TargetGroupArn {
    match rule.as_str().split_once(":listener-rule/") {
        Some((before, _)) if !text.contains(GROUP) => {
            TargetGroupArn::new(format!("{before}{GROUP}{text}"))
        }
        Some(_) | None => TargetGroupArn::new(text),
    }
}

#[cfg(test)]
mod tests {
    use proptest::prelude::*;

    use super::super::tag_text::LONGEST;
    use super::super::testing::definition;
    use super::*;
    use crate::release::as_tag;

    fn texts(definition: &Definition) -> Vec<String> {
        let tags = RecordedVariants::of(definition).tags();
        let names = VARIANTS.iter().filter_map(|name| tags.get(*name));
        names.cloned().collect()
    }

    #[test]
    fn a_rule_says_whose_traffic_it_shares() {
        assert_eq!(
            texts(&definition(&[50, 50])),
            [
                "control=ml/control=0-control/6d0e=control+challenger=ml/challenger=1-challenger/6d0e@"
            ]
        );
        let sticky = Definition {
            stickiness: Some(604_800),
            ..definition(&[50, 50])
        };
        assert!(texts(&sticky)[0].starts_with("stickiness=604800+control="));
        let by_header = Definition {
            header: Some("x-mlship-variant".to_owned()),
            ..definition(&[50, 50])
        };
        assert!(texts(&by_header)[0].starts_with("header=x-mlship-variant+control="));
    }

    #[test]
    fn a_part_that_is_missing_is_not_made_up() {
        let mut long = definition(&[50, 50]);
        long.arms[0].service.name = ServiceName::new("a".repeat(255));
        let tags = RecordedVariants::of(&long).tags();
        assert!(tags.len() > 1);
        for name in tags.keys() {
            let mut less = tags.clone();
            less.remove(name);
            assert_eq!(RecordedVariants::read(&less), None, "{name}");
        }
        // What an experiment before left behind is after the end.
        let mut more = tags.clone();
        more.insert(VARIANTS[tags.len()].to_owned(), "x=ml/x=x/1@".to_owned());
        assert_eq!(
            RecordedVariants::read(&more),
            Some(RecordedVariants::of(&long))
        );
    }

    #[test]
    fn what_tags_do_not_take_is_left_out() {
        let mut strange = definition(&[50, 50]);
        strange.arms[1].name = "a=b".to_owned();
        assert!(texts(&strange).is_empty());
    }

    proptest! {
        #[test]
        fn names_of_every_length_are_read_again(
            names in proptest::collection::vec(
                ("[a-zA-Z0-9_-]{1,64}", "[a-zA-Z0-9_-]{1,255}", "[a-zA-Z0-9_-]{1,255}",
                 "[a-zA-Z0-9-]{1,32}", any::<bool>()),
                2..=5,
            ),
            stickiness in proptest::option::of(1_u32..=604_800),
            header in proptest::option::of("[a-zA-Z0-9_-]{1,40}"),
            control in 0_usize..2,
        ) {
            let rule = super::super::testing::rule_arn();
            let before = "arn:aws:elasticloadbalancing:eu-west-1:111122223333";
            let arms = names.iter().enumerate();
            let arms = arms.map(|(at, (name, cluster, service, group, is_arn))| Arm {
                name: name.clone(),
                group: TargetGroupArn::new(format!("{before}:targetgroup/{group}/0123456789abcdef")),
                service: ServiceId {
                    cluster: ClusterName::new(if *is_arn {
                        format!("arn:aws:ecs:eu-west-1:111122223333:cluster/{cluster}")
                    } else {
                        cluster.clone()
                    }),
                    name: ServiceName::new(service), place: None, },
                weight: 1,
                is_control: at == control,
                is_dropped: at != control && *is_arn,
            });
            let definition = Definition { stickiness, header, arms: arms.collect(), ..definition(&[1, 1]) };
            let tags = RecordedVariants::of(&definition).tags();
            prop_assert!(tags.values().all(|value| value.len() <= LONGEST && as_tag(value) == *value));
            let read = RecordedVariants::read(&tags).unwrap();
            let groups: Vec<_> = read.variants.iter().map(|variant| variant.group(&rule)).collect();
            let own: Vec<_> = definition.arms.iter().map(|arm| arm.group.clone()).collect();
            prop_assert_eq!(groups, own);
            prop_assert_eq!(read, RecordedVariants::of(&definition));
        }
    }
}
