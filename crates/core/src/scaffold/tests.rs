use super::*;
use mlship_manifest::{ManifestContent, ReadOptions, Source, examine};

#[track_caller]
fn check(text: &str, environment: Option<&str>) {
    let options = ReadOptions {
        environment,
        variables: &|_: &str| None,
    };
    let examined = examine(Source::new("new.yaml", text), &options);
    assert_eq!(examined.findings, [], "{text}");
}

#[test]
fn what_is_written_is_valid() {
    let plain = Scaffold::default();
    check(&plain.manifest(), None);
    check(&plain.experiment(), None);
    let more = Scaffold {
        model: "on".to_owned(),
        version: "1.10".to_owned(),
        service: Some("scorer".to_owned()),
        environments: vec!["staging".to_owned(), "production".to_owned()],
        ..Scaffold::default()
    };
    for environment in [None, Some("staging"), Some("production")] {
        check(&more.manifest(), environment);
    }
    for registry in [Registry::Mlflow, Registry::Sagemaker] {
        let registered = Scaffold {
            registry: Some(registry),
            ..Scaffold::default()
        };
        check(&registered.manifest(), None);
    }
}

#[test]
fn environments_are_services_apart_in_the_cluster_that_was_named() {
    let services = |cluster: Option<&str>| {
        let scaffold = Scaffold {
            cluster: cluster.map(str::to_owned),
            environments: vec!["staging".to_owned(), "production".to_owned()],
            ..Scaffold::default()
        };
        let text = scaffold.manifest();
        [None, Some("staging"), Some("production")].map(|environment| {
            check(&text, environment);
            let options = ReadOptions {
                environment,
                variables: &|_: &str| None,
            };
            let examined = examine(Source::new("new.yaml", &*text), &options);
            let ManifestContent::Release(Some(read)) = examined.subject else {
                panic!("{text}");
            };
            let service = &read.release.service;
            format!("{}/{}", service.cluster, service.name)
        })
    };
    assert_eq!(
        services(Some("models")),
        [
            "models/fraud-scorer",
            "models/fraud-scorer-staging",
            "models/fraud-scorer-production"
        ]
    );
    assert_eq!(
        services(None),
        [
            "ml-prod/fraud-scorer",
            "ml-staging/fraud-scorer",
            "ml-production/fraud-scorer"
        ]
    );
}

#[test]
fn a_text_is_one_line_whatever_is_in_it() {
    for text in ["a: b", "a\nb", "{x}", "", "# no comment", "'", "a, b"] {
        let read: String = serde_yaml::from_str(&scalar(text)).unwrap();
        assert_eq!((read.as_str(), scalar(text).lines().count()), (text, 1));
    }
}
