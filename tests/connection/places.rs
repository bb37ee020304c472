//! Runs over several regions and profiles: what each of them is asked, and how often.

use serde_json::Value;

use crate::commands::{Home, Run};
use crate::server::{self, Server};

/// Writes the manifest of a service, with where it says it is.
fn manifest(home: &Home, name: &str, region: Option<&str>) {
    let region = region.map_or_else(String::new, |region| format!(", region: {region}"));
    let text = format!(
        "apiVersion: mlship/v1\nkind: ModelRelease\n\
         model: {{ name: m, version: \"1\" }}\nimage: m:1\n\
         service: {{ cluster: ml, name: {name}{region} }}\n\
         runtime: {{ cpu: 256, memory: 512 }}\n\
         network: {{ subnets: [subnet-0123456789abcdef0] }}\n"
    );
    home.write(&format!("m/{name}.yaml"), &text);
}

/// AWS that knows who calls, and answers nothing else.
fn knows_who_calls(request: &str) -> (u16, String, String) {
    if !request.contains("Action=GetCallerIdentity") {
        return server::organization(request);
    }
    let body = "<GetCallerIdentityResponse><GetCallerIdentityResult>\
                <Arn>arn:aws:iam::111122223333:user/me</Arn><UserId>A</UserId>\
                <Account>111122223333</Account></GetCallerIdentityResult>\
                </GetCallerIdentityResponse>";
    (
        200,
        "content-type: text/xml\r\n".to_owned(),
        body.to_owned(),
    )
}

/// Deploys with credentials that a program gives, which keeps how often it was asked.
fn deploy(home: &Home, own: &Server) -> Run {
    let credentials = r#"{"Version": 1, "AccessKeyId": "AKIDPROCESS", "SecretAccessKey": "s", "SessionToken": "t", "Expiration": "2099-01-01T00:00:00Z"}"#;
    let config = format!(
        "[profile prod]\ncredential_process = echo asked >> {home}/asked; echo '{credentials}'\n",
        home = home.path()
    );
    home.write(".aws/config", &config);
    let path = format!("{}/m", home.path());
    let variables = [("AWS_ENDPOINT_URL", format!("http://{}", own.address))];
    let arguments = ["deploy", &path, "--profile", "prod", "-o", "json"];
    home.command(&arguments, &variables)
}

/// Returns each line's service or event, its verdict, and what went wrong.
fn lines(run: &Run) -> Vec<(String, String)> {
    let lines = run.stdout.lines();
    let lines = lines.map(|line| serde_json::from_str::<Value>(line).unwrap());
    let mut lines: Vec<(String, String)> = lines
        .filter(|line| line["event"] == "result")
        .map(|line| {
            let word = |name: &str| line[name].as_str().unwrap().to_owned();
            (word("service"), word("error"))
        })
        .collect();
    lines.sort();
    lines
}

#[test]
fn a_service_of_no_known_region_stands_in_nobodys_way() {
    let (home, own) = (Home::new(), Server::start(knows_who_calls));
    manifest(&home, "lost", None);
    manifest(&home, "there", Some("eu-west-1"));
    let run = deploy(&home, &own);
    let told = lines(&run);
    assert_eq!(told.len(), 2, "{}{}", run.stdout, run.stderr);
    assert!(told[0].1.contains("no AWS region"), "{told:?}");
    assert!(told[1].1.contains("DescribeServices"), "{told:?}");
    assert_eq!(run.code, 20);
}

#[test]
fn who_calls_and_with_which_credentials_is_asked_once_for_all_regions_of_a_profile() {
    let (home, own) = (Home::new(), Server::start(knows_who_calls));
    for (name, region) in [("a", "eu-west-1"), ("b", "us-east-1"), ("c", "us-east-1")] {
        manifest(&home, name, Some(region));
    }
    let run = deploy(&home, &own);
    assert_eq!(lines(&run).len(), 3, "{}{}", run.stdout, run.stderr);
    let asked = std::fs::read_to_string(home.0.join("asked")).unwrap();
    assert_eq!(asked.lines().count(), 1);
    let requests = own.requests();
    let identities = requests
        .iter()
        .filter(|it| it.contains("GetCallerIdentity"));
    assert_eq!(identities.count(), 1, "{requests:#?}");
}

/// The account whose key it is.
fn two_accounts(request: &str) -> (u16, String, String) {
    if !request.contains("Action=GetCallerIdentity") {
        return server::aws(request);
    }
    let (status, headers, body) = knows_who_calls(request);
    let is_second = request.contains("AKIDSTAGING");
    let account = if is_second {
        "444455556666"
    } else {
        "111122223333"
    };
    (status, headers, body.replace("111122223333", account))
}

#[test]
fn where_a_model_serves_is_asked_with_every_profile() {
    let (home, own) = (Home::new(), Server::start(two_accounts));
    let profile = |name: &str, key: &str| {
        format!(
            "[profile {name}]\nregion = eu-west-1\naws_access_key_id = {key}\n\
             aws_secret_access_key = s\n"
        )
    };
    let config = profile("prod", "AKIDPROD") + &profile("staging", "AKIDSTAGING");
    home.write(".aws/config", &config);
    let variables = [("AWS_ENDPOINT_URL", format!("http://{}", own.address))];
    let run = home.run(&["--profile", "prod", "--profile", "staging"], &variables);
    assert_eq!((run.code, &*run.stderr), (0, ""));
    for key in ["AKIDPROD", "AKIDSTAGING"] {
        let requests = own.requests();
        let lists = |it: &&String| it.contains("ListClusters") && it.contains(key);
        assert_eq!(requests.iter().filter(lists).count(), 1, "{key}");
    }
    // One that is of nobody is said, and the others are asked all the same.
    let flags = ["--profile", "prod", "--profile", "nobody"];
    let run = home.run(&flags, &variables);
    assert_eq!(run.code, 20, "{}", run.stderr);
    assert!(run.stderr.contains("nobody"), "{}", run.stderr);
}
