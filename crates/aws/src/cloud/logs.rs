//! `CloudWatch` Logs: what containers wrote.

use super::AwsCloud;
use super::api::LogsApi;
use super::call::Tokens;
use super::lacks::{Lacks, member, text};
use super::operation::Operation;
use aws_sdk_cloudwatchlogs::config::{Builder, Region};
use aws_sdk_cloudwatchlogs::types::OutputLogEvent;
use jiff::Timestamp;
use mlship_core::cloud::ContainerLogs;
use mlship_core::cloud::{Answer, CloudError};
use mlship_core::release::{LogLine, LogPage, LogStream};

impl ContainerLogs for AwsCloud {
    async fn log_tail(
        &self,
        log: &LogStream,
        lines: u32,
        from: Option<Timestamp>,
    ) -> Answer<Vec<LogLine>> {
        tail(&self.logs, log, lines, from).await
    }

    async fn log_page(
        &self,
        region: Option<&str>,
        group: &str,
        streams: &[String],
        from: Timestamp,
        page: Option<&str>,
    ) -> Answer<LogPage> {
        filtered(&self.logs, region, group, streams, from, page).await
    }
}

/// `FilterLogEvents`: what several streams of a group hold from a time on.
async fn filtered(
    client: &LogsApi,
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
    let found = client.ask(Operation::FilterLogEvents, request, |answer| {
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
fn in_region(region: Option<&str>) -> Builder {
    let region = region.map(|name| Region::new(name.to_owned()));
    let mut config = Builder::new();
    if region.is_some() {
        config.set_region(region);
    }
    config
}

/// Returns whether the group or the stream is not there.
fn is_missing(error: &CloudError) -> bool {
    error.code.as_deref() == Some("ResourceNotFoundException")
}

/// The code is the same for both; "The specified log stream does not exist." tells it.
fn names_stream(error: &CloudError) -> bool {
    error.message.contains("log stream")
}

/// Reads a line. One without words is one; without a time it is no event.
fn line(stream: &str, time: Option<i64>, message: Option<&str>) -> Result<LogLine, Lacks> {
    let time = member(time, "timestamp of an event")?;
    let time = Timestamp::from_millisecond(time).map_err(|error| Lacks::new(error.to_string()))?;
    let message = member(message, "message of an event")?;
    Ok(LogLine {
        stream: stream.to_owned(),
        time,
        message: message.trim_end().to_owned(),
    })
}

const OPERATION: Operation = Operation::GetLogEvents;

/// The most that one answer holds.
const AT_ONCE: u32 = 10_000;

/// `GetLogEvents`: the end of one stream.
///
/// Goes back from the end. An answer may hold less than there is, even nothing: the start of the
/// stream is where the way back leads nowhere new.
async fn tail(
    client: &LogsApi,
    log: &LogStream,
    lines: u32,
    from: Option<Timestamp>,
) -> Answer<Vec<LogLine>> {
    let wanted = usize::try_from(lines).unwrap_or(usize::MAX);
    let mut found: Vec<LogLine> = Vec::new();
    let mut token: Option<String> = None;
    let mut led_to = Tokens::default();
    loop {
        let missing = lines.saturating_sub(u32::try_from(found.len()).unwrap_or(u32::MAX));
        let request = || {
            client
                .get_log_events()
                .log_group_name(&log.group)
                .log_stream_name(&log.stream)
                .set_start_time(from.map(Timestamp::as_millisecond))
                .limit(i32::try_from(missing.min(AT_ONCE)).unwrap_or(i32::MAX))
                .set_next_token(token.clone())
                .start_from_head(false)
                .customize()
                .config_override(in_region(log.region.as_deref()))
                .send()
        };
        let answer = client.ask(OPERATION, request, |answer| {
            let events = member(answer.events, "events")?;
            let earlier = events.iter().map(|event| of(event, log));
            let earlier: Vec<LogLine> = earlier.collect::<Result<_, Lacks>>()?;
            Ok((earlier, answer.next_backward_token))
        });
        let (mut earlier, back) = match answer.await {
            Ok(answer) => answer,
            Err(error) if is_missing(&error) => return Ok(found),
            Err(error) => return Err(error),
        };
        earlier.append(&mut found);
        found = earlier;
        if found.len() >= wanted || back == token {
            return Ok(found);
        }
        token = led_to.follow(OPERATION, back)?;
        if token.is_none() {
            return Ok(found);
        }
    }
}

fn of(event: &OutputLogEvent, log: &LogStream) -> Result<LogLine, Lacks> {
    line(&log.stream, event.timestamp(), event.message())
}
