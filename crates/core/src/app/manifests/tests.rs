use std::fs;
use std::path::PathBuf;

use super::*;

/// A folder that is gone with its owner.
struct Folder(PathBuf);

impl Folder {
    fn new(name: &str) -> Self {
        let path = std::env::temp_dir().join(format!("mlship-{}-{name}", std::process::id()));
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
    environment: None,
    variables: &|_| None,
    check: &|examined| examined,
};

fn releases(path: &str) -> LoadedManifests {
    READER.releases(&[path.to_owned()], &mut std::io::empty())
}

fn codes(reading: &LoadedManifests) -> Vec<Code> {
    let findings = reading.findings.iter();
    findings.map(|finding| finding.code).collect()
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

fn subjects(path: &str) -> Subjects {
    READER.subjects(&[path.to_owned()], &mut std::io::empty())
}

fn services(read: &Subjects) -> Vec<String> {
    let all = read.subjects.iter();
    all.map(|subject| subject.service().to_string()).collect()
}

#[test]
fn whom_a_broken_manifest_is_about_is_known_and_the_rest_is_not_to_be_had() {
    let folder = Folder::new("rescue");
    for broken in [
        "image: m:${GIT_SHA:?set by the pipeline}",
        "image: 7",
        "image: Not:an:image",
    ] {
        let path = folder.put("a.yaml", &release("a").replace("image: m:1", broken));
        let read = subjects(&path);
        assert_eq!(services(&read), ["ml/a"], "{broken}");
        assert_eq!(read.findings, [], "{broken}");
        assert!(read.subjects[0].whole().is_none(), "{broken}");
        assert!(!read.elsewhere.is_empty(), "{broken}");
    }
    let path = folder.put("a.yaml", &release("a"));
    assert!(subjects(&path).subjects[0].whole().is_some());
}

#[test]
fn an_unset_variable_in_the_cluster_names_the_way_round() {
    let folder = Folder::new("cluster");
    let text = release("a").replace("cluster: ml", "cluster: \"${CLUSTER}\"");
    let read = subjects(&folder.put("a.yaml", &text));
    assert!(read.subjects.is_empty());
    let [finding] = &read.findings[..] else {
        panic!("{:?}", read.findings);
    };
    assert_eq!(finding.code, Code::UNSET_VARIABLE);
    assert!(finding.help.as_ref().unwrap().contains("--service"));
}

#[test]
fn a_directory_is_about_each_service_once_and_about_no_experiment() {
    let folder = Folder::new("several");
    folder.put("a.yaml", &release("a").replace("image: m:1", "image: 7"));
    folder.put("b.yaml", &release("b"));
    folder.put("again.yaml", &release("b"));
    folder.put("e.yaml", EXPERIMENT);
    let read = subjects(&folder.path());
    assert_eq!(services(&read), ["ml/a", "ml/b"]);
    assert_eq!(read.findings, []);
}

#[test]
fn an_experiment_alone_is_no_release() {
    let folder = Folder::new("experiment");
    let read = subjects(&folder.put("e.yaml", EXPERIMENT));
    assert!(read.subjects.is_empty());
    assert!(!read.findings.is_empty());
}

#[test]
fn two_accounts_for_one_service_are_not_left_to_the_order_of_names() {
    let folder = Folder::new("accounts");
    let of = |account: &str| format!("{}account: \"{account}\"\n", release("a"));
    folder.put("1.yaml", &release("a"));
    folder.put("2.yaml", &of("111122223333"));
    assert_eq!(subjects(&folder.path()).findings, []);
    folder.put("3.yaml", &of("444455556666"));
    let read = subjects(&folder.path());
    let codes: Vec<Code> = read.findings.iter().map(|finding| finding.code).collect();
    assert_eq!(codes, [Code::SERVICE_TWICE]);
}

/// A whole experiment, and the releases of its variants beside it.
fn compared(folder: &Folder, change: (&str, &str)) -> String {
    let variant = |name: &str| {
        let (group, more) = (
            "arn:aws:elasticloadbalancing:eu-west-1:111122223333:targetgroup",
            "image: m:${GIT_SHA:?set by the pipeline}",
        );
        format!(
            "{}traffic: {{ targetGroup: \"{group}/{name}/0123456789abcdef\" }}\n",
            release(name).replace("image: m:1", more)
        )
    };
    for name in ["a", "b"] {
        folder.put(&format!("{name}.yaml"), &variant(name));
    }
    let experiment = "\
        apiVersion: mlship/v1\nkind: Experiment\nmetadata: { name: e }\n\
        listenerRule: \"arn:aws:elasticloadbalancing:eu-west-1:111122223333:listener-rule/app/ml/0123456789abcdef/0123456789abcdef/0123456789abcdef\"\n\
        stickiness: 7d\nhypothesis: more\nvariants:\n\
        \x20 - { name: control, release: a.yaml, weight: 50, control: true }\n\
        \x20 - { name: challenger, release: b.yaml, weight: 50 }\n\
        primary: { metric: error_rate, type: proportion, direction: down, minimumEffect: 0.005 }\n\
        plannedSample: 40000\n";
    assert!(experiment.contains(change.0), "{}", change.0);
    folder.put("e.yaml", &experiment.replacen(change.0, change.1, 1))
}

fn experiments(path: &str, need: Need) -> LoadedManifests {
    READER.experiments(&[path.to_owned()], need, &mut std::io::empty())
}

#[test]
fn a_stop_needs_no_more_than_whose_traffic_it_moves() {
    let folder = Folder::new("stop");
    for change in [
        ("hypothesis: more", "hypothesis: \"${WHY}\""),
        ("hypothesis: more", "hypotesis: more"),
        ("metric: error_rate", "metric: \"${METRIC}\""),
        ("metric: error_rate", "metric: unknown"),
        ("40000", "\"${SAMPLE}\""),
        ("plannedSample: 40000\n", ""),
    ] {
        let path = compared(&folder, change);
        let read = experiments(&path, Need::Places);
        assert_eq!(read.findings, [], "{change:?}");
        let [experiment] = &read.experiments[..] else {
            panic!("{change:?}");
        };
        assert_eq!(experiment.releases.len(), 2);
    }
}

#[test]
fn a_status_needs_what_is_measured_too() {
    let folder = Folder::new("numbers");
    let path = compared(&folder, ("hypothesis: more", "hypothesis: \"${WHY}\""));
    assert_eq!(experiments(&path, Need::Numbers).experiments.len(), 1);
    for change in [
        ("metric: error_rate", "metric: \"${METRIC}\""),
        ("plannedSample: 40000\n", ""),
    ] {
        let read = experiments(&compared(&folder, change), Need::Numbers);
        assert!(read.experiments.is_empty(), "{change:?}");
        assert!(read.is_broken(), "{change:?}");
    }
}

#[test]
fn no_experiment_is_taken_for_one_elsewhere() {
    let folder = Folder::new("elsewhere");
    for change in [
        ("listenerRule: \"arn", "listenerRule: \"${RULE}arn"),
        ("listenerRule:", "listenrRule:"),
        ("name: e", "name: \"${NAME}\""),
        ("weight: 50 }", "weight: \"${WEIGHT}\" }"),
        ("release: a.yaml", "release: \"${A}\""),
        ("release: a.yaml", "release: gone.yaml"),
        ("stickiness: 7d", "stickiness: 9d"),
    ] {
        let path = compared(&folder, change);
        for need in [Need::Places, Need::Numbers] {
            let read = experiments(&path, need);
            assert!(read.experiments.is_empty(), "{change:?}");
            assert!(read.is_broken(), "{change:?}");
        }
    }
}

#[test]
fn defaults_that_lead_to_an_experiment_are_remembered_and_no_others() {
    let folder = Folder::new("defaults");
    let path = compared(
        &folder,
        ("hypothesis: more", "hypothesis: \"${WHY:-more}\""),
    );
    assert_eq!(experiments(&path, Need::Places).experiments[0].defaults, []);
    let path = compared(&folder, ("name: e", "name: \"${NAME:-e}\""));
    let variant = folder.0.join("a.yaml");
    let text = fs::read_to_string(&variant).unwrap();
    let text = text.replace("cluster: ml,", "cluster: \"${CLUSTER:-ml}\",");
    folder.put("a.yaml", &text);
    let read = experiments(&path, Need::Places);
    let defaults = read.experiments[0].defaults.iter();
    let variables: Vec<&str> = defaults.map(|used| &*used.variable).collect();
    assert_eq!(variables, ["NAME", "CLUSTER"]);
}
