//! STS's `GetCallerIdentity`: the account and role that requests are made with.

use super::AwsCloud;
use super::api::StsApi;
use super::lacks::text;
use super::operation::Operation;
use mlship_core::cloud::Answer;
use mlship_core::cloud::Identity;
use mlship_core::release::ids::{Account, Caller};

impl Identity for AwsCloud {
    async fn caller(&self) -> Answer<Caller> {
        caller(&self.sts, &self.region).await
    }
}

impl AwsCloud {
    /// Returns who is calling as far as the credentials tell, without STS.
    ///
    /// # Errors
    /// When there are none.
    pub async fn caller_by_credentials(&self) -> Answer<Caller> {
        let credentials = self.credentials().await?;
        let account = credentials.account_id();
        Ok(Caller {
            account: account.map_or_else(Account::not_checked, |id| Account::from(id.as_str())),
            region: self.region.clone(),
            arn: "unknown".to_owned(),
        })
    }
}

async fn caller(client: &StsApi, region: &str) -> Answer<Caller> {
    let request = || client.get_caller_identity().send();
    client
        .ask(Operation::GetCallerIdentity, request, |identity| {
            Ok(Caller {
                account: text(identity.account(), "Account")?.into(),
                region: region.to_owned(),
                arn: text(identity.arn(), "Arn")?.to_owned(),
            })
        })
        .await
}
