//! Runs that were killed at any write, and are gone on with.

use super::*;

#[tokio::test(start_paused = true)]
async fn a_promotion_that_was_killed_at_any_write_is_gone_on_with() {
    for moment in [Moment::Before, Moment::After] {
        let mut writes = 0;
        loop {
            let lab = Lab::won().await;
            if !lab.killed_at(writes, moment).await {
                break;
            }
            let said = format!("killed {moment:?} write {writes}");
            let moved = lab.weights() != [50, 50];
            assert!(!moved || lab.runs(0).await.0 == tested(), "{said}");
            sleep(Duration::from_mins(3)).await;
            lab.advance(false).await;
            lab.check_promoted(&said).await;
            writes += 1;
        }
        assert!(writes > 8, "{writes}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_start_that_was_killed_at_any_write_is_gone_on_with() {
    for moment in [Moment::Before, Moment::After] {
        let mut writes = 0;
        loop {
            let lab = Lab::new();
            if !lab.killed_at(writes, moment).await {
                break;
            }
            let said = format!("killed {moment:?} write {writes}");
            sleep(Duration::from_mins(3)).await;
            lab.advance(false).await;
            assert_eq!(
                (lab.weights(), lab.record().state),
                (vec![50, 50], State::Running),
                "{said}"
            );
            assert_eq!(lab.runs(0).await, ("m:8".to_owned(), 2), "{said}");
            assert_eq!(lab.runs(1).await, ("m:9".to_owned(), 2), "{said}");
            writes += 1;
        }
        assert!(writes > 8, "{writes}");
    }
}

#[tokio::test(start_paused = true)]
async fn a_stop_for_harm_that_was_killed_at_any_write_is_gone_on_with() {
    for moment in [Moment::Before, Moment::After] {
        let mut writes = 0;
        loop {
            let lab = Lab::won().await;
            lab.count([500.0, 500.0], 400_000.0);
            if !lab.killed_at(writes, moment).await {
                break;
            }
            let said = format!("killed {moment:?} write {writes}");
            sleep(Duration::from_mins(3)).await;
            lab.advance(false).await;
            assert_eq!(
                (lab.weights(), lab.record().state),
                (vec![100, 0], State::Stopped),
                "{said}"
            );
            assert_eq!(
                lab.record().end.unwrap().outcome,
                "guardrail_breached",
                "{said}"
            );
            writes += 1;
        }
        assert!(writes > 3, "{writes}");
    }
}
