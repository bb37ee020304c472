//! How a deployment moves traffic, as lines.

use std::fmt::Write as _;

use jiff::Timestamp;

use super::Color;
use mlship_core::progress::{Decision, EndsIs, Pause, StepJudgement, TrafficShares};
use mlship_core::release::LifecycleStage;
use mlship_core::traffic::percent;

/// How many characters the whole traffic takes.
const WIDTH: u32 = 20;

/// What is said of the end of the last bake.
pub(super) const UNTIL_THEN: &str =
    ": going back takes seconds until then, afterwards a new deployment";

/// Returns the line of a stage that was reached.
pub(super) fn stage_line(
    stage: &LifecycleStage,
    step: Option<u32>,
    steps: u32,
    ends: Option<(Timestamp, EndsIs)>,
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
    }
    line
}

/// Says until when going back takes seconds.
pub(super) fn return_words(until: Timestamp) -> String {
    format!("until {until:.0} going back takes seconds, afterwards a new deployment")
}

/// Returns the line of a wait for somebody: since when, until when, what happens then, and who may
/// let it go on.
pub(super) fn pause_line(pause: &Pause) -> String {
    let mut line = format!("waits for somebody at {}", pause.place());
    if let Some(since) = pause.since {
        let _ = write!(line, ", since {since:.0}");
    }
    if let Some(until) = pause.until {
        let _ = write!(line, ", until {until:.0}, and then {}", pause.otherwise());
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
mod tests {
    use mlship_manifest::schema::Stage;

    use super::*;

    fn shares(new: f64) -> TrafficShares {
        TrafficShares {
            new,
            live: 100.0 - new,
        }
    }

    #[test]
    fn a_stage_names_its_step_and_the_end_of_its_bake_with_how_that_is_known() {
        let stage = LifecycleStage::At(Stage::ProductionTrafficShift);
        let ends = Timestamp::from_second(600).unwrap();
        assert_eq!(
            stage_line(&stage, Some(1), 2, Some((ends, EndsIs::AtTheLatest))),
            "stage PRODUCTION_TRAFFIC_SHIFT, step 1 of 2; bakes until 1970-01-01T00:10:00Z at the \
             latest"
        );
        assert_eq!(
            stage_line(&LifecycleStage::At(Stage::PostScaleUp), None, 2, None),
            "stage POST_SCALE_UP"
        );
    }

    #[test]
    fn a_share_shows_as_a_bar_of_the_sum_and_what_ecs_asks_for_beside_it_where_that_differs() {
        let color = Color::default();
        assert_eq!(
            weights_line(shares(2.5), Some(shares(2.5)), false, &color),
            "traffic: new █░░░░░░░░░░░░░░░░░░░ 2.5 %, live ████████████████████ 97.5 %"
        );
        assert_eq!(
            weights_line(shares(10.0), Some(shares(0.0)), false, &color),
            "traffic: new ░░░░░░░░░░░░░░░░░░░░ 0 %, live ████████████████████ 100 % \
             (ECS asks for 10 % and 90 %)"
        );
        assert!(
            weights_line(shares(10.0), None, false, &color)
                .ends_with("(asked for; the rule was not seen)")
        );
        // Where a first release landed in the group that has all requests, no step shows.
        assert_eq!(
            weights_line(shares(10.0), Some(shares(100.0)), true, &color),
            "traffic: new ████████████████████ 100 %, the group without tasks ░░░░░░░░░░░░░░░░░░░░ \
             0 %"
        );
    }
}
