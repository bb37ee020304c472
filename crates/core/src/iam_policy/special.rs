//! What is allowed on conditions of its own: tags, and the roles that AWS's services make themselves.

use std::collections::BTreeSet;

use super::named::Named;
use super::statement::{Condition, Statement};
use super::subject::Subject;
use crate::permissions::{Permission, Use, Where};
use crate::release::PREFIX;

/// The longest list of keys that tags are narrowed to; with more of them they are not.
const LONGEST_KEYS: usize = 1500;

/// What is made may be made with any tags. Afterwards only the manifest's and mlship's own keys may
/// be written: others may be what permissions go by.
pub(super) fn tagging(row: &Permission, named: &Named<'_>) -> Vec<Statement> {
    let deploys = named.is_for_any(&[Use::Deploy, Use::Rollback]);
    let mut resources = named.of_service("service", "");
    if deploys {
        resources.extend(named.families());
    }
    let on = |sid, condition| Statement {
        sid,
        actions: BTreeSet::from([row.action]),
        resources: resources.clone(),
        condition,
    };
    if row.action != "ecs:TagResource" {
        return vec![on("Untag", None)];
    }
    let mut keys = named.all(|subject| &subject.tags);
    keys.retain(|key| !key.starts_with(PREFIX));
    keys.insert(format!("{PREFIX}*"));
    let length: usize = keys.iter().map(|key| key.len() + 3).sum();
    let keys = Condition::new("ForAllValues:StringLike", "aws:TagKeys", keys);
    let mut all = vec![on("Tag", (length <= LONGEST_KEYS).then_some(keys))];
    if deploys {
        let made = ["RegisterTaskDefinition", "CreateService"].map(str::to_owned);
        let made = Condition::new("StringEquals", "ecs:CreateAction", made);
        all.push(on("TagWhatIsMade", Some(made)));
    }
    all
}

/// ECS makes its role for an account's first service, and Application Auto Scaling for the first
/// service whose number of tasks follows the load.
pub(super) fn service_linked(row: &Permission, named: &Named<'_>) -> Vec<Statement> {
    let make = |sid, service: &str, name: &str, resources: BTreeSet<String>| Statement {
        sid,
        actions: BTreeSet::from([row.action]),
        resources: resources
            .into_iter()
            .map(|root| format!("{root}:role/aws-service-role/{service}/{name}"))
            .collect(),
        condition: Some(Condition::new(
            "StringEquals",
            "iam:AWSServiceName",
            [service.to_owned()],
        )),
    };
    let root =
        |subject: &Subject| format!("arn:{}:iam::{}", subject.partition, subject.home.account);
    let scaled = named
        .subjects
        .iter()
        .filter(|subject| subject.kinds.contains(&Where::Autoscaling));
    vec![
        make(
            "MakeRoleOfEcs",
            "ecs.amazonaws.com",
            "AWSServiceRoleForECS",
            named.each(root),
        ),
        make(
            "MakeRoleOfScaling",
            "ecs.application-autoscaling.amazonaws.com",
            "AWSServiceRoleForApplicationAutoScaling_ECSService",
            scaled.map(root).collect(),
        ),
    ]
}
