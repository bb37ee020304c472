//! Who is asked, with whose keys: one profile's settings, and no other's.

use crate::commands::{Home, Run};
use crate::server::{self, Server};

/// Runs over a proxy that lets nothing through, and returns what it was asked for first.
fn asked_of_proxy(home: &Home, arguments: &[&str], variables: &[(&str, &str)]) -> String {
    let proxy = Server::start(server::aws);
    let url = format!("http://{}", proxy.address);
    let mut all = vec![("HTTPS_PROXY", url)];
    all.extend(
        variables
            .iter()
            .map(|(name, value)| (*name, (*value).to_owned())),
    );
    let ran = home.run(arguments, &all);
    assert_eq!(ran.code, 21, "{}", ran.stderr);
    let first = proxy.requests().first().cloned().unwrap_or(ran.stderr);
    first.lines().next().unwrap_or_default().to_owned()
}

/// Runs against a server, and returns the key id with which it was asked last.
fn key_of(server: &Server, ran: &Run) -> String {
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let last = server.requests().last().cloned().unwrap_or_default();
    let (_, rest) = last.split_once("Credential=").unwrap_or(("", ""));
    rest.split('/').next().unwrap_or_default().to_owned()
}

const PROD: &str = "[default]\nendpoint_url = http://127.0.0.1:9\nregion = us-east-1\n\
                    use_fips_endpoint = true\naws_access_key_id = AKIDDEFAULT\n\
                    aws_secret_access_key = s\n\
                    [profile prod]\nregion = eu-west-1\naws_access_key_id = AKIDPROD\n\
                    aws_secret_access_key = s\n";
const AWS: &str = "CONNECT ecs.eu-west-1.amazonaws.com:443 HTTP/1.1";

#[test]
fn nothing_of_the_default_profile_is_used_for_another() {
    let home = Home::new();
    home.write(".aws/config", PROD);
    assert_eq!(asked_of_proxy(&home, &["--profile", "prod"], &[]), AWS);
    assert_eq!(asked_of_proxy(&home, &[], &[("AWS_PROFILE", "prod")]), AWS);
}

#[test]
fn endpoint_and_keys_are_those_of_the_profile_that_was_named() {
    let (home, own) = (Home::new(), Server::start(server::aws));
    let endpoint = format!(
        "services = local\n[services local]\necs =\n  endpoint_url = http://{}\n",
        own.address
    );
    home.write(".aws/config", &format!("{PROD}{endpoint}"));
    for variables in [
        vec![],
        vec![
            ("AWS_ACCESS_KEY_ID", "AKIDENV".to_owned()),
            ("AWS_SECRET_ACCESS_KEY", "s".to_owned()),
        ],
    ] {
        let ran = home.run(&["--profile", "prod"], &variables);
        assert_eq!(key_of(&own, &ran), "AKIDPROD");
    }
}

#[test]
fn keys_of_the_environment_before_a_profile_that_it_names_are_said() {
    let (home, own) = (Home::new(), Server::start(server::aws));
    home.write(".aws/config", PROD);
    let variables = [
        ("AWS_PROFILE", "prod".to_owned()),
        ("AWS_ENDPOINT_URL", format!("http://{}", own.address)),
        ("AWS_ACCESS_KEY_ID", "AKIDENV".to_owned()),
        ("AWS_SECRET_ACCESS_KEY", "s".to_owned()),
    ];
    let ran = home.run(&[], &variables);
    assert_eq!(key_of(&own, &ran), "AKIDENV");
    assert!(
        ran.stderr
            .starts_with("warning: AWS_ACCESS_KEY_ID goes before the profile prod")
    );
}

#[test]
fn fips_and_dual_stack_are_those_of_the_profile_that_was_named() {
    let home = Home::new();
    let keys = "aws_access_key_id = A\naws_secret_access_key = s\n";
    let config = format!(
        "[profile fips]\nregion = us-east-1\nuse_fips_endpoint = true\n{keys}\
         [profile both]\nregion = eu-west-1\nuse_dualstack_endpoint = true\n{keys}"
    );
    home.write(".aws/config", &config);
    let check = |profile, host: &str| {
        let asked = asked_of_proxy(&home, &["--profile", profile], &[]);
        assert_eq!(asked, format!("CONNECT {host}:443 HTTP/1.1"));
    };
    check("fips", "ecs-fips.us-east-1.amazonaws.com");
    check("both", "ecs.eu-west-1.api.aws");
}

const KEYS: [(&str, &str); 2] = [
    ("AWS_ACCESS_KEY_ID", "AKIDENV"),
    ("AWS_SECRET_ACCESS_KEY", "secret"),
];

#[test]
fn every_empty_variable_is_an_unset_one() {
    let home = Home::new();
    home.write(".aws/config", "[default]\nregion = eu-west-1\n");
    for name in [
        "AWS_ENDPOINT_URL",
        "AWS_ENDPOINT_URL_ECS",
        "AWS_ENDPOINT_URL_STS",
        "AWS_REGION",
        "AWS_DEFAULT_REGION",
        "AWS_PROFILE",
        "AWS_SESSION_TOKEN",
        "AWS_CONFIG_FILE",
        "AWS_SHARED_CREDENTIALS_FILE",
        "AWS_CA_BUNDLE",
        "AWS_USE_FIPS_ENDPOINT",
        "AWS_USE_DUALSTACK_ENDPOINT",
        "AWS_WEB_IDENTITY_TOKEN_FILE",
        "AWS_CONTAINER_CREDENTIALS_FULL_URI",
        "AWS_ACCOUNT_ID",
        "http_proxy",
        "https_proxy",
        "NO_PROXY",
    ] {
        let variables = [&KEYS[..], &[(name, "")]].concat();
        assert_eq!(asked_of_proxy(&home, &[], &variables), AWS, "{name}");
    }
}

#[test]
fn an_empty_endpoint_of_sts_does_not_break_how_a_role_is_taken_on() {
    let home = Home::new();
    let config =
        "[profile prod]\nregion = eu-west-1\nrole_arn = r\ncredential_source = Environment\n";
    home.write(".aws/config", config);
    for name in ["AWS_ENDPOINT_URL", "AWS_ENDPOINT_URL_STS"] {
        let variables = [&KEYS[..], &[(name, "")]].concat();
        let asked = asked_of_proxy(&home, &["--profile", "prod"], &variables);
        assert_eq!(
            asked, "CONNECT sts.eu-west-1.amazonaws.com:443 HTTP/1.1",
            "{name}"
        );
    }
}

#[test]
fn a_plain_endpoint_is_asked_through_its_proxy_and_that_is_warned_of() {
    let (home, proxy) = (Home::new(), Server::start(server::aws));
    let url = format!("http://{}", proxy.address);
    let mut variables: Vec<_> = KEYS.map(|(name, value)| (name, value.to_owned())).into();
    variables.push(("AWS_REGION", "eu-west-1".to_owned()));
    variables.push((
        "AWS_ENDPOINT_URL",
        "http://ecs.example.test:4566".to_owned(),
    ));
    variables.push(("http_proxy", url));
    let ran = home.run(&[], &variables);
    assert_eq!(ran.code, 0, "{}", ran.stderr);
    let asked = proxy.requests().concat();
    assert!(
        asked.starts_with("POST http://ecs.example.test:4566/ HTTP/1.1"),
        "{asked}"
    );
    let warning = "warning: AWS_ENDPOINT_URL: your credentials, or what is signed with them, \
                   go to ecs.example.test over plain http";
    assert!(ran.stderr.starts_with(warning), "{}", ran.stderr);
    variables.push(("NO_PROXY", "example.test".to_owned()));
    let ran = home.run(&[], &variables);
    assert_eq!(ran.code, 21, "{}", ran.stderr);
    assert_eq!(proxy.requests().concat(), asked);
}

#[test]
fn this_machine_is_asked_without_a_proxy_and_without_a_warning() {
    let (home, own) = (Home::new(), Server::start(server::aws));
    let mut variables: Vec<_> = KEYS.map(|(name, value)| (name, value.to_owned())).into();
    variables.push(("AWS_REGION", "eu-west-1".to_owned()));
    variables.push(("AWS_ENDPOINT_URL", format!("http://{}", own.address)));
    variables.push(("HTTP_PROXY", "http://127.0.0.1:9".to_owned()));
    let ran = home.run(&[], &variables);
    assert_eq!((ran.code, &*ran.stderr), (0, ""));
    let requests = own.requests();
    let lists = requests
        .iter()
        .filter(|asked| asked.contains("ListClusters"));
    assert_eq!(lists.count(), 1);
}

#[test]
fn whom_no_proxy_names_is_asked_without_a_proxy() {
    let (home, own) = (Home::new(), Server::start(server::aws));
    let address = own.address.replace("127.0.0.1", "0.0.0.0");
    for list in ["*", &address, "0.0.0.0/8"] {
        let mut variables: Vec<_> = KEYS.map(|(name, value)| (name, value.to_owned())).into();
        variables.push(("AWS_REGION", "eu-west-1".to_owned()));
        variables.push(("AWS_ENDPOINT_URL", format!("http://{address}")));
        variables.push(("HTTP_PROXY", "http://127.0.0.1:9".to_owned()));
        variables.push(("NO_PROXY", list.to_owned()));
        let ran = home.run(&[], &variables);
        assert_eq!(ran.code, 0, "{list}: {}", ran.stderr);
    }
}

/// Runs with a profile against a server, and returns the key id with which it was asked.
fn key_by(config: &str, prepare: impl Fn(&Home), variables: &[(&'static str, String)]) -> String {
    let (home, own) = (Home::new(), Server::start(server::aws));
    home.write(".aws/config", &config.replace("HOME", home.path()));
    prepare(&home);
    let mut all = variables.to_vec();
    all.push(("AWS_REGION", "eu-west-1".to_owned()));
    all.push(("AWS_ENDPOINT_URL", format!("http://{}", own.address)));
    let arguments: &[&str] = if config.is_empty() {
        &[]
    } else {
        &["--profile", "prod"]
    };
    let ran = home.run(arguments, &all);
    key_of(&own, &ran)
}

/// The digest of the session's name, which names the file of its token.
const SESSION: &str = "6eeec053fe13079aaf7fd81065ec5ecbdb93674f20700e51842d0c769b240c8a";

#[test]
fn a_profile_of_aws_login_works() {
    let session = "arn:aws:iam::111122223333:user/me";
    let token = r#"{
        "accessToken": {
            "accessKeyId": "AKIDLOGIN", "secretAccessKey": "s", "sessionToken": "t",
            "accountId": "111122223333", "expiresAt": "2099-01-01T00:00:00Z"
        },
        "tokenType": "aws_sigv4", "refreshToken": "r", "idToken": "i",
        "clientId": "arn:aws:signin:::devtools/same-device",
        "dpopKey": "-----BEGIN EC PRIVATE KEY-----\nx\n-----END EC PRIVATE KEY-----\n"
    }"#;
    let key = key_by(
        &format!("[profile prod]\nlogin_session = {session}\n"),
        |home| home.write(&format!(".aws/login/cache/{SESSION}.json"), token),
        &[],
    );
    assert_eq!(key, "AKIDLOGIN");
}

#[test]
fn credentials_come_from_where_a_profile_says() {
    let nothing = |_: &Home| {};
    let process = r#"[profile prod]
credential_process = echo '{"Version": 1, "AccessKeyId": "AKIDPROCESS", "SecretAccessKey": "s", "SessionToken": "t", "Expiration": "2099-01-01T00:00:00Z"}'
"#;
    assert_eq!(key_by(process, nothing, &[]), "AKIDPROCESS");
    let role = "[profile prod]\nrole_arn = r\nsource_profile = base\n[profile base]\n\
                aws_access_key_id = AKIDBASE\naws_secret_access_key = s\n";
    assert_eq!(key_by(role, nothing, &[]), "AKIDOFROLE");
    let environment = "[profile prod]\nrole_arn = r\ncredential_source = Environment\n";
    let keys = KEYS.map(|(name, value)| (name, value.to_owned()));
    assert_eq!(key_by(environment, nothing, &keys), "AKIDOFROLE");
    let token = |home: &Home| home.write("token", "t");
    let identity = "[profile prod]\nrole_arn = r\nweb_identity_token_file = HOME/token\n";
    assert_eq!(key_by(identity, token, &[]), "AKIDOFROLE");
}

#[test]
fn a_registry_that_gets_credentials_over_plain_http_is_warned_of() {
    let (home, proxy) = (Home::new(), Server::start(server::ecs));
    let manifest = "apiVersion: mlship/v1\nkind: ModelRelease\n\
                    model: { name: m, ref: \"models:/m/1\" }\nimage: m:1\n\
                    service: { cluster: ml, name: m }\nruntime: { cpu: 256, memory: 512 }\n";
    home.write("m.yaml", manifest);
    let mut variables: Vec<_> = KEYS.map(|(name, value)| (name, value.to_owned())).into();
    variables.push(("AWS_REGION", "eu-west-1".to_owned()));
    variables.push(("AWS_ENDPOINT_URL", format!("http://{}", proxy.address)));
    variables.push(("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:9".to_owned()));
    variables.push(("HTTP_PROXY", format!("http://{}", proxy.address)));
    variables.push((
        "MLFLOW_TRACKING_URI",
        "http://mlflow.example.test".to_owned(),
    ));
    let path = format!("{}/m.yaml", home.path());
    let warning = "warning: MLFLOW_TRACKING_URI: your credentials";
    let ran = home.command(&["diff", &path], &variables);
    assert!(!ran.stderr.contains(warning), "{}", ran.stderr);
    variables.push(("MLFLOW_TRACKING_TOKEN", "token".to_owned()));
    let ran = home.command(&["diff", &path], &variables);
    assert!(ran.stderr.contains(warning), "{}", ran.stderr);
    assert!(
        proxy
            .requests()
            .concat()
            .contains("http://mlflow.example.test/api")
    );
}
