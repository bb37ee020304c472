//! Names, versions, accounts and images.

use super::*;

#[test]
fn names_are_what_ecs_takes() {
    check(
        "name: fraud-scorer\n  version",
        "name: fraud/scorer\n  version",
        str![[r#"
error[bad-name]: `model.name` can't be `fraud/scorer`: ECS takes letters, digits, `-` and `_`
 --> release.yaml:4:9
  |
4 |   name: fraud/scorer
  |         ^^^^^^^^^^^^
  |
  = help: write `fraud-scorer`; it names the container, too

"#]],
    );
    check(
        "cluster: ml-prod",
        "cluster: ml prod",
        str![[r#"
error[bad-name]: `service.cluster` can't be `ml prod`: ECS takes letters, digits, `-` and `_`
 --> release.yaml:8:12
  |
8 |   cluster: ml prod
  |            ^^^^^^^
  |
  = help: write `ml-prod`; or write the cluster's ARN

"#]],
    );
    check(
        "cluster: ml-prod",
        "cluster: \"ml-prod \"",
        str![[r#"
error[bad-name]: `service.cluster` can't be `ml-prod `, with a blank behind it: ECS takes letters, digits, `-` and `_`
 --> release.yaml:8:12
  |
8 |   cluster: "ml-prod "
  |            ^^^^^^^^^^
  |
  = help: write `ml-prod`; or write the cluster's ARN

"#]],
    );
}

#[test]
fn a_cluster_goes_by_its_name_or_by_an_arn_of_the_releases_account() {
    for arn in [
        "arn:aws:ecs:eu-west-1:111122223333:cluster/ml",
        "arn:aws-cn:ecs:cn-north-1:111122223333:cluster/ml_prod-2",
    ] {
        good(&with("cluster: ml-prod", &format!("cluster: {arn}")));
    }
    for arn in [
        "arn:",
        "arn:aws:ecs:eu-west-1:111122223333:service/ml/x",
        "arn:aws:ecs:eu-west-1:111122223333:cluster/",
        "arn:aws:ecs:eu-west-1:111122223333:cluster/a/b",
        "arn:aws:ecs:eu-west-1:11112222333:cluster/ml",
        "arn:aws:ecs::111122223333:cluster/ml",
        "arn:aws-:ecs:eu-west-1:111122223333:cluster/ml",
        "arn:aws:iam:eu-west-1:111122223333:cluster/ml",
    ] {
        let found = findings(&with("cluster: ml-prod", &format!("cluster: \"{arn}\"")));
        assert!(found.contains("` is not a cluster"), "{arn}: {found}");
    }
    check(
        "service:\n  cluster: ml-prod",
        "account: \"111122223333\"\nservice:\n  cluster: arn:aws:ecs:eu-west-1:444455556666:cluster/ml",
        str![[r#"
error[bad-name]: the cluster is of account 444455556666, and the release is for 111122223333
 --> release.yaml:9:12
  |
9 |   cluster: arn:aws:ecs:eu-west-1:444455556666:cluster/ml
  |            ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: correct the cluster or `account`

"#]],
    );
}

#[test]
fn a_model_has_a_version_that_fits_into_a_tag() {
    check(
        "  version: \"8\"\n",
        "",
        str![[r#"
error[missing-version]: `model.version` is missing
 --> release.yaml:3:1
  |
3 | model:
  | ^^^^^
  |
  = help: add the model's version in quotes, such as `version: "8"`

"#]],
    );
    check(
        "version: \"8\"",
        "version: \"8;9\"",
        str![[r#"
error[bad-version]: `model.version` can't be `8;9`
 --> release.yaml:5:12
  |
5 |   version: "8;9"
  |            ^^^^^
  |
  = help: it becomes a tag, so it takes letters, digits, spaces and + - = . _ : / @

"#]],
    );
}

#[test]
fn an_account_has_twelve_digits() {
    check(
        "tags:",
        "account: \"1111-2222-3333\"\ntags:",
        str![[r#"
error[bad-account]: `account` must have 12 digits, found `1111-2222-3333`
  --> release.yaml:34:10
   |
34 | account: "1111-2222-3333"
   |          ^^^^^^^^^^^^^^^^
   |
   = help: write `account: "111122223333"`

"#]],
    );
    check(
        "tags:",
        "account: \"12345\"\ntags:",
        str![[r#"
error[bad-account]: `account` must have 12 digits, found `12345`
  --> release.yaml:34:10
   |
34 | account: "12345"
   |          ^^^^^^^
   |
   = help: `aws sts get-caller-identity` prints it

"#]],
    );
    check(
        "tags:",
        "account: 111122223333\ntags:",
        str![[r#"
error[needs-quotes]: `account` must be a string, found the integer `111122223333`
  --> release.yaml:34:10
   |
34 | account: 111122223333
   |          ^^^^^^^^^^^^
   |
   = help: quote it: `account: "111122223333"`

"#]],
    );
    check(
        "tags:",
        "account: 011122223333\ntags:",
        str![[r#"
error[needs-quotes]: `account` must be quoted: tools disagree about what `011122223333` is without quotes
  --> release.yaml:34:10
   |
34 | account: 011122223333
   |          ^^^^^^^^^^^^
   |
   = help: quote it: `account: "011122223333"`

"#]],
    );
}

#[test]
fn an_image_is_a_reference_that_says_what_runs() {
    check(
        "fraud:8",
        "Fraud:8",
        str![[r#"
error[bad-image]: `image` can't be `registry.example.com/Fraud:8`: a repository's name is in lower case
 --> release.yaml:6:8
  |
6 | image: registry.example.com/Fraud:8
  |        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: write `repository:tag` or `repository@sha256:…`, as in `111122223333.dkr.ecr.eu-west-1.amazonaws.com/fraud:8`

"#]],
    );
    check(
        "fraud:8",
        "fraud@sha256:abc",
        str![[r#"
error[bad-image]: `image` can't be `registry.example.com/fraud@sha256:abc`: a digest has 64 lower-case hexadecimal digits
 --> release.yaml:6:8
  |
6 | image: registry.example.com/fraud@sha256:abc
  |        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: write `repository:tag` or `repository@sha256:…`, as in `111122223333.dkr.ecr.eu-west-1.amazonaws.com/fraud:8`

"#]],
    );
    check(
        "registry.example.com/fraud:8",
        "https://registry.example.com/fraud:8",
        str![[r#"
error[bad-image]: `image` can't be `https://registry.example.com/fraud:8`: an image has no `https://`
 --> release.yaml:6:8
  |
6 | image: https://registry.example.com/fraud:8
  |        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: write `repository:tag` or `repository@sha256:…`, as in `111122223333.dkr.ecr.eu-west-1.amazonaws.com/fraud:8`

"#]],
    );
    check(
        "fraud:8",
        "fraud:latest",
        str![[r#"
warning[mutable-image]: the image's tag is `latest`, so nobody can tell what a release runs
 --> release.yaml:6:8
  |
6 | image: registry.example.com/fraud:latest
  |        ^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: give each build a tag of its own, such as its git commit

"#]],
    );
    check(
        "fraud:8",
        "fraud",
        str![[r#"
warning[mutable-image]: the image has no tag, which means `latest`: nobody can tell what a release runs
 --> release.yaml:6:8
  |
6 | image: registry.example.com/fraud
  |        ^^^^^^^^^^^^^^^^^^^^^^^^^^
  |
  = help: give each build a tag of its own, such as its git commit

"#]],
    );
}

#[test]
fn a_region_is_formed_as_those_of_aws_and_is_that_of_the_clusters_arn() {
    let region = |region: &str| {
        let written = format!("cluster: ml-prod\n  region: {region}");
        with("cluster: ml-prod", &written)
    };
    for name in ["eu-west-1", "us-gov-east-1", "local"] {
        good(&region(name));
    }
    for (name, help) in [
        ("eu-west-1a", "write `eu-west-1`"),
        ("EU-WEST-1", "write `eu-west-1`"),
        ("eu_west_1", "such as `eu-west-1`"),
    ] {
        let found = findings(&region(name));
        assert!(found.contains("error[bad-region]"), "{found}");
        assert!(found.contains(help), "{found}");
    }
    let arn = "cluster: arn:aws:ecs:eu-west-1:111122223333:cluster/ml\n  region: ";
    good(&with("cluster: ml-prod", &format!("{arn}eu-west-1")));
    let found = findings(&with("cluster: ml-prod", &format!("{arn}us-east-1")));
    let expected = "the cluster is in eu-west-1, and the release is for `us-east-1`";
    assert!(found.contains(expected), "{found}");
}
