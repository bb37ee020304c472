//! `CloudWatch` Logs' `DescribeLogGroups`.

use aws_sdk_cloudwatchlogs::config::{Builder, Region};

use super::super::api::LogsApi;
use super::super::lacks::{Lacks, member, text};
use super::super::operation::Operation;
use mlship_core::cloud::Answer;

pub(super) async fn is_there(client: &LogsApi, region: Option<&str>, name: &str) -> Answer<bool> {
    let there = || {
        let config = Builder::default();
        match region {
            Some(region) => config.region(Region::new(region.to_owned())),
            None => config,
        }
    };
    let request = |token| {
        client
            .describe_log_groups()
            .log_group_name_prefix(name)
            .set_next_token(token)
            .customize()
            .config_override(there())
            .send()
    };
    // Others begin like it, and the shortest comes first.
    let found = client.pages(Operation::DescribeLogGroups, 1, request, |answer| {
        let groups = member(answer.log_groups, "logGroups")?;
        let names = groups.iter().map(|group| {
            let name = text(group.log_group_name(), "logGroupName")?;
            Ok(name.to_owned())
        });
        Ok((
            names.collect::<Result<Vec<String>, Lacks>>()?,
            answer.next_token,
        ))
    });
    Ok(found.await?.iter().any(|found| found == name))
}
