//! What is hidden and what stays, by table and by property.

use proptest::prelude::*;
use serde_json::json;

use super::*;

#[track_caller]
fn check(text: &str, expected: &str) {
    assert_eq!(redact(text), expected, "{text}");
    assert_eq!(redact(expected), expected, "again: {expected}");
}

#[track_caller]
fn stays(text: &str) {
    check(text, text);
}

#[test]
fn a_name_is_secret_by_its_whole_words() {
    for name in [
        "DB_PASSWORD",
        "DB_PASS",
        "PASS",
        "MYSQL_PWD",
        "PGPASSWORD",
        "SSHPASS",
        "passwd",
        "passphrase",
        "api-key",
        "apiKey",
        "APIKey",
        "APIKEY",
        "API_KEYS",
        "AccessKeyId",
        "AWS_SECRET_ACCESS_KEY",
        "privateKey",
        "ENCRYPTION_KEY",
        "SIGNING_KEY",
        "AUTH",
        "authToken",
        "OAUTH2_TOKEN",
        "authorization",
        "GITHUB_TOKEN",
        "HF_TOKEN",
        "TOKEN2",
        "CREDENTIALS",
        "cred",
        "SESSION_COOKIE",
        "SENTRY_DSN",
        "connectionString",
        "CONNECTION_STRING",
        "ConnectionStrings__Default",
        "SALT",
        "SECRET_KEY_BASE",
        "client_secret",
        "X-Api-Key",
        "X-Auth-Token",
        "DD-API-KEY",
        "OPENAI_KEY",
        "PASSWORD1",
        "db2Password",
        "spring.datasource.password",
        "AccountKey",
        "SharedAccessKey",
        "JWT",
        "SECRETS",
        "ACCESS_TOKENS",
        "MODEL_SIGNATURE",
    ] {
        assert!(is_secret_name(name), "{name}");
    }
}

/// Names that only begin, end or sound like one of a secret.
const FALSE_FRIENDS: &[&str] = &[
    "AUTHOR",
    "AUTHORS",
    "AUTHORITY",
    "BYPASS_CACHE",
    "COMPASS_URL",
    "ENCOMPASS",
    "PASSTHROUGH",
    "PASS_THROUGH",
    "FORWARD_PASS",
    "PASS_RATE",
    "PASSENGER_COUNT",
    "PASSIVE",
    "PASSAGE",
    "MODEL_KEY_COLUMN",
    "PRIMARY_KEY",
    "SORT_KEY",
    "PARTITION_KEY",
    "FOREIGN_KEY",
    "CACHE_KEY",
    "KEYSPACE",
    "KEYBOARD",
    "KEYWORDS",
    "KEY",
    "KEYS",
    "MONKEY",
    "TURKEY",
    "DONKEY",
    "PUBLIC_KEY",
    "TOKENIZER",
    "TOKENIZERS_PARALLELISM",
    "TOKENIZE",
    "TOKENS",
    "MAX_TOKENS",
    "MAX_TOKEN",
    "EOS_TOKEN",
    "PAD_TOKEN_ID",
    "TIKTOKEN_CACHE_DIR",
    "NUM_TOKENS",
    "TOKEN_LIMIT",
    "TOKEN_COUNT",
    "TOKENIZER_PATH",
    "SECRETARY",
    "DescribeSecret",
    "COOKIE_POLICY",
    "cookie_policy",
    "AUTHENTICATION_MODE",
    "AUTH_MODE",
    "AUTH_URL",
    "AUTH_ENABLED",
    "AWS_WEB_IDENTITY_TOKEN_FILE",
    "PASSWORD_FILE",
    "SECRET_NAME",
    "SECRET_ARN",
    "SALTED",
    "BASALT",
    "DESALINATE",
    "CREDIT",
    "MODEL_DIR",
    "PATH",
    "",
    "_",
    "1",
    "PASSWORD_MIN_LENGTH",
    "TOKEN_TTL_SECONDS",
    "SSH_PORT",
    "authorizationConfig",
    "credentialSpecs",
    "pseudoTerminal",
    "essential",
    "kmsKeyId",
    "accessPointId",
    "executionRoleArn",
    "capacityProvider",
    "DOCKER_AUTH_CONFIG_PATH",
    "COOKIECUTTER",
    "AUTHN",
    "SPWD",
    "hpwdx",
    "assignment",
];

#[test]
fn a_false_friend_is_no_secret_name() {
    for name in FALSE_FRIENDS {
        assert!(!is_secret_name(name), "{name}");
        stays(&format!("{name}=hunter2"));
        stays(&format!("{name}: hunter2"));
    }
}

#[test]
fn a_field_is_secret_by_its_name_unless_its_value_is_none() {
    for (name, value) in [
        ("DB_PASS", "x"),
        ("DB_PASSWORD", "12345"),
        ("DB_PASSWORD", "true"),
        ("PWD", "hunter2"),
        ("MYSQL_PWD", "/x"),
        ("TOKEN", "12345"),
        ("AUTH", "x"),
        ("SECRET", "a b"),
        ("CREDENTIALS", "{\"a\": 1}"),
        ("DB_PASSWORD", "/x1"),
    ] {
        assert!(is_secret_under(name, value), "{name}: {value}");
    }
    for (name, value) in [
        ("PWD", "/app"),
        ("OLDPWD", "/"),
        ("AUTH", "true"),
        ("AUTH", "none"),
        ("AUTH", "basic"),
        ("TOKENIZERS_PARALLELISM", "false"),
        ("MAX_TOKENS", "512"),
        ("TOKENIZER", "/opt/t"),
        ("MODEL_KEY_COLUMN", "id"),
        ("GOOGLE_APPLICATION_CREDENTIALS", "/var/key.json"),
        ("DB_PASSWORD", ""),
        (
            "DB_PASSWORD",
            "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-AbCdEf",
        ),
    ] {
        assert!(!is_secret_under(name, value), "{name}: {value}");
    }
}

#[test]
fn published_keys_are_hidden_whatever_they_go_by() {
    for key in [
        "AKIAIOSFODNN7EXAMPLE",
        "ASIAIOSFODNN7EXAMPLE",
        "ghp_abcdef",
        "gho_abc",
        "ghu_abc",
        "ghs_abc",
        "ghr_abc",
        "github_pat_11ABC",
        "glpat-abc",
        "xoxa-1",
        "xoxb-1-2-abc",
        "xoxp-1",
        "xoxr-1",
        "xoxs-1",
        "sk_live_abc",
        "rk_live_abc",
        "sk_test_abc",
        "sk-proj-abcd",
        "sk-ant-api03-abc",
        "sk-abcdefghijklmnopqrst",
        "sk-AbC123xyz",
        "hf_abcdefghijklmnopqrst",
        "hf_AbCdEfGhIj",
        "AIzaSyA-abc_def",
        "ya29.a0Abc",
        "npm_abcdefghijklmnopqrst0123456789abcdef",
        "npm_AbCdEf12",
        "pypi-AgEIcHlwaS5vcmc",
        "eyJhbGciOi.x.y",
        "eyJhbGciOiJIUzI1NiJ9.eyJzdWIiOiIxIn0.abc-_d",
        "SG.abcdefghijklmnopqrstuv.xyz",
    ] {
        check(key, HIDDEN);
        check(&format!("use {key}, please"), "use ***, please");
        check(&format!("{{\"a\":\"{key}\"}}"), "{\"a\":\"***\"}");
    }
    check(
        "https://hooks.slack.com/services/T0/B0/abc",
        "https://hooks.slack.com/services/***",
    );
    check(
        "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=ab+/c==;EndpointSuffix=core.windows.net",
        "DefaultEndpointsProtocol=https;AccountName=a;AccountKey=***;EndpointSuffix=core.windows.net",
    );
    check(
        "Endpoint=sb://a.net/;SharedAccessKeyName=n;SharedAccessKey=abc=",
        "Endpoint=sb://a.net/;SharedAccessKeyName=n;SharedAccessKey=***",
    );
    check(
        "https://a.blob.core.windows.net/c?sv=1&sig=ab%2Fc&se=2",
        "https://a.blob.core.windows.net/c?sv=1&sig=***&se=2",
    );
    check(
        "-----BEGIN RSA PRIVATE KEY-----\nMII\n-----END RSA PRIVATE KEY-----\nmore",
        "***\nmore",
    );
    check("-----BEGIN", "***");
    check(&"MIIEowIBAAKCAQEAx9".repeat(4)[..64], HIDDEN);
}

#[test]
fn words_that_begin_like_keys_stay() {
    for text in [
        "sk-learn",
        "sk-learn-contrib",
        "sk-SK",
        "npm_config_registry",
        "npm_package_name",
        "hf_hub_download",
        "hf_transfer",
        "hf_home",
        "pypi-mirror",
        "pypi-server",
        "xai-explain",
        "AKIA",
        "ghp_ tokens",
        "risk-free",
        "ask-anything",
        "task-1234567890abcdef",
        "desk_live_view",
        "dapi",
        "eyJ",
        "r8_",
        "task-definition",
    ] {
        stays(text);
    }
}

#[test]
fn the_password_of_an_address_goes_whatever_is_in_it() {
    check(
        "connecting to postgres://me:p=w@db/x now",
        "connecting to postgres://me:***@db/x now",
    );
    for password in [
        "HUN/TER2",
        "HUN#TER2",
        "HUN?TER2",
        "HUN@TER2",
        "p:w",
        "12/34",
        "a&b=c",
        "%41",
        "$x",
        "pässwört",
        "\"x",
        "a'b",
        "(x)",
        "a,b",
    ] {
        check(
            &format!("postgres://me:{password}@db/x"),
            "postgres://me:***@db/x",
        );
        check(
            &format!("http://proxy http://me:{password}@db:80/x"),
            if password == "12/34" {
                "http://proxy http://me:12/34@db:80/x"
            } else {
                "http://proxy http://me:***@db:80/x"
            },
        );
    }
    check(
        "redis://u:p@h1,redis://u:p@h2",
        "redis://u:***@h1,redis://u:***@h2",
    );
    check("redis://:p@h", "redis://:***@h");
    check(
        "{\"a\":\"postgres://me:pw@db/x\",\"b\":\"bob@corp.com\"}",
        "{\"a\":\"postgres://me:***@db/x\",\"b\":\"bob@corp.com\"}",
    );
    check(
        "https://0123456789abcdef0123456789abcdef@sentry.io/1",
        "https://***@sentry.io/1",
    );
    check(
        "https://ghp_abc@github.com/a/b",
        "https://***@github.com/a/b",
    );
    check("me:pw@tcp(db:3306)/x", "me:***@tcp(db:3306)/x");
    for text in [
        "https://example.com/a@b?c=d",
        "https://host/a:b@c",
        "https://host:8080/a@b",
        "https://bob@host/x",
        "docker://host:5000/a@sha256:0123",
        "s3://bucket/a@b",
        "models:/x@champion",
        "git@github.com:a/b.git",
        "ssh://git@github.com/a/b",
        "http://[::1]:80/a@b",
    ] {
        stays(text);
    }
}

#[test]
fn a_value_beside_its_name_goes_and_the_rest_stays() {
    check("DB_PASSWORD=hunter2 x=1", "DB_PASSWORD=*** x=1");
    check("password: hunter2", "password: ***");
    check("pwd=x", "pwd=***");
    check("DB_PASS=x", "DB_PASS=***");
    check("DB_PASS=12345", "DB_PASS=***");
    check("password is x", "password is ***");
    check("the API key is x", "the API key is ***");
    check("API key: x", "API key: ***");
    check("connection string: x", "connection string: ***");
    check("cookie: session=x", "cookie: ***");
    check("Cookie: a=b; c=d", "Cookie: ***");
    check(
        "{\"api_key\": \"abc\", \"n\": 1}",
        "{\"api_key\": \"***\", \"n\": 1}",
    );
    check(
        "{\"client_secret\":\"abc\",\"n\":1}",
        "{\"client_secret\":\"***\",\"n\":1}",
    );
    check(
        "{\"password\": \"correct horse battery\", \"n\": 1}",
        "{\"password\": \"***\", \"n\": 1}",
    );
    check(
        "{\\\"password\\\":\\\"a b\\\",\\\"n\\\":1}",
        "{\\\"password\\\":\\\"***\\\",\\\"n\\\":1}",
    );
    check("{'password': 'a b', 'n': 1}", "{'password': '***', 'n': 1}");
    check(
        "{\"msg\":\"password=x\",\"n\":1}",
        "{\"msg\":\"password=***\",\"n\":1}",
    );
    check("passphrase=\"a b\" c", "passphrase=\"***\" c");
    check("passphrase=\"a b", "passphrase=\"***");
    check("password = x", "password = ***");
    check("password => x", "password => ***");
    check("<password>a b</password>", "<password>***</password>");
    check(
        "config[\"password\"] = \"x\"",
        "config[\"password\"] = \"***\"",
    );
    check("wrong password \"x y\"", "wrong password \"***\"");
    check("GET /x?access_token=abc&n=1", "GET /x?access_token=***&n=1");
    check("a=1&password=x&b=2", "a=1&password=***&b=2");
    check("(token=abc)", "(token=***)");
    check("token=abc, n=1", "token=***, n=1");
    check("pass a\"b: password=a\"b", "pass a\"b: password=***");
    check(
        "{\"name\":\"DB_PASSWORD\",\"value\":\"x\"}",
        "{\"name\":\"DB_PASSWORD\",\"value\":\"***\"}",
    );
    check(
        "- name: DB_PASSWORD, value: x",
        "- name: DB_PASSWORD, value: ***",
    );
    check("password -> x", "password -> ***");
    check("DB_PASS={}x", "DB_PASS=***");
    check("DB_PASS=[]x", "DB_PASS=***");
    stays("{\"secrets\":{\"a\":1},\"tokens\":[]}");
    check("bad password hunter2 for bob", "bad password *** for bob");
    check(
        "aws configure set aws_secret_access_key hunter2key",
        "aws configure set aws_secret_access_key ***",
    );
    check("tool /password:x", "tool /password:***");
    check(
        "jdbc:oracle:thin:me/x@//h:1521/s",
        "jdbc:oracle:thin:me/***@//h:1521/s",
    );
    check(
        "map[Authorization:[Bearer x] A:b]",
        "map[Authorization:[Bearer ***] A:b]",
    );
    check(
        "--header=Authorization:Bearer\\ x",
        "--header=Authorization:Bearer\\ ***",
    );
    stays("runtime.secrets.DB_PASSWORD  prod1db → prod2db");
    stays("password sha256 digest");
    check("Server=a;Uid=me;Pwd=x;", "Server=a;Uid=me;Pwd=***;");
}

#[test]
fn the_value_of_a_flag_goes() {
    check("serve --hf-token=abc", "serve --hf-token=***");
    check("run --api-token=x now", "run --api-token=*** now");
    check("a --token=x b", "a --token=*** b");
    check("a --token x b", "a --token *** b");
    check("a --password 'x y' b", "a --password '***' b");
    check(
        "java -Ddb.password=x -jar a",
        "java -Ddb.password=*** -jar a",
    );
    check(
        "[\"serve\",\"--token\",\"abc\"]",
        "[\"serve\",\"--token\",\"***\"]",
    );
    check("curl -u admin:x http://h", "curl -u admin:*** http://h");
    check("curl -uadmin:x http://h", "curl -uadmin:*** http://h");
    check(
        "curl --user 'admin:x y' http://h",
        "curl --user 'admin:***' http://h",
    );
    check(
        "curl -H \"X-Api-Key: x\" http://h",
        "curl -H \"X-Api-Key: ***\" http://h",
    );
    check(
        "curl -H 'Authorization: Bearer x' http://h",
        "curl -H 'Authorization: Bearer ***' http://h",
    );
    check(
        "curl -H 'Cookie: a=b; c=d' http://h",
        "curl -H 'Cookie: ***' http://h",
    );
    check("mysql -ppw -h db", "mysql -p*** -h db");
    check("sshpass -p x ssh h", "sshpass -p *** ssh h");
    for text in [
        "docker run -u 1000:1000 x",
        "serve --token-limit 512",
        "serve --max-tokens 512",
        "serve --token 512",
        "serve --auth true",
        "serve --token /run/secrets/token",
        "serve --token --verbose",
        "serve --password-file x",
        "mkdir -p /x",
        "docker run -p 8080:80 x",
        "python -u serve.py",
        "serve --tokenizer x",
        "--token=",
        "gunicorn -u www-data",
        "su -u nobody:nogroup",
        "serve --auth none",
        "--author bob",
    ] {
        stays(text);
    }
}

#[test]
fn what_a_scheme_announces_goes() {
    check("Authorization: Bearer abc.def", "Authorization: Bearer ***");
    check("Authorization: x", "Authorization: ***");
    check(
        "authorization=Basic dXNlcjpwdw==",
        "authorization=Basic ***",
    );
    check(
        "HEADER: \"Authorization: Bearer x\"",
        "HEADER: \"Authorization: Bearer ***\"",
    );
    check(
        "{\"Authorization\": \"Bearer x\"}",
        "{\"Authorization\": \"Bearer ***\"}",
    );
    check(
        "Authorization: Digest username=\"a\", response=\"b\"",
        "Authorization: Digest ***",
    );
    check("sent Bearer x", "sent Bearer ***");
    check("Basic dXNlcjpwdw==", "Basic ***");
    for text in [
        "the bearer token expired",
        "Bearer authentication is needed",
        "Basic usage",
        "Basic Authentication",
        "bearer of bad news",
        "WWW-Authenticate: Bearer realm=\"x\"",
    ] {
        stays(text);
    }
}

#[test]
fn what_models_and_programs_say_all_day_stays() {
    for text in [
        "max_tokens=512 tokens: 17 n_token=3",
        "loaded tokenizer=/opt/model/tokenizer.json",
        "token: 17, finished",
        "INFO:     127.0.0.1:4242 - \"GET /ping HTTP/1.1\" 200 OK",
        "sha256:9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "9f86d081884c7d659a2feaa0c55ad015a3bf4f1b2b0b822cd15d6c15b0f00a08",
        "wrong password",
        "secret x is gone",
        "the token expired",
        "password is not set",
        "no usable credentials: the chain is empty",
        "no usable credentials: AWS_ACCESS_KEY_ID is set, AWS_SECRET_ACCESS_KEY is not",
        "ResourceInitializationError: unable to pull secrets or registry auth: execution resource retrieval failed: unable to retrieve secret from asm: service call has been retried 1 time(s)",
        "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-url-AbCdEf",
        "arn:aws:secretsmanager:eu-west-1:111122223333:secret:db-password-AbCdEf: not there",
        "…:secret:db-url-AbCdEf",
        "arn:aws:ssm:eu-west-1:111122223333:parameter/prod/token/x",
        "models:/x@champion",
        "111122223333.dkr.ecr.eu-west-1.amazonaws.com/auth:v8",
        "registry.example.com/auth-token:1.2.3",
        "auth:latest",
        "mlship deploy release.yaml --env prod",
        "ecs-svc/1234567890123456789",
        "PyJWT==2.8.0 google-auth==2.1.0",
        "PWD=/app",
        "secretsmanager:GetSecretValue",
        "{\"path\": \"runtime.env.A\", \"secret\": \"added\"}",
        "(secret, changed)",
        "secrets: { DB_URL: arn:aws:ssm:eu-west-1:111122223333:parameter/a }",
        "/opt/ml/models/fraud/scorer/version/weights/pytorch/model/bin/aa",
        "invalid token: unexpected end of input",
        "it's the user's password",
        "  two  blanks\tkept ",
    ] {
        stays(text);
    }
}

#[test]
fn colour_hides_no_secret_and_stays_where_there_is_none() {
    check("\u{1b}[32mghp_abc\u{1b}[0m x", "*** x");
    assert_eq!(
        redact("\u{1b}[32mready\u{1b}[0m"),
        "\u{1b}[32mready\u{1b}[0m"
    );
}

#[test]
fn arguments_are_read_together() {
    let check = |arguments: &[&str], expected: &[&str]| {
        assert_eq!(redact_arguments(arguments), expected);
    };
    check(
        &["serve", "--token", "x", "--n", "2"],
        &["serve", "--token", "***", "--n", "2"],
    );
    check(
        &["curl", "-u", "a:x", "-H", "X-Api-Key: x"],
        &["curl", "-u", "a:***", "-H", "X-Api-Key: ***"],
    );
    check(
        &["sh", "-c", "run --api-token=x now"],
        &["sh", "-c", "run --api-token=*** now"],
    );
    check(
        &["--token", "--n", "-u", "1000:1000", "--token-limit", "512"],
        &["--token", "--n", "-u", "1000:1000", "--token-limit", "512"],
    );
}

#[test]
fn a_document_says_where_it_hid_something() {
    let document = json!({
        "family": "m",
        "containerDefinitions": [{
            "name": "m",
            "environment": [{"name": "DB_PASS", "value": "x"}, {"name": "A", "value": "b"}],
            "secrets": [{"name": "DB_PASSWORD", "valueFrom": "/prod/db"}],
            "command": ["serve", "--token", "abc"],
            "healthCheck": {"command": ["CMD-SHELL", "curl -u a:x http://h"]},
            "dockerLabels": {"api-key": "k", "team": "ml"},
            "logConfiguration": {"logDriver": "splunk", "options": {"splunk-token": "t"},
                "secretOptions": [{"name": "token", "valueFrom": "arn:aws:ssm:eu-west-1:111122223333:parameter/t"}]},
        }],
        "tags": [{"key": "token", "value": "x"}],
    });
    let redacted = redact_document(&document, &KnownSecrets::default());
    assert_eq!(
        redacted.document,
        json!({
            "family": "m",
            "containerDefinitions": [{
                "name": "m",
                "environment": [{"name": "DB_PASS", "value": "***"}, {"name": "A", "value": "b"}],
                "secrets": [{"name": "DB_PASSWORD", "valueFrom": "/prod/db"}],
                "command": ["serve", "--token", "***"],
                "healthCheck": {"command": ["CMD-SHELL", "curl -u a:*** http://h"]},
                "dockerLabels": {"api-key": "***", "team": "ml"},
                "logConfiguration": {"logDriver": "splunk", "options": {"splunk-token": "***"},
                    "secretOptions": [{"name": "token", "valueFrom": "arn:aws:ssm:eu-west-1:111122223333:parameter/t"}]},
            }],
            "tags": [{"key": "token", "value": "***"}],
        })
    );
    let mut hidden = redacted.hidden;
    hidden.sort();
    assert_eq!(
        hidden,
        [
            "containerDefinitions[m].command[2]",
            "containerDefinitions[m].dockerLabels.api-key",
            "containerDefinitions[m].environment[DB_PASS]",
            "containerDefinitions[m].healthCheck.command[1]",
            "containerDefinitions[m].logConfiguration.options.splunk-token",
            "tags[token]",
        ]
    );
}

#[test]
fn what_a_variable_filled_in_is_hidden_whole_and_elsewhere_from_eight_characters() {
    let mut known = KnownSecrets::default();
    known.add("x");
    known.add("long \"value\"");
    known.add_field("pre-x");
    assert_eq!(known.hide("x and long \"value\""), "x and ***");
    assert_eq!(known.hide("long \\\"value\\\"!"), "***!");
    let document =
        json!({"environment": [{"name": "A", "value": "pre-x"}, {"name": "B", "value": "x"}]});
    let redacted = redact_document(&document, &known).document;
    assert_eq!(
        redacted,
        json!({"environment": [{"name": "A", "value": "***"}, {"name": "B", "value": "x"}]})
    );
}

/// What people choose for a password, quotation marks and all.
fn password() -> impl Strategy<Value = String> {
    "[a-zA-Z0-9äß\"'$%!#@/?&=;:,.(){}*+~^|<>\\\\_-]{0,12}Zq9Zq9Zq9[a-zA-Z0-9äß\"'$%!#@/?&=;:,.(){}*+~^|<>\\\\_-]{0,12}"
}

proptest! {
    #[test]
    fn what_was_redacted_stays_as_it_is(text in "\\PC{0,80}|[ -~]{0,80}") {
        let once = redact(&text).into_owned();
        prop_assert_eq!(redact(&once), once.as_str());
    }

    #[test]
    fn texts_made_of_the_engines_own_words_settle(
        parts in prop::collection::vec(prop::sample::select(vec![
            "password", "token", "=", ":", " ", "\"", "'", "\\\"", "--", "-u", "Bearer", "Authorization", "Cookie",
            "://", "@", "***", "a", "hunter2", ";", ",", "&", "?", "{", "[", "]", "}", "ghp_", "eyJ", "is", "\n", "-----BEGIN",
            "-----END", "sig", "arn:aws:", "/", "<", ">", "12", "AKIA", "hooks.slack.com/services/", "@tcp(", "mysql -p", "\u{1b}[0m", "\u{1b}[",
        ]), 0..16),
    ) {
        let text = parts.concat();
        let once = redact(&text).into_owned();
        prop_assert_eq!(redact(&once), once.as_str());
    }

    #[test]
    fn a_password_in_an_address_never_stays(password in password(), text in "[ !#-&(-~]{0,40}") {
        let line = format!("{text} amqp://user:{password}@host/x {text}");
        prop_assert!(!redact(&line).contains("Zq9Zq9Zq9"), "{}", redact(&line));
    }

    #[test]
    fn a_password_beside_its_name_never_stays(
        password in "[a-zA-Z0-9äß$%!#@/?=:.(){}*+~^|_-]{0,12}Zq9Zq9Zq9[a-zA-Z0-9äß\"'$%!#@/?=:.(){}*+~^|_-]{0,12}",
        form in prop::sample::select(vec![
            "DB_PASS=§", "a password: § b", "run --password=§", "-H 'X-Api-Key: §'", "curl -u me:§ h", "password is §", "cookie: s=§",
        ]),
    ) {
        // The path of a file is no secret after a flag.
        prop_assume!(!form.contains("--") || !password.starts_with(['/', '.', '~']));
        let line = form.replace('§', &password);
        let redacted = redact(&line);
        prop_assert!(!redacted.contains("Zq9Zq9Zq9"), "{line}\n{redacted}");
    }
}

#[test]
fn a_long_line_takes_no_longer_than_its_length() {
    for part in [
        "password=\"",
        "postgres://a:b@",
        "a,b;c&",
        "token: x ",
        "--token ",
        "\\\"",
        "eyJ",
        "-----BEGIN",
        "'",
        "//",
        "Bearer ",
    ] {
        let long = part.repeat(100_000 / part.len());
        let begin = std::time::Instant::now();
        let _ = redact(&long);
        assert!(
            begin.elapsed().as_secs() < 10,
            "{part}: {:?}",
            begin.elapsed()
        );
    }
}
