use super::*;
use mlship_manifest::{ReadOptions, Source, examine};

/// Reads a release whose own container, named m, stands first in ECS's document.
fn examined(overrides: &str) -> Examined {
    let text = format!(
        "apiVersion: mlship/v1\nkind: ModelRelease\nmodel: {{ name: m, version: \"1\" }}\n\
         image: m:1\nservice: {{ cluster: ml, name: m, desired: 2 }}\n\
         network: {{ subnets: [subnet-1] }}\nruntime: {{ cpu: 256, memory: 512 }}\n\
         overrides: {overrides}\n"
    );
    let settings = ReadOptions {
        environment: None,
        variables: &|_: &str| None,
    };
    check(examine(Source::new("m.yaml", text), &settings))
}

/// Checks what the findings point at, without those of limits.
#[track_caller]
fn places(overrides: &str, code: Code, expected: &[&str]) {
    let findings = examined(overrides).findings;
    let found = findings.iter().filter(|finding| finding.code == code);
    let found: Vec<&str> = found
        .filter_map(|finding| Some(finding.span.as_ref()?.text()))
        .collect();
    assert_eq!(found, expected, "{findings:#?}");
}

#[test]
fn an_unknown_field_is_found_in_the_container_of_its_name_wherever_that_stands() {
    places(
        "{ taskDefinition: { containerDefinitions: [{ name: s, image: \"s:1\", esential: true }, \
         { name: m, stopTimeoot: 30 }] }, service: { platformVersian: LATEST } }",
        Code::UNKNOWN_ECS_FIELD,
        &["esential", "stopTimeoot", "platformVersian"],
    );
}

#[test]
fn a_value_of_the_wrong_type_is_found_in_the_container_of_its_name() {
    places(
        "{ taskDefinition: { containerDefinitions: [{ name: s, image: \"s:1\", essential: \"so\" }, \
         { name: m, stopTimeout: \"soon\" }] } }",
        Code::UNREADABLE_ECS_FIELD,
        &["\"so\"", "\"soon\""],
    );
}

#[test]
fn a_field_in_a_list_of_a_list_is_found_by_both_positions() {
    places(
        "{ taskDefinition: { containerDefinitions: [{ name: s, image: \"s:1\" }, \
         { name: m, portMappings: [{ containerPort: 1 }, { containerPort: 2, protocal: tcp }] }] } }",
        Code::UNKNOWN_ECS_FIELD,
        &["protocal"],
    );
}

#[test]
fn a_document_that_ecs_knows_has_no_findings() {
    let findings = examined("{ service: { enableExecuteCommand: true } }").findings;
    let codes: Vec<Code> = findings.iter().map(|finding| finding.code).collect();
    // The manifest itself keeps no log.
    assert_eq!(codes, [Code::LOGS_MISSING], "{findings:#?}");
}
