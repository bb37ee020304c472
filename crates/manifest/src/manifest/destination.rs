//! The account and the region that a release says it is for: by fields of its own, or by the ARN of
//! its cluster. Where nothing says it, whoever connects to AWS decides.

use super::schema::ModelRelease;
use mlship_text::arn::Arn;

/// Where a release says it is to go.
#[derive(Debug, Clone, Default, PartialEq, Eq, Hash)]
pub struct Destination {
    /// The account.
    pub account: Option<String>,
    /// The region.
    pub region: Option<String>,
}

impl Destination {
    /// Takes it from a cluster, by name or ARN, and from what is written beside that.
    #[must_use]
    pub fn of(cluster: &str, region: Option<&str>, account: Option<&str>) -> Self {
        let arn = Arn::parse(cluster).filter(Arn::is_placed);
        let account = account.or(arn.map(|arn| arn.account));
        let region = region.or(arn.map(|arn| arn.region));
        Self {
            account: account.map(str::to_owned),
            region: region.map(str::to_owned),
        }
    }

    /// Takes it from the ARN of a resource in a region.
    #[must_use]
    pub fn of_arn(arn: &str) -> Self {
        Self::of(arn, None, None)
    }
}

impl ModelRelease {
    /// Returns the account and the region that it is for.
    #[must_use]
    pub fn destination(&self) -> Destination {
        let region = self.service.region.as_deref();
        Destination::of(&self.service.cluster, region, self.account.as_deref())
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn what_is_written_goes_before_the_arn_and_a_name_says_nothing() {
        let arn = "arn:aws:ecs:eu-west-1:111122223333:cluster/ml";
        let check = |cluster: &str, region: Option<&str>, account: Option<&str>| {
            let found = Destination::of(cluster, region, account);
            format!("{:?} {:?}", found.account, found.region)
        };
        assert_eq!(check("ml", None, None), "None None");
        assert_eq!(
            check(arn, None, None),
            r#"Some("111122223333") Some("eu-west-1")"#
        );
        assert_eq!(
            check("ml", Some("us-east-1"), Some("444455556666")),
            r#"Some("444455556666") Some("us-east-1")"#
        );
    }
}
