//! `GetLogEvents`: the end of one stream.

use aws_sdk_cloudwatchlogs::Client;
use aws_sdk_cloudwatchlogs::types::OutputLogEvent;
use jiff::Timestamp;

use super::call::{Tokens, ask};
use super::filter_log_events::{in_region, is_missing, line};
use super::lacks::{Lacks, member};
use super::operation::Operation;
use mlship_core::cloud::Answer;
use mlship_core::release::{LogLine, LogStream};

const OPERATION: Operation = Operation::GetLogEvents;

/// The most that one answer holds.
const AT_ONCE: u32 = 10_000;

/// Goes back from the end. An answer may hold less than there is, even nothing: the start of the
/// stream is where the way back leads nowhere new.
pub(super) async fn tail(
    client: &Client,
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
        let answer = ask(OPERATION, request, |answer| {
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
