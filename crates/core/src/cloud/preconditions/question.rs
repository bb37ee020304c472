//! What can be asked about what a release leans on. Two releases that lean on the same thing ask the
//! same question.

use std::fmt;

use crate::release::EcrImage;

/// An image in a registry that is not ECR's.
#[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
pub struct RegistryImage {
    /// The registry's host, with its port where it has one.
    pub host: String,
    /// The repository.
    pub repository: String,
    /// A tag, or a digest.
    pub reference: String,
}

impl RegistryImage {
    /// Reads an image as a container definition has it, by Docker's rules.
    #[must_use]
    pub fn parse(image: &str) -> Self {
        let (host, path) = match image.split_once('/') {
            Some((host, path)) if host.contains(['.', ':']) || host == "localhost" => {
                (host.to_owned(), path.to_owned())
            }
            Some(_) => ("docker.io".to_owned(), image.to_owned()),
            None => ("docker.io".to_owned(), format!("library/{image}")),
        };
        let (path, digest) = match path.split_once('@') {
            Some((path, digest)) => (path.to_owned(), Some(digest.to_owned())),
            None => (path, None),
        };
        let (repository, tag) = path.split_once(':').unwrap_or((&path, "latest"));
        Self {
            host,
            repository: repository.to_owned(),
            reference: digest.unwrap_or_else(|| tag.to_owned()),
        }
    }
}

impl fmt::Display for RegistryImage {
    fn fmt(&self, f: &mut fmt::Formatter<'_>) -> fmt::Result {
        let separator = if self.reference.contains(':') {
            '@'
        } else {
            ':'
        };
        let Self {
            host,
            repository,
            reference,
        } = self;
        write!(f, "{host}/{repository}{separator}{reference}")
    }
}

macro_rules! questions {
    ($($(#[$note:meta])* $kind:ident $fields:tt;)*) => {
        /// A question.
        #[derive(Debug, Clone, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Question {
            $($(#[$note])* $kind $fields,)*
        }

        /// What a question is about.
        #[derive(Debug, Clone, Copy, PartialEq, Eq, PartialOrd, Ord)]
        pub enum Kind {
            $($(#[$note])* $kind,)*
        }

        impl Kind {
            /// Every kind.
            pub const ALL: &[Self] = &[$(Self::$kind,)*];
        }

        impl Question {
            /// Returns what it is about.
            #[must_use]
            pub fn kind(&self) -> Kind {
                match self {
                    $(Self::$kind { .. } => Kind::$kind,)*
                }
            }
        }
    };
}

questions! {
    /// Whether an image is in ECR, and can be pulled.
    Image(EcrImage);
    /// For which platforms an image in ECR is.
    Platforms(EcrImage);
    /// Whether an image is in another registry, and for which platforms.
    HostedImage(RegistryImage);
    /// Whether a secret of Secrets Manager is there, by the ARN or name in `valueFrom`.
    Secret(String);
    /// Whether a parameter is there, by the ARN or name in `valueFrom`.
    Parameter(String);
    /// Who may take on a role, by its ARN.
    Role(String);
    /// Whether the policies of a role allow each of some actions on each of some resources.
    Permissions {
        /// The role's ARN.
        role: String,
        /// The actions.
        actions: Vec<String>,
        /// The resources; `*` for any.
        resources: Vec<String>,
    };
    /// Whether a log group is there.
    LogGroup {
        /// The region it is in; nothing for that of the service.
        region: Option<String>,
        /// Its name.
        name: String,
    };
    /// A target group, by its ARN.
    TargetGroup(String);
    /// By which security groups load balancers can be told, by their ARNs.
    LoadBalancers(Vec<String>);
    /// Subnets.
    Subnets(Vec<String>);
    /// Security groups.
    SecurityGroups(Vec<String>);
    /// All route tables of a VPC.
    RouteTables(String);
    /// All endpoints of a VPC.
    Endpoints(String);
    /// The capacity providers that a cluster is associated with.
    Cluster(String);
    /// Capacity providers, by their names.
    CapacityProviders(Vec<String>);
    /// The container instances of a cluster: one page.
    Instances(String);
    /// Alarms, by their names.
    Alarms(Vec<String>);
    /// How many requests target groups got a minute, in the last hour, all of them together.
    Requests {
        /// Their load balancer, as metrics name it: `app/name/id`.
        balancer: String,
        /// The groups, as metrics name them: `targetgroup/name/id`.
        groups: Vec<String>,
    };
}

impl Kind {
    /// Returns the operations that a question takes, the one that may be all of them first.
    #[must_use]
    pub fn operations(self) -> &'static [&'static str] {
        match self {
            Self::Image => &["DescribeImages", "DescribePullThroughCacheRules"],
            Self::Platforms => &["BatchGetImage", "GetDownloadUrlForLayer"],
            // By the registry's own protocol, with Docker's credentials.
            Self::HostedImage => &[],
            Self::Secret => &["DescribeSecret"],
            Self::Parameter => &["GetParameters"],
            Self::Role => &["GetRole"],
            Self::Permissions => &["SimulatePrincipalPolicy"],
            Self::LogGroup => &["DescribeLogGroups"],
            Self::TargetGroup => &["DescribeTargetGroups"],
            Self::LoadBalancers => &["DescribeLoadBalancers"],
            Self::Subnets => &["DescribeSubnets"],
            Self::SecurityGroups => &["DescribeSecurityGroups"],
            Self::RouteTables => &["DescribeRouteTables"],
            Self::Endpoints => &["DescribeVpcEndpoints"],
            Self::Cluster => &["DescribeClusters"],
            Self::CapacityProviders => &["DescribeCapacityProviders"],
            Self::Instances => &["ListContainerInstances", "DescribeContainerInstances"],
            Self::Alarms => &["DescribeAlarms"],
            Self::Requests => &["GetMetricData"],
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn an_image_is_where_docker_would_look_for_it() {
        for (written, told) in [
            ("nginx", "docker.io/library/nginx:latest"),
            ("team/model:7", "docker.io/team/model:7"),
            ("localhost/m", "localhost/m:latest"),
            ("127.0.0.1:5000/m:7", "127.0.0.1:5000/m:7"),
            ("ghcr.io/o/m:7@sha256:ab", "ghcr.io/o/m@sha256:ab"),
        ] {
            assert_eq!(RegistryImage::parse(written).to_string(), told);
        }
    }
}
