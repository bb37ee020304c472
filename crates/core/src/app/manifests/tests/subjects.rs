use super::*;

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
    assert!(services(&read).is_empty());
}

#[test]
fn a_broken_file_takes_nobody_with_it() {
    let folder = Folder::new("one-of-three");
    folder.put("a.yaml", &release("a"));
    folder.put(
        "b.yaml",
        "apiVersion: mlship/v1\nkind: ModelRelease\nservice: [\n",
    );
    folder.put(
        "c.yaml",
        &release("c").replace("cluster: ml", "cluster: \"${CLUSTER}\""),
    );
    folder.put("d.yaml", &release("d"));
    for account in ["111122223333", "444455556666"] {
        let text = format!("{}account: \"{account}\"\n", release("e"));
        folder.put(&format!("{account}.yaml"), &text);
    }
    let read = subjects(&folder.path());
    assert_eq!(services(&read), ["ml/a", "ml/d"]);
    assert_eq!(read.findings.len(), 3, "{:?}", read.findings);
}

#[test]
fn a_broken_file_of_variables_is_in_the_way_of_those_alone_that_need_it_to_say_whom_they_are_about()
{
    let folder = Folder::new("files");
    let files = VariableFiles::of(&[Source::new("vars.yml", "[]")], Vec::new());
    let reader = ManifestReader {
        files: &files,
        ..READER
    };
    let read = |path: &str| reader.subjects(&[path.to_owned()], &mut std::io::empty());
    let elsewhere = release("a").replace("m:1", "m:${TAG}");
    let known = read(&folder.put("a.yaml", &elsewhere));
    assert_eq!(services(&known), ["ml/a"]);
    assert_eq!(known.findings, []);
    assert!(!known.elsewhere.is_empty());
    let named = release("a").replace("name: a", "name: \"${NAME}\"");
    let unknown = read(&folder.put("a.yaml", &named));
    assert!(unknown.subjects.is_empty());
    let codes: Vec<Code> = unknown.findings.iter().map(|found| found.code).collect();
    assert_eq!(codes, [Code::BAD_VARIABLES_FILE, Code::UNKNOWN_VARIABLE]);
}
