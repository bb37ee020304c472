//! `GetLogEvents`: the end of one stream.

use aws_sdk_cloudwatchlogs::Client;

use super::call::read;
use crate::cloud::Answer;

pub(super) async fn tail(
    client: &Client,
    group: &str,
    stream: &str,
    lines: u32,
) -> Answer<Vec<String>> {
    let request = client
        .get_log_events()
        .log_group_name(group)
        .log_stream_name(stream)
        .limit(i32::try_from(lines).unwrap_or(i32::MAX))
        .start_from_head(false);
    let answer = read("GetLogEvents", request.send()).await?;
    let messages = answer.events().iter().filter_map(|event| event.message());
    Ok(messages.map(|line| line.trim_end().to_owned()).collect())
}
