mod experiments;
mod subjects;

use std::fs;
use std::path::PathBuf;

use super::examining::WORTH_A_THREAD;
use super::*;
use crate::release::Place;
use mlship_manifest::Code;

/// A folder that is gone with its owner.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("mlship-{}-{name}", fastrand::u64(..)));
        fs::create_dir_all(&path).unwrap();
        Self(path)
    }

    fn put(&self, name: &str, text: &str) -> String {
        let path = self.0.join(name);
        fs::write(&path, text).unwrap();
        path.to_str().unwrap().to_owned()
    }

    fn path(&self) -> String {
        self.0.to_str().unwrap().to_owned()
    }
}

impl Drop for Folder {
    fn drop(&mut self) {
        let _ = fs::remove_dir_all(&self.0);
    }
}

fn release(name: &str) -> String {
    format!(
        "apiVersion: mlship/v1\nkind: ModelRelease\nmodel: {{ name: m, version: \"1\" }}\n\
         image: m:1\nservice: {{ cluster: ml, name: {name}, desired: 2 }}\n\
         runtime: {{ cpu: 256, memory: 512 }}\nnetwork: {{ subnets: [subnet-1] }}\n"
    )
}

const EXPERIMENT: &str = "apiVersion: mlship/v1\nkind: Experiment\nmetadata: { name: e }\n";

const READER: ManifestReader<'static> = ManifestReader {
    has_several_accounts: false,
    environment: None,
    select: &[],
    files: &VariableFiles::none(),
    environment_variables: &|_| None,
    check: &|examined| examined,
};

fn releases(path: &str) -> LoadedManifests {
    READER.releases(&[path.to_owned()], &mut std::io::empty())
}

fn codes(reading: &LoadedManifests) -> Vec<Code> {
    let findings = reading.findings.iter();
    findings.map(|finding| finding.code).collect()
}

/// Whoever calls is of one of the two accounts, and the other is refused for that.
#[test]
fn services_of_two_accounts_are_two_wherever_one_profile_leads() {
    let folder = Folder::new("accounts");
    for (name, account) in [("a.yaml", "111122223333"), ("b.yaml", "444455556666")] {
        let text = release("m").replacen("model:", &format!("account: \"{account}\"\nmodel:"), 1);
        folder.put(name, &text);
    }
    let mut manifests = releases(&folder.path()).manifests;
    assert_eq!(manifests.len(), 2);
    let place = Place {
        region: Some("eu-west-1".to_owned()),
        account: Some("111122223333".to_owned()),
    };
    let placed = place_manifests(&mut manifests, vec![place; 2]);
    assert!(placed.is_ok(), "{placed:?}");
}

#[test]
fn two_manifests_of_one_service_are_not_left_to_the_order_of_their_names() {
    let folder = Folder::new("twice");
    folder.put("a.yaml", &release("m"));
    folder.put("b.yaml", &release("m"));
    let reading = releases(&folder.path());
    assert_eq!(codes(&reading), [Code::SERVICE_TWICE]);
    assert!(reading.is_broken());
}

/// A release whose traffic is moved by a rule of this number, between groups of these names.
fn moved(name: &str, rule: u8, groups: [&str; 2]) -> String {
    let elb = "arn:aws:elasticloadbalancing:us-east-1:111122223333";
    let id = "0123456789abcde";
    let groups = groups.map(|group| format!("\"{elb}:targetgroup/{group}/{id}0\""));
    let traffic = format!(
        "traffic: {{ listenerRule: \"{elb}:listener-rule/app/ml/{id}0/{id}0/{id}{rule}\", \
         targetGroups: [{}], role: \"arn:aws:iam::111122223333:role/lb\" }}\n\
         rollout: {{ strategy: blue-green, bakeMinutes: 5, alarms: [a] }}\n",
        groups.join(", ")
    );
    release(name).replace("memory: 512", "memory: 512, port: 8080") + &traffic
}

#[test]
fn ecs_moves_the_traffic_of_one_service_by_a_rule_and_its_groups() {
    let folder = Folder::new("moved");
    folder.put("a.yaml", &moved("a", 1, ["a-blue", "a-green"]));
    for (rule, groups, expected) in [
        (1, ["b-blue", "b-green"], Some("traffic.listenerRule")),
        (2, ["b-blue", "a-blue"], Some("traffic.targetGroups[1]")),
        (2, ["b-blue", "b-green"], None),
    ] {
        folder.put("b.yaml", &moved("b", rule, groups));
        let reading = releases(&folder.path());
        let found = reading.findings.iter().filter(|finding| finding.is_error());
        let found: Vec<_> = found
            .map(|finding| (finding.code, finding.field.as_deref().unwrap()))
            .collect();
        let expected: Vec<_> = expected
            .map(|field| (Code::TRAFFIC_TWICE, field))
            .into_iter()
            .collect();
        assert_eq!(found, expected, "{:?}", reading.findings);
        assert_eq!(reading.is_broken(), !expected.is_empty());
    }
}

#[test]
fn a_single_broken_manifest_names_its_service() {
    let folder = Folder::new("only");
    let path = folder.put("a.yaml", &release("m").replace("cpu: 256", "cpu: many"));
    let reading = releases(&path);
    assert!(reading.is_broken() && reading.manifests.is_empty());
    assert_eq!(reading.only.unwrap().name.as_str(), "m");
    folder.put("b.yaml", &release("n"));
    assert!(releases(&folder.path()).only.is_none());
}

#[test]
fn an_experiment_is_passed_over_in_a_folder_and_refused_by_name() {
    let folder = Folder::new("aside");
    folder.put("a.yaml", &release("m"));
    let experiment = folder.put("e.yaml", EXPERIMENT);
    let reading = releases(&folder.path());
    assert!(!reading.is_broken(), "{:?}", reading.findings);
    assert_eq!(reading.manifests.len(), 1);
    assert!(releases(&experiment).is_broken());
}

#[test]
fn standard_input_is_what_was_handed_in() {
    let mut text = release("piped").into_bytes();
    let reading = READER.releases(&["-".to_owned()], &mut &*text);
    assert_eq!(reading.manifests[0].service().name.as_str(), "piped");
    text.clear();
    let reading = READER.releases(&["-".to_owned()], &mut &*text);
    assert!(reading.is_broken());
}

#[test]
fn many_manifests_come_in_the_order_of_one() {
    let folder = Folder::new("many");
    let names: Vec<String> = (0..3 * WORTH_A_THREAD)
        .map(|number| format!("m{number:03}"))
        .collect();
    for name in &names {
        folder.put(&format!("{name}.yaml"), &release(name));
    }
    let reading = releases(&folder.path());
    let manifests = reading.manifests.iter();
    let read: Vec<String> = manifests
        .map(|loaded| loaded.service().name.to_string())
        .collect();
    assert_eq!(read, names);
}

#[test]
fn every_manifest_is_checked_also_those_that_an_experiment_names() {
    let folder = Folder::new("checked");
    folder.put("a.yaml", &release("a"));
    let variants = "variants: [{ name: a, release: a.yaml }, { name: b, release: gone.yaml }]\n";
    let path = folder.put("e.yaml", &format!("{EXPERIMENT}{variants}"));
    let reader = ManifestReader {
        check: &|mut examined| {
            let problem = Diagnostic::error(Code::UNKNOWN_ECS_FIELD, "checked".to_owned());
            examined.findings.push(problem);
            examined
        },
        ..READER
    };
    let reading = reader.all(std::slice::from_ref(&path), &mut std::io::empty());
    let checked = codes(&reading);
    assert!(checked.contains(&Code::UNKNOWN_ECS_FIELD), "{checked:?}");
    assert!(checked.contains(&Code::RELEASE_NOT_FOUND), "{checked:?}");
    assert!(reading.experiments.is_empty());
}

#[test]
fn a_circle_of_services_is_named_whole_and_refused() {
    let folder = Folder::new("circle");
    let on =
        |name: &str, on: &str| release(name).replace("desired: 2", &format!("dependsOn: [{on}]"));
    folder.put("a.yaml", &on("a", "b"));
    folder.put("b.yaml", &on("b", "ml/a"));
    let reading = releases(&folder.path());
    assert_eq!(codes(&reading), [Code::SERVICE_CYCLE]);
    let message = &reading.findings[0].message;
    assert_eq!(message, "services depend on each other: ml/a → ml/b → ml/a");
    assert!(reading.is_broken());
}

#[test]
fn a_dependency_elsewhere_is_said_and_stands_in_nobodys_way() {
    let folder = Folder::new("elsewhere");
    let text = release("a").replace("desired: 2", "wave: 2, dependsOn: [b, other/c]");
    let path = folder.put("a.yaml", &text);
    let reading = releases(&path);
    assert_eq!(codes(&reading), [Code::DEPENDENCY_NOT_IN_RUN; 2]);
    assert!(!reading.is_broken());
    folder.put("b.yaml", &release("b").replace("desired: 2", "wave: 3"));
    assert_eq!(
        codes(&releases(&folder.path())),
        [Code::DEPENDS_ON_LATER_WAVE]
    );
}

#[test]
fn only_selected_releases_are_read_and_only_their_findings_told() {
    let folder = Folder::new("select");
    let tagged = |name: &str, team: &str| format!("{}tags: {{ team: {team} }}\n", release(name));
    folder.put("a.yaml", &tagged("a", "risk"));
    folder.put(
        "b.yaml",
        &tagged("b", "search").replace("cpu: 256", "cpu: 300"),
    );
    folder.put("c.yaml", &release("c"));
    folder.put("e.yaml", EXPERIMENT);
    let check = |selectors: &[&str], names: &[&str]| {
        let select: Vec<Selector> = selectors.iter().map(|one| one.parse().unwrap()).collect();
        let reader = ManifestReader {
            select: &select,
            ..READER
        };
        let reading = reader.all(&[folder.path()], &mut std::io::empty());
        assert!(!reading.is_broken(), "{:?}", reading.findings);
        let found = reading.manifests.iter();
        let found: Vec<String> = found.map(|one| one.service().name.to_string()).collect();
        assert_eq!(found, names);
    };
    check(&["team=risk"], &["a"]);
    check(&["team=r*", "name=a"], &["a"]);
    check(&["team=risk", "name=c"], &[]);
    check(&["name=c"], &["c"]);
    check(&["team=*", "cluster=ml", "model=m", "name=a"], &["a"]);
}

#[test]
fn files_of_variables_fill_in_every_manifest_and_their_faults_are_told_once() {
    let folder = Folder::new("vars");
    let named = |name: &str| release(name).replace("m:1", "m:${TAG}");
    folder.put("a.yaml", &named("a"));
    folder.put("b.yaml", &named("b"));
    let read = |text: &str| {
        let files = VariableFiles::of(&[Source::new("vars.yml", text)], Vec::new());
        let reader = ManifestReader {
            files: &files,
            environment_variables: &|_| Some("outside".to_owned()),
            ..READER
        };
        reader.releases(&[folder.path()], &mut std::io::empty())
    };
    let reading = read("TAG: 1.10\n");
    let images = reading.manifests.iter();
    let images: Vec<_> = images.map(|one| &*one.manifest.release.image).collect();
    assert_eq!(images, ["m:1.10", "m:1.10"]);
    let reading = read("TAG: { a: 1.10 }\nB: c\n");
    assert_eq!(codes(&reading), [Code::BAD_VARIABLES_FILE]);
    assert!(reading.is_broken());
}
