//! Which names go with secrets, and which only sound so.

use super::*;

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
        "DbPwd2",
        "MYSQL_ROOT_PASSWORD",
        "API_KEY_2",
        "SLACK_WEBHOOK",
        "SLACK_WEBHOOK_URL",
        "DISCORD_WEBHOOK",
        "ROOTPW",
        "BINDPW",
        "GITHUB_PAT",
        "ENC_KEY",
        "AES256_KEY",
        "SSHKEY",
        "SHAREDKEY",
        "AWS_KEY",
        "GCP_SA_KEY",
        "MULTI_SECRET",
        "NEXT_SECRET",
        "TEST_TOKEN",
        "creds.db.json.password",
        "GOOGLE_APPLICATION_CREDENTIALS_JSON",
        "REDIS_REQUIREPASS",
        "SHARED_ACCESS_SIGNATURE",
        "SEED_PHRASE",
        "MFA_SEED",
        "OTP_SEED",
        "PASSWORT",
        "SECRETS",
        "ACCESS_TOKENS",
        "MYPASS",
        "dbcreds",
        "PASSKEY",
        "PSK",
        "WIFI_PSK",
        "KEY_ENCRYPTION",
        "KEY_API",
        "SDK_KEY",
        "LAUNCHDARKLY_SDK_KEY",
        "ACCESS_CODE",
        "AWS_ACCESS_KEY_ID",
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
    "TOKEN_IDS",
    "token_type_ids",
    "TOKEN_EMBEDDINGS",
    "TIME_PER_OUTPUT_TOKEN",
    "decoder_start_token_id",
    "inter_token_latency",
    "TOKEN_BUDGET",
    "HIGH_PASS",
    "LOW_PASS",
    "BAND_PASS_FILTER",
    "BOARDING_PASS",
    "PASS_ENV",
    "PASS_HEADERS",
    "AUTH_CLIENT_ID",
    "AUTH0_CLIENT_ID",
    "JWT_PUBLIC_KEY",
    "COOKIE_CONSENT",
    "password_strength",
    "BY_PASS",
    "MODEL_SIGNATURE",
    "SERVING_SIGNATURE",
    "SIGNATURE_DEF_KEY",
    "credentials.json",
    "WEBHOOK_URL",
    "DATA_KEY",
    "S3_KEY",
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
        ("SECRET", "open"),
        ("API_KEY", "default"),
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

/// Names whose last word says whose the secret is, or what is there to deal with secrets.
const WHOSE: &[&str] = &[
    "JWT_SECRET_REFRESH",
    "TOKEN_REFRESH",
    "SECRET_REFRESH",
    "DB_PASSWORD_USER",
    "PASSWORD_USER",
    "DB_PASSWORD_HOST",
    "PASSWORD_SERVICE",
    "PASSWORD_STORE",
    "PASSWORD_PROXY",
    "PASSWORD_ROTATION",
    "PASSWORD_SECURE",
    "TOKEN_SERVICE",
    "TOKEN_WORKER",
    "TOKEN_GATEWAY",
    "AUTH_TOKEN_PROVIDER",
    "SECRET_SERVICE",
    "SECRET_CLIENT",
    "API_KEY_SERVICE",
    "API_KEY_BACKEND",
    "API_KEY_GATEWAY",
    "SECRET_ID",
];

#[test]
fn where_a_name_only_speaks_of_a_secret_the_value_tells() {
    for name in WHOSE {
        assert!(!is_secret_name(name), "{name}");
        for value in [
            "hunter2x",
            "6f1ed002-ab5a-4d1f-9f30-1b7e6d7a2c10",
            "qWeRtYuIoP",
            "corr3ct-h0rse",
            "x9!kq",
        ] {
            assert!(is_secret_under(name, value), "{name}: {value}");
            check(&format!("{name}={value}"), &format!("{name}=***"));
            check(
                &format!("a {name}: {value}, b"),
                &format!("a {name}: ***, b"),
            );
        }
        for value in [
            "db",
            "auth-service",
            "auth-service-2",
            "https://auth.internal:8080/v1",
            "db01.internal",
            "worker12",
            "SecretsManager",
            "oauth2proxy",
            "10",
            "true",
            "/run/secrets",
            "arn:aws:iam::111122223333:role/x",
        ] {
            assert!(!is_secret_under(name, value), "{name}: {value}");
            stays(&format!("{name}={value}"));
        }
    }
}

#[test]
fn numbers_switches_and_paths_are_no_secrets_beside_names_that_are_not_always_one() {
    for (name, value) in [
        ("SALT_ROUNDS", "10"),
        ("JWT_EXPIRES_IN", "3600"),
        ("TOKEN_EXPIRES_IN", "86400"),
        ("TOKEN_BUCKET", "5"),
        ("TOKEN_DROPOUT", "0.1"),
        ("CLASS_TOKEN", "5"),
        ("REQUIRE_PASSWORD", "true"),
        ("REQUIRE_PASSWORD", "0"),
        ("ALLOW_EMPTY_PASSWORD", "yes"),
        ("MYSQL_ALLOW_EMPTY_PASSWORD", "1"),
        ("MYSQL_RANDOM_ROOT_PASSWORD", "yes"),
        ("BEGIN_TOKEN", "<s>"),
        ("END_TOKEN", "</s>"),
        ("VISION_TOKEN", "<image>"),
        ("THINK_TOKEN", "<think>"),
        ("START_TOKEN", "<|im_start|>"),
        ("FIRST_TOKEN", "[CLS]"),
        ("TOKEN_PATTERN", "[a-z]+x9"),
        ("TOKEN_REGEX", "^x9"),
        ("TOKEN_SEPARATOR", ","),
        ("SPECIAL_TOKEN", "|"),
        ("TOKEN_STREAMING", "on"),
        ("PASSWORD_HASHER", "argon2"),
        ("PASSWORD_HASHERS", "argon2"),
        ("API_KEY_HEADER", "X-Api-Key"),
        ("SECRET_ID", "db"),
        ("ENCRYPTION_KEY_ID", "6f1ed002-ab5a-4d1f-9f30-1b7e6d7a2c10"),
        ("ENCRYPTION_KEY", "alias/x"),
        ("TLS_KEY", "/certs/tls.key"),
        ("SSL_KEY", "/etc/ssl/private/server.key"),
        ("CLIENT_KEY", "./certs/client.pem"),
        ("PRIVATE_KEY", "/run/secrets/key.pem"),
        (
            "TOKEN",
            "/var/run/secrets/kubernetes.io/serviceaccount/token",
        ),
    ] {
        assert!(!is_secret_under(name, value), "{name}: {value}");
        stays(&format!("{name}={value}"));
    }
    for (name, value) in [
        ("PIN_CODE", "1234"),
        ("ACCESS_CODE", "1234"),
        ("TOKEN", "12345"),
        ("PRIVATE_KEY", "/rXUtnFEMI1/K7MDENG/bPxRfiCYEXAMPLEKEY"),
        ("ENCRYPTION_KEY", "/hunter2x"),
        ("DB_PASSWORD", "true"),
        ("DB_PASSWORD", "/run/secrets/db"),
        ("REQUIRE_PASSWORD", "hunter2x"),
        ("TOKEN", "<hunter2x>"),
        ("TOKEN", "[REDACT1]"),
    ] {
        assert!(is_secret_under(name, value), "{name}: {value}");
    }
}
