//! How a deployment moves traffic, as lines.

use std::fmt::Write as _;

use jiff::Timestamp;
use jiff::tz::TimeZone;

use super::Color;
use mlship_core::progress::{Decision, EndsIs, HookCall, Pause, StepJudgement, TrafficShares};
use mlship_core::release::LifecycleStage;
use mlship_core::traffic::percent;
use mlship_text::words::counted;

/// How many characters the whole traffic takes.
const WIDTH: u32 = 20;

/// What is said of the end of the last bake.
const UNTIL_THEN: &str = ": going back takes seconds until then, afterwards a new deployment";

/// Returns the line of a stage that was reached.
pub(super) fn stage_line(
    stage: &LifecycleStage,
    step: Option<u32>,
    steps: u32,
    ends: Option<(Timestamp, EndsIs)>,
    returns_until: Option<Timestamp>,
) -> String {
    let mut line = format!("stage {}", stage.name());
    if let Some(step) = step {
        let _ = write!(line, ", step {step} of {steps}");
    }
    if let Some((ends, how)) = ends {
        let how = match how {
            EndsIs::Observed => "",
            EndsIs::AtTheLatest => " at the latest",
        };
        let _ = write!(line, "; bakes until {ends:.0}{how}");
        if returns_until.is_some() {
            line.push_str(UNTIL_THEN);
        }
    }
    line
}

/// Says until when going back takes seconds.
pub(super) fn return_words(until: Timestamp) -> String {
    format!("until {until:.0} going back takes seconds, afterwards a new deployment")
}

/// Returns the line of a wait for somebody: since when, until when, what happens then, and who may
/// let it go on.
pub(super) fn pause_line(pause: &Pause, is_attached: bool, now: Timestamp) -> String {
    let mut line = format!("waits for somebody at {}", pause.place());
    if let Some(since) = pause.since {
        let _ = write!(line, ", since {since:.0}");
    }
    if let Some(until) = pause.until {
        let latest = if is_attached { " at the latest" } else { "" };
        let until = moment(until, now);
        let _ = write!(
            line,
            ", until {until}{latest}, and then {}",
            pause.otherwise()
        );
    }
    let Pause {
        promote,
        abort,
        permission,
        ..
    } = pause;
    let _ = write!(
        line,
        "; {promote} lets it go on (it takes {}), {abort} takes it back",
        permission.action
    );
    line
}

/// Returns the line of a function that was asked and has not answered.
pub(super) fn hook_line(call: &HookCall, now: Timestamp) -> String {
    let line = format!(
        "asks function {} at {}, and waits for its answer",
        call.function(),
        call.place()
    );
    match call.until {
        Some(until) => format!(
            "{line} until {} at the latest, and then {}",
            moment(until, now),
            call.on_timeout.words()
        ),
        None => line,
    }
}

/// Returns the line of what ECS makes of the alarms that it was told to watch.
pub(super) fn alarms_line(
    status: &str,
    alarms: &[String],
    triggered: &[String],
    color: &Color,
) -> String {
    let Color { bad, change, .. } = *color;
    let all = alarms.join(", ");
    match status {
        "TRIGGERED" if triggered.is_empty() => {
            format!("{bad}one of the alarms went off{bad:#}: {all}")
        }
        "TRIGGERED" => format!("{bad}{} went off{bad:#}", triggered.join(", ")),
        "DISABLED" => {
            format!("{change}ECS watches no alarm of this deployment{change:#}, none of {all}")
        }
        _ => format!("ECS watches {}: {all}", counted(alarms.len(), "alarm")),
    }
}

/// Returns a moment of ECS's clock as people read it: beside it by the clock here, where that is
/// another, and how long it is until then.
pub(super) fn moment(at: Timestamp, now: Timestamp) -> String {
    moment_in(&TimeZone::system(), at, now)
}

fn moment_in(zone: &TimeZone, at: Timestamp, now: Timestamp) -> String {
    let here = at.to_zoned_datetime(zone.clone());
    let is_other = !here.offset().is_zero();
    let is_same_day = here.date() == at.to_zoned_datetime(TimeZone::UTC).date();
    let form = if is_same_day {
        "%H:%M"
    } else {
        "%Y-%m-%d %H:%M"
    };
    let here = is_other.then(|| format!("{} here", here.strftime(form)));
    let left = left(at, now).map(|left| format!("in {left}"));
    let beside: Vec<String> = here.into_iter().chain(left).collect();
    if beside.is_empty() {
        format!("{at:.0}")
    } else {
        format!("{at:.0} ({})", beside.join(", "))
    }
}

/// Returns how long it is until a moment, unless it is past.
pub(super) fn left(until: Timestamp, now: Timestamp) -> Option<String> {
    let seconds = until.duration_since(now).as_secs();
    if seconds <= 0 {
        return None;
    }
    let (hours, minutes) = (seconds / 3600, seconds / 60 % 60);
    Some(match (hours, minutes) {
        (0, 0) => format!("{seconds} s"),
        (0, minutes) => format!("{minutes} min"),
        (hours, 0) => format!("{hours} h"),
        (hours, minutes) => format!("{hours} h {minutes} min"),
    })
}

/// Returns the line of what a step came to.
pub(super) fn judgement_line(judgement: &StepJudgement, color: &Color) -> String {
    let Color {
        good, bad, change, ..
    } = *color;
    let (style, end) = match judgement.decision {
        Decision::GoesOn => (good, "as good as the live release, and goes on"),
        Decision::GoesBack => (bad, "worse than the live release, and goes back"),
        Decision::Undecided => (change, "nobody can tell yet"),
    };
    let mut line = format!("{}: {style}{end}{style:#}", judgement.words());
    if let Some(next) = judgement.next {
        let _ = write!(line, "; looked at again at {next:.0}");
    }
    line
}

/// Returns the line of how production traffic is shared: a bar for each of the two, and the rule's
/// own shares where they are not those that ECS asks for. Beside a first release nothing is live.
pub(super) fn weights_line(
    requested: TrafficShares,
    actual: Option<TrafficShares>,
    is_first: bool,
    color: &Color,
) -> String {
    let shown = actual.unwrap_or(requested);
    let other = if is_first {
        "the group without tasks"
    } else {
        "live"
    };
    let line = format!(
        "traffic: new {} {} %, {other} {} {} %",
        bar(shown.new),
        percent(shown.new),
        bar(shown.live),
        percent(shown.live)
    );
    let Color { change, .. } = *color;
    match actual {
        None => format!("{line} (asked for; the rule was not seen)"),
        Some(actual) if !is_first && percent(actual.new) != percent(requested.new) => format!(
            "{line} {change}(ECS asks for {} % and {} %){change:#}",
            percent(requested.new),
            percent(requested.live)
        ),
        Some(_) => line,
    }
}

/// Returns the line of a rule that does something else than forward.
pub(super) fn forwards_nothing_line(
    requested: TrafficShares,
    action: &str,
    color: &Color,
) -> String {
    let bad = color.bad;
    format!(
        "traffic: {bad}the rule forwards nothing{bad:#}: its action is {action} (ECS asks for {} % \
         to the new release)",
        percent(requested.new)
    )
}

/// Returns a bar as long as a share. What is more than nothing shows.
fn bar(share: f64) -> String {
    #[expect(
        clippy::cast_possible_truncation,
        clippy::cast_sign_loss,
        reason = "at most the width"
    )]
    let filled = (share.clamp(0.0, 100.0) / 100.0 * f64::from(WIDTH)).round() as u32;
    let filled = if share > 0.0 { filled.max(1) } else { 0 };
    let empty = WIDTH - filled;
    "█".repeat(filled as usize) + &"░".repeat(empty as usize)
}

#[cfg(test)]
mod tests;
