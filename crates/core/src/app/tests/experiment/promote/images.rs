//! Images whose tags are moved: what becomes the control's is what was compared.

use serde_json::json;

use super::*;
use crate::cloud::fake::object;
use crate::release::LiveTask;

#[tokio::test(start_paused = true)]
async fn a_tag_that_was_moved_since_promotes_the_image_that_was_compared() {
    let lab = Lab::won().await;
    lab.move_tag(Some('c'));
    let outcome = lab.advance(false).await;
    assert_eq!(outcome.conclusion, Conclusion::Promoted, "{outcome:?}");
    lab.check_promoted("the tag was moved").await;
    let Some(Details::Promoted { changes, .. }) = outcome.details.as_deref() else {
        panic!("{outcome:?}");
    };
    // What the control's manifest takes to say the same names no tag either.
    assert_eq!(changes[0].after, Some(json!(tested())));
}

#[tokio::test(start_paused = true)]
async fn a_tag_that_moves_between_two_runs_of_a_promotion_changes_nothing() {
    let mut writes = 0;
    loop {
        let lab = Lab::won().await;
        if !lab.killed_at(writes, Moment::After).await {
            break;
        }
        lab.move_tag(Some('d'));
        sleep(Duration::from_mins(3)).await;
        lab.advance(false).await;
        lab.check_promoted(&format!("killed after write {writes}"))
            .await;
        writes += 1;
    }
    assert!(writes > 8, "{writes}");
}

#[tokio::test(start_paused = true)]
async fn an_image_that_nobody_knows_is_promoted_to_nobody() {
    let lab = Lab::new();
    lab.move_tag(None);
    lab.advance(false).await;
    lab.count([500.0, 750.0], 1000.0);
    sleep(Duration::from_hours(48)).await;
    lab.check_refused("which image m:9 was").await;
}

#[tokio::test(start_paused = true)]
async fn where_ecs_resolves_no_tags_the_tasks_say_what_they_run() {
    let lab = Lab::new();
    lab.move_tag(None);
    lab.advance(false).await;
    lab.count([500.0, 750.0], 1000.0);
    sleep(Duration::from_hours(48)).await;
    let run = |digits: &[char]| {
        let task = |digit: &char| {
            let document = json!({"taskArn": format!("arn:task/{digit}"), "lastStatus": "RUNNING",
                "containers": [{"name": "m", "lastStatus": "RUNNING",
                    "imageDigest": sha256(*digit)}]});
            LiveTask::read(object(document)).unwrap()
        };
        let alive: Vec<LiveTask> = digits.iter().map(task).collect();
        lab.fleet.change("challenger", |world| world.alive = alive);
    };
    // One was started after the tag was moved.
    run(&['b', 'c']);
    lab.check_refused("ran 2 images as m:9").await;
    run(&['b', 'b']);
    let outcome = lab.advance(false).await;
    assert_eq!(outcome.conclusion, Conclusion::Promoted, "{outcome:?}");
    lab.check_promoted("by its tasks").await;
}

#[tokio::test(start_paused = true)]
async fn a_variant_that_ran_two_images_is_promoted_to_nobody() {
    let lab = Lab::won().await;
    lab.move_tag(Some('c'));
    let again = json!({"service": "challenger", "cluster": "ml", "forceNewDeployment": true});
    lab.fleet.update_service(&object(again)).await.unwrap();
    sleep(Duration::from_mins(10)).await;
    lab.check_refused("ran 2 images as m:9").await;
}

#[tokio::test(start_paused = true)]
async fn what_a_kept_winner_takes_names_the_image_that_was_compared_where_that_is_known() {
    let image = async |lab: &Lab| {
        let outcome = lab.advance(false).await;
        assert_eq!(outcome.conclusion, Conclusion::Decided, "{outcome:?}");
        let Some(Details::Decided { changes, .. }) = outcome.details.as_deref() else {
            panic!("{outcome:?}");
        };
        changes[0].to_string()
    };
    let lab = Lab::on_winner("keep");
    lab.wins().await;
    lab.move_tag(Some('c'));
    assert_eq!(image(&lab).await, format!("image: m:8 → {}", tested()));
    let lab = Lab::on_winner("keep");
    lab.move_tag(None);
    lab.wins().await;
    assert_eq!(image(&lab).await, "image: m:8 → m:9");
}
