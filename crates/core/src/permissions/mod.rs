//! The table of what a caller must be allowed: each action, by which operation it is used, for what,
//! on what, and of which releases. Knows no manifest.

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
    /// What somebody does who needs it.
    pub uses: &'static [Use],
    /// Which releases need it.
    pub only: Where,
    /// What it is for, in words.
    pub purpose: &'static str,
}

macro_rules! variants {
    ($(#[$all:meta])* $name:ident { $($(#[$doc:meta])* $variant:ident $words:literal,)* }) => {
        $(#[$all])*
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum $name {
            $($(#[$doc])* $variant,)*
        }

        impl $name {
            /// All of them.
            pub const ALL: &[Self] = &[$(Self::$variant,)*];

            /// Says it in words.
            #[must_use]
            pub fn words(self) -> &'static str {
                match self {
                    $(Self::$variant => $words,)*
                }
            }
        }
    };
}

variants! {
    /// What somebody does with mlship.
    Use {
        /// Looking.
        Look "look",
        /// Deploying.
        Deploy "deploy",
        /// Going back.
        Rollback "rollback",
        /// Going on with a deployment that waits.
        Promote "promote",
        /// Mending the rule of a service whose traffic ECS moves.
        Traffic "traffic",
        /// A/B experiments.
        Experiment "experiment",
        /// Asking whether all is there that a release leans on.
        Verify "verify",
    }
}

variants! {
    /// What a permission can be narrowed to.
    Scope {
        /// Nothing: AWS offers only `*`.
        Any "`*`",
        /// Nothing, but by a condition only of this cluster.
        OfCluster "`*`, on condition that it is the cluster",
        /// The cluster.
        Cluster "the cluster",
        /// The service.
        Service "the service",
        /// The service, and its deployments.
        ServiceDeployments "the service and its deployments",
        /// The service, and its revisions.
        ServiceRevisions "the service and its revisions",
        /// The cluster's tasks.
        Tasks "the cluster's tasks",
        /// The cluster's container instances.
        ContainerInstances "the cluster's instances",
        /// The revisions of the family.
        Family "the family",
        /// The family's revisions, and the service.
        FamilyAndService "the family, the service",
        /// Scalable targets of ECS.
        ScalableTargets "scalable targets, on condition that they are of ECS",
        /// The repositories of the images.
        Repositories "the repositories",
        /// The secrets.
        Secrets "the secrets",
        /// The parameters.
        Parameters "the parameters",
        /// The parameters that fill in fields.
        Values "the parameters that fill in fields",
        /// The roles of the tasks.
        Roles "the roles",
        /// The roles that AWS's services make for themselves.
        ServiceLinkedRoles "the roles of ECS and of Application Auto Scaling themselves",
        /// The log groups and their streams.
        LogGroups "the log groups",
        /// The alarms that are made for the service.
        Alarms "the service's alarms",
        /// The rules of experiments, and of production traffic that ECS moves.
        Rules "the rule",
        /// The listeners of these rules.
        Listeners "the listener",
        /// The objects under the record's prefix.
        Objects "the objects under the prefix",
        /// The record's bucket.
        Bucket "the bucket",
        /// The versions of the model package group.
        ModelPackages "the group's versions",
        /// The MLflow servers in SageMaker.
        TrackingServers "the server",
        /// The MLflow apps in SageMaker.
        MlflowApps "the app",
    }
}

variants! {
    /// Which releases need a permission.
    Where {
        /// All of them.
        Always "",
        /// Those whose tasks run on container instances, or may.
        Instances "not on Fargate",
        /// Those with a strategy of capacity providers.
        Providers "with capacity providers",
        /// Those with autoscaling.
        Autoscaling "with `autoscaling`",
        /// Those with images in ECR.
        Repositories "with images in ECR",
        /// Those that read parameters.
        Parameters "with parameters",
        /// Those that parameters fill in.
        Values "with `${ssm:…}`",
        /// Those whose tasks have addresses of their own.
        Network "with a network of their own",
        /// Those whose rollouts alarms end.
        Alarms "with alarms",
        /// Those that describe alarms.
        DescribedAlarms "with described alarms",
        /// Those whose steps are judged.
        Analysis "with `rollout.analysis`",
        /// Experiments that are assigned by a header.
        Header "with `assignment`",
        /// Those of SageMaker's registry.
        Sagemaker "of SageMaker's registry",
        /// None: whoever names releases needs no list of what there is.
        Unnamed "without manifests",
    }
}

impl Permission {
    /// Says whether it is needed for something.
    #[must_use]
    pub fn is_for(&self, wanted: Use) -> bool {
        self.uses.contains(&wanted)
    }

    /// Says whether it changes nothing.
    #[must_use]
    pub fn reads(&self) -> bool {
        let name = self.action.split_once(':').map_or("", |(_, name)| name);
        let reads = [
            "Get", "List", "Describe", "Filter", "BatchGet", "Simulate", "Search",
        ];
        reads.iter().any(|read| name.starts_with(read))
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
    fn an_action_stands_once_for_what_it_is_on_and_whose_and_is_for_something() {
        let mut seen = BTreeSet::new();
        for row in TABLE {
            let what = (row.action, row.scope.words(), row.only.words());
            assert!(seen.insert(what), "{} twice", row.action);
            assert!(!row.uses.is_empty(), "{}", row.action);
            let (_, name) = row.action.split_once(':').unwrap();
            assert!(row.operation.is_empty() || row.operation == name);
        }
        assert_eq!(action_of("DescribeImages"), Some("ecr:DescribeImages"));
        assert_eq!((action_of(""), action_of("Nothing")), (None, None));
    }

    #[test]
    fn whoever_only_looks_needs_nothing_that_writes() {
        let looks = |row: &&Permission| row.is_for(Use::Look) || row.is_for(Use::Verify);
        for row in TABLE.iter().filter(looks) {
            // One action is all of its API.
            let is_whole = row.scope == Scope::MlflowApps;
            assert!(row.reads() || is_whole, "{}", row.action);
        }
        let written = TABLE.iter().filter(|row| !row.reads()).count();
        assert!(written > 20, "{written}");
    }
}
