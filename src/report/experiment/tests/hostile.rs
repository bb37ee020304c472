//! Tests with hostile text in every field of an experiment's output.

use std::time::Duration;

use proptest::prelude::*;

use super::super::record::tests::hostile_ended;
use super::super::versions::tests::hostile_comparison;
use super::*;
use crate::report::tests::hostile::{check_people, check_programs, hostile};
use mlship_core::experiment::start::{HeaderRule, PhaseOpening, StartReason};
use mlship_core::experiment::stop::{Closing, ImmediateSwitch};
use mlship_core::experiment::{Arm, Promotion, PromotionState};
use mlship_core::ledger::Entries;
use mlship_core::progress::ExitCode;
use mlship_core::release::ids::{ClusterName, RuleArn, ServiceId, ServiceName, TargetGroupArn};
use mlship_core::release::{Forward, HeaderCondition, ListenerRule, Opaque, Routing};
use mlship_text::json;

fn hostile_record(text: &str, state: State) -> Record {
    Record {
        name: text.to_owned(),
        state,
        phase: 1,
        step: 1,
        spending: None,
        weights: text.to_owned(),
        since: Some(began()),
        started: Some(began()),
        by: text.to_owned(),
        hypothesis: Some(text.to_owned()),
        analysis_digest: text.to_owned(),
        variants: None,
        phases: Vec::new(),
        dropped: Vec::new(),
        ledger: Some(text.to_owned()),
        recorded: None,
        promotion: Some(Promotion {
            winner: text.to_owned(),
            since: began(),
            state: PromotionState::Failed(ExitCode::Failed),
            ran: Vec::new(),
        }),
        end: Some(End {
            outcome: text.to_owned(),
            winner: text.to_owned(),
            at: began(),
            by: text.to_owned(),
            cookies_end: began(),
            cleaned: None,
        }),
    }
}

fn hostile_forward(text: &str) -> Forward {
    Forward {
        weights: [(TargetGroupArn::new(text), 50)].into(),
        stickiness: Some(60),
    }
}

fn hostile_rule(text: &str, routing: Routing) -> ListenerRule {
    ListenerRule {
        arn: RuleArn::new(text),
        priority: Some(1),
        carried: Opaque::new(()),
        before: Vec::new(),
        routing,
        tags: [(text.to_owned(), text.to_owned())].into(),
    }
}

fn hostile_definition(text: &str) -> Definition {
    Definition {
        name: text.to_owned(),
        rule: RuleArn::new(text),
        stickiness: Some(60),
        header: Some(text.to_owned()),
        hypothesis: Some(text.to_owned()),
        arms: vec![Arm {
            name: text.to_owned(),
            group: TargetGroupArn::new(text),
            service: ServiceId {
                cluster: ClusterName::new(text),
                name: ServiceName::new(text),
                place: None,
            },
            weight: 50,
            is_dropped: false,
            is_control: true,
        }],
        ramp: Vec::new(),
        analysis_digest: text.to_owned(),
        ledger: None,
    }
}

fn hostile_reading(text: &str, converted: u64) -> Reading {
    let mut reading = reading(14, converted, 1, 1000);
    reading.winner = reading.winner.map(|_| text.to_owned());
    for variant in &mut reading.variants {
        text.clone_into(&mut variant.name);
    }
    for metric in &mut reading.metrics {
        text.clone_into(&mut metric.metric);
        text.clone_into(&mut metric.variant);
    }
    for course in &mut reading.course {
        text.clone_into(&mut course.variant);
    }
    reading
}

fn hostile_start(text: &str, routing: Routing) -> StartPlan {
    StartPlan::Open(Box::new(PhaseOpening {
        why: StartReason::Start,
        phase: 1,
        step: (1, 2),
        rule: hostile_rule(text, routing),
        attach: None,
        forward: hostile_forward("other"),
        record: hostile_record(text, State::Starting),
        headers: vec![HeaderRule {
            variant: text.to_owned(),
            priority: 1,
            header: HeaderCondition {
                name: text.to_owned(),
                value: text.to_owned(),
            },
            forward: hostile_forward(text),
            tags: [(text.to_owned(), text.to_owned())].into(),
        }],
        gone: vec![(text.to_owned(), RuleArn::new(text))],
        warnings: vec![text.to_owned()],
    }))
}

fn hostile_stop(text: &str, routing: Routing) -> Closing {
    Closing {
        winner: text.to_owned(),
        rule: hostile_rule(text, routing),
        forward: hostile_forward("other"),
        immediate_switch: Some(ImmediateSwitch::UnfitLosers(vec![text.to_owned()])),
        cookies: Duration::from_mins(1),
        headers: vec![RuleArn::new(text)],
        record: hostile_record(text, State::Stopping),
        outcome: text.to_owned(),
    }
}

proptest! {
    #![proptest_config(ProptestConfig::with_cases(24))]

    #[test]
    fn nothing_of_others_disturbs_a_readout(text in hostile(), converted in 40_u64..70) {
        let (record, reading) = (
            hostile_record(&text, State::Running),
            hostile_reading(&text, converted),
        );
        let ended = Ended {
            outcome: text.clone(),
            winner: text.clone(),
            at: began(),
            by: text.clone(),
            cookies_end: began(),
            traffic: vec![text.clone(), text.clone()],
        };
        let shown = ExperimentView {
            name: &text,
            record: &record,
            hypothesis: Some(&text),
            reading: &reading,
            minimum_effect: Some(0.005),
            margins: vec![(&text, 0.002)],
            alpha: Some(0.05),
            maximum_days: Some(1),
            notes: vec![text.clone()],
            ended: Some(&ended),
            at: began(),
        };
        for colored in [false, true] {
            check_people(&experiment_text(&shown, &palette_for(colored)).to_string());
        }
        for file in [experiment_html(&shown), experiment_svg(&shown)] {
            check_people(&file);
            prop_assert!(!file.contains("<b>"), "{}", file);
        }
        let document = experiment_document(&shown);
        prop_assert_eq!(check_programs(&json::document(&document)), document);
    }

    #[test]
    fn nothing_of_others_disturbs_a_record(text in hostile()) {
        let record = hostile_ended(&text);
        let entries = Entries { records: vec![record.clone()], unreadable: vec![text.clone()] };
        let compared = hostile_comparison(&text, &record);
        for colored in [false, true] {
            let color = palette_for(colored);
            check_people(&record_text(&record, &color).to_string());
            check_people(&records_text(&entries, &color).to_string());
            check_people(&comparison_text(&compared, &color).to_string());
        }
        for file in [record_html(&record), record_svg(&record).unwrap()] {
            check_people(&file);
            prop_assert!(!file.contains("<b>"), "{}", file);
        }
        for document in [
            record_document(&record),
            records_document(&entries),
            comparison_document(&compared),
        ] {
            prop_assert_eq!(check_programs(&json::document(&document)), document);
        }
    }

    #[test]
    fn nothing_of_others_disturbs_a_change_or_a_list(text in hostile()) {
        let definition = hostile_definition(&text);
        for routing in [
            Routing::Other(text.clone()),
            Routing::Forward(hostile_forward(&text)),
        ] {
            let start = hostile_start(&text, routing.clone());
            let stop = hostile_stop(&text, routing.clone());
            let rule = hostile_rule(&text, routing);
            let states = [State::Running, State::Stopped];
            let found = states.map(|state| (rule.clone(), hostile_record(&text, state)));
            for colored in [false, true] {
                let color = palette_for(colored);
                check_people(&start_text(&definition, &start, &color).to_string());
                check_people(&stop_text(&definition, &stop, &color).to_string());
                check_people(&experiments_text(&found, &color).to_string());
            }
            for document in [
                start_document(&definition, &start),
                experiments_document(&found),
            ] {
                prop_assert_eq!(check_programs(&json::document(&document)), document);
            }
        }
    }
}
