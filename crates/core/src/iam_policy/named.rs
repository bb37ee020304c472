//! All that releases and experiments name, by what it is.

use std::collections::BTreeSet;

use super::Wanted;
use super::subject::Subject;
use super::tested::Tested;
use crate::permissions::{Permission, Use};
use mlship_manifest::MlflowKind;
use mlship_text::arn::Arn;

/// All that releases and experiments name, by what it is.
pub(super) struct Named<'a> {
    pub(super) subjects: &'a [Subject],
    experiments: &'a [Tested],
    wanted: &'a Wanted,
}

impl<'a> Named<'a> {
    pub(super) fn of(
        subjects: &'a [Subject],
        experiments: &'a [Tested],
        wanted: &'a Wanted,
    ) -> Self {
        Self {
            subjects,
            experiments,
            wanted,
        }
    }

    pub(super) fn each(&self, one: impl Fn(&Subject) -> String) -> BTreeSet<String> {
        self.subjects.iter().map(one).collect()
    }

    pub(super) fn all(&self, some: impl Fn(&Subject) -> &BTreeSet<String>) -> BTreeSet<String> {
        self.subjects
            .iter()
            .flat_map(|subject| some(subject).clone())
            .collect()
    }

    /// Single names, or the folders that several of them are in.
    pub(super) fn by_folder(&self, names: BTreeSet<String>, suffix: &str) -> BTreeSet<String> {
        let names = if self.wanted.per_cluster {
            folders(&names)
        } else {
            names
        };
        let ends = |name: String| {
            if name.ends_with('*') || suffix.is_empty() {
                name
            } else {
                format!("{name}{suffix}")
            }
        };
        names.into_iter().map(ends).collect()
    }

    pub(super) fn clusters(&self) -> BTreeSet<String> {
        self.each(|subject| ecs(subject, &format!("cluster/{}", subject.cluster)))
    }

    /// What is in a service: of all services of the cluster, where it is by cluster.
    pub(super) fn of_service(&self, kind: &str, rest: &str) -> BTreeSet<String> {
        self.each(|subject| {
            let Subject {
                cluster, service, ..
            } = subject;
            if self.wanted.per_cluster {
                ecs(subject, &format!("{kind}/{cluster}/*"))
            } else {
                ecs(subject, &format!("{kind}/{cluster}/{service}{rest}"))
            }
        })
    }

    /// The alarms that are made for services: of all services, where it is by cluster.
    pub(super) fn alarms(&self) -> BTreeSet<String> {
        self.each(|subject| {
            let prefix = if self.wanted.per_cluster {
                "mlship-"
            } else {
                &subject.alarms
            };
            arn(subject, "cloudwatch", &format!("alarm:{prefix}*"))
        })
    }

    pub(super) fn families(&self) -> BTreeSet<String> {
        self.each(|subject| {
            if self.wanted.per_cluster {
                ecs(subject, "task-definition/*")
            } else {
                ecs(subject, &format!("task-definition/{}:*", subject.family))
            }
        })
    }

    pub(super) fn in_cluster(&self, kind: &str) -> BTreeSet<String> {
        self.each(|subject| ecs(subject, &format!("{kind}/{}/*", subject.cluster)))
    }

    /// The rules that a permission is for: those of experiments, and those of production traffic.
    pub(super) fn rules(&self, row: &Permission) -> BTreeSet<String> {
        let is_for = |used: Use| row.is_for(used) && self.wanted.uses.contains(&used);
        let mut found = BTreeSet::new();
        if is_for(Use::Traffic) {
            found.extend(self.all(|subject| &subject.production_rules));
        }
        if is_for(Use::Experiment) {
            found.extend(self.rules_of_experiments());
        }
        if found.is_empty() {
            return self.all_rules();
        }
        found
    }

    fn all_rules(&self) -> BTreeSet<String> {
        self.each(|subject| balancing(subject, "listener-rule/app/*"))
    }

    /// Where no experiment is named, the rules of the account's load balancers.
    fn rules_of_experiments(&self) -> BTreeSet<String> {
        if self.experiments.is_empty() {
            return self.all_rules();
        }
        let rules = self.experiments.iter().map(|test| {
            if !test.has_header {
                return test.rule.as_str().to_owned();
            }
            // Each variant has a rule of its own beside it.
            let listener = test.rule.listener();
            let of_listener = listener
                .as_str()
                .replacen(":listener/", ":listener-rule/", 1);
            format!("{of_listener}/*")
        });
        rules.collect()
    }

    pub(super) fn listeners(&self) -> BTreeSet<String> {
        if self.experiments.is_empty() {
            return self.each(|subject| balancing(subject, "listener/app/*"));
        }
        let tests = self.experiments.iter().filter(|test| test.has_header);
        tests
            .map(|test| test.rule.listener().as_str().to_owned())
            .collect()
    }

    /// Buckets with the prefixes of records, each in the part of AWS that the releases are in.
    pub(super) fn records(&self, path: impl Fn(&str, &str) -> String) -> BTreeSet<String> {
        let partition = self
            .subjects
            .first()
            .map_or("aws", |subject| &subject.partition);
        let records = self
            .experiments
            .iter()
            .filter_map(|test| test.record.as_ref());
        let arns = records
            .map(|(bucket, prefix)| format!("arn:{partition}:s3:::{}", path(bucket, prefix)));
        arns.collect()
    }

    pub(super) fn mlflow(
        &self,
        of: impl Fn(&Subject) -> Option<&String>,
        kind: MlflowKind,
    ) -> BTreeSet<String> {
        let of_releases = self.subjects.iter().filter_map(of).cloned();
        let records = self
            .experiments
            .iter()
            .filter_map(|test| test.mlflow.as_ref());
        let of_records = records
            .filter(|arn| arn.kind == kind)
            .map(|arn| arn.arn.clone());
        of_releases.chain(of_records).collect()
    }

    pub(super) fn is_for_any(&self, uses: &[Use]) -> bool {
        uses.iter().any(|used| self.wanted.uses.contains(used))
    }
}

pub(super) fn arn(subject: &Subject, service: &str, resource: &str) -> String {
    let Subject {
        partition, home, ..
    } = subject;
    format!(
        "arn:{partition}:{service}:{}:{}:{resource}",
        home.region, home.account
    )
}

fn ecs(subject: &Subject, resource: &str) -> String {
    arn(subject, "ecs", resource)
}

fn balancing(subject: &Subject, resource: &str) -> String {
    arn(subject, "elasticloadbalancing", resource)
}

/// Puts a folder in place of the names in it, where it has several.
fn folders(names: &BTreeSet<String>) -> BTreeSet<String> {
    let folder = |name: &String| {
        let path = Arn::parse(name)?.path();
        let (folder, last) = path.rsplit_once('/')?;
        let is_one = !folder.trim_start_matches('/').is_empty();
        is_one.then(|| name[..name.len() - last.len()].to_owned())
    };
    let all: Vec<String> = names.iter().filter_map(folder).collect();
    let several = |found: &String| all.iter().filter(|other| *other == found).count() > 1;
    let each = names.iter().map(|name| match folder(name).filter(several) {
        Some(folder) => format!("{folder}*"),
        None => name.clone(),
    });
    each.collect()
}
