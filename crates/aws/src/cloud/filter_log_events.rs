//! `FilterLogEvents`: what several streams of a group hold from a time on.

use aws_sdk_cloudwatchlogs::Client;
use aws_sdk_cloudwatchlogs::config::{Builder, Region};
use jiff::Timestamp;

use super::call::ask;
use super::lacks::{Lacks, member, text};
use super::operation::Operation;
use mlship_core::cloud::{Answer, CloudError};
use mlship_core::release::{LogLine, LogPage};

pub(super) async fn page(
    client: &Client,
    region: Option<&str>,
    group: &str,
    streams: &[String],
    from: Timestamp,
    page: Option<&str>,
) -> Answer<LogPage> {
    let request = || {
        client
            .filter_log_events()
            .log_group_name(group)
            .set_log_stream_names(Some(streams.to_vec()))
            .start_time(from.as_millisecond().max(0))
            .set_next_token(page.map(str::to_owned))
            .customize()
            .config_override(in_region(region))
            .send()
    };
    let found = ask(Operation::FilterLogEvents, request, |answer| {
        let events = member(answer.events, "events")?;
        let lines = events.iter().map(|event| {
            let stream = text(event.log_stream_name(), "logStreamName of an event")?;
            line(stream, event.timestamp(), event.message())
        });
        let next = answer.next_token.filter(|next| !next.is_empty());
        Ok(LogPage::Lines(lines.collect::<Result<_, _>>()?, next))
    });
    match found.await {
        Err(error) if is_missing(&error) && names_stream(&error) => Ok(LogPage::NoStream),
        Err(error) if is_missing(&error) => Ok(LogPage::NoGroup),
        found => found,
    }
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

/// Reads a line. One without words is one; without a time it is no event.
pub(super) fn line(
    stream: &str,
    time: Option<i64>,
    message: Option<&str>,
) -> Result<LogLine, Lacks> {
    let time = member(time, "timestamp of an event")?;
    let time = Timestamp::from_millisecond(time).map_err(|error| Lacks::new(error.to_string()))?;
    let message = member(message, "message of an event")?;
    Ok(LogLine {
        stream: stream.to_owned(),
        time,
        message: message.trim_end().to_owned(),
    })
}
