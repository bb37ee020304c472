//! Which metrics that an experiment asks for `CloudWatch` does not have, and what it has that is
//! like them. Asks nobody.

use std::collections::{BTreeMap, BTreeSet};

use super::doubts::asked_for;
use crate::release::{ExistingMetric, Query};
use mlship_manifest::nearest;

/// Says of each metric that is not there what is most like it: another of its dimensions, another
/// metric of the namespace, another namespace.
#[must_use]
pub fn unknown(missing: &[Query], existing: &[ExistingMetric]) -> Vec<String> {
    let mut metrics: BTreeMap<(&str, &str), Vec<Query>> = BTreeMap::new();
    for query in missing.iter().filter(|query| !is_there(query, existing)) {
        let metric = (query.namespace.as_str(), query.metric.as_str());
        metrics.entry(metric).or_default().push(query.clone());
    }
    let line = |((namespace, metric), queries): ((&str, &str), Vec<Query>)| {
        let asked = asked_for(&queries).join(", ");
        let like = like(namespace, metric, existing);
        let like = like.map_or_else(
            || "nothing there is like it".to_owned(),
            |like| format!("there is {like}"),
        );
        format!("CloudWatch has no {asked} yet: {like}")
    };
    metrics.into_iter().map(line).collect()
}

/// Says whether a metric with exactly these dimensions is there.
#[must_use]
pub fn is_there(query: &Query, existing: &[ExistingMetric]) -> bool {
    let wanted: BTreeSet<_> = query.dimensions.iter().collect();
    existing.iter().any(|known| {
        known.namespace == query.namespace
            && known.metric == query.metric
            && known.dimensions.iter().collect::<BTreeSet<_>>() == wanted
    })
}

fn like(namespace: &str, metric: &str, existing: &[ExistingMetric]) -> Option<String> {
    let namespaces: BTreeSet<&str> = existing.iter().map(|known| &*known.namespace).collect();
    let namespace = namespaces
        .get(namespace)
        .copied()
        .or_else(|| nearest(namespace, namespaces.iter().copied()))?;
    let of_namespace: Vec<&ExistingMetric> = existing
        .iter()
        .filter(|known| known.namespace == namespace)
        .collect();
    let names: BTreeSet<&str> = of_namespace.iter().map(|known| &*known.metric).collect();
    let name = names
        .get(metric)
        .copied()
        .or_else(|| nearest(metric, names.iter().copied()));
    let Some(name) = name else {
        let names: Vec<&str> = names.into_iter().take(MOST).collect();
        return Some(format!("{namespace} {}", names.join(", ")));
    };
    let same = of_namespace.iter().filter(|known| known.metric == name);
    let dimensions: BTreeSet<String> = same.map(|known| dimensions(known)).collect();
    let dimensions: Vec<String> = dimensions.into_iter().take(MOST).collect();
    Some(format!(
        "{namespace} {name} with {}",
        dimensions.join(" and with ")
    ))
}

/// More of them nobody reads.
const MOST: usize = 5;

fn dimensions(known: &ExistingMetric) -> String {
    let all = known.dimensions.iter();
    let all: Vec<String> = all.map(|(name, value)| format!("{name}={value}")).collect();
    if all.is_empty() {
        "no dimensions".to_owned()
    } else {
        all.join(" ")
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    fn query(namespace: &str, metric: &str, variant: &str) -> Query {
        Query {
            namespace: namespace.to_owned(),
            metric: metric.to_owned(),
            dimensions: vec![("Variant".to_owned(), variant.to_owned())],
            statistic: "Sum".to_owned(),
        }
    }

    fn existing(namespace: &str, metric: &str, dimensions: &[(&str, &str)]) -> ExistingMetric {
        let own = |(name, value): &(&str, &str)| ((*name).to_owned(), (*value).to_owned());
        ExistingMetric {
            namespace: namespace.to_owned(),
            metric: metric.to_owned(),
            dimensions: dimensions.iter().map(own).collect(),
        }
    }

    #[test]
    fn what_is_not_there_is_told_with_what_is_like_it() {
        let a = [("Variant", "a")];
        let there = [
            existing("Fraud", "Converted", &a),
            existing("Fraud", "Converted", &[("Variant", "b")]),
            existing("Fraud", "Clients", &[("variant", "a")]),
            existing("Shop", "Baskets", &[]),
        ];
        let check = |asked: &[Query], said: &[&str]| assert_eq!(unknown(asked, &there), said);
        check(&[query("Fraud", "Converted", "a")], &[]);
        check(
            &[
                query("Fraud", "Convertd", "a"),
                query("Fraud", "Convertd", "b"),
            ],
            &[
                "CloudWatch has no Fraud Convertd with Variant=a and with Variant=b yet: there is \
               Fraud Converted with Variant=a and with Variant=b",
            ],
        );
        check(
            &[query("Fraud", "Clients", "a")],
            &[
                "CloudWatch has no Fraud Clients with Variant=a yet: there is Fraud Clients with \
               variant=a",
            ],
        );
        check(
            &[query("Frauds", "Converted", "c")],
            &[
                "CloudWatch has no Frauds Converted with Variant=c yet: there is Fraud Converted \
               with Variant=a and with Variant=b",
            ],
        );
        check(
            &[query("Shop", "Orders", "a")],
            &["CloudWatch has no Shop Orders with Variant=a yet: there is Shop Baskets"],
        );
        check(
            &[query("Elsewhere", "Orders", "a")],
            &["CloudWatch has no Elsewhere Orders with Variant=a yet: nothing there is like it"],
        );
    }
}
