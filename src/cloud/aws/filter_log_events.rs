//! `FilterLogEvents`: what several streams of a group hold from a time on.

use aws_sdk_cloudwatchlogs::Client;
use aws_sdk_cloudwatchlogs::config::{Builder, Region};
use jiff::Timestamp;

use super::call::read;
use crate::cloud::{Answer, CloudError};
use crate::release::{LogLine, LogPage};

pub(super) async fn page(
    client: &Client,
    region: Option<&str>,
    group: &str,
    streams: &[String],
    from: Timestamp,
    page: Option<&str>,
) -> Answer<LogPage> {
    let request = client
        .filter_log_events()
        .log_group_name(group)
        .set_log_stream_names(Some(streams.to_vec()))
        .start_time(from.as_millisecond().max(0))
        .set_next_token(page.map(str::to_owned))
        .customize()
        .config_override(in_region(region));
    let answer = match read("FilterLogEvents", request.send()).await {
        Ok(answer) => answer,
        Err(error) if is_missing(&error) && names_stream(&error) => return Ok(LogPage::NoStream),
        Err(error) if is_missing(&error) => return Ok(LogPage::NoGroup),
        Err(error) => return Err(error),
    };
    let events = answer.events().iter();
    let lines = events.filter_map(|event| {
        let stream = event.log_stream_name().unwrap_or_default();
        line(stream, event.timestamp(), event.message())
    });
    Ok(LogPage::Lines(lines.collect(), answer.next_token.clone()))
}

/// Sends a request to the region of the log, which need not be the service's.
pub(super) fn in_region(region: Option<&str>) -> Builder {
    let region = region.map(|name| Region::new(name.to_owned()));
    let mut config = Builder::new();
    if region.is_some() {
        config.set_region(region);
    }
    config
}

/// Returns whether the group or the stream is not there.
pub(super) fn is_missing(error: &CloudError) -> bool {
    error.code.as_deref() == Some("ResourceNotFoundException")
}

/// The code is the same for both; "The specified log stream does not exist." tells it.
fn names_stream(error: &CloudError) -> bool {
    error.message.contains("log stream")
}

pub(super) fn line(stream: &str, time: Option<i64>, message: Option<&str>) -> Option<LogLine> {
    Some(LogLine {
        stream: stream.to_owned(),
        time: Timestamp::from_millisecond(time?).ok()?,
        message: message?.trim_end().to_owned(),
    })
}
