//! What a promotion leaves to be scaled down, after the cookie's life.

use super::*;
use crate::cloud::Autoscaling;
use crate::release::Scaling;

impl Lab {
    /// One whose winner was promoted, and whose cookies are over.
    async fn promoted() -> Self {
        let lab = Self::won().await;
        let outcome = lab.advance(false).await;
        assert_eq!(outcome.conclusion, Conclusion::Promoted, "{outcome:?}");
        lab.fleet.change("challenger", |world| {
            world.scaling = Some(Scaling {
                min: 2,
                max: 4,
                policies: Vec::new(),
            });
        });
        sleep(Duration::from_hours(2)).await;
        lab
    }

    async fn check_scaled_down(&self, said: &str) {
        let definition = &self.comparison.definition;
        let service = |arm: usize| self.fleet.service(&definition.arms[arm].service);
        let (control, challenger) = (service(0).await.unwrap(), service(1).await.unwrap());
        assert_eq!(challenger.unwrap().desired_count, 0, "{said}");
        assert!(control.unwrap().desired_count > 0, "{said}");
        let scaling = self.fleet.scaling(&definition.arms[1].service).await;
        assert_eq!(scaling.unwrap(), None, "{said}");
        assert_eq!(self.weights(), [100, 0], "{said}");
        let end = self.record().end.unwrap();
        assert!(end.cleaned.is_some(), "{said}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_scale_down_that_was_killed_at_any_write_is_gone_on_with() {
    for moment in [Moment::Before, Moment::After] {
        let mut writes = 0;
        loop {
            let lab = Lab::promoted().await;
            if !lab.killed_at(writes, moment).await {
                lab.check_scaled_down("at once").await;
                break;
            }
            let said = format!("killed {moment:?} write {writes}");
            assert_eq!(lab.weights(), [100, 0], "{said}");
            sleep(Duration::from_mins(3)).await;
            let outcome = lab.advance(false).await;
            let exit = outcome.conclusion.exit_code();
            assert_eq!(exit, ExitCode::Done, "{said}: {outcome:?}");
            lab.check_scaled_down(&said).await;
            let again = lab.advance(false).await;
            assert_eq!(again.conclusion, Conclusion::Unchanged, "{said}");
            writes += 1;
        }
        // The claim, the cookie, autoscaling, the service, the rule's tags, the claim given back.
        assert!(writes > 4, "{writes}");
    }
}
