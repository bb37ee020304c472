//! STS's `GetCallerIdentity`: the account and role that requests are made with.

use super::AwsCloud;
use super::call::ask;
use super::lacks::text;
use super::operation::Operation;
use mlship_core::cloud::Answer;
use mlship_core::cloud::Identity;
use mlship_core::release::ids::Caller;

impl Identity for AwsCloud {
    async fn caller(&self) -> Answer<Caller> {
        caller(&self.sts, &self.region).await
    }
}

async fn caller(sts: &aws_sdk_sts::Client, region: &str) -> Answer<Caller> {
    let request = || sts.get_caller_identity().send();
    ask(Operation::GetCallerIdentity, request, |identity| {
        Ok(Caller {
            account: text(identity.account(), "Account")?.to_owned(),
            region: region.to_owned(),
            arn: text(identity.arn(), "Arn")?.to_owned(),
        })
    })
    .await
}
