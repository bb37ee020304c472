//! What a deploy would refuse, an experiment refuses before it writes anything.

use super::*;
use crate::cloud::preconditions::{Fact, HostAnswer, Question, RegistryImage};

impl Lab {
    /// Says that an image is not in its registry.
    fn is_absent(&self, image: &str) {
        let question = Question::HostedImage(RegistryImage::parse(image));
        let fact = Fact::HostedImage(HostAnswer::Absent);
        self.fleet.change("control", |world| {
            world.facts.insert(question, fact);
        });
    }

    /// Returns the rule's tags, without the claim that each step takes and gives back.
    fn tags(&self) -> Vec<String> {
        let tags = self.fleet.balancer.rule(&rule_arn()).tags.into_iter();
        let tags = tags.filter(|(name, _)| !name.ends_with("-claim"));
        tags.map(|(name, value)| format!("{name}={value}"))
            .collect()
    }
}

#[tokio::test(start_paused = true)]
async fn a_start_that_leans_on_what_is_not_there_writes_nothing() {
    let lab = Lab::new();
    lab.is_absent("m:9");
    let (before, weights) = (lab.tags(), lab.weights());
    let outcome = lab.advance(false).await;
    let code = Conclusion::NotDeployed(ExitCode::Refused);
    assert_eq!(outcome.conclusion, code, "{outcome:?}");
    let hint = outcome.hint.unwrap();
    assert!(hint.contains("--skip-verify"), "{hint}");
    assert_eq!((lab.tags(), lab.weights()), (before, weights));
    // Not even the release that could have been deployed.
    assert_eq!(lab.runs(0).await, ("m:1".to_owned(), 1));
    assert_eq!(lab.runs(1).await, ("m:1".to_owned(), 1));
}

#[tokio::test(start_paused = true)]
async fn a_promotion_that_leans_on_what_is_not_there_writes_nothing_and_the_split_stays() {
    let lab = Lab::won().await;
    lab.is_absent(&tested());
    let before = lab.tags();
    for _ in 0..2 {
        let outcome = lab.advance(false).await;
        let code = Conclusion::NotPromoted(ExitCode::Refused);
        assert_eq!(outcome.conclusion, code, "{outcome:?}");
        assert_eq!((lab.tags(), lab.weights()), (before.clone(), vec![50, 50]));
        assert_eq!(lab.runs(0).await, ("m:8".to_owned(), 2));
    }
}

#[tokio::test(start_paused = true)]
async fn whoever_skips_it_starts_and_promotes_all_the_same() {
    let lab = Lab {
        verify: false,
        ..Lab::new()
    };
    lab.is_absent("m:9");
    lab.is_absent(&tested());
    let outcome = lab.advance(false).await;
    assert_eq!(outcome.conclusion, Conclusion::Started, "{outcome:?}");
    lab.count([500.0, 750.0], 1000.0);
    sleep(Duration::from_hours(48)).await;
    let outcome = lab.advance(false).await;
    assert_eq!(outcome.conclusion, Conclusion::Promoted, "{outcome:?}");
    lab.check_promoted("unverified").await;
}
