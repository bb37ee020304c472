//! Whose word a pause is for: what an analysis asked for is its own field's, and what a user wrote
//! is theirs, whichever comes or goes.

use super::*;
use crate::release::SETTINGS;

const MOVED: &str = r#"
traffic:
  listenerRule: arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener-rule/app/web/1/2/3
  targetGroups:
    - arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/blue/1
    - arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/green/2
  role: arn:aws:iam::111122223333:role/lb
rollout:
  strategy: canary
  canaryBakeMinutes: 30
"#;
const JUDGED: &str =
    "  analysis: { metrics: [{ metric: error_rate, margin: 0.01 }], timeoutMinutes: 60 }\n";
const OWN: &str = "  pause: [{ stage: POST_SCALE_UP, timeoutMinutes: 90 }]\n";
const TWO: &str =
    "  pause: [{ stage: POST_SCALE_UP, timeoutMinutes: 90 }, { stage: PRE_SCALE_UP }]\n";
const BEFORE_STEPS: &str = "  pause: [{ stage: PRE_PRODUCTION_TRAFFIC_SHIFT }]\n";

fn with(rollout: &[&str]) -> Release {
    release(&format!("{BASE}{MOVED}{}", rollout.concat()))
}

/// Returns what a deploy leaves, with its record.
fn left_by(release: &Release) -> Observed {
    let mut observed = deployed(release);
    let live = observed.task_definition.as_mut().unwrap();
    let settings = settings::tag(
        &release.desired.service,
        &release.service,
        release.is_judged,
    );
    live.tags.insert(SETTINGS.to_owned(), settings);
    observed
}

/// Returns the fields that a diff names, each once.
fn named(before: &[&str], after: &[&str]) -> Vec<String> {
    let observed = left_by(&with(before));
    let plan = plan(&with(after), &observed, &caller(), Redeploy::WhenChanged).unwrap();
    let mut paths: Vec<String> = plan.changes.into_iter().map(|change| change.path).collect();
    paths.dedup();
    paths
}

#[test]
fn what_an_analysis_waits_for_is_named_by_it_and_a_user_s_pause_by_theirs() {
    let analysis = ["rollout.analysis", "rollout.analysis.timeoutMinutes"];
    // Beside any pauses of the user's, which stay as they are.
    for own in ["", OWN, TWO] {
        assert_eq!(named(&[own], &[own, JUDGED]), analysis, "{own}");
        assert_eq!(named(&[own, JUDGED], &[own]), analysis, "{own}");
        let later = JUDGED.replace("60", "120");
        assert_eq!(
            named(&[own, JUDGED], &[own, &later]),
            analysis[1..],
            "{own}"
        );
    }
    for judged in ["", JUDGED] {
        for (before, after) in [("", OWN), (OWN, ""), (OWN, TWO), (TWO, OWN)] {
            let found = named(&[before, judged], &[after, judged]);
            assert_eq!(found, ["rollout.pause"], "{before}{after}{judged}");
        }
        let later = OWN.replace("90", "120");
        assert_eq!(named(&[OWN, judged], &[&later, judged]), ["rollout.pause"]);
    }
    // One takes the other's place: it is named by what is written now.
    assert_eq!(named(&[BEFORE_STEPS], &[JUDGED]), analysis[1..]);
    assert_eq!(named(&[JUDGED], &[BEFORE_STEPS]), ["rollout.pause"]);
    assert_eq!(named(&[BEFORE_STEPS], &[]), ["rollout.pause"]);
}

#[test]
fn a_diff_after_a_deploy_is_empty_whatever_waits() {
    for rollout in [
        &[JUDGED][..],
        &[OWN, JUDGED],
        &[TWO, JUDGED],
        &[TWO],
        &[BEFORE_STEPS],
    ] {
        assert_eq!(named(rollout, rollout), [""; 0], "{rollout:?}");
    }
}

#[test]
fn the_record_of_an_analysis_costs_a_word() {
    let settings =
        |rollout: &[&str]| left_by(&with(rollout)).task_definition.unwrap().tags[SETTINGS].clone();
    assert!(settings(&[OWN, JUDGED]).contains(" hooks=analysis "));
    assert!(settings(&[OWN]).contains(" hooks "));
}
