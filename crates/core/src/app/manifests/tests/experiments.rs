use super::*;

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
fn a_path_that_leads_nowhere_is_told_as_that() {
    let folder = Folder::new("nowhere");
    let path = format!("{}/nosuch.yaml", folder.path());
    assert_eq!(
        codes(&experiments(&path, Need::Places)),
        [Code::FILE_NOT_FOUND]
    );
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

#[test]
fn who_plans_a_sample_needs_no_more_than_the_terms() {
    let folder = Folder::new("terms");
    let terms = |change| {
        let path = compared(&folder, change);
        READER.terms(&[path], &mut std::io::empty())
    };
    let same = ("plannedSample", "plannedSample");
    let read = terms(same).unwrap();
    assert!(read[0].placed.is_ok());
    for change in [
        ("listenerRule: \"arn", "listenerRule: \"${RULE}arn"),
        ("release: a.yaml", "release: gone.yaml"),
    ] {
        let read = terms(change).unwrap();
        let why = read[0].placed.as_ref().unwrap_err();
        assert!(is_broken(why), "{change:?}");
    }
    let variant = folder.path() + "/a.yaml";
    let text = fs::read_to_string(&variant).unwrap();
    folder.put(
        "a.yaml",
        &text.replace("cluster: ml,", "cluster: \"${CLUSTER}\","),
    );
    let path = folder.path() + "/e.yaml";
    folder.put(
        "e.yaml",
        &fs::read_to_string(&path)
            .unwrap()
            .replace("gone.yaml", "a.yaml"),
    );
    let read = READER.terms(&[path], &mut std::io::empty()).unwrap();
    let why = read[0].placed.as_ref().unwrap_err();
    assert_eq!(why[0].code, Code::UNSET_VARIABLE);
    for change in [
        ("metric: error_rate", "metric: \"${METRIC}\""),
        ("plannedSample: 40000\n", ""),
        ("weight: 50 }", "weight: \"${WEIGHT}\" }"),
    ] {
        assert!(is_broken(&terms(change).unwrap_err()), "{change:?}");
    }
}
