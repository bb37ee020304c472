//! What holds of the policies of any manifests.

use std::collections::BTreeSet;

use proptest::prelude::*;
use serde_json::Value;

use super::{BASE, actions, subject};
use crate::iam_policy::{Subject, Wanted, policies};
use crate::permissions::{TABLE, Use};
use mlship_text::arn::Arn;

fn a_name() -> impl Strategy<Value = String> {
    "[a-z][a-z0-9-]{0,40}[a-z0-9]"
}

fn a_manifest() -> impl Strategy<Value = String> {
    let names = (a_name(), a_name(), a_name(), "(/[a-z]{1,8}){1,3}");
    let more = (any::<bool>(), any::<bool>(), any::<bool>(), 0..12_usize);
    (names, more).prop_map(|((cluster, service, role, folder), more)| {
        let (is_scaled, has_alarms, is_on_instances, tags) = more;
        let mut text = BASE
            .replace("cluster: ml", &format!("cluster: {cluster}"))
            .replace("name: scorer", &format!("name: {service}"))
            .replace("execution: execution", &format!("execution: {role}"))
            .replace("/prod/key", &format!("{folder}/key"))
            .replace("/ml/fraud", &folder);
        let tag = |at: usize| format!("{service}-{at}: x");
        let all: Vec<String> = (0..tags).map(tag).collect();
        text = text.replace("team: risk", &all.join(", "));
        if is_scaled {
            text += "autoscaling: { min: 1, max: 2, targetCpuPercent: 50 }\n";
        }
        if has_alarms {
            text += "rollout: { alarms: [fraud-5xx] }\n";
        }
        if is_on_instances {
            text = text.replace("compute: fargate", "compute: ec2");
        }
        text
    })
}

fn any_wanted() -> impl Strategy<Value = Wanted> {
    let uses = prop::collection::btree_set(prop::sample::select(Use::ALL), 1..6);
    (uses, any::<bool>(), any::<bool>()).prop_map(|(uses, reads_only, per_cluster)| Wanted {
        uses,
        reads_only,
        per_cluster,
    })
}

fn is_well_formed(resource: &str) -> bool {
    // A bucket is in no account, a role in no region.
    let is_placed = |arn: &Arn<'_>| arn.is_placed() || ["iam", "s3"].contains(&arn.service);
    resource == "*" || Arn::parse(resource).is_some_and(|arn| is_placed(&arn))
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(40))]

    #[test]
    fn policies_fit_and_name_what_they_allow(
        texts in prop::collection::vec(a_manifest(), 1..25),
        wanted in any_wanted(),
    ) {
        let subjects: Vec<Subject> = texts.iter().map(|text| subject(text)).collect();
        let found = policies(&subjects, &[], &wanted);
        prop_assert!(found.is_ok(), "25 services need no more than ten policies");
        let found = found.unwrap();
        prop_assert!(!found.is_empty() && found.len() <= 10);
        let known: BTreeSet<&str> = TABLE.iter().map(|row| row.action).collect();
        for action in actions(&found) {
            prop_assert!(known.contains(&*action), "{action}");
            prop_assert!(!action.contains(['*', '?']), "{action}");
        }
        for policy in &found {
            let text = policy.to_string();
            prop_assert!(text.chars().count() <= 6144, "{}", text.len());
            prop_assert_eq!(&serde_json::from_str::<Value>(&text).unwrap(), policy);
            let mut names = BTreeSet::new();
            for statement in policy["Statement"].as_array().unwrap() {
                let sid = statement["Sid"].as_str().unwrap();
                prop_assert!(names.insert(sid.to_owned()), "{sid} twice");
                let resources = statement["Resource"].as_array().unwrap();
                prop_assert!(!resources.is_empty(), "{sid}");
                for resource in resources {
                    let resource = resource.as_str().unwrap();
                    prop_assert!(is_well_formed(resource), "{resource}");
                    let passes = sid.starts_with("PassRoles");
                    prop_assert!(!passes || !resource.contains(['*', '?']), "{resource}");
                }
            }
        }
        // However they are cut, every service is in them.
        if !wanted.per_cluster && wanted.uses.contains(&Use::Look) {
            let all: String = found.iter().map(Value::to_string).collect();
            for subject in &subjects {
                let name = format!("service/{}/{}\"", subject.cluster, subject.service);
                prop_assert!(all.contains(&name), "{name}");
            }
        }
    }
}
