use super::*;
use proptest::prelude::*;

#[track_caller]
fn check(text: &str, expected: [&str; 5], kind: &str, path: &str, name: &str) {
    let arn = Arn::parse(text).expect(text);
    let Arn {
        partition,
        service,
        region,
        account,
        resource,
    } = arn;
    assert_eq!([partition, service, region, account, resource], expected);
    assert_eq!([arn.kind(), arn.path(), arn.name()], [kind, path, name]);
}

#[test]
fn an_arn_is_taken_apart_in_every_partition() {
    check(
        "arn:aws:ecs:eu-west-1:111122223333:task-definition/fraud:7",
        [
            "aws",
            "ecs",
            "eu-west-1",
            "111122223333",
            "task-definition/fraud:7",
        ],
        "task-definition",
        "fraud:7",
        "fraud",
    );
    check(
        "arn:aws-cn:secretsmanager:cn-north-1:111122223333:secret:db-AbCdEf:password::",
        [
            "aws-cn",
            "secretsmanager",
            "cn-north-1",
            "111122223333",
            "secret:db-AbCdEf:password::",
        ],
        "secret",
        "db-AbCdEf:password::",
        "db-AbCdEf",
    );
    check(
        "arn:aws-us-gov:iam::111122223333:role/team/ml",
        ["aws-us-gov", "iam", "", "111122223333", "role/team/ml"],
        "role",
        "team/ml",
        "team",
    );
    check(
        "arn:aws-iso-b:elasticloadbalancing:us-isob-east-1:111122223333:targetgroup/fraud/0123",
        [
            "aws-iso-b",
            "elasticloadbalancing",
            "us-isob-east-1",
            "111122223333",
            "targetgroup/fraud/0123",
        ],
        "targetgroup",
        "fraud/0123",
        "fraud",
    );
    check(
        "arn:aws:sns:eu-west-1:111122223333:topic",
        ["aws", "sns", "eu-west-1", "111122223333", "topic"],
        "",
        "topic",
        "topic",
    );
}

#[test]
fn what_lacks_a_part_or_is_of_somebody_else_is_none() {
    for text in [
        "",
        "arn",
        "arn:aws",
        "arn:aws:ecs:eu-west-1:111122223333",
        "arn:aws:ecs:eu-west-1:111122223333:",
        "arn:aws::eu-west-1:111122223333:cluster/ml",
        "arn::ecs:eu-west-1:111122223333:cluster/ml",
        "arn:hunter2:ecs:eu-west-1:111122223333:cluster/ml",
        "arn:aws-:ecs:eu-west-1:111122223333:cluster/ml",
        "arn:aws--cn:ecs:eu-west-1:111122223333:cluster/ml",
        "arn:aws-cn-:ecs:eu-west-1:111122223333:cluster/ml",
        "arn:awsome:ecs:eu-west-1:111122223333:cluster/ml",
        "ARN:aws:ecs:eu-west-1:111122223333:cluster/ml",
        " arn:aws:ecs:eu-west-1:111122223333:cluster/ml",
        "arn:aws:e cs:eu-west-1:111122223333:cluster/ml",
        "fraud:7",
    ] {
        assert_eq!(Arn::parse(text), None, "{text}");
    }
}

#[test]
fn a_place_is_a_region_and_an_account() {
    let is_placed = |place: &str| {
        Arn::parse(&format!("arn:aws:ecs:{place}:cluster/ml"))
            .unwrap()
            .is_placed()
    };
    assert!(is_placed("eu-west-1:111122223333"));
    for place in [
        "eu-west-1:",
        ":111122223333",
        "eu west 1:111122223333",
        "example.com/:1",
        "eu-west-1:1/2",
    ] {
        assert!(!is_placed(place), "{place}");
    }
}

#[test]
fn an_account_has_twelve_digits() {
    assert!(is_account("111122223333"));
    for text in [
        "",
        "11112222333",
        "1111222233334",
        "11112222333a",
        "１１１１２２２２３３３３",
    ] {
        assert!(!is_account(text), "{text}");
    }
}

proptest! {
    #[test]
    fn no_text_makes_it_panic(text in "(arn:(aws|aws-cn)?:)?.*") {
        if let Some(arn) = Arn::parse(&text) {
            let _ = (arn.kind(), arn.path(), arn.name(), arn.parts().count());
        }
        let _ = (last_part(&text), is_account(&text));
    }

    #[test]
    fn the_parts_are_the_whole(
        partition in "aws(-[a-z]{1,4}){0,2}", service in "[a-z-]{1,9}", region in "[a-z0-9-]{0,9}",
        account in "[0-9]{0,12}", resource in "[^\\n]{1,30}",
    ) {
        let text = format!("arn:{partition}:{service}:{region}:{account}:{resource}");
        let arn = Arn::parse(&text).unwrap();
        prop_assert_eq!((arn.partition, arn.service), (&*partition, &*service));
        prop_assert_eq!((arn.region, arn.account), (&*region, &*account));
        prop_assert_eq!(arn.resource, &*resource);
        prop_assert!(arn.resource.ends_with(arn.path()) && arn.path().starts_with(arn.name()));
    }
}
