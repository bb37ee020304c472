use super::super::testing::{GOOD, variable, with};
use super::*;

fn identified(environment: Option<&str>, text: &str) -> Identified {
    let settings = ReadOptions {
        environment,
        variables: &variable,
    };
    identify(Source::new("release.yaml", text), &settings)
}

#[track_caller]
fn known(environment: Option<&str>, text: &str) -> Identity {
    match identified(environment, text) {
        Identified::Release(identity) => *identity,
        other => panic!("{other:?}"),
    }
}

#[track_caller]
fn unknown(environment: Option<&str>, text: &str) -> Vec<Diagnostic> {
    match identified(environment, text) {
        Identified::Unknown(found) => found,
        other => panic!("{other:?}"),
    }
}

/// Whatever is wrong with a manifest elsewhere stops nobody who is in need.
#[test]
fn what_else_is_wrong_with_a_manifest_does_not_matter() {
    for (right, wrong) in [
        ("fraud:8", "fraud:${GIT_SHA:?set by the pipeline}"),
        ("fraud:8", "fraud:${GIT-SHA}"),
        ("image: registry.example.com/fraud:8", "image: Fraud:8"),
        ("image: registry.example.com/fraud:8", "image: [a, b]"),
        ("image: registry.example.com/fraud:8", "image:"),
        ("image: registry.example.com/fraud:8\n", ""),
        ("  memory: 2048\n", "  memory: lots\n"),
        ("  memory: 2048\n", "  memory: 3\n"),
        ("  memory: 2048\n", "  memroy: 2048\n"),
        ("version: \"8\"", "version: ${VERSION}"),
        ("  version: \"8\"\n", ""),
        ("desired: 3", "desired: ${COUNT}"),
        ("MODEL_DIR: /opt/model", "A: 1\n    A: 2"),
        ("MODEL_DIR: /opt/model", "name: a\n    name: b"),
        ("apiVersion: mlship/v1\n", ""),
        ("team: risk", "team: ${TEAM}"),
        ("  staging:", "  \"no name!\": {}\n  staging:"),
        (
            "      desired: 1",
            "      desired: 1\n    serivce: { cluster: x }",
        ),
    ] {
        let identity = known(None, &with(right, wrong));
        assert_eq!(identity.cluster, "ml-prod", "{wrong}");
        assert_eq!(identity.service, "fraud-scorer", "{wrong}");
        assert_eq!(identity.model.as_deref(), Some("fraud-scorer"), "{wrong}");
        assert_eq!(identity.defaults, [], "{wrong}");
    }
}

/// Every field there is, so that a new one is no obstacle either.
#[test]
fn no_field_beside_the_identity_is_an_obstacle_whatever_stands_in_it() {
    let schema = &schemas().release.overlaid;
    let fields_of = |schema: &Value| -> Vec<String> {
        let fields = schema["properties"].as_object().unwrap();
        fields.keys().cloned().collect()
    };
    let text = |model: &str, service: &str, more: &str| {
        format!(
            "kind: ModelRelease\nmodel: {{ name: m{model} }}\n\
             service: {{ cluster: c, name: s{service} }}\n{more}"
        )
    };
    let mut texts = Vec::new();
    for broken in ["\"${UNSET}\"", "\"${\"", "[[7]]", "{ a: { b: 7 } }", "~"] {
        for field in fields_of(schema) {
            if !["kind", "model", "service", "account"].contains(&&*field) {
                texts.push(text("", "", &format!("{field}: {broken}\n")));
            }
        }
        for field in fields_of(&schema["$defs"]["Model"]) {
            if field != "name" {
                texts.push(text(&format!(", {field}: {broken}"), "", ""));
            }
        }
        for field in fields_of(&schema["$defs"]["Service"]) {
            if !["cluster", "region", "name"].contains(&&*field) {
                texts.push(text("", &format!(", {field}: {broken}"), ""));
            }
        }
    }
    assert!(texts.len() > 80, "{}", texts.len());
    for text in texts {
        let identity = known(None, &text);
        let names = (&*identity.cluster, &*identity.service);
        assert_eq!(names, ("c", "s"), "{text}");
    }
}

#[test]
fn an_overlay_says_whom_it_is_about_too() {
    let text = with(
        "      desired: 1",
        "      desired: ${COUNT}\n    account: \"111122223333\"",
    );
    let identity = known(Some("staging"), &text);
    assert_eq!(identity.cluster, "ml-staging");
    assert_eq!(identity.account.as_deref(), Some("111122223333"));
    assert_eq!(known(None, &text).account, None);
}

#[test]
fn the_region_is_that_of_the_overlay_or_of_the_clusters_arn() {
    let text = with("cluster: ml-prod", "cluster: ml-prod\n  region: eu-west-1");
    assert_eq!(known(None, &text).region.as_deref(), Some("eu-west-1"));
    let staging = "      desired: ${COUNT}\n      region: us-east-1";
    let text = text.replacen("      desired: 1", staging, 1);
    let identity = known(Some("staging"), &text);
    assert_eq!(identity.destination().region.as_deref(), Some("us-east-1"));
    let arn = "cluster: arn:aws:ecs:eu-west-1:111122223333:cluster/ml";
    let destination = known(None, &with("cluster: ml-prod", arn)).destination();
    assert_eq!(destination.region.as_deref(), Some("eu-west-1"));
    assert_eq!(destination.account.as_deref(), Some("111122223333"));
}

/// What may make another service of it is never passed over.
#[test]
fn what_is_wrong_with_the_identity_is_said_with_the_way_round() {
    for (environment, right, wrong) in [
        (None, "cluster: ml-prod", "cluster: ${CLUSTER}"),
        (None, "cluster: ml-prod", "cluster: ${CLUSTER:?set it}"),
        (None, "cluster: ml-prod", "cluster: ml-${CLUSTER:-${ENV}}"),
        (None, "cluster: ml-prod", "cluster: ml prod"),
        (None, "cluster: ml-prod", "cluster: [ml-prod]"),
        (None, "cluster: ml-prod", "cluster:"),
        (None, "  cluster: ml-prod\n", ""),
        (None, "cluster: ml-prod", "clutser: ml-prod"),
        (None, "cluster: ml-prod", "cluster: a\n  cluster: b"),
        (
            None,
            "  name: fraud-scorer\n  desired",
            "  name: 7\n  desired",
        ),
        (None, "service:\n", "serivce:\n"),
        (
            None,
            "name: fraud-scorer\n  version",
            "name: ${MODEL}\n  version",
        ),
        (None, "service:\n", "account: \"12\"\nservice:\n"),
        (None, "service:\n", "account: ${ACCOUNT}\nservice:\n"),
        (None, "service:\n", "acount: \"111122223333\"\nservice:\n"),
        (Some("staging"), "    service:\n", "    serivce:\n"),
        (
            Some("staging"),
            "cluster: ml-staging",
            "cluster: ${CLUSTER}",
        ),
        (
            Some("staging"),
            "    service:\n",
            "    acount: \"111122223333\"\n    service:\n",
        ),
        (Some("stagign"), "service:\n", "service:\n"),
        (None, GOOD, "{"),
        (None, GOOD, ""),
    ] {
        let found = unknown(environment, &with(right, wrong));
        assert!(!found.is_empty(), "{wrong}");
        for finding in found {
            let help = finding.help.as_deref().unwrap_or_default();
            assert!(help.contains("`--service CLUSTER/NAME`"), "{wrong}: {help}");
            assert!(finding.is_error(), "{wrong}: {finding:?}");
        }
    }
}

#[test]
fn the_whole_reading_and_this_one_see_the_same_service() {
    let whole = super::super::testing::good(GOOD).release;
    let identity = known(None, GOOD);
    assert_eq!(identity.cluster, whole.service.cluster);
    assert_eq!(identity.service, whole.service.name);
    assert_eq!(identity.model, Some(whole.model.name));
    assert_eq!(identity.account, whole.account);
}

#[test]
fn defaults_of_variables_are_told_each_once_and_of_the_identity_alone() {
    let text = with("cluster: ml-prod", "cluster: ml-${ENV:-${STAGE:-prod}}")
        .replace(
            "  name: fraud-scorer\n  desired",
            "  name: f-${ENV:-prod}-${SHA:-x}\n  desired",
        )
        .replace("fraud:8", "fraud:${VERSION:-8}");
    let identity = known(None, &text);
    assert_eq!(identity.cluster, "ml-prod");
    assert_eq!(identity.service, "f-prod-abc123");
    let told: Vec<(&str, &str)> = identity
        .defaults
        .iter()
        .map(|used| (&*used.variable, &*used.value))
        .collect();
    assert_eq!(told, [("STAGE", "prod"), ("ENV", "prod")]);
}

#[test]
fn a_reference_into_a_registry_is_seen_however_it_is_written() {
    assert!(!known(None, GOOD).has_reference);
    let text = with("version: \"8\"", "ref: ${MODEL_REF:?the pipeline sets it}");
    assert!(known(None, &text).has_reference);
}

#[test]
fn a_variant_goes_by_its_service_and_its_target_group() {
    let settings = |environment| ReadOptions {
        environment,
        variables: &variable,
    };
    let variant = |text: &str, environment| {
        identify_variant(Source::new("a.yaml", text), &settings(environment))
    };
    for (right, wrong) in [
        ("fraud:8", "fraud:${GIT_SHA}"),
        ("name: fraud-scorer\n  version", "name: ${MODEL}\n  version"),
    ] {
        let known = variant(&with(right, wrong), None);
        assert!(
            matches!(known, Identified::Release(_)),
            "{wrong}: {known:?}"
        );
    }
    for (right, wrong) in [
        ("targetGroup: arn:", "targetGroup: ${GROUP}:"),
        ("targetGroup: arn:", "targetGrop: arn:"),
        ("traffic:\n", "trafic:\n"),
        ("cluster: ml-prod", "cluster: ${CLUSTER}"),
        ("service:\n", "account: ${ACCOUNT}\nservice:\n"),
    ] {
        let unknown = variant(&with(right, wrong), None);
        assert!(
            matches!(unknown, Identified::Unknown(_)),
            "{wrong}: {unknown:?}"
        );
    }
    // Another environment is another place.
    assert!(matches!(
        variant(GOOD, Some("stagign")),
        Identified::Unknown(_)
    ));
}

#[test]
fn an_experiment_is_told_apart() {
    let text = "apiVersion: mlship/v1\nkind: Experiment\n";
    assert!(matches!(identified(None, text), Identified::Experiment));
}

#[test]
fn every_field_of_the_identity_is_one_of_the_release() {
    let schema = &schemas().identity;
    for field in IDENTITY {
        let found = field.split('.').try_fold(schema, |schema, name| {
            let own = schema["properties"].get(name)?;
            let reference = own["$ref"]
                .as_str()
                .and_then(|text| text.rsplit('/').next());
            Some(reference.map_or(own, |name| &schemas().identity["$defs"][name]))
        });
        assert!(
            found.is_some_and(|found| found["type"] == "string"),
            "{field}"
        );
    }
}
