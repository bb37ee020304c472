//! `GetCallerIdentity`: which account answers.

use super::call::read;
use crate::cloud::Answer;
use crate::release::ids::Caller;

pub(super) async fn caller(sts: &aws_sdk_sts::Client, region: &str) -> Answer<Caller> {
    let identity = read("GetCallerIdentity", sts.get_caller_identity().send()).await?;
    Ok(Caller {
        account: identity.account().unwrap_or_default().to_owned(),
        region: region.to_owned(),
        arn: identity.arn().unwrap_or_default().to_owned(),
    })
}
