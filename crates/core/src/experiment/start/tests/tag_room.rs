//! Rules that have tags of others beside those of an experiment.

use super::*;
use crate::experiment::End;
use crate::experiment::phases::Phase;
use jiff::Timestamp;

/// What is put down on the rule at the most, of two variants and of three: ten tags are of looks,
/// three of phases, of three variants three of what was dropped.
const AT_MOST: [usize; 2] = [29, 32];

/// Returns a situation with so many tags of others on the rule, and one of AWS.
fn tagged(definition: &Definition, others: usize) -> Situation {
    let mut seen = situation(definition);
    let rule = seen.rule.as_mut().unwrap();
    let tags = (0..others).map(|at| (format!("team-{at}"), "x".to_owned()));
    rule.tags.extend(tags);
    let aws = "aws:cloudformation:stack-name";
    rule.tags.insert(aws.to_owned(), "x".to_owned());
    seen
}

fn warned(definition: &Definition, seen: &Situation) -> bool {
    let opening = opening(definition, seen, StartRequest::default());
    let mut warnings = opening.warnings.iter();
    warnings.any(|warning| warning.contains("tags of others"))
}

/// What an experiment that was begun once says when it is over.
fn ended(begun: Record) -> Record {
    Record {
        state: State::Stopped,
        since: Some(Timestamp::MAX),
        started: Some(Timestamp::MAX),
        by: "ana".to_owned(),
        phases: vec![Phase {
            number: 1,
            since: Timestamp::MAX,
            weights: vec![50, 50],
        }],
        end: Some(End {
            outcome: "inconclusive".to_owned(),
            winner: "control".to_owned(),
            at: Timestamp::MAX,
            by: "ana".to_owned(),
            cookies_end: Timestamp::MAX,
            cleaned: None,
        }),
        ..begun
    }
}

#[test]
fn a_rule_without_room_for_the_end_is_refused_before_anything_is_written() {
    let definition = definition(&[50, 50]);
    let sizes = 0..=51;
    let fits = sizes
        .take_while(|others| {
            let seen = tagged(&definition, *others);
            plan(&definition, &seen, StartRequest::default()).is_ok()
        })
        .last()
        .unwrap();
    let opening = opening(
        &definition,
        &tagged(&definition, fits),
        StartRequest::default(),
    );
    // What the experiment has in the end, with the tags of others, is as much as the rule takes.
    let ended = ended(opening.record);
    assert_eq!(ended.tags().len() + fits, 50);
    let seen = tagged(&definition, fits + 2);
    let refusals = plan(&definition, &seen, StartRequest::default()).unwrap_err();
    assert_eq!(refusals[0].code.as_str(), "too-many-tags-on-rule");
    assert_eq!(refusals[0].help, "take 2 of them away");
}

#[test]
fn a_rule_with_little_room_is_warned_of_and_what_goes_away_does_not_count() {
    for (weights, at_most) in [&[50, 50][..], &[50, 25, 25]].into_iter().zip(AT_MOST) {
        let definition = definition(weights);
        assert!(!warned(&definition, &tagged(&definition, 50 - at_most)));
        assert!(warned(&definition, &tagged(&definition, 51 - at_most)));
        // What an experiment before left on the rule is taken away first.
        let mut seen = tagged(&definition, 50 - at_most);
        let begun = opening(&definition, &seen, StartRequest::default()).record;
        let rule = seen.rule.as_mut().unwrap();
        rule.tags.extend(ended(begun).tags());
        for name in ["look-1", "variants-9", "dropped", "cookies-end"] {
            let name = format!("mlship:experiment-{name}");
            rule.tags.insert(name, "x".to_owned());
        }
        assert!(!warned(&definition, &seen), "{weights:?}");
    }
}
