//! Where the services of the query protocol are, and how they are signed for.

use super::super::domain::domain;

/// A service.
#[derive(Debug, Clone, Copy)]
pub(in super::super) struct Service {
    /// As settings name it.
    pub(in super::super) name: &'static str,
    /// As signatures name it.
    pub(super) signed: &'static str,
    /// The version of its API.
    pub(super) version: &'static str,
    /// Whether there is one for all regions.
    is_global: bool,
}

pub(in super::super) const EC2: Service = Service {
    name: "EC2",
    signed: "ec2",
    version: "2016-11-15",
    is_global: false,
};

pub(in super::super) const IAM: Service = Service {
    name: "IAM",
    signed: "iam",
    version: "2010-05-08",
    is_global: true,
};

impl Service {
    /// Returns AWS's own address.
    pub(super) fn endpoint(&self, region: &str) -> String {
        let signed = self.signed;
        let domain = domain(region);
        match (self.is_global, region.split('-').next()) {
            (false, _) => format!("https://{signed}.{region}.{domain}"),
            (true, Some("cn")) => format!("https://{signed}.cn-north-1.{domain}"),
            (true, Some("eusc")) => format!("https://{signed}.eusc-de-east-1.{domain}"),
            (true, _) if region.starts_with("us-gov-") => {
                format!("https://{signed}.us-gov.{domain}")
            }
            (true, _) => format!("https://{signed}.{domain}"),
        }
    }

    /// Returns the region that signatures name.
    pub(super) fn region<'a>(&self, region: &'a str) -> &'a str {
        match (self.is_global, region.split('-').next()) {
            (false, _) => region,
            (true, Some("cn")) => "cn-north-1",
            (true, Some("eusc")) => "eusc-de-east-1",
            (true, _) if region.starts_with("us-gov-") => "us-gov-west-1",
            (true, _) => "us-east-1",
        }
    }
}

#[cfg(test)]
mod tests {
    use super::*;

    #[test]
    fn each_part_of_aws_has_an_iam_of_its_own_and_each_region_an_ec2() {
        let check = |service: Service, region: &str, address: &str, signed: &str| {
            assert_eq!(service.endpoint(region), address);
            assert_eq!(service.region(region), signed);
        };
        check(
            EC2,
            "eu-west-1",
            "https://ec2.eu-west-1.amazonaws.com",
            "eu-west-1",
        );
        check(
            EC2,
            "cn-north-1",
            "https://ec2.cn-north-1.amazonaws.com.cn",
            "cn-north-1",
        );
        check(IAM, "eu-west-1", "https://iam.amazonaws.com", "us-east-1");
        check(
            IAM,
            "cn-northwest-1",
            "https://iam.cn-north-1.amazonaws.com.cn",
            "cn-north-1",
        );
        check(
            IAM,
            "us-gov-east-1",
            "https://iam.us-gov.amazonaws.com",
            "us-gov-west-1",
        );
    }
}
