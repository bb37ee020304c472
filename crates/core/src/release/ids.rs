//! Names and ARNs as types, so that one can't be passed for another.

use std::fmt;
use std::sync::Arc;

use serde::{Deserialize, Serialize};

use super::place::NamedPlace;
use mlship_text::arn::{Arn, last_part};

macro_rules! id {
    ($($(#[$doc:meta])* $name:ident;)*) => {$(
        $(#[$doc])*
        #[derive(
            Debug, Clone, Default, PartialEq, Eq, PartialOrd, Ord, Hash, Serialize, Deserialize,
        )]
        #[serde(transparent)]
        pub struct $name(pub String);

        impl $name {
            /// Wraps the text as it came.
            pub fn new(text: impl Into<String>) -> Self {
                Self(text.into())
            }

            /// Returns the text.
            #[must_use]
            pub fn as_str(&self) -> &str {
                &self.0
            }
        }

        impl fmt::Display for $name {
            fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
                f.write_str(&self.0)
            }
        }
    )*};
}

id! {
    /// A cluster's short name or ARN, as the manifest has it.
    ClusterName;
    /// A service's name, unique in its cluster.
    ServiceName;
    /// `arn:aws:ecs:…:task-definition/family:revision`.
    TaskDefinitionArn;
    /// `ecs-svc/…`: an entry of a service's `deployments`.
    DeploymentId;
    /// `arn:aws:ecs:…:service-deployment/cluster/service/id`.
    ServiceDeploymentArn;
    /// `arn:aws:ecs:…:service-revision/cluster/service/id`.
    ServiceRevisionArn;
    /// `arn:aws:ecs:…:task/cluster/id`.
    TaskArn;
    /// `arn:aws:elasticloadbalancing:…:listener-rule/app/name/id/id/id`.
    RuleArn;
    /// `arn:aws:elasticloadbalancing:…:listener/app/name/id/id`.
    ListenerArn;
    /// `arn:aws:elasticloadbalancing:…:targetgroup/name/id`.
    TargetGroupArn;
}

impl ClusterName {
    /// Returns the name, which a cluster goes by where no ARN is taken.
    #[must_use]
    pub fn short(&self) -> &str {
        last_part(&self.0)
    }
}

impl RuleArn {
    /// Says whether it is a listener's own: ECS names so what a network load balancer has in place
    /// of rules.
    #[must_use]
    pub fn is_listener(&self) -> bool {
        self.0.contains(":listener/")
    }

    /// Returns the listener that the rule is of.
    #[must_use]
    pub fn listener(&self) -> ListenerArn {
        let of_listener = self.0.replacen(":listener-rule/", ":listener/", 1);
        let listener = of_listener.rsplit_once('/').map_or("", |(rest, _)| rest);
        ListenerArn::new(listener)
    }

    /// Returns the ARN of the load balancer that the rule is of.
    #[must_use]
    pub fn load_balancer_arn(&self) -> String {
        let before = self.0.split(":listener-rule/").next().unwrap_or_default();
        format!("{before}:loadbalancer/{}", self.load_balancer())
    }

    /// Returns the load balancer as `CloudWatch`'s dimension `LoadBalancer` has it:
    /// `app/name/id`.
    #[must_use]
    pub fn load_balancer(&self) -> String {
        let arn = Arn::parse(&self.0);
        let parts: Vec<&str> = arn.iter().flat_map(Arn::parts).skip(1).take(3).collect();
        parts.join("/")
    }
}

impl TargetGroupArn {
    /// Returns the group as `CloudWatch`'s dimension `TargetGroup` has it: `targetgroup/name/id`.
    #[must_use]
    pub fn dimension(&self) -> &str {
        Arn::parse(&self.0).map_or("", |arn| arn.resource)
    }

    /// Returns the group's name.
    #[must_use]
    pub fn name(&self) -> &str {
        Arn::parse(&self.0).map_or(&*self.0, |arn| arn.name())
    }
}

impl TaskArn {
    /// Returns the id, the last part.
    #[must_use]
    pub fn id(&self) -> &str {
        last_part(&self.0)
    }

    /// Returns as much of the id as tells the tasks of a service apart.
    #[must_use]
    pub fn short(&self) -> &str {
        let id = self.id();
        id.get(..8).unwrap_or(id)
    }
}

impl TaskDefinitionArn {
    /// Returns `family:revision`, the part people say.
    #[must_use]
    pub fn short(&self) -> &str {
        last_part(&self.0)
    }

    /// Returns the family.
    #[must_use]
    pub fn family(&self) -> &str {
        self.short().split(':').next().unwrap_or_default()
    }

    /// Returns the number of the revision; none where the text names a family alone.
    #[must_use]
    pub fn revision(&self) -> Option<u64> {
        self.short().split_once(':')?.1.parse().ok()
    }
}

impl DeploymentId {
    /// Stands in for the entry of a service deployment that has left `deployments` already.
    #[must_use]
    pub fn of_ended(deployment: &ServiceDeploymentArn) -> Self {
        Self::new(last_part(&deployment.0))
    }
}

/// Which service, in which cluster.
#[derive(Debug, Clone, PartialEq, Eq, Hash, Serialize, Deserialize)]
pub struct ServiceId {
    /// The cluster it lives in.
    pub cluster: ClusterName,
    /// Its name there.
    pub name: ServiceName,
    /// Where that is, in a run over services in several places: people tell them apart by it, and
    /// requests go where the connection leads.
    #[serde(skip)]
    pub place: Option<Arc<NamedPlace>>,
}

impl ServiceId {
    /// Returns `CLUSTER/NAME`, by which flags and tags name it wherever it is.
    #[must_use]
    pub fn path(&self) -> String {
        format!("{}/{}", self.cluster, self.name)
    }
}

impl fmt::Display for ServiceId {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        match self.place.as_ref().and_then(|place| place.name()) {
            Some(place) => write!(f, "{place}:{}/{}", self.cluster.short(), self.name),
            None => f.write_str(&self.path()),
        }
    }
}

/// An account: its 12-digit id, or that nobody could tell which it is.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
#[serde(transparent)]
pub struct Account(Option<String>);

impl Account {
    /// The account could not be asked for.
    #[must_use]
    pub fn not_checked() -> Self {
        Self(None)
    }

    /// Returns whether it is known.
    #[must_use]
    pub fn is_checked(&self) -> bool {
        self.0.is_some()
    }

    /// Returns the id, where it is known.
    #[must_use]
    pub fn known(&self) -> Option<&str> {
        self.0.as_deref()
    }

    /// Returns the id: empty where it is not known, which is nobody's.
    #[must_use]
    pub fn as_str(&self) -> &str {
        self.0.as_deref().unwrap_or_default()
    }
}

impl From<&str> for Account {
    fn from(id: &str) -> Self {
        Self(Some(id.to_owned()))
    }
}

impl fmt::Display for Account {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        f.write_str(self.0.as_deref().unwrap_or("(not checked)"))
    }
}

/// Which account and region, seen by asking AWS who is calling.
#[derive(Debug, Clone, PartialEq, Eq, Serialize, Deserialize)]
pub struct Caller {
    /// The account.
    pub account: Account,
    /// The region the calls go to.
    pub region: String,
    /// The ARN of the caller.
    pub arn: String,
}

impl Caller {
    /// Takes the account from a service that was shown to the caller, where nobody else could tell
    /// it: ECS shows an account its own.
    #[must_use]
    pub fn told_by(&self, service_arn: Option<&str>) -> Self {
        let shown = || Arn::parse(service_arn?).map(|arn| Account::from(arn.account));
        let mut caller = self.clone();
        if !caller.account.is_checked()
            && let Some(account) = shown()
        {
            caller.account = account;
        }
        caller
    }
}
