//! What a start would write, and the list of experiments.

use super::*;
use mlship_core::experiment::{Promotion, PromotionState, Recorded};
use mlship_core::progress::ExitCode;
use mlship_core::release::ListenerRule;

fn plan(definition: &Definition, seen: &Situation) -> String {
    let plan = start::plan(definition, seen, StartRequest::default()).unwrap();
    start_text(definition, &plan, &palette_for(false)).to_string()
}

#[test]
fn a_start_shows_weights_now_and_then() {
    let sticky = Definition {
        stickiness: Some(604_800),
        ramp: vec![5],
        ..definition(&[50, 50])
    };
    let mut seen = situation(&sticky);
    seen.rule = Some(rule(&[(&sticky.arms[0].group, 1), (&group("old"), 0)]));
    assert_data_eq!(
        plan(&sticky, &seen),
        str![[r#"
v9: opens phase 1, the first
  step 1 of 2 of the ramp
  ~ control           weight 1 → 19, 95 %
  + challenger        weight – → 1, 5 %
  - old (no variant)  weight 0 → –
  ~ cookie            off → 604800 s

"#]]
    );
    let opening = start::plan(&sticky, &seen, StartRequest::default()).unwrap();
    assert_data_eq!(
        format!("{:#}", start_document(&sticky, &opening)),
        str![[r#"
{
  "alpha_part": 0.2,
  "changes": [
    {
      "after": 19,
      "before": 1,
      "path": "variants[0].weight",
      "target_group": "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/0-control/6d0e"
    },
    {
      "after": 1,
      "before": null,
      "path": "variants[1].weight",
      "target_group": "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/1-challenger/6d0e"
    },
    {
      "after": null,
      "before": 0,
      "path": "listenerRule",
      "target_group": "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup/old/6d0e"
    },
    {
      "after": 604800,
      "before": null,
      "path": "stickiness"
    }
  ],
  "effect": "opens_phase",
  "experiment": "v9",
  "notes": [],
  "phase": 1,
  "rule": "arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener-rule/app/ml/1/2/3",
  "step": 1
}
"#]]
    );
    let StartPlan::Open(opening) = opening else {
        panic!("it opens");
    };
    let mut live = rule(&[]);
    live.routing = mlship_core::release::Routing::Forward(opening.forward);
    live.tags = Record {
        state: State::Running,
        since: Some(began()),
        ..opening.record
    }
    .tags();
    seen.rule = Some(live.clone());
    assert_data_eq!(
        plan(&sticky, &seen),
        str![[r#"
v9: nothing to change, phase 1 runs since 2026-05-01T00:00:00Z
  `--next` takes the challengers to the shares of the weights

"#]]
    );
    let known = VariantCondition {
        breached: vec!["challenger".to_owned()],
        ..VariantCondition::default()
    };
    let asked = stop::StopRequest::default();
    let Ok(stop::StopPlan::Close(closes)) = stop::plan(&sticky, Some(&live), &[], &known, &asked)
    else {
        panic!("it closes");
    };
    assert_data_eq!(
        stop_text(&sticky, &closes, &palette_for(false)).to_string(),
        str![[r#"
v9: stops, control gets all the traffic
  ~ control     weight 19 → 100, 100 %
  ~ challenger  weight 1 → 0, 0 %
  ~ cookie      604800 s → off
  the cookie is turned off in the same write: clients leave challenger at once

"#]]
    );
}

/// One that runs, and one that ended.
fn listed() -> [(ListenerRule, Record); 2] {
    let running = record();
    let stopped = Record {
        state: State::Stopped,
        hypothesis: None,
        end: Some(End {
            outcome: "challenger_better".to_owned(),
            winner: "challenger".to_owned(),
            at: began(),
            by: "bo".to_owned(),
            cookies_end: began(),
            cleaned: None,
        }),
        ..record()
    };
    let rule = rule(&[(&group("a"), 50), (&group("b"), 50)]);
    [(rule.clone(), running), (rule, stopped)]
}

#[test]
fn experiments_are_listed_with_their_state() {
    let found = listed();
    assert_data_eq!(
        experiments_text(&found, &palette_for(false)).to_string(),
        str![[r#"
v9  running, phase 1 since 2026-05-01 00:00 UTC, started by arn:aws:iam::111122223333:user/ana
  rule     arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener-rule/app/ml/1/2/3
  traffic  a=50 b=50
  because  <b>more</b> convert & stay
v9  stopped 2026-05-01 00:00 UTC, challenger better, challenger has all traffic, started by arn:aws:iam::111122223333:user/ana
  rule     arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener-rule/app/ml/1/2/3
  traffic  a=50 b=50
  record   none: `mlship experiment status` with its manifest writes it, where that has a ledger

"#]]
    );
    assert_data_eq!(
        format!("{:#}", experiments_document(&found[1..])),
        str![[r#"
{
  "experiments": [
    {
      "by": "arn:aws:iam::111122223333:user/ana",
      "cookies_end": "2026-05-01T00:00:00Z",
      "ended": "2026-05-01T00:00:00Z",
      "experiment": "v9",
      "hypothesis": null,
      "outcome": "challenger_better",
      "phase": 1,
      "promotion": null,
      "recorded": "no",
      "rule": "arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener-rule/app/ml/1/2/3",
      "since": "2026-05-01T00:00:00Z",
      "started": "2026-05-01T00:00:00Z",
      "state": "stopped",
      "traffic": "a=50 b=50",
      "winner": "challenger"
    }
  ]
}
"#]]
    );
    let record_line = |ledger: Option<&str>, recorded: Option<Recorded>| {
        let mut found = found[1].clone();
        found.1.ledger = ledger.map(str::to_owned);
        found.1.recorded = recorded;
        let text = experiments_text(&[found], &palette_for(false)).to_string();
        let line = text
            .lines()
            .find_map(|line| line.strip_prefix("  record   "));
        line.map(str::to_owned)
    };
    let ledger = Some("s3://ml-ledger/experiments");
    assert_eq!(record_line(ledger, Some(Recorded::Whole)), None);
    let partly = record_line(ledger, Some(Recorded::Partly)).unwrap();
    assert!(partly.starts_with("in part: "), "{partly}");
    let not_yet = record_line(ledger, None).unwrap();
    assert!(
        not_yet.starts_with("not in s3://ml-ledger/experiments yet: "),
        "{not_yet}"
    );
    assert_data_eq!(
        experiments_text(&[], &palette_for(false)).to_string(),
        str![[r#"
no experiments on the rules of this region

"#]]
    );
}

#[test]
fn a_list_says_how_far_a_winner_is_on_its_way() {
    let found = listed();
    let winner_line = |state: PromotionState, of: &(ListenerRule, Record)| {
        let mut found = of.clone();
        found.1.promotion = Some(Promotion {
            winner: "challenger".to_owned(),
            since: began(),
            state,
            ran: Vec::new(),
        });
        let document = experiments_document(std::slice::from_ref(&found));
        let promotion = &document["experiments"][0]["promotion"];
        let told = format!("{} {}", promotion["state"], promotion["exit_code"]);
        let text = experiments_text(&[found], &palette_for(false)).to_string();
        let mut lines = text.lines();
        let line = lines.find_map(|line| line.strip_prefix("  winner   "));
        format!("{told}: {}", line.unwrap())
    };
    let [running, stopped] = &found;
    let failed = PromotionState::Failed(ExitCode::RolledBack);
    for (state, of, told) in [
        (
            PromotionState::Deploying,
            running,
            "\"deploying\" null: challenger, being deployed to the control's service since \
             2026-05-01 00:00 UTC",
        ),
        (
            failed,
            running,
            "\"failed\" 31: challenger, whose release failed on the control's service (exit code \
             31): once that is mended, `mlship experiment run --retry-failed` with its manifest \
             goes on",
        ),
        (
            failed,
            stopped,
            "\"failed\" 31: challenger, whose release failed on the control's service (exit code \
             31)",
        ),
        (
            PromotionState::Stopped,
            stopped,
            "\"stopped\" null: challenger, whose release the control's service was getting since \
             2026-05-01 00:00 UTC: the experiment was stopped meanwhile, and `mlship status` of \
             that service tells what became of it",
        ),
        (
            PromotionState::Deployed,
            running,
            "\"deployed\" null: challenger, promoted: the control's service has its release, and \
             not all traffic yet",
        ),
        (
            PromotionState::Deployed,
            stopped,
            "\"deployed\" null: challenger, promoted: the control's service has its release",
        ),
    ] {
        assert_eq!(winner_line(state, of), told);
    }
}
