//! A service as it is named on a command line.

use mlship_core::release::ids::{ClusterName, ServiceId, ServiceName};
use mlship_manifest::Destination;
use mlship_text::arn::Arn;

/// A service as it was named.
#[derive(Debug, Clone)]
pub(super) struct NamedService {
    pub(super) id: ServiceId,
    /// Region and account, where an ARN says them.
    pub(super) place: Option<(String, String)>,
}

/// The next step where a service is elsewhere.
pub(super) const ELSEWHERE: &str =
    "choose its region with --region, and its account with --profile";

impl NamedService {
    /// Returns where to ask for it, as far as its ARN says that.
    pub(super) fn destination(&self) -> Destination {
        let (region, account) = self.place.clone().unzip();
        Destination { account, region }
    }

    /// Says that it is elsewhere than in a region, and an account where that is known.
    pub(super) fn elsewhere(&self, region: &str, account: Option<&str>) -> Option<String> {
        let (own_region, own_account) = self.place.as_ref()?;
        let is_here = own_region == region && account.is_none_or(|account| own_account == account);
        let account = account.unwrap_or("an unknown account");
        (!is_here).then(|| {
            format!(
                "service {} is in {own_region} of account {own_account}, and the settings are for \
                 {region} of {account}",
                self.id
            )
        })
    }
}

/// Reads `CLUSTER/SERVICE`, or a service's ARN.
pub(super) fn named_service(written: &str) -> Result<NamedService, String> {
    let arn = Arn::parse(written);
    let is_other = arn.is_some_and(|arn| (arn.service, arn.kind()) != ("ecs", "service"));
    if is_other || (arn.is_none() && written.starts_with("arn:")) {
        return Err("this is the ARN of something else than a service".to_owned());
    }
    let path = arn.map_or(written, |arn| arn.path());
    match path.split('/').collect::<Vec<_>>()[..] {
        [cluster, name] if !cluster.is_empty() && !name.is_empty() => Ok(NamedService {
            id: ServiceId {
                cluster: ClusterName::new(cluster),
                name: ServiceName::new(name),
                place: None,
            },
            place: arn.map(|arn| (arn.region.to_owned(), arn.account.to_owned())),
        }),
        _ => Err("write the names of cluster and service, such as ml-prod/fraud-scorer".to_owned()),
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn a_service_goes_by_cluster_and_name_or_by_its_arn() {
        for written in [
            "ml/app",
            "arn:aws:ecs:eu-west-1:111122223333:service/ml/app",
        ] {
            let named = named_service(written).unwrap();
            assert_eq!(named.id.to_string(), "ml/app");
            let place = ("eu-west-1".to_owned(), "111122223333".to_owned());
            assert_eq!(named.place, written.starts_with("arn:").then_some(place));
        }
        let arn = "arn:aws:ecs:eu-west-1:111122223333:service/ml/app";
        let named = named_service(arn).unwrap();
        assert_eq!(named.elsewhere("eu-west-1", Some("111122223333")), None);
        assert_eq!(named.elsewhere("eu-west-1", None), None);
        assert!(named.elsewhere("us-east-1", None).is_some());
        assert!(named.elsewhere("eu-west-1", Some("444455556666")).is_some());
        for written in [
            "app",
            "ml/",
            "/app",
            "a/b/c",
            "",
            "arn:aws:ecs:eu-west-1:1:service/app",
            "arn:aws:ecs:eu-west-1:111122223333:cluster/ml/app",
            "arn:aws:iam::111122223333:service/ml/app",
            "arn:aws:ecs:eu-west-1/app",
        ] {
            assert!(named_service(written).is_err(), "{written}");
        }
    }
}
