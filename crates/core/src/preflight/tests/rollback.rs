use std::time::Duration;

use serde_json::json;

use super::super::*;
use crate::cloud::fake::{FakeCloud, Fault, World, object};
use crate::release::{Document, ServiceRevision};

const HOST: &str = "111122223333.dkr.ecr.eu-west-1.amazonaws.com";
const SECRET: &str = "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-AbCdEf";
const GROUP: &str = "arn:aws:elasticloadbalancing:eu-west-1:1:targetgroup/fraud/0123";
const WITHIN: Duration = Duration::from_secs(2);

fn task_definition(image: &str) -> Document {
    object(json!({"containerDefinitions": [
        {"name": "m", "image": image, "secrets": [{"name": "A", "valueFrom": SECRET},
            {"name": "B", "valueFrom": SECRET}]},
        {"name": "side", "image": "public.ecr.aws/x/side:1"}]}))
}

fn revision() -> ServiceRevision {
    let document = json!({"serviceRevisionArn": "r", "loadBalancers": [{"targetGroupArn": GROUP}],
        "containerImages": [{"containerName": "m", "imageDigest": "sha256:old"}]});
    ServiceRevision::read(object(document)).unwrap()
}

fn world() -> World {
    let mut world = World::default();
    world.image_tags.insert("7".into(), "sha256:old".into());
    world.image_digests.insert("sha256:old".into());
    world.secrets.insert(SECRET.into());
    world.target_groups.insert(GROUP.into());
    world
}

async fn check(world: World, image: &str) -> Preflight {
    let needs = needs(&task_definition(image), Some(&revision()));
    preflight(&FakeCloud::new(world), &needs, WITHIN).await
}

#[test]
fn images_in_ecr_are_told_from_others() {
    let parse = |image: &str| {
        crate::release::EcrImage::parse(image)
            .map(|image| (image.region.clone(), image.to_string()))
    };
    for (image, region, short) in [
        (format!("{HOST}/fraud:7"), "eu-west-1", "fraud:7"),
        (
            format!("{HOST}/team/fraud"),
            "eu-west-1",
            "team/fraud:latest",
        ),
        (
            format!("{HOST}/fraud:7@sha256:ab"),
            "eu-west-1",
            "fraud@sha256:ab",
        ),
        (
            "111122223333.dkr.ecr-fips.us-gov-west-1.amazonaws.com/f:1".into(),
            "us-gov-west-1",
            "f:1",
        ),
        (
            "111122223333.dkr.ecr.cn-north-1.amazonaws.com.cn/f:1".into(),
            "cn-north-1",
            "f:1",
        ),
        (
            "111122223333.dkr-ecr.eu-west-1.on.aws/f:1".into(),
            "eu-west-1",
            "f:1",
        ),
    ] {
        assert_eq!(
            parse(&image),
            Some((region.to_owned(), short.to_owned())),
            "{image}"
        );
    }
    for image in [
        "nginx",
        "public.ecr.aws/x/y:1",
        "registry.example.com/m:7",
        "localhost:5000/m",
    ] {
        assert_eq!(parse(image), None, "{image}");
    }
}

#[test]
fn an_image_is_pinned_where_it_lies() {
    for (written, pinned) in [
        ("host:5000/m:7", "host:5000/m@sha256:ab"),
        ("host:5000/m", "host:5000/m@sha256:ab"),
        ("m:7@sha256:cd", "m@sha256:ab"),
    ] {
        assert_eq!(crate::release::pinned(written, "sha256:ab"), pinned);
    }
}

#[test]
fn each_thing_is_needed_once_and_what_lies_elsewhere_not_at_all() {
    let needs = needs(&task_definition(&format!("{HOST}/m:7")), Some(&revision()));
    let told: Vec<String> = needs.iter().map(ToString::to_string).collect();
    let secret = format!("secret {SECRET}");
    assert_eq!(told, ["image m:7", &secret, "target group fraud"]);
}

#[tokio::test(start_paused = true)]
async fn what_is_all_there_is_fine() {
    let found = check(world(), &format!("{HOST}/m:7")).await;
    assert_eq!(found, Preflight::default());
}

#[tokio::test(start_paused = true)]
async fn what_is_gone_is_named() {
    let mut bare = world();
    bare.secrets.clear();
    bare.target_groups.clear();
    bare.image_tags.clear();
    bare.image_digests.clear();
    let found = check(bare, &format!("{HOST}/m:7")).await;
    let secret = format!("secret {SECRET} is gone");
    let image = "image m@sha256:old, which m:7 was, is gone";
    assert_eq!(
        found.missing,
        [image, &secret, "target group fraud is gone"]
    );
}

#[tokio::test(start_paused = true)]
async fn a_tag_that_moved_is_pinned_to_what_ran() {
    let mut moved = world();
    moved.image_tags.insert("7".into(), "sha256:new".into());
    let found = check(moved.clone(), &format!("{HOST}/m:7")).await;
    assert_eq!(found.missing, Vec::<String>::new());
    assert_eq!(found.moved[0].pinned, format!("{HOST}/m@sha256:old"));
    moved.image_digests.clear();
    assert_eq!(check(moved, &format!("{HOST}/m:7")).await.missing.len(), 1);
}

#[tokio::test(start_paused = true)]
async fn what_cannot_be_asked_stops_nobody_and_takes_no_time() {
    let cloud = FakeCloud::new(world());
    cloud.fail_always("DescribeSecret", Some(Fault::Denied));
    let needs = needs(&task_definition(&format!("{HOST}/m:7")), Some(&revision()));
    let found = preflight(&cloud, &needs, WITHIN).await;
    assert_eq!((found.missing.len(), found.unknown.len()), (0, 1));
    assert!(found.unknown[0].contains("Denied"), "{found:?}");
    let several = ["a", "b"]
        .map(|name| Need::Secret(format!("arn:aws:secretsmanager:us-east-1:1:secret:{name}")));
    let found = preflight(&cloud, &several, WITHIN).await;
    let [told] = &found.unknown[..] else {
        panic!("{found:?}");
    };
    assert!(
        told.contains(":a, secret ") && told.contains(":b: "),
        "{told}"
    );

    cloud.latency.set(Duration::from_mins(1));
    let start = tokio::time::Instant::now();
    let found = preflight(&cloud, &needs, WITHIN).await;
    assert_eq!((found.unknown.len(), start.elapsed()), (3, WITHIN));
}
