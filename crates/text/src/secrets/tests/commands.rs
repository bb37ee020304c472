//! Command lines: what one command calls a password, and another a port.

use super::*;

#[test]
fn a_flag_means_what_its_command_says() {
    for (line, expected) in [
        (
            "mongosh -u root -p hunter2 --authenticationDatabase admin",
            "mongosh -u root -p *** --authenticationDatabase admin",
        ),
        (
            "curl -su admin:hunter2 http://h",
            "curl -su admin:*** http://h",
        ),
        (
            "curl -sSu admin:hunter2 http://h",
            "curl -sSu admin:*** http://h",
        ),
        (
            "curl -fsSu admin:hunter2 http://h",
            "curl -fsSu admin:*** http://h",
        ),
        (
            "curl -fsu 'admin:hunter2' http://localhost:8080/ping",
            "curl -fsu 'admin:***' http://localhost:8080/ping",
        ),
        (
            r#"curl -b "session=hunter2" http://h"#,
            r#"curl -b "***" http://h"#,
        ),
        ("curl -b session=hunter2 http://h", "curl -b *** http://h"),
        ("http -a me:hunter2 GET h", "http -a me:*** GET h"),
        ("[--token, hunter2]", "[--token, ***]"),
        ("[curl, -u, 'a:hunter2']", "[curl, -u, 'a:***']"),
        (
            "redis-server --requirepass hunter2",
            "redis-server --requirepass ***",
        ),
        (
            r#"redis-server --requirepass "hunter2""#,
            r#"redis-server --requirepass "***""#,
        ),
        (
            "redis-server --masterauth hunter2",
            "redis-server --masterauth ***",
        ),
        (
            "aws configure set aws_secret_access_key hunter2",
            "aws configure set aws_secret_access_key ***",
        ),
        (
            "openssl enc -aes-256-cbc -k hunter2",
            "openssl enc -aes-256-cbc -k ***",
        ),
        ("zip -P hunter2 a.zip", "zip -P *** a.zip"),
        ("unzip -P hunter2 a.zip", "unzip -P *** a.zip"),
        ("7z x -phunter2 a.7z", "7z x -p*** a.7z"),
        ("ldapsearch -w hunter2 -D cn=x", "ldapsearch -w *** -D cn=x"),
        ("ldapsearch -D cn=x -w hunter2", "ldapsearch -D cn=x -w ***"),
        ("sqlcmd -S h -U sa -P hunter2", "sqlcmd -S h -U sa -P ***"),
        ("bcp -P hunter2", "bcp -P ***"),
        (
            "npm config set //registry.npmjs.org/:_authToken hunter2",
            "npm config set //registry.npmjs.org/:_authToken ***",
        ),
        (
            "machine github.com login me password hunter2",
            "machine github.com login me password ***",
        ),
        (
            "machine h login me password hunter21",
            "machine h login me password ***",
        ),
        (
            "default login me password hunter2",
            "default login me password ***",
        ),
        (
            r#"{"cmd":"mysql -u root -phunter2"}"#,
            r#"{"cmd":"mysql -u root -p***"}"#,
        ),
        (
            r#"sh -c 'curl -fsSu "admin:hunter2" http://h'"#,
            r#"sh -c 'curl -fsSu "admin:***" http://h'"#,
        ),
        (
            r#"curl -H Authorization:\ Bearer\ hunter2 h"#,
            r#"curl -H Authorization:\ Bearer\ *** h"#,
        ),
        ("valkey-cli -a hunter2 ping", "valkey-cli -a *** ping"),
        ("mysqladmin -p'hunter2' ping", "mysqladmin -p'***' ping"),
        ("mongosh -u root -phunter2", "mongosh -u root -p***"),
        (
            "mongo admin -u root -p 'hunter2' --eval x",
            "mongo admin -u root -p '***' --eval x",
        ),
        (
            "CONFIG SET requirepass hunter2123",
            "CONFIG SET requirepass ***",
        ),
    ] {
        check(line, expected);
    }
}

#[test]
fn a_flag_of_another_command_stays() {
    for line in [
        "date -u",
        "ps -u root",
        "docker exec -u app:app x",
        "rsync -au host:/path /x",
        "scp -P 22 a:b c",
        "ssh -p 22 a@b",
        "curl -b cookies.txt h",
        "curl -w '%{http_code}' h",
        "gunicorn -k uvicorn.workers.UvicornWorker -w 4",
        "zip -r a.zip b",
        "python -m http.server -p 8080",
        "java -Xmx4g -XX:+UseG1GC -jar a.jar",
        "vllm serve m --max-model-len 4096 --tokenizer-mode auto --tokenizer hf/x",
        "--key id --value x",
        "--eos-token </s>",
        "docker build --secret id=x,src=/y .",
        "docker build --secret=id=x,env=DB_PASSWORD .",
        "sort -u a:b",
        "sort -ru a:b | uniq -u a:b",
    ] {
        stays(line);
    }
}

#[test]
fn arguments_mean_what_their_command_says() {
    let check = |arguments: &[&str], expected: &[&str]| {
        assert_eq!(redact_arguments(arguments), expected);
    };
    check(
        &["mysql", "-u", "root", "-px"],
        &["mysql", "-u", "root", "-p***"],
    );
    check(
        &["sshpass", "-p", "x", "ssh"],
        &["sshpass", "-p", "***", "ssh"],
    );
    check(
        &["/usr/bin/redis-cli", "-a", "x"],
        &["/usr/bin/redis-cli", "-a", "***"],
    );
    check(
        &["CMD", "curl", "-fsSu", "a:x"],
        &["CMD", "curl", "-fsSu", "a:***"],
    );
    check(&["curl", "-b", "a=x"], &["curl", "-b", "***"]);
    check(
        &["aws", "configure", "set", "aws_secret_access_key", "x"],
        &["aws", "configure", "set", "aws_secret_access_key", "***"],
    );
    check(&["tar", "-czpf", "a:b"], &["tar", "-czpf", "a:b"]);
    check(
        &["gunicorn", "-k", "gevent", "-w", "4"],
        &["gunicorn", "-k", "gevent", "-w", "4"],
    );
    check(&["python", "-p", "8080"], &["python", "-p", "8080"]);
}

#[test]
fn a_path_is_a_file_only_where_files_are() {
    let check = |arguments: &[&str], expected: &[&str]| {
        assert_eq!(redact_arguments(arguments), expected);
    };
    check(&["--api-key", "/hunter2x"], &["--api-key", "***"]);
    check(&["--api-key", "/x9Kq2/aB3dE"], &["--api-key", "***"]);
    check(&["--password", "/hunter2x/a"], &["--password", "***"]);
    check(&["--password", "/hunter2x"], &["--password", "***"]);
    check(
        &["--password", "/run/secrets/db"],
        &["--password", "/run/secrets/db"],
    );
    check(
        &["--password", "/x/password.txt"],
        &["--password", "/x/password.txt"],
    );
    check(&["--token-file", "/x"], &["--token-file", "/x"]);
    check(
        &["--tls-key", "/certs/tls.key"],
        &["--tls-key", "/certs/tls.key"],
    );
    check(&["--token", "./token"], &["--token", "./token"]);
    super::check("serve --api-key /hunter2x", "serve --api-key ***");
    super::check("serve --password=/hunter2x/a b", "serve --password=*** b");
    stays("serve --token /etc/token --password /run/secrets/db");
}

#[test]
fn a_login_is_a_user_and_a_password() {
    let check = |arguments: &[&str], expected: &[&str]| {
        assert_eq!(redact_arguments(arguments), expected);
    };
    check(&["--login", "me:hunter2x"], &["--login", "me:***"]);
    check(&["--userinfo", "me:hunter2x"], &["--userinfo", "me:***"]);
    check(&["--login", "me"], &["--login", "me"]);
    check(
        &["npm", "config", "set", "//registry/:_authToken", "hunter2x"],
        &["npm", "config", "set", "//registry/:_authToken", "***"],
    );
    check(&["sqlplus", "me/hunter2x@db"], &["sqlplus", "me/***@db"]);
    check(&["sort", "-u", "a:b"], &["sort", "-u", "a:b"]);
    super::check("tool --login me:hunter2x", "tool --login me:***");
    super::check("tool --userinfo=me:hunter2x", "tool --userinfo=me:***");
}
