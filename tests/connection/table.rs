//! The broken connections.

use crate::server::{self, Answer};

/// A connection that is broken. In its texts `SERVER` stands for the address of the server, `HOME`
/// for the home, `BYTE` in a configuration for one that is not UTF-8.
pub(crate) struct Broken {
    pub(crate) name: &'static str,
    /// What `~/.aws/config` says.
    pub(crate) config: &'static str,
    pub(crate) arguments: &'static [&'static str],
    /// Variables, over keys, a region and the server's address.
    pub(crate) variables: &'static [(&'static str, &'static str)],
    pub(crate) server: Answer,
}

impl Broken {
    const fn by(name: &'static str) -> Self {
        Self {
            name,
            config: "",
            arguments: &[],
            variables: &[],
            server: server::aws,
        }
    }

    const fn variables(self, variables: &'static [(&'static str, &'static str)]) -> Self {
        Self { variables, ..self }
    }

    const fn arguments(self, arguments: &'static [&'static str]) -> Self {
        Self { arguments, ..self }
    }

    /// With what a profile says that `--profile` names.
    const fn profile(self, config: &'static str) -> Self {
        Self {
            config,
            arguments: &["--profile", "prod"],
            ..self
        }
    }

    const fn server(self, server: Answer) -> Self {
        Self { server, ..self }
    }
}

const SSO: &str = "[profile prod]\nsso_session = corp\nsso_account_id = 111122223333\n\
                   sso_role_name = deploy\n[sso-session corp]\nsso_region = eu-west-1\n\
                   sso_start_url = https://corp.awsapps.com/start\n";
const ROLE: &str = "[profile prod]\nrole_arn = arn:aws:iam::111122223333:role/deploy\n\
                    source_profile = base\n[profile base]\naws_access_key_id = AKIDBASE\n\
                    aws_secret_access_key = secret\n";
/// Without keys.
const NO_KEYS: (&str, &str) = ("AWS_ACCESS_KEY_ID", "");
const NO_SECRET: (&str, &str) = ("AWS_SECRET_ACCESS_KEY", "");

/// What the environment and the flags break.
pub(crate) const BY_SETTINGS: &[Broken] = &[
    Broken::by("an empty region").variables(&[("AWS_REGION", "")]),
    Broken::by("a region with blanks").variables(&[("AWS_REGION", "us east 1")]),
    Broken::by("a region with blanks by flag").arguments(&["--region", "us east 1"]),
    Broken::by("a region in capitals").variables(&[("AWS_REGION", "US-EAST-1")]),
    Broken::by("a zone of a region").arguments(&["--region", "us-east-1a"]),
    Broken::by("a region that is everywhere").variables(&[("AWS_REGION", "aws-global")]),
    Broken::by("an endpoint with blanks").variables(&[("AWS_ENDPOINT_URL", " http://SERVER ")]),
    Broken::by("an endpoint without scheme").variables(&[("AWS_ENDPOINT_URL", "127.0.0.1:4566")]),
    Broken::by("an endpoint of a service without scheme")
        .variables(&[("AWS_ENDPOINT_URL_ECS", "ecs.example.com")]),
    Broken::by("an endpoint without scheme by flag").arguments(&["--endpoint-url", "localhost:1"]),
    Broken::by("an empty endpoint by flag").arguments(&["--endpoint-url", ""]),
    Broken::by("an empty profile by flag").arguments(&["--profile", ""]),
    Broken::by("an endpoint without host").variables(&[("AWS_ENDPOINT_URL", "http://")]),
    Broken::by("an endpoint without port").variables(&[("AWS_ENDPOINT_URL", "http://127.0.0.1:x")]),
    Broken::by("a key id that ends in a line break")
        .variables(&[("AWS_ACCESS_KEY_ID", "AKIDEXAMPLE\n")]),
    Broken::by("a secret that ends in a line break")
        .variables(&[("AWS_SECRET_ACCESS_KEY", "secret\r\n")]),
    Broken::by("a session token that ends in a line break")
        .variables(&[("AWS_SESSION_TOKEN", "token\n")]),
    Broken::by("a key id without secret").variables(&[NO_SECRET]),
    Broken::by("a secret without key id").variables(&[NO_KEYS]),
    Broken::by("a profile that is nowhere").variables(&[("AWS_PROFILE", "prdo")]),
    Broken::by("a profile that is nowhere by flag").arguments(&["--profile", "prdo"]),
    Broken::by("a token file that is missing").variables(&[
        NO_KEYS,
        NO_SECRET,
        ("AWS_WEB_IDENTITY_TOKEN_FILE", "HOME/token"),
        ("AWS_ROLE_ARN", "arn:aws:iam::111122223333:role/deploy"),
    ]),
    Broken::by("a token file without a role").variables(&[
        NO_KEYS,
        NO_SECRET,
        ("AWS_WEB_IDENTITY_TOKEN_FILE", "HOME/written"),
    ]),
    Broken::by("no credentials anywhere").variables(&[NO_KEYS, NO_SECRET]),
    Broken::by("a proxy that is none").variables(&[("HTTPS_PROXY", "http://me:hunter2@")]),
    Broken::by("a bundle of authorities that is missing")
        .variables(&[("AWS_CA_BUNDLE", "HOME/authorities.pem")]),
    Broken::by("a bundle of authorities without any")
        .variables(&[("AWS_CA_BUNDLE", "HOME/written")]),
    Broken::by("a configuration that is a directory").variables(&[("AWS_CONFIG_FILE", "HOME")]),
    Broken::by("a credentials file that is a directory")
        .variables(&[("AWS_SHARED_CREDENTIALS_FILE", "HOME")]),
    Broken::by("a token for the container that is missing").variables(&[
        NO_KEYS,
        NO_SECRET,
        ("AWS_CONTAINER_CREDENTIALS_FULL_URI", "http://SERVER/creds"),
        ("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "HOME/token"),
    ]),
    Broken::by("a switch that is neither on nor off")
        .variables(&[("AWS_USE_FIPS_ENDPOINT", "yes")]),
];

/// What the configuration files break.
pub(crate) const BY_PROFILE: &[Broken] = &[
    Broken::by("a line that can't be read").profile("[profile prod]\nregion = eu-west-1\n[oops\n"),
    Broken::by("a byte that is no letter, in a comment")
        .profile("# MBYTEller\n[profile prod]\nregion = eu-west-1\n"),
    Broken::by("a byte that is no letter, and keys of the environment")
        .profile("[default]\n# MBYTEller\nendpoint_url = http://SERVER\n")
        .arguments(&[])
        .variables(&[("AWS_ENDPOINT_URL", "")]),
    Broken::by("a profile's bundle of authorities that is missing")
        .profile("[profile prod]\nca_bundle = HOME/authorities.pem\n"),
    Broken::by("a profile's token for the container that is missing")
        .profile("[profile prod]\nrole_arn = r\ncredential_source = EcsContainer\n")
        .variables(&[("AWS_CONTAINER_AUTHORIZATION_TOKEN_FILE", "HOME/token")]),
    Broken::by("a region of the profile with blanks")
        .profile("[profile prod]\nregion = us east 1\n")
        .variables(&[("AWS_REGION", "")]),
    Broken::by("an endpoint of the profile without scheme")
        .profile(
            "[profile prod]\nendpoint_url = localhost:4566\naws_access_key_id = A\n\
             aws_secret_access_key = s\n",
        )
        .variables(&[("AWS_ENDPOINT_URL", "")]),
    Broken::by("a source profile that is missing").profile(
        "[profile prod]\nrole_arn = arn:aws:iam::111122223333:role/deploy\nsource_profile = base\n",
    ),
    Broken::by("source profiles in a circle").profile(
        "[profile prod]\nrole_arn = r\nsource_profile = base\n[profile base]\nrole_arn = r\n\
         source_profile = prod\n",
    ),
    Broken::by("a role without who takes it on")
        .profile("[profile prod]\nrole_arn = arn:aws:iam::111122223333:role/deploy\n"),
    Broken::by("a source of credentials that is none")
        .profile("[profile prod]\nrole_arn = r\ncredential_source = Laptop\n"),
    Broken::by("a source of credentials that is empty")
        .profile("[profile prod]\nrole_arn = r\ncredential_source = Environment\n")
        .variables(&[NO_KEYS, NO_SECRET]),
    Broken::by("a profile's key id without secret")
        .profile("[profile prod]\naws_access_key_id = AKIDPROD\n"),
    Broken::by("a profile that says nothing of credentials")
        .profile("[profile prod]\nregion = eu-west-1\n"),
    Broken::by("a profile's token file that is missing").profile(
        "[profile prod]\nrole_arn = arn:aws:iam::111122223333:role/deploy\n\
         web_identity_token_file = /nonexistent/token\n",
    ),
    Broken::by("a credential process that fails")
        .profile("[profile prod]\ncredential_process = echo no such vault >&2; exit 3\n"),
    Broken::by("a credential process that prints something else")
        .profile("[profile prod]\ncredential_process = echo hunter2\n"),
    Broken::by("single sign-on without a login").profile(SSO),
    Broken::by("single sign-on whose login has expired")
        .profile(SSO)
        .server(server::signed_out),
    Broken::by("single sign-on whose token has expired").profile(SSO),
    Broken::by("single sign-on of a session that is nowhere").profile(
        "[profile prod]\nsso_session = corp\nsso_account_id = 111122223333\nsso_role_name = d\n",
    ),
    Broken::by("a login session without a login")
        .profile("[profile prod]\nlogin_session = arn:aws:iam::111122223333:user/me\n"),
];

/// What whoever is asked breaks.
pub(crate) const BY_ANSWERS: &[Broken] = &[
    Broken::by("nobody listens").variables(&[("AWS_ENDPOINT_URL", "http://127.0.0.1:9")]),
    Broken::by("a proxy that lets nothing through")
        .variables(&[("AWS_ENDPOINT_URL", ""), ("HTTPS_PROXY", "http://SERVER")]),
    Broken::by("a proxy that is not there")
        .variables(&[("AWS_ENDPOINT_URL", ""), ("https_proxy", "127.0.0.1:9")]),
    Broken::by("STS in trouble during web identity")
        .variables(&[
            NO_KEYS,
            NO_SECRET,
            ("AWS_WEB_IDENTITY_TOKEN_FILE", "HOME/written"),
            ("AWS_ROLE_ARN", "arn:aws:iam::111122223333:role/deploy"),
        ])
        .server(server::busy),
    Broken::by("STS in trouble while a role is taken on")
        .profile(ROLE)
        .server(server::busy),
    Broken::by("STS that is not there while a role is taken on")
        .profile(ROLE)
        .variables(&[("AWS_ENDPOINT_URL_STS", "http://127.0.0.1:9")]),
    Broken::by("STS that lets nobody in by web identity")
        .variables(&[
            NO_KEYS,
            NO_SECRET,
            ("AWS_WEB_IDENTITY_TOKEN_FILE", "HOME/written"),
            ("AWS_ROLE_ARN", "arn:aws:iam::111122223333:role/deploy"),
        ])
        .server(server::denies),
    Broken::by("keys that AWS does not know").server(server::denies),
    Broken::by("a clock that is years behind").server(server::later),
    Broken::by("a request that was late by a clock that is right").server(server::late),
    Broken::by("a policy of the organization").server(server::organization),
    Broken::by("a page instead of an answer").server(server::page),
];
