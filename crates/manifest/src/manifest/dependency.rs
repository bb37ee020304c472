//! How `service.dependsOn` names a service: `NAME`, `CLUSTER/NAME` or `REGION:CLUSTER/NAME`, where a
//! cluster may be an ARN.

use mlship_text::arn::is_meant_as_arn;

/// A service that another one waits for, as it was written.
#[derive(Debug, Clone, Copy, PartialEq, Eq)]
pub struct Dependency<'a> {
    /// The region, where it is written before the cluster.
    pub region: Option<&'a str>,
    /// The cluster, by name or ARN; none for that of the service that waits.
    pub cluster: Option<&'a str>,
    /// The service.
    pub name: &'a str,
}

impl<'a> Dependency<'a> {
    /// Takes apart what was written.
    #[must_use]
    pub fn of(written: &'a str) -> Self {
        let Some((cluster, name)) = written.rsplit_once('/') else {
            return Self {
                region: None,
                cluster: None,
                name: written,
            };
        };
        let placed = cluster
            .split_once(':')
            .filter(|_| !is_meant_as_arn(cluster));
        let (region, cluster) = match placed {
            Some((region, cluster)) => (Some(region), cluster),
            None => (None, cluster),
        };
        Self {
            region,
            cluster: Some(cluster),
            name,
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[track_caller]
    fn check(written: &str, region: Option<&str>, cluster: Option<&str>, name: &str) {
        let expected = Dependency {
            region,
            cluster,
            name,
        };
        assert_eq!(Dependency::of(written), expected);
    }

    #[test]
    fn a_service_is_named_alone_with_its_cluster_or_with_both() {
        check("features", None, None, "features");
        check("ml/features", None, Some("ml"), "features");
        check(
            "eu-west-1:ml/features",
            Some("eu-west-1"),
            Some("ml"),
            "features",
        );
        let arn = "arn:aws:ecs:eu-west-1:111122223333:cluster/ml";
        check(&format!("{arn}/features"), None, Some(arn), "features");
    }
}
