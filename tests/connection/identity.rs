//! AWS's STS, which tells whose the credentials are, is out of reach.

use crate::commands::{Home, Run};
use crate::server::{self, Server};

const MANIFEST: &str = "apiVersion: mlship/v1\nkind: ModelRelease\n\
                        model: { name: m, version: \"1\" }\nimage: m:1\n\
                        service: { cluster: ml, name: m }\nruntime: { cpu: 256, memory: 512 }\n\
                        network: { subnets: [subnet-0123456789abcdef0] }\n";

/// Plans, and says who was asked.
fn diff(more: &str, answer: server::Answer) -> (Run, Server) {
    let (home, server) = (Home::new(), Server::start(answer));
    home.write("m.yaml", &format!("{MANIFEST}{more}"));
    let path = format!("{}/m.yaml", home.path());
    let variables = [
        ("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "secret".to_owned()),
        ("AWS_REGION", "eu-west-1".to_owned()),
        ("AWS_ENDPOINT_URL", format!("http://{}", server.address)),
        ("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:9".to_owned()),
    ];
    (home.command(&["diff", &path], &variables), server)
}

#[test]
fn what_needs_no_account_goes_on_and_says_that_it_was_not_checked() {
    let (ran, _) = diff("", server::ecs);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let warning = "warning: the account was not checked, it is (not checked): GetCallerIdentity: \
                   cannot reach AWS";
    assert!(ran.stderr.contains(warning), "{}", ran.stderr);
    assert!(
        ran.stdout.contains("account (not checked), eu-west-1"),
        "{}",
        ran.stdout
    );
}

#[test]
fn a_manifest_that_names_its_account_is_not_planned_for_one_that_was_not_checked() {
    let (ran, _) = diff("account: \"111122223333\"\n", server::ecs);
    assert_eq!(ran.code, 11, "{}", ran.stderr);
    assert!(
        ran.stderr.contains("is for account 111122223333"),
        "{}",
        ran.stderr
    );
}
