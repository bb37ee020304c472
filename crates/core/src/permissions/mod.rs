//! The table of what a caller must be allowed: each action, by which operation it is used, for what,
//! and on what. Knows no manifest.

mod table;

pub use table::TABLE;

/// A permission.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Permission {
    /// The action, as policies name it.
    pub action: &'static str,
    /// The API operation that needs it; empty where it is needed by others'.
    pub operation: &'static str,
    /// What it can be narrowed to.
    pub scope: Scope,
    /// What it is for.
    pub uses: &'static [Use],
}

/// What somebody does with mlship.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Use {
    /// Looking: `diff`, `status`, `history`, `watch`, `logs`.
    Look,
    /// Deploying.
    Deploy,
    /// Going back.
    Rollback,
    /// A/B experiments.
    Experiment,
    /// Asking whether all is there that a release leans on.
    Verify,
}

/// What a permission can be narrowed to.
#[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
pub enum Scope {
    /// Nothing: AWS offers only `*`.
    Any,
    /// The cluster.
    Cluster,
    /// The service.
    Service,
    /// The service's deployments.
    ServiceDeployments,
    /// The service's revisions.
    ServiceRevisions,
    /// The cluster's tasks.
    Tasks,
    /// The cluster's container instances.
    ContainerInstances,
    /// The revisions of the family.
    Family,
    /// The family's revisions, and the service.
    FamilyAndService,
    /// Scalable targets of ECS.
    ScalableTargets,
    /// The repositories of the images.
    Repositories,
    /// The registry's rules for other registries.
    Registry,
    /// The secrets.
    Secrets,
    /// The parameters.
    Parameters,
    /// The roles of the tasks.
    Roles,
    /// The log groups.
    LogGroups,
    /// The streams of the log groups.
    LogStreams,
    /// The alarms.
    Alarms,
    /// The listener's rules, and the listener.
    Rules,
    /// The objects under the record's prefix.
    Objects,
    /// The record's bucket.
    Bucket,
    /// The role that Application Auto Scaling makes for itself.
    ScalingRole,
}

impl Permission {
    /// Says whether it is needed for something.
    #[must_use]
    pub fn is_for(&self, wanted: Use) -> bool {
        self.uses.contains(&wanted)
    }
}

/// Returns the action that an operation needs.
#[must_use]
pub fn action_of(operation: &str) -> Option<&'static str> {
    let is_it = |row: &&Permission| !operation.is_empty() && row.operation == operation;
    TABLE.iter().find(is_it).map(|row| row.action)
}

#[cfg(test)]
mod tests {
    use std::collections::BTreeSet;

    use super::*;

    #[test]
    fn an_action_stands_in_one_row_and_is_for_something() {
        let mut seen = BTreeSet::new();
        for row in TABLE {
            assert!(seen.insert(row.action), "{} twice", row.action);
            assert!(!row.uses.is_empty(), "{}", row.action);
            let (_, name) = row.action.split_once(':').unwrap();
            assert!(row.operation.is_empty() || row.operation == name);
        }
        assert_eq!(action_of("DescribeImages"), Some("ecr:DescribeImages"));
        assert_eq!((action_of(""), action_of("Nothing")), (None, None));
    }

    #[test]
    fn whoever_only_looks_needs_nothing_that_writes() {
        let reads = ["Get", "List", "Describe", "Filter", "Batch", "Simulate"];
        let looks = |row: &&Permission| row.is_for(Use::Look) || row.is_for(Use::Verify);
        for row in TABLE.iter().filter(looks) {
            let (_, name) = row.action.split_once(':').unwrap();
            assert!(
                reads.iter().any(|read| name.starts_with(read)),
                "{}",
                row.action
            );
        }
    }
}
